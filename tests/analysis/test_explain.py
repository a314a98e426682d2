import json
from functools import partial

import pytest

from tests.conftest import ROOT, call
from tocsin.analysis.explain import explain
from tocsin.errors import UnknownVariable
from tocsin.files import load_scenario

KEYS = {
    "contributions", "alternatives", "statements", "tornado", "indicators", "flip", "explanation", "conflict", "tension", "strength",
}  # fmt: skip


@pytest.fixture
def run(at_root, monkeypatch):
    monkeypatch.setenv("COLUMNS", "112")
    return partial(call, "explain")


def test_the_json_has_what_was_promised(run, iraq):
    answer = json.loads(run("casus-belli", "--json").output)
    assert set(answer) >= KEYS
    outcomes = set(iraq.records.events)
    for outcome in outcomes:
        assert set(answer["contributions"][outcome]) == {"baseline", "scenario", "log_odds"}
        assert set(answer["contributions"][outcome]["log_odds"]) == {"framing"}
    assert list(answer["statements"]) == [statement.id for statement in iraq.records.statements]
    for rows in answer["statements"].values():
        assert set(rows) == outcomes
        assert all(set(row) >= {"p_without", "change", "words_without"} for row in rows.values())
    s18 = answer["statements"]["S18"]["israeli_strike"]
    scenario = answer["contributions"]["israeli_strike"]["scenario"]
    assert s18["p_without"] - scenario == pytest.approx(s18["change"], abs=1e-9)
    assert set(answer["groups"]) == {"speaker", "origin", "source"}
    assert set(answer["tornado"]["bars"]) == set(answer["indicators"]) == set(answer["flip"]) == outcomes
    assert set(answer["explanation"][0]["states"]) == set(iraq.network.variables)
    assert answer["strength"]["measure"] == "total variation"
    assert answer["tension"]["reconciled"] is None


def test_one_outcome_two_numbers_and_reconciling(run):
    keys = ("us_position.shares.does_not_oppose", "israeli_strike.inhibitors.us_position.opposes")
    options = ("--observe", "framing=casus_belli", "--outcome", "israeli_strike", "--two-way", *keys, "--reconcile")
    answer = json.loads(run(*options, "--json").output)
    assert set(answer["contributions"]) == {"israeli_strike"}
    assert answer["tornado"]["two_way"]["parameters"] == list(keys)
    assert answer["tension"]["reconciled"]["moved"]
    shown = run(*options).output
    assert "Reconciled with these judgements" in shown
    assert "Two numbers together" in shown


def test_what_people_read_is_built_from_the_numbers(run, iraq, scenario):
    explained = explain(iraq, scenario(iraq, "evidence: {framing: {observed: casus_belli}}"))
    left = explained.influence.statements["S18"]["israeli_strike"]
    shown = " ".join(run("casus-belli").output.split())
    p = explained.case.point["israeli_strike"]
    wanted = f"from {p * 100:.0f} % to {left.p * 100:.0f} %, now {left.word}"
    assert f"Without S18 (Ahmed Al-Sharifi), an Israeli strike on Iraqi soil goes {wanted}" in shown
    assert "Nothing is left to explain" not in shown


def test_an_outcome_that_is_supposed_is_not_explained(run):
    shown = run("strike-happens", "--outcome", "israeli_strike").output
    assert "Nothing is left to explain" in shown
    assert "Whose words" not in shown


def test_a_wrong_outcome(run, iraq, scenario):
    assert "did you mean 'israeli_strike'" in run("--outcome", "israeli_strikes", expect=1).stderr
    with pytest.raises(UnknownVariable):
        explain(iraq, scenario(iraq), "posture")


@pytest.mark.parametrize("name", ["no-al-sharifi", "old-facts-fade", "strike-with-deaths", "threat-of-force-reported"])
def test_shipped_scenarios_can_be_explained(name, iraq):
    path = ROOT / "scenarios" / "iraq-syria-2024" / f"{name}.yaml"
    explained = explain(iraq, load_scenario(path, iraq.records), "israeli_strike")
    assert json.dumps(explained.as_json(), allow_nan=False)
    found = explained.contributions["israeli_strike"]
    assert found.scenario == pytest.approx(explained.case.point["israeli_strike"], abs=1e-9)
