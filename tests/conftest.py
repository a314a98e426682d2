"""For all tests: a small model in files of its own, the shipped one, models and scenarios from a few lines of text."""

import os
import shutil
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from tocsin.cli.main import main
from tocsin.files import places
from tocsin.files.validation import validate
from tocsin.files.yaml12 import parse
from tocsin.model import open_model
from tocsin.records import Scenario

settings.register_profile(
    "house",
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("house")

ROOT = Path(__file__).parent.parent
SMALL = Path(__file__).parent / "data" / "small"
IRAQ = ROOT / "models" / "iraq-syria-2024"
DAM = ROOT / "models" / "marl-dam-2025"
HEAD = """seed: 20241201
model: tiny
title: A model with closed forms
description: For tests.
as_of: 2024-12-01
horizon: {from: 2024-12-02, to: 2024-12-31}
"""
SPEAKERS = """
sources: {paper: {title: A paper, publisher: A press, published: 2024-12-01}}
speakers:
  ann: {name: Ann, role: forecaster, reliability: A, incentive: none}
  bob: {name: Bob, role: forecaster, reliability: C, incentive: none}
statements:
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config):
    """The whole suite runs on up to four cores; tests that are named run in this process, where they can be debugged."""
    if config.args_source is pytest.Config.ArgsSource.ARGS:
        return 0
    return min(os.cpu_count() or 1, 4)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Files with slow tests come first: one that began last would run on while other cores have nothing left to do."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def call(*arguments, expect=0):
    """What a command comes to, given the status that it is expected to end in."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == expect, result.output + repr(result.exception)
    assert "Traceback" not in result.output
    return result


@cache
def shipped_model():
    """The shipped model, opened once in a process: models are never changed, what changes one gives another."""
    return open_model(IRAQ)


def written_scenario(model, text=""):
    """A scenario from the lines that matter."""
    made, problems = validate(Scenario, parse(f"scenario: t\ntitle: T\nmodel: {model.name}\n{text}\n", "t"))
    assert made is not None, problems
    return made


@pytest.fixture(scope="session")
def shipped(tmp_path_factory):
    """A working folder with all of the shipped model and of no other."""
    folder = tmp_path_factory.mktemp("shipped")
    for kind in ("models", "scenarios", "choices"):
        shutil.copytree(ROOT / kind / IRAQ.name, folder / kind / IRAQ.name)
    (folder / "ledger").mkdir()
    shutil.copy(ROOT / "ledger" / f"{IRAQ.name}.jsonl", folder / "ledger")
    return folder


@pytest.fixture
def at_root(monkeypatch, shipped):
    monkeypatch.chdir(shipped)
    return shipped


@pytest.fixture(scope="session")
def iraq():
    return shipped_model()


@pytest.fixture
def no_example(monkeypatch):
    """Tocsin without the example, so that only the models count that the test puts somewhere."""
    monkeypatch.setattr(places, "EXAMPLE", None)


@pytest.fixture
def small(tmp_path):
    """A copy of the small model that a test may spoil."""
    return shutil.copytree(SMALL, tmp_path / "models" / "small")


@pytest.fixture
def tiny(tmp_path):
    """A model from the text of its variables and outcomes, and of its statements; the first variable if none is asked."""

    def make(variables, statements):
        folder = tmp_path / "tiny"
        folder.mkdir(exist_ok=True)
        if "outcomes:" not in variables and "tail_risks:" not in variables:
            name, first = next(iter(parse(variables, "t").value["variables"].items()))
            variables += f"\noutcomes: [{{title: T, events: {{{name}: '{first['states'][-1]}'}}}}]\n"
        (folder / "model.yaml").write_text(HEAD + variables, "utf-8")
        (folder / "statements.yaml").write_text(SPEAKERS + statements, "utf-8")
        return open_model(folder)

    return make
