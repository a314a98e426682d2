"""The page that explains an outcome: what moves it, what would change it, what else could be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from tocsin.analysis.explain import Explanation
from tocsin.analysis.sensitivity import TwoWay
from tocsin.errors import TocsinError
from tocsin.language.events import event
from tocsin.language.numbers import capital, is_settled
from tocsin.language.outcomes import answer
from tocsin.language.parameters import quantity
from tocsin.model import Model
from tocsin.render import workbook
from tocsin.render.html import Html, element, joined, row, sideways
from tocsin.report import explanation
from tocsin.report.alternatives import HEADING as ALTERNATIVES
from tocsin.report.alternatives import alternatives
from tocsin.report.blocks import Bars, Section, Table
from tocsin.ui import cache, downloads, scenarios, state, widgets
from tocsin.ui.downloads import EXCEL, File
from tocsin.ui.evidence import chips
from tocsin.ui.take_away import slug
from tocsin.ui.widgets import alert, choice, fold, picked, sentences, show, switch, topic

OUTCOME = "outcome"
"""Key of the widget that chooses it, the same on each page."""
BEFORE_WEIGHING = "This page is about the answer before it is weighed by the judgements that set no number."
MOST = 12
"""Numbers that are drawn."""
DARKEST = 70
"""Percent of the darkest shade in a cell: what is written on it stays readable."""


def grid(content: Table, name: str, crossed: TwoWay) -> Html:
    """The report's table, shaded by its probabilities; outlined what is nearest to what is believed now."""
    p = crossed.p[name]
    low, high = float(p.min()), float(p.max())
    nearest = _nearest(crossed.first_values, crossed.first.mean), _nearest(crossed.second_values, crossed.second.mean)
    body = (
        row(level, *(_cell(text, p[i, j], low, high, (i, j) == nearest) for j, text in enumerate(cells)))
        for i, (level, *cells) in enumerate(content.rows)
    )
    head = element("tr", element("td"), *(element("th", level, scope="col") for level in content.headings[1:]))
    caption = element("caption", element("span", content.caption, class_="unseen"))
    drawn = element("table", caption, element("thead", head), element("tbody", *body), class_="grid", data_crossed=name)
    return sideways(content.caption, drawn)


def _cell(text: str, p: float, low: float, high: float, now: bool) -> Html:
    share = DARKEST * (p - low) / (high - low) if high > low else 0.0
    note = element("span", " (nearest to now)", class_="unseen") if now else Html()
    return element("td", text, note, style=f"--share:{share:.0f}%", class_="now" if now else None)


def _nearest(values: Sequence[float], mean: float) -> int:
    return min(range(len(values)), key=lambda place: abs(values[place] - mean))


FIRST, SECOND = "first-number", "second-number"
"""Keys of the widgets that choose two numbers."""
SHADED = "Shaded by how probable the outcome is. Outlined: nearest to what is believed of both now."


def page() -> None:
    """What moved it and three sentences; all else under its summary, worked out when that is unfolded."""
    begun = headed("Why this number")
    if begun is None:
        return
    model, name, why = begun
    if is_settled(why.case.point[name]):
        show(joined([topic(explanation.settled()), topic(alternatives(why, name))]))
        return
    steps = explanation.waterfall(why, name)
    hangs = Section("numbers", HANGS, explanation.tornado(why, name, MOST, unfolds=True))
    leading = Section("findings", explanation.FINDINGS, steps) if steps else hangs
    show(element("div", topic(leading), topic(explanation.story(why, name)), class_="story"))
    topics = _topics(why, name, hangs if steps else None)
    # Side by side, so that a wide screen shows all summaries at once; on a narrow one they stand under one another.
    for place, held in zip(st.columns(2, gap="medium"), (topics[::2], topics[1::2]), strict=True):
        for key, summary, fill in held:
            part, unfolded = fold(summary, f"why-{key}", place)
            if unfolded:
                with part:
                    fill()
    part, unfolded = fold(ALTERNATIVES, "why-alternatives")
    if unfolded:
        with part:
            show(widgets.drawn(alternatives(why, name).blocks))
            stem = f"{slug(model.records.name)}_{slug(why.case.scenario.scenario)}_alternatives"
            downloads.files(File("Every outcome as Excel", f"{stem}.xlsx", EXCEL, lambda: workbook.alternatives(why)))
    part, unfolded = fold(TOGETHER, "why-together")
    if unfolded:
        with part:
            _together(model, name, why)
    part, unfolded = fold("Weighed by the other judgements too", "why-reconciling")
    if unfolded:
        with part:
            _reconciling(model, why)


HANGS, TOGETHER = "Which numbers it hangs on", "Two numbers together"


