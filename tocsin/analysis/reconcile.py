"""What the draws look like once the model's answers must agree with the judgements that set no number of its tables.

Each draw of all numbers implies P(event | condition, facts); it is weighted by how well the judgements bear that out
(Bayesian melding, Poole & Raftery 2000): for a probability by the density of its words' Beta at that value, to the
power of its weight; for a comparison by Φ((logit P_A - logit P_B) / τ) to the same power. Judgements of one speaker or
origin about one event are one voice and share one weight.
Shape letters: J judgements, D draws, S states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tocsin.analysis.case import Case, log_odds
from tocsin.analysis.tension import checked, drawn_probabilities, events_of
from tocsin.assessment import Assessment, Estimate, weighted_quantiles
from tocsin.elicitation import Hearing, SimplexPrior, hear, word_for
from tocsin.elicitation.clusters import clusters
from tocsin.elicitation.distributions import inside
from tocsin.inference import believed
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Statement
from tocsin.records.statements import Judgement

TAU = 0.5
"""Assumption: the difference of log-odds at which a comparison is still only 84 % convincing."""
LEAST = 0.02
"""Below this share of effective draws the judgements and the model cannot be brought together."""
SHOWN = 3.0
"""A prior has moved if its mean did by this many standard errors of the sampling."""

Asked = Sequence[tuple[Statement, Judgement]]


@dataclass(frozen=True)
class Moved:
    """A number before and after: mean and 80 % interval."""

    key: str
    variable: str
    before: Estimate
    after: Estimate


@dataclass(frozen=True, eq=False)
class Reconciled:
    """The outcome of reconciling.

    effective: share of the draws that the weights leave, Kish's (Σw)² / (D Σw²); weights `[D]` sum to 1;
    statements: those that were heard; moved: priors, the furthest first; assessment: the answer under the weights,
    None where refused.
    """

    statements: tuple[str, ...]
    weights: Array
    effective: float
    moved: tuple[Moved, ...]
    assessment: Assessment | None

    @property
    def refused(self) -> bool:
        """Whether too few draws are left to answer from."""
        return self.assessment is None


def reconcile(case: Case) -> Reconciled:
    """Weigh the draws of the case's model, and answer its scenario with them."""
    model = case.model
    hearing = hear(model.records, case.scenario.statements)
    asked = checked(model, hearing)
    logs = log_weights(model, hearing, asked)
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    effective = float(1 / (weights**2).sum() / len(weights))
    names = tuple(dict.fromkeys(statement.id for statement, _ in asked))
    if effective < LEAST:
        return Reconciled(names, weights, effective, (), None)
    return Reconciled(names, weights, effective, _moved(model, weights), _assessment(case, weights))


def log_weights(model: Model, hearing: Hearing, asked: Asked) -> Array:
    """`[D]`, up to a constant."""
    chances = iter(drawn_probabilities(model, events_of(asked)))
    total = np.zeros(model.count)
    for (statement, judgement), share in zip(asked, _shares(hearing, asked), strict=True):
        standing = hearing.standings[statement.id]
        power = share * hearing.weight(standing)
        p = inside(next(chances))
        if judgement.probability is None:
            total += power * _log_phi((log_odds(p) - log_odds(next(chances))) / TAU)
        else:
            beta = hearing.chance(standing)
            total += power * ((beta.a - 1) * np.log(p) + (beta.b - 1) * np.log1p(-p))
    return total


def _shares(hearing: Hearing, asked: Asked) -> list[float]:
    """1 over the number of judgements that are one voice about one event."""
    by_event: dict[str, list[int]] = {}
    for place, (_, judgement) in enumerate(asked):
        by_event.setdefault(
            judgement.model_dump_json(include={"probability", "given", "more_likely", "than"}), []
        ).append(place)
    shares = [0.0] * len(asked)
    for places in by_event.values():
        named = clusters(hearing.standings[asked[place][0].id].voice for place in places)
        names = [named[asked[place][0].id] for place in places]
        for place, name in zip(places, names, strict=True):
            shares[place] = 1 / names.count(name)
    return shares


