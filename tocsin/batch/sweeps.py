"""Sweeps: many scenarios from a few lines, laid out as a batch table a part at a time.

Shape letters: B rows of one part, K sampled things, N points.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin import files
from tocsin.batch.chunks import Chunk, Places
from tocsin.batch.columns import Column, column_of, layout
from tocsin.batch.encoding import belief_cell, ground, number, outside, position, read_cell
from tocsin.canonical import canonical, significant
from tocsin.elicitation import Prior
from tocsin.elicitation.sobol import uniforms
from tocsin.errors import BadInput, ImpossibleEvidence, Problem
from tocsin.files import yaml12
from tocsin.files.places import is_yaml
from tocsin.files.references import scenario_flaws
from tocsin.files.validation import validate
from tocsin.files.yaml12 import Document, Place
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Scenario
from tocsin.records.scenario import Cell, Sample, Sweep

MOST_ROWS = 10**9
MOST_POINTS = 2**24
"""Of a sample, times the things that are sampled: they are laid out in memory at once, in 8 bytes each."""


@dataclass(frozen=True, eq=False)
class SweepSource:
    """The rows of a sweep; any part of them can be made without those before it."""

    sweep: Sweep
    model: Model
    base: Scenario
    name: str

    @property
    def rows(self) -> int | None:
        """How many scenarios it describes."""
        return self.sweep.rows

    @cached_property
    def schema(self) -> pa.Schema:
        """A column of text each, of numbers for likelihoods and parameters."""
        kinds = {"likelihood": pa.float64(), "parameter": pa.float64()}
        columns = (column_of(name, self.model) for name in self.sweep.columns)
        return pa.schema([("id", pa.int64()), *((c.name, kinds.get(c.kind, pa.string())) for c in columns)])

    def parts(self, size: int) -> Iterator[Chunk]:
        """Its rows in order, the last column varying fastest; `id` counts them from 1."""
        total = self.sweep.rows
        for start in range(0, total, size):
            places = np.arange(start, min(start + size, total))
            arrays = {"id": pa.array(places + 1)} | dict(self._columns(places))
            table = pa.table([arrays[field.name].cast(field.type) for field in self.schema], schema=self.schema)
            yield Chunk(self.name, places + 1, table, (), float(places[-1] + 1) / total)

    def _columns(self, places: Places) -> Iterator[tuple[str, Any]]:
        digits = list(np.unravel_index(places, self.sweep.lengths))
        for name, cells in self.sweep.grid.items():
            yield name, _array(cells, column_of(name, self.model)).take(pa.array(digits[0]))
            digits.pop(0)
        for name, cells in self.sweep.zip.items():
            yield name, _array(cells, column_of(name, self.model)).take(pa.array(digits[0]))
        if self.sweep.zip:
            digits.pop(0)
        for span in self.sweep.range:
            steps, place = np.unique(digits.pop(0), return_inverse=True)
            chances = np.linspace(span.start, span.end, span.rows)[steps]
            yield span.variable, self._beliefs(span.variable, span.state, chances).take(pa.array(place))
        if self.sweep.sample:
            yield from self._sampled(self.sweep.sample, digits[0])

    def _sampled(self, sample: Sample, places: Places) -> Iterator[tuple[str, Any]]:
        points = iter(self._points[:, places])
        for name, spread in sample.beliefs.items():
            ((state, (least, greatest)),) = spread.items()
            yield name, self._beliefs(name, state, least + (greatest - least) * next(points))
        for name, rumour in sample.grades.items():
            cells = pa.array([f"~{'|'.join(rumour.reported)}:{grade}" for grade in rumour.grades])
            yield name, cells.take(pa.array((next(points) * len(cells)).astype(np.int64)))
        for key in sample.parameters:
            prior = self.model.priors.by_key[key]
            yield f"parameter.{key}", pa.array(significant(prior.distribution.quantile(next(points))))  # type: ignore[union-attr]

    @cached_property
    def _points(self) -> Array:
        """Of the sample, `[K, N]`, between 0 and 1."""
        sample = self.sweep.sample
        assert sample is not None
        return uniforms(len(sample.columns), sample.points, sample.seed)

    def _beliefs(self, name: str, state: str, chances: Array) -> pa.Array:
        """Cells that believe in a state; the others keep their proportions in the base scenario's answer."""
        states = self.model.network.states[name]
        place = states.index(state)
        rest = self._base_answer[name].copy()
        rest[place] = 0
        # A state that is certain, or certainly not, in the base scenario leaves no proportions to keep.
        rest = rest / rest.sum() if rest.sum() > 0 else (np.arange(len(states)) != place) / (len(states) - 1)
        rows = rest * (1 - chances[:, np.newaxis])
        rows[:, place] = chances
        return pa.array([belief_cell(states, row) for row in rows.tolist()], pa.string())

    @cached_property
    def _base_answer(self) -> Mapping[str, Array]:
        """Posteriors of the base scenario's facts and findings but its beliefs, `[S]` by variable."""
        shared = ground(self.model, self.base)
        engine = shared.model.engine
        found = engine.posteriors(shared.evidence.likelihoods, do=shared.evidence.forced)
        if not np.isfinite(found.log_evidence[0]):
            raise ImpossibleEvidence(f"the model holds the scenario {self.base.scenario} of this sweep impossible")
        return {name: canonical(rows[0]) for name, rows in found.marginals.items()}


