"""What speaks for which alternative, as an Excel workbook: a sheet per outcome, one on the columns, the run record."""

from __future__ import annotations

import io
import re

from tocsin.analysis.explain import Explanation
from tocsin.errors import require
from tocsin.report import answer
from tocsin.report.alternatives import ExactTable, sheets

LONGEST = 31
"""Letters of a sheet's name in Excel."""
_REFUSED = re.compile(r"[\[\]:*?/\\\x00-\x1f]")


def alternatives(explained: Explanation) -> bytes:
    """The workbook. Raises MissingExtra."""
    require("Writing .xlsx", "pyarrow", "xlsxwriter")
    import xlsxwriter

    from tocsin.batch import excel

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties(excel.OF_NO_DAY)
    log_odds = book.add_format({"num_format": "0.00"})
    record = ExactTable(excel.RECORD, ("Item", "Value"), answer.run_rows([explained.case.assessment.run]))
    titles: list[str] = []
    for content in (*sheets(explained), record):
        titles.append(sheet_name(content.title, titles))
        sheet = excel.SheetWriter(book, titles[-1], content.headings)
        percents = dict.fromkeys(content.percents, sheet.percents[1])
        for row in content.rows:
            numbers = (place for place, cell in enumerate(row) if isinstance(cell, float))
            sheet.add(row, {place: percents.get(place, log_odds) for place in numbers})
        sheet.finish()
    book.close()
    return file.getvalue()


def sheet_name(title: str, others: list[str]) -> str:
    """A name that Excel takes, other than those that are there.

    >>> sheet_name("Road: who/what? " + "x" * 30, []), sheet_name("history", []), sheet_name("A", ["a"])
    ('Road who what xxxxxxxxxxxxxxxxx', 'history 2', 'A 2')
    """
    whole = " ".join(_REFUSED.sub(" ", title).split()).strip("'") or "Outcome"
    taken = {"history", *(other.casefold() for other in others)}
    tails = ("", *(f" {k}" for k in range(2, len(taken) + 3)))
    names = (f"{whole[: LONGEST - len(tail)].strip()}{tail}" for tail in tails)
    return next(name for name in names if name.casefold() not in taken)
