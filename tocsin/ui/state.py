"""What one session holds: its scenario and the way it came there, the last good answer, and what is looked at.

The scenario is the truth; the pages are drawn from it, and every change makes a new one. A link in the page's address
follows every change once it is there, or goes; it never tells an old scenario.
"""

from __future__ import annotations

import time
from typing import Any, Literal

import streamlit as st

from tocsin.assessment import Assessment
from tocsin.errors import BadInput, TocsinError
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui import cache, evidence
from tocsin.ui.evidence import Setting
from tocsin.ui.scenario_io import packed

View = Literal["Network", "Every variable"]
VIEWS: tuple[View, ...] = ("Network", "Every variable")

BEHIND = "behind"
"""Key of the widget that chooses the variable whose statements are shown."""
_OPEN, _VIEW = "open", "view"
_PAST, _FUTURE, _GESTURE, _SAVED = "past", "future", "gesture", "saved"
_DIGEST, _ASIDE = "model_digest", "aside"
_OUTCOME = "chosen_outcome"
_OF_ONE_MODEL = ("scenario", "start", "answer", "trouble", _PAST, _FUTURE, _GESTURE, _SAVED, _OUTCOME)
"""What a session holds of one model; it is laid aside while the session is about another."""
MOST_STEPS = 200
"""Steps that can be undone."""
LINK = "scenario"
"""The query parameter that holds one."""
MOST_CHANGES, WITHIN = 60, 30.0
"""Changes of the address and seconds: browsers refuse more than about 100 in 30 s, which a dragged slider would be."""
_FOLLOWS, _TIMES = "address-follows", "address-times"


def begin(model: Model, presets: tuple[Scenario, ...], linked: Scenario | None = None) -> None:
    """In a new session, or when the model is another than before: start from a link, else from the first preset.

    Back at a model that the session was about before, everything is as it was left.
    """
    digest = model.records.digest
    if st.session_state.get(_DIGEST) != digest:
        aside = st.session_state.setdefault(_ASIDE, {})
        if _DIGEST in st.session_state:
            held = {key: st.session_state.pop(key) for key in _OF_ONE_MODEL if key in st.session_state}
            aside[st.session_state[_DIGEST]] = held
        st.session_state[_DIGEST] = digest
        st.session_state[_FOLLOWS] = linked is not None
        if linked is None and digest in aside:
            st.session_state.update(aside.pop(digest))
        else:
            choose(linked or presets[0])
            st.session_state[_PAST] = []
    _note()
    _follow()


def is_new(model: Model) -> bool:
    """Whether the session was not about this model until now."""
    return bool(st.session_state.get(_DIGEST) != model.records.digest)


def scenario() -> Scenario:
    """The scenario of this session."""
    scenario: Scenario = st.session_state.scenario
    return scenario


def start() -> Scenario:
    """The preset that the scenario began with."""
    scenario: Scenario = st.session_state.start
    return scenario


def is_changed() -> bool:
    """Whether the scenario is another than the one that it began with."""
    return scenario() is not start()


def choose(preset: Scenario) -> None:
    """Begin anew with a preset, or with a scenario of the reader's own."""
    if "scenario" in st.session_state:
        _remember()
        _note()
    st.session_state.start = st.session_state.scenario = preset
    st.session_state[_SAVED] = preset
    st.session_state.trouble = None
    st.session_state[_GESTURE] = 0
    _follow()


def set_variable(model: Model, name: str, now: Setting, gesture: int = 0) -> None:
    """One variable set anew; what the records refuse is told, and the scenario stays as it was.

    gesture: changes of one gesture, such as a drag, are one step and start from the same scenario.
    """
    _put(lambda: evidence.changed(before(gesture), start(), name, now, model.records), gesture)


def alter(model: Model, **parts: Any) -> None:
    """Whole parts of the scenario replaced: statements, lexicon, interval."""
    _put(lambda: evidence.altered(scenario(), start(), model.records, **parts), 0)


def before(gesture: int) -> Scenario:
    """The scenario that a gesture began with."""
    if gesture and st.session_state.get(_GESTURE) == gesture and st.session_state[_PAST]:
        begun: Scenario = st.session_state[_PAST][-1][0]
        return begun
    return scenario()


def restore(model: Model, name: str) -> None:
    """One variable as the preset has it."""
    set_variable(model, name, evidence.setting(start(), name, model.records.variables[name]))


def undo() -> None:
    """One step back."""
    _step(_PAST, _FUTURE)


