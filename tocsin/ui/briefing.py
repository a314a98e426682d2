"""The page for taking an answer away: what pins it, and the answer as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

import streamlit as st

from tocsin import wording
from tocsin.assessment import Assessment, run_record
from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.ui import cards, keeping, scenarios, shared, state
from tocsin.ui.asking import chips, section
from tocsin.ui.markup import Html, alert, element, show


def page() -> None:
    """The answer in lines, the run record, downloads."""
    model = scenarios.opened()
    if model is None:
        return
    scenarios.bar(model)
    show(element("h1", "Briefing"))
    show(chips(model))
    try:
        answer = shared.answer(model, state.scenario())
    except TocsinError as error:
        show(alert("No answer to this scenario. Change it on the page Assess.", str(error)))
        return
    show(section(answer.scenario.title, _lines(model, answer)))
    with st.container(horizontal=True):
        name = answer.scenario.scenario
        text = json.dumps(answer.as_json(), indent=2, ensure_ascii=False)
        st.download_button("The answer as JSON", text, f"{name}.json", "application/json")
        scenario = keeping.as_yaml(state.scenario())
        st.download_button("The scenario as YAML", scenario, f"{name}.yaml", "application/yaml")
    show(section("What pins this answer", record(model)))


def _lines(model: Model, answer: Assessment) -> Html:
    made = (
        element("li", element("b", cards.told_event(model, name)), f" is {wording.phrase(one)}.")
        for name, one in answer.outcomes.items()
    )
    return element("ul", *made, class_="told")


def record(model: Model) -> Html:
    """The run record as a table."""
    pinned = {
        **asdict(run_record(model, state.scenario())),
        "statements": len(model.records.statements),
        "numbers": model.provenance.coverage()[1],
    }
    rows = (
        element("tr", element("th", key.replace("_", " "), scope="row"), element("td", f"{value}"))
        for key, value in pinned.items()
    )
    return element("table", element("tbody", *rows), class_="every record")
