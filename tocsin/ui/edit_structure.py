"""The page of the structure: variables, their answers and causes in a form beside the network as it would be.

A change of answers or causes carries the numbers that still ask the same, also in the tables of the effects, and asks
for those that are new. What would break in statements, outcomes and scenarios stands there before anything is saved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from tocsin.authoring.changes import Contents, number_place
from tocsin.authoring.edits import MODEL, STATEMENTS, Add, Edit, EditProblem, contents_of
from tocsin.authoring.structure import (
    AskedAs,
    applied,
    asked_otherwise,
    broken,
    names_of,
    no_longer_shared,
    open_numbers,
    possible_parents,
    restructured,
    variables_of,
    without,
    worded,
)
from tocsin.errors import TocsinError, counted
from tocsin.files.yaml12 import dotted
from tocsin.language.numbers import capital
from tocsin.language.parameters import question
from tocsin.model import Model
from tocsin.records import ModelRecords
from tocsin.records.parameters import Parameter
from tocsin.render.html import element
from tocsin.ui import editing
from tocsin.ui.editing import Editing, Preview
from tocsin.ui.reference_form import ReferenceEntry, forget, reference_form
from tocsin.ui.structure_picture import CIRCLE, done_in_picture, structure_picture
from tocsin.ui.variable_form import VariableEntry, variable_form
from tocsin.ui.widgets import alert, choice, picked, section, show

CHOSEN, OUT = "structure-variable", "structure-out"
"""Keys of the variable that is edited, and of one that is to be taken out."""
NEW = "new variable"
"""Stands for a variable that is not in the file yet; no name has a space."""
PICTURE, _BOX = "structure-picture", "structure-box"


def page() -> None:
    """The form of one variable, the network as it would be, what is new, and what would break."""
    begun = editing.begin("The structure of the model")
    if begun is None:
        return
    contents = contents_of(begun.folder)
    variables = variables_of(contents[MODEL])
    heed(done_in_picture(PICTURE, variables), variables, CHOSEN, "variable")
    name = _chosen(variables)
    titles = {key: str(value.get("title") or key) for key, value in variables.items()}
    if name == NEW:
        titles[NEW] = "A new variable"
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        choice("Variable", titles, _BOX, name, lambda: _choose(picked(_BOX)), width=520)
        st.button("Add a variable", key="structure-add", on_click=_choose, args=(NEW,))
        if name in variables:
            st.button("Take it out", key="structure-remove", on_click=_take_out, args=(name,))
    _edit(begun, contents, name)


def _edit(begun: Editing, contents: Contents, name: str) -> None:
    """The form with the network beside it, then what is new, what would break, and the end of the edit."""
    form, beside = st.columns([5, 6], gap="medium")
    with form:
        drawn = _form(contents, name)
    if drawn is None:
        return
    key, edits, places = f"variable-{name}", [*drawn.edits], dict(drawn.places)
    after = drawn.after
    entries = _references(key, after, bool(edits))
    stand_ins = [*edits, *(Add("number", number, entry.stand_in) for number, entry in entries.items())]
    waiting = [number for number, entry in entries.items() if not entry.has_reason]
    for number, entry in entries.items():
        if number not in waiting:
            places[len(edits)] = entry.places
            edits.append(Add("number", number, entry.given))
    found = editing.preview(begun, key, edits)
    shown = editing.refuse_at(places, [held for held in found.problems if not _is_of(held, waiting)])
    with beside:
        then = editing.supposed(begun, stand_ins) if waiting else found.model
        _beside(begun, after[MODEL], name, then if edits else None)
    if edits:
        shown += _breaks(begun, after, found)
    if waiting and all(held in shown or _is_of(held, waiting) for held in found.problems):
        status = f"{counted(len(waiting), 'number')} without a reason yet. It can be saved once each has one."
        show(element("p", status, role="status"))
    else:
        editing.finish(begun, found, shown, saved=lambda: _saved(name, edits))
    if edits:
        st.button("Leave it as it is", key="structure-leave", on_click=_forget, args=(name,))


def _is_of(held: EditProblem, numbers: Sequence[str]) -> bool:
    """Whether a problem is that one of these numbers is not given yet."""
    return any(held.problem.path.startswith(dotted(number_place(number))) for number in numbers)


@dataclass(frozen=True)
class DrawnUp:
    """What a form of a variable asks for. places: by the position of an edit, where its refusals stand. after: the
    model's files with the edits."""

    edits: Sequence[Edit]
    places: Mapping[int, Mapping[str, Any]]
    after: Contents


