"""Tables without chance: the child follows from its parents. They have no draws axis: `[S, X_1 ... X_n]`.

Shape letters: S states of the child; X states of a parent. State 0 is the inactive or mildest state of each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from tocsin.errors import BadNetwork
from tocsin.network.network import Array

ROUNDING = 1e-9
"""A score this little below a threshold has reached it: a third of 0.6 is not quite 0.2 in binary."""


def any_of(sizes: Sequence[int]) -> Array:
    """Binary child: yes if at least one parent is in any state but its first. sizes: states of each parent."""
    return _certain(np.any(np.indices(tuple(sizes)) > 0, axis=0), 2)


def all_of(sizes: Sequence[int]) -> Array:
    """Binary child: yes if no parent is in its first state. sizes: states of each parent."""
    return _certain(np.all(np.indices(tuple(sizes)) > 0, axis=0), 2)


def maximum(sizes: Sequence[int], states: int) -> Array:
    """The worst of the parents' states, by position. Raises BadNetwork if the child has too few states."""
    if max(sizes) > states:
        raise BadNetwork(f"a maximum over parents of up to {max(sizes)} states needs as many, not {states}")
    return _certain(np.max(np.indices(tuple(sizes)), axis=0), states)


def index(weights: Sequence[float], sizes: Sequence[int], thresholds: Sequence[float]) -> Array:
    """Weighted maximum: the child's state is the number of thresholds that max_i w_i * k_i / (X_i - 1) reaches.

    k_i is the position of parent i's state, so that its worst state scores w_i and its mildest 0. thresholds: rising,
    one fewer than the child has states; a score equal to a threshold, up to ROUNDING, has reached it.
    """
    if len(weights) != len(sizes):
        raise BadNetwork(f"an index needs a weight for each parent: {len(weights)} for {len(sizes)}")
    if sorted(set(thresholds)) != list(thresholds):
        raise BadNetwork(f"the thresholds of an index must rise, not {list(thresholds)}")
    # A parent of a single state is always at its mildest.
    scales = [weight / max(size - 1, 1) for weight, size in zip(weights, sizes, strict=True)]
    score = np.max([scale * k for scale, k in zip(scales, np.indices(tuple(sizes)), strict=True)], axis=0)
    reached = np.sum([score >= threshold - ROUNDING for threshold in thresholds], axis=0)
    return _certain(reached, len(thresholds) + 1)


def _certain(chosen: ArrayLike, states: int) -> Array:
    """All mass on the chosen state of each configuration."""
    return np.stack([np.equal(chosen, state) for state in range(states)]).astype(np.float64)
