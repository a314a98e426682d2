"""What all formats share: the names they hold, the words that go along, and a network as it is read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from tocsin.errors import Cycle, nearest
from tocsin.network.formats.scanner import NOWHERE, Place, UnreadableText, cut
from tocsin.network.network import NOTED, ROUNDING, Array, Network, scaled


@dataclass(frozen=True)
class Description:
    """Words that travel with a network in the formats that have a place for them.

    name: the network's, a plain word. properties: of the network, by plain words. titles, notes: by variable, a few
    words, and a sentence or two.
    """

    name: str = "network"
    properties: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def of(self, variable: str) -> Iterator[tuple[str, str]]:
        """The variable's `title` and `note`, as far as it has them."""
        if title := self.titles.get(variable):
            yield "title", title
        if note := self.notes.get(variable):
            yield "note", note


NOTHING = Description()


MAX_CELLS = 10_000_000
"""Numbers in all tables of a file together: 80 MB, and ten times the largest network in public use."""
MAX_LETTERS = 300
"""Of a name."""
MAX_PARENTS = 31
"""An array has at most 32 axes in older versions of numpy."""

SPECK = 1e-6
"""A number this little below 0 is 0."""
REFUSED = 1e-2
"""A column this far from 1 is no rounding."""

CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
"""Characters that no name holds, for within brackets of a pattern."""


@dataclass(frozen=True)
class Naming:
    """The rules of one format for the names of variables and states."""

    variable: str
    """Pattern of a variable's name."""
    state: str
    """Pattern of a state's name."""
    allowed: str
    """Both patterns in words."""

    def objections(self, network: Network) -> Iterator[tuple[str, str]]:
        """Each variable with a name that does not fit, and why."""
        for name in network.variables:
            if not re.fullmatch(self.variable, name):
                yield name, f"the variable {name!r} cannot be written; allowed are {self.allowed}"
            for state in network.states[name]:
                if not re.fullmatch(self.state, state):
                    yield name, f"the state {state!r} cannot be written; allowed are {self.allowed}"


@dataclass(frozen=True)
class Format:
    """How one format is read and written, and which names it can hold; `read` raises BadNetwork."""

    name: str
    read: Callable[[bytes], Draft]
    write: Callable[[Network, Description], str]
    naming: Naming


