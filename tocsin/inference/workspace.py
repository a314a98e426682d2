"""A tape bound to memory for one block length, so that running it is one loop over ready-made calls."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate
from string import ascii_lowercase, ascii_uppercase

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


def block_rows(tape: Tape, cache_bytes: int) -> int:
    """How many rows to run at once: few enough for the widest array to stay in the cache."""
    fitting = min(MOST_ROWS, max(LEAST_ROWS, cache_bytes // (8 * max(1, *tape.lanes))))
    return max(1, min(fitting, MAX_BYTES // (8 * max(1, sum(tape.lanes)))))


def fold(tape: Tape) -> Tape:
    """The tape with everything computed that never changes."""
    arrays = {**tape.constants, **{wire: np.ones(tape.shapes[wire]) for wire in tape.ones}}
    constant = tape.operations_at(Level.CONSTANT)
    for operation in constant:
        arrays[operation.out] = np.empty(tape.shapes[operation.out])
        _bind(tape, operation, arrays)()
    rest = [operation for operation in tape.operations if tape.levels[operation.out] != Level.CONSTANT]
    needed = {wire for operation in rest for wire in (operation.left, operation.right)}
    needed |= {*tape.marginals.values(), tape.evidence}
    return replace(tape, operations=rest, ones=(), constants={wire: arrays[wire] for wire in arrays if wire in needed})


class Workspace:
    """Arrays of every wire, and the steps that fill them; for one thread at a time.

    rows: the block length. Before `run`, fill likelihoods `[states of the batched likelihoods in turn, rows]` and
    tables (by variable `[states, parents..., rows]`). After it, joint `[states of the targets in turn, rows]` holds
    P(target, evidence), evidence `[rows]` P(evidence), both divided by exp(log_scale), `[rows]`.
    """

    def __init__(self, tape: Tape, rows: int):
        self.rows = rows
        self.nbytes = 8 * rows * sum(tape.lanes)
        self.log_scale = np.zeros(rows)
        self._tape = tape
        self._arrays: dict[int, Array] = dict(tape.constants)
        self.likelihoods, _ = self._region([wire for wire in tape.likelihoods.values() if tape.lanes[wire]])
        results, self._unmoved = self._region([*tape.marginals.values(), tape.evidence])
        self.joint, self.evidence = results[:-1], results[-1]
        self._allocate()
        self.tables = {name: self._arrays[wire] for name, wire in tape.tables.items() if tape.lanes[wire]}
        self._call_steps = self._steps(Level.CALL)
        self._block_steps = self._steps(Level.BATCH)
        if tape.rescale:
            self._block_steps += [partial(_normalise, self._arrays[wire]) for wire in tape.marginals.values()]

    def start(self, likelihoods: Mapping[str, Array], tables: Mapping[str, Array]) -> None:
        """Once per call: of these inputs, takes those that are the same in every row, `[..., 1]`."""
        for given, wires in ((likelihoods, self._tape.likelihoods), (tables, self._tape.tables)):
            for name, wire in wires.items():
                if not self._tape.lanes[wire]:
                    self._arrays[wire][...] = given[name][..., 0]
        for step in self._call_steps:
            step()
        for wire, place in self._unmoved:
            place[...] = self._arrays[wire][..., np.newaxis]

    def run(self) -> None:
        """Once per block."""
        self.log_scale.fill(0)
        for step in self._block_steps:
            step()

    def _region(self, wires: Sequence[int]) -> tuple[Array, list[tuple[int, Array]]]:
        """One array that holds several wires of at most one axis each; and those without rows, with their places."""
        shapes = [self._tape.shapes[wire] for wire in wires]
        ends = list(accumulate(map(math.prod, shapes), initial=0))
        region = np.empty((ends[-1], self.rows))
        unmoved = []
        for wire, shape, start, stop in zip(wires, shapes, ends, ends[1:], strict=False):
            place = region[start:stop].reshape(*shape, self.rows)
            if self._tape.lanes[wire]:
                self._arrays[wire] = place
            else:
                unmoved.append((wire, place))
        return region, unmoved

    def _allocate(self) -> None:
        given = [*self._tape.likelihoods.values(), *self._tape.tables.values()]
        for wire in (*given, *(operation.out for operation in self._tape.operations)):
            if wire not in self._arrays:
                rows = (self.rows,) if self._tape.lanes[wire] else ()
                self._arrays[wire] = np.empty(self._tape.shapes[wire] + rows)

    def _steps(self, level: Level) -> list[Step]:
        steps: list[Step] = []
        for operation in self._tape.operations_at(level):
            steps.append(_bind(self._tape, operation, self._arrays))
            if self._tape.rescale:
                out = self._arrays[operation.out].reshape(-1, self.rows)
                # The scale of a reverse array is of no account: the marginals are brought to sum 1 in the end.
                steps.append(partial(_rescale, out, self.log_scale if operation.forward else np.zeros(self.rows)))
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
