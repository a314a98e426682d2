"""Forms of Excel for experts: written with plain questions, read back with every slip told by sheet and cell."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from tocsin.authoring.elicitations import (
    LEAST_SURE,
    LONGEST_REASON,
    Elicitation,
    ExpertAnswer,
    Question,
    Round,
    flaws,
    unprintable,
)
from tocsin.errors import Problem, nearest, require
from tocsin.files.workbooks import write_text

FIRST, QUESTIONS = "Read me first", "Questions"
HEADINGS = ("No.", "Question", "Lowest", "Highest", "Best guess", "How sure (50 to 100 %)", "Reasons", "Check")
ANSWERS = ("lowest", "highest", "best guess", "how sure")
"""In the order of their columns, C to F."""
HEAD_ROW = 3
"""Row of the headings, from 1; the questions begin below."""
EARLIER = "Your first answer"
EXPERT_ROW, ROUND_ROW, ROLE_ROW, STAKE_ROW = 3, 4, 6, 7
"""Rows of the first sheet, from 1: what the form says of itself, and what experts say of themselves; in column B."""
HIGHEST = 409
"""Points of a row; a spreadsheet has none that are higher."""
MOST_ROWS = 5_000
"""Of a sheet that are looked at."""


# ----------------------------------------------------------------------------------------------------------- writing
def write_form(
    file: BinaryIO,
    expert: str,
    elicitation: Elicitation,
    number: Round,
    instructions: Sequence[tuple[str, str]],
    earlier: Mapping[str, ExpertAnswer] | None = None,
) -> None:
    """One expert's form: locked but for what is to be filled in, and ready to be printed.

    instructions: paragraphs with a heading each. earlier: answers of the first round by question.
    """
    require("Writing .xlsx", "xlsxwriter")
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    # Of no day, so that the same questions are the same bytes.
    book.set_properties({"title": f"Questions for {elicitation.experts[expert].name}", "created": datetime(1980, 1, 1)})
    _first_sheet(book, expert, elicitation, number, instructions)
    _question_sheet(book, elicitation, earlier or {})
    book.close()


def _first_sheet(
    book: Any, expert: str, elicitation: Elicitation, number: Round, instructions: Sequence[tuple[str, str]]
) -> None:
    sheet = book.add_worksheet(FIRST)
    bold, plain = (
        book.add_format({"bold": True, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top"}),
    )
    title = book.add_format({"bold": True, "font_size": 16})
    box = book.add_format({"text_wrap": True, "valign": "top", "locked": False, "border": 1, "bg_color": _OPEN})
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 84)
    write_text(sheet, 0, 0, "What do you expect?", title)
    for row, label, value in (
        (EXPERT_ROW, "This form is for", elicitation.experts[expert].name),
        (ROUND_ROW, "Round", str(number)),
    ):
        write_text(sheet, row - 1, 0, label, bold)
        write_text(sheet, row - 1, 1, value, plain)
    # What the program knows the form by stands where nobody looks; the name beside it is for the expert.
    write_text(sheet, EXPERT_ROW - 1, 2, expert)
    sheet.set_column(2, 2, None, None, {"hidden": True})
    for row, label in ((ROLE_ROW, "Your work, in a few words"), (STAKE_ROW, "What could sway you?")):
        write_text(sheet, row - 1, 0, label, bold)
        sheet.write_blank(row - 1, 1, None, box)
        sheet.set_row(row - 1, 32)
    prompt = "An employer, money, a view that you have stood up for in public. Leave empty if there is nothing."
    sheet.data_validation(
        STAKE_ROW - 1,
        1,
        STAKE_ROW - 1,
        1,
        {"validate": "any", "input_title": "What could sway you?", "input_message": prompt},
    )
    row = STAKE_ROW + 1
    for heading, text in instructions:
        write_text(sheet, row, 0, heading, bold)
        write_text(sheet, row, 1, text, plain)
        sheet.set_row(row, min(15.5 * _lines(text, 84) + 4, HIGHEST))
        row += 1
    sheet.protect("", {"format_rows": True, "format_columns": True})
    _printed(sheet, landscape=False)


_OPEN = "#FFF8DC"
"""Ground of the cells that are to be filled in."""


def _question_sheet(book: Any, elicitation: Elicitation, earlier: Mapping[str, ExpertAnswer]) -> None:
    from xlsxwriter.utility import xl_rowcol_to_cell

    sheet = book.add_worksheet(QUESTIONS)
    top = {"text_wrap": True, "valign": "top", "border": 1}
    head = book.add_format({**top, "bold": True, "bg_color": "#DFE6ED"})
    plain, check = book.add_format(top), book.add_format({**top, "font_color": "#55626F"})
    strong, quiet = book.add_format({"bold": True}), book.add_format({"font_color": "#55626F"})
    number = book.add_format({**top, "locked": False, "bg_color": _OPEN, "align": "right"})
    text = book.add_format({**top, "locked": False, "bg_color": _OPEN})
    widths = (6, 62, 10, 10, 10, 12, 44, 22, *([26] if earlier else []))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    write_text(
        sheet,
        0,
        0,
        "Fill in the coloured cells. Leave a row empty where you cannot judge.",
        book.add_format({"bold": True}),
    )
    sheet.set_row(HEAD_ROW - 1, 50)
    for column, heading in enumerate((*HEADINGS, *([EARLIER] if earlier else []))):
        write_text(sheet, HEAD_ROW - 1, column, heading, head)
    for place, question in enumerate(elicitation.questions):
        row = HEAD_ROW + place
        lines = [_lines(shown(question), 62)]
        write_text(sheet, row, 0, question.id, plain)
        asks, rest = shown(question).split("\n", 1)
        sheet.write_rich_string(row, 1, strong, asks, quiet, f"\n{rest}", plain)
        for column in (2, 3, 4, 5):
            sheet.write_blank(row, column, None, number)
            sheet.data_validation(row, column, row, column, _allowed(question, column))
        sheet.write_blank(row, 6, None, text)
        low, high, best, sure = (xl_rowcol_to_cell(row, column) for column in (2, 3, 4, 5))
        sheet.write_formula(row, 7, _check(low, high, best, sure, f"{low}:{sure}"), check, "")
        if question.id in earlier:
            summary = earlier[question.id].summary
            write_text(sheet, row, 8, summary, plain)
            lines.append(_lines(summary, 26))
        sheet.set_row(row, min(15.5 * max(*lines, 3) + 4, HIGHEST))
    red = book.add_format({"font_color": "#9C0006", "bold": True})
    last = HEAD_ROW + len(elicitation.questions) - 1
    wrong = {
        "type": "formula",
        "criteria": f'=AND(LEN($H{HEAD_ROW + 1})>0,$H{HEAD_ROW + 1}<>"complete")',
        "format": red,
    }
    sheet.conditional_format(HEAD_ROW, 7, last, 7, wrong)
    sheet.freeze_panes(HEAD_ROW, 2)
    sheet.protect("", {"format_rows": True, "format_columns": True})
    _printed(sheet, landscape=True)
    sheet.repeat_rows(HEAD_ROW - 1)


def shown(question: Question) -> str:
    """What stands in a question's cell."""
    unit = "In percent, 0 to 100." if question.unit == "percent" else "As a factor, above 0."
    return f"{question.asks}\n{unit} {question.background}"


