"""The same question asked of other models: without a statement, with other words, joined by another rule.

Points of all variants are one batch, whose rows differ in tables and facts. Intervals take a batch for all variants
with the same draws, since laying different draws side by side would only copy what they share.
Shape letters: V variants, D draws, S states.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import get_args

import numpy as np

from tocsin import records
from tocsin.analysis.case import Case, once_per_model
from tocsin.analysis.re_elicitation import Elicitor
from tocsin.assessment import Estimate, Evidence, gather, is_informative
from tocsin.elicitation import Priors, weigh
from tocsin.elicitation.priors import same_draws
from tocsin.errors import Contradiction
from tocsin.inference.draws import QuestionUnderDraws, UnderDraws
from tocsin.model import Model, columns_of
from tocsin.network.network import Array, ancestors
from tocsin.records import StatementChanges
from tocsin.records.model import Pooling
from tocsin.tables import Filler, is_linear

KINDS = ("speaker", "origin", "source")


@dataclass(frozen=True)
class Answer(Estimate):
    """An outcome's probability under a variant, its interval and its word."""

    word: str


Answers = Mapping[str, Answer]
"""Per outcome."""


@dataclass(frozen=True, eq=False)
class Variant:
    """What of another model differs: mean tables and draws of tables.

    heard: a model of which only facts and grades are asked. draws: also of a table that has none in the model that it
    is a variant of, and `[..., 1]` where that alone has them.
    """

    tables: Mapping[str, Array]
    draws: Mapping[str, Array]
    heard: Model


def same(model: Model) -> Variant:
    """No difference."""
    return Variant({}, {}, model)


def variant(model: Model, priors: Priors, read: records.ModelRecords | None = None) -> Variant:
    """The model with other priors; read: its records, where they differ in scales or pooling."""
    changed: dict[str, list[str]] = {}
    for key, prior in priors.by_key.items():
        before = model.priors.by_key[key]
        if prior is not before and not same_draws(prior, before):
            for variable in prior.variables:
                changed.setdefault(variable, []).append(key)
    tables, draws = _filled(model, priors, changed) if changed else ({}, {})
    return Variant(tables, draws, replace(model, records=read or model.records, priors=priors))


def _filled(
    model: Model, priors: Priors, changed: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Array], dict[str, Array]]:
    """Mean tables and draws of the variables with numbers that changed, as `model.assemble` fills them."""
    filler, links, variables = Filler(model.records, priors), model.links, model.records.variables
    # Of the other variables nothing is asked, and there are as many variants as statements.
    keys = {key for key, prior in priors.by_key.items() if not changed.keys().isdisjoint(prior.variables)}
    values = priors.by_place(priors.draws(model.count, model.seed, keys))
    points = priors.by_place(columns_of(priors, keys))
    places: dict[str, list[str]] = {}
    for place in values:
        places.setdefault(place.split(".", 1)[0], []).append(place)
    own: dict[str, Array] = {}
    tables: dict[str, Array] = {}
    for name, moved in changed.items():
        here = {place: values[place] for place in places[name]}
        standing = [place for key in moved for place in priors.places_of(key) if place in here]
        part = filler.part(name, standing) if name in model.draws else None
        filled = filler.drawn(name, here, part)
        whole = model.own_draws[name].copy() if part is not None else filled
        own[name] = drawn = filler.place(name, part, whole, filled)
        if is_linear(name, variables):
            drawn = filler.filled(name, {place: points[place] for place in places[name]})
        tables[name] = drawn.mean(axis=-1)
    for group in links.groups:
        if set(group) & set(changed):
            tables.update(links.expected(group, {name: own.get(name, model.own_draws[name]) for name in group}))
    return tables, {name: links.wide(name, drawn) for name, drawn in own.items()}


