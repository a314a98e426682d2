"""The axes that every family shares.

Shape letters: S states of the child, X (X_1 ... X_n) states of a parent, D draws.
"""

from __future__ import annotations

import numpy as np

from tocsin.network.network import Array


def along(values: Array, position: int, parents: int) -> Array:
    """`values` `[leading..., X, D]` with X as the axis `position` among `parents` axes: `[leading..., 1, X, 1, D]`."""
    *leading, states, draws = values.shape
    places = [1] * parents
    places[position] = states
    return values.reshape(*leading, *places, draws)


def at_most(distribution: Array) -> Array:
    """P(Y <= y) for a distribution with its states on the first axis; the last one is exactly 1."""
    # A sum such as 0.1 + 0.2 + 0.7 may pass 1 by a rounding error, and the differences would then be negative.
    cumulative: Array = np.minimum(np.cumsum(distribution, axis=0), 1.0)
    cumulative[-1] = 1.0
    return cumulative


def more_than(distribution: Array) -> Array:
    """P(Y > y), summed from the worst state down: small tails keep their digits, and the last one is exactly 0."""
    tails = np.zeros_like(distribution)
    tails[:-1] = np.minimum(np.cumsum(distribution[:0:-1], axis=0)[::-1], 1.0)
    return tails


def differences(cumulative: Array) -> Array:
    """The distribution whose P(Y <= y) is `cumulative`."""
    table = np.array(cumulative)
    table[1:] -= cumulative[:-1]
    return table
