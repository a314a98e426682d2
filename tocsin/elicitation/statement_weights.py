"""Grades → weights of judgements and likelihoods of facts (Admiralty code; every constant is in the scales).

Facts give one likelihood per variable, each voice counted once. A report ties its speaker to its origin. Per state the
maximum-weight matching of speakers and origins by the strength of what is said (|log λ|) counts, so that no speaker and
no origin has two votes, and a copy has none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from tocsin.elicitation.combination import matching
from tocsin.elicitation.distributions import Array, NormalOnLine, from_interval
from tocsin.elicitation.lexicon import HEDGES, Reading, holds, reading, reading_in
from tocsin.errors import BadQuery, nearest
from tocsin.records.model import ModelRecords
from tocsin.records.scenario import StatementChanges
from tocsin.records.statements import Credibility, Influence, Lexicon, Reliability, Scales, Statement

T = TypeVar("T")
_LEAST_RATIO = 0.001
"""Assumption: the odds ratio of a cut by all."""
GRADE_QUESTIONS = 10
"""Assumption: how many resolved questions a grade is worth beside a track record."""


def judgement_weight(reliability: Reliability, credibility: Credibility, scales: Scales) -> float:
    """The weight of a judgement by its grade; 0 means no vote."""
    return scales.reliability_weight[reliability] * scales.credibility_weight[credibility]


def report_power(reliability: Reliability, bearing: str, scales: Scales) -> float:
    """The power on a report's likelihood ratio."""
    return scales.reliability_weight[reliability] * scales.bearing_power[bearing]


def likelihood(states: Sequence[str], reported: Collection[str], ratio: float, power: float) -> Array:
    """λ `[states]`: ratio^power for the reported states, 1 for the rest (Pearl 1988: only ratios matter)."""
    return np.array([ratio**power if state in reported else 1.0 for state in states])


def report_likelihood(states: Sequence[str], reported: Collection[str], grade: str, scales: Scales) -> Array:
    """λ `[states]` of a scenario's own report, such as grade B2; it bears on the variable directly."""
    reliability, credibility = letters(grade)
    power = report_power(reliability, "direct", scales)
    return likelihood(states, reported, scales.credibility_ratio[credibility], power)


def letters(grade: str) -> tuple[Reliability, Credibility]:
    """The two halves of an Admiralty grade such as B2."""
    return cast(Reliability, grade[0]), cast(Credibility, int(grade[1:]))


def decay(day: date, as_of: date, half_life_days: float | None) -> float:
    """0.5^(age / half-life); 1 without a half-life, and for a fact that is not older than `as_of`."""
    if half_life_days is None:
        return 1.0
    return float(0.5 ** (max(0, (as_of - day).days) / half_life_days))


@dataclass(frozen=True)
class WeightedStatement:
    """A statement as the scenario has it."""

    record: Statement
    reliability: Reliability
    credibility: Credibility
    excluded: bool
    factor: float
    """The scenario's reweighing."""
    qualified: float = 1.0
    """The product of the probabilities of the statements that qualify this one: of a judgement a factor on its weight,
    of a fact the chance that what is reported bears on the variable at all."""
    reworded: str | None = None
    """Other words, which also take the place of the analysts' own reading."""
    superseded_by: str | None = None
    """The later statement of its speaker that takes its place; it is excluded then."""

    @property
    def id(self) -> str:
        """The statement's name."""
        return self.record.id


