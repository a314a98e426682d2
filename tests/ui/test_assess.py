"""The page for what-ifs, driven by its labels."""

import re
import shutil
import threading
from html import escape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT, SMALL, shipped_model
from tests.ui.driving import (
    ask,
    choose,
    controls,
    drag,
    edges,
    html,
    p,
    parts,
    see,
    send,
    slide,
    sliders,
    sound,
    states,
)  # fmt: skip
from tocsin.analysis.case import lay_out
from tocsin.analysis.indicators import indicators
from tocsin.assessment import assess
from tocsin.files import load_scenario
from tocsin.files.places import FIRST_MODEL
from tocsin.language.numbers import baseline, chance, percent
from tocsin.ui.evidence import altered

FRAMING = "Israel's public line on Iraq"
EVIL = "<script>alert('x')</script> **bold** ![x](https://example.org/x.png)"


def test_it_opens_on_the_baseline_with_an_index_that_is_no_probability(app):
    page = html(app)
    assert "As things stood on 1 December 2024" in page
    cards = re.findall(r'data-outcome="([a-z_]+)"', page)
    outcomes = ["syrian_advance", "assad", "infiltration", "israeli_strike", "base_attacks"]
    assert cards == [*outcomes, "mass_incursion", "wider_conflict"]
    (index,) = re.findall(r'<section class="card index".*?</section>', html(app))
    assert "an index, not a probability" in index
    assert "%" not in index


def test_cards_say_what_the_command_line_says(app):
    choose(app, "Scenario", "Damascus falls within the month")
    model = shipped_model()
    scenario = load_scenario(ROOT / "scenarios" / model.name / "assad-falls.yaml", model.records)
    for name, estimate in assess(model, scenario).outcomes.items():
        assert p(app, name) == pytest.approx(estimate.p, abs=1e-6)


def test_a_preset_changes_the_cards(app):
    before = p(app, "infiltration")
    choose(app, "Scenario", "Damascus falls within the month")
    assert p(app, "infiltration") > 1.3 * before
    assert "Assad&#x27;s rule: Assad falls, observed" in html(app)


def test_a_reason_for_force_raises_the_strike(app):
    before = p(app, "israeli_strike")
    choose(app, FRAMING, "observed")
    choose(app, f"{FRAMING}: state", "calls it a reason for force")
    assert p(app, "israeli_strike") > 2 * before
    assert "▲" in html(app)


def test_a_better_grade_counts_more(app):
    choose(app, FRAMING, "a report says")
    at_usual = p(app, "israeli_strike")
    choose(app, f"{FRAMING}: information", "1: confirmed by others")
    assert p(app, "israeli_strike") > at_usual
    choose(app, f"{FRAMING}: source", "E: unreliable")
    assert p(app, "israeli_strike") < at_usual


def test_a_belief_holds_as_it_is_set(app):
    choose(app, "Truce in Lebanon", "I believe")
    assert sliders(app) == {"Truce in Lebanon: collapses": 21}
    slide(app, "Truce in Lebanon: collapses", 70)
    (finding,) = app.session_state.scenario.evidence["lebanon_truce"]
    assert finding.believed == {"holds": 0.3, "collapses": 0.7}
    assert "holds 30 % and collapses 70 %, believed" in html(app)


def test_sliders_of_a_belief_sum_to_one_hundred(app):
    choose(app, FRAMING, "I believe")
    slide(app, f"{FRAMING}: calls it a reason for force", 90)
    shares = list(sliders(app).values())
    assert shares[-1] == 90
    assert sum(shares) == 100


def test_several_states_may_be_observed_and_contradictory_beliefs_are_explained(app):
    choose(app, "Scenario", "Israel strikes in Iraq")
    assert controls(app)["Israeli strike on Iraqi soil: state"]["chosen"] == "1 or 2 strikes, or worse"
    assert p(app, "israeli_strike") == pytest.approx(1)
    choose(app, "Gravest target", "I believe")
    slide(app, next(label for label in sliders(app) if label.startswith("Gravest target")), 100)
    choose(app, "Civilian deaths by an Israeli strike", "I believe")
    slide(app, "Civilian deaths by an Israeli strike: yes", 50)
    assert "No answer to this" in html(app)


