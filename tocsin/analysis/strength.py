"""How strong each arc is in the scenario: how far the child's distribution moves when one parent does.

Measure: total variation ½ Σ |P(y | x, c) - P(y | x', c)| between two of the parent's states, averaged over all pairs of
its states and over the other parents' states c as the scenario has them, P(c | evidence) (after Koiter 2006).
Shape letters: S child's states, X parent's states, C joint states of the other parents, B rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from tocsin.analysis.case import Case
from tocsin.canonical import Canonical
from tocsin.network.network import Array

MEASURE = "total variation"
MOST_ROWS = 4096
"""A child with more joint states of its parents takes these as independent of each other."""


@dataclass(frozen=True)
class Strength(Canonical):
    """mean: over pairs of the parent's states; most: between the two that lie furthest apart. Both 0 to 1."""

    parent: str
    child: str
    mean: float
    most: float


def strengths(case: Case) -> tuple[Strength, ...]:
    """Every arc, the strongest first. An arc into a forced variable is cut and has strength 0."""
    network, made = case.model.network, []
    weights = _parents_weights(case)
    for child in network.variables:
        parents = network.parents[child]
        for axis, parent in enumerate(parents, start=1):
            # What tables share is no influence of one on the other.
            if parent not in case.model.records.variables[child].parents:
                continue
            if child in case.evidence.forced:
                made.append(Strength(parent, child, 0.0, 0.0))
                continue
            others = weights[child].sum(axis=axis - 1)
            table = np.moveaxis(network.tables[child], axis, 1)
            mean, most = strength_of(table.reshape(*table.shape[:2], -1), others.reshape(-1))
            made.append(Strength(parent, child, mean, most))
    return tuple(sorted(made, key=lambda each: (-each.mean, each.child, each.parent)))


def strength_of(table: Array, weights: Array) -> tuple[float, float]:
    """Mean and greatest distance between two parent's states; table `[S, X, C]`, weights `[C]` summing to 1."""
    pairs = [
        float(weights @ (np.abs(table[:, one] - table[:, other]).sum(axis=0) / 2))
        for one, other in combinations(range(table.shape[1]), 2)
    ]
    return (float(np.mean(pairs)), max(pairs)) if pairs else (0.0, 0.0)


def _parents_weights(case: Case) -> dict[str, Array]:
    """Per child P(parents | evidence) `[parents...]`; all joint states of all children's parents are one batch."""
    network, engine, held = case.model.network, case.model.engine, case.held
    shapes = {child: network.shape(child)[1:] for child in network.variables if network.parents[child]}
    asked = {child: shape for child, shape in shapes.items() if np.prod(shape, dtype=float) <= MOST_ROWS}
    total = sum(int(np.prod(shape)) for shape in asked.values())
    rows: dict[str, Array] = {}
    start = 0
    for child, shape in asked.items():
        places = np.indices(shape).reshape(len(shape), -1)
        stop = start + places.shape[1]
        for parent, place in zip(network.parents[child], places, strict=True):
            if parent not in rows:
                rows[parent] = np.ones((total, network.size(parent)))
            rows[parent][start:stop] = np.eye(network.size(parent))[place]
        start = stop
    likelihoods = {**held, **{name: row * held.get(name, 1.0) for name, row in rows.items()}}
    logs = engine.posteriors(likelihoods, do=case.evidence.forced, targets=()).log_evidence
    now = engine.posteriors(held, do=case.evidence.forced)
    shares = np.broadcast_to(np.exp(logs - now.log_evidence), max(total, 1))
    weights, start = {}, 0
    for child, shape in shapes.items():
        if child in asked:
            size = int(np.prod(shape))
            weights[child] = shares[start : start + size].reshape(shape)
            start += size
        else:
            grids = np.ix_(*(now.marginals[parent][0] for parent in network.parents[child]))
            weights[child] = np.asarray(np.prod(np.broadcast_arrays(*grids), axis=0))
    return weights
