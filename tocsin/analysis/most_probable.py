"""The most probable course of events behind the evidence: one state for every variable, and the runners-up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tocsin.analysis.case import Case
from tocsin.canonical import significant
from tocsin.inference.mpe import most_probable

BEST = 3


@dataclass(frozen=True)
class Course:
    """One joint course; p: its probability given the evidence, which is small where variables are many."""

    states: Mapping[str, str]
    p: float


def explanations(case: Case, count: int = BEST) -> tuple[Course, ...]:
    """The `count` most probable joint states of all variables given the evidence, beliefs and interventions."""
    engine, forced = case.model.engine, case.evidence.forced
    evidence = float(engine.posteriors(case.held, do=forced, targets=()).log_evidence[0])
    found = most_probable(case.model.network, case.held, forced, count)
    return tuple(Course(one.states, float(significant(np.exp(one.log_p - evidence)))) for one in found)
