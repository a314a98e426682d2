"""Each page beside Assess, alone and without a browser: what it shows is what the layers below say."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from streamlit.testing.v1 import AppTest

from tests.conftest import IRAQ, ROOT
from tests.ui.driving import choose, html
from tocsin.analysis.case import lay_out
from tocsin.analysis.indicators import indicators
from tocsin.analysis.influence import influence
from tocsin.assessment import assess
from tocsin.files import load_scenario
from tocsin.opening import open_model

STRIKE = "Israeli strike on Iraqi soil: 1 or 2 strikes, or worse"


def statements() -> None:
    from tocsin.ui.statements import page

    page()


def why() -> None:
    from tocsin.ui.why import page

    page()


def look() -> None:
    from tocsin.ui.look import page

    page()


def compare() -> None:
    from tocsin.ui.compare import page

    page()


def briefing() -> None:
    from tocsin.ui.briefing import page

    page()


def batches() -> None:
    from tocsin.ui.batches import page

    page()


PAGES = [statements, why, look, compare, briefing]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], AppTest]:
    def start(page: Callable[[], None]) -> AppTest:
        monkeypatch.chdir(ROOT)
        app = AppTest.from_function(page, default_timeout=60).run()
        assert not app.exception
        return app

    return start


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_it_opens_and_survives_impossible_evidence(opened: Callable[..., AppTest], page: Callable[[], None]) -> None:
    app = opened(page)
    assert len(html(app)) > 500
    scenario = app.session_state.scenario
    both = {"target": [{"observed": "none"}], "civilian_deaths": [{"observed": "yes"}]}
    content = {**scenario.model_dump(exclude_defaults=True), "evidence": both}
    app.session_state.scenario = type(scenario).model_validate(content)
    app.run()
    assert not app.exception


def test_why_tells_the_contributions(opened: Callable[..., AppTest]) -> None:
    app = opened(why)
    choose(app, "Scenario", "Israel calls the attacks from Iraq a reason for force")
    choose(app, "Outcome", STRIKE)
    page = html(app)
    assert "multiplies the odds by 2.98" in page
    assert 'aria-label="Waterfall"' in page
    assert "israeli_strike.causes.framing.casus_belli.at_least.limited" in page
    assert "It becomes <em>very unlikely</em> if" in page
    assert "The most probable course of events" in page
    assert "fewer than two findings" in page or "conflict" in page


def test_look_ranks_as_the_analysis_does(opened: Callable[..., AppTest]) -> None:
    app = opened(look)
    choose(app, "Outcome", STRIKE)
    model = open_model(IRAQ)
    plan = indicators(lay_out(model, app.session_state.scenario, "israeli_strike"))["israeli_strike"]
    wanted = [one.variable for one in plan.indicators if not one.effect]
    assert re.findall(r'data-indicator="(\w+)"', html(app)) == wanted


def test_statements_are_all_there_with_their_influence(opened: Callable[..., AppTest]) -> None:
    app = opened(statements)
    choose(app, "Outcome", STRIKE)
    model = open_model(IRAQ)
    page = html(app)
    shown = re.findall(r'data-statement="(\w+)"', page)
    assert shown == [one.id for one in model.records.statements]
    found = influence(lay_out(model, app.session_state.scenario, "israeli_strike")).statements["S18"]["israeli_strike"]
    row = next(line for line in page.split("<tr") if 'data-statement="S18"' in line)
    change = 100 * (found.p - assess(model, app.session_state.scenario).outcomes["israeli_strike"].p)
    assert f"{abs(change):.1f} points" in row


def test_statements_are_narrowed(opened: Callable[..., AppTest]) -> None:
    app = opened(statements)
    app.multiselect(key="by-speaker").set_value(["al-sharifi"]).run()
    model = open_model(IRAQ)
    wanted = [one.id for one in model.records.statements if one.speaker == "al-sharifi"]
    assert re.findall(r'data-statement="(\w+)"', html(app)) == wanted
    app.multiselect(key="by-variable").set_value(["israeli_strike"]).run()
    assert "S18" in (left := re.findall(r'data-statement="(\w+)"', html(app)))
    assert set(left) < set(wanted)


def s18(app: AppTest, part: str) -> str:
    """The key of a control of S18, which holds the scenario's digest."""
    widgets = (*app.checkbox, *app.slider, *app.selectbox)
    return next(one.key for one in widgets if (one.key or "").startswith(f"{part}-S18-"))


def test_a_statement_switched_off_moves_what_the_scenario_file_moves(opened: Callable[..., AppTest]) -> None:
    app = opened(statements)
    app.selectbox(key="changed-statement").set_value("S18").run()
    app.checkbox(key=s18(app, "counts")).uncheck().run()
    assert not app.exception
    assert app.session_state.scenario.statements.exclude == ("S18",)
    page = html(app)
    assert "What the changes do to the outcomes" in page
    assert 'class="density"' in page
    assert re.search(r"\d+ % → [\d.]+ %", page)
    app.checkbox(key=s18(app, "counts")).check().run()
    assert app.session_state.scenario is app.session_state.start


