"""Evidence on a few variables alone: the posteriors of all rows as one matrix product.

P(state, evidence) is linear in the likelihood of each variable (Darwiche 2003, "A differential approach to inference in
Bayesian networks"), so all the rest of the network can be worked out once for each joint state of these variables.
Shape letters: B rows, J joint states of the variables whose likelihood differs by row, S states of one of them,
T states of all targets in turn.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tocsin.inference.tape import OVERHEAD, Tape
from tocsin.network.network import Array

MOST_JOINT = 1024
"""More joint states are left to the tape: they take long to fill and much memory."""
SMALLEST = 1e-200
"""Rows whose P(evidence) is smaller, next to the likeliest joint state, may have lost digits to underflow."""
MULTIPLY, FORM, LOOK_UP = 0.12, 2.0, 4.0
"""In multiply-adds of the tape, as measured: a multiply-add of the product, forming a weight, writing a number."""
START = 1e5
"""In the same unit: what a response costs before the first row."""


class Response:
    """The answers to every joint state of some variables, and from them those to any likelihoods on these variables.

    marginals: `[T, J]`, NaN where the joint state is impossible; log_evidence: `[J]`.
    """

    def __init__(self, marginals: Array, log_evidence: Array):
        self._marginals, self._log_evidence = marginals, log_evidence
        possible = np.isfinite(log_evidence)
        # Scaled to the likeliest joint state, so that evidence which is the same in all rows cannot underflow here.
        self._log_peak = float(log_evidence[possible].max(initial=-math.inf)) if possible.any() else 0.0
        evidence = np.exp(log_evidence - self._log_peak)
        self.joint = np.vstack([np.where(possible, marginals, 0.0) * evidence, evidence])
        self._possible = possible.astype(np.float64)
        self.nbytes = self.joint.nbytes + marginals.nbytes

    def look_up(self, observed: NDArray[np.intp]) -> tuple[Array, Array]:
        """Marginals `[T, B]` and log_evidence `[B]` of rows that observe one joint state each, `[B]`."""
        return self._marginals.take(observed, axis=1), self._log_evidence.take(observed)

    def multiply(self, likelihoods: Sequence[Array], block: slice, marginals: Array, log_evidence: Array) -> None:
        """Fills a block of marginals `[T, B]` and log_evidence `[B]` from any likelihoods, by variable `[S, B]`.

        Rows whose log_evidence becomes NaN are too unlikely to be answered here.
        """
        given = [array[:, block] for array in likelihoods]
        found = self.joint @ _outer(given)
        with np.errstate(divide="ignore", invalid="ignore"):
            np.divide(found[:-1], found[-1], out=marginals[:, block])
            log_evidence[block] = np.log(found[-1]) + self._log_peak
        if (low := np.flatnonzero(found[-1] < SMALLEST)).size:
            reached = self._possible @ _outer([(array[:, low] > 0).astype(np.float64) for array in given]) > 0
            log_evidence[block][low[reached]] = math.nan


def break_even(tape: Tape, joint: int, targets: int, *, observed: bool) -> float:
    """From how many rows on a response pays that `tape` must fill first; infinity if never.

    joint: J; targets: T; observed: whether each row observes one joint state. What happens to be in a cache does not
    count, so that the same question is answered in the same way, to the last bit, wherever it is asked.
    """
    played = tape.cost.multiply_adds + OVERHEAD * tape.cost.operations
    answered = LOOK_UP * targets + (0.0 if observed else joint * (FORM + MULTIPLY * (targets + 1)))
    if joint > MOST_JOINT or answered >= played:
        return math.inf
    return (joint * played + START) / (played - answered)


def observed_states(likelihoods: Sequence[Array]) -> NDArray[np.intp] | None:
    """The joint state each row observes, `[B]`, from likelihoods `[S, B]` of peak 1; None if any row leaves it open."""
    rows = likelihoods[0].shape[1]
    states = np.zeros(rows)
    for array in likelihoods:
        # With as many entries as rows, and one or more in every row, each row has exactly one.
        if np.count_nonzero(array) != rows or not array.any(axis=0).all():
            return None
        states = states * len(array) + np.arange(len(array), dtype=np.float64) @ array
    return states.astype(np.intp)


def _outer(likelihoods: Sequence[Array]) -> Array:
    """Products over all joint states, `[J, B]`: the Khatri-Rao product."""
    product = likelihoods[0]
    for array in likelihoods[1:]:
        product = (product[:, np.newaxis] * array).reshape(-1, array.shape[1])
    return product
