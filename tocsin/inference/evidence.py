"""Beliefs as likelihoods: "P(traffic normal) is 30 %, whatever else is known".

What is observed is a likelihood of one and zeros, what is reported a likelihood as it stands (Pearl 1988). A belief
fixes the posterior itself; the likelihood that does so is solved for here.
Shape letters: B rows, S states of one variable.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from tocsin.errors import BadQuery, Contradiction, WrongShape
from tocsin.inference.engine import Engine, Posteriors
from tocsin.inference.query import Forced, Likelihoods, Tables, logarithm
from tocsin.network.network import Array

TOLERANCE = 1e-11
"""Every marginal of a whole cycle this near its target: the final ones are then within 1e-10."""
CYCLES = 2000
SUM_TOLERANCE = 1e-6
MAX_PASSES = 64
"""With no more engine passes than this, the joint of all believed variables is read once and cycled on by itself."""

Read = Callable[[int, Sequence[Array]], Array]
"""Posterior `[B, S]` of the belief at a position, under one likelihood `[B, S]` per belief."""


def believed(
    engine: Engine,
    beliefs: Mapping[str, ArrayLike],
    likelihoods: Likelihoods,
    do: Forced | None = None,
    tables: Tables | None = None,
) -> dict[str, ArrayLike]:
    """The given likelihoods, with those of the believed variables changed so that their posteriors are the beliefs.

    beliefs: by variable `[B, S]`, `[1, S]` or `[S]`, each row summing to 1. One belief: λ(y) = q(y) / P(y) (Jeffrey
    1965); several: the same in turn until all marginals hold to 1e-10 (iterative proportional fitting; Pan, Peng &
    Ding 2006). P is the posterior under everything else, in each row and draw, so a belief holds whatever is reported.
    Rows that are impossible without the beliefs stay so.

    Returns what `engine.posteriors` takes. The scale of a believed variable's likelihood is arbitrary, so log_evidence
    means nothing with it. Raises Contradiction when the beliefs cannot all hold, WrongShape, BadQuery, UnknownVariable.
    """
    names = tuple(beliefs)
    wanted = [_chances(engine, name, beliefs[name]) for name in names]
    if not names:
        return dict(likelihoods)
    start = engine.posteriors(likelihoods, tables, do, targets=names)
    rows = _common_rows(names, wanted, len(start.log_evidence))
    possible = np.broadcast_to(np.isfinite(start.log_evidence), rows)
    wanted = [np.broadcast_to(chances, (rows, chances.shape[1])) for chances in wanted]
    marginals = [start.marginals[name] for name in names]
    reader = partial(_reader, engine, names, likelihoods, do, tables)
    result = dict(likelihoods)
    for name, factor in zip(names, _solved(engine, names, wanted, possible, marginals, reader), strict=True):
        given = np.atleast_2d(np.asarray(likelihoods.get(name, np.ones(1)), dtype=np.float64))
        peak = given.max(axis=1, keepdims=True)
        result[name] = factor * (given / np.where(peak > 0, peak, 1.0))
    return result


def posteriors_with_beliefs(
    engine: Engine,
    beliefs: Mapping[str, ArrayLike],
    likelihoods: Likelihoods,
    do: Forced | None = None,
    tables: Tables | None = None,
    targets: Iterable[str] | None = None,
) -> Posteriors:
    """`Engine.posteriors` where the beliefs hold, if there are any. Raises what `believed` does."""
    return engine.posteriors(believed(engine, beliefs, likelihoods, do, tables), tables, do, targets)


def believed_in_joint(engine: Engine, beliefs: Mapping[str, Array], joint: Array) -> list[Array]:
    """The likelihoods `[B, S]` that make beliefs `[B, S]` hold, from P(believed variables, evidence).

    joint: `[B, S of the first, S of the second, ...]`, up to a factor in each row. Raises Contradiction.
    """
    names, read = tuple(beliefs), _from_joint(joint)
    wanted = [np.broadcast_to(chances, (len(joint), chances.shape[1])) for chances in beliefs.values()]
    possible: Array = np.asarray(joint.reshape(len(joint), -1).any(axis=1))
    unknown = [np.ones((1, 1))] * len(names)
    marginals = [read(position, unknown) for position in range(len(names))]
    return _solved(engine, names, wanted, possible, marginals, lambda: read)


def _solved(
    engine: Engine,
    names: Sequence[str],
    wanted: Sequence[Array],
    possible: Array,
    marginals: Sequence[Array],
    reader: Callable[[], Read],
) -> list[Array]:
    """One likelihood `[B, S]` per belief. marginals: the posteriors without any; reader: for several beliefs alone."""
    for name, chances, marginal in zip(names, wanted, marginals, strict=True):
        _require_possible(engine, name, chances, np.where(possible[:, np.newaxis], marginal, 1.0))
    if len(names) == 1:
        return [np.exp(_corrected(np.zeros(1), wanted[0], marginals[0]))]
    return _fit(names, wanted, possible, reader())


def _chances(engine: Engine, name: str, given: ArrayLike) -> Array:
    states = engine.network.size(name)
    array = np.atleast_2d(np.asarray(given, dtype=np.float64))
    if array.ndim != 2 or array.shape[1] != states:
        raise WrongShape(f"{name}: belief has shape {np.shape(given)}, not (rows, {states}) or ({states},)")
    sums = array.sum(axis=1, keepdims=True)
    if not ((array >= 0).all() and (np.abs(sums - 1) <= SUM_TOLERANCE).all()):
        raise BadQuery(f"{name}: a belief holds probabilities from 0 to 1 that sum to 1")
    return np.asarray(array / sums)


def _common_rows(names: Sequence[str], wanted: Sequence[Array], rows: int) -> int:
    for name, chances in zip(names, wanted, strict=True):
        if len(chances) != 1 and rows not in (1, len(chances)):
            raise WrongShape(f"{name}: belief has {len(chances)} rows, not {rows} or one")
        rows = max(rows, len(chances)) if len(chances) else 0
    return rows


def _require_possible(engine: Engine, name: str, wanted: Array, marginal: Array) -> None:
    if (clash := np.argwhere((wanted > 0) & (marginal == 0))).size:
        row, state = clash[0]
        raise Contradiction(
            f"{name} is believed to be {engine.network.states[name][state]} with probability {wanted[row, state]:.3g}, "
            "but this state is impossible given everything else; give it probability 0 or change the evidence"
        )


def _fit(names: Sequence[str], wanted: Sequence[Array], possible: Array, read: Read) -> list[Array]:
    """Iterative proportional fitting, in logarithms so that no ratio overflows."""
    logs = [np.zeros(chances.shape) for chances in wanted]
    gaps = np.zeros(len(names))
    for _ in range(CYCLES):
        for position, chances in enumerate(wanted):
            marginal = read(position, [np.exp(log) for log in logs])
            gap = np.abs(marginal - chances)[possible]
            gaps[position] = gap.max(initial=0.0)
            if not gaps[position] <= 1 or ((marginal == 0) & (chances > 0))[possible].any():
                raise Contradiction(_no_agreement(names, names[position], math.inf))
            logs[position] = _corrected(logs[position], chances, marginal)
        if gaps.max() <= TOLERANCE:
            return [np.exp(log) for log in logs]
    worst = int(gaps.argmax())
    raise Contradiction(_no_agreement(names, names[worst], gaps[worst]))


def _no_agreement(names: Sequence[str], worst: str, gap: float) -> str:
    left = (
        f"after {CYCLES} rounds {worst} is still {gap:.2g} away from its belief"
        if gap <= 1
        else (f"making the others hold leaves {worst} no way to its belief")
    )
    return f"the beliefs on {', '.join(names)} cannot all hold given the evidence: {left}; change or drop one of them"


def _reader(
    engine: Engine, names: Sequence[str], likelihoods: Likelihoods, do: Forced | None, tables: Tables | None
) -> Read:
    sizes = [engine.network.size(name) for name in names]
    if math.prod(sizes) // max(sizes) <= MAX_PASSES:
        return _from_joint(_joint(engine, names, likelihoods, do, tables))

    def read(position: int, factors: Sequence[Array]) -> Array:
        given = dict(likelihoods)
        for name, factor in zip(names, factors, strict=True):
            given[name] = factor * np.asarray(given.get(name, 1.0))
        return engine.posteriors(given, tables, do, targets=[names[position]]).marginals[names[position]]

    return read


def _joint(
    engine: Engine, names: Sequence[str], likelihoods: Likelihoods, do: Forced | None, tables: Tables | None
) -> Array:
    """P(believed variables | evidence) up to a factor per row, `[B, S of the first, S of the second, ...]`.

    One pass for each joint state of all variables but the largest.
    """
    sizes = [engine.network.size(name) for name in names]
    last = int(np.argmax(sizes))
    others = [position for position in range(len(names)) if position != last]
    logs = []
    for states in product(*(range(sizes[position]) for position in others)):
        given = dict(likelihoods)
        for position, state in zip(others, states, strict=True):
            hot = np.eye(sizes[position])[state]
            given[names[position]] = hot * np.asarray(given.get(names[position], 1.0))
        found = engine.posteriors(given, tables, do, targets=[names[last]])
        # Where this joint state is impossible the marginal is NaN and its logarithm must be -inf.
        reached = np.isfinite(found.log_evidence)[:, np.newaxis]
        logs.append(found.log_evidence[:, np.newaxis] + logarithm(np.where(reached, found.marginals[names[last]], 0.0)))
    stacked = np.stack(logs, axis=1)
    top = stacked.max(axis=(1, 2), keepdims=True)
    joint = np.exp(stacked - np.where(np.isfinite(top), top, 0.0))
    shape = [sizes[position] for position in others]
    return np.moveaxis(joint.reshape(len(joint), *shape, sizes[last]), -1, last + 1)


def _from_joint(joint: Array) -> Read:
    def read(position: int, factors: Sequence[Array]) -> Array:
        weights = joint
        for axis, factor in enumerate(factors, start=1):
            weights = weights * np.expand_dims(factor, [a for a in range(1, joint.ndim) if a != axis])
        weights = weights.sum(axis=tuple(a for a in range(1, joint.ndim) if a != position + 1))
        with np.errstate(invalid="ignore"):
            return np.asarray(weights / weights.sum(axis=1, keepdims=True))

    return read


def _corrected(logs: Array, wanted: Array, marginal: Array) -> Array:
    """log λ + log q - log P, the greatest of each row brought to 0."""
    with np.errstate(invalid="ignore"):
        ratio = logs + logarithm(wanted) - logarithm(marginal)
    # A state that is neither wanted nor possible gives -inf + inf.
    ratio = np.where(np.isnan(ratio), -np.inf, ratio)
    top = ratio.max(axis=1, keepdims=True)
    return ratio - np.where(np.isfinite(top), top, 0.0)
