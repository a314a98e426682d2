"""Judgements of what the network only computes: which there are, and how far each draw of the numbers bears them out.

Each draw of all numbers implies P(event | condition, facts); it is weighted by how well the judgements bear that out
(Bayesian melding, Poole & Raftery 2000), with the error model of the priors: for a probability by N(ℓ(P); m, v + κ²) of
each voice, for a comparison by Φ((ℓ(P_A) - ℓ(P_B))/τ) to the power of its weight. A voice has a power of at most 1 over
all that it judges.
Shape letters: J judgements, D draws, S states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.canonical import canonical, figure
from tocsin.elicitation import StatementWeights, weigh
from tocsin.elicitation.combination import Observation, voices_of
from tocsin.elicitation.distributions import onto_line
from tocsin.errors import Irreconcilable
from tocsin.inference.draws import draw_weights, effective_draws
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Statement, StatementChanges
from tocsin.records.base import Event, only
from tocsin.records.statements import Judgement

TAU = 0.5
"""Assumption: the difference of log-odds at which a comparison is still only 84 % convincing."""
LEAST_EFFECTIVE = 0.02
"""Below this share of effective draws the judgements and the model cannot be brought together."""

Asked = Sequence[tuple[Statement, Judgement]]
Conditional = tuple[Event, Mapping[str, Sequence[str]]]
"""An event, and what is supposed."""


@dataclass(frozen=True, eq=False)
class Reconciliation:
    """How the judgements weigh the draws.

    statements: those that are heard; weights: `[D]`, summing to 1; effective: the share of the draws that the weights
    leave, Kish's (Σw)² / (D Σw²).
    """

    statements: tuple[str, ...]
    weights: Array
    effective: float

    @property
    def refused(self) -> bool:
        """Whether too few draws are left to answer from."""
        return self.effective < LEAST_EFFECTIVE

    def require_enough(self) -> None:
        """Raises Irreconcilable."""
        if self.refused:
            raise Irreconcilable(
                f"the judgements leave {self.effective:.1%} of the draws, and at least {LEAST_EFFECTIVE:.0%} are "
                "needed to answer: the model and these words cannot be brought together; answer without `reconcile`, "
                "or mend one of them"
            )


def reconciliation(model: Model, changes: StatementChanges) -> Reconciliation:
    """The weights of the draws of a model that already stands under the changes to statements."""
    weighing = weigh(model.records, changes)
    asked = checked(model, weighing)
    weights = draw_weights(log_weights(model, weighing, asked))
    weights /= weights.sum()
    effective = figure(effective_draws(weights) / len(weights))
    return Reconciliation(tuple(dict.fromkeys(statement.id for statement, _ in asked)), weights, effective)


def log_weights(model: Model, weighing: StatementWeights, asked: Asked) -> Array:
    """`[D]`, up to a constant."""
    from scipy.special import log_ndtr

    drawn = iter(drawn_probabilities(model, events_of(asked)))
    probabilities: dict[str, tuple[Array, list[Observation]]] = {}
    comparisons: list[tuple[str, float, Array]] = []
    for statement, judgement in asked:
        weighted = weighing.statements[statement.id]
        weight, place = weighing.weight(weighted), onto_line("chance", next(drawn))
        if judgement.probability is None:
            apart = place - onto_line("chance", next(drawn))
            comparisons.append((statement.speaker, weight, apart))
        else:
            words, event = weighing.distribution(weighted), repr((judgement.probability, judgement.given))
            observation = Observation(
                statement.id, statement.speaker, statement.voice_origin, words.mu, words.sigma**2 / weight
            )
            probabilities.setdefault(event, (place, []))[1].append(observation)
    voices = [(voice, place) for place, observed in probabilities.values() for voice in voices_of(observed)]
    speaking = [voice.members[0].speaker for voice, _ in voices] + [speaker for speaker, _, _ in comparisons]
    total, common = np.zeros(model.count), model.records.scales.common_error
    for voice, place in voices:
        if np.isnan(place).any():
            # On a condition that the model holds impossible nothing can be borne out or not.
            continue
        power = 1 / speaking.count(voice.members[0].speaker)
        total -= power * (place - voice.mean) ** 2 / (2 * (voice.variance + common))
    for speaker, weight, apart in comparisons:
        if np.isnan(apart).any():
            continue
        total += weight / speaking.count(speaker) * np.asarray(log_ndtr(apart / TAU), float)
    return total


def checked(model: Model, weighing: StatementWeights) -> list[tuple[Statement, Judgement]]:
    """The judgements that set no number and are heard, in the order of the file."""
    return [
        (statement, judgement)
        for statement in model.records.statements
        for judgement in statement.judges
        if is_checked(model, statement, judgement) and weighing.weight(weighing.statements[statement.id]) > 0
    ]


def events_of(asked: Asked) -> list[Conditional]:
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
    """P(event | condition, facts) for each pair, as one batch; NaN where the condition is impossible."""
    if not events:
        return []
    marginals = model.engine.posteriors(conditions(model, events)).marginals
    # One row answers all where no condition tells anything.
    chances = [
        np.broadcast_to(marginals[name], (len(events), model.network.size(name)))[row, places].sum()
        for row, (name, places) in enumerate(_places(model, events))
    ]
    return [float(p) for p in canonical(chances)]


def drawn_probabilities(model: Model, events: Sequence[Conditional]) -> Array:
    """P(event | condition, facts) in each draw, `[events, D]`."""
    found = np.empty((len(events), model.count))
    rows = conditions(model, events)
    known: dict[str, int] = {}
    for row, (event, (name, places)) in enumerate(zip(events, _places(model, events), strict=True)):
        # Equal events are asked once.
        first = known.setdefault(repr(event), row)
        if first < row:
            found[row] = found[first]
            continue
        # One batch of draws per event: the draws of all events side by side would copy every table.
        here = {variable: likelihood[row : row + 1] for variable, likelihood in rows.items()}
        marginal = model.engine.posteriors(here, model.draws, targets=[name]).marginals[name]
        found[row] = marginal[:, places].sum(axis=1)
    return found


def conditions(model: Model, events: Sequence[Conditional]) -> dict[str, Array]:
    """Likelihoods `[events, S]`: each event's condition, and the facts."""
    rows: dict[str, Array] = {}
    conditioned = {name for _, given in events for name in given}
    for name in sorted(conditioned | set(model.priors.likelihoods)):
        states = model.network.states[name]
        fact = model.priors.likelihoods.get(name, np.ones(len(states)))
        allowed = np.array([[float(s in given.get(name, states)) for s in states] for _, given in events])
        rows[name] = allowed.reshape(len(events), len(states)) * fact
    return rows


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
