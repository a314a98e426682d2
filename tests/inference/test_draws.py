from __future__ import annotations

import numpy as np
import pytest

from tocsin.inference.draws import draw_weights, effective_draws, tails, weighted_quantiles


def test_the_order_of_equal_draws_is_not_that_of_their_last_bits():
    values, weights = np.array([0.1, 0.3, 0.3, 0.5]), np.array([1.0, 5.0, 1.0, 1.0])
    for noise in (0.0, 1e-16, -1e-16):
        found = weighted_quantiles((values + np.array([0, noise, -noise, 0]))[:, np.newaxis], weights, [0.9])
        assert found == weighted_quantiles(values[:, np.newaxis], weights, [0.9])


def test_weighted_quantiles():
    values = np.array([[3.0], [1.0], [2.0], [4.0]])
    equal = np.ones(4)
    # Hyndman & Fan 1996, type 5: the k-th of n values stands at (k - 0.5) / n.
    assert [float(q[0]) for q in weighted_quantiles(values, equal, [0.125, 0.5, 0.875])] == [1.0, 2.5, 4.0]
    # A weight of two is the value twice, away from the ends.
    twice = weighted_quantiles(np.array([[1.0], [2.0], [2.0], [3.0]]), equal, [0.5])
    assert weighted_quantiles(np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 1.0]), [0.5])[0] == twice[0]
    assert weighted_quantiles(values, np.array([0.0, 1.0, 0.0, 0.0]), [0.1])[0] == 1.0


def test_weights_of_draws_are_relative_and_do_not_overflow():
    assert draw_weights(np.array([-1000.0, -1000.0 + np.log(0.5)])).tolist() == pytest.approx([1.0, 0.5])


def test_effective_draws_count_equal_weights_alone():
    assert effective_draws(np.ones(8)) == 8
    assert effective_draws(np.array([1.0, 0.0, 0.0])) == 1


def test_tails_leave_as_much_below_as_above():
    assert tails(0.8) == (pytest.approx(0.1), 0.9)
