"""The left side: presets, and for each variable what is known about it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tocsin.assessment import Assessment
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui import state
from tocsin.ui.markup import plain
from tocsin.ui.rows import Row

GROUPS = (("Drivers", "driver"), ("Indicators", "indicator"), ("Actions", "action"))
"""Groups of the panel by role."""
REST = ("outcome", "tail risk", "mechanism")
"""Roles that can be set too, in a place of their own; an index is computed and never set."""

EXPLAINED = """
**nothing known**: the statements and the rest of the network decide.

**observed**: seen to be so, for certain. What goes with it moves too, its causes as well as its effects.

**a report says**: somebody reports it. The grade tells how much that counts against everything else.

**I believe**: the probabilities shall be these, whatever else is known. For a judgement of your own.

**suppose we make it so**: a decision or a deed. Only its effects move; it tells nothing about its causes.
"""


def panel(model: Model, presets: Sequence[Scenario], answer: Assessment | None) -> None:
    """Presets, then a row for each variable by role."""
    _presets(presets)
    variables = model.records.variables.items()
    for title, role in GROUPS:
        rows = [Row(model, name, answer) for name, variable in variables if variable.role == role]
        if rows:
            st.subheader(title, anchor=False)
        for row in rows:
            row.draw()
    rest = [Row(model, name, answer) for name, variable in variables if variable.role in REST]
    if rest:
        with st.expander("Outcomes and what lies between"):
            for row in rest:
                row.draw()


def _presets(presets: Sequence[Scenario]) -> None:
    by_name = {preset.scenario: preset for preset in presets}
    st.session_state.setdefault(state.PRESET, state.start().scenario)
    st.selectbox(
        "Scenario",
        list(by_name),
        format_func=lambda name: by_name[name].title,
        key=state.PRESET,
        on_change=lambda: state.choose(by_name[st.session_state[state.PRESET]]),
        help="A starting point; everything below can then be changed.",
    )
    if state.start().description:
        st.caption(plain(state.start().description or ""))
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Reset",
            on_click=state.choose,
            args=(state.start(),),
            disabled=state.scenario() is state.start(),
            help="Back to the scenario as it was chosen",
        )
        with st.popover("What the choices mean", type="tertiary"):
            st.markdown(EXPLAINED)
    if state.trouble():
        st.warning(plain(state.trouble() or ""))
