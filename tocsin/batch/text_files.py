"""CSV (RFC 4180) and JSONL, both in UTF-8, read in chunks in which each row's line in the file is known.

CSV is parsed by pyarrow and cut into rows here. Of JSONL, an object a line, a first look at all lines finds the
columns, since any line may bring another.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.json as pj
from numpy.typing import NDArray

from tocsin.batch.chunks import LONGEST, PART_BYTES, Chunk, Places, Rejected, numbers_of
from tocsin.batch.columns import MOST_COLUMNS, quoted
from tocsin.errors import BadInput, Problem, decoded, require_text

BLOCK = 2**22
"""Bytes read at a time."""

MESSY = "a quote stands inside a cell; put the cell in quotes, and double its quotes"
LONE = "a CR stands alone; lines end with LF or CRLF, and a cell with a CR needs quotes"

_NEWLINE, _RETURN, _QUOTE, _COMMA, _BRACE, _END_BRACE = b'\n\r",{}'

_CELL = rb'(?:"(?:[^"]|"")*+"[^,\r\n]*|[^",\r\n][^,\r\n]*|)'
_ROW = re.compile(rb"%b(?:,%b)*+\r?\n" % (_CELL, _CELL))
"""One row as pyarrow reads it: a quote opens a quoted cell at its beginning alone."""


@dataclass(frozen=True, eq=False)
class Piece:
    """Whole rows of the file: their text, the first line, and the line that each row begins on, `[B]`."""

    text: bytes
    first: int
    lines: Places
    end: int
    """Bytes of the file up to here."""


class CsvFile:
    """A batch table in CSV; an empty cell says nothing, blank lines are left out."""

    def __init__(self, path: Path):
        self.path, self.name = path, str(path)
        self.rows: int | None = None
        self._bytes = max(1, path.stat().st_size)
        self._start = _begin(path)
        head = next(self._pieces(1), None)
        if head is None:
            raise BadInput.at(self.name, "is empty; the first row must name the columns", 1)
        self._header = head
        names = self._names(head)
        for mark in (";", "\t"):
            if len(names) == 1 and mark in names[0]:
                raise BadInput.at(self.name, f"its cells are separated by {mark!r}; save it with commas", 1)
        self.schema = pa.schema([(name, pa.string()) for name in names])

    def parts(self, size: int) -> Iterator[Chunk]:
        """Its rows in order."""
        for piece in self._pieces(size, after=self._header):
            table, torn, kept = self._parsed(piece)
            rejected = [
                Rejected(
                    self.name,
                    int(piece.lines[row.number - 1]),
                    f"has {row.actual_columns} cells, not {row.expected_columns}",
                    str(row.text),
                )
                for row in torn
            ]
            yield Chunk(self.name, piece.lines[kept], table, rejected, min(1.0, piece.end / self._bytes))

    def _names(self, head: Piece) -> list[str]:
        """The header's cells."""
        text = decoded(head.text, self.name, head.first)
        if head.text.count(b",") >= MOST_COLUMNS:
            raise BadInput.at(self.name, f"has more than {MOST_COLUMNS:,} columns", 1)
        try:
            (names,) = csv.reader(io.StringIO(text, newline=""))
        except (csv.Error, ValueError):
            raise BadInput.at(self.name, "the names of its columns cannot be read", 1) from None
        return [name.strip() for name in names]

    def _parsed(self, piece: Piece) -> tuple[pa.Table, list[Any], NDArray[np.bool_]]:
        """The rows with the right number of cells, the others, and which are which."""
        decoded(piece.text, self.name, piece.first)
        torn: list[Any] = []

        def skip(row: Any) -> str:
            torn.append(row)
            return "skip"

        names = [str(position) for position in range(len(self.schema))]
        try:
            table = pcsv.read_csv(
                pa.BufferReader(piece.text),
                pcsv.ReadOptions(column_names=names, use_threads=False, block_size=len(piece.text) + 1),
                pcsv.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
                pcsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
                ),
            )
        except pa.ArrowInvalid as error:
            raise BadInput.at(self.name, f"cannot be read from here on: {error}", int(piece.lines[0])) from None
        kept = np.ones(len(piece.lines), bool)
        if table.num_rows + len(torn) != len(kept):
            raise BadInput.at(
                self.name, "from here on rows run together; put their cells in quotes", int(piece.lines[0]), 1
            )
        kept[[row.number - 1 for row in torn]] = False
        return table.rename_columns(self.schema.names), torn, kept

    def _pieces(self, size: int, after: Piece | None = None) -> Iterator[Piece]:
        """The file's rows, `size` at a time or `PART_BYTES`; `after` is the piece that they follow."""
        with self.path.open("rb") as file:
            position = after.end if after else self._start
            file.seek(position)
            line = after.first + after.text.count(b"\n") if after else 1
            rest = b""
            while True:
                # As much again as is waiting, so that a part of long rows is not looked through a block at a time.
                block = file.read(max(BLOCK, len(rest)))
                text = rest + block
                if not text:
                    return
                if not block and not text.endswith(b"\n"):
                    text += b"\n"
                starts, lines = _rows_of(text, line)
                if int(np.diff(starts, append=len(text)).max()) > LONGEST:
                    long = int(np.diff(starts, append=len(text)).argmax())
                    raise BadInput.at(
                        self.name, f"is longer than {LONGEST:,} bytes, or a quote is never closed", int(lines[long]), 1
                    )
                self._require_plain(text, starts, lines)
                first, whole = 0, len(starts) - 1
                while first < whole:
                    full = int(np.searchsorted(starts, starts[first] + PART_BYTES, "right")) - 1
                    last = min(first + size, max(full, first + 1), whole)
                    if block and last == whole < first + size and starts[last] - starts[first] < PART_BYTES:
                        # The last part may be short, so it waits for more of the file.
                        break
                    piece = _piece(text, starts[first : last + 1], lines[first:last], position)
                    if len(piece.lines):
                        yield piece
                    first = last
                rest, line = text[int(starts[first]) :], int(lines[first])
                position += int(starts[first])
                if not block:
                    if rest:
                        raise BadInput.at(self.name, "a quote is opened in this row and never closed", line)
                    return

    def _require_plain(self, text: bytes, starts: Places, lines: Places) -> None:
        """Raises BadInput for a row that pyarrow would cut into others, by a quote or a CR inside a cell."""
        codes = np.frombuffer(text, np.uint8)
        end = int(starts[-1])
        quotes = np.flatnonzero(codes[:end] == _QUOTE)
        opens = np.arange(len(quotes)) % 2 == 0
        beside = np.where(opens, codes[np.maximum(quotes - 1, 0)], codes[quotes + 1])
        beside[: 1 if len(quotes) and quotes[0] == 0 else 0] = _NEWLINE
        odd = quotes[~np.isin(beside, (_COMMA, _NEWLINE, _RETURN, _QUOTE))]
        returns = np.flatnonzero(codes[:end] == _RETURN)
        lone = returns[(codes[returns + 1] != _NEWLINE) & _outside(quotes, returns)]
        for places, message in ((lone, LONE), (odd, MESSY)):
            for row in np.unique(np.searchsorted(starts, places, "right") - 1):
                if not _ROW.fullmatch(text, int(starts[row]), int(starts[row + 1])):
                    raise BadInput.at(self.name, message, int(lines[row]))


