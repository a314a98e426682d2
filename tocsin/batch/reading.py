"""Batch tables on disk: CSV, JSONL and Parquet, one file or a folder, read as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from tocsin.batch.csv_files import CsvFile
from tocsin.batch.jsonl_files import JsonlFile
from tocsin.batch.parquet_files import ParquetFile
from tocsin.batch.parts import Part, Source, plain
from tocsin.errors import BadInput, Problem

SUFFIXES = (".csv", ".jsonl", ".parquet")


def open_table(path: Path) -> Source:
    """The table in a file or a folder of files; raises BadInput where it is none."""
    if not path.exists():
        raise _bad(path, "no such file or folder")
    if not path.is_dir():
        return _open_file(path)
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
    if not found:
        raise _bad(path, f"holds no batch table; allowed: {', '.join(SUFFIXES)}")
    return Folder(path, tuple(_open_file(file) for file in found))


def files_of(path: Path) -> list[Path]:
    """The files that a table is read from, in order."""
    return sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES) if path.is_dir() else [path]


def _open_file(path: Path) -> Source:
    match path.suffix.lower():
        case ".csv":
            return CsvFile(path)
        case ".jsonl":
            return JsonlFile(path)
        case ".parquet":
            return ParquetFile(path)
        case _:
            raise _bad(path, f"is no batch table; allowed: {', '.join(SUFFIXES)}, a folder of these, or a sweep .yaml")


@dataclass(frozen=True)
class Folder:
    """Several files with the same columns, one after another by name."""

    path: Path
    files: tuple[Source, ...]

    def __post_init__(self) -> None:
        first = self.files[0]
        for file in self.files[1:]:
            if file.schema.names != first.schema.names:
                raise _bad(Path(file.name), f"has other columns than {first.name}; all files of a folder need the same")
            if plain(file.schema) != plain(first.schema):
                raise _bad(Path(file.name), f"holds other types of columns than {first.name}")

    @property
    def name(self) -> str:
        """The folder."""
        return str(self.path)

    @property
    def schema(self) -> pa.Schema:
        """Of every file."""
        return self.files[0].schema

    @property
    def rows(self) -> int | None:
        """Of all files, if each knows."""
        rows = [file.rows for file in self.files]
        return None if None in rows else sum(row for row in rows if row is not None)

    def parts(self, size: int) -> Iterator[Part]:
        """File by file; no part holds rows of two."""
        sizes = np.array([max(1, Path(file.name).stat().st_size) for file in self.files])
        for position, file in enumerate(self.files):
            before, own = sizes[:position].sum() / sizes.sum(), sizes[position] / sizes.sum()
            for part in file.parts(size):
                yield Part(part.file, part.lines, part.table, part.torn, float(before + part.share * own))


@dataclass(frozen=True)
class TableSource:
    """A table in memory."""

    table: pa.Table
    name: str = "table"

    @property
    def schema(self) -> pa.Schema:
        """Of the table."""
        return self.table.schema

    @property
    def rows(self) -> int | None:
        """Of the table."""
        return int(self.table.num_rows)

    def parts(self, size: int) -> Iterator[Part]:
        """Slices of the table."""
        for start in range(0, self.table.num_rows, size):
            part = self.table.slice(start, size)
            end = start + part.num_rows
            yield Part(self.name, np.arange(start, end) + 1, part, (), end / self.table.num_rows)


def _bad(path: Path, message: str) -> BadInput:
    return BadInput([Problem(str(path), 0, 0, "", message)])
