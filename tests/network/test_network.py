from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from tests.network.formats.conftest import same
from tocsin.errors import BadNetwork, Cycle, UnknownState, UnknownVariable
from tocsin.network import Network, topological_order
from tocsin.network.network import ancestors

PARTS = {
    "variables": ("late", "snow"),
    "states": {"snow": ("yes", "no"), "late": ("on time", "a little", "very")},
    "parents": {"snow": (), "late": ("snow",)},
    "tables": {"snow": np.array([0.4, 0.6]), "late": np.array([[0.2, 0.7], [0.3, 0.2], [0.5, 0.1]])},
}


def changed(part, **entries):
    return {**PARTS, part: {**PARTS[part], **entries}}


def test_a_sound_network():
    network = Network(**PARTS)
    assert network.order == ("snow", "late")
    assert network.shape("late") == (3, 2)
    assert network.size("late") == 3
    assert network.index("late", "very") == 2


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({**PARTS, "variables": ()}, "at least one variable"),
        ({**PARTS, "variables": ("snow", "late", "snow")}, "'snow' is listed twice"),
        ({**PARTS, "variables": ("snow",)}, "do not name the same things: late"),
        (changed("tables", rain=np.ones(1)), "tables and variables do not name the same things: rain"),
        (changed("states", snow=()), "snow: states must be at least one"),
        (changed("states", snow=("yes", "yes")), "snow: states must be at least one and differ"),
        (changed("parents", late=("snow", "snow")), "late: a parent is listed twice"),
        (changed("parents", late=("snoow",)), "late: no variable 'snoow'; did you mean 'snow'"),
        (changed("tables", late=np.ones((2, 3)) / 2), r"late: table has shape \(2, 3\), not \(3, 2\) .*\(late, snow\)"),
        (changed("tables", snow=[0.4, [0.6]]), "snow: a table is an array of numbers"),
        (changed("tables", snow=["few", "many"]), "snow: a table is an array of numbers"),
        (changed("tables", snow=[1.1, -0.1]), "snow: a table holds only numbers from 0 to 1"),
        (changed("tables", snow=[np.nan, 1.0]), "snow: a table holds only numbers from 0 to 1"),
        (changed("tables", late=[[0.2, 0.7], [0.3, 0.2], [0.5, 0.2]]), r"late: column \(snow = no\) sums to 1.1;"),
        (changed("tables", snow=[0.4, 0.59]), r"snow: its column sums to 0.99;"),
    ],
)
def test_what_does_not_fit_together_is_named(parts, message):
    with pytest.raises(BadNetwork, match=message):
        Network(**parts)


def test_columns_may_be_rounded_to_six_decimals():
    assert Network(**changed("tables", snow=[0.4, 0.6 + 5e-7])).size("snow") == 2
    with pytest.raises(BadNetwork, match=r"sums to 1\.0000015; a column must sum to 1"):
        Network(**changed("tables", snow=[0.4, 0.6 + 1.5e-6]))


@pytest.mark.parametrize(
    ("error", "variable", "state", "message"),
    [
        (UnknownVariable, "snwo", "yes", "did you mean 'snow'"),
        (UnknownState, "late", "vary", "late has no state 'vary'; did you mean 'very'"),
    ],
)
def test_unknown_names_are_answered_with_the_nearest(error, variable, state, message):
    with pytest.raises(error, match=message):
        Network(**PARTS).index(variable, state)


def test_a_network_does_not_change_with_what_it_was_made_of():
    table, states = np.array([0.4, 0.6]), ["yes", "no"]
    parts = {**changed("tables", snow=table), "states": {**PARTS["states"], "snow": states}}
    network = Network(**parts)
    table[:] = 0.5
    states.append("maybe")
    assert network.tables["snow"].tolist() == [0.4, 0.6]
    assert network.states["snow"] == ("yes", "no")
    with pytest.raises(ValueError, match="read-only"):
        network.tables["snow"][0] = 1.0
    with pytest.raises(FrozenInstanceError):
        network.variables = ()


