import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inference.conftest import random_network
from tocsin.errors import BadQuery, Contradiction, UnknownVariable, WrongShape
from tocsin.inference import Engine, believed
from tocsin.inference import evidence as evidence_module
from tocsin.network import Network


@pytest.mark.parametrize(
    ("beliefs", "expected"),
    [
        ({"traffic": [0.3, 0.7]}, [0.46060606, 0.58424242, 0.3, 0.63861818]),
        ({"traffic": [0.3, 0.7], "risk": [0.7, 0.3]}, [0.50587727, 0.7, 0.3, 0.66341621]),
    ],
)
def test_beliefs_on_the_snow_net(snow, beliefs, expected):
    """After Mrad et al. 2015."""
    engine = Engine(snow)
    marginals = engine.posteriors(believed(engine, beliefs, {})).marginals
    found = [marginals[name][0, 0] for name in ("snow", "risk", "traffic", "late")]
    np.testing.assert_allclose(found, expected, atol=5e-9, rtol=0)


def positive_network(rng, count):
    network = random_network(rng, count)
    tables = {name: (table + 0.05) / (table + 0.05).sum(axis=0) for name, table in network.tables.items()}
    return Network(network.variables, network.states, network.parents, tables)


@given(seed=st.integers(0, 2**32 - 1), beliefs=st.integers(1, 4))
def test_beliefs_hold_on_top_of_everything_else(seed, beliefs):
    rng = np.random.default_rng(seed)
    network = positive_network(rng, 6)
    engine = Engine(network)
    rows = 3
    names = rng.permutation(network.variables).tolist()
    wanted = {name: rng.dirichlet(np.full(network.size(name), 2.0), rows) for name in names[:beliefs]}
    reports = {name: rng.uniform(0.2, 1, (rows, network.size(name))) for name in (names[0], *names[4:])}
    tables = {names[1]: np.repeat(network.tables[names[1]][..., np.newaxis], rows, axis=-1)}
    do = {names[5]: np.array([-1, 0, -1])} if rng.random() < 0.5 else None
    solved = believed(engine, wanted, reports, do, tables)
    result = engine.posteriors(solved, tables, do)
    for name, chances in wanted.items():
        np.testing.assert_allclose(result.marginals[name], chances, atol=1e-10, rtol=0)
    for name in names[4:]:
        assert solved[name] is reports[name]


def test_one_belief_is_the_mixture_over_its_states():
    """Jeffrey (1965): P'(x) = Σ_y q(y) P(x | y)."""
    rng = np.random.default_rng(4)
    network = positive_network(rng, 7)
    engine = Engine(network)
    name = max(network.variables, key=network.size)
    chances = rng.dirichlet(np.ones(network.size(name)))
    under_each = engine.posteriors({name: np.eye(network.size(name))})
    result = engine.posteriors(believed(engine, {name: chances}, {}))
    for variable in network.variables:
        np.testing.assert_allclose(result.marginals[variable][0], chances @ under_each.marginals[variable], atol=1e-12)


def test_cycling_through_the_engine_agrees_with_the_joint(monkeypatch):
    rng = np.random.default_rng(21)
    network = positive_network(rng, 6)
    engine = Engine(network)
    wanted = {name: rng.dirichlet(np.full(network.size(name), 3.0)) for name in network.variables[:3]}
    reports = {network.variables[0]: rng.uniform(0.2, 1, (2, network.size(network.variables[0])))}
    joint = engine.posteriors(believed(engine, wanted, reports))
    monkeypatch.setattr(evidence_module, "MAX_PASSES", 0)
    cycled = engine.posteriors(believed(engine, wanted, reports))
    for variable in network.variables:
        np.testing.assert_allclose(cycled.marginals[variable], joint.marginals[variable], atol=1e-9, rtol=0)


def test_beliefs_hold_in_every_draw(snow):
    rng = np.random.default_rng(0)
    draws = {"snow": rng.dirichlet([4, 6], 50).T, "risk": np.moveaxis(rng.dirichlet([3, 3], (2, 50)), 2, 0)}
    engine = Engine(snow)
    beliefs = {"traffic": [0.3, 0.7], "late": [0.5, 0.5]}
    result = engine.posteriors(believed(engine, beliefs, {"risk": [0.4, 0.6]}, tables=draws), draws)
    for name, chances in beliefs.items():
        np.testing.assert_allclose(result.marginals[name], np.tile(chances, (50, 1)), atol=1e-10)
    assert np.ptp(result.marginals["snow"][:, 0]) > 0.01


def test_rows_of_beliefs_make_rows_of_answers(snow):
    engine = Engine(snow)
    beliefs = {"traffic": [[0.3, 0.7], [0.6, 0.4]], "risk": [0.7, 0.3]}
    result = engine.posteriors(believed(engine, beliefs, {}))
    np.testing.assert_allclose(result.marginals["traffic"], beliefs["traffic"], atol=1e-10)
    np.testing.assert_allclose(result.marginals["risk"], [[0.7, 0.3]] * 2, atol=1e-10)
    assert result.marginals["late"][0, 0] == pytest.approx(0.66341621, abs=5e-9)


