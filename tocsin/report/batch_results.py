"""What the rows of a batch answer, gathered; and whether answers that a table brings along are those the model gives.

Shape letters: N rows of one part.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin import batch
from tocsin.assessment import Assessment, assess
from tocsin.batch.chunks import Places, Rejected, RowSource
from tocsin.batch.columns import Column, notes, require_types
from tocsin.batch.encoding import Encoder, ground
from tocsin.batch.job import Job, answered
from tocsin.batch.reading import files_of
from tocsin.batch.running import PART_ROWS
from tocsin.canonical import canonical
from tocsin.errors import BadInput, nearest
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Scenario
from tocsin.records.scenario import baseline
from tocsin.report.batch_charts import MOST_DRAWN, RowAnswers

if TYPE_CHECKING:
    from tocsin.records.scenario import Sweep

SAME = 1e-6
"""How far a probability in a file may lie from the model's; files hold fewer digits than numbers do."""
EVIDENCE, ERROR = "p_evidence", "error"

_ANSWER = re.compile(r"(P|low|high|word)\((.+)\)")


def is_answer(column: str) -> bool:
    """Whether a column is one that `batch` adds to what it is given."""
    return column in (EVIDENCE, ERROR) or _ANSWER.fullmatch(column) is not None


def targets_of(columns: Sequence[str]) -> list[str]:
    """What is answered by the columns P(…)."""
    return [found[2] for name in columns if (found := _ANSWER.fullmatch(name)) and found[1] == "P"]


def require_same(file: str, theirs: Any, ours: Any, lines: Places) -> None:
    """Raises BadInput where a table says otherwise than the model; low(…) and high(…) are not looked at.

    theirs: the file's rows `[N]`, ours: the model's; lines: where they stand.
    """
    columns = theirs.column_names
    for name in (f"P({target})" for target in targets_of(columns)):
        claimed, found = _claimed(file, name, theirs, lines), floats(ours[name])
        # An answer that is missing where there is one differs; where neither has one, they agree.
        alike = (np.abs(claimed - found) <= SAME) | (np.isnan(claimed) & np.isnan(found))
        _refuse_first(file, name, ~alike, lines, claimed, found)
    if EVIDENCE in columns:
        claimed, found = _claimed(file, EVIDENCE, theirs, lines), floats(ours[EVIDENCE])
        # It may be far smaller than a probability that is asked for.
        alike = np.isclose(claimed, found, rtol=SAME, atol=0.0, equal_nan=True)
        _refuse_first(file, EVIDENCE, ~alike, lines, claimed, found)
    for name in (name for name in columns if name == ERROR or name.startswith("word(")):
        texts, wanted = list(_texts(theirs[name])), list(_texts(ours[name]))
        differ = np.array([text != other for text, other in zip(texts, wanted, strict=True)], bool)
        _refuse_first(file, name, differ, lines, texts, wanted)


def _refuse_first(file: str, column: str, wrong: Any, lines: Places, claimed: Any, found: Any) -> None:
    if not wrong.any():
        return
    row, count = int(np.argmax(wrong)), int(wrong.sum())
    many = "1 row differs" if count == 1 else f"{count:,} rows differ"
    message = (
        f"line {lines[row]} says {_shown(claimed[row])}, the model gives {_shown(found[row])} ({many}): it was "
        "answered by another model, or from another scenario, or changed since; name that scenario, or run the batch "
        "again"
    )
    raise BadInput.at(file, message, path=f"column {column!r}")


def _shown(cell: Any) -> str:
    if isinstance(cell, str):
        return f"“{cell}”" if cell else "nothing"
    return "nothing" if np.isnan(cell) else f"{cell:.6g}"


def _claimed(file: str, name: str, table: Any, lines: Places) -> Array:
    """A column's numbers. Raises BadInput for text, with its row."""
    try:
        return floats(table[name])
    except ValueError:
        for row, cell in enumerate(table[name].to_pylist()):
            if not _is_number(cell):
                message = f"line {lines[row]} says {cell!r}, which is no probability"
                raise BadInput.at(file, message, path=f"column {name!r}") from None
        raise


def _is_number(cell: Any) -> bool:
    try:
        return cell in (None, "") or float(cell) is not None
    except (ValueError, TypeError):
        return False


def floats(column: Any) -> Array:
    """A column as numbers `[N]`, NaN where it is empty. Raises ValueError for text that is no number."""
    if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type):
        text = column.cast(pa.string())
        column = pc.if_else(pc.equal(text, ""), None, text)
    return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _texts(column: Any) -> Iterator[str]:
    """Texts, without the apostrophe that CSV output puts before what a spreadsheet would take for a formula."""
    yield from (str(cell or "").removeprefix("'") for cell in column.to_pylist())