def answers(case: Case, variants: Mapping[str, Variant]) -> dict[str, Answers]:
    """Per variant of the case's model, each outcome as `assess` would answer it."""
    own = _Asked(same(case.model), case.evidence, _informative(case.evidence))
    given = _Given(case, own.rows)
    # Most variants share the model's own facts: the evidence is read once for all that share them.
    read = {_facts_of(case.model): (own.evidence, own.rows)}
    asked = []
    for changed in variants.values():
        if (facts := _facts_of(changed.heard)) not in read:
            evidence = gather(changed.heard, case.scenario)
            read[facts] = evidence, _informative(evidence)
        asked.append(_Asked(changed, *read[facts]))
    points = _points(case, asked)
    open_questions = {question.key: question for question in asked if question.key != own.key}
    by_draws: dict[object, list[_Asked]] = {}
    for question in open_questions.values():
        by_draws.setdefault(question.draws, []).append(question)
    known = {own.key: _given_ends(case)}
    for questions in by_draws.values():
        known |= zip((question.key for question in questions), _ends(case, questions, given), strict=True)
    found: dict[str, Answers] = {}
    for place, (label, question) in enumerate(zip(variants, asked, strict=True)):
        ends, ps = known[question.key], {outcome: float(p[place]) for outcome, p in points.items()}
        found[label] = {outcome: Answer(p, *ends[outcome], case.words.word(p)) for outcome, p in ps.items()}
    return found


def points(case: Case, variants: Mapping[str, Variant]) -> dict[str, dict[str, float]]:
    """Per variant of the case's model, each outcome's probability alone: one batch."""
    asked = []
    for changed in variants.values():
        evidence = gather(changed.heard, case.scenario)
        asked.append(_Asked(changed, evidence, _informative(evidence)))
    found = _points(case, asked)
    return {label: {outcome: float(p[place]) for outcome, p in found.items()} for place, label in enumerate(variants)}


def _facts_of(model: Model) -> tuple[int, int]:
    """The same for models that read a scenario's evidence alike: they share likelihoods and scales."""
    return id(model.priors.likelihoods), id(model.records)


Rows = tuple[tuple[str, bytes], ...]
"""Variables with likelihoods that speak for some state more than for another."""


def _informative(evidence: Evidence) -> Rows:
    return tuple(sorted((name, row.tobytes()) for name, row in evidence.likelihoods.items() if is_informative(row)))


@dataclass(frozen=True, eq=False)
class _Asked:
    """A variant, and the scenario's evidence as it reads it, with that part of it which says something."""

    variant: Variant
    evidence: Evidence
    rows: Rows

    @cached_property
    def key(self) -> object:
        """Equal where draws and evidence are the same."""
        return self.draws, self.rows

    @cached_property
    def draws(self) -> object:
        """Equal where draws are the same."""
        return tuple(sorted((name, id(draw)) for name, draw in self.variant.draws.items()))


def _points(case: Case, asked: Sequence[_Asked]) -> dict[str, Array]:
    """Each outcome's probability `[V]` under the mean tables."""
    own = case.model.network.tables
    tables = {
        name: np.stack([question.variant.tables.get(name, own[name]) for question in asked], axis=-1)
        for name in sorted({name for question in asked for name in question.variant.tables})
    }
    given = _stacked(case, asked)
    return {outcome: np.broadcast_to(p, len(asked)) for outcome, p in case.chances(given, tables).items()}


def _stacked(case: Case, asked: Sequence[_Asked]) -> dict[str, Array]:
    """The likelihoods of each question in turn, `[V, S]`."""
    distinct = {id(question.evidence): question.evidence.likelihoods for question in asked}
    places = {key: place for place, key in enumerate(distinct)}
    which = [places[id(question.evidence)] for question in asked]
    likelihoods = list(distinct.values())
    shapes = {name: (1, case.model.network.size(name)) for name in sorted({n for rows in likelihoods for n in rows})}
    return {
        name: np.concatenate([np.broadcast_to(rows.get(name, np.ones((1, 1))), shape) for rows in likelihoods])[which]
        for name, shape in shapes.items()
    }


