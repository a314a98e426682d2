"""What a statement counts for, in words: pages, terminal and paper say it alike."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.elicitation import StatementWeights, WeightedStatement
from tocsin.elicitation.facts import Fact
from tocsin.records import Variable

LEAST_RATIO = 1.005
"""A likelihood ratio nearer to 1 is printed as 1."""

_RELIABILITY = {"E": "unreliable", "F": "cannot be judged"}
_CREDIBILITY = {4: "doubtful", 5: "improbable", 6: "cannot be judged"}


def weightless(statement: WeightedStatement, weights: StatementWeights) -> str | None:
    """Why a statement weighs nothing, by its grade or under the scenario; None if it weighs something."""
    scales, record = weights.model.scales, statement.record
    if record.kind == "context":
        return None
    if statement.excluded:
        return "left out"
    if record.judges and weights.weight(statement) > 0:
        return None
    if record.judges and (calibrated := weights.model.file.pooling.cooke_weights):
        # The speakers' weights take the place of the grades.
        if not calibrated.get(record.speaker):
            return "the speaker's weight is 0"
    elif not scales.reliability_weight[statement.reliability]:
        return f"graded {statement.reliability}, {_RELIABILITY.get(statement.reliability, 'without weight')}"
    elif (
        not scales.credibility_weight[statement.credibility]
        if record.judges
        else scales.credibility_ratio[statement.credibility] == 1
    ):
        return f"of credibility {statement.credibility}, {_CREDIBILITY.get(statement.credibility, 'without weight')}"
    if not statement.factor:
        return "weighed with 0"
    return None if statement.qualified else "what qualifies it leaves it nothing"


def fact_says(fact: Fact, statement: WeightedStatement, weights: StatementWeights) -> str:
    """What a fact counts for: for or against what it reports and how strongly, or why nothing.

    `speaks for “closed”, × 2.8`; `speaks against “closed”, × 0.58`; `weighs nothing: graded E, unreliable`.
    """
    reason = weightless(statement, weights)
    if reason is not None:
        return f"weighs nothing: {reason}"
    reported, variable = statement.record.reports[fact.variable], weights.model.variables[fact.variable]
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