def _log_phi(x: Array) -> Array:
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr(x), float)


def _moved(model: Model, weights: Array) -> tuple[Moved, ...]:
    draws = model.priors.draws(model.count, model.seed)
    found: list[tuple[float, Moved]] = []
    for key, prior in model.priors.by_key.items():
        if isinstance(prior, SimplexPrior):
            named = {f"{key}.{state}": row for state, row in zip(prior.states, draws[key], strict=True)}
        else:
            named = {key: draws[key]}
        for name, values in named.items():
            far = _how_far(values, weights)
            if far > SHOWN:
                even = np.full(len(weights), 1 / len(weights))
                pair = Moved(name, prior.variable, _estimate(values, even), _estimate(values, weights))
                found.append((far, pair))
    return tuple(moved for _, moved in sorted(found, key=lambda pair: -pair[0]))


def _how_far(values: Array, weights: Array) -> float:
    """The change of the mean in standard errors of a weighted mean."""
    mean = float(weights @ values)
    error = float(np.sqrt(weights**2 @ (values - mean) ** 2))
    return abs(mean - float(values.mean())) / error if error else 0.0


def _estimate(values: Array, weights: Array) -> Estimate:
    low, high = weighted_quantiles(values[:, np.newaxis], weights, (0.1, 0.9))
    return Estimate(float(weights @ values), float(low[0]), float(high[0]))


def _assessment(case: Case, weights: Array) -> Assessment:
    """As `assess`, but the point is the weighted mean over the draws: reconciled numbers are no longer independent."""
    model, evidence = case.model, case.evidence
    engine, forced = model.engine, evidence.forced
    seen = engine.posteriors(evidence.likelihoods, model.draws, do=forced, targets=())
    before = engine.posteriors(_facts(model), model.draws, do=forced, targets=())
    facts_alone = weights * np.exp(before.log_evidence)
    together = weights * np.exp(seen.log_evidence)
    solved = believed(engine, evidence.beliefs, evidence.likelihoods, do=forced, tables=model.draws)
    marginals = engine.posteriors(solved, model.draws, do=forced).marginals
    heard = together / together.sum()
    variables = {}
    for name, states in model.network.states.items():
        rows = np.broadcast_to(marginals[name], (model.count, len(states)))
        variables[name] = dict(zip(states, _estimates(rows, heard, case), strict=True))
    outcomes = dict(case.assessment.outcomes)
    starts = engine.posteriors(_facts(model), model.draws, targets=case.events)
    base = weights * np.exp(starts.log_evidence)
    start = case.events_of(starts.marginals)
    lexicon = model.records.lexicons[case.assessment.run.lexicon]
    for outcome, p in case.events_of(marginals).items():
        (one,) = _estimates(np.broadcast_to(p, model.count)[:, np.newaxis], heard, case)
        outcomes[outcome] = replace(
            outcomes[outcome], p=one.p, low=one.low, high=one.high, wording=word_for(one.p, lexicon),
            baseline=float(base @ np.broadcast_to(start[outcome], model.count) / base.sum()),
        )  # fmt: skip
    return replace(
        case.assessment,
        p_evidence=float(together.sum() / facts_alone.sum()),
        effective_draws=float(1 / (heard**2).sum()),
        variables=variables,
        outcomes={outcome: outcomes[outcome] for outcome in case.events},
    )


def _facts(model: Model) -> Mapping[str, Array]:
    return {name: row[np.newaxis] for name, row in model.priors.likelihoods.items()}


def _estimates(rows: Array, weights: Array, case: Case) -> list[Estimate]:
    """Mean and interval of each column of `[D, S]`."""
    low, high = weighted_quantiles(rows, weights, case.tails)
    return [Estimate(*map(float, each)) for each in zip(weights @ rows, low, high, strict=True)]
