"""The tutorial's way through the browser leads to the same files as its way through an editor."""

import re
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.test_docs import yaml_files
from tests.ui.driving import html, p, see, sound, start
from tocsin.assessment import baseline
from tocsin.files import yaml12
from tocsin.files.yaml12 import parse
from tocsin.model import open_model
from tocsin.ui import edit_drafts
from tocsin.ui.editing import EDIT
from tocsin.ui.judgement_form import NEW

PAGE = ROOT / "docs" / "tutorial.md"
TEXT = ROOT / "docs" / "tutorial" / "birkfield.txt"
NAME = "influenza"
APP = """
import streamlit as st
from importlib import import_module

import_module(f"tocsin.ui.{st.session_state.get('at', 'new_model')}").page()
"""
MODULES = {"": "assess", "edit-statements": "edit_statements", "from-a-report": "edit_drafts"}
ORDER = ("school", "wave", "teachers", "substitutes")
"""What is asked, then what drives it."""


def go(path):
    st.session_state["at"] = MODULES[path]
    st.rerun()


@pytest.fixture(scope="module")
def page():
    """What the page's two files say, and of each statement the draft that it is made of."""
    files = {Path(name).name: text for name, text in yaml_files(PAGE).items()}
    statements = files["statements.yaml"]
    drafts = re.findall(r"- id: \S+ +# (D\d+)", statements)
    return (
        parse(files["model.yaml"], "page").value,
        parse(statements, "page").value,
        dict(zip(drafts, FIELDS, strict=True)),
    )


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A folder without any model, of which a page may save into its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(EDIT, "yes")
    monkeypatch.setattr(edit_drafts.main, "go", go)
    return tmp_path


def press(app, label):
    return sound(next(button for button in app.button if button.label == label).click().run())


@pytest.mark.slow
def test_from_an_empty_page_to_the_model_that_the_page_writes(empty, page):
    model, content, fields = page
    app = sound(AppTest.from_string(APP, default_timeout=60).run())
    begin(app, model)
    app.session_state["new-model-step"] = "said"
    sound(app.run())
    first = content["statements"][0]
    form, fill = "new-said-0-", filler(app)
    source = content["sources"][first["source"]]
    for end in ("source", "speaker"):
        fill(f"{form}{end}", NEW)
    fill(f"{form}source-title", source["title"])
    fill(f"{form}source-publisher", source["publisher"])
    fill(f"{form}source-published", date.fromisoformat(source["published"]))
    fill(f"{form}where", first["where"])
    confirm(app, first, content, fields["D2"], form)
    press(app, "Save")
    assert "It passes the check" in html(app)
    press(app, "Open it")
    assert "data-outcome" in html(app)
    app.session_state["at"] = "edit_drafts"
    sound(app.run())
    app.text_area(key="drafts-text").set_value(TEXT.read_text("utf-8")).run()
    app.text_input(key="drafts-called").set_value("birkfield").run()
    press(app, "Draft from the text")
    assert "10 to be looked at" in html(app)
    wanted = {statement["id"]: statement for statement in content["statements"]}
    while draft := html(app).partition('data-draft="')[2].partition('"')[0]:
        if draft not in fields or fields[draft]["id"] == first["id"]:
            press(app, "Discard")
            continue
        press(app, "Make it a statement …")
        form = f"st-{NAME}-{app.session_state['edit-statement']['round']}-"
        confirm(app, wanted[fields[draft]["id"]], content, fields[draft], form)
        press(app, "Save")
    for name, text in yaml_files(PAGE).items():
        (empty / "by-hand" / name).parent.mkdir(parents=True, exist_ok=True)
        (empty / "by-hand" / name).write_text(text, "utf-8")
    made, written = open_model(empty / "models" / NAME), open_model(empty / "by-hand" / "models" / NAME)
    ours, theirs = made.records, written.records
    for name, statement in theirs.by_id.items():
        # Pages make the names of speakers and sources of what they are called.
        found = ours.by_id[name].model_copy(update={"speaker": statement.speaker, "source": statement.source})
        assert found == statement
        assert ours.speakers[ours.by_id[name].speaker] == theirs.speakers[statement.speaker]
        assert ours.sources[ours.by_id[name].source] == theirs.sources[statement.source]
    assert ours.file.outcomes == theirs.file.outcomes
    # The page gives one row for two causes of which one is enough; the form has each row.
    assert abs(baseline(made)["school"][1] - baseline(written)["school"][1]) < 0.005
    app = see(start(), "wave", "strong")
    assert round(p(app, "school"), 2) == 0.38


