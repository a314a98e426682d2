"""Against pgmpy and pyAgrum on published networks, and values printed in books and papers."""

import warnings

import numpy as np
import pytest

from tests.inference.conftest import published
from tocsin.inference import Engine
from tocsin.network import Network

NETWORKS = ["asia", "alarm", "insurance", "hailfinder"]


def questions(network, rows):
    """Hard, virtual and mixed evidence on up to five variables, each row with the same ones."""
    rng = np.random.default_rng(2024)
    names = [network.variables[k] for k in rng.choice(len(network.variables), 5, replace=False)]
    virtual = {name: rng.uniform(0.05, 1, (rows, network.size(name))) for name in names}
    # States drawn from the network itself, so that hard evidence is possible.
    seen = sampled(network, rng, rows)
    hard = {name: np.eye(network.size(name))[seen[name]] for name in names}
    mixed = {name: (hard if number % 2 else virtual)[name] for number, name in enumerate(names)}
    return {"hard": hard, "virtual": virtual, "mixed": mixed}


def sampled(network, rng, rows):
    states = {}
    for name in network.order:
        columns = network.tables[name][(slice(None), *(states[parent] for parent in network.parents[name]))]
        columns = np.broadcast_to(columns.reshape(network.size(name), -1), (network.size(name), rows))
        states[name] = (columns.cumsum(axis=0) < rng.random(rows)).sum(axis=0).clip(max=network.size(name) - 1)
    return states


@pytest.mark.parametrize("algorithm", ["ShaferShenoyInference", "LazyPropagation"])
@pytest.mark.parametrize("name", NETWORKS)
def test_equals_pyagrum(name, algorithm):
    gum = pytest.importorskip("pyagrum")
    network, _ = published(name)
    engine = Engine(network)
    other = in_pyagrum(gum, network)
    for evidence in questions(network, rows=3).values():
        result = engine.posteriors(evidence)
        for row in range(3):
            inference = getattr(gum, algorithm)(other)
            for variable, likelihood in evidence.items():
                inference.addEvidence(variable, likelihood[row].tolist())
            inference.makeInference()
            for variable in network.variables:
                np.testing.assert_allclose(
                    result.marginals[variable][row], inference.posterior(variable).toarray(), atol=1e-12, rtol=0
                )


def in_pyagrum(gum, network):
    model = gum.BayesNet()
    for name in network.variables:
        model.add(gum.LabelizedVariable(name, name, list(network.states[name])))
    for name, parents in network.parents.items():
        for parent in parents:
            model.addArc(parent, name)
    for name in network.variables:
        axes = (name, *network.parents[name])
        order = [axes.index(axis) for axis in reversed(model.cpt(name).names)]
        model.cpt(name)[:] = np.ascontiguousarray(network.tables[name].transpose(order))
    return model


@pytest.mark.parametrize("name", NETWORKS)
def test_equals_pgmpy(name):
    network, model = published(name)
    targets = network.variables[:4]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pgmpy.factors.discrete import TabularCPD
        from pgmpy.inference import VariableElimination

        for evidence in questions(network, rows=1).values():
            result = Engine(network).posteriors(evidence, targets=targets)
            virtual = [
                TabularCPD(v, network.size(v), likelihood.T, state_names={v: list(network.states[v])})
                for v, likelihood in evidence.items()
            ]
            for target in targets:
                factor = VariableElimination(model).query([target], virtual_evidence=virtual, show_progress=False)
                expected = [factor.get_value(**{target: state}) for state in network.states[target]]
                np.testing.assert_allclose(result.marginals[target][0], expected, atol=1e-10, rtol=0)


@pytest.mark.parametrize("name", ["asia", "alarm"])
def test_do_equals_pyagrum_after_surgery(name):
    gum = pytest.importorskip("pyagrum")
    network, _ = published(name)
    forced = max(network.variables, key=lambda v: len(network.parents[v]))
    evidence = {v: likelihood for v, likelihood in questions(network, 1)["virtual"].items() if v != forced}
    result = Engine(network).posteriors(evidence, do={forced: 1})
    model = in_pyagrum(gum, network)
    for parent in network.parents[forced]:
        model.eraseArc(parent, forced)
    model.cpt(forced)[:] = np.eye(network.size(forced))[1]
    inference = gum.LazyPropagation(model)
    for variable, likelihood in evidence.items():
        inference.addEvidence(variable, likelihood[0].tolist())
    inference.makeInference()
    for variable in network.variables:
        np.testing.assert_allclose(
            result.marginals[variable][0], inference.posterior(variable).toarray(), atol=1e-12, rtol=0
        )


def test_asia_as_printed():
    """Lung cancer 5.5 %, after an abnormal X-ray, after a visit to Asia too (Lauritzen & Spiegelhalter 1988)."""
    network, _ = published("asia")
    yes = {name: network.states[name].index("yes") for name in network.variables}
    rows = {"xray": np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]]), "asia": np.ones((3, 2))}
    rows["xray"][1:, yes["xray"]] = 1
    rows["asia"][2] = np.eye(2)[yes["asia"]]
    lung = Engine(network).posteriors(rows).marginals["lung"][:, yes["lung"]]
    np.testing.assert_allclose(lung, [0.055, 0.48871144, 0.3714872], atol=5e-8, rtol=0)


def test_sprinkler_as_printed():
    """Pearl's sprinkler (2009; tables of Russell & Norvig): P(wet) = .6471, P(rain | sprinkler, not wet) = .04109589."""
    yes_no = ("yes", "no")
    sprinkler = np.array([[0.1, 0.5], [0.9, 0.5]])
    rain = np.array([[0.8, 0.2], [0.2, 0.8]])
    wet = np.array([[0.99, 0.9], [0.9, 0.0]])
    network = Network(
        ("cloudy", "sprinkler", "rain", "wet"),
        dict.fromkeys(("cloudy", "sprinkler", "rain", "wet"), yes_no),
        {"cloudy": (), "sprinkler": ("cloudy",), "rain": ("cloudy",), "wet": ("sprinkler", "rain")},
        {"cloudy": np.array([0.5, 0.5]), "sprinkler": sprinkler, "rain": rain, "wet": np.stack([wet, 1 - wet])},
    )
    engine = Engine(network)
    assert engine.posteriors({}).marginals["wet"][0, 0] == pytest.approx(0.6471, abs=1e-12)
    seen = engine.posteriors({"sprinkler": [1, 0], "wet": [0, 1]})
    assert seen.marginals["rain"][0, 0] == pytest.approx(0.04109589, abs=5e-9)
    assert engine.posteriors({}, do={"wet": 1}).marginals["rain"][0, 0] == pytest.approx(0.5, abs=1e-12)


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ({"traffic": [0.3, 0.7]}, [0.45, 0.58, 0.34375, 0.61625]),
        ({"traffic": [0.3, 0.7], "risk": [0.7, 0.3]}, [0.52443609, 0.76315789, 0.32730263, 0.66480263]),
    ],
)
def test_reports_on_the_snow_net(snow, reports, expected):
    """Reported and believed evidence on the Snow net (after Mrad et al. 2015)."""
    marginals = Engine(snow).posteriors(reports).marginals
    found = [marginals[name][0, 0] for name in ("snow", "risk", "traffic", "late")]
    np.testing.assert_allclose(found, expected, atol=5e-9, rtol=0)
