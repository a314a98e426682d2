"""Distributions of one number: normal on the number's line, or fixed.

A chance lives on the line of log-odds, an odds ratio on that of logarithms, a causal strength c on that of the log-odds
of (c + 1) / 2. Every judgement of a number is a normal there (Lindley 1983; French 1985).
Shapes: every method takes and returns arrays of any one shape; u are levels in (0, 1), x are values, y places on the
line.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Line = Literal["chance", "ratio", "strength"]

BELOW_ONE = float(np.nextafter(1.0, 0.0))
"""The largest chance that is drawn: an odds of infinity would make tables NaN."""

ABOVE_ZERO = 1e-300
"""The smallest chance that is drawn."""

LARGEST_LOG_RATIO = 100.0
"""The largest logarithm of an odds ratio that is drawn, either way: far beyond what a chance can show, and several of
them multiply to a finite number. A statement that hardly weighs has a spread that would overflow."""


class Distribution(ABC):
    """A distribution of one number that can be drawn by its quantile function."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """The expected value."""

    @property
    @abstractmethod
    def point(self) -> float:
        """The number that stands for it: the mean; of an odds ratio the geometric mean."""

    @abstractmethod
    def quantile(self, u: ArrayLike) -> Array:
        """The value below which a share u of belief lies."""

    @abstractmethod
    def cdf(self, x: ArrayLike) -> Array:
        """The share of belief at or below x."""

    @abstractmethod
    def pdf(self, x: ArrayLike) -> Array:
        """The density at x."""

    @property
    @abstractmethod
    def variance(self) -> float:
        """The expected squared distance from the mean."""


@dataclass(frozen=True)
class Fixed(Distribution):
    """A number without uncertainty."""

    value: float

    @property
    def mean(self) -> float:
        """The number itself."""
        return self.value

    @property
    def point(self) -> float:
        """The number itself."""
        return self.value

    @property
    def variance(self) -> float:
        """None."""
        return 0.0

    def quantile(self, u: ArrayLike) -> Array:
        """The number at every level."""
        return np.full(np.shape(u), self.value)

    def cdf(self, x: ArrayLike) -> Array:
        """A step at the number."""
        return np.where(np.asarray(x) >= self.value, 1.0, 0.0)

    def pdf(self, x: ArrayLike) -> Array:
        """A spike at the number."""
        return np.where(np.asarray(x) == self.value, np.inf, 0.0)


@dataclass(frozen=True)
class NormalOnLine(Distribution):
    """A number whose place on its line is normal: logit-normal, lognormal, or a stretched logit-normal."""

    line: Line
    mu: float
    sigma: float
    """Standard deviation on the line, above 0."""

    @property
    def median(self) -> float:
        """The number at the middle of the line's normal."""
        return float(from_line(self.line, self.mu))

    @property
    def mean(self) -> float:
        """The expected value: in closed form for a ratio, else by quadrature."""
        if self.line == "ratio":
            return float(np.exp(self.mu + self.sigma**2 / 2))
        return self.expect(lambda x: x)

    @property
    def point(self) -> float:
        """The mean; of an odds ratio the geometric mean, which is the median too."""
        return self.median if self.line == "ratio" else self.mean

    @property
    def variance(self) -> float:
        """In closed form for a ratio, else by quadrature."""
        if self.line == "ratio":
            return float(np.expm1(self.sigma**2) * np.exp(2 * self.mu + self.sigma**2))
        mean = self.mean
        return self.expect(lambda x: (x - mean) ** 2)

    def expect(self, function: Callable[[Array], Array]) -> float:
        """The expected value of `function` of the number."""
        z, weights = _quadrature()
        return float(weights @ function(from_line(self.line, self.mu + self.sigma * z)))

    def quantile(self, u: ArrayLike) -> Array:
        """Through the normal quantile."""
        from scipy.special import ndtri

        return from_line(self.line, self.mu + self.sigma * ndtri(np.asarray(u, float)))

    def cdf(self, x: ArrayLike) -> Array:
        """0 below and 1 above what the number may be."""
        from scipy.special import ndtr

        with np.errstate(divide="ignore"):
            return np.asarray(ndtr((onto_line(self.line, x) - self.mu) / self.sigma), float)

    def pdf(self, x: ArrayLike) -> Array:
        """0 outside of what the number may be."""
        x = np.asarray(x, float)
        low, high = {"chance": (0.0, 1.0), "ratio": (0.0, np.inf), "strength": (-1.0, 1.0)}[self.line]
        within = (x > low) & (x < high)
        held = np.where(within, x, (low + min(high, low + 2)) / 2)
        z = (onto_line(self.line, held) - self.mu) / self.sigma
        slope = held if self.line == "ratio" else (held - low) * (high - held) / (high - low)
        return np.where(within, np.exp(-z * z / 2) / (slope * self.sigma * np.sqrt(2 * np.pi)), 0.0)


