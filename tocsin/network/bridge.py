"""To and from pgmpy's class of networks. This module alone imports pgmpy, and late: it takes seconds."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tocsin.errors import BadNetwork, require

if TYPE_CHECKING:
    from pgmpy.models import DiscreteBayesianNetwork


class Parts(NamedTuple):
    """What a network is made of; tables `[states, parents...]`."""

    variables: tuple[str, ...]
    states: Mapping[str, tuple[str, ...]]
    parents: Mapping[str, tuple[str, ...]]
    tables: Mapping[str, NDArray[np.float64]]


def parts_of(model: DiscreteBayesianNetwork) -> Parts:
    """The parts of pgmpy's network; names become strings. Raises BadNetwork."""
    from_table = {node: model.get_cpds(node) for node in model.nodes()}
    for node, cpd in from_table.items():
        if cpd is None or not hasattr(cpd, "state_names"):
            raise BadNetwork(f"{node}: the model has no table of probabilities for it")
        if set(cpd.variables[1:]) != set(model.get_parents(node)):
            raise BadNetwork(f"{node}: its table is over parents {cpd.variables[1:]}, the graph's are others")
    states = {node: list(cpd.state_names[node]) for node, cpd in from_table.items()}
    tables = {}
    for node, cpd in from_table.items():
        table = np.asarray(cpd.values, dtype=np.float64)
        # Each of pgmpy's tables has its own order of its parents' states.
        for axis, parent in enumerate(cpd.variables[1:], start=1):
            theirs = list(cpd.state_names[parent])
            if set(theirs) != set(states[parent]):
                raise BadNetwork(f"{node}: its table names states {theirs} of {parent}, not {states[parent]}")
            table = table.take([theirs.index(state) for state in states[parent]], axis=axis)
        tables[str(node)] = table
    return Parts(
        variables=tuple(map(str, from_table)),
        states={str(node): tuple(map(str, names)) for node, names in states.items()},
        parents={str(node): tuple(map(str, cpd.variables[1:])) for node, cpd in from_table.items()},
        tables=tables,
    )


def pgmpy_network(parts: Parts) -> DiscreteBayesianNetwork:
    """pgmpy's network from its parts."""
    require("A network of pgmpy's", "pgmpy")
    with quiet():
        from pgmpy.factors.discrete import TabularCPD
        from pgmpy.models import DiscreteBayesianNetwork

        model = DiscreteBayesianNetwork()
        model.add_nodes_from(parts.variables)
        for name in parts.variables:
            parents = parts.parents[name]
            model.add_edges_from((parent, name) for parent in parents)
            sizes = _sizes(parts, parents)
            table = parts.tables[name].reshape(len(parts.states[name]), -1)
            states = {member: list(parts.states[member]) for member in (name, *parents)}
            model.add_cpds(TabularCPD(name, len(parts.states[name]), table, parents, sizes, states))
    return model


def _sizes(parts: Parts, names: Sequence[str]) -> list[int]:
    return [len(parts.states[name]) for name in names]


@contextmanager
def quiet() -> Iterator[None]:
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
