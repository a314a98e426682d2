"""Parquet, read page by page: a row group of any size takes no more memory than a part."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.batch.chunks import (
    LONGEST,
    PART_BYTES,
    Chunk,
    NotText,
    is_number,
    is_text,
    plain_schema,
    settled,
    text_bytes,
)
from tocsin.errors import BadInput

BUFFER = 2**18
"""Bytes read ahead per column."""
LOOKED_AT = 8192
"""Rows at a time, while a value is looked for."""
MOST_BYTES, MOST_A_CELL = 2**28, 64
"""Of one row group once unpacked, unless its cells take few bytes each on average."""


class ParquetFile:
    """A batch table in Parquet; rows are counted from 1."""

    def __init__(self, path: Path):
        self.path, self.name = path, str(path)
        with self._opened() as file:
            self._given, self.rows = file.schema_arrow, int(file.metadata.num_rows)
            self._row_bytes = self._measured(file.metadata)
            self.empty = _empty(file)
            """Columns that hold nothing, whatever their type."""
        self.schema = self._plain(self._given)

    def parts(self, size: int) -> Iterator[Chunk]:
        """Its rows in order."""
        texts = [field.name for field in self._given if is_text(field.type)]
        done = 0
        size = max(1, min(size, PART_BYTES // self._row_bytes))
        # Text stays the distinct values and their positions, as it is stored.
        with self._opened(read_dictionary=texts, buffer_size=BUFFER, pre_buffer=False) as file:
            if self._plain(file.schema_arrow) != self.schema:
                raise BadInput.at(self.name, "was changed while it was read; begin anew")
            for batches in _in_parts(file.iter_batches(batch_size=size, use_threads=False), size):
                for table in self._bounded(self._settled(batches, done), done):
                    lines = np.arange(done, done + table.num_rows) + 1
                    done += table.num_rows
                    yield Chunk(self.name, lines, table, (), done / max(1, self.rows))

    def _plain(self, given: pa.Schema) -> pa.Schema:
        nothing = [pa.field(field.name, pa.string()) if field.name in self.empty else field for field in given]
        return plain_schema(pa.schema(nothing))

    def _settled(self, table: pa.Table, done: int) -> pa.Table:
        try:
            return settled(table, self.schema)
        except NotText as error:
            raise BadInput.at(
                self.name, f"row {done + error.row + 1}: column {error.column!r}: is not UTF-8 text"
            ) from None

    def _bounded(self, table: pa.Table, done: int) -> Iterator[pa.Table]:
        """The table in halves of halves, until the texts of each fit into a part once they are written out."""
        total = text_bytes(table)
        if total.sum() <= PART_BYTES:
            yield table
        elif table.num_rows == 1 or total.max() > LONGEST:
            raise BadInput.at(self.name, f"row {done + int(total.argmax()) + 1} is longer than {LONGEST:,} bytes")
        else:
            middle = table.num_rows // 2
            for half, start in ((table.slice(0, middle), 0), (table.slice(middle), middle)):
                yield from self._bounded(settled(half, self.schema), done + start)

    def _measured(self, metadata: Any) -> int:
        """Bytes of a row in the widest row group; raises BadInput where a few cells would fill the memory.

        What the file says of each column is not asked for: pyarrow ends the process where that is damaged.
        """
        most = 1
        for group in map(metadata.row_group, range(metadata.num_row_groups)):
            size, cells = int(group.total_byte_size), int(group.num_rows) * int(group.num_columns)
            most = max(most, size // max(1, group.num_rows))
            if size > max(MOST_BYTES, MOST_A_CELL * cells):
                raise BadInput.at(self.name, f"a row group takes {size:,} bytes; write smaller ones")
        return most

    @contextmanager
    def _opened(self, **settings: Any) -> Iterator[Any]:
        """The file; raises BadInput in place of all that pyarrow raises for one that is damaged."""
        try:
            # By a handle and not by its name, which need not be UTF-8.
            with pa.OSFile(os.fsencode(self.path)) as handle, pq.ParquetFile(handle, **settings) as file:
                yield file
        except OSError as error:
            if error.errno is not None:
                raise OSError(error.errno, os.strerror(error.errno), self.name) from None
            raise self._unreadable(error) from None
        except UnicodeDecodeError:
            raise BadInput.at(self.name, "is no readable Parquet file: the names in it are not UTF-8") from None
        except (pa.ArrowException, OverflowError) as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> BadInput:
        return BadInput.at(
            self.name, f"is no readable Parquet file: {str(error).splitlines()[0] if str(error) else 'damaged'}"
        )


def _empty(file: Any) -> frozenset[str]:
    """Columns without a value, whatever their type: pandas writes those as numbers."""
    schema = file.schema_arrow

    def holds_nothing(field: pa.Field) -> bool:
        if pa.types.is_null(field.type):
            return True
        if not (is_number(field.type) or pa.types.is_boolean(field.type)) or schema.names.count(field.name) > 1:
            return False
        # Mostly the first batch has a value, and a column without any takes no room.
        batches = file.iter_batches(batch_size=LOOKED_AT, columns=[field.name], use_threads=False)
        return all(batch.column(0).null_count == batch.num_rows for batch in batches)

    return frozenset(field.name for field in schema if holds_nothing(field))


def _in_parts(batches: Iterator[Any], size: int) -> Iterator[pa.Table]:
    """Tables of exactly `size` rows but the last, whatever the row groups are."""
    waiting: list[Any] = []
    count = 0
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        while count >= size:
            table = pa.Table.from_batches(waiting)
            yield table.slice(0, size)
            rest = table.slice(size)
            waiting, count = rest.to_batches(), rest.num_rows
    if count:
        yield pa.Table.from_batches(waiting)
