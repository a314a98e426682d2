"""Bucket elimination written down once as a flat list of array operations, and its reverse pass.

A *wire* is an array that is given or that one operation writes; its axes are the variables of its *scope*, then, if it
carries the batch, the rows of a block. Z = P(evidence) is linear in every wire, so Σ wire · ∂Z/∂wire = Z, and the same
sum over all axes but one variable's is that variable's posterior times Z (Darwiche 2003, "A differential approach to
inference in Bayesian networks"). Nothing is divided, so zeros are safe. The adjoint ∂Z/∂wire may lack axes of its
wire, along which it is constant.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from tocsin.inference.planner import Cost
from tocsin.network import Network
from tocsin.network.network import Array

Scope = tuple[str, ...]
OVERHEAD = 8
"""What starting an operation costs, in multiply-adds per row: about 2 µs over a block of 1,024 rows."""


class Level(IntEnum):
    """How often an array changes: never, with each call, or with each row."""

    CONSTANT = 0
    CALL = 1
    BATCH = 2


@dataclass(frozen=True)
class Signature:
    """What a tape is compiled for: how often each input changes, and what is wanted."""

    likelihoods: tuple[tuple[str, Level], ...] = ()
    """Variables with a likelihood; the others have none."""
    tables: tuple[tuple[str, Level], ...] = ()
    """Variables with tables other than the network's."""
    cut: frozenset[str] = frozenset()
    """Variables forced in every row: their own table is gone."""
    targets: tuple[str, ...] = ()
    rescale: bool = False
    """Bring each array to maximum one as it is written: slower, for rows whose P(evidence) underflows."""


@dataclass(frozen=True, slots=True)
class Operation:
    """out = Σ left · right over the axes that `out` lacks; numbers are wires."""

    out: int
    left: int
    right: int
    matmul: bool
    """Left is without rows and laid out as `[shared…, own…, summed…]`, so that BLAS does it."""
    forward: bool


@dataclass(frozen=True)
class Tape:
    """Wires and the operations that fill them, in order."""

    scopes: Sequence[Scope]
    levels: Sequence[Level]
    operations: Sequence[Operation]
    sizes: Mapping[str, int]
    constants: Mapping[int, Array]
    """By wire: the tables that never change."""
    ones: Collection[int]
    """Wires that hold ones; nothing is allocated for them before the tape is folded."""
    likelihoods: Mapping[str, int]
    tables: Mapping[str, int]
    """By variable: the wires that are filled anew in each call or block."""
    marginals: Mapping[str, int]
    """Target → wire over that variable alone: P(target, evidence)."""
    evidence: int
    """The wire without axes: Z."""
    rescale: bool

    @cached_property
    def shapes(self) -> list[tuple[int, ...]]:
        """By wire, of its array without the rows."""
        return [tuple(self.sizes[name] for name in scope) for scope in self.scopes]

    @cached_property
    def lanes(self) -> list[int]:
        """By wire, how many numbers it holds per row; none if it has no rows."""
        return [
            math.prod(shape) if level == Level.BATCH else 0
            for shape, level in zip(self.shapes, self.levels, strict=True)
        ]

    @property
    def nbytes(self) -> int:
        """Memory of the constants."""
        return sum(array.nbytes for array in self.constants.values())

    def operations_at(self, level: Level) -> list[Operation]:
        """Those that run as often as `level` says."""
        return [operation for operation in self.operations if self.levels[operation.out] == level]

    def cost(self) -> Cost:
        """Per row, from scopes alone."""
        cliques = [
            tuple(dict.fromkeys(self.scopes[op.left] + self.scopes[op.right])) for op in self.operations_at(Level.BATCH)
        ]
        states = [math.prod(self.sizes[name] for name in clique) for clique in cliques]
        largest = max(range(len(states)), key=states.__getitem__, default=None)
        return Cost(
            multiply_adds=sum(states),
            bytes_per_row=8 * sum(self.lanes),
            operations=len(states),
            clique=() if largest is None else cliques[largest],
            clique_states=1 if largest is None else states[largest],
        )


