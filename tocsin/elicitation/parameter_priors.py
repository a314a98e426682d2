"""What is believed about one number: its reference, what statements say of it, and both combined.

A base rate, counted events in an exposure, gives an interval of the chance over the horizon: a reference class. The
rate λ per day is Gamma(½ + n, T), Jeffreys' prior after n events in T days; a `power` below 1 discounts a loose
reference class: n and T both times the power (Ibrahim & Chen 2000). The 10th and 90th percentile of the chance are read
as its interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

import numpy as np
from numpy.typing import ArrayLike

from tocsin.elicitation.combination import Combination, Observation, combine
from tocsin.elicitation.distributions import Array, Distribution, Fixed, Line, NormalOnLine, from_interval
from tocsin.elicitation.statement_weights import StatementWeights, WeightedStatement
from tocsin.errors import BadQuery
from tocsin.records.base import LEAST, exactly_one
from tocsin.records.families import Assumption, BaseRate
from tocsin.records.parameters import Match, Parameter, match, takes_base_rate, ways
from tocsin.records.statements import Influence


def interval(rate: BaseRate, horizon_days: float, cover: float) -> tuple[float, float]:
    """The interval of P(the count in the horizon reaches `count`), given that it reaches `of` where one is named."""
    tail = (1 - cover) / 2
    low, high = chance(rate, quantiles(rate, [tail, 1 - tail]), horizon_days)
    # Many events can make it certain, and a long time without them impossible, to more digits than a judgement has.
    return min(float(low), 1 - LEAST), max(float(high), LEAST)


def quantiles(rate: BaseRate, levels: ArrayLike) -> Array:
    """Quantiles of the rate per day."""
    from scipy.special import gammaincinv

    found = gammaincinv(0.5 + rate.power * rate.events, np.asarray(levels, np.float64))
    return np.asarray(found / (rate.power * rate.days), np.float64)


def chance(rate: BaseRate, per_day: ArrayLike, horizon_days: float) -> Array:
    """P(count reached in the horizon) at rates per day; Poisson, and rising with the rate."""
    from scipy.special import gammainc

    expected = np.asarray(per_day, float) * horizon_days
    reached = gammainc(rate.count, expected)
    if rate.of is None:
        return np.asarray(reached, float)
    # Where even `of` is beyond all chance, so is the count above it.
    given = np.asarray(gammainc(rate.of, expected), float)
    return np.asarray(np.divide(reached, given, out=np.zeros_like(given), where=given > 0), float)


@dataclass(frozen=True)
class Interpretation:
    """What one statement says of one number, before its weight counts."""

    kind: Literal["chance", "column", "ratio"]
    """chance: the slot's own probability; column: the chance of the states from `cut` on; ratio: an odds ratio."""
    distribution: NormalOnLine
    cut: int | None = None


def interpret(slot: Parameter, statement: WeightedStatement, weights: StatementWeights) -> Interpretation | None:
    """What the statement says of the slot; None if it speaks of another horizon, which sets no parameter.

    Raises BadQuery if it does not speak of this number: a condition is part of what was said, never dropped.
    """
    judgements = statement.record.judges
    for judgement in judgements:
        found = match(judgement, slot, weights.model.variables)
        if found is None:
            continue
        if judgement.influence is None:
            distribution = weights.distribution(statement)
            turned = replace(distribution, mu=-distribution.mu) if found.turned else distribution
            return Interpretation(found.kind, turned, found.cut)
        influenced = _influenced(found, judgement.influence, slot, statement, weights)
        if influenced is not None:
            return influenced
    if judgements and all(judgement.horizon_days is not None for judgement in judgements):
        return None
    raise BadQuery(f"{slot.key}: statement {statement.id} does not judge {_asked(slot)}")


