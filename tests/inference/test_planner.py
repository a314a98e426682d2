import tracemalloc
from itertools import combinations

import numpy as np
import pytest

from tests.inference.conftest import published, random_network
from tocsin.errors import TooLarge
from tocsin.inference import Cost, Engine, planner
from tocsin.inference.planner import elimination_order
from tocsin.network import Network


def uniform(parents, states=2):
    names = tuple(parents)
    labels = tuple(f"s{number}" for number in range(states))
    tables = {name: np.full((states,) * (1 + len(of)), 1 / states) for name, of in parents.items()}
    return Network(names, dict.fromkeys(names, labels), parents, tables)


def grid(side):
    return uniform(
        {
            f"x{i}_{j}": tuple(f"x{a}_{b}" for a, b in ((i - 1, j), (i, j - 1)) if a >= 0 and b >= 0)
            for i in range(side)
            for j in range(side)
        }
    )


def all_pairs(count):
    """Every two of `count` causes share an effect, so that all causes meet in one clique."""
    causes = {f"cause{number}": () for number in range(count)}
    return uniform({**causes, **{f"{a}&{b}": (a, b) for a, b in combinations(causes, 2)}})


@pytest.mark.parametrize(("network", "causes"), [(grid(20), 0), (all_pairs(32), 32)], ids=["grid", "complete"])
def test_too_large_is_said_before_a_table_is_built_and_names_the_clique(network, causes):
    tracemalloc.start()
    with pytest.raises(TooLarge, match="joint states of") as raised:
        Engine(network)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5e7
    assert len(raised.value.clique) > 20
    assert set(raised.value.clique) <= set(network.variables)
    assert raised.value.clique[0] in str(raised.value)
    assert raised.value.multiply_adds > 1e8
    assert raised.value.bytes_per_row > 1e8
    assert not causes or sorted(raised.value.clique) == sorted(f"cause{number}" for number in range(causes))


def test_cost_of_a_pair_by_hand():
    """a → b, two states each: on b, λ·P (4); summed with P(b|a)λ(b) (4), P(a)λ(a) (2), their sum (2); and back."""
    cost = Engine(uniform({"a": (), "b": ("a",)})).cost
    assert set(cost.clique) == {"a", "b"}
    assert cost.clique_states == 4
    assert 12 <= cost.multiply_adds <= 30
    assert not cost.heavy


def test_cost_grows_with_the_clique_and_heavy_begins_at_a_million():
    costs = [Engine(grid(side)).cost for side in (3, 6, 12)]
    assert [cost.clique_states for cost in costs] == sorted(cost.clique_states for cost in costs)
    assert [cost.heavy for cost in costs] == [cost.multiply_adds > 1e6 for cost in costs] == [False, False, True]


def test_limits_are_inclusive():
    fields = {"operations": 1, "clique": ("a",), "clique_states": 1}
    Cost(multiply_adds=10**8, bytes_per_row=10**8, **fields).require_affordable()
    with pytest.raises(TooLarge):
        Cost(multiply_adds=10**8 + 1, bytes_per_row=1, **fields).require_affordable()
    with pytest.raises(TooLarge):
        Cost(multiply_adds=1, bytes_per_row=10**8 + 1, **fields).require_affordable()


def test_order_is_a_permutation_and_repeats_with_the_seed():
    network = random_network(np.random.default_rng(0), 30)
    order = elimination_order(network, restarts=20, seed=7)
    assert sorted(order) == sorted(network.variables)
    assert order == elimination_order(network, restarts=20, seed=7)


def test_the_search_is_made_once_for_each_graph(monkeypatch):
    network = random_network(np.random.default_rng(1), 30)
    order = elimination_order(network, seed=11)
    monkeypatch.setattr(planner, "_min_fill", lambda *_: pytest.fail("searched again"))
    tables = {name: np.full_like(table, 1 / len(table)) for name, table in network.tables.items()}
    other = Network(network.variables, network.states, network.parents, tables)
    assert elimination_order(other, seed=11) == order
    with pytest.raises(pytest.fail.Exception, match="searched again"):
        elimination_order(other, seed=12)


def test_restarts_never_cost_more():
    network, _ = published("insurance")
    plain = Engine(network, restarts=1).cost
    searched = Engine(network).cost
    assert searched.multiply_adds < plain.multiply_adds


def test_a_tree_keeps_cliques_of_two():
    network = uniform({f"x{number}": (f"x{(number - 1) // 2}",) if number else () for number in range(63)}, states=3)
    assert Engine(network).cost.clique_states == 9
