"""Cells as numbers, and a table of them: distinct cells are read once each, rows only look them up.

Shape letters: B rows, S states of one variable, U distinct cells of a column.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tocsin.assessment import Evidence, apply, gather
from tocsin.batch.chunks import CODED, Places, codes_of, is_number, numbers_of
from tocsin.batch.columns import MOST_QUOTED, Column, Layout, grouped, quoted
from tocsin.elicitation import Prior, report_likelihood
from tocsin.errors import nearest
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Scenario
from tocsin.records.base import LEAST_LIKELIHOOD, UNTELLABLE, is_grade
from tocsin.records.scenario import EvidenceText, chance, take_apart

Value = TypeVar("Value")

REMEMBERED = 50_000
"""Distinct cells whose meaning is kept from one part to the next."""
FEW_CELLS = 64
"""Fewer distinct cells are read one at a time."""
SUM_TOLERANCE = 1e-6
"""As in scenario files."""


@dataclass(frozen=True, eq=False)
class Cell:
    """What a cell says of a variable: P(seen | state) with the greatest 1, or else a belief; `[S]`."""

    likelihood: Array | None
    belief: Array | None = None


def read_cell(text: str, variable: str, model: Model) -> Cell:
    """An observed, reported or believed cell; raises ValueError with what is wrong and what is allowed."""
    states, parts = model.network.states[variable], take_apart(text)
    match parts.kind:
        case "reported":
            return Cell(_reported(text, parts, variable, model))
        case "believed":
            if is_grade(parts.chances[-1]):
                begun = f"these begin with ~: {quoted('~' + text)}"
                raise ValueError(f"{quoted(text)} has a grade, so it is a report; {begun}")
            return Cell(None, _believed(text, parts, variable, states))
    return Cell(np.eye(len(states))[position(text, variable, states)])


def position(text: str, variable: str, states: Sequence[str]) -> int:
    """Which state; raises ValueError."""
    if text not in states:
        raise ValueError(f"{variable} has no state {quoted(text)}{nearest(text[:MOST_QUOTED], states)}")
    return states.index(text)


def number(text: str) -> float:
    """A plain finite number; raises ValueError."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        raise ValueError(f"{quoted(text)} is not a number")
    return value


def outside(value: float, prior: Prior) -> str | None:
    """Why a parameter cannot have this value; None if it can."""
    match prior.kind:
        case "chance" | "column":
            return None if 0 < value < 1 else "a chance lies between 0 and 1, both excluded"
        case "strength":
            return None if -1 < value < 1 else "a causal strength lies between -1 and 1, both excluded"
        case _:
            return None if value > 0 else "it must be above 0"


def _reported(text: str, parts: EvidenceText, variable: str, model: Model) -> Array:
    states = model.network.states[variable]
    if not is_grade(parts.grade):
        raise ValueError(f"{quoted(text)} is no report; write ~state:grade, such as ~{states[-1]}:B2")
    reported = [states[position(state, variable, states)] for state in parts.states]
    row = report_likelihood(states, reported, parts.grade, model.records.scales)
    return np.asarray(row / row.max())


def _believed(text: str, parts: EvidenceText, variable: str, states: Sequence[str]) -> Array:
    chances = np.zeros(len(states))
    given: set[int] = set()
    for part, state, share in zip(text.split("|"), parts.states, parts.chances, strict=True):
        place = position(state, variable, states)
        if ":" not in part:
            raise ValueError(f"{quoted(part)} has no probability; write state:20%|state:80%")
        if place in given:
            raise ValueError(f"{states[place]} stands twice in {quoted(text)}; say it once")
        given.add(place)
        chances[place] = chance(share)
        if np.isnan(chances[place]):
            raise ValueError(f"{quoted(share)} is not a chance; write a percent such as 20% or a fraction such as 0.2")
    if abs(chances.sum() - 1) > SUM_TOLERANCE:
        raise ValueError(f"the belief sums to {chances.sum():.6g}; a belief must sum to 1 over its states")
    return chances


