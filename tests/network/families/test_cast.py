from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.network.families import cast, noisy_max


def slow_cast(baseline, influences):
    """The same by loops, as the formula is printed (Chang et al. 1994; Rosen & Smith 1996)."""
    draws, sizes = len(baseline), [len(influence) for influence in influences]
    table = np.zeros((2, *sizes, draws))
    for configuration in product(*map(range, sizes)):
        for draw in range(draws):
            strengths = [influence[x, draw] for influence, x in zip(influences, configuration, strict=True)]
            up, down, b = 1.0, 1.0, baseline[draw]
            for c in strengths:
                if c > 0:
                    up *= 1 - c
                elif c < 0:
                    down *= 1 - abs(c)
            up, down = 1 - up, 1 - down
            p = b + (1 - b) * (up - down) / (1 - down) if up >= down else b * (1 - (down - up) / (1 - up))
            table[(slice(None), *configuration, draw)] = 1 - p, p
    return table


def random_problem(seed, sizes, draws):
    rng = np.random.default_rng(seed)
    return rng.random(draws), [rng.uniform(-0.95, 0.95, (size, draws)) for size in sizes]


problems = st.builds(
    random_problem,
    seed=st.integers(0, 2**32 - 1),
    sizes=st.lists(st.integers(1, 3), max_size=4),
    draws=st.integers(1, 3),
)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(1, 1, 0.9665), (1, 0, 0.925373), (0, 1, 0.074627), (0, 0, 0.0335)],
    ids=["TT", "TF", "FT", "FF"],
)
def test_known_values(first, second, expected):
    # Baseline .5, causes of +-.9 and +-.33 (after Chang et al. 1994).
    table = cast(np.array([0.5]), [np.array([[-0.9], [0.9]]), np.array([[-0.33], [0.33]])])
    assert table[1, first, second, 0] == pytest.approx(expected, abs=5e-7)


@settings(max_examples=80, deadline=None)
@given(problems)
def test_equals_the_plain_loops(problem):
    np.testing.assert_allclose(cast(*problem), slow_cast(*problem), rtol=0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(problems)
def test_columns_are_distributions(problem):
    table = cast(*problem)
    assert table.min() >= 0
    assert table.max() <= 1
    np.testing.assert_allclose(table.sum(axis=0), 1.0, rtol=0, atol=1e-15)


@settings(max_examples=60, deadline=None)
@given(problems)
def test_without_negative_influences_it_is_the_leaky_noisy_or(problem):
    baseline, influences = problem
    influences = [np.abs(influence) for influence in influences]
    links = [np.stack([1 - influence, influence], axis=1) for influence in influences]
    expected = noisy_max(np.stack([1 - baseline, baseline]), links)
    np.testing.assert_allclose(cast(baseline, influences), expected, rtol=0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(problems)
def test_without_influence_the_baseline_stands(problem):
    baseline, influences = problem
    table = cast(baseline, [np.zeros_like(influence) for influence in influences])
    np.testing.assert_allclose(table[1], np.broadcast_to(baseline, table[1].shape), rtol=0, atol=1e-15)


@settings(max_examples=60, deadline=None)
@given(problems, st.floats(0.0, 0.99), st.floats(-0.99, 0.0))
def test_a_stronger_influence_is_more_likely(problem, more, less):
    baseline, influences = problem
    table = cast(baseline, [*influences, np.array([[less], [0.0], [more]])])
    assert (np.diff(table[1], axis=-2) >= -1e-12).all()


def test_equal_and_opposite_influences_cancel():
    table = cast(np.array([0.3]), [np.array([[0.8]]), np.array([[-0.8]])])
    assert table[1, 0, 0, 0] == pytest.approx(0.3, abs=1e-15)
