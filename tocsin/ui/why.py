"""The page that tells why a number is what it is: the findings, the numbers it hangs on, what would change its word."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tocsin import sentences
from tocsin.analysis.contributions import Contributions
from tocsin.analysis.explain import Explanation
from tocsin.sentences.naming import finding, from_to
from tocsin.ui import asking, figures
from tocsin.ui.asking import section, told
from tocsin.ui.markup import Html, element, show
from tocsin.wording import percent

MOST = 12
"""Bars of a tornado."""


def page() -> None:
    """Waterfall, tornado, flips, courses, conflicts, each with its sentences."""
    begun = asking.headed("Why this number")
    if begun is None:
        return
    _, name, why = begun
    if sentences.is_settled(why.case.point[name]):
        show(told(["Settled by what the scenario supposes; nothing is left to explain."]))
        return
    show(element("div", *_parts(name, why), class_="parts"))


def _parts(name: str, why: Explanation) -> Iterator[Html]:
    case = why.case
    parts = why.contributions[name]
    if parts.log_odds:
        lines = sentences.contributed(case, parts)
        note = "Each step is what a finding adds on average over all orders in which the findings could have come in."
        yield section("What the findings do", waterfall(why, parts), told(lines), note=note)
    yield section(
        "Which numbers it hangs on",
        tornado(name, why),
        note="Each number known to be low, known to be high, everything else as it is. The line is the answer.",
    )
    flips = [sentences.flip(case, one) for one in why.flips[name]]
    yield section("What would change the word", told(flips or ["Nothing that was tried, alone."]))
    readings = [sentences.other(case, name, one) for one in why.readings]
    yield section("If words or grades were read otherwise", told(readings))
    yield section("Do the findings contradict each other?", told(sentences.conflict(case, why.conflict)))
    if why.courses:
        first = sentences.course(case, why.courses[0])
        later = [sentences.courses_differ(case, why.courses[0], one) for one in why.courses[1:]]
        note = "One joint course of all variables is always improbable, since it fixes everything."
        yield section("The most probable course of events", told([first, *later]), note=note)


def waterfall(why: Explanation, parts: Contributions) -> Html:
    """From the baseline to the scenario, one bar per finding; on the scale of probability, following the log-odds."""
    if not 0 < parts.baseline < 1 or any(math.isnan(one) for one in parts.log_odds.values()):
        return Html()
    ranked = sorted(parts.log_odds.items(), key=lambda pair: -abs(pair[1]))
    places, total = [parts.baseline], math.log(parts.baseline / (1 - parts.baseline))
    for _, step in ranked:
        total += step
        places.append(1 / (1 + math.exp(-total)))
    scale = figures.top(places)
    made = [figures.row("Baseline", figures.span(0, parts.baseline, scale), percent(parts.baseline))]
    for (name, _), start, end in zip(ranked, places, places[1:], strict=False):
        made.append(figures.row(finding(why.case, name), figures.span(start, end, scale), percent(end)))
    made.append(figures.row(element("b", "Scenario"), figures.span(0, places[-1], scale), percent(parts.scenario)))
    return figures.rows("Waterfall", made)


def tornado(name: str, why: Explanation) -> Html:
    """The longest bars, with the values and the statements behind each number."""
    bars = [one for one in why.tornado[name] if one.swing >= sentences.LEAST][:MOST]
    if not bars:
        return told(["No number moves it by 0.1 points."])
    scale = figures.top([max(one.p_low, one.p_high) for one in bars])
    made = []
    for one in bars:
        behind = ", ".join(one.parameter.statements) or "assumed"
        low, high = sentences.value(one.parameter, one.low), sentences.value(one.parameter, one.high)
        label = element("span", one.parameter.key, element("small", f" {low} to {high}, {behind}", class_="quiet"))
        figure = from_to(one.p_low, one.p_high).removeprefix("from ")
        made.append(figures.row(label, figures.span(one.p_low, one.p_high, scale, why.case.point[name]), figure))
    return figures.rows("Tornado", made)
