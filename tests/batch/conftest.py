import pytest

from tests.conftest import ROOT, SMALL
from tocsin.files import load_scenario
from tocsin.model import open_model
from tocsin.records import Scenario

SWEEPS = ROOT / "scenarios" / "iraq-syria-2024" / "sweeps"


@pytest.fixture(scope="session")
def tiny():
    """The small model with few draws."""
    return open_model(SMALL, draws=64)


def baseline(model):
    return Scenario(scenario="baseline", title="Baseline", model=model.name)


def written(model, folder, text):
    path = folder / "base.yaml"
    path.write_text(f"scenario: base\ntitle: Base\nmodel: {model.name}\n{text}", "utf-8")
    return load_scenario(path, model.records)