def _begin(path: Path) -> int:
    """How many bytes the byte order mark takes; raises BadInput for UTF-16 and for binary files."""
    with path.open("rb") as file:
        head = file.read(4096)
    require_text(head, str(path))
    return 3 if head.startswith(b"\xef\xbb\xbf") else 0


def _rows_of(text: bytes, line: int) -> tuple[Places, Places]:
    """Where rows begin, and on which line; the last entry is the end of the last whole row.

    A line end inside quotes ends no row: an odd number of quotes stands before it (a doubled quote counts as two).
    """
    codes = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(codes == _NEWLINE)
    quotes = np.flatnonzero(codes == _QUOTE)
    starts = np.concatenate([[0], ends[_outside(quotes, ends)] + 1])
    return starts, line + np.searchsorted(ends, starts)


def _outside(quotes: Places, places: Places) -> NDArray[np.bool_]:
    return np.asarray(np.searchsorted(quotes, places) % 2 == 0)


def _piece(text: bytes, starts: Places, lines: Places, position: int) -> Piece:
    """Rows without the blank lines among them, which pyarrow leaves out too."""
    codes = np.frombuffer(text, np.uint8)
    lengths = np.diff(starts)
    blank = (lengths == 1) | ((lengths == 2) & (codes[starts[:-1]] == _RETURN))
    return Piece(text[starts[0] : starts[-1]], int(lines[0]), lines[~blank], position + int(starts[-1]))


EXACT = 2**53
"""Beyond, a float does not tell a whole number from the next."""
MOST_DIGITS = 1000
LOOKED_AT, LOOKED_AT_BYTES = 1024, 2**17
"""Lines and bytes at a time in the first look: each line may bring columns, which all lines then have."""

_TYPES = {"int": pa.int64(), "large": pa.int64(), "float": pa.float64()}


