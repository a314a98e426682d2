from itertools import product
from math import erf, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.network.families import ranked, wmax, wmean, wmin


def slow_mean(kind, points, weights):
    if kind is wmean:
        return sum(w * x for w, x in zip(weights, points, strict=True)) / sum(weights)
    leaning = [(w * x + sum(points) - x) / (w + len(points) - 1) for w, x in zip(weights, points, strict=True)]
    return min(leaning) if kind is wmin else max(leaning)


def slow_ranked(kind, weights, variance, sizes, states):
    """The same by loops, with the error function of the standard library."""
    draws = len(variance)
    table = np.zeros((states, *sizes, draws))
    for configuration in product(*map(range, sizes)):
        for draw in range(draws):
            masses = np.zeros(states)
            for steps in product(range(5), repeat=len(sizes)):
                points = [(k + step / 4) / m for k, step, m in zip(configuration, steps, sizes, strict=True)]
                mean = slow_mean(kind, points, weights[:, draw])
                below = [(1 + erf((cut / states - mean) / sqrt(2 * variance[draw]))) / 2 for cut in range(states + 1)]
                masses += [(below[s + 1] - below[s]) / (below[-1] - below[0]) for s in range(states)]
            table[(slice(None), *configuration, draw)] = masses / 5 ** len(sizes)
    return table


def random_problem(seed, sizes, draws):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.5, 5, (len(sizes), draws)), rng.uniform(0.002, 0.3, draws), tuple(sizes)


problems = st.builds(
    random_problem,
    seed=st.integers(0, 2**32 - 1),
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=2),
    draws=st.integers(1, 2),
)
expressions = pytest.mark.parametrize("expression", [wmean, wmin, wmax])


@pytest.mark.parametrize(
    ("car", "reliability", "expected"),
    [
        ("Small", "High", (0.89074457, 0.109226204, 2.923331e-05)),
        ("Small", "Medium", (0.6566733, 0.34217244, 0.001154249)),
        ("Medium", "High", (0.34204516, 0.6408707, 0.017084148)),
        ("Medium", "Medium", (0.10768213, 0.7846357, 0.10768213)),
    ],
)
def test_known_values(car, reliability, expected):
    # TNormal(wmean(2 car, 1 reliability), 0.01), after Fenton, Neil & Caballero 2007.
    table = ranked(wmean, np.array([[2.0], [1.0]]), np.array([0.01]), (3, 3), 3)
    column = table[:, ("Small", "Medium", "Large").index(car), ("High", "Medium", "Low").index(reliability), 0]
    assert column == pytest.approx(expected, abs=5e-8)


@expressions
@settings(max_examples=10, deadline=None)
@given(problem=problems, states=st.integers(2, 4))
def test_equals_the_plain_loops(expression, problem, states):
    fast, slow = ranked(expression, *problem, states), slow_ranked(expression, *problem, states)
    np.testing.assert_allclose(fast, slow, rtol=0, atol=1e-12)


@expressions
@settings(max_examples=20, deadline=None)
@given(problem=problems, states=st.integers(2, 4))
def test_columns_are_distributions_and_a_higher_parent_makes_the_child_higher(expression, problem, states):
    table = ranked(expression, *problem, states)
    assert table.min() >= 0
    np.testing.assert_allclose(table.sum(axis=0), 1.0, rtol=0, atol=1e-13)
    at_most = table.cumsum(axis=0)
    for axis in range(1, table.ndim - 1):
        assert (np.diff(at_most, axis=axis) <= 1e-12).all()


def test_expressions_by_hand():
    points, weights = np.array([[0.2], [0.8]]), np.array([[3.0], [1.0]])
    assert wmean(points, weights) == pytest.approx(np.array([[(0.6 + 0.8) / 4]]))
    assert wmin(points, weights) == pytest.approx(np.array([[(0.6 + 0.8) / 4]]))  # leaning on the first
    assert wmax(points, weights) == pytest.approx(np.array([[(0.2 + 0.8) / 2]]))  # leaning on the second


def test_heavy_weights_turn_wmin_and_wmax_into_minimum_and_maximum():
    points, weights = np.array([[0.2, 0.9], [0.8, 0.4]]), np.full((2, 1), 1e9)
    assert wmin(points, weights)[:, 0] == pytest.approx([0.2, 0.4])
    assert wmax(points, weights)[:, 0] == pytest.approx([0.8, 0.9])


def test_parents_of_unlike_sizes_and_many_draws():
    weights, variance = np.ones((3, 1)), np.linspace(0.005, 0.05, 1024)
    table = ranked(wmean, weights, variance, (2, 3, 4), 5)
    assert table.shape == (5, 2, 3, 4, 1024)
    alone = ranked(wmean, weights, variance[700:701], (2, 3, 4), 5)
    np.testing.assert_allclose(table[..., 700:701], alone, rtol=0, atol=1e-15)
