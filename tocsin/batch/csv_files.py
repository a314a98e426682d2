"""CSV (RFC 4180) in UTF-8: parsed by pyarrow, cut into parts here, so that each row's line in the file is known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
from numpy.typing import NDArray

from tocsin.batch.parts import Part, Rejected
from tocsin.batch.rows import Places
from tocsin.batch.texts import LONGEST, require_utf8
from tocsin.errors import BadInput, Problem

BLOCK = 2**22
"""Bytes read at a time."""

_NEWLINE, _RETURN, _QUOTE = b'\n\r"'


@dataclass(frozen=True, eq=False)
class Piece:
    """Whole rows of the file: their text, and the line that each begins on, `[B]`."""

    text: bytes
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
        try:
            (header,) = csv.reader(io.StringIO(head.text.decode(), newline=""))
        except UnicodeDecodeError:
            raise self._bad(1, "is not UTF-8 text; save it as UTF-8") from None
        except (csv.Error, ValueError):
            raise self._bad(1, "its lines end with CR alone; save it with LF or CRLF") from None
        self._header = head
        names = [name.strip() for name in header]
        for mark in (";", "\t"):
            if len(names) == 1 and mark in names[0]:
                raise self._bad(1, f"its cells are separated by {mark!r}; save it with commas")
        self.schema = pa.schema([(name, pa.string()) for name in names])

    def parts(self, size: int) -> Iterator[Part]:
        """Its rows in order."""
        for piece in self._pieces(size, after=self._header):
            table, torn, kept = self._parsed(piece)
            rejected = tuple(
                Rejected(self.name, int(piece.lines[row.number - 1]), _why(row), str(row.text)) for row in torn
            )
            yield Part(self.name, piece.lines[kept], table, rejected, min(1.0, piece.end / self._bytes))

    def _parsed(self, piece: Piece) -> tuple[pa.Table, list[Any], NDArray[np.bool_]]:
        """The rows with the right number of cells, the others, and which are which."""
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
            raise self._bad(int(piece.lines[0]), self._no_text(piece) or f"cannot be read: {error}") from None
        kept = np.ones(len(piece.lines), bool)
        if table.num_rows + len(torn) != len(kept):
            told = (
                "here or below a quote or a lone CR stands inside a cell; put the cell in quotes, and double its quotes"
            )
            raise self._bad(int(piece.lines[0]), told)
        kept[[row.number - 1 for row in torn]] = False
        return table.rename_columns(self.schema.names), torn, kept

    def _no_text(self, piece: Piece) -> str:
        try:
            piece.text.decode()
        except UnicodeDecodeError as error:
            line = piece.lines[0] + piece.text.count(b"\n", 0, error.start)
            return f"line {line} is not UTF-8 text; save the file as UTF-8"
        return ""

    def _pieces(self, size: int, after: Piece | None = None) -> Iterator[Piece]:
        """The file's rows, `size` at a time; `after` is the piece that they follow."""
        with self.path.open("rb") as file:
            position = after.end if after else self._start
            file.seek(position)
            line = int(after.lines[-1]) + after.text.count(b"\n") if after else 1
            rest = b""
            while True:
                block = file.read(BLOCK)
                text = rest + block
                if not text:
                    return
                if not block and not text.endswith(b"\n"):
                    text += b"\n"
                starts, lines = _rows_of(text, line)
                if len(starts) < 2 and (not block or len(text) > LONGEST):
                    raise self._bad(line, "a quote is opened in this row and never closed")
                whole = len(starts) - 1
                # The last part may be short, so it waits for more of the file.
                for first in range(0, whole if not block else whole - whole % size, size):
                    last = min(first + size, whole)
                    piece = _piece(text, starts[first : last + 1], lines[first:last], position)
                    if len(piece.lines):
                        yield piece
                kept = starts[whole if not block else whole - whole % size]
                position += int(kept)
                line = int(lines[whole if not block else whole - whole % size])
                rest = text[kept:]
                if not block:
                    if rest:
                        raise self._bad(line, "a quote is opened in this row and never closed")
                    return

    def _bad(self, line: int, message: str) -> BadInput:
        return BadInput([Problem(self.name, line, 1, "", message)])


def _rows_of(text: bytes, line: int) -> tuple[Places, Places]:
    """Where rows begin, and on which line; the last entry is the end of the last whole row.

    A line end inside quotes ends no row: an odd number of quotes stands before it (a doubled quote counts as two).
    """
    codes = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(codes == _NEWLINE)
    quotes = np.flatnonzero(codes == _QUOTE)
    outside = np.searchsorted(quotes, ends) % 2 == 0
    starts = np.concatenate([[0], ends[outside] + 1])
    return starts, line + np.searchsorted(ends, starts)


def _piece(text: bytes, starts: Places, lines: Places, position: int) -> Piece:
    """Rows without the blank lines among them, which pyarrow leaves out too."""
    codes = np.frombuffer(text, np.uint8)
    lengths = np.diff(starts)
    blank = (lengths == 1) | ((lengths == 2) & (codes[starts[:-1]] == _RETURN))
    return Piece(text[starts[0] : starts[-1]], lines[~blank], position + int(starts[-1]))


def _why(row: Any) -> str:
    return f"has {row.actual_columns} cells, not {row.expected_columns}"
