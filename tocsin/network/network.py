"""Networks as arrays, their graph given as each variable's parents; to and from pgmpy's class, imported late."""

from __future__ import annotations

import hashlib
import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import BadNetwork, Cycle, UnknownState, UnknownVariable, nearest, require

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork

Array = NDArray[np.float64]
TOLERANCE = 1e-6
"""How far a column may be from summing to one."""
ROUNDING = 1e-12
"""What others' rounding left this near to 1 is kept as it is, to its last digit."""
NOTED = 1e-4
"""What it left this far from 1 is not brought to 1 without a word."""


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


@dataclass(frozen=True, eq=False)
class Network:
    """Variables with named states, their parents, and P(variable | parents) as arrays.

    variables: in any order; states and parents: by variable; tables: by variable `[states, parents...]`, the parents'
    axes in the order of `parents`, each column summing to 1. Raises BadNetwork, Cycle.
    """

    variables: tuple[str, ...]
    states: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, Array]

    def __post_init__(self) -> None:
        # Own tuples: the caller's lists could change later, and would digest otherwise than equal tuples.
        object.__setattr__(self, "variables", tuple(self.variables))
        object.__setattr__(self, "states", {name: tuple(states) for name, states in self.states.items()})
        object.__setattr__(self, "parents", {name: tuple(parents) for name, parents in self.parents.items()})
        _check_names(self)
        topological_order(self.parents)
        tables = {name: _checked_table(self, name) for name in self.variables}
        object.__setattr__(self, "tables", tables)

    @cached_property
    def order(self) -> tuple[str, ...]:
        """The variables, each after its parents."""
        return topological_order({name: self.parents[name] for name in self.variables})

    @cached_property
    def digest(self) -> str:
        """SHA-256 over names, graph and tables."""
        digest = hashlib.sha256()
        for name in self.variables:
            digest.update(repr((name, self.states[name], self.parents[name])).encode())
            digest.update(np.ascontiguousarray(self.tables[name]).tobytes())
        return digest.hexdigest()

    def size(self, variable: str) -> int:
        """How many states `variable` has; raises UnknownVariable."""
        if variable not in self.states:
            raise UnknownVariable(variable, self.variables)
        return len(self.states[variable])

    def index(self, variable: str, state: str) -> int:
        """Position of a state; raises UnknownVariable, UnknownState."""
        self.size(variable)
        try:
            return self.states[variable].index(state)
        except ValueError:
            raise UnknownState(variable, state, self.states[variable]) from None

    def shape(self, variable: str) -> tuple[int, ...]:
        """Shape of the variable's table, `[states, parents...]`."""
        return tuple(len(self.states[name]) for name in (variable, *self.parents[variable]))

    @classmethod
    def from_pgmpy(cls, model: DiscreteBayesianNetwork) -> Network:
        """The same network, from pgmpy's class; names become strings, rounded columns sum to 1. Raises BadNetwork."""
        of_node = {node: model.get_cpds(node) for node in model.nodes()}
        for node, cpd in of_node.items():
            if cpd is None or not hasattr(cpd, "state_names"):
                raise BadNetwork(f"{node}: the model has no table of probabilities for it")
            if set(cpd.variables[1:]) != set(model.get_parents(node)):
                raise BadNetwork(f"{node}: its table is over parents {cpd.variables[1:]}, the graph's are others")
        states = {node: list(cpd.state_names[node]) for node, cpd in of_node.items()}
        tables = {}
        for node, cpd in of_node.items():
            table = np.asarray(cpd.values, dtype=np.float64)
            # Each of pgmpy's tables has its own order of its parents' states.
            for axis, parent in enumerate(cpd.variables[1:], start=1):
                theirs = list(cpd.state_names[parent])
                if set(theirs) != set(states[parent]):
                    raise BadNetwork(f"{node}: its table names states {theirs} of {parent}, not {states[parent]}")
                table = table.take([theirs.index(state) for state in states[parent]], axis=axis)
            tables[str(node)] = scaled(table) if _is_near(table) else table
        return cls(
            tuple(map(str, of_node)),
            {str(node): tuple(map(str, names)) for node, names in states.items()},
            {str(node): tuple(map(str, cpd.variables[1:])) for node, cpd in of_node.items()},
            tables,
        )

    def to_pgmpy(self) -> DiscreteBayesianNetwork:
        """The same network, as pgmpy's class (imports pgmpy, which takes seconds)."""
        require("A network of pgmpy's", "pgmpy")
        with _quiet():
            from pgmpy.factors.discrete import TabularCPD
            from pgmpy.models import DiscreteBayesianNetwork

            model = DiscreteBayesianNetwork()
            model.add_nodes_from(self.variables)
            for name in self.variables:
                parents = self.parents[name]
                model.add_edges_from((parent, name) for parent in parents)
                states = {member: list(self.states[member]) for member in (name, *parents)}
                size, *sizes = self.shape(name)
                model.add_cpds(TabularCPD(name, size, self.tables[name].reshape(size, -1), parents, sizes, states))
        return model


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps pgmpy's warnings and log lines from the user, and leaves both as they were."""
    logger = logging.getLogger("pgmpy")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            logger.setLevel(level)


