"""Cooke's classical model (Cooke 1991, chapter 12)."""

from math import erfc, exp, log, pi, sqrt

import numpy as np
import pytest

from tocsin.elicitation.cooke import calibration, information, performances
from tocsin.errors import WrongShape


def _survival(x):
    """P(χ²₃ > x) in closed form."""
    return erfc(sqrt(x / 2)) + sqrt(2 * x / pi) * exp(-x / 2)


def _truths(counts):
    return np.repeat([-1.0, 0.25, 0.75, 2.0], counts)


def _answers(count):
    return np.tile([0.0, 0.5, 1.0], (count, 1))


def test_an_expert_whose_quantiles_are_right_scores_one():
    assert calibration(_answers(20), _truths((1, 9, 9, 1))) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("counts", "statistic"),
    [
        # N = 10, everything inside: 2·10·ln(.5/.45) = 2.1072.
        ((0, 5, 5, 0), 20 * log(0.5 / 0.45)),
        # N = 10, everything above: 2·10·ln(1/.05) = 59.91.
        ((0, 0, 0, 10), 20 * log(20)),
        ((2, 3, 4, 1), 20 * (0.2 * log(4) + 0.3 * log(0.3 / 0.45) + 0.4 * log(0.4 / 0.45) + 0.1 * log(2))),
    ],
)
def test_calibration_by_hand(counts, statistic):
    assert calibration(_answers(10), _truths(counts)) == pytest.approx(_survival(statistic), rel=1e-9)


def test_a_truth_on_a_quantile_falls_below_it():
    on = np.array([0.0] + [0.5] * 9 + [1.0] * 9 + [2.0])
    assert calibration(_answers(20), on) == pytest.approx(1.0)


def test_information_by_hand():
    # Range 0–100 of quantiles and truth, 10 % beyond: -10 to 110. Widths 60, 10, 10, 40 against 10, 50, 50, 10.
    answers = np.array([[[50.0, 60.0, 70.0]], [[0.0, 50.0, 100.0]]])
    found = information(answers, np.array([40.0]))
    background = log(120)
    sharp = background + 0.05 * log(0.05 / 60) + 0.45 * 2 * log(0.45 / 10) + 0.05 * log(0.05 / 40)
    vague = background + 2 * 0.05 * log(0.05 / 10) + 2 * 0.45 * log(0.45 / 50)
    np.testing.assert_allclose(found, [sharp, vague])


def test_weights_are_calibration_times_information_above_the_threshold():
    truths = _truths((1, 9, 9, 1))
    wide, shifted = _answers(20), _answers(20) + 3.0
    scores = performances({"wide": wide, "shifted": shifted}, truths)
    raw = {name: score.calibration * score.information for name, score in scores.items()}
    for name, score in scores.items():
        assert score.weight == pytest.approx(raw[name] / sum(raw.values()))
    strict = performances({"wide": wide, "shifted": shifted}, truths, least_calibration=0.05)
    assert strict["shifted"].weight == 0
    assert strict["wide"].weight == 1
    none = performances({"shifted": shifted}, truths, least_calibration=0.05)
    assert none["shifted"].weight == 0


def test_answers_must_be_three_rising_quantiles():
    with pytest.raises(WrongShape, match="three rising"):
        performances({"a": np.array([[0.0, 1.0, 0.5]])}, np.array([0.3]))
    with pytest.raises(WrongShape, match="three rising"):
        performances({"a": np.array([[0.0, 0.5, 0.5]])}, np.array([0.3]))


def test_information_does_not_depend_on_where_the_scale_begins():
    answers, truths = np.array([[[50.0, 60.0, 70.0]], [[0.0, 50.0, 100.0]]]), np.array([40.0])
    np.testing.assert_allclose(information(answers + 1000, truths + 1000), information(answers, truths))


def test_the_least_calibration_itself_is_enough_and_none_is_asked_by_default():
    truths = _truths((0, 5, 5, 0))
    exact = calibration(_answers(10), truths)
    assert performances({"a": _answers(10)}, truths, least_calibration=exact)["a"].weight == 1
    poor = _truths((3, 3, 2, 2))
    assert calibration(_answers(10), poor) < 0.5
    assert performances({"a": _answers(10)}, poor)["a"].weight == 1
