"""`tocsin seal`, `resolve`, `history` and `ledger` on the command line."""

import csv
import io
import json

import pytest

from tests.conftest import call
from tocsin.files import places
from tocsin.files.yaml12 import parse
from tocsin.records.model import TrackRecord


@pytest.fixture
def sealed(at_root, tmp_path):
    path = tmp_path / "l.jsonl"
    shown = call("seal", "--on", "2024-12-01", "--ledger", path).output
    assert "14 lines added" in shown
    return path


def test_what_is_sealed_is_shown_resolved_checked_and_exported(sealed):
    assert "nothing new" in call("seal", "baseline", "--on", "2024-12-01", "--ledger", sealed).output
    call(
        "resolve", "israeli_strike-2024-12-31", "no", "--on", "2024-12-31", "--source", "T", "--ledger", sealed
    )  # fmt: skip
    shown = call("history", "--outcome", "israeli_strike", "--ledger", sealed).output
    assert "1 December 2024  very unlikely        9.6 %" in shown
    assert "No on 31 December 2024, by T." in shown
    assert "infiltration" not in shown
    checked = call("ledger", "check", "--ledger", sealed).output
    assert "in order; 16 lines" in checked
    assert "7 questions, 6 of them open; 7 forecasts" in checked
    rows = list(csv.DictReader(io.StringIO(call("ledger", "export", "--ledger", sealed).output)))
    assert {row["question"]: row["outcome"] for row in rows}["israeli_strike-2024-12-31"] == "no"
    listed = json.loads(call("ledger", "export", "--format", "json", "--ledger", sealed).output)
    assert [set(entry) for entry in listed] == [{"question", "probability_yes"}] * 6
    export = ["ledger", "export", "--format", "json", "--ledger", sealed]
    (numbered,) = json.loads(call(*export, "--number", "assad-2024-12-31=12345").output)
    assert (numbered["question"], round(numbered["probability_yes"], 3)) == (12345, 0.093)
    assert "no question 'assad'" in call(*export, "--number", "assad=1", expect=1).stderr
    assert "write it as" in call(*export, "--number", "assad-2024-12-31", expect=2).stderr


def test_a_head_that_was_seen_is_looked_for(sealed):
    head = json.loads(sealed.read_text("utf-8").splitlines()[-1])["seal"]
    assert f"{head} is line 15" in call("ledger", "check", "--head", head, "--ledger", sealed).output
    lines = sealed.read_text("utf-8").splitlines(keepends=True)
    sealed.write_text("".join(lines[:-1]), "utf-8")
    missing = call("ledger", "check", "--head", head, "--ledger", sealed, expect=1).stderr
    assert "was written anew, or lost its last lines" in missing
    sealed.write_text("".join([*lines[:3], lines[3].replace("0", "1", 1), *lines[4:]]), "utf-8")
    assert "l.jsonl:4:1: was changed since it was sealed" in call("history", "--ledger", sealed, expect=1).stderr


def test_a_resolution_is_corrected_by_a_line_of_its_own(sealed):
    call("resolve", "assad-2024-12-31", "yes", "--on", "2024-12-31", "--source", "T", "--ledger", sealed)
    wrong = ["ledger", "correct", "16", "--on", "2025-01-05", "--why", "W", "--ledger", sealed]
    assert "a new outcome needs its --source" in call(*wrong, "--outcome", "no", expect=2).stderr
    assert "line 16 is corrected by line 17" in call(*wrong, "--outcome", "no", "--source", "U").output
    assert "No on 31 December 2024, by U." in call("history", "--outcome", "assad", "--ledger", sealed).output
    assert "is no resolution" in call(*wrong[:2], "2", *wrong[3:], "--outcome", "no", "--source", "U", expect=1).stderr


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (["seal", "--on", "yesterday"], 2, "'yesterday' is not a day"),
        (["history", "--outcome", "israeli_strik"], 1, "did you mean 'israeli_strike'?"),
        (["resolve", "nothing", "no", "--on", "2024-12-31", "--source", "T"], 1, "holds no question 'nothing'"),
        (["seal", "threat-of-force-reported", "--on", "2024-12-01"], 1, "say --known"),
    ],
)
def test_what_cannot_be_is_told(sealed, arguments, status, problem):
    assert problem in call(*arguments, "--ledger", sealed, expect=status).stderr.replace("\n", " ")


