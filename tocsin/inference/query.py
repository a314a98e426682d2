"""A question to the engine, checked and laid out for it: rows last, what is the same in all rows kept apart.

Shape letters: B rows, S states of one variable.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.errors import BadQuery, UnknownVariable, WrongShape
from tocsin.inference.tape import Level, Signature
from tocsin.network import Network
from tocsin.network.network import TOLERANCE, Array

Likelihoods = Mapping[str, ArrayLike]
"""Per variable `[B, S]`, `[1, S]` or `[S]`."""
Tables = Mapping[str, ArrayLike]
"""Per variable `[S, parents..., B]`, or with a last axis of one."""
Forced = Mapping[str, ArrayLike]
"""Per variable a state's position, or `[B]` of them; -1 leaves the variable as it is in that row."""


@dataclass(frozen=True, eq=False)
class Query:
    """What is asked of `rows` rows.

    likelihoods: by variable `[S, B or 1]`, the greatest entry of each column 1; log_scale `[B or 1]`: the logarithm of
    what they were divided by; tables: by variable `[S, parents..., B or 1]`; cut: variables forced in every row.
    """

    rows: int
    likelihoods: Mapping[str, Array]
    log_scale: Array
    tables: Mapping[str, Array]
    cut: frozenset[str]
    targets: tuple[str, ...]

    @cached_property
    def signature(self) -> Signature:
        """The tape that answers it."""
        return Signature(
            likelihoods=tuple((name, self._level(array)) for name, array in self.likelihoods.items()),
            tables=tuple((name, self._level(array)) for name, array in self.tables.items()),
            cut=self.cut,
            targets=self.targets,
        )

    @cached_property
    def varying(self) -> tuple[Array, ...]:
        """The likelihoods that differ by row, `[S, B]`."""
        return tuple(array for array in self.likelihoods.values() if self._level(array) == Level.BATCH)

    @property
    def tables_vary(self) -> bool:
        """Whether any table differs by row."""
        return any(self._level(array) == Level.BATCH for array in self.tables.values())

    @property
    def constants(self) -> bytes:
        """All numbers that are the same in every row, for telling one question from another of the same signature."""
        given = (*self.likelihoods.values(), *self.tables.values())
        return b"".join(array.tobytes() for array in given if self._level(array) == Level.CALL)

    def of_joint_states(self) -> Query:
        """The same question, the likelihoods that differ by row observing each of their joint states in turn.

        The states of the last variable change fastest.
        """
        sizes = [len(array) for array in self.varying]
        positions = iter(np.unravel_index(np.arange(math.prod(sizes)), sizes))
        hot = {
            name: np.eye(len(array))[:, next(positions)] if self._level(array) == Level.BATCH else array
            for name, array in self.likelihoods.items()
        }
        return replace(self, rows=math.prod(sizes), likelihoods=hot, log_scale=np.zeros(1))

    def given(self, likelihoods: Mapping[str, Array]) -> Query:
        """The same question under other likelihoods `[1, S]` of the same variables, which are not checked again."""
        scaled, log_scale = _scaled({name: likelihoods[name] for name in self.likelihoods}, self.rows)
        return replace(self, likelihoods=scaled, log_scale=log_scale)

    def only(self, rows: NDArray[np.intp]) -> Query:
        """The same question of some rows, every input now differing by row."""
        wide = {
            kind: {name: np.broadcast_to(a, (*a.shape[:-1], self.rows))[..., rows] for name, a in given.items()}
            for kind, given in (("likelihoods", self.likelihoods), ("tables", self.tables))
        }
        return Query(len(rows), wide["likelihoods"], np.zeros(1), wide["tables"], self.cut, self.targets)

    def _level(self, array: Array) -> Level:
        return Level.BATCH if array.shape[-1] == self.rows else Level.CALL


class CheckedTables(dict[str, Array]):
    """Tables of a network that were checked, and are not again: for many questions under the same draws."""


def checked_tables(network: Network, tables: Tables) -> CheckedTables:
    """Raises UnknownVariable, WrongShape, BadQuery."""
    if isinstance(tables, CheckedTables):
        return tables
    return CheckedTables({name: _table(network, name, given) for name, given in tables.items()})


