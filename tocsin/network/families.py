"""Table families: pure functions from parameters with a trailing draws axis to tables `[states, parents..., draws]`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from tocsin.errors import BadNetwork
from tocsin.network.network import Array

ROUNDING = 1e-9
"""A score this little below a threshold has reached it: a third of 0.6 is not quite 0.2 in binary."""
Expression = Callable[[Array, Array], Array]
"""Points of the parents `[n, C]` in 0 to 1 and weights `[n, D]` -> the child's mean `[C, D]`."""
POINTS = 5
"""Equally spaced points in each parent's interval, end points included."""


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


def cast(baseline: Array, influences: Sequence[Array]) -> Array:
    """P(yes | x) from causal strengths (Chang et al. 1994; Rosen & Smith 1996).

    baseline: `[D]` in 0 to 1; neither a prior nor a leak, but where the scale stands when the influences cancel.
    influences: per parent `[X, D]` in (-1, 1): the strength c of its state, positive promotes, negative inhibits.
    With C+ = 1 - prod_{c>0} (1 - c) and C- = 1 - prod_{c<0} (1 - |c|):
    C+ >= C-: I = (C+ - C-) / (1 - C-), P = b + (1 - b) I; else I = (C- - C+) / (1 - C+), P = b (1 - I).
    With no negative influence this is Díez' leaky noisy-or, the baseline being the leak. Returns `[2, X_1 ... X_n, D]`.
    """
    # In terms of what is left, U = 1 - C+ and V = 1 - C-, I is 1 - U / V or 1 - V / U: nothing cancels.
    unpromoted = uninhibited = np.ones((1,) * (len(influences) + 1))
    for position, influence in enumerate(influences):
        strength = along(influence, position, len(influences))
        unpromoted = unpromoted * (1.0 - np.maximum(strength, 0.0))
        uninhibited = uninhibited * (1.0 - np.maximum(-strength, 0.0))
    promoted = unpromoted <= uninhibited
    least, most = np.minimum(unpromoted, uninhibited), np.maximum(unpromoted, uninhibited)
    no = np.where(promoted, (1.0 - baseline) * (least / most), 1.0 - baseline * (least / most))
    return np.stack([no, 1.0 - no])


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


def noisy_max(leak: Array, causes: Sequence[Array], inhibitors: Sequence[Array] = ()) -> Array:
    """P(Y <= y | x) = P_leak(Y <= y) * prod_i P_i(Y <= y | x_i): the leaky noisy-max (Henrion 1989; Díez 1993).

    leak: `[S, D]`, the child's distribution when no cause is active.
    causes: per parent `[X, S, D]`, the child's distribution under that link *alone*, without the leak (Díez' form; see
    `henrion_links` for the other); the reference state's row has all its mass on the mildest state.
    inhibitors: per parent `[Z, D]` in 0 to 1, 1 at the reference. An active inhibitor weakens every link:
    P_i'(Y > y | x_i) = P_i(Y > y | x_i) * prod_j f_j(z_j). It does not weaken the leak, which stands for causes unknown
    to the model and hence to the inhibitor.
    Returns `[S, X_1 ... X_n, Z_1 ... Z_m, D]`.
    """
    parents = len(causes) + len(inhibitors)
    strength = np.ones((1,) * (parents + 1))
    for position, factors in enumerate(inhibitors, start=len(causes)):
        strength = strength * along(factors, position, parents)
    cumulative = at_most(leak).reshape(leak.shape[0], *(1,) * parents, leak.shape[-1])
    for position, cause in enumerate(causes):
        tails = more_than(np.moveaxis(cause, 1, 0))
        cumulative = cumulative * (1.0 - along(tails, position, parents) * strength)
    # Inhibitors without a cause would otherwise leave axes of length one.
    sizes = (*(cause.shape[0] for cause in causes), *(factors.shape[0] for factors in inhibitors))
    return np.array(np.broadcast_to(differences(cumulative), (leak.shape[0], *sizes, cumulative.shape[-1])))


