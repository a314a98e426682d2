"""A batch in parts: what is read, answered and written in one go.

Shape letters: B rows of one part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from tocsin.batch.columns import Layout
from tocsin.batch.rows import Places
from tocsin.errors import BadInput, Problem


@dataclass(frozen=True, order=True)
class Rejected:
    """A row that means nothing."""

    file: str
    line: int
    reason: str
    row: str
    """As it was read."""


@dataclass(frozen=True, eq=False)
class Part:
    """Rows read from one file.

    lines: where each row stands, `[B]`; torn: rows that could not be read as cells; share: of the input, at its end.
    """

    file: str
    lines: Places
    table: pa.Table
    torn: Sequence[Rejected] = field(default=())
    share: float = 1.0


class Source(Protocol):
    """Where rows come from."""

    @property
    def name(self) -> str:
        """For messages."""

    @property
    def schema(self) -> pa.Schema:
        """Of every table it gives."""

    @property
    def rows(self) -> int | None:
        """How many there are, if that is known without reading all."""

    def parts(self, size: int) -> Iterator[Part]:
        """Its rows in parts of at most `size`, the same ones each time. Raises BadInput where reading cannot go on."""


def require_types(layout: Layout, schema: pa.Schema, file: str) -> None:
    """Raises BadInput where a column holds a type that its cells cannot have."""
    problems = []
    for column in layout.columns:
        kind = schema.field(column.name).type
        numeric = column.kind in ("likelihood", "parameter")
        fits = pa.types.is_null(kind) or is_text(kind) or (numeric and is_number(kind))
        if column.kind != "id" and not fits:
            wanted = "numbers are" if numeric else "text, such as the name of a state, is"
            problems.append(Problem(file, 0, 0, f"column {column.name!r}", f"holds {kind}; {wanted} needed"))
        if column.kind == "id" and pa.types.is_nested(kind):
            problems.append(Problem(file, 0, 0, "column 'id'", f"holds {kind}; text or numbers are needed"))
    if problems:
        raise BadInput(problems)


def is_text(kind: Any) -> bool:
    """Whether a column of this type holds text."""
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(value) or pa.types.is_large_string(value) or pa.types.is_string_view(value))


def is_number(kind: Any) -> bool:
    """Whether a column of this type holds plain numbers."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def plain(schema: pa.Schema) -> pa.Schema:
    """The types that are written: text however it was encoded is plain text."""
    return pa.schema([pa.field(one.name, pa.string() if is_text(one.type) else one.type) for one in schema])
