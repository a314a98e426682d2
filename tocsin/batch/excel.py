"""Excel workbooks: a sheet read as the CSV would be that Excel saves of it, and answers written as three sheets.

Cells come as text, so that a table gives the same answers as a workbook and as CSV. What is read is streamed, and a
file is looked through before anything of it is parsed: how large it is once unpacked, and whether its XML declares
types or entities, which no workbook does.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import repeat
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tocsin.batch.chunks import LONGEST, PART_BYTES, Chunk, Rejected, is_text, texts_of, written
from tocsin.batch.columns import MOST_COLUMNS, quoted
from tocsin.elicitation.lexicon import MOST_DECIMALS, decimals
from tocsin.errors import BadInput, counted, require
from tocsin.files.workbooks import looked_through, opened, write_text

INPUTS, OUTCOMES, RECORD = "Inputs", "Outcomes", "Run record"
"""Sheets of the answers; the first is also the one that is read, where a workbook has it."""
ANOTHER_KIND = (".xls", ".xlsm", ".xlsb", ".xltx", ".ods")
"""Suffixes of workbooks that are not read."""

MOST_ROWS = 2**20 - 1
"""Below a header: a sheet has no more."""
MOST_WIDE = 2**14
"""Columns of a sheet."""
MOST_LETTERS = 32_767
"""Of a cell."""
OF_NO_DAY = {"created": datetime(1980, 1, 1)}
"""Properties of a workbook with which the same answers are the same bytes."""
EXACT_DIGITS = 15
"""Of a number: a spreadsheet keeps no more."""

_ESCAPED = re.compile(r"_x(00[01][0-9A-Fa-f]|005[Ff]|[Ff]{3}[EeFf])_")
"""What XML cannot hold, and the underscore of a text that only looks like it."""


class ExcelFile:
    """A batch table in the sheet Inputs of a workbook, or else in its first; rows without any cell are left out."""

    def __init__(self, path: Path):
        require("Reading .xlsx", "openpyxl")
        self.path = path
        self.rows: int | None = None
        self._has_formulas = looked_through(path)
        with opened(path) as book:
            titles = [sheet.title for sheet in book.worksheets]
            if not titles:
                raise BadInput.at(path, "has no sheet with cells")
            self.sheet = INPUTS if INPUTS in titles else titles[0]
            self.name = f"{path}[{self.sheet}]"
            sheet = self._sheet(book)
            sheet.reset_dimensions()
            first = next(sheet.iter_rows(max_row=1), ())
            problems = [cell for cell in first if cell.data_type == "e"]
            if problems:
                raise BadInput.at(self.name, f"holds the error {problems[0].value}", 1, problems[0].column)
            names = [(_text(cell.value) or "").strip() for cell in first]
        while names and not names[-1]:
            names.pop()
        if not names:
            raise BadInput.at(self.name, "is empty in row 1, which must name the columns", 1)
        if len(names) > MOST_COLUMNS:
            raise BadInput.at(self.name, f"has more than {MOST_COLUMNS:,} columns", 1)
        self.schema = pa.schema([(name, pa.string()) for name in names])

    def parts(self, size: int) -> Iterator[Chunk]:
        """Its rows in order, `size` at a time or `PART_BYTES`."""
        rows: list[list[str | None]] = []
        lines: list[int] = []
        torn: list[Rejected] = []
        length, line, end = 0, 1, 1
        for line, end, cells, fault in self._rows():
            if fault:
                torn.append(Rejected(self.name, line, fault, _listed(cells)))
            else:
                rows.append(cells)
                lines.append(line)
            length += sum(len(cell) for cell in cells if cell)
            if len(rows) + len(torn) == size or length > PART_BYTES:
                yield self._chunk(rows, lines, torn, line / end)
                rows, lines, torn, length = [], [], [], 0
        if rows or torn:
            yield self._chunk(rows, lines, torn, line / end)

    def _chunk(self, rows: list[list[str | None]], lines: list[int], torn: list[Rejected], share: float) -> Chunk:
        columns = zip(*rows, strict=True) if rows else repeat((), len(self.schema))
        table = pa.table([pa.array(column, pa.string()) for column in columns], self.schema)
        return Chunk(self.name, np.array(lines, np.intp), table, torn, min(1.0, share))

    def _rows(self) -> Iterator[tuple[int, int, list[str | None], str]]:
        """Each row that has a cell: where it stands, where the sheet says it ends, its cells, what is wrong with it."""
        width = len(self.schema)
        with opened(self.path) as book, opened(self.path, formulas=self._has_formulas) as written:
            sheet = self._sheet(book)
            end = sheet.max_row or MOST_ROWS
            sheet.reset_dimensions()
            formulas: Iterator[Sequence[Any]] = repeat(())
            if written is not None:
                other = self._sheet(written)
                other.reset_dimensions()
                formulas = iter(other.iter_rows())
            for line, (row, beneath) in enumerate(zip(sheet.iter_rows(), formulas, strict=False), start=1):
                if line > MOST_ROWS + 1:
                    raise BadInput.at(self.name, f"has more than {MOST_ROWS:,} rows", line)
                cells = [_text(cell.value) for cell in row]
                if line == 1 or (not any(cells) and not any(cell.data_type == "f" for cell in beneath)):
                    continue
                if sum(len(cell) for cell in cells if cell) > LONGEST:
                    raise BadInput.at(self.name, f"is longer than {LONGEST:,} letters", line)
                fault = _fault(row, beneath, width)
                cells += [None] * (width - len(cells))
                yield line, max(end, line), cells if fault else cells[:width], fault

    def _sheet(self, book: Any) -> Any:
        if self.sheet not in book.sheetnames:
            raise BadInput.at(self.name, "was changed while it was read; begin anew")
        return book[self.sheet]


def _fault(row: Sequence[Any], beneath: Sequence[Any], width: int) -> str:
    """What is wrong with a row's cells, if anything. beneath: the same row with its formulas instead of values."""
    from openpyxl.utils import get_column_letter

    for place, cell in enumerate(row):
        where = f"column {get_column_letter(place + 1)}"
        if cell.data_type == "e":
            return f"{where}: holds the error {cell.value}"
        if place >= width and _text(cell.value):
            return f"{where}: holds a cell, but row 1 names {counted(width, 'column')}"
        if cell.value is None and place < len(beneath) and beneath[place].data_type == "f":
            return f"{where}: holds a formula that was never worked out; open and save it in a spreadsheet program"
    return ""


