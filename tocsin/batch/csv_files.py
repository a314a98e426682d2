"""CSV (RFC 4180) in UTF-8: parsed by pyarrow, cut into parts here, so that each row's line in the file is known."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
from numpy.typing import NDArray

from tocsin.batch.chunks import LONGEST, PART_BYTES, Chunk, Rejected
from tocsin.batch.columns import MOST_COLUMNS
from tocsin.batch.encoding import Places
from tocsin.batch.utf8 import require_utf8
from tocsin.errors import BadInput, Problem

BLOCK = 2**22
"""Bytes read at a time."""

MESSY = "a quote stands inside a cell; put the cell in quotes, and double its quotes"
LONE = "a CR stands alone; lines end with LF or CRLF, and a cell with a CR needs quotes"

_NEWLINE, _RETURN, _QUOTE, _COMMA = b'\n\r",'

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
        self._start = require_utf8(path)
        head = next(self._pieces(1), None)
        if head is None:
            raise self._bad(1, "is empty; the first row must name the columns")
        self._header = head
        names = self._names(head)
        for mark in (";", "\t"):
            if len(names) == 1 and mark in names[0]:
                raise self._bad(1, f"its cells are separated by {mark!r}; save it with commas")
        self.schema = pa.schema([(name, pa.string()) for name in names])

    def parts(self, size: int) -> Iterator[Chunk]:
        """Its rows in order."""
        for piece in self._pieces(size, after=self._header):
            table, torn, kept = self._parsed(piece)
            rejected = tuple(
                Rejected(self.name, int(piece.lines[row.number - 1]), _why(row), str(row.text)) for row in torn
            )
            yield Chunk(self.name, piece.lines[kept], table, rejected, min(1.0, piece.end / self._bytes))

    def _names(self, head: Piece) -> list[str]:
        """The header's cells."""
        self._require_utf8(head)
        if head.text.count(b",") >= MOST_COLUMNS:
            raise self._bad(1, f"has more than {MOST_COLUMNS:,} columns")
        try:
            (names,) = csv.reader(io.StringIO(head.text.decode(), newline=""))
        except (csv.Error, ValueError):
            raise self._bad(1, "the names of its columns cannot be read") from None
        return [name.strip() for name in names]

    def _parsed(self, piece: Piece) -> tuple[pa.Table, list[Any], NDArray[np.bool_]]:
        """The rows with the right number of cells, the others, and which are which."""
        self._require_utf8(piece)
        torn: list[Any] = []

        def skip(row: Any) -> str:
            torn.append(row)
            return "skip"

        names = [str(position) for position in range(len(self.schema))]
        try:
            table = pc.read_csv(
                pa.BufferReader(piece.text),
                pc.ReadOptions(column_names=names, use_threads=False, block_size=len(piece.text) + 1),
                pc.ParseOptions(newlines_in_values=True, invalid_row_handler=skip),
                pc.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
                ),
            )
        except pa.ArrowInvalid as error:
            raise self._bad(int(piece.lines[0]), f"cannot be read from here on: {error}") from None
        kept = np.ones(len(piece.lines), bool)
        if table.num_rows + len(torn) != len(kept):
            raise self._bad(int(piece.lines[0]), "from here on rows run together; put their cells in quotes")
        kept[[row.number - 1 for row in torn]] = False
        return table.rename_columns(self.schema.names), torn, kept

    def _require_utf8(self, piece: Piece) -> None:
        try:
            piece.text.decode()
        except UnicodeDecodeError as error:
            line = piece.first + piece.text.count(b"\n", 0, error.start)
            raise self._bad(line, "is not UTF-8 text; save the file as UTF-8") from None

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
                    raise self._bad(int(lines[long]), f"is longer than {LONGEST:,} bytes, or a quote is never closed")
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
                        raise self._bad(line, "a quote is opened in this row and never closed")
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
                    raise self._bad(int(lines[row]), message)

    def _bad(self, line: int, message: str) -> BadInput:
        return BadInput([Problem(self.name, line, 1, "", message)])


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


def _why(row: Any) -> str:
    return f"has {row.actual_columns} cells, not {row.expected_columns}"
