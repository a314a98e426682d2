"""`tocsin init`: a model to begin with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import call
from tocsin.files import load_model, load_scenario
from tocsin.model import open_model
from tocsin.report.remarks import remarks


@pytest.fixture(autouse=True)
def empty(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_HOME", raising=False)
    return tmp_path


def test_what_it_makes_passes_the_check_and_answers(empty):
    made = call("init", "fair").output.splitlines()
    files = ["models/fair/model.yaml", "models/fair/statements.yaml", "scenarios/fair/baseline.yaml"]
    assert made == [*files, "Next: tocsin check fair, then tocsin assess --model fair"]
    assert sorted(str(path.relative_to(empty)) for path in empty.rglob("*.yaml")) == files
    assert all(
        "NAME" not in line.partition("#")[0] for file in files for line in Path(file).read_text("utf-8").split("\n")
    )
    shown = call("check", "fair")
    assert "2 judgements" in shown.output
    assert "1 scenario" in shown.output
    assert shown.stderr == ""
    assert "As things stand" in call("assess", "baseline").output


def test_nothing_in_it_is_to_be_looked_at_twice_and_its_comments_hold():
    call("init", "fair")
    model = open_model("models/fair")
    assert remarks(model, [load_scenario("scenarios/fair/baseline.yaml", model.records)]) == ()
    path = Path("scenarios", "fair", "baseline.yaml")
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"^# (?=evidence:|expected:|  )", "", text, flags=re.MULTILINE), "utf-8")
    assert path.read_text("utf-8").count("\n#") == 1
    call("check")
    scenario = load_scenario(path, load_model("models/fair"))
    assert scenario.evidence
    assert scenario.expected


@pytest.mark.parametrize("there", ["models/fair", "scenarios/fair"])
def test_what_exists_is_left_alone(there, empty):
    Path(there).mkdir(parents=True)
    assert call("init", "fair", expect=1).stderr == f"{there}: exists; choose another name\n"
    assert list(empty.rglob("*.yaml")) == []


@pytest.mark.parametrize("name", ["a/b", "..", "", "a b", "x" * 81])
def test_a_name_that_is_none_is_refused(name, empty):
    assert call("init", "--", name, expect=1).stderr.startswith("NAME: ")
    assert list(empty.iterdir()) == []


@pytest.mark.parametrize("name", ["2024", "true", "1e3", "null", "نموذج", "no"])
def test_a_name_is_a_name_whatever_it_looks_like(name):
    call("init", name)
    assert load_model(Path("models", name)).name == name
    call("check", name)
