"""One number: its statements, pooled, or its assumption → its prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from tocsin.elicitation.clusters import clusters, shares
from tocsin.elicitation.distributions import Beta, Distribution, Fixed, LogNormal
from tocsin.elicitation.intervals import (
    beta_from_interval,
    discount,
    discount_ratio,
    lognormal_from_interval,
    strength_from_interval,
)
from tocsin.elicitation.judged import Said, said
from tocsin.elicitation.pooling import Pooled, pool, pool_ratios
from tocsin.elicitation.standings import Hearing, Standing
from tocsin.errors import BadQuery
from tocsin.records.base import exactly_one
from tocsin.records.families import Assumption
from tocsin.records.slots import Slot

Kind = Literal["chance", "column", "ratio", "strength", "value"]

_FITTING = {
    "chance": ("range", "value"),
    "ratio": ("ratio", "range", "value"),
    "strength": ("strength", "value"),
    "value": ("value", "range", "ratio"),
}
"""Per kind of slot how its number may be assumed."""


@dataclass(frozen=True)
class Vote:
    """What one statement contributes to a number."""

    statement: str
    weight: float
    """By grade, reweighing and what qualifies it."""
    share: float
    """Of the pool; the shares sum to 1."""
    cluster: str
    distribution: Beta | LogNormal
    """After the discount for its weight."""


@dataclass(frozen=True)
class Prior:
    """What is believed about one number, and why."""

    key: str
    variable: str
    kind: Kind
    """As the slot's; column: a slot for an odds ratio whose statements judge the chance of the states from `cut` on in
    that column, from which the table builder finds the ratio in each draw."""
    distribution: Distribution
    point: float
    """The mean of the distribution; for an odds ratio its geometric mean."""
    basis: Literal["statements", "assumption", "otherwise", "nothing"]
    votes: tuple[Vote, ...] = ()
    assumption: Assumption | None = None
    cut: int | None = None
    """Index of the first worse state of a column."""


def prior(slot: Slot, hearing: Hearing) -> Prior:
    """The prior of one number. Raises BadQuery where its statements or its assumption do not fit it."""
    quantity = slot.quantity
    if quantity.assume is not None:
        return _assumed(slot, quantity.assume, "assumption", hearing)
    heard = [hearing.standings[name] for name in quantity.statements]
    opinions = [(one, opinion) for one in heard if (opinion := said(slot, one, hearing)) is not None]
    sorts = {(opinion.kind, opinion.cut) for _, opinion in opinions}
    if len(sorts) > 1:
        raise BadQuery(f"{slot.key}: its statements judge different things; keep to odds ratios, or to one event")
    kind, cut = sorts.pop() if sorts else (slot.kind, None)
    votes = _votes([(one, opinion) for one, opinion in opinions if hearing.weight(one) > 0], hearing)
    if votes:
        pooled = _pooled(votes, hearing)
        return Prior(slot.key, slot.variable, kind, pooled.distribution, pooled.point, "statements", votes, cut=cut)
    if quantity.otherwise is not None:
        return _assumed(slot, quantity.otherwise, "otherwise", hearing, cut)
    unknown = Beta(1.0, 1.0) if slot.kind == "chance" else Fixed(1.0)
    return Prior(slot.key, slot.variable, slot.kind, unknown, unknown.mean, "nothing")


def _votes(opinions: list[tuple[Standing, Said]], hearing: Hearing) -> tuple[Vote, ...]:
    """One vote per statement, in the order of their names; under Cooke's rule those of uncalibrated speakers lapse."""
    rule = hearing.model.file.pooling
    weighed = [
        (
            one,
            opinion,
            rule.cooke_weights.get(one.statement.speaker, 0.0) if rule.rule == "cooke" else hearing.weight(one),
        )
        for one, opinion in sorted(opinions, key=lambda pair: pair[0].statement.id)
    ]
    weighed = [entry for entry in weighed if entry[2] > 0]
    named = clusters(one.voice for one, _, _ in weighed)
    names = [named[one.statement.id] for one, _, _ in weighed]
    votes = []
    for (one, opinion, _), share, name in zip(
        weighed, shares([weight for _, _, weight in weighed], names), names, strict=True
    ):
        weight = hearing.weight(one)
        votes.append(Vote(one.statement.id, weight, share, name, _discounted(opinion.distribution, weight)))
    return tuple(votes)


def _discounted(distribution: Beta | LogNormal, weight: float) -> Beta | LogNormal:
    return discount(distribution, weight) if isinstance(distribution, Beta) else discount_ratio(distribution, weight)


def _pooled(votes: tuple[Vote, ...], hearing: Hearing) -> Pooled:
    rule = hearing.model.file.pooling
    pairs = [(vote.share, vote.distribution) for vote in votes]
    if isinstance(votes[0].distribution, Beta):
        return pool(cast("list[tuple[float, Beta]]", pairs), rule)
    return pool_ratios(cast("list[tuple[float, LogNormal]]", pairs), rule)


def _assumed(
    slot: Slot,
    assumption: Assumption,
    basis: Literal["assumption", "otherwise"],
    hearing: Hearing,
    cut: int | None = None,
) -> Prior:
    given, cover = exactly_one(assumption, "range", "ratio", "strength", "value"), hearing.model.scales.cover
    if given not in _FITTING[slot.kind]:
        allowed = " or ".join(f"`{name}`" for name in _FITTING[slot.kind])
        raise BadQuery(f"{slot.key}: a {slot.kind} is assumed by {allowed}, not `{given}`")
    column = slot.kind == "ratio" and given == "range"
    kind: Kind = "column" if column else slot.kind
    place = (cut or _only_cut(slot)) if column else None
    distribution: Distribution
    if assumption.range is not None:
        distribution = beta_from_interval(*assumption.range, cover)
    elif assumption.ratio is not None:
        ratio = lognormal_from_interval(*assumption.ratio, cover)
        return Prior(slot.key, slot.variable, kind, ratio, ratio.centre, basis, (), assumption)
    elif assumption.strength is not None:
        distribution = strength_from_interval(*assumption.strength, cover)
    else:
        assert assumption.value is not None
        distribution = Fixed(assumption.value)
    return Prior(slot.key, slot.variable, kind, distribution, distribution.mean, basis, (), assumption, place)


def _only_cut(slot: Slot) -> int:
    if len(slot.event) != 1:
        raise BadQuery(f"{slot.key}: a `range` leaves open of which states it is the chance; write a `ratio`")
    return 1
