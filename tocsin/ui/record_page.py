"""The page Record: sealed forecasts over time, what moved them, what is open, what came of it, what they were worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st
from pydantic import TypeAdapter

from tocsin.errors import BadInput, TocsinError
from tocsin.language.numbers import day
from tocsin.ledger import sealing
from tocsin.ledger.chain import Ledger
from tocsin.ledger.entries import ForecastQuestion
from tocsin.ledger.scoring import score
from tocsin.model import Model
from tocsin.records.base import Day
from tocsin.render.html import Html, element
from tocsin.report import history, scores
from tocsin.report.blocks import Block, Paragraph
from tocsin.ui import access, cache, editing, scenarios
from tocsin.ui.widgets import alert, choice, part, show

ABOUT = (
    "A forecast counts for something once it is written down with its day and held against what came. What stands here "
    "stays: lines are only added, each sealed to the one before."
)
OUTCOMES = {
    "yes": "Yes, it came about",
    "no": "No, it did not",
    "void": "Void: nobody can tell, or its condition failed",
}
_QUESTION, _NEWS = "record-question", "record-news"


def page() -> None:
    """One question over time, what is new, what is open, the form of what came of it, scores."""
    model = scenarios.begin_page()
    if model is None:
        return
    show(element("h1", "Record of forecasts"))
    show(element("p", ABOUT))
    try:
        ledger = cache.ledger(model)
    except BadInput as error:
        show(alert("The record cannot be used.", str(error)))
        return
    if ledger is None or not ledger.main:
        show(_nothing_yet(model))
        return
    records = model.records
    last, new = history.lately(records, ledger)
    nothing = Paragraph("No forecast has changed.")
    show(
        part(
            "This week",
            (new,) if new.items else (nothing,),
            f"The seven days up to {day(last)}, the last of the record.",
        )
    )
    _over_time(model, ledger)
    if (due := history.still_open(records, ledger)).rows:
        show(part("Open questions", (due,)))
        _resolve(model, ledger)
    card = score([ledger])
    blocks: list[Block] = [*scores.overall(card)] if card.cases else [Paragraph(NO_SCORE)]
    if card.cases and (curve := card.calibration) is not None:
        blocks.insert(1, scores.curve(curve))
    show(part("What the forecasts were worth", blocks, about="record"))
    show(element("p", history.chain_line(ledger), class_="quiet seal"))


NO_SCORE = (
    "No question is resolved yet that was forecast before. Scores begin with the first, a calibration curve with 20."
)


def _nothing_yet(model: Model) -> Html:
    command = f"tocsin seal --model {model.name} --on {model.records.file.as_of}"
    feed = f"tocsin watch findings.csv --model {model.name}"
    return element(
        "section",
        element("h2", "Nothing is sealed yet"),
        element("p", "To begin a record, seal what the model says of its questions on a day:"),
        element("pre", element("code", command), class_="seal"),
        element("p", "Or let a table of dated findings do it, which seals a forecast wherever it changes one:"),
        element("pre", element("code", feed), class_="seal"),
        element(
            "p", "This page then shows each forecast over time, what moved it, and what it was worth.", class_="quiet"
        ),
        class_="part",
    )


def _over_time(model: Model, ledger: Ledger) -> None:
    # What changed last stands first.
    newest = sorted(ledger.main, key=lambda name: ledger.main[name][-1].made_on, reverse=True)
    chosen = choice("Question", {name: ledger.questions[name].text for name in newest}, _QUESTION)
    question, forecasts = ledger.questions[chosen], ledger.main[chosen]
    resolution = ledger.resolutions.get(chosen)
    ends = question.closes if resolution is None else resolution.on
    known = question.variable in model.records.events
    blocks: list[Block] = [history.forecast_table(forecasts, forecasts[0].scenario)]
    if known:
        moved = history.changes(model.records, question, forecasts)
        blocks = [history.course(model.records, question, forecasts, ends), *([moved] if moved.items else []), *blocks]
    blocks.append(Paragraph(history.outcome_line(resolution, question)))
    show(part(question.text, blocks, question.settles_by, about="record"))


def _resolve(model: Model, ledger: Ledger) -> None:
    """The form of what came of a question; where pages may not write, the command."""
    folder = scenarios.folder()
    show(element("h2", "What came of it"))
    if news := st.session_state.pop(_NEWS, ""):
        show(element("p", news, role="status"))
    if not editing.can_save(folder):
        how = element("code", f"tocsin resolve QUESTION yes --on DATE --source TEXT --model {model.name}")
        show(element("p", "This server does not write into the record. On the machine where it lies: ", how))
        return
    titles = {name: ledger.questions[name].text for name in ledger.main if name not in ledger.resolutions}
    name = choice("Question that is settled", titles, "resolve-question")
    question = ledger.questions[name]
    show(element("p", question.settles_by, class_="quiet"))
    with st.form("resolve", border=False):
        outcome = choice("What came of it", OUTCOMES, "resolve-outcome")
        on = st.text_input("On (year-month-day)", f"{question.closes}", key=f"resolve-on-{name}")
        state = _state(model, question)
        source = st.text_input("Source: whose word it is, so that others can look it up", key="resolve-source")
        why = st.text_input("Remark, such as why it is void or was settled early", key="resolve-why")
        if st.form_submit_button("Add to the record", type="primary"):
            _add(ledger.path, name, outcome, on.strip(), source.strip(), state, why.strip())


def _state(model: Model, question: ForecastQuestion) -> str | None:
    """Which of three or more states it was; None where there are two, or it is left open."""
    if len(question.states) < 3 or question.variable not in model.records.variables:
        return None
    about = model.records.variables[question.variable]
    titles: dict[Any, str] = {
        "": "Not said",
        **{state: about.label(state) for state in question.states if state in about.states},
    }
    return choice("Which answer it was, where known", titles, f"resolve-state-{question.id}") or None


def _add(path: Path, name: str, outcome: Any, on: str, source: str, state: str | None, why: str) -> None:
    """Write it, and draw the page anew; what is refused is told under the form."""
    try:
        if not source:
            raise BadInput.at("Source", "is empty; say whose word it is")
        a_day = TypeAdapter(Day).validate_python
        if not editing.can_save(scenarios.folder()):
            raise BadInput.at(path, "cannot be written from this page")
        access.log("resolve", path.name, {"question": name})
        sealing.resolve(path, name, outcome, a_day(on), source, state, why or None)
    except (TocsinError, ValueError) as error:
        show(alert("Nothing was added.", str(error)))
        return
    st.session_state[_NEWS] = f"Added: {name} is {outcome}."
    st.rerun()
