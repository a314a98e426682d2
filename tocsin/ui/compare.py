"""The page that puts two to six scenarios side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from tocsin.analysis.case import lay_out
from tocsin.analysis.contributions import contributions
from tocsin.assessment import Assessment
from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.sentences.naming import finding
from tocsin.ui import cards, figures, findings, scenarios, shared, state
from tocsin.ui.asking import section, told
from tocsin.ui.markup import Html, alert, element, joined, show, sideways
from tocsin.wording import interval, percent

MOST = 6
NOW = "the scenario on the page Assess"


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
    first = list(known)[:2]
    chosen = st.multiselect(
        "Scenarios (two to six)",
        list(known),
        default=first,
        format_func=lambda name: known[name].title,
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
        parts.append(element("section", element("h3", title), figures.rows(title, made), data_compared=name))
    return section("Outcomes", *parts, note="Dot: probability. Band: interval, of the numbers and not the structure.")


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
    """Per scenario, which of its findings moves which outcome from the baseline most."""
    parts = []
    for answer in answers:
        lines = _moved(model, answer.scenario)
        if lines:
            parts.append(joined([element("h3", answer.scenario.title), told(lines)]))
    note = "From the statements alone; the finding that moves an outcome's odds most, by Shapley values."
    return section("Which difference explains which change", *parts, note=note) if parts else Html()


def _moved(model: Model, scenario: Scenario) -> list[str]:
    try:
        case = lay_out(model, scenario)
    except TocsinError:
        return []
    lines = []
    for name, parts in contributions(case).items():
        steps = {one: step for one, step in parts.log_odds.items() if not math.isnan(step)}
        if not steps or percent(parts.baseline) == percent(parts.scenario):
            continue
        most = max(steps, key=lambda one: abs(steps[one]))
        share = f"{percent(parts.baseline)} to {percent(parts.scenario)}"
        lines.append(f"{cards.told_event(model, name)}: {share}, most of all by {finding(case, most)}.")
    return lines