def test_a_statement_is_reweighed_reworded_and_regraded(opened: Callable[..., AppTest]) -> None:
    app = opened(statements)
    app.selectbox(key="changed-statement").set_value("S18").run()
    app.slider(key=s18(app, "weight")).set_value(0.5).run()
    app.selectbox(key=s18(app, "words")).set_value("likely").run()
    app.selectbox(key=s18(app, "grade")).set_value("A1").run()
    assert not app.exception
    changes = app.session_state.scenario.statements
    assert (changes.reweigh, changes.reword, changes.regrade) == ({"S18": 0.5}, {"S18": "likely"}, {"S18": "A1"})
    assert "changed" in next(line for line in html(app).split("<tr") if 'data-statement="S18"' in line)


def test_scenarios_side_by_side_have_their_own_answers(opened: Callable[..., AppTest]) -> None:
    app = opened(compare)
    app.multiselect[0].set_value(["baseline", "casus-belli", "assad-falls"]).run()
    assert not app.exception
    model = open_model(IRAQ)
    part = next(one for one in html(app).split("data-compared=") if one.startswith('"israeli_strike"'))
    for name in ("baseline", "casus-belli", "assad-falls"):
        scenario = load_scenario(ROOT / "scenarios" / model.name / f"{name}.yaml", model.records)
        p = assess(model, scenario).outcomes["israeli_strike"].p
        assert f"left:{100 * p / scale(part):.2f}%" in part
    assert "Assad&#x27;s rule: Assad falls, observed" in html(app)


def scale(part: str) -> float:
    """The right end of the scale, from what a dot says and where it stands."""
    told = re.search(r'<u style="left:([\d.]+)%"', part)
    assert told
    (percent,) = re.findall(r'aria-label="([\d.]+) %', part)[:1]
    return round(float(percent) / float(told[1]), 1)


def test_the_briefing_page_has_the_record(opened: Callable[..., AppTest]) -> None:
    app = opened(briefing)
    assert app.session_state.scenario.digest in html(app)
    assert "20241201" in html(app)


def test_the_briefing_page_gives_each_format(opened: Callable[..., AppTest]) -> None:
    app = opened(briefing)
    labels = [button.proto.label for button in app.get("download_button")]
    assert {"PDF", "DOCX", "PPTX", "HTML", "MD"} <= set(labels)
    app.text_input[0].set_value(" ").run()
    assert "No briefing with this marking" in html(app)
    assert "PDF" not in [button.proto.label for button in app.get("download_button")]


def test_a_briefing_from_the_page_is_the_command_s(opened: Callable[..., AppTest], tmp_path: Path) -> None:
    from tocsin.briefing import Order
    from tocsin.cli import main
    from tocsin.ui.briefing import briefed

    app = opened(briefing)
    model, scenario = open_model(IRAQ), app.session_state.scenario
    made = briefed(model, scenario, Order("summary"), "md")
    arguments = ["brief", scenario.scenario, "--out", str(tmp_path), "--format", "md", "--length", "summary"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    (file,) = tmp_path.glob("*.md")
    assert made == file.read_bytes()


def test_a_shipped_sweep_is_run_and_answers_as_one_scenario_does(opened: Callable[..., AppTest]) -> None:
    app = opened(batches)
    app.selectbox(key="batch-rows").set_value("belief-in-casus-belli").run()
    assert "Before it is run" in html(app)
    app.button(key="batch-run").click().run()
    assert not app.exception
    assert "101 rows answered" in html(app)
    held = app.session_state["batch-result"]["csv"].decode().splitlines()
    assert len(held) == 102
    assert "How the answers are spread" in html(app)


def test_errors_of_an_upload_are_told_by_line_before_it_is_run(opened: Callable[..., AppTest]) -> None:
    app = opened(batches)
    app.selectbox(key="batch-rows").set_value("a file of my own").run()
    table = b"framing\ncasus_belli\nnowhere\n"
    app.file_uploader(key="batch-file").upload("mine.csv", table, "text/csv").run()
    assert not app.exception
    assert re.search(r"line 3: .*nowhere", html(app))
    app.button(key="batch-run").click().run()
    assert "1 rows answered" in html(app)
    assert "1 left out" in html(app)


def test_a_wrong_column_is_told(opened: Callable[..., AppTest]) -> None:
    app = opened(batches)
    app.selectbox(key="batch-rows").set_value("a file of my own").run()
    app.file_uploader(key="batch-file").upload("mine.csv", b"frming\ncasus_belli\n", "text/csv").run()
    assert "did you mean &#x27;framing&#x27;" in html(app)
