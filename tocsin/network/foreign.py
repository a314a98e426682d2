"""Foreign texts made fit for pgmpy's readers (1.1.2): what these would skip or misread is mended or refused here."""

from __future__ import annotations

import re

from tocsin.errors import BadNetwork


def bif_text(text: str) -> str:
    """BIF with each block's brace at the end of a line: the reader passes over one with anything behind it."""
    text = "".join(line.rstrip() + "\n" for line in text.splitlines())
    without_quotes = re.sub(r'"[^"]*"|//[^\n]*|/\*.*?\*/', "", text, flags=re.DOTALL)
    # The reader takes a default row for the next column of a table.
    if re.search(r"(?:^|[{;])\s*default\s+[\d.]", without_quotes, re.MULTILINE):
        raise BadNetwork("a default row cannot be read; give every row of the table")
    return text


def xml_text(text: str) -> str:
    """XML without its declaration, since it is decoded already; refused if it could expand without bound."""
    if "<!ENTITY" in text:
        raise BadNetwork("XML that declares entities is refused; a network needs none")
    return re.sub(r"\A\s*<\?xml[^>]*\?>", lambda declaration: " " * len(declaration[0]), text)


def xdsl_text(text: str) -> str:
    """XDSL with single spaces in its lists, where the reader splits; refused if the reader would drop a node."""
    from xml.etree.ElementTree import fromstring

    text = re.sub(r"(<(?:parents|probabilities)>)([^<]*)", lambda m: m[1] + " ".join(m[2].split()), xml_text(text))
    for node in fromstring(text).iterfind("nodes/*"):
        if node.tag != "cpt":
            raise BadNetwork(f"{node.get('id')}: only nodes of kind cpt can be read, not {node.tag}")
    return text


def net_text(text: str) -> str:
    """NET without what the reader takes for nodes or states: % comments, labels, parents named like nodes."""
    text = re.sub(r'("[^"]*")|%[^\n]*', lambda part: part[1] or "", text)
    text = re.sub(r'\b\w+\s*=\s*"[^"]*"\s*;', "", text)
    text = re.sub(r"\bpotential\s*\([^)]*\)", lambda head: "\n".join(head[0].split()), text)
    text = re.sub(r"^\s*(?:discrete\s+)?node\s+", "node ", text, flags=re.MULTILINE)
    if other := re.search(r"^\s*(continuous|decision|utility|function|class|instance)\s+\w", text, re.MULTILINE):
        raise BadNetwork(f"only discrete chance nodes can be read, not {other[1]}")
    for state in re.findall(r'"([^"]*)"', text):
        if not re.fullmatch(r"[^\s(),]+", state):
            raise BadNetwork(f"a state's name with a space, comma or parenthesis cannot be read: {state!r}")
    counts = [
        len(re.findall(rf"\b{word}", text)) for word in (r"node \w", r"states\s*=", r"potential\s*\(", r"data\s*=")
    ]
    if len(set(counts)) > 1:
        raise BadNetwork("every node needs its states, and one potential with its data")
    return text
