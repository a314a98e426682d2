import pytest

from tocsin.errors import Cycle
from tocsin.network import topological_order
from tocsin.network.network import ancestors

DIAMOND = {"d": ("b", "c"), "b": ("a",), "c": ("a",), "a": ()}


def test_every_variable_comes_after_its_parents():
    order = topological_order(DIAMOND)
    assert sorted(order) == ["a", "b", "c", "d"]
    assert all(order.index(parent) < order.index(child) for child, parents in DIAMOND.items() for parent in parents)


def test_the_order_is_the_same_each_time():
    assert topological_order(DIAMOND) == topological_order(dict(DIAMOND))


def test_a_cycle_is_named_as_a_walk_along_the_arcs():
    parents = {"a": ("c",), "b": ("a",), "c": ("b",), "d": ("a",)}
    with pytest.raises(Cycle) as caught:
        topological_order(parents)
    cycle = caught.value.cycle
    assert sorted(cycle) == ["a", "b", "c"]
    assert all(cycle[i - 1] in parents[cycle[i]] for i in range(len(cycle)))
    assert " → ".join((*cycle, cycle[0])) in str(caught.value)


def test_a_variable_that_is_its_own_parent_is_a_cycle():
    with pytest.raises(Cycle, match="a → a"):
        topological_order({"a": ("a",)})


@pytest.mark.parametrize(("variable", "expected"), [("d", {"a", "b", "c"}), ("b", {"a"}), ("a", set())])
def test_ancestors(variable, expected):
    assert ancestors(DIAMOND, variable) == expected