def test_a_certain_belief_is_an_observation(snow):
    engine = Engine(snow)
    beliefs = {"traffic": [0.0, 1.0], "risk": [1.0, 0.0]}
    found, seen = engine.posteriors(believed(engine, beliefs, {})), engine.posteriors(beliefs)
    np.testing.assert_allclose(found.marginals["late"], seen.marginals["late"], atol=1e-12)


def test_impossible_rows_stay_impossible(snow):
    engine = Engine(snow)
    reports = {"snow": np.array([[1.0, 1.0], [0.0, 0.0]])}
    for beliefs in ({"traffic": [0.3, 0.7]}, {"traffic": [0.3, 0.7], "risk": [0.7, 0.3]}):
        result = engine.posteriors(believed(engine, beliefs, reports))
        assert np.isnan(result.marginals["late"]).all(axis=1).tolist() == [False, True]
        np.testing.assert_allclose(result.marginals["traffic"][0], [0.3, 0.7], atol=1e-10)


def test_reports_of_tiny_likelihood_do_not_disturb_a_belief(snow):
    engine = Engine(snow)
    reports = {"traffic": [1e-300, 3e-300], "late": [2e-300, 1e-300]}
    result = engine.posteriors(believed(engine, {"traffic": [0.3, 0.7], "risk": [0.7, 0.3]}, reports))
    np.testing.assert_allclose(result.marginals["traffic"], [[0.3, 0.7]], atol=1e-10)


def test_no_beliefs_change_nothing(snow):
    reports = {"traffic": [0.3, 0.7]}
    assert believed(Engine(snow), {}, reports) == reports


@pytest.fixture
def copied():
    """b is a copy of a."""
    return Network(
        ("a", "b"),
        dict.fromkeys(("a", "b"), ("x", "y")),
        {"a": (), "b": ("a",)},
        {"a": np.array([0.5, 0.5]), "b": np.eye(2)},
    )


@pytest.mark.parametrize("passes", [64, 0])
def test_beliefs_that_cannot_all_hold(copied, passes, monkeypatch):
    monkeypatch.setattr(evidence_module, "MAX_PASSES", passes)
    monkeypatch.setattr(evidence_module, "CYCLES", 50)
    with pytest.raises(Contradiction, match=r"the beliefs on a, b cannot all hold.*after 50 rounds . is still 0\.3"):
        believed(Engine(copied), {"a": [0.3, 0.7], "b": [0.6, 0.4]}, {})
    result = believed(Engine(copied), {"a": [0.3, 0.7], "b": [0.3, 0.7]}, {})
    np.testing.assert_allclose(Engine(copied).posteriors(result).marginals["b"], [[0.3, 0.7]], atol=1e-10)


def test_certain_beliefs_that_exclude_each_other(copied):
    with pytest.raises(Contradiction, match="making the others hold leaves b no way"):
        believed(Engine(copied), {"a": [1.0, 0.0], "b": [0.0, 1.0]}, {})


def test_a_belief_in_an_impossible_state(copied):
    with pytest.raises(
        Contradiction, match=r"b is believed to be y with probability 0\.4, but this state is impossible"
    ):
        believed(Engine(copied), {"b": [0.6, 0.4]}, {"a": [1.0, 0.0]})
    with pytest.raises(Contradiction, match="a is believed to be y"):
        believed(Engine(copied), {"a": [0.6, 0.4]}, {}, do={"a": 0})
    agreed = believed(Engine(copied), {"b": [1.0, 0.0]}, {"a": [1.0, 0.0]})
    np.testing.assert_allclose(Engine(copied).posteriors(agreed).marginals["b"], [[1, 0]])


@pytest.mark.parametrize(
    ("beliefs", "error", "message"),
    [
        ({"trafic": [0.5, 0.5]}, UnknownVariable, "did you mean 'traffic'"),
        ({"traffic": [0.5, 0.5, 0]}, WrongShape, "traffic: belief has shape"),
        ({"traffic": [0.5, 0.6]}, BadQuery, "traffic: a belief holds probabilities"),
        ({"traffic": [-0.5, 1.5]}, BadQuery, "traffic"),
        ({"traffic": [float("nan"), 1.0]}, BadQuery, "traffic"),
        ({"traffic": np.full((2, 2), 0.5), "risk": np.full((3, 2), 0.5)}, WrongShape, "risk: belief has 3 rows, not 2"),
    ],
)
def test_wrong_beliefs_are_refused(snow, beliefs, error, message):
    with pytest.raises(error, match=message):
        believed(Engine(snow), beliefs, {})
