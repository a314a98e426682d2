from __future__ import annotations

import numpy as np
import pytest

from tocsin.canonical import canonical
from tocsin.inference.draws import draw_weights, effective_draws, tails, weighted_quantiles

LEVELS = (0.1, 0.5, 0.9)


def plain_quantile(values, weights, level):
    """Hyndman & Fan 1996, type 5, for weights: impossible draws have no value and no weight."""
    pairs = sorted((canonical(value), place) for place, value in enumerate(values) if not np.isnan(value))
    shares = np.array([weights[place] for _, place in pairs]) / sum(weights[place] for _, place in pairs)
    middles = np.cumsum(shares) - shares / 2
    return canonical(np.interp(level, middles, [value for value, _ in pairs]))


def test_the_order_of_equal_draws_is_not_that_of_their_last_bits():
    values, weights = np.array([0.1, 0.3, 0.3, 0.5]), np.array([1.0, 5.0, 1.0, 1.0])
    for noise in (0.0, 1e-16, -1e-16):
        found = weighted_quantiles(values + np.array([0, noise, -noise, 0]), weights, [0.9])
        assert found == weighted_quantiles(values, weights, [0.9])


def test_weighted_quantiles():
    values, equal = np.array([3.0, 1.0, 2.0, 4.0]), np.ones(4)
    # Hyndman & Fan 1996, type 5: the k-th of n values stands at (k - 0.5) / n.
    assert weighted_quantiles(values, equal, [0.125, 0.5, 0.875]).tolist() == [1.0, 2.5, 4.0]
    # A weight of two is the value twice, away from the ends.
    twice = weighted_quantiles(np.array([1.0, 2.0, 2.0, 3.0]), equal, [0.5])
    assert weighted_quantiles(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 1.0]), [0.5]) == twice
    assert weighted_quantiles(values, np.array([0.0, 1.0, 0.0, 0.0]), [0.1]) == 1.0


def test_weights_of_draws_are_relative_and_do_not_overflow():
    assert draw_weights(np.array([-1000.0, -1000.0 + np.log(0.5)])).tolist() == pytest.approx([1.0, 0.5])


def test_effective_draws_count_equal_weights_alone():
    assert effective_draws(np.ones(8)) == 8
    assert effective_draws(np.array([1.0, 0.0, 0.0])) == 1


def test_tails_leave_as_much_below_as_above():
    assert tails(0.8) == (pytest.approx(0.1), 0.9)


@pytest.mark.parametrize("draws", [1, 2, 3, 1024, 1025])
def test_quantiles_of_whole_numbers_and_of_others_are_those_of_the_plain_loop(draws):
    """Values from 0 to 10 are ordered as whole numbers, others as they are; ties, NaN and zero weights in both."""
    rng = np.random.default_rng(draws)
    values = rng.random((4, 3, draws)).round(2)
    values[0, 0] = 0.25
    values[1, 1, : draws // 3] = np.nan
    weights = rng.random((4, draws))
    weights[2, draws // 2 :] *= 1e-3
    weights[1, : draws // 3] = 0.0
    values[1, [0, 2], : draws // 3] = np.nan
    for scale in (1.0, -7.0, 1000.0):
        found = weighted_quantiles(values * scale, weights[:, np.newaxis], LEVELS)
        for row, event in np.ndindex(4, 3):
            expected = [plain_quantile(values[row, event] * scale, weights[row], level) for level in LEVELS]
            np.testing.assert_allclose(found[:, row, event], expected, rtol=0, atol=1e-10 * abs(scale))


def test_the_last_draw_that_is_possible_bounds_what_few_draws_leave():
    """Two draws of forty are possible: the ninth decile lies beyond the middle of the last, and is its value."""
    values, weights = np.full(40, np.nan), np.zeros(40)
    values[:2], weights[:2] = (0.2, 0.6), 1.0
    np.testing.assert_allclose(weighted_quantiles(values, weights, LEVELS), (0.2, 0.4, 0.6))
