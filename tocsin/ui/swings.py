"""How far single numbers of the tables carry an outcome, one at a time and two together, as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin import sentences
from tocsin.analysis.explain import Explanation
from tocsin.analysis.parameters import Parameter
from tocsin.analysis.tornado import Bar, TwoWay
from tocsin.sentences.naming import from_to
from tocsin.ui import figures
from tocsin.ui.markup import Html, element, joined, sideways
from tocsin.wording import capital, percent

MOST = 12
"""Bars of a tornado."""
LEAST = 0.001
"""Swings below 0.1 points are counted and not drawn."""
DARKEST = 70
"""Percent of the darkest shade in a cell: what is written on it stays readable."""


def telling(bars: Sequence[Bar]) -> list[Bar]:
    """The bars that are drawn."""
    return [one for one in bars if one.swing >= LEAST][:MOST]


def told_number(why: Explanation, one: Parameter) -> str:
    """What a number is, as the beginning of a line."""
    return capital(sentences.quantity(why.case.model, one.key))


def tornado(why: Explanation, name: str) -> Html:
    """The longest bars, with the values and the statements behind each number, and how many others there are."""
    bars = telling(why.tornado[name])
    others = len(why.tornado[name]) - len(bars)
    if not bars:
        return element("p", f"None of the {others} numbers alone moves it by 0.1 points.")
    scale = figures.top([max(one.p_low, one.p_high) for one in bars])
    made = [_bar(why, name, one, scale) for one in bars]
    told = f"{others} other numbers move it by less than that, each alone." if others else ""
    return joined([figures.rows("Tornado", made), element("p", told, class_="quiet")])


def _bar(why: Explanation, name: str, one: Bar, scale: float) -> Html:
    low, high = sentences.value(one.parameter, one.low), sentences.value(one.parameter, one.high)
    label = element(
        "span", told_number(why, one.parameter), element("small", f" {low} to {high}, {behind(why, one.parameter)}")
    )
    figure = from_to(one.p_low, one.p_high).removeprefix("from ")
    return figures.row(label, figures.span(one.p_low, one.p_high, scale, why.case.point[name]), figure)


def behind(why: Explanation, one: Parameter) -> str:
    """The statements that observe a number, or what it rests on."""
    told = sentences.source(why.case.model, one.key, one.statements)
    return f"observed by {told}" if one.statements else told


def grid(why: Explanation, name: str, table: TwoWay) -> Html:
    """The outcome over two numbers, shaded by its probability; outlined what is nearest to what is believed now."""
    p = table.p[name]
    low, high = float(p.min()), float(p.max())
    rows = _nearest(table.first_values, table.first.mean), _nearest(table.second_values, table.second.mean)
    head = element(
        "tr",
        element("td"),
        *(element("th", sentences.value(table.second, value), scope="col") for value in table.second_values),
    )
    body = [
        element(
            "tr",
            element("th", sentences.value(table.first, value), scope="row"),
            *(_cell(float(one), low, high, (i, j) == rows) for j, one in enumerate(p[i])),
        )
        for i, value in enumerate(table.first_values)
    ]
    told = f"Down: {told_number(why, table.first)}. Across: {told_number(why, table.second)}."
    caption = element("caption", element("span", told, class_="unseen"))
    made = element("table", caption, element("thead", head), element("tbody", *body), class_="grid", data_crossed=name)
    return sideways("Two numbers together", made)


def _cell(p: float, low: float, high: float, now: bool) -> Html:
    share = DARKEST * (p - low) / (high - low) if high > low else 0.0
    told = element("span", " (nearest to now)", class_="unseen") if now else Html()
    return element("td", percent(p), told, style=f"--share:{share:.0f}%", class_="now" if now else None)


def _nearest(values: Sequence[float], mean: float) -> int:
    return min(range(len(values)), key=lambda place: abs(values[place] - mean))
