import pytest

from tests.analysis.conftest import rain
from tocsin.analysis.perturbations import influence, readings
from tocsin.assessment import assess

TEXT = "evidence: {framing: {observed: casus_belli}}"
BELIEF = (
    "evidence: {attack_tempo: {believed: {low: 20%, moderate: 30%, high: 50%}}, assad: {reported: holds, grade: B2}}"
)


@pytest.mark.parametrize("text", [TEXT, BELIEF], ids=["observed", "believed"])
def test_each_row_is_the_scenario_assessed_without_the_statement(iraq, scenario, case, text):
    found = influence(case(iraq, text))
    assert list(found.statements) == [statement.id for statement in iraq.records.statements]
    groups = {"al-sharifi": "speaker", "drone-wire-report": "origin", "shafaq-2024-12-01": "source"}
    for name in ("S18", "N5", "N10", "N13", "Y2", "S22", "B1", *groups):
        row = found.groups[groups[name]][name] if name in groups else found.statements[name]
        fresh = assess(iraq, scenario(iraq, f"{text}\nstatements: {{exclude: [{name}]}}")).outcomes
        for outcome, answer in row.items():
            wanted = fresh[outcome]
            assert (answer.p, answer.low, answer.high) == pytest.approx(
                (wanted.p, wanted.low, wanted.high), abs=1e-9
            ), (name, outcome)
            assert answer.word == wanted.wording.word


def test_context_and_checks_change_nothing(iraq, case):
    made = case(iraq, TEXT)
    found = influence(made)
    for name in ("B1", "N7", "S25", "N4"):
        for outcome, answer in found.statements[name].items():
            assert answer.p == pytest.approx(made.point[outcome], abs=1e-15)


def test_leaving_out_on_top_of_what_the_scenario_leaves_out(iraq, scenario, case):
    found = influence(case(iraq, f"{TEXT}\nstatements: {{exclude: [S18]}}"))
    both = assess(iraq, scenario(iraq, f"{TEXT}\nstatements: {{exclude: [S18, N5]}}")).outcomes["israeli_strike"]
    assert found.statements["N5"]["israeli_strike"].p == pytest.approx(both.p, abs=1e-9)
    alone = assess(iraq, scenario(iraq, f"{TEXT}\nstatements: {{exclude: [S18]}}")).outcomes["israeli_strike"]
    assert found.statements["S18"]["israeli_strike"].p == pytest.approx(alone.p, abs=1e-12)


def test_other_words_pools_and_grades(iraq, scenario, case):
    found = {(one.kind, one.name): one for one in readings(case(iraq, TEXT))}
    assert {name for kind, name in found if kind == "lexicon"} == set(iraq.records.lexicons) - {"icd203"}
    nato = iraq.changed(scenario(iraq).statements, "nato")
    again = assess(nato, scenario(iraq, TEXT)).outcomes
    for outcome, answer in found["lexicon", "nato"].answers.items():
        assert answer.p == pytest.approx(again[outcome].p, abs=1e-12)
    # Grades turn promises of a tight border into more risk the less they are believed.
    strict, alike = (found["grades", name].answers["infiltration"].p for name in ("twice as strict", "all alike"))
    assert strict > case(iraq, TEXT).point["infiltration"] > alike


def test_words_that_a_lexicon_does_not_hold_keep_their_own_reading(tiny, case):
    model = tiny(
        rain("10%, 60%", "A1"),
        "  - {id: A1, speaker: ann, source: paper, where: x, claim: y, words: very unlikely, credibility: 2, "
        "judges: {probability: {rain: yes}}}\n",
    )
    found = {one.name: one for one in readings(case(model)) if one.kind == "lexicon"}
    assert found["nato"].answers["rain"].p == pytest.approx(case(model).point["rain"], abs=1e-12)
    assert (found["nato"].kept, found["ipcc"].kept) == (1, 0)
    assert found["ipcc"].answers["rain"].p != case(model).point["rain"]
