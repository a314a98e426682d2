"""Tables filled from draws of their numbers, no more of each than the numbers that change bear on.

In odds and noisy families a number that belongs to one parent's state bears on that state's columns alone. Draws are
taken in blocks that stay in the cache.
Shape letters: S states, X states of a parent, D draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tocsin.elicitation import Priors
from tocsin.network.network import Array
from tocsin.records import ModelRecords, Variable
from tocsin.records.families import Chances, Noisy, Odds
from tocsin.records.parameters import reference_states
from tocsin.tables import Values, table

CELLS = 2**17
"""Cells of a table, times draws, that are filled at once: a megabyte."""


@dataclass(frozen=True)
class FilledPart:
    """The columns of a table in which one parent is in one state."""

    parent: str
    state: str


class Filler:
    """Fills tables of one model from values of its numbers."""

    def __init__(self, records: ModelRecords, priors: Priors):
        self._records = records
        self._cuts = priors.cuts
        self._parts: dict[str, dict[str, FilledPart]] = {}
        self._cut_out: dict[tuple[str, FilledPart | None], Mapping[str, Variable]] = {}

    def part(self, name: str, keys: Iterable[str]) -> FilledPart | None:
        """The columns that all of these numbers of a variable bear on; None: more than one parent's state."""
        if name not in self._parts:
            self._parts[name] = dict(_parts(name, self._records.variables[name]))
        parts = {self._parts[name].get(key) for key in keys}
        if len(parts) != 1 or (part := parts.pop()) is None:
            return None
        # In an ordered effect a state's column hangs on those before it.
        ordered = getattr(self._records.variables[name].table, "ordered", ())
        return None if part.parent in ordered else part

    def axis(self, name: str, part: FilledPart) -> tuple[int, int]:
        """The axis of `[S, parents..., D]` and the place on it where a part lies."""
        variables = self._records.variables
        return variables[name].parents.index(part.parent) + 1, variables[part.parent].states.index(part.state)

    def place(self, name: str, part: FilledPart | None, whole: Array, made: Array) -> Array:
        """A table `[S, parents..., D]` with a part of it, whose axis has length 1, replaced; `whole` is written to."""
        if part is None:
            return made
        axis, state = self.axis(name, part)
        np.moveaxis(whole, axis, 0)[state] = np.moveaxis(made, axis, 0)[0]
        return whole

    def block(self, name: str, part: FilledPart | None) -> int:
        """How many draws of a table, or of a part of it, are filled at once."""
        sizes = [len(self._records.variables[parent].states) for parent in self._records.variables[name].parents]
        cells = len(self._records.variables[name].states) * int(np.prod(sizes))
        if part is not None:
            cells //= len(self._records.variables[part.parent].states)
        return max(1, CELLS // cells)

    def filled(self, name: str, values: Values, part: FilledPart | None = None) -> Array:
        """The table, or a part of it, at once."""
        key = name, part
        if key not in self._cut_out:
            variables = self._records.variables
            self._cut_out[key] = variables if part is None else _cut_out(name, variables, part)
        return table(name, self._cut_out[key], values, self._cuts)

    def drawn(self, name: str, values: Values, part: FilledPart | None = None) -> Array:
        """As `filled`, many draws block by block."""
        return np.concatenate([self.filled(name, each, part) for each in self._blocks(name, values, part)], axis=-1)

    def expected(self, name: str, values: Values, part: FilledPart | None = None) -> Array:
        """The mean over the draws `[S, parents..., 1]`."""
        count, total = 0, np.zeros(1)
        for each in self._blocks(name, values, part):
            made = self.filled(name, each, part)
            count, total = count + made.shape[-1], total + made.sum(axis=-1, keepdims=True)
        return np.asarray(total / count)

    def _blocks(self, name: str, values: Values, part: FilledPart | None) -> Iterator[Values]:
        draws, most = max(one.shape[-1] for one in values.values()), self.block(name, part)
        pieces = -(-draws // most)
        length = -(-draws // pieces)
        for start in range(0, draws, length):
            yield {key: one if one.shape[-1] == 1 else one[..., start : start + length] for key, one in values.items()}


def _parts(name: str, variable: Variable) -> Iterator[tuple[str, FilledPart]]:
    """Per number that belongs to one parent's state its part."""
    match variable.table:
        case Odds(effects=groups):
            for parent, states in groups.items():
                yield from ((f"{name}.effects.{parent}.{state}", FilledPart(parent, state)) for state in states)
        case Noisy(causes=causes, inhibitors=groups):
            for parent, states in groups.items():
                yield from ((f"{name}.inhibitors.{parent}.{state}", FilledPart(parent, state)) for state in states)
            for parent, links in causes.items():
                for state, chances in links.items():
                    column = f"{name}.causes.{parent}.{state}"
                    yield from ((key, FilledPart(parent, state)) for key in _numbers(column, chances))


def _numbers(column: str, chances: Chances) -> Iterator[str]:
    yield column
    yield from (f"{column}.shares.{state}" for state in chances.shares or ())
    yield from (f"{column}.at_least.{state}" for state in chances.at_least or ())


def _cut_out(name: str, variables: Mapping[str, Variable], part: FilledPart) -> Mapping[str, Variable]:
    """Variables of which one parent has the part's state alone, and the family still its reference states."""
    variable, parent = variables[name], variables[part.parent]
    family = variable.table.model_copy(update={"reference": reference_states(name, variables)})
    return {
        **variables,
        name: variable.model_copy(update={"table": family}),
        part.parent: parent.model_copy(update={"states": (part.state,)}),
    }
