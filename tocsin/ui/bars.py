"""Small pictures of probabilities in HTML: states side by side, an interval on a scale, a place on a ladder."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.assessment import Estimate
from tocsin.language import numbers
from tocsin.language.numbers import number, percent, percents
from tocsin.marks.network_picture import shades
from tocsin.records import Variable
from tocsin.ui.markup import Html, element, joined

SURE = 0.9995
"""From here on a state is as good as certain."""


def stacked(variable: Variable, shares: Sequence[float]) -> Html:
    """The states side by side from mild to worse, as in the network picture."""
    label = ", ".join(f"{variable.label(s)} {p}" for s, p in zip(variable.states, percents(shares), strict=True))
    parts = (
        element("span", class_=f"s{shade}", style=f"width:{100 * share:.2f}%")
        for shade, share in zip(shades(len(shares)), shares, strict=True)
    )
    return element("div", joined(parts), class_="stacked", role="img", aria_label=label, title=label)


def interval(estimate: Estimate, baseline: float | None) -> Html:
    """0 to 100 %: the interval as a band, the point on it, the baseline as a tick."""
    label = f"interval {number(estimate.low)} to {number(estimate.high)} %"
    band = f"left:{100 * estimate.low:.2f}%;width:{max(100 * (estimate.high - estimate.low), 0.5):.2f}%"
    parts = [element("span", class_="band", style=band)]
    if baseline is not None:
        parts.append(element("span", class_="tick", style=f"left:{100 * baseline:.2f}%"))
        label += f", baseline {percent(baseline)}"
    parts.append(element("span", class_="dot", style=f"left:{100 * estimate.p:.2f}%"))
    return element("div", joined(parts), class_="scale", role="img", aria_label=label, title=label)


def ladder(variable: Variable, shares: Sequence[float]) -> Html:
    """Steps from mild to worse, each as dark as its weight; without numbers, for what is no probability."""
    most = max(shares)
    steps = (
        element(
            "span",
            element("i", style=f"opacity:{share / most:.2f}"),
            element("small", variable.label(state)),
            class_="step most" if share == most else "step",
        )
        for state, share in zip(variable.states, shares, strict=True)
    )
    return element("div", joined(steps), class_="ladder")


def caption(variable: Variable, shares: Sequence[float]) -> str:
    """What is not mild in a few words: `Assad falls 9 %`, or of several states `1 or 2 strikes, or worse 11 %`."""
    if variable.role == "index":
        most = max(range(len(shares)), key=shares.__getitem__)
        return f"mostly {variable.label(variable.states[most])}, no forecast"
    sure = next((state for state, share in zip(variable.states, shares, strict=True) if share > SURE), None)
    if sure is not None:
        return f"{variable.label(sure)} {percent(round(max(shares), 12))}"
    # Rounded, so that a certainty is not 0.9999999999999999.
    return f"{variable.either(variable.states[1:])} {percents([shares[0], round(1 - shares[0], 12)])[1]}"


LEAST = 0.4
"""Percent of the width that a bar has at least, so that it is seen."""


def rows(label: str, drawn: Sequence[Html]) -> Html:
    """Rows under one another."""
    return element("div", *drawn, class_="figure-rows", role="list", aria_label=label)


def row(label: str | Html, bar: Html, figure: str) -> Html:
    """What it is, its bar, its figure."""
    return element(
        "div",
        element("span", label, class_="label"),
        bar,
        element("span", figure, class_="figure"),
        class_="figure-row",
        role="listitem",
    )


def span(start: float, end: float, scale: float, mark: float | None = None) -> Html:
    """From one probability to another: dark where it rises, outlined where it falls. scale: at the right."""
    low, high = sorted((start, end))
    kind = "up" if end >= start else "down"
    parts = [element("i", class_=kind, style=f"left:{_at(low, scale):.2f}%;width:{_wide(low, high, scale):.2f}%")]
    if mark is not None:
        parts.append(element("b", style=f"left:{_at(mark, scale):.2f}%"))
    label = f"from {percent(start)} to {percent(end)}"
    return element("span", joined(parts), class_="lane", role="img", aria_label=label, title=label)


def dot(estimate: Estimate, scale: float = 1.0, mark: float | None = None) -> Html:
    """A probability with its interval."""
    low, high = estimate.low, estimate.high
    parts = [
        element("i", class_="band", style=f"left:{_at(low, scale):.2f}%;width:{_wide(low, high, scale):.2f}%"),
        element("u", style=f"left:{_at(estimate.p, scale):.2f}%"),
    ]
    if mark is not None:
        parts.append(element("b", style=f"left:{_at(mark, scale):.2f}%"))
    label = f"{percent(estimate.p)} {numbers.interval(estimate)}"
    return element("span", joined(parts), class_="lane", role="img", aria_label=label, title=label)


def share(part: float, most: float) -> Html:
    """A length from the left."""
    style = f"left:0;width:{max(100 * part / most, LEAST) if most else 0:.2f}%"
    return element("span", element("i", class_="up", style=style), class_="lane", role="presentation")


def top(values: Sequence[float]) -> float:
    """The right end of a scale that holds all values: the next full tenth."""
    most = max(values, default=1.0)
    return min(1.0, (int(most * 10 - 1e-9) + 1) / 10)


def _at(p: float, scale: float) -> float:
    return 100 * min(p / scale, 1.0)


def _wide(low: float, high: float, scale: float) -> float:
    return max(_at(high, scale) - _at(low, scale), LEAST)
