from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.network.families import odds, ratio_of_column


def slow_odds(base, ratios):
    """The same by loops: the logit of P(Y >= c) shifted by the logarithms of the ratios."""
    states, draws = base.shape
    sizes = [len(ratio) for ratio in ratios]
    table = np.zeros((states, *sizes, draws))
    for configuration in product(*map(range, sizes)):
        for draw in range(draws):
            tails = [1.0]
            for cut in range(1, states):
                worse, milder = sum(base[cut:, draw]), sum(base[:cut, draw])
                logit = np.log(worse) - np.log(milder)
                for ratio, x in zip(ratios, configuration, strict=True):
                    logit += np.log(ratio[x, draw])
                tails.append(1 / (1 + np.exp(-logit)))
            tails.append(0.0)
            for state in range(states):
                table[(state, *configuration, draw)] = tails[state] - tails[state + 1]
    return table


def random_problem(seed, states, sizes, draws):
    rng = np.random.default_rng(seed)
    ratios = [np.exp(rng.normal(0, 2, (size, draws))) for size in sizes]
    for ratio in ratios:
        ratio[0] = 1.0
    return rng.dirichlet(np.ones(states), draws).T, ratios


problems = st.builds(
    random_problem,
    seed=st.integers(0, 2**32 - 1),
    states=st.integers(2, 5),
    sizes=st.lists(st.integers(2, 3), max_size=3),
    draws=st.integers(1, 3),
)


def test_by_hand():
    # Odds 1:3 and 3:1 at the two cuts of (.25, .5, .25); doubled: 6:1 and 2:3.
    table = odds(np.array([[0.25], [0.5], [0.25]]), [np.array([[1.0], [2.0]])])
    assert table[:, 1, 0] == pytest.approx([1 / 7, 6 / 7 - 2 / 5, 2 / 5])


def test_two_parents_multiply():
    table = odds(np.array([[0.5], [0.5]]), [np.array([[1.0], [2.0]]), np.array([[1.0], [5.0]])])
    assert table[1, :, :, 0] == pytest.approx(np.array([[1 / 2, 5 / 6], [2 / 3, 10 / 11]]))


@settings(max_examples=60, deadline=None)
@given(problems)
def test_equals_the_plain_loops(problem):
    np.testing.assert_allclose(odds(*problem), slow_odds(*problem), rtol=0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(problems)
def test_columns_are_distributions_and_the_reference_is_the_base(problem):
    base, ratios = problem
    table = odds(base, ratios)
    assert table.min() >= 0
    np.testing.assert_allclose(table.sum(axis=0), 1.0, rtol=0, atol=1e-14)
    np.testing.assert_allclose(table[(slice(None), *(0,) * len(ratios))], base, rtol=0, atol=1e-14)


@settings(max_examples=60, deadline=None)
@given(problems)
def test_with_all_ratios_one_every_column_is_the_base(problem):
    base, ratios = problem
    table = odds(base, [np.ones_like(ratio) for ratio in ratios])
    expected = np.broadcast_to(base.reshape(len(base), *(1,) * len(ratios), -1), table.shape)
    np.testing.assert_allclose(table, expected, rtol=0, atol=1e-14)


@settings(max_examples=60, deadline=None)
@given(problems, st.floats(1.0, 50.0))
def test_a_greater_ratio_is_worse_at_every_cut(problem, factor):
    base, ratios = problem
    ratios = [*ratios, np.array([[1.0], [factor]])]
    at_most = odds(base, ratios).cumsum(axis=0)
    assert (at_most[..., 1, :] <= at_most[..., 0, :] + 1e-12).all()


@pytest.mark.parametrize("ratio", [0.0, 1e-300, 1e-5, 1e5, 1e300])
def test_extreme_ratios_stay_distributions(ratio):
    table = odds(np.array([[0.3], [0.3], [0.4]]), [np.array([[1.0], [ratio]])] * 3)
    assert np.isfinite(table).all()
    np.testing.assert_allclose(table.sum(axis=0), 1.0, rtol=0, atol=1e-14)
    assert table[2, 1, 1, 1, 0] == pytest.approx(0.0 if ratio < 1 else 1.0, abs=1e-12)


@pytest.mark.parametrize("ratio", [0.0, 1e-300, 0.2, 1.0, 7.0, 1e300])
def test_a_cut_that_is_certain_in_the_base_stays_certain(ratio):
    table = odds(np.array([[0.0], [0.6], [0.4], [0.0]]), [np.array([[1.0], [ratio]])])
    assert table[0, :, 0].tolist() == [0.0, 0.0]
    assert table[3, :, 0].tolist() == [0.0, 0.0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 4), st.floats(0.001, 0.999))
def test_the_ratio_of_a_column_gives_the_column_back(seed, states, p):
    base = np.random.default_rng(seed).dirichlet(np.ones(states), 2).T
    for cut in range(1, states):
        ratio = ratio_of_column(base, np.array([p]), cut)
        table = odds(base, [np.stack([np.ones(2), ratio])])
        assert table[cut:, 1].sum(axis=0) == pytest.approx([p, p], abs=1e-12)


def test_a_cut_that_no_ratio_can_move_gets_the_ratio_one():
    base = np.array([[0.0, 1.0, 0.5], [1.0, 0.0, 0.5]])
    assert ratio_of_column(base, np.array([0.2, 0.2, 0.2]), 1) == pytest.approx([1.0, 1.0, 0.25])
