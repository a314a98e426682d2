"""Numbers as people read them: percent, interval and word in one phrase; and days."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tocsin.analysis.indicators import TELLING
from tocsin.assessment import Estimate, OutcomeEstimate
from tocsin.elicitation import Wording
from tocsin.elicitation.lexicon import decimals

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
LEAST = 0.001
"""Changes smaller than a tenth of a point are not told."""
NONE = 1e-12
"""What the arithmetic of a network may leave of a chance that is none."""


def percent(p: float, edges: Sequence[float] = ()) -> str:
    """A probability in percent, never rounded to a certainty it does not have.

    edges: those of the lexicon whose words stand beside it, onto which it is not rounded.

    >>> [percent(p) for p in (0.294, 0.0312, 0.0031, 0.00004, 0.99996, 0.0, 1.0)]
    ['29 %', '3.1 %', '0.3 %', '< 0.1 %', '> 99.9 %', '0 %', '100 %']
    >>> [percent(p, [0.01, 0.2, 0.45, 0.55]) for p in (0.546, 0.5496, 0.55, 0.5504, 0.554, 0.0096)]
    ['54.6 %', '54.96 %', '55 %', '55.04 %', '55.4 %', '0.96 %']
    """
    text = number(p, edges)
    if text == "0" and p > 0:
        return "< 0.1 %"
    if text == "100" and p < 1:
        return "> 99.9 %"
    return f"{text} %"


def number(p: float, edges: Sequence[float] = ()) -> str:
    """Percent without its sign: whole from 10 to 90 and at the ends, else with one decimal; more near a band's edge.

    >>> [number(p) for p in (0.0, 0.0312, 0.294, 0.9999999)]
    ['0', '3.1', '29', '100']
    """
    text = f"{p * 100:.{decimals(p, edges)}f}"
    return text.removesuffix(".0") if text in ("0.0", "100.0") else text


def interval(estimate: Estimate) -> str:
    """`[15–44]`, in percent."""
    return brackets(estimate.low, estimate.high)


def brackets(low: float, high: float) -> str:
    """`[15–44]`, in percent, where only the ends of an interval are at hand."""
    return f"[{number(low)}–{number(high)}]"


def band(wording: Wording) -> str:
    """`20–45 %`, the meaning of a word in its lexicon; or where a probability lies that no word means."""
    return wording.place or exact_band(wording.band)


def exact_band(ends: tuple[float, float]) -> str:
    """`20–45 %`, exactly as a standard has it."""
    low, high = ends
    return f"{low * 100:g}–{high * 100:g} %"


def chance(outcome: OutcomeEstimate) -> str:
    """An outcome's probability in percent, which its word may stand beside."""
    return percent(outcome.p, outcome.wording.edges)


def baseline(outcome: OutcomeEstimate) -> str:
    """The same of what it was before the scenario."""
    return percent(outcome.baseline, outcome.wording.edges)


def is_moved(outcome: OutcomeEstimate) -> bool:
    """Whether an outcome is not printed as its baseline is."""
    return chance(outcome) != baseline(outcome)


def phrase(outcome: OutcomeEstimate) -> str:
    """`unlikely (20–45 %): 29 % [15–44]`; of a certainty, `settled by the scenario itself: 100 %`."""
    if is_settled(outcome.p):
        return f"settled by the scenario itself: {percent(outcome.p)}"
    word = outcome.wording
    return f"{word.word} ({band(word)}): {chance(outcome)} {interval(outcome)}"


def is_settled(p: float) -> bool:
    """Whether an outcome is certain but for rounding."""
    return min(p, 1 - p) < 1e-9


def change(before: float, after: float, edges: Sequence[float] = ()) -> str:
    """What moves one probability to another, in points, as the two printed figures say it.

    As exact as the coarser of the two; with a decimal where that would hide a difference that is printed.

    >>> change(0.109, 0.270), change(0.096, 0.21), change(0.099, 0.0312), change(0.087, 0.089)
    ('+16 points', '+11 points', '−6.8 points', '+0.2 points')
    >>> change(0.2941, 0.2949), change(0.0, 1.0), change(1.0, 0.973)
    ('no change', '+100 points', '−2.7 points')
    """
    figures = number(before, edges), number(after, edges)
    difference = Decimal(figures[1]) - Decimal(figures[0])
    if not difference:
        return "no change"
    # The ends of the scale are printed whole and stand for every decimal.
    inner = [figure for figure in figures if figure not in ("0", "100")]
    coarser = min((len(figure.partition(".")[2]) for figure in inner), default=0)
    difference = difference.quantize(Decimal(1).scaleb(-coarser), ROUND_HALF_UP) or difference
    return f"{'+' if difference > 0 else '−'}{abs(difference)} points"


