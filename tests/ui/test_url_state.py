"""The link in the address: it follows every change or goes, and never tells an old scenario."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT, shipped_model
from tests.ui.driving import ask, choose, send, slide
from tocsin.records import Scenario
from tocsin.ui import scenario_io, state

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
    next(one for one in app.button if one.label == "Make a link to this scenario").click().run()
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


def test_without_a_link_the_address_stays_as_it_is(app):
    choose(app, LINE, "observed")
    assert "scenario" not in app.query_params


def test_too_many_changes_take_the_link_away(linked, monkeypatch, shipped):
    monkeypatch.setattr(state, "MOST_CHANGES", 0)
    choose(linked, "Truce in Lebanon", "observed")
    assert told(linked) is None
    monkeypatch.undo()
    monkeypatch.chdir(shipped)
    send(linked, ask="view", of="Network")
    linked.run()
    assert told(linked) == now(linked)


def test_a_broken_link_is_not_replaced(at_root):
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.query_params["scenario"] = "broken"
    app.run()
    choose(app, LINE, "observed")
    assert app.query_params["scenario"] in ("broken", ["broken"])
