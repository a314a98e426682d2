"""Fill a variable's table from the values of its numbers: one draw, many draws, or the points.

A filler fills no more of a table than the numbers that change bear on: in odds and noisy families a number that belongs
to one parent's state bears on that state's columns alone. It takes draws in blocks that stay in the cache.
Shape letters: S states of the child, X states of a parent, D draws (1 where a number is the same in every draw).
Values are `[D]` per number and `[S, D]` per column of shares, under the keys of `records.slots`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tocsin.elicitation import Priors
from tocsin.network import families
from tocsin.network.network import Array
from tocsin.records import ModelRecords
from tocsin.records.families import Cast, Chances, Index, Logic, Noisy, Odds, PriorFamily, Ranked
from tocsin.records.model import Variable
from tocsin.records.parameters import ParameterColumn, columns, reference_states, slots

Values = Mapping[str, Array]
CELLS = 2**17
"""Cells of a table, times draws, that are filled at once: a megabyte."""


def table(name: str, variables: Mapping[str, Variable], values: Values, cuts: Mapping[str, int]) -> Array:
    """P(name | parents) `[S, parents..., D]`.

    cuts: for the effects of an odds family that are judged as columns, the first worse state of the judged event.
    """
    variable = variables[name]
    sizes = [len(variables[parent].states) for parent in variable.parents]
    match variable.table:
        case Odds():
            return _odds(name, variables, values, cuts)
        case Noisy():
            return _noisy(name, variables, values)
        case Cast() as family:
            influences = [
                np.stack([values[f"{name}.influences.{parent}.{state}"] for state in variables[parent].states])
                for parent in family.influences
            ]
            cast = families.cast(values[f"{name}.baseline"], influences)
            return _in_order(cast, list(family.influences), variable.parents)
        case Ranked() as family:
            rule = {"wmean": families.wmean, "wmin": families.wmin, "wmax": families.wmax}[family.rule]
            weights = np.stack([values[f"{name}.weights.{parent}"] for parent in variable.parents])
            return families.ranked(rule, weights, values[f"{name}.variance"], sizes, len(variable.states))
        case Index() as family:
            scores = [float(values[f"{name}.weights.{parent}"][0]) for parent in variable.parents]
            return families.index(scores, sizes, family.thresholds)[..., np.newaxis]
        case Logic() as family:
            match family.family:
                case "any":
                    return families.any_of(sizes)[..., np.newaxis]
                case "all":
                    return families.all_of(sizes)[..., np.newaxis]
                case _:
                    return families.maximum(sizes, len(variable.states))[..., np.newaxis]
        case _:
            return _rows(name, variables, values)


def is_linear(name: str, variables: Mapping[str, Variable]) -> bool:
    """Whether each cell is a product of independent numbers, so that their means give the table's mean exactly."""
    if isinstance(variables[name].table, Odds | Noisy | Cast | Ranked):
        return False
    # A statement or a number that stands in several columns makes no difference: a cell is of one column.
    used = Counter(
        statement for slot in slots(name, variables) for statement in {*slot.quantity.statements, slot.number}
    )
    several = any(column.chances.at_least and len(column.chances.at_least) > 1 for column in columns(name, variables))
    return not (several and max(used.values(), default=1) > 1)


def distribution(column: ParameterColumn, states: Sequence[str], values: Values) -> Array:
    """A column `[S, D]` from the values of its numbers."""
    chances = column.chances
    if chances.certain is not None:
        return np.array([[float(state == chances.certain)] for state in states])
    if chances.chances is not None:
        return values[column.key]
    if chances.shares is not None:
        if len(states) > 2:
            return values[column.key]
        (own,) = chances.shares
        share = values[f"{column.key}.shares.{own}"]
        return np.stack([share if state == own else 1.0 - share for state in states])
    assert chances.at_least is not None
    reached = [np.ones(1)]
    for state in states[1:]:
        reached.append(reached[-1] * values[f"{column.key}.at_least.{state}"])
    reached.append(np.zeros(1))
    return np.stack(np.broadcast_arrays(*(higher - lower for higher, lower in pairwise(reached))))


def _rows(name: str, variables: Mapping[str, Variable], values: Values) -> Array:
    variable = variables[name]
    written = [(column.given, distribution(column, variable.states, values)) for column in columns(name, variables)]
    if isinstance(variable.table, PriorFamily):
        return written[0][1]
    parents = [variables[parent].states for parent in variable.parents]
    draws = max(column.shape[-1] for _, column in written)
    filled = np.empty((len(variable.states), *(len(states) for states in parents), draws))
    for place in np.ndindex(filled.shape[1:-1]):
        given = {p: parents[i][k] for i, (p, k) in enumerate(zip(variable.parents, place, strict=True))}
        column = next(column for condition, column in written if all(given[p] in condition[p] for p in given))
        filled[(slice(None), *place)] = column
    return filled


