"""What the statements say of the model's answers, where they set no number of its tables: agreement or tension."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tocsin.canonical import Canonical, log_odds
from tocsin.elicitation import Hearing, hear
from tocsin.model import Model
from tocsin.reconciliation import checked, events_of, probabilities
from tocsin.records import Statement, StatementChanges
from tocsin.records.statements import Judgement

_EIGHTY = 1.2815515655446004
"""Standard normal quantile of 90 %: half of an 80 % interval in standard deviations."""

STRAIN = 1.0
"""From this |z| on, a judgement and the model are said to be in tension (about the outer third of the words)."""


@dataclass(frozen=True)
class Tension(Canonical):
    """One judgement that is no number of a table, beside what the model says.

    model_p: P(event | condition, facts), NaN where the condition is impossible; low, high: the words' 80 % interval.
    z: logit of the model's P against the interval's centre and half-width on the logit scale; positive where the model
    says more. For a comparison low and high are None and z is the difference of the logits, positive where the model
    agrees.
    """

    statement: str
    told: str
    model_p: float
    low: float | None
    high: float | None
    other_p: float | None
    z: float

    @property
    def strained(self) -> bool:
        """Whether the words and the model disagree."""
        return self.z < 0 if self.low is None else abs(self.z) > STRAIN


def tensions(model: Model, changes: StatementChanges | None = None) -> list[Tension]:
    """Every judgement on a marginal, on a conditional that is no column, or between two events; strongest first.

    changes: what the scenario does to statements, where the model is already under them; the excluded are not asked.
    """
    hearing = hear(model.records, changes or StatementChanges())
    asked = checked(model, hearing)
    answers = iter(probabilities(model, events_of(asked)))
    found = [_tension(model, hearing, statement, judgement, answers) for statement, judgement in asked]
    return sorted(found, key=lambda each: (not each.strained, -abs(each.z), each.statement, each.told))


def _tension(
    model: Model, hearing: Hearing, statement: Statement, judgement: Judgement, answers: Iterator[float]
) -> Tension:
    p = next(answers)
    if judgement.probability is None:
        assert judgement.more_likely
        assert judgement.than
        other = next(answers)
        told = f"{told_event(model, judgement.more_likely)} is more likely than {told_event(model, judgement.than)}"
        return Tension(statement.id, told, p, None, None, other, float(log_odds(p) - log_odds(other)))
    read = hearing.reads(hearing.standings[statement.id])
    low, high = read.low, read.high
    first, last = log_odds([low, high])
    centre, spread = (first + last) / 2, (last - first) / (2 * _EIGHTY)
    told = told_event(model, judgement.probability)
    if judgement.given:
        told += " if " + " and ".join(told_event(model, {name: states}) for name, states in judgement.given.items())
    return Tension(statement.id, told, p, low, high, None, float((log_odds(p) - centre) / spread))


def told_event(model: Model, event: Mapping[str, Sequence[str]]) -> str:
    """An event in plain words: the variable's title and its states' labels."""
    name, states = next(iter(event.items()))
    return model.records.variables[name].named(states)