def test_impossible_evidence_is_explained_and_the_last_answer_stays(app):
    choose(app, "Scenario", "An Israeli strike in Iraq kills civilians")
    last = p(app, "base_attacks")
    choose(app, "Israeli strike on Iraqi soil", "observed")
    choose(app, "Israeli strike on Iraqi soil: state", "no strike")
    alert = parts(app)["alert"]
    assert 'role="alert"' in alert
    assert "Civilian deaths by an Israeli strike: yes" in alert
    assert "Israeli strike on Iraqi soil: no strike" in alert
    assert p(app, "base_attacks") != pytest.approx(0, abs=0.01)
    assert "Below stands the last answer" in alert
    ask(app, "restore", "israeli_strike")
    assert p(app, "base_attacks") == last
    assert 'role="alert"' not in html(app)


def test_a_change_is_marked_applied_once_and_reset(app):
    before = p(app, "israeli_strike")
    assert 'data-changed="yes"' not in html(app)
    choose(app, FRAMING, "observed")
    assert len(app.session_state.past) == 1
    app.run()
    assert len(app.session_state.past) == 1
    assert 'data-variable="framing" data-changed="yes"' in html(app)
    assert "1 December 2024, changed" in html(app)
    ask(app, "reset")
    assert 'data-changed="yes"' not in html(app)
    assert p(app, "israeli_strike") == before
    assert controls(app)[FRAMING]["chosen"] == "nothing known"


def test_statements_behind_outcomes_and_variables_are_one_click_away(app):
    assert 'data-statement="S18"' not in html(app)
    ask(app, "behind", "israeli_strike")
    page = html(app)
    assert 'data-statement="S18"' in page
    for part in (
        "Numbers that statements observe",
        "Ahmed Al-Sharifi",
        "<q>not unlikely</q>",
        "Graded F3",
        "Interest: Speaks half",
        " % of the number; counts as ",
    ):
        assert part in page
    ask(app, "behind", "posture")
    page = html(app)
    assert 'data-trail="posture"' in page
    assert "Speaks for “reinforced”, × 1.6" in page
    assert "said already, not counted again" in page
    ask(app, "behind", "infiltration")
    opened = re.findall(r'<details open="">.*?data-trail="([a-z_]+)"', html(app))
    assert opened == ["infiltration_rabia", "infiltration_qaim"]
    assert 'data-statement="R1"' in html(app)


def test_every_variable_has_its_row_and_its_way_to_statements(app):
    ask(app, "view", "Every variable")
    model = shipped_model()
    settable = [name for name, variable in model.records.variables.items() if variable.role != "index"]
    page = html(app)
    every = page.split('aria-label="Every variable"')[1]
    for name in settable:
        assert f'data-variable="{name}"' in page
        assert f"<b>{escape(model.records.variables[name].title)}</b>" in every
        assert f'data-ask="behind" data-of="{name}"' in page
    strike = model.records.variables["israeli_strike"]
    assert controls(app)[strike.title]["title"] == strike.question


def test_a_slider_s_way_to_the_figures_is_as_the_page_on_architecture_says(app):
    choose(app, FRAMING, "I believe")
    slide(app, f"{FRAMING}: calls it a reason for force", 30)
    before, passed = p(app, "israeli_strike"), set()

    def watch(frame, event, _):
        if event == "call":
            passed.add(frame.f_code.co_filename)

    threading.setprofile(watch)
    try:
        slide(app, f"{FRAMING}: calls it a reason for force", 61)
    finally:
        threading.setprofile(None)
    assert p(app, "israeli_strike") > before
    faces = {path.stem for path in map(Path, passed) if path.parent in (ROOT, ROOT / "tocsin" / "ui")}
    sentence = (
        (ROOT / "docs" / "architecture.md").read_text("utf-8").split("modules of the face run: ")[1].split(".")[0]
    )
    assert faces == set(re.findall(r"`(\w+)`", sentence))
    assert len(faces) <= 14


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(SMALL, tmp_path / "models" / "small")
    return tmp_path


