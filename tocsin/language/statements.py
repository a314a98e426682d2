"""Who says a thing and what it counts for: grades, voices, origins, and the weight of a statement, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tocsin.elicitation import StatementWeights, WeightedStatement
from tocsin.elicitation.statement_weights import Fact
from tocsin.model import Model
from tocsin.records import ModelRecords, Variable

RELIABILITY = {
    "A": "completely reliable",
    "B": "usually reliable",
    "C": "fairly reliable",
    "D": "not usually reliable",
    "E": "unreliable",
    "F": "reliability cannot be judged",
}
CREDIBILITY = {
    "1": "confirmed by others",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "truth cannot be judged",
}
USUAL = "B2"
"""What a new report starts with."""
LEAST_RATIO = 1.005
"""A likelihood ratio nearer to 1 is printed as 1."""


def grade_in_words(grade: str) -> str:
    """`usually reliable source, probably true`."""
    who = "source whose reliability cannot be judged" if grade[0] == "F" else f"{RELIABILITY[grade[0]]} source"
    return f"{who}, {CREDIBILITY[grade[1:]]}"


def voice(records: ModelRecords, name: str) -> str:
    """A statement with its speaker, or all that a speaker, an origin or a source brings in."""
    if name in records.by_id:
        return f"{name} ({records.speakers[records.by_id[name].speaker].name})"
    if name in records.speakers:
        return f"everything that {records.speakers[name].name} says"
    if name in records.sources:
        return f"everything from “{records.sources[name].title}”"
    return f"everything from {origin(records, name)}"


def origin(records: ModelRecords, name: str) -> str:
    """An origin by the beginning of what the model says of it."""
    return f"“{re.split('[;,.]', records.origins.get(name, name), maxsplit=1)[0].strip()}”"


def source(model: Model, key: str, statements: Sequence[str]) -> str:
    """The statements behind a number, or that it is a base rate, or assumed."""
    if statements:
        return ", ".join(statements)
    prior = model.priors.by_key.get(key)
    return "a base rate" if getattr(prior, "basis", None) == "base rate" else "assumed"


def weightless(statement: WeightedStatement, weights: StatementWeights) -> str | None:
    """Why a statement weighs nothing, by its grade or under the scenario; None if it weighs something."""
    scales, record = weights.model.scales, statement.record
    if record.kind == "context":
        return None
    if statement.superseded_by is not None:
        return f"superseded by {statement.superseded_by}"
    if statement.excluded:
        return "left out"
    if record.judges and weights.weight(statement) > 0:
        return None
    if record.judges and (calibrated := weights.model.file.pooling.cooke_weights):
        # The speakers' weights take the place of the grades.
        if not calibrated.get(record.speaker):
            return "the speaker's weight is 0"
    elif not scales.reliability_weight[statement.reliability]:
        return f"graded {statement.reliability}, {RELIABILITY[statement.reliability]}"
    elif (
        not scales.credibility_weight[statement.credibility]
        if record.judges
        else scales.credibility_ratio[statement.credibility] == 1
    ):
        return f"of credibility {statement.credibility}, {CREDIBILITY[str(statement.credibility)]}"
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
    again = "" if fact.counts else "; said already, not counted again"
    return f"speaks {'for' if ratio > 1 else 'against'} {what}, × {ratio:.2g}{again}"


def _ratio(likelihood: Sequence[float], reported: Sequence[str], variable: Variable) -> float:
    """Of the states that were reported against the rest."""
    inside = next(value for state, value in zip(variable.states, likelihood, strict=True) if state in reported)
    outside = next(value for state, value in zip(variable.states, likelihood, strict=True) if state not in reported)
    return inside / outside
