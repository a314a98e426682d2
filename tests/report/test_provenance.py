"""The way back from a number to who said what."""

import pytest

from tests.conftest import SMALL
from tocsin.model import open_model
from tocsin.records import StatementChanges
from tocsin.records.families import BaseRate
from tocsin.report.provenance import provenance


@pytest.fixture(scope="module")
def little():
    return open_model(SMALL)


def number(found, key):
    return next(one for one in found.numbers if one.key == key)


def test_a_statement_stands_behind_the_number_that_it_sets(iraq):
    found = provenance(iraq, "israeli_strike")
    one = number(found, "israeli_strike.causes.framing.casus_belli.at_least.limited")
    (voice,) = one.voices
    assert (voice.statement.id, voice.speaker.name, voice.statement.words) == (
        "S18",
        "Ahmed Al-Sharifi",
        "not unlikely",
    )
    assert (voice.grade, one.basis) == ("F3", "statements")
    assert 0.3 < voice.share < 0.5
    assert one.because.startswith("Elsewhere Israel carried out")
    assert one.reference_ends == pytest.approx((0.1, 0.6))
    assert one.ends[0] < one.point < one.ends[1]
    assert one.asked == (
        "The chance that Israel strikes Iraqi soil when Israel calls the attacks a reason for force with no other cause "
        "at work"
    )


def test_every_number_of_the_model_has_its_reason(iraq):
    for variable in iraq.records.variables:
        found = provenance(iraq, variable)
        assert {one.key for one in found.numbers} == {slot.key for slot in iraq.provenance.by_variable[variable]}
        for one in found.numbers:
            assert one.because or isinstance(one.reference, BaseRate)
            assert one.ends[0] <= one.point <= one.ends[1]
            # What is left of the precision is the reference's.
            assert 0 <= sum(voice.share for voice in one.voices) < 1


def test_every_statement_is_found_from_some_variable(iraq):
    found = [provenance(iraq, variable) for variable in iraq.records.variables]
    reached = {voice.statement.id for one in found for n in one.numbers for voice in n.voices}
    reached |= {fact.statement.id for one in found for fact in one.facts}
    reached |= {said.statement.id for one in found for said in one.mentioned}
    # S15 speaks only of other statements, whose weight it takes.
    assert {statement.id for statement in iraq.records.statements} - reached == {"S15"}


def test_excluded_statements_leave_their_assumption(iraq):
    key = "israeli_strike.causes.framing.casus_belli.at_least.limited"
    one = number(provenance(iraq, "israeli_strike", StatementChanges(exclude=("al-sharifi",))), key)
    assert (one.basis, one.voices, one.unheard) == ("assumption", (), ("S18",))
    assert one.ends == one.reference_ends == pytest.approx((0.1, 0.6))


def test_a_changed_grade_is_told(iraq):
    found = provenance(iraq, "israeli_strike", StatementChanges(regrade={"S18": "A1"}))
    (voice,) = number(found, "israeli_strike.causes.framing.casus_belli.at_least.limited").voices
    assert (voice.grade, voice.weight) == ("A1", 0.9)


def test_facts_come_with_what_they_say_and_whether_they_count(little):
    found = provenance(little, "road")
    (fact,) = found.facts
    assert (fact.statement.id, fact.grade, fact.counts) == ("B2", "C2", True)
    # Credibility 2 is a ratio of 8, to the power of reliability C's weight 0.5 (scales.yaml).
    assert fact.ratio == pytest.approx(8**0.5)


def test_ancestors_are_named_from_the_nearest_on(iraq, little):
    assert provenance(little, "late").ancestors == ("road", "storm")
    assert provenance(little, "storm").ancestors == ()
    assert provenance(iraq, "infiltration").parents == ("infiltration_rabia", "infiltration_qaim")


def test_a_definition_is_told_in_place_of_numbers(iraq):
    found = provenance(iraq, "infiltration")
    assert found.numbers == ()
    assert found.definition is not None
    assert "as soon as one of these does: Infiltration at Rabia and Infiltration at Qaim" in found.definition


def test_a_share_of_several_states_is_the_dirichlets(iraq):
    shares = [one for one in provenance(iraq, "target").numbers if one.key.startswith("target.rows.1")]
    table = iraq.network.tables["target"][:, 1]
    states = iraq.network.states["target"]
    assert {one.key.rsplit(".", 1)[1]: pytest.approx(one.point) for one in shares} == {
        state: p for state, p in zip(states, table, strict=True) if state != "remote_depot"
    }


@pytest.mark.parametrize(
    ("key", "asked"),
    [
        ("storm.shares.yes", "The chance of “Storm”"),
        ("road.base.at_least.slow", "The chance of “Road: slow, or worse” when “Storm” is “no”"),
        (
            "road.base.at_least.closed",
            "The chance of “Road: closed” when “Road” is “slow” at least and “Storm” is “no”",
        ),
        ("road.effects.storm.yes", "The factor on the odds of worse states of “Road” when “Storm” is “yes”"),
        ("late.rows.1.shares.yes", "The chance of “Late” when “Road” is “slow, or worse”"),
    ],
)
def test_what_is_asked_in_plain_words(little, key, asked):
    assert number(provenance(little, key.split(".")[0]), key).asked == asked