def spoil(folder, file, old, new):
    path = folder / "models" / "small" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_text_of_a_model_stays_text(folder, app_in):
    for file, old in (
        ("model.yaml", "title: Late"),
        ("model.yaml", "title: Storm"),
        ("statements.yaml", "claim: On a bad road he would be late more often than not."),
        ("statements.yaml", "incentive: wants to stay at home"),
    ):
        key = old.split(":")[0]
        spoil(folder, file, f"{key}: {old.split(': ', 1)[1]}", f'{key}: "{EVIL}"')
    app = app_in(folder)
    ask(app, "behind", "late")
    page = html(app)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;" in page
    for widget in (*app.selectbox, *app.button):
        assert "**bold**" not in widget.label
        assert "![x]" not in widget.label
    assert any("&lt;script&gt;" in part for part in parts(app).values())


@pytest.fixture
def two(folder):
    """A folder with two models, of which the second has a scenario of its own."""
    shutil.copytree(folder / "models" / "small", folder / "models" / "other")
    spoil(folder, "model.yaml", "title: A small model", "title: The first")
    path = folder / "models" / "other" / "model.yaml"
    path.write_text(path.read_text("utf-8").replace("model: small", "model: other"), "utf-8")
    scenario = folder / "scenarios" / "other" / "storm.yaml"
    scenario.parent.mkdir(parents=True)
    scenario.write_text('scenario: storm\ntitle: It storms\nmodel: other\nevidence: {storm: {observed: "yes"}}\n')
    return folder


def test_of_several_models_the_first_is_open_and_each_page_has_the_choice(two, app_in, monkeypatch):
    app = app_in(two)
    assert app.query_params["model"] in ("other", ["other"])
    assert next(box for box in app.selectbox if box.label == "Model").options == ["A small model", "The first"]
    choose(app, "Model", "The first")
    assert app.query_params["model"] in ("small", ["small"])
    assert "data-outcome" in html(app)
    again = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    again.query_params["model"] = "gone"
    sound(again.run())
    assert [warning.value for warning in again.warning] == ["There is no model “gone” here."]
    assert again.query_params["model"] in ("other", ["other"])
    # As `tocsin app --model` starts it.
    monkeypatch.setenv(FIRST_MODEL, str(two / "models" / "small"))
    assert app_in(two).query_params["model"] in ("small", ["small"])


def test_a_model_is_in_the_address_and_its_findings_stay_with_it(two, app_in, monkeypatch):
    monkeypatch.chdir(two)
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.query_params["model"] = "small"
    app.run()
    choose(app, "Storm", "observed")
    changed = p(app, "late")
    choose(app, "Model", "A small model")
    assert app.query_params["model"] in ("other", ["other"])
    choose(app, "Storm", "observed")
    choose(app, "Scenario", "It storms")
    choose(app, "Model", "The first")
    assert p(app, "late") == changed
    assert controls(app)["Storm"]["chosen"] == "observed"


def test_a_broken_model_is_told_with_its_line(folder, app_in):
    spoil(folder, "model.yaml", "role: driver", "role: diver")
    app = app_in(folder)
    assert re.search(r"model\.yaml:\d+:\d+: variables\.storm\.role: .*did you mean &#x27;driver&#x27;", html(app))


def test_a_second_model_needs_no_code_and_is_read_again_when_it_changes(folder, app_in):
    app = app_in(folder)
    before = p(app, "late")
    spoil(folder, "model.yaml", "range: [2%, 10%]", "range: [20%, 40%]")
    app.run()
    assert p(app, "late") > before
    before = p(app, "late")
    choose(app, "Storm", "observed")
    assert p(app, "late") > before


def test_excluded_statements_are_told_and_replaced(app):
    choose(app, "Scenario", "Without Al-Sharifi")
    ask(app, "behind", "israeli_strike")
    assert "left out: everything that Ahmed Al-Sharifi says" in html(app)
    assert "S18 not heard" in html(app)


def test_a_drag_is_one_step_to_undo(app):
    choose(app, FRAMING, "I believe")
    begun = sliders(app)
    label = f"{FRAMING}: calls it a reason for force"
    for place in (40, 100, 60):
        slide(app, label, place, gesture=77)
    shares = list(sliders(app).values())
    # The others keep the proportions that they had when the drag began, though it went through 100 %.
    assert shares[2] == 60
    first, second, _ = begun.values()
    assert shares[0] / shares[1] == pytest.approx(first / second, rel=0.1)
    ask(app, "undo")
    assert sliders(app) == begun
    ask(app, "redo")
    assert list(sliders(app).values()) == shares
    ask(app, "undo")
    ask(app, "undo")
    assert controls(app)[FRAMING]["chosen"] == "nothing known"
    assert app.session_state.scenario is app.session_state.start