def _odds(name: str, variables: Mapping[str, Variable], values: Values, cuts: Mapping[str, int]) -> Array:
    variable = variables[name]
    assert isinstance(variable.table, Odds)
    base = distribution(next(columns(name, variables)), variable.states, values)
    reference = reference_states(name, variables)

    def ratio(parent: str, state: str) -> Array:
        key = f"{name}.effects.{parent}.{state}"
        if state == reference[parent]:
            return np.ones(1)
        if key in cuts:
            return families.ratio_of_column(base, values[key], cuts[key])
        return values[key]

    ratios = [
        np.stack(np.broadcast_arrays(*(ratio(parent, state) for state in variables[parent].states)))
        for parent in variable.parents
    ]
    ordered = variable.table.ordered
    return families.odds(
        base, [_rising(r) if p in ordered else r for p, r in zip(variable.parents, ratios, strict=True)]
    )


def _noisy(name: str, variables: Mapping[str, Variable], values: Values) -> Array:
    variable = variables[name]
    family = variable.table
    assert isinstance(family, Noisy)
    found = {column.key: distribution(column, variable.states, values) for column in columns(name, variables)}
    leak, reference = found[f"{name}.leak"], reference_states(name, variables)
    none = np.eye(len(variable.states))[0][:, np.newaxis]

    def links(parent: str) -> Array:
        """`[X, S, D]`: the reference state, which has no effect, and each other state's own link."""
        alone = {
            state: families.henrion_links(column[np.newaxis], leak)[0] if family.form == "henrion" else column
            for state in family.causes[parent]
            for column in [found[f"{name}.causes.{parent}.{state}"]]
        }
        columns = (none if state == reference[parent] else alone[state] for state in variables[parent].states)
        stacked = np.stack(np.broadcast_arrays(*columns))
        return _no_weaker(stacked) if parent in family.ordered else stacked

    def left(parent: str) -> Array:
        """`[Z, D]`: the share of each cause's power that each of the inhibitor's states leaves."""
        states = variables[parent].states
        factors = (
            np.ones(1) if state == reference[parent] else values[f"{name}.inhibitors.{parent}.{state}"]
            for state in states
        )
        return np.stack(np.broadcast_arrays(*factors))

    causes, inhibitors = list(family.causes), list(family.inhibitors)
    filled = families.noisy_max(leak, [links(p) for p in causes], [left(p) for p in inhibitors])
    return _in_order(filled, [*causes, *inhibitors], variable.parents)


def _in_order(table: Array, axes: Sequence[str], parents: Sequence[str]) -> Array:
    """Parents' axes moved from the order of the family to the order of the variable."""
    return table.transpose(0, *(1 + axes.index(parent) for parent in parents), table.ndim - 1)


def _rising(ratios: Array) -> Array:
    """`[X, D]`: each state's odds ratio at least that of the state before it, in every draw."""
    return np.asarray(np.maximum.accumulate(ratios, axis=0))


def _no_weaker(links: Array) -> Array:
    """`[X, S, D]`: each degree of the effect at least as likely under a state as under the state before it."""
    reached = np.flip(np.cumsum(np.flip(links, axis=1), axis=1), axis=1)
    held = np.maximum.accumulate(reached, axis=0)
    return np.asarray(held - np.concatenate([held[:, 1:], np.zeros_like(held[:, :1])], axis=1))


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

    def place(self, name: str, part: FilledPart | None, whole: Array, filled: Array) -> Array:
        """A table `[S, parents..., D]` with a part of it, whose axis has length 1, replaced; `whole` is written to."""
        if part is None:
            return filled
        axis, state = self.axis(name, part)
        np.moveaxis(whole, axis, 0)[state] = np.moveaxis(filled, axis, 0)[0]
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
        return np.concatenate([self.filled(name, block, part) for block in self._blocks(name, values, part)], axis=-1)

    def expected(self, name: str, values: Values, part: FilledPart | None = None) -> Array:
        """The mean over the draws `[S, parents..., 1]`."""
        count, total = 0, np.zeros(1)
        for block in self._blocks(name, values, part):
            filled = self.filled(name, block, part)
            count, total = count + filled.shape[-1], total + filled.sum(axis=-1, keepdims=True)
        return np.asarray(total / count)

    def _blocks(self, name: str, values: Values, part: FilledPart | None) -> Iterator[Values]:
        draws, most = max(value.shape[-1] for value in values.values()), self.block(name, part)
        pieces = -(-draws // most)
        length = -(-draws // pieces)
        for start in range(0, draws, length):
            yield {
                key: value if value.shape[-1] == 1 else value[..., start : start + length]
                for key, value in values.items()
            }


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
