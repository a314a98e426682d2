"""A batch that is stopped."""

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
