"""Ten problems from books with the values that the books have, and these and a hundred random ones in pyAgrum."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from tests.choices.conftest import start
from tests.choices.diagrams import Diagram
from tests.conftest import HEAD, SPEAKERS
from tocsin.choices.comparison import compare_options
from tocsin.choices.information import worth_of_knowing
from tocsin.choices.plans import plan
from tocsin.files import yaml12
from tocsin.files.choice_files import choice_of
from tocsin.model import open_model

FILES = sorted((Path(__file__).parent.parent / "data" / "choices").glob("*.yaml"))
TRIES = 10
"""Random models, and random choices on each."""


def opened(folder, variables):
    """A model of these variables alone."""
    name, first = next(iter(variables.items()))
    folder.mkdir()
    head = yaml.safe_load(HEAD) | {"as_of": "2024-12-01", "horizon": {"from": "2024-12-02", "to": "2024-12-31"}}
    content = head | {"variables": variables, "outcomes": [{"title": "T", "events": {name: first["states"][-1]}}]}
    (folder / "model.yaml").write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    said = (
        f"{SPEAKERS}  - {{id: S1, speaker: ann, source: paper, where: p, claim: c, credibility: 3, context: [{name}]}}"
    )
    (folder / "statements.yaml").write_text(said, "utf-8")
    return open_model(folder, draws=2)


@pytest.fixture(params=FILES, ids=lambda file: file.stem)
def problem(request, tmp_path):
    content = yaml12.read(request.param).value
    model = opened(tmp_path / "m", content["variables"])
    choice = choice_of({"choice": "t", "model": model.name, **content["choice"]}, model.records, "t")
    return model, choice, content["known"]


def test_the_books_have_these_values(problem):
    model, choice, known = problem
    options = {option.option: -option.loss for option in compare_options(model, start(model), choice).options}
    assert {name: options[name] for name in known.get("gain", {})} == pytest.approx(known.get("gain", {}))
    worth = {found.variable: found.perfect.worth for found in worth_of_knowing(model, start(model), choice).variables}
    assert {name: worth[name] for name in known.get("perfect", {})} == pytest.approx(known.get("perfect", {}))
    if "plan" in known:
        planned = plan(model, start(model), choice)
        assert {step.first: -step.loss for step in planned.steps} == pytest.approx(known["plan"])
        chances = {step.first: step.chances for step in planned.steps}
        for first, reports in known.get("reports", {}).items():
            assert chances[first] == pytest.approx(reports)


def test_they_are_equal_in_pyagrum(problem):
    model, choice, _ = problem
    if choice.first:
        steps = {step.first: -step.loss for step in plan(model, start(model), choice).steps}
        diagram = Diagram(model, choice)
        assert steps == pytest.approx({first: diagram.value(first=first) for first in choice.first}, abs=1e-9)
    require_equal(model, choice.model_copy(update={"first": {}}))


def test_a_hundred_random_problems_are_equal_in_pyagrum(tmp_path):
    random = np.random.default_rng(20241201)
    for number in range(TRIES):
        variables = random_variables(random)
        model = opened(tmp_path / f"m{number}", variables)
        for _ in range(TRIES):
            content = {"choice": "t", "model": model.name, "whose": "us", **random_choice(random, variables)}
            require_equal(model, choice_of(content, model.records, "t"))


def require_equal(model, choice):
    """Every option, and what it is worth to see each variable or to have a report on it."""
    found, diagram = compare_options(model, start(model), choice), Diagram(model, choice)
    for option in found.options:
        assert -option.loss == pytest.approx(diagram.value(option=option.option), abs=1e-9)
    known, best = worth_of_knowing(model, start(model), choice, "C3"), diagram.value()
    for knowledge in known.variables:
        perfect = Diagram(model, choice, knowledge.variable).value() - best
        assert knowledge.perfect.worth == pytest.approx(perfect, abs=1e-9)
        assert 0 <= knowledge.report.worth <= knowledge.perfect.worth + 1e-12
    if known.variables:
        first = known.variables[0]
        report = Diagram(model, choice, first.variable, "C3").value() - best
        assert first.report.worth == pytest.approx(report, abs=1e-9)


def random_variables(random):
    names = ["a", "b", "c", "d", "e"]
    variables = {}
    for place, name in enumerate(names):
        states = ["x", "y", "z"][: random.integers(2, 4)]
        parents = [parent for parent in names[:place] if random.random() < 0.5][:2]
        about = {"title": name.upper(), "question": "Q?", "states": states, "role": "driver", "parents": parents}
        if parents:
            given = [{}]
            for parent in parents:
                given = [{**held, parent: state} for held in given for state in variables[parent]["states"]]
            rows = [{"given": held, **chances(random, states)} for held in given]
            variables[name] = about | {"table": {"family": "table", "rows": rows}}
        else:
            variables[name] = about | {"table": {"family": "prior", **chances(random, states)}}
    return variables


def chances(random, states):
    shares = random.dirichlet(np.ones(len(states)))
    return {"chances": dict(zip(states, map(float, shares), strict=True)), "because": "random"}


def random_choice(random, variables):
    names = [*variables]

    def states_of(most):
        taken = random.choice(names, size=random.integers(1, most + 1), replace=False)
        return {str(name): str(random.choice(variables[name]["states"])) for name in taken}

    def amount():
        return {"value": round(float(random.uniform(0, 2)), 3), "because": "random"}

    options = {"wait": {}} | {
        f"o{number}": {
            "forced": states_of(2),
            "cost": {"value": round(float(random.uniform(0, 1)), 3), "because": "random"},
        }
        for number in range(random.integers(1, 4))
    }
    stakes = [{"when": states_of(2), random.choice(["loss", "gain"]): amount()} for _ in range(random.integers(2, 5))]
    return {"options": options, "stakes": stakes}
