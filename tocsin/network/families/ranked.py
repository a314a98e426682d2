"""Ranked nodes: ordered states as equal parts of 0 to 1, the child a truncated normal about a weighted expression.

Fenton, Neil & Caballero 2007. Shape letters: n parents; X states of a parent; S states of the child; D draws (1, if
the same in every draw); C configurations of all parents, the last parent varying fastest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np

from tocsin.network.network import Array

Expression = Callable[[Array, Array], Array]
"""Points of the parents `[n, C]` in 0 to 1 and weights `[n, D]` -> the child's mean `[C, D]`."""

POINTS = 5
"""Equally spaced points in each parent's interval, end points included."""


def ranked(expression: Expression, weights: Array, variance: Array, sizes: Sequence[int], states: int) -> Array:
    """P(child's interval | parents' intervals) under TNormal(expression, variance) on 0 to 1 (Fenton et al. 2007).

    State k of m is the interval [k/m, (k+1)/m]. Each column is the mean, over every combination of the parents' points,
    of the truncated normal's mass on the child's intervals.
    expression: `wmean`, `wmin` or `wmax`; weights: `[n, D]`, positive; variance: `[D]`, positive (not a deviation);
    sizes: states of each parent, of which there is at least one. Returns `[S, X_1 ... X_n, D]`.
    Work grows as 5^n * C * S * D, memory only as the result.
    """
    deviation = np.sqrt(variance)
    widths = 1.0 / np.reshape(sizes, (-1, 1))
    corners = np.stack([position.ravel() for position in np.indices(tuple(sizes))])
    total: Array = np.zeros((states, 1, 1))
    # A loop over the 5^n combinations, each vectorised over configurations and draws: all at once would not fit.
    for steps in product(np.linspace(0.0, 1.0, POINTS), repeat=len(sizes)):
        points = (corners + np.reshape(steps, (-1, 1))) * widths
        total = total + _masses(expression(points, weights), deviation, states)
    table: Array = total / POINTS ** len(sizes)
    return table.reshape(states, *sizes, -1)


def wmean(points: Array, weights: Array) -> Array:
    """Sum_i w_i X_i / sum_i w_i: the parents make up for each other."""
    mean: Array = points.T @ weights / weights.sum(axis=0)
    return mean


def wmin(points: Array, weights: Array) -> Array:
    """The least over i of (w_i X_i + sum_{j != i} X_j) / (w_i + n - 1): every parent must be high."""
    mean: Array = np.min(_leaning(points, weights), axis=0)
    return mean


def wmax(points: Array, weights: Array) -> Array:
    """The most over i of (w_i X_i + sum_{j != i} X_j) / (w_i + n - 1): one high parent is enough."""
    mean: Array = np.max(_leaning(points, weights), axis=0)
    return mean


def _leaning(points: Array, weights: Array) -> Array:
    """The mean that leans on one parent at a time, `[n, C, D]`."""
    extra = (weights[:, np.newaxis] - 1.0) * points[..., np.newaxis]
    leaning: Array = (points.sum(axis=0)[:, np.newaxis] + extra) / (weights + (len(points) - 1))[:, np.newaxis]
    return leaning


def _masses(mean: Array, deviation: Array, states: int) -> Array:
    """Mass of the normal, truncated to 0 to 1, on each of the child's intervals: `[S, C, D]`."""
    from scipy.special import ndtr

    cuts = np.linspace(0.0, 1.0, states + 1)[:, np.newaxis, np.newaxis]
    below = ndtr((cuts - mean) / deviation)
    # The mean lies within 0 to 1, so that what is cut off never comes near everything.
    masses: Array = np.diff(below, axis=0) / (below[-1] - below[0])
    return masses
