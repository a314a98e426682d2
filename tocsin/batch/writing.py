"""Answers on disk: Parquet, CSV, JSONL or Excel, first part by part, then as one file.

Shape letters: B rows of one part.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tocsin.batch.chunks import CODED, Rejected, is_text, written
from tocsin.batch.excel import require_short
from tocsin.errors import BadInput, require

Form = Literal["parquet", "csv", "jsonl", "xlsx"]
Content = bytes | memoryview

FORMULA = r"^\s*[=+\-@|\t\r＝＋－＠]"
"""Beginnings of a cell that a spreadsheet may run as a formula (OWASP, "CSV Injection")."""
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"

GROUP_ROWS = 65_536
"""Of a Parquet row group, at least."""

REJECTED = ("file", "line", "reason", "row")
"""Columns of the file of rejected rows."""


def form_of(out: Path) -> Form:
    """By the suffix; raises BadInput."""
    match out.suffix.lower():
        case ".parquet":
            return "parquet"
        case ".csv":
            return "csv"
        case ".jsonl":
            return "jsonl"
        case ".xlsx":
            require("Writing .xlsx", "xlsxwriter")
            return "xlsx"
        case _:
            raise BadInput.at(out, "must end in .parquet, .csv, .jsonl or .xlsx")


def encoded(table: pa.Table, form: Form) -> bytes:
    """One part as bytes: lines without a header, or for Parquet and Excel an Arrow file, which costs less to make.

    Raises BadInput where a text is longer than the form allows.
    """
    match form:
        case "parquet" | "xlsx":
            if form == "xlsx":
                require_short(table)
            sink = pa.BufferOutputStream()
            # Not compressed: parts live for minutes, and compressing them takes longer than answering their rows.
            with pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
            return bytes(sink.getvalue())
        case "csv":
            return _csv(table) if table.num_rows else b""
        case "jsonl":
            return _jsonl(table)


def merge(parts: Iterable[Content], file: BinaryIO, schema: pa.Schema, form: Form) -> None:
    """All parts in one file; those of Excel are put together elsewhere."""
    if form == "parquet":
        _merge_parquet(parts, schema, file)
        return
    if form == "csv":
        file.write(header(schema.names))
    for part in parts:
        file.write(part)


def _merge_parquet(parts: Iterable[Content], schema: pa.Schema, file: BinaryIO) -> None:
    """Without Arrow's own schema in the file, text that was written from distinct values is read as plain text."""
    tables = _groups(parts)
    first = next(tables, None)
    first = schema.empty_table() if first is None else first
    # Probabilities hardly repeat: a dictionary of them costs time and saves nothing.
    texts = [field.name for field in first.schema if is_text(field.type)]
    options = {"compression": "snappy", "use_dictionary": texts, "store_schema": False}
    with pq.ParquetWriter(file, first.schema, **options) as writer:
        writer.write_table(first)
        for table in tables:
            writer.write_table(_as_in(first.schema, table))


def _groups(parts: Iterable[Content]) -> Iterator[pa.Table]:
    """Tables large enough to be row groups."""
    waiting: list[pa.Table] = []
    for part in parts:
        table = pa.ipc.open_file(pa.BufferReader(part)).read_all()
        waiting.append(_as_in(waiting[0].schema, table) if waiting else table)
        if sum(table.num_rows for table in waiting) >= GROUP_ROWS:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)


def _as_in(schema: pa.Schema, table: pa.Table) -> pa.Table:
    """Text as distinct values or plain, as the schema has it: the files of a folder may differ in that."""
    if table.schema == schema:
        return table
    columns = []
    for column, field in zip(table.columns, schema, strict=True):
        if column.type == field.type:
            columns.append(column)
        else:
            columns.append(column.dictionary_encode() if field.type == CODED else column.cast(field.type))
    return pa.table(columns, schema=schema)


def rejected_lines(rejected: Iterable[Rejected]) -> bytes:
    """Rejected rows as CSV without a header."""
    rows = ((readable(row.file), str(row.line), row.reason, row.row) for row in rejected)
    return _lines([[inert(cell) for cell in row] for row in rows])


def header(names: Sequence[str]) -> bytes:
    """The first line of a CSV file with these columns."""
    return _lines([names])


def rejected_header() -> bytes:
    """The first line of the file of rejected rows."""
    return header(REJECTED)


def readable(name: str) -> str:
    r"""A file's name as text, whose bytes need not be UTF-8.

    >>> readable("a\udcff.csv")
    'a\\xff.csv'
    """
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def inert(text: str) -> str:
    """A cell that no spreadsheet runs: an apostrophe before what looks like a formula and is no number.

    >>> [inert(cell) for cell in ("=1+1", "-5", "-5+A1", "yes")]
    ["'=1+1", '-5', "'-5+A1", 'yes']
    """
    return f"'{text}" if re.match(FORMULA, text) and not re.match(NUMBER, text) else text


def as_given(text: str) -> str:
    """The text that a cell of CSV stands for.

    >>> as_given("'=1+1"), as_given("'yes")
    ('=1+1', "'yes")
    """
    return text[1:] if text.startswith("'") and inert(text[1:]) == text else text


def _csv(table: pa.Table) -> bytes:
    """As pyarrow writes it, with all text in quotes, but each distinct value is looked at once."""
    pieces = [piece for column in table.columns for piece in (_csv_cells(column), ",")]
    return _joined([*pieces[:-1], "\n"])


def _csv_cells(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        coded = column.unify_dictionaries().combine_chunks()
        return pc.fill_null(_csv_cells(coded.dictionary).take(coded.indices), "")
    column = written(column)
    if not is_text(column.type):
        return pc.fill_null(pc.cast(column, pa.string()), "")
    risky = pc.match_substring_regex(column, FORMULA)
    if pc.any(risky).as_py():
        risky = pc.and_(risky, pc.invert(pc.match_substring_regex(column, NUMBER)))
        column = pc.if_else(risky, pc.binary_join_element_wise("'", column, ""), column)
    quotes = pc.replace_substring(column, '"', '""')
    return pc.fill_null(pc.binary_join_element_wise('"', quotes, '"', ""), "")


def _joined(pieces: Sequence[Any]) -> bytes:
    """The text of all rows, of columns of text and what stands between them."""
    lines = pc.binary_join_element_wise(*pieces, "")
    if isinstance(lines, pa.ChunkedArray):
        lines = lines.combine_chunks()
    # The rows stand one behind the other in Arrow's own memory.
    _, _, content = lines.buffers()
    return bytes(content or b"")


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _jsonl(table: pa.Table) -> bytes:
    """Column by column, so that only distinct texts are escaped one by one."""
    if not table.num_rows:
        return b""
    pieces: list[Any] = []
    for name, column in zip(table.column_names, table.columns, strict=True):
        pieces += [f"{', ' if pieces else '{'}{json.dumps(name)}: ", _json_values(column)]
    return _joined([*pieces, "}\n"])


def _json_values(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        coded = column.unify_dictionaries().combine_chunks()
        return pc.fill_null(_json_values(coded.dictionary).take(coded.indices), "null")
    column = written(column)
    if is_text(column.type):
        if isinstance(column, pa.ChunkedArray):
            return _json_values(pa.chunked_array([column.combine_chunks().dictionary_encode()]))
        texts = pa.array([json.dumps(text, ensure_ascii=False) for text in column.to_pylist()], pa.string())
    else:
        finite = pc.is_finite(column) if pa.types.is_floating(column.type) else True
        texts = pc.cast(pc.if_else(finite, column, None), pa.string())
    return pc.fill_null(texts, "null")
