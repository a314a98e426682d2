"""The order of a layered picture's nodes from left to right, with few crossings.

Layer by layer, vertices go to the mean place of their neighbours (Sugiyama, Tagawa and Toda 1981), then neighbours
change places as long as that saves crossings (Gansner et al. 1993, section 3). Finding the least number is NP-hard.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence

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
