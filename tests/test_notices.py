"""What counts for nothing, or rests on nothing, is said wherever the answer is shown."""

import json

import pytest

from tests.conftest import SMALL, call
from tests.conftest import written_scenario as scenario
from tocsin.assessment import assess
from tocsin.model import open_model
from tocsin.ui import answer_panel

TOLD = "counts for nothing: information of credibility 4 speaks neither for nor against"
REPORT = ("--model", str(SMALL), "--report", "storm=yes:A4")


def flat(text):
    return " ".join(text.split())


def test_on_the_terminal_and_to_programs():
    assert TOLD in flat(call("assess", *REPORT).output)
    assert TOLD in flat(call("explain", *REPORT).output)
    for command in ("assess", "explain"):
        (notice,) = json.loads(call(command, *REPORT, "--json").output)["notices"]
        assert TOLD in notice


def test_on_the_page():
    model = open_model(SMALL)
    answer = assess(model, scenario(model, "evidence: {storm: {reported: yes, grade: A4}}"))
    assert TOLD in str(answer_panel.footing(model, answer))


@pytest.mark.parametrize("length", ["full", "summary"])
def test_in_a_briefing_a_comparison_and_a_batch(tmp_path, length):
    shared = ("--out", str(tmp_path), "--format", "md", "--length", length)
    told = "scenario: told\ntitle: Told\nmodel: small\nevidence: {storm: {reported: yes, grade: A4}}\n"
    (tmp_path / "told.yaml").write_text(told, "utf-8")
    (tmp_path / "plain.yaml").write_text("scenario: plain\ntitle: Plain\nmodel: small\n", "utf-8")
    (tmp_path / "rows.csv").write_text("road\nopen\nslow\n", "utf-8")
    named, other = str(tmp_path / "told.yaml"), str(tmp_path / "plain.yaml")
    for arguments in (
        ("brief", named, "--model", str(SMALL)),
        ("brief", other, named, "--model", str(SMALL), "--compare"),
        ("brief", named, "--model", str(SMALL), "--batch", str(tmp_path / "rows.csv")),
    ):
        call(*arguments, *shared)
        (written,) = tmp_path.glob("*.md")
        assert TOLD in flat(written.read_text("utf-8")), arguments
        written.unlink()
