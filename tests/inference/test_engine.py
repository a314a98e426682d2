import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.inference.conftest import enumerated, random_network, random_table
from tocsin.errors import BadNetwork, BadQuery, UnknownVariable, WrongShape
from tocsin.inference import Engine, workspace
from tocsin.network import Network


def chain(length):
    names = tuple(f"x{number}" for number in range(length))
    step = np.array([[0.9, 0.2], [0.1, 0.8]])
    return Network(
        names,
        dict.fromkeys(names, ("a", "b")),
        {name: names[number - 1 : number] if number else () for number, name in enumerate(names)},
        {name: step if number else np.array([0.3, 0.7]) for number, name in enumerate(names)},
    )


def copies():
    """A cause that is certain, and three copies of it."""
    effects = dict.fromkeys("xyz", np.eye(2))
    parents = {"cause": (), **dict.fromkeys(effects, ("cause",))}
    states = dict.fromkeys(parents, ("a", "b"))
    return Network(tuple(parents), states, parents, {"cause": np.array([0.0, 1.0]), **effects})


def random_query(rng, network, rows):
    """Inputs in every permitted form, and the same spelled out for each row."""

    def some(share):
        return [name for name in network.variables if rng.random() < share]

    likelihoods, tables, do = {}, {}, {}
    spelled = [({}, {}, {}) for _ in range(rows)]
    for name in some(0.5):
        form = rng.choice(["all", "one", "flat"])
        scale = rng.choice([1.0, 1e-300, 1e200])
        values = rng.choice([0.0, 0.25, 0.5, 1.0], size=(rows if form == "all" else 1, network.size(name))) * scale
        likelihoods[name] = values[0] if form == "flat" else values
        for row in range(rows):
            spelled[row][0][name] = values[row % len(values)]
    for name in some(0.3):
        count = rows if rng.random() < 0.7 else 1
        tables[name] = np.stack([random_table(rng, network.shape(name)) for _ in range(count)], axis=-1)
        for row in range(rows):
            spelled[row][1][name] = tables[name][..., row % count]
    for name in some(0.25):
        form = rng.choice(["rows", "scalar", "full"])
        low = -1 if form == "rows" else 0
        states = rng.integers(low, network.size(name), size=1 if form == "scalar" else rows)
        do[name] = int(states[0]) if form == "scalar" else states
        for row in range(rows):
            if (state := int(states[row % len(states)])) >= 0:
                spelled[row][2][name] = state
    return likelihoods, tables, do, spelled


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 6), rows=st.integers(1, 4))
@example(seed=825463, count=4, rows=2)  # arrays without axes once became numbers
def test_equals_enumeration(seed, count, rows):
    rng = np.random.default_rng(seed)
    network = random_network(rng, count)
    likelihoods, tables, do, spelled = random_query(rng, network, rows)
    targets = None if rng.random() < 0.5 else [name for name in network.variables if rng.random() < 0.5]
    result = Engine(network).posteriors(likelihoods, tables, do, targets)
    assert set(result.marginals) == set(network.variables if targets is None else targets)
    for row in range(len(result.log_evidence)):
        marginals, log_evidence = enumerated(network, *spelled[row])
        assert result.log_evidence[row] == pytest.approx(log_evidence, abs=1e-10, rel=1e-12)
        for name, found in result.marginals.items():
            np.testing.assert_allclose(found[row], marginals[name], atol=1e-12, rtol=0)


