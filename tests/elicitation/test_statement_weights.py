"""Grades → weights and likelihoods (all constants are assumptions, in the scales)."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.elicitation.toy import judgement, model, statement, variable
from tocsin.elicitation import priors
from tocsin.elicitation.statement_weights import decay, judgement_weight, report_likelihood, report_power, weigh
from tocsin.errors import BadQuery
from tocsin.records import StatementChanges

EVENT = {"rain": "yes"}


@pytest.mark.parametrize(("bearing", "power"), [("direct", 0.75), ("indirect", 0.225), ("weak", 0.075)])
def test_a_remoter_bearing_takes_power(scales, bearing, power):
    assert report_power("B", bearing, scales) == pytest.approx(power)


@pytest.mark.parametrize(
    ("grade", "ratio"),
    # credibility ratio to the power of the reliability weight
    [("A1", 20**0.9), ("B2", 8**0.75), ("C3", 3**0.5), ("F2", 8**0.4), ("B5", (1 / 3) ** 0.75), ("E1", 1), ("B6", 1)],
)
def test_a_report_is_a_likelihood(scales, grade, ratio):
    np.testing.assert_allclose(report_likelihood(("a", "b", "c"), ("b", "c"), grade, scales), [1, ratio, ratio])


def test_a_judgement_weighs_by_both_halves_of_its_grade(scales):
    assert judgement_weight("F", 3, scales) == pytest.approx(0.4)
    assert judgement_weight("B", 4, scales) == pytest.approx(0.75 * 0.5)
    assert judgement_weight("C", 6, scales) == pytest.approx(0.5 * 0.1)
    assert judgement_weight("E", 1, scales) == 0


def test_weight_halves_with_every_half_life():
    today = date(2024, 12, 1)
    assert decay(date(2024, 11, 18), today, 13) == pytest.approx(0.5)
    assert decay(date(2024, 11, 5), today, 13) == pytest.approx(0.25)
    assert decay(date(2024, 11, 5), today, None) == 1
    assert decay(date(2024, 12, 5), today, 13) == 1


def _model(*statements):
    table = {"family": "prior", "shares": {"yes": {"assume": {"range": ["5%", "20%"], "because": "x"}}}}
    return model({"rain": variable(["no", "yes"], table)}, list(statements))


def _qualifier(low, high, target):
    reading = {"range": (low, high), "because": "x"}
    return statement("q", "bob", judges={"qualifies": [target]}, read_as=reading)


def test_changes_name_a_statement_an_origin_a_speaker_or_a_source():
    one = _model(judgement("s", 0.1, 0.3, EVENT, origin="wire"), judgement("t", 0.1, 0.3, EVENT, "bob"))
    for name in ("s", "wire", "ann"):
        weights = weigh(one, StatementChanges(exclude=(name,)))
        assert (weights.statements["s"].excluded, weights.statements["t"].excluded) == (True, False)
        assert weights.weight(weights.statements["s"]) == 0
        weights = weigh(one, StatementChanges(reweigh={name: 0.5}))
        assert weights.weight(weights.statements["s"]) == pytest.approx(0.45)
        assert weights.weight(weights.statements["t"]) == pytest.approx(0.9)
        weights = weigh(one, StatementChanges(regrade={name: "C4"}))
        assert weights.weight(weights.statements["s"]) == pytest.approx(0.25)
    assert weigh(one, StatementChanges(exclude=("paper",))).statements["t"].excluded


def test_factors_multiply_and_the_nearest_grade_wins():
    weights = weigh(
        _model(judgement("s", 0.1, 0.3, EVENT)),
        StatementChanges(reweigh={"s": 0.5, "ann": 0.5}, regrade={"ann": "C1", "s": "B1"}),
    )
    assert weights.weight(weights.statements["s"]) == pytest.approx(0.75 * 0.25)


def test_a_statement_may_be_graded_apart_from_its_speaker():
    weights = weigh(_model(judgement("s", 0.1, 0.3, EVENT, reliability="D")), StatementChanges())
    assert weights.weight(weights.statements["s"]) == pytest.approx(0.25)


def test_a_qualifier_takes_what_it_doubts_by_its_weight():
    one = _model(judgement("s", 0.1, 0.3, EVENT), _qualifier(0.4, 0.6, "s"))
    for changes, weight in [
        (StatementChanges(), 0.9 * (1 - 0.9 * 0.5)),
        (StatementChanges(exclude=("q",)), 0.9),
        (StatementChanges(regrade={"q": "E1"}), 0.9),
    ]:
        weights = weigh(one, changes)
        assert weights.weight(weights.statements["s"]) == pytest.approx(weight)


def test_an_unknown_lexicon_names_the_nearest():
    with pytest.raises(BadQuery, match="did you mean 'phia'"):
        weigh(_model(), StatementChanges(), "phi")


STATES = ["low", "mid", "high"]
A1, C2 = 20**0.9, 8**0.5


TABLE = {"family": "prior", "chances": {"low": 0.5, "mid": 0.25, "high": 0.25}, "because": "x"}


def _priors(*facts, **changes):
    variables = {name: variable(STATES, TABLE) for name in ("tempo", "mood")}
    return priors(model(variables, list(facts)), StatementChanges(**changes))


def _likelihood(*facts, **changes):
    return _priors(*facts, **changes).likelihoods.get("tempo", np.ones(3))


def _fact(name, speaker, origin, state="high", **fields):
    return statement(name, speaker, origin=origin, reports={"tempo": state}, **fields)


def test_independent_facts_multiply():
    found = _likelihood(_fact("a", "ann", "o1"), _fact("b", "cyd", "o2", ["mid", "high"], credibility=2))
    np.testing.assert_allclose(found, [1, C2, A1 * C2])


def test_only_reports_that_are_heard_are_facts():
    fact = _fact("a", "ann", "o")
    said = judgement("b", 0.2, 0.4, {"tempo": "high"})
    np.testing.assert_allclose(_likelihood(fact, said), [1, 1, A1])
    np.testing.assert_allclose(_likelihood(fact, said, exclude=("a",)), [1, 1, 1])


def test_one_speaker_and_one_origin_count_once():
    np.testing.assert_allclose(_likelihood(_fact("a", "ann", "o1"), _fact("b", "ann", "o2", credibility=2)), [1, 1, A1])
    np.testing.assert_allclose(_likelihood(_fact("a", "ann", "o1"), _fact("c", "cyd", "o1")), [1, 1, A1])
    # Ann for o2 and Cyd for o1 are two voices, which together say more than Ann for o1 alone.
    three = [_fact("a", "ann", "o1"), _fact("b", "ann", "o2", credibility=2), _fact("c", "cyd", "o1")]
    np.testing.assert_allclose(_likelihood(*three), [1, 1, 8**0.9 * 20**0.5])


def test_bearing_age_and_weight_are_powers():
    np.testing.assert_allclose(_likelihood(_fact("a", "ann", "o", bearing="indirect")), [1, 1, A1**0.3])
    np.testing.assert_allclose(_likelihood(_fact("a", "ann", "o", bearing="weak"), reweigh={"a": 2}), [1, 1, A1**0.2])
    dated = _fact("a", "ann", "o", observed_on="2024-11-18")
    np.testing.assert_allclose(_likelihood(dated, half_life_days=13), [1, 1, A1**0.5])
    np.testing.assert_allclose(_likelihood(dated), [1, 1, A1])
    np.testing.assert_allclose(_likelihood(_fact("a", "ann", "o"), half_life_days=1), [1, 1, A1])


def test_excluded_and_regraded_facts():
    facts = [_fact("a", "ann", "o1"), _fact("b", "bob", "o2", credibility=2)]
    np.testing.assert_allclose(_likelihood(*facts, exclude=["o2"]), [1, 1, A1])
    np.testing.assert_allclose(_likelihood(*facts, exclude=["ann", "bob"]), [1, 1, 1])
    np.testing.assert_allclose(_likelihood(facts[0], regrade={"a": "C2"}), [1, 1, C2])


def test_a_fact_that_counts_is_told_from_one_that_is_already_said():
    facts = [
        _fact("a", "ann", "o1"),
        _fact("echo", "bob", "o1", credibility=2),
        _fact("weaker", "ann", "o2", credibility=2),
        _fact("nothing", "cyd", "o3", credibility=6),
    ]
    # Ann tells o2 and Bob o1, which together say more than Ann's o1 alone; or Ann o1 and nobody o2.
    counting = {fact.statement for fact in _priors(*facts).facts if fact.counts}
    assert counting == {"echo", "weaker"}


def test_one_report_may_name_several_variables():
    found = _priors(statement("a", reports={"tempo": "high", "mood": ["low", "mid"]})).likelihoods
    np.testing.assert_allclose(found["tempo"], [1, 1, A1])
    np.testing.assert_allclose(found["mood"], [A1, A1, 1])


def test_what_may_come_from_elsewhere_says_less():
    """P(attribution) = p: with 1 - p the report says nothing. A qualifier of weight w leaves 1 - w(1 - p)."""
    fact = _fact("a", "ann", "o1")
    doubt = statement("q", "bob", judges={"qualifies": ["a"]}, read_as={"range": (0.4, 0.6), "because": "x"})
    certain = 1 - 0.9 * 0.5
    np.testing.assert_allclose(_likelihood(fact, doubt), [1, 1, certain * A1 + 1 - certain])


def test_removing_a_confirming_report_never_raises_what_it_confirms():
    """Two voices on one state stay two when a third report ties them together."""
    facts = [_fact("a", "ann", "o1"), _fact("b", "bob", "o2"), _fact("tie", "ann", "o2", credibility=2)]
    for place in range(3):
        rest = facts[:place] + facts[place + 1 :]
        assert _likelihood(*rest)[2] <= _likelihood(*facts)[2] + 1e-9
    np.testing.assert_allclose(_likelihood(*facts), [1, 1, A1**2])


reports = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cyd"]), st.sampled_from("12345"), st.sampled_from(STATES), st.integers(1, 6)
    ),
    min_size=1,
    max_size=5,
)


@given(reports, st.data())
def test_a_copy_or_a_weaker_echo_of_its_speaker_never_changes_the_evidence(written, data):
    facts = [
        _fact(f"s{place}", speaker, f"o{origin}", state, credibility=credibility, observed_on="2024-11-30")
        for place, (speaker, origin, state, credibility) in enumerate(written)
    ]
    original = data.draw(st.sampled_from(facts))
    # The same grade, or one that says less: credibility 6 carries nothing.
    credibility = data.draw(st.sampled_from([original["credibility"], 6]))
    echo = {**original, "id": "z", "credibility": credibility, "observed_on": "2024-12-01"}
    np.testing.assert_allclose(_likelihood(*facts, echo), _likelihood(*facts))


@given(reports, st.data())
def test_more_reports_of_one_side_never_say_less(written, data):
    """For a state that all reports speak for, each further one adds or says nothing new."""
    facts = [
        _fact(f"s{place}", speaker, f"o{origin}", credibility=min(credibility, 3))
        for place, (speaker, origin, _, credibility) in enumerate(written)
    ]
    left = data.draw(st.integers(0, len(facts) - 1))
    assert _likelihood(*facts[:left], *facts[left + 1 :])[2] <= _likelihood(*facts)[2] * (1 + 1e-9)


def test_the_order_of_the_file_does_not_matter():
    facts = [_fact("a", "ann", "o1"), _fact("b", "ann", "o2", "mid"), _fact("c", "cyd", "o2", "low", credibility=3)]
    assert _likelihood(*facts) == pytest.approx(_likelihood(*facts[::-1]))
