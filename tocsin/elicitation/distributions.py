"""Distributions of one number: what a prior is drawn from.

Shapes: every method takes and returns arrays of any one shape; u are levels in (0, 1), x are values.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

BELOW_ONE = float(np.nextafter(1.0, 0.0))
"""The largest chance that is drawn: an odds of infinity would make tables NaN."""

ABOVE_ZERO = 1e-300
"""The smallest chance that is drawn."""

LARGEST_LOG_RATIO = 100.0
"""The largest logarithm of an odds ratio that is drawn, either way: far beyond what a chance can show, and several of
them multiply to a finite number. A statement that hardly weighs has a spread that would overflow."""


class Distribution(ABC):
    """A distribution on the real line that can be drawn by its quantile function."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """The expected value."""

    @abstractmethod
    def quantile(self, u: ArrayLike) -> Array:
        """The value below which a share u of belief lies."""

    @abstractmethod
    def cdf(self, x: ArrayLike) -> Array:
        """The share of belief at or below x."""

    @abstractmethod
    def pdf(self, x: ArrayLike) -> Array:
        """The density at x."""

    def nodes(self) -> tuple[Array, Array]:
        """Values and weights `[nodes]` of a quadrature over this distribution; the weights sum to 1."""
        levels, weights = _quadrature()
        return self.quantile(levels), weights

    def expect(self, function: Callable[[Array], Array]) -> float:
        """The expected value of `function`."""
        values, weights = self.nodes()
        return float(weights @ function(values))

    @property
    def variance(self) -> float:
        """The expected squared distance from the mean."""
        mean = self.mean
        return self.expect(lambda x: (x - mean) ** 2)


@dataclass(frozen=True)
class Fixed(Distribution):
    """A number without uncertainty."""

    value: float

    @property
    def mean(self) -> float:
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
class Beta(Distribution):
    """A probability, as if a occurrences and b others had been seen."""

    a: float
    b: float

    @property
    def mean(self) -> float:
        """The expected probability."""
        return self.a / (self.a + self.b)

    @property
    def total(self) -> float:
        """How firmly: the cases as if seen."""
        return self.a + self.b

    @property
    def variance(self) -> float:
        """In closed form."""
        return self.mean * (1 - self.mean) / (self.total + 1)

    @property
    def complement(self) -> Beta:
        """The distribution of 1 - x."""
        return Beta(self.b, self.a)

    def quantile(self, u: ArrayLike) -> Array:
        """Never exactly 0 or 1."""
        from scipy.special import betaincinv

        return inside(betaincinv(self.a, self.b, np.asarray(u, float)))

    def cdf(self, x: ArrayLike) -> Array:
        """The regularised incomplete beta function."""
        from scipy.special import betainc

        return np.asarray(betainc(self.a, self.b, np.clip(x, 0.0, 1.0)), float)

    def pdf(self, x: ArrayLike) -> Array:
        """Zero outside 0 to 1."""
        from scipy.special import betaln, xlog1py, xlogy

        x = np.asarray(x, float)
        within = (x >= 0) & (x <= 1)
        held = np.where(within, x, 0.5)
        log_density = xlogy(self.a - 1, held) + xlog1py(self.b - 1, -held) - betaln(self.a, self.b)
        return np.where(within, np.exp(log_density), 0.0)


@dataclass(frozen=True)
class LogNormal(Distribution):
    """An odds ratio whose logarithm is normal."""

    mu: float
    sigma: float

    @property
    def mean(self) -> float:
        """The arithmetic mean."""
        return float(np.exp(self.mu + self.sigma**2 / 2))

    @property
    def centre(self) -> float:
        """The geometric mean, which is also the median."""
        return float(np.exp(self.mu))

    def quantile(self, u: ArrayLike) -> Array:
        """Through the normal quantile."""
        from scipy.special import ndtri

        logarithm = self.mu + self.sigma * ndtri(np.asarray(u, float))
        return np.asarray(np.exp(np.clip(logarithm, -LARGEST_LOG_RATIO, LARGEST_LOG_RATIO)), np.float64)

    def cdf(self, x: ArrayLike) -> Array:
        """Zero at and below 0."""
        from scipy.special import ndtr

        x = np.asarray(x, float)
        logarithm = np.log(np.where(x > 0, x, 1.0))
        return np.where(x > 0, ndtr((logarithm - self.mu) / self.sigma), 0.0)

    def pdf(self, x: ArrayLike) -> Array:
        """Zero at and below 0."""
        x = np.asarray(x, float)
        held = np.where(x > 0, x, 1.0)
        z = (np.log(held) - self.mu) / self.sigma
        return np.where(x > 0, np.exp(-z * z / 2) / (held * self.sigma * np.sqrt(2 * np.pi)), 0.0)


@dataclass(frozen=True)
class Scaled(Distribution):
    """A distribution on 0 to 1, stretched to `low` to `high`: a causal strength between -1 and 1."""

    base: Distribution
    low: float = -1.0
    high: float = 1.0

    @property
    def mean(self) -> float:
        """The stretched mean."""
        return self.low + (self.high - self.low) * self.base.mean

    def quantile(self, u: ArrayLike) -> Array:
        """The stretched quantile."""
        return self.low + (self.high - self.low) * self.base.quantile(u)

    def cdf(self, x: ArrayLike) -> Array:
        """The base's, at the place before stretching."""
        return self.base.cdf(self._before(x))

    def pdf(self, x: ArrayLike) -> Array:
        """The base's, thinned by the stretching."""
        return self.base.pdf(self._before(x)) / (self.high - self.low)

    def _before(self, x: ArrayLike) -> Array:
        return (np.asarray(x, float) - self.low) / (self.high - self.low)


def inside(x: ArrayLike) -> Array:
    """Chances kept strictly between 0 and 1."""
    return np.asarray(np.clip(np.asarray(x, float), ABOVE_ZERO, BELOW_ONE), np.float64)


@lru_cache(maxsize=1)
def _quadrature() -> tuple[Array, Array]:
    """Levels in (0, 1) and weights `[nodes]`: tanh-sinh (Takahasi & Mori 1974), which bears a quantile function's
    steep ends."""
    t = np.linspace(-3.0, 3.0, 81)
    levels = 1 / (1 + np.exp(-np.pi * np.sinh(t)))
    weights = np.cosh(t) * levels * (1 - levels)
    weights /= weights.sum()
    levels.setflags(write=False)
    weights.setflags(write=False)
    return levels, weights
