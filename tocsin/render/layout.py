"""A layered picture of a network: the order of nodes from left to right, where they stand, and how edges run.

The order has few crossings: layer by layer, vertices go to the mean place of their neighbours (Sugiyama, Tagawa and
Toda 1981), then neighbours change places as long as that saves crossings (Gansner et al. 1993, section 3). Finding the
least number is NP-hard.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

from tocsin.network.network import topological_order

Rows = list[list[int]]
Links = Sequence[tuple[int, int]]

ORDERING_SWEEPS = 12
"""Times down and up again; the best order met is kept."""


def ordered(layer_of: Sequence[int], links: Links) -> Rows:
    """The vertices of each layer from left to right; links go from a layer to the next one. Deterministic."""
    order = _Order(layer_of, links)
    best, least = order.rows, order.crossings()
    for downwards in (True, False):
        order = _Order(layer_of, links)
        for sweep in range(ORDERING_SWEEPS):
            order.gather(downwards=downwards == (sweep % 2 == 0))
            if sweep % 4 > 1:
                order.turn()
            order.exchange()
            if (found := order.crossings()) < least:
                best, least = [list(row) for row in order.rows], found
    return best


class _Order:
    """Rows that are put in order in place, and each vertex's place in its row."""

    def __init__(self, layer_of: Sequence[int], links: Links):
        self.rows: Rows = [[] for _ in range(max(layer_of) + 1)]
        for vertex, layer in enumerate(layer_of):
            self.rows[layer].append(vertex)
        self.above: list[list[int]] = [[] for _ in layer_of]
        self.below: list[list[int]] = [[] for _ in layer_of]
        for a, b in links:
            self.below[a].append(b)
            self.above[b].append(a)
        self.place = [0] * len(layer_of)
        for row in self.rows:
            self._seat(row)

    def gather(self, *, downwards: bool) -> None:
        """Sort each row by the mean place of what its vertices hang on; those that hang on nothing stay put."""
        neighbours = self.above if downwards else self.below
        for row in self.rows[1:] if downwards else self.rows[-2::-1]:
            free = [v for v in row if neighbours[v]]
            means = {v: sum(self.place[n] for n in neighbours[v]) / len(neighbours[v]) for v in free}
            sorted_free = iter(sorted(free, key=means.__getitem__))
            row[:] = [next(sorted_free) if neighbours[v] else v for v in row]
            self._seat(row)

    def exchange(self) -> None:
        """Swap neighbours in a row while a swap saves crossings."""
        saved = True
        while saved:
            saved = False
            for row in self.rows:
                for place in range(len(row) - 1):
                    left, right = row[place], row[place + 1]
                    if self._between(right, left) < self._between(left, right):
                        self._swap(row, place)
                        saved = True

    def turn(self) -> None:
        """Swap, once through, neighbours whose swap costs nothing: else they block each other."""
        for row in self.rows:
            for place in range(len(row) - 1):
                if self._between(row[place + 1], row[place]) == self._between(row[place], row[place + 1]):
                    self._swap(row, place)

    def crossings(self) -> int:
        """How many pairs of links cross."""
        return sum(self._below_row(row) for row in self.rows)

    def _between(self, left: int, right: int) -> int:
        """Crossings of the links of two neighbours, standing in this order."""
        place, count = self.place, 0
        for around in (self.above, self.below):
            if around[left] and around[right]:
                count += inversions([place[n] for n in around[left]], [place[n] for n in around[right]])
        return count

    def _swap(self, row: list[int], place: int) -> None:
        row[place], row[place + 1] = row[place + 1], row[place]
        self.place[row[place]], self.place[row[place + 1]] = place, place + 1

    def _below_row(self, row: Sequence[int]) -> int:
        ends = [place for v in row for place in sorted(self.place[n] for n in self.below[v])]
        seen: list[int] = []
        count = 0
        for end in ends:
            count += len(seen) - bisect_right(seen, end)
            insort(seen, end)
        return count

    def _seat(self, row: Sequence[int]) -> None:
        for place, vertex in enumerate(row):
            self.place[vertex] = place


def inversions(left: Sequence[int], right: Sequence[int]) -> int:
    """How many pairs of ends cross, one of the left vertex and one of the right."""
    count = 0
    # Plain loops: this is where the time goes.
    for a in left:
        for b in right:
            if a > b:
                count += 1
    return count


Point = tuple[float, float]

LANE = 16.0
"""Room for an edge that crosses a layer, in pixels."""
PORT = 15.0
"""Pixels between edges that touch a node side by side, as long as there is room."""
SWEEPS = 40


@dataclass(frozen=True)
class Box:
    """Sizes in pixels: of a node, the room beside it and below it, the picture's margin.

    height: of nodes that are not given one of their own.
    """

    width: float
    height: float
    across: float
    between: float
    margin: float


@dataclass(frozen=True)
class Placed:
    """corners: upper left of each node; routes: way points of each edge; the size of the whole."""

    corners: Mapping[str, Point]
    routes: Mapping[tuple[str, str], tuple[Point, ...]]
    width: float
    height: float


