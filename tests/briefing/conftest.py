"""Briefings of the shipped model, made once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tocsin.analysis.explain import Explanation, explain
from tocsin.briefing import Briefing, Order, compose
from tocsin.files import load_scenario
from tocsin.model import Model

SCENARIOS = sorted((ROOT / "scenarios" / "iraq-syria-2024").glob("*.yaml"))


@pytest.fixture(scope="session")
def explained(iraq: Model) -> Explanation:
    return explain(iraq, load_scenario(SCENARIOS[0].with_name("casus-belli.yaml"), iraq.records))


@pytest.fixture(scope="session")
def full(explained: Explanation) -> Briefing:
    return compose(explained, Order(marking="TLP:AMBER+STRICT"))


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch, shipped: Path) -> Path:
    monkeypatch.chdir(shipped)
    return shipped
