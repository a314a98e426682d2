"""To and from pgmpy's class of networks."""

import numpy as np
import pytest

from tests.network.formats.conftest import same
from tocsin.errors import BadNetwork
from tocsin.network import Network


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
