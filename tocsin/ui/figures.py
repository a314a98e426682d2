"""Rows of bars on a common scale of probability, in HTML: steps, swings, dots with intervals."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin import wording
from tocsin.assessment import Estimate
from tocsin.ui.markup import Html, element, joined
from tocsin.wording import percent

LEAST = 0.4
"""Percent of the width that a bar has at least, so that it is seen."""


def rows(label: str, made: Sequence[Html]) -> Html:
    """Rows under one another."""
    return element("div", *made, class_="figure-rows", role="list", aria_label=label)


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
    told = f"from {percent(start)} to {percent(end)}"
    return element("span", joined(parts), class_="lane", role="img", aria_label=told, title=told)


def dot(estimate: Estimate, scale: float = 1.0, mark: float | None = None) -> Html:
    """A probability with its interval."""
    low, high = estimate.low, estimate.high
    parts = [
        element("i", class_="band", style=f"left:{_at(low, scale):.2f}%;width:{_wide(low, high, scale):.2f}%"),
        element("u", style=f"left:{_at(estimate.p, scale):.2f}%"),
    ]
    if mark is not None:
        parts.append(element("b", style=f"left:{_at(mark, scale):.2f}%"))
    told = f"{percent(estimate.p)} {wording.interval(estimate)}"
    return element("span", joined(parts), class_="lane", role="img", aria_label=told, title=told)


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
