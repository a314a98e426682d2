"""What is renamed is renamed wherever it stands, in the model, its scenarios, sweeps and choices, and nothing else is."""

from __future__ import annotations

import codecs
import copy
import re
import shutil

import pytest

from tests.conftest import IRAQ, ROOT
from tocsin.authoring.edits import Change, Rename, edit, save
from tocsin.authoring.references import in_number_key, renamed, uses
from tocsin.batch import sweeps
from tocsin.errors import BadInput
from tocsin.files import load_model, load_scenario
from tocsin.files.choice_files import load_choice
from tocsin.model import build


@pytest.fixture
def home(tmp_path):
    shutil.copytree(IRAQ, tmp_path / "models" / IRAQ.name)
    for kind in ("scenarios", "choices"):
        shutil.copytree(ROOT / kind / IRAQ.name, tmp_path / kind / IRAQ.name)
    return tmp_path


def paths(home):
    return sorted(path for kind in ("scenarios", "choices") for path in (home / kind).rglob("*.yaml"))


def everything(model):
    """A new name for all that has one, with its kind and variable."""
    yield from (("state", state, name) for name, variable in model.variables.items() for state in variable.states)
    yield from (("variable", name, "") for name in model.variables)
    yield from (("statement", name, "") for name in model.by_id)
    for kind in ("speaker", "source", "origin"):
        yield from ((kind, name, "") for name in getattr(model, f"{kind}s"))
    yield from (("number", f"shared.{name}", "") for name in model.file.shared)
    yield "outcome", model.file.outcomes[0].title, ""


def turned(name):
    """A name of the same length, so that no line grows too long."""
    return name[:7] + codecs.encode(name[7:], "rot13") if name.startswith("shared.") else codecs.encode(name, "rot13")


def test_all_names_of_the_shipped_model_are_renamed_and_back(home):
    folder = home / "models" / IRAQ.name
    model = load_model(folder)
    names = list(everything(model))
    there = edit(folder, [Rename(kind, name, turned(name), of) for kind, name, of in names], beside=paths(home))
    assert there.problems == ()
    save(there)
    model = load_model(folder)
    assert [turned(name) for name in model.variables] == [*load_model(IRAQ).variables]
    built = build(model, 8)
    for path in paths(home):
        if path.parent.name == "sweeps":
            sweeps.open_sweep(path, built)
        elif "choices" in path.parts:
            load_choice(path, model)
        else:
            load_scenario(path, model)
    back = [Rename(kind, turned(name), name, turned(of)) for kind, name, of in names]
    save(edit(folder, back, beside=paths(home)))
    for path in (*paths(home), *folder.glob("*.yaml")):
        source = ROOT / path.relative_to(home)
        assert path.read_bytes() == source.read_bytes()


def test_a_state_of_one_variable_is_not_that_of_another(home):
    folder = home / "models" / IRAQ.name
    edited = edit(folder, [Rename("state", "yes", "oui", "infiltration")])
    assert edited.problems == ()
    assert edited.records.variables["infiltration"].states == ("no", "oui")
    assert edited.records.variables["mass_incursion"].states == ("no", "yes")
    for line in edited.diff.splitlines():
        if line[0] == "+" and not line.startswith("+++"):
            assert "oui" in line


