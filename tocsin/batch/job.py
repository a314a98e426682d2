"""What is done to each part, here or on another machine: encode, answer, lay out, write as bytes.

Shape letters: B rows of one part.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import pyarrow as pa

from tocsin import records
from tocsin.batch.arrow import CODED, floats, is_number, plain_schema, texts_of
from tocsin.batch.chunks import Chunk, Rejected
from tocsin.batch.columns import Layout, Target
from tocsin.batch.encoding import Encoder, ground
from tocsin.batch.evaluation import Answers, intervals, points
from tocsin.batch.writing import Form, encoded, rejected_lines
from tocsin.errors import BadInput, Problem, TocsinError
from tocsin.model import build
from tocsin.records import Scenario
from tocsin.version import __version__

Ask = Literal["points", "intervals"]


@dataclass(frozen=True)
class Job:
    """Everything that a part's answer depends on but the part itself; goes to workers as it is."""

    model: records.ModelRecords
    draws: int
    seed: int
    base: Scenario
    layout: Layout
    targets: tuple[Target, ...]
    ask: Ask
    form: Form
    given: pa.Schema
    """Of the input."""
    version: str = __version__

    @property
    def schema(self) -> pa.Schema:
        """Of the output: the inputs, P(target) and its interval, P(evidence), the reason where there is no answer."""
        return pa.schema([*plain_schema(self.given), *answer_fields(self.targets, self.ask)])


def answer_fields(targets: Sequence[Target], ask: Ask) -> list[pa.Field]:
    """The columns of an answer."""
    kinds = ("P", "low", "high") if ask == "intervals" else ("P",)
    fields = [pa.field(f"{kind}({target.name})", pa.float64()) for target in targets for kind in kinds]
    return [*fields, pa.field("p_evidence", pa.float64()), pa.field("error", pa.string())]


def require_free(names: Sequence[str], targets: Sequence[Target], ask: Ask, file: str) -> None:
    """Raises BadInput where a column of the input is called as one of the answers is."""
    taken = {field.name for field in answer_fields(targets, ask)}
    told = "the answers have a column of this name; rename it"
    problems = [Problem(file, 0, 0, f"column {name!r}", told) for name in names if name in taken]
    if problems:
        raise BadInput(problems)


@dataclass(frozen=True)
class Done:
    """One part, answered. Bytes as they go to disk; rejected is empty where no row was."""

    number: int
    answers: bytes
    rejected: bytes
    rows: int
    refused: tuple[Rejected, ...]
    """The first few of the rejected rows."""
    rejects: int
    errors: int
    share: float


SHOWN = 20


def work(job: bytes, number: int, part: bytes) -> Done:
    """One part on a worker; the model is built once per process."""
    opened, worker = _opened(job)
    return answer(opened, worker, number, _unpacked(part))


def answer(job: Job, encoder: Encoder, number: int, part: Chunk) -> Done:
    """One part."""
    table, rejected, found = answered(job, encoder, part)
    return Done(
        number,
        encoded(table, job.form),
        rejected_lines(rejected),
        table.num_rows,
        tuple(rejected[:SHOWN]),
        len(rejected),
        len(found.errors),
        part.share,
    )


def answered(job: Job, encoder: Encoder, part: Chunk) -> tuple[pa.Table, list[Rejected], Answers]:
    """The output's rows, and those rejected."""
    rows, faults = encoder.encode(part.table)
    rejected = [*part.torn, *_rejected(part, faults)]
    kept = part.table
    if faults:
        places = np.delete(np.arange(rows.count), list(faults))
        rows, kept = rows.only(places), kept.take(pa.array(places))
    ask = intervals if job.ask == "intervals" else points
    found = ask(encoder.ground, rows, job.targets)
    return _laid_out(job, kept, found), sorted(rejected), found


def packed_job(job: Job) -> bytes:
    """For another process."""
    return pickle.dumps(job)


def packed(part: Chunk) -> bytes:
    """A part for another process."""
    return pickle.dumps((part.file, part.lines, _ipc(part.table), part.torn, part.share))


def _unpacked(content: bytes) -> Chunk:
    file, lines, table, torn, share = pickle.loads(content)
    return Chunk(file, lines, pa.ipc.open_stream(table).read_all(), torn, share)


def _ipc(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(unify_dictionaries=True)) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


@lru_cache(maxsize=2)
def _opened(content: bytes) -> tuple[Job, Encoder]:
    job = pickle.loads(content)
    if job.version != __version__:
        raise TocsinError(f"a worker runs Tocsin {__version__}, but the batch was started by {job.version}")
    model = build(job.model, job.draws, job.seed)
    return job, Encoder(ground(model, job.base), job.layout)


def _rejected(part: Chunk, faults: Mapping[int, str]) -> Iterator[Rejected]:
    """The rows at fault, as they were read: only the cells that say something."""
    chosen = part.table.take(pa.array(list(faults), pa.int64()))
    columns = [column if is_number(column.type) else texts_of(column) for column in chosen.columns]
    rows = pa.table(columns, names=chosen.column_names).to_pylist()
    for (row, reason), cells in zip(faults.items(), rows, strict=True):
        told = {name: cell for name, cell in cells.items() if cell is not None}
        yield Rejected(part.file, int(part.lines[row]), reason, json.dumps(told, ensure_ascii=False))


def _laid_out(job: Job, kept: pa.Table, found: Answers) -> pa.Table:
    schema = job.schema
    # Text stays distinct values and positions for Parquet, which stores it so.
    columns = [
        column if job.form == "parquet" and column.type == CODED else column.cast(schema.field(place).type)
        for place, column in enumerate(kept.columns)
    ]
    for place in range(len(job.targets)):
        for values in (found.p, found.low, found.high):
            if values is not None:
                columns.append(floats(values[place]))
    columns += [floats(found.p_evidence), _errors(found, kept.num_rows)]
    return pa.table(columns, names=schema.names)


def _errors(found: Answers, rows: int) -> pa.Array:
    if not found.errors:
        return pa.nulls(rows, pa.string())
    errors: list[str | None] = [None] * rows
    for row, message in found.errors.items():
        errors[row] = message
    return pa.array(errors, pa.string())