def _topics(why: Explanation, name: str, hangs: Section | None) -> list[tuple[str, str, Callable[[], None]]]:
    """Key, summary and what fills each part; what is long to work out is so only when it is asked for."""

    def filled(make: Callable[[], Section]) -> Callable[[], None]:
        return lambda: show(widgets.drawn(make().blocks))

    return [
        *([("numbers", HANGS, filled(lambda: hangs))] if hangs else []),
        *([("findings", "What each finding does, as odds", filled(lambda: _odds(why, name)))] if hangs else []),
        ("voices", "Whose words it rests on", filled(lambda: explanation.voices(why, name))),
        ("flips", "What would change the word", filled(lambda: explanation.flips(why, name))),
        ("ground", "How good the ground is", filled(lambda: explanation.ground(why, name))),
        ("readings", "If read or weighed otherwise", filled(lambda: explanation.readings(why, name))),
        ("conflict", "Do the findings contradict each other?", filled(lambda: explanation.conflict(why))),
        ("courses", "The most probable course of events", filled(lambda: explanation.courses(why))),
    ]


def _odds(why: Explanation, name: str) -> Section:
    content = explanation.findings(why, name)
    return replace(content, blocks=tuple(block for block in content.blocks if not isinstance(block, Bars)))


def _together(model: Model, name: str, why: Explanation) -> None:
    """Two of the numbers, chosen from those that move it most."""
    keys = [bar.parameter.key for bar in explanation.telling(why, name)[:MOST]]
    if len(keys) < 2:
        show(sentences(["There are no two numbers that move it by 0.1 points."]))
        return
    show(element("p", SHADED, class_="quiet"))
    words = {key: capital(quantity(why.case.model, key)) for key in keys}
    # The widgets are filled anew for another outcome, whose numbers are others.
    first = choice("Down", words, f"{FIRST}-{name}", index=0)
    second = choice("Across", words, f"{SECOND}-{name}", index=1)
    if first == second:
        show(sentences(["Choose two different numbers."]))
        return
    try:
        crossed = cache.crossed(model, state.scenario(), first, second)
    except TocsinError as error:
        show(alert("These two cannot be set apart.", str(error)))
        return
    for content in explanation.together(why, name, crossed).blocks:
        if isinstance(content, Table):
            show(grid(content, name, crossed))
            show(element("p", content.caption, class_="quiet"))


LISTED = 8
"""Of the numbers that reconciling moves."""
RECONCILING = (
    "Some judgements set no number of the model, since they speak of something that follows from other numbers. The "
    "answer can be weighed by them too: draws under which the model agrees with them count more."
)


def _reconciling(model: Model, why: Explanation) -> None:
    scenario = state.scenario()
    show(element("p", RECONCILING, class_="quiet"))
    try:
        found = cache.reconciled(model, scenario)
    except TocsinError as error:
        show(alert("No answer to this scenario.", str(error)))
        return
    show(element("div", *map(topic, explanation.reconciled(why, found, LISTED)), class_="parts"))
    if scenario.reconcile:
        st.button("Answer without them", on_click=lambda: state.alter(model, reconcile=False))
    elif found.assessment is not None:
        st.button("Answer so from now on", on_click=lambda: state.alter(model, reconcile=True))


def look_for_next() -> None:
    """Indicators in their order, those first that come before the outcome, then what can tell nothing."""
    begun = headed("What to look for next")
    if begun is None:
        return
    _, name, why = begun
    costed = any(indicator.cost for indicator in why.indicators[name].indicators)
    by_cost = costed and switch("Rank by bits per analyst-day", "by-cost")
    groups = list(explanation.watch_by_group(why, name, by_cost=by_cost))
    drawn = all(any(isinstance(block, Bars) for block in group.blocks) for group in groups)
    show(element("div", *map(topic, groups), class_="story halves" if drawn else "story spread"))
    show(topic(explanation.silent(why, name)))


def headed(title: str) -> tuple[Model, str, Explanation] | None:
    """What the pages that explain begin with: the scenario's bar, what is set, the outcome and its sentence.

    Each is one element whatever is set: where the page's parts shift, Streamlit makes its widgets anew and the focus
    is lost.
    """
    model = scenarios.begin_page()
    if model is None:
        return None
    show(joined([element("h1", title), chips(state.scenario(), model.records)]))
    name = outcome(model)
    why = explained(model)
    if why is None:
        return None
    note = element("p", BEFORE_WEIGHING, class_="quiet") if state.scenario().reconcile else Html()
    show(joined([element("p", answer(why.case, name), class_="lead"), note]))
    return model, name, why


def outcome(model: Model) -> str:
    """The outcome that is asked about, and the box that shows and chooses it."""
    titles = {name: event(model.records, name) for name in model.records.events}
    now = state.chosen_outcome(model)
    chosen: str = choice("Outcome", titles, OUTCOME, now, lambda: state.choose_outcome(picked(OUTCOME)), width=560)
    return chosen


def explained(model: Model) -> Explanation | None:
    """The explanation; None with the reason on the page where the scenario has no answer."""
    try:
        return cache.explained(model, state.scenario())
    except TocsinError as error:
        show(alert("No answer to this scenario. Change it on the page Assess.", str(error)))
        return None
