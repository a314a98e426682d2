"""The numbers of the tables in plain words, from their keys, and figures without scientific notation."""

from __future__ import annotations

from functools import lru_cache

from tocsin.analysis.indicators import TELLING
from tocsin.model import Model
from tocsin.records.slots import columns
from tocsin.trail import asking
from tocsin.wording import percent


def quantity(model: Model, key: str) -> str:
    """A number as the subject of a sentence: `the chance of “Advance in Syria: takes Hama or Homs”`.

    key: as in `explain --json`, of a number or of one state of a whole distribution. An unknown key is told as it is.
    """
    return _told(model).get(key, f"the number {key}")


@lru_cache(maxsize=4)
def _told(model: Model) -> dict[str, str]:
    """Every number, and each state of every column, since the keys of shares end in any state."""
    variables = model.records.variables
    told: dict[str, str] = {}
    for name, variable in variables.items():
        for column in columns(name, variables):
            for state in variable.states:
                words = asking.question_of_state(column, state, variables)
                told |= dict.fromkeys((f"{column.key}{kind}.{state}" for kind in ("", ".shares", ".chances")), words)
    for slot in model.provenance.slots:
        prior = model.priors.by_key.get(slot.number)
        told[slot.key] = words = asking.question(slot, variables, getattr(prior, "cut", None))
        if slot.number != slot.key and prior is not None and slot.number not in told:
            titles = " and ".join(variables[name].title for name in prior.variables)
            told[slot.number] = f"{words} (one number for {titles})" if len(prior.variables) > 1 else words
    return told


def kind_of(model: Model, key: str) -> str:
    """What a number is: chance, column (also a chance), ratio, strength or value."""
    prior = model.priors.by_key.get(key)
    kind = prior.kind if prior is not None else "chance"
    return "chance" if kind == "shares" else kind


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
    """Three significant digits, without scientific notation.

    >>> [plain(x) for x in (2.178, 0.000049, 1202604.3, float("inf"))]
    ['2.18', '0.000049', '1,202,604', 'inf']
    """
    text = f"{number:.3g}"
    if "e" not in text:
        return text
    return f"{number:,.0f}" if abs(number) > 1 else f"{float(text):.12f}".rstrip("0").rstrip(".")


def bits(amount: float) -> str:
    """`0.12 bits`; what is too little to act on is told so.

    >>> [bits(x) for x in (0.1234, 0.0081, 4.9e-08)]
    ['0.12 bits', '0.008 bits', 'next to nothing']
    """
    return f"{_of_bits(amount)} bits" if amount >= TELLING else "next to nothing"


def bits_of(amount: float, whole: float) -> str:
    """`0.12 of 0.84 bits`."""
    return f"{_of_bits(amount)} of {_of_bits(whole)} bits" if amount >= TELLING else "next to nothing"


def _of_bits(amount: float) -> str:
    return f"{amount:.2g}" if amount >= 0.01 else f"{amount:.3f}"
