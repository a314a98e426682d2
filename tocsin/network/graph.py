"""The directed graph of a network, given as each variable's parents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from tocsin.errors import Cycle


def topological_order(parents: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The variables, each after its parents; raises Cycle, naming one."""
    try:
        return tuple(TopologicalSorter(parents).static_order())
    except CycleError as error:
        # graphlib lists the cycle with its first node repeated, each node a predecessor of the next.
        raise Cycle(error.args[1][:-1]) from None


def ancestors(parents: Mapping[str, Sequence[str]], variable: str) -> frozenset[str]:
    """All variables from which a directed path leads to `variable`."""
    found: set[str] = set()
    waiting = list(parents[variable])
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(parents[name])
    return frozenset(found)
