"""The UAI competition's text format, which has no names: variables and states are numbered.

A scope lists the parents and then the child, and its last variable changes fastest (pyAgrum 3.3.1 keeps to the child's
place but lets the *first* parent change fastest; pgmpy 1.1.2 puts the child first). Comments go from `#` to the end of
the line. Format: https://uaicompetition.github.io/uci-2022/file-formats/model-format/
"""

from __future__ import annotations

import re
from math import prod

import numpy as np

from tocsin.network.formats.draft import Description, Draft, Format, Naming
from tocsin.network.formats.scanner import NOWHERE, Place, Scanner, UnreadableText, text_of
from tocsin.network.network import Array, Network

_TOKENS = re.compile(r"(?P<skip>(?:\s++|#[^\n]*)++)|(?P<word>[^\s#]+)")


def read_uai(content: bytes) -> Draft:
    """What a UAI text says: variables var_0, var_1 …, states 0, 1 …. Raises Unreadable."""
    scanner, draft = Scanner(text_of(content), _TOKENS), Draft()
    kind = scanner.take()
    if kind.text != "BAYES":
        raise scanner.error(f"only networks of type BAYES can be read, not {scanner.shown(kind)}", kind)
    sizes = []
    for number in range(scanner.count("the number of variables")):
        place = scanner.place()
        sizes.append(scanner.count(f"the number of states of variable {number}"))
        if not sizes[-1]:
            raise UnreadableText(f"variable {number} has no states", place)
    tables = _tables(scanner, sizes, _scopes(scanner, len(sizes)))
    if missing := set(range(len(sizes))).difference(scope[-1] for scope, *_ in tables):
        raise scanner.error(f"var_{min(missing)} has no table")
    # Only now, since the numbers of each table were in the file, are its states no more than the file can hold.
    for number, size in enumerate(sizes):
        draft.add_variable(f"var_{number}", [*map(str, range(size))], NOWHERE)
    for scope, values, place in tables:
        *parents, child = (f"var_{number}" for number in scope)
        draft.fill(child, parents, values, place)
    if scanner.peek().kind != "end":
        raise scanner.error(f"the file goes on after its last table, with {scanner.shown(scanner.peek())}")
    return draft


def _scopes(scanner: Scanner, variables: int) -> list[list[int]]:
    scopes: list[list[int]] = []
    for number in range(scanner.count("the number of tables")):
        place = scanner.place()
        scope = [scanner.count("the number of a variable") for _ in range(scanner.count("the size of a scope"))]
        if not scope or max(scope) >= variables:
            shown = ", ".join(map(str, scope[:20])) or "none"
            raise UnreadableText(
                f"table {number} is over variables {shown}; they are numbered 0 to {variables - 1}", place
            )
        scopes.append(scope)
    return scopes


def _tables(scanner: Scanner, sizes: list[int], scopes: list[list[int]]) -> list[tuple[list[int], Array, Place]]:
    tables = []
    for scope in scopes:
        place = scanner.place()
        announced = scanner.count("the number of a table's numbers")
        due = prod(sizes[number] for number in scope)
        if announced != due:
            raise UnreadableText(f"var_{scope[-1]}: {announced} numbers are announced for a table of {due}", place)
        if announced > len(scanner.text):
            raise UnreadableText(f"var_{scope[-1]}: the file is too short for the {announced} numbers announced", place)
        tables.append((scope, np.fromiter((scanner.number() for _ in range(announced)), np.float64), place))
    return tables


def write_uai(network: Network, _description: Description) -> str:
    """The network as UAI text; every name is lost, the order of variables, states and parents kept."""
    place = {name: i for i, name in enumerate(network.variables)}
    lines = ["BAYES", str(len(place)), " ".join(str(network.size(name)) for name in network.variables), str(len(place))]
    for name in network.variables:
        scope = [place[member] for member in (*network.parents[name], name)]
        lines.append(" ".join(map(str, [len(scope), *scope])))
    for name in network.variables:
        rows = np.moveaxis(network.tables[name], 0, -1).reshape(-1, network.size(name))
        lines += ["", str(rows.size), *(" ".join(repr(float(p)) for p in row) for row in rows)]
    return "\n".join(lines) + "\n"


UAI = Format("UAI", read_uai, write_uai, Naming(r"(?s:.*)", r"(?s:.*)", "all names, which are lost"))
