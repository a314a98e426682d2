from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.network.families import henrion_links, noisy_max

# An example network of Henrion's and Díez' forms side by side: leak 1e-4, five causes (the same
# figures as pyAgrum's addNoisyORCompound, Henrion's, and addNoisyORNet, Díez').
WEIGHTS = (0.1, 0.3, 0.5, 0.7, 0.9)
LEAK = 1e-4


def binary(p):
    return np.array([[1 - p], [p]])


def link(effect):
    return np.array([[[1.0], [0.0]], [[1 - effect], [effect]]])


def slow_noisy_max(leak, causes, inhibitors):
    """The same by loops: P(Y <= y | x) = P_leak(Y <= y) * prod_i (1 - P_i(Y > y | x_i) * prod_j f_j)."""
    states, draws = leak.shape
    sizes = [len(cause) for cause in causes] + [len(factors) for factors in inhibitors]
    table = np.zeros((states, *sizes, draws))
    for configuration in product(*map(range, sizes)):
        for draw in range(draws):
            weakened = 1.0
            for factors, z in zip(inhibitors, configuration[len(causes) :], strict=True):
                weakened *= factors[z, draw]
            before = 0.0
            for y in range(states):
                cumulative = sum(leak[: y + 1, draw])
                for cause, x in zip(causes, configuration, strict=False):
                    cumulative *= 1 - sum(cause[x, y + 1 :, draw]) * weakened
                table[(y, *configuration, draw)] = cumulative - before
                before = cumulative
    return table


def random_links(rng, size, states, draws):
    links = np.moveaxis(rng.dirichlet(np.ones(states), (size, draws)), -1, 1)
    links[0] = 0.0
    links[0, 0] = 1.0
    return links


def random_problem(seed, states, sizes, inhibitors, draws):
    rng = np.random.default_rng(seed)
    factors = [rng.random((size, draws)) for size in inhibitors]
    for factor in factors:
        factor[0] = 1.0
    return rng.dirichlet(np.ones(states), draws).T, [random_links(rng, n, states, draws) for n in sizes], factors


problems = st.builds(
    random_problem,
    seed=st.integers(0, 2**32 - 1),
    states=st.integers(2, 4),
    sizes=st.lists(st.integers(2, 3), max_size=3),
    inhibitors=st.lists(st.integers(2, 3), max_size=2),
    draws=st.integers(1, 3),
)


@pytest.mark.parametrize(
    ("active", "expected"), [((4,), 0.90001), ((3, 4), 0.970003), ((0, 1, 2, 3, 4), 0.990551)], ids=str
)
def test_known_values_in_the_form_of_diez(active, expected):
    table = noisy_max(binary(LEAK), [link(weight) for weight in WEIGHTS])
    configuration = tuple(int(i in active) for i in range(5))
    assert table[(1, *configuration, 0)] == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("active", "expected"), [((4,), 0.9), ((3, 4), 0.969997), ((0, 1, 2, 3, 4), 0.990546)], ids=str
)
def test_known_values_in_the_form_of_henrion(active, expected):
    elicited = [np.stack([binary(LEAK), binary(weight)]) for weight in WEIGHTS]
    table = noisy_max(binary(LEAK), [henrion_links(columns, binary(LEAK)) for columns in elicited])
    configuration = tuple(int(i in active) for i in range(5))
    assert table[(1, *configuration, 0)] == pytest.approx(expected, abs=5e-7)


@settings(max_examples=60, deadline=None)
@given(problems)
def test_equals_the_plain_loops(problem):
    np.testing.assert_allclose(noisy_max(*problem), slow_noisy_max(*problem), rtol=0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(problems)
def test_columns_are_distributions(problem):
    table = noisy_max(*problem)
    assert table.min() >= 0
    assert table.max() <= 1
    np.testing.assert_allclose(table.sum(axis=0), 1.0, rtol=0, atol=1e-14)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=5), st.floats(0, 1))
