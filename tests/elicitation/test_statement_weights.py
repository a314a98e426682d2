"""Grades → weights and likelihoods (all constants are assumptions, in the scales)."""

from datetime import date

import numpy as np
import pytest

from tests.elicitation.toy import judgement, model, statement, variable
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
