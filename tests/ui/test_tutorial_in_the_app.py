"""The tutorial's way through the browser leads to the same files as its way through an editor."""

import re
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.test_docs import yaml_files
from tests.ui.driving import html, sound
from tocsin.authoring.yaml_writing import written as yaml_written
from tocsin.files import load_model
from tocsin.files.yaml12 import parse
from tocsin.ui import edit_drafts
from tocsin.ui.editing import EDIT

PAGE = ROOT / "docs" / "tutorial.md"
TEXT = ROOT / "docs" / "tutorial" / "birkfield.txt"
NAME = "influenza"
APP = """
import streamlit as st
from importlib import import_module

import_module(f"tocsin.ui.{st.session_state.get('at', 'edit_drafts')}").page()
"""
MODULES = {"edit-statements": "edit_statements", "from-a-report": "edit_drafts"}


def go(path):
    st.session_state["at"] = MODULES[path]
    st.rerun()


@pytest.fixture(scope="module")
def page():
    """What the page's two files say, and of each statement the draft that it is made of."""
    files = {Path(name).name: text for name, text in yaml_files(PAGE).items()}
    statements = files["statements.yaml"]
    drafts = re.findall(r"- id: \S+ +# (D\d+)", statements)
    return files["model.yaml"], parse(statements, "page").value, dict(zip(drafts, FIELDS, strict=True))


@pytest.fixture
def folder(tmp_path, monkeypatch, page):
    """The tutorial's model with its first statement alone, as the page New model leaves it."""
    model, content, _ = page
    folder = tmp_path / "models" / NAME
    folder.mkdir(parents=True)
    alone = re.sub(r"\n +statements: \[(?!Q1\]).*\]", "", model)
    (folder / "model.yaml").write_text(alone, "utf-8")
    first = {"sources": content["sources"], "speakers": {"quist": content["speakers"]["quist"]}}
    (folder / "statements.yaml").write_text(yaml_written(first | {"statements": content["statements"][:1]}), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(EDIT, "yes")
    monkeypatch.setattr(edit_drafts.main, "go", go)
    return folder


def press(app, label):
    return sound(next(button for button in app.button if button.label == label).click().run())


def test_what_is_confirmed_in_the_app_is_what_the_page_writes(folder, page):
    model, content, fields = page
    app = sound(AppTest.from_string(APP, default_timeout=60).run())
    app.text_area(key="drafts-text").set_value(TEXT.read_text("utf-8")).run()
    app.text_input(key="drafts-called").set_value("birkfield").run()
    press(app, "Draft from the text")
    assert "10 to be looked at" in html(app)
    wanted = {statement["id"]: statement for statement in content["statements"]}
    while draft := html(app).partition('data-draft="')[2].partition('"')[0]:
        if draft not in fields or fields[draft]["id"] == "Q1":
            press(app, "Discard")
            continue
        press(app, "Make it a statement …")
        confirm(app, wanted[fields[draft]["id"]], content["speakers"], fields[draft])
        press(app, "Save")
    by_hand = folder.parent / "by-hand"
    by_hand.mkdir()
    (by_hand / "model.yaml").write_text(model, "utf-8")
    (by_hand / "statements.yaml").write_text(yaml_files(PAGE)[f"models/{NAME}/statements.yaml"], "utf-8")
    made, written = load_model(folder), load_model(by_hand)
    assert {name: made.by_id[name] for name in written.by_id} == written.by_id
    assert (made.speakers, made.sources) == (written.speakers, written.sources)
    assert made.variables == written.variables


FIELDS = (
    {"id": "Q1"},
    {"id": "Q2", "event": ("teachers", ["short"]), "given": {"wave": ["strong"]}},
    {"id": "Q3", "reports": {"wave": ["strong"]}},
    {"id": "B1", "event": ("substitutes", ["missing"])},
    {"id": "B2", "event": ("school", ["closed"]), "given": {"teachers": ["short"], "substitutes": ["missing"]}},
    {"id": "A1", "event": ("substitutes", ["missing"])},
    {"id": "A2", "reports": {"teachers": ["short"]}},
    {"id": "L1", "event": ("school", ["closed"])},
)
"""What is chosen in the form to say what a statement says."""


def confirm(app, statement, speakers, chosen):
    """Fill the form of a draft with what the page's file says of the statement."""
    key = f"st-{NAME}-{app.session_state['edit-statement']['round']}-"

    def fill(end, value):
        every = (*app.selectbox, *app.multiselect, *app.text_input, *app.text_area)
        return sound(next(field for field in every if field.key == key + end).set_value(value).run())

    if any(field.key == f"{key}speaker-name" for field in app.text_input):
        speaker = speakers[statement["speaker"]]
        for end in ("name", "role", "reliability", "incentive"):
            fill(f"speaker-{end}", speaker[end])
    fill("claim", statement["claim"])
    fill("credibility", int(statement["credibility"]))
    fill("id", statement["id"])
    if "words" in statement:
        app.session_state[f"{key}words"] = {"words": statement["words"]}
    if facts := chosen.get("reports"):
        fill("says", "reports")
        fill("reports", list(facts))
        for variable, states in facts.items():
            fill(f"reports-{variable}-states", states)
        fill("bearing-reports", statement["bearing"])
        return
    fill("says", "probability")
    variable, states = chosen["event"]
    fill("judges-0-event", variable)
    fill(f"judges-0-event-{variable}-states", states)
    if given := chosen.get("given"):
        fill("judges-0-given", list(given))
        for parent, held in given.items():
            fill(f"judges-0-given-{parent}-states", held)
