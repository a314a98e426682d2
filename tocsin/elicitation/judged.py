"""What a statement says of the number it speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tocsin.elicitation.distributions import Beta, LogNormal
from tocsin.elicitation.intervals import beta_from_interval, lognormal_from_interval
from tocsin.elicitation.standings import Hearing, Standing
from tocsin.errors import BadQuery
from tocsin.records.matching import Match, match
from tocsin.records.slots import Slot
from tocsin.records.statements import Influence


@dataclass(frozen=True)
class Said:
    """What one statement says of one number, before its weight counts."""

    kind: Literal["chance", "column", "ratio"]
    """chance: the slot's own probability; column: the chance of the states from `cut` on; ratio: an odds ratio."""
    distribution: Beta | LogNormal
    cut: int | None = None


def said(slot: Slot, standing: Standing, hearing: Hearing) -> Said | None:
    """What the statement says of the slot; None if it speaks of another horizon, which sets no parameter.

    Raises BadQuery if it does not speak of this number: a condition is part of what was said, never dropped.
    """
    judgements = standing.statement.judges
    for judgement in judgements:
        found = match(judgement, slot, hearing.model.variables)
        if found is None:
            continue
        if judgement.influence is None:
            beta = hearing.chance(standing)
            return Said(found.kind, beta.complement if found.turned else beta, found.cut)
        influenced = _influenced(found, judgement.influence, slot, standing, hearing)
        if influenced is not None:
            return influenced
    if judgements and all(judgement.horizon_days is not None for judgement in judgements):
        return None
    raise BadQuery(f"{slot.key}: statement {standing.statement.id} does not judge {_asked(slot)}")


def _influenced(found: Match, influence: Influence, slot: Slot, standing: Standing, hearing: Hearing) -> Said | None:
    low, high = hearing.ratio(standing, influence)
    if found.turned:
        low, high = 1 / high, 1 / low
    cover = hearing.model.scales.cover
    if slot.kind == "ratio":
        return Said("ratio", lognormal_from_interval(low, high, cover))
    return Said("chance", beta_from_interval(low, high, cover)) if high <= 1 else None


def _asked(slot: Slot) -> str:
    event = f"{slot.variable}: [{', '.join(slot.event)}]" if slot.event else "this influence"
    conditions = {**slot.given, **({slot.variable: slot.within} if slot.within else {})}
    given = ", ".join(f"{name}: [{', '.join(states)}]" for name, states in conditions.items())
    return f"{event} given {given}" if given else event
