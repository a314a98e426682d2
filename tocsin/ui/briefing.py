"""The page for taking an answer away: as a briefing in five formats, as JSON, and what pins it."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial

import streamlit as st

from tocsin import wording
from tocsin.analysis.explain import Explanation, explain
from tocsin.assessment import Assessment, run_record
from tocsin.briefing import MARKING, Order, compose, render
from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui import cards, keeping, scenarios, shared, state
from tocsin.ui.asking import chips, section
from tocsin.ui.markup import Html, alert, element, show

LENGTHS = ("full brief", "one-page summary")
_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "html": "text/html",
    "md": "text/markdown",
}


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
    _downloads(model, answer.scenario)
    show(section("What pins this answer", record(model)))


def _downloads(model: Model, scenario: Scenario) -> None:
    """One button per format; a briefing is made when its button is pressed."""
    told = "The same content in each format; the command “tocsin verify” checks any of them."
    show(section("As a briefing", element("p", told)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        length = st.selectbox("Length", LENGTHS, width=200)
        marking = st.text_input("Marking on every page", MARKING, width=320)
    try:
        order = Order("summary" if length == LENGTHS[1] else "full", marking)
    except TocsinError as error:
        show(alert("No briefing with this marking.", str(error)))
        return
    with st.container(horizontal=True):
        for form, kind in KINDS.items():
            made = partial(briefed, model, scenario, order, form)
            st.download_button(form.upper(), made, f"{scenario.scenario}.{form}", kind, key=f"brief-{form}")


def briefed(model: Model, scenario: Scenario, order: Order, form: str) -> bytes:
    """The briefing's bytes in one format."""
    explained = _explained(model, scenario, model.records.digest, scenario.digest)
    return render(compose(explained, order), form)


@st.cache_resource(show_spinner=False, max_entries=16)
def _explained(_model: Model, _scenario: Scenario, model_digest: str, scenario_digest: str) -> Explanation:
    return explain(_model, _scenario)


def _lines(model: Model, answer: Assessment) -> Html:
    made = (
        element("li", element("b", cards.told_event(model, name)), f": {wording.phrase(one)}")
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
