"""Which variables can tell nothing about each other, read off the graph alone (d-separation; Pearl 1988).

A variable with a likelihood, such as a report, is known in part: it opens the paths between its causes like an
observed one, but does not block what passes through it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tocsin.network.network import ancestors

Parents = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Separation:
    """Why two variables are irrelevant to each other.

    blocked_by: known variables each of which, unknown, would join them, or all known ones that do so together;
    colliders: common effects through which they would be joined if more were known about these; both empty where
    nothing joins them at all.
    """

    blocked_by: tuple[str, ...] = ()
    colliders: tuple[str, ...] = ()


def reachable(parents: Parents, start: str, known: Collection[str], heard: Collection[str] = ()) -> set[str]:
    """Variables that `start` is d-connected to, given the observed `known` and the reported `heard`.

    Bayes ball (Shachter 1998; Koller & Friedman 2009, algorithm 3.1), in time linear in the graph.
    """
    children: dict[str, list[str]] = {name: [] for name in parents}
    for name, several in parents.items():
        for parent in several:
            children[parent].append(name)
    told = {*known, *heard}
    open_below = told.union(*(ancestors(parents, name) for name in told))
    waiting, visited, found = [(start, "up")], set(), set()
    while waiting:
        name, direction = place = waiting.pop()
        if place in visited:
            continue
        visited.add(place)
        if name not in known:
            found.add(name)
        if direction == "up" and name not in known:
            waiting += [(parent, "up") for parent in parents[name]]
            waiting += [(child, "down") for child in children[name]]
        elif direction == "down":
            if name not in known:
                waiting += [(child, "down") for child in children[name]]
            if name in open_below:
                waiting += [(parent, "up") for parent in parents[name]]
    return found - {start}


def separation(
    parents: Parents, one: str, other: str, known: Collection[str], heard: Collection[str] = ()
) -> Separation | None:
    """Why `one` says nothing about `other`; None if it may. Forced variables must have been cut from their parents."""
    if other in reachable(parents, one, known, heard):
        return None
    without = [name for name in known if other in reachable(parents, one, {*known} - {name}, {*heard} - {name})]
    if without:
        return Separation(blocked_by=tuple(sorted(without)))
    if other in reachable(parents, one, ()):
        return Separation(blocked_by=tuple(sorted(known)))
    joint = _below(parents, one) & _below(parents, other)
    # The first of their common effects: the others lie below these.
    first = [name for name in joint if not joint & set(ancestors(parents, name))]
    return Separation(colliders=tuple(sorted(first)))


def _below(parents: Parents, name: str) -> set[str]:
    return {other for other in parents if name in ancestors(parents, other)}
