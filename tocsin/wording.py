"""Numbers as people read them: percent, interval and word in one phrase."""

from __future__ import annotations

from collections.abc import Mapping

from tocsin.assessment import Estimate, OutcomeEstimate
from tocsin.elicitation import Wording


def percent(p: float) -> str:
    """A probability in percent, never rounded to a certainty it does not have.

    >>> [percent(p) for p in (0.294, 0.0312, 0.0031, 0.00004, 0.99996, 0.0, 1.0)]
    ['29 %', '3.1 %', '0.3 %', '< 0.1 %', '> 99.9 %', '0 %', '100 %']
    """
    if 0.0 < p < 0.0005:
        return "< 0.1 %"
    if 0.9995 < p < 1.0:
        return "> 99.9 %"
    return f"{number(p)} %"


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
    if abs(change) < 0.0005:
        return "no change"
    sign = "+" if change > 0 else "−"
    return f"{sign}{abs(change) * 100:.1f} points"


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
