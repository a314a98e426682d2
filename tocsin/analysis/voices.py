"""The voices behind the numbers: which statements are one, and on which numbers voices contradict each other.

Statements that share a speaker or an origin and bear on the same number or variable carry one weight between them; a
statement that sets several numbers lets the draws of these err alike. Where Birge's ratio is above 2 a number is in
dispute: the prior is widened, and both sides are told, with what each outcome would be under either alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from tocsin.analysis.case import Case, once_per_model
from tocsin.analysis.perturbations import Answers, Variant, answers, points, variant
from tocsin.analysis.re_elicitation import Elicitor
from tocsin.canonical import Canonical
from tocsin.elicitation.combination import connected
from tocsin.elicitation.distributions import NormalOnLine
from tocsin.model import Model
from tocsin.records import StatementChanges

DISPUTED = 2.0
"""Birge's ratio from which on a number is said to be in dispute."""


@dataclass(frozen=True)
class Doubled:
    """One such group.

    kind: `votes`: judgements of one number that share its one vote; `reports`: facts on one variable of which some are
    said already; `numbers`: one statement behind several numbers. on: the number, variable or statement. shared: the
    speakers and origins that they have in common; members: statements, or the numbers; counting: the reports that have
    a vote.
    """

    kind: Literal["votes", "reports", "numbers"]
    on: str
    shared: tuple[str, ...]
    members: tuple[str, ...]
    counting: tuple[str, ...] = ()


def doubled(model: Model) -> tuple[Doubled, ...]:
    """Every group, in the order of kinds."""
    return (*_votes(model), *_reports(model), *_numbers(model))


@dataclass(frozen=True)
class Apart:
    """Statements on one variable that share a speaker or an origin and still count each.

    They set different numbers of its table, or one judges and another reports.
    """

    variable: str
    members: tuple[str, ...]


def apart(model: Model, groups: Iterable[Doubled]) -> tuple[Apart, ...]:
    """What is no part of the groups, which count once; by variable, then by speaker or origin."""
    once = [set(group.members) for group in groups]
    return tuple(
        Apart(variable, tuple(names))
        for variable, bearing in _bearing(model).items()
        for names in _by_voice(model, bearing).values()
        if len(names) > 1 and not any(members.issuperset(names) for members in once)
    )


def _bearing(model: Model) -> dict[str, dict[str, None]]:
    """Per variable the statements that have a vote on its numbers or on its states."""
    voting = {vote.statement for prior in model.priors.numbers.values() for vote in prior.votes}
    found: dict[str, dict[str, None]] = {}
    for variable in model.records.variables:
        # A number that several tables share bears on each of their variables.
        for slot in model.provenance.by_variable[variable]:
            for name in (statement for statement in slot.quantity.statements if statement in voting):
                found.setdefault(variable, {})[name] = None
    for fact in model.priors.facts:
        if fact.counts:
            found.setdefault(fact.variable, {})[fact.statement] = None
    return found


