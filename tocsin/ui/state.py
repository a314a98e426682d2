"""What one session holds: its scenario and the way it came there, the last good answer, and what is looked at.

The scenario is the truth; the pages are drawn from it, and every change makes a new one. The page's address holds it
from the first change on. What another scenario takes the place of is kept on the shelf, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import streamlit as st

from tocsin.assessment import Assessment
from tocsin.errors import BadInput, TocsinError
from tocsin.files import scenario_of
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui import cache, evidence
from tocsin.ui.evidence import Setting, meaning
from tocsin.ui.scenario_io import (
    LONGEST_TITLE,
    KeptScenario,
    Shelf,
    as_link,
    content_of,
    entitled,
    problems_of,
    told_apart,
)

View = Literal["Network", "Every variable"]
VIEWS: tuple[View, ...] = ("Network", "Every variable")

BEHIND = "behind"
"""Key of the widget that chooses the variable whose statements are shown."""
_OPEN, _VIEW = "open", "view"
_PAST, _FUTURE, _GESTURE = "past", "future", "gesture"
_DIGEST, _ASIDE = "model_digest", "aside"
_OUTCOME = "chosen_outcome"
_FOLLOWS, _PRESETS, _SHELVES, _NOTICE = "address-follows", "presets", "shelves", "notice"
_OF_ONE_MODEL = (
    "scenario", "start", "answer", "trouble", _PAST, _FUTURE, _GESTURE, _OUTCOME, _FOLLOWS, _PRESETS
)  # fmt: skip
"""What a session holds of one model; it is laid aside while the session is about another."""
MOST_STEPS = 200
"""Steps that can be undone."""
EDITED = "edited-"
"""What the keys begin with under which forms keep the files that their edits, not saved yet, were begun on."""
LINK = "scenario"
"""The query parameter that holds one."""


def _local_time() -> datetime:
    """Now, where the reader is."""
    zone = st.context.timezone
    return datetime.now(ZoneInfo(zone)) if zone else datetime.now().astimezone()


clock: Callable[[], datetime] = _local_time
"""What tells the time, for a title."""


def begin(model: Model, presets: tuple[Scenario, ...], linked: Scenario | None = None) -> None:
    """In a new session, or when the model is another than before: start from a link, else from the first preset.

    Back at a model that the session was about before, everything is as it was left.
    """
    digest = model.records.digest
    if st.session_state.get(_DIGEST) != digest:
        aside = st.session_state.setdefault(_ASIDE, {})
        if _DIGEST in st.session_state:
            if scenario().model == model.name:
                # The model's files were changed: the scenario may mean something else, or nothing, from now on.
                _keep_unsaved()
            held = {key: st.session_state.pop(key) for key in _OF_ONE_MODEL if key in st.session_state}
            aside[st.session_state[_DIGEST]] = held
        st.session_state[_DIGEST] = digest
        st.session_state.update(aside.pop(digest, {}))
        if "scenario" not in st.session_state:
            _begin_with(linked or presets[0])
            st.session_state[_FOLLOWS] = linked is not None
        elif linked is not None:
            choose(linked)
    st.session_state[_PRESETS] = presets
    _follow()


def go_on_with(model: Model) -> None:
    """The same scenario, under the model as its files are since an edit of the reader's own, if it still fits it.

    If it does not, `begin` keeps it on the shelf, as it does when another has changed the files.
    """

    def fits(held: Scenario) -> bool:
        try:
            scenario_of(content_of(held), model.records, held.title)
        except BadInput:
            return False
        return True

    if not (fits(scenario()) and fits(start())):
        return
    for steps in (_PAST, _FUTURE):
        st.session_state[steps] = [pair for pair in st.session_state.get(steps, []) if all(map(fits, pair))]
    st.session_state.pop("answer", None)
    st.session_state[_DIGEST] = model.records.digest


def model_digest() -> str:
    """Of the model that the session is about; empty where it is about none."""
    digest: str = st.session_state.get(_DIGEST, "")
    return digest


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


def presets() -> tuple[Scenario, ...]:
    """The model's scenarios, as this run of the page found them."""
    presets: tuple[Scenario, ...] = st.session_state[_PRESETS]
    return presets


def is_changed() -> bool:
    """Whether the scenario is another than the one that it began with."""
    return scenario() is not start()


def choose(preset: Scenario) -> None:
    """Begin anew with a preset, or with a scenario of the reader's own; what was there is kept on the shelf."""
    if "scenario" in st.session_state:
        _keep_unsaved()
        _remember()
    _begin_with(preset)
    _follow(changed=True)


def reset() -> None:
    """Back to what the scenario began with; Undo brings back what it was."""
    _remember()
    _begin_with(start())
    _follow(changed=True)


def _begin_with(preset: Scenario) -> None:
    st.session_state.start = st.session_state.scenario = preset
    st.session_state.trouble = None
    st.session_state[_GESTURE] = 0
    st.session_state.setdefault(_PAST, [])


def shelf() -> Shelf:
    """The session's own scenarios of the model that it is about, whatever has become of the model's files."""
    return _shelf_of(scenario().model)


def _shelf_of(model: str) -> Shelf:
    shelves: dict[str, Shelf] = st.session_state.setdefault(_SHELVES, {})
    return shelves.setdefault(model, Shelf())


