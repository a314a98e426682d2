"""One cell of a batch table as numbers.

Shape letters: S states of the variable.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.batch.columns import MOST_QUOTED, quoted
from tocsin.elicitation import Prior, report_likelihood
from tocsin.errors import nearest
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records.evidence_text import EvidenceText, chance, is_grade, take_apart

SUM_TOLERANCE = 1e-6
"""As in scenario files."""


@dataclass(frozen=True, eq=False)
class Cell:
    """What a cell says of a variable: P(seen | state) with the greatest 1, or else a belief; `[S]`."""

    likelihood: Array | None
    belief: Array | None = None


def read_cell(text: str, variable: str, model: Model) -> Cell:
    """An observed, reported or believed cell; raises ValueError with what is wrong and what is allowed."""
    states, parts = model.network.states[variable], take_apart(text)
    match parts.kind:
        case "reported":
            return Cell(_reported(text, parts, variable, model))
        case "believed":
            if is_grade(parts.chances[-1]):
                told = f"{quoted(text)} has a grade, so it is a report; these begin with ~: {quoted('~' + text)}"
                raise ValueError(told)
            return Cell(None, _believed(text, parts, variable, states))
    return Cell(np.eye(len(states))[position(text, variable, states)])


def position(text: str, variable: str, states: Sequence[str]) -> int:
    """Which state; raises ValueError."""
    if text not in states:
        raise ValueError(f"{variable} has no state {quoted(text)}{nearest(text[:MOST_QUOTED], states)}")
    return states.index(text)


def number(text: str) -> float:
    """A plain finite number; raises ValueError."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or "_" in text:
        raise ValueError(f"{quoted(text)} is not a number")
    return value


def outside(value: float, prior: Prior) -> str | None:
    """Why a parameter cannot have this value; None if it can."""
    match prior.kind:
        case "chance" | "column":
            return None if 0 < value < 1 else "a chance lies between 0 and 1, both excluded"
        case "strength":
            return None if -1 < value < 1 else "a causal strength lies between -1 and 1, both excluded"
        case _:
            return None if value > 0 else "it must be above 0"


def _reported(text: str, parts: EvidenceText, variable: str, model: Model) -> Array:
    states = model.network.states[variable]
    if not is_grade(parts.grade):
        raise ValueError(f"{quoted(text)} is no report; write ~state:grade, such as ~{states[-1]}:B2")
    reported = [states[position(state, variable, states)] for state in parts.states]
    row = report_likelihood(states, reported, parts.grade, model.records.scales)
    return np.asarray(row / row.max())


def _believed(text: str, parts: EvidenceText, variable: str, states: Sequence[str]) -> Array:
    chances = np.zeros(len(states))
    given: set[int] = set()
    for part, state, told in zip(text.split("|"), parts.states, parts.chances, strict=True):
        place = position(state, variable, states)
        if ":" not in part:
            raise ValueError(f"{quoted(part)} has no probability; write state:20%|state:80%")
        if place in given:
            raise ValueError(f"{states[place]} stands twice in {quoted(text)}; say it once")
        given.add(place)
        chances[place] = chance(told)
        if np.isnan(chances[place]):
            raise ValueError(f"{quoted(told)} is not a chance; write a percent such as 20% or a fraction such as 0.2")
    if abs(chances.sum() - 1) > SUM_TOLERANCE:
        raise ValueError(f"the belief sums to {chances.sum():.6g}; a belief must sum to 1 over its states")
    return chances


def belief_cell(states: Sequence[str], chances: Sequence[float]) -> str:
    """The cell that says a belief, to twelve digits: a step of a tenth is 0.3 and not 0.30000000000000004.

    >>> belief_cell(["no", "yes"], [0.7, 0.1 + 0.2])
    'no:0.7|yes:0.3'
    """
    return "|".join(f"{state}:{chance:.12g}" for state, chance in zip(states, chances, strict=True))
