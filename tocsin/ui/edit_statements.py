"""The page Edit statements: a form in the order in which one reads, and beside it what the statement would do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st
from pydantic import ValidationError

from tocsin import files
from tocsin.assessment import apply
from tocsin.authoring.edits import Add, Change, Edit, EditProblem
from tocsin.authoring.removal import removal
from tocsin.errors import TocsinError, counted
from tocsin.model import Model
from tocsin.records import Statement
from tocsin.render.html import Html, element, joined
from tocsin.ui import cache, editing, main, state, statement_preview
from tocsin.ui.editing import Editing, Preview
from tocsin.ui.judgement_form import UNWRITTEN, Content
from tocsin.ui.scenario_io import content_of as scenario_content
from tocsin.ui.statement_form import StatementForm, content_of
from tocsin.ui.statement_preview import SettableNumber
from tocsin.ui.widgets import alert, choice, fold, picked, plain, show

TITLE = "Edit statements"
_OPENED, _BOX, _REMOVE, _SHOWN = "edit-statement", "statement-box", "edit-statement-remove", "statement-shown"
_LEFT = "statements-left"
"""Forms that were left with something in them that is not saved, the last one last."""
_BACK, CONFIRMED = "edit-statement-back", "drafts-confirmed"
"""Whether to go back to the drafts; by model and name, the drafts that have become statements."""
DRAFTS = "from-a-report"
"""Path of the page with the drafts."""
KEY = "statement"
WAITS = (
    "As soon as you say what it says, you see here how its words are read, which numbers it sets, and what each "
    "outcome becomes."
)
A_NEW = ""
"""In the box: a statement that is not in the model yet."""


def begin_with(name: str | None, base: Content | None = None, draft: tuple[str, str, str] | None = None) -> None:
    """Open the form on a statement, or on a new one with what is known of it.

    base: as the form's own content. draft: of which it is made: the model's name, the draft's, and its quotation.
    """
    held = st.session_state.get(_OPENED, {})
    left = st.session_state.setdefault(_LEFT, [])
    if held.get("touched") and f"{state.EDITED}{KEY}" in st.session_state:
        left.append(held)
    turn = max((other["round"] for other in (held, *left) if other), default=0) + 1
    st.session_state[_OPENED] = {"name": name, "base": base or {}, "round": turn, "asked": False, "draft": draft}
    if draft:
        st.session_state[_OPENED]["model"] = draft[0]
    st.session_state.pop(_REMOVE, None)


def page() -> None:
    """The form, what it would do beside it, and below what changes in the files."""
    begun = editing.begin(TITLE)
    if begun is None:
        return
    if st.session_state.pop(_BACK, False):
        main.go(DRAFTS)
    model = begun.model
    held = _opened(model)
    _box(model, held)
    _unsaved(model)
    if held.get("gone"):
        gone = f"{held['gone']} has been taken out of the model. What you entered is kept, as a new statement."
        show(element("p", gone, role="status"))
    if held["draft"]:
        _, name, quote = held["draft"]
        show(element("div", element("b", f"From draft {name}: "), element("q", quote), class_="draft", dir="auto"))
        st.button("Back to the drafts", key="to-drafts", on_click=_back)
    left, right = st.columns([1, 1], gap="large")
    name = held["name"]
    base = content_of(model.records.by_id[name]) if name else held["base"]
    form = StatementForm(f"st-{model.name}-{held['round']}", model.records, base, fresh=name is None)
    with left, st.container(key="statement-form"):
        form.draw()
    for problem, place, lacks in [] if _removes(held) else _refused(form, *_worked_out(begun, form, held)):
        if place is not None and (held["asked"] or not lacks):
            with place:
                show(editing.refusals([problem]))
    with right, st.container(key="statement-effect"):
        _beside(begun, form, held)


@st.fragment
def _beside(begun: Editing, form: StatementForm, held: dict[str, Any]) -> None:
    """What the statement does, and the way to save it: drawn anew alone while its words are typed."""
    form.hear()
    found, edits = _worked_out(begun, form, held)
    show(element("h2", "What it does"))
    _live(begun, form, found, edits, held)
    _end(begun, form, found, edits, held)


def _opened(model: Model) -> dict[str, Any]:
    """Which statement the form is about; a new one where it is gone or of another model."""
    held: dict[str, Any] = st.session_state.get(_OPENED, {})
    if not held or held.setdefault("model", model.name) != model.name:
        begin_with(None)
    elif held["name"] and held["name"] not in model.records.by_id:
        if held.get("touched"):
            held["gone"], held["name"] = held["name"], None
        else:
            begin_with(None)
    return dict(st.session_state[_OPENED])


def _unsaved(model: Model) -> None:
    """The way back to what was entered and not saved before another statement was opened."""
    every: list[dict[str, Any]] = st.session_state.get(_LEFT, [])
    left = [held for held in every if held.get("model") == model.name]
    kept = f"{state.EDITED}{_LEFT}"
    if not left:
        st.session_state.pop(kept, None)
        return
    st.session_state[kept] = {}
    which = left[-1]["name"] or "a new statement"
    with st.container(horizontal=True, vertical_alignment="center"):
        show(element("p", f"What you entered for {which} is not saved.", role="status"), width="content")
        st.button("Go back to it", key="statement-left", on_click=_return, args=(left[-1],))
        st.button("Forget it", key="statement-forget", type="tertiary", on_click=every.remove, args=(left[-1],))


def _return(back: dict[str, Any]) -> None:
    st.session_state[_LEFT].remove(back)
    now = st.session_state[_OPENED]
    if now.get("touched") and f"{state.EDITED}{KEY}" in st.session_state:
        st.session_state[_LEFT].append(now)
    st.session_state[_OPENED] = back
    st.session_state.pop(f"{state.EDITED}{KEY}", None)


def _box(model: Model, held: dict[str, Any]) -> None:
    records = model.records
    titles = {A_NEW: "A new statement"} | {
        statement.id: f"{statement.id}, {records.speakers[statement.speaker].name}: {statement.claim}"
        for statement in records.statements
    }
    now = held["name"] or A_NEW
    choice("Statement", titles, _BOX, now, lambda: begin_with(picked(_BOX) or None), width=720)


def _removes(held: dict[str, Any]) -> bool:
    return bool(held["name"]) and bool(st.session_state.get(_REMOVE, False))


def _worked_out(begun: Editing, form: StatementForm, held: dict[str, Any]) -> tuple[Preview, list[Edit]]:
    """The edits that the form and the boxes beside it ask for, and the model with them."""
    opened = st.session_state[_OPENED]
    # By the form's key: the one that is open may have become that of another model.
    opened["touched"] = form.drawn != opened.setdefault("first", {}).setdefault(form.key, form.drawn)
    if _removes(held):
        edits = [*removal(begun.folder, "statement", held["name"])]
    elif held["name"] or opened["touched"]:
        statement = statement_of(form.drawn)
        chosen = _chosen(begun.model, statement, form.key) if statement is not None and statement.judges else {}
        edits = edits_of(begun.model, form, form.drawn, chosen, stand_ins=not held["asked"])
    else:
        edits = []
    return editing.preview(begun, KEY, edits), edits


def _live(begun: Editing, form: StatementForm, found: Preview, edits: list[Edit], held: dict[str, Any]) -> None:
    """What the statement does, worked out from what stands in the fields now."""
    model, name = begun.model, held["name"]
    if _removes(held):
        if found.model is not None:
            show(_effect(model, found.model, None))
        return
    statement = statement_of(form.drawn)
    if statement is not None and statement.judges:
        numbers_set(model, statement, form.key)
    if form.missing:
        show(element("p", f"Still to give: {form.still_to_give()}.", class_="quiet", role="status"))
    last: tuple[str, Html] = st.session_state.get(_SHOWN, ("", Html()))
    if (edits or name) and found.model is not None and statement is not None:
        drawn = _effect(model, found.model, form.drawn["id"])
        st.session_state[_SHOWN] = form.key, drawn
        show(drawn)
    elif last[0] == form.key:
        # So that the page does not jump while words are half typed.
        about = element("p", "This is from before the last change, which cannot be worked out.", class_="quiet")
        show(element("div", about, last[1], class_="stale"))
    elif not edits and not name:
        show(element("p", WAITS, class_="quiet"))
        show(_outcomes_now(model))


def _outcomes_now(model: Model) -> Html:
    """What the scenario gives before a statement is added; nothing where it has no answer."""
    try:
        return statement_preview.as_they_are(model, cache.answer(model, state.scenario()))
    except TocsinError:
        return Html()


def statement_of(content: Content) -> Statement | None:
    """The record of what stands in a form; None where it does not pass."""
    try:
        return Statement.model_validate(content)
    except ValidationError:
        return None


def numbers_set(model: Model, statement: Statement, key: str, *, fresh: bool = False) -> dict[str, bool]:
    """Which numbers the statement sets, as a reader chooses; per number that it could set or has set.

    fresh: whether it is a new one, though the model holds it already.
    """
    found = statement_preview.candidates(model, statement)
    able = [candidate for candidate in found if candidate.why_not is None]
    chosen = _chosen(model, statement, key, fresh=fresh)
    show(element("h3", "Numbers that it sets" if able else "It can set no number of the model"))
    for candidate in able:
        box = f"{key}-sets-{candidate.number}"
        begins = chosen[candidate.number]
        chosen[candidate.number] = st.checkbox(plain(candidate.asked), begins, key=box, persist_state="session")
    if others := [candidate for candidate in found if candidate.why_not is not None]:
        which = f"Why not {counted(len(others), 'other number')}" if able else "Why none of those of its question"
        part, unfolded = fold(which, f"{key}-others")
        if unfolded:
            with part:
                show(element("ul", *map(_other, others), class_="sentences"))
    return chosen


def _chosen(model: Model, statement: Statement, key: str, *, fresh: bool = False) -> dict[str, bool]:
    """As `numbers_set`, of boxes that are drawn later in this run."""
    known = None if fresh else model.records.by_id.get(statement.id)
    held = _set_by(model, statement.id) if known else {}
    could = _able(model, known) if known else []
    # What the statement could set before and did not, somebody has left out.
    begins = {number: number in held or number not in could for number in _able(model, statement)}
    return {number: bool(st.session_state.get(f"{key}-sets-{number}", begun)) for number, begun in begins.items()}


def _able(model: Model, statement: Statement) -> list[str]:
    return [found.number for found in statement_preview.candidates(model, statement) if found.why_not is None]


def _other(candidate: SettableNumber) -> Html:
    return element("li", f"{candidate.asked}: ", element("span", f"{candidate.why_not}.", class_="quiet"))


def _set_by(model: Model, name: str) -> dict[str, tuple[str, ...]]:
    """Per number that a statement sets the statements of that number."""
    return {slot.number: slot.quantity.statements for slot in model.provenance.numbers_of(name)}


def edits_of(
    model: Model, form: StatementForm, content: Content, chosen: Mapping[str, bool], stand_ins: bool
) -> list[Edit]:
    """The edits that make the files say what stands in the form; none where it says what they say already.

    chosen: per number whether the statement sets it; numbers that it set and cannot set any longer are let go.
    stand_ins: whether what is not given yet has a value, so that one sees what the statement does; else it is missing.
    """
    name = content["id"]
    edits: list[Edit] = [
        Add(kind, new.name, new.content if stand_ins else new.given) for kind, new in form.added.items()
    ]
    if not stand_ins:
        content = {key: value for key, value in content.items() if value != UNWRITTEN}
    if form.fresh:
        edits.append(Add("statement", name, content))
    elif values := {
        key: content.get(key) for key in {**form.base, **content} if form.base.get(key) != content.get(key)
    }:
        edits.append(Change("statement", name, values))
    held = {} if form.fresh else _set_by(model, name)
    for number in dict.fromkeys((*held, *chosen)):
        wanted, now = chosen.get(number, False), number in held
        if wanted != now:
            edits.append(_number(model, number, name, wanted))
    return edits


def _number(model: Model, number: str, name: str, wanted: bool) -> Change:
    """The edit of a number that a statement sets from now on, or no longer."""
    slot = next(slot for slot in model.provenance.slots if slot.number == number)
    others = [other for other in slot.quantity.statements if other != name]
    return Change("number", number, {"statements": [*others, name] if wanted else others or None})


def _effect(before: Model, after: Model, name: str | None) -> Html:
    """What the edits do under the scenario; of a statement that nobody has edited, what it does as it stands."""
    scenario = state.scenario()
    earlier, about = scenario, Html()
    if after is before and name is not None:
        excluded = {"exclude": (*scenario.statements.exclude, name)}
        changes = scenario.statements.model_copy(update=excluded)
        earlier = scenario.model_copy(update={"statements": changes})
        about = element("p", "As it stands: with it, against the model without it.", class_="quiet")
    try:
        files.scenario_of(scenario_content(scenario), after.records, scenario.title)
        was, now = cache.answer(before, earlier), cache.answer(after, scenario)
    except TocsinError as error:
        return alert("The scenario has no answer then.", str(error))
    if name is None:
        return statement_preview.outcomes(after, was, now)
    first, second = apply(before, earlier), apply(after, scenario)
    return joined([about, statement_preview.effect(first, second, scenario.statements, was, now, name)])


def _end(begun: Editing, form: StatementForm, found: Preview, edits: list[Edit], held: dict[str, Any]) -> None:
    """The diff and the way to save, or what must be given first."""
    name, removing = held["name"], _removes(held)
    shown = [] if removing else [problem for problem, _, _ in _refused(form, found, edits)]
    if name:
        st.checkbox("Remove this statement", key=_REMOVE)
    if removing:
        _lost(begun, found)
    if form.missing and not removing and edits:
        if editing.save_button(KEY):
            st.session_state[_OPENED]["asked"] = True
            st.rerun()
        if held["asked"]:
            show(element("p", "What is missing is told at its field.", class_="quiet", role="status"))
        return
    editing.finish(begun, found, shown, lambda: _saved(form, held, removing))


def _refused(form: StatementForm, found: Preview, edits: list[Edit]) -> list[tuple[EditProblem, Any, bool]]:
    """What is refused of the form, each with the place below its field, if it has one, and whether it is not given yet.

    What is only not given yet is told when one wants to save.
    """
    refused = []
    for problem in found.problems:
        edit = edits[problem.edit] if problem.edit is not None else None
        if isinstance(edit, Add) and edit.kind != "statement":
            place, lacks = form.refused_at(edit.kind), form.added[edit.kind].lacks(problem.field)
        elif edit is not None and edit.kind == "statement":
            place = form.refused_at(problem.field) if problem.field else None
            lacks = bool(form.missing) and (not problem.field or form.lacks(problem.field))
        else:
            continue
        if place is not None or lacks:
            refused.append((problem, place, lacks))
    return refused


def _lost(begun: Editing, found: Preview) -> None:
    if found.model is not None and (lost := editing.scenarios_lost(begun, found.model)):
        show(alert("These scenarios speak of it and would no longer open:", "\n".join(lost)))


def _saved(form: StatementForm, held: dict[str, Any], removed: bool) -> None:
    """The next form: the same statement as it is now, a new one of the same source and speaker, or the next draft."""
    if held["draft"]:
        st.session_state.setdefault(CONFIRMED, []).append(held["draft"][:2])
        begin_with(None)
        _back()
    elif held["name"] and not removed:
        begin_with(held["name"])
    else:
        begin_with(None, {} if removed else {k: form.drawn[k] for k in ("source", "speaker") if k in form.drawn})


def _back() -> None:
    st.session_state[_BACK] = True
