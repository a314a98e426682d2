"""Scores against published values, against other libraries, and against what is known of a world that was made up."""

import numpy as np
import pytest
import scoringrules
from hypothesis import given
from hypothesis import strategies as st
from sklearn.isotonic import IsotonicRegression

from tocsin.ledger import scores
from tocsin.ledger.scores import (
    baseline_points,
    brier,
    calibration,
    geometric_mean,
    logarithmic,
    murphy,
    peer_points,
    ranked_probability,
    skill,
)

FORECASTS = st.lists(
    st.tuples(st.integers(0, 20).map(lambda k: k / 20), st.booleans(), st.sampled_from([0.25, 0.5, 1.0])), min_size=1
)


def test_published_values():
    # Good Judgment Project and Metaculus: Brier .09 and log .3567 for 70 % and a yes; 100 log2(2p).
    assert brier(0.7, True) == pytest.approx(0.09)
    assert logarithmic(0.7, True) == pytest.approx(0.3567, abs=5e-5)
    assert baseline_points(0.9, True) == pytest.approx(84.79969066)
    assert baseline_points(0.9, False) == pytest.approx(-232.19280949)
    assert geometric_mean([0.7, 0.8, 0.9]) == pytest.approx(0.79581144)
    assert logarithmic(0.0, True) == logarithmic(0.0005, True) == pytest.approx(-np.log(0.001))
    assert skill(0.09, 0.25) == pytest.approx(0.64)
    assert np.isnan(skill(0.1, 0.0))


def test_the_forecasts_of_tornados_of_1884_have_the_parts_that_are_known():
    # Finley's 2,803 yes-or-no forecasts (Murphy 1996): 28 hits, 72 false alarms, 23 misses.
    p, y = np.repeat([1.0, 1.0, 0.0, 0.0], [28, 72, 23, 2680]), np.repeat([1, 0, 1, 0], [28, 72, 23, 2680])
    found = murphy(p, y, np.ones(len(p)))
    assert found.brier == pytest.approx(95 / 2803)
    assert found.uncertainty == pytest.approx((51 / 2803) * (1 - 51 / 2803))
    assert found.within == 0


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=6), st.integers(0, 5))
def test_ranked_probability_is_that_of_scoringrules_per_cut(weights, happened):
    states, place = np.array(weights) / sum(weights), min(happened, len(weights) - 1)
    oracle = scoringrules.rps_score(np.array([place + 1]), states[None, :])[0]
    assert ranked_probability(states, place) == pytest.approx(oracle / (len(weights) - 1), abs=1e-12)
    if len(weights) == 2:
        assert ranked_probability(states, place) == pytest.approx(brier(states[1], place == 1), abs=1e-12)


@given(FORECASTS)
def test_brier_and_log_are_those_of_scoringrules(forecasts):
    p, y, _ = map(np.array, zip(*forecasts, strict=True))
    assert brier(p, y) == pytest.approx(scoringrules.brier_score(y.astype(float), p))
    inside = (p > 0.001) & (p < 0.999)
    assert logarithmic(p, y)[inside] == pytest.approx(scoringrules.log_score(y.astype(float)[inside], p[inside]))


@given(FORECASTS)
def test_murphy_s_parts_make_up_the_score_by_probability_and_by_any_other_groups(forecasts):
    p, y, w = map(np.array, zip(*forecasts, strict=True))
    mean = np.average((p - y) ** 2, weights=w)
    by_probability, by_word = murphy(p, y, w), murphy(p, y, w, [f"{value:.0f}" for value in p])
    assert by_probability.brier == pytest.approx(mean, abs=1e-9)
    assert by_probability.within == pytest.approx(0, abs=1e-9)
    assert by_word.brier == pytest.approx(mean, abs=1e-9)
    assert by_word.resolution <= by_probability.resolution + 1e-9


@given(FORECASTS)
def test_the_curve_is_that_of_scikit_learn_and_its_parts_make_up_the_score(forecasts):
    p, y, w = map(np.array, zip(*forecasts, strict=True))
    found = calibration(p, y, w, range(len(p)))
    oracle = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(p, y, sample_weight=w).predict(found.p)
    assert found.rate == pytest.approx(oracle, abs=1e-9)
    total = found.miscalibration - found.discrimination + found.uncertainty
    assert total == pytest.approx(np.average((p - y) ** 2, weights=w), abs=1e-8)
    assert min(found.miscalibration, found.discrimination) >= -1e-9


def test_a_voice_is_measured_against_the_others():
    points = peer_points([[0.9, 0.6, 0.4], [np.nan, 0.6, 0.4], [np.nan, np.nan, 0.4]], [True, False, True])
    assert points[0, 0] == pytest.approx(100 * np.log(0.9 / geometric_mean([0.6, 0.4])))
    assert points[0].sum() == pytest.approx(0)
    assert points[1, 1:] == pytest.approx([100 * np.log(0.4 / 0.6), 100 * np.log(0.6 / 0.4)])
    assert np.isnan(points[1, 0])
    assert np.isnan(points[2]).all()


def test_the_band_is_the_same_every_time_and_needs_enough_clusters():
    random = np.random.default_rng(1)
    p = random.uniform(size=300)
    y = random.uniform(size=300) < p
    many = [calibration(p, y, np.ones(300), np.arange(300) % 60) for _ in range(2)]
    assert np.array_equal(many[0].band, many[1].band)
    assert calibration(p, y, np.ones(300), np.arange(300) % (scores.LEAST_CLUSTERS - 1)).band is None


def test_questions_that_hang_together_make_the_band_wider():
    # 30 groups of 10 copies of one question know as much as 30 questions.
    random = np.random.default_rng(2)
    p = np.repeat(random.uniform(size=30), 10)
    y = np.repeat(random.uniform(size=30), 10) < p
    alone, together = (calibration(p, y, np.ones(300), groups) for groups in (np.arange(300), np.repeat(range(30), 10)))
    assert np.ptp(together.band, axis=0).mean() > 1.5 * np.ptp(alone.band, axis=0).mean()


@pytest.mark.slow
@pytest.mark.parametrize(
    "truth", [lambda p: p, lambda p: p**2, lambda p: 0.25 + 0.5 * p], ids=["calibrated", "over", "flat"]
)
def test_the_band_covers_the_truth(truth):
    # A year of 52 weeks with 6 questions each, 15 times over: how often does the truth lie in the band?
    random = np.random.default_rng(3)
    covered = []
    for _ in range(15):
        p = random.beta(0.8, 1.2, size=312)
        y = random.uniform(size=312) < truth(p)
        found = calibration(p, y, np.ones(312), np.arange(312) // 6)
        inner = (found.p > 0.05) & (found.p < 0.95)
        low, high = found.band[:, inner]
        covered.append(np.mean((low <= truth(found.p[inner])) & (truth(found.p[inner]) <= high)))
    assert 0.85 <= np.mean(covered) <= 0.99