def checked_query(
    network: Network,
    likelihoods: Likelihoods,
    tables: Tables | None,
    do: Forced | None,
    targets: Iterable[str] | None,
) -> Query:
    """Raises UnknownVariable, WrongShape, BadQuery."""
    chances = {name: _likelihood(network, name, given) for name, given in likelihoods.items()}
    given_tables = dict(checked_tables(network, tables or {}))
    forced = {name: _forced(network, name, given) for name, given in (do or {}).items()}
    rows = _common_rows(
        [(f"{name}: likelihood", a.shape[0]) for name, a in chances.items()]
        + [(f"{name}: table", a.shape[-1]) for name, a in given_tables.items()]
        + [(f"{name}: do", a.shape[0]) for name, a in forced.items()]
    )
    cut = frozenset(name for name, states in forced.items() if (states >= 0).all())
    for name, states in forced.items():
        chances[name] = chances.get(name, np.ones(1)) * one_hot(states, network.size(name))
        if name not in cut:
            own = given_tables.get(name, network.tables[name][..., np.newaxis])
            given_tables[name] = np.where(states >= 0, 1.0, own)
    wanted = set(network.variables if targets is None else targets)
    if unknown := wanted.difference(network.variables):
        raise UnknownVariable(min(unknown), network.variables)
    in_order = [name for name in network.variables if name in chances]
    scaled, log_scale = _scaled({name: chances[name] for name in in_order}, rows)
    return Query(
        rows=rows,
        likelihoods=scaled,
        log_scale=log_scale,
        tables={name: given_tables[name] for name in network.variables if name in given_tables},
        cut=cut,
        targets=tuple(name for name in network.variables if name in wanted),
    )


def _likelihood(network: Network, name: str, given: ArrayLike) -> Array:
    array = np.asarray(given, dtype=np.float64)
    states = network.size(name)
    if array.ndim not in (1, 2) or array.shape[-1] != states:
        raise WrongShape(f"{name}: likelihood has shape {array.shape}, not (rows, {states}) or ({states},)")
    return np.atleast_2d(array)


def _table(network: Network, name: str, given: ArrayLike) -> Array:
    array = np.asarray(given, dtype=np.float64)
    network.size(name)
    shape = network.shape(name)
    if array.shape[:-1] != shape:
        axes = ", ".join((name, *network.parents[name], "rows"))
        raise WrongShape(f"{name}: table has shape {array.shape}, not {(*shape, 'rows')} = ({axes})")
    # One sum over everything catches NaN, infinities and swapped axes without a second array as large as the first.
    columns = array.size / shape[0]
    if array.size and not (array.min() >= 0 and abs(array.sum() - columns) <= TOLERANCE * columns):
        raise BadQuery(f"{name}: a table holds only numbers from 0 to 1, and each column must sum to 1")
    return array


def _forced(network: Network, name: str, given: ArrayLike) -> Array:
    states = network.size(name)
    array = np.atleast_1d(np.asarray(given))
    if array.ndim != 1:
        raise WrongShape(f"{name}: do has shape {array.shape}, not (rows,) or a single position")
    if array.dtype.kind not in "iu" or (array.size and not -1 <= array.min() <= array.max() < states):
        raise BadQuery(f"{name}: do must hold positions of states, 0 to {states - 1}, or -1 for not forced")
    return array


def _common_rows(lengths: list[tuple[str, int]]) -> int:
    rows, first = 1, ""
    for what, length in lengths:
        if length != 1 and first and length != rows:
            raise WrongShape(f"{what} has {length} rows, but {first} has {rows}; all must have as many, or one")
        if length != 1 and not first:
            rows, first = length, what
    return rows


def one_hot(states: NDArray[Any], size: int) -> Array:
    """`[B, size]`; a row of ones where nothing is forced."""
    return np.where(states[:, np.newaxis] < 0, 1.0, np.arange(size) == states[:, np.newaxis])


def logarithm(array: Array) -> Array:
    """-inf where the array is 0."""
    with np.errstate(divide="ignore"):
        return np.log(array)


def _scaled(likelihoods: Mapping[str, Array], rows: int) -> tuple[dict[str, Array], Array]:
    """Each row divided by its maximum against underflow, rows last, and the logarithm of the divisors."""
    wide = {name: array for name, array in likelihoods.items() if array.shape[0] == rows}
    fixed = {name: array for name, array in likelihoods.items() if array.shape[0] != rows}
    scaled: dict[str, Array] = {}
    log_scale = np.zeros(1)
    for group in (wide, fixed):
        if group:
            columns, log_peaks = _stacked(group)
            scaled |= columns
            log_scale = log_scale + log_peaks
    return {name: scaled[name] for name in likelihoods}, log_scale


def _stacked(likelihoods: Mapping[str, Array]) -> tuple[dict[str, Array], Array]:
    """As `_scaled`, of likelihoods with as many rows each: in one array, so that many variables cost little more."""
    sizes = [array.shape[1] for array in likelihoods.values()]
    starts = np.cumsum([0, *sizes])
    stack = np.empty((int(starts[-1]), next(iter(likelihoods.values())).shape[0]))
    columns = {name: stack[a:b] for name, a, b in zip(likelihoods, starts, starts[1:], strict=False)}
    for name, array in likelihoods.items():
        columns[name][...] = array.T
    if stack.size and not (stack.min() >= 0 and stack.max() < np.inf):
        wrong = next(name for name, part in columns.items() if not (part.min() >= 0 and part.max() < np.inf))
        raise BadQuery(f"{wrong}: a likelihood holds only finite numbers of at least 0")
    peaks = np.stack([part.max(axis=0) for part in columns.values()])
    peaks[peaks == 0] = 1
    stack /= np.repeat(peaks, sizes, axis=0)
    return columns, np.log(peaks).sum(axis=0)
