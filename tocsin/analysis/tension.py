"""What the statements say of the model's answers, where they set no number of its tables: agreement or tension."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.elicitation import Hearing, hear
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Statement, StatementChanges
from tocsin.records.base import Event, only
from tocsin.records.statements import Judgement

_EIGHTY = 1.2815515655446004
"""Standard normal quantile of 90 %: half of an 80 % interval in standard deviations."""

Conditional = tuple[Event, Mapping[str, Sequence[str]]]
"""An event, and what is supposed."""

STRAIN = 1.0
"""From this |z| on, a judgement and the model are said to be in tension (about the outer third of the words)."""


@dataclass(frozen=True)
class Tension:
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
    return sorted(found, key=lambda each: (not each.strained, -abs(each.z)))


def checked(model: Model, hearing: Hearing) -> list[tuple[Statement, Judgement]]:
    """The judgements that set no number and are heard, in the order of the file."""
    return [
        (statement, judgement)
        for statement in model.records.statements
        for judgement in statement.judges
        if is_checked(model, statement, judgement) and hearing.weight(hearing.standings[statement.id]) > 0
    ]


def events_of(asked: Sequence[tuple[Statement, Judgement]]) -> list[Conditional]:
    """The events that the judgements speak of: one for a probability, two for a comparison."""
    events: list[Conditional] = []
    for _, judgement in asked:
        if judgement.probability:
            events.append((judgement.probability, judgement.given))
        else:
            assert judgement.more_likely
            assert judgement.than
            events += [(judgement.more_likely, {}), (judgement.than, {})]
    return events


def probabilities(model: Model, events: Sequence[Conditional]) -> list[float]:
    """P(event | condition, facts) for each pair, as one batch."""
    if not events:
        return []
    marginals = model.engine.posteriors(conditions(model, events)).marginals
    return [float(marginals[name][row, places].sum()) for row, (name, places) in enumerate(_places(model, events))]


def conditions(model: Model, events: Sequence[Conditional]) -> dict[str, Array]:
    """Likelihoods `[events, S]`: each event's condition, and the facts."""
    rows: dict[str, Array] = {}
    conditioned = {name for _, given in events for name in given}
    for name in conditioned | set(model.priors.likelihoods):
        states = model.network.states[name]
        fact = model.priors.likelihoods.get(name, np.ones(len(states)))
        allowed = [[float(s in given.get(name, states)) for s in states] for _, given in events]
        rows[name] = np.array(allowed) * fact
    return rows


def drawn_probabilities(model: Model, events: Sequence[Conditional]) -> Array:
    """P(event | condition, facts) in each draw, `[events, draws]`."""
    rows = conditions(model, events)
    found = []
    for row, (name, places) in enumerate(_places(model, events)):
        # One batch of draws per event: the draws of all events side by side would copy every table.
        here = {each: likelihood[row : row + 1] for each, likelihood in rows.items()}
        marginal = model.engine.posteriors(here, model.draws, targets=[name]).marginals[name]
        found.append(np.broadcast_to(marginal[:, places].sum(axis=1), model.count))
    return np.array(found).reshape(len(events), model.count)


def _places(model: Model, events: Sequence[Conditional]) -> Iterator[tuple[str, list[int]]]:
    for event, _ in events:
        name, states = only(event)
        yield name, [model.network.index(name, state) for state in states]


def is_checked(model: Model, statement: Statement, judgement: Judgement) -> bool:
    """Whether a judgement is compared with the model's answer, since it sets no number of its variable."""
    if judgement.more_likely is not None:
        return True
    if judgement.probability is None or judgement.horizon_days is not None:
        return False
    variable = only(judgement.probability)[0]
    return all(slot.variable != variable for slot in model.provenance.numbers_of(statement.id))


def _tension(
    model: Model, hearing: Hearing, statement: Statement, judgement: Judgement, answers: Iterator[float]
) -> Tension:
    p = next(answers)
    if judgement.probability is None:
        assert judgement.more_likely
        assert judgement.than
        other = next(answers)
        told = f"{told_event(model, judgement.more_likely)} is more likely than {told_event(model, judgement.than)}"
        return Tension(statement.id, told, p, None, None, other, float(_logit(p) - _logit(other)))
    read = hearing.reads(hearing.standings[statement.id])
    low, high = read.low, read.high
    centre, spread = (_logit(low) + _logit(high)) / 2, (_logit(high) - _logit(low)) / (2 * _EIGHTY)
    told = told_event(model, judgement.probability)
    if judgement.given:
        told += " if " + " and ".join(told_event(model, {name: states}) for name, states in judgement.given.items())
    return Tension(statement.id, told, p, low, high, None, float((_logit(p) - centre) / spread))


def told_event(model: Model, event: Mapping[str, Sequence[str]]) -> str:
    """An event in plain words: the variable's title and its states' labels."""
    name, states = next(iter(event.items()))
    return model.records.variables[name].named(states)


def _logit(p: float) -> float:
    bounded = min(max(p, 1e-12), 1 - 1e-12)
    return float(np.log(bounded) - np.log1p(-bounded))
