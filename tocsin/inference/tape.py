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
from dataclasses import dataclass, field, replace
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

    sizes: Mapping[str, int]
    rescale: bool
    scopes: list[Scope] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    constants: dict[int, Array] = field(default_factory=dict)
    """By wire: the tables that never change."""
    ones: dict[Scope, int] = field(default_factory=dict)
    """Wires that hold ones; nothing is allocated for them before the tape is folded."""
    likelihoods: dict[str, int] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)
    """By variable: the wires that are filled anew in each call or block."""
    marginals: dict[str, int] = field(default_factory=dict)
    """Target → wire over that variable alone: P(target, evidence)."""
    evidence: int = 0
    """The wire without axes: Z."""

    def wire(self, scope: Scope, level: Level) -> int:
        """Adds one."""
        self.scopes.append(scope)
        self.levels.append(level)
        return len(self.scopes) - 1

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

    @cached_property
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
    tape = Tape({name: network.size(name) for name in network.variables}, signature.rescale)
    given = dict(signature.tables)
    for name in order:
        if name in wanted and name not in signature.cut:
            wire = tape.wire((name, *network.parents[name]), given.get(name, Level.CONSTANT))
            if name in given:
                tape.tables[name] = wire
            else:
                tape.constants[wire] = tables[name]
    for name, level in signature.likelihoods:
        tape.likelihoods[name] = tape.wire((name,), level)
    compiler = _Compiler(tape, order)
    evidence = compiler.eliminate([name for name in order if name in wanted])
    # The last to be eliminated first: its reverse operations serve the others.
    marginals = {name: compiler.marginal(name) for name in reversed(order) if name in signature.targets}
    return replace(tape, evidence=evidence, marginals={name: marginals[name] for name in signature.targets})


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
    """Writes the operations of a tape that holds the given wires."""

    def __init__(self, tape: Tape, order: Sequence[str]):
        self.tape, self.scopes, self.levels = tape, tape.scopes, tape.levels
        self.rank = {name: position for position, name in enumerate(order)}
        self.given = range(len(tape.scopes))
        self.one = self._ones(())
        self.forward = True
        self.consumers: dict[int, tuple[int, int]] = {}
        """Wire of the forward pass → what it was multiplied into, and with what."""
        self.adjoints: dict[int, int] = {}
        """Wire → ∂Z/∂wire."""
        self.holders: dict[str, list[int]] = {}
        """Variable → wires of the forward pass with that axis."""

    def eliminate(self, order: Sequence[str]) -> int:
        """The forward pass over the given wires; returns Z."""
        buckets: dict[str, list[int]] = {name: [] for name in (*order, "")}
        for wire in self.given:
            buckets[self._first(wire)].append(wire)
        for name in order:
            out = self._combine(buckets[name], name)
            buckets[self._first(out)].append(out)
        evidence = self._combine(buckets[""], "")
        self.adjoints[evidence] = self.one
        self.forward = False
        for wire in (*self.consumers, evidence):
            for name in self.scopes[wire]:
                self.holders.setdefault(name, []).append(wire)
        return evidence

    def marginal(self, name: str) -> int:
        """P(name, evidence), read off the wire where it costs least; never one of the given wires itself."""
        holder = min(self.holders[name], key=self._cost_of_reading)
        read = self._contract(holder, self._adjoint(holder), (name,))
        return self._emit(read, self.one, (name,)) if read in self.given else read

    def _combine(self, bucket: Sequence[int], summed: str) -> int:
        """Π of the bucket, without `summed`; static wires first, as that costs nothing per row."""
        if not bucket:
            return self.one
        ranked = sorted(bucket, key=lambda wire: (self.levels[wire], self._states(self.scopes[wire])))
        batched = [wire for wire in ranked if self.levels[wire] == Level.BATCH]
        static = [wire for wire in ranked if self.levels[wire] != Level.BATCH]
        factors = [self._product(part) for part in (static, batched[:-1], batched[-1:]) if part]
        if len(factors) == 3:
            # The largest array is multiplied last, by the static one, and summed in the same operation.
            factors = [factors[0], self._product(factors[1:])]
        keep = self._sorted({name for wire in factors for name in self.scopes[wire]} - {summed})
        return self._multiply(factors[0], factors[1] if len(factors) == 2 else self.one, keep)

    def _product(self, wires: Sequence[int]) -> int:
        product = wires[0]
        for wire in wires[1:]:
            product = self._multiply(product, wire, self._sorted({*self.scopes[product], *self.scopes[wire]}))
        return product

    def _multiply(self, left: int, right: int, keep: Scope) -> int:
        """One step of the forward pass, noted for the reverse pass."""
        out = self._contract(left, right, keep)
        for wire, other in ((left, right), (right, left)):
            if wire not in (out, self.one):
                self.consumers[wire] = (out, other)
        return out

    def _adjoint(self, wire: int) -> int:
        chain = [wire]
        while chain[-1] not in self.adjoints:
            chain.append(self.consumers[chain[-1]][0])
        for below in chain[-2::-1]:
            out, sibling = self.consumers[below]
            self.adjoints[below] = self._contract(self.adjoints[out], sibling, self.scopes[below])
        return self.adjoints[wire]

    def _cost_of_reading(self, wire: int) -> int:
        cost = self._states(self.scopes[wire]) + OVERHEAD
        while wire not in self.adjoints:
            out, sibling = self.consumers[wire]
            cost += self._states({*self.scopes[wire], *self.scopes[sibling]}) + OVERHEAD
            wire = out
        return cost

    def _sum_out(self, wire: int, keep: Collection[str]) -> int:
        kept = tuple(name for name in self.scopes[wire] if name in keep)
        summed = tuple(name for name in self.scopes[wire] if name not in keep)
        return self._contract(self._ones(summed), wire, kept) if summed else wire

    def _contract(self, left: int, right: int, keep: Scope) -> int:
        """Σ left · right over what is not kept."""
        if self.one in (left, right):
            return self._sum_out(right if left == self.one else left, keep)
        if self.levels[left] > self.levels[right]:
            left, right = right, left
        left = self._sum_out(left, {*self.scopes[right], *keep})
        a = self.scopes[left]
        if any(name not in self.scopes[right] for name in a):
            right = self._sum_out(right, {*a, *keep})
        b = self.scopes[right]
        summed = tuple(name for name in b if name not in keep)
        adjacent = bool(summed) and b[b.index(summed[0]) :][: len(summed)] == summed
        if self.levels[left] < self.levels[right] == Level.BATCH and adjacent:
            return self._matmul(left, right, keep)
        return self._emit(left, right, keep)

    def _matmul(self, left: int, right: int, keep: Scope) -> int:
        """Σ left[s, m, k] right[s, k, n, rows]: the axes of `right` stay where they are, `left` is laid out to fit."""
        a, b = self.scopes[left], self.scopes[right]
        own = tuple(name for name in keep if name in a and name not in b)
        shared = tuple(name for name in b if name in a and name in keep)
        summed = tuple(name for name in b if name not in keep)
        if (layout := shared + own + summed) != a:
            left = self._emit(left, self._ones(tuple(name for name in summed if name not in a)), layout)
        stacked = len(b) - len(trailing_own(layout, b))
        out = tuple(name for name in b[:stacked] if name in keep) + own + b[stacked:]
        return self._emit(left, right, out, matmul=True)

    def _emit(self, left: int, right: int, keep: Scope, *, matmul: bool = False) -> int:
        scope = tuple(name for name in keep if name in self.scopes[left] or name in self.scopes[right])
        out = self.tape.wire(scope, max(self.levels[left], self.levels[right]))
        self.tape.operations.append(Operation(out, left, right, matmul, self.forward))
        return out

    def _ones(self, scope: Scope) -> int:
        if scope not in self.tape.ones:
            self.tape.ones[scope] = self.tape.wire(scope, Level.CONSTANT)
        return self.tape.ones[scope]

    def _first(self, wire: int) -> str:
        """The variable of the wire that is eliminated next."""
        return min(self.scopes[wire], key=self.rank.__getitem__, default="")

    def _sorted(self, names: Iterable[str]) -> Scope:
        """Next to be eliminated first, so that the summed axis is the outermost."""
        return tuple(sorted(names, key=self.rank.__getitem__))

    def _states(self, scope: Iterable[str]) -> int:
        return math.prod(self.tape.sizes[name] for name in scope)


def trailing_own(left: Scope, right: Scope) -> Scope:
    """The axes at the end of `right` that `left` lacks: with the rows they form one long axis."""
    start = len(right)
    while start and right[start - 1] not in left:
        start -= 1
    return right[start:]
