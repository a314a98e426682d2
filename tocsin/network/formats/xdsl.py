"""XDSL, the format of GeNIe and SMILE: tables, deterministic nodes, and noisy-max nodes as their exact table.

The first parent is slowest and the child's state fastest (SMILE's manual, "Multidimensional arrays"). A noisy-max node
lists, for each parent and in the order of its strengths, the child's distribution under that cause alone (Díez' form,
SMILE's native one), then the leak; the child's last state is the absent one.
"""

from __future__ import annotations

from math import prod
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from tocsin.network.families.noisy import noisy_max
from tocsin.network.formats.description import Description
from tocsin.network.formats.draft import Draft
from tocsin.network.formats.scanner import Unreadable, cut
from tocsin.network.formats.xmltree import Element, parse
from tocsin.network.network import Array, Network

_KINDS = ("cpt", "deterministic", "noisymax")


def read_xdsl(content: bytes) -> Draft:
    """What an XDSL file says. Raises Unreadable."""
    root, draft = parse(content), Draft()
    group = root.first("nodes")
    if root.tag != "smile" or group is None:
        raise Unreadable(f"XDSL is a <smile> with <nodes> in it, not <{cut(root.tag)}>", root.place)
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
        told = "; ".join(f"{key} = {value}" for key, value in description.properties.items())
        lines.append(f"      <comment>{escape(told)}</comment>")
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
