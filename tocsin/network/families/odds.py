"""Proportional odds: each parent's state multiplies the odds of "worse" (McCullagh 1980).

Shape letters: S states of the child, mildest first; X states of a parent; D draws (1, if the same in every draw).
A cut c, 1 <= c < S, separates the states below c from c and worse.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tocsin.network.families.axes import along, at_most, more_than
from tocsin.network.network import Array


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