def _influenced(
    found: Match, influence: Influence, slot: Parameter, statement: WeightedStatement, weights: StatementWeights
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


def _asked(slot: Parameter) -> str:
    event = f"{slot.variable}: [{', '.join(slot.event)}]" if slot.event else "this influence"
    conditions = {**slot.given, **({slot.variable: slot.within} if slot.within else {})}
    given = ", ".join(f"{name}: [{', '.join(states)}]" for name, states in conditions.items())
    return f"{event} given {given}" if given else event


Kind = Literal["chance", "column", "ratio", "strength", "value"]


@dataclass(frozen=True)
class Vote:
    """What one statement contributes to a number."""

    statement: str
    weight: float
    """By grade, bearing, reweighing and what qualifies it."""
    share: float
    """Of the precision; with the reference's they sum to 1."""
    voice: str
    """The statement that leads the voice: those of one voice have one vote between them."""
    distribution: NormalOnLine
    """What it says after its weight: its words' variance divided by the weight."""


@dataclass(frozen=True)
class Prior:
    """What is believed about one number, and why."""

    key: str
    """The slot's key; `shared.NAME` for a number that stands in several places."""
    variables: tuple[str, ...]
    """The variables whose tables need it."""
    kind: Kind
    """As the slot's; column: a slot for an odds ratio whose statements judge the chance of the states from `cut` on in
    that column, from which the table builder finds the ratio in each draw."""
    distribution: Distribution
    basis: Literal["statements", "assumption", "base rate"]
    """What it rests on; `statements` where at least one has a vote."""
    reference: Distribution
    """What would be believed without any statement."""
    source: Assumption | BaseRate
    """Where the reference comes from."""
    votes: tuple[Vote, ...] = ()
    reference_share: float = 1.0
    dispute: float = 0.0
    """Birge's ratio: above 1, statements and reference disagree by more than their errors explain."""
    cut: int | None = None
    """Index of the first worse state of a column."""
    places: tuple[str, ...] = field(default=())
    """The keys of the slots where it stands."""

    @property
    def variable(self) -> str:
        """The first variable whose table needs it."""
        return self.variables[0]

    @property
    def parts(self) -> tuple[Prior, ...]:
        """Itself, as a column of shares has its shares."""
        return (self,)

    @property
    def line(self) -> Line:
        """The line that it is moved on; a weight is moved in logarithms."""
        return line_of(self.kind)

    @property
    def point(self) -> float:
        """The mean of the distribution; for an odds ratio its geometric mean."""
        return self.distribution.point


def line_of(kind: str) -> Line:
    """The line that a number of this kind is moved on; a weight is moved in logarithms."""
    return "strength" if kind == "strength" else "ratio" if kind in ("ratio", "value") else "chance"


def prior(slots: Sequence[Parameter], weights: StatementWeights) -> Prior:
    """The prior of one number, which stands in one slot or is shared by several.

    Raises BadQuery where its statements or its reference do not fit it.
    """
    slot, variables = slots[0], tuple(dict.fromkeys(slot.variable for slot in slots))
    observed = _observed(slots, weights)
    sorts = {(reading.kind, reading.cut) for _, reading in observed}
    if len(sorts) > 1:
        raise BadQuery(f"{slot.key}: its statements judge different things; keep to odds ratios, or to one event")
    cut = next(iter(sorts))[1] if sorts else None
    source = slot.quantity.reference
    kind, reference, cut = _reference(slot, source, weights, cut)
    if sorts and next(iter(sorts))[0] != kind:
        descriptions = {"ratio": "an odds ratio", "chance": "a chance", "column": "the chance in that column"}
        says = descriptions[next(iter(sorts))[0]]
        raise BadQuery(f"{slot.key}: its statements judge {says}, and its reference is {descriptions.get(kind, kind)}")
    places = tuple(slot.key for slot in slots)
    basis: Literal["assumption", "base rate"] = "base rate" if isinstance(source, BaseRate) else "assumption"
    votes = [(statement, reading, weights.weight(statement)) for statement, reading in observed]
    voting = [entry for entry in votes if entry[2] > 0]
    if not voting:
        return Prior(slot.number, variables, kind, reference, basis, reference, source, cut=cut, places=places)
    assert isinstance(reference, NormalOnLine)
    distributions = {
        statement.id: replace(reading.distribution, sigma=reading.distribution.sigma / weight**0.5)
        for statement, reading, weight in voting
    }
    combined = combine(
        (reference.mu, reference.sigma**2),
        [
            Observation(
                statement.id, statement.record.speaker, statement.record.voice_origin, distributions[statement.id].mu,
                distributions[statement.id].sigma ** 2,
            )
            for statement, _, _ in voting
        ],
        weights.model.scales.common_error,
        weights.model.file.pooling.rule,
    )  # fmt: skip
    return Prior(
        slot.number, variables, kind,
        NormalOnLine(reference.line, combined.mean, combined.variance**0.5),
        "statements", reference, source,
        _votes(combined, distributions, {statement.id: weight for statement, _, weight in voting}),
        combined.reference_share, combined.dispute, cut, places,
    )  # fmt: skip


def _observed(slots: Sequence[Parameter], weights: StatementWeights) -> list[tuple[WeightedStatement, Interpretation]]:
    """Each statement with what it says of the number, by the first place of which it speaks."""
    found = []
    for name in sorted(slots[0].quantity.statements):
        statement, refused = weights.statements[name], None
        for slot in slots:
            try:
                reading = interpret(slot, statement, weights)
            except BadQuery as error:
                refused = refused or error
                continue
            if reading is not None:
                found.append((statement, reading))
            refused = None
            break
        if refused is not None:
            raise refused
    return found


def _votes(
    combined: Combination, distributions: dict[str, NormalOnLine], weights: dict[str, float]
) -> tuple[Vote, ...]:
    shares = dict(combined.shares)
    voices = {member.statement: voice.name for voice in combined.voices for member in voice.members}
    return tuple(
        Vote(name, weights[name], shares[name], voices[name], distributions[name]) for name in sorted(distributions)
    )


def _reference(
    slot: Parameter, source: Assumption | BaseRate, weights: StatementWeights, cut: int | None
) -> tuple[Kind, Distribution, int | None]:
    """What is believed without any statement: the kind of number, its distribution, and the cut of a column."""
    scales = weights.model.scales
    if isinstance(source, BaseRate):
        if not takes_base_rate(slot):
            raise BadQuery(f"{slot.key}: a {slot.kind} is no chance, so that no `base_rate` gives it; write `assume`")
        low, high = interval(source, weights.model.file.horizon.days, scales.cover)
        counted = from_interval("chance", low, high, scales.cover, scales.open_end)
        return ("chance", counted, None) if slot.kind == "chance" else ("column", counted, cut or _only_cut(slot))
    given = exactly_one(source, "range", "ratio", "strength", "value")
    if given not in ways(slot):
        allowed = " or ".join(f"`{name}`" for name in ways(slot))
        raise BadQuery(f"{slot.key}: a {slot.kind} is assumed by {allowed}, not `{given}`")
    if given == "value":
        return slot.kind, Fixed(cast(float, source.value)), None
    line = cast(Line, {"range": "chance"}.get(given, given))
    low, high = getattr(source, given)
    distribution = from_interval(line, low, high, scales.cover, scales.open_end)
    if slot.kind == "ratio" and given == "range":
        return "column", distribution, cut or _only_cut(slot)
    return slot.kind, distribution, None


def _only_cut(slot: Parameter) -> int:
    if len(slot.event) != 1:
        raise BadQuery(f"{slot.key}: a `range` leaves open of which states it is the chance; write a `ratio`")
    return 1
