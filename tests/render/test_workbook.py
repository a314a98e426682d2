"""What speaks for which alternative, in Excel."""

import io
from dataclasses import replace

import openpyxl
import pytest

from tests.conftest import call, written_scenario
from tocsin.analysis.alternatives import Argument
from tocsin.analysis.explain import explain
from tocsin.canonical import log_odds
from tocsin.language.events import finding
from tocsin.language.numbers import capital
from tocsin.render import workbook

TEXT = """
evidence:
  framing: {observed: casus_belli}
  syrian_advance: {reported: advances, grade: C3}
statements: {exclude: [S12]}
"""


@pytest.fixture(scope="module")
def explained(iraq):
    return explain(iraq, written_scenario(iraq, TEXT))


def sheets(content):
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
    }


def test_each_row_adds_up_to_the_answer_and_columns_stand_by_how_well_they_tell_apart(explained):
    found = sheets(workbook.alternatives(explained))
    outcomes = explained.alternatives
    assert len(found) == len(outcomes) + 2
    for sheet, alternatives in zip(found.values(), outcomes.values(), strict=False):
        head, *rows = sheet
        assert head[:3] == ["Alternative", "Before", "Before, in log-odds"]
        assert head[-2:] == ["Now, in log-odds", "Now"]
        assert len(rows) == len(alternatives.states)
        for (_, before, start, *cells, end, now), first, last in zip(
            rows, alternatives.prior, alternatives.posterior, strict=True
        ):
            assert (before, now) == (first, last)
            assert (start, end) == pytest.approx((float(log_odds(first)), float(log_odds(last))), rel=1e-12)
            least = min(*alternatives.prior, *alternatives.posterior)
            assert start + sum(cells) == pytest.approx(end, abs=1e-9 + 4e-10 / least)
        columns = list(zip(*rows, strict=True))[3:-2]
        spreads = [max(column) - min(column) for column in columns]
        assert spreads == sorted(spreads, reverse=True)
        # Who says again what another says has no column.
        assert not {"N9", "N12", "S12"} & {*head}
        assert "N11" in head


def test_what_a_column_is_and_how_it_came_about_stand_in_sheets_of_their_own(explained):
    found = sheets(workbook.alternatives(explained))
    *_, columns, record = found.values()
    assert [*found][-2:] == ["Facts and findings", "Run record"]
    first = columns[1]
    told = next(iter(explained.alternatives.values())).arguments[0]
    assert first[1:5] == [1, "Advance in Syria", capital(finding(explained.case, told.name)), told.spread]
    assert first[5] == "speaks for “the offensive in Syria takes Hama or Homs”."
    fact = next(row for row in columns if row[2] == "N6")
    assert fact[3] == "N6 (Shafaq News)"
    assert ". On 27 November" in fact[5]
    # Every column of every outcome's sheet is told.
    assert len(columns) - 1 == sum(len(one.arguments) for one in explained.alternatives.values())
    assert dict(map(tuple, record[1:]))["Model"].startswith(f"{explained.case.model.records.name}, digest ")
    assert workbook.alternatives(explained) == workbook.alternatives(explained)


def test_text_is_no_formula_and_what_has_no_number_is_said(explained, monkeypatch):
    outcome, alternatives = next(iter(explained.alternatives.items()))
    endless = Argument("N6", "fact", (float("-inf"), float("inf")))
    alone = {outcome: replace(alternatives, arguments=(endless,))}
    monkeypatch.setitem(vars(explained), "alternatives", alone)
    monkeypatch.setattr("tocsin.report.alternatives.capital", lambda text: f"=1+{text}")
    book = openpyxl.load_workbook(io.BytesIO(workbook.alternatives(explained)))
    sheet = book.worksheets[0]
    assert [cell.data_type for cell in sheet["A"]] == ["s"] * 3
    assert sheet["A2"].value.startswith("=1+")
    assert [cell.value for cell in sheet["D"]] == ["N6", "rules it out", "leaves no other"]
    assert (sheet["B2"].number_format, sheet["C2"].number_format) == ("0.0 %", "0.00")


def test_the_command_writes_it(tmp_path, at_root):
    path = tmp_path / "ach.xlsx"
    call("explain", "casus-belli", "--outcome", "israeli_strike", "--alternatives", path)
    assert [*sheets(path.read_bytes())] == ["Israeli strike", "Facts and findings", "Run record"]
    assert "end its name with .xlsx" in call("explain", "--alternatives", tmp_path / "ach.csv", expect=1).output
    assert [file.name for file in tmp_path.iterdir()] == ["ach.xlsx"]


def test_names_of_sheets_are_those_that_excel_takes():
    titles = ["Advance: takes [Hama] or Homs?", "a" * 40, "a" * 50, "History", "'quoted'", "Run record"]
    names = []
    for title in titles:
        names.append(workbook.sheet_name(title, names))
    assert names == ["Advance takes Hama or Homs", "a" * 31, f"{'a' * 29} 2", "History 2", "quoted", "Run record"]
