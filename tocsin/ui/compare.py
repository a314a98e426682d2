"""The page that puts two to six scenarios side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from tocsin import language
from tocsin.analysis.contributions import Differences
from tocsin.assessment import Assessment
from tocsin.errors import TocsinError
from tocsin.language.numbers import interval, percent
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.report.blocks import Briefing
from tocsin.report.comparison import compare, compared_name
from tocsin.report.options import BriefingOptions
from tocsin.ui import bars, cache, downloads, findings, scenarios, state
from tocsin.ui.explain_header import section, sentences
from tocsin.ui.markup import Html, alert, element, joined, row, show, table
from tocsin.ui.widgets import several

MOST = 6
NOW, BEGUN = "now", "begun"
"""The session's own scenario among the others, and what it began with, where they are no presets."""
_CHOSEN, _FOR = "compared", "compared-for"


def page() -> None:
    """Outcomes as dots with intervals, what is set in each, which difference explains which change."""
    model = scenarios.opened()
    if model is None:
        return
    scenarios.bar(model)
    show(element("h1", "Scenarios side by side"))
    choices = offered(cache.presets(model), state.scenario(), state.start())
    known = choices.known
    titles = {
        name: f"{scenario.title} (this scenario, as edited)" if name == NOW else scenario.title
        for name, scenario in known.items()
    }
    about = (model.records.digest, choices.own, state.start().digest)
    if st.session_state.get(_FOR) != about:
        # Another scenario is in place: the comparison is about it again.
        st.session_state[_FOR] = about
        st.session_state[_CHOSEN] = list(choices.begun)
    chosen = several(
        "Scenarios (two to six); the others are compared with the first", titles, _CHOSEN, max_selections=MOST
    )
    if len(chosen) < 2:
        st.info("Choose at least two.")
        return
    answers = _answers(model, [known[name] for name in chosen])
    if len(answers) > 1:
        show(_outcomes(model, answers))
        show(_differences(model, answers))
        found = _found(model, answers)
        show(_reasons(model, answers, found))
        if not any(isinstance(difference, TocsinError) for difference in found):
            _briefing(model, [answer.scenario for answer in answers])


@dataclass(frozen=True)
class Offered:
    """What can be compared, by name. own: the session's own scenario; begun: what is compared at first."""

    known: Mapping[str, Scenario]
    own: str
    begun: Sequence[str]


def offered(presets: Sequence[Scenario], own: Scenario, start: Scenario) -> Offered:
    """The presets, and where they are none the scenario and what it began with, under names of their own."""
    known = {preset.scenario: preset for preset in presets}
    names = {preset.digest: preset.scenario for preset in presets}
    if start.digest not in names:
        known = {BEGUN: distinct(start, list(known.values())), **known}
        names[start.digest] = BEGUN
    if own.digest not in names:
        known = {NOW: distinct(own, list(known.values())), **known}
        names[own.digest] = NOW
    mine, before = names[own.digest], names[start.digest]
    if mine != before:
        return Offered(known, mine, [before, mine])
    first = presets[0].scenario
    others = [name for name in known if name != mine]
    return Offered(known, mine, [mine, *others[:1]] if mine == first else [first, mine])


def distinct(own: Scenario, presets: Sequence[Scenario]) -> Scenario:
    """The session's own scenario under a name and a title that no preset has; a file may have given it a preset's."""
    name = _free(own.scenario, {preset.scenario for preset in presets}, "-changed", 68)
    title = _free(own.title, {preset.title for preset in presets}, ", changed", 3980)
    return own.model_copy(update={"scenario": name, "title": title})


def _free(text: str, taken: set[str], ending: str, most: int) -> str:
    """The text, where it is taken with an ending; most: letters that leave room for that."""
    free, count = text, 1
    while free in taken:
        free = f"{text[:most]}{ending}{count if count > 1 else ''}"
        count += 1
    return free


