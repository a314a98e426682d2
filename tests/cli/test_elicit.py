"""Experts asked by form, as an analyst does it: forms out, answers in, the report between, the second round."""

from __future__ import annotations

import shutil

import openpyxl
import pytest

from tests.authoring.test_elicitation_forms import filled
from tests.authoring.test_elicitations import ASKED_OF
from tests.conftest import SMALL, call
from tocsin.files import yaml12

NUMBERS = ("gates", "level.effects.gates.stuck")


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A folder with the model of a dam, and forms for two experts in `delphi`."""
    shutil.copytree(ASKED_OF / "dam", tmp_path / "models" / "dam")
    monkeypatch.chdir(tmp_path)
    call("elicit", "form", *NUMBERS, "--experts", "Ann Berg, Bob", "--out", "delphi")
    return tmp_path


def answered(work, number=1, low=5):
    filled(
        work / "delphi" / f"ann-berg-round-{number}.xlsx", {"C4": low, "D4": 20, "E4": 10, "F4": 90, "G4": "Motors."}
    )
    filled(work / "delphi" / f"bob-round-{number}.xlsx", {"C4": 20, "D4": 60, "E4": 30, "F4": 60, "C5": 2, "D5": 6,
                                                          "E5": 3, "F5": 80})  # fmt: skip


def test_forms_are_written_and_none_is_written_over(work):
    assert sorted(path.name for path in (work / "delphi").iterdir()) == [
        "ann-berg-round-1.xlsx", "bob-round-1.xlsx", "elicitation.yaml",
    ]  # fmt: skip
    again = call("elicit", "form", "all", "--experts", "Cy", "--out", "delphi", expect=1)
    assert "elicitation.yaml: exists; choose another folder, or write round 2 with --round 2" in again.stderr
    sheet = openpyxl.load_workbook("delphi/bob-round-1.xlsx")["Questions"]
    assert sheet["B4"].value.startswith(
        "What is the chance that a gate of the spillway is stuck?\nIn percent, 0 to 100. Settled by: Do all"
    )


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("gate", "--experts", "A", "--out", "x"), 1, "no number or variable 'gate'; did you mean 'gates'?"),
        (("gates", "--out", "x"), 2, "and the --experts who are asked"),
        (("gates", "--experts", "Ann B, ann-b", "--out", "x"), 2, "Ann B and ann-b cannot be told apart"),
        (("gates", "--experts", "A", "--out", "x", "--round", "2"), 2, "leave NUMBERS and --experts out"),
        (("gates", "--experts", "A\x07", "--out", "x"), 2, "U+0007 at place 2 cannot be printed"),
        (("--out", "x", "--round", "2"), 1, "x: holds no elicitation.yaml"),
        (("gates", "--experts", ",".join(f"e{k}" for k in range(27)), "--out", "x"), 2, "27 experts; 1 to 26"),
    ],
)
def test_what_cannot_be_asked_is_told_and_nothing_is_written(work, arguments, status, message):
    result = call("elicit", "form", *arguments, expect=status)
    assert message in " ".join(result.stderr.split())
    assert not (work / "x").exists()


def test_two_rounds_from_forms_to_statements(work):
    answered(work)
    shown = call("elicit", "feedback", "delphi")
    assert shown.stdout == "delphi/feedback-round-1.html\n"
    assert "Ann Berg" not in (work / "delphi" / "feedback-round-1.html").read_text("utf-8")
    call("elicit", "form", "--round", "2", "--out", "delphi")
    sheet = openpyxl.load_workbook("delphi/bob-round-2.xlsx")["Questions"]
    assert sheet["I5"].value == "× 2 to × 6, best × 3, 80 % sure"
    answered(work, 2, low=8)
    result = call("elicit", "read", "delphi", "--out", "new.yaml")
    assert result.stderr == "new.yaml: 6 statements by 2 experts on 2 numbers\n"
    found = yaml12.read(work / "new.yaml").value
    assert [(entry["id"], entry.get("supersedes")) for entry in found["statements"]] == [
        ("delphi-q1-ann-berg-1", None),
        ("delphi-q1-bob-1", None),
        ("delphi-q2-bob-1", None),
        ("delphi-q1-ann-berg-2", "delphi-q1-ann-berg-1"),
        ("delphi-q1-bob-2", "delphi-q1-bob-1"),
        ("delphi-q2-bob-2", "delphi-q2-bob-1"),
    ]
    call("elicit", "feedback", "delphi", "--round", "1", "--out", "fb.md")
    assert "Q1" in (work / "fb.md").read_text("utf-8")


def test_what_is_wrong_in_forms_is_told_and_nothing_is_written(work):
    answered(work, low=30)
    for command in (("read", "delphi", "--out", "new.yaml"), ("feedback", "delphi", "--out", "fb.md")):
        result = call("elicit", *command, expect=1)
        assert result.stderr == (
            "delphi/ann-berg-round-1.xlsx[Questions]:4:3: C4: Q1, lowest: 30 is above the highest, 20; "
            "are the two reversed?\n"
        )
    assert not (work / "new.yaml").exists()
    assert not (work / "fb.md").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (("read", "delphi", "--grade", "G2"), 2, "'G2' is no grade"),
        (("read", "delphi", "--day", "2025-04-11"), 2, "is after 2025-04-10, the model's `as_of`"),
        (("read", "delphi", "--day", "spring"), 2, "'spring' is no day; write such as 2025-04-10"),
        (("read", "nowhere"), 1, "nowhere: is no folder"),
        (("feedback", "delphi", "--out", "x.odt"), 1, "allowed: .html, .pdf, .docx, .md"),
        (("feedback", "delphi", "--round", "2"), 1, "delphi: holds no answers of round 2"),
    ],
)
def test_what_cannot_be_read_is_told(work, arguments, status, message):
    answered(work)
    assert message in " ".join(call("elicit", *arguments, expect=status).stderr.split())


def test_forms_of_another_model_are_told(work):
    shutil.copytree(SMALL, work / "models" / "small")
    result = call("elicit", "read", "delphi", "--model", "small", expect=1)
    assert "is about the model 'dam', and models/small is another" in result.stderr


def test_a_long_table_alone_is_read_too(work):
    (work / "ratings").mkdir()
    rows = ["round,paper_id,user_name,question,element,value,group"]
    rows += [f"round_1,gates.shares.stuck,u1,direct_replication,three_point_{name},{value},g"
             for name, value in (("lower", 5), ("best", 10), ("upper", 20))]  # fmt: skip
    (work / "ratings" / "data.csv").write_text("\n".join(rows))
    result = call("elicit", "read", "ratings", "--anonymous")
    statement = yaml12.parse(result.stdout, "x").value["statements"][0]
    assert statement["read_as"]["range"] == ["5%", "20%"]
    assert statement["speaker"] == "ratings-expert-a"
    assert "note: data.csv: nobody was asked how sure they are" in result.stderr


def test_statements_are_written_into_the_model_and_what_they_do_is_told(work):
    answered(work)
    result = call("elicit", "read", "delphi", "--apply")
    assert "+++ statements.yaml" in result.stdout
    assert "The chance that a gate of the spillway is stuck: 6.5 % [2.4–12] → " in result.stderr
    assert "3 statements by 2 experts on 2 numbers" in result.stderr
    call("check", "dam")
    again = call("elicit", "read", "delphi", "--apply")
    assert again.stdout == ""
    assert "note: in the model already: 3 statements" in again.stderr
    assert (
        "give --out or --apply, not both" in call("elicit", "read", "delphi", "--apply", "--out", "x", expect=2).stderr
    )


def test_a_question_that_the_model_puts_otherwise_now_is_told(work):
    answered(work)
    path = work / "models" / "dam" / "model.yaml"
    path.write_text(
        path.read_text("utf-8").replace("stuck: a gate of the spillway is stuck", "stuck: a gate jams"), "utf-8"
    )
    message = (
        "Q1: was “What is the chance that a gate of the spillway is stuck?”, and the model now asks “What is the chance"
    )
    for command in (("read", "delphi"), ("form", "--round", "2", "--out", "delphi")):
        assert message in call("elicit", *command, expect=1).stderr
