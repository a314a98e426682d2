"""Every scenario in `scenarios/` meets its own `expected:`; those of the shipped model have one."""

from functools import lru_cache

import pytest

from tests.conftest import IRAQ, ROOT
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


def test_the_shipped_model_has_ten_scenarios_and_each_moves_something():
    answers = {}
    for file in FILES:
        if file.parent.name != IRAQ.name:
            continue
        asked = scenario(file)
        assert asked.expected, f"{file} does not say what it expects"
        answer = assess(model(file.parent.name), asked)
        answers[asked.scenario] = tuple(round(outcome.p, 6) for outcome in answer.outcomes.values())
    assert len(answers) >= 10
    assert len(set(answers.values())) == len(answers)
