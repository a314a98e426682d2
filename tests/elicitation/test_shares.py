"""Chances of several states: the logistic-normal distribution."""

import numpy as np
import pytest
from scipy import stats

from tocsin.elicitation.distributions import Fixed, from_interval
from tocsin.elicitation.priors import LEAST_REST, LogisticNormal, from_cases, from_shares
from tocsin.elicitation.sobol import uniforms

GREY, BLACK = from_interval("chance", 0.2, 0.45, 0.8), from_interval("chance", 0.05, 0.2, 0.8)


def _z(states, count=8192):
    return np.asarray(stats.norm.ppf(uniforms(states, count, 7)))


def test_one_share_of_two_is_its_own_distribution():
    found = from_shares(("no", "yes"), {"yes": GREY})
    z = _z(2)
    np.testing.assert_allclose(found.draws(z)[1], GREY.quantile(stats.norm.cdf(z[1])), rtol=1e-9)


def test_the_log_ratios_to_the_rest_are_normal():
    found = from_shares(("clear", "grey", "black"), {"grey": GREY, "black": BLACK})
    draws = found.draws(_z(3))
    np.testing.assert_allclose(draws.sum(axis=0), 1.0)
    ratio = np.log(draws[1] / draws[0])
    rest = 1 - GREY.median - BLACK.median
    assert ratio.mean() == pytest.approx(np.log(GREY.median / rest), abs=1e-3)
    assert ratio.std() == pytest.approx(GREY.sigma, rel=1e-2)


def test_shares_that_overrun_leave_the_rest_possible():
    high = from_interval("chance", 0.55, 0.8, 0.8)
    every = from_shares(("a", "b", "c"), dict.fromkeys("abc", high))
    assert every.centres == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    squeezed = from_shares(("a", "b", "c"), {"a": high, "b": high})
    assert squeezed.centres[2] == pytest.approx(LEAST_REST / (2 * high.median + LEAST_REST))


def test_states_without_a_share_divide_the_rest():
    found = from_shares(("a", "b", "c", "d"), {"b": GREY, "c": Fixed(0.1)})
    assert found.centres[0] == found.centres[3] == pytest.approx((1 - GREY.median - 0.1) / 2)
    assert found.sigmas == (0.0, GREY.sigma, 0.0, 0.0)


@pytest.mark.parametrize("cases", [20, 60, 400])
def test_chances_as_if_seen_are_near_to_the_dirichlet(cases):
    """Aitchison & Shen (1980): the nearest logistic-normal; its moments come near as cases grow."""
    chances = np.array([0.2, 0.3, 0.5])
    found = from_cases(tuple(chances), cases)
    draws, exact = found.draws(_z(3)), stats.dirichlet(chances * cases)
    np.testing.assert_allclose(draws.mean(axis=1), exact.mean(), atol=0.2 / cases)
    np.testing.assert_allclose(draws.std(axis=1), np.sqrt(exact.var()), rtol=3 / cases)


def test_a_state_that_never_holds_never_holds():
    found = from_cases((0.0, 0.3, 0.7), 10)
    assert (found.draws(_z(3))[0] == 0).all()
    assert found.mean[0] == 0


def test_plain_chances_do_not_vary():
    found = from_cases((0.9, 0.09, 0.01), None)
    assert found.mean == pytest.approx([0.9, 0.09, 0.01])
    assert np.ptp(found.draws(_z(3, 16)), axis=1).max() == pytest.approx(0, abs=1e-15)


def test_the_mean_is_that_of_what_is_drawn():
    found = LogisticNormal((0.2, 0.3, 0.5), (0.8, 0.5, 0.0))
    assert found.mean == pytest.approx(found.draws(_z(3)).mean(axis=1), abs=1e-3)


def test_beliefs_however_wide_stay_distributions():
    drawn = LogisticNormal((0.2, 0.0, 0.8), (1e3, 0.0, 1e3)).draws(_z(3))
    np.testing.assert_allclose(drawn.sum(axis=0), 1)
    assert not drawn[1].any()
