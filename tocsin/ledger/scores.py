"""Proper scores of probabilities, and their parts: pure functions of arrays.

Shape letters: N forecasts, K states, G groups. A forecast's weight is its share of its question.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tocsin.canonical import Canonical, canonical
from tocsin.network.network import Array

FLOOR = 0.001
"""A probability below it is scored as this one by logarithms, so that one certainty that was wrong is not infinite."""
RESAMPLES, SEED = 1000, 20_210_221
LEVELS = (0.05, 0.95)
"""Between which the band lies, at each probability."""
GRID = 1000
"""Steps of the probabilities to which resampled curves are reckoned."""
LEAST_CLUSTERS = 10
"""Fewer groups of questions that hang together are too few to be resampled."""


def brier(p: ArrayLike, happened: ArrayLike) -> Array:
    """(p − y)², from 0 to 1 (Brier 1950 sums over both answers: 0 to 2)."""
    return np.asarray((np.asarray(p, dtype=np.float64) - np.asarray(happened, dtype=np.float64)) ** 2)


def of_what_happened(p: ArrayLike, happened: ArrayLike) -> Array:
    """The probability given to what came about, at least `FLOOR`."""
    p = np.asarray(p, dtype=np.float64)
    return np.asarray(np.maximum(np.where(np.asarray(happened, dtype=bool), p, 1 - p), FLOOR))


def logarithmic(p: ArrayLike, happened: ArrayLike) -> Array:
    """−ln of the probability given to what came about (Good 1952)."""
    return np.asarray(-np.log(of_what_happened(p, happened)))


def ranked_probability(states: ArrayLike, happened: int) -> float:
    """Squared errors of the cumulative probabilities of ordered states `[K]`, per cut (Epstein 1969; 0 to 1).

    happened: the position of the state that came about. Of two states it is the Brier score.
    """
    cumulative = np.cumsum(np.asarray(states, dtype=np.float64))[:-1]
    return float(np.mean((cumulative - (np.arange(len(cumulative)) >= happened)) ** 2))


def baseline_points(p: ArrayLike, happened: ArrayLike) -> Array:
    """100 log₂ 2p of what came about: 0 for even chances, 100 for certainty (Metaculus's baseline score)."""
    return np.asarray(100 * np.log2(2 * of_what_happened(p, happened)))


def geometric_mean(p: ArrayLike) -> float:
    """Of several probabilities `[N]` of one thing."""
    return float(np.exp(np.mean(np.log(np.asarray(p, dtype=np.float64)))))


def peer_points(p: ArrayLike, happened: ArrayLike) -> Array:
    """Per question and voice `[N, V]` 100 ln of its probability over the geometric mean of the others' (Metaculus).

    p: NaN where a voice is silent. happened: `[N]`. NaN too where no other speaks.
    """
    p = np.asarray(p, dtype=np.float64)
    logs = np.log(of_what_happened(p, np.asarray(happened)[:, np.newaxis]))
    several = np.sum(~np.isnan(p), axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        others = (np.nansum(logs, axis=1, keepdims=True) - logs) / (several - 1)
    return np.asarray(100 * (logs - others))


def skill(score: float, reference: float) -> float:
    """1 − score over the reference's: 1 is perfect, 0 as good, below 0 worse; NaN against a perfect reference."""
    return 1 - score / reference if reference else float("nan")


@dataclass(frozen=True)
class Murphy(Canonical):
    """reliability − resolution + uncertainty + within = the mean Brier score (Murphy 1973).

    within: what groups hide whose forecasts are not all the same (Stephenson, Coelho & Jolliffe 2008); 0 for groups of
    equal forecasts.
    """

    reliability: float
    resolution: float
    uncertainty: float
    within: float

    @property
    def brier(self) -> float:
        """The score that the parts make up."""
        return self.reliability - self.resolution + self.uncertainty + self.within


def murphy(p: ArrayLike, happened: ArrayLike, weights: ArrayLike, groups: Sequence[Hashable] | None = None) -> Murphy:
    """The parts of the mean Brier score of forecasts `[N]`. groups: of each one; its probability if left out."""
    p, y, w = (np.asarray(values, dtype=np.float64) for values in (p, happened, weights))
    w = w / w.sum()
    places: dict[Hashable, int] = {}
    index = np.array([places.setdefault(group, len(places)) for group in (p.tolist() if groups is None else groups)])
    share = np.bincount(index, w)
    mean, rate = np.bincount(index, w * p) / share, np.bincount(index, w * y) / share
    overall = float(w @ y)
    apart, missed = p - mean[index], y - rate[index]
    return Murphy(
        reliability=float(share @ (mean - rate) ** 2),
        resolution=float(share @ (rate - overall) ** 2),
        uncertainty=overall * (1 - overall),
        within=float(w @ (apart**2 - 2 * missed * apart)),
    )


@dataclass(frozen=True, eq=False)
class Calibration(Canonical):
    """How often what was given a probability came about (CORP: Dimitriadis, Gneiting & Jordan 2021).

    p: the distinct probabilities `[N]`, rising; rate: the isotonic fit of what came about. band: low and high `[2, N]`,
    as of `calibration`; None where too few questions stand apart. miscalibration − discrimination + uncertainty =
    the mean Brier score.
    """

    p: Array
    rate: Array
    band: Array | None
    miscalibration: float
    discrimination: float
    uncertainty: float


def calibration(p: ArrayLike, happened: ArrayLike, weights: ArrayLike, clusters: Sequence[Hashable]) -> Calibration:
    """The calibration curve of forecasts `[N]`. clusters: of each forecast the group that it hangs together with.

    The band holds two things at each probability: the quantiles of the curve where half as many clusters are drawn
    again with replacement, and Jeffreys' interval of the questions that the fit pools there. Drawn as many, an isotonic
    curve is known to vary too little (Sen, Banerjee & Woodroofe 2010), and where nothing came about, not at all. In
    simulated worlds of 60 to 2,000 questions, over- and underconfident, the band holds 85 to 99 % of the truth.
    """
    from scipy.optimize import isotonic_regression

    p, y, w = (np.asarray(values, dtype=np.float64) for values in (p, happened, weights))
    at, index = np.unique(p, return_inverse=True)
    count = np.asarray(np.bincount(index, w), dtype=np.float64)
    # Pool adjacent violators (Ayer et al. 1955).
    rate = isotonic_regression(np.bincount(index, w * y) / count, weights=count).x
    overall = float(np.average(y, weights=w))
    uncertainty, recalibrated = overall * (1 - overall), float(np.average((rate[index] - y) ** 2, weights=w))
    drawn = _resampled(at, p, y, w, clusters)
    if drawn is not None:
        pooled = _pooled(count, rate)
        drawn = np.array([np.minimum(drawn[0], pooled[0]), np.maximum(drawn[1], pooled[1])])
    miscalibration = float(np.average((p - y) ** 2, weights=w)) - recalibrated
    return Calibration(at, rate, drawn, miscalibration, uncertainty - recalibrated, uncertainty)


def _pooled(count: Array, rate: Array) -> tuple[Array, Array]:
    """Jeffreys' interval of the rate of each block of equal rates; it ends at 0 or 1 where the rate does."""
    from scipy.special import betaincinv

    _, block = np.unique(rate, return_inverse=True)
    total = np.bincount(block, count)[block]
    came = rate * total
    low, high = (betaincinv(came + 0.5, total - came + 0.5, level) for level in LEVELS)
    return np.where(rate > 0, low, 0.0), np.where(rate < 1, high, 1.0)


def _resampled(at: Array, p: Array, y: Array, w: Array, clusters: Sequence[Hashable]) -> Array | None:
    """The curve's quantiles `[2, len(at)]` where clusters are drawn again; None where these are too few."""
    from scipy.optimize import isotonic_regression

    places: dict[Hashable, int] = {}
    cluster = np.array([places.setdefault(name, len(places)) for name in clusters])
    size = len(places)
    if size < LEAST_CLUSTERS:
        return None
    step, index = np.unique(np.rint(p * GRID), return_inverse=True)
    # What each cluster brings to each step, [steps, clusters].
    cell, shape = index * size + cluster, (len(step), size)
    share, came = (np.bincount(cell, values, np.prod(shape)).reshape(shape) for values in (w, w * y))
    drawn = np.random.default_rng(SEED).multinomial(size // 2, np.full(size, 1 / size), RESAMPLES)
    curves = np.empty((RESAMPLES, len(step)))
    for curve, weight, rate in zip(curves, drawn @ share.T, drawn @ came.T, strict=True):
        here = weight > 0
        fit = isotonic_regression(rate[here] / weight[here], weights=weight[here]).x
        curve[:] = np.interp(step, step[here], fit)
    return np.array([np.interp(at, step / GRID, ends) for ends in np.quantile(canonical(curves), LEVELS, axis=0)])
