"""Briefings of the shipped model, made once for all tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import ROOT
from tocsin.analysis.explain import Explanation, explain
from tocsin.files import load_scenario
from tocsin.model import Model
from tocsin.report.blocks import Briefing
from tocsin.report.compose import compose
from tocsin.report.options import BriefingOptions

SCENARIOS = sorted((ROOT / "scenarios" / "iraq-syria-2024").glob("*.yaml"))


@pytest.fixture(scope="session")
def explained(iraq: Model) -> Explanation:
    return explain(iraq, load_scenario(SCENARIOS[0].with_name("casus-belli.yaml"), iraq.records))


@pytest.fixture(scope="session")
def full(explained: Explanation) -> Briefing:
    return compose(explained, BriefingOptions(marking="TLP:AMBER+STRICT"))


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch, shipped: Path) -> Path:
    monkeypatch.chdir(shipped)
    return shipped