def _lines(text: str, width: int) -> int:
    """How many lines a text takes in a column of a width in letters."""
    return sum(max(1, math.ceil(len(line) / (0.95 * width))) for line in text.split("\n"))


def _check(low: str, high: str, best: str, sure: str, all_four: str) -> str:
    """A formula that tells an expert at once what is missing or the wrong way round; only what every program knows."""
    return (
        f'=IF(COUNTA({all_four})=0,"",IF(COUNT({all_four})<4,"fill in all four",'
        f'IF({low}>{high},"lowest is above highest",IF({low}={high},"lowest and highest are equal",'
        f'IF(OR({best}<{low},{best}>{high}),"best guess is outside",'
        f'IF(OR({sure}<50,{sure}>100),"how sure: 50 to 100","complete"))))))'
    )


def _allowed(question: Question, column: int) -> dict[str, Any]:
    """What a cell takes, and what a spreadsheet program says otherwise (titles at most 32 letters, messages 255)."""
    if column == 5:
        what = "How sure are you that the truth lies between your lowest and highest? 50 to 100, in percent."
        return {
            "validate": "decimal",
            "criteria": "between",
            "minimum": LEAST_SURE,
            "maximum": 100,
            "input_title": "How sure",
            "input_message": f"{what} If below 50, widen your range.",
            "error_title": "How sure",
            "error_message": "Write a number from 50 to 100, such as 80 for 80 %.",
        }
    words = {
        2: ("Lowest", "Realistically, the lowest that it could be"),
        3: ("Highest", "Realistically, the highest that it could be"),
        4: ("Best guess", "Realistically, your best guess, between lowest and highest"),
    }
    title, what = words[column]
    if question.unit == "percent":
        rule: dict[str, Any] = {"criteria": "between", "minimum": 0, "maximum": 100}
        unit, example = "in percent, from 0 to 100", "Write a number from 0 to 100, such as 5 for 5 %."
    else:
        rule = {"criteria": ">", "value": 0}
        unit = "as a factor: 1 changes nothing, 2 doubles the odds, 0.5 halves them"
        example = "Write a factor above 0, such as 2 or 0.5."
    return {
        "validate": "decimal",
        **rule,
        "input_title": title,
        "input_message": f"{what}, {unit}.",
        "error_title": title,
        "error_message": example,
    }