def test_a_binary_noisy_max_is_the_noisy_or(effects, leak):
    table = noisy_max(binary(leak), [link(effect) for effect in effects])
    for configuration in product((0, 1), repeat=len(effects)):
        spared = np.prod([1 - effect for effect, x in zip(effects, configuration, strict=True) if x])
        assert table[(1, *configuration, 0)] == pytest.approx(1 - (1 - leak) * spared, abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(problems)
def test_with_every_parent_at_its_reference_only_the_leak_is_left(problem):
    leak, causes, inhibitors = problem
    table = noisy_max(leak, causes, inhibitors)
    reference = table[(slice(None), *(0,) * (len(causes) + len(inhibitors)))]
    np.testing.assert_allclose(reference, leak, rtol=0, atol=1e-14)


@settings(max_examples=60, deadline=None)
@given(problems)
def test_a_cause_never_makes_the_child_milder_and_an_inhibitor_never_worse(problem):
    leak, causes, inhibitors = problem
    at_most = noisy_max(leak, causes, inhibitors).cumsum(axis=0)
    for axis in range(1, 1 + len(causes)):
        assert (at_most <= at_most.take([0], axis=axis) + 1e-12).all()
    for axis in range(1 + len(causes), at_most.ndim - 1):
        assert (at_most >= at_most.take([0], axis=axis) - 1e-12).all()


def test_a_full_inhibitor_leaves_the_leak_alone():
    table = noisy_max(binary(0.2), [link(0.9)], [np.array([[1.0], [0.0]])])
    assert table[1, 1, :, 0] == pytest.approx([1 - 0.8 * 0.1, 0.2])


def test_inhibitors_without_a_cause_still_have_their_axes():
    assert noisy_max(binary(0.2), [], [np.ones((3, 1))]).shape == (2, 3, 1)


def test_a_parameter_may_be_the_same_in_all_draws():
    leak = np.array([[0.9, 0.5, 0.1], [0.1, 0.5, 0.9]])
    table = noisy_max(leak, [link(0.5)], [np.array([[1.0], [0.4]])])
    assert table.shape == (2, 2, 2, 3)
    assert table[1, 1, 1] == pytest.approx(1 - leak[0] * 0.8)


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 0.99), st.floats(0, 1))
def test_a_binary_link_of_henrions_is_p_minus_l_over_one_minus_l(leak, p):
    links = henrion_links(np.stack([binary(leak), binary(p)]), binary(leak))
    assert links[1, 1, 0] == pytest.approx(max((p - leak) / (1 - leak), 0.0), abs=1e-12)
    assert links[0, 1, 0] == pytest.approx(0.0, abs=1e-12)


def test_links_give_the_elicited_columns_back():
    leak = np.array([[0.9], [0.07], [0.03]])
    columns = np.array([leak, [[0.5], [0.3], [0.2]], [[0.1], [0.2], [0.7]]])
    table = noisy_max(leak, [henrion_links(columns, leak)])
    np.testing.assert_allclose(table, np.moveaxis(columns, 0, 1), rtol=0, atol=1e-14)


def test_a_column_milder_than_the_leak_has_no_effect():
    leak = np.array([[0.5], [0.3], [0.2]])
    links = henrion_links(np.array([leak, [[0.7], [0.2], [0.1]]]), leak)
    assert links[1, :, 0] == pytest.approx([1, 0, 0])


def test_ratios_that_fall_are_raised_to_the_strongest_link_not_worse_than_the_column():
    leak = np.array([[0.5], [0.5], [0.0]])
    column = np.array([[0.4], [0.2], [0.4]])  # ratios .8, .6, 1
    links = henrion_links(np.array([leak, column]), leak)
    assert links[1].cumsum(axis=0)[:, 0] == pytest.approx([0.8, 0.8, 1.0])


def test_a_leak_that_never_leaves_the_mildest_state_possible():
    leak = np.array([[0.0], [0.4], [0.6]])
    columns = np.array([leak, [[0.0], [0.1], [0.9]]])
    links = henrion_links(columns, leak)
    assert np.isfinite(links).all()
    assert links[0, :, 0] == pytest.approx([1, 0, 0])
    np.testing.assert_allclose(noisy_max(leak, [links]), np.moveaxis(columns, 0, 1), rtol=0, atol=1e-14)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_links_are_distributions(seed, states):
    rng = np.random.default_rng(seed)
    leak = rng.dirichlet(np.full(states, 0.3), 2).T
    links = henrion_links(np.moveaxis(rng.dirichlet(np.full(states, 0.3), (3, 2)), -1, 1), leak)
    assert links.min() >= 0
    np.testing.assert_allclose(links.sum(axis=1), 1.0, rtol=0, atol=1e-14)
