"""The link in the address: it is there from the first change on, and follows each one."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT, shipped_model
from tests.ui.driving import ask, choose, send, slide
from tocsin.records import Scenario
from tocsin.ui import scenario_io

LINE = "Israel's public line on Iraq"


def told(app):
    held = app.query_params.get("scenario")
    if not held:
        return None
    return scenario_io.from_link(held[0] if isinstance(held, list) else held, shipped_model().records)


def now(app):
    """The session's scenario, but for what a file expects of its answer."""
    scenario: Scenario = app.session_state.scenario
    return scenario.model_copy(update={"expected": {}})


@pytest.fixture
def linked(app):
    choose(app, LINE, "observed")
    assert told(app) == now(app)
    return app


@pytest.mark.parametrize(
    "change",
    [
        lambda app: choose(app, "Truce in Lebanon", "observed"),
        lambda app: ask(app, "undo"),
        lambda app: ask(app, "reset"),
        lambda app: choose(app, "Scenario", "The truce in Lebanon breaks down"),
    ],
    ids=["edit", "undo", "reset", "preset"],
)
def test_it_follows_each_change(linked, change):
    before = linked.session_state.scenario
    change(linked)
    assert linked.session_state.scenario != before
    assert told(linked) == now(linked)


def test_it_follows_a_drag(linked):
    choose(linked, LINE, "I believe")
    for place in (40, 50, 60):
        slide(linked, f"{LINE}: calls it a reason for force", place, gesture=77)
        assert told(linked) == now(linked)


def test_without_a_change_the_address_stays_as_it_is(app):
    send(app, ask="view", of="Network")
    assert "scenario" not in app.query_params


def test_a_broken_link_gives_way_to_the_first_change(at_root):
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.query_params["scenario"] = "broken"
    app.run()
    assert app.query_params["scenario"] in ("broken", ["broken"])
    choose(app, LINE, "observed")
    assert told(app) == now(app)


def test_title_and_note_travel_in_the_link(linked):
    scenario = now(linked).model_copy(update={"title": "Mine", "description": "Why: it is so."})
    back = scenario_io.from_link(scenario_io.as_link(scenario, shipped_model().records.digest), shipped_model().records)
    assert (back.title, back.description) == ("Mine", "Why: it is so.")
