"""The Python face, and the page that shows it."""

import re
import subprocess
import sys
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest

import tocsin
from tests.conftest import IRAQ, ROOT, SMALL, call
from tocsin.assessment import assess
from tocsin.batch.sweeps import open_sweep
from tocsin.errors import BadInput
from tocsin.ledger.sealing import resolve

PAGE = ROOT / "docs" / "python.md"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def test_the_page_s_sweep_is_one(iraq, tmp_path):
    folder = tmp_path / "iraq-syria-2024" / "sweeps"
    folder.mkdir(parents=True)
    (folder.parent / "baseline.yaml").write_bytes((ROOT / "scenarios/iraq-syria-2024/baseline.yaml").read_bytes())
    (folder / "page.yaml").write_text(blocks("yaml")[0], "utf-8")
    assert open_sweep(folder / "page.yaml", iraq).rows == 22


def test_importing_tocsin_imports_nothing_heavy():
    code = "import sys, tocsin; print({'numpy', 'pyarrow', 'pandas', 'pydantic'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert told.stdout.strip() == "set()"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = tocsin.nothing


def test_a_briefing_waits_for_no_curve_of_calibration():
    code = "import sys, tocsin.report.compose; print('scipy.optimize' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert shown.stdout.strip() == "False"


def test_pandas_in_and_out_keeps_index_and_kinds_and_tells_all_that_is_wrong():
    session = tocsin.load(SMALL, draws=64)
    frame = pd.DataFrame({"storm": pd.Categorical(["yes", None]), "id": [7, 8]}, index=["x", "y"])
    answers = session.batch(frame, intervals=True)
    assert list(answers.index) == ["x", "y"]
    assert list(answers["id"]) == [7, 8]
    assert answers["low(late)"]["x"] < answers["P(late)"]["x"] < answers["high(late)"]["x"]
    same = session.batch(pa.Table.from_pandas(frame, preserve_index=False), intervals=True)
    assert same.schema.field("P(late)").type == pa.float64()
    assert same["P(late)"].to_pylist() == answers["P(late)"].to_list()
    assert session.batch(frame, intervals=True, threads=1).equals(answers)
    assert len(session.batch(frame.iloc[:0])) == 0
    with pytest.raises(TypeError, match="not list"):
        session.batch([{"storm": "yes"}])
    with pytest.raises(BadInput, match=r"row 1: storm: (.|\n)*row 3: storm: "):
        session.batch(pd.DataFrame({"storm": ["x", "yes", "y"]}))
    with pytest.raises(BadInput, match=r"table: column 'stor': no variable 'stor'; did you mean 'storm'"):
        session.batch(pd.DataFrame({"stor": ["x"]}))


def test_scenarios_in_all_their_forms(iraq):
    session = tocsin.load(IRAQ)
    file = ROOT / "scenarios" / "iraq-syria-2024" / "casus-belli.yaml"
    wanted = session.assess(file).outcomes["israeli_strike"]
    assert session.assess("casus-belli").outcomes["israeli_strike"] == wanted
    made = session.assess({"evidence": {"framing": {"observed": "casus_belli"}}})
    assert made.outcomes["israeli_strike"] == wanted
    assert session.assess(made.scenario).outcomes["israeli_strike"] == wanted
    assert session.assess().outcomes["israeli_strike"].p == wanted.baseline
    assert assess(iraq, made.scenario).outcomes["israeli_strike"] == wanted
    with pytest.raises(BadInput, match="did you mean 'framing'"):
        session.assess({"evidence": {"framin": {"observed": "casus_belli"}}})
    with pytest.raises(BadInput, match="unknown key"):
        session.assess({"evidense": {}})


def test_every_public_name_of_a_session_is_in_the_page():
    page = PAGE.read_text("utf-8")
    named = [name for name in (*vars(tocsin.Session), *tocsin.Session.__dataclass_fields__) if not name.startswith("_")]
    assert [name for name in named if f"`{name}" not in page] == []
    assert sorted(tocsin.__all__) == ["Session", "__version__", "load"]


def test_a_session_briefs_and_verifies_as_the_command_does_and_can_be_looked_at(tmp_path):
    session = tocsin.load(SMALL)
    call("brief", "--model", SMALL, "--out", tmp_path, "--format", "md,html")
    for path in tmp_path.iterdir():
        assert session.brief(form=path.suffix[1:]) == path.read_bytes()
        assert session.verify(path).holds
    path.write_bytes(path.read_bytes().replace(b"%", b"points", 1))
    assert not session.verify(path).holds
    storm = {"evidence": {"storm": {"observed": "yes"}}}
    assert len(repr(session.compare(None, storm))) < 5000
    assert "Model(" not in repr(session.explain(storm))


def test_a_session_seals_and_scores_what_its_model_s_ledger_holds(small):
    session = tocsin.load(small)
    ledger = session.seal(on=date(2024, 12, 1))
    assert session.seal(on=date(2024, 12, 1)).seals == ledger.seals
    assert ledger.path == small.parent.parent / "ledger" / "small.jsonl"
    resolve(ledger.path, "late-2024-12-31", "yes", date(2024, 12, 10), "T")
    assert session.score().brier == pytest.approx((1 - session.assess().outcomes["late"].p) ** 2)
    assert session.score(start=date(2024, 12, 11)).cases == ()
