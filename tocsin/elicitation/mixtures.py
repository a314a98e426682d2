"""Distributions made of others: what several judgements of one number become.

Shapes as in `distributions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tocsin.elicitation.distributions import Array, Beta, Distribution, inside

_LEVELS = np.concatenate(
    [10.0 ** np.arange(-15.0, -2.0), np.linspace(0.01, 0.99, 50), 1 - 10.0 ** np.arange(-3.0, -15.0, -1)]
)
"""Levels of each part at which a mixture is bracketed before its quantile is sought."""


@dataclass(frozen=True)
class Mixture(Distribution):
    """One of several distributions, each with its weight; weights sum to 1."""

    weights: tuple[float, ...]
    parts: tuple[Distribution, ...]

    @property
    def mean(self) -> float:
        """The weighted mean of the means."""
        return float(sum(weight * part.mean for weight, part in zip(self.weights, self.parts, strict=True)))

    def cdf(self, x: ArrayLike) -> Array:
        """The weighted sum of the parts'."""
        return np.asarray(sum(weight * part.cdf(x) for weight, part in zip(self.weights, self.parts, strict=True)))

    def pdf(self, x: ArrayLike) -> Array:
        """The weighted sum of the parts'."""
        return np.asarray(sum(weight * part.pdf(x) for weight, part in zip(self.weights, self.parts, strict=True)))

    def quantile(self, u: ArrayLike) -> Array:
        """By Newton's method inside a bracket; the error in x is below 1e-9 (relative above 1)."""
        levels = np.asarray(u, float)
        grid = np.unique(np.concatenate([part.quantile(_LEVELS) for part in self.parts]))
        heights = np.maximum.accumulate(self.cdf(grid))
        levels = np.clip(levels, heights[0], heights[-1])
        place = np.clip(np.searchsorted(heights, levels), 1, len(grid) - 1)
        return _root(self, levels, grid[place - 1], grid[place])

    def nodes(self) -> tuple[Array, Array]:
        """The parts' nodes side by side: no inversion needed."""
        pairs = [part.nodes() for part in self.parts]
        values = np.concatenate([values for values, _ in pairs])
        weights = [weight * inner for weight, (_, inner) in zip(self.weights, pairs, strict=True)]
        return values, np.concatenate(weights)


@dataclass(frozen=True)
class Recentred(Distribution):
    """A distribution of a chance, moved by `shift` on the logit scale."""

    base: Distribution
    shift: float

    @property
    def mean(self) -> float:
        """By quadrature; there is no closed form."""
        return self.expect(lambda x: x)

    def quantile(self, u: ArrayLike) -> Array:
        """The base's, moved."""
        return inside(shifted(self.base.quantile(u), self.shift))

    def cdf(self, x: ArrayLike) -> Array:
        """The base's, at the place before moving."""
        return self.base.cdf(shifted(np.clip(x, 0.0, 1.0), -self.shift))

    def pdf(self, x: ArrayLike) -> Array:
        """By change of variables."""
        held = np.clip(x, 0.0, 1.0)
        factor = np.exp(-self.shift)
        density = self.base.pdf(shifted(held, -self.shift)) * factor / (1 - held + factor * held) ** 2
        return np.where((np.asarray(x) >= 0) & (np.asarray(x) <= 1), density, 0.0)

    def nodes(self) -> tuple[Array, Array]:
        """The base's, moved."""
        values, weights = self.base.nodes()
        return shifted(values, self.shift), weights


@dataclass(frozen=True)
class Transformed(Distribution):
    """A distribution of a chance pushed through the distribution function of Beta(alpha, beta)."""

    base: Distribution
    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """By quadrature; there is no closed form."""
        return self.expect(lambda x: x)

    def quantile(self, u: ArrayLike) -> Array:
        """The base's, pushed."""
        return inside(self._pushed(self.base.quantile(u)))

    def cdf(self, x: ArrayLike) -> Array:
        """The base's, at the place before pushing."""
        from scipy.special import betaincinv

        return self.base.cdf(betaincinv(self.alpha, self.beta, np.clip(x, 0.0, 1.0)))

    def pdf(self, x: ArrayLike) -> Array:
        """By change of variables."""
        from scipy.special import betaincinv

        before = betaincinv(self.alpha, self.beta, np.clip(x, 0.0, 1.0))
        density = self.base.pdf(before) / Beta(self.alpha, self.beta).pdf(before)
        return np.where((np.asarray(x) >= 0) & (np.asarray(x) <= 1), density, 0.0)

    def nodes(self) -> tuple[Array, Array]:
        """The base's, pushed."""
        values, weights = self.base.nodes()
        return self._pushed(values), weights

    def _pushed(self, x: Array) -> Array:
        from scipy.special import betainc

        return np.asarray(betainc(self.alpha, self.beta, x), float)


def mixture(weighted: Iterable[tuple[float, Distribution]]) -> Distribution:
    """The mixture of weighted distributions; equal parts are one part, and one part alone is itself. Weights above 0.

    >>> from tocsin.elicitation.distributions import Beta
    >>> mixture([(0.3, Beta(2, 5)), (0.1, Beta(2, 5))])
    Beta(a=2, b=5)
    """
    merged: dict[Distribution, float] = {}
    for weight, part in weighted:
        merged[part] = merged.get(part, 0.0) + weight
    if len(merged) == 1:
        return next(iter(merged))
    total = sum(merged.values())
    return Mixture(tuple(weight / total for weight in merged.values()), tuple(merged))


def shifted(x: ArrayLike, shift: float) -> Array:
    """The chance whose logit is `shift` above that of x; written without logarithms, so that 0 and 1 stay."""
    x, factor = np.asarray(x, float), np.exp(shift)
    return np.asarray(factor * x / (1 - x + factor * x), float)


def _root(distribution: Distribution, levels: Array, low: Array, high: Array) -> Array:
    """Where the distribution function reaches `levels`, known to lie between `low` and `high`."""
    x = (low + high) / 2
    for _ in range(80):
        error = distribution.cdf(x) - levels
        low, high = np.where(error <= 0, x, low), np.where(error > 0, x, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = x - error / distribution.pdf(x)
        ahead = np.where((newton >= low) & (newton <= high), newton, (low + high) / 2)
        done = np.abs(ahead - x) <= 1e-12 + 1e-10 * np.abs(x)
        x = ahead
        if done.all():
            break
    return x
