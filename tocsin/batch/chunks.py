"""A batch in parts: what is read, answered and written in one go.

Shape letters: B rows of one part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import pyarrow as pa

from tocsin.batch.arrow import is_number, is_text, is_value
from tocsin.batch.columns import Layout
from tocsin.batch.encoding import Places
from tocsin.errors import BadInput, Problem

PART_BYTES = 2**26
"""Of text in one part: a part of long texts has fewer rows than asked for."""
LONGEST = 2**22
"""Bytes of one row, or of one line: beyond, a quote was left open or the file is no table."""


@dataclass(frozen=True, order=True)
class Rejected:
    """A row that means nothing."""

    file: str
    line: int
    reason: str
    row: str
    """As it was read."""


@dataclass(frozen=True, eq=False)
class Chunk:
    """Rows read from one file.

    lines: where each row stands, `[B]`; torn: rows that could not be read as cells; share: of the input, at its end.
    """

    file: str
    lines: Places
    table: pa.Table
    torn: Sequence[Rejected] = field(default=())
    share: float = 1.0


class RowSource(Protocol):
    """Where rows come from."""

    @property
    def name(self) -> str:
        """For messages."""

    @property
    def schema(self) -> pa.Schema:
        """Of every table it gives, in plain types; text may come as distinct values."""

    @property
    def rows(self) -> int | None:
        """How many there are, if that is known without reading all."""

    def parts(self, size: int) -> Iterator[Chunk]:
        """Its rows in parts of at most `size`, the same ones each time. Raises BadInput where reading cannot go on."""


def require_types(layout: Layout, schema: pa.Schema, file: str) -> None:
    """Raises BadInput where a column holds a type that its cells cannot have."""
    problems = []
    for column in layout.columns:
        kind = schema.field(column.name).type
        numeric = column.kind in ("likelihood", "parameter")
        if column.kind in ("id", "kept"):
            fits, wanted = is_value(kind), "text, numbers or dates are"
        else:
            fits = is_text(kind) or pa.types.is_null(kind) or (numeric and is_number(kind))
            wanted = "numbers are" if numeric else "text, such as the name of a state, is"
        if not fits:
            problems.append(Problem(file, 0, 0, f"column {column.name!r}", f"holds {kind}; {wanted} needed"))
    if problems:
        raise BadInput(problems)
