"""What each statement counts for once a scenario has changed it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from tocsin.elicitation.clusters import Voice
from tocsin.elicitation.distributions import Beta
from tocsin.elicitation.grades import judgement_weight, letters, report_power
from tocsin.elicitation.intervals import beta_from_interval, cap
from tocsin.elicitation.lexicon import HEDGES, Reading, holds, reading
from tocsin.errors import BadQuery, nearest
from tocsin.records.lexicon import Lexicon
from tocsin.records.model import Model
from tocsin.records.scenario import StatementChanges
from tocsin.records.statements import Credibility, Influence, Reliability, Statement

T = TypeVar("T")

_LEAST_RATIO = 0.001
"""Assumption: the odds ratio of a cut by all."""


@dataclass(frozen=True)
class Standing:
    """A statement as the scenario has it."""

    statement: Statement
    reliability: Reliability
    credibility: Credibility
    excluded: bool
    factor: float
    """The scenario's reweighing × the probabilities of the statements that qualify this one."""
    reworded: str | None = None
    """Other words, which also take the place of the analysts' own reading."""

    @property
    def voice(self) -> Voice:
        """Who speaks, and from what origin."""
        return Voice(self.statement.id, self.statement.speaker, self.statement.cluster_origin)


@dataclass(frozen=True, eq=False)
class Hearing:
    """A model's statements as one scenario has them, and the lexicon that reads their words."""

    model: Model
    lexicon: Lexicon
    standings: Mapping[str, Standing]

    def weight(self, standing: Standing) -> float:
        """The weight of a judgement; 0 is no vote."""
        if standing.excluded:
            return 0.0
        return judgement_weight(standing.reliability, standing.credibility, self.model.scales) * standing.factor

    def power(self, standing: Standing) -> float:
        """The power on a fact's likelihood ratio, before its age counts; 0 says nothing."""
        if standing.excluded:
            return 0.0
        return report_power(standing.reliability, standing.statement.bearing, self.model.scales) * standing.factor

    def day(self, standing: Standing) -> date:
        """The day of the fact, or of its publication."""
        return standing.statement.observed_on or self.model.sources[standing.statement.source].published

    def chance(self, standing: Standing) -> Beta:
        """What a judgement's words or reading say of a probability; raises UnknownWords.

        A band of a standard or of the survey is capped by confidence; the analysts' own intervals are not.
        """
        read, model = self.reads(standing), self.model
        beta = beta_from_interval(read.low, read.high, model.scales.cover)
        confidence = standing.statement.confidence or model.file.confidence
        return cap(beta, model.scales.confidence_cap[confidence]) if read.capped else beta

    def reads(self, standing: Standing) -> Reading:
        """The interval that a judgement's words or the analysts' reading of them give; raises UnknownWords.

        Words that another lexicon than the model's own lacks keep their own reading.
        """
        statement = standing.statement
        if standing.reworded is None and statement.read_as is not None and statement.read_as.range is not None:
            return Reading(*statement.read_as.range, HEDGES)
        words, own = standing.reworded or statement.words or "", self.model.lexicons[self.model.file.lexicon]
        if self.lexicon.name != own.name and holds(self.lexicon, words):
            return reading(words, self.lexicon)
        return reading(words, own, self.model.file.hedges, self.model.lexicons.get("survey"))

    @property
    def kept(self) -> tuple[str, ...]:
        """The statements whose words the lexicon does not hold, so that they keep their own reading."""
        return tuple(
            name
            for name, standing in self.standings.items()
            if self.weight(standing)
            and any(judgement.kind in ("probability", "qualifies") for judgement in standing.statement.judges)
            and (standing.reworded is not None or standing.statement.read_as is None)
            and not holds(self.lexicon, standing.reworded or standing.statement.words or "")
        )

    def ratio(self, standing: Standing, influence: Influence) -> tuple[float, float]:
        """The interval of the odds ratio that an influence speaks of, from its `from` state to its `to` event.

        A cut of 20 to 70 % is a ratio of 0.3 to 0.8; a strength word is inverted for `lowers`. Other words than the
        statement's own may be a strength word only.
        """
        read, strength = standing.statement.read_as, standing.reworded or influence.strength
        if standing.reworded is None and read is not None and read.cut is not None:
            # A cut of everything would be a ratio of 0.
            return max(1 - read.cut[1], _LEAST_RATIO), 1 - read.cut[0]
        if standing.reworded is None and read is not None and read.ratio is not None:
            return read.ratio
        strengths = self.model.scales.influence_strength
        if strength not in strengths:
            raise BadQuery(f"{standing.statement.id}: no strength {strength!r}{nearest(str(strength), strengths)}")
        low, high = strengths[strength]
        return (low, high) if influence.direction == "raises" else (1 / high, 1 / low)


def hear(model: Model, changes: StatementChanges, lexicon: str | None = None) -> Hearing:
    """The statements as the scenario's changes leave them. Raises BadQuery for an unknown lexicon, UnknownWords."""
    name = lexicon or model.file.lexicon
    if name not in model.lexicons:
        raise BadQuery(f"no lexicon {name!r}{nearest(name, model.lexicons)}")
    plain = {statement.id: _standing(statement, model, changes) for statement in model.statements}
    first = Hearing(model, model.lexicons[name], plain)
    factors = _qualified(first)
    heard = {key: replace(one, factor=one.factor * factors.get(key, 1.0)) for key, one in plain.items()}
    return Hearing(model, model.lexicons[name], heard)


def _standing(statement: Statement, model: Model, changes: StatementChanges) -> Standing:
    names = _names(statement)
    factor = 1.0
    for name in names:
        factor *= changes.reweigh.get(name, 1.0)
    grade = _first(names, changes.regrade)
    reliability, credibility = letters(grade or f"{model.reliability(statement)}{statement.credibility}")
    excluded = any(name in changes.exclude for name in names)
    return Standing(statement, reliability, credibility, excluded, factor, _first(names, changes.reword))


def _names(statement: Statement) -> tuple[str, ...]:
    """What a scenario may call a statement by, its own name first."""
    names = (statement.id, statement.origin, statement.speaker, statement.source)
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _first(names: Iterable[str], changes: Mapping[str, T]) -> T | None:
    return next((changes[name] for name in names if name in changes), None)


def _qualified(hearing: Hearing) -> dict[str, float]:
    """Per statement the product of the probabilities of what qualifies it, such as `not absolute`."""
    factors: dict[str, float] = {}
    for standing in hearing.standings.values():
        if not hearing.weight(standing):
            continue
        for judgement in standing.statement.judges:
            for name in judgement.qualifies:
                factors[name] = factors.get(name, 1.0) * hearing.chance(standing).mean
    return factors
