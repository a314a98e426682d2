"""Edits on a page: previewed without writing, saved or taken away, never onto what another has changed."""

import shutil
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import IRAQ, ROOT
from tests.ui.driving import html, sound
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
place = ("statements", 45, "credibility")
wrong = found.problems_at(place)
editing.show(editing.refusals(wrong))
editing.finish(begun, found, wrong)
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A model of one's own, in the working folder."""
    shutil.copytree(IRAQ, tmp_path / "models" / IRAQ.name)
    shutil.copytree(ROOT / "scenarios" / IRAQ.name, tmp_path / "scenarios" / IRAQ.name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOCSIN_EDIT", "yes")
    return tmp_path / "models" / IRAQ.name


def opened():
    return sound(AppTest.from_string(PAGE, default_timeout=60).run())


def keys(app):
    return {button.key for button in app.button}


def statements(folder):
    return (folder / "statements.yaml").read_text("utf-8")


def test_a_model_is_rebuilt_as_it_is_built_anew(folder):
    model = open_model(folder)
    for values in ({"words": "very likely"}, {"credibility": 6}, {"claim": "Another."}):
        save(edit(folder, [Change("statement", "S18", values)]))
        anew = open_model(folder)
        like = rebuilt(anew.records, model)
        assert assess(like, baseline(model.name)).as_json() == assess(anew, baseline(model.name)).as_json()


def test_an_edit_is_shown_then_saved_and_taken_back(folder):
    before, app = statements(folder), opened()
    assert "save-form" not in keys(app)
    app.number_input[0].set_value(5).run()
    assert "credibility: 5" in html(app)
    assert statements(folder) == before
    sound(app.button(key="save-form").click().run())
    changed = [line for line in statements(folder).splitlines() if line not in before.splitlines()]
    assert "Saved: statements.yaml." in html(app)
    assert len(changed) <= 1
    app.button(key="undo-save").click().run()
    assert statements(folder) == before
    assert "undo-save" not in keys(app)


def test_what_is_refused_stands_at_its_field_with_the_line_of_the_file(folder):
    app = opened()
    app.number_input[0].set_value(9).run()
    line = statements(folder).splitlines().index("  - id: S18") + 1 + 6
    at = 'data-refused="statements[45].credibility"'
    message = f"9 is not known; allowed: 1, 2, 3, 4, 5, 6 <small>(statements.yaml, line {line})"
    assert html(app).count(f"{at}>{message}") == 1
    assert "What is wrong is told at its field." in html(app)
    assert "save-form" not in keys(app)


def test_nothing_is_saved_onto_what_another_has_changed(folder):
    app = opened()
    app.text_input(key="claim").set_value("<b>Mine</b> & *nobody's*").run()
    assert "&lt;b&gt;Mine&lt;/b&gt; &amp; *nobody&#x27;s*" in html(app)
    other = statements(folder).replace("credibility: 6  # nobody is named who worries", "credibility: 5  # theirs")
    (folder / "statements.yaml").write_text(other, "utf-8")
    app.button(key="save-form").click().run()
    assert statements(folder) == other
    assert "was changed since it was read" in html(app)
    assert "since you began. Your entries are kept, and nothing was overwritten." in html(app)
    assert "# theirs" in html(app)
    assert app.text_input(key="claim").value == "<b>Mine</b> & *nobody's*"
    app.button(key="go-on-form").click().run()
    app.button(key="save-form").click().run()
    assert "# theirs" in statements(folder)
    assert "<b>Mine</b> & *nobody's*" in statements(folder)


def test_the_scenario_goes_on_after_a_save(folder):
    app = opened()
    app.session_state["scenario"] = app.session_state["scenario"].model_copy(update={"title": "Mine", "interval": 0.9})
    app.number_input[0].set_value(5).run()
    app.button(key="save-form").click().run()
    assert app.session_state["scenario"].title == "Mine"


def test_a_server_that_others_reach_gives_the_file_instead(folder, monkeypatch):
    monkeypatch.delenv("TOCSIN_EDIT")
    app = opened()
    app.number_input[0].set_value(5).run()
    assert "save-form" not in keys(app)
    assert [part.proto.label for part in app.get("download_button")][-1] == "Download statements.yaml"


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({"Host": "127.0.0.1:8501"}, True),
        ({"Host": "localhost"}, True),
        ({"Host": "[::1]:8501"}, True),
        ({}, False),
        ({"Host": "tocsin.example.org"}, False),
        ({"Host": "localhost:8501", "X-Forwarded-Proto": "https"}, False),
    ],
)
def test_who_asks_from_this_machine_may_save(folder, monkeypatch, headers, own):
    monkeypatch.setattr(editing.st, "context", SimpleNamespace(headers=headers))
    monkeypatch.delenv("TOCSIN_EDIT")
    assert editing.can_save(folder) is own
    monkeypatch.setenv("TOCSIN_EDIT", "no")
    assert not editing.can_save(folder)
    monkeypatch.setenv("TOCSIN_EDIT", "yes")
    assert editing.can_save(folder)
    (folder / "model.yaml").unlink()
    assert not editing.can_save(folder)
