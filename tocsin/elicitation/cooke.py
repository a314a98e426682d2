"""Cooke's classical model: weights of experts from questions whose answers are known (Cooke 1991, chapter 12).

Letters: e experts, i questions (items), q the 5, 50 and 95 % quantiles that each expert gave, b the four bins between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.elicitation.distributions import Array
from tocsin.errors import WrongShape

BINS = np.array([0.05, 0.45, 0.45, 0.05])
"""How often the truth falls below, between and above the three quantiles of a calibrated expert."""

OVERSHOOT = 0.1
"""The intrinsic range reaches so much further than all quantiles and the truth (Cooke's 10 % rule)."""


@dataclass(frozen=True)
class Performance:
    """How one expert did on the calibration questions."""

    calibration: float
    """P-value of the hypothesis that the expert's quantiles are right."""
    information: float
    """Mean information against a uniform distribution on the intrinsic range, in nats."""
    weight: float
    """Calibration × information, zero below the least calibration; over all experts they sum to 1."""


def performances(
    quantiles: Mapping[str, NDArray[np.float64]], truths: Array, least_calibration: float = 0.0
) -> dict[str, Performance]:
    """Each expert's scores and weight; the weights are what `pooling.cooke_weights` of a model takes.

    quantiles: per expert `[items, 3]`, rising; truths `[items]`. All weights are 0 where nobody is calibrated enough.
    Raises WrongShape.
    """
    answers = np.stack([_checked(answer, truths) for answer in quantiles.values()])
    calibrations = [calibration(answer, truths) for answer in answers]
    informations = information(answers, truths)
    raw = np.array(calibrations) * informations * (np.array(calibrations) >= least_calibration)
    weights = raw / raw.sum() if raw.sum() > 0 else raw
    scores = zip(calibrations, informations, weights, strict=True)
    return {expert: Performance(*map(float, score)) for expert, score in zip(quantiles, scores, strict=True)}


def calibration(quantiles: Array, truths: Array) -> float:
    """1 - χ²₃(2N Σ s ln(s/p)), s being how often the truth fell into each bin; quantiles `[items, 3]`.

    A truth that equals a quantile falls into the bin below it.
    """
    from scipy.special import chdtrc, rel_entr

    bins = (truths[:, None] > quantiles).sum(axis=1)
    seen = np.bincount(bins, minlength=len(BINS)) / len(truths)
    return float(chdtrc(len(BINS) - 1, 2 * len(truths) * rel_entr(seen, BINS).sum()))


def information(quantiles: Array, truths: Array) -> Array:
    """Per expert the mean over items of ln(U - L) + Σ p ln(p / width); quantiles `[experts, items, 3]`."""
    lowest = np.minimum(quantiles[:, :, 0].min(axis=0), truths)
    highest = np.maximum(quantiles[:, :, 2].max(axis=0), truths)
    beyond = OVERSHOOT * (highest - lowest)
    lower, upper = lowest - beyond, highest + beyond
    ends = np.ones(len(quantiles))[:, None]
    widths = np.diff(np.stack([lower * ends, *np.moveaxis(quantiles, 2, 0), upper * ends], axis=2), axis=2)
    # e expert, i item, b bin
    return np.asarray((np.log(upper - lower) + np.einsum("eib,b->ei", np.log(BINS / widths), BINS)).mean(axis=1))


def _checked(answer: Array, truths: Array) -> Array:
    quantiles = np.asarray(answer, float)
    if quantiles.shape != (len(truths), 3) or not (np.diff(quantiles, axis=1) > 0).all():
        raise WrongShape(f"each expert gives three rising quantiles for each of the {len(truths)} questions")
    return quantiles