def onto_line(line: Line, x: ArrayLike) -> Array:
    """Places on the line; ±inf at and beyond the ends of what the number may be."""
    x = np.asarray(x, float)
    with np.errstate(divide="ignore"):
        if line == "ratio":
            return np.asarray(np.log(np.maximum(x, 0.0)))
        p = np.clip((x + 1) / 2 if line == "strength" else x, 0.0, 1.0)
        return np.asarray(np.log(p) - np.log1p(-p))


def from_line(line: Line, y: ArrayLike) -> Array:
    """Numbers at places on the line; chances strictly between 0 and 1."""
    y = np.asarray(y, float)
    if line == "ratio":
        return np.asarray(np.exp(np.clip(y, -LARGEST_LOG_RATIO, LARGEST_LOG_RATIO)))
    p = inside(1 / (1 + np.exp(-np.clip(y, -700.0, 700.0))))
    return np.asarray(2 * p - 1) if line == "strength" else p


def inside(x: ArrayLike) -> Array:
    """Chances kept strictly between 0 and 1."""
    return np.asarray(np.clip(np.asarray(x, float), ABOVE_ZERO, BELOW_ONE), np.float64)


@lru_cache(maxsize=4096)
def from_interval(line: Line, low: float, high: float, cover: float, open_end: float = 20.0) -> NormalOnLine:
    """The normal whose central `cover` lies between `low` and `high`: m = (ℓ(low) + ℓ(high))/2,
    s = (ℓ(high) - ℓ(low))/2z, z = Φ⁻¹((1 + cover)/2).

    An end at 0 or 1 has no place on the line: 0 to h is read as h/open_end to h, and l to 1 by symmetry (assumption).
    Raises ValueError unless low < high within what the number may be, and not 0 and 1 both.
    """
    from scipy.special import ndtri

    if line == "chance":
        if not 0 <= low < high <= 1 or (low == 0 and high == 1):
            raise ValueError(f"no belief about a chance lies between {low:g} and {high:g}")
        low, high = (low or high / open_end), (1 - (1 - low) / open_end if high == 1 else high)
    start, end = float(onto_line(line, low)), float(onto_line(line, high))
    return NormalOnLine(line, (start + end) / 2, (end - start) / (2 * float(ndtri((1 + cover) / 2))))


def four_step(line: Line, low: float, best: float, high: float, sure: float, cover: float = 0.8) -> tuple[float, float]:
    """The interval that holds `cover` of belief, from what a four-step question asks for (Speirs-Bridge et al. 2010).

    By linear extrapolation from the best guess, as Hemming et al. 2018 standardise answers of the IDEA protocol:
    B - (B - L)·S/C and B + (U - B)·S/C, with S the cover and C how sure; a chance ends at 0 and 1. A factor has no
    other end than 0, so that its logarithms are extrapolated. sure: share of belief between `low` and `high`, above 0.

    >>> [round(end, 3) for end in four_step("chance", 0.1, 0.3, 0.4, 0.5)]
    [0.0, 0.46]
    """
    stretch = cover / sure
    if line == "ratio":
        low, best, high = (float(np.log(value)) for value in (low, best, high))
    ends = best - (best - low) * stretch, best + (high - best) * stretch
    if line == "ratio":
        return float(np.exp(ends[0])), float(np.exp(ends[1]))
    return max(ends[0], 0.0), min(ends[1], 1.0)


@lru_cache(maxsize=1)
def _quadrature() -> tuple[Array, Array]:
    """Normal deviates and weights `[nodes]`: the trapezium rule, which for a smooth function of a normal is exact to
    rounding (Trefethen & Weideman 2014)."""
    z = np.linspace(-9.0, 9.0, 145)
    weights = np.exp(-z * z / 2)
    weights /= weights.sum()
    z.setflags(write=False)
    weights.setflags(write=False)
    return z, weights
