"""JSONL: an object a line. A first look at all lines finds the columns, since any line may bring another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tocsin.batch.parts import Part, Rejected
from tocsin.batch.texts import text_lines
from tocsin.errors import BadInput, Problem

_TYPES = {"int": pa.int64(), "float": pa.float64(), "str": pa.string()}


class JsonlFile:
    """A batch table in JSONL; null, "" and a key left out say nothing."""

    def __init__(self, path: Path):
        self.path, self.name = path, str(path)
        self.rows: int | None = None
        self._bytes = max(1, path.stat().st_size)
        self.schema = pa.schema(list(self._columns().items()))

    def parts(self, size: int) -> Iterator[Part]:
        """Its lines in order, blank ones left out."""
        done = 0
        numbered = enumerate(text_lines(self.path), start=1)
        while lines := list(islice(((n, line) for n, line in numbered if line.strip()), size)):
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
            columns = [_column([row.get(f.name) for row in rows], f.type) for f in self.schema]
            table = pa.table(columns, schema=self.schema)
            yield Part(self.name, np.array(kept, np.intp), table, torn, min(1.0, done / self._bytes))

    def _columns(self) -> dict[str, Any]:
        """By key, in the order of first standing, its type: text, unless all its values are numbers."""
        found: dict[str, str] = {}
        for line in text_lines(self.path):
            try:
                row = _row(line) if line.strip() else {}
            except ValueError:
                continue
            for key, value in row.items():
                kind = type(value).__name__
                if key not in found or found[key] != kind:
                    found[key] = _wider(found.get(key), kind)
        if not found:
            raise BadInput([Problem(self.name, 0, 0, "", "holds no row; each line must be an object of columns")])
        return {key: _TYPES.get(kind, pa.string()) for key, kind in found.items()}


def _row(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} at character {error.pos + 1}") from None
    if not isinstance(row, dict):
        raise ValueError("is no JSON object; write {column: cell}")
    for key, value in row.items():
        if isinstance(value, dict | list | bool):
            raise ValueError(f"{key}: {json.dumps(value)[:60]} is neither text nor a number")
        if isinstance(value, int) and abs(value) >= 2**63:
            raise ValueError(f"{key}: the number {str(value)[:30]} is too large; put it in quotes")
    return row


def _wider(known: str | None, new: str) -> str:
    if known is None or known == "NoneType":
        return new
    if new == "NoneType":
        return known
    return "float" if {known, new} == {"int", "float"} else "str"


def _column(values: list[Any], kind: Any) -> pa.Array:
    if pa.types.is_string(kind):
        values = [value if value is None or isinstance(value, str) else json.dumps(value) for value in values]
    return pa.array(values, kind)
