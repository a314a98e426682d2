"""Answers under every draw of the tables, each draw counted by how probable it makes the evidence.

Shape letters: D draws, S states of one variable or columns of values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tocsin.canonical import canonical
from tocsin.inference.engine import Engine
from tocsin.inference.evidence import posteriors_with_beliefs
from tocsin.inference.query import Forced, Likelihoods, Tables
from tocsin.network.network import Array


@dataclass(frozen=True, eq=False)
class DrawnPosteriors:
    """marginals: by variable `[D, S]`; weights: `[D]`, in proportion to P(evidence | draw)."""

    marginals: Mapping[str, Array]
    weights: Array

    @property
    def means(self) -> dict[str, Array]:
        """Per variable the weighted mean `[S]`."""
        shares = self.weights / self.weights.sum()
        return {name: shares @ rows for name, rows in self.marginals.items()}


def posteriors_over_draws(
    engine: Engine,
    likelihoods: Likelihoods,
    draws: Tables,
    count: int,
    beliefs: Mapping[str, ArrayLike],
    do: Forced | None = None,
    targets: Iterable[str] | None = None,
) -> DrawnPosteriors:
    """Posteriors under each of `count` draws; beliefs hold in every draw and carry no weight, nor does forcing.

    Raises what `believed` and `Engine.posteriors` do.
    """
    seen = engine.posteriors(likelihoods, draws, do, () if beliefs else targets)
    drawn = posteriors_with_beliefs(engine, beliefs, likelihoods, do, draws, targets) if beliefs else seen
    marginals = {name: np.broadcast_to(rows, (count, rows.shape[1])) for name, rows in drawn.marginals.items()}
    return DrawnPosteriors(marginals, draw_weights(np.broadcast_to(seen.log_evidence, count)))


def draw_weights(logs: Array) -> Array:
    """Weights `[D]` from their logarithms, the greatest 1, so that none overflows."""
    return np.asarray(np.exp(logs - logs.max()))


def effective_draws(weights: Array) -> float:
    """How many equally weighted draws are worth as much: (Σw)² / Σw² (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def tails(cover: float) -> tuple[float, float]:
    """The levels between which the central `cover` of belief lies."""
    return (1 - cover) / 2, (1 + cover) / 2


def weighted_quantiles(values: Array, weights: Array, levels: Iterable[float]) -> list[Array]:
    """Quantiles over the first axis of `[D, S]` with weights `[D]`, one `[S]` per level.

    The sorted values stand at the middles of their shares of the weight, linearly joined: for equal weights Hazen's
    definition (Hyndman & Fan 1996, type 5), which is unbiased at the median and symmetric in the tails. Which of two
    equal values comes first decides how much weight lies below the next, so equal ones are made equal before.
    """
    settled = canonical(values)
    order = np.argsort(settled, axis=0, kind="stable")
    ranked = np.take_along_axis(settled, order, axis=0)
    shares = weights[order] / weights.sum()
    middles = np.cumsum(shares, axis=0) - shares / 2
    return [
        canonical([np.interp(level, middles[:, s], ranked[:, s]) for s in range(values.shape[1])]) for level in levels
    ]
