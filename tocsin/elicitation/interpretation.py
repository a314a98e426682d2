"""What a statement says of the number it speaks of: a normal on the number's line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from tocsin.elicitation.distributions import NormalOnLine, from_interval
from tocsin.elicitation.statement_weights import StatementWeights, WeightedStatement
from tocsin.errors import BadQuery
from tocsin.records.matching import Match, match
from tocsin.records.slots import Slot
from tocsin.records.statements import Influence


@dataclass(frozen=True)
class Interpretation:
    """What one statement says of one number, before its weight counts."""

    kind: Literal["chance", "column", "ratio"]
    """chance: the slot's own probability; column: the chance of the states from `cut` on; ratio: an odds ratio."""
    distribution: NormalOnLine
    cut: int | None = None


def interpret(slot: Slot, statement: WeightedStatement, weights: StatementWeights) -> Interpretation | None:
    """What the statement says of the slot; None if it speaks of another horizon, which sets no parameter.

    Raises BadQuery if it does not speak of this number: a condition is part of what was said, never dropped.
    """
    judgements = statement.record.judges
    for judgement in judgements:
        found = match(judgement, slot, weights.model.variables)
        if found is None:
            continue
        if judgement.influence is None:
            said = weights.distribution(statement)
            turned = replace(said, mu=-said.mu) if found.turned else said
            return Interpretation(found.kind, turned, found.cut)
        influenced = _influenced(found, judgement.influence, slot, statement, weights)
        if influenced is not None:
            return influenced
    if judgements and all(judgement.horizon_days is not None for judgement in judgements):
        return None
    raise BadQuery(f"{slot.key}: statement {statement.id} does not judge {_asked(slot)}")


def _influenced(
    found: Match, influence: Influence, slot: Slot, statement: WeightedStatement, weights: StatementWeights
) -> Interpretation | None:
    low, high = weights.ratio(statement, influence)
    if found.turned:
        low, high = 1 / high, 1 / low
    scales = weights.model.scales
    if slot.kind == "ratio":
        return Interpretation("ratio", from_interval("ratio", low, high, scales.cover))
    if high > 1:
        return None
    return Interpretation("chance", from_interval("chance", low, high, scales.cover, scales.open_end))


def _asked(slot: Slot) -> str:
    event = f"{slot.variable}: [{', '.join(slot.event)}]" if slot.event else "this influence"
    conditions = {**slot.given, **({slot.variable: slot.within} if slot.within else {})}
    given = ", ".join(f"{name}: [{', '.join(states)}]" for name, states in conditions.items())
    return f"{event} given {given}" if given else event
