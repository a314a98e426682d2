"""Answers under every draw of the tables, each draw counted by how probable it makes the evidence.

P(event, evidence | draw) is linear in the likelihood of each variable, in every draw. So of many rows of evidence the
joint weights of the events and the joint states of the variables whose likelihood differs by row are worked out once
per draw; a block of rows is then one matrix product, whatever the network behind it. Where that takes too much memory,
or there are fewer rows than joint states, each row runs on the engine's tape with the draws for its batch.
Shape letters: B rows, b rows of a block, D draws, E events, J joint states of the varying variables, K of those among
them that are believed, S states of one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.canonical import canonical
from tocsin.errors import Contradiction
from tocsin.inference.engine import Engine, Posteriors, joint_likelihoods
from tocsin.inference.evidence import believed, believed_in_joint, posteriors_with_beliefs
from tocsin.inference.query import Forced, Likelihoods, Query, Tables, checked_query, checked_tables, one_hot
from tocsin.inference.workspace import BoundedCache
from tocsin.network.network import Array

MOST_BYTES = 2**28
"""Of the joint weights of all draws; larger ones are left to the tape."""
BLOCK_BYTES = 2**20
"""Of what one block of rows multiplies to: it should stay in the second-level cache while it is sorted."""
SMALLEST = 1e-200
"""Rows of which a draw has a smaller P(evidence), next to the likeliest, may have lost digits to underflow."""

Positions = NDArray[np.intp]
Event = tuple[str, tuple[int, ...]]
"""A variable, and the positions of the states that are meant."""

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


class Quantiles(NamedTuple):
    """values: `[levels, B, E]`, NaN where there are none; contradictions: by row why its beliefs cannot hold."""

    values: Array
    contradictions: dict[int, str]


@dataclass(frozen=True, eq=False)
class UnderDraws:
    """Events under fixed draws of a network's tables, for any evidence; safe to share between threads.

    draws: tables by variable `[S, parents..., D]`; events: what is asked in each row.
    """

    engine: Engine
    draws: Tables
    count: int
    """Draws, D."""
    events: tuple[Event, ...]
    _responses: BoundedCache[object, DrawResponse] = field(default_factory=BoundedCache)
    _filling: dict[object, Lock] = field(default_factory=dict)
    """By response, for the threads that want it while one of them fills it."""

    def quantiles(
        self,
        levels: Sequence[float],
        likelihoods: Mapping[str, Array],
        do: Mapping[str, Positions] | None = None,
        beliefs: Mapping[str, Array] | None = None,
    ) -> Quantiles:
        """The quantiles of each event over the draws, row by row.

        likelihoods: `[B, S]` or `[1, S]`; do: by variable the position of the state it is forced into in each row
        `[B]`; beliefs: by variable what its posterior shall be in every draw `[B, S]`. All rows force and believe the
        same variables. The way to an answer hangs on the question alone, and all ways differ by rounding only.
        Raises UnknownVariable, WrongShape, BadQuery.
        """
        rows = _rows(self.engine, likelihoods, do or {}, beliefs or {})
        found = Quantiles(np.full((len(levels), rows.count, len(self.events)), np.nan), {})
        for places in self._parts(rows):
            part = rows.only(places).narrowed()
            query = self._query(part)
            response = self._response(query, part) if self._pays(part) else None
            # Several beliefs are fitted until all hold, so that one row's answer would hang on its neighbours.
            alone = response is None or len(part.beliefs) > 1
            most = 1 if alone else max(1, BLOCK_BYTES // self._bytes(part.believed))
            blocks = [slice(start, min(start + most, part.count)) for start in range(0, part.count, most)]
            # Bound now, since the loop goes on to other parts.
            self.engine.share(blocks, partial(self._fill, found, levels, places, part, query, response))
        return found

    def question(self, likelihoods: Mapping[str, Array], do: Mapping[str, Positions]) -> QuestionUnderDraws:
        """What `quantiles` asks of one row without beliefs, to be asked again while some tables have other draws."""
        row = _rows(self.engine, likelihoods, do, {})
        return QuestionUnderDraws(self, self._query(row).given(row.likelihoods))

    def _parts(self, rows: _Rows) -> list[Positions]:
        """All rows; or, where their joint states are too many, those that speak of the same variables together."""
        if rows.count == 1 or self._bytes(rows.joint) <= MOST_BYTES:
            return [np.arange(rows.count)]
        speaks = np.stack([(array != array[:, :1]).any(axis=1) for array in rows.varying.values()])
        _, group = np.unique(speaks, axis=1, return_inverse=True)
        return [np.flatnonzero(group == number) for number in range(group.max() + 1)]

    def _pays(self, rows: _Rows) -> bool:
        """Whether there are fewer joint states than rows: each of either takes one run of the tape."""
        return bool(rows.varying) and rows.joint < rows.count and self._bytes(rows.joint) <= MOST_BYTES

    def _bytes(self, joint: int) -> int:
        return 8 * joint * self.count * (len(self.events) + 1)

    def _fill(
        self,
        found: Quantiles,
        levels: Sequence[float],
        places: Positions,
        rows: _Rows,
        query: Query,
        response: DrawResponse | None,
        blocks: Sequence[slice],
    ) -> None:
        waiting = [*reversed(blocks)]
        while waiting:
            block = waiting.pop()
            part, where = rows.only(np.arange(block.start, block.stop)), places[block]
            try:
                p, weights = self._played(query, part) if response is None else self._multiplied(query, part, response)
            except Contradiction as error:
                if part.count == 1:
                    found.contradictions[int(where[0])] = str(error)
                else:
                    waiting += [slice(row, row + 1) for row in range(block.start, block.stop)]
            else:
                found.values[:, where] = weighted_quantiles(p, weights[:, np.newaxis], levels)

    def _multiplied(self, query: Query, rows: _Rows, response: DrawResponse) -> tuple[Array, Array]:
        """P of the events `[b, E, D]` and the draws' weights `[b, D]`, up to a factor in each row, by a response."""
        p, weights, lost = response.answer(self.engine, rows)
        for row in lost:
            p[row], weights[row] = (array[0] for array in self._played(query, rows.only(np.array([row]))))
        return p, weights

    def _played(self, query: Query, row: _Rows) -> tuple[Array, Array]:
        """As `_multiplied`, of one row, by the tape."""
        if row.beliefs:
            seen = self.engine.answers(replace(query, targets=()).given(row.likelihoods))
            forced = {name: int(row.likelihoods[name].argmax()) for name in row.do}
            solved = believed(self.engine, row.beliefs, row.likelihoods, forced, self.draws)
            drawn = self.engine.answers(query.given({name: np.asarray(array) for name, array in solved.items()}))
        else:
            seen = drawn = self.engine.answers(query.given(row.likelihoods))
        log_weights = np.broadcast_to(seen.log_evidence, self.count)
        return self.events_of(drawn)[np.newaxis], draw_weights(log_weights)[np.newaxis]

    def events_of(self, drawn: Posteriors) -> Array:
        """P of each event in each draw, `[E, D]`."""
        p = [drawn.marginals[name][:, list(states)].sum(axis=1) for name, states in self.events]
        return np.stack([np.broadcast_to(event, self.count) for event in p])

    def _query(self, rows: _Rows) -> Query:
        """The question of one row, which stands for the others: the draws are checked once."""
        likelihoods = {name: np.ones((1, self.engine.network.size(name))) for name in rows.likelihoods}
        names = [name for name, _ in self.events]
        return checked_query(self.engine.network, likelihoods, self.draws, dict.fromkeys(rows.do, 0), names)

    def _response(self, query: Query, rows: _Rows) -> DrawResponse:
        constants = tuple((name, array.tobytes()) for name, array in rows.constants.items())
        key = constants, tuple(rows.varying), query.cut
        with self._filling.setdefault(key, Lock()):
            response = self._responses.get(key)
            if response is None:
                response = self._filled(query, rows)
                self._responses.put(key, response, response.nbytes)
        self._filling.pop(key, None)
        return response

    def _filled(self, query: Query, rows: _Rows) -> DrawResponse:
        """The answers to each joint state of the varying variables in turn, under every draw."""
        sizes = [array.shape[1] for array in rows.varying.values()]
        events, log_evidence = np.empty((rows.joint, len(self.events), self.count)), np.empty((rows.joint, self.count))

        def work(states: Sequence[slice]) -> None:
            for state in (block.start for block in states):
                places = np.unravel_index(state, sizes)
                hot = {name: np.eye(s)[[p]] for name, s, p in zip(rows.varying, sizes, places, strict=True)}
                drawn = self.engine.answers(query.given(rows.constants | hot))
                events[state], log_evidence[state] = self.events_of(drawn), drawn.log_evidence

        self.engine.share([slice(state, state + 1) for state in range(rows.joint)], work)
        return DrawResponse(events, log_evidence)


