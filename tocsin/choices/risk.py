"""Uncertain losses as one number: the mean, or for who shuns risk the certainty equivalent of exponential utility.

With tolerance T the loss that is as bad for certain is T ln E[exp(loss/T)] (Pratt 1964; Howard 1988). Losses add over
stakes, so exp(loss/T) is a product over them, and its mean is the probability of evidence with these factors: one
question, whatever the stakes are.
Shape letters: C courses, S states of a variable that may be learned, D draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tocsin.choices.problem import Condition, Forced, Situation, remaining
from tocsin.network.network import Array
from tocsin.records import Choice


def tolerance(choice: Choice) -> float:
    """T; infinite for who is neutral."""
    return np.inf if choice.risk.averse is None else choice.risk.averse.tolerance


def certain(values: Array, weights: Array, tolerance: float) -> Array:
    """The loss that is for certain as bad as losses `[..., D]` with these weights `[D]`, which sum to 1."""
    if np.isinf(tolerance):
        return np.asarray(values @ weights)
    peak = values.max(axis=-1, keepdims=True)
    return np.asarray(peak[..., 0] + tolerance * np.log(np.exp((values - peak) / tolerance) @ weights))


def certain_losses(
    before: Situation, stakes: Mapping[Condition, Array], courses: Sequence[Forced], tolerance: float
) -> Array:
    """What the stakes come to in each draw, as a loss for certain, `[C, D]`; stakes: per condition losses `[D]`."""
    if np.isinf(tolerance):
        chances = before.chances(tuple(stakes), courses)
        # k condition, c course, d draw
        return np.asarray(np.einsum("kcd,kd->cd", chances, np.stack([*stakes.values()])))
    known: dict[Forced, Array] = {}
    for course in courses:
        if course not in known:
            factors, settled = factors_of(stakes, course, tolerance)
            known[course] = settled + tolerance * before.tilted(course, factors)[0]
    return np.stack([known[course] for course in courses])


def factors_of(
    stakes: Mapping[Condition, Array], course: Forced, tolerance: float
) -> tuple[dict[Condition, tuple[Array, Array]], Array]:
    """exp(loss/T) where a stake falls due and 1 where not, both over the larger; and what is lost beside, `[D]`."""
    factors: dict[Condition, tuple[Array, Array]] = {}
    left = remaining(stakes, dict(course))
    settled = left.pop((), np.zeros(len(next(iter(stakes.values())))))
    for condition, loss in left.items():
        peak = np.maximum(loss, 0.0)
        settled = settled + peak
        factors[condition] = np.exp(-peak / tolerance), np.exp((loss - peak) / tolerance)
    return factors, settled


@dataclass(frozen=True, eq=False)
class JointLosses:
    """Losses beside a variable that may be learned.

    values: P(x) E[L | x] in each draw `[C, S, D]`; for who shuns risk P(x) E[exp((L - peak)/T) | x].
    """

    values: Array
    peak: float = 0.0


def joint_losses(
    before: Situation,
    stakes: Mapping[Condition, Array],
    courses: Sequence[Forced],
    costs: Array,
    names: Sequence[str],
    tolerance: float,
    first: Forced = (),
) -> dict[str, JointLosses]:
    """Per variable what each course comes to beside its states; costs: `[C, D]`.

    P(x) is what it is before the courses, once `first` is done: the same for all of them.
    """
    plain = before.tilted(first, {}, names)[1]
    mean = _mean_losses if np.isinf(tolerance) else _log_factors
    known = {course: dict(mean(before, stakes, course, names, tolerance)) for course in dict.fromkeys(courses)}
    found = {}
    for name in names:
        own, p = np.stack([known[course][name] for course in courses]), plain[name].T
        if np.isinf(tolerance):
            found[name] = JointLosses(p * (own + costs[:, np.newaxis]))
        else:
            logs = own + costs[:, np.newaxis] / tolerance
            peak = float(logs.max())
            found[name] = JointLosses(p * np.exp(logs - peak), peak * tolerance)
    return found


def _mean_losses(
    before: Situation, stakes: Mapping[Condition, Array], course: Forced, names: Sequence[str], _: float
) -> Iterator[tuple[str, Array]]:
    """Per variable E[stakes | x, do(course), evidence] in each draw, `[S, D]`."""
    plain = before.tilted(course, {}, names)[1]
    total = {name: np.zeros((rows.shape[1], before.count)) for name, rows in plain.items()}
    for condition, loss in remaining(stakes, dict(course)).items():
        if not condition:
            for rows in total.values():
                rows += loss
            continue
        logs, marginals = before.tilted(course, {condition: (0.0, 1.0)}, names)
        for name, rows in marginals.items():
            total[name] += loss * np.exp(logs) * _divided(rows, plain[name]).T
    yield from total.items()


def _log_factors(
    before: Situation, stakes: Mapping[Condition, Array], course: Forced, names: Sequence[str], tolerance: float
) -> Iterator[tuple[str, Array]]:
    """Per variable ln E[exp(stakes/T) | x, do(course), evidence] in each draw, `[S, D]`."""
    plain = before.tilted(course, {}, names)[1]
    factors, settled = factors_of(stakes, course, tolerance)
    logs, marginals = before.tilted(course, factors, names)
    for name, rows in marginals.items():
        with np.errstate(divide="ignore"):
            yield name, settled / tolerance + logs + np.log(_divided(rows, plain[name]).T)


def _divided(rows: Array, by: Array) -> Array:
    """0 where a state cannot be."""
    return np.divide(rows, by, out=np.zeros_like(rows), where=by > 0)
