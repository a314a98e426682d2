"""What names a thing is told before it goes; who spoke goes with what it said, out of the numbers too."""

from __future__ import annotations

import shutil

import pytest

from tests.conftest import IRAQ, ROOT
from tocsin.authoring.edits import Add, Change, edit, save
from tocsin.authoring.removal import named_by, removal
from tocsin.errors import BadInput
from tocsin.files import load_model
from tocsin.language.references import described

SCENARIOS = sorted((ROOT / "scenarios" / IRAQ.name).rglob("*.yaml"))
CHOICES = sorted((ROOT / "choices" / IRAQ.name).glob("*.yaml"))


@pytest.fixture(scope="module")
def records():
    return load_model(IRAQ)


@pytest.mark.parametrize(
    ("kind", "name", "of", "lines"),
    [
        (
            "statement",
            "S18",
            "",
            [
                "Informs the chance that Israel calls the attacks a reason for force when Israel names Iraq or the east as "
                "their origin at least, ",
                "Sets the chance that Israel strikes Iraqi soil when Israel calls the attacks a reason for force with no "
                "other cause at work",
            ],
        ),
        ("statement", "N9", "", ["Statement N10 of Shafaq News: When Israel's army says east it mostly means Iraqi Shia factions."]),
        (
            "state",
            "partial",
            "coalition",
            [
                "The chance that the Coalition cuts or pauses its support or ends its support",
                "The factor on the odds that the border is watched with gaps when the Coalition cuts or pauses its support",
            ],
        ),
        ("number", "shared.crossing-pockets", "", ["Is the factor on the odds that an armed group crosses at Rabia when one or two border districts shelter armed groups", "Is the factor on the odds that an armed group crosses at Qaim when one or two border districts shelter armed groups"]),
        ("speaker", "al-bindawi", "", [*(f"Statement {name} of Ali Naama Al-Bindawi: " for name in ("B1", "B2", "B3", "B4")), "The scenario officials-not-believed.yaml"]),
        ("hedge", "usually", "", []),
    ],
)  # fmt: skip
def test_what_names_a_thing_is_told_in_words(kind, name, of, lines, records):
    found = described(named_by(IRAQ, kind, name, of, SCENARIOS), records)
    assert len(found) == len(lines)
    for line, expected in zip(found, lines, strict=True):
        assert line.startswith(expected)


def test_what_names_a_variable_is_told_once_each(records):
    found = described(named_by(IRAQ, "variable", "framing", beside=SCENARIOS), records)
    assert found[:2] == ["A cause of “Israeli strike on Iraqi soil”", "The numbers of “Israeli strike on Iraqi soil”"]
    assert "The scenario casus-belli.yaml" in found
    assert "The sweep belief-in-casus-belli.yaml" in found
    assert len(found) == len(set(found))


def test_a_choice_that_names_a_thing_is_told(records):
    found = described(named_by(IRAQ, "state", "effective", "restraint", CHOICES), records)
    assert found[-1] == "The choice border-and-restraint.yaml"


def test_a_statement_is_taken_out_with_all_that_names_it(records):
    # Each that another statement, or more than one number names, and one of the others.
    for name in ("N1", "N8", "N9", "S6", "S18", "S24", "Y2"):
        edited = edit(IRAQ, removal(IRAQ, "statement", name))
        assert edited.problems == ()
        assert not [use for _, use in named_by(IRAQ, "statement", name) if name in edited.records.by_id]


def test_what_superseded_a_statement_stays_without_it(records, tmp_path):
    folder = tmp_path / "iraq"
    shutil.copytree(IRAQ, folder)
    save(edit(folder, [Change("statement", "B2", {"supersedes": "B1"})]))
    (line,) = described(
        [found for found in named_by(folder, "statement", "B1") if "supersedes" in found[1].place], records
    )
    assert line.startswith("Statement B2 of Ali Naama Al-Bindawi: ")
    edited = edit(folder, removal(folder, "statement", "B1"))
    assert edited.problems == ()
    assert edited.records.by_id["B2"].supersedes is None


@pytest.mark.parametrize("kind", ["speaker", "origin"])
def test_a_speaker_goes_with_what_it_said_and_an_origin_alone(kind, records, tmp_path):
    folder = tmp_path / "iraq"
    shutil.copytree(IRAQ, folder)
    for name in list(getattr(records, f"{kind}s"))[1:]:
        edited = edit(folder, removal(folder, kind, name))
        assert edited.problems == ()
        assert name not in getattr(edited.records, f"{kind}s")
        left = [s for s in records.statements if kind == "origin" or s.speaker != name]
        assert len(edited.records.statements) in (len(left), len(left) - 1)
    save(edit(folder, [Add("source", "other", {"title": "T", "publisher": "P", "published": "2024-11-01"})]))
    assert [change.name for change in removal(folder, "source", "other")] == ["other"]


def test_what_is_not_there_is_told():
    with pytest.raises(BadInput, match="no statement 'S99'"):
        removal(IRAQ, "statement", "S99")