def test_a_boundary_that_is_dragged_becomes_a_belief_in_one_step(app):
    begun = [int(edge["aria-valuenow"]) for edge in edges(app, "framing")]
    before = app.session_state.scenario
    first = parts(app)["evidence"].split('class="row')[1]
    for place in (begun[0] + 5, 100, begun[1] - 10):
        drag(app, "framing", 1, place, gesture=5, moving=True)
        # While it moves no row changes its place.
        assert "Set in this scenario" not in parts(app)["evidence"]
        assert first.split("<b ")[1][:40] in parts(app)["evidence"].split('class="row')[1]
    (finding,) = app.session_state.scenario.evidence["framing"]
    low, high = begun[0] / 100, (begun[1] - 10) / 100
    assert list(finding.believed.values()) == pytest.approx([low, high - low, 1 - high])
    ask(app, "rest")
    rows = re.findall(r'data-variable="([a-z_]+)"', parts(app)["evidence"])
    assert rows[0] == "framing"
    assert len(rows) == len(set(rows))
    ask(app, "undo")
    assert app.session_state.scenario is before


def test_a_state_clicked_is_seen_and_the_menu_says_so(app):
    before = p(app, "israeli_strike")
    see(app, "framing", "casus_belli")
    assert states(app, "framing") == {"none": False, "attribution": False, "casus_belli": True}
    assert controls(app)[FRAMING]["chosen"] == "observed"
    assert p(app, "israeli_strike") > 2 * before
    choose(app, FRAMING, "a report says")
    assert not any(states(app, "framing").values())
    see(app, "framing", "attribution")
    (finding,) = app.session_state.scenario.evidence["framing"]
    assert finding.observed == "attribution"
    see(app, "framing", "attribution")
    assert app.session_state.scenario is app.session_state.start
    assert p(app, "israeli_strike") == before


@pytest.mark.parametrize(
    "event",
    [
        {"set": "seen", "of": "framing", "value": "nowhere"}, {"set": "edge:2", "of": "framing", "value": "5"},
        {"set": "edge:-1", "of": "framing", "value": "5"}, {"set": "edge:0", "of": "framing", "value": "inf"},
        {"set": "share:nowhere", "of": "framing", "value": "50"},
        {"set": "share:none", "of": "framing", "value": "many"}, {"set": "kind", "of": "framing", "value": "guessed"},
        {"set": "states", "of": "framing", "value": "nowhere"}, {"set": "kind", "of": "nothing", "value": "observed"},
        {"ask": "behind", "of": "nothing"}, {"ask": "undo"}, {"ask": "explode"},
    ],
)  # fmt: skip
def test_what_our_page_never_sends_does_no_harm(app, event):
    before = p(app, "israeli_strike")
    send(app, **event)
    assert p(app, "israeli_strike") == before


def test_a_change_that_is_kept_nowhere_is_marked(app):
    assert "not saved" not in html(app)
    choose(app, FRAMING, "observed")
    assert "not saved" in html(app)


@pytest.mark.parametrize(
    ("way", "heading"),
    [("why", "Why this number"), ("look-for-next", "What to look for next"), ("statements", "Statements")],
)
def test_a_card_leads_to_the_story_of_its_outcome(app, way, heading):
    ask(app, way, "base_attacks")
    assert f"<h1>{heading}</h1>" in html(app)
    (shown,) = [box.value for box in app.selectbox if box.label == "Outcome"]
    assert shown == app.session_state["chosen_outcome"] == "base_attacks"


def rows(app):
    return re.findall(r'data-variable="([a-z_]+)"', parts(app)["evidence"])