def _ends(case: Case, asked: Sequence[_Asked], given: _Given) -> Iterator[dict[str, tuple[float, float]]]:
    """Each outcome's interval for questions with the same draws, as in `assess`."""
    model, evidence, ends = case.model, case.evidence, _given_ends(case)
    events = {outcome: places for question in asked for outcome, places in given.reached(question).items()}
    if not events:
        yield from (ends for _ in asked)
        return
    if len(asked) == 1 and asked[0].evidence is evidence and not evidence.beliefs:
        # Most of the statements: only draws differ, and the evidence is read once for all of them.
        low, high = given.under(asked[0].variant.draws, tuple(events)).tolist()
        yield {**ends, **dict(zip(events, zip(low, high, strict=True), strict=True))}
        return
    draws = {**model.draws, **asked[0].variant.draws}
    forced = {name: np.full(len(asked), place) for name, place in evidence.forced.items()}
    beliefs = {name: np.repeat(chances, len(asked), axis=0) for name, chances in evidence.beliefs.items()}
    found = UnderDraws(model.engine, draws, model.count, tuple(events.items())).quantiles(
        case.tails, _stacked(case, asked), forced, beliefs
    )
    if found.contradictions:
        raise Contradiction(next(iter(found.contradictions.values())))
    for low, high in found.values.transpose(1, 0, 2).tolist():
        yield {**ends, **dict(zip(events, zip(low, high, strict=True), strict=True))}


@dataclass(frozen=True, eq=False)
class _Given:
    """The scenario itself, which variants are held against."""

    case: Case
    rows: Rows

    @cached_property
    def _upstream(self) -> dict[str, set[str]]:
        """What bears on each variable, itself among it, where no force keeps it from that."""
        network, forced = self.case.model.network, self.case.evidence.forced
        parents = {name: () if name in forced else network.parents[name] for name in network.variables}
        return {name: {name, *ancestors(parents, name)} for name in network.variables}

    @cached_property
    def _bearing(self) -> set[str]:
        """What bears on the evidence."""
        known = (*self.case.evidence.beliefs, *(name for name, _ in self.rows))
        return {cause for name in known for cause in self._upstream[name]}

    def reached(self, question: _Asked) -> Mapping[str, tuple[int, ...]]:
        """The outcomes whose draws or whose draws' weights may differ: all, or those downstream of the changed tables.

        A table bears on the evidence only if its variable is an ancestor of what is known, and then on everything.
        """
        events = self.case.events
        if question.rows != self.rows:
            return events
        changed = {name for name in question.variant.draws if name not in self.case.evidence.forced}
        if changed & self._bearing:
            return events
        return {outcome: places for outcome, places in events.items() if changed & self._upstream[outcome]}

    @cached_property
    def _questions(self) -> dict[tuple[str, ...], QuestionUnderDraws]:
        """By outcomes; filled as they are asked."""
        return {}

    def under(self, draws: Mapping[str, Array], outcomes: tuple[str, ...]) -> Array:
        """The intervals of these outcomes where some tables have other draws, `[2, E]`; not where there are beliefs."""
        if outcomes not in self._questions:
            model, evidence = self.case.model, self.case.evidence
            events = tuple((outcome, self.case.events[outcome]) for outcome in outcomes)
            forced = {name: np.array([place]) for name, place in evidence.forced.items()}
            asked = UnderDraws(model.engine, model.draws, model.count, events)
            self._questions[outcomes] = asked.question(evidence.likelihoods, forced)
        return self._questions[outcomes].under(self.case.tails, draws)


def _given_ends(case: Case) -> dict[str, tuple[float, float]]:
    outcomes = case.assessment.outcomes
    return {outcome: (outcomes[outcome].low, outcomes[outcome].high) for outcome in case.events}


@dataclass(frozen=True)
class LeaveOneOut:
    """Per statement, and per speaker, origin and source as a whole, the answers without it."""

    statements: Mapping[str, Answers]
    groups: Mapping[str, Mapping[str, Answers]]
    """Per kind of group, per name."""