def compile_tape(network: Network, tables: Mapping[str, Array], order: Sequence[str], signature: Signature) -> Tape:
    """The tape of one signature; `tables` are the network's own, columns summing to exactly 1."""
    parents = {name: () if name in signature.cut else network.parents[name] for name in network.variables}
    wanted = _with_ancestors(parents, {*signature.targets, *dict(signature.likelihoods)})
    compiler = _Compiler({name: network.size(name) for name in network.variables}, order)
    levels = dict(signature.tables)
    given_tables, given_likelihoods = {}, {}
    for name in order:
        if name in wanted and name not in signature.cut:
            level = levels.get(name, Level.CONSTANT)
            wire = compiler.wire((name, *network.parents[name]), level)
            if level == Level.CONSTANT:
                compiler.constants[wire] = tables[name]
            else:
                given_tables[name] = wire
    for name, level in signature.likelihoods:
        given_likelihoods[name] = compiler.wire((name,), level)
    evidence = compiler.eliminate([name for name in order if name in wanted])
    given = {*given_tables.values(), *given_likelihoods.values()}
    # The last to be eliminated first: its reverse operations serve the others.
    marginals = {
        name: compiler.marginal(name, given)
        for name in sorted(signature.targets, key=compiler.rank.__getitem__, reverse=True)
    }
    return Tape(
        scopes=compiler.scopes,
        levels=compiler.levels,
        operations=compiler.operations,
        sizes=compiler.sizes,
        constants=compiler.constants,
        ones=compiler.ones.values(),
        likelihoods=given_likelihoods,
        tables=given_tables,
        marginals={name: marginals[name] for name in signature.targets},
        evidence=evidence,
        rescale=signature.rescale,
    )


