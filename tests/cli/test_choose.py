"""`tocsin choose`: by name and by path, as tables and as JSON; and from Python."""

import json
import shutil

import pytest

import tocsin
from tests.conftest import IRAQ, ROOT, call
from tocsin.report.blocks import texts
from tocsin.report.choices import choice_blocks

NAME = "border-and-restraint"


@pytest.fixture
def home(monkeypatch, tmp_path):
    monkeypatch.setenv("TOCSIN_HOME", str(ROOT))
    monkeypatch.chdir(tmp_path)


def test_a_choice_is_compared_by_name_and_by_path_alike(home):
    shown = call("choose", NAME, "--model", IRAQ.name).stdout
    assert "The numbers do not decide" in shown
    assert "What knowing more is worth" in shown
    assert call("choose", ROOT / f"choices/{IRAQ.name}/{NAME}.yaml").stdout == shown


def test_json_is_what_python_gives_and_a_scenario_moves_it(home):
    printed = json.loads(call("choose", NAME, "casus-belli", "--model", IRAQ.name, "--json").stdout)
    session = tocsin.load(IRAQ)
    assert printed == json.loads(json.dumps(session.choose(NAME, "casus-belli").as_json()))
    assert printed["options"][0]["loss"] > session.choose(NAME).compared.options[0].loss


def test_a_name_that_is_none_is_told_with_the_nearest(home):
    message = call("choose", "border-and-restrain", "--model", IRAQ.name, expect=1).stderr
    assert "did you mean 'border-and-restraint'?" in message
    assert "no such file" in call("choose", "nowhere.yaml", expect=1).stderr
    assert "no grade" in call("choose", "border-and-restraint", "--model", IRAQ.name, "--grade", "B9", expect=2).stderr


def test_a_plan_is_told_report_by_report(home):
    content = {
        "options": {"wait": {}, "lower": {"forced": {"drawdown": "lowered"}, "cost": {"value": 1, "because": "x"}}},
        "first": {"skip": {}, "ask": {"learns": {"about": "rain", "grade": "B2", "comes": 0.5}}},
        "stakes": [{"when": {"breach": "yes"}, "loss": {"value": 100, "because": "x"}}],
    }
    session = tocsin.load(ROOT / "models" / "marl-dam-2025")
    answer = session.choose(content)
    told = " ".join(texts([*choice_blocks(answer)]))
    assert "is reported (B2)" in told
    assert "if no report comes (50 %)" in told
    assert answer.as_json()["plan"]["least"] == ("skip", "ask")


def test_a_choice_of_a_briefing_is_sought_where_its_model_is(home, tmp_path):
    far = tmp_path / "far"
    for kind in ("models", "scenarios", "choices"):
        shutil.copytree(ROOT / kind / IRAQ.name, far / kind / IRAQ.name)
    own = (far / "choices" / IRAQ.name / f"{NAME}.yaml").rename(far / "choices" / IRAQ.name / "far-away.yaml")
    own.write_text(own.read_text("utf-8").replace(f"choice: {NAME}", "choice: far-away"), "utf-8")
    scenario = far / "scenarios" / IRAQ.name / "casus-belli.yaml"
    call("brief", scenario, "--out", tmp_path, "--format", "md", "--length", "summary", "--choose", "far-away")
    assert "## What to do about it" in (tmp_path / "casus-belli.md").read_text("utf-8")


def test_a_briefing_has_a_page_on_a_choice_and_is_verified_with_it(home, tmp_path):
    call("brief", "casus-belli", "--model", IRAQ.name, "--out", tmp_path, "--format", "md", "--choose", NAME)
    written = tmp_path / "casus-belli.md"
    assert "## What to do about it" in written.read_text("utf-8")
    assert "holds" in call("verify", written, "--model", IRAQ.name).output
    written.write_text(
        written.read_text("utf-8").replace("“Leave things as they are” is best", "“Wait” is best"), "utf-8"
    )
    assert "the file says" in call("verify", written, "--model", IRAQ.name, expect=1).output
    together = call("brief", "--compare", "a", "b", "--out", tmp_path, "--choose", NAME, expect=2).stderr
    assert "--choose goes with briefings on one scenario" in together
    session = tocsin.load(IRAQ)
    assert session.brief("casus-belli", "md", length="summary", choose=NAME).decode().count("What to do about it") == 1


def test_check_looks_at_choices_too(small, monkeypatch):
    monkeypatch.chdir(small.parent.parent)
    (folder := small.parent.parent / "choices" / "small").mkdir(parents=True)
    text = "choice: other\nmodel: small\nwhose: us\noptions: {a: {}, b: {forced: {road: opn}}}\n"
    (folder / "mine.yaml").write_text(
        f"{text}stakes: [{{when: {{late: yes}}, loss: {{value: 1, because: x}}}}]\n", "utf-8"
    )
    assert (
        "mine.yaml:4:37: options.b.forced.road: road has no state 'opn'; did you mean 'open'?"
        in call("check", expect=1).stderr
    )
    (folder / "mine.yaml").write_text((folder / "mine.yaml").read_text("utf-8").replace("opn", "open"), "utf-8")
    assert "'other' stands in mine.yaml" in call("check", expect=1).stderr
