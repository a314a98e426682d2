"""Briefings of the shipped model, made once for all tests."""

import pytest

from tests.conftest import ROOT
from tocsin.analysis.explain import explain
from tocsin.files import load_scenario
from tocsin.render.files import FORMATS, render
from tocsin.report.compose import compose
from tocsin.report.record import BriefingOptions

SCENARIOS = sorted((ROOT / "scenarios" / "iraq-syria-2024").glob("*.yaml"))


@pytest.fixture(scope="session")
def explained(iraq):
    return explain(iraq, load_scenario(SCENARIOS[0].with_name("casus-belli.yaml"), iraq.records))


@pytest.fixture(scope="session")
def full(explained):
    return compose(explained, BriefingOptions(marking="TLP:AMBER+STRICT"))


@pytest.fixture(scope="session")
def made(full):
    return {form: render(full, form) for form in FORMATS}
