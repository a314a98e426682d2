"""Edits on a page: previewed without writing, saved or taken away, never onto what another has changed."""

import json
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.ui.driving import click, html, sound
from tocsin.assessment import assess
from tocsin.authoring.edits import Change, edit, save
from tocsin.model import open_model, rebuilt
from tocsin.records.scenario import baseline
from tocsin.ui import editing

PAGE = """
import streamlit as st
from tocsin.authoring.edits import Change
from tocsin.ui import editing

begun = editing.begin("Edit")
credibility = st.number_input("Credibility", value=3)
claim = st.text_input("Claim", key="claim")
wanted = {"credibility": credibility} if credibility != 3 else {}
wanted |= {"claim": claim} if claim else {}
found = editing.preview(begun, "form", [Change("statement", "S18", wanted)] if wanted else [])
wrong = editing.refuse_at({0: {"credibility": st.container()}}, found.problems)
editing.finish(begun, found, wrong)
"""


def opened():
    return sound(AppTest.from_string(PAGE, default_timeout=60).run())


def keys(app):
    return {button.key for button in app.button}


def at_risk(app):
    """Whether the browser is told that something would be lost."""
    told = (json.loads(part.proto.json) for part in app.get("bidi_component"))
    return next(part["unsaved"] for part in told if "unsaved" in part)


def statements(own):
    return (own / "statements.yaml").read_text("utf-8")


def test_a_model_is_rebuilt_as_it_is_built_anew(own):
    model = open_model(own)
    for values in ({"words": "very likely"}, {"credibility": 6}, {"claim": "Another."}):
        save(edit(own, [Change("statement", "S18", values)]))
        anew = open_model(own)
        like = rebuilt(anew.records, model)
        assert assess(like, baseline(model.name)).as_json() == assess(anew, baseline(model.name)).as_json()


def test_an_edit_is_shown_then_saved_and_taken_back(own):
    before, app = statements(own), opened()
    assert "save-form" not in keys(app)
    assert not at_risk(app)
    app.number_input[0].set_value(5).run()
    app.run()
    assert at_risk(app)
    assert "credibility: 5" in html(app)
    assert statements(own) == before
    sound(app.button(key="save-form").click().run())
    changed = [line for line in statements(own).splitlines() if line not in before.splitlines()]
    assert "Saved: statements.yaml." in html(app)
    assert len(changed) <= 1
    assert not at_risk(app.run())
    app.button(key="undo-save").click().run()
    assert statements(own) == before
    assert "undo-save" not in keys(app)


def test_a_run_that_ends_within_a_save_leaves_the_rest_to_the_next(own, monkeypatch):
    app = opened()
    app.text_input(key="claim").set_value("Other words.").run()
    before = statements(own)
    with monkeypatch.context() as patched:
        # As Streamlit does where the session is looked into while something else was entered.
        patched.setattr(editing.state, "go_on_with", lambda model: st.stop())
        app = sound(app.button(key="save-form").click().run())
    assert statements(own) != before
    app.text_input(key="claim").set_value("").run()
    assert "Saved: statements.yaml." in html(app)
    click(app, "undo-save")
    assert statements(own) == before


def test_a_save_is_not_taken_back_over_what_another_has_saved_since(own):
    app = opened()
    app.text_input(key="claim").set_value("Other words.").run()
    app = click(app, "save-form")
    (own / "statements.yaml").write_text(statements(own).replace("Other words.", "Third words."), "utf-8")
    app = click(app, "undo-save")
    assert "cannot be taken back without losing that" in html(app)
    assert "Third words." in statements(own)


def test_what_is_refused_stands_at_its_field_with_the_line_of_the_file(own):
    app = opened()
    app.number_input[0].set_value(9).run()
    line = statements(own).splitlines().index("  - id: S18") + 1 + 6
    at = 'data-refused="statements[45].credibility"'
    message = f"9 is not known; allowed: 1, 2, 3, 4, 5, 6 <small>(statements.yaml, line {line})"
    assert html(app).count(f"{at}>{message}") == 1
    assert "What is wrong is told at its field." in html(app)
    assert "save-form" not in keys(app)


def test_nothing_is_saved_onto_what_another_has_changed(own):
    app = opened()
    app.text_input(key="claim").set_value("<b>Mine</b> & *nobody's*").run()
    assert "&lt;b&gt;Mine&lt;/b&gt; &amp; *nobody&#x27;s*" in html(app)
    other = statements(own).replace("credibility: 6  # nobody is named who worries", "credibility: 5  # theirs")
    (own / "statements.yaml").write_text(other, "utf-8")
    app.button(key="save-form").click().run()
    assert statements(own) == other
    assert "since you began. Your entries are kept, and nothing was overwritten." in html(app)
    assert "# theirs" in html(app)
    assert app.text_input(key="claim").value == "<b>Mine</b> & *nobody's*"
    app.button(key="go-on-form").click().run()
    app.button(key="save-form").click().run()
    assert "# theirs" in statements(own)
    assert "<b>Mine</b> & *nobody's*" in statements(own)


def test_the_scenario_goes_on_after_a_save(own):
    app = opened()
    app.session_state["scenario"] = app.session_state["scenario"].model_copy(update={"title": "Mine", "interval": 0.9})
    app.number_input[0].set_value(5).run()
    app.button(key="save-form").click().run()
    assert app.session_state["scenario"].title == "Mine"


def test_a_server_that_others_reach_gives_the_file_instead(own, monkeypatch):
    monkeypatch.delenv("TOCSIN_EDIT")
    app = opened()
    app.number_input[0].set_value(5).run()
    assert "save-form" not in keys(app)
    assert [part.proto.label for part in app.get("download_button")][-1] == "Download statements.yaml"


@pytest.mark.parametrize(
    ("headers", "saves"),
    [
        ({"Host": "127.0.0.1:8501"}, True),
        ({"Host": "localhost"}, True),
        ({"Host": "[::1]:8501"}, True),
        ({}, False),
        ({"Host": "tocsin.example.org"}, False),
        ({"Host": "localhost:8501", "X-Forwarded-Proto": "https"}, False),
    ],
)
def test_who_asks_from_this_machine_may_save(own, monkeypatch, headers, saves):
    monkeypatch.setattr(editing.st, "context", SimpleNamespace(headers=headers))
    monkeypatch.delenv("TOCSIN_EDIT")
    assert editing.can_save(own) is saves
    monkeypatch.setenv("TOCSIN_EDIT", "no")
    assert not editing.can_save(own)
    monkeypatch.setenv("TOCSIN_EDIT", "yes")
    assert editing.can_save(own)
    (own / "model.yaml").unlink()
    assert not editing.can_save(own)