class JsonlFile:
    """A batch table in JSONL; null, "" and a key left out say nothing."""

    def __init__(self, path: Path):
        self.path, self.name = path, str(path)
        self.rows: int | None = None
        self._bytes = max(1, path.stat().st_size)
        self.schema = pa.schema(list(self._columns().items()))

    def parts(self, size: int) -> Iterator[Chunk]:
        """Its lines in order, blank ones left out."""
        for piece in _pieces_of_lines(self.path, size, PART_BYTES):
            table, lines, torn = _by_arrow(piece, self.schema), piece.lines, list[Rejected]()
            if table is None:
                rows, numbers = list[dict[str, Any]](), list[int]()
                for number, line in self._lines(piece):
                    try:
                        rows.append(_row(line))
                        numbers.append(number)
                    except ValueError as error:
                        torn.append(Rejected(self.name, number, str(error), line.rstrip("\r\n")))
                table, lines = self._table(rows), np.array(numbers, np.intp)
            yield Chunk(self.name, lines, table, torn, min(1.0, piece.end / self._bytes))

    def _lines(self, piece: Piece) -> Iterator[tuple[int, str]]:
        """With their ends and numbers, blank ones left out; raises BadInput for one that is not UTF-8."""
        for number, content in enumerate(io.BytesIO(piece.text), start=piece.first):
            line = decoded(content, self.name, number)
            if line.strip():
                yield number, line

    def _table(self, rows: list[dict[str, Any]]) -> pa.Table:
        """Raises BadInput where the rows are not those of the first look."""
        try:
            if not {key for row in rows for key in row} <= set(self.schema.names):
                raise pa.ArrowInvalid("a new column")
            return pa.table([_column([row.get(f.name) for row in rows], f.type) for f in self.schema], self.schema)
        except pa.ArrowException:
            raise BadInput.at(self.name, "was changed while it was read; begin anew") from None

    def _columns(self) -> dict[str, Any]:
        """By key, in the order of first standing, its type: text, unless all its values are numbers."""
        found: dict[str, set[str]] = {}
        wrong: Problem | None = None
        for piece in _pieces_of_lines(self.path, LOOKED_AT, LOOKED_AT_BYTES):
            table = _by_arrow(piece, None)
            if table is not None:
                for key, column in zip(table.column_names, table.columns, strict=True):
                    found.setdefault(key, set()).add(_kind_of(column))
            for number, line in self._lines(piece) if table is None else ():
                try:
                    row = _row(line)
                except ValueError as error:
                    wrong = wrong or Problem(self.name, number, 1, "", str(error))
                    continue
                for key, value in row.items():
                    found.setdefault(key, set()).add(_kind(value))
            if len(found) > MOST_COLUMNS:
                raise BadInput.at(self.name, f"has more than {MOST_COLUMNS:,} columns")
        if not found:
            raise BadInput(
                [wrong or Problem(self.name, 0, 0, "", "holds no row; each line must be an object of columns")]
            )
        return {key: _type(kinds - {"none"}) for key, kinds in found.items()}


def _pieces_of_lines(path: Path, size: int, most: int) -> Iterator[Piece]:
    """The lines, `size` at a time that are not blank, or somewhat more than `most` bytes.

    Raises BadInput for one that is too long.
    """
    with path.open("rb") as file:
        position = _begin(path)
        file.seek(position)
        line, rest = 1, b""
        while block := file.read(max(BLOCK, len(rest))) or rest:
            last = block is rest
            text = rest if last else rest + block
            ends = np.flatnonzero(np.frombuffer(text, np.uint8) == _NEWLINE) + 1
            if last and (not len(ends) or ends[-1] < len(text)):
                ends = np.append(ends, len(text))
            starts = np.concatenate([[0], ends])
            long = np.flatnonzero(np.diff(starts, append=len(text)) >= LONGEST)
            whole = int(long[0]) if len(long) else len(ends)
            blank = _blank(text, starts[: whole + 1])
            rows = np.concatenate([[0], np.cumsum(~blank)])
            first = 0
            while first < whole:
                full = int(np.searchsorted(rows, rows[first] + size, "left"))
                large = int(np.searchsorted(starts, starts[first] + most, "right"))
                end = min(full, large, whole)
                if end == whole < min(full, large) and not (last or len(long)):
                    # The last part may be short, so it waits for more of the file.
                    break
                numbers = line + first + np.flatnonzero(~blank[first:end])
                if len(numbers):
                    content = text[starts[first] : starts[end]]
                    yield Piece(content, line + first, numbers, position + int(starts[end]))
                first = end
            if len(long):
                message = f"is longer than {LONGEST:,} bytes; one row stands on each line"
                raise BadInput.at(str(path), message, line + whole)
            rest, line, position = text[starts[first] :], line + first, position + int(starts[first])


