"""Exact posteriors for many rows at once: the one primitive of all analyses.

Shape letters: B rows (scenarios, draws), S states of one variable.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from threading import Lock
from typing import TypeVar

import numpy as np

from tocsin.errors import BadNetwork
from tocsin.inference.planner import RESTARTS, Cost, elimination_order
from tocsin.inference.query import Forced, Likelihoods, Query, Tables, checked_query
from tocsin.inference.tape import Level, Signature, Tape, compile_tape
from tocsin.inference.workspace import Workspace, block_rows, fold
from tocsin.network import Network
from tocsin.network.network import Array

CACHE_BYTES = 2**20
"""Of the second-level cache: the arrays that one operation reads and writes should fit."""
KEPT = 64
KEPT_BYTES = 2**26
"""At most so many tapes, and so many idle workspaces, wait for the next call; but always the last one."""
LOG_TINY = math.log(1e-200)
"""Rows whose scaled P(evidence) is smaller are computed again with every intermediate array rescaled."""

Key = TypeVar("Key")
Kept = TypeVar("Kept", Tape, Workspace)


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

    cost: what one row costs at most, known before anything is allocated.
    """

    def __init__(self, network: Network, *, restarts: int = RESTARTS, seed: int = 0, cache_bytes: int = CACHE_BYTES):
        self.network = network
        self._cache_bytes = cache_bytes
        self._order = elimination_order(network, restarts, seed)
        self.cost: Cost = compile_tape(network, {}, self._order, _everything(network)).cost()
        self.cost.require_affordable()
        self._prepare()

    def with_tables(self, network: Network) -> Engine:
        """An engine for a network that differs in its tables alone: nothing is planned anew. Raises BadNetwork."""
        same = all(network.parents.get(name) == parents for name, parents in self.network.parents.items())
        if network.variables != self.network.variables or not same or network.states != self.network.states:
            raise BadNetwork("only the tables may differ; plan another engine for another graph or other states")
        engine = object.__new__(Engine)
        engine.network, engine.cost = network, self.cost
        engine._order, engine._cache_bytes = self._order, self._cache_bytes
        engine._prepare()
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
        signature = query.signature()
        marginals, log_evidence = self._run(query, signature)
        if (tiny := np.flatnonzero(log_evidence < LOG_TINY)).size:
            again = query.only(tiny)
            marginals[:, tiny], log_evidence[tiny] = self._run(again, replace(again.signature(), rescale=True))
        return Posteriors(dict(self._split(marginals, query.targets)), log_evidence + query.log_scale)

    def _prepare(self) -> None:
        # Published files round their columns; barren variables can be left out only when columns sum to 1.
        self._tables = {name: table / table.sum(axis=0) for name, table in self.network.tables.items()}
        self._lock = Lock()
        self._tapes: OrderedDict[Signature, Tape] = OrderedDict()
        self._idle: OrderedDict[tuple[Signature, int], Workspace] = OrderedDict()

    def _run(self, query: Query, signature: Signature) -> tuple[Array, Array]:
        """Marginals `[S of all targets in turn, B]` and the logarithm of the scaled P(evidence) `[B]`."""
        marginals = np.empty((sum(self.network.size(name) for name in query.targets), query.rows))
        log_evidence = np.empty(query.rows)
        tape = self._tape(signature)
        levels = dict(signature.likelihoods)
        varying = [array for name, array in query.likelihoods.items() if levels[name] == Level.BATCH]
        for block, workspace in self._blocks(tape, signature, query):
            at = 0
            for array in varying:
                workspace.likelihoods[at : at + len(array)] = array[:, block]
                at += len(array)
            for name, place in workspace.tables.items():
                place[...] = query.tables[name][..., block]
            workspace.run()
            with np.errstate(divide="ignore", invalid="ignore"):
                log_evidence[block] = np.log(workspace.evidence) + workspace.log_scale
                np.divide(workspace.joint, workspace.evidence, out=marginals[:, block])
        return marginals, log_evidence

    def _blocks(self, tape: Tape, signature: Signature, query: Query) -> Iterator[tuple[slice, Workspace]]:
        """Equal blocks, so that one workspace does for all; the last may repeat some rows of the one before it."""
        if not query.rows:
            return
        count = -(-query.rows // block_rows(tape, self._cache_bytes))
        length = -(-query.rows // count)
        with self._workspace(tape, signature, length) as workspace:
            workspace.start(query.likelihoods, query.tables)
            for number in range(count):
                start = min(number * length, query.rows - length)
                yield slice(start, start + length), workspace

    def _tape(self, signature: Signature) -> Tape:
        with self._lock:
            if signature in self._tapes:
                self._tapes.move_to_end(signature)
                return self._tapes[signature]
        tape = fold(compile_tape(self.network, self._tables, self._order, signature))
        with self._lock:
            _keep(self._tapes, signature, tape)
        return tape

    @contextmanager
    def _workspace(self, tape: Tape, signature: Signature, rows: int) -> Iterator[Workspace]:
        """One that no other thread holds; given back afterwards, the longest idle ones being dropped."""
        with self._lock:
            workspace = self._idle.pop((signature, rows), None)
        workspace = workspace or Workspace(tape, rows)
        yield workspace
        with self._lock:
            _keep(self._idle, (signature, rows), workspace)

    def _split(self, marginals: Array, targets: Iterable[str]) -> Iterator[tuple[str, Array]]:
        start = 0
        for name in targets:
            stop = start + self.network.size(name)
            yield name, marginals[start:stop].T
            start = stop


def _keep(shelf: OrderedDict[Key, Kept], key: Key, item: Kept) -> None:
    """Puts the item last and drops the first ones, the longest unused, when there are too many."""
    shelf[key] = item
    while len(shelf) > 1 and (len(shelf) > KEPT or sum(kept.nbytes for kept in shelf.values()) > KEPT_BYTES):
        shelf.popitem(last=False)


def _everything(network: Network) -> Signature:
    """The dearest question there is."""
    batched = tuple((name, Level.BATCH) for name in network.variables)
    return Signature(likelihoods=batched, tables=batched, targets=network.variables)