def redo() -> None:
    """One step forth again."""
    _step(_FUTURE, _PAST)


def can_undo() -> bool:
    """Whether there is a step back."""
    return bool(st.session_state.get(_PAST))


def can_redo() -> bool:
    """Whether there is a step forth."""
    return bool(st.session_state.get(_FUTURE))


def saved() -> None:
    """Remember that the scenario is kept elsewhere."""
    st.session_state[_SAVED] = scenario()


def is_saved() -> bool:
    """Whether it is a preset, or was saved as it is now."""
    return scenario() == st.session_state.get(_SAVED) or not is_changed()


def trouble() -> str | None:
    """Why the last change was refused."""
    trouble: str | None = st.session_state.get("trouble")
    return trouble


def tell(problem: BadInput) -> None:
    """Remember why a change was refused."""
    st.session_state.trouble = "; ".join(fault.message for fault in problem.problems)


def keep(answer: Assessment) -> None:
    """Remember a good answer."""
    st.session_state.answer = answer


def last_good() -> Assessment | None:
    """The last answer that could be given."""
    kept: Assessment | None = st.session_state.get("answer")
    return kept


def view() -> View:
    """What is shown below the cards."""
    return next((view for view in VIEWS if view == st.session_state.get(_VIEW)), VIEWS[0])


def view_is_chosen() -> bool:
    """Whether the reader chose it."""
    return _VIEW in st.session_state


def show(which: str) -> None:
    """Show another view."""
    st.session_state[_VIEW] = which


def chosen_outcome(model: Model) -> str:
    """The outcome that all pages tell of: what a reader chose, else what the scenario moves most, else the first."""
    chosen: str | None = st.session_state.get(_OUTCOME)
    outcomes = list(model.records.events)
    if chosen in outcomes:
        return chosen
    try:
        found = cache.answer(model, scenario()).outcomes
    except TocsinError:
        return outcomes[0]
    # In the tenths of a point that pages show, so that no last bit decides.
    return max(outcomes, key=lambda name: round(abs(found[name].p - found[name].baseline), 3))


def choose_outcome(name: str) -> None:
    """Let all pages tell of this one."""
    st.session_state[_OUTCOME] = name


def look_behind(variable: str) -> None:
    """Ask for the statements behind a variable; they are shown in the next run of the page."""
    st.session_state[_OPEN] = True
    st.session_state[BEHIND] = variable


def looks_behind() -> bool:
    """Whether the statements behind a variable are asked for; once, since the reader closes them."""
    return bool(st.session_state.pop(_OPEN, False))


def _put(make: Any, gesture: int) -> None:
    """The scenario that is made, as one step; of a gesture that goes on, the same step."""
    try:
        changed = make()
    except BadInput as error:
        tell(error)
        return
    st.session_state.trouble = None
    if not gesture or st.session_state.get(_GESTURE) != gesture:
        _remember()
    st.session_state[_GESTURE] = gesture
    _note()
    st.session_state.scenario = changed
    _follow()


def _remember() -> None:
    past = st.session_state.setdefault(_PAST, [])
    past.append((scenario(), start()))
    del past[:-MOST_STEPS]
    st.session_state[_FUTURE] = []


def _step(source: str, target: str) -> None:
    if not st.session_state.get(source):
        return
    st.session_state.setdefault(target, []).append((scenario(), start()))
    _note()
    st.session_state.scenario, st.session_state.start = st.session_state[source].pop()
    st.session_state.trouble = None
    st.session_state[_GESTURE] = 0
    _follow()


def _note() -> None:
    """Before a change: remember whether the address holds the scenario as it is."""
    held = st.query_params.get(LINK)
    if held and held == packed(scenario(), st.session_state[_DIGEST]):
        st.session_state[_FOLLOWS] = True


def _follow() -> None:
    """After a change, and on each new page: put the scenario as it is now into the address of who asked for a link."""
    if not st.session_state.get(_FOLLOWS):
        return
    wanted, now = packed(scenario(), st.session_state[_DIGEST]), time.monotonic()
    if st.query_params.get(LINK) == wanted:
        return
    times = [moment for moment in st.session_state.get(_TIMES, []) if now - moment < WITHIN]
    if len(times) < MOST_CHANGES:
        st.query_params[LINK] = wanted
        times.append(now)
    else:
        # No address is better than that of another scenario; the next page or the next quiet moment brings it back.
        st.query_params.pop(LINK, None)
    st.session_state[_TIMES] = times
