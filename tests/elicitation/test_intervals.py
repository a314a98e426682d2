"""Intervals → distributions: golden values, and every interval that a record admits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.elicitation.distributions import Beta, LogNormal
from tocsin.elicitation.intervals import (
    beta_from_interval,
    cap,
    discount,
    discount_ratio,
    lognormal_from_interval,
    strength_from_interval,
)

# Cover 0.8; 0–9 % is Jeffreys' 3.3 % after about 14 months without a strike.
GOLDEN = [
    (0.05, 0.20, 3.4, 25.1),
    (0.20, 0.45, 7.2, 15.2),
    (0.55, 0.80, 15.2, 7.2),
    (0.15, 0.60, 2.6, 4.5),
    (0.05, 0.25, 2.6, 15.6),
    (0.45, 0.55, 82.0, 82.0),
    (0.0, 0.09, 0.5, 14.6),
]


@pytest.mark.parametrize(("low", "high", "a", "b"), GOLDEN)
def test_published_betas(low: float, high: float, a: float, b: float) -> None:
    beta = beta_from_interval(low, high, 0.8)
    assert (beta.a, beta.b) == (pytest.approx(a, abs=0.05), pytest.approx(b, abs=0.05))


@pytest.mark.parametrize(
    ("low", "high"),
    [(0.002, 0.03), (0.001, 0.999), (0.45, 0.55), (1e-6, 0.9), (0.1, 0.999999), (0.4999, 0.5001), (1e-8, 2e-8)],
)
@pytest.mark.parametrize("cover", [0.5, 0.8, 0.95])
def test_the_interval_holds_its_cover(low: float, high: float, cover: float) -> None:
    beta = beta_from_interval(low, high, cover)
    np.testing.assert_allclose(beta.cdf([low, high]), [(1 - cover) / 2, (1 + cover) / 2], atol=1e-8)


@pytest.mark.parametrize("high", [0.01, 0.05, 0.09, 0.33, 0.6, 0.99])
def test_an_end_at_zero_is_one_sided_and_an_end_at_one_mirrors_it(high: float) -> None:
    beta = beta_from_interval(0.0, high)
    assert beta.a == 0.5
    assert float(beta.cdf(high)) == pytest.approx(0.9)
    mirrored = beta_from_interval(1 - high, 1.0)
    assert mirrored.b == 0.5
    assert mirrored.a == pytest.approx(beta.b, rel=1e-6)


def test_jeffreys_mean_after_no_strike() -> None:
    assert beta_from_interval(0.0, 0.09).mean == pytest.approx(0.033, abs=0.0005)


@settings(deadline=None, max_examples=200)
@given(st.floats(0, 1), st.floats(0, 1))
def test_every_interval_has_a_beta(one: float, other: float) -> None:
    low, high = min(one, other), max(one, other)
    if low == high or (low < 1e-9 and high > 1 - 1e-9):
        return
    beta = beta_from_interval(low, high)
    assert beta.a > 0
    assert beta.b > 0
    if low >= 1e-9 and high <= 1 - 1e-9 and min(beta.a, beta.b) < 1e8:
        np.testing.assert_allclose(beta.cdf([low, high]), [0.1, 0.9], atol=1e-5)


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.5), (0.6, 0.4), (0.0, 1.0), (-0.1, 0.5)])
def test_no_interval_no_beta(low: float, high: float) -> None:
    with pytest.raises(ValueError, match="no Beta"):
        beta_from_interval(low, high)


def test_complement_flips() -> None:
    straight, flipped = beta_from_interval(0.05, 0.2), beta_from_interval(0.8, 0.95).complement
    assert (straight.a, straight.b) == (pytest.approx(flipped.a), pytest.approx(flipped.b))


def test_a_ratio_interval_is_lognormal() -> None:
    # ln 2 ± 1.2816 sigma: a ratio of 1 to 4 has its median at 2.
    ratio = lognormal_from_interval(1.0, 4.0)
    assert ratio.mu == pytest.approx(np.log(2))
    assert ratio.sigma == pytest.approx(np.log(2) / 1.2815515655446004)
    np.testing.assert_allclose(ratio.cdf([1.0, 4.0]), [0.1, 0.9])


def test_a_strength_interval_lies_between_minus_one_and_one() -> None:
    strength = strength_from_interval(-0.2, 0.6)
    np.testing.assert_allclose(strength.cdf([-1.0, -0.2, 0.6, 1.0]), [0, 0.1, 0.9, 1], atol=1e-9)


def test_a_cap_keeps_the_mean_and_holds_the_cases() -> None:
    even = beta_from_interval(0.45, 0.55)
    assert cap(even, 12) == Beta(6.0, 6.0)
    assert cap(Beta(2.0, 3.0), 12) == Beta(2.0, 3.0)


@given(st.floats(0.05, 500), st.floats(0.05, 500), st.floats(0, 10))
def test_discount(a: float, b: float, weight: float) -> None:
    beta = Beta(a, b)
    assert discount(beta, 1.0) == Beta(pytest.approx(a), pytest.approx(b))
    assert discount(beta, 0.0) == Beta(1.0, 1.0)
    less = discount(beta, weight)
    assert less.a > 0
    assert less.b > 0
    assert abs(less.mean - 0.5) <= abs(beta.mean - 0.5) + 1e-9 or min(a, b) < 1


def test_discount_by_hand() -> None:
    assert discount(Beta(3.0, 11.0), 0.5) == Beta(2.0, 6.0)
    assert discount_ratio(LogNormal(0.3, 0.5), 0.25) == LogNormal(0.3, 1.0)
    assert discount_ratio(LogNormal(0.3, 0.5), 1.0) == LogNormal(0.3, 0.5)
