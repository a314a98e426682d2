"""The page for what-ifs: evidence on the left, the answer on the right."""

from __future__ import annotations

import streamlit as st

from tocsin.assessment import Assessment
from tocsin.errors import Contradiction, ImpossibleEvidence
from tocsin.model import Model
from tocsin.trail import trail
from tocsin.ui import canvas, cards, evidence, network, shared, state, trails
from tocsin.ui.markup import element, plain, show
from tocsin.ui.opening import chosen_model


def page() -> None:
    """Evidence in the side bar, outcomes and what is behind them in the middle."""
    model = chosen_model()
    if model is None:
        return
    presets = shared.presets(model)
    state.begin(model, presets)
    refused = _answer(model)
    answer = state.last_good()
    with st.sidebar:
        evidence.panel(model, presets, answer)
    if refused:
        show(cards.alert(refused, answer))
    if answer is not None:
        _results(model, answer)


def _answer(model: Model) -> str | None:
    """Answer the session's scenario; why not, where that cannot be."""
    try:
        state.keep(shared.answer(model, state.scenario()))
    except (ImpossibleEvidence, Contradiction) as error:
        return str(error)
    return None


def _results(model: Model, answer: Assessment) -> None:
    show(cards.heading(model, answer))
    show(cards.cards(model, answer))
    _ways_behind(model)
    show(cards.strip(model, answer))
    show(cards.footing(model, answer))
    view = st.segmented_control(
        "Show", state.VIEWS, key=state.VIEW, required=True, label_visibility="collapsed", width="stretch"
    )
    match view:
        case "Every variable":
            show(network.table(model, answer))
        case _:
            asked = canvas.network(network.picture(model, answer))
            show(network.legend())
            if asked in model.records.variables:
                state.look_behind(asked)
    if state.looks_behind():
        _statements(model)


def _ways_behind(model: Model) -> None:
    """One click from each outcome to its statements."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="ways-behind"):
        show(element("span", "The statements behind", class_="quiet"), width="content")
        for name in model.records.events:
            st.button(
                plain(model.records.variables[name].title),
                key=f"outcome-{name}",
                type="tertiary",
                on_click=state.look_behind,
                args=(name,),
            )


@st.dialog("Who said what", width="large")
def _statements(model: Model) -> None:
    """The trail of one variable, and of its causes, folded up."""
    variables = model.records.variables
    name = st.selectbox(
        "The statements behind", list(variables), format_func=lambda one: variables[one].title, key=state.BEHIND
    )
    changes = state.scenario().statements
    own = trail(model, name, changes)
    upstream = [(trail(model, one, changes), variables[one]) for one in own.ancestors]
    show(trails.panel(own, variables[name]))
    show(trails.through(own, upstream))
    show(trails.mentioned(own))
