"""Statements that are one voice: they share a speaker or an origin, bear on the same number or variable, and so carry
one weight between them; and statements that set several numbers, in which the draws let them err alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from tocsin.elicitation.combination import connected
from tocsin.model import Model


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
            for name in (each for each in slot.quantity.statements if each in voting):
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
        for places in connected([(("speaker", one.speaker), ("origin", one.voice_origin)) for one in records]):
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
        for each in filter(None, (statement.speaker, statement.origin)):
            found[each] = found.get(each, 0) + 1
    return tuple(each for each, count in found.items() if count > 1)