MOST_ROWS = 5_000_000
"""Their answers are held in memory at once."""
ALIKE = 1e-9
"""Rows so near to the end are all at it, and the first of them stands for them: rounding shall not choose."""
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Least, lower quartile, median, upper quartile, greatest."""
KNOWN = 1000
"""Distinct cells of a column that are told apart; beyond, there are just many."""

Watch = Callable[[float], None]
"""Told the share of the rows that is answered."""


@dataclass(frozen=True, eq=False)
class AnsweredRows:
    """Where rows come from, and what they start from. digest: of the sweep's meaning, or of the file's bytes."""

    source: RowSource
    base: Scenario
    name: str
    digest: str
    sweep: Sweep | None = None


@dataclass(frozen=True)
class Extreme:
    """A row with an outcome's least or greatest probability. place: its `id`, or the line where it stands."""

    place: str
    p: float
    cells: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Survey:
    """What the rows of a batch answer.

    base: the answer to what all rows start from; p: per outcome `[N]`, NaN in rows without an answer; errors: reasons
    with how many rows have them, the most frequent first; rejected: how many rows mean nothing, with a reason.
    """

    model: Model
    rows: AnsweredRows
    base: Assessment
    columns: tuple[Column, ...]
    cells: Mapping[str, tuple[Any, ...] | None]
    """Per column the distinct cells, sorted; None where there are too many."""
    p: Mapping[str, Array]
    extremes: Mapping[str, tuple[Extreme, Extreme]]
    errors: Mapping[str, int]
    rejected: Mapping[str, int]
    given: Mapping[str, Sequence[Any]] | None = None
    """Per column the cells of all rows; None where there are too many to draw each."""

    @property
    def drawn(self) -> RowAnswers:
        """The rows for charts."""
        return RowAnswers(self.model, self.columns, self.given, self.p)

    @property
    def count(self) -> int:
        """Rows that mean something."""
        return len(next(iter(self.p.values())))

    @property
    def answered(self) -> int:
        """Rows with an answer."""
        return self.count - sum(self.errors.values())

    def quantiles(self, outcome: str) -> tuple[float, ...]:
        """Least, lower quartile, median, upper quartile, greatest over the rows with an answer."""
        return tuple(map(float, canonical(np.nanquantile(self.p[outcome], SHARES))))


def rows_of(path: Path, base: Scenario | None, model: Model) -> AnsweredRows:
    """The rows of a table, on top of a scenario or of the statements alone; or of a sweep, which names its own.

    Raises BadInput.
    """
    if batch.is_sweep(path):
        sweep = batch.open_sweep(path, model)
        return AnsweredRows(sweep, sweep.base, path.name, sweep.sweep.digest, sweep.sweep)
    start = base or baseline(model.name)
    return AnsweredRows(batch.open_table(path), start, path.name, _digest(path))


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    for file in files_of(path):
        with file.open("rb") as content:
            while block := content.read(2**20):
                found.update(block)
    return found.hexdigest()


def survey(model: Model, rows: AnsweredRows, watch: Watch = lambda share: None) -> Survey:
    """Answer all rows. Raises BadInput where none can be answered, or a file's own answers are others."""
    source = rows.source
    _require_few(rows.name, source.rows or 0)
    names = source.schema.names
    asked = [name for name in names if not is_answer(name)]
    claimed = targets_of(names)
    if claimed:
        # What a batch carried through on request.
        carried = notes(asked, model)
        asked = [name for name in asked if name not in carried]
    columns = batch.layout(asked, model, rows.base, rows.name)
    given = pa.schema([source.schema.field(name) for name in asked])
    require_types(columns, given, rows.name)
    events = batch.outcomes(model)
    if not events:
        raise BadInput.at(rows.name, f"{model.name} names no outcomes, so there is nothing to tell")
    targets = (*events, *_of_states(claimed, model, rows.name))
    job = Job(model.records, model.count, model.seed, rows.base, columns, targets, "points", "parquet", given)
    base = assess(model, rows.base)
    encoder = Encoder(ground(model, rows.base), columns)
    gathered = _Gathered({event.variable: event.name for event in events}, asked)
    for part in source.parts(PART_ROWS["points"]):
        table, rejected, errors = answered(job, encoder, replace(part, table=part.table.select(asked)))
        kept = np.flatnonzero(~np.isin(part.lines, [row.line for row in rejected]))
        gathered.take(part.lines[kept], table, rejected, errors)
        require_same(rows.name, part.table.take(kept), table, part.lines[kept])
        _require_few(rows.name, gathered.count)
        watch(part.share)
    return gathered.survey(model, rows, base, columns.columns)


