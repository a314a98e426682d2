"""The ways to an answer agree with each other and with pyAgrum, above all where the engine changes from one to another."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inference.conftest import enumerated, published, random_network, random_table
from tests.inference.test_engine import chain, copies
from tests.inference.test_published import in_pyagrum, sampled
from tocsin.inference import Engine
from tocsin.inference import engine as engine_module
from tocsin.inference.engine import MOST_JOINT, Response, break_even, observed_states


@pytest.fixture
def ways(monkeypatch):
    """The ways the engine goes, in turn."""
    gone = []

    def record(kind, method):
        original = getattr(kind, method)

        def recorded(self, *arguments):
            gone.append(method.strip("_"))
            return original(self, *arguments)

        monkeypatch.setattr(kind, method, recorded)

    record(Response, "look_up")
    record(Response, "multiply")
    record(Engine, "_play")
    return gone


@pytest.fixture
def always(monkeypatch):
    """A response whenever one is possible at all."""
    monkeypatch.setattr(engine_module, "break_even", lambda *_, **__: 0.0)


def least_rows(engine, names, *, observed):
    """From how many rows on the engine goes by a response when these variables vary."""
    rng = np.random.default_rng(0)
    sizes = [engine.network.size(name) for name in names]
    query = engine_module.checked_query(
        engine.network, {name: rng.random((7, size)) for name, size in zip(names, sizes, strict=True)}, None, None, None
    )
    targets = sum(map(engine.network.size, engine.network.variables))
    return break_even(engine._tape(query.signature), math.prod(sizes), targets, observed=observed)


def assert_same(found, expected, atol=1e-12):
    np.testing.assert_allclose(found.log_evidence, expected.log_evidence, atol=atol, rtol=1e-12)
    for name, marginal in expected.marginals.items():
        np.testing.assert_allclose(found.marginals[name], marginal, atol=atol, rtol=0)


CROSSOVERS = [
    # Few rows, then as many as make a response pay: with likelihoods of any kind, and with observed states.
    ("asia", 2, "virtual"),
    ("alarm", 3, "virtual"),
    ("alarm", 3, "hard"),
    ("insurance", 3, "virtual"),
    ("insurance", 3, "hard"),
    ("hailfinder", 2, "virtual"),
    ("hailfinder", 2, "hard"),
]


@pytest.mark.parametrize(("name", "count", "kind"), CROSSOVERS)
def test_equals_pyagrum_on_both_sides_of_the_crossover(name, count, kind, ways):
    gum = pytest.importorskip("pyagrum")
    network, _ = published(name)
    rng = np.random.default_rng(3)
    names = [network.variables[k] for k in rng.choice(len(network.variables), count, replace=False)]
    engine = Engine(network)
    switch = math.ceil(least_rows(engine, names, observed=kind == "hard"))
    seen = sampled(network, rng, switch)
    evidence = {
        v: np.eye(network.size(v))[seen[v]] if kind == "hard" else rng.uniform(0.05, 1, (switch, network.size(v)))
        for v in names
    }
    over = engine.posteriors(evidence)
    assert ways == ["play", "look_up" if kind == "hard" else "multiply"]
    ways.clear()
    under = engine.posteriors({v: likelihood[1:] for v, likelihood in evidence.items()})
    assert ways == ["play"]
    inference = gum.LazyPropagation(in_pyagrum(gum, network))
    for v in names:
        inference.addEvidence(v, [1.0] * network.size(v))
    for row in {1, switch // 2, switch - 1}:
        for v in names:
            inference.chgEvidence(v, evidence[v][row].tolist())
        inference.makeInference()
        for v in network.variables:
            expected = inference.posterior(v).toarray()
            np.testing.assert_allclose(over.marginals[v][row], expected, atol=1e-12, rtol=0)
            np.testing.assert_allclose(under.marginals[v][row - 1], expected, atol=1e-12, rtol=0)
        assert over.log_evidence[row] == pytest.approx(math.log(inference.evidenceProbability()), abs=1e-12)
        assert under.log_evidence[row - 1] == pytest.approx(over.log_evidence[row], abs=1e-12)


@given(seed=st.integers(0, 2**32 - 1), hard=st.booleans())
def test_equals_enumeration(seed, hard):
    """Networks and likelihoods with zeros, impossible rows, constants, forced variables and tables beside them."""
    rng = np.random.default_rng(seed)
    network = random_network(rng, 5)
    a, b, c, d, e = rng.permutation(network.variables).tolist()
    rows = network.size(a) * network.size(b) + int(rng.integers(1, 9))
    if hard:
        varying = {name: np.eye(network.size(name))[rng.integers(0, network.size(name), rows)] for name in (a, b)}
    else:
        varying = {name: rng.choice([0.0, 0.3, 1.0], (rows, network.size(name))) for name in (a, b)}
    scale = {name: rng.choice([1e-300, 1.0, 1e200], (rows, 1)) for name in varying}
    varying = {name: likelihood * scale[name] for name, likelihood in varying.items()}
    fixed = rng.uniform(0.1, 1, network.size(c)) * 1e-250
    table = random_table(rng, network.shape(d))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine_module, "break_even", lambda *_, **__: 0.0)
        found = Engine(network).posteriors({**varying, c: fixed}, {d: table[..., np.newaxis]}, {e: 0})
    for row in range(rows):
        likelihoods = {name: likelihood[row] for name, likelihood in varying.items()}
        marginals, log_evidence = enumerated(network, {**likelihoods, c: fixed}, {d: table}, {e: 0})
        assert found.log_evidence[row] == pytest.approx(log_evidence, abs=1e-10, rel=1e-12)
        for name, marginal in marginals.items():
            np.testing.assert_allclose(found.marginals[name][row], marginal, atol=1e-12, rtol=0)


def test_impossible_rows_are_told_from_unlikely_ones(snow, always, ways):
    """Rows too unlikely for one product go to the tape; impossible ones need no second look."""
    impossible = {"snow": np.tile([[1.0, 1e-3], [0.0, 0.0]], (20, 1)), "late": np.ones((40, 2))}
    result = Engine(snow).posteriors(impossible)
    assert ways == ["play", "multiply"]
    assert np.isneginf(result.log_evidence).tolist() == [False, True] * 20
    assert np.isnan(result.marginals["risk"]).all(axis=1).tolist() == [False, True] * 20


def test_rows_too_unlikely_for_one_product_go_to_the_tape(always, ways):
    result = Engine(copies()).posteriors({name: np.tile([[1.0, 1e-110], [1.0, 0.5]], (10, 1)) for name in "xyz"})
    assert ways == ["play", "multiply", "play"]
    np.testing.assert_allclose(result.log_evidence[:2], 3 * np.log([1e-110, 0.5]), rtol=1e-13)
    np.testing.assert_array_equal(result.marginals["x"], np.tile([0.0, 1.0], (20, 1)))


def test_evidence_in_every_row_too_unlikely_for_a_float(always, ways):
    """What is the same in all rows may be as unlikely as it likes: the response is scaled."""
    network = chain(400)
    rare = np.array([[1e-9, 1.0], [1.0, 1e-9]])
    fixed = {name: rare[number % 2] for number, name in enumerate(network.variables[:-1])}
    last = {"x399": np.array([[0.5, 1.0], [1.0, 0.5], [1.0, 0.0], [0.2, 0.3]])}
    engine = Engine(network)
    response = engine.posteriors({**fixed, **last})
    assert ways == ["play", "multiply"]
    one_by_one = [engine.posteriors({**fixed, "x399": row}) for row in last["x399"]]
    assert response.log_evidence[0] < math.log(1e-308)
    for row, alone in enumerate(one_by_one):
        assert response.log_evidence[row] == pytest.approx(alone.log_evidence[0], rel=1e-13)
        np.testing.assert_allclose(response.marginals["x200"][row], alone.marginals["x200"][0], atol=1e-12)


def test_a_stream_fills_its_response_once(ways):
    network, _ = published("alarm")
    rng = np.random.default_rng(6)
    engine, names = Engine(network), network.variables[:2]
    constant = {network.variables[5]: rng.random(network.size(network.variables[5]))}

    def part(rows, extra):
        return {**{name: rng.random((rows, network.size(name))) for name in names}, **extra}

    engine.posteriors(part(500, constant))
    engine.posteriors(part(300, constant))
    assert ways == ["play", "multiply", "multiply"]
    other = {network.variables[5]: rng.random(network.size(network.variables[5]))}
    expected = Engine(network).posteriors(question := part(300, other))
    ways.clear()
    assert_same(engine.posteriors(question), expected)
    assert ways == ["play", "multiply"]


def test_evidence_alone_without_targets(snow, always, ways):
    reports = {"traffic": np.random.default_rng(1).random((50, 2))}
    result = Engine(snow).posteriors(reports, targets=())
    assert ways == ["play", "multiply"]
    assert result.marginals == {}
    expected = np.log(reports["traffic"] @ [0.55, 0.45])
    np.testing.assert_allclose(result.log_evidence, expected, atol=1e-14)


def test_tables_and_forcing_that_differ_by_row_go_by_the_tape(ways):
    network, _ = published("alarm")
    rng = np.random.default_rng(7)
    name, other = network.variables[:2]
    likelihoods = {name: rng.random((500, network.size(name)))}
    tables = {other: np.repeat(network.tables[other][..., np.newaxis], 500, axis=-1)}
    engine = Engine(network)
    plain = engine.posteriors(likelihoods)
    assert ways == ["play", "multiply"]
    ways.clear()
    assert_same(engine.posteriors(likelihoods, tables), plain)
    engine.posteriors(likelihoods, do={other: np.arange(500) % 2 - 1})
    assert ways == ["play", "play"]


def test_forcing_another_state_in_each_row_is_looked_up(ways):
    network, _ = published("alarm")
    name = max(network.variables, key=lambda v: len(network.parents[v]))
    states = np.arange(500) % network.size(name)
    engine = Engine(network)
    result = engine.posteriors({}, do={name: states})
    assert ways == ["play", "look_up"]
    for state in range(network.size(name)):
        alone = engine.posteriors({}, do={name: state})
        for v in network.variables:
            np.testing.assert_allclose(result.marginals[v][state], alone.marginals[v][0], atol=1e-13)


def test_too_many_joint_states_are_left_to_the_tape(ways):
    network, _ = published("insurance")
    rng = np.random.default_rng(8)
    names = network.variables[:8]
    assert math.prod(map(network.size, names)) > MOST_JOINT
    rows = 2 * MOST_JOINT
    Engine(network).posteriors({name: rng.random((rows, network.size(name))) for name in names}, targets=names[:1])
    assert ways == ["play"]


@pytest.mark.parametrize("way", ["tape", "response"])
def test_threads_do_not_change_a_bit(way):
    network, _ = published("insurance")
    rng = np.random.default_rng(9)
    names = network.variables[: 2 if way == "response" else 8]
    question = {name: rng.random((3001, network.size(name))) for name in names}
    expected = Engine(network).posteriors(question)
    for threads in (2, 3, 5):
        found = Engine(network, threads=threads).posteriors(question)
        assert found.log_evidence.tobytes() == expected.log_evidence.tobytes()
        for name, marginal in expected.marginals.items():
            assert found.marginals[name].tobytes() == marginal.tobytes()


def test_a_row_observes_a_joint_state_only_when_all_else_is_excluded():
    hot = np.eye(3)[:, [0, 2, 1]]
    assert observed_states([hot, np.eye(2)[:, [1, 1, 0]]]).tolist() == [1, 5, 2]
    for wrong in (np.ones((3, 3)), np.array([[1.0, 0, 0], [1e-300, 1, 0], [0, 0, 1]]), hot * [1, 1, 0]):
        assert observed_states([wrong, np.eye(2)[:, [1, 1, 0]]]) is None
    balanced = np.array([[1.0, 0, 0], [1, 0, 0], [0, 0, 1]])
    assert np.count_nonzero(balanced) == 3
    assert observed_states([balanced]) is None