def belief_cell(states: Sequence[str], chances: Sequence[float]) -> str:
    """The cell that says a belief, to twelve digits: a step of a tenth is 0.3 and not 0.30000000000000004.

    >>> belief_cell(["no", "yes"], [0.7, 0.1 + 0.2])
    'no:0.7|yes:0.3'
    """
    return "|".join(f"{state}:{chance:.12g}" for state, chance in zip(states, chances, strict=True))


@dataclass(frozen=True, eq=False)
class Ground:
    """What all rows share: the model under the base scenario's changes, and its facts and findings as numbers.

    facts: by variable `[1, S]`, the statements' alone; evidence: with the base scenario's findings.
    """

    model: Model
    base: Scenario
    facts: Mapping[str, Array]
    evidence: Evidence


def ground(model: Model, base: Scenario) -> Ground:
    """The common ground of a batch."""
    changed = apply(model, base)
    facts = {name: row[np.newaxis] for name, row in changed.priors.likelihoods.items()}
    return Ground(changed, base, facts, gather(changed, base))


@dataclass(frozen=True, eq=False)
class EncodedRows:
    """What B rows say, the ground included.

    likelihoods: by variable `[B, S]`, or `[1, S]` where all rows are alike; beliefs: `[B, S]`, NaN in rows without one;
    forced: positions `[B]`, -1 where not forced; parameters: by key `[B]`, NaN where not set.
    """

    count: int
    likelihoods: Mapping[str, Array]
    beliefs: Mapping[str, Array]
    forced: Mapping[str, Places]
    parameters: Mapping[str, Array]

    def only(self, rows: Places) -> EncodedRows:
        """Some of the rows."""
        return EncodedRows(
            len(rows),
            {name: a if len(a) == 1 != self.count else a[rows] for name, a in self.likelihoods.items()},
            {name: a[rows] for name, a in self.beliefs.items()},
            {name: a[rows] for name, a in self.forced.items()},
            {key: a[rows] for key, a in self.parameters.items()},
        )


