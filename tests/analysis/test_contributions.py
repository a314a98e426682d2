from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tocsin.analysis import contributions as module
from tocsin.analysis.contributions import (
    Contributions,
    all_subsets,
    contributions,
    sampled_shapley,
    sampled_subsets,
    shapley,
)
from tocsin.assessment import assess
from tocsin.canonical import log_odds

games = st.integers(1, 6).flatmap(
    lambda count: arrays(np.float64, 2**count, elements=st.floats(-30, 30, allow_nan=False, width=32))
)

FIVE = """
evidence:
  framing: [{reported: casus_belli, grade: B2}, {reported: attribution, grade: C3}]
  syrian_advance: {observed: advances}
  attack_tempo: {believed: {low: 20%, moderate: 30%, high: 50%}}
forced: {posture: degraded}
statements: {exclude: [S18], reweigh: {R1: 0.5}}
"""


def by_permutations(values):
    """The definition: the mean over all orders of what each adds when it comes in."""
    count = len(values).bit_length() - 1
    shares = np.zeros(count)
    for order in permutations(range(count)):
        held = 0
        for one in order:
            shares[one] += values[held | 1 << one] - values[held]
            held |= 1 << one
    return shares / factorial(count)


def test_places_lead_from_the_baseline_over_the_greatest_log_odds_first():
    one = Contributions(0.5, 0.8, {"less": -float(np.log(2)), "more": float(np.log(8))}, {})
    assert [name for name, _ in one.ranked] == ["more", "less"]
    assert one.places == pytest.approx([8 / 9, 0.8])
    assert np.isnan(Contributions(0.0, 0.5, {"more": 1.0}, {}).places).all()


@given(games)
def test_equal_to_the_enumeration_of_orders(values):
    np.testing.assert_allclose(shapley(values), by_permutations(values), atol=1e-10)


@pytest.mark.parametrize("outcome", ["israeli_strike", "infiltration", "assad"])
def test_a_scenario_s_parts_add_up_to_what_assess_says(iraq, scenario, case, outcome):
    found = contributions(case(iraq, FIVE))[outcome]
    answer = assess(iraq, scenario(iraq, FIVE)).outcomes[outcome]
    assert list(found.log_odds) == ["framing", "framing 2", "syrian_advance", "attack_tempo", "posture", "statements"]
    assert found.baseline == pytest.approx(answer.baseline, abs=1e-12)
    assert found.scenario == pytest.approx(answer.p, abs=1e-9)
    total = float(log_odds(found.scenario) - log_odds(found.baseline))
    assert sum(found.log_odds.values()) == pytest.approx(total, abs=1e-9)


def test_each_subset_is_the_scenario_with_these_findings_alone(iraq, scenario, case):
    whole, part = case(iraq, FIVE), "evidence: {attack_tempo: {believed: {low: 20%, moderate: 30%, high: 50%}}}\n"
    part += "forced: {posture: degraded}"
    table = module.subsets_of(whole)
    mask = np.array([[name in ("attack_tempo", "posture") for name in table.names]])
    answer = assess(iraq, scenario(iraq, part)).outcomes
    for outcome, p in table.chances(mask).items():
        assert p[0] == pytest.approx(answer[outcome].p, abs=1e-9)


def test_nothing_found_is_nothing_contributed(iraq, case):
    found = contributions(case(iraq))["israeli_strike"]
    assert found.log_odds == {}
    assert found.baseline == found.scenario


def test_sampled_orders_come_near_and_know_how_near():
    rng = np.random.default_rng(4)
    count = 7
    values = rng.normal(size=2**count)
    exact = shapley(values)
    masks = sampled_subsets(count, orders=400)
    rows = masks @ (1 << np.arange(count))
    found, errors = sampled_shapley(values[rows], masks)
    assert found.sum() == pytest.approx(values[-1] - values[0], abs=1e-9)
    z = (found - exact) / errors
    assert np.abs(z).max() < 4
    assert 0.4 < np.sqrt((z**2).mean()) < 1.8


def test_many_findings_are_sampled(iraq, case, monkeypatch):
    exact = contributions(case(iraq, FIVE))["israeli_strike"]
    monkeypatch.setattr(module, "EXACT", 3)
    sampled = contributions(case(iraq, FIVE))["israeli_strike"]
    assert sampled.scenario == pytest.approx(exact.scenario, abs=1e-9)
    assert set(sampled.standard_error) == set(exact.log_odds)
    for name, value in exact.log_odds.items():
        assert sampled.log_odds[name] == pytest.approx(value, abs=4 * sampled.standard_error[name] + 1e-9)


def test_rows_of_subsets():
    assert all_subsets(0).shape == (1, 0)
    np.testing.assert_array_equal(all_subsets(2), [[0, 0], [1, 0], [0, 1], [1, 1]])