@pytest.mark.parametrize("varying", ["none", "one", "all", "tables"])
def test_larger_networks_with_several_cliques(varying):
    rng = np.random.default_rng(5)
    network = random_network(rng, 9, most_states=3, most_parents=4)
    leaf, *others = network.order[::-1]
    likelihoods = {name: rng.random((1, network.size(name))) for name in others[:4]}
    tables = {}
    if varying == "one":
        likelihoods[leaf] = rng.random((3, network.size(leaf)))
    elif varying == "all":
        likelihoods = {name: rng.random((3, network.size(name))) for name in network.variables}
    elif varying == "tables":
        tables = {name: np.stack([table] * 3, axis=-1) for name, table in network.tables.items()}
    result = Engine(network).posteriors(likelihoods, tables)
    for row in range(len(result.log_evidence)):
        marginals, log_evidence = enumerated(
            network, {name: values[row % len(values)] for name, values in likelihoods.items()}, {}, {}
        )
        assert result.log_evidence[row] == pytest.approx(log_evidence, abs=1e-12)
        for name, found in result.marginals.items():
            np.testing.assert_allclose(found[row], marginals[name], atol=1e-12, rtol=0)


def test_shapes_and_normalisation(snow):
    result = Engine(snow).posteriors({"traffic": np.array([[0.3, 0.7], [1, 0], [1, 1]])}, targets=["late", "snow"])
    assert list(result.marginals) == ["snow", "late"]
    assert result.marginals["late"].shape == (3, 2)
    assert result.log_evidence.shape == (3,)
    np.testing.assert_allclose(result.marginals["late"].sum(axis=1), 1, atol=1e-15)
    assert result.log_evidence[2] == pytest.approx(0, abs=1e-15)


def test_nothing_known_gives_one_row_of_priors_and_no_rows_none(snow):
    result = Engine(snow).posteriors({})
    np.testing.assert_allclose(result.marginals["risk"], [[0.56, 0.44]], atol=1e-15)
    np.testing.assert_allclose(result.log_evidence, [0], atol=1e-15)
    result = Engine(snow).posteriors({"traffic": np.ones((0, 2))}, do={"snow": 1})
    assert result.marginals["late"].shape == (0, 2)
    assert result.log_evidence.shape == (0,)


