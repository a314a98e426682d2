"""XMLBIF 0.3 (Cozman 1998), as `.xmlbif`, `.bifxml` or `.xml`: the child's state is fastest, then the last parent's."""

from __future__ import annotations

from xml.sax.saxutils import escape

import numpy as np

from tocsin.network.formats.description import Description
from tocsin.network.formats.draft import Draft
from tocsin.network.formats.scanner import Unreadable, cut
from tocsin.network.formats.xmltree import Element, parse
from tocsin.network.network import Network


def read_xmlbif(content: bytes) -> Draft:
    """What an XMLBIF file says. Raises Unreadable."""
    root, draft = parse(content), Draft()
    network = root.first("NETWORK")
    if root.tag != "BIF" or network is None:
        raise Unreadable(f"XMLBIF is a <BIF> with a <NETWORK> in it, not <{cut(root.tag)}>", root.place)
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