def scaled(table: Array) -> Array:
    """Distributions over the first axis, each divided by its sum unless this is 1 but for the last digits."""
    sums = table.sum(axis=0)
    return np.asarray(table / np.where(np.abs(sums - 1.0) > ROUNDING, sums, 1.0))


def _is_near(table: Array) -> bool:
    return bool((np.abs(table.sum(axis=0) - 1.0) < NOTED - ROUNDING).all())


def _check_names(network: Network) -> None:
    known = set(network.variables)
    if not known:
        raise BadNetwork("a network needs at least one variable")
    if len(known) != len(network.variables):
        twice = next(name for name in network.variables if network.variables.count(name) > 1)
        raise BadNetwork(f"variable {twice!r} is listed twice")
    for part, mapping in (("states", network.states), ("parents", network.parents), ("tables", network.tables)):
        if odd := known.symmetric_difference(mapping):
            raise BadNetwork(f"{part} and variables do not name the same things: {', '.join(sorted(odd))}")
    for name in network.variables:
        states, parents = network.states[name], network.parents[name]
        if not states or len(set(states)) != len(states):
            raise BadNetwork(f"{name}: states must be at least one and differ, not {list(states)}")
        if len(set(parents)) != len(parents):
            raise BadNetwork(f"{name}: a parent is listed twice: {list(parents)}")
        for parent in parents:
            if parent not in known:
                raise BadNetwork(f"{name}: no variable {parent!r}{nearest(parent, network.variables)}")


def _checked_table(network: Network, name: str) -> Array:
    try:
        table = np.array(network.tables[name], dtype=np.float64)
    except (TypeError, ValueError):
        raise BadNetwork(f"{name}: a table is an array of numbers, each row of the same length") from None
    if table.shape != network.shape(name):
        axes = ", ".join((name, *network.parents[name]))
        raise BadNetwork(f"{name}: table has shape {table.shape}, not {network.shape(name)} = states of ({axes})")
    if not np.isfinite(table).all() or (table < 0).any():
        raise BadNetwork(f"{name}: a table holds only numbers from 0 to 1")
    sums = table.sum(axis=0)
    if (np.abs(sums - 1) > TOLERANCE).any():
        worst = np.unravel_index(int(np.argmax(np.abs(sums - 1))), sums.shape)
        given = ", ".join(f"{p} = {network.states[p][i]}" for p, i in zip(network.parents[name], worst, strict=True))
        column = f"column ({given})" if given else "its column"
        raise BadNetwork(f"{name}: {column} sums to {float(sums[worst]):.9g}; a column must sum to 1")
    table.flags.writeable = False
    return table
