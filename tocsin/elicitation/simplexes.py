"""Distributions over the states of a variable: S states, D draws, chances `[S, D]`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.elicitation.distributions import Array, Beta


@dataclass(frozen=True)
class Dirichlet:
    """Chances of several states, as if `alphas` cases of each had been seen; a state with 0 cases never holds."""

    alphas: tuple[float, ...]

    @property
    def mean(self) -> Array:
        """The expected chances `[S]`."""
        return np.array(self.alphas) / sum(self.alphas)

    def draws(self, uniforms: Array) -> Array:
        """Chances `[S, D]` from uniforms `[S - 1, D]`, by breaking a stick with Betas (Sethuraman 1994)."""
        rest = np.ones(uniforms.shape[1])
        pieces = []
        for position, alpha in enumerate(self.alphas[:-1]):
            later = sum(self.alphas[position + 1 :])
            share = _share(alpha, later, uniforms[position])
            pieces.append(rest * share)
            rest = rest * (1 - share)
        return np.stack([*pieces, rest])


@dataclass(frozen=True)
class FixedShares:
    """Chances of several states without uncertainty."""

    values: tuple[float, ...]

    @property
    def mean(self) -> Array:
        """The chances themselves `[S]`."""
        return np.array(self.values)

    def draws(self, uniforms: Array) -> Array:
        """The same chances `[S, D]` in each draw."""
        return np.repeat(self.mean[:, None], uniforms.shape[1], axis=1)


Simplex = Dirichlet | FixedShares


def _share(alpha: float, later: float, uniforms: Array) -> Array:
    if alpha == 0:
        return np.zeros_like(uniforms)
    return Beta(alpha, later).quantile(uniforms) if later else np.ones_like(uniforms)
