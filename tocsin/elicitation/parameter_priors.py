"""One number: its reference, and the statements that observe it → its prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from tocsin.elicitation import base_rates
from tocsin.elicitation.combination import Combination, Observation, combine
from tocsin.elicitation.distributions import Distribution, Fixed, Line, NormalOnLine, from_interval
from tocsin.elicitation.interpretation import Interpretation, interpret
from tocsin.elicitation.statement_weights import StatementWeights, WeightedStatement
from tocsin.errors import BadQuery
from tocsin.records.base import exactly_one
from tocsin.records.families import Assumption, BaseRate
from tocsin.records.matching import takes_base_rate, ways
from tocsin.records.slots import Slot

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


def prior(slots: Sequence[Slot], weights: StatementWeights) -> Prior:
    """The prior of one number, which stands in one slot or is shared by several.

    Raises BadQuery where its statements or its reference do not fit it.
    """
    slot, variables = slots[0], tuple(dict.fromkeys(slot.variable for slot in slots))
    observed = _observed(slots, weights)
    sorts = {(each.kind, each.cut) for _, each in observed}
    if len(sorts) > 1:
        raise BadQuery(f"{slot.key}: its statements judge different things; keep to odds ratios, or to one event")
    cut = next(iter(sorts))[1] if sorts else None
    source = slot.quantity.reference
    kind, reference, cut = _reference(slot, source, weights, cut)
    if sorts and next(iter(sorts))[0] != kind:
        named = {"ratio": "an odds ratio", "chance": "a chance", "column": "the chance in that column"}
        says = named[next(iter(sorts))[0]]
        raise BadQuery(f"{slot.key}: its statements judge {says}, and its reference is {named.get(kind, kind)}")
    places = tuple(each.key for each in slots)
    basis: Literal["assumption", "base rate"] = "base rate" if isinstance(source, BaseRate) else "assumption"
    votes = [(each, said, weights.weight(each)) for each, said in observed]
    voting = [entry for entry in votes if entry[2] > 0]
    if not voting:
        return Prior(slot.number, variables, kind, reference, basis, reference, source, cut=cut, places=places)
    assert isinstance(reference, NormalOnLine)
    distributions = {
        each.id: NormalOnLine(said.distribution.line, said.distribution.mu, said.distribution.sigma / weight**0.5)
        for each, said, weight in voting
    }
    combined = combine(
        (reference.mu, reference.sigma**2),
        [
            Observation(
                each.id, each.record.speaker, each.record.voice_origin, distributions[each.id].mu,
                distributions[each.id].sigma ** 2,
            )
            for each, _, _ in voting
        ],
        weights.model.scales.common_error,
        weights.model.file.pooling.rule,
    )  # fmt: skip
    return Prior(
        slot.number, variables, kind,
        NormalOnLine(reference.line, combined.mean, combined.variance**0.5),
        "statements", reference, source,
        _votes(combined, distributions, {each.id: weight for each, _, weight in voting}),
        combined.reference_share, combined.dispute, cut, places,
    )  # fmt: skip


def _observed(slots: Sequence[Slot], weights: StatementWeights) -> list[tuple[WeightedStatement, Interpretation]]:
    """Each statement with what it says of the number, by the first place of which it speaks."""
    found = []
    for name in sorted(slots[0].quantity.statements):
        statement, refused = weights.statements[name], None
        for slot in slots:
            try:
                said = interpret(slot, statement, weights)
            except BadQuery as error:
                refused = refused or error
                continue
            if said is not None:
                found.append((statement, said))
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
    slot: Slot, source: Assumption | BaseRate, weights: StatementWeights, cut: int | None
) -> tuple[Kind, Distribution, int | None]:
    """What is believed without any statement: the kind of number, its distribution, and the cut of a column."""
    scales = weights.model.scales
    if isinstance(source, BaseRate):
        if not takes_base_rate(slot):
            raise BadQuery(f"{slot.key}: a {slot.kind} is no chance, so that no `base_rate` gives it; write `assume`")
        low, high = base_rates.interval(source, weights.model.file.horizon.days, scales.cover)
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


def _only_cut(slot: Slot) -> int:
    if len(slot.event) != 1:
        raise BadQuery(f"{slot.key}: a `range` leaves open of which states it is the chance; write a `ratio`")
    return 1
