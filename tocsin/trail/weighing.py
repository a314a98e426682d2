"""What a statement counts for, in words: pages, terminal and paper say it alike."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.elicitation import Hearing
from tocsin.elicitation.facts import Fact
from tocsin.elicitation.standings import Standing
from tocsin.records import Variable
from tocsin.records.base import only

LEAST_RATIO = 1.005
"""A likelihood ratio nearer to 1 is printed as 1."""

_RELIABILITY = {"E": "unreliable", "F": "cannot be judged"}
_CREDIBILITY = {4: "doubtful", 5: "improbable", 6: "cannot be judged"}


def weightless(standing: Standing, hearing: Hearing) -> str | None:
    """Why a statement weighs nothing, by its grade or under the scenario; None if it weighs something."""
    scales, statement = hearing.model.scales, standing.statement
    if statement.kind == "context":
        return None
    if standing.excluded:
        return "left out"
    if not scales.reliability_weight[standing.reliability]:
        return f"graded {standing.reliability}, {_RELIABILITY.get(standing.reliability, 'without weight')}"
    if statement.judges and not scales.credibility_weight[standing.credibility]:
        return f"of credibility {standing.credibility}, {_CREDIBILITY.get(standing.credibility, 'without weight')}"
    if statement.reports and scales.credibility_ratio[standing.credibility] == 1:
        return f"of credibility {standing.credibility}, {_CREDIBILITY.get(standing.credibility, 'without weight')}"
    if not standing.factor:
        return "weighed with 0"
    rule = hearing.model.file.pooling
    if statement.judges and rule.rule == "cooke" and not rule.cooke_weights.get(statement.speaker):
        return "the speaker's weight is 0"
    return None


def fact_says(fact: Fact, standing: Standing, hearing: Hearing) -> str:
    """What a fact counts for: for or against what it reports and how strongly, or why nothing.

    `speaks for “closed”, × 2.8`; `speaks against “closed”, × 0.58`; `weighs nothing: graded E, unreliable`.
    """
    assert standing.statement.reports is not None
    reason = weightless(standing, hearing)
    if reason is not None:
        return f"weighs nothing: {reason}"
    name, reported = only(standing.statement.reports)
    variable = hearing.model.variables[name]
    ratio = _ratio(fact.likelihood, reported, variable)
    what = f"“{variable.either(reported)}”"
    if 1 / LEAST_RATIO < ratio < LEAST_RATIO:
        return f"says next to nothing of {what}"
    told = f"speaks {'for' if ratio > 1 else 'against'} {what}, × {ratio:.2g}"
    return told if fact.counts else f"{told}; said already, not counted again"


def _ratio(likelihood: Sequence[float], reported: Sequence[str], variable: Variable) -> float:
    """Of the states that were reported against the rest."""
    inside = next(value for state, value in zip(variable.states, likelihood, strict=True) if state in reported)
    outside = next(value for state, value in zip(variable.states, likelihood, strict=True) if state not in reported)
    return inside / outside
