"""XML read into elements that know their place, in the encoding that it declares; never more than the file holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from tocsin.network.families import noisy_max
from tocsin.network.formats.draft import CONTROL, Description, Draft, Format, Naming
from tocsin.network.formats.scanner import NUMBER, Place, UnreadableText, cut
from tocsin.network.network import Array, Network

MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 50


@dataclass(slots=True)
class Element:
    """An element with its attributes, its children, and the text that stands in it directly."""

    tag: str
    attributes: dict[str, str]
    place: Place
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The element's own text without the space around it."""
        return "".join(self.pieces).strip()

    def all(self, tag: str) -> Iterator[Element]:
        """The children of this tag."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Element | None:
        """The first child of this tag."""
        return next(self.all(tag), None)

    def numbers(self) -> list[float]:
        """The numbers that are its text. Raises UnreadableText."""
        words = self.text.split()
        for word in words:
            if not NUMBER.fullmatch(word):
                raise self.error(f"a number is expected in <{self.tag}>, not {cut(word)!r}")
        return [float(word) for word in words]

    def error(self, message: str) -> UnreadableText:
        """The message at the element's place."""
        return UnreadableText(message, self.place)


def parse(content: bytes) -> Element:
    """The root of an XML document. Raises UnreadableText, also for entities and for depths that no network needs."""
    # Some writers put space before the declaration, which must be the very first; lines are counted as in the file.
    lines = content[: len(content) - len(content.lstrip())].count(b"\n")
    content = content.lstrip()
    # ASCII is a part of UTF-8, and some writers declare it beside accented names.
    plain = re.match(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\sencoding\s*=\s*["']us-ascii["']""", content, re.IGNORECASE)
    parser = expat.ParserCreate("utf-8" if plain else None)
    parser.buffer_text = True
    top = Element("", {}, Place())
    open_elements, count = [top], 0

    def place() -> Place:
        return Place(lines + parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MAX_ELEMENTS or len(open_elements) > MAX_DEPTH:
            raise UnreadableText(f"more than {MAX_ELEMENTS:,} elements, or {MAX_DEPTH} within each other", place())
        element = Element(tag, attributes, place())
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def refuse(*_parts: object) -> None:
        raise UnreadableText("XML that declares or uses entities of its own is refused; a network needs none", place())

    parser.StartElementHandler, parser.EndElementHandler = start, lambda _tag: open_elements.pop()
    parser.CharacterDataHandler = lambda piece: open_elements[-1].pieces.append(piece)
    parser.EntityDeclHandler = parser.SkippedEntityHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code).removeprefix("not well-formed ").strip("()")
        raise UnreadableText(f"not well-formed XML: {reason}", Place(lines + error.lineno, error.offset + 1)) from None
    except (LookupError, ValueError) as error:
        raise UnreadableText(
            f"the encoding that the XML declares cannot be read: {error}; save it as UTF-8", Place(1, 1)
        ) from None
    return top.children[0]


def read_xmlbif(content: bytes) -> Draft:
    """What an XMLBIF file says. Raises UnreadableText."""
    root, draft = parse(content), Draft()
    network = root.first("NETWORK")
    if root.tag != "BIF" or network is None:
        raise UnreadableText(f"XMLBIF is a <BIF> with a <NETWORK> in it, not <{cut(root.tag)}>", root.place)
    for variable in network.all("VARIABLE"):
        name = _text(variable, "NAME")
        kind = variable.attributes.get("TYPE", "nature")
        if kind != "nature":
            raise variable.error(f"{name}: only variables of TYPE nature can be read, not {cut(kind)!r}")
        draft.add_variable(name, [outcome.text for outcome in variable.all("OUTCOME")], variable.place)
    for definition in network.children:
        if definition.tag not in ("DEFINITION", "PROBABILITY"):
            continue
        child = _text(definition, "FOR")
        table = definition.first("TABLE")
        if table is None:
            raise definition.error(f"{child}: its definition has no <TABLE>")
        draft.fill(child, [given.text for given in definition.all("GIVEN")], table.numbers(), definition.place)
    return draft


def _text(element: Element, tag: str) -> str:
    found = list(element.all(tag))
    if len(found) != 1 or not found[0].text:
        raise element.error(f"<{element.tag}> needs one <{tag}>, not {len(found)}, with a name in it")
    return found[0].text


def write_xmlbif(network: Network, description: Description) -> str:
    """The network as XMLBIF; the description becomes properties."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<BIF VERSION="0.3">', "<NETWORK>"]
    lines.append(f"<NAME>{escape(description.name)}</NAME>")
    lines += [f"<PROPERTY>{escape(f'{key} = {value}')}</PROPERTY>" for key, value in description.properties.items()]
    for name in network.variables:
        lines += ['<VARIABLE TYPE="nature">', f"  <NAME>{escape(name)}</NAME>"]
        lines += [f"  <OUTCOME>{escape(state)}</OUTCOME>" for state in network.states[name]]
        lines += [f"  <PROPERTY>{escape(f'{key} = {text}')}</PROPERTY>" for key, text in description.of(name)]
        lines.append("</VARIABLE>")
    for name in network.variables:
        rows = np.moveaxis(network.tables[name], 0, -1).reshape(-1, network.size(name))
        lines += ["<DEFINITION>", f"  <FOR>{escape(name)}</FOR>"]
        lines += [f"  <GIVEN>{escape(parent)}</GIVEN>" for parent in network.parents[name]]
        lines += ["  <TABLE>", *("    " + " ".join(repr(float(p)) for p in row) for row in rows), "  </TABLE>"]
        lines.append("</DEFINITION>")
    return "\n".join([*lines, "</NETWORK>", "</BIF>"]) + "\n"


_KINDS = ("cpt", "deterministic", "noisymax")


def read_xdsl(content: bytes) -> Draft:
    """What an XDSL file says. Raises UnreadableText."""
    root, draft = parse(content), Draft()
    group = root.first("nodes")
    if root.tag != "smile" or group is None:
        raise UnreadableText(f"XDSL is a <smile> with <nodes> in it, not <{cut(root.tag)}>", root.place)
    _refuse_time(root, group)
    for node in group.children:
        name = node.attributes.get("id", "")
        if node.tag not in _KINDS:
            raise node.error(
                f"{name}: a node of kind {cut(node.tag)}; only cpt, deterministic and noisymax nodes can be read"
            )
        draft.add_variable(name, [state.attributes.get("id", "") for state in node.all("state")], node.place)
    for node in group.children:
        name, parents = node.attributes["id"], _words(node, "parents")
        if node.tag == "cpt":
            draft.fill(name, parents, _required(node, "probabilities").numbers(), node.place)
            continue
        draft.shape(name, parents, node.place)
        table = _deterministic(draft, node, name, parents) if node.tag == "deterministic" else None
        draft.set_table(name, _noisy_max(draft, node, name, parents) if table is None else table, node.place)
    return draft


def _refuse_time(root: Element, group: Element) -> None:
    for dynamic in root.all("dynamic"):
        for node in dynamic.children:
            name, order = node.attributes.get("id", ""), node.attributes.get("order", "1")
            raise node.error(f"{name}: an arc in time (order {order}); dynamic networks cannot be read")
    for node in group.children:
        if kind := node.attributes.get("dynamic"):
            name = node.attributes.get("id", "")
            raise node.error(f"{name}: a node in time (dynamic={kind}); dynamic networks cannot be read")


def _words(node: Element, tag: str) -> list[str]:
    element = node.first(tag)
    return element.text.split() if element else []


def _required(node: Element, tag: str) -> Element:
    element = node.first(tag)
    if element is None:
        raise node.error(f"{node.attributes.get('id', '')}: a {node.tag} node needs <{tag}>")
    return element


def _deterministic(draft: Draft, node: Element, name: str, parents: list[str]) -> Array:
    states, columns = _words(node, "resultingstates"), prod(map(draft.size, parents))
    if len(states) != columns:
        raise node.error(f"{name}: {len(states)} resulting states are given for {columns} combinations of parents")
    table = np.zeros((columns, draft.size(name)))
    table[np.arange(columns), [draft.index(name, state, node.place) for state in states]] = 1.0
    return table.reshape(*map(draft.size, parents), -1)


def _noisy_max(draft: Draft, node: Element, name: str, parents: list[str]) -> Array:
    sizes, states = [*map(draft.size, parents)], draft.size(name)
    strengths, numbers = _words(node, "strengths"), _required(node, "parameters").numbers()
    if len(numbers) != states * (sum(sizes) + 1):
        raise node.error(
            f"{name}: {len(numbers)} parameters are given; {states} for each parent's state and for the leak are due"
        )
    columns = np.reshape(numbers, (-1, states))
    links = draft.normed(name, columns, node.place, lambda position: f"column {position[0] + 1} of its parameters")
    # From mild to strong, as the family has it; the last axis is that of the draws.
    links = links[:, ::-1, np.newaxis]
    causes, start = [], 0
    for parent, size in zip(parents, sizes, strict=True):
        order = strengths[start : start + size] or [*map(str, range(size))]
        if sorted(order) != sorted(map(str, range(size))):
            raise node.error(f"{name}: the strengths of {parent} must order its {size} states, 0 to {size - 1}")
        cause = np.empty((size, states, 1))
        cause[[*map(int, order)]] = links[start : start + size]
        causes.append(cause)
        start += size
    if len(strengths) not in (0, start):
        raise node.error(f"{name}: {len(strengths)} strengths are given for {start} states of parents")
    table = noisy_max(links[-1], causes)[::-1, ..., 0]
    return np.moveaxis(table, 0, -1)


def write_xdsl(network: Network, description: Description) -> str:
    """The network as XDSL; the description becomes comments and the nodes' captions."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(f'<smile version="1.0" id={quoteattr(description.name)} numsamples="10000" discsamples="10000">')
    lines.append("  <nodes>")
    for name in network.variables:
        lines.append(f"    <cpt id={quoteattr(name)}>")
        lines += [f"      <state id={quoteattr(state)} />" for state in network.states[name]]
        if network.parents[name]:
            lines.append(f"      <parents>{' '.join(network.parents[name])}</parents>")
        cells = np.moveaxis(network.tables[name], 0, -1).ravel()
        lines.append(f"      <probabilities>{' '.join(repr(float(p)) for p in cells)}</probabilities>")
        lines.append("    </cpt>")
    lines += ["  </nodes>", "  <extensions>"]
    lines.append(
        f'    <genie version="1.0" app="Tocsin" name={quoteattr(description.name)} faultnameformat="nodestate">'
    )
    if description.properties:
        words_of_all = "; ".join(f"{key} = {value}" for key, value in description.properties.items())
        lines.append(f"      <comment>{escape(words_of_all)}</comment>")
    for name, (x, y) in _positions(network).items():
        words = dict(description.of(name))
        lines += [f"      <node id={quoteattr(name)}>", f"        <name>{escape(words.get('title', name))}</name>"]
        lines += ['        <interior color="e5f6f7" />', '        <outline color="000080" />']
        lines.append('        <font color="000000" name="Arial" size="8" />')
        lines.append(f"        <position>{x} {y} {x + 120} {y + 50}</position>")
        if "note" in words:
            lines.append(f"        <comment>{escape(words['note'])}</comment>")
        lines.append("      </node>")
    return "\n".join([*lines, "    </genie>", "  </extensions>", "</smile>"]) + "\n"


def _positions(network: Network) -> dict[str, tuple[int, int]]:
    """Left and top of each node: below its parents, beside the others of its layer."""
    layer: dict[str, int] = {}
    for name in network.order:
        layer[name] = 1 + max((layer[parent] for parent in network.parents[name]), default=-1)
    taken: dict[int, int] = {}
    places = {}
    for name in network.variables:
        column = taken[layer[name]] = taken.get(layer[name], -1) + 1
        places[name] = (40 + 160 * column, 40 + 100 * layer[name])
    return places


_TRIMMED = rf"[^\s{CONTROL}](?:[^{CONTROL}]*[^\s{CONTROL}])?"
_WITHOUT_SPACE = "names without line breaks, and without space at their ends"
XMLBIF = Format("XMLBIF", read_xmlbif, write_xmlbif, Naming(_TRIMMED, _TRIMMED, _WITHOUT_SPACE))

_PLAIN = r"[A-Za-z][A-Za-z0-9_]*"
_LETTER_FIRST = "names of plain letters, digits and underscores that start with a letter"
XDSL = Format("XDSL", read_xdsl, write_xdsl, Naming(_PLAIN, _PLAIN, _LETTER_FIRST))
