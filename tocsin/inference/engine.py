"""Evidence on a few variables alone: the posteriors of all rows as one matrix product.

P(state, evidence) is linear in the likelihood of each variable (Darwiche 2003, "A differential approach to inference in
Bayesian networks"), so all the rest of the network can be worked out once for each joint state of these variables.
Shape letters: B rows, J joint states of the variables whose likelihood differs by row, S states of one of them,
T states of all targets in turn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import BadNetwork
from tocsin.inference.planner import RESTARTS, Cost, elimination_order
from tocsin.inference.query import Forced, Likelihoods, Query, Tables, checked_query
from tocsin.inference.tape import OVERHEAD, Level, Signature, Tape, compile_tape
from tocsin.inference.workspace import BoundedCache, Workspace, block_rows, fold
from tocsin.network import Network
from tocsin.network.network import Array

MOST_JOINT = 1024
"""More joint states are left to the tape: they take long to fill and much memory."""
SMALLEST = 1e-200
"""Rows whose P(evidence) is smaller, next to the likeliest joint state, may have lost digits to underflow."""
MULTIPLY, FORM, LOOK_UP = 0.12, 2.0, 4.0
"""In multiply-adds of the tape, as measured: a multiply-add of the product, forming a weight, writing a number."""
START = 1e5
"""In the same unit: what a response costs before the first row."""
CACHE_BYTES = 2**20
"""Of the second-level cache: the arrays that one operation reads and writes should fit."""
LOG_TINY = math.log(1e-200)
"""Rows whose scaled P(evidence) is smaller are computed again with every intermediate array rescaled."""
Answer = tuple[Array, Array]
"""Marginals `[T, B]` and the logarithm of P(evidence) `[B]`."""


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
        found = self.joint @ joint_likelihoods(given)
        with np.errstate(divide="ignore", invalid="ignore"):
            np.divide(found[:-1], found[-1], out=marginals[:, block])
            log_evidence[block] = np.log(found[-1]) + self._log_peak
        if (low := np.flatnonzero(found[-1] < SMALLEST)).size:
            reached = (
                self._possible @ joint_likelihoods([(array[:, low] > 0).astype(np.float64) for array in given]) > 0
            )
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


def joint_likelihoods(likelihoods: Sequence[Array]) -> Array:
    """Products over all joint states, `[J, B]`: the Khatri-Rao product."""
    product = likelihoods[0]
    for array in likelihoods[1:]:
        product = (product[:, np.newaxis] * array).reshape(-1, array.shape[1])
    return product


@dataclass(frozen=True, eq=False)
class Posteriors:
    """What follows from the evidence, row by row.

    marginals: by variable `[B, S]`, rows summing to 1, NaN where the evidence is impossible; log_evidence: `[B]`,
    natural logarithm, -inf where it is impossible.
    """

    marginals: Mapping[str, Array]
    log_evidence: Array


class Engine:
    """A network ready to be asked; safe to share between threads. Raises TooLarge.

    threads: how many share the rows of one call, whose result is the same to the last bit however many there are;
    more than one pays only while the linear algebra below NumPy is itself kept to one.
    cost: what one row costs at most, known before anything is allocated.
    """

    def __init__(
        self,
        network: Network,
        *,
        restarts: int = RESTARTS,
        seed: int = 0,
        cache_bytes: int = CACHE_BYTES,
        threads: int = 1,
    ):
        self.network = network
        self.threads = threads
        self._cache_bytes = cache_bytes
        self._order = elimination_order(network, restarts, seed)
        self.cost: Cost = compile_tape(network, {}, self._order, _everything(network)).cost
        self.cost.require_affordable()
        self._prepare()

    def with_tables(self, network: Network) -> Engine:
        """An engine for a network that differs in its tables alone: nothing is planned anew. Raises BadNetwork."""
        same = all(network.parents.get(name) == parents for name, parents in self.network.parents.items())
        if network.variables != self.network.variables or not same or network.states != self.network.states:
            raise BadNetwork("only the tables may differ; plan another engine for another graph or other states")
        engine = object.__new__(Engine)
        engine.network, engine.cost, engine.threads = network, self.cost, self.threads
        engine._order, engine._cache_bytes = self._order, self._cache_bytes
        engine._prepare()
        # Else every changed model that somebody holds would have working memory of its own.
        engine._idle, engine._responses = self._idle, self._responses
        return engine

    def posteriors(
        self,
        likelihoods: Likelihoods,
        tables: Tables | None = None,
        do: Forced | None = None,
        targets: Iterable[str] | None = None,
    ) -> Posteriors:
        """P(variable | evidence) and P(evidence), for each row.

        likelihoods: by variable `[B, S]`, `[1, S]` or `[S]`, P(finding | state) up to a factor; absent or a row of
        ones: nothing is known. tables: by variable `[S, parents..., B]`, columns summing to 1; absent: the network's.
        do: by variable the position of the state it is forced into (Pearl 2009), for all rows or `[B]`; -1 = not forced
        in this row. targets: whose marginals are wanted, all by default.

        Under do, log_evidence is that of the mutilated network; a likelihood on a forced variable contributes its
        value at the forced state and so changes no marginal, unless it is zero and the row impossible.
        However small P(evidence) is, it is not lost; but where the findings weigh states that meet in one array against
        each other by more than 1e308, the lighter ones count as impossible.
        Raises UnknownVariable, WrongShape, BadQuery; never for impossible evidence.
        """
        query = checked_query(self.network, likelihoods, tables, do, targets)
        marginals, log_evidence = self._respond(query) or self._play(query)
        return Posteriors(dict(self._split(marginals, query.targets)), log_evidence + query.log_scale)

    def _prepare(self) -> None:
        # Published files round their columns; barren variables can be left out only when columns sum to 1.
        self._tables = {name: table / table.sum(axis=0) for name, table in self.network.tables.items()}
        self._own = object()
        """Tells these tables from those of other engines where a shelf is shared with them."""
        self._tapes: BoundedCache[Signature, Tape] = BoundedCache()
        self._idle: BoundedCache[tuple[object, Signature, int], Workspace] = BoundedCache()
        self._responses: BoundedCache[tuple[object, Signature, bytes], Response] = BoundedCache()

    def answers(self, query: Query) -> Posteriors:
        """As `posteriors`, of a question that was checked before, by the tape."""
        marginals, log_evidence = self._play(query)
        return Posteriors(dict(self._split(marginals, query.targets)), log_evidence + query.log_scale)

    def _respond(self, query: Query) -> Answer | None:
        """By a response, if this question allows it and has rows enough to pay for it."""
        varying, states = query.varying, self._states(query)
        joint = math.prod(map(len, varying))
        if not varying or query.tables_vary or query.rows <= joint:
            return None
        observed = observed_states(varying)
        if query.rows < break_even(self._tape(query.signature), joint, states, observed=observed is not None):
            return None
        response = self._response(query)
        if observed is not None:
            return response.look_up(observed)
        marginals, log_evidence = np.empty((states, query.rows)), np.empty(query.rows)

        def work(blocks: Sequence[slice]) -> None:
            for block in blocks:
                response.multiply(varying, block, marginals, log_evidence)

        self.share(_blocks(query.rows, block_rows(response.joint.shape, self._cache_bytes)), work)
        if (lost := np.flatnonzero(np.isnan(log_evidence))).size:
            marginals[:, lost], log_evidence[lost] = self._play(query.only(lost))
        return marginals, log_evidence

    def _response(self, query: Query) -> Response:
        key = (self._own, query.signature, query.constants)
        response = self._responses.get(key)
        if response is None:
            response = Response(*self._play(query.of_joint_states()))
            self._responses.put(key, response, response.nbytes)
        return response

    def _play(self, query: Query) -> Answer:
        """By the tape, rows of tiny probability once more with rescaling."""
        marginals, log_evidence = self._run(query, query.signature)
        if (tiny := np.flatnonzero(log_evidence < LOG_TINY)).size:
            again = query.only(tiny)
            marginals[:, tiny], log_evidence[tiny] = self._run(again, replace(again.signature, rescale=True))
        return marginals, log_evidence

    def _run(self, query: Query, signature: Signature) -> Answer:
        tape = self._tape(signature)
        marginals, log_evidence = np.empty((self._states(query), query.rows)), np.empty(query.rows)
        blocks = _blocks(query.rows, block_rows(tape.lanes, self._cache_bytes))

        # One length, so that one workspace does for all: the last block takes rows of the one before it along.
        length = max((block.stop - block.start for block in blocks), default=0)

        def work(blocks: Sequence[slice]) -> None:
            workspace = self._idle.take((self._own, signature, length)) or Workspace(tape, length)
            workspace.start(query.likelihoods, query.tables)
            for block in blocks:
                workspace.run(query.likelihoods, query.tables, slice(block.stop - length, block.stop))
                own = slice(length - (block.stop - block.start), length)
                with np.errstate(divide="ignore", invalid="ignore"):
                    log_evidence[block] = (np.log(workspace.evidence) + workspace.log_scale)[own]
                    np.divide(workspace.joint[:, own], workspace.evidence[own], out=marginals[:, block])
            self._idle.put((self._own, signature, length), workspace, workspace.nbytes)

        self.share(blocks, work)
        return marginals, log_evidence

    def share(self, blocks: Sequence[slice], work: Callable[[Sequence[slice]], None]) -> None:
        """Has the blocks worked on by the threads."""
        parts = [blocks[first :: self.threads] for first in range(min(self.threads, len(blocks)))]
        if len(parts) == 1:
            work(blocks)
        elif parts:
            with ThreadPoolExecutor(len(parts)) as pool:
                list(pool.map(work, parts))

    def _tape(self, signature: Signature) -> Tape:
        tape = self._tapes.get(signature)
        if tape is None:
            tape = fold(compile_tape(self.network, self._tables, self._order, signature))
            self._tapes.put(signature, tape, tape.nbytes)
        return tape

    def _states(self, query: Query) -> int:
        return sum(map(self.network.size, query.targets))

    def _split(self, marginals: Array, targets: Iterable[str]) -> Iterator[tuple[str, Array]]:
        start = 0
        for name in targets:
            stop = start + self.network.size(name)
            yield name, marginals[start:stop].T
            start = stop


def _blocks(rows: int, most: int) -> list[slice]:
    """Of equal length, but for a shorter one at the end."""
    length = -(-rows // -(-rows // most)) if rows else 1
    return [slice(start, min(start + length, rows)) for start in range(0, rows, length)]


def _everything(network: Network) -> Signature:
    """The dearest question there is."""
    batched = tuple((name, Level.BATCH) for name in network.variables)
    return Signature(likelihoods=batched, tables=batched, targets=network.variables)
