"""The steps of a new model: what it is about, what is asked, what drives it, its numbers, and who said what.

Each is a form that is saved by itself, onto files that need not pass yet: what is wrong is refused at its field, what
is merely missing hinders nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from tocsin.authoring import edits as changes
from tocsin.authoring.edits import MODEL, STATEMENTS, Add, Change, Edit, EditedModel
from tocsin.authoring.structure import (
    asked,
    names_of,
    open_numbers,
    variables_of,
    worded,
)
from tocsin.errors import BadInput, TocsinError, counted
from tocsin.model import build
from tocsin.render.html import element
from tocsin.ui import editing, state
from tocsin.ui.edit_statements import edits_of, numbers_set, statement_of
from tocsin.ui.edit_structure import NEW, asked_for, drawn_up, heed
from tocsin.ui.judgement_form import EARLIEST, parsed_day
from tocsin.ui.reference_form import forget, kept
from tocsin.ui.statement_form import StatementForm
from tocsin.ui.structure_picture import done_in_picture, structure_picture
from tocsin.ui.variable_form import variable_form
from tocsin.ui.widgets import alert, choice, picked, sentences, show

PICTURE = "new-model-picture"
"""Key of the picture of the network."""
UNDO, REFUSED, NEWS = "new-model-undo", "new-model-refused", "new-model-news"
"""Keys of the saves that can be taken back, of why the last one was refused, and of what became of it."""
UNSAVED = f"{state.EDITED}new-model"
"""Key of whether something in the forms is not saved."""
_ROUND = "new-model-round"
STEPS = {
    "about": "1 What it is about",
    "asked": "2 What is asked",
    "drives": "3 What drives it",
    "numbers": "4 The numbers",
    "said": "5 Who said what",
}
NOTES = {
    "about": "The days that the questions are about, and the day on which what is known ends.",
    "asked": "Questions that an observer could settle, each with its possible answers and what settles them.",
    "drives": "What would make it more or less likely. Draw an arrow from each cause to its effect.",
    "numbers": "What you would believe of each number if no expert had spoken: a count, or a range that holds it with "
    "a belief of 80 %, and why.",
    "said": "Where something is said, by whom, in which words. It moves numbers as far as the speaker's grade allows.",
}


# ------------------------------------------------------------------------------------------------------------ the end
def _end(
    now: EditedModel,
    key: str,
    edits: Sequence[Edit],
    places: Mapping[int, Mapping[str, Any]],
    saved: Callable[[], None],
) -> None:
    """The refusals of a form at its fields, and the way to save it; what is merely missing hinders nothing."""
    st.session_state.pop(UNSAVED, None)
    if not edits:
        return
    st.session_state[UNSAVED] = True
    try:
        edited = changes.edit(now.folder, edits)
    except BadInput as error:
        show(alert("This cannot be saved.", str(error)))
        return
    shown = editing.refuse_at(places, edited.refusals)
    if rest := [held for held in edited.refusals if held not in shown]:
        show(editing.refused_elsewhere(rest))
    if not edited.refusals:
        # Not in a callback, which would save what was in the form before the entry that pressing the button finished.
        if editing.save_button(key):
            _save(edited, saved)
            st.rerun()
        show(editing.drawn_diff(edited.diff))


def _save(edited: EditedModel, saved: Callable[[], None]) -> None:
    undo, after = st.session_state.setdefault(UNDO, []), editing.after_saving()
    try:
        editing.log_edit(edited)
        changes.save(edited)
    except (TocsinError, OSError) as error:
        st.session_state[REFUSED] = editing.in_words(error)
        return
    undo.append(edited.undone())
    after.append(lambda: _go_on(saved))
    editing.catch_up()


def _go_on(saved: Callable[[], None]) -> None:
    st.session_state[NEWS] = "Saved."
    saved()


def take_back() -> None:
    """Undo the last save."""
    undone: EditedModel = st.session_state[UNDO].pop()
    try:
        editing.log_edit(undone)
        changes.save(undone)
        st.session_state[NEWS] = "Taken back."
    except (TocsinError, OSError) as error:
        st.session_state[REFUSED] = editing.in_words(error)
    forget_all()


def forget_all() -> None:
    """Let all forms begin anew with what the files have."""
    st.session_state.pop(UNSAVED, None)
    for step in STEPS:
        forget(f"new-{step}")


# -------------------------------------------------------------------------------------------------------------- steps
def _about(now: EditedModel) -> None:
    content, key = now.content[MODEL], "new-about"
    horizon: dict[str, Any] = held if isinstance(held := content.get("horizon"), dict) else {}
    places: dict[str, Any] = {}

    def day(place: Any, label: str, held: Any, name: str) -> str | None:
        chosen = kept(
            place.date_input, label, f"{key}-{name}", parsed_day(held), format="YYYY-MM-DD", min_value=EARLIEST,
            max_value=date.max,
        )  # fmt: skip
        return chosen.isoformat() if isinstance(chosen, date) else None

    title = kept(st.text_input, "Title", f"{key}-title", str(content.get("title") or ""), width=520)
    places["title"] = st.container()
    label, about = "What it is about, in a sentence or two", str(content.get("description") or "")
    described = kept(st.text_area, label, f"{key}-described", about, height=80, width=720)
    places["description"] = st.container()
    known, first, last = st.columns(3, gap="small")
    values: dict[str, Any] = {
        "title": title.strip() or None, "description": described.strip() or None,
        "as_of": day(known, "Known up to, the last day of evidence", content.get("as_of"), "as-of"),
    }  # fmt: skip
    start = day(first, "The questions are about the days from", horizon.get("from"), "from")
    end = day(last, "to", horizon.get("to"), "to")
    places["as_of"] = places["horizon"] = st.container()
    values["horizon"] = {**horizon, "from": start, "to": end} if start and end else None
    changed = {name: value for name, value in values.items() if content.get(name) != value}
    edits: list[Edit] = [Change("model", "", changed)] if changed else []
    _end(now, key, edits, {0: places}, lambda: forget(key))


def _asked(now: EditedModel) -> None:
    _variables(now, "asked", lambda name: bool(asked(now.content[MODEL], name).as_))


def _drives(now: EditedModel) -> None:
    _variables(now, "drives", lambda name: not asked(now.content[MODEL], name).as_)


def _variables(now: EditedModel, step: str, belongs: Callable[[str], bool]) -> None:
    """The form of a variable of this step, or of a new one, beside the network."""
    content = now.content[MODEL]
    variables = variables_of(content)
    chosen = f"new-{step}-chosen"
    form = f"new-{step}"
    heed(done_in_picture(PICTURE, variables), variables, chosen, form)
    names = [name for name in variables if belongs(name)]
    name = st.session_state.get(chosen)
    if name not in variables:
        name = NEW
    titles = {NEW: "A further one" if names else "The first one"}
    titles |= {
        other: str(variables[other].get("title") or other) for other in (*names, *([name] if name != NEW else []))
    }
    if names:
        choice("Which", titles, f"{chosen}-box", name, lambda: _choose(chosen, picked(f"{chosen}-box")), width=520)
    left, right = st.columns([5, 6], gap="medium")
    # A new one is another form each time.
    key = f"{form}-{name}-{st.session_state.get(_ROUND, 0)}" if name == NEW else f"{form}-{name}"
    if name == NEW and f"{key}-role" not in st.session_state:
        st.session_state[f"{key}-role"] = "outcome" if step == "asked" else "driver"
        st.session_state[f"{key}-asked"] = "outcome" if step == "asked" else ""
    with left:
        entry = variable_form(key, content, name)
        called, after = name, content
        edits: Sequence[Edit] = ()
        places: Mapping[int, Mapping[str, Any]] = {}
        if entry.lacks:
            show(element("p", entry.lacks, role="status"))
        else:
            called = names_of(str(entry.values["title"]), list(variables)) if name == NEW else name
            try:
                drawn = drawn_up(now.content, called, entry)
                edits, places, after = drawn.edits, drawn.places, drawn.after[MODEL]
            except TocsinError as error:
                show(alert("This cannot be drawn up.", str(error)))
    with right:
        structure_picture(PICTURE, variables_of(after), called)

    def saved() -> None:
        forget(key)
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        _choose(chosen, NEW)

    _end(now, key, edits, places, saved)


def _choose(key: str, name: str) -> None:
    st.session_state[key] = name


def _numbers(now: EditedModel) -> None:
    """Every number that has no reference yet; one is saved as soon as it has its reason."""
    content = now.content[MODEL]
    read = worded(content, now.content[STATEMENTS])
    wanted = list(open_numbers(content, read))
    if not wanted:
        about = (
            "No number is missing."
            if variables_of(content)
            else "Numbers follow from what is asked and what drives it."
        )
        show(element("p", about, class_="quiet"))
        return
    edits, places = list[Edit](), dict[int, Mapping[str, Any]]()
    for number, entry in asked_for("new-numbers", wanted, read).items():
        if entry.has_reason:
            places[len(edits)] = entry.places
            edits.append(Add("number", number, entry.given))
    left = len(wanted) - len(edits)
    status = f"{counted(left, 'number')} without a reason yet." if left else "Each has its reason."
    show(element("p", status, class_="quiet"))
    _end(now, "new-numbers", edits, places, lambda: forget("new-numbers"))


def _said(now: EditedModel) -> None:
    """The form of a further statement, and the numbers that it sets."""
    read = worded(now.content[MODEL], now.content[STATEMENTS])
    if not read.variables:
        show(element("p", "First say what is asked.", class_="quiet"))
        return
    if not now.content[MODEL].get("as_of"):
        show(
            element(
                "p", "First say up to which day the model knows: nothing that was said later counts.", class_="quiet"
            )
        )
        return
    if read.statements:
        show(sentences([f"{held.id}: {held.claim}" for held in read.statements]))
    key = f"new-said-{len(read.statements)}"
    form = StatementForm(key, read, {}, fresh=True)
    left, right = st.columns(2, gap="large")
    with left:
        content = form.draw()
    edits: list[Edit] = [Add(kind, new.name, new.given) for kind, new in form.added.items()]
    edits.append(Add("statement", content["id"], content))
    with right:
        edits += _sets(now, edits, form, content)
    if form.missing:
        show(element("p", f"Still to give: {form.still_to_give()}.", class_="quiet", role="status"))
        return
    places = {
        position: {"": form.refused_at(edit.kind)} if edit.kind in form.places else form.places
        for position, edit in enumerate(edits)
        if edit.kind in (*form.places, "statement")
    }
    _end(now, key, edits, places, lambda: forget(key))


def _sets(now: EditedModel, edits: Sequence[Edit], form: StatementForm, content: dict[str, Any]) -> list[Edit]:
    """The numbers that a statement sets, once the model is complete enough to be drawn up with it."""
    statement = None if form.missing else statement_of(content)
    if statement is None or not statement.judges:
        return []
    try:
        records = changes.edit(now.folder, edits).records
    except BadInput:
        # As for a name that is taken; the end of the form tells it.
        return []
    if records is None:
        show(element("p", "Which numbers it sets is asked once nothing else is missing.", class_="quiet"))
        return []
    model = build(records)
    chosen = numbers_set(model, statement, form.key, fresh=True)
    return [edit for edit in edits_of(model, form, content, chosen, stand_ins=False) if edit.kind == "number"]


FORMS: Mapping[str, Callable[[EditedModel], None]] = {
    "about": _about, "asked": _asked, "drives": _drives, "numbers": _numbers, "said": _said,
}  # fmt: skip