SWEEP = {
    "sweep": "s",
    "model": "m",
    "evidence": {"rain": [{"reported": ["some", "much"], "grade": "B2"}], "crowd": {"believed": {"few": 0.5, "many": 0.5}}},
    "forced": {"rain": "much"},
    "statements": {"exclude": "S1", "reweigh": {"mayor": 0.5}},
    "grid": {"do.rain": ["much"], "rain": ["~some|much:B2", "some:20%|much:80%", None, 3], "rain=much": [0.1]},
    "zip": {"parameter.crowd.causes.rain.much.at_least.few": [0.2]},
    "range": {"variable": "rain", "state": "much"},
    "sample": {
        "beliefs": {"rain": {"much": [0, 1]}},
        "grades": {"rain": {"reported": "much"}},
        "parameters": ["rain.shares.much", "shared.much", "crowd.effects.rain.much", "crowd.weights.rain"],
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "of", "count"),
    [("state", "much", "rain", 12), ("variable", "rain", "", 12), ("voice", "mayor", "", 1), ("shared", "much", "", 1)],
)
def test_a_sweep_names_things_within_its_columns_and_cells(kind, name, of, count):
    content = copy.deepcopy(SWEEP)
    found = [use for use in uses(content) if (use.kind, use.name, use.of) == (kind, name, of)]
    assert len(found) == count
    renamed(content, found, "a-new-one")
    assert repr(content).count("a-new-one") == count
    left = len(re.findall(rf"\b{name}\b", repr(content)))
    assert left == len(re.findall(rf"\b{name}\b", repr(SWEEP))) - count


CHOICE = {
    "choice": "c",
    "model": "m",
    "options": {"rain": {"forced": {"rain": "much"}, "cost": {"value": 1, "cites": "S1"}}, "wait": {}},
    "first": {"look": {"forced": {"crowd": "much"}, "learns": {"about": "rain"}}},
    "stakes": [{"when": {"rain": ["some", "much"]}, "loss": {"value": 1, "cites": ["S2", "S1"]}}],
    "other_side": {"moves": {"rain": "much"}, "stakes": [{"when": {"rain": "much"}, "gain": {"value": 1, "cites": "S1"}}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name", "of", "count"),
    [("model", "m", "", 1), ("variable", "rain", "", 5), ("state", "much", "rain", 4), ("statement", "S1", "", 3)],
)
def test_a_choice_names_things_in_its_options_and_stakes(kind, name, of, count):
    content = copy.deepcopy(CHOICE)
    renamed(content, [use for use in uses(content) if (use.kind, use.name, use.of) == (kind, name, of)], "a-new-one")
    assert repr(content).count("a-new-one") == count
    assert content["options"].keys() == CHOICE["options"].keys()


def test_a_key_of_a_number_holds_names():
    assert [(use.kind, use.name, use.of) for use in in_number_key("a.rows.1.shares.yes")] == [
        ("variable", "a", ""),
        ("state", "yes", "a"),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Rename("variable", "assad", "isis"), "there is a variable 'isis' already"),
        (Rename("state", "hold", "x", "assad"), "no state 'hold'; did you mean 'holds'?"),
        (Rename("state", "holds", "x", "asad"), "no variable 'asad'; did you mean 'assad'?"),
        (Rename("number", "assad.rows.1.shares.loses_damascus", "x"), "only a shared one has a name of its own"),
        (Rename("parent", "assad", "x", "isis"), "rename the variable"),
    ],
)
def test_a_name_that_is_taken_or_not_there_is_refused(change, message, home):
    with pytest.raises(BadInput, match=re.escape(message)):
        edit(home / "models" / IRAQ.name, [change])


def test_a_statement_that_is_superseded_is_renamed_there_too(home):
    folder = home / "models" / IRAQ.name
    later, renamed = Change("statement", "B2", {"supersedes": "B1"}), Rename("statement", "B1", "B-first")
    edited = edit(folder, [later, renamed])
    assert edited.problems == ()
    assert edited.records.by_id["B2"].supersedes == "B-first"


def test_a_name_that_is_none_is_refused_at_its_place(home):
    edited = edit(home / "models" / IRAQ.name, [Rename("statement", "S18", "S 18")])
    assert "'S 18' is no name: a space stands in it" in edited.refusals[0].problem.message


def test_a_model_of_another_name_has_its_scenarios_still(home):
    folder = home / "models" / IRAQ.name
    save(edit(folder, [Rename("model", "", "iraq")], beside=paths(home)))
    model = load_model(folder)
    assert model.name == "iraq"
    assert load_scenario(home / "scenarios" / IRAQ.name / "casus-belli.yaml", model).model == "iraq"
