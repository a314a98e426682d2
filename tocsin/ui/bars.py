"""Small pictures of probabilities in HTML: states side by side, an interval on a scale, a place on a ladder."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.assessment import Estimate
from tocsin.language.numbers import number, percent, percents
from tocsin.records import Variable
from tocsin.render.marks import shades
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