def _briefing(model: Model, chosen: Sequence[Scenario]) -> None:
    """The same comparison to take away."""
    name = compared_name([scenario.scenario for scenario in chosen])
    downloads.offered(name, model, lambda order: briefed(model, chosen, order))


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs=cache.BY_CONTENT)
def briefed(model: Model, chosen: Sequence[Scenario], order: BriefingOptions) -> Briefing:
    """The briefing on scenarios side by side. Raises BadInput, ImpossibleEvidence, Contradiction."""
    return compare(model, chosen, order)


def _answers(model: Model, chosen: Sequence[Scenario]) -> list[Assessment]:
    found = []
    for scenario in chosen:
        try:
            found.append(cache.answer(model, scenario))
        except TocsinError as error:
            show(alert(f"No answer to “{scenario.title}”.", str(error)))
    return found


def _outcomes(model: Model, answers: Sequence[Assessment]) -> Html:
    parts = []
    for name in model.records.events:
        scale = bars.top([answer.outcomes[name].high for answer in answers])
        rows = [
            bars.row(answer.scenario.title, bars.dot(answer.outcomes[name], scale), _figure(answer, name))
            for answer in answers
        ]
        title = language.event(model.records, name)
        head = element("h3", title, element("small", f" on a scale from 0 to {percent(scale)}", class_="quiet"))
        parts.append(element("section", head, bars.rows(title, rows), data_compared=name))
    note = "Dot: probability. Band: interval, of the numbers and not the structure. Each outcome has its own scale."
    return section("Outcomes", *parts, note=note)


def _figure(answer: Assessment, name: str) -> str:
    estimate = answer.outcomes[name]
    return f"{percent(estimate.p)} {interval(estimate)} {estimate.wording.word}"


def _differences(model: Model, answers: Sequence[Assessment]) -> Html:
    """What some of them set and others do not."""
    held = [dict.fromkeys(line for _, line in findings.told(answer.scenario, model.records)) for answer in answers]
    lines = list(dict.fromkeys(line for setting in held for line in setting))
    if not lines:
        return Html()
    rows = (row(line, *("✓" if line in setting else "–" for setting in held)) for line in lines)
    heads = ["Set", *(answer.scenario.title for answer in answers)]
    return section("What is set", table("What is set", heads, rows))


def _found(model: Model, answers: Sequence[Assessment]) -> list[Differences | TocsinError]:
    """What leads from the first to each other one, or why that cannot be told."""
    differences: list[Differences | TocsinError] = []
    for answer in answers[1:]:
        try:
            differences.append(cache.differences(model, answers[0].scenario, answer.scenario))
        except TocsinError as error:
            differences.append(error)
    return differences


def _reasons(model: Model, answers: Sequence[Assessment], all_found: Sequence[Differences | TocsinError]) -> Html:
    """Of each scenario, what differs from the first chosen one and which difference explains which change."""
    first, parts = answers[0].scenario, []
    for answer, found in zip(answers[1:], all_found, strict=True):
        if isinstance(found, TocsinError):
            parts.append(alert(f"“{answer.scenario.title}” cannot be compared.", str(found)))
            continue
        lines = [*_lines(model, found), *language.settings(found)]
        parts.append(joined([element("h3", answer.scenario.title), sentences(lines or ["Nothing differs."])]))
    note = f"Against “{first.title}”, the first chosen. A difference's part is its average over all orders (Shapley)."
    return section("Which difference explains which change", *parts, note=note)


def _lines(model: Model, found: Differences) -> list[str]:
    """A line for each outcome that moves, and one for those that do not."""
    moving = [
        name for name, outcome in found.outcomes.items() if abs(outcome.scenario - outcome.baseline) >= language.LEAST
    ]
    lines = [f"{language.event(model.records, name)}. {language.changed(found, name)}" for name in moving]
    still = [language.event(model.records, name) for name in found.outcomes if name not in moving]
    if still and found.differences:
        lines.append(f"Unchanged: {'; '.join(still)}.")
    return lines