@dataclass(frozen=True, eq=False)
class QuestionUnderDraws:
    """One row of evidence, read once."""

    asked: UnderDraws
    query: Query

    def under(self, levels: Sequence[float], draws: Tables) -> Array:
        """The quantiles `[levels, E]` where these tables have other draws `[S, parents..., D]`, or `[..., 1]`."""
        engine, count = self.asked.engine, self.asked.count
        tables = {**self.query.tables, **checked_tables(engine.network, draws)}
        rows = max((table.shape[-1] for table in tables.values()), default=1)
        in_order = {name: tables[name] for name in engine.network.variables if name in tables}
        drawn = engine.answers(replace(self.query, rows=rows, tables=in_order))
        weights = draw_weights(np.broadcast_to(drawn.log_evidence, count))
        return weighted_quantiles(self.asked.events_of(drawn), weights, levels)


class DrawResponse:
    """The answers under every draw to each joint state of some variables, and from them those to any likelihoods.

    events: `[J, E, D]`, NaN where the joint state is impossible; log_evidence: `[J, D]`. Both are used up.
    """

    def __init__(self, events: Array, log_evidence: Array):
        possible = np.isfinite(log_evidence)
        # Scaled to the likeliest of all, so that evidence which is the same in all rows cannot underflow here.
        evidence = np.exp(log_evidence - (log_evidence[possible].max() if possible.any() else 0.0))
        np.copyto(events, 0.0, where=~possible[:, np.newaxis])
        events *= evidence[:, np.newaxis]
        self._joint = np.concatenate([events, evidence[:, np.newaxis]], axis=1)
        self._possible = possible.astype(np.float64)
        self.nbytes = self._joint.nbytes + self._possible.nbytes

    def answer(self, engine: Engine, rows: _Rows) -> tuple[Array, Array, Positions]:
        """P of the events `[b, E, D]`, the draws' weights `[b, D]` up to a factor in each row, and which rows are too
        unlikely to be answered here. Raises Contradiction where a row's beliefs cannot hold.
        """
        weights = _joint(rows.varying.values())
        shape = rows.count, *self._joint.shape[1:]
        if rows.beliefs:
            by_belief = self._by_belief(weights, rows)
            found = by_belief.sum(axis=1)
        else:
            found = (weights @ self._joint.reshape(len(self._joint), -1)).reshape(shape)
        total = found[:, -1].copy()
        low = np.flatnonzero((total < SMALLEST).any(axis=1))
        reached = (weights[low] > 0).astype(np.float64) @ self._possible > 0
        lost = low[(reached & (total[low] < SMALLEST)).any(axis=1)]
        if rows.beliefs:
            kept = np.setdiff1d(np.arange(rows.count), lost)
            by_belief = by_belief[kept]
            by_belief *= self._factors(engine, rows.only(kept), by_belief[:, :, -1])[:, :, np.newaxis]
            found[kept] = by_belief.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            found[:, :-1] /= found[:, -1:]
        return found[:, :-1], total, lost

    def _by_belief(self, weights: Array, rows: _Rows) -> Array:
        """P(event, evidence) and P(evidence) by joint state of the believed variables, `[b, K, E + 1, D]`."""
        states = rows.believed
        joint = self._joint.reshape(states, len(self._joint) // states, -1)
        by_state: Array = weights.reshape(rows.count, states, -1).transpose(1, 0, 2) @ joint
        return by_state.transpose(1, 0, 2).reshape(rows.count, states, *self._joint.shape[1:])

    def _factors(self, engine: Engine, rows: _Rows, chances: Array) -> Array:
        """What brings P(joint state of the believed variables, evidence) `[b, K, D]` to the beliefs."""
        sizes = [belief.shape[1] for belief in rows.beliefs.values()]
        joint = chances.transpose(0, 2, 1).reshape(-1, *sizes)
        beliefs = {name: np.repeat(belief, chances.shape[2], axis=0) for name, belief in rows.beliefs.items()}
        factors = _joint(believed_in_joint(engine, beliefs, joint)).reshape(rows.count, -1, chances.shape[1])
        return factors.transpose(0, 2, 1)


@dataclass(frozen=True, eq=False)
class _Rows:
    """B rows of evidence.

    constants: `[1, S]`, the likelihoods that all rows share; varying: `[B, S]`, the others, those of believed variables
    first; the greatest of each is 1. beliefs: `[B, S]`, in the same order; do: the forced variables, whose likelihoods
    tell into which state.
    """

    count: int
    constants: dict[str, Array]
    varying: dict[str, Array]
    beliefs: dict[str, Array]
    do: frozenset[str]

    def narrowed(self) -> _Rows:
        """The same rows, with the likelihoods that are now the same in all of them among the constants."""
        same = [name for name, a in self.varying.items() if name not in self.beliefs and (a == a[:1]).all()]
        constants = self.constants | {name: self.varying[name][:1] for name in same}
        varying = {name: array for name, array in self.varying.items() if name not in same}
        return replace(self, constants=constants, varying=varying)

    @property
    def likelihoods(self) -> dict[str, Array]:
        """All of them."""
        return {**self.constants, **self.varying}

    @property
    def joint(self) -> int:
        """Joint states of the varying variables, J."""
        return math.prod(array.shape[1] for array in self.varying.values())

    @property
    def believed(self) -> int:
        """Joint states of the believed variables, K."""
        return math.prod(array.shape[1] for array in self.beliefs.values())

    def only(self, places: Positions) -> _Rows:
        """Some of the rows."""
        return replace(
            self,
            count=len(places),
            varying={name: array[places] for name, array in self.varying.items()},
            beliefs={name: array[places] for name, array in self.beliefs.items()},
        )


def _rows(
    engine: Engine, likelihoods: Mapping[str, Array], do: Mapping[str, Positions], beliefs: Mapping[str, Array]
) -> _Rows:
    arrays = [*likelihoods.values(), *do.values(), *beliefs.values()]
    count = max((len(array) for array in arrays), default=1)
    given = {name: np.asarray(array, dtype=np.float64) for name, array in likelihoods.items()}
    for name, places in do.items():
        given[name] = given.get(name, np.ones((1, 1))) * one_hot(places, engine.network.size(name))
    for name, array in given.items():
        peaks = array.max(axis=1, keepdims=True)
        given[name] = array / np.where(peaks > 0, peaks, 1.0)
    wide = {
        name: np.broadcast_to(given.get(name, np.ones((1, 1))), (count, engine.network.size(name)))
        for name in dict.fromkeys((*beliefs, *given))
    }
    rows = {name: np.broadcast_to(array, (count, array.shape[1])) for name, array in beliefs.items()}
    return _Rows(count, {}, wide, rows, frozenset(do)).narrowed()


def _joint(likelihoods: Iterable[Array]) -> Array:
    """Products over all joint states, `[b, J]`, of likelihoods `[b, S]`."""
    return joint_likelihoods([array.T for array in likelihoods]).T
