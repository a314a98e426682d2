"""The page of all numbers: each in plain words, with its reference, the statements that observe it, its prior drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from tocsin.authoring.edits import Change
from tocsin.errors import counted, listed
from tocsin.files.yaml12 import dotted
from tocsin.language import numbers
from tocsin.model import Model
from tocsin.records.parameters import Parameter
from tocsin.render.html import Html, element, fragments, joined
from tocsin.render.marks import densities, density_range
from tocsin.report.blocks import Table
from tocsin.report.provenance import Number, Trail, provenance
from tocsin.ui import access, editing, statement_effects, trails
from tocsin.ui.editing import Editing
from tocsin.ui.reference_form import forget, reference_form
from tocsin.ui.widgets import choice, fold, section, show

VARIABLE, EDITED = "numbers-variable", "number-edited"
"""Key of the variable whose numbers are shown; of the number whose reference is edited."""
NOTE = (
    "What the model's tables are filled from, as its files say: no scenario counts here. Pale area: the reference, "
    "which would be believed if nobody had said anything. Line: with the statements that observe the number."
)


def page() -> None:
    """The numbers of one variable in full, each with a way to edit its reference, and below all in one table."""
    begun = editing.begin("The numbers of the model", "see")
    if begun is None:
        return
    model = begun.model
    found = {name: provenance(model, name) for name in model.records.variables}
    total = sum(len(trail.numbers) for trail in found.values())
    show(element("p", NOTE, class_="quiet lead"))
    titles = {name: _title(trail) for name, trail in found.items()}
    trail = found[choice("Variable", titles, VARIABLE, width=520)]
    show(_head(model, trail))
    slots = {slot.key: slot for slot in model.provenance.by_variable[trail.variable]}
    for number in trail.numbers:
        show(element("div", _article(number), class_="trail"))
        if number.key in slots and access.allows("edit"):
            _reference(begun, slots[number.key], number)
    part, unfolded = fold(f"Every number of the model in one table ({total})", "numbers-all")
    if unfolded:
        with part:
            show(fragments([_table(list(found.values()))]))


def _reference(begun: Editing, slot: Parameter, number: Number) -> None:
    """The button that opens the form of a number's reference, or the form."""
    if st.session_state.get(EDITED) != slot.key:
        st.button("Edit the reference", key=f"edit-{slot.key}", type="tertiary", on_click=_edit, args=(slot.key,))
        return
    with st.container(border=True, key="number-form"):
        form, effects = st.columns(2, gap="medium")
        with form:
            _form(begun, slot, number, effects)


def _form(begun: Editing, slot: Parameter, number: Number, effects: Any) -> None:
    """The form, what it does, and the end of the edit."""
    records, key = begun.model.records, f"reference-{slot.key}"
    places = []
    if slot.number != slot.key:
        places = [other for other in begun.model.provenance.slots if other.number == slot.number]
        titles = listed([f"“{records.variables[other.variable].title}”" for other in places])
        show(element("p", f"One number, which stands in {counted(len(places), 'place')}: {titles}.", class_="quiet"))
    entry = reference_form(key, slot, slot.quantity, records)
    edits = [] if entry.says(slot.quantity) else [Change("number", slot.number, entry.content)]
    found = editing.preview(begun, key, edits)
    shown = editing.refuse_at({0: entry.places}, found.problems)
    # What is wrong with a shared number is found again at each of its places.
    again = tuple(dotted(other.place) for other in places)
    shown += [held for held in found.problems if held.problem.path.startswith(again)]
    after = found.model
    if not entry.has_reason:
        after = editing.supposed(begun, [Change("number", slot.number, {**entry.content, **entry.stand_in})])
    with effects:
        if after is not None:
            show(_effects(begun.model, after))
    editing.finish(begun, found, shown, saved=_close)
    st.button("Close without saving" if edits else "Close", key="number-close", on_click=_close)


def _effects(before: Model, after: Model) -> Html:
    """What an edit makes of the numbers and of the outcomes."""
    drawn = statement_effects.priors(before, after, statement_effects.moved(before, after))
    if not drawn:
        return element("p", "What a change does to the number and to the outcomes is drawn here.", class_="quiet")
    return joined([element("p", "Pale: before. Line: now.", class_="quiet"), drawn, editing.outcomes(before, after)])