def _array(cells: Sequence[Cell], column: Column) -> pa.Array:
    if column.kind in ("likelihood", "parameter"):
        return pa.array([None if cell is None else float(cell) for cell in cells], pa.float64())
    return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())


def is_sweep(path: Path) -> bool:
    """Whether a file describes a sweep."""
    return is_yaml(path)


def open_sweep(path: Path, model: Model) -> SweepSource:
    """The sweep in a file, checked against its model; raises BadInput with all its problems."""
    document = yaml12.read(path)
    sweep, problems = validate(Sweep, document)
    if sweep is None:
        raise BadInput(problems)
    base, found = _base(path, sweep, model, document)
    problems = [*problems, *found]
    if base is not None:
        flaws = [*_column_flaws(sweep, model, base), *_belief_flaws(sweep, model)]
        problems += [document.problem(place, message) for place, message in flaws]
    if sweep.rows > MOST_ROWS:
        problems.append(document.problem((), f"describes {sweep.rows:,} rows; at most {MOST_ROWS:,} are run"))
    if base is None or problems:
        raise BadInput(problems)
    return SweepSource(sweep, model, base, str(path))


def _base(path: Path, sweep: Sweep, model: Model, document: Document) -> tuple[Scenario | None, list[Problem]]:
    if sweep.scenario is not None:
        # Sweeps lie beside their scenarios or in a folder of their own.
        folders = path.parents if len(path.parents) > 1 else path.resolve().parents
        beside = [folder / f"{sweep.scenario}.yaml" for folder in folders[:2]]
        found = next((file for file in beside if file.is_file()), None)
        if found is None:
            return None, [document.problem(("scenario",), f"no scenario {sweep.scenario!r} beside this file")]
        base = files.load_scenario(found, model.records)
    else:
        content = {key: getattr(sweep, key) for key in ("title", "model", "evidence", "forced", "statements")}
        base = Scenario(scenario=sweep.sweep, **content)
    if sweep.model != model.name:
        message = f"this sweep is for {sweep.model!r}, but the model is {model.name!r}"
        return None, [document.problem(("model",), message)]
    if sweep.scenario is None:
        flaws = [document.problem(place, message) for place, message in scenario_flaws(base, model.records)]
        return (None if flaws else base), flaws
    return base, []


def _column_flaws(sweep: Sweep, model: Model, base: Scenario) -> Iterator[tuple[Place, str]]:
    """Headings and cells, in all the ways that they are given."""
    parts = ("grid", "zip")
    where: dict[str, Place] = {name: (part, name) for part in parts for name in getattr(sweep, part)}
    where |= {span.variable: ("range", place, "variable") for place, span in enumerate(sweep.range)}
    if sweep.sample:
        where |= {name: ("sample", "beliefs", name) for name in sweep.sample.beliefs}
        where |= {name: ("sample", "grades", name) for name in sweep.sample.grades}
        where |= {f"parameter.{key}": ("sample", "parameters", n) for n, key in enumerate(sweep.sample.parameters)}
    for name, place in where.items():
        try:
            layout([name], model, base, "")
        except BadInput as error:
            yield place, error.problems[0].message
            continue
        if place[0] in parts:
            column = column_of(name, model)
            for index, cell in enumerate(getattr(sweep, str(place[0]))[name]):
                if cell is not None and (flaw := _cell_flaw(cell, column, model)):
                    yield (*place, index), flaw


def _cell_flaw(cell: str | float, column: Column, model: Model) -> str | None:
    try:
        if column.kind == "finding":
            read_cell(str(cell), column.variable, model)
        elif column.kind == "forced":
            position(str(cell), column.variable, model.network.states[column.variable])
        elif column.kind == "likelihood" and number(str(cell)) < 0:
            return "a likelihood is at least 0"
        elif column.kind == "parameter":
            prior = model.priors.by_key[column.key]
            assert isinstance(prior, Prior)
            return outside(number(str(cell)), prior)
    except ValueError as error:
        return str(error)
    return None


def _belief_flaws(sweep: Sweep, model: Model) -> Iterator[tuple[Place, str]]:
    for place, span in enumerate(sweep.range):
        yield from _state_flaws(("range", place, "state"), span.variable, (span.state,), model)
    if sweep.sample is None:
        return
    if sweep.sample.points * len(sweep.sample.columns) > MOST_POINTS:
        yield ("sample", "points"), f"times {len(sweep.sample.columns)} columns are more than {MOST_POINTS:,} numbers"
    for name, spread in sweep.sample.beliefs.items():
        yield from _state_flaws(("sample", "beliefs", name), name, spread, model)
    for name, rumour in sweep.sample.grades.items():
        yield from _state_flaws(("sample", "grades", name), name, rumour.reported, model)


def _state_flaws(place: Place, name: str, states: Any, model: Model) -> Iterator[tuple[Place, str]]:
    for state in states if name in model.network.variables else ():
        try:
            position(state, name, model.network.states[name])
        except ValueError as error:
            yield place, str(error)
