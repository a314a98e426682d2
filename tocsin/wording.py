"""Numbers as people read them: percent, interval and word in one phrase; and days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tocsin.assessment import Estimate, OutcomeEstimate
from tocsin.elicitation import Wording

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def percent(p: float) -> str:
    """A probability in percent, never rounded to a certainty it does not have.

    >>> [percent(p) for p in (0.294, 0.0312, 0.0031, 0.00004, 0.99996, 0.0, 1.0)]
    ['29 %', '3.1 %', '0.3 %', '< 0.1 %', '> 99.9 %', '0 %', '100 %']
    """
    text = number(p)
    if text == "0" and p > 0:
        return "< 0.1 %"
    if text == "100" and p < 1:
        return "> 99.9 %"
    return f"{text} %"


def number(p: float) -> str:
    """Percent without its sign: whole from 10 to 90 and at the ends, else with one decimal.

    >>> [number(p) for p in (0.0, 0.0312, 0.294, 0.9999999)]
    ['0', '3.1', '29', '100']
    """
    text = f"{p * 100:.0f}" if 0.0995 <= p <= 0.9005 else f"{p * 100:.1f}"
    return text.removesuffix(".0") if text in ("0.0", "100.0") else text


def interval(estimate: Estimate) -> str:
    """`[15–44]`, in percent."""
    return f"[{number(estimate.low)}–{number(estimate.high)}]"


def band(wording: Wording) -> str:
    """`20–45 %`, the meaning of a word in its lexicon."""
    low, high = wording.band
    return f"{low * 100:g}–{high * 100:g} %"


def phrase(outcome: OutcomeEstimate) -> str:
    """`unlikely (20–45 %): 29 % [15–44]`."""
    word = outcome.wording
    return f"{word.word} ({band(word)}): {percent(outcome.p)} {interval(outcome)}"


def points(change: float) -> str:
    """A change of probability in percentage points, with its sign.

    >>> [points(change) for change in (0.051, -0.0023, 0.00001)]
    ['+5.1 points', '−0.2 points', 'no change']
    """
    text = f"{abs(change) * 100:.1f}"
    if text == "0.0":
        return "no change"
    return f"{'+' if change > 0 else '−'}{text} points"


def median_state(chances: Mapping[str, float]) -> str:
    """The state in the middle of a distribution over ordered states.

    >>> median_state({"low": 0.4, "guarded": 0.3, "high": 0.3})
    'guarded'
    """
    total = 0.0
    for state, chance in chances.items():
        total += chance
        if total >= 0.5:
            return state
    return list(chances)[-1]


def day(one: date) -> str:
    """`1 December 2024`, in English whatever the locale.

    >>> day(date(2024, 12, 1))
    '1 December 2024'
    """
    return f"{one.day} {MONTHS[one.month - 1]} {one.year}"


def days(first: date, last: date) -> str:
    """From one day to another; a year that both share is said once.

    >>> days(date(2024, 12, 1), date(2024, 12, 31)), days(date(2024, 12, 1), date(2025, 1, 31))
    ('1 December to 31 December 2024', '1 December 2024 to 31 January 2025')
    """
    start = day(first).removesuffix(f" {last.year}") if first.year == last.year else day(first)
    return f"{start} to {day(last)}"