@dataclass(frozen=True, eq=False)
class StatementWeights:
    """A model's statements as one scenario has them, and the lexicon that reads their words."""

    model: ModelRecords
    lexicon: Lexicon
    statements: Mapping[str, WeightedStatement]

    def weight(self, statement: WeightedStatement) -> float:
        """The weight w of a judgement, 0 to 1, by which the precision of its words is multiplied; 0 is no vote.

        With `cooke_weights` the speaker's takes the place of the grade (Cooke 1991). A track record of n questions
        joins it, as if the grade were one of `GRADE_QUESTIONS`.
        """
        if statement.excluded:
            return 0.0
        record, scales, calibrated = statement.record, self.model.scales, self.model.file.pooling.cooke_weights
        if calibrated:
            own = calibrated.get(record.speaker, 0.0)
        else:
            own = judgement_weight(statement.reliability, statement.credibility, scales)
        if kept := self.model.file.pooling.track_records.get(record.speaker):
            own = (kept.questions * kept.skill + GRADE_QUESTIONS * own) / (kept.questions + GRADE_QUESTIONS)
        bearing = scales.judgement_bearing[record.bearing] if record.judges else 1.0
        # Reweighing makes no judgement firmer than its words.
        return min(own * bearing * statement.factor * statement.qualified, 1.0)

    def power(self, statement: WeightedStatement) -> float:
        """The power on a fact's likelihood ratio, before its age counts; 0 says nothing."""
        if statement.excluded:
            return 0.0
        return report_power(statement.reliability, statement.record.bearing, self.model.scales) * statement.factor

    def day(self, statement: WeightedStatement) -> date:
        """The day of the fact, or of its publication."""
        return statement.record.observed_on or self.model.sources[statement.record.source].published

    def distribution(self, statement: WeightedStatement) -> NormalOnLine:
        """What a judgement's words or reading say of a probability, before its weight; raises UnknownWords.

        A band of a standard or of the survey is never read as firmer than confidence allows; the analysts' own
        intervals are as wide as they are.
        """
        read, scales = self.reads(statement), self.model.scales
        words = from_interval("chance", read.low, read.high, scales.cover, scales.open_end)
        confidence = statement.record.confidence or self.model.file.confidence
        return replace(words, sigma=max(words.sigma, scales.confidence_floor[confidence])) if read.floored else words

    def reads(self, statement: WeightedStatement) -> Reading:
        """The interval that a judgement's words or the analysts' reading of them give; raises UnknownWords.

        Words that another lexicon than the model's own lacks keep their own reading.
        """
        record = statement.record
        if statement.reworded is None and record.read_as is not None and record.read_as.range is not None:
            return Reading(*record.read_as.range, HEDGES, published=False)
        words = statement.reworded or record.words or ""
        if self.lexicon.name != self.model.file.lexicon and holds(self.lexicon, words):
            return reading(words, self.lexicon)
        return reading_in(self.model, words)

    @property
    def kept(self) -> tuple[str, ...]:
        """The statements whose words the lexicon does not hold, so that they keep their own reading."""
        return tuple(
            name
            for name, statement in self.statements.items()
            if self.weight(statement)
            and statement.record.estimates
            and (statement.reworded is not None or statement.record.read_as is None)
            and not holds(self.lexicon, statement.reworded or statement.record.words or "")
        )

    def ratio(self, statement: WeightedStatement, influence: Influence) -> tuple[float, float]:
        """The interval of the odds ratio that an influence speaks of, from its `from` state to its `to` event.

        A cut of 20 to 70 % is a ratio of 0.3 to 0.8; a strength word is inverted for `lowers`. Other words than the
        statement's own may be a strength word only.
        """
        read, strength = statement.record.read_as, statement.reworded or influence.strength
        if statement.reworded is None and read is not None and read.cut is not None:
            # A cut of everything would be a ratio of 0.
            return max(1 - read.cut[1], _LEAST_RATIO), 1 - read.cut[0]
        if statement.reworded is None and read is not None and read.ratio is not None:
            return read.ratio
        strengths = self.model.scales.influence_strength
        if strength not in strengths:
            raise BadQuery(f"{statement.id}: no strength {strength!r}{nearest(str(strength), strengths)}")
        low, high = strengths[strength]
        return (low, high) if influence.direction == "raises" else (1 / high, 1 / low)


def weigh(model: ModelRecords, changes: StatementChanges, lexicon: str | None = None) -> StatementWeights:
    """The statements as the scenario's changes leave them. Raises BadQuery for an unknown lexicon, UnknownWords."""
    name = lexicon or model.file.lexicon
    if name not in model.lexicons:
        raise BadQuery(f"no lexicon {name!r}{nearest(name, model.lexicons)}")
    graded = {record.id: _graded(record, model, changes) for record in model.statements}
    weights = StatementWeights(model, model.lexicons[name], graded)
    qualified = _qualified(weights)
    return replace(
        weights,
        statements={key: replace(statement, qualified=qualified.get(key, 1.0)) for key, statement in graded.items()},
    )


def _graded(record: Statement, model: ModelRecords, changes: StatementChanges) -> WeightedStatement:
    names = record.names
    factor = 1.0
    for name in names:
        factor *= changes.reweigh.get(name, 1.0)
    grade = _first(names, changes.regrade)
    reliability, credibility = letters(grade or f"{model.reliability(record)}{record.credibility}")
    superseded_by = model.superseded.get(record.id)
    excluded = superseded_by is not None or any(name in changes.exclude for name in names)
    reworded = _first(names, changes.reword)
    return WeightedStatement(
        record, reliability, credibility, excluded, factor, reworded=reworded, superseded_by=superseded_by
    )


