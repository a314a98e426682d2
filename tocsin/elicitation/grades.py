"""Grades → weights of judgements and likelihoods of facts (Admiralty code; every constant is in the scales)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import cast

import numpy as np

from tocsin.elicitation.distributions import Array
from tocsin.records.lexicon import Scales
from tocsin.records.statements import Credibility, Reliability


def judgement_weight(reliability: Reliability, credibility: Credibility, scales: Scales) -> float:
    """The weight of a judgement by its grade; 0 means no vote."""
    return scales.reliability_weight[reliability] * scales.credibility_weight[credibility]


def report_power(reliability: Reliability, bearing: str, scales: Scales) -> float:
    """The power on a report's likelihood ratio."""
    return scales.reliability_weight[reliability] * scales.bearing_power[bearing]


def likelihood(states: Sequence[str], reported: Collection[str], ratio: float, power: float) -> Array:
    """λ `[states]`: ratio^power for the reported states, 1 for the rest (Pearl 1988: only ratios matter)."""
    return np.array([ratio**power if state in reported else 1.0 for state in states])


def report_likelihood(states: Sequence[str], reported: Collection[str], grade: str, scales: Scales) -> Array:
    """λ `[states]` of a scenario's own report, such as grade B2; it bears on the variable directly."""
    reliability, credibility = letters(grade)
    power = report_power(reliability, "direct", scales)
    return likelihood(states, reported, scales.credibility_ratio[credibility], power)


def letters(grade: str) -> tuple[Reliability, Credibility]:
    """The two halves of an Admiralty grade such as B2."""
    return cast(Reliability, grade[0]), cast(Credibility, int(grade[1:]))


def decay(day: date, as_of: date, half_life_days: float | None) -> float:
    """0.5^(age / half-life); 1 without a half-life, and for a fact that is not older than `as_of`."""
    if half_life_days is None:
        return 1.0
    return float(0.5 ** (max(0, (as_of - day).days) / half_life_days))
