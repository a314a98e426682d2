"""What every reader gives: rows in chunks, as Arrow tables of a few types with the line of each row.

Files come in all of Arrow's types. `settled` brings their columns to the few that the rest of this room knows, so that
how a file was written (its row groups, its dictionaries, a column without any value) cannot matter further on. Between
numpy and Arrow numbers go through their buffers: pyarrow's own conversions import pandas, which takes 0.4 s.

Shape letters: B rows of one chunk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tocsin.network.network import Array

Places = NDArray[np.intp]

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


CODED = pa.dictionary(pa.int32(), pa.string())
"""Text as distinct values and their positions."""


class NotText(ValueError):
    """Text that is not UTF-8; `row` counts from 0."""

    def __init__(self, column: str, row: int):
        self.column, self.row = column, row
        super().__init__(f"column {column!r}: row {row + 1} is not UTF-8 text")


def is_text(kind: Any) -> bool:
    """Whether a column of this type holds text."""
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(value) or pa.types.is_large_string(value) or pa.types.is_string_view(value))


def is_number(kind: Any) -> bool:
    """Whether a column of this type holds plain numbers."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def is_value(kind: Any) -> bool:
    """Whether each cell of a column of this type can be carried through: text, a number, a date or a time."""
    types = pa.types
    dated = types.is_timestamp(kind) or types.is_date(kind) or types.is_time(kind)
    return bool(is_text(kind) or is_number(kind) or types.is_boolean(kind) or types.is_decimal(kind) or dated)


def plain_schema(schema: pa.Schema) -> pa.Schema:
    """The types that are read and written: text however it was encoded is plain text, as is what holds nothing."""
    fields = []
    for field_ in schema:
        kind = field_.type.storage_type if isinstance(field_.type, pa.BaseExtensionType) else field_.type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        if is_text(kind) or pa.types.is_null(kind):
            kind = pa.string()
        fields.append(pa.field(field_.name, pa.float32() if pa.types.is_float16(kind) else kind))
    return pa.schema(fields)


def settled(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in the types of a plain schema, each column in one piece; distinct texts stay `CODED`.

    Raises NotText, and pyarrow's errors where a value does not fit its type.
    """
    columns = [_settled(column, field) for column, field in zip(table.columns, schema, strict=True)]
    return pa.table(columns, names=schema.names)


def _settled(column: pa.ChunkedArray, field: pa.Field) -> pa.Array:
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.cast(column.type.storage_type)
    kind = column.type
    if pa.types.is_null(kind):
        return pa.nulls(len(column), field.type)
    if not (pa.types.is_dictionary(kind) and field.type == pa.string()):
        array = _whole(column.cast(field.type))
        if field.type == pa.string():
            _require_utf8(array, field.name, lambda place: place)
        return array
    column = pa.chunked_array([], kind) if not len(column) else column.unify_dictionaries()
    array = _whole(column)
    if pa.types.is_null(kind.value_type):
        return pa.nulls(len(array), pa.string())
    indices, values = array.indices.cast(pa.int32()), array.dictionary.cast(pa.string())
    _require_utf8(values, field.name, lambda place: int(pc.index(indices, place).as_py()))
    return pa.DictionaryArray.from_arrays(indices, values)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _require_utf8(texts: pa.Array, column: str, row_of: Any) -> None:
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        for place, content in enumerate(texts.cast(pa.binary())):
            try:
                (content.as_py() or b"").decode()
            except UnicodeDecodeError:
                # A value that no row has stands in the file all the same.
                raise NotText(column, max(0, row_of(place))) from None
        raise


def text_bytes(table: pa.Table) -> NDArray[np.int64]:
    """How many bytes the texts of each row take once they are written out, `[B]`."""
    total = np.zeros(table.num_rows, np.int64)
    for column in table.columns:
        array = _whole(column)
        if array.type == CODED:
            lengths = np.array([*(pc.fill_null(pc.binary_length(array.dictionary), 0).to_pylist()), 0], np.int64)
            total += lengths[codes_of(array, len(lengths) - 1)]
        elif pa.types.is_string(array.type):
            total += _values(pc.fill_null(pc.binary_length(array), 0), np.int32)
    return total


def codes_of(array: pa.DictionaryArray, missing: int) -> NDArray[np.intp]:
    """The position of each row's value in the dictionary `[B]`, `missing` where it has none."""
    indices = array.indices.cast(pa.int32())
    return np.where(valid(indices), _values(indices, np.int32), missing).astype(np.intp)


def numbers_of(array: pa.Array) -> Array:
    """Numbers `[B]`, NaN where there is none; whole numbers beyond 2⁵³ are the nearest floats."""
    values = array.cast(pa.float64(), safe=False)
    return np.where(valid(values), _values(values, np.float64), np.nan)


def valid(array: pa.Array) -> NDArray[np.bool_]:
    """Which rows have a value, `[B]`."""
    if not array.null_count:
        return np.ones(len(array), bool)
    bits = np.frombuffer(array.buffers()[0], np.uint8)
    return np.unpackbits(bits, bitorder="little")[array.offset : array.offset + len(array)].astype(bool)


def floats(values: Array) -> pa.Array:
    """A column of numbers `[B]`, empty where they are NaN."""
    missing = np.isnan(values)
    bits = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    return pa.Array.from_buffers(pa.float64(), len(values), [bits, pa.py_buffer(np.ascontiguousarray(values))])


def coded(places: Places, missing: NDArray[np.bool_], texts: Sequence[str]) -> pa.DictionaryArray:
    """A column of texts by their positions `[B]`, empty where they are missing."""
    bits = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    content = pa.py_buffer(np.where(missing, 0, places).astype(np.int32))
    indices = pa.Array.from_buffers(pa.int32(), len(places), [bits, content])
    return pa.DictionaryArray.from_arrays(indices, pa.array(texts, pa.string()))


def written(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text, numbers and truths as they are, dates and times as text: not every file knows all of their kinds."""
    return column if is_number(column.type) or pa.types.is_boolean(column.type) else texts_of(column)


def texts_of(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of values as text, dates and times included."""
    if column.type == CODED:
        return column.cast(pa.string())
    return column if pa.types.is_string(column.type) else pc.cast(column, pa.string())


def _values(array: pa.Array, kind: Any) -> NDArray[Any]:
    content = array.buffers()[1]
    if content is None:
        return np.zeros(len(array), kind)
    return np.frombuffer(content, kind)[array.offset : array.offset + len(array)]
