"""What is measured: the shipped model, published networks from pgmpy's wheel, and synthetic ones."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np

from tocsin.model import open_model
from tocsin.network import Network
from tocsin.network.formats import read_network
from tocsin.network.network import Array

MODEL = "iraq-syria-2024"
PUBLISHED = ("alarm", "hailfinder", "insurance")


def shipped() -> Network:
    """The network of the shipped model, with its mean tables."""
    return open_model(Path(__file__).parent.parent / "models" / MODEL).network


def published(name: str) -> Network:
    """A network of the field's own repository, in a file that pgmpy brings along; its rounded columns sum to 1 here."""
    spec = importlib.util.find_spec("pgmpy")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError("pgmpy is not installed; install the requirements")
    network = read_network(Path(spec.submodule_search_locations[0]) / "utils" / "example_models" / f"{name}.bif.gz")
    tables = {name: table / table.sum(axis=0) for name, table in network.tables.items()}
    return Network(network.variables, network.states, network.parents, tables)


def synthetic(count: int, seed: int = 0) -> Network:
    """`count` variables of two to four states, each with up to three parents among the seven before it."""
    rng = np.random.default_rng(seed)
    names = tuple(f"v{number}" for number in range(count))
    states = {name: tuple(f"s{state}" for state in range(rng.integers(2, 5))) for name in names}
    parents: dict[str, tuple[str, ...]] = {}
    tables: dict[str, Array] = {}
    for number, name in enumerate(names):
        near = names[max(0, number - 7) : number]
        parents[name] = tuple(rng.permutation(near)[: rng.integers(0, 4)].tolist())
        columns = rng.dirichlet(np.ones(len(states[name])), size=[len(states[parent]) for parent in parents[name]])
        tables[name] = np.moveaxis(columns, -1, 0)
    return Network(names, states, parents, tables)


def chosen(network: Network, count: int, seed: int = 0) -> tuple[str, ...]:
    """Variables drawn at random, in the network's order."""
    drawn = np.random.default_rng(seed).choice(len(network.variables), count, replace=False)
    return tuple(network.variables[position] for position in sorted(drawn))


def random_likelihoods(network: Network, names: tuple[str, ...], rows: int, seed: int = 1) -> dict[str, Array]:
    """By variable `[rows, states]`, none of them zero."""
    rng = np.random.default_rng(seed)
    return {name: rng.uniform(0.05, 1, (rows, network.size(name))) for name in names}


def sampled_states(network: Network, names: tuple[str, ...], rows: int, seed: int = 2) -> dict[str, Array]:
    """One-hot likelihoods of states that occur together, drawn from the network itself."""
    rng = np.random.default_rng(seed)
    states: dict[str, Any] = {}
    for name in network.order:
        columns = network.tables[name][(slice(None), *(states[parent] for parent in network.parents[name]))]
        columns = np.broadcast_to(columns.reshape(network.size(name), -1), (network.size(name), rows))
        states[name] = (columns.cumsum(axis=0) < rng.random(rows)).sum(axis=0).clip(max=network.size(name) - 1)
    return {name: np.eye(network.size(name))[states[name]] for name in names}


def scattered(network: Network, count: int, rows: int, seed: int = 3) -> dict[str, Array]:
    """Likelihoods on all variables, of which each row has `count` other ones that say anything."""
    rng = np.random.default_rng(seed)
    said = rng.random((len(network.variables), rows)).argsort(axis=0) < count
    drawn = random_likelihoods(network, network.variables, rows, seed)
    return {
        name: np.where(here[:, np.newaxis], drawn[name], 1.0)
        for name, here in zip(network.variables, said, strict=True)
    }


def drawn_tables(network: Network, draws: int, seed: int = 4) -> dict[str, Array]:
    """Every table `[states, parents..., draws]`, each column moved about."""
    rng = np.random.default_rng(seed)
    made = {}
    for name, table in network.tables.items():
        moved = table[..., np.newaxis] * rng.uniform(0.5, 1.5, (*table.shape, draws))
        made[name] = moved / moved.sum(axis=0)
    return made
