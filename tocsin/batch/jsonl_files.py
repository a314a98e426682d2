"""JSONL: an object a line. A first look at all lines finds the columns, since any line may bring another."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.batch.chunks import PART_BYTES, Chunk, Rejected
from tocsin.batch.columns import MOST_COLUMNS, quoted
from tocsin.batch.utf8 import text_lines
from tocsin.errors import BadInput, Problem

EXACT = 2**53
"""Beyond, a float does not tell a whole number from the next."""
MOST_DIGITS = 1000

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
        done = 0
        for lines in self._in_parts(size):
            rows: list[dict[str, Any]] = []
            kept: list[int] = []
            torn: list[Rejected] = []
            for number, line in lines:
                try:
                    rows.append(_row(line))
                    kept.append(number)
                except ValueError as error:
                    torn.append(Rejected(self.name, number, str(error), line.rstrip("\r\n")))
            done += sum(len(line) for _, line in lines)
            yield Chunk(self.name, np.array(kept, np.intp), self._table(rows), torn, min(1.0, done / self._bytes))

    def _in_parts(self, size: int) -> Iterator[list[tuple[int, str]]]:
        """Numbered lines, `size` at a time or `PART_BYTES`."""
        lines: list[tuple[int, str]] = []
        length = 0
        for number, line in enumerate(text_lines(self.path), start=1):
            if line.strip():
                lines.append((number, line))
                length += len(line)
            if len(lines) == size or length > PART_BYTES:
                yield lines
                lines, length = [], 0
        if lines:
            yield lines

    def _table(self, rows: list[dict[str, Any]]) -> pa.Table:
        """Raises BadInput where the rows are not those of the first look."""
        try:
            if not {key for row in rows for key in row} <= set(self.schema.names):
                raise pa.ArrowInvalid("a new column")
            return pa.table([_column([row.get(f.name) for row in rows], f.type) for f in self.schema], self.schema)
        except pa.ArrowException:
            raise BadInput([Problem(self.name, 0, 0, "", "was changed while it was read; begin anew")]) from None

    def _columns(self) -> dict[str, Any]:
        """By key, in the order of first standing, its type: text, unless all its values are numbers."""
        found: dict[str, set[str]] = {}
        wrong: Problem | None = None
        for number, line in enumerate(text_lines(self.path), start=1):
            try:
                row = _row(line) if line.strip() else {}
            except ValueError as error:
                wrong = wrong or Problem(self.name, number, 1, "", str(error))
                continue
            for key, value in row.items():
                found.setdefault(key, set()).add(_kind(value))
            if len(found) > MOST_COLUMNS:
                raise BadInput([Problem(self.name, 0, 0, "", f"has more than {MOST_COLUMNS:,} columns")])
        if not found:
            raise BadInput(
                [wrong or Problem(self.name, 0, 0, "", "holds no row; each line must be an object of columns")]
            )
        return {key: _type(kinds - {"none"}) for key, kinds in found.items()}


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