def influence(case: Case) -> LeaveOneOut:
    """The whole table: every statement, speaker, origin and source left out in turn, on all outcomes.

    What leaves no trace in priors or facts (context, judgements kept as checks, echoes) changes nothing, and shows so.
    """
    found = answers(case, _without(case))

    def of(names: Iterable[str]) -> dict[str, Answers]:
        return {name: found[name] for name in names}

    names = _names(case.model)
    return LeaveOneOut(of(names["statement"]), {kind: of(names[kind]) for kind in KINDS})


def _names(model: Model) -> dict[str, list[str]]:
    """Per kind what can be left out."""
    records = model.records
    return {
        "statement": [statement.id for statement in records.statements],
        "speaker": list(records.speakers),
        "origin": list(dict.fromkeys(s.origin for s in records.statements if s.origin is not None)),
        "source": list(records.sources),
    }


@once_per_model
def _without(model: Model, changes: StatementChanges) -> dict[str, Variant]:
    """The model without each of these."""
    elicitor = Elicitor(model, changes)
    # A speaker of one statement is that statement.
    known: dict[frozenset[str], Variant] = {frozenset(): same(model)}
    found: dict[str, Variant] = {}
    for name in (name for names in _names(model).values() for name in names):
        left = elicitor.traces(name)
        if left not in known:
            known[left] = variant(model, elicitor.without(left))
        found[name] = known[left]
    return found


@dataclass(frozen=True)
class Other:
    """The answers under another choice."""

    kind: str
    """lexicon, pooling or grades."""
    name: str
    answers: Answers
    kept: int = 0
    """Of a lexicon: how many statements have words that it lacks, and keep their own reading."""


def readings(case: Case) -> tuple[Other, ...]:
    """Every other lexicon, pooling rule and weighing of grades, as one table."""
    others = _others(case)
    found = answers(case, {f"{kind} {name}": changed for (kind, name), (changed, _) in others.items()})
    return tuple(Other(kind, name, found[f"{kind} {name}"], kept) for (kind, name), (_, kept) in others.items())


@once_per_model
def _others(model: Model, changes: StatementChanges) -> dict[tuple[str, str], tuple[Variant, int]]:
    """By kind and name the model under each choice, and how many statements keep their own reading."""
    found: dict[tuple[str, str], tuple[Variant, int]] = {}
    elicitor = Elicitor(model, changes)
    for kind, name, read, lexicon in _choices(model.records):
        weights = weigh(read, changes, lexicon)
        kept = len(weights.kept) if kind == "lexicon" else 0
        found[kind, name] = variant(model, elicitor.weighed_anew(weights), read), kept
    return found


def _choices(model: records.ModelRecords) -> Iterator[tuple[str, str, records.ModelRecords, str]]:
    """Kind, name, records and the lexicon to read with."""
    own = model.file.lexicon
    for name in model.lexicons:
        if name != own:
            yield "lexicon", name, model, name
    rule = model.file.pooling
    for pool in get_args(Pooling):
        if pool != rule.rule:
            pooling = rule.model_copy(update={"rule": pool})
            file = model.file.model_copy(update={"pooling": pooling})
            yield "pooling", pool, _with(model, file=file), own
    weights = model.scales.reliability_weight
    for name, changed in (
        ("all alike", dict.fromkeys(weights, 1.0)),
        ("twice as strict", {letter: weight**2 for letter, weight in weights.items()}),
    ):
        scales = model.scales.model_copy(update={"reliability_weight": changed})
        yield "grades", name, _with(model, scales=scales), own


def _with(model: records.ModelRecords, **changes: object) -> records.ModelRecords:
    # What pydantic copies would carry the digest that is cached on the record.
    fields = {name: getattr(model, name) for name in type(model).model_fields}
    return records.ModelRecords.model_construct(**{**fields, **changes})