@dataclass(frozen=True, eq=False)
class Encoder:
    """Turns tables with one layout into rows."""

    ground: Ground
    layout: Layout
    _known: dict[tuple[str, str], Cell | str] = field(default_factory=dict)

    def encode(self, table: pa.Table) -> tuple[EncodedRows, dict[int, str]]:
        """The rows of a table, and by position what is wrong with those that mean nothing; these are not to be used."""
        count, faults, shared = table.num_rows, _Faults(), self.ground.evidence
        arrays = dict(zip(self.layout.names, table.columns, strict=True))
        seen, beliefs = self._findings(arrays, faults)
        likelihoods = {name: cells.rows for name, cells in seen.items()}
        for name, columns in grouped(self.layout.of("likelihood")):
            factor = _ratios(columns, self.ground.model, arrays, faults)
            before = likelihoods[name] if name in likelihoods else shared.likelihoods.get(name, 1.0)
            likelihoods[name] = factor * before
            speaks = (factor != 1).any(axis=1)
            seen[name] = _Seen(likelihoods[name], speaks | seen[name].speaks if name in seen else speaks)
        forced = {c.variable: self._forced(c, arrays[c.name], faults) for c in self.layout.of("forced")}
        for name in forced.keys() & seen.keys():
            both = seen[name].speaks & (forced[name] >= 0)
            faults.add(both, f"{name} is forced and has evidence too; it can have one of them")
        parameters = {c.key: self._parameter(c, arrays[c.name], faults) for c in self.layout.of("parameter")}
        # Findings first, in their order: reasons name them in it.
        first = {name: shared.likelihoods[name] for name in self.ground.base.evidence if name in shared.likelihoods}
        likelihoods = first | likelihoods
        likelihoods |= {name: row for name, row in shared.likelihoods.items() if name not in likelihoods}
        beliefs |= {name: np.broadcast_to(row, (count, row.shape[1])) for name, row in shared.beliefs.items()}
        forced = {name: np.full(count, place) for name, place in shared.forced.items()} | forced
        return EncodedRows(count, likelihoods, beliefs, forced, parameters), faults.by_row

    def _findings(self, arrays: Mapping[str, Any], faults: _Faults) -> tuple[dict[str, _Seen], dict[str, Array]]:
        """What the rows say of variables, and beliefs `[B, S]`, NaN where there is none."""
        seen: dict[str, _Seen] = {}
        beliefs: dict[str, Array] = {}
        for column in self.layout.of("finding"):
            name = column.variable
            codes, texts = _distinct(arrays[column.name])
            states = self.ground.model.network.size(name)
            rows, chances = np.ones((len(texts), states)), _plain_beliefs(texts, self.ground.model.network.states[name])
            left = ["" if plain else text for plain, text in zip(~np.isnan(chances[:, 0]), texts, strict=True)]
            for place, cell in self._read(column, codes, left, faults, self._cell).items():
                if cell.likelihood is not None:
                    rows[place] = cell.likelihood
                if cell.belief is not None:
                    chances[place] = cell.belief
            # The ground's own findings join each distinct cell, not each row.
            rows *= self.ground.evidence.likelihoods.get(name, 1.0)
            speaks = np.array([bool(text) for text in texts])
            seen[name] = _Seen(np.take(rows, codes, axis=0), speaks[codes])
            if not np.isnan(chances).all():
                beliefs[name] = np.take(chances, codes, axis=0)
        return seen, beliefs

    def _forced(self, column: Column, array: Any, faults: _Faults) -> Places:
        states = self.ground.model.network.states[column.variable]
        codes, texts = _distinct(array)
        places = np.full(len(texts), -1)
        for place, state in self._read(
            column, codes, texts, faults, lambda name, text: position(text, name, states)
        ).items():
            places[place] = state
        return places[codes]

    def _parameter(self, column: Column, array: Any, faults: _Faults) -> Array:
        prior = self.ground.model.priors.by_key[column.key]
        assert isinstance(prior, Prior)
        values = _numbers(column, array, faults)
        for place in np.flatnonzero(~np.isnan(values)):
            if (why := outside(float(values[place]), prior)) is not None:
                faults.at(int(place), f"{column.name}: {values[place]:g}: {why}")
        return values

    def _read(
        self,
        column: Column,
        codes: Places,
        texts: list[str],
        faults: _Faults,
        read: Callable[[str, str], Value],
    ) -> dict[int, Value]:
        """By position among the distinct cells what each means; the rows of those that mean nothing are at fault."""
        found: dict[int, Value] = {}
        wrong: dict[int, str] = {}
        for place, text in enumerate(texts):
            if not text:
                continue
            try:
                found[place] = read(column.variable, text)
            except ValueError as error:
                wrong[place] = f"{column.name}: {error}"
        faults.of_cells(codes, wrong)
        return found

    def _cell(self, name: str, text: str) -> Cell:
        known = self._known.get((name, text))
        if known is None:
            try:
                known = read_cell(text, name, self.ground.model)
            except ValueError as error:
                known = str(error)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[name, text] = known
        if isinstance(known, str):
            raise ValueError(known)
        return known


@dataclass(frozen=True, eq=False)
class _Seen:
    """Likelihoods of one variable `[B, S]`, the ground's included, and which rows speak of it, `[B]`."""

    rows: Array
    speaks: NDArray[np.bool_]


class _Faults:
    """By row the first thing that is wrong with it."""

    def __init__(self) -> None:
        self.by_row: dict[int, str] = {}

    def at(self, row: int, message: str) -> None:
        self.by_row.setdefault(row, message)

    def add(self, rows: NDArray[np.bool_], message: str) -> None:
        for row in np.flatnonzero(rows):
            self.at(int(row), message)

    def of_cells(self, codes: Places, wrong: Mapping[int, str]) -> None:
        """Of rows by their distinct cell, where that is wrong."""
        for row in np.flatnonzero(np.isin(codes, list(wrong))) if wrong else ():
            self.at(int(row), wrong[int(codes[row])])


def _distinct(array: Any) -> tuple[Places, list[str]]:
    """Which distinct cell `[B]` each row has, and these, trimmed; an empty cell and a missing one are ''."""
    encoded = array if array.type == CODED else pc.dictionary_encode(array)
    encoded = encoded.unify_dictionaries().combine_chunks()
    texts = [(text or "").strip() for text in encoded.dictionary.to_pylist()]
    return codes_of(encoded, len(texts)), [*texts, ""]


