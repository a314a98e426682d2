"""Intervals → distributions, and what weakens them.

An interval is an analyst's range that holds the central `cover` of belief: t = (1 - cover) / 2 lies on either side.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from tocsin.elicitation.distributions import Array, Beta, LogNormal, Scaled

_END = 1e-9
"""An end as near as this to 0 or 1 is an end at 0 or 1."""

_FIRMEST = 1e9
"""With so many cases on either side a Beta is its normal approximation to more digits than the solver has."""


@lru_cache(maxsize=4096)
def beta_from_interval(low: float, high: float, cover: float = 0.8) -> Beta:
    """The Beta with F(low) = t and F(high) = 1 - t.

    An end at 0 gives no lower quantile: a = 1/2 then (Jeffreys' prior where nothing was seen to occur) and
    F(high) = 1 - t; likewise b = 1/2 for an end at 1. Raises ValueError unless 0 <= low < high <= 1, not 0 and 1 both.
    """
    if not 0 <= low < high <= 1 or not 0 < cover < 1 or (low < _END and high > 1 - _END):
        raise ValueError(f"no Beta holds {cover:g} of its belief between {low:g} and {high:g}")
    tail = (1 - cover) / 2
    if low < _END:
        return Beta(0.5, _other(high, 1 - tail))
    if high > 1 - _END:
        return Beta(_other(1 - low, 1 - tail), 0.5)
    return _two_sided(low, high, tail)


def lognormal_from_interval(low: float, high: float, cover: float = 0.8) -> LogNormal:
    """The lognormal with F(low) = t and F(high) = 1 - t, for 0 < low < high."""
    from scipy.special import ndtri

    middle, half = (np.log(low) + np.log(high)) / 2, (np.log(high) - np.log(low)) / 2
    return LogNormal(float(middle), float(half / ndtri((1 + cover) / 2)))


def strength_from_interval(low: float, high: float, cover: float = 0.8) -> Scaled:
    """A causal strength in (-1, 1): a Beta stretched from 0–1 to -1–1."""
    return Scaled(beta_from_interval((low + 1) / 2, (high + 1) / 2, cover))


def cap(beta: Beta, cases: float) -> Beta:
    """The same mean, as if at most `cases` had been seen."""
    shrink = min(1.0, cases / beta.total)
    return Beta(beta.a * shrink, beta.b * shrink)


def discount(beta: Beta, weight: float) -> Beta:
    """Beta(1 + w(a - 1), 1 + w(b - 1)), the density to the power w (Ibrahim & Chen 2000): 1 leaves it, 0 is uniform.

    A weight above 1 buys more say in a pool, never a sharper judgement than was made.
    """
    power = min(weight, 1.0)
    return Beta(1 + power * (beta.a - 1), 1 + power * (beta.b - 1))


def discount_ratio(ratio: LogNormal, weight: float) -> LogNormal:
    """The density of the logarithm to the power w: the same centre, the spread divided by √w; for w above 0."""
    return LogNormal(ratio.mu, ratio.sigma / float(np.sqrt(min(weight, 1.0))))


def _other(end: float, level: float) -> float:
    """b of the Beta(1/2, b) with F(end) = level, by bisection of log b; F rises with b."""
    from scipy.special import betainc

    low, high = -30.0, 30.0
    for _ in range(100):
        middle = (low + high) / 2
        if betainc(0.5, np.exp(middle), end) < level:
            low = middle
        else:
            high = middle
    return float(np.exp((low + high) / 2))


def _two_sided(low: float, high: float, tail: float) -> Beta:
    """Newton on (log a, log b) against the logits of the two quantiles, halving steps that do not help."""
    from scipy.special import ndtri

    ends = np.array([np.log(low) - np.log1p(-low), np.log(high) - np.log1p(-high)])
    centre = 1 / (1 + np.exp(-ends.mean()))
    # A Beta's logit has variance near 1/(n p(1-p)).
    spread = (ends[1] - ends[0]) / (2 * ndtri(1 - tail))
    cases = 1 / (spread**2 * centre * (1 - centre))
    if cases * min(centre, 1 - centre) > _FIRMEST:
        return Beta(float(cases * centre), float(cases * (1 - centre)))
    point = np.log([cases * centre, cases * (1 - centre)])
    error = _quantile_logits(point, tail) - ends
    for _ in range(200):
        if np.abs(error).max() < 1e-12 * (1 + np.abs(ends).max()):
            break
        step = np.linalg.solve(_slopes(point, tail), -error)
        step *= min(1.0, 2.0 / np.abs(step).max())
        ahead, ahead_error = point + step, _quantile_logits(point + step, tail) - ends
        while np.linalg.norm(ahead_error) >= np.linalg.norm(error) and np.abs(step).max() > 1e-13:
            step = step / 2
            ahead, ahead_error = point + step, _quantile_logits(point + step, tail) - ends
        if np.linalg.norm(ahead_error) >= np.linalg.norm(error):
            break
        point, error = ahead, ahead_error
    return Beta(float(np.exp(point[0])), float(np.exp(point[1])))


def _quantile_logits(point: Array, tail: float) -> Array:
    """Logits of the two quantiles of a Beta with log a, log b = point; each side from its own tail, to keep digits."""
    from scipy.special import betaincinv

    a, b = np.exp(point)
    levels = np.array([tail, 1 - tail])
    below = np.maximum(betaincinv(a, b, levels), 1e-300)
    above = np.maximum(betaincinv(b, a, levels[::-1]), 1e-300)
    return np.asarray(np.log(below) - np.log(above), float)


def _slopes(point: Array, tail: float) -> Array:
    """Central differences of `_quantile_logits`, `[quantile, parameter]`."""
    width = 1e-5
    sides = [
        (_quantile_logits(point + move, tail) - _quantile_logits(point - move, tail)) / (2 * width)
        for move in width * np.eye(2)
    ]
    return np.stack(sides, axis=1)