def _form(contents: Contents, name: str) -> DrawnUp | None:
    """The form, or the way back from taking a variable out; None where what is asked for cannot be drawn up."""
    content = contents[MODEL]
    try:
        if st.session_state.get(OUT) == name:
            show(element("p", element("b", "It is to be taken out, with the arrows that lead from it and to it.")))
            st.button("Keep it after all", key="structure-keep", on_click=_choose, args=(name,))
            return _completed(contents, [*asked_otherwise(content, name, AskedAs()), *without(contents, name)], {})
        entry = variable_form(f"variable-{name}", content, name)
        if entry.lacks:
            show(element("p", entry.lacks, role="status"))
            return DrawnUp([], {}, contents)
        called = names_of(entry.values["title"], list(variables_of(content))) if name == NEW else name
        return drawn_up(contents, called, entry)
    except TocsinError as error:
        show(alert("This cannot be drawn up.", str(error)))
        return None


def drawn_up(contents: Contents, name: str, entry: VariableEntry) -> DrawnUp:
    """What the form of a variable asks for. Raises TocsinError where one of the edits cannot be made."""
    edits = restructured(contents, name, entry.values, entry.family, entry.part_of, entry.because)
    then = applied(contents, edits) if edits else contents
    edits += asked_otherwise(then[MODEL], name, entry.asked)
    of_it = [place for place, edit in enumerate(edits) if edit.kind == "variable" and edit.name == name]
    return _completed(contents, edits, dict.fromkeys(of_it, entry.places))


def _completed(contents: Contents, edits: list[Edit], places: Mapping[int, Mapping[str, Any]]) -> DrawnUp:
    then = applied(contents, edits) if edits else contents
    unused = no_longer_shared(contents, then)
    return DrawnUp([*edits, *unused], places, applied(then, unused) if unused else then)


def _breaks(begun: Editing, after: Contents, found: Preview) -> list[EditProblem]:
    """What would break, said before the new numbers are asked for; returns what is refused of the edit for that."""
    problems = broken(begun.folder, begun.model.records, after)
    if problems:
        note = "Change or take out first what speaks of it. Scenarios can follow later: they are files of their own."
        refused = element("div", editing.refusals(map(EditProblem, problems)), class_="alert")
        show(section(f"What would break: {counted(len(problems), 'place')}", refused, note=note))
    about = {(problem.path, problem.message) for problem in problems}
    return [held for held in found.problems if (held.problem.path, held.problem.message) in about]


def _references(key: str, after: Contents, edited: bool) -> dict[str, ReferenceEntry]:
    """The form of each number that is new, by its key."""
    if not edited:
        return {}
    read = worded(after[MODEL], after[STATEMENTS])
    asked = list(open_numbers(after[MODEL], read))
    if not asked:
        return {}
    show(section("What is new is asked for", note=f"{counted(len(asked), 'number')} without a reference yet."))
    return asked_for(key, asked, read)


def asked_for(key: str, numbers: Sequence[Parameter], read: ModelRecords) -> dict[str, ReferenceEntry]:
    """The forms of numbers that have no reference, side by side, by their keys. read: as `worded` gives it."""
    halves, found = st.columns(2, gap="medium"), {}
    for position, slot in enumerate(numbers):
        with halves[position % 2], st.container(border=True):
            show(element("p", element("b", capital(question(slot, read))), data_number=slot.key))
            found[slot.key] = reference_form(f"{key}-{slot.key}", slot, None, read)
    return found


def _beside(begun: Editing, after: Mapping[str, Any], name: str, then: Model | None) -> None:
    """The network as it would be, and what becomes of the outcomes."""
    structure_picture(PICTURE, variables_of(after), name)
    if then is not None:
        show(section("What the outcomes become", editing.outcomes(begun.model, then)))


def heed(done: Mapping[str, str], variables: Mapping[str, Mapping[str, Any]], chosen: str, form: str) -> None:
    """Choose what was clicked; an arrow becomes a cause in the form of its effect, unless it would go in a circle.

    chosen: the key of the variable that is edited. form: what the keys of a variable's form begin with.
    """
    if "choose" in done:
        st.session_state[chosen] = done["choose"]
    cause, effect = done.get("cause", ""), done.get("effect", "")
    if not (cause and effect):
        return
    if cause not in possible_parents(effect, variables):
        first, second = (variables[name].get("title") or name for name in (cause, effect))
        st.session_state[CIRCLE] = f"“{first}” follows from “{second}” already; arrows never go in a circle."
        return
    st.session_state[chosen] = effect
    parents = f"{form}-{effect}-parents"
    held = st.session_state.get(parents, list(variables[effect].get("parents") or ()))
    st.session_state[parents] = list(dict.fromkeys([*held, cause]))


def _chosen(variables: Mapping[str, Any]) -> str:
    name = st.session_state.get(CHOSEN)
    if name == NEW or name in variables:
        return str(name)
    return next(iter(variables), "")


def _choose(name: str) -> None:
    st.session_state[CHOSEN] = name
    st.session_state.pop(OUT, None)


def _take_out(name: str) -> None:
    st.session_state[OUT] = name


def _saved(name: str, edits: Sequence[Edit]) -> None:
    _forget(name)
    if name == NEW:
        _choose(edits[0].name)


def _forget(name: str) -> None:
    forget(f"variable-{name}")
    st.session_state.pop(OUT, None)