class Draft:
    """Variables, their `states` and tables in the order of the file; `notes` tells what had to be changed."""

    def __init__(self) -> None:
        self.notes: list[tuple[Place, str]] = []
        self.states: dict[str, tuple[str, ...]] = {}
        self._indices: dict[str, dict[str, int]] = {}
        self._places: dict[str, Place] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self._tables: dict[str, Array] = {}
        self._cells = 0

    def add_variable(self, name: str, states: Sequence[str], place: Place) -> None:
        """A variable and its states. Raises UnreadableText."""
        for text, what in ((name, "variable"), *((state, "state") for state in states)):
            if not text.strip() or re.search(f"[{CONTROL}]", text):
                raise UnreadableText(f"a {what}'s name is empty or holds a control character: {cut(text)!r}", place)
            if len(text) > MAX_LETTERS:
                raise UnreadableText(
                    f"a {what}'s name has {len(text)} letters, more than {MAX_LETTERS}: {cut(text)!r}", place
                )
        if name in self.states:
            first = self._places[name].line
            raise UnreadableText(f"variable {name!r} is described twice, first in line {first}", place)
        if not states:
            raise UnreadableText(f"{name}: no states are named", place)
        indices = {state: index for index, state in enumerate(states)}
        if len(indices) < len(states):
            twice = next(state for index, state in enumerate(states) if indices[state] != index)
            raise UnreadableText(f"{name}: state {twice!r} is named twice", place)
        self.states[name], self._indices[name], self._places[name] = tuple(states), indices, place

    def size(self, name: str) -> int:
        """How many states a known variable has."""
        return len(self.states[name])

    def index(self, name: str, state: str, place: Place) -> int:
        """Position of a state of a known variable. Raises UnreadableText."""
        found = self._indices[name].get(state)
        if found is None:
            near = nearest(cut(state), self.states[name])
            raise UnreadableText(f"{name} has no state {cut(state)!r}{near}", place)
        return found

    def shape(self, name: str, parents: Sequence[str], place: Place) -> tuple[int, ...]:
        """The shape `(parents..., states)` of the variable's table, counted as built. Raises UnreadableText."""
        for member in (name, *parents):
            if member not in self.states:
                raise UnreadableText(f"no variable {cut(member)!r}{nearest(cut(member), self.states)}", place)
        if name in self._parents:
            raise UnreadableText(f"{name} has two tables", place)
        if len(parents) > MAX_PARENTS:
            raise UnreadableText(f"{name} has {len(parents)} parents; at most {MAX_PARENTS} can be read", place)
        if len(set(parents)) < len(parents):
            twice = next(parent for parent in parents if parents.count(parent) > 1)
            raise UnreadableText(f"{name}: parent {twice!r} is named twice", place)
        shape = tuple(map(self.size, (*parents, name)))
        self._cells += prod(shape)
        if self._cells > MAX_CELLS:
            sizes = " x ".join(map(str, shape))
            raise UnreadableText(
                f"{name}: with its table of {sizes} numbers the file has more than {MAX_CELLS:,} in all", place
            )
        self._parents[name] = tuple(parents)
        return shape

    def fill(self, name: str, parents: Sequence[str], numbers: ArrayLike, place: Place) -> None:
        """The whole table as one row of numbers, the child's state changing fastest, then the last parent's.

        Raises UnreadableText.
        """
        values = np.asarray(numbers, dtype=np.float64)
        shape = self.shape(name, parents, place)
        if values.size != prod(shape):
            sizes = " x ".join(map(str, shape))
            raise UnreadableText(
                f"{name}: {values.size} numbers are given for a table of {sizes}, which needs {prod(shape)}", place
            )
        self.set_table(name, values.reshape(shape), place)

    def set_table(self, name: str, values: Array, place: Place) -> None:
        """The table `[parents..., states]` whose shape was asked for; its columns are normed. Raises UnreadableText."""
        self._tables[name] = np.moveaxis(self.normed(name, values, place, partial(self._column, name)), -1, 0)

    def normed(self, name: str, values: Array, place: Place, column: Callable[[Sequence[int]], str]) -> Array:
        """Distributions over the last axis, each brought to the sum of 1 from which rounding took it.

        column: what messages call the distribution at a position.
        Raises UnreadableText where a number is no probability or a sum is off by 1 % or more.
        """
        # Single precision leaves a few parts in ten million on the wrong side of 0.
        values = np.where((values < 0) & (values > -SPECK), 0.0, values)
        wrong = values[~(np.isfinite(values) & (values >= 0))]
        if wrong.size:
            raise UnreadableText(
                f"{name}: {float(wrong[0]):.6g} is no probability, which is a number from 0 to 1", place
            )
        with np.errstate(over="ignore"):
            sums = values.sum(axis=-1)
        off = np.abs(sums - 1.0)
        worst = tuple(map(int, np.unravel_index(int(np.argmax(off)), off.shape))) if off.ndim else ()
        most = float(off[worst])
        if most >= REFUSED - ROUNDING:
            total = f"sums to {float(sums[worst]):.9g}"
            raise UnreadableText(f"{name}: {column(worst)} {total}; it must sum to 1", place)
        if most >= NOTED - ROUNDING:
            count = int((off >= NOTED - ROUNDING).sum())
            others = f", and {count - 1} more are off" if count > 1 else ""
            total = f"sums to {float(sums[worst]):.6g} in the file{others}"
            self.notes.append((place, f"{name}: {column(worst)} {total}; scaled to 1"))
        return np.moveaxis(scaled(np.moveaxis(values, -1, 0)), 0, -1)

    def network(self) -> Network:
        """The network, once all is read. Raises UnreadableText."""
        if not self.states:
            raise UnreadableText("no variable is described", NOWHERE)
        for name, place in self._places.items():
            if name not in self._tables:
                raise UnreadableText(f"{name}: the file has no table for it", place)
        names = tuple(self.states)
        try:
            return Network(names, self.states, self._parents, self._tables)
        except Cycle as error:
            named = " → ".join((*error.cycle[:10], "…" if len(error.cycle) > 10 else error.cycle[0]))
            raise UnreadableText(f"the parents form a cycle: {named}", self._places[error.cycle[0]]) from None

    def _column(self, name: str, position: Sequence[int]) -> str:
        pairs = zip(self._parents[name], position, strict=True)
        given = ", ".join(f"{parent} = {self.states[parent][index]}" for parent, index in pairs)
        return f"the column ({given})" if given else "its column"
