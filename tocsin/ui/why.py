"""The page that tells why a number is what it is: the findings, the numbers it hangs on, what would change its word."""

from __future__ import annotations

import math
from collections.abc import Iterator

from tocsin import sentences
from tocsin.analysis.contributions import Contributions
from tocsin.analysis.explain import Explanation
from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.sentences.naming import finding
from tocsin.ui import asking, courses, figures, reconciling, shared, state, swings
from tocsin.ui.asking import section, told
from tocsin.ui.markup import Html, alert, element, show
from tocsin.ui.widgets import choice
from tocsin.wording import percent

FIRST, SECOND = "first-number", "second-number"
"""Keys of the widgets that choose two numbers."""


def page() -> None:
    """Waterfall, tornado, two numbers together, flips, courses, conflicts, reconciling, each with its sentences."""
    begun = asking.headed("Why this number")
    if begun is None:
        return
    model, name, why = begun
    if sentences.is_settled(why.case.point[name]):
        show(told(["Settled by what the scenario supposes; nothing is left to explain."]))
        return
    show(element("div", *_numbers(name, why), class_="parts"))
    _together(model, name, why)
    show(element("div", *_rest(name, why), class_="parts"))
    reconciling.part(model)


def _numbers(name: str, why: Explanation) -> Iterator[Html]:
    parts = why.contributions[name]
    if parts.log_odds:
        lines = sentences.contributed(why.case, parts)
        note = "Each step is what a finding adds on average over all orders in which the findings could have come in."
        yield section("What the findings do", waterfall(why, parts), told(lines), note=note)
    else:
        nothing = "Nothing is set in this scenario, so there are no steps from the baseline to it."
        yield section("What the findings do", element("p", nothing))
    yield section(
        "Which numbers it hangs on",
        swings.tornado(why, name),
        note="Each number known to be low, then known to be high, everything else as it is. The line is the answer. "
        "Filled: the answer rises with the number. Outlined: it falls.",
    )


def _rest(name: str, why: Explanation) -> Iterator[Html]:
    flips = [sentences.flip(why.case, one) for one in why.flips[name]]
    yield section("How good the ground is", told([sentences.confidence(why.case, why.confidence[name])]))
    yield section("What would change the word", told(flips or ["Nothing that was tried, alone."]))
    yield section("If words or grades were read otherwise", told(readings(why, name)))
    yield section("Do the findings contradict each other?", told(sentences.conflict(why.case, why.conflict)))
    if why.courses:
        note = "Of every variable the state that it has in the single most probable course of events."
        yield section("The most probable course of events", courses.table(why), note=note)


def readings(why: Explanation, name: str) -> list[str]:
    """One line for each choice that changes the answer, and one for all that leave it."""
    p = why.case.point[name]
    still = [one for one in why.readings if abs(one.answers[name].p - p) < sentences.LEAST]
    lines = [sentences.other(why.case, name, one) for one in why.readings if one not in still]
    if still:
        lines.append(sentences.unchanged(why.case, still))
    return lines


def waterfall(why: Explanation, parts: Contributions) -> Html:
    """From the baseline to the scenario, one bar per finding; on the scale of probability, following the log-odds."""
    places = [parts.baseline, *parts.places]
    if any(map(math.isnan, places)):
        return Html()
    scale = figures.top(places)
    made = [figures.row("Baseline", figures.span(0, parts.baseline, scale), percent(parts.baseline))]
    for (name, _), start, end in zip(parts.ranked, places, places[1:], strict=False):
        made.append(figures.row(finding(why.case, name), figures.span(start, end, scale), percent(end)))
    made.append(figures.row(element("b", "Scenario"), figures.span(0, places[-1], scale), percent(parts.scenario)))
    return figures.rows("Waterfall", made)


def _together(model: Model, name: str, why: Explanation) -> None:
    """Two of the numbers, chosen from those that move it most."""
    bars = {one.parameter.key: one.parameter for one in swings.telling(why.tornado[name])}
    if len(bars) < 2:
        return
    note = (
        "Each at five levels of belief, from its 10th to its 90th percentile. Shaded by how probable it is. "
        f"Outlined: nearest to what is believed of both now; the answer now is {percent(why.case.point[name])}."
    )
    show(section("Two numbers together", note=note))
    words = {key: swings.told_number(why, one) for key, one in bars.items()}
    # The widgets are filled anew for another outcome, whose numbers are others.
    first = choice("Down", words, f"{FIRST}-{name}", index=0)
    second = choice("Across", words, f"{SECOND}-{name}", index=1)
    if first == second:
        show(told(["Choose two different numbers."]))
        return
    try:
        show(swings.grid(why, name, shared.crossed(model, state.scenario(), first, second)))
    except TocsinError as error:
        show(alert("These two cannot be set apart.", str(error)))
