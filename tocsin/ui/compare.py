"""The page that puts two to six scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tocsin import sentences
from tocsin.analysis.differences import Differences
from tocsin.assessment import Assessment
from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui import cards, figures, findings, scenarios, shared, state
from tocsin.ui.asking import section, told
from tocsin.ui.markup import Html, alert, element, joined, show, sideways
from tocsin.wording import interval, percent

MOST = 6
NOW = "now"
"""The session's own scenario among the others, where it is no preset."""


def page() -> None:
    """Outcomes as dots with intervals, what is set in each, which difference explains which change."""
    model = scenarios.opened()
    if model is None:
        return
    scenarios.bar(model)
    show(element("h1", "Scenarios side by side"))
    known = {one.scenario: one for one in shared.presets(model)}
    own = state.scenario()
    if own.scenario not in known or known[own.scenario] != own:
        known = {NOW: own, **known}
    titles = {
        name: f"{one.title} (this scenario, as edited)" if name == NOW else one.title for name, one in known.items()
    }
    first = list(known)[:2]
    chosen = st.multiselect(
        "Scenarios (two to six); the others are compared with the first",
        list(known),
        default=first,
        format_func=titles.__getitem__,
        max_selections=MOST,
    )
    if len(chosen) < 2:
        st.info("Choose at least two.")
        return
    answers = _answers(model, [known[name] for name in chosen])
    if len(answers) > 1:
        show(_outcomes(model, answers))
        show(_differences(model, answers))
        show(_reasons(model, answers))


def _answers(model: Model, chosen: Sequence[Scenario]) -> list[Assessment]:
    found = []
    for scenario in chosen:
        try:
            found.append(shared.answer(model, scenario))
        except TocsinError as error:
            show(alert(f"No answer to “{scenario.title}”.", str(error)))
    return found


def _outcomes(model: Model, answers: Sequence[Assessment]) -> Html:
    parts = []
    for name in model.records.events:
        scale = figures.top([answer.outcomes[name].high for answer in answers])
        made = [
            figures.row(answer.scenario.title, figures.dot(answer.outcomes[name], scale), _figure(answer, name))
            for answer in answers
        ]
        title = cards.told_event(model, name)
        head = element("h3", title, element("small", f" on a scale from 0 to {percent(scale)}", class_="quiet"))
        parts.append(element("section", head, figures.rows(title, made), data_compared=name))
    note = "Dot: probability. Band: interval, of the numbers and not the structure. Each outcome has its own scale."
    return section("Outcomes", *parts, note=note)


def _figure(answer: Assessment, name: str) -> str:
    one = answer.outcomes[name]
    return f"{percent(one.p)} {interval(one)} {one.wording.word}"


def _differences(model: Model, answers: Sequence[Assessment]) -> Html:
    """What some of them set and others do not."""
    held = [dict.fromkeys(line for _, line in findings.told(one.scenario, model.records)) for one in answers]
    lines = list(dict.fromkeys(line for each in held for line in each))
    if not lines:
        return Html()
    head = element("tr", element("th", "Set", scope="col"), *(_head(one) for one in answers))
    body = [
        element("tr", element("th", line, scope="row"), *(element("td", "✓" if line in each else "–") for each in held))
        for line in lines
    ]
    made = element("table", element("thead", head), element("tbody", *body), class_="every")
    return section("What is set", sideways("What is set", made))


def _head(answer: Assessment) -> Html:
    return element("th", answer.scenario.title, scope="col")


def _reasons(model: Model, answers: Sequence[Assessment]) -> Html:
    """Of each scenario, what differs from the first chosen one and which difference explains which change."""
    first, parts = answers[0].scenario, []
    for answer in answers[1:]:
        try:
            found = shared.differences(model, first, answer.scenario)
        except TocsinError as error:
            parts.append(alert(f"“{answer.scenario.title}” cannot be compared.", str(error)))
            continue
        lines = [*_lines(model, found), *sentences.settings(found)]
        parts.append(joined([element("h3", answer.scenario.title), told(lines or ["Nothing differs."])]))
    note = f"Against “{first.title}”, the first chosen. A difference's part is its average over all orders (Shapley)."
    return section("Which difference explains which change", *parts, note=note)


def _lines(model: Model, found: Differences) -> list[str]:
    """A line for each outcome that moves, and one for those that do not."""
    moving = [name for name, one in found.outcomes.items() if abs(one.scenario - one.baseline) >= sentences.LEAST]
    lines = [f"{cards.told_event(model, name)}. {sentences.changed(found, name)}" for name in moving]
    still = [cards.told_event(model, name) for name in found.outcomes if name not in moving]
    if still and found.differences:
        lines.append(f"Unchanged: {'; '.join(still)}.")
    return lines
