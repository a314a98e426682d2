"""The page that explains an outcome: what moves it, what would change it, what else could be."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import streamlit as st

from tocsin import language
from tocsin.analysis.contributions import Contributions
from tocsin.analysis.explain import Explanation
from tocsin.analysis.parameters import UncertainNumber
from tocsin.analysis.sensitivity import Bar, TwoWay
from tocsin.errors import TocsinError
from tocsin.language.naming import finding, from_to
from tocsin.language.numbers import capital, percent
from tocsin.model import Model
from tocsin.report import explanation
from tocsin.ui import bars, cache, explain_header, state
from tocsin.ui.explain_header import section, sentences, topic
from tocsin.ui.markup import Html, alert, element, joined, row, show, sideways
from tocsin.ui.widgets import choice, switch

MOST = 12
"""Bars of a tornado."""
LEAST = 0.001
"""Swings below 0.1 points are counted and not drawn."""
DARKEST = 70
"""Percent of the darkest shade in a cell: what is written on it stays readable."""


def telling(bars: Sequence[Bar]) -> list[Bar]:
    """The bars that are drawn."""
    return [bar for bar in bars if bar.swing >= LEAST][:MOST]


def number_label(why: Explanation, parameter: UncertainNumber) -> str:
    """What a number is, as the beginning of a line."""
    return capital(language.quantity(why.case.model, parameter.key))


def tornado(why: Explanation, name: str) -> Html:
    """The longest bars, with the values and the statements behind each number, and how many others there are."""
    longest = telling(why.tornado[name])
    others = len(why.tornado[name]) - len(longest)
    if not longest:
        return element("p", f"None of the {others} numbers alone moves it by 0.1 points.")
    scale = bars.top([max(bar.p_low, bar.p_high) for bar in longest])
    rows = [_bar(why, name, bar, scale) for bar in longest]
    rest = f"{others} other numbers move it by less than that, each alone." if others else ""
    return joined([bars.rows("Tornado", rows), element("p", rest, class_="quiet")])


def _bar(why: Explanation, name: str, bar: Bar, scale: float) -> Html:
    low, high = language.value(bar.parameter, bar.low), language.value(bar.parameter, bar.high)
    label = element(
        "span", number_label(why, bar.parameter), element("small", f" {low} to {high}, {behind(why, bar.parameter)}")
    )
    figure = from_to(bar.p_low, bar.p_high).removeprefix("from ")
    return bars.row(label, bars.span(bar.p_low, bar.p_high, scale, why.case.point[name]), figure)


def behind(why: Explanation, parameter: UncertainNumber) -> str:
    """The statements that observe a number, or what it rests on."""
    source = language.source(why.case.model, parameter.key, parameter.statements)
    return f"observed by {source}" if parameter.statements else source


def grid(why: Explanation, name: str, crossed: TwoWay) -> Html:
    """The outcome over two numbers, shaded by its probability; outlined what is nearest to what is believed now."""
    p = crossed.p[name]
    low, high = float(p.min()), float(p.max())
    nearest = _nearest(crossed.first_values, crossed.first.mean), _nearest(crossed.second_values, crossed.second.mean)
    head = element(
        "tr",
        element("td"),
        *(element("th", language.value(crossed.second, value), scope="col") for value in crossed.second_values),
    )
    body = [
        row(
            language.value(crossed.first, value),
            *(_cell(float(share), low, high, (i, j) == nearest) for j, share in enumerate(p[i])),
        )
        for i, value in enumerate(crossed.first_values)
    ]
    axes = f"Down: {number_label(why, crossed.first)}. Across: {number_label(why, crossed.second)}."
    caption = element("caption", element("span", axes, class_="unseen"))
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
    show(element("div", *_numbers(name, why), class_="parts"))
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


def _numbers(name: str, why: Explanation) -> Iterator[Html]:
    parts = why.contributions[name]
    if parts.log_odds:
        lines = language.contributed(why.case, parts)
        note = "Each step is what a finding adds on average over all orders in which the findings could have come in."
        yield section("What the findings do", waterfall(why, parts), sentences(lines), note=note)
    else:
        nothing = "Nothing is set in this scenario, so there are no steps from the baseline to it."
        yield section("What the findings do", element("p", nothing))
    yield section(
        "Which numbers it hangs on",
        tornado(why, name),
        note="Each number known to be low, then known to be high, everything else as it is. The line is the answer. "
        "Filled: the answer rises with the number. Outlined: it falls.",
    )


def waterfall(why: Explanation, parts: Contributions) -> Html:
    """From the baseline to the scenario, one bar per finding; on the scale of probability, following the log-odds."""
    places = [parts.baseline, *parts.places]
    if any(map(math.isnan, places)):
        return Html()
    scale = bars.top(places)
    rows = [bars.row("Baseline", bars.span(0, parts.baseline, scale), percent(parts.baseline))]
    for (name, _), start, end in zip(parts.ranked, places, places[1:], strict=False):
        rows.append(bars.row(capital(finding(why.case, name)), bars.span(start, end, scale), percent(end)))
    rows.append(bars.row(element("b", "Scenario"), bars.span(0, places[-1], scale), percent(parts.scenario)))
    return bars.rows("Waterfall", rows)


def _together(model: Model, name: str, why: Explanation) -> None:
    """Two of the numbers, chosen from those that move it most."""
    bars = {bar.parameter.key: bar.parameter for bar in telling(why.tornado[name])}
    if len(bars) < 2:
        return
    note = (
        "Each at five levels of belief, from its 10th to its 90th percentile. Shaded by how probable it is. "
        f"Outlined: nearest to what is believed of both now; the answer now is {percent(why.case.point[name])}."
    )
    show(section("Two numbers together", note=note))
    words = {key: number_label(why, parameter) for key, parameter in bars.items()}
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