def _edit(key: str) -> None:
    _close()
    st.session_state[EDITED] = key


def _close() -> None:
    if key := st.session_state.pop(EDITED, ""):
        forget(f"reference-{key}")


def _title(trail: Trail) -> str:
    """`Breach of the dam (11 numbers, 2 observed)`."""
    observed = sum(bool(number.voices) for number in trail.numbers)
    if not trail.numbers:
        return f"{trail.title} (by definition)"
    observed_too = f", {observed} observed" if observed else ""
    return f"{trail.title} ({counted(len(trail.numbers), 'number')}{observed_too})"


def _head(model: Model, trail: Trail) -> Html:
    """What is asked, and of what the answer depends."""
    causes = [model.records.variables[parent].title for parent in trail.parents]
    depends = f"Depends on: {'; '.join(causes)}." if causes else "Depends on nothing else in the model."
    return section(
        trail.title,
        element("p", trail.question, class_="question"),
        element("p", trail.definition) if trail.definition else element("p", depends, class_="quiet"),
        element("p", trail.note, class_="quiet") if trail.note else Html(),
    )


def _article(number: Number) -> Html:
    """One number: what it asks and is, its picture, its reference, and who observes it, folded."""
    return element(
        "article",
        element("p", element("span", number.asked), element("b", trails.value(number)), class_="asked"),
        element("div", picture(number), _grounds(number), class_="numbered"),
        data_number=number.key,
    )


def picture(number: Number) -> Html:
    """Its density without statements and as it is; nothing for what is certain."""
    if number.ends[0] == number.ends[1]:
        return Html()
    reference = number.reference_distribution or number.distribution
    ends = _ends(number.kind, number.ends)
    span = density_range(reference, number.distribution)
    label = f"{number.asked}: {ends}"
    caption = f"80 % of belief: {ends}"
    if number.voices and number.reference_ends:
        caption = f"80 % of belief: before {_ends(number.kind, number.reference_ends)}, now {ends}"
    axis = element("p", *(element("small", text) for text in _axis(number.kind, *span)), class_="ends")
    # The picture escapes its own text.
    drawn = Html(densities(reference, number.distribution, label))
    return element("figure", drawn, axis, element("figcaption", caption))


def _ends(kind: str, ends: tuple[float, float]) -> str:
    """`20–74 %`, `× 1.2 to × 3.4`."""
    if kind in trails.CHANCES:
        return f"{numbers.number(ends[0])}–{numbers.number(ends[1])} %"
    return " to ".join(numbers.figure(kind, end) for end in ends)


def _axis(kind: str, low: float, high: float) -> list[str]:
    """The ends of a picture's scale: of chances in whole percent, unless it spans too few of them."""
    whole = kind in trails.CHANCES and high - low >= 0.1
    return [f"{100 * end:.0f} %" if whole and 0.01 <= end <= 0.99 else numbers.figure(kind, end) for end in (low, high)]


def _grounds(number: Number) -> Html:
    """The reference, and the statements with their shares."""
    if not number.voices:
        return element("div", trails.reference(number))
    heard = ", ".join(voice.statement.id for voice in number.voices)
    rest = 1 - sum(voice.share for voice in number.voices)
    summary = element("summary", f"Observed by {heard}; the reference has {100 * rest:.0f} % of it")
    return element(
        "div", trails.reference(number), element("details", summary, trails.voices(number)), class_="grounds"
    )


def _table(every: Sequence[Trail]) -> Table:
    rows = tuple(
        (
            trail.title,
            number.asked,
            trails.reference_in_short(number),
            ", ".join(voice.statement.id for voice in number.voices),
            trails.value(number),
        )
        for trail in every
        for number in trail.numbers
    )
    headings = ("Variable", "Number", "Reference", "Statements", "Now")
    return Table(headings, rows, (0.16, 0.4, 0.2, 0.1, 0.14), "Every number of the model")