def from_to(p: float, q: float, edges: Sequence[float] = ()) -> str:
    """`from 12 % to 7.4 %`, with as many decimals as it takes to tell the two apart."""
    if percent(p, edges) != percent(q, edges):
        return f"from {percent(p, edges)} to {percent(q, edges)}"
    decimals = next((k for k in (1, 2, 3) if f"{p * 100:.{k}f}" != f"{q * 100:.{k}f}"), 3)
    return f"from {p * 100:.{decimals}f} % to {q * 100:.{decimals}f} %"


def signed(amount: float) -> str:
    """`+0.16`, with a true minus sign."""
    return f"{'+' if amount > 0 else '−'}{abs(amount):.2f}"


def figure(kind: str, number: float) -> str:
    """A number as it is meant: a chance in percent, an odds ratio as a factor."""
    if kind in ("chance", "column"):
        return percent(number)
    return f"× {plain(number)}" if kind == "ratio" else plain(number)


def instead(kind: str, now: float, was: float) -> str:
    """`38 % instead of 41 %`, with as many decimals as it takes to tell the two apart."""
    after, before = figure(kind, now), figure(kind, was)
    if after == before:
        chance = kind in ("chance", "column")
        after, before = (f"{x * 100:.2f} %" if chance else f"{x:.5g}" for x in (now, was))
    return f"{after} instead of {before}"


def plain(number: float) -> str:
    """Three significant digits, without scientific notation, and with the sign that stands for minus.

    >>> [plain(x) for x in (2.178, 0.000049, -0.2, 1202604.3, float("inf"))]
    ['2.18', '0.000049', '−0.2', '1,202,604', 'inf']
    """
    text = f"{number:.3g}"
    if "e" in text:
        text = f"{number:,.0f}" if abs(number) > 1 else f"{float(text):.12f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def bits(amount: float) -> str:
    """`0.12 bits`, unless it is too little to act on.

    >>> [bits(x) for x in (0.1234, 0.0081, 4.9e-08)]
    ['0.12 bits', '0.008 bits', 'next to nothing']
    """
    return f"{_of_bits(amount)} bits" if amount >= TELLING else "next to nothing"


def bits_of(amount: float, whole: float) -> str:
    """`0.12 of 0.84 bits`."""
    return f"{_of_bits(amount)} of {_of_bits(whole)} bits" if amount >= TELLING else "next to nothing"


def _of_bits(amount: float) -> str:
    return f"{amount:.2f}" if amount >= 0.1 else f"{amount:.3f}"


def percents(chances: Sequence[float]) -> tuple[str, ...]:
    """The chances of a distribution in percent, rounded together so that the printed figures sum to 100.

    Largest remainders first (Hamilton's method); in tenths for every state where one alone would be printed so.

    >>> percents([1 / 3, 1 / 3, 1 / 3]), percents([0.125, 0.125, 0.75])
    (('34 %', '33 %', '33 %'), ('13 %', '12 %', '75 %'))
    >>> percents([0.705, 0.264, 0.031]), percents([0.99996, 0.00004, 0.0])
    (('70.5 %', '26.4 %', '3.1 %'), ('> 99.9 %', '< 0.1 %', '0 %'))
    """
    parts = 1000 if any("." in number(p) or percent(p)[0] in "<>" for p in chances) else 100
    exact = [p * parts for p in chances]
    counts = [math.floor(each + 1e-9) for each in exact]
    # To the nearest whole sum, so that what is no whole distribution is not made one.
    short = round(sum(exact)) - sum(counts)
    for place in sorted(range(len(exact)), key=lambda k: counts[k] - exact[k])[: max(0, short)]:
        counts[place] += 1
    return tuple(_share(p, count, parts) for p, count in zip(chances, counts, strict=True))


def _share(p: float, count: int, parts: int) -> str:
    if count == 0:
        return "< 0.1 %" if p > NONE else "0 %"
    if count == parts:
        return "> 99.9 %" if p < 1 - NONE else "100 %"
    return f"{count / 10:.1f} %" if parts == 1000 else f"{count} %"


def sentence(text: str) -> str:
    """The text with a mark at its end; one that it has already, also within closing quotes, stays the only one.

    >>> sentence("It rains"), sentence("Will it rain?"), sentence("It may. "), sentence("“Go!”")
    ('It rains.', 'Will it rain?', 'It may.', '“Go!”')
    """
    text = text.rstrip()
    return text if not text or text.rstrip("”’\"'").endswith((".", "?", "!", "…")) else f"{text}."


def capital(text: str) -> str:
    """The text with its first letter large.

    >>> capital("the dam holds"), capital("")
    ('The dam holds', '')
    """
    return text[:1].upper() + text[1:]


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
