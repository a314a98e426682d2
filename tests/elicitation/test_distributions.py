"""Distributions: quantile, cdf, pdf and mean agree with each other, with SciPy and with closed forms."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from tocsin.elicitation.distributions import Fixed, NormalOnLine, four_step, from_interval, from_line, onto_line

CONTINUOUS = [
    NormalOnLine("chance", -2.0, 0.9), NormalOnLine("chance", 3.0, 2.5), NormalOnLine("chance", 0.0, 0.1),
    NormalOnLine("ratio", -0.5, 0.7), NormalOnLine("strength", 0.4, 1.2),
]  # fmt: skip
U = np.linspace(0.001, 0.999, 501)


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=repr)
def test_cdf_undoes_quantile(distribution):
    np.testing.assert_allclose(distribution.cdf(distribution.quantile(U)), U, atol=1e-9)


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=repr)
def test_pdf_is_the_slope_of_cdf(distribution):
    x = distribution.quantile(np.linspace(0.05, 0.95, 19))
    step = 1e-6 * np.abs(x)
    slope = (distribution.cdf(x + step) - distribution.cdf(x - step)) / (2 * step)
    np.testing.assert_allclose(distribution.pdf(x), slope, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=repr)
def test_moments_are_those_of_an_adaptive_quadrature(distribution):
    def moment(power):
        def integrand(z):
            x = float(from_line(distribution.line, distribution.mu + distribution.sigma * z))
            return x**power * float(stats.norm.pdf(z))

        return float(integrate.quad(integrand, -12, 12, epsabs=1e-13, limit=200)[0])

    assert distribution.mean == pytest.approx(moment(1), rel=1e-9, abs=1e-12)
    assert distribution.variance == pytest.approx(moment(2) - moment(1) ** 2, rel=1e-6)


def test_a_ratio_is_scipys_lognormal():
    ours, theirs = NormalOnLine("ratio", -0.5, 0.7), stats.lognorm(0.7, scale=np.exp(-0.5))
    x = theirs.ppf(U)
    np.testing.assert_allclose(ours.quantile(U), x)
    np.testing.assert_allclose(ours.pdf(x), theirs.pdf(x))
    assert ours.mean == pytest.approx(theirs.mean())
    assert ours.variance == pytest.approx(theirs.var())
    assert ours.point == pytest.approx(theirs.median())


@pytest.mark.parametrize("line", ["chance", "ratio", "strength"])
@pytest.mark.parametrize("cover", [0.5, 0.8, 0.95])
def test_an_interval_holds_its_cover(line, cover):
    found = from_interval(line, 0.05, 0.4, cover)
    np.testing.assert_allclose(found.cdf([0.05, 0.4]), [(1 - cover) / 2, (1 + cover) / 2])


def test_an_end_at_0_or_1_is_read_as_a_twentieth():
    assert from_interval("chance", 0.0, 0.1, 0.8, 20) == from_interval("chance", 0.005, 0.1, 0.8)
    low, high = from_interval("chance", 0.0, 0.1, 0.8, 20), from_interval("chance", 0.9, 1.0, 0.8, 20)
    assert (high.mu, high.sigma) == (pytest.approx(-low.mu), pytest.approx(low.sigma))


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0), (0.4, 0.4), (0.6, 0.4), (-0.1, 0.4), (0.5, 1.1)])
def test_no_interval_no_distribution(low, high):
    with pytest.raises(ValueError, match="no belief about a chance"):
        from_interval("chance", low, high, 0.8)


@given(st.sampled_from(["chance", "ratio", "strength"]), st.floats(-30, 30))
def test_the_line_leads_there_and_back(line, place):
    assert float(onto_line(line, from_line(line, place))) == pytest.approx(place, rel=1e-3, abs=1e-9)


def test_chances_never_reach_the_ends():
    sharp = NormalOnLine("chance", 40.0, 30.0).quantile(np.array([1e-12, 1 - 1e-12]))
    assert ((sharp > 0) & (sharp < 1)).all()
    assert np.isfinite(sharp / (1 - sharp)).all()


def test_densities_end_where_the_number_does():
    np.testing.assert_array_equal(NormalOnLine("chance", 0.0, 1.0).pdf([-0.5, 0.0, 1.0, 1.5]), 0.0)
    np.testing.assert_array_equal(NormalOnLine("ratio", 0.0, 1.0).pdf([-0.5, 0.0]), 0.0)
    np.testing.assert_array_equal(NormalOnLine("strength", 0.0, 1.0).pdf([-1.0, 1.0]), 0.0)


def test_a_fixed_number_is_drawn_everywhere():
    fixed = Fixed(0.3)
    assert (fixed.quantile(U) == 0.3).all()
    assert fixed.cdf([0.29, 0.3]).tolist() == [0, 1]
    assert (fixed.mean, fixed.point, fixed.variance) == (0.3, 0.3, 0.0)


def test_an_interval_is_brought_to_80_percent_as_hemming_et_al_do():
    # B - (B - L) S/C and B + (U - B) S/C (Hemming et al. 2018), by hand; elicitr's `rescale_data` has the same.
    assert four_step("chance", 0.1, 0.3, 0.4, 0.6) == pytest.approx((0.3 - 0.2 * 0.8 / 0.6, 0.3 + 0.1 * 0.8 / 0.6))
    assert four_step("chance", 0.05, 0.1, 0.2, 1.0) == pytest.approx((0.06, 0.18))
    assert four_step("chance", 0.05, 0.1, 0.2, 0.8) == pytest.approx((0.05, 0.2))
    assert four_step("chance", 0.1, 0.3, 0.95, 0.5)[1] == 1.0
    assert four_step("chance", 0.1, 0.2, 0.95, 0.5, 0.9)[0] == pytest.approx(0.02)
    # A factor on logarithms, so that 2 and 1/2 are as far from 1.
    low, high = four_step("ratio", 0.5, 1.0, 2.0, 0.5)
    assert low * high == pytest.approx(1)
    assert high == pytest.approx(2**1.6)


@given(st.tuples(*[st.floats(0.001, 0.999)] * 3), st.floats(0.5, 1), st.floats(0.5, 1))
def test_who_is_less_sure_of_the_same_range_says_less(ends, one, other):
    low, best, high = sorted(ends)
    surer, less = (four_step("chance", low, best, high, sure) for sure in sorted((one, other), reverse=True))
    assert less[0] <= surer[0] + 1e-12
    assert surer[1] <= less[1] + 1e-12
