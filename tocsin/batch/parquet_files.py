"""Parquet, read page by page: a row group of any size takes no more memory than a part."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tocsin.batch.parts import Part, is_text, plain
from tocsin.errors import BadInput, Problem

BUFFER = 2**18
"""Bytes read ahead per column."""


class ParquetFile:
    """A batch table in Parquet; rows are counted from 1."""

    def __init__(self, path: Path):
        self.path, self.name = path, str(path)
        try:
            with pq.ParquetFile(path) as file:
                self._schema, self.rows = file.schema_arrow, int(file.metadata.num_rows)
        except pa.ArrowInvalid as error:
            raise self._unreadable(error) from None

    @cached_property
    def schema(self) -> pa.Schema:
        """The file's, without its metadata."""
        return plain(self._schema)

    def parts(self, size: int) -> Iterator[Part]:
        """Its rows in order."""
        texts = [field.name for field in self._schema if is_text(field.type)]
        done = 0
        try:
            # Text stays the distinct values and their positions, as it is stored.
            with pq.ParquetFile(self.path, read_dictionary=texts, buffer_size=BUFFER, pre_buffer=False) as file:
                for table in _in_parts(file.iter_batches(batch_size=size, use_threads=False), size):
                    lines = np.arange(done, done + table.num_rows) + 1
                    done += table.num_rows
                    yield Part(self.name, lines, table, (), done / max(1, self.rows))
        except pa.ArrowInvalid as error:
            raise self._unreadable(error) from None

    def _unreadable(self, error: Exception) -> BadInput:
        return BadInput([Problem(self.name, 0, 0, "", f"is no readable Parquet file: {str(error).splitlines()[0]}")])


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
