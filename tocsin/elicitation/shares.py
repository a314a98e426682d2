"""Chances of several states that sum to 1: S states, D draws, chances `[S, D]`.

The logistic-normal distribution (Aitchison & Shen 1980): the logarithms of the chances, up to a constant, are
independent normals. With one uncertain share of two it is the logit-normal exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tocsin.elicitation.distributions import Array, Distribution, NormalOnLine
from tocsin.elicitation.sobol import uniforms

LEAST_REST = 1e-3
"""Assumption: what is left for the states without a share of their own, where the shares add up to 1 or more: it shall
not make a state impossible that nobody called so."""


@dataclass(frozen=True)
class LogisticNormal:
    """Chances of several states; a chance of 0 stays 0."""

    centres: tuple[float, ...]
    """The chances at the middle of all normals, summing to 1."""
    sigmas: tuple[float, ...]
    """Standard deviations of the log chances; 0 is no uncertainty of its own."""

    @cached_property
    def mean(self) -> Array:
        """The expected chances `[S]`, over Sobol points."""
        if not any(self.sigmas):
            return np.array(self.centres)
        mean: Array = self.draws(_deviates(uniforms(len(self.centres), 4096, 0))).mean(axis=1)
        return mean

    def draws(self, z: Array) -> Array:
        """Chances `[S, D]` from normal deviates `[S, D]`."""
        weights = np.array(self.centres)[:, None] * np.exp(np.array(self.sigmas)[:, None] * z)
        return np.asarray(weights / weights.sum(axis=0))


def from_shares(states: Sequence[str], shares: Mapping[str, Distribution]) -> LogisticNormal:
    """Judged shares of some states; the others divide evenly what the shares' middles leave."""
    middles = {state: _middle(share) for state, share in shares.items()}
    unnamed = [state for state in states if state not in shares]
    rest = max(1 - sum(middles.values()), LEAST_REST) / len(unnamed) if unnamed else 0.0
    centres = np.array([middles.get(state, rest) for state in states])
    sigmas = [_sigma(shares[state]) if state in shares else 0.0 for state in states]
    return LogisticNormal(tuple(map(float, centres / centres.sum())), tuple(sigmas))


def from_cases(chances: Sequence[float], cases: float | None) -> LogisticNormal:
    """Plain chances as if seen in so many cases: the logistic-normal nearest to that Dirichlet (Aitchison & Shen 1980,
    eq. 5.2: log-gamma means and variances)."""
    if cases is None:
        return LogisticNormal(tuple(chances), (0.0,) * len(chances))
    from scipy.special import digamma, polygamma

    alphas = np.array(chances) * cases
    held = np.where(alphas > 0, alphas, 1.0)
    centres = np.where(alphas > 0, np.exp(digamma(held)), 0.0)
    sigmas = np.where(alphas > 0, np.sqrt(polygamma(1, held)), 0.0)
    return LogisticNormal(tuple(map(float, centres / centres.sum())), tuple(map(float, sigmas)))


def _middle(share: Distribution) -> float:
    return share.median if isinstance(share, NormalOnLine) else share.mean


def _sigma(share: Distribution) -> float:
    return share.sigma if isinstance(share, NormalOnLine) else 0.0


def _deviates(levels: Array) -> Array:
    from scipy.special import ndtri

    return np.asarray(ndtri(levels), float)