def _printed(sheet: Any, *, landscape: bool) -> None:
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(0.5, 0.5, 0.6, 0.6)
    sheet.set_footer("&L&F&RPage &P of &N")


# ----------------------------------------------------------------------------------------------------------- reading
class Form:
    """A form that came back, with all that is wrong in it."""

    def __init__(self, path: Path, book: Any, beneath: Any, elicitation: Elicitation):
        self.path, self.elicitation = path, elicitation
        self.problems: list[Problem] = []
        self._cells = {name: _rows(book[name]) for name in (FIRST, QUESTIONS)}
        self._formulas = [] if beneath is None else _rows(beneath[QUESTIONS])
        self.expert, number = self._said(FIRST, EXPERT_ROW, 2), self._said(FIRST, ROUND_ROW, 1)
        self.about = self._said(FIRST, ROLE_ROW, 1), self._said(FIRST, STAKE_ROW, 1)
        for row, text in zip((ROLE_ROW, STAKE_ROW), self.about, strict=True):
            self._require_short(FIRST, row, 1, text)
        if self.expert not in elicitation.experts:
            stays = f"cell C{EXPERT_ROW} must stay as it was"
            self._tell(
                FIRST,
                EXPERT_ROW,
                2,
                f"no expert {self.expert!r} was asked{nearest(self.expert, elicitation.experts)}; {stays}",
            )
        if number not in ("1", "2"):
            self._tell(FIRST, ROUND_ROW, 1, f"{number!r} is no round; it must stay 1 or 2, as it was")
        self.round: Round = 2 if number == "2" else 1

    def answers(self) -> list[ExpertAnswer]:
        """Its answers; a row without figures is a question that the expert leaves out."""
        heads = tuple(self._said(QUESTIONS, HEAD_ROW, column) for column in range(len(HEADINGS)))
        if heads != HEADINGS:
            self._tell(QUESTIONS, HEAD_ROW, 0, f"the headings were changed; they must stay: {', '.join(HEADINGS)}")
            return []
        rows: dict[str, int] = {}
        known = {question.id: question for question in self.elicitation.questions}
        for row in range(HEAD_ROW + 1, len(self._cells[QUESTIONS]) + 1):
            name = self._said(QUESTIONS, row, 0)
            if name in rows:
                self._tell(QUESTIONS, row, 0, f"{name} stands in row {rows[name]} too; each question stands once")
            elif name in known:
                rows[name] = row
            elif name or any(self._said(QUESTIONS, row, column) for column in range(1, 7)):
                self._tell(QUESTIONS, row, 0, f"no question {name!r} was asked{nearest(name, known)}")
        for name in known.keys() - rows.keys():
            self._tell(QUESTIONS, HEAD_ROW, 0, f"{name} is missing; a row is left empty and not taken out")
        found = (self._answer(known[name], row) for name, row in rows.items())
        return [answer for answer in found if answer is not None]

    def _answer(self, question: Question, row: int) -> ExpertAnswer | None:
        if _flat(self._said(QUESTIONS, row, 1)) != _flat(shown(question)):
            message = f"the text of {question.id} was changed, so that nobody knows what was answered; it must stay"
            self._tell(QUESTIONS, row, 1, f"{message}: {question.asks}")
            return None
        before, reason = len(self.problems), self._said(QUESTIONS, row, 6)
        self._require_short(QUESTIONS, row, 6, reason)
        values = [self._number(row, column) for column in range(2, 6)]
        if len(self.problems) > before:
            return None
        if all(value is None for value in values):
            if reason:
                self._tell(QUESTIONS, row, 2, f"{question.id} has a reason and no figures; fill in all four or none")
            return None
        for place, message in flaws(values, question):
            self._tell(QUESTIONS, row, 2 + place, f"{question.id}, {ANSWERS[place]}: {message}")
        if len(self.problems) > before:
            return None
        low, high, best, sure = (float(value) for value in values if value is not None)
        where = f"{self.path.name}, sheet {QUESTIONS}, row {row}"
        return ExpertAnswer(self.round, self.expert, question, low, high, best, sure, reason, where)

    def _number(self, row: int, column: int) -> float | None:
        """A figure; None where the cell is empty, or wrong, which is told."""
        cell = self._cell(self._cells[QUESTIONS], row, column)
        beneath = self._cell(self._formulas, row, column)
        if cell is None or cell.value is None or cell.value == "":
            if beneath is not None and beneath.data_type == "f":
                self._tell(QUESTIONS, row, column, "holds a formula that was never worked out; write the number")
            return None
        try:
            # A percent sign that was typed has made a hundredth of the figure.
            return number_in(cell.value) * (100 if "%" in re.sub(r'"[^"]*"', "", cell.number_format or "") else 1)
        except ValueError as error:
            self._tell(QUESTIONS, row, column, str(error))
            return None

    def _said(self, sheet: str, row: int, column: int) -> str:
        cell = self._cell(self._cells[sheet], row, column)
        return "" if cell is None or cell.value is None else str(cell.value).strip()

    def _cell(self, rows: Sequence[Sequence[Any]], row: int, column: int) -> Any:
        return rows[row - 1][column] if row <= len(rows) and column < len(rows[row - 1]) else None

    def _require_short(self, sheet: str, row: int, column: int, text: str) -> None:
        if len(text) > LONGEST_REASON:
            self._tell(sheet, row, column, f"has {len(text):,} letters; at most {LONGEST_REASON:,} are read")
        elif text and (fault := unprintable(text)):
            self._tell(sheet, row, column, fault)

    def _tell(self, sheet: str, row: int, column: int, message: str) -> None:
        where = f"{chr(ord('A') + column)}{row}"
        self.problems.append(Problem(f"{self.path}[{sheet}]", row, column + 1, where, message))


def _rows(sheet: Any) -> list[Any]:
    # Some programs write a size that is not the sheet's.
    sheet.reset_dimensions()
    return list(sheet.iter_rows(max_row=MOST_ROWS))


def _flat(text: str) -> str:
    return " ".join(text.split())


def number_in(value: Any) -> float:
    """The number that a cell holds: `5`, `5 %`, `0,5`. Raises ValueError in words."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value} is no number; write such as 5 or 12.5")
    if isinstance(value, str):
        text = value.strip().removesuffix("%").strip().replace(",", ".")
        if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text):
            raise ValueError(f"{value[:40]!r} is no number; write such as 5 or 12.5")
        value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number; write such as 5 or 12.5")
    return float(value)