def henrion_links(columns: Array, leak: Array) -> Array:
    """The links of `noisy_max` behind columns that were elicited with the leak present (Henrion 1989).

    columns: `[X, S, D]`, P(Y | only this cause active, in each of its states); leak: `[S, D]`.
    P_i(Y <= y) = P_column(Y <= y) / P_leak(Y <= y); for a binary child the effect is (p - l) / (1 - l).
    A link can only make things worse: where a column is milder than the leak the ratio is cut to 1, so that a column
    milder throughout becomes a link of no effect. Ratios that fall with y are raised to their running maximum, which
    gives the strongest link that is nowhere worse than the column. Returns `[X, S, D]`.
    """
    of_columns, of_leak = at_most(np.moveaxis(columns, 1, 0)), at_most(leak)[:, np.newaxis]
    of_columns, of_leak = np.broadcast_arrays(of_columns, of_leak)
    ratios = np.ones(of_columns.shape)
    np.divide(of_columns, of_leak, out=ratios, where=of_leak > of_columns)
    for state in range(len(ratios) - 2, -1, -1):
        # 0/0: the leak alone already passes this state, so the link's value is free; the next state's changes nothing.
        free = (of_leak[state] == 0) & (of_columns[state] == 0)
        ratios[state] = np.where(free, ratios[state + 1], ratios[state])
    return np.moveaxis(differences(np.maximum.accumulate(ratios, axis=0)), 0, 1)


def odds(base: Array, ratios: Sequence[Array]) -> Array:
    """Odds(Y >= c | x) = Odds(Y >= c | reference) * prod_i r_i(x_i) at every cut c (McCullagh 1980, cumulative logit).

    base: `[S, D]`, the child's distribution with all parents in their reference state.
    ratios: per parent `[X, D]`, finite and not negative, 1 at the reference.
    A cut of probability 0 or 1 in the base keeps it, whatever the ratios. Returns `[S, X_1 ... X_n, D]`.
    """
    up, down = _ratio_as_fraction(ratios)
    shape = (len(base) - 1, *(1,) * len(ratios), base.shape[-1])
    worse, milder = more_than(base)[:-1].reshape(shape), at_most(base)[:-1].reshape(shape)
    numerator, other, fixed = np.broadcast_arrays(worse * up, milder * down, (worse == 0) | (milder == 0))
    tails = np.zeros((len(base) + 1, *numerator.shape[1:]))
    tails[0] = 1.0
    tails[1:-1] = milder == 0
    np.divide(numerator, numerator + other, out=tails[1:-1], where=~fixed)
    # Rounding may put a tail an ulp above the one before it, and the difference below zero.
    for cut in range(1, len(tails)):  # np.minimum.accumulate is slow over a short first axis
        np.minimum(tails[cut], tails[cut - 1], out=tails[cut])
    return tails[:-1] - tails[1:]


def ratio_of_column(base: Array, column_worse: Array, cut: int) -> Array:
    """The odds ratio under which P(Y >= cut) is `column_worse`, for `odds` with the same base.

    base: `[S, D]`; column_worse: `[D]`, strictly between 0 and 1. Returns `[D]`; 1 where the base itself has
    probability 0 or 1 at the cut, which no ratio can move.
    """
    worse, milder = np.broadcast_arrays(more_than(base)[cut - 1], at_most(base)[cut - 1])
    worse, milder, column_worse = np.broadcast_arrays(worse, milder, column_worse)
    ratio = np.ones(worse.shape)
    np.divide(column_worse * milder, (1.0 - column_worse) * worse, out=ratio, where=(worse > 0) & (milder > 0))
    return ratio


def _ratio_as_fraction(ratios: Sequence[Array]) -> tuple[Array, Array]:
    """The product of all ratios as up / down, neither above 1, so that nothing overflows however extreme they are."""
    total = np.zeros((1,) * (len(ratios) + 1))
    with np.errstate(divide="ignore"):  # the logarithm of a ratio of 0 is -inf, which exp turns back into 0
        for position, ratio in enumerate(ratios):
            total = total + along(np.log(ratio), position, len(ratios))
    return np.exp(np.minimum(total, 0.0)), np.exp(-np.maximum(total, 0.0))


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