@lru_cache(maxsize=64)
def layout(
    names: tuple[str, ...], edges: tuple[tuple[str, str], ...], box: Box, heights: tuple[float, ...] = ()
) -> Placed:
    """Place a directed graph without cycles; the same graph is placed the same way each time.

    heights: of each node, where they differ; the nodes of a layer then stand in line with their upper edges.
    """
    layers = layers_of(names, edges)
    chains = _chains(names, edges, layers)
    layer_of = [layers[name] for name in names] + [k for chain in chains.values() for k in chain.crossed]
    links = [link for chain in chains.values() for link in pairwise(chain.vertices)]
    rows = ordered(layer_of, links)
    widths = [box.width] * len(names) + [LANE] * (len(layer_of) - len(names))
    centres = _centres(rows, links, widths, box.across)
    left = min(centre - width / 2 for centre, width in zip(centres, widths, strict=True)) - box.margin
    xs = [centre - left for centre in centres]
    tall = dict(enumerate(heights or [box.height] * len(names)))
    rooms = [max((tall[v] for v in row if v in tall), default=0.0) for row in rows]
    starts = list(accumulate((room + box.between for room in rooms), initial=box.margin))
    tops = [starts[layer] for layer in layer_of]
    feet = [top + tall.get(v, rooms[layer]) for v, (top, layer) in enumerate(zip(tops, layer_of, strict=True))]
    corners = {name: (xs[number] - box.width / 2, tops[number]) for number, name in enumerate(names)}
    leaving = _ports({edge: (edge[0], chain.vertices[0], chain.vertices[1]) for edge, chain in chains.items()}, xs, box)
    coming = _ports(
        {edge: (edge[1], chain.vertices[-1], chain.vertices[-2]) for edge, chain in chains.items()}, xs, box
    )
    routes = {
        edge: _route(chain.vertices, leaving[edge], coming[edge], xs, tops, feet) for edge, chain in chains.items()
    }
    width = max(x + size / 2 for x, size in zip(xs, widths, strict=True)) + box.margin
    return Placed(corners, routes, width, max(feet) + box.margin)


def layers_of(names: Sequence[str], edges: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Longest path from a root; a root stands just above its first child, which keeps its edges short."""
    parents = {name: [parent for parent, child in edges if child == name] for name in names}
    layers: dict[str, int] = {}
    for name in topological_order(parents):
        layers[name] = max((layers[parent] + 1 for parent in parents[name]), default=0)
    for name in names:
        below = [layers[child] for parent, child in edges if parent == name]
        if not parents[name] and below:
            layers[name] = min(below) - 1
    return layers


@dataclass(frozen=True)
class _Chain:
    """An edge as vertices, with one of its own in each layer that it crosses."""

    vertices: tuple[int, ...]
    crossed: tuple[int, ...]


def _chains(
    names: Sequence[str], edges: Sequence[tuple[str, str]], layers: Mapping[str, int]
) -> dict[tuple[str, str], _Chain]:
    number = {name: position for position, name in enumerate(names)}
    chains, following = {}, len(names)
    for parent, child in edges:
        crossed = tuple(range(layers[parent] + 1, layers[child]))
        bends = range(following, following + len(crossed))
        following += len(crossed)
        chains[parent, child] = _Chain((number[parent], *bends, number[child]), crossed)
    return chains


def _centres(
    rows: Sequence[Sequence[int]], links: Sequence[tuple[int, int]], widths: Sequence[float], gap: float
) -> list[float]:
    """Each vertex as near to the middle of its neighbours as the order and the gaps allow."""
    beside: dict[int, list[int]] = {vertex: [] for row in rows for vertex in row}
    for a, b in links:
        beside[a].append(b)
        beside[b].append(a)
    centres = [0.0] * len(beside)
    for sweep in range(SWEEPS):
        for row in rows if sweep % 2 == 0 else reversed(rows):
            offsets = [0.0]
            for a, b in pairwise(row):
                offsets.append(offsets[-1] + (widths[a] + widths[b]) / 2 + gap)
            wanted = [sum(centres[n] for n in beside[v]) / len(beside[v]) if beside[v] else centres[v] for v in row]
            shifted = _rising([w - o for w, o in zip(wanted, offsets, strict=True)])
            for vertex, shift, offset in zip(row, shifted, offsets, strict=True):
                centres[vertex] = shift + offset
    return centres


def _rising(values: Sequence[float]) -> list[float]:
    """The nearest rising sequence in least squares, by pooling neighbours that fall (Ayer et al. 1955)."""
    pools: list[tuple[float, int]] = []
    for value in values:
        mean, size = value, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (mean * size + before * count) / (size + count), size + count
        pools.append((mean, size))
    return [mean for mean, size in pools for _ in range(size)]


def _ports(
    ends: Mapping[tuple[str, str], tuple[str, int, int]], xs: Sequence[float], box: Box
) -> dict[tuple[str, str], float]:
    """Where each edge touches its node, side by side in the order of where they go, so that they do not cross there.

    ends: per edge the node, its vertex, and the next vertex on the way.
    """
    touching: dict[str, list[tuple[str, str]]] = {}
    for edge, (name, _, _) in ends.items():
        touching.setdefault(name, []).append(edge)
    ports = {}
    for edges in touching.values():
        step = min(PORT, (box.width - 2 * PORT) / max(len(edges) - 1, 1))
        for place, edge in enumerate(sorted(edges, key=lambda edge: (xs[ends[edge][2]], edge))):
            ports[edge] = xs[ends[edge][1]] + step * (place - (len(edges) - 1) / 2)
    return ports


def _route(
    vertices: Sequence[int],
    start: float,
    end: float,
    xs: Sequence[float],
    tops: Sequence[float],
    feet: Sequence[float],
) -> tuple[Point, ...]:
    """From the lower edge of the parent, straight through each layer between, to the upper edge of the child."""
    first, last = vertices[0], vertices[-1]
    points = [(start, feet[first])]
    for bend in vertices[1:-1]:
        points += [(xs[bend], tops[bend]), (xs[bend], feet[bend])]
    return (*points, (end, tops[last] - 1))