def _with_ancestors(parents: Mapping[str, Sequence[str]], names: Iterable[str]) -> set[str]:
    """All others are barren: their tables sum to one and change nothing (Shachter 1986)."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(parents[name])
    return found


class _Compiler:
    """Grows a tape; wires are numbered as they appear."""

    def __init__(self, sizes: Mapping[str, int], order: Sequence[str]):
        self.sizes = sizes
        self.rank = {name: position for position, name in enumerate(order)}
        self.scopes: list[Scope] = []
        self.levels: list[Level] = []
        self.operations: list[Operation] = []
        self.constants: dict[int, Array] = {}
        self.ones: dict[Scope, int] = {}
        self.consumers: dict[int, tuple[int, int | None]] = {}
        """Wire of the forward pass → what it was multiplied into, and with what."""
        self.adjoints: dict[int, int | None] = {}
        """Wire → ∂Z/∂wire; None stands for the constant 1."""
        self.holders: dict[str, list[int]] = {}
        """Variable → wires of the forward pass with that axis."""

    def wire(self, scope: Scope, level: Level) -> int:
        self.scopes.append(scope)
        self.levels.append(level)
        return len(self.scopes) - 1

    def eliminate(self, order: Sequence[str]) -> int:
        """The forward pass over all wires there are so far; returns Z."""
        buckets: dict[str, list[int]] = {name: [] for name in (*order, "")}
        for wire in range(len(self.scopes)):
            buckets[self._first(wire)].append(wire)
        for name in order:
            out = self._combine(buckets[name], name)
            buckets[self._first(out)].append(out)
        evidence = self._combine(buckets[""], "")
        self.adjoints[evidence] = None
        for wire in (*self.consumers, evidence):
            for name in self.scopes[wire]:
                self.holders.setdefault(name, []).append(wire)
        return evidence

    def marginal(self, name: str, given: set[int]) -> int:
        """P(name, evidence), read off the wire where it costs least; never one of the `given` wires itself."""
        holder = min(self.holders[name], key=self._cost_of_reading)
        read = self._pair(holder, self._adjoint(holder), (name,), forward=False)
        assert read is not None
        return self._emit(read, self._ones(()), (name,), forward=False) if read in given else read

    def _combine(self, bucket: Sequence[int], summed: str) -> int:
        """Π of the bucket, without `summed`; static wires first, as that costs nothing per row."""
        if not bucket:
            return self._ones(())
        ranked = sorted(bucket, key=lambda wire: (self.levels[wire], self._states(self.scopes[wire])))
        batched = [wire for wire in ranked if self.levels[wire] == Level.BATCH]
        static = [wire for wire in ranked if self.levels[wire] != Level.BATCH]
        factors = [self._product(part) for part in (static, batched[:-1], batched[-1:]) if part]
        if len(factors) == 3:
            # The largest array is multiplied last, by the static one, and summed in the same operation.
            factors = [factors[0], self._product(factors[1:])]
        keep = self._sorted({name for wire in factors for name in self.scopes[wire]} - {summed})
        return self._multiply(factors, keep)

    def _product(self, wires: Sequence[int]) -> int:
        product = wires[0]
        for wire in wires[1:]:
            product = self._multiply((product, wire), self._sorted({*self.scopes[product], *self.scopes[wire]}))
        return product

    def _multiply(self, factors: Sequence[int], keep: Scope) -> int:
        """One step of the forward pass, noted for the reverse pass."""
        left, right = factors if len(factors) == 2 else (factors[0], None)
        out = self._pair(left, right, keep, forward=True)
        assert out is not None
        for wire, other in ((left, right), (right, left)):
            if wire is not None and wire != out:
                self.consumers[wire] = (out, other)
        return out

    def _adjoint(self, wire: int) -> int | None:
        chain = [wire]
        while chain[-1] not in self.adjoints:
            chain.append(self.consumers[chain[-1]][0])
        for below in chain[-2::-1]:
            out, sibling = self.consumers[below]
            self.adjoints[below] = self._pair(self.adjoints[out], sibling, self.scopes[below], forward=False)
        return self.adjoints[wire]

    def _cost_of_reading(self, wire: int) -> int:
        cost = self._states(self.scopes[wire]) + OVERHEAD
        while wire not in self.adjoints:
            out, sibling = self.consumers[wire]
            beside = self.scopes[wire] if sibling is None else {*self.scopes[wire], *self.scopes[sibling]}
            cost += self._states(beside) + OVERHEAD
            wire = out
        return cost

    def _pair(self, left: int | None, right: int | None, keep: Scope, *, forward: bool) -> int | None:
        """Σ left · right over what is not kept, where None stands for the constant 1."""
        if left is not None and right is not None:
            return self._contract(left, right, keep, forward=forward)
        only = left if left is not None else right
        return only if only is None else self._sum_out(only, keep, forward=forward)

    def _sum_out(self, wire: int, keep: Scope, *, forward: bool) -> int:
        summed = tuple(name for name in self.scopes[wire] if name not in keep)
        return self._contract(self._ones(summed), wire, keep, forward=forward) if summed else wire

    def _contract(self, left: int, right: int, keep: Scope, *, forward: bool) -> int:
        if self.levels[left] > self.levels[right]:
            left, right = right, left
        a, b = self.scopes[left], self.scopes[right]
        left = self._sum_out(left, tuple(name for name in a if name in b or name in keep), forward=forward)
        a = self.scopes[left]
        if any(name not in b for name in a):
            right = self._sum_out(right, tuple(name for name in b if name in a or name in keep), forward=forward)
            b = self.scopes[right]
        summed = tuple(name for name in b if name not in keep)
        if self.levels[left] < self.levels[right] == Level.BATCH and summed and _adjacent(summed, b):
            return self._matmul(left, right, keep, forward=forward)
        return self._emit(left, right, keep, forward=forward)

    def _matmul(self, left: int, right: int, keep: Scope, *, forward: bool) -> int:
        """Σ left[s, m, k] right[s, k, n, rows]: the axes of `right` stay where they are, `left` is laid out to fit."""
        a, b = self.scopes[left], self.scopes[right]
        own = tuple(name for name in keep if name in a and name not in b)
        shared = tuple(name for name in b if name in a and name in keep)
        summed = tuple(name for name in b if name not in keep)
        if (layout := shared + own + summed) != a:
            left = self._emit(left, self._ones(tuple(n for n in summed if n not in a)), layout, forward=forward)
        stacked = len(b) - len(trailing_own(layout, b))
        out = tuple(name for name in b[:stacked] if name in keep) + own + b[stacked:]
        return self._emit(left, right, out, forward=forward, matmul=True)

    def _emit(self, left: int, right: int, keep: Scope, *, forward: bool, matmul: bool = False) -> int:
        present = {*self.scopes[left], *self.scopes[right]}
        level = max(self.levels[left], self.levels[right])
        out = self.wire(tuple(name for name in keep if name in present), level)
        self.operations.append(Operation(out, left, right, matmul, forward))
        return out

    def _ones(self, scope: Scope) -> int:
        if scope not in self.ones:
            self.ones[scope] = self.wire(scope, Level.CONSTANT)
        return self.ones[scope]

    def _first(self, wire: int) -> str:
        """The variable of the wire that is eliminated next."""
        return min(self.scopes[wire], key=self.rank.__getitem__, default="")

    def _sorted(self, names: Iterable[str]) -> Scope:
        """Next to be eliminated first, so that the summed axis is the outermost."""
        return tuple(sorted(names, key=self.rank.__getitem__))

    def _states(self, scope: Iterable[str]) -> int:
        return math.prod(self.sizes[name] for name in scope)


def trailing_own(left: Scope, right: Scope) -> Scope:
    """The axes at the end of `right` that `left` lacks: with the rows they form one long axis."""
    start = len(right)
    while start and right[start - 1] not in left:
        start -= 1
    return right[start:]


def _adjacent(names: Scope, scope: Scope) -> bool:
    first = scope.index(names[0])
    return scope[first : first + len(names)] == names