def begin(app, model):
    """The five steps of the page New model, with what the page's file says."""
    fill = filler(app)
    fill("new-model-title", model["title"])
    fill("new-model-name", NAME)
    press(app, "Begin")
    fill("new-about-described", model["description"])
    for end, day in (("as-of", model["as_of"]), ("from", model["horizon"]["from"]), ("to", model["horizon"]["to"])):
        fill(f"new-about-{end}", date.fromisoformat(day))
    press(app, "Save")
    for turn, name in enumerate(ORDER):
        about, step = model["variables"][name], "drives" if turn else "asked"
        app.session_state["new-model-step"] = step
        sound(app.run())
        form = f"new-{step}-new variable-{turn}-"
        fill(f"{form}title", about["title"])
        fill(f"{form}question", about["question"])
        fill(f"{form}states", "\n".join(about["states"]))
        fill(f"{form}role", about["role"])
        for state, clause in about["says"].items():
            fill(f"{form}says-{state}", clause)
        if turn:
            fill(f"{form}parents", about.get("parents", []))
        else:
            (outcome,) = model["outcomes"]
            fill(f"{form}headline", outcome["title"])
            fill(f"{form}noun", outcome["events"][name]["noun"])
        press(app, "Save")
    # What is asked depends on what was not there when it was asked.
    app.session_state["new-model-step"] = "asked"
    app.session_state["new-asked-chosen"] = ORDER[0]
    sound(app.run())
    fill(f"new-asked-{ORDER[0]}-parents", model["variables"][ORDER[0]]["parents"])
    press(app, "Save")
    app.session_state["new-model-step"] = "numbers"
    sound(app.run())
    begun = yaml12.read(Path("models", NAME, "model.yaml")).value["variables"]
    keys = [field.key.removesuffix("-because") for field in app.text_area if field.key.endswith("-because")]
    assert len(keys) == 8
    for key in keys:
        reference(app, key, number(key.removeprefix("new-numbers-").split("."), begun, model["variables"]))
    press(app, "Save")


def number(parts, begun, variables):
    """The number of the page that stands for one of the form; of a row the page may leave out a cause of which one is
    enough."""
    table = variables[parts[0]]["table"]
    if parts[1] != "rows":
        return table["shares"][parts[-1]]
    given = begun[parts[0]]["table"]["rows"][int(parts[2])]["given"]
    row = next(row for row in table["rows"] if row["given"].items() <= given.items())
    return row["shares"][parts[-1]]


def reference(app, key, held):
    """A count, or a range and its reason."""
    fill = filler(app)
    if "base_rate" in held:
        count = held["base_rate"]
        length, unit = count["exposure"].split()
        app.session_state[f"{key}-way"] = "base_rate"
        sound(app.run())
        for end, value in (("events", count["events"]), ("length", length), ("unit", unit), ("cite", count["cite"])):
            fill(f"{key}-{end}", value if end in ("unit", "cite") else float(value))
        return
    low, high = (float(end.removesuffix("%")) for end in held["assume"]["range"])
    app.session_state[f"{key}-range"] = {"ends": [low, high]}
    fill(f"{key}-because", held["assume"]["because"])


FIELDS = (
    {"id": "Q1", "event": ("wave", ["strong"])},
    {"id": "Q2", "event": ("teachers", ["short"]), "given": {"wave": ["strong"]}},
    {"id": "Q3", "reports": {"wave": ["strong"]}},
    {"id": "B1", "event": ("substitutes", ["missing"])},
    {"id": "B2", "event": ("school", ["closed"]), "given": {"teachers": ["short"], "substitutes": ["missing"]}},
    {"id": "A1", "event": ("substitutes", ["missing"])},
    {"id": "A2", "reports": {"teachers": ["short"]}},
    {"id": "L1", "event": ("school", ["closed"])},
)
"""What is chosen in the form to say what a statement says."""


def filler(app):
    """Puts a value into the widget of a key."""

    def fill(key, value):
        every = (*app.selectbox, *app.multiselect, *app.text_input, *app.text_area, *app.date_input, *app.number_input)
        return sound(next(field for field in every if field.key == key).set_value(value).run())

    return fill


def confirm(app, statement, content, chosen, form):
    """Fill the form of a statement with what the page's file says of it."""
    fields = filler(app)

    def fill(end, value):
        return fields(form + end, value)

    if any(field.key == f"{form}speaker-name" for field in app.text_input):
        speaker = content["speakers"][statement["speaker"]]
        for end in ("name", "role", "reliability", "incentive"):
            fill(f"speaker-{end}", speaker[end])
    fill("claim", statement["claim"])
    fill("credibility", int(statement["credibility"]))
    fill("id", statement["id"])
    if "words" in statement:
        app.session_state[f"{form}words"] = {"words": statement["words"]}
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
