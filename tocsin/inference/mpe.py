"""The most probable joint states of all variables given the evidence (MPE), exactly, and the k best of them.

Bucket elimination with max in the place of sum, in logarithms (Dechter 1999). The k best by Lawler's partition (Lawler
1972; Nilsson 1998): what is left of a solution's space once the solution is taken out falls into at most one part per
variable, and the best of all parts are found together as rows of one batch.
Shape letters: B rows, S states, N variables.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import BadQuery
from tocsin.inference.planner import elimination_order
from tocsin.inference.query import Forced, Likelihoods, checked_query, logarithm
from tocsin.network import Network
from tocsin.network.network import Array

Positions = NDArray[np.intp]
CELLS = 2**22
"""Largest array held at once; more rows are taken in turns."""


@dataclass(frozen=True)
class ProbableCourse:
    """A state for every variable; log_p: log P(these states, evidence), reports counted by their scaled likelihood."""

    states: Mapping[str, str]
    log_p: float


def most_probable(
    network: Network,
    likelihoods: Likelihoods,
    do: Forced | None = None,
    count: int = 1,
    order: Sequence[str] | None = None,
) -> list[ProbableCourse]:
    """The `count` most probable explanations of one row of evidence, best first; fewer if there are no more.

    likelihoods, do: as `Engine.posteriors` takes them. order: of elimination; a min-fill order if left out.
    Raises UnknownVariable, WrongShape, BadQuery.
    """
    query = checked_query(network, likelihoods, None, do, ())
    if query.rows != 1:
        raise BadQuery(f"explanations are of one row of evidence, not of {query.rows}")
    search = _Search(network, order or elimination_order(network, restarts=1), query.cut, query.likelihoods)
    scale = float(query.log_scale[0])
    return [
        ProbableCourse({v: network.states[v][k] for v, k in zip(network.variables, states, strict=True)}, log_p + scale)
        for log_p, states in search.best(count)
    ]


class _Search:
    """Finds best joint states of the network under masks that allow only some states."""

    def __init__(self, network: Network, order: Sequence[str], cut: frozenset[str], likelihoods: Mapping[str, Array]):
        self.names = network.variables
        self.sizes = [network.size(name) for name in self.names]
        rank = {name: place for place, name in enumerate(order)}
        self._order = [self.names.index(name) for name in order]
        self._factors: list[tuple[tuple[int, ...], Array]] = []
        for name in self.names:
            if name not in cut:
                scope = (name, *network.parents[name])
                axes = sorted(range(len(scope)), key=lambda axis: rank[scope[axis]])
                places = tuple(self.names.index(scope[axis]) for axis in axes)
                self._factors.append((places, logarithm(network.tables[name].transpose(axes))[..., np.newaxis]))
        for name, row in likelihoods.items():
            self._factors.append(((self.names.index(name),), logarithm(row)))
        self._rank = [rank[name] for name in self.names]

    def best(self, count: int) -> list[tuple[float, Positions]]:
        """Log-probability and states `[N]`, best first."""
        everything = [np.ones(size, dtype=bool) for size in self.sizes]
        waiting: list[tuple[float, int, Positions, list[NDArray[np.bool_]]]] = []
        pushed = 0

        def push(parts: Sequence[list[NDArray[np.bool_]]]) -> None:
            nonlocal pushed
            for (log_p, states), allowed in zip(self._solve(parts), parts, strict=True):
                if np.isfinite(log_p):
                    heapq.heappush(waiting, (-log_p, pushed, states, allowed))
                    pushed += 1

        push([everything])
        found: list[tuple[float, Positions]] = []
        while waiting and len(found) < count:
            negative, _, states, allowed = heapq.heappop(waiting)
            found.append((-negative, states))
            if len(found) < count:
                push(self._parts(states, allowed))
        return found

    def _parts(self, states: Positions, allowed: list[NDArray[np.bool_]]) -> list[list[NDArray[np.bool_]]]:
        """Part i agrees with the solution in all variables before i and differs in i."""
        parts = []
        fixed = list(allowed)
        for place, state in enumerate(states):
            other = allowed[place].copy()
            other[state] = False
            if other.any():
                parts.append([*fixed[:place], other, *allowed[place + 1 :]])
            fixed[place] = np.arange(self.sizes[place]) == state
        return parts

    def _solve(self, parts: Sequence[list[NDArray[np.bool_]]]) -> list[tuple[float, Positions]]:
        """Log-probability (-inf where impossible) and states of the best in each part."""
        if not parts:
            return []
        rows = max(1, CELLS // self._widest())
        solved: list[tuple[float, Positions]] = []
        for start in range(0, len(parts), rows):
            block = parts[start : start + rows]
            masks = [
                logarithm(np.stack([part[v] for part in block], axis=-1).astype(float)) for v in range(len(self.names))
            ]
            log_p, states = self._eliminate(masks, len(block))
            solved += [(float(log_p[row]), states[:, row]) for row in range(len(block))]
        return solved

    def _eliminate(self, masks: Sequence[Array], rows: int) -> tuple[Array, Positions]:
        """log max `[B]` and the states that reach it `[N, B]`; masks: by variable `[S, B]`."""
        buckets = [*self._factors, *(((v,), mask) for v, mask in enumerate(masks))]
        choices: list[tuple[int, tuple[int, ...], Positions]] = []
        total = np.zeros(rows)
        for variable in self._order:
            mine = [factor for factor in buckets if variable in factor[0]]
            buckets = [factor for factor in buckets if variable not in factor[0]]
            scope = tuple(sorted({v for places, _ in mine for v in places}, key=self._rank.__getitem__))
            joint: Array = sum((_aligned(array, places, scope) for places, array in mine), np.zeros(()))
            choices.append((variable, scope[1:], joint.argmax(axis=0)))
            best = joint.max(axis=0)
            if scope[1:]:
                buckets.append((scope[1:], best))
            else:
                total = total + best
        states = np.zeros((len(self.names), rows), dtype=np.intp)
        every = np.arange(rows)
        for variable, scope, choice in reversed(choices):
            states[variable] = choice[(*(states[v] for v in scope), every)]
        return total, states

    def _widest(self) -> int:
        """Cells per row of the largest array."""
        scopes = [set(places) for places, _ in self._factors]
        widest = 1
        for variable in self._order:
            joint = set().union({variable}, *(scope for scope in scopes if variable in scope))
            scopes = [scope for scope in scopes if variable not in scope] + [joint - {variable}]
            widest = max(widest, int(np.prod([self.sizes[v] for v in joint], dtype=float)))
        return widest


def _aligned(array: Array, places: Sequence[int], scope: Sequence[int]) -> Array:
    """Axes of `scope`, of length one where the array has none, then the rows."""
    index = tuple(slice(None) if place in places else np.newaxis for place in scope)
    return array[(*index, slice(None))]
