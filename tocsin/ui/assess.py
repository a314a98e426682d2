"""The page for what-ifs: evidence on the left, the answer on the right, both in one live panel."""

from __future__ import annotations

import time
from contextlib import suppress

import streamlit as st

from tocsin.assessment import Assessment
from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.report.provenance import provenance
from tocsin.ui import cache, evidence_row, findings, live, network, outcome_cards, scenarios, state, trails
from tocsin.ui.live import Event
from tocsin.ui.markup import Html, element, joined, show

YIELD = 0.004
"""Seconds."""


def page() -> None:
    """The scenario's bar, the live panel, and the statements behind a variable where they are asked for."""
    model = scenarios.opened()
    if model is None:
        return
    event = live.event()
    if event is not None:
        _do(model, event)
    # After the event, so that the whole page tells of one and the same scenario.
    scenarios.bar(model)
    _panel(model)
    if state.looks_behind():
        _statements(model)


def _panel(model: Model) -> None:
    """Evidence and answer."""
    refused = answered(model)
    answer = state.last_good()
    parts = {"evidence": evidence_row.panel(model, state.scenario(), state.start(), answer)}
    if refused or state.trouble():
        parts["alert"] = outcome_cards.alert(model, state.scenario(), refused or state.trouble() or "", answer)
    if answer is not None:
        parts |= _results(model, answer)
    live.show(parts)
    cache.spare_collector()
    # Lets the server's thread send the answer before Streamlit collects garbage, during which no thread runs.
    time.sleep(YIELD)


def answered(model: Model) -> str | None:
    """Answer the session's scenario; why not, where that cannot be."""
    try:
        state.keep(cache.answer(model, state.scenario()))
    except TocsinError as error:
        if state.last_good() is None:
            # A link or a file may begin with what cannot be.
            with suppress(TocsinError):
                state.keep(cache.answer(model, cache.presets(model)[0]))
        return str(error)
    return None


def _do(model: Model, event: Event) -> None:
    """What the event says."""
    of = event.get("of", "")
    if "set" in event:
        _turn(model, event)
        return
    match event.get("ask"):
        case "behind" if of in model.records.variables:
            state.look_behind(of)
        case "restore" if of in model.records.variables:
            state.restore(model, of)
        case "clear" if of in model.records.variables:
            state.set_variable(model, of, findings.Setting())
        case "undo":
            state.undo()
        case "redo":
            state.redo()
        case "reset":
            state.choose(state.start())
        case "view":
            state.show(of)
        case _:
            pass


def _turn(model: Model, event: Event) -> None:
    """One control turned."""
    name, answer, gesture = event.get("of", ""), state.last_good(), event.get("gesture", 0)
    variable = model.records.variables.get(name)
    if variable is None:
        return
    stands = {value: 1 / len(variable.states) for value in variable.states}
    if answer is not None:
        stands = {value: estimate.p for value, estimate in answer.variables[name].items()}
    now = findings.setting(state.before(gesture), name, variable)
    try:
        turned = findings.turned(now, variable, event["set"], event.get("value", ""), stands)
    except (ValueError, KeyError, StopIteration, IndexError):
        # Nothing that our own page sends.
        return
    state.set_variable(model, name, turned, gesture)


def _results(model: Model, answer: Assessment) -> dict[str, Html]:
    shown = network.table(model, answer) if state.view() == "Every variable" else _network(model, answer)
    return {
        "heading": joined([outcome_cards.heading(model, answer, state.scenario()), _steps()]),
        "cards": outcome_cards.cards(model, answer),
        "strip": outcome_cards.strip(model, answer),
        "footing": outcome_cards.footing(model, answer),
        "view": joined([_views(), shown]),
    }


def _network(model: Model, answer: Assessment) -> Html:
    drawn = network.picture(model, answer, cache.arcs(model))
    return joined([element("div", drawn, class_="picture"), network.legend()])


def _steps() -> Html:
    """Undo, redo, reset, and whether the scenario is kept anywhere."""
    mark = Html() if state.is_saved() else element("span", "not saved", class_="mark", role="status")
    buttons = (
        ("Undo", "undo", state.can_undo()),
        ("Redo", "redo", state.can_redo()),
        ("Reset", "reset", state.is_changed()),
    )
    drawn = (
        element("button", text, type="button", data_ask=ask, disabled=None if can else "") for text, ask, can in buttons
    )
    return element("div", *drawn, mark, class_="steps")


def _views() -> Html:
    buttons = (
        element(
            "button",
            view,
            type="button",
            data_ask="view",
            data_of=view,
            aria_pressed="true" if view == state.view() else "false",
        )
        for view in state.VIEWS
    )
    return element("div", *buttons, class_="views", role="group", aria_label="Show")


@st.dialog("Who said what", width="large")
def _statements(model: Model) -> None:
    """The trail of one variable, and of its causes, folded up."""
    variables = model.records.variables
    name = st.selectbox(
        "The statements behind",
        list(variables),
        format_func=lambda variable: variables[variable].title,
        key=state.BEHIND,
    )
    answer, changes = state.last_good(), state.scenario().statements
    own = provenance(model, name, changes)
    upstream = [(provenance(model, ancestor, changes), variables[ancestor]) for ancestor in own.ancestors]
    if answer is not None:
        show(network.distribution(model, name, answer))
    show(trails.panel(own, variables[name]))
    show(trails.through(own, upstream))
    show(trails.mentioned(own))