@pytest.mark.parametrize(
    "command",
    [
        ["seal", "--on", "2024-12-01"],
        ["watch", "feed.csv", "--model", "iraq-syria-2024"],
        ["resolve", "assad-2024-12-31", "no", "--on", "2024-12-31", "--source", "T"],
        ["ledger", "correct", "2", "--on", "2024-12-31", "--why", "W"],
    ],
    ids=lambda command: command[0],
)
def test_the_ledger_of_the_installed_example_is_only_read(sealed, tmp_path, monkeypatch, command):
    installed = tmp_path / "example" / "l.jsonl"
    installed.parent.mkdir()
    before = sealed.read_bytes()
    installed.write_bytes(before)
    feed = tmp_path / "feed.csv"
    feed.write_text("date,variable,state,grade\n2024-12-03,framing,casus_belli,B2\n")
    monkeypatch.setattr(places, "EXAMPLE", installed.parent)
    command = [feed if part == "feed.csv" else part for part in command]
    assert "belongs to the example that is installed" in call(*command, "--ledger", installed, expect=1).stderr
    assert installed.read_bytes() == before


def test_without_a_ledger_one_is_asked_to_begin_it(at_root, tmp_path):
    assert "`tocsin seal` begins it" in call("history", "--ledger", tmp_path / "n.jsonl", expect=1).stderr


@pytest.fixture
def briefed(small, tmp_path, monkeypatch):
    """A briefing on a model with sealed forecasts."""
    monkeypatch.chdir(tmp_path)
    call("seal", "--on", "2024-12-01")
    call("brief", "--out", "b", "--format", "md")
    return tmp_path / "b" / "baseline.md", tmp_path / "ledger" / "small.jsonl"


def test_a_briefing_names_the_head_and_holds_while_it_stands_in_the_ledger(briefed):
    file, ledger = briefed
    head = json.loads(ledger.read_text("utf-8").splitlines()[-1])["seal"]
    assert f"3 lines, head {head[:16]}" in file.read_text("utf-8").replace("\n", " ")
    assert head in file.read_text("utf-8")
    assert ": holds" in call("verify", file).output
    call("seal", "--on", "2024-12-05")
    assert ": holds" in call("verify", file).output
    lines = ledger.read_text("utf-8").splitlines(keepends=True)
    ledger.write_text("".join(lines[:2]), "utf-8")
    assert "it was written anew, or lost lines" in call("verify", file, expect=1).output
    ledger.write_text("".join([*lines[:2], lines[2].replace("0", "1", 1)]), "utf-8")
    assert "was changed since it was sealed" in call("verify", file, expect=1).output
    ledger.unlink()
    assert "are not at" in call("verify", file, expect=3).output


def test_what_a_briefing_says_is_sealed_once_it_is_verified(briefed):
    file, ledger = briefed
    assert "nothing new" in call("seal", "--from", file, "--on", "2024-12-01").output
    assert "1 line added" in call("seal", "--from", file, "--on", "2024-12-02").output
    before = ledger.read_bytes()
    text = file.read_text("utf-8")
    file.write_text(text.replace("%", "‰", 1), "utf-8")
    assert "does not hold; nothing is sealed" in call("seal", "--from", file, "--on", "2024-12-03", expect=1).stderr
    assert ledger.read_bytes() == before
    assert "its own scenarios" in call("seal", "baseline", "--from", file, "--on", "2024-12-03", expect=2).stderr


def test_track_records_are_printed_as_the_model_takes_them(sealed):
    call("resolve", "infiltration-2024-12-31", "no", "--on", "2024-12-31", "--source", "T", "--ledger", sealed)
    shown = call("score", "--weights", "--ledger", sealed).output
    kept = parse(shown, "t").value["pooling"]["track_records"]
    assert set(kept) == {voice for voice in kept if TrackRecord.model_validate(kept[voice]).questions == 1}
    assert kept["rasool"]["until"] == "2024-12-31"
    assert 0 < TrackRecord.model_validate(kept["rasool"]).skill < 1
    assert "leave --by out" in call("score", "--weights", "--by", "word", "--ledger", sealed, expect=2).stderr
