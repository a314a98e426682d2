"""A tape bound to memory for one block length, so that running it is one loop over calls; and a cache of them."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate
from string import ascii_lowercase, ascii_uppercase
from threading import Lock
from typing import Generic, TypeVar

import numpy as np

from tocsin.inference.tape import Level, Operation, Scope, Tape, trailing_own
from tocsin.network.network import Array

Step = Callable[[], object]
LETTERS = ascii_lowercase + ascii_uppercase[:-1]
"""Einsum's names for variables; Z names the rows."""
MOST_ROWS, LEAST_ROWS = 1024, 128
"""Of a block: longer ones gain nothing, shorter ones lose to the cost of starting each operation."""
TINY = np.finfo(np.float64).tiny
MAX_BYTES = 2**28
"""Of one workspace, if a single row allows it."""


def block_rows(lanes: Sequence[int], cache_bytes: int) -> int:
    """How many rows to run at once: few enough for the widest array to stay in the cache.

    lanes: of each array, how many numbers it holds per row.
    """
    widest, total = max(1, *lanes), max(1, sum(lanes))
    fitting = min(MOST_ROWS, max(LEAST_ROWS, cache_bytes // (8 * widest)))
    return max(1, min(fitting, MAX_BYTES // (8 * total)))


def fold(tape: Tape) -> Tape:
    """The tape with everything computed that never changes."""
    arrays = {**tape.constants, **{wire: np.ones(tape.shapes[wire]) for wire in tape.ones.values()}}
    for operation in tape.operations_at(Level.CONSTANT):
        arrays[operation.out] = np.empty(tape.shapes[operation.out])
        _bind(tape, operation, arrays)()
    rest = [operation for operation in tape.operations if tape.levels[operation.out] != Level.CONSTANT]
    needed = {wire for operation in rest for wire in (operation.left, operation.right)}
    needed |= {*tape.marginals.values(), tape.evidence}
    return replace(tape, operations=rest, ones={}, constants={wire: arrays[wire] for wire in arrays if wire in needed})


class Workspace:
    """Arrays of every wire, and the steps that fill them; for one thread at a time.

    rows: the block length. After `run`, joint `[states of the targets in turn, rows]` holds P(target, evidence),
    evidence `[rows]` P(evidence), both divided by exp(log_scale), `[rows]`.
    """

    def __init__(self, tape: Tape, rows: int):
        self.nbytes = 8 * rows * sum(tape.lanes)
        self.log_scale = np.zeros(rows)
        self._tape, self._rows = tape, rows
        results = np.empty((1 + sum(tape.sizes[name] for name in tape.marginals), rows))
        self.joint, self.evidence = results[:-1], results[-1]
        ends = accumulate(tape.sizes[name] for name in tape.marginals)
        places = dict(zip(tape.marginals.values(), np.split(self.joint, list(ends)), strict=False))
        places[tape.evidence] = self.evidence
        self._arrays = {**self._allocated(), **{wire: place for wire, place in places.items() if tape.lanes[wire]}}
        self._unmoved = [(place, self._arrays[wire]) for wire, place in places.items() if not tape.lanes[wire]]
        self._call_steps = self._steps(Level.CALL)
        self._block_steps = self._steps(Level.BATCH)
        if tape.rescale:
            self._block_steps += [partial(_normalise, self._arrays[wire]) for wire in tape.marginals.values()]

    def start(self, likelihoods: Mapping[str, Array], tables: Mapping[str, Array]) -> None:
        """Once per call: of these inputs, takes those that are the same in every row, `[..., 1]`."""
        for place, array in self._inputs(likelihoods, tables, Level.CALL):
            place[...] = array[..., 0]
        for step in self._call_steps:
            step()
        for place, array in self._unmoved:
            place[...] = array[..., np.newaxis]

    def run(self, likelihoods: Mapping[str, Array], tables: Mapping[str, Array], rows: slice) -> None:
        """Once per block: of these inputs, takes the others' rows, and fills joint, evidence and log_scale."""
        for place, array in self._inputs(likelihoods, tables, Level.BATCH):
            place[...] = array[..., rows]
        self.log_scale.fill(0)
        for step in self._block_steps:
            step()

    def _inputs(
        self, likelihoods: Mapping[str, Array], tables: Mapping[str, Array], level: Level
    ) -> Iterator[tuple[Array, Array]]:
        for given, wires in ((likelihoods, self._tape.likelihoods), (tables, self._tape.tables)):
            for name, wire in wires.items():
                if self._tape.levels[wire] == level:
                    yield self._arrays[wire], given[name]

    def _allocated(self) -> dict[int, Array]:
        tape = self._tape
        wires = {*tape.likelihoods.values(), *tape.tables.values(), *(operation.out for operation in tape.operations)}
        rows = {wire: (self._rows,) if tape.lanes[wire] else () for wire in wires}
        return {**tape.constants, **{wire: np.empty(tape.shapes[wire] + rows[wire]) for wire in wires}}

    def _steps(self, level: Level) -> list[Step]:
        steps: list[Step] = []
        for operation in self._tape.operations_at(level):
            steps.append(_bind(self._tape, operation, self._arrays))
            if self._tape.rescale:
                out = self._arrays[operation.out].reshape(-1, self._rows)
                # The scale of a reverse array is of no account: the marginals are brought to sum 1 in the end.
                steps.append(partial(_rescale, out, self.log_scale if operation.forward else np.zeros(self._rows)))
        return steps


def _bind(tape: Tape, operation: Operation, arrays: Mapping[int, Array]) -> Step:
    """The call that performs the operation, with all its views made."""
    left, right, out = (arrays[wire] for wire in (operation.left, operation.right, operation.out))
    a, b, c = (tape.scopes[wire] for wire in (operation.left, operation.right, operation.out))
    if operation.matmul:
        return _bind_matmul(left, right, out, a, b, c)
    if {*a, *b} == {*c}:
        return partial(np.multiply, _aligned(left, a, c, out.ndim), _aligned(right, b, c, out.ndim), out)
    letters = dict(zip(dict.fromkeys(a + b), LETTERS, strict=False))
    terms = [
        "".join(letters[name] for name in scope) + ("Z" if array.ndim > len(scope) else "")
        for scope, array in ((a, left), (b, right), (c, out))
    ]
    return partial(np.einsum, f"{terms[0]},{terms[1]}->{terms[2]}", left, right, out=out)


def _bind_matmul(left: Array, right: Array, out: Array, a: Scope, b: Scope, c: Scope) -> Step:
    size = dict(zip(b + c, right.shape[:-1] + out.shape[:-1], strict=True))
    long = trailing_own(a, b)
    stack = [name for name in b[: len(b) - len(long)] if name in c]
    first = next(position for position, name in enumerate(b) if name not in c)
    summed = [name for name in b if name not in c]
    before, after = b[:first], b[first + len(summed) : len(b) - len(long)]
    k = math.prod(size[name] for name in summed)
    x = left.reshape([size[name] if name in a else 1 for name in stack] + [-1, k])
    y = right.reshape([*(size[name] for name in before), k, *(size[name] for name in after), -1])
    z = out.reshape([*(size[name] for name in stack), x.shape[-2], -1])
    return partial(np.matmul, x, np.moveaxis(y, first, -2), z)


def _aligned(array: Array, scope: Scope, target: Scope, ndim: int) -> Array:
    """A view with the axes of `target`, of length one where the array has none, then the rows if any array has them."""
    kept = [name for name in target if name in scope]
    rows = [len(scope)] if array.ndim > len(scope) else []
    view = array.transpose([*(scope.index(name) for name in kept), *rows])
    # The ellipsis keeps an array without axes an array: indexed otherwise it becomes a number, which no step refills.
    index = (*(slice(None) if name in scope else None for name in target), ...)
    return view[(*index, None) if ndim > len(target) and not rows else index]


def _rescale(array: Array, log_scale: Array) -> None:
    peak = array.max(axis=0)
    peak[peak == 0] = 1
    array /= peak
    log_scale += np.log(peak)


def _normalise(array: Array) -> None:
    array /= np.maximum(array.sum(axis=0), TINY)


MOST_ITEMS = 64
MOST_BYTES = 2**26


Key = TypeVar("Key")
Item = TypeVar("Item")


class BoundedCache(Generic[Key, Item]):
    """Items by key; the longest unused are dropped, but never the last one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._items: OrderedDict[Key, tuple[Item, int]] = OrderedDict()
        self._nbytes = 0

    def get(self, key: Key) -> Item | None:
        """The item, which stays here."""
        with self._lock:
            if key not in self._items:
                return None
            self._items.move_to_end(key)
            return self._items[key][0]

    def take(self, key: Key) -> Item | None:
        """The item, which is nobody else's until it is put back."""
        with self._lock:
            item, nbytes = self._items.pop(key, (None, 0))
            self._nbytes -= nbytes
            return item

    def put(self, key: Key, item: Item, nbytes: int) -> None:
        """Puts the item last."""
        with self._lock:
            self._nbytes += nbytes - self._items.pop(key, (None, 0))[1]
            self._items[key] = item, nbytes
            while len(self._items) > 1 and (len(self._items) > MOST_ITEMS or self._nbytes > MOST_BYTES):
                self._nbytes -= self._items.popitem(last=False)[1][1]
