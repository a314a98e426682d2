"""The page that explains an outcome: what moves it, what would change it, what else could be."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tocsin import language
from tocsin.analysis.explain import Explanation
from tocsin.analysis.sensitivity import TwoWay
from tocsin.errors import TocsinError
from tocsin.language.numbers import capital, percent
from tocsin.model import Model
from tocsin.report import explanation
from tocsin.report.blocks import Section
from tocsin.ui import cache, explain_header, state
from tocsin.ui.explain_header import section, sentences, topic
from tocsin.ui.markup import Html, alert, element, row, show, sideways
from tocsin.ui.widgets import choice, switch

MOST = 12
"""Numbers that are drawn."""
DARKEST = 70
"""Percent of the darkest shade in a cell: what is written on it stays readable."""


def grid(why: Explanation, name: str, crossed: TwoWay) -> Html:
    """The outcome over two numbers, shaded by its probability; outlined what is nearest to what is believed now."""
    p = crossed.p[name]
    low, high = float(p.min()), float(p.max())
    nearest = _nearest(crossed.first_values, crossed.first.mean), _nearest(crossed.second_values, crossed.second.mean)
    head = element(
        "tr",
        element("td"),
        *(element("th", language.figure(crossed.second.kind, value), scope="col") for value in crossed.second_values),
    )
    body = [
        row(
            language.figure(crossed.first.kind, value),
            *(_cell(float(share), low, high, (i, j) == nearest) for j, share in enumerate(p[i])),
        )
        for i, value in enumerate(crossed.first_values)
    ]
    caption = element("caption", element("span", language.two_way(why.case, crossed), class_="unseen"))
    drawn = element("table", caption, element("thead", head), element("tbody", *body), class_="grid", data_crossed=name)
    return sideways("Two numbers together", drawn)


def _cell(p: float, low: float, high: float, now: bool) -> Html:
    share = DARKEST * (p - low) / (high - low) if high > low else 0.0
    note = element("span", " (nearest to now)", class_="unseen") if now else Html()
    return element("td", percent(p), note, style=f"--share:{share:.0f}%", class_="now" if now else None)


def _nearest(values: Sequence[float], mean: float) -> int:
    return min(range(len(values)), key=lambda place: abs(values[place] - mean))


FIRST, SECOND = "first-number", "second-number"
"""Keys of the widgets that choose two numbers."""


def page() -> None:
    """Waterfall, tornado, two numbers together, flips, courses, conflicts, reconciling, each with its sentences."""
    begun = explain_header.headed("Why this number")
    if begun is None:
        return
    model, name, why = begun
    if language.is_settled(why.case.point[name]):
        show(topic(explanation.settled()))
        return
    hangs = Section("numbers", "Which numbers it hangs on", explanation.tornado(why, name, MOST))
    show(element("div", topic(explanation.findings(why, name)), topic(hangs), class_="parts"))
    _together(model, name, why)
    rest = (
        explanation.voices(why, name),
        explanation.ground(why, name),
        explanation.flips(why, name),
        explanation.readings(why, name),
        explanation.conflict(why),
        explanation.courses(why),
    )
    show(element("div", *map(topic, rest), class_="parts"))
    _reconciling(model, why)


def _together(model: Model, name: str, why: Explanation) -> None:
    """Two of the numbers, chosen from those that move it most."""
    keys = [bar.parameter.key for bar in explanation.telling(why, name)[:MOST]]
    if len(keys) < 2:
        return
    note = (
        "Each at five levels of belief, from its 10th to its 90th percentile. Shaded by how probable it is. "
        f"Outlined: nearest to what is believed of both now; the answer now is {percent(why.case.point[name])}."
    )
    show(section("Two numbers together", note=note))
    words = {key: capital(language.quantity(why.case.model, key)) for key in keys}
    # The widgets are filled anew for another outcome, whose numbers are others.
    first = choice("Down", words, f"{FIRST}-{name}", index=0)
    second = choice("Across", words, f"{SECOND}-{name}", index=1)
    if first == second:
        show(sentences(["Choose two different numbers."]))
        return
    try:
        show(grid(why, name, cache.crossed(model, state.scenario(), first, second)))
    except TocsinError as error:
        show(alert("These two cannot be set apart.", str(error)))


RECONCILE = "reconcile"
"""Key of the toggle."""
LISTED = 8
"""Of the numbers that reconciling moves."""
RECONCILING = (
    "Some judgements set no number of the model, since they speak of something that follows from other numbers. The "
    "answer can be weighed by them too: draws under which the model agrees with them count more."
)


def _reconciling(model: Model, why: Explanation) -> None:
    """Folded away until it is asked for, since it takes time."""
    scenario = state.scenario()
    show(section("Weighed by the other judgements too", note=RECONCILING))
    st.session_state.setdefault(RECONCILE, scenario.reconcile)
    if not switch("Show what that would change", RECONCILE):
        return
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
