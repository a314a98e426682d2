"""Costs and stakes that a reader moves: their sliders, and the choice as it is then. Nothing here knows Streamlit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from tocsin.language.choices import amount as shown
from tocsin.language.choices import at_stake
from tocsin.language.numbers import capital, plain
from tocsin.records import Choice, ModelRecords
from tocsin.records.choice import LARGEST_AMOUNT, Amount
from tocsin.render.html import Html, element

SPAN = 8.0
"""A slider goes from its middle divided by this to its middle times it; further where the range is wide."""


def held(choice: Choice, values: Mapping[str, float]) -> Choice:
    """The choice with amounts known to be these, by their keys; the reasons of the file stay."""
    if not values:
        return choice
    content = choice.model_dump(by_alias=True, exclude_defaults=True)
    for key, value in values.items():
        *path, last = key.split(".")
        place: Any = content
        for step in path:
            place = place[int(step) if step.isdigit() else step]
        known = {name: part for name, part in place[last].items() if name != "range"}
        place[last] = known | {"value": value}
    return Choice.model_validate(content)


def accepted(choice: Choice, sent: object) -> dict[str, float]:
    """What the browser sent, as far as it is a value of an amount of this choice."""
    known = dict(choice.amounts())
    found = sent.items() if isinstance(sent, Mapping) else ()
    return {
        str(key): float(value)
        for key, value in found
        if key in known and isinstance(value, int | float) and 0 <= value <= LARGEST_AMOUNT
    }


def as_yaml(choice: Choice) -> bytes:
    """The choice's file; what is as usual is left out."""
    content = choice.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110).encode()


def sliders(records: ModelRecords, choice: Choice) -> Html:
    """A slider for each cost and stake, with the ends of its range and its middle as buttons."""
    usual = usual_amount(choice)
    return element(
        "div", *(_slider(key, at_stake(records, choice, key), amount, usual) for key, amount in choice.amounts())
    )


def usual_amount(choice: Choice) -> float:
    """The least amount of a choice that is above nothing, for the slider of one that is nothing."""
    return min((middle for _, amount in choice.amounts() if (middle := _middle(amount)) > 0), default=1.0)


def ends(amount: Amount, usual: float) -> tuple[float, float]:
    """Where the slider of an amount begins, above nothing, and where it ends; evenly in ratios between."""
    middle, span = _middle(amount) or usual, SPAN
    if amount.range is not None:
        span = max(SPAN, (amount.range[1] / amount.range[0]) ** 0.75)
    return middle / span, min(middle * span, LARGEST_AMOUNT)


def _middle(amount: Amount) -> float:
    return math.sqrt(amount.range[0] * amount.range[1]) if amount.range else amount.value or 0.0


def _slider(key: str, label: str, amount: Amount, usual: float) -> Html:
    least, most = ends(amount, usual)
    label = capital(label)
    track = [
        element("input", type="range", min=0, max=100, step=1, aria_label=label, data_least=f"{least:.6g}",
                data_most=f"{most:.6g}", data_middle=f"{_middle(amount):.6g}")
    ]  # fmt: skip
    if amount.range is not None:
        low, high = (math.log(end / least) / math.log(most / least) for end in amount.range)
        track.insert(0, element("i", style=f"--low:{low:.4f};--high:{high:.4f}"))
    box = element("input", type="number", min=0, step="any", placeholder="other", aria_label=f"{label}, exactly")
    return element(
        "div",
        element("span", label, title=amount.because),
        element("div", *track, class_="amount-track"),
        element("div", box, *_buttons(label, amount), class_="amount-ways"),
        class_="amount",
        data_amount=key,
    )


def _buttons(label: str, amount: Amount) -> Iterator[Html]:
    """As in the file, and what of its range it can be held at."""
    if amount.range is None:
        stops = {"": f"{plain(amount.value or 0.0)} as in the file"}
    else:
        low, high = amount.range
        stops = {
            "": f"{plain(low)} to {plain(high)}",
            f"{low:.6g}": plain(low),
            f"{_middle(amount):.6g}": shown(_middle(amount)),
            f"{high:.6g}": plain(high),
        }
    for to, text in stops.items():
        what = "as in the file" if not to else f"held at {text}"
        yield element(
            "button", text, type="button", data_to=to, aria_pressed="false", aria_label=f"{label}: {what}, {text}"
        )