def test_rows_stand_by_what_they_tell_of_the_chosen_outcome_or_in_the_model_s_order(app):
    ask(app, "outcome", "israeli_strike")
    model = shipped_model()
    plan = indicators(lay_out(model, app.session_state.scenario, "israeli_strike"))["israeli_strike"]
    bits = {found.variable: found.bits for found in plan.indicators}
    roles = ("driver", "indicator", "action")
    variables = {name: v for name, v in model.records.variables.items() if v.role in roles}
    found = [bits.get(name, 0.0) for name in rows(app) if name in variables]
    assert len(found) == len(variables)
    assert found == pytest.approx(sorted(found, reverse=True), abs=1e-9)
    assert rows(app)[0] == "us_position"
    ask(app, "outcome", "infiltration")
    assert rows(app)[0] != "us_position"
    ask(app, "order", "model")
    assert [name for name in rows(app) if name in variables] == [
        name for role in roles for name, variable in variables.items() if variable.role == role
    ]


def test_one_sentence_says_where_the_chosen_outcome_stands_and_why(app):
    see(app, "framing", "casus_belli")
    estimate = app.session_state.answer.outcomes["israeli_strike"]
    start = f"An Israeli strike on Iraqi soil: {estimate.wording.word}, {chance(estimate)}, up from "
    because = ", because Israel calls the attacks a reason for force."
    short = re.sub("<[^>]+>", "", parts(app)["short"]).replace("\u00a0", " ")
    assert short == f"{start}{baseline(estimate)}{because}"
    # While something is dragged the cause has to wait.
    drag(app, "us_position", 0, 60, gesture=9, moving=True)
    assert "because" not in parts(app)["short"]
    ask(app, "rest")
    assert "mostly because Israel calls the attacks a reason for force" in parts(app)["short"]
    ask(app, "outcome", "base_attacks")
    assert "An Israeli strike" not in parts(app)["short"]
    assert re.search(r'class="event is-chosen" data-outcome="base_attacks"', parts(app)["cards"])


def test_under_a_boundary_the_curve_says_what_the_outcome_would_be_there(app):
    ask(app, "outcome", "israeli_strike")
    assert 'class="curve"' not in parts(app)["evidence"]
    drag(app, "framing", 1, 50, gesture=3, moving=True)
    drag(app, "framing", 1, 60, gesture=3, moving=True)
    told = re.search(r'class="curve-line" role="img" aria-label="([^"]*)"', parts(app)["evidence"])[1]
    dot = re.search(r'<circle cx="60%" cy="([0-9.]+)%"', parts(app)["evidence"])
    line = re.search(r'<polyline points="([^"]*)"', parts(app)["evidence"])[1].split()
    y = {float(x): float(y) for x, y in (point.split(",") for point in line)}
    assert len(y) == 21
    # The dot lies on the line, and the line's end is what would be if the last state were certain.
    assert y[60] == pytest.approx(float(dot[1]), abs=0.02)
    ask(app, "undo")
    assert 'class="curve"' not in parts(app)["evidence"]
    see(app, "framing", "casus_belli")
    assert f", {percent(p(app, 'israeli_strike'))} at the left end" in told.replace("\u00a0", " ")


def on_the_line(app):
    """Height of the dot of the curve, and of the line at the same place."""
    place, dot = re.search(r'<circle cx="([0-9]+)%" cy="([0-9.]+)%"', parts(app)["evidence"]).groups()
    line = re.search(r'<polyline points="([^"]*)"', parts(app)["evidence"])[1].split()
    return float(dot), float(dict(point.split(",") for point in line)[place])


def test_the_curve_follows_what_another_page_changes(app):
    ask(app, "outcome", "israeli_strike")
    drag(app, "framing", 1, 60, gesture=3)
    before, line = on_the_line(app)
    assert before == pytest.approx(line, abs=0.02)
    records, held = shipped_model().records, app.session_state
    held.scenario = altered(held.scenario, held.start, records, statements={"exclude": ["al-sharifi"]})
    sound(app.run())
    now, line = on_the_line(app)
    assert now == pytest.approx(line, abs=0.02)
    assert abs(now - before) > 1


def test_a_boundary_is_moved_where_a_scenario_has_no_answer(app):
    see(app, "infiltration_rabia", "yes")
    see(app, "infiltration", "no")
    assert "No answer to this" in parts(app)["alert"]
    drag(app, "framing", 1, 60, gesture=3, moving=True)
    assert "No answer to this" in parts(app)["alert"]
    assert 'class="curve"' not in parts(app)["evidence"]
