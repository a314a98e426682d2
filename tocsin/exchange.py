"""A model as other programs can hold it: the mean tables, and the statements' facts as nodes to be observed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tocsin.inference import Engine
from tocsin.model import Model
from tocsin.network import Network
from tocsin.network.formats.draft import Description
from tocsin.network.network import Array
from tocsin.version import __version__

REPORTED, NOT_REPORTED = "reported", "not_reported"
"""States of a node that stands for facts; the first is the one to observe."""


@dataclass(frozen=True, eq=False)
class Exchange:
    """A network to be taken elsewhere.

    facts: by variable the node that stands for the facts on it, to be observed as `reported`; empty where they stay
    behind. answers: per variable `[S]`, what any program says with these observations and no others.
    """

    network: Network
    description: Description
    facts: Mapping[str, str]
    answers: Mapping[str, Array]


def with_facts(model: Model) -> Exchange:
    """The mean tables, and per variable with facts a child whose table is their likelihood.

    P(reported | state) is the likelihood divided by its largest value, since only ratios count. Facts that weigh
    nothing, whose likelihood is flat, get no node.
    """
    network = model.network
    likelihoods = {name: row for name, row in model.priors.likelihoods.items() if not np.allclose(row, row[0])}
    facts = {name: _unused(f"facts_{name}", network) for name in likelihoods}
    columns = {facts[name]: row / row.max() for name, row in likelihoods.items()}
    extended = Network(
        (*network.variables, *columns),
        {**network.states, **dict.fromkeys(columns, (REPORTED, NOT_REPORTED))},
        {**network.parents, **{node: (name,) for name, node in facts.items()}},
        {**network.tables, **{node: np.stack([column, 1.0 - column]) for node, column in columns.items()}},
    )
    return _exchange(model, extended, facts)


def without_facts(model: Model) -> Exchange:
    """The mean tables alone: what the model says before anything was reported."""
    return _exchange(model, model.network, {})


def _exchange(model: Model, network: Network, facts: Mapping[str, str]) -> Exchange:
    observed = {node: np.array([[1.0, 0.0]]) for node in facts.values()}
    marginals = Engine(network).posteriors(observed).marginals
    return Exchange(network, _description(model, facts), facts, {name: rows[0] for name, rows in marginals.items()})


def _description(model: Model, facts: Mapping[str, str]) -> Description:
    file, variables = model.records.file, model.records.variables
    properties = {"model": model.name, "title": file.title, "as_of": str(file.as_of), "digest": model.records.digest}
    if file.licence:
        properties["licence"] = file.licence
    properties["written_by"] = f"Tocsin {__version__}"
    properties["facts"] = f"observe {', '.join(facts.values())} as {REPORTED}" if facts else "left out"
    titles, notes = {name: variable.title for name, variable in variables.items()}, {}
    for name, node in facts.items():
        statements = [s.id for s in model.records.statements if s.reports and name in s.reports]
        titles[node] = f"Facts on: {variables[name].title}"
        notes[node] = (
            f"Stands for what {', '.join(statements)} report on {name}: its table is their likelihood. "
            f"Observe it as {REPORTED}, else they do not count."
        )
    return Description(_word(model.name), properties, titles, notes)


def _word(name: str) -> str:
    """The name as a word that every format takes: letters, digits and `_`, a letter first."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)
    return plain if plain[:1].isalpha() else f"model_{plain}"


def _unused(name: str, network: Network) -> str:
    while name in network.states:
        name += "_"
    return name
