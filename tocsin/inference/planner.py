"""The order in which variables are eliminated, and what an answer will cost, known before anything is allocated.

Graphs are bit masks here: `adjacent[v]` has bit `u` set when variables v and u meet in a table.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tocsin.errors import TooLarge
from tocsin.network import Network

HEAVY_MULTIPLY_ADDS = 1e6
"""Per row: above this an answer still comes, but a slider will feel it."""
MAX_MULTIPLY_ADDS = 1e8
MAX_BYTES = 1e8
"""Per row, all intermediate arrays together."""
RESTARTS = 100
WORK = 10_000
"""Eliminations spent on restarts, whatever the size of the network; the first order is always completed."""
NOISE = 0.6
HOPELESS = 100
"""So many times over the limit, restarts cannot help: they gained up to tenfold on published networks."""


@dataclass(frozen=True)
class Cost:
    """What one row costs at most: every table and every likelihood differing by row, all marginals wanted."""

    multiply_adds: int
    bytes_per_row: int
    """Float64 arrays of one lane, all intermediate ones together."""
    operations: int
    clique: tuple[str, ...]
    """The variables that meet in the largest array."""
    clique_states: int
    """How many joint states the clique has."""

    @property
    def heavy(self) -> bool:
        """Whether a face should warn before it asks for many rows."""
        return self.multiply_adds > HEAVY_MULTIPLY_ADDS

    def require_affordable(self) -> None:
        """Raises TooLarge when exact inference is out of reach."""
        if self.multiply_adds <= MAX_MULTIPLY_ADDS and self.bytes_per_row <= MAX_BYTES:
            return
        names = ", ".join(self.clique[:12]) + (f", … ({len(self.clique)} variables)" if len(self.clique) > 12 else "")
        raise TooLarge(
            f"exact inference would take {self.multiply_adds:.2g} multiply-adds and {self.bytes_per_row / 1e6:.2g} MB "
            f"per row (allowed: {MAX_MULTIPLY_ADDS:.0e} and {MAX_BYTES / 1e6:.0f} MB), because "
            f"{self.clique_states:.2g} joint states of {names} must be held at once; give some of these fewer "
            "states or parents",
            clique=self.clique,
            multiply_adds=float(self.multiply_adds),
            bytes_per_row=float(self.bytes_per_row),
        )


def elimination_order(network: Network, restarts: int = RESTARTS, seed: int = 0) -> tuple[str, ...]:
    """The cheapest order found by min-fill with multiplicative noise (Kjærulff 1990; Fishelson & Geiger 2004).

    The first attempt has no noise, later ones more and more. Fewer restarts are made on large networks; none when the
    first order needs no fill edge (no order is better then) or is beyond hope.
    """
    names = network.variables
    index = {name: v for v, name in enumerate(names)}
    parents = tuple(tuple(index[parent] for parent in network.parents[name]) for name in names)
    return tuple(names[v] for v in _searched(tuple(map(network.size, names)), parents, restarts, seed))


@lru_cache(maxsize=256)
def _searched(sizes: Sequence[int], parents: Sequence[Sequence[int]], restarts: int, seed: int) -> Sequence[int]:
    """Kept for the whole process by graph and sizes: networks that differ in their tables alone have one order."""
    adjacent = _moral_graph(parents)
    source = random.Random(seed)
    best = _min_fill(adjacent, sizes, [1.0] * len(sizes), math.inf)
    assert best is not None
    if best.fill and best.cost < HOPELESS * MAX_MULTIPLY_ADDS:
        restarts = min(restarts, WORK // len(sizes))
        for attempt in range(1, restarts):
            noise = [math.exp(source.gauss(0, NOISE * attempt / restarts)) for _ in sizes]
            best = _min_fill(adjacent, sizes, noise, best.cost) or best
    return best.order


class _Attempt(NamedTuple):
    order: Sequence[int]
    cost: int
    fill: int


def _moral_graph(parents: Sequence[Sequence[int]]) -> list[int]:
    adjacent = [0] * len(parents)
    for child, of in enumerate(parents):
        family = sum(1 << member for member in (child, *of))
        for v in _bits(family):
            adjacent[v] |= family & ~(1 << v)
    return adjacent


def _min_fill(adjacent: Sequence[int], sizes: Sequence[int], noise: Sequence[float], bound: float) -> _Attempt | None:
    """Eliminates greedily; None as soon as the sum of the cliques' joint states is no better than `bound`."""
    adjacent = list(adjacent)
    fill = [_fill_edges(adjacent, v) for v in range(len(adjacent))]
    waiting = set(range(len(adjacent)))
    order: list[int] = []
    cost = filled = 0
    while waiting:
        chosen = min(waiting, key=lambda v: (fill[v] * noise[v], noise[v], v))
        neighbours = adjacent[chosen]
        cost += sizes[chosen] * math.prod(sizes[u] for u in _bits(neighbours))
        if cost >= bound:
            return None
        filled += fill[chosen]
        order.append(chosen)
        waiting.discard(chosen)
        for u in _connect(adjacent, chosen):
            fill[u] = _fill_edges(adjacent, u)
    return _Attempt(tuple(order), cost, filled)


def _connect(adjacent: list[int], v: int) -> Iterator[int]:
    """Removes v, joins its neighbours pairwise, and yields the variables whose fill count may have changed."""
    neighbours = adjacent[v]
    touched = neighbours
    for u in _bits(neighbours):
        if neighbours & ~adjacent[u] & ~(1 << u):
            touched |= adjacent[u]
        adjacent[u] = (adjacent[u] | neighbours) & ~(1 << u) & ~(1 << v)
    return _bits(touched & ~(1 << v))


def _fill_edges(adjacent: Sequence[int], v: int) -> int:
    """How many edges eliminating v adds."""
    neighbours = adjacent[v]
    return sum((neighbours & ~adjacent[u]).bit_count() - 1 for u in _bits(neighbours)) // 2


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
