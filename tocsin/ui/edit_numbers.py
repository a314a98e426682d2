"""The page of all numbers: each in plain words, with its reference, the statements that observe it, its prior drawn."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.errors import counted
from tocsin.language import numbers
from tocsin.model import Model
from tocsin.render.html import Html, element, fragments
from tocsin.render.marks import densities, density_range
from tocsin.report.blocks import Table
from tocsin.report.provenance import Number, Trail, provenance
from tocsin.ui import scenarios, trails
from tocsin.ui.widgets import choice, fold, section, show

VARIABLE = "numbers-variable"
"""Key of the variable whose numbers are shown."""
NOTE = (
    "What the model's tables are filled from, as its files say: no scenario counts here. Pale area: the reference, "
    "which would be believed if nobody had said anything. Line: with the statements that observe the number."
)


def page() -> None:
    """The numbers of one variable in full, and below those of all in one table."""
    model = scenarios.load_model()
    if model is None:
        return
    scenarios.model_box()
    found = {name: provenance(model, name) for name in model.records.variables}
    total = sum(len(trail.numbers) for trail in found.values())
    show(element("header", element("h1", "The numbers of the model"), element("p", NOTE, class_="quiet lead")))
    titles = {name: _title(trail) for name, trail in found.items()}
    trail = found[choice("Variable", titles, VARIABLE, width=520)]
    show(_head(model, trail))
    for number in trail.numbers:
        show(element("div", _article(number), class_="trail"))
    part, unfolded = fold(f"Every number of the model in one table ({total})", "numbers-all")
    if unfolded:
        with part:
            show(fragments([_table(list(found.values()))]))


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
    caption = f"Four in five of belief: {ends}"
    if number.voices and number.reference_ends:
        caption = f"Four in five of belief: {_ends(number.kind, number.reference_ends)} before, {ends} now"
    axis = element("p", *(element("small", numbers.figure(number.kind, x)) for x in span), class_="ends")
    # The picture escapes its own text.
    drawn = Html(densities(reference, number.distribution, label))
    return element("figure", drawn, axis, element("figcaption", caption))


def _ends(kind: str, ends: tuple[float, float]) -> str:
    return " to ".join(numbers.figure(kind, end) for end in ends)


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