def keep_as(model: Model, title: str, note: str) -> KeptScenario | None:
    """The scenario as it is, on the shelf under a title and a note; it goes on under these."""
    try:
        kept = shelf().put(entitled(scenario(), title, note, model.records), presets())
    except BadInput as error:
        tell(error)
        return None
    _go_on_with(kept.scenario)
    return kept


def keep_in(model: Model, number: int) -> None:
    """The scenario as it is, in the place of one on the shelf and under its title."""
    kept = shelf().find(number)
    if kept is not None:
        old = kept.scenario
        new = entitled(scenario(), old.title, old.description or "", model.records, old.scenario)
        shelf().change(number, new)
        _go_on_with(new)


def retitle(model: Model, number: int, title: str, note: str) -> None:
    """Another title and note for one on the shelf; the scenario that began with it follows."""
    kept = shelf().find(number)
    if kept is None or (title.strip(), note.strip()) == (kept.scenario.title, kept.scenario.description or ""):
        return
    others = [other for other in shelf().scenarios if other is not kept.scenario]
    try:
        new = told_apart(entitled(kept.scenario, title, note, model.records), [*others, *presets()])
        edited = evidence.altered(scenario(), new, model.records) if start() == kept.scenario else None
    except BadInput as error:
        tell(error)
        return
    shelf().change(number, new)
    if edited is not None:
        st.session_state.start, st.session_state.scenario = new, edited
        _follow()


def duplicate(number: int) -> None:
    """A copy of one on the shelf, beside it."""
    shelf().duplicate(number, presets())


def take(model: Model, number: int) -> None:
    """Go on with one on the shelf, if it fits the model as it is now."""
    kept = shelf().find(number)
    if kept is None:
        return
    try:
        scenario_of(content_of(kept.scenario), model.records, kept.scenario.title)
    except BadInput as error:
        shelf().refused = problems_of(error)
        return
    choose(kept.scenario)


def notice() -> str:
    """The title under which work was kept unasked, once."""
    title: str = st.session_state.pop(_NOTICE, "")
    return title


def is_at_risk() -> bool:
    """Whether anything would be lost with the page, of any model: it stands in no file, of the model or the reader."""
    shelves: dict[str, Shelf] = st.session_state.get(_SHELVES, {})
    aside = ((held["scenario"], held["start"]) for held in st.session_state.get(_ASIDE, {}).values())
    begun = [(scenario(), start()), *aside]
    edited = any(str(key).startswith(EDITED) for key in st.session_state)
    return edited or any(shelf.at_risk for shelf in shelves.values()) or not all(_is_kept(*pair) for pair in begun)


def _go_on_with(kept: Scenario) -> None:
    """The same scenario under another title is no step: there is nothing to undo in it."""
    st.session_state.start = st.session_state.scenario = kept
    st.session_state.trouble = None
    st.session_state[_GESTURE] = 0
    _follow(changed=True)


def _keep_unsaved() -> None:
    """What is in place, on the shelf if it is neither there nor a preset."""
    now = scenario()
    if shelf().holds(now) or any(meaning(preset) == meaning(now) for preset in st.session_state.get(_PRESETS, ())):
        return
    if is_changed():
        moment = f"{clock():%H:%M}"
        about = f"Changed from “{start().title[:LONGEST_TITLE]}”."
        update = {
            "title": f"Unsaved, {moment}",
            "description": about,
            "scenario": f"unsaved-{moment.replace(':', '-')}",
        }
        now = now.model_copy(update=update)
    st.session_state[_NOTICE] = shelf().put(now, st.session_state.get(_PRESETS, ())).scenario.title


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
    """Remember that the scenario stands in a file."""
    shelf().in_files.add(scenario().digest)


def is_saved() -> bool:
    """Whether it is a preset, or is kept as it is now: in a file or on the shelf."""
    return _is_kept(scenario(), start())


def _is_kept(now: Scenario, begun: Scenario) -> bool:
    shelf = _shelf_of(now.model)
    return now is begun or now.digest in shelf.in_files or shelf.holds(now)


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
    st.session_state.scenario = changed
    _follow(changed=True)


def _remember() -> None:
    past = st.session_state.setdefault(_PAST, [])
    past.append((scenario(), start()))
    del past[:-MOST_STEPS]
    st.session_state[_FUTURE] = []


def _step(source: str, target: str) -> None:
    if not st.session_state.get(source):
        return
    st.session_state.setdefault(target, []).append((scenario(), start()))
    st.session_state.scenario, st.session_state.start = st.session_state[source].pop()
    st.session_state.trouble = None
    st.session_state[_GESTURE] = 0
    _follow(changed=True)


def link() -> str:
    """The scenario as the address holds it; empty as long as nothing was changed."""
    return as_link(scenario(), st.session_state[_DIGEST]) if st.session_state.get(_FOLLOWS) else ""


def _follow(*, changed: bool = False) -> None:
    """On each new page, and after a change: put the scenario as it is now into the address."""
    if changed:
        st.session_state[_FOLLOWS] = True
    if (wanted := link()) and st.query_params.get(LINK) != wanted:
        st.query_params[LINK] = wanted
