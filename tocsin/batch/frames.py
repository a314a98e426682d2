"""Batches of tables in memory: a pandas DataFrame or a pyarrow Table in, the same kind back with its answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from tocsin.batch.chunks import Chunk, NotText, plain_schema, settled
from tocsin.batch.columns import Column, Layout, Target, layout, require_types
from tocsin.batch.columns import targets as chosen
from tocsin.batch.encoding import Encoder, ground
from tocsin.batch.job import Ask, Job, answered, cores, in_order, require_free
from tocsin.batch.running import PART_ROWS
from tocsin.errors import BadInput, Problem
from tocsin.model import Model
from tocsin.records import Scenario

NAME, COUNTER = "table", "id"

Frame = TypeVar("Frame")
"""A pandas DataFrame or a pyarrow Table: what is given is what comes back."""


def answer_frame(
    model: Model,
    base: Scenario,
    table: Frame,
    intervals: bool = False,
    targets: Iterable[str] | None = None,
    keep: Iterable[str] = (),
    threads: int | None = None,
) -> Frame:
    """The table with the answers to its rows, as `tocsin batch` gives them; see `Session.batch`."""
    ask: Ask = "intervals" if intervals else "points"
    wanted = chosen(_several(targets), model)
    columns = layout(_names(table), model, base, NAME, line=0, keep=_several(keep) or ())
    require_free(_names(table), wanted, ask, NAME)
    telling = Layout(tuple(column for column in columns.columns if column.kind not in ("id", "kept")))
    given = _arrow(table, telling)
    answers = _answers(model, given, telling, wanted, ask, base, threads or cores()).drop_columns(given.column_names)
    if isinstance(table, pa.Table):
        for field, column in zip(answers.schema, answers.columns, strict=True):
            table = table.append_column(field, column)  # type: ignore[attr-defined]
        return table
    import pandas as pd

    frame = answers.to_pandas()
    frame.index = table.index  # type: ignore[attr-defined]
    return pd.concat([table, frame], axis=1)  # type: ignore[no-any-return]


def _answers(
    model: Model, table: pa.Table, telling: Layout, wanted: tuple[Target, ...], ask: Ask, base: Scenario, threads: int
) -> pa.Table:
    """table: the columns that say something, after one that counts the rows."""
    source = TableSource(table, NAME)
    columns = Layout((Column(COUNTER, "id"), *telling.columns))
    require_types(columns, source.schema, NAME)
    job = Job(model.records, model.count, model.seed, base, columns, wanted, ask, "parquet", source.schema)
    encoder = Encoder(ground(model, base), columns)
    parts: list[pa.Table] = []
    problems: list[Problem] = []
    for answers, rejected, _ in in_order(partial(answered, job, encoder), source.parts(PART_ROWS[ask]), threads):
        problems += [Problem(f"row {row.line}", 0, 0, "", row.reason) for row in rejected]
        parts.append(answers.cast(job.schema))
    if problems:
        raise BadInput(problems)
    return pa.concat_tables(parts) if parts else job.schema.empty_table()


def _several(names: Iterable[str] | None) -> tuple[str, ...] | None:
    """A name alone is one name, and not its letters."""
    return names if names is None else (names,) if isinstance(names, str) else tuple(names)


def _names(table: Any) -> list[str]:
    if isinstance(table, pa.Table):
        return list(table.column_names)
    if type(table).__module__.partition(".")[0] != "pandas" or not hasattr(table, "columns"):
        raise TypeError(f"a batch is a pandas DataFrame or a pyarrow Table, not {type(table).__name__}")
    strange = [name for name in table.columns if not isinstance(name, str)]
    if strange:
        message = "is no text; name each column by what it says"
        raise BadInput(Problem(NAME, 0, 0, f"column {str(name)[:80]}", message) for name in strange[:20])
    return list(table.columns)


def _arrow(table: Any, telling: Layout) -> pa.Table:
    """The columns that say something, after one that counts the rows, so that a table of none of them has rows too."""
    counter = {COUNTER: pa.array(np.arange(len(table)))}
    if isinstance(table, pa.Table):
        columns = {name: table[name] for name in telling.names}
        empty = {name: pa.nulls(len(table)) for name, column in columns.items() if column.null_count == len(table)}
        return pa.table(counter | columns | empty)
    return pa.table(counter | {name: _column(table[name]) for name in telling.names})


def _column(cells: Any) -> Any:
    """A column of pandas as Arrow; one of objects that Arrow cannot hold together as text, cell by cell."""
    if cells.isna().all():
        return pa.nulls(len(cells))
    try:
        return pa.array(cells, from_pandas=True)
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        return pa.array([_cell(cell) for cell in cells], pa.string())


def _cell(cell: Any) -> str | None:
    missing = isinstance(cell, float) and math.isnan(cell)
    if cell is None or missing or type(cell).__name__ in ("NAType", "NaTType"):
        return None
    # Half a character is no text, nor the name of any state.
    return str(cell).encode("utf-8", "backslashreplace").decode()


@dataclass(frozen=True, eq=False)
class TableSource:
    """A table in memory."""

    table: pa.Table
    name: str = "table"

    @cached_property
    def schema(self) -> pa.Schema:
        """Of the table."""
        return plain_schema(self.table.schema)

    @property
    def rows(self) -> int | None:
        """Of the table."""
        return int(self.table.num_rows)

    def parts(self, size: int) -> Iterator[Chunk]:
        """Slices of the table."""
        for start in range(0, self.table.num_rows, size):
            try:
                part = settled(self.table.slice(start, size), self.schema)
            except NotText as error:
                message = f"column {error.column!r}: is not UTF-8 text"
                raise BadInput.at(f"row {start + error.row + 1}", message) from None
            end = start + part.num_rows
            yield Chunk(self.name, np.arange(start, end) + 1, part, (), end / self.table.num_rows)