def _of_states(claimed: Sequence[str], model: Model, file: str) -> tuple[batch.Target, ...]:
    """What a table answers besides outcomes by their names. Raises BadInput."""
    others = [name for name in claimed if name not in model.records.events]
    if unknown := [name for name in others if "=" not in name]:
        message = f"{model.name} has no outcome {unknown[0]!r}{nearest(unknown[0], model.records.events)}"
        raise BadInput.at(file, message, path=f"column 'P({unknown[0]})'")
    return batch.targets(others, model) if others else ()


def _require_few(name: str, rows: int) -> None:
    if rows > MOST_ROWS:
        raise BadInput.at(name, f"holds more than {MOST_ROWS:,} rows; a briefing can tell of so many at most")


class _Gathered:
    """What is kept of part after part."""

    def __init__(self, targets: Mapping[str, str], columns: Sequence[str]):
        self.targets, self.count = targets, 0
        self.p: dict[str, list[Array]] = {name: [] for name in targets}
        self.ends: dict[tuple[str, str], Extreme] = {}
        self.cells: dict[str, set[Any] | None] = {name: set() for name in columns if name != "id"}
        self.given: dict[str, list[Any]] | None = {name: [] for name in columns}
        self.errors: Counter[str] = Counter()
        self.rejected: Counter[str] = Counter()

    def take(self, lines: Places, table: Any, rejected: Sequence[Rejected], errors: Mapping[int, str]) -> None:
        """One part's answers; lines: where its rows stand."""
        self.errors.update(errors.values())
        self.rejected.update(row.reason for row in rejected)
        self.count += table.num_rows
        for name, target in self.targets.items():
            values = floats(table[f"P({target})"])
            self.p[name].append(values)
            if not np.isnan(values).all():
                least, greatest = np.nanmin(values) + ALIKE, np.nanmax(values) - ALIKE
                self._end("least", name, int(np.argmax(values <= least)), values, table, lines)
                self._end("greatest", name, int(np.argmax(values >= greatest)), values, table, lines)
        if self.given is not None and self.count <= MOST_DRAWN:
            for column, cells in self.given.items():
                cells += table[column].to_pylist()
        else:
            self.given = None
        for column, known in self.cells.items():
            if known is not None:
                known.update(table[column].unique().to_pylist())
                if len(known) > KNOWN:
                    self.cells[column] = None

    def _end(self, which: str, name: str, row: int, values: Array, table: Any, lines: Places) -> None:
        old, p = self.ends.get((which, name)), float(values[row])
        if old is None or (p < old.p - ALIKE if which == "least" else p > old.p + ALIKE):
            cells = {key: cell for key, cell in table.slice(row, 1).to_pylist()[0].items() if cell is not None}
            place = str(cells["id"]) if "id" in cells else str(lines[row])
            self.ends[which, name] = Extreme(place, p, {key: cells[key] for key in self.cells if key in cells})

    def survey(self, model: Model, rows: AnsweredRows, base: Assessment, columns: tuple[Column, ...]) -> Survey:
        """Everything together. Raises BadInput where no row has an answer."""
        if not self.ends:
            reason = f": {(self.errors + self.rejected).most_common(1)[0][0]}" if self.errors or self.rejected else ""
            raise BadInput.at(rows.name, f"no row of it can be answered{reason}")
        return Survey(
            model=model,
            rows=rows,
            base=base,
            columns=columns,
            cells={name: _sorted(known) for name, known in self.cells.items()},
            p={name: np.concatenate(parts) for name, parts in self.p.items()},
            extremes={name: (self.ends["least", name], self.ends["greatest", name]) for name in self.targets},
            errors=dict(_ranked(self.errors)),
            rejected=dict(_ranked(self.rejected)),
            given=self.given,
        )


def _sorted(known: set[Any] | None) -> tuple[Any, ...] | None:
    if known is None:
        return None
    return tuple(sorted((cell for cell in known if cell is not None), key=lambda cell: (str(type(cell)), cell)))


def _ranked(counts: Counter[str]) -> Iterator[tuple[str, int]]:
    """The most frequent first, in an order that does not hang on which came first."""
    yield from sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
