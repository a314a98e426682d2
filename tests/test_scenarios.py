"""Every scenario in `scenarios/` meets its own `expected:`; those of the shipped models have one."""

from functools import lru_cache

import pytest

from tests.conftest import DAM, IRAQ, ROOT
from tocsin.assessment import assess
from tocsin.files import load_scenario
from tocsin.model import open_model

FILES = sorted((ROOT / "scenarios").glob("*/*.yaml"))


@lru_cache
def model(name):
    return open_model(ROOT / "models" / name)


def scenario(file):
    return load_scenario(file, model(file.parent.name).records)


@pytest.mark.parametrize("file", FILES, ids=[f"{file.parent.name}/{file.stem}" for file in FILES])
def test_a_scenario_meets_its_expectations(file):
    asked = scenario(file)
    answer = assess(model(file.parent.name), asked)
    assert asked.scenario == file.stem
    missed = {
        f"{name} = {state}": (answer.variables[name][state].p, low, high)
        for name, states in asked.expected.items()
        for state, (low, high) in states.items()
        if not low <= answer.variables[name][state].p <= high
    }
    assert not missed


@pytest.mark.parametrize(("name", "least"), [(IRAQ.name, 10), (DAM.name, 4)])
def test_each_shipped_model_has_its_scenarios_and_each_moves_something(name, least):
    answers = {}
    for file in (file for file in FILES if file.parent.name == name):
        asked = scenario(file)
        assert asked.expected, f"{file} does not say what it expects"
        answers[asked.scenario] = tuple(round(outcome.p, 6) for outcome in assess(model(name), asked).outcomes.values())
    assert len(answers) >= least
    assert len(set(answers.values())) == len(answers)
