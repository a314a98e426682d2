"""The UAI competition's text format, which has no names: variables and states are numbered.

A scope lists the parents and then the child, and its last variable changes fastest. pgmpy 1.1.2 has a reader and a
writer too, which do otherwise: the child first, the parents in any order (they pass through a set), no exponents. Hence
this module. (pyAgrum 3.3.1 keeps to the child's place but lets the *first* parent change fastest.)
Format: https://uaicompetition.github.io/uci-2022/file-formats/model-format/
"""

from __future__ import annotations

import re
from math import prod

import numpy as np

from tocsin.errors import BadNetwork
from tocsin.network.network import Network


class _Tokens:
    """The file's words, taken one after another."""

    def __init__(self, text: str):
        self._words = iter(re.sub(r"#.*", "", text).split())

    def word(self) -> str:
        try:
            return next(self._words)
        except StopIteration:
            raise BadNetwork("the file ends too early") from None

    def count(self) -> int:
        word = self.word()
        if not (word.isascii() and word.isdigit()):
            raise BadNetwork(f"a whole number is expected, not {word!r}")
        return int(word)

    def number(self) -> float:
        word = self.word()
        try:
            return float(word)
        except ValueError:
            raise BadNetwork(f"a number is expected, not {word!r}") from None


def from_uai(text: str) -> Network:
    """The network of a UAI text: variables var_0, var_1 ..., states 0, 1 ...; raises BadNetwork."""
    tokens = _Tokens(text)
    if (kind := tokens.word()) != "BAYES":
        raise BadNetwork(f"only networks of type BAYES can be read, not {kind!r}")
    sizes = [tokens.count() for _ in range(tokens.count())]
    scopes = [[tokens.count() for _ in range(tokens.count())] for _ in range(tokens.count())]
    names = tuple(f"var_{i}" for i in range(len(sizes)))
    parents, tables = {}, {}
    for scope in scopes:
        if not scope or max(scope) >= len(sizes):
            raise BadNetwork(f"a table stands over variables {scope}, but they are numbered 0 to {len(sizes) - 1}")
        child, shape = names[scope[-1]], [sizes[i] for i in scope]
        if child in tables:
            raise BadNetwork(f"{child} has two tables")
        if (announced := tokens.count()) != prod(shape):
            raise BadNetwork(f"{child}: {announced} numbers are announced for a table of {prod(shape)}")
        parents[child] = tuple(names[i] for i in scope[:-1])
        values = np.array([tokens.number() for _ in range(announced)])
        tables[child] = np.moveaxis(values.reshape(shape), -1, 0)
    if missing := [name for name in names if name not in tables]:
        raise BadNetwork(f"{missing[0]} has no table")
    states = {name: tuple(map(str, range(size))) for name, size in zip(names, sizes, strict=True)}
    return Network(names, states, parents, tables)


def to_uai(network: Network) -> str:
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
