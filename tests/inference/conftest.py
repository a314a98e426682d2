"""The slow twin (enumeration in exact arithmetic), random networks, and published networks."""

import gzip
import importlib.util
import math
import warnings
from fractions import Fraction
from functools import lru_cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tocsin.network import Network


def enumerated(network, likelihoods, tables, forced):
    """Marginals and log P(evidence) of one row: a loop over all joint states, in fractions, so nothing underflows.

    likelihoods `[states]`, tables `[states, parents...]` by variable, forced: position by variable.
    """
    total = Fraction(0)
    sums = {name: [Fraction(0)] * network.size(name) for name in network.variables}
    for states in product(*(range(network.size(name)) for name in network.variables)):
        at = dict(zip(network.variables, states, strict=True))
        if any(at[name] != state for name, state in forced.items()):
            continue
        weight = Fraction(1)
        for name in network.variables:
            if name not in forced:
                table = tables.get(name, network.tables[name])
                weight *= Fraction(float(table[(at[name], *(at[parent] for parent in network.parents[name]))]))
            if name in likelihoods:
                weight *= Fraction(float(likelihoods[name][at[name]]))
            if not weight:
                break
        total += weight
        for name, state in at.items():
            sums[name][state] += weight
    if not total:
        return {name: [math.nan] * len(parts) for name, parts in sums.items()}, -math.inf
    log = math.log(total.numerator) - math.log(total.denominator)
    return {name: [float(part / total) for part in parts] for name, parts in sums.items()}, log


@lru_cache
def published(name):
    """A network of pgmpy's wheel and pgmpy's own model of it, the rounded columns of the file summing to 1 in both."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pgmpy.readwrite import BIFReader

        spec = importlib.util.find_spec("pgmpy")
        assert spec
        assert spec.submodule_search_locations
        file = Path(spec.submodule_search_locations[0]) / "utils/example_models" / f"{name}.bif.gz"
        model = BIFReader(string=gzip.decompress(file.read_bytes()).decode()).get_model()
        for cpd in model.get_cpds():
            cpd.normalize()
    cpds = {cpd.variable: cpd for cpd in model.get_cpds()}
    network = Network(
        tuple(cpds),
        {name: tuple(map(str, cpd.state_names[name])) for name, cpd in cpds.items()},
        {name: tuple(cpd.variables[1:]) for name, cpd in cpds.items()},
        {name: np.asarray(cpd.values) for name, cpd in cpds.items()},
    )
    return network, model


def random_network(rng, count, most_states=3, most_parents=3):
    """Some columns hold zeros, some are deterministic; the variables are not listed in topological order."""
    names = [f"v{number}" for number in range(count)]
    states = {name: tuple(f"s{k}" for k in range(rng.integers(1, most_states + 1))) for name in names}
    parents, tables = {}, {}
    for number, name in enumerate(names):
        chosen = rng.permutation(number)[: rng.integers(0, most_parents + 1)]
        parents[name] = tuple(names[k] for k in chosen)
        shape = [len(states[member]) for member in (name, *parents[name])]
        tables[name] = random_table(rng, shape)
    return Network(tuple(rng.permutation(names).tolist()), states, parents, tables)


def random_table(rng, shape):
    """`shape`, columns summing to 1."""
    table = rng.dirichlet(np.ones(shape[0]), size=shape[1:])
    table = np.moveaxis(np.where(rng.random(table.shape) < 0.25, 0.0, table), -1, 0)
    table[0] += table.sum(axis=0) == 0
    return table / table.sum(axis=0)


@pytest.fixture(scope="session")
def snow():
    """The Snow net: Risk and Traffic depend on Snow, Late on both (Mrad et al. 2015)."""
    yes_no = ("yes", "no")
    late = np.array([[0.45, 0.85], [0.1, 0.7]])
    return Network(
        ("snow", "risk", "traffic", "late"),
        {"snow": yes_no, "risk": yes_no, "traffic": ("normal", "slow"), "late": yes_no},
        {"snow": (), "risk": ("snow",), "traffic": ("snow",), "late": ("risk", "traffic")},
        {
            "snow": np.array([0.4, 0.6]),
            "risk": np.array([[0.8, 0.4], [0.2, 0.6]]),
            "traffic": np.array([[0.4, 0.65], [0.6, 0.35]]),
            "late": np.stack([late, 1 - late]),
        },
    )
