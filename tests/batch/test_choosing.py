"""Targets of a choice: the same losses as `tocsin choose` has where nothing is uncertain, and close to it elsewhere."""

import csv

import pytest

from tests.choices.conftest import DRILL, OIL, written_choice
from tests.conftest import HEAD, IRAQ, ROOT, SPEAKERS, call, written_scenario
from tocsin.choices.comparison import compare_options
from tocsin.files.choice_files import load_choice
from tocsin.model import open_model


def answered(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def oil(tmp_path):
    (folder := tmp_path / "tiny").mkdir()
    outcomes = "outcomes: [{title: T, events: {oil: soaking}}]\n"
    (folder / "model.yaml").write_text(f"{HEAD}{OIL}{outcomes}", "utf-8")
    said = "  - {id: S1, speaker: ann, source: paper, where: p, claim: c, credibility: 3, context: [oil]}\n"
    (folder / "statements.yaml").write_text(SPEAKERS + said, "utf-8")
    return open_model(folder)


def test_a_row_has_the_losses_of_a_choice_under_its_evidence(oil, tmp_path):
    (tmp_path / "rows.csv").write_text("id,sounding\na,closed\nb,none\nc,\n", "utf-8")
    (tmp_path / "c.yaml").write_text(f"choice: c\nmodel: tiny\nwhose: us\n{DRILL}", "utf-8")
    command = ("batch", tmp_path / "rows.csv", "--out", tmp_path / "o.csv", "--model", tmp_path / "tiny")
    call(*command, "--choose", tmp_path / "c.yaml")
    rows, choice = answered(tmp_path / "o.csv"), written_choice(oil, DRILL)
    for row in rows:
        text = f"evidence: {{sounding: {{observed: {row['sounding']}}}}}" if row["sounding"] else ""
        found = compare_options(oil, written_scenario(oil, text), choice)
        for option in found.options:
            assert float(row[f"loss({option.option})"]) == pytest.approx(option.loss, abs=1e-6)
        assert row["best"] == found.least[0]
        assert "P(oil)" in row
    call(*command[:2], "--out", tmp_path / "p.csv", *command[4:], "--choose", tmp_path / "c.yaml", "--targets", "best")
    assert list(answered(tmp_path / "p.csv")[0]) == ["id", "sounding", "best", "p_evidence", "error"]


def test_on_the_shipped_model_it_is_near_to_the_mean_over_the_draws(iraq, tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_HOME", str(ROOT))
    (tmp_path / "rows.csv").write_text("framing,posture\n,\ncasus_belli,\n,~degraded:B2\n", "utf-8")
    call(
        "batch",
        tmp_path / "rows.csv",
        "--out",
        tmp_path / "o.csv",
        "--model",
        IRAQ.name,
        "--choose",
        "border-and-restraint",
    )
    choice = load_choice(ROOT / "choices" / IRAQ.name / "border-and-restraint.yaml", iraq.records)
    texts = ("", "framing: {observed: casus_belli}", "posture: {reported: degraded, grade: B2}")
    for row, text in zip(answered(tmp_path / "o.csv"), texts, strict=True):
        found = compare_options(iraq, written_scenario(iraq, f"evidence: {{{text}}}"), choice)
        for option in found.options:
            assert float(row[f"loss({option.option})"]) == pytest.approx(option.loss, rel=0.03)


def test_what_cannot_be_asked_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("TOCSIN_HOME", str(ROOT))
    (tmp_path / "rows.csv").write_text("do.posture\nnormal\n", "utf-8")
    command = ("batch", tmp_path / "rows.csv", "--out", tmp_path / "o.csv", "--model", IRAQ.name)
    choose = ("--choose", "border-and-restraint")
    assert "the option both forces it" in call(*command, *choose, expect=1).stderr
    assert "name one with --choose" in call(*command, "--targets", "best", expect=1).stderr
    assert "did you mean 'wait'?" in call(*command, *choose, "--targets", "loss(wiat)", expect=1).stderr
    other = call(*command, "--choose", "coalition-and-strikes", expect=1).stderr
    assert "has another side or shuns risk" in other
    assert not (tmp_path / "o.csv").exists()