def _text(value: Any) -> str | None:
    """A cell as CSV would have it; None where it is empty."""
    match value:
        case None | "":
            return None
        case bool():
            return str(value).upper()
        case float():
            return plain(value)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "seconds")
        case date() | time():
            return value.isoformat()
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case str():
            return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
        case _:
            return str(value)


def plain(number: float) -> str:
    """A number without what says nothing.

    >>> plain(2.0), plain(0.25), plain(1e300)
    ('2', '0.25', '1e+300')
    """
    return str(int(number)) if number.is_integer() and abs(number) < 10**EXACT_DIGITS else repr(number)


def _listed(cells: Iterable[str | None]) -> str:
    return ", ".join(cell or "" for cell in cells)


def require_short(table: pa.Table) -> None:
    """Raises BadInput for a text that is longer than a cell may be."""
    for name, column in zip(table.column_names, table.columns, strict=True):
        longest = (pc.max(pc.utf8_length(texts_of(column))).as_py() or 0) if is_text(column.type) else 0
        if longest > MOST_LETTERS:
            message = f"holds a text of {longest:,} letters, and a cell of .xlsx has {MOST_LETTERS:,}; write .csv"
            raise BadInput.at(f"column {quoted(name)}", message)


def write(
    parts: Iterable[bytes | memoryview],
    file: BinaryIO,
    schema: pa.Schema,
    given: int,
    record: Mapping[str, str],
    scratch: Path,
    edges: Sequence[float] = (),
) -> None:
    """Answers as a workbook, row by row: no more than a part is held in memory.

    parts: Arrow files; given: how many of the columns were there before; record: what pins the run; scratch: an empty
    folder for what the rows take meanwhile; edges: of the words' bands, onto which no probability is rounded in sight.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    book = xlsxwriter.Workbook(_Sink(file), {"constant_memory": True, "tmpdir": str(scratch), "use_zip64": True})
    book.set_properties(OF_NO_DAY)
    names = schema.names
    inputs = SheetWriter(book, INPUTS, names[:given])
    key = names.index("id") if "id" in names[:given] else None
    outcomes = SheetWriter(book, OUTCOMES, ["row" if key is None else "id", *names[given:]])
    # P(evidence) may be far below any percent that is shown.
    answers = {1 + place - given: name for place, name in enumerate(names) if place >= given}
    formats = {place: outcomes.percents[1] for place, name in answers.items() if name != "p_evidence"}
    chances = [place for place, name in answers.items() if name.startswith("P(")]
    for part in parts:
        table = pa.ipc.open_file(pa.BufferReader(part)).read_all()
        columns = [written(column).to_pylist() for column in table.columns]
        for row in zip(*columns, strict=True):
            cells = [inputs.rows + 1 if key is None else row[key], *row[given:]]
            for place in chances:
                p = float(cells[place] or 0)
                formats[place] = outcomes.percents[max(1, decimals(p, edges))]
            outcomes.add(cells, formats)
            inputs.add(row[:given], {})
    facts = SheetWriter(book, RECORD, ["Item", "Value"])
    for fact in record.items():
        facts.add(fact, {})
    for sheet in (inputs, outcomes, facts):
        sheet.finish()
    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None


class _Sink(io.RawIOBase):
    """A file for zipfile, which tries again to end it when it is forgotten: in vain, where writing failed."""

    def __init__(self, file: BinaryIO):
        self._file = file

    def seekable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return len(content) if self._file.closed else self._file.write(content)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return 0 if self._file.closed else self._file.seek(offset, whence)

    def tell(self) -> int:
        return 0 if self._file.closed else self._file.tell()

    def flush(self) -> None:
        if not self._file.closed:
            self._file.flush()


class SheetWriter:
    """A sheet that is written from the top: a bold header that stays in sight, columns as wide as what is in them."""

    WIDTHS, LOOKED_AT = (8, 60), 1000

    def __init__(self, book: Any, title: str, names: Sequence[str]):
        self.sheet = book.add_worksheet(title)
        self.percents = [book.add_format({"num_format": f"0.{'0' * k} %"}) for k in range(MOST_DECIMALS + 1)]
        # Text stays text when somebody edits the cell.
        self._text = book.add_format({"quote_prefix": True})
        self.rows, self._widths = 1, [len(name) + 2 for name in names]
        bold = book.add_format({"bold": True, "bottom": 1})
        for place, name in enumerate(names):
            write_text(self.sheet, 0, place, name, bold)

    def add(self, cells: Sequence[Any], formats: Mapping[int, Any]) -> None:
        """One row more. formats: of numbers, by column."""
        for place, cell in enumerate(cells):
            if cell is None or cell == "":
                continue
            if isinstance(cell, bool):
                self.sheet.write_boolean(self.rows, place, cell)
            elif isinstance(number := _number(cell), str):
                write_text(self.sheet, self.rows, place, number, self._text)
            else:
                self.sheet.write_number(self.rows, place, number, formats.get(place))
            if self.rows < self.LOOKED_AT and place not in formats:
                self._widths[place] = max(self._widths[place], len(str(cell)) + 1)
        self.rows += 1

    def finish(self) -> None:
        """What stands before the rows in the file, and can only be known after them."""
        least, most = self.WIDTHS
        for place, width in enumerate(self._widths):
            self.sheet.set_column(place, place, max(least, min(most, width)))
        self.sheet.freeze_panes(1, 0)
        self.sheet.autofilter(0, 0, self.rows - 1, len(self._widths) - 1)


def _number(cell: Any) -> Any:
    """A number where it is one that a cell keeps, text that reads back as it is included; else text."""
    if isinstance(cell, str):
        if not cell[:1].isdigit() and cell[:1] not in "-.":
            return cell
        try:
            value = float(cell)
        except ValueError:
            return cell
        is_kept = math.isfinite(value) and float(f"{value:.{EXACT_DIGITS}G}") == value and plain(value) == cell
        return value if is_kept else cell
    if isinstance(cell, int):
        return cell if abs(cell) < 10**EXACT_DIGITS else str(cell)
    return cell if math.isfinite(cell) else str(cell)