def _blank(text: bytes, starts: Places) -> NDArray[np.bool_]:
    """Which of the lines are."""
    codes = np.frombuffer(text, np.uint8)
    blank = np.zeros(len(starts) - 1, bool)
    # Nearly all lines begin with the brace.
    for place in np.flatnonzero(codes[starts[:-1]] != _BRACE):
        blank[place] = not text[starts[place] : starts[place + 1]].decode("utf-8", "replace").strip()
    return blank


def _by_arrow(piece: Piece, schema: pa.Schema | None) -> pa.Table | None:
    """The rows as Arrow reads them, ten times as fast; None where it refuses, or where `_row` might not agree.

    schema: of the first look, or None in it.
    """
    codes = np.frombuffer(piece.text, np.uint8)
    ends = np.flatnonzero(codes == _NEWLINE)
    if codes[-1] != _NEWLINE:
        ends = np.append(ends, len(codes))
    starts = np.concatenate([[0], ends[:-1] + 1])
    ends = ends - (codes[ends - 1] == _RETURN)
    filled = starts < ends
    starts, ends = starts[filled], ends[filled]
    # An object on each line: none of two lines, nor two on one.
    if len(starts) != len(piece.lines) or (codes[starts] != _BRACE).any() or (codes[ends - 1] != _END_BRACE).any():
        return None
    parse = pj.ParseOptions(schema, unexpected_field_behavior="infer" if schema is None else "error")
    read = pj.ReadOptions(use_threads=False, block_size=len(codes) + 1)
    try:
        table = pj.read_json(pa.BufferReader(piece.text), read, parse)
        table.validate(full=True)
        table = table if schema is None else table.select(schema.names)
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    return table if len(table) == len(starts) and all(map(_is_plain, table.columns)) else None


def _is_plain(column: pa.ChunkedArray) -> bool:
    """Whether Arrow and `_row` agree on its cells: Arrow also reads truths, lists, NaN and what must be rounded."""
    kind = column.type
    if not pa.types.is_float64(kind):
        return bool(kind in (pa.null(), pa.string(), pa.int64()) or pa.types.is_temporal(kind))
    cells = numbers_of(column.combine_chunks())
    negative_zero = (cells == 0) & np.signbit(cells)
    missing = np.count_nonzero(np.isnan(cells)) == column.null_count
    return bool(missing and not (np.abs(cells) >= EXACT).any() and not negative_zero.any())


def _kind_of(column: pa.ChunkedArray) -> str:
    """As `_kind`, of all its cells; what Arrow takes for a time is text."""
    if pa.types.is_int64(column.type):
        least, greatest = pc.min_max(column).as_py().values()
        return "int" if max(-least, greatest) <= EXACT else "large"
    return "none" if pa.types.is_null(column.type) else "float" if pa.types.is_float64(column.type) else "text"


def _row(line: str) -> dict[str, Any]:
    """The cells of a line; raises ValueError with what is wrong with it."""
    try:
        row = json.loads(line, object_pairs_hook=_object, parse_int=_whole, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError("is nested too deeply; write {column: cell}") from None
    if not isinstance(row, dict):
        raise ValueError("is no JSON object; write {column: cell}")
    for key, value in row.items():
        if isinstance(value, dict | list | bool):
            raise ValueError(f"{quoted(key)}: {json.dumps(value)[:60]} is neither text nor a number")
        if isinstance(value, float) and math.isinf(value):
            raise ValueError(f"{quoted(key)}: the number is too large")
        _require_whole_text(key, key)
        _require_whole_text(key, value if isinstance(value, str) else "")
    return row


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        twice = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"{quoted(twice)} stands twice; keep one")
    return row


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number of {len(digits):,} digits is too long; put it in quotes")
    return int(digits)


def _constant(text: str) -> None:
    """NaN says nothing here as elsewhere, though it is no JSON; the infinite are no numbers."""
    if text != "NaN":
        raise ValueError(f"{text} is no number; write null for nothing")


def _require_whole_text(key: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        raise ValueError(f"{key[:60]!a}: {half} is half a character; the other half is missing") from None


def _kind(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, int):
        return "int" if abs(value) <= EXACT else "large" if -(2**63) <= value < 2**63 else "huge"
    return "float" if isinstance(value, float) else "text"


def _type(kinds: set[str]) -> Any:
    """The type that holds all kinds of a column's values without loss: text if no type of numbers does."""
    if kinds == {"int", "float"}:
        return pa.float64()
    if kinds == {"int", "large"}:
        return pa.int64()
    return _TYPES.get(next(iter(kinds)), pa.string()) if len(kinds) == 1 else pa.string()


def _column(values: list[Any], kind: Any) -> pa.Array:
    if pa.types.is_string(kind):
        values = [value if value is None or isinstance(value, str) else json.dumps(value) for value in values]
    return pa.array(values, kind)