def test_equal_networks_have_equal_digests():
    lists = {name: list(states) for name, states in PARTS["states"].items()}
    assert Network(**PARTS).digest == Network(**{**PARTS, "states": lists}).digest


@pytest.mark.parametrize(
    "parts",
    [
        changed("tables", snow=[0.4 + 1e-12, 0.6 - 1e-12]),
        changed("states", snow=("no", "yes")),
        {**PARTS, "variables": ("snow", "late")},
    ],
)
def test_any_difference_changes_the_digest(parts):
    assert Network(**parts).digest != Network(**PARTS).digest


DIAMOND = {"d": ("b", "c"), "b": ("a",), "c": ("a",), "a": ()}


def test_every_variable_comes_after_its_parents():
    order = topological_order(DIAMOND)
    assert sorted(order) == ["a", "b", "c", "d"]
    assert all(order.index(parent) < order.index(child) for child, parents in DIAMOND.items() for parent in parents)


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


def test_to_pgmpy_and_back(crooked):
    model = crooked.to_pgmpy()
    assert model.check_model()
    assert model.get_cpds("threat").get_values()[0, 5] == crooked.tables["threat"][0, 1, 1]
    back = Network.from_pgmpy(model)
    assert back.variables == crooked.variables
    assert back.digest == crooked.digest


def test_from_pgmpy_with_parents_states_in_another_order(crooked):
    model = crooked.to_pgmpy()
    cpd = model.get_cpds("threat")
    other = type(cpd)(
        "threat",
        2,
        crooked.tables["threat"][:, ::-1].reshape(2, -1),
        ["drone", "border"],
        [3, 4],
        {**cpd.state_names, "drone": list(crooked.states["drone"][::-1])},
    )
    model.remove_cpds(cpd)
    model.add_cpds(other)
    same(crooked, Network.from_pgmpy(model))


def test_from_pgmpy_numbers_become_names():
    model = Network(("a",), {"a": ("x", "y")}, {"a": ()}, {"a": np.array([0.5, 0.5])}).to_pgmpy()
    unnamed = type(model.get_cpds("a"))("a", 2, [[0.1], [0.9]])
    model.remove_cpds(model.get_cpds("a"))
    model.add_cpds(unnamed)
    assert Network.from_pgmpy(model).states == {"a": ("0", "1")}


def test_from_pgmpy_an_unfinished_model_is_refused(crooked):
    model = crooked.to_pgmpy()
    cpd = model.get_cpds("border")
    model.remove_cpds(cpd)
    with pytest.raises(BadNetwork, match="border: the model has no table"):
        Network.from_pgmpy(model)
    model.add_cpds(type(cpd)("border", 4, np.full((4, 1), 0.25), state_names={"border": list("dbac")}))
    with pytest.raises(BadNetwork, match=r"border: its table is over parents \[\], the graph's are others"):
        Network.from_pgmpy(model)
    model.remove_cpds("border")
    model.add_cpds(
        type(cpd)("border", 4, cpd.get_values(), ["drone"], [3], {"border": list("dbac"), "drone": list("xyz")})
    )
    with pytest.raises(BadNetwork, match="border: its table names states"):
        Network.from_pgmpy(model)


def test_from_pgmpy_rounded_columns_sum_to_1():
    from pgmpy.factors.discrete import TabularCPD

    halves = Network(("a",), {"a": ("x", "y", "z")}, {"a": ()}, {"a": np.full(3, 1 / 3)})
    for third, wanted in ((0.333333, 1 / 3), (0.3333, None)):
        model = halves.to_pgmpy()
        model.remove_cpds("a")
        model.add_cpds(TabularCPD("a", 3, [[third]] * 3, state_names={"a": ["x", "y", "z"]}))
        if wanted is None:
            with pytest.raises(BadNetwork, match=r"a: its column sums to 0.9999; a column must sum to 1"):
                Network.from_pgmpy(model)
        else:
            assert Network.from_pgmpy(model).tables["a"].tolist() == [wanted] * 3
