"""Forms are locked but for their answers, and what is wrong in one that comes back is told by sheet and cell."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from tests.authoring.test_elicitations import ASKED, FACTOR, answer
from tocsin.authoring.elicitation_forms import QUESTIONS, number_in, write_form
from tocsin.authoring.elicitation_tables import read_folder
from tocsin.errors import BadInput

TOLD = (("What to do", "Answer each question in four steps."),)


def form(path, expert="ann", number=1, earlier=None):
    content = io.BytesIO()
    write_form(content, expert, ASKED, number, TOLD, earlier)
    path.write_bytes(content.getvalue())
    return path


def filled(path, cells, sheet=QUESTIONS):
    """The form as a spreadsheet program saves it after these cells were changed."""
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book[sheet][place] = value
    book.save(path)
    return path


GOOD = {"C4": 5, "D4": 20, "E4": 10, "F4": 80, "G4": "Old motors."}


def test_only_answers_can_be_changed_and_cells_say_what_they_take(tmp_path):
    book = openpyxl.load_workbook(form(tmp_path / "a.xlsx"))
    sheet = book[QUESTIONS]
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    open_cells = {cell.coordinate for row in sheet.iter_rows() for cell in row if not cell.protection.locked}
    assert open_cells == {f"{column}{row}" for column in "CDEFG" for row in (4, 5)}
    assert {
        cell.coordinate for row in book["Read me first"].iter_rows() for cell in row if not cell.protection.locked
    } == {"B6", "B7"}
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert (rules["C4"].formula1, rules["C4"].formula2) == ("0", "100")
    assert (rules["C5"].operator, rules["C5"].formula1) == ("greaterThan", "0")
    assert (rules["F4"].formula1, rules["F4"].formula2) == ("50", "100")
    # The limits of the file format.
    assert all(len(rule.promptTitle) <= 32 and len(rule.prompt) <= 255 for rule in rules.values())
    assert all(len(rule.errorTitle) <= 32 and len(rule.error) <= 255 for rule in rules.values())
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_title_rows == "$3:$3"


def test_the_same_questions_are_the_same_bytes(tmp_path):
    assert form(tmp_path / "a.xlsx").read_bytes() == form(tmp_path / "b.xlsx").read_bytes()


def test_text_that_looks_like_a_formula_a_link_or_markup_stays_text():
    hostile = ASKED.model_copy(
        update={"questions": (FACTOR.model_copy(update={"about": '=HYPERLINK("http://x")', "background": "<r>x</r>"}),)}
    )
    content = io.BytesIO()
    write_form(content, "ann", hostile, 1, (("=1+1", "http://x.example"), ("<r>", "<r><t>x</t></r>")))
    with zipfile.ZipFile(content) as archive:
        sheets = b"".join(archive.read(name) for name in archive.namelist() if "worksheets" in name)
    assert b"HYPERLINK" not in sheets
    assert b"hyperlink" not in sheets
    told = openpyxl.load_workbook(content)["Read me first"]
    assert [told.cell(10, column).value for column in (1, 2)] == ["<r>", "<r><t>x</t></r>"]
    # The checks of the answers are the only formulas.
    assert sheets.count(b"<f>") == 1


def test_what_an_expert_writes_is_read(tmp_path):
    path = filled(form(tmp_path / "ann (1).xlsx"), GOOD)
    filled(path, {"B6": " engineer ", "B7": "works there"}, "Read me first")
    returned = read_folder(tmp_path, ASKED)
    assert returned.about == {"ann": ("engineer", "works there")}
    (found,) = returned.answers
    assert (found.low, found.high, found.best, found.sure, found.reason) == (5, 20, 10, 80, "Old motors.")
    assert (found.expert, found.round, found.question.id) == ("ann", 1, "Q1")
    assert found.where == "ann (1).xlsx, sheet Questions, row 4"


def test_the_earlier_answer_stands_beside_in_round_two(tmp_path):
    sheet = openpyxl.load_workbook(form(tmp_path / "a.xlsx", number=2, earlier={"Q1": answer()}))[QUESTIONS]
    assert [sheet.cell(row, 9).value for row in (3, 4, 5)] == [
        "Your first answer",
        "5 % to 20 %, best 10 %, 80 % sure",
        None,
    ]
    filled(tmp_path / "a.xlsx", GOOD)
    assert read_folder(tmp_path, ASKED).answers[0].round == 2


def test_percent_signs_commas_and_formulas_are_understood(tmp_path):
    path = filled(form(tmp_path / "a.xlsx"), GOOD | {"C4": "0,5 %", "D4": 0.2, "E4": "10%"})
    book = openpyxl.load_workbook(path)
    # As programs leave the cell in which somebody typed "20%".
    book[QUESTIONS]["D4"].number_format = "0%"
    book.save(path)
    (found,) = read_folder(tmp_path, ASKED).answers
    assert (found.low, found.high, found.best) == (0.5, 20, 10)
    filled(path, {"E4": "=20/2"})
    with pytest.raises(BadInput, match=r"Questions\]:4:5: E4: holds a formula that was never worked out"):
        read_folder(tmp_path, ASKED)


@pytest.mark.parametrize("value", ["five", "5-10", "", "1e3", True, float("nan")])
def test_what_is_no_number_is_told(value):
    with pytest.raises(ValueError, match="is no number"):
        number_in(value)


def test_all_slips_of_all_forms_are_told_at_once_by_file_sheet_and_cell(tmp_path):
    filled(form(tmp_path / "ann.xlsx"), {"C4": 20, "D4": 5, "E4": 10, "F4": 80, "C5": 2, "D5": 3, "F5": 90})
    filled(form(tmp_path / "bob.xlsx", "bob"), GOOD | {"F4": 30, "D5": "many"})
    with pytest.raises(BadInput) as refused:
        read_folder(tmp_path, ASKED)
    assert str(refused.value).replace(f"{tmp_path}/", "").splitlines() == [
        "ann.xlsx[Questions]:4:3: C4: Q1, lowest: 20 is above the highest, 5; are the two reversed?",
        "ann.xlsx[Questions]:5:5: E5: Q2, best guess: is missing; fill in all four, or leave the row empty",
        "bob.xlsx[Questions]:4:6: F4: Q1, how sure: 30 is out of range; it must be 50 to 100; "
        "who is less sure widens the range",
        "bob.xlsx[Questions]:5:4: D5: 'many' is no number; write such as 5 or 12.5",
    ]


@pytest.mark.parametrize(
    ("sheet", "cells", "message"),
    [
        (QUESTIONS, {"B4": "What is it?"}, r"4:2: B4: the text of Q1 was changed.* it must stay: What is the chance\?"),
        (QUESTIONS, {"A5": "Q9"}, r"5:1: A5: no question 'Q9' was asked"),
        (QUESTIONS, {"A5": "Q1"}, r"5:1: A5: Q1 stands in row 4 too"),
        (QUESTIONS, {"A4": None, "B4": None}, r"3:1: A3: Q1 is missing"),
        (QUESTIONS, {"C3": "Low"}, r"3:1: A3: the headings were changed"),
        (QUESTIONS, {"G5": "Because."}, r"5:3: C5: Q2 has a reason and no figures"),
        (QUESTIONS, {"G5": "x" * 3000}, r"5:7: G5: has 3,000 letters; at most 2,000 are read"),
        ("Read me first", {"C3": "anne"}, r"first\]:3:3: C3: no expert 'anne' was asked; did you mean 'ann'\?"),
        ("Read me first", {"B4": "3"}, r"first\]:4:2: B4: '3' is no round"),
    ],
)
def test_what_was_changed_on_a_form_is_told(tmp_path, sheet, cells, message):
    filled(form(tmp_path / "a.xlsx"), cells, sheet)
    with pytest.raises(BadInput, match=message):
        read_folder(tmp_path, ASKED)


def test_two_forms_of_one_expert_are_told(tmp_path):
    filled(form(tmp_path / "a.xlsx"), GOOD)
    filled(form(tmp_path / "b.xlsx"), GOOD)
    with pytest.raises(BadInput, match=r"b\.xlsx: is a second form of ann for round 1, beside a\.xlsx"):
        read_folder(tmp_path, ASKED)


def test_files_that_are_no_forms_are_told(tmp_path):
    with pytest.raises(BadInput, match="holds no form"):
        read_folder(tmp_path, ASKED)
    (tmp_path / "a.ods").write_bytes(b"PK")
    with pytest.raises(BadInput, match=r"a\.ods: is a spreadsheet of another kind; open it, and save it as \.xlsx"):
        read_folder(tmp_path, ASKED)
    (tmp_path / "a.ods").unlink()
    (tmp_path / "~$a.xlsx").write_bytes(b"what Excel keeps beside an open file")
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 torn")
    (tmp_path / "b.xlsx").write_bytes(b"<html>")
    (tmp_path / "c.csv").write_text("a,b\n1,2\n")
    with pytest.raises(BadInput) as refused:
        read_folder(tmp_path, ASKED)
    assert [problem.message.split(";")[0] for problem in refused.value.problems] == [
        "is no readable .xlsx workbook: File is not a zip file",
        "is no .xlsx workbook",
        "is neither a form, with the sheets “Read me first” and “Questions”, nor a long table, with the columns round, "
        "paper_id, user_name, element, value",
    ]
