"""A feed: a table of dated findings, and what is known after each of them.

| column | cells |
|-|-|
| `date` | the day on which it became known, as 2024-12-05 |
| `variable`, `state` | as the heading and the cell of a batch table |
| `grade`, if there | of a report, such as B2; else the cell has it (`~state:B2`) or it is observed |
| `source`, `note`, if there | whose word it is; anything |

Evidence accumulates. Reports on one variable are counted together, but of one source the last counts alone: it has one
voice. What is observed or believed takes the place of all that was known of its variable, and stands until the next
such finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tocsin.batch.chunks import Chunk, texts_of
from tocsin.batch.columns import column_of
from tocsin.batch.encoding import belief_cell, read_cell
from tocsin.batch.reading import open_table
from tocsin.errors import BadInput, Problem, listed, nearest
from tocsin.model import Model
from tocsin.records import Finding, Scenario
from tocsin.records.base import Day, Text
from tocsin.records.scenario import finding, take_apart

NEEDED, OTHERS = ("date", "variable", "state"), ("grade", "source", "note")
ROWS = 2**16
"""Read at once."""
LONGEST_SOURCE = 200
"""Letters of a source in what is stored of a row."""
_DAYS: TypeAdapter[date] = TypeAdapter(Day)
_TEXTS: TypeAdapter[str] = TypeAdapter(Text)
_MIDNIGHT = re.compile(r"[ T]00:00(:00(\.0+)?)?Z?$")
"""What some programs write behind a day."""


@dataclass(frozen=True, eq=False)
class FeedRow:
    """A finding that became known on a day."""

    day: date
    variable: str
    finding: Finding
    source: str = ""
    note: str = ""
    file: str = ""
    line: int = 0

    @property
    def key(self) -> str:
        """How a ledger names it: `2024-12-05 road ~open:B2 Reuters`; `entries.named_finding` takes it apart."""
        found = self.finding
        if found.observed is not None:
            cell = found.observed
        elif found.believed is not None:
            cell = belief_cell(list(found.believed), list(found.believed.values()))
        else:
            cell = f"~{'|'.join(found.reported)}:{found.grade}"
        return f"{self.day} {self.variable} {cell} {self.source[:LONGEST_SOURCE]}".strip()

    def problem(self, message: str) -> Problem:
        """Something wrong with it."""
        return Problem(self.file, self.line, 1, "", message)


@dataclass(frozen=True)
class Feed:
    """The rows in the order of their days. problems: of rows that count for nothing; later: rows after the last day."""

    rows: tuple[FeedRow, ...]
    problems: tuple[Problem, ...] = ()
    later: int = 0


def read_feed(path: Path, model: Model, base: Scenario, on: date | None = None) -> Feed:
    """The rows of a table up to a day. Raises BadInput for what is no such table, or has no row that can be read."""
    table = open_table(path)
    names = table.schema.names
    problems = [
        Problem(table.name, 1, place, "", f"no column {name!r} is known{nearest(name, (*NEEDED, *OTHERS))}")
        for place, name in enumerate(names, start=1)
        if name not in NEEDED + OTHERS
    ]
    if missing := [name for name in NEEDED if name not in names]:
        has = f"has no column {listed(missing)}; a feed has {listed(NEEDED)}, and can have {listed(OTHERS)}"
        problems.append(Problem(table.name, 1, 1, "", has))
    if doubled := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        problems.append(Problem(table.name, 1, 1, "", f"has the column {doubled[0]!r} twice; keep one"))
    if problems:
        raise BadInput(problems)
    rows: list[FeedRow] = []
    later = 0
    for chunk in table.parts(ROWS):
        problems += [Problem(torn.file, torn.line, 1, "", torn.reason) for torn in chunk.torn]
        for line, cells in _cells(chunk):
            try:
                row = replace(_row(cells, model, base), file=chunk.file, line=line)
            except ValueError as error:
                problems.append(Problem(chunk.file, line, 1, "", _reason(error)))
                continue
            if on is not None and row.day > on:
                later += 1
            else:
                rows.append(row)
    if problems and not rows and not later:
        raise BadInput(problems)
    return Feed(tuple(sorted(rows, key=lambda row: row.day)), tuple(problems), later)


def _reason(error: ValueError) -> str:
    """What is wrong with a row, without what pydantic writes around it."""
    if isinstance(error, ValidationError):
        return str(error.errors()[0]["msg"]).removeprefix("Value error, ")
    return str(error)


def _cells(chunk: Chunk) -> Iterator[tuple[int, Mapping[str, str]]]:
    table = chunk.table
    texts = map(texts_of, table.columns)
    columns = {name: cells.to_pylist() for name, cells in zip(table.column_names, texts, strict=True)}
    for place, line in enumerate(chunk.lines):
        cells = {name: (texts[place] or "").strip() for name, texts in columns.items()}
        if any(cells.values()):
            yield int(line), cells


def _row(cells: Mapping[str, str], model: Model, base: Scenario) -> FeedRow:
    """Raises ValueError with what is wrong and what is allowed."""
    if empty := [name for name in NEEDED if not cells[name]]:
        raise ValueError(f"has no {listed(empty)}")
    day, file = _DAYS.validate_python(_MIDNIGHT.sub("", cells["date"])), model.records.file
    if not file.as_of <= day <= file.horizon.end:
        known = f"what was known until {file.as_of} is in the model, and its questions close on {file.horizon.end}"
        raise ValueError(f"is of {day}; {known}")
    variable = cells["variable"]
    if column_of(variable, model).kind != "finding":
        raise ValueError(f"{variable!r} is no variable{nearest(variable, model.network.variables)}")
    if variable in base.forced:
        raise ValueError(f"{variable} is forced in the scenario {base.scenario}, so that nothing can be learned of it")
    text, grade = cells["state"], cells.get("grade", "")
    if grade:
        if take_apart(text).kind == "believed":
            raise ValueError(f"{text!r} is a belief, and no report that has a grade; leave the grade out")
        if (found := take_apart(text).grade) not in ("", grade):
            raise ValueError(f"is graded {found} in its state and {grade} beside it; say it once")
        text = f"~{text.removeprefix('~').removesuffix(f':{grade}')}:{grade}"
    read_cell(text, variable, model)
    source, note = (cells.get(name, "") for name in ("source", "note"))
    for content in filter(None, (source, note)):
        _TEXTS.validate_python(content)
    return FeedRow(day, variable, finding(text), source, note)


@dataclass(frozen=True, eq=False)
class FeedDay:
    """What is known after some rows of a feed. scenario: with them; rows: those that count, by variable."""

    day: date
    scenario: Scenario
    rows: Mapping[str, tuple[FeedRow, ...]] = field(default_factory=dict)

    def and_then(self, row: FeedRow) -> FeedDay:
        """With one more row."""
        before, name = self.rows.get(row.variable, ()), row.variable
        settled = before[:1] if before and before[0].finding.kind != "reported" else ()
        if row.finding.kind != "reported":
            now: tuple[FeedRow, ...] = (row,)
        elif settled:
            now = before
        else:
            now = (*(earlier for earlier in before if not row.source or earlier.source != row.source), row)
        return replace(self, day=row.day, rows={**self.rows, name: now})

    def on(self, base: Scenario) -> FeedDay:
        """With the scenario in which the rows hold beside what another one sets; an observation takes its place."""
        evidence = dict(base.evidence)
        for name, rows in self.rows.items():
            own = () if rows[0].finding.kind != "reported" else base.evidence.get(name, ())
            if not any(found.believed is not None for found in own):
                evidence[name] = (*own, *(row.finding for row in rows))
        return replace(self, scenario=base.model_copy(update={"evidence": evidence}))


def course(rows: Sequence[FeedRow], base: Scenario, begins: date) -> tuple[FeedDay, ...]:
    """What is known before all rows, and after each of them."""
    known = [FeedDay(begins, base)]
    for row in rows:
        known.append(known[-1].and_then(row).on(base))
    return tuple(known)
