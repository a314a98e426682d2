"""States and parents are put in and taken out: what stays is carried, what is new is open, others join where they do."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import IRAQ
from tocsin.authoring.edits import Add, Change, Remove, edit, save
from tocsin.authoring.structure import open_numbers, worded
from tocsin.authoring.tables import TableShape, carried
from tocsin.errors import BadInput
from tocsin.files import load_model
from tocsin.records.parameters import Parameter

SIEGE = Add("state", "siege", {"label": "a siege", "says": "Israel besieges"}, "limited", "israeli_strike")
REFERENCES = {
    "chance": {"assume": {"range": ["10%", "20%"], "because": "So it seems."}},
    "ratio": {"assume": {"ratio": [1.1, 2], "because": "So it seems."}},
    "strength": {"assume": {"strength": [0.1, 0.2], "because": "So it seems."}},
    "value": {"assume": {"value": 1, "because": "So it seems."}},
}


@pytest.fixture
def folder(tmp_path):
    shutil.copytree(IRAQ, tmp_path / "iraq")
    return tmp_path / "iraq"


def opened(edited) -> list[Parameter]:
    content = edited.content["model.yaml"]
    return list(open_numbers(content, worded(content)))


def completed(folder, *edits):
    """The edits, with all numbers that they ask for; as a page would send them."""
    asked = opened(edit(folder, edits))
    return edit(folder, [*edits, *(Add("number", slot.key, REFERENCES[slot.kind]) for slot in asked)])


def problems(edited):
    return [str(found.problem) for found in edited.problems]


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        (Add("parent", "lebanon_truce", {"family": "odds"}, of="us_position"), ["us_position.base.shares.does_not_oppose", "us_position.effects.lebanon_truce.collapses"]),
        (Add("parent", "lebanon_truce", of="us_position"), ["us_position.rows.0.shares.does_not_oppose", "us_position.rows.1.shares.does_not_oppose"]),
        (Add("parent", "lebanon_truce", of="assad"), ["assad.rows.1.shares.loses_damascus", "assad.rows.3.shares.loses_damascus"]),
        (Remove("parent", "assad", of="isis"), []),
        (Remove("parent", "syrian_advance", of="assad"), ["assad.shares.loses_damascus"]),
        (Remove("state", "high", "attack_tempo"), []),
    ],
    ids=["first parent", "first parent, rows", "parent, rows", "no parent", "no parent at all", "no state"],
)  # fmt: skip
def test_numbers_that_stay_are_carried_and_those_that_are_new_are_open(change, keys, folder):
    assert [slot.key for slot in opened(edit(folder, [change]))] == keys
    told = [
        problem for problem in problems(completed(folder, change)) if "attack_tempo has no state 'high'" not in problem
    ]
    assert told == []


def test_a_sound_model_is_not_saved_with_open_numbers(folder):
    with pytest.raises(BadInput, match=r"israeli_strike.table.leak.at_least.siege: nothing needs its reason"):
        save(edit(folder, [SIEGE]))


def test_events_on_both_sides_of_a_new_state_hold_in_it_too(folder):
    edited = completed(folder, SIEGE)
    assert problems(edited) == []
    model = edited.records
    assert model.variables["israeli_strike"].states == ("none", "limited", "siege", "campaign")
    assert model.variables["israeli_strike"].says["siege"] == "Israel besieges"
    assert model.variables["israeli_strike"].label("siege") == "a siege"
    assert model.events["israeli_strike"] == ("limited", "siege", "campaign")
    assert model.by_id["S18"].judges[0].probability == {"israeli_strike": ("limited", "siege", "campaign")}
    assert [row.given for row in model.variables["target"].table.rows] == [
        {"israeli_strike": ("none",)},
        {"israeli_strike": ("limited", "siege", "campaign")},
    ]
    save(edited)
    save(edited.undone())
    assert (folder / "model.yaml").read_bytes() == (IRAQ / "model.yaml").read_bytes()


def test_a_state_at_an_end_joins_where_the_state_stands_of_which_it_was_a_part(folder):
    assert len(problems(completed(folder, Add("state", "war", {}, None, "israeli_strike")))) > 0
    edited = completed(folder, Add("state", "war", {"part_of": "campaign"}, None, "israeli_strike"))
    assert problems(edited) == []
    assert edited.records.events["israeli_strike"] == ("limited", "campaign", "war")


def test_a_new_first_state_does_not_become_the_reference():
    was, now = (
        TableShape("odds", ("no", "yes"), {"rain": states}) for states in (("some", "much"), ("none", "some", "much"))
    )
    table = {"family": "odds", "base": {"shares": {"yes": 1}}, "effects": {"rain": {"much": 2}}}
    found = carried(table, was, now)
    assert found["reference"] == {"rain": "some"}
    assert found["effects"] == {"rain": {"none": None, "much": 2}}


@pytest.mark.parametrize("name", ["isis", "israeli_strike", "us_strike", "infiltration", "threat"])
def test_a_variable_of_any_family_loses_each_of_its_parents(name, folder):
    for parent in load_model(folder).variables[name].parents:
        assert problems(completed(folder, Remove("parent", parent, name))) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Add("state", "none", {}, None, "israeli_strike"), "there is a state 'none' already"),
        (Add("state", "x", {}, "nune", "israeli_strike"), "no state 'nune'; did you mean 'none'?"),
        (Add("state", "x", {}, None, "strike"), "no variable 'strike'"),
        (Add("parent", "asad", of="isis"), "no variable 'asad'; did you mean 'assad'?"),
        (Remove("parent", "isis", of="assad"), "no parent 'isis'"),
    ],
)
def test_what_is_not_there_or_is_there_already_is_refused(change, message, folder):
    with pytest.raises(BadInput) as refused:
        edit(folder, [change])
    assert message.partition(";")[0] in str(refused.value)


def test_a_state_is_told_otherwise(folder):
    edited = edit(folder, [Change("state", "holds", {"label": None, "says": "Assad stays."}, "assad")])
    assert [(found.edit, found.field) for found in edited.problems] == [(0, "says")]
    assert edited.content["model.yaml"]["variables"]["assad"]["labels"] == {"loses_damascus": "Assad falls"}


def test_a_state_can_come_before_all_others(folder):
    content = edit(folder, [Add("state", "no_tempo", {"label": "none at all"}, "", "attack_tempo")]).content[
        "model.yaml"
    ]
    assert content["variables"]["attack_tempo"]["states"][0] == "no_tempo"
