import pytest

from tests.analysis.conftest import rain
from tocsin.analysis.tension import tensions
from tocsin.analysis.voices import apart, doubled
from tocsin.language.scenarios import independence
from tocsin.records import StatementChanges

TWICE = rain("10%, 60%", "A1, A2, B1")
LINE = (
    "  - {{id: {0}, speaker: {1}, source: paper, where: x, claim: y, words: likely, credibility: 2, "
    "judges: {{probability: {{rain: yes}}}}}}\n"
)


def test_facts_of_one_report_are_listed(iraq):
    found = [one for one in doubled(iraq) if one.kind == "reports"]
    # N9, N11, N12 and N14 are of one wire report; the origins' notes in statements.yaml say so.
    wire = [one for one in found if one.on == "attack_tempo"]
    assert {name for one in wire for name in one.members} == {"N9", "N11", "N12", "N14"}
    assert all("drone-wire-report" in one.shared for one in wire)
    assert [one.counting for one in wire] == [("N11",)]
    assert {"N2", "N6"} in [set(one.members) for one in found if one.on == "syrian_advance"]


def test_every_fact_that_has_no_vote_stands_in_one_group_with_those_that_have(iraq):
    """Regression: a group for each of them said that facts count as one of which several have a vote."""
    groups = [one for one in doubled(iraq) if one.kind == "reports"]
    speaking = [fact for fact in iraq.priors.facts if fact.speaks]
    silent = [(fact.variable, fact.statement) for fact in speaking if not fact.counts]
    counting = {(fact.variable, fact.statement) for fact in speaking if fact.counts}
    listed = [(one.on, name) for one in groups for name in one.members]
    assert len(listed) == len(set(listed))
    assert sorted(set(listed) - counting) == sorted(silent)
    assert all(
        {(one.on, name) for name in one.members} & counting == {(one.on, n) for n in one.counting} for one in groups
    )
    assert [one.counting for one in groups if one.on == "posture"] == [("B4", "N1", "S5")]
    assert "5 groups with 7 votes between them" in independence(iraq)
    assert "“Attacks on Israel from Iraq”" not in independence(iraq)


def test_a_statement_behind_two_numbers_is_listed(iraq):
    found = {one.on: one for one in doubled(iraq) if one.kind == "numbers"}
    # What is one number in two places is set once.
    assert set(found) == {"S24", "S27"}
    assert found["S27"].members == (
        "us_strike.causes.base_attacks.few.shares.yes",
        "us_strike.causes.base_attacks.many.shares.yes",
    )


def test_votes_of_one_speaker_count_once_and_are_not_said_to_count_each(tiny):
    model = tiny(TWICE, LINE.format("A1", "ann") + LINE.format("A2", "ann") + LINE.format("B1", "bob"))
    (one,) = doubled(model)
    assert (one.kind, one.on, one.shared, one.members) == ("votes", "rain.shares.yes", ("ann",), ("A1", "A2"))
    assert apart(model, doubled(model)) == ()
    assert "2 statements share" in independence(model)
    assert "1 group, which counts once" in independence(model)


def test_what_is_excluded_is_in_no_tension(iraq):
    changes = StatementChanges(exclude=("al-sharifi",))
    found = {one.statement for one in tensions(iraq.changed(changes), changes)}
    assert {"N3", "N4", "Y1", "Y4"} <= found
    assert not any(name.startswith("S") for name in found)


FACT_TOO = rain("10%, 90%", "A1")
REPORT = "  - {{id: {0}, speaker: {1}, source: paper, where: x, claim: y, credibility: 2, reports: {{rain: yes}}}}\n"


@pytest.mark.parametrize(("speaker", "members"), [("ann", [("A1", "F1")]), ("bob", [])])
def test_a_judgement_and_a_fact_of_one_speaker_count_each_and_it_is_said(tiny, speaker, members):
    model = tiny(FACT_TOO, LINE.format("A1", "ann") + REPORT.format("F1", speaker))
    assert [one.members for one in apart(model, doubled(model))] == members
    said = independence(model)
    assert ("no two statements on one question share" in said) == (not members)
    assert ("“Rain” (A1, F1)" in said) == bool(members)
