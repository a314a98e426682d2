"""Counted events in an exposure → an interval of the chance over the horizon: a reference class.

The rate λ per day is Gamma(½ + n, T), Jeffreys' prior after n events in T days; a `power` below 1 discounts a loose
reference class: n and T both times the power (Ibrahim & Chen 2000). The 10th and 90th percentile of the chance are read
as its interval.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from tocsin.elicitation.distributions import Array
from tocsin.records.families import BaseRate


def interval(rate: BaseRate, horizon_days: float, cover: float) -> tuple[float, float]:
    """The interval of P(the count in the horizon reaches `count`), given that it reaches `of` where one is named."""
    tail = (1 - cover) / 2
    low, high = chance(rate, quantiles(rate, [tail, 1 - tail]), horizon_days)
    return float(low), float(high)


def quantiles(rate: BaseRate, levels: ArrayLike) -> Array:
    """Quantiles of the rate per day."""
    from scipy.special import gammaincinv

    found = gammaincinv(0.5 + rate.power * rate.events, np.asarray(levels, np.float64))
    return np.asarray(found / (rate.power * rate.days), np.float64)


def chance(rate: BaseRate, per_day: ArrayLike, horizon_days: float) -> Array:
    """P(count reached in the horizon) at rates per day; Poisson, and rising with the rate."""
    from scipy.special import gammainc

    expected = np.asarray(per_day, float) * horizon_days
    reached = gammainc(rate.count, expected)
    if rate.of is None:
        return np.asarray(reached, float)
    # Where even `of` is beyond all chance, so is the count above it.
    given = np.asarray(gammainc(rate.of, expected), float)
    return np.asarray(np.divide(reached, given, out=np.zeros_like(given), where=given > 0), float)
