"""A batch that is stopped."""

import csv
import io
from types import SimpleNamespace
from unittest.mock import MagicMock

import pytest

from tests.conftest import ROOT
from tocsin.batch import layout, load_rows
from tocsin.batch.job import Done
from tocsin.ui import batch_runs


class Stopped(BaseException):
    """How Streamlit ends a run of the script."""


def test_a_part_that_comes_after_the_stop_is_not_kept(iraq, monkeypatch, tmp_path):
    place = ROOT / "scenarios" / iraq.name / "sweeps" / "posture-restraint-truce.yaml"
    source, base = load_rows(place, None, iraq)
    columns = layout(source.schema.names, iraq, base, "sweep")
    bar = MagicMock()
    bar.progress.side_effect = [None, Stopped]
    screen = SimpleNamespace(session_state={}, empty=MagicMock(), button=MagicMock(), progress=lambda *_: bar)
    monkeypatch.setattr(batch_runs, "st", screen)

    def run(*_, watch):
        for number in range(2):
            watch(Done(number, b"row\n" * 64, b"", 64, (), 0, 0, 0.1 * number))

    monkeypatch.setattr(batch_runs, "run", run)
    rows = batch_runs.RowsToRun(place, source, columns, "A sweep", place.name)
    with pytest.raises(Stopped):
        batch_runs.start(iraq, base, rows, tmp_path)
    kept = screen.session_state[batch_runs.KEPT]
    assert kept.rows == 64
    assert kept.csv.count(b"row\n") == 64


def test_answers_as_excel_are_those_of_the_csv(iraq, monkeypatch, tmp_path):
    import openpyxl

    path = tmp_path / "rows.csv"
    path.write_text("id,framing\n=1+1,casus_belli\n007,none\n8,\n", "utf-8")
    source, base = load_rows(path, None, iraq)
    columns = layout(source.schema.names, iraq, base, "rows.csv")
    screen = SimpleNamespace(session_state={}, empty=MagicMock(), button=MagicMock(), progress=MagicMock())
    monkeypatch.setattr(batch_runs, "st", screen)
    batch_runs.start(iraq, base, batch_runs.RowsToRun(path, source, columns, "Mine", "mine.csv"), tmp_path)
    kept = screen.session_state[batch_runs.KEPT]
    book = openpyxl.load_workbook(io.BytesIO(kept.excel))
    inputs, outcomes, record = (list(sheet.iter_rows(values_only=True)) for sheet in book)
    assert inputs == [("id", "framing"), ("=1+1", "casus_belli"), ("007", "none"), (8, None)]
    answers = list(csv.reader(io.StringIO(kept.csv.decode())))
    assert list(outcomes[0]) == ["id", *answers[0][2:]]
    for row, cells in zip(outcomes[1:], answers[1:], strict=True):
        for name, found, cell in zip(answers[0][2:-1], row[1:], cells[2:], strict=False):
            assert found == (cell if name.startswith("word(") else pytest.approx(float(cell), rel=1e-14))
    facts = dict(record)
    assert iraq.records.digest in facts["Model"]
    assert facts["Rows of mine.csv"].startswith(f"{path.stat().st_size} bytes, SHA-256")