def _plain_beliefs(texts: Sequence[str], states: Sequence[str]) -> Array:
    """Beliefs `[U, S]` of the cells that name all states in their order with plain fractions, NaN for all others.

    A sweep writes a hundred thousand of these; `read_cell` means the same by them, one at a time.
    """
    found = np.full((len(texts), len(states)), np.nan)
    fraction = r"([01](?:\.[0-9]+)?(?:e-[0-9]+)?)"
    pattern = r"\|".join(f"{re.escape(state)}:{fraction}" for state in states)
    places = [place for place, text in enumerate(texts) if ":" in text and text[:1] != "~"]
    if len(places) < FEW_CELLS:
        return found
    matches = map(re.compile(pattern).fullmatch, map(texts.__getitem__, places))
    rows = {place: match.groups() for place, match in zip(places, matches, strict=True) if match}
    if rows:
        chances = np.array(list(rows.values())).astype(np.float64)
        good = (chances <= 1).all(axis=1) & (np.abs(chances.sum(axis=1) - 1) <= SUM_TOLERANCE)
        found[np.array(list(rows))[good]] = chances[good]
    return found


MOST_COUNTED = 2**20
"""Joint codes that are told apart by a table of them, and not by sorting the rows."""


class Repeats(NamedTuple):
    """first: where each distinct row stands first `[D]`; which: the distinct row of each, `[B]`."""

    first: Places
    which: Places


def distinct_rows(table: pa.Table, layout: Layout) -> Repeats | None:
    """The rows that say the same, told by codes; None where cells hold numbers, or few rows repeat."""
    if layout.of("likelihood") or layout.of("parameter") or not table.num_rows:
        return None
    joint, size = np.zeros(table.num_rows, np.int64), 1
    for column in (*layout.of("finding"), *layout.of("forced")):
        codes, texts = _distinct(table[column.name])
        if size * len(texts) >= 2**62:
            joint = np.unique(joint, return_inverse=True)[1]
            size = int(joint.max()) + 1
        joint, size = joint * len(texts) + codes, size * len(texts)
    if size <= MOST_COUNTED:
        places = np.full(size, -1)
        # Of several rows with one code the last assignment stays: the first row's.
        places[joint[::-1]] = np.arange(len(joint))[::-1]
        known = np.flatnonzero(places >= 0)
        first = places[known]
        places[known] = np.arange(len(known))
        which = places[joint]
    else:
        _, first, which = np.unique(joint, return_index=True, return_inverse=True)
    return Repeats(first, which) if 2 * len(first) <= len(joint) else None


def _ratios(columns: list[Column], model: Model, arrays: Mapping[str, Any], faults: _Faults) -> Array:
    """The likelihood that `variable=state` columns give `[B, S]`, the greatest 1; states without a number count 1."""
    name = columns[0].variable
    states = model.network.states[name]
    values = np.ones((len(arrays[columns[0].name]), len(states)))
    for column in columns:
        given = _numbers(column, arrays[column.name], faults)
        faults.add(given < 0, f"{column.name}: a likelihood is at least 0")
        values[:, states.index(column.state)] = np.where(np.isnan(given), 1.0, np.abs(given))
    peaks = values.max(axis=1, keepdims=True)
    faults.add(peaks[:, 0] == 0, f"{name}: a likelihood needs at least one number above 0")
    faults.add(((values > 0) & (values < LEAST_LIKELIHOOD * peaks)).any(axis=1), f"{name}: {UNTELLABLE}")
    return np.asarray(values / np.where(peaks > 0, peaks, 1.0))


def _numbers(column: Column, array: Any, faults: _Faults) -> Array:
    """`[B]`, NaN where the cell is empty."""
    if is_number(array.type):
        values = numbers_of(array.combine_chunks())
        infinite = np.isinf(values)
        faults.add(infinite, f"{column.name}: an infinite number")
        return np.where(infinite, 1.0, values)
    codes, texts = _distinct(array)
    read = np.full(len(texts), np.nan)
    wrong: dict[int, str] = {}
    for place, text in enumerate(texts):
        try:
            read[place] = number(text) if text else np.nan
        except ValueError as error:
            wrong[place] = f"{column.name}: {error}"
    faults.of_cells(codes, wrong)
    return read[codes]