@pytest.mark.parametrize("rows", [1, 2, 1023, 1024, 1025, 2500])
def test_a_row_does_not_depend_on_its_block(rows):
    rng = np.random.default_rng(11)
    network = random_network(rng, 12)
    engine = Engine(network)
    names = network.variables[::2]
    likelihoods = {name: rng.random((rows, network.size(name))) for name in names}
    table_of = network.variables[1]
    tables = {table_of: np.repeat(network.tables[table_of][..., np.newaxis], rows, axis=-1)}
    together = engine.posteriors(likelihoods, tables)
    for row in {0, 1, rows // 2, rows - 2, rows - 1} & set(range(rows)):
        alone = engine.posteriors(
            {name: values[row] for name, values in likelihoods.items()},
            {name: values[..., row : row + 1] for name, values in tables.items()},
        )
        assert together.log_evidence[row] == pytest.approx(alone.log_evidence[0], abs=1e-12)
        for name in network.variables:
            np.testing.assert_allclose(together.marginals[name][row], alone.marginals[name][0], atol=1e-13, rtol=0)


def test_small_cache_means_small_blocks_and_the_same_numbers():
    rng = np.random.default_rng(12)
    network = random_network(rng, 10)
    likelihoods = {name: rng.random((700, network.size(name))) for name in network.variables[:3]}
    whole, parts = Engine(network).posteriors(likelihoods), Engine(network, cache_bytes=1).posteriors(likelihoods)
    for name in network.variables:
        np.testing.assert_allclose(parts.marginals[name], whole.marginals[name], atol=1e-13, rtol=0)


def test_impossible_rows_are_nan_and_spare_the_others(snow):
    certain = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    result = Engine(snow).posteriors({"snow": certain}, do={"risk": np.array([-1, -1, 1])})
    assert np.isneginf(result.log_evidence).tolist() == [False, True, False]
    assert np.isnan(result.marginals["late"]).all(axis=1).tolist() == [False, True, False]
    np.testing.assert_allclose(result.marginals["risk"][[0, 2]], [[0.8, 0.2], [0, 1]], atol=1e-15)


def test_likelihood_on_a_forced_variable(snow):
    engine = Engine(snow)
    plain = engine.posteriors({"late": [0.2, 0.9]}, do={"risk": 0})
    with_report = engine.posteriors({"late": [0.2, 0.9], "risk": [0.25, 1.0]}, do={"risk": 0})
    np.testing.assert_allclose(with_report.marginals["snow"], plain.marginals["snow"], atol=1e-15)
    assert with_report.log_evidence[0] - plain.log_evidence[0] == pytest.approx(math.log(0.25))
    against = engine.posteriors({"risk": [0.0, 1.0]}, do={"risk": 0})
    assert np.isneginf(against.log_evidence).all()


def test_log_evidence_keeps_the_scale_of_likelihoods():
    network = chain(300)
    tiny = np.array([1e-300, 2e-300])
    scaled = Engine(network).posteriors({name: np.array([0.5, 1.0]) for name in network.variables})
    result = Engine(network).posteriors(dict.fromkeys(network.variables, tiny))
    expected = scaled.log_evidence[0] + 300 * math.log(2e-300)
    assert result.log_evidence[0] == pytest.approx(expected, rel=1e-13)
    np.testing.assert_allclose(result.marginals["x150"], scaled.marginals["x150"], atol=1e-12)


def test_evidence_too_unlikely_for_a_float():
    """A chain of 400 whose every step is the unlikely one: by the forward algorithm in logarithms."""
    network = chain(400)
    rare = np.array([[1e-9, 1.0], [1.0, 1e-9]])
    likelihoods = {name: rare[number % 2] for number, name in enumerate(network.variables)}
    message, log = network.tables["x0"] * likelihoods["x0"], 0.0
    for name in network.variables[1:]:
        message = likelihoods[name] * (network.tables[name] @ message)
        log += math.log(message.sum())
        message = message / message.sum()
    assert log < math.log(1e-308)
    batch = {name: np.stack([values, np.ones(2)]) for name, values in likelihoods.items()}
    engine = Engine(network)
    result = engine.posteriors(batch)
    again = engine.posteriors(batch, targets=network.variables)
    np.testing.assert_array_equal(again.log_evidence, result.log_evidence)
    assert result.log_evidence[0] == pytest.approx(log, rel=1e-12)
    assert result.log_evidence[1] == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(result.marginals["x399"][0], message, atol=1e-12)


def test_three_reports_nearly_exclude_what_is_certain():
    result = Engine(copies()).posteriors({name: [1.0, 1e-110] for name in "xyz"})
    assert result.log_evidence[0] == pytest.approx(3 * math.log(1e-110), rel=1e-13)
    np.testing.assert_array_equal(result.marginals["x"], [[0, 1]])


def test_a_long_chain_needs_no_recursion():
    network = chain(1500)
    result = Engine(network).posteriors({"x1499": [1.0, 0.0]}, targets=["x0"])
    assert result.marginals["x0"].shape == (1, 2)


def test_columns_rounded_as_in_published_files_are_read_as_summing_to_one(snow):
    rounded = {**snow.tables, "snow": np.array([0.4, 0.6 + 5e-7])}
    network = Network(snow.variables, snow.states, snow.parents, rounded)
    for nothing in ({}, {"late": [1.0, 1.0]}):
        assert Engine(network).posteriors(nothing).log_evidence[0] == pytest.approx(0, abs=1e-15)


def test_threads_share_an_engine():
    rng = np.random.default_rng(8)
    network = random_network(rng, 12)
    engine = Engine(network)
    questions = [{name: rng.random((3000, network.size(name))) for name in network.variables[:4]} for _ in range(40)]
    expected = [Engine(network).posteriors(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(engine.posteriors, questions))
    for answer, right in zip(answers, expected, strict=True):
        np.testing.assert_array_equal(answer.log_evidence, right.log_evidence)


def test_inputs_are_left_alone(snow):
    traffic = np.array([[3.0, 7.0]])
    table = snow.tables["risk"][..., np.newaxis].copy()
    do = np.array([0])
    Engine(snow).posteriors({"traffic": traffic}, {"risk": table}, {"snow": do})
    assert traffic.tolist() == [[3.0, 7.0]]
    np.testing.assert_array_equal(table[..., 0], snow.tables["risk"])
    assert do.tolist() == [0]


def test_results_do_not_change_with_the_next_call(snow):
    engine = Engine(snow)
    first = engine.posteriors({"traffic": [[0.3, 0.7]]})
    before = first.marginals["late"].copy()
    engine.posteriors({"traffic": [[0.9, 0.1]]})
    np.testing.assert_array_equal(first.marginals["late"], before)


def test_with_tables_keeps_the_plan(snow):
    engine = Engine(snow)
    other = Network(snow.variables, snow.states, snow.parents, {**snow.tables, "snow": np.array([0.1, 0.9])})
    changed = engine.with_tables(other)
    assert changed.cost is engine.cost
    np.testing.assert_allclose(changed.posteriors({}).marginals["snow"], [[0.1, 0.9]])
    np.testing.assert_allclose(engine.posteriors({}).marginals["snow"], [[0.4, 0.6]])
    with pytest.raises(BadNetwork, match="only the tables may differ"):
        engine.with_tables(chain(4))


def test_engines_of_one_plan_share_their_working_memory(snow, monkeypatch):
    monkeypatch.setattr(workspace, "MOST_ITEMS", 2)
    engine = Engine(snow)
    held = []
    for p in np.linspace(0.1, 0.9, 9):
        tables = {**snow.tables, "snow": np.array([p, 1 - p])}
        held.append(engine.with_tables(Network(snow.variables, snow.states, snow.parents, tables)))
        np.testing.assert_allclose(held[-1].posteriors({}).marginals["snow"], [[p, 1 - p]])
    mine = {id(one._idle) for one in held}
    assert mine == {id(engine._idle)}
    assert len(engine._idle._items) == 2


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"likelihoods": {"snwo": [1, 0]}}, UnknownVariable, "did you mean 'snow'"),
        ({"likelihoods": {"snow": [1, 0, 0]}}, WrongShape, r"snow: likelihood has shape \(3,\), not \(rows, 2\)"),
        ({"likelihoods": {"snow": [[[1, 0]]]}}, WrongShape, "snow"),
        ({"likelihoods": {"snow": [-1, 0]}}, BadQuery, "snow: a likelihood holds only finite"),
        ({"likelihoods": {"risk": [1, 0], "snow": [math.nan, 0]}}, BadQuery, "snow"),
        ({"likelihoods": {"snow": [math.inf, 0]}}, BadQuery, "snow"),
        ({"likelihoods": {"snow": np.ones((3, 2)), "late": np.ones((4, 2))}}, WrongShape, "late: .* 4 .* snow: .* 3"),
        ({"likelihoods": {}, "tables": {"risk": np.ones((2, 2))}}, WrongShape, r"risk: table has shape \(2, 2\)"),
        ({"likelihoods": {}, "tables": {"risk": np.ones((2, 2, 5))}}, BadQuery, "risk: .* sum to 1"),
        ({"likelihoods": {}, "tables": {"risk": np.full((2, 2, 5), math.nan)}}, BadQuery, "risk"),
        ({"likelihoods": {}, "do": {"risk": 2}}, BadQuery, "risk: do must hold positions of states, 0 to 1"),
        ({"likelihoods": {}, "do": {"risk": [0.5]}}, BadQuery, "risk"),
        ({"likelihoods": {}, "do": {"risk": [[0]]}}, WrongShape, "risk"),
        ({"likelihoods": {"snow": np.ones((3, 2))}, "do": {"risk": [0, 1]}}, WrongShape, "risk"),
        ({"likelihoods": {}, "targets": ["lat"]}, UnknownVariable, "did you mean 'late'"),
    ],
)
def test_wrong_questions_are_refused(snow, arguments, error, message):
    with pytest.raises(error, match=message):
        Engine(snow).posteriors(**arguments)
