"""What one session holds: its scenario, the preset it came from, the last good answer, and what is looked at.

The scenario is the truth; widgets are filled from it when they are first drawn, and forgotten when it is replaced.
"""

from __future__ import annotations

from typing import Literal

import streamlit as st

from tocsin.assessment import Assessment
from tocsin.errors import BadInput
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui import findings
from tocsin.ui.findings import Setting

View = Literal["Network", "Every variable"]
VIEWS: tuple[View, ...] = ("Network", "Every variable")

WIDGET = "set:"
"""How the keys of evidence widgets begin."""
VIEW, BEHIND, PRESET = "view", "behind", "preset"
"""Keys of the widgets that choose the view, the variable whose statements are shown, and the preset."""
_OPEN = "open"


def begin(model: Model, presets: tuple[Scenario, ...]) -> None:
    """Start from the first preset, in a new session or when the model is another than before."""
    if st.session_state.get("model_digest") != model.records.digest:
        st.session_state.model_digest = model.records.digest
        st.session_state.pop("answer", None)
        choose(presets[0])
    st.session_state.setdefault(VIEW, VIEWS[0])


def scenario() -> Scenario:
    """The scenario of this session."""
    made: Scenario = st.session_state.scenario
    return made


def start() -> Scenario:
    """The preset that the scenario began with."""
    made: Scenario = st.session_state.start
    return made


def choose(preset: Scenario) -> None:
    """Begin anew with a preset."""
    st.session_state.start = preset
    _put(preset)


def set_variable(model: Model, name: str, now: Setting) -> None:
    """One variable set anew; what the records refuse is told, and the scenario stays as it was."""
    try:
        st.session_state.scenario = findings.changed(scenario(), start(), name, now, model.records)
        st.session_state.trouble = None
    except BadInput as error:
        st.session_state.trouble = "; ".join(problem.message for problem in error.problems)


def restore(model: Model, name: str) -> None:
    """One variable as the preset has it."""
    variable = model.records.variables[name]
    set_variable(model, name, findings.setting(start(), name, variable))
    _forget(f"{WIDGET}{name}:")


def trouble() -> str | None:
    """Why the last change was refused."""
    told: str | None = st.session_state.get("trouble")
    return told


def keep(answer: Assessment) -> None:
    """Remember a good answer."""
    st.session_state.answer = answer


def last_good() -> Assessment | None:
    """The last answer that could be given."""
    kept: Assessment | None = st.session_state.get("answer")
    return kept


def look_behind(variable: str) -> None:
    """Ask for the statements behind a variable; they are shown in this run."""
    st.session_state[_OPEN] = True
    st.session_state[BEHIND] = variable


def looks_behind() -> bool:
    """Whether the statements behind a variable are asked for; once, since the reader closes them."""
    return bool(st.session_state.pop(_OPEN, False))


def _put(now: Scenario) -> None:
    st.session_state.scenario = now
    st.session_state.trouble = None
    _forget(WIDGET)


def _forget(prefix: str) -> None:
    for key in [key for key in st.session_state if str(key).startswith(prefix)]:
        del st.session_state[key]