def _by_voice(model: Model, names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name in names:
        statement = model.records.by_id[name]
        for voice in filter(None, (statement.speaker, statement.origin)):
            found.setdefault(voice, []).append(name)
    return found


def _votes(model: Model) -> Iterator[Doubled]:
    for prior in model.priors.numbers.values():
        groups: dict[str, list[str]] = {}
        for vote in prior.votes:
            groups.setdefault(vote.voice, []).append(vote.statement)
        for names in groups.values():
            if len(names) > 1:
                yield Doubled("votes", prior.key, _shared(model, names), tuple(names))


def _reports(model: Model) -> Iterator[Doubled]:
    """Facts that hang together by speakers and origins, where some have no vote; what says nothing stands with none."""
    for variable in dict.fromkeys(fact.variable for fact in model.priors.facts):
        here = [fact for fact in model.priors.facts if fact.variable == variable and fact.speaks]
        records = [model.records.by_id[fact.statement] for fact in here]
        for places in connected([(("speaker", record.speaker), ("origin", record.voice_origin)) for record in records]):
            members = tuple(here[place].statement for place in places)
            counting = tuple(here[place].statement for place in places if here[place].counts)
            if counting != members:
                yield Doubled("reports", variable, _shared(model, members), members, counting)


def _numbers(model: Model) -> Iterator[Doubled]:
    numbers: dict[str, list[str]] = {}
    for prior in model.priors.numbers.values():
        for vote in prior.votes:
            numbers.setdefault(vote.statement, []).append(prior.key)
    for statement, keys in sorted(numbers.items()):
        if len(keys) > 1:
            yield Doubled("numbers", statement, (model.records.by_id[statement].speaker,), tuple(keys))


def _shared(model: Model, names: Iterable[str]) -> tuple[str, ...]:
    """Speakers and origins that stand behind more than one of the statements."""
    found: dict[str, int] = {}
    for name in names:
        statement = model.records.by_id[name]
        for voice in filter(None, (statement.speaker, statement.origin)):
            found[voice] = found.get(voice, 0) + 1
    return tuple(voice for voice, count in found.items() if count > 1)


@dataclass(frozen=True)
class Dispute(Canonical):
    """One number in dispute.

    higher, lower: statements whose words lie above and below where the number came to stand; an empty side is the
    reference's. ratio: Birge's.
    """

    number: str
    ratio: float
    higher: tuple[str, ...]
    lower: tuple[str, ...]


@dataclass(frozen=True)
class Sides:
    """A dispute with what every outcome would be under each side alone."""

    dispute: Dispute
    higher: Answers
    lower: Answers


def disputes(model: Model) -> tuple[Dispute, ...]:
    """Every number in dispute, the greatest dispute first."""
    found = []
    for prior in model.priors.numbers.values():
        if prior.dispute > DISPUTED:
            assert isinstance(prior.distribution, NormalOnLine)
            middle = prior.distribution.mu
            above = tuple(vote.statement for vote in prior.votes if vote.distribution.mu > middle)
            below = tuple(vote.statement for vote in prior.votes if vote.distribution.mu <= middle)
            found.append(Dispute(prior.key, prior.dispute, above, below))
    return tuple(sorted(found, key=lambda dispute: (-dispute.ratio, dispute.number)))


def sides(case: Case) -> tuple[Sides, ...]:
    """Every dispute with the outcomes under each side alone: without the other side's statements."""
    variants = _variants(case)
    found = answers(case, {f"{number}\0{side}": alone for (number, side), alone in variants.items()})
    return tuple(
        Sides(dispute, found[f"{dispute.number}\0higher"], found[f"{dispute.number}\0lower"])
        for dispute in disputes(case.model)
    )


@dataclass(frozen=True)
class Alone(Canonical):
    """What every outcome would be without any statement, and per speaker with his words alone.

    A speaker stands here with the outcomes that his words move by a tenth of a point or more.
    """

    references: Mapping[str, float]
    speakers: Mapping[str, Mapping[str, float]]


HEARD = 0.001
"""What a speaker's words must change for him to have said something of an outcome."""


def alone(case: Case) -> Alone:
    """Each speaker alone, and none of them, under the scenario's evidence and changes to statements."""
    found = points(case, _alone(case))
    references = found.pop("")
    moved = {
        speaker: {outcome: p for outcome, p in ps.items() if abs(p - references[outcome]) >= HEARD}
        for speaker, ps in found.items()
    }
    return Alone(references, {speaker: ps for speaker, ps in moved.items() if ps})


@once_per_model
def _alone(model: Model, changes: StatementChanges) -> dict[str, Variant]:
    """The model without any statement, under "", and with those of each speaker alone."""
    elicitor = Elicitor(model, changes)
    every = frozenset(statement.id for statement in model.records.statements)
    spoken = {speaker: elicitor.traces(speaker) for speaker in sorted(model.records.speakers)}
    kept = {"": frozenset[str](), **{speaker: names for speaker, names in spoken.items() if names}}
    return {speaker: variant(model, elicitor.without(every - names)) for speaker, names in kept.items()}


@once_per_model
def _variants(model: Model, changes: StatementChanges) -> dict[tuple[str, str], Variant]:
    """The model without the statements of one side of each dispute."""
    elicitor = Elicitor(model, changes)
    return {
        (dispute.number, side): variant(model, elicitor.without(frozenset(others)))
        for dispute in disputes(model)
        for side, others in (("higher", dispute.lower), ("lower", dispute.higher))
    }
