"""Exact posteriors for many rows at once: the one primitive of all analyses.

Shape letters: B rows (scenarios, draws), S states of one variable, T states of all targets in turn.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from tocsin.errors import BadNetwork
from tocsin.inference.planner import RESTARTS, Cost, elimination_order
from tocsin.inference.query import Forced, Likelihoods, Query, Tables, checked_query
from tocsin.inference.response import Response, break_even, observed_states
from tocsin.inference.shelf import Shelf
from tocsin.inference.tape import Level, Signature, Tape, compile_tape
from tocsin.inference.workspace import Workspace, block_rows, fold
from tocsin.network import Network
from tocsin.network.network import Array

CACHE_BYTES = 2**20
"""Of the second-level cache: the arrays that one operation reads and writes should fit."""
LOG_TINY = math.log(1e-200)
"""Rows whose scaled P(evidence) is smaller are computed again with every intermediate array rescaled."""

Answer = tuple[Array, Array]
"""Marginals `[T, B]` and the logarithm of P(evidence) `[B]`."""


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
        self._tapes: Shelf[Signature, Tape] = Shelf()
        self._idle: Shelf[tuple[object, Signature, int], Workspace] = Shelf()
        self._responses: Shelf[tuple[object, Signature, bytes], Response] = Shelf()

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

        self._share(_blocks(query.rows, block_rows(response.joint.shape, self._cache_bytes)), work)
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

        self._share(blocks, work)
        return marginals, log_evidence

    def _share(self, blocks: Sequence[slice], work: Callable[[Sequence[slice]], None]) -> None:
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
