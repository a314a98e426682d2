"""Workbooks in and out."""

import datetime
import re
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pytest
import xlsxwriter

from tests.batch.conftest import answer, stopped
from tocsin.batch import excel
from tocsin.batch.excel import ExcelFile
from tocsin.batch.writing import encoded
from tocsin.errors import BadInput
from tocsin.files import workbooks

OTHER_SHEETS = {"Notes": [["nothing"]]}


def workbook(path, rows=(), sheets=None, edit=lambda book, sheet: None):
    """A workbook with these rows in the sheet Inputs, behind others."""
    book = xlsxwriter.Workbook(path)
    for title, content in (OTHER_SHEETS if sheets is None else sheets).items():
        other = book.add_worksheet(title)
        for place, row in enumerate(content):
            other.write_row(place, 0, row)
    if rows:
        sheet = book.add_worksheet("Inputs")
        for place, row in enumerate(rows):
            sheet.write_row(place, 0, row)
        edit(book, sheet)
    book.close()
    return path


def cells_of(path):
    (part,) = ExcelFile(path).parts(1000)
    return part


def sheets_of(path):
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in openpyxl.load_workbook(path).worksheets
    }


def repacked(path, parts):
    """A workbook with some of its parts replaced, or others added."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()} | parts
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in content.items():
            archive.writestr(name, text)
    return path


def sheet_xml(path, place=2):
    with zipfile.ZipFile(path) as archive:
        return archive.read(f"xl/worksheets/sheet{place}.xml").decode()


ROWS = [
    ["id", "storm", "late=no", "late=yes"],
    [1, "yes", 0.25, 2],
    [2, "no", None, None],
    ["x", "~yes:B2", None, None],
]


def test_a_workbook_gives_what_its_csv_gives(tiny, tmp_path):
    path = workbook(tmp_path / "rows.xlsx", ROWS)
    csv = tmp_path / "rows.csv"
    csv.write_text("\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in ROWS) + "\n")
    for form in ("csv", "jsonl", "parquet", "xlsx"):
        assert answer(tiny, path, tmp_path / f"a.{form}").rows == 3
        answer(tiny, csv, tmp_path / f"b.{form}")
        if form != "xlsx":
            assert (tmp_path / f"a.{form}").read_bytes() == (tmp_path / f"b.{form}").read_bytes()
    found, wanted = sheets_of(tmp_path / "a.xlsx"), sheets_of(tmp_path / "b.xlsx")
    assert (found["Inputs"], found["Outcomes"]) == (wanted["Inputs"], wanted["Outcomes"])
    assert found["Inputs"] == ROWS


def test_cells_are_text_as_csv_has_them(tmp_path):
    def edit(book, sheet):
        sheet.write_datetime(1, 5, datetime.datetime(2024, 12, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_datetime(
            1, 6, datetime.datetime(2024, 12, 1, 9, 30), book.add_format({"num_format": "d.m.yy hh:mm"})
        )
        sheet.write_number(1, 7, 1.5, book.add_format({"num_format": "[h]:mm"}))
        sheet.write_formula(1, 8, "=1+1", None, 2)
        sheet.write_formula(1, 9, '="sto"&"rm"', None, "storm")

    names = [*"abcdefghij"]
    path = workbook(tmp_path / "rows.xlsx", [names, [3, 0.1, True, " ünï ☂ ", "_x0041_\x01\n"]], edit=edit)
    (row,) = cells_of(path).table.to_pylist()
    assert [*row.values()] == [
        "3", "0.1", "TRUE", " ünï ☂ ", "_x0041_\x01\n", "2024-12-01", "2024-12-01 09:30:00", "36:00:00", "2", "storm",
    ]  # fmt: skip


def test_rows_without_a_cell_are_left_out_and_the_others_keep_their_line(tmp_path):
    part = cells_of(workbook(tmp_path / "rows.xlsx", [["id", "storm"], [], [1, "yes"], ["", ""], [None, "no"], [None]]))
    assert part.table.to_pylist() == [{"id": "1", "storm": "yes"}, {"id": None, "storm": "no"}]
    assert part.lines.tolist() == [3, 5]


def test_errors_and_formulas_without_a_value_are_rejected_with_sheet_row_and_column(tiny, tmp_path):
    def edit(book, sheet):
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
        sheet.write_formula(2, 1, '=IF(A1="x","yes","no")', None, "")
        sheet.write(3, 3, "beyond")

    path = workbook(tmp_path / "rows.xlsx", [["id", "storm"], [1], [2], [3, "yes"], [4, "#N/A"], [5, "no"]], edit=edit)
    out = tmp_path / "out.csv"
    summary = answer(tiny, path, out)
    assert (summary.rows, summary.rejects) == (1, 4)
    rejected = pd.read_csv(tmp_path / "out.csv.rejected", dtype=str)
    assert set(rejected["file"]) == {f"{path}[Inputs]"}
    assert dict(zip(rejected["line"], rejected["reason"], strict=True)) == {
        "2": "column B: holds the error #N/A",
        "3": "column B: holds a formula that was never worked out; open and save it in a spreadsheet program",
        "4": "column D: holds a cell, but row 1 names 2 columns",
        "5": "storm: storm has no state '#N/A'; allowed: no, yes",
    }
    with pytest.raises(BadInput, match=r"rows.xlsx\[Inputs\]:2:1: column B: holds the error #N/A"):
        answer(tiny, path, out, strict=True)


def test_without_a_sheet_inputs_the_first_is_read_and_named(tiny, tmp_path):
    path = workbook(tmp_path / "rows.xlsx", sheets={"Mine": [["storm"], ["yes"]], "Other": [["road"], ["slow"]]})
    assert ExcelFile(path).name == f"{path}[Mine]"
    assert cells_of(path).table.to_pylist() == [{"storm": "yes"}]
    wrong = workbook(tmp_path / "wrong.xlsx", sheets={"Budget": [["Item", "storm"], ["pens", "yes"]]})
    with pytest.raises(BadInput, match=r"wrong.xlsx\[Budget\]:1:1: column 'Item': no variable 'Item'"):
        answer(tiny, wrong, tmp_path / "out.csv")
    for rows in ([[]], [[], ["storm"], ["yes"]]):
        empty = workbook(tmp_path / "empty.xlsx", sheets={"Empty": rows})
        with pytest.raises(BadInput, match=r"empty.xlsx\[Empty\]:1:1: is empty in row 1, which must name the columns"):
            ExcelFile(empty)
    error = workbook(
        tmp_path / "e.xlsx", ROWS, edit=lambda book, sheet: sheet.write_formula(0, 1, "=1/0", None, "#DIV/0!")
    )
    with pytest.raises(BadInput, match=r"e.xlsx\[Inputs\]:1:2: holds the error #DIV/0!"):
        ExcelFile(error)


@pytest.mark.parametrize("suffix", excel.ANOTHER_KIND)
def test_another_kind_of_workbook_gets_one_message(suffix, tiny, tmp_path):
    path = tmp_path / f"rows{suffix}"
    path.write_bytes(b"anything")
    with pytest.raises(BadInput, match=r"is no .xlsx workbook; open it in a spreadsheet program and save it as .xlsx"):
        answer(tiny, path, tmp_path / "out.csv")


def test_what_is_no_workbook_or_a_damaged_one_is_refused(tiny, tmp_path):
    path = tmp_path / "rows.xlsx"
    for content in (b"", b"id,storm\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)):
        path.write_bytes(content)
        with pytest.raises(BadInput, match=r"is no .xlsx workbook"):
            ExcelFile(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    with pytest.raises(BadInput, match=r"is no readable .xlsx workbook"):
        ExcelFile(path)
    whole = workbook(path, ROWS).read_bytes()
    for cut in range(50, len(whole), 199):
        path.write_bytes(whole[:cut] + bytes(40) + whole[cut + 40 :])
        try:
            answer(tiny, path, tmp_path / "out.csv")
        except BadInput:
            continue
    for cut in range(1, len(whole), 997):
        path.write_bytes(whole[:cut])
        with pytest.raises(BadInput):
            ExcelFile(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    path = workbook(tmp_path / "rows.xlsx", ROWS)
    bomb = repacked(path, {"xl/worksheets/sheet2.xml": b"<worksheet>" + b" " * (workbooks.ALWAYS + 2**20)})
    assert bomb.stat().st_size < 2**16
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(BadInput, match=r"takes 1[78],[\d,]+ bytes once unpacked, which is too many"):
        ExcelFile(bomb)


def test_shared_texts_that_would_fill_the_memory_are_refused(tmp_path, monkeypatch):
    path = workbook(tmp_path / "rows.xlsx", ROWS)
    monkeypatch.setattr(workbooks, "MOST_BESIDE", 1000)
    with pytest.raises(BadInput, match=r"once unpacked, which is too many"):
        ExcelFile(path)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(part, encoding, tmp_path):
    path = workbook(tmp_path / "rows.xlsx", ROWS)
    with zipfile.ZipFile(path) as archive:
        text = archive.read(part).decode()
    lol = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    text = text.replace("?>", f"?>{'<!-- -->' * 2**17}{lol}", 1).replace("UTF-8", encoding)
    with pytest.raises(BadInput, match=r"declares a document type|is not UTF-8"):
        ExcelFile(repacked(path, {part: text.encode(encoding)}))


@pytest.mark.parametrize("row", [excel.MOST_ROWS + 2, 10**15])
def test_a_row_beyond_the_end_of_a_sheet_is_refused_at_once(row, tmp_path):
    path = workbook(tmp_path / "rows.xlsx", ROWS)
    text = sheet_xml(path).replace("</sheetData>", f'<row r="{row}"><c><v>1</v></c></row></sheetData>')
    with pytest.raises(BadInput, match=r"has more than 1,048,575 rows"):
        list(ExcelFile(repacked(path, {"xl/worksheets/sheet2.xml": text})).parts(10))


def test_a_wrong_dimension_is_not_believed(tmp_path):
    path = workbook(tmp_path / "rows.xlsx", ROWS)
    text = sheet_xml(path)
    assert 'ref="A1:D4"' in text
    assert cells_of(repacked(path, {"xl/worksheets/sheet2.xml": text.replace("A1:D4", "A1:A2")})).table.num_rows == 3


def test_workbooks_of_a_folder_and_parts_are_read_like_other_files(tiny, tmp_path):
    folder = tmp_path / "rows"
    folder.mkdir()
    workbook(folder / "b.xlsx", [["id", "storm"], [3, "yes"], [4, "no"]])
    (folder / "a.csv").write_text("id,storm\n1,yes\n2,no\n")
    (folder / "~$b.xlsx").write_bytes(b"of a program that has it open")
    answer(tiny, folder, tmp_path / "out.csv", part_rows=1)
    assert pd.read_csv(tmp_path / "out.csv")["id"].tolist() == [1, 2, 3, 4]


def test_answers_are_three_sheets(tiny, tmp_path):
    path, out = workbook(tmp_path / "rows.xlsx", ROWS), tmp_path / "answers.xlsx"
    answer(tiny, path, out)
    answer(tiny, path, tmp_path / "answers.parquet")
    wanted = pd.read_parquet(tmp_path / "answers.parquet")
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Inputs", "Outcomes", "Run record"]
    outcomes = book["Outcomes"]
    names = [cell.value for cell in outcomes[1]]
    assert names == ["id", *wanted.columns[4:]]
    assert [row[0].value for row in outcomes.iter_rows(min_row=2)] == [1, 2, "x"]
    for place, name in enumerate(names[1:-1], start=2):
        found = [outcomes.cell(row, place).value for row in (2, 3, 4)]
        if name.startswith("word("):
            assert found == wanted[name].tolist()
            continue
        assert found == pytest.approx(wanted[name].tolist(), rel=1e-14)
        assert outcomes.cell(2, place).number_format == ("General" if name == "p_evidence" else "0.0 %")
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.font.bold for cell in sheet[1])
        assert sheet.column_dimensions["A"].width >= 8
    record = {row[0].value: str(row[1].value) for row in book["Run record"].iter_rows(min_row=2)}
    assert tiny.records.digest in record["Model"]
    assert record["Rows"] == "3 answered, 0 of them without an answer; 0 rejected"
    assert "SHA-256" in record[f"Rows of {path.name}"]


def test_rows_without_an_id_are_told_apart_by_their_place(tiny, tmp_path):
    answer(tiny, workbook(tmp_path / "rows.xlsx", [["storm"], ["yes"], ["no"]]), tmp_path / "out.xlsx")
    assert [row[0] for row in sheets_of(tmp_path / "out.xlsx")["Outcomes"]] == ["row", 2, 3]


FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+1+A1",
    "-2-3",
    "@SUM(A1)",
    "{=A1}",
    "http://a.b",
    "<r>&</r>",
    "<r></r>",
    "'=1",
]
NUMBERS = [
    "5",
    "-5",
    "0.25",
    "007",
    "1e5",
    "+5",
    "1.0",
    "12345678901234567890",
    "nan",
    "inf",
    "1_0",
    "٣",
    "0.1234567890123456789",
]


def test_text_is_written_as_text_and_reads_back_as_it_was(tiny, tmp_path):
    ids = [*FORMULAS, *NUMBERS, "_x0041_", "\x02 a\r\n", "☂\ufffe"]
    pd.DataFrame({"id": ids, "storm": "yes"}).to_parquet(tmp_path / "in.parquet")
    answer(tiny, tmp_path / "in.parquet", tmp_path / "out.xlsx")
    assert [row["id"] for row in cells_of(tmp_path / "out.xlsx").table.to_pylist()] == ids
    inputs = openpyxl.load_workbook(tmp_path / "out.xlsx")["Inputs"]
    kinds = {inputs.cell(2 + place, 1).data_type for place in range(len(FORMULAS))}
    assert "f" not in kinds
    assert not re.search("<f[ >]", sheet_xml(tmp_path / "out.xlsx", 1))
    assert inputs["A2"].quotePrefix
    assert [inputs.cell(2 + len(FORMULAS) + place, 1).value for place in range(4)] == [5, -5, 0.25, "007"]


def test_the_same_answers_are_the_same_bytes_however_they_came_about(tiny, tmp_path):
    path, out = tmp_path / "rows.csv", tmp_path / "out.xlsx"
    path.write_text("id,storm\n" + "".join(f"{k},{'yes' if k % 3 else 'no'}\n" for k in range(50)))
    answer(tiny, path, out, part_rows=10)
    first = out.read_bytes()
    out.unlink()
    stopped(tiny, path, out, after=2, part_rows=10)
    assert not out.exists()
    assert answer(tiny, path, out, part_rows=10, resume=True).resumed == 2
    assert out.read_bytes() == first
    assert {file.name for file in tmp_path.iterdir()} == {"rows.csv", "out.xlsx"}


def test_a_probability_is_shown_with_the_digits_that_keep_it_in_the_band_of_its_word(tmp_path):
    answers = pa.table({"storm": ["yes"] * 4, "P(rain)": ["0.5496", "0.3", "", "0.55"], "low(rain)": ["0.45004"] * 4})
    with (tmp_path / "out.xlsx").open("wb") as file:
        excel.write([encoded(answers, "xlsx")], file, answers.schema, 1, {}, tmp_path, (0.45, 0.55))
    rows = openpyxl.load_workbook(tmp_path / "out.xlsx")["Outcomes"].iter_rows(min_row=2)
    shown = [[cell.number_format for cell in row[1:]] for row in rows]
    assert shown == [["0.00 %", "0.0 %"], ["0.0 %", "0.0 %"], ["General", "0.0 %"], ["0.0 %", "0.0 %"]]


def test_a_disk_that_is_full_leaves_no_workbook_and_the_parts(tiny, tmp_path, monkeypatch):
    path, out = workbook(tmp_path / "rows.xlsx", ROWS), tmp_path / "out.xlsx"

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(zipfile.ZipFile, "write", full)
        with pytest.raises(Exception, match=r"No space left on device; 1 finished part is kept"):
            answer(tiny, path, out)
    assert not out.exists()
    assert answer(tiny, path, out, resume=True).resumed == 1
    assert {file.name for file in tmp_path.iterdir()} == {"rows.xlsx", "out.xlsx"}


def test_more_rows_than_a_sheet_has_are_told_before_the_work_begins(tiny, tmp_path, monkeypatch):
    path = tmp_path / "rows.csv"
    with path.open("wb") as file:
        file.write(b"storm\n" + b"yes\n" * (excel.MOST_ROWS + 1))
    monkeypatch.setattr("tocsin.batch.job.answer", lambda *_: pytest.fail("it began"))
    with pytest.raises(
        BadInput, match=r"would have more than 1,048,575 rows, and a sheet has 1,048,575; write .parquet"
    ):
        answer(tiny, path, tmp_path / "out.xlsx")
    pd.DataFrame({"storm": np.repeat("yes", excel.MOST_ROWS + 2)}).to_parquet(tmp_path / "rows.parquet")
    with pytest.raises(BadInput, match=r"would have 1,048,577 rows"):
        answer(tiny, tmp_path / "rows.parquet", tmp_path / "out.xlsx")
    assert {file.name for file in tmp_path.iterdir()} == {"rows.csv", "rows.parquet"}


def test_a_text_longer_than_a_cell_is_refused_and_other_forms_hold_it(tiny, tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(f"id,storm\n{'a' * (excel.MOST_LETTERS + 1)},yes\n")
    with pytest.raises(BadInput, match=r"column 'id': holds a text of 32,768 letters, and a cell of .xlsx has 32,767"):
        answer(tiny, path, tmp_path / "out.xlsx")
    assert answer(tiny, path, tmp_path / "out.csv").rows == 1


def test_a_table_without_rows_gives_headers(tiny, tmp_path):
    answer(tiny, workbook(tmp_path / "rows.xlsx", [["id", "storm"]]), tmp_path / "out.xlsx")
    assert sheets_of(tmp_path / "out.xlsx")["Inputs"] == [["id", "storm"]]
