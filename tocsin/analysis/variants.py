"""The same question asked of other models: without a statement, with other words, another pool.

Points of all variants are one batch, whose rows differ in tables and facts. Intervals take a batch of draws per
variant, since laying the draws of all variants side by side would only copy what they share.
Shape letters: V variants, D draws, S states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.analysis.case import Case
from tocsin.assessment import Estimate, Evidence, gather, weighted_quantiles
from tocsin.inference import believed
from tocsin.model import Model
from tocsin.network.network import Array


@dataclass(frozen=True)
class Answer(Estimate):
    """An outcome's probability under a variant, its interval and its word."""

    word: str


Answers = Mapping[str, Answer]
"""Per outcome."""


def answers(case: Case, variants: Mapping[str, Model]) -> dict[str, Answers]:
    """Per variant, each outcome as `assess` would answer it. Variants differ from the case's model in statements."""
    models = list(variants.values())
    evidence = [gather(model, case.scenario) for model in models]
    points = _points(case, models, evidence)
    known: dict[object, dict[str, tuple[float, float]]] = {_key(case.model, case.evidence): _given_ends(case)}
    found: dict[str, Answers] = {}
    for place, (label, model) in enumerate(variants.items()):
        key = _key(model, evidence[place])
        if key not in known:
            known[key] = _ends(case, model, evidence[place])
        ps = {outcome: float(p[place]) for outcome, p in points.items()}
        found[label] = {outcome: Answer(p, *known[key][outcome], case.words.word(p)) for outcome, p in ps.items()}
    return found


def _points(case: Case, models: Sequence[Model], evidence: Sequence[Evidence]) -> dict[str, Array]:
    """Each outcome's probability `[V]` under the mean tables."""
    own = case.model.network.tables
    tables = {}
    for name, table in own.items():
        each = [model.network.tables[name] for model in models]
        if any(not np.array_equal(one, table) for one in each):
            tables[name] = np.stack(each, axis=-1)
    named = sorted({name for one in evidence for name in one.likelihoods})
    rows = {
        name: np.concatenate(
            [np.broadcast_to(one.likelihoods.get(name, np.ones((1, 1))), (1, size)) for one in evidence]
        )
        for name, size in ((name, case.model.network.size(name)) for name in named)
    }
    return {outcome: np.broadcast_to(p, len(models)) for outcome, p in case.chances(rows, tables).items()}


def _ends(case: Case, model: Model, evidence: Evidence) -> dict[str, tuple[float, float]]:
    """Each outcome's interval: quantiles over the draws, weighted by P(evidence | draw), as in `assess`."""
    engine, forced = case.model.engine, evidence.forced
    tables = {**{name: table[..., np.newaxis] for name, table in _fixed(case, model).items()}, **model.draws}
    if evidence.beliefs:
        seen = engine.posteriors(evidence.likelihoods, tables, do=forced, targets=())
        solved = believed(engine, evidence.beliefs, evidence.likelihoods, do=forced, tables=tables)
        drawn = engine.posteriors(solved, tables, do=forced, targets=case.events)
    else:
        drawn = seen = engine.posteriors(evidence.likelihoods, tables, do=forced, targets=case.events)
    log_weights = np.broadcast_to(seen.log_evidence, model.count)
    columns = np.stack([np.broadcast_to(p, model.count) for p in case.events_of(drawn.marginals).values()], axis=1)
    low, high = weighted_quantiles(columns, np.exp(log_weights - log_weights.max()), case.tails)
    return {outcome: (float(low[k]), float(high[k])) for k, outcome in enumerate(case.events)}


def _fixed(case: Case, model: Model) -> dict[str, Array]:
    """Tables without draws that are not the engine's own."""
    own = case.model.network.tables
    return {
        name: table
        for name, table in model.network.tables.items()
        if name not in model.draws and (name in case.model.draws or not np.array_equal(own[name], table))
    }


def _given_ends(case: Case) -> dict[str, tuple[float, float]]:
    outcomes = case.assessment.outcomes
    return {outcome: (outcomes[outcome].low, outcomes[outcome].high) for outcome in case.events}


def _key(model: Model, evidence: Evidence) -> object:
    """Equal where tables, draws and evidence are: what a variant leaves alone it shares with the model it came from."""
    draws = tuple(sorted((name, id(draw)) for name, draw in model.draws.items()))
    rows = tuple(sorted((name, row.tobytes()) for name, row in evidence.likelihoods.items() if np.ptp(row) > 0))
    return draws, rows
