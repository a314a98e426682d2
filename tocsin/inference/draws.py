"""Answers under every draw of the tables, each draw counted by how probable it makes the evidence.

Shape letters: D draws, S states of one variable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.canonical import canonical
from tocsin.inference.engine import Engine
from tocsin.inference.evidence import posteriors_with_beliefs
from tocsin.inference.query import Forced, Likelihoods, Tables
from tocsin.network.network import Array

LARGEST_KEY, TENTH_DECIMAL = 10.0, 1e10
"""Values from 0 to the first are ordered as whole numbers: how often they hold the second's reciprocal."""


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
    """Weights `[D]` from their logarithms, the greatest 1, so that none overflows; all 0 where all are impossible."""
    peak = logs.max()
    return np.exp(logs - (peak if np.isfinite(peak) else 0.0))


def effective_draws(weights: Array) -> float:
    """How many equally weighted draws are worth as much: (Σw)² / Σw² (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def tails(cover: float) -> tuple[float, float]:
    """The levels between which the central `cover` of belief lies."""
    return (1 - cover) / 2, (1 + cover) / 2


def weighted_quantiles(values: Array, weights: Array, levels: Sequence[float]) -> Array:
    """Quantiles over the draws, `[levels, ...]`, of values `[..., D]` with weights that broadcast to them.

    The sorted values stand at the middles of their shares of the weight, linearly joined: for equal weights Hazen's
    definition (Hyndman & Fan 1996, type 5), which is unbiased at the median and symmetric in the tails. Which of two
    equal values comes first decides how much weight lies below the next, so values are made canonical before, and of
    equal ones the earlier draw comes first; NaN comes last.
    """
    ranked, order = _ranked(values)
    shares = np.take_along_axis(np.broadcast_to(weights, order.shape), order, axis=-1)
    middles = np.cumsum(shares, axis=-1)
    totals = middles[..., -1].copy()
    shares *= 0.5
    middles -= shares
    return canonical([_joined(ranked, middles, level * totals) for level in levels])


def _ranked(values: Array) -> tuple[Array, NDArray[np.intp]]:
    """The canonical values in their order along the last axis, and where each of them stood."""
    settled = canonical(values)
    draws = values.shape[-1]
    bits = max(draws - 1, 1).bit_length()
    if not (settled.size and np.nanmin(settled, initial=0.0) >= 0 and np.nanmax(settled, initial=0.0) < LARGEST_KEY):
        order = np.argsort(settled, axis=-1, kind="stable")
        return np.take_along_axis(settled, order, axis=-1), order
    # One whole number for value and draw: sorting it is several times as fast as a stable argsort, and as exact.
    keys = np.rint(np.where(np.isnan(settled), LARGEST_KEY, settled) * TENTH_DECIMAL).astype(np.int64)
    keys <<= bits
    keys |= np.arange(draws)
    keys.sort(axis=-1)
    order = keys & ((1 << bits) - 1)
    keys >>= bits
    ranked = keys / TENTH_DECIMAL
    ranked[keys >= LARGEST_KEY * TENTH_DECIMAL] = np.nan
    return ranked, order


def _joined(ranked: Array, middles: Array, levels: Array) -> Array:
    """The values `[...]` that stand at levels `[...]` of the middles, as `np.interp` joins them."""
    above = middles > levels[..., np.newaxis]
    after = np.where(above.any(axis=-1), above.argmax(axis=-1), middles.shape[-1])
    right = np.minimum(after, middles.shape[-1] - 1)[..., np.newaxis]
    left = np.maximum(after - 1, 0)[..., np.newaxis]
    (low, high), (start, end) = (
        [np.take_along_axis(array, place, axis=-1)[..., 0] for place in (left, right)] for array in (ranked, middles)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        between = low + (high - low) / (end - start) * (levels - start)
    # Beyond the last draw that is possible there is none to join it with.
    return np.where((after == 0) | (left[..., 0] == right[..., 0]) | np.isnan(high), low, between)
