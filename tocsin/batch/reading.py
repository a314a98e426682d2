"""Batch tables on disk: CSV, JSONL, Parquet and Excel, one file or a folder, read as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pyarrow as pa

from tocsin.batch.chunks import Chunk, RowSource, is_number, plain_schema, settled
from tocsin.batch.excel import ANOTHER_KIND, ExcelFile
from tocsin.batch.parquet_files import ParquetFile
from tocsin.batch.sweeps import is_sweep, open_sweep
from tocsin.batch.text_files import CsvFile, JsonlFile
from tocsin.errors import BadInput
from tocsin.files import load_scenario
from tocsin.files.workbooks import SAVE_AS
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.records.scenario import baseline

SUFFIXES = (".csv", ".jsonl", ".parquet", ".xlsx")


def open_table(path: Path) -> RowSource:
    """The table in a file or a folder of files; raises BadInput where it is none."""
    if not path.exists():
        raise BadInput.at(path, "no such file or folder")
    if not path.is_dir():
        return _open_file(path)
    found = files_of(path)
    if not found:
        raise BadInput.at(path, f"holds no batch table; allowed: {', '.join(SUFFIXES)}")
    return Folder(path, tuple(_open_file(file) for file in found))


def files_of(path: Path) -> list[Path]:
    """The files that a table is read from, in order."""
    if not path.is_dir():
        return [path]
    # Excel puts a file of such a name beside a workbook that is open.
    return sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and not file.name.startswith("~$"))


def _open_file(path: Path) -> RowSource:
    match path.suffix.lower():
        case ".csv":
            return CsvFile(path)
        case ".jsonl":
            return JsonlFile(path)
        case ".parquet":
            return ParquetFile(path)
        case ".xlsx":
            return ExcelFile(path)
        case suffix if suffix in ANOTHER_KIND:
            raise BadInput.at(path, SAVE_AS)
        case _:
            raise BadInput.at(
                path, f"is no batch table; allowed: {', '.join(SUFFIXES)}, a folder of these, or a sweep .yaml"
            )


@dataclass(frozen=True)
class Folder:
    """Several files with the same columns, one after another by name."""

    path: Path
    files: tuple[RowSource, ...]

    @cached_property
    def schema(self) -> pa.Schema:
        """Of every file: where one holds whole numbers and another fractions, fractions; raises BadInput."""
        first = self.files[0]
        known, empty = first.schema, _empty(first)
        for file in self.files[1:]:
            if file.schema.names != known.names:
                raise BadInput.at(
                    file.name, f"has other columns than {first.name}; all files of a folder need the same"
                )
            fields = []
            for field, other in zip(known, file.schema, strict=True):
                common = (
                    other if field.name in empty else field if field.name in _empty(file) else _common(field, other)
                )
                if common is None:
                    raise BadInput.at(file.name, f"column {field.name!r}: holds another type than in {first.name}")
                fields.append(common)
            known, empty = pa.schema(fields), empty & _empty(file)
        return known

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.path)

    @property
    def rows(self) -> int | None:
        """Of all files, if each knows."""
        rows = [file.rows for file in self.files]
        return None if None in rows else sum(row for row in rows if row is not None)

    def parts(self, size: int) -> Iterator[Chunk]:
        """File by file; no part holds rows of two."""
        sizes = np.array([max(1, path.stat().st_size) for path in files_of(self.path)])
        for position, file in enumerate(self.files):
            before, own = sizes[:position].sum() / sizes.sum(), sizes[position] / sizes.sum()
            for part in file.parts(size):
                table = self._alike(part)
                yield Chunk(part.file, part.lines, table, part.torn, float(before + part.share * own))

    def _alike(self, part: Chunk) -> pa.Table:
        if plain_schema(part.table.schema) == self.schema:
            return part.table
        try:
            return settled(part.table, self.schema)
        except pa.ArrowException:
            raise BadInput.at(part.file, "holds whole numbers too large to be fractions too") from None


def _empty(file: RowSource) -> frozenset[str]:
    """Its columns that hold nothing, and so fit any type."""
    return file.empty if isinstance(file, ParquetFile) else frozenset()


def _common(field: pa.Field, other: pa.Field) -> pa.Field | None:
    """A column of numbers that holds both; None where they do not mix."""
    if field.type == other.type:
        return field
    if is_number(field.type) and is_number(other.type):
        return pa.field(field.name, pa.float64())
    return None


def load_rows(path: Path, scenario: Path | None, model: Model) -> tuple[RowSource, Scenario]:
    """A table on top of a scenario file, or of nothing but the model's facts; or a sweep, which names its own.

    Raises BadInput.
    """
    if is_sweep(path):
        sweep = open_sweep(path, model)
        return sweep, sweep.base
    base = baseline(model.name) if scenario is None else load_scenario(scenario, model.records)
    return open_table(path), base