def _first(names: Iterable[str], changes: Mapping[str, T]) -> T | None:
    return next((changes[name] for name in names if name in changes), None)


def _qualified(weights: StatementWeights) -> dict[str, float]:
    """Per statement the product of the probabilities of what qualifies it, such as `not absolute`.

    A qualifier of weight w and probability p leaves 1 - w(1 - p), so that at weight 0 it is as if it had not been said.
    """
    left: dict[str, float] = {}
    for statement in weights.statements.values():
        for judgement in statement.record.judges:
            if judgement.qualifies and (weight := weights.weight(statement)):
                factor = 1 - weight * (1 - weights.distribution(statement).mean)
                for name in judgement.qualifies:
                    left[name] = left.get(name, 1.0) * factor
    return left


@dataclass(frozen=True)
class Fact:
    """What one report says of a variable."""

    statement: str
    variable: str
    likelihood: tuple[float, ...]
    """λ `[states]`, before it is matched with the others."""
    votes: tuple[bool, ...]
    """On which states it has a vote; what it says of the rest is already said, by its speaker or its origin."""

    @property
    def counts(self) -> bool:
        """Whether it has a vote on some state."""
        return any(self.votes)

    @property
    def part(self) -> Array:
        """Its part of the variable's λ `[states]`: 1 where it has no vote."""
        return np.where(self.votes, self.likelihood, 1.0)

    @property
    def speaks(self) -> bool:
        """Whether it holds any state for more probable than another."""
        return len(set(self.likelihood)) > 1


def facts(weights: StatementWeights, half_life_days: float | None = None) -> tuple[Fact, ...]:
    """Every report that is not excluded, by variable and day."""
    reports: dict[str, list[WeightedStatement]] = {}
    for statement in weights.statements.values():
        if not statement.excluded:
            for variable in statement.record.reports:
                reports.setdefault(variable, []).append(statement)
    found: list[Fact] = []
    for variable in sorted(reports):
        # The first report of an origin is the one that later ones repeat.
        ordered = sorted(reports[variable], key=lambda statement: (weights.day(statement), statement.id))
        rows = [_likelihood(statement, variable, weights, half_life_days) for statement in ordered]
        edges = [(statement.record.speaker, statement.record.voice_origin) for statement in ordered]
        found += [
            Fact(statement.id, variable, tuple(map(float, row)), tuple(map(bool, votes)))
            for statement, row, votes in zip(ordered, rows, _votes(edges, np.log(rows)), strict=True)
        ]
    return tuple(found)


def likelihoods(found: Iterable[Fact]) -> dict[str, Array]:
    """Per variable λ `[states]`: per state the product over the reports that have a vote."""
    by_variable: dict[str, list[Fact]] = {}
    for fact in found:
        by_variable.setdefault(fact.variable, []).append(fact)
    return {variable: _together(several) for variable, several in by_variable.items()}


def _together(several: Sequence[Fact]) -> Array:
    powers, votes = np.log([fact.likelihood for fact in several]), np.array([fact.votes for fact in several])
    return np.exp([power[vote].sum() for power, vote in zip(powers.T, votes.T, strict=True)])


def _votes(edges: list[tuple[str, str]], powers: Array) -> NDArray[np.bool_]:
    """Which reports have a vote on which state `[reports, states]`; powers: log λ, of the same shape."""
    votes = np.zeros(powers.shape, dtype=bool)
    for state in range(powers.shape[1]):
        speaking = np.flatnonzero(powers[:, state])
        chosen = matching([edges[place] for place in speaking], np.abs(powers[speaking, state]))
        votes[speaking[chosen], state] = True
    return votes


def _likelihood(
    statement: WeightedStatement, variable: str, weights: StatementWeights, half_life_days: float | None
) -> Array:
    model = weights.model
    power = weights.power(statement) * decay(weights.day(statement), model.file.as_of, half_life_days)
    ratio = model.scales.credibility_ratio[statement.credibility]
    reported = likelihood(model.variables[variable].states, statement.record.reports[variable], ratio, power)
    # With probability `qualified` the report bears on the variable; else it says nothing.
    return np.asarray(statement.qualified * reported + (1 - statement.qualified))
