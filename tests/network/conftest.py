from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tocsin.network import Network


def columns(rng, *shape):
    """Random columns `[states, parents...]`."""
    return np.moveaxis(rng.dirichlet(np.ones(shape[0]), shape[1:]), -1, 0)


@pytest.fixture
def crooked():
    """Variables, parents and states unsorted, all sizes different, tiny numbers: any mistaken order shows."""
    rng = np.random.default_rng(7)
    mostly = np.array([1 - 3e-13, 1e-13, 2e-13])
    return Network(
        variables=("threat", "drone", "border"),
        states={"threat": ("yes", "no"), "drone": ("west", "east", "none"), "border": ("d", "b", "a", "c")},
        parents={"threat": ("drone", "border"), "drone": (), "border": ("drone",)},
        tables={"threat": columns(rng, 2, 3, 4), "drone": mostly, "border": columns(rng, 4, 3)},
    )


@pytest.fixture(scope="session")
def examples():
    """The networks of the bnlearn repository that come inside pgmpy's wheel."""
    spec = find_spec("pgmpy")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "utils" / "example_models"
