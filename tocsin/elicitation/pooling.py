"""Several judgements of one number → one distribution and its point (Genest & Zidek 1986 compare the rules).

For a chance, with shares wᵢ that sum to 1, Betas Xᵢ and their means pᵢ:

- log_odds: logit p = Σ wᵢ logit pᵢ; drawn from the mixture Σ wᵢ Xᵢ, so that disagreement widens it, moved by one shift
  on the logit scale so that its mean is p: the point is the mean of what is drawn. One vote, or equal ones, stay the
  exact Beta, without a shift.
- linear, cooke: the mixture itself, p = Σ wᵢ pᵢ (Cooke's shares come from calibration questions).
- logarithmic: ∝ Π Xᵢ^wᵢ, which is Beta(1 + Σ wᵢ(aᵢ - 1), 1 + Σ wᵢ(bᵢ - 1)); its mean is the point.
- beta_transformed: the mixture pushed through H, the distribution function of Beta(α, β), and moved like log_odds so
  that its mean is p = H(Σ wᵢ pᵢ) (Ranjan & Gneiting 2010).

For an odds ratio the centre is geometric: log r = Σ wᵢ E[log Xᵢ], which is already the mean logarithm of the mixture of
lognormals, so that its shift is 0 under every rule but one: logarithmic pools lognormals to the lognormal Π Xᵢ^wᵢ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tocsin.elicitation.distributions import Array, Beta, Distribution, LogNormal
from tocsin.elicitation.mixtures import Recentred, Transformed, mixture, shifted
from tocsin.records.model import PoolRule

Chances = tuple[tuple[float, Beta], ...]


@dataclass(frozen=True)
class Pooled:
    """What several judgements come to."""

    point: float
    """The pooled number: the mean of `distribution`; for an odds ratio its geometric mean."""
    distribution: Distribution


def pool(votes: Sequence[tuple[float, Beta]], rule: PoolRule) -> Pooled:
    """One chance from votes (share, Beta); the shares sum to 1."""
    if rule.rule == "beta_transformed":
        return _beta_transformed(tuple(votes), rule.alpha, rule.beta)
    return _POOLS[rule.rule](tuple(votes))


def pool_ratios(votes: Sequence[tuple[float, LogNormal]], rule: PoolRule) -> Pooled:
    """One odds ratio from votes (share, lognormal); the shares sum to 1."""
    if rule.rule == "logarithmic":
        # A product of normal densities: precisions add.
        precision = sum(share / vote.sigma**2 for share, vote in votes)
        mu = sum(share * vote.mu / vote.sigma**2 for share, vote in votes) / precision
        return Pooled(float(np.exp(mu)), LogNormal(mu, float(precision**-0.5)))
    return Pooled(float(np.exp(sum(share * vote.mu for share, vote in votes))), mixture(votes))


@lru_cache(maxsize=1024)
def _log_odds(votes: Chances) -> Pooled:
    logits = sum(share * float(np.log(vote.a / vote.b)) for share, vote in votes)
    return _moved(mixture(votes), float(1 / (1 + np.exp(-logits))))


@lru_cache(maxsize=1024)
def _linear(votes: Chances) -> Pooled:
    pooled = mixture(votes)
    return Pooled(pooled.mean, pooled)


@lru_cache(maxsize=1024)
def _logarithmic(votes: Chances) -> Pooled:
    pooled = Beta(
        1 + sum(share * (vote.a - 1) for share, vote in votes), 1 + sum(share * (vote.b - 1) for share, vote in votes)
    )
    return Pooled(pooled.mean, pooled)


@lru_cache(maxsize=1024)
def _beta_transformed(votes: Chances, alpha: float, beta: float) -> Pooled:
    if alpha == beta == 1:
        return _linear(votes)
    pooled = mixture(votes)
    return _moved(Transformed(pooled, alpha, beta), float(Beta(alpha, beta).cdf(pooled.mean)))


_POOLS: dict[str, Callable[[Chances], Pooled]] = {
    "log_odds": _log_odds,
    "linear": _linear,
    "cooke": _linear,
    "logarithmic": _logarithmic,
}


def _moved(distribution: Distribution, point: float) -> Pooled:
    """The distribution, moved on the logit scale so that its mean is `point`."""
    if isinstance(distribution, Beta):
        return Pooled(distribution.mean, distribution)
    shift = _shift(*distribution.nodes(), point)
    return Pooled(point, Recentred(distribution, shift) if shift else distribution)


def _shift(values: Array, weights: Array, point: float) -> float:
    """The shift of the logits that gives `values` the mean `point`: Newton on the logit of the mean, which rises with a
    slope between 0 and 1."""
    shift = 0.0
    for _ in range(100):
        moved = shifted(values, shift)
        mean = float(weights @ moved)
        slope = float(weights @ (moved * (1 - moved))) / (mean * (1 - mean))
        step = (np.log(point / (1 - point)) - np.log(mean / (1 - mean))) / slope
        shift += float(np.clip(step, -2.0, 2.0))
        if abs(step) < 1e-13:
            break
    return shift
