"""How much an outcome hangs on each number, and a variable on each of its parents.

A bar: the number known to be low or high, at the 10th and 90th percentile of what is believed about it, the rest as it
is; all bars are one batch. An arc's strength: the total variation ½ Σ |P(y | x, c) - P(y | x', c)| between two of the
parent's states, averaged over all pairs of its states and over the other parents' states c as the scenario has them,
P(c | evidence) (after Koiter 2006).
Shape letters: S child's states, X parent's states, C joint states of the other parents, B rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np

from tocsin.analysis.case import Case, once_per_model
from tocsin.analysis.parameters import Tables, Turner, UncertainNumber, parameters, stacked
from tocsin.assessment import apply, gather
from tocsin.canonical import Canonical, figure
from tocsin.errors import BadQuery, nearest
from tocsin.inference import posteriors_with_beliefs
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Scenario, StatementChanges

TAILS = (0.1, 0.9)
GRID = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Levels of each number in a two-way table."""
MEASURE = "total variation"
MOST_ROWS = 4096
"""A child with more joint states of its parents takes these as independent of each other."""


@dataclass(frozen=True)
class Bar(Canonical):
    """An outcome's probability with one number at its lower and at its upper value."""

    parameter: UncertainNumber
    low: float
    high: float
    """The number's two values."""
    p_low: float
    p_high: float

    @property
    def swing(self) -> float:
        """How far apart the two answers are."""
        return figure(abs(self.p_high - self.p_low))


@dataclass(frozen=True, eq=False)
class TwoWay(Canonical):
    """Outcomes over a grid of two numbers: p `[values of the first, values of the second]` per outcome."""

    first: UncertainNumber
    second: UncertainNumber
    first_values: tuple[float, ...]
    second_values: tuple[float, ...]
    p: dict[str, Array]


def tornado(case: Case) -> dict[str, tuple[Bar, ...]]:
    """Per outcome a bar for each number, the longest first."""
    numbers = parameters(case.model.priors)
    if not numbers:
        return dict.fromkeys(case.events, ())
    ends, changed = _ends(case)
    found = case.chances(case.evidence.likelihoods, stacked(case.model, changed))
    bars: dict[str, tuple[Bar, ...]] = {}
    for outcome, p in found.items():
        pairs = np.broadcast_to(p, 2 * len(numbers)).reshape(-1, 2)
        own = (
            Bar(number, *map(float, values), *map(float, pair))
            for number, values, pair in zip(numbers, ends, pairs, strict=True)
        )
        bars[outcome] = tuple(sorted(own, key=lambda bar: (-bar.swing, bar.parameter.key)))
    return bars


@once_per_model
def _ends(model: Model, _: StatementChanges) -> tuple[list[Array], list[Tables]]:
    """Each number's two values, and the tables of its variable under them."""
    turner, numbers = Turner(model), parameters(model.priors)
    ends = [number.quantiles(TAILS) for number in numbers]
    return ends, [turner.pinned(number, pair) for number, pair in zip(numbers, ends, strict=True)]


def two_way(case: Case, first: str, second: str, levels: Sequence[float] = GRID) -> TwoWay:
    """Two chosen numbers, each at several levels of belief, in one batch. Raises BadQuery for an unknown number."""
    a, b = _number_of(case, first), _number_of(case, second)
    if a.key == b.key:
        raise BadQuery(f"{first} is given twice; name two different numbers")
    if a.held == b.held:
        raise BadQuery(f"{first} and {second} cannot be set apart: they are shares of one distribution")
    turner = Turner(case.model)
    grid_a, grid_b = a.quantiles(levels), b.quantiles(levels)
    pairs = list(product(grid_a, grid_b))
    tables = turner.pinned_pair(a, b, pairs)
    found = case.chances(case.evidence.likelihoods, tables)
    shape = (len(grid_a), len(grid_b))
    p = {outcome: np.broadcast_to(rows, len(pairs)).reshape(shape) for outcome, rows in found.items()}
    return TwoWay(a, b, tuple(map(float, grid_a)), tuple(map(float, grid_b)), p)


def _number_of(case: Case, key: str) -> UncertainNumber:
    known = {parameter.key: parameter for parameter in parameters(case.model.priors)}
    if key not in known:
        raise BadQuery(f"no uncertain number {key!r}{nearest(key, known)}")
    return known[key]


@dataclass(frozen=True)
class Strength(Canonical):
    """mean: over pairs of the parent's states; most: between the two that lie furthest apart. Both 0 to 1."""

    parent: str
    child: str
    mean: float
    most: float


def strengths(case: Case) -> tuple[Strength, ...]:
    """Every arc, the strongest first. An arc into a forced variable is cut and has strength 0."""
    network, arcs = case.model.network, []
    weights = _parents_weights(case)
    for child in network.variables:
        parents = network.parents[child]
        for axis, parent in enumerate(parents, start=1):
            # What tables share is no influence of one on the other.
            if parent not in case.model.records.variables[child].parents:
                continue
            if child in case.evidence.forced:
                arcs.append(Strength(parent, child, 0.0, 0.0))
                continue
            others = weights[child].sum(axis=axis - 1)
            table = np.moveaxis(network.tables[child], axis, 1)
            mean, most = strength_of(table.reshape(*table.shape[:2], -1), others.reshape(-1))
            arcs.append(Strength(parent, child, mean, most))
    return tuple(sorted(arcs, key=lambda arc: (-arc.mean, arc.child, arc.parent)))


def strength_of(table: Array, weights: Array) -> tuple[float, float]:
    """Mean and greatest distance between two parent's states; table `[S, X, C]`, weights `[C]` summing to 1."""
    pairs = [
        float(weights @ (np.abs(table[:, first] - table[:, second]).sum(axis=0) / 2))
        for first, second in combinations(range(table.shape[1]), 2)
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


def response(model: Model, scenario: Scenario, variable: str, beliefs: Array, outcome: str) -> Array:
    """An outcome's probability `[B]` for each belief `[B, S]` about one variable, all else as the scenario has it.

    Raises Contradiction.
    """
    evidence = {name: found for name, found in scenario.evidence.items() if name != variable}
    forced = {name: state for name, state in scenario.forced.items() if name != variable}
    rest = scenario.model_copy(update={"evidence": evidence, "forced": forced})
    changed = apply(model, rest)
    held = gather(changed, rest)
    wanted = {**held.beliefs, variable: beliefs}
    found = posteriors_with_beliefs(changed.engine, wanted, held.likelihoods, held.forced, targets=(outcome,))
    places = [model.network.index(outcome, state) for state in model.records.events[outcome]]
    return np.asarray(found.marginals[outcome][:, places].sum(axis=1))
