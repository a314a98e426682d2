"""Tables of every family: published values, a slow twin of each by plain loops, and what holds of all."""

from itertools import product
from math import erf, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import BadNetwork
from tocsin.network.families import (
    all_of,
    along,
    any_of,
    at_most,
    cast,
    differences,
    henrion_links,
    index,
    maximum,
    more_than,
    noisy_max,
    odds,
    ranked,
    ratio_of_column,
    wmax,
    wmean,
    wmin,
)

DISTRIBUTION = np.array([[0.2, 0.0], [0.3, 0.0], [0.5, 1.0]])


@pytest.mark.parametrize(("position", "shape"), [(0, (2, 3, 1, 1, 4)), (1, (2, 1, 3, 1, 4)), (2, (2, 1, 1, 3, 4))])
def test_along_puts_the_parents_axis_in_its_place(position, shape):
    values = np.arange(24.0).reshape(2, 3, 4)
    spread = along(values, position, 3)
    assert spread.shape == shape
    assert spread.ravel().tolist() == values.ravel().tolist()


def test_both_tails():
    assert at_most(DISTRIBUTION) == pytest.approx(np.array([[0.2, 0], [0.5, 0], [1, 1]]))
    assert more_than(DISTRIBUTION) == pytest.approx(np.array([[0.8, 1], [0.5, 1], [0, 0]]))


def test_tails_never_pass_one_whatever_the_rounding():
    tenths = np.full((10, 1), 0.1) * (1 + 2e-16)
    assert at_most(tenths).max() == 1.0
    assert more_than(tenths).max() <= 1.0


def test_small_tails_keep_their_digits():
    assert more_than(np.array([[1.0], [1e-20]]))[0, 0] == 1e-20


def test_differences_undo_the_sums():
    assert differences(at_most(DISTRIBUTION)) == pytest.approx(DISTRIBUTION)


SIZES = (2, 3, 4)


def chosen(table):
    assert set(np.unique(table)) <= {0.0, 1.0}
    assert (table.sum(axis=0) == 1).all()
    return table.argmax(axis=0)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (any_of(SIZES), lambda k: int(any(k))),
        (all_of(SIZES), lambda k: int(all(k))),
        (maximum(SIZES, 4), max),
        (maximum(SIZES, 5), max),
    ],
    ids=["any", "all", "maximum", "maximum with a state to spare"],
)
def test_every_configuration(table, expected):
    assert table.shape[1:] == SIZES
    for configuration in product(*map(range, SIZES)):
        assert chosen(table)[configuration] == expected(configuration)


def test_a_single_parent_passes_through():
    assert maximum((3,), 3).tolist() == np.eye(3).tolist()
    assert any_of((2,)).tolist() == all_of((2,)).tolist() == np.eye(2).tolist()


def test_a_maximum_needs_room():
    with pytest.raises(BadNetwork, match="up to 4 states needs as many, not 3"):
        maximum(SIZES, 3)


def test_the_index_is_a_weighted_maximum():
    table = index([1.0, 0.6], (3, 2), [0.5, 0.6, 0.9])
    # Scores of the first parent 0, .5, 1; of the second 0, .6.
    assert chosen(table).tolist() == [[0, 2], [1, 2], [3, 3]]


def test_a_score_on_a_threshold_has_reached_it_despite_rounding():
    assert 0.6 / 3 < 0.2
    assert chosen(index([0.6], (4,), [0.2, 0.4, 0.6])).tolist() == [0, 1, 2, 3]


def test_a_parent_with_one_state_scores_nothing():
    assert chosen(index([1.0, 1.0], (1, 2), [0.5])).tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("weights", "thresholds", "message"),
    [([1.0], [0.5], "a weight for each parent: 1 for 2"), ([1.0, 1.0], [0.5, 0.5], "must rise")],
)
def test_what_does_not_fit_is_refused(weights, thresholds, message):
    with pytest.raises(BadNetwork, match=message):
        index(weights, (2, 2), thresholds)


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


def cast_problem(seed, sizes, draws):
    rng = np.random.default_rng(seed)
    return rng.random(draws), [rng.uniform(-0.95, 0.95, (size, draws)) for size in sizes]


cast_problems = st.builds(
    cast_problem, seed=st.integers(0, 2**32 - 1), sizes=st.lists(st.integers(1, 3), max_size=4), draws=st.integers(1, 3)
)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(1, 1, 0.9665), (1, 0, 0.925373), (0, 1, 0.074627), (0, 0, 0.0335)],
    ids=["TT", "TF", "FT", "FF"],
)
def test_known_values_of_cast(first, second, expected):
    # Baseline .5, causes of +-.9 and +-.33 (after Chang et al. 1994).
    table = cast(np.array([0.5]), [np.array([[-0.9], [0.9]]), np.array([[-0.33], [0.33]])])
    assert table[1, first, second, 0] == pytest.approx(expected, abs=5e-7)


@given(cast_problems)
def test_without_negative_influences_it_is_the_leaky_noisy_or(problem):
    baseline, influences = problem
    influences = [np.abs(influence) for influence in influences]
    links = [np.stack([1 - influence, influence], axis=1) for influence in influences]
    expected = noisy_max(np.stack([1 - baseline, baseline]), links)
    np.testing.assert_allclose(cast(baseline, influences), expected, rtol=0, atol=1e-12)


@given(cast_problems, st.floats(0.0, 0.99), st.floats(-0.99, 0.0))
def test_a_stronger_influence_is_more_likely(problem, more, less):
    baseline, influences = problem
    table = cast(baseline, [*influences, np.array([[less], [0.0], [more]])])
    assert (np.diff(table[1], axis=-2) >= -1e-12).all()


def test_equal_and_opposite_influences_cancel():
    table = cast(np.array([0.3]), [np.array([[0.8]]), np.array([[-0.8]])])
    assert table[1, 0, 0, 0] == pytest.approx(0.3, abs=1e-15)


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


def noisy_max_problem(seed, states, sizes, inhibitors, draws):
    rng = np.random.default_rng(seed)
    factors = [rng.random((size, draws)) for size in inhibitors]
    for factor in factors:
        factor[0] = 1.0
    return rng.dirichlet(np.ones(states), draws).T, [random_links(rng, n, states, draws) for n in sizes], factors


noisy_max_problems = st.builds(
    noisy_max_problem,
    seed=st.integers(0, 2**32 - 1),
    states=st.integers(2, 4),
    sizes=st.lists(st.integers(2, 3), max_size=3),
    inhibitors=st.lists(st.integers(2, 3), max_size=2),
    draws=st.integers(1, 3),
)


@pytest.mark.parametrize(
    ("active", "expected"), [((4,), 0.90001), ((3, 4), 0.970003), ((0, 1, 2, 3, 4), 0.990551)], ids=str
)
def test_known_values_of_noisy_max_in_the_form_of_diez(active, expected):
    table = noisy_max(binary(LEAK), [link(weight) for weight in WEIGHTS])
    configuration = tuple(int(i in active) for i in range(5))
    assert table[(1, *configuration, 0)] == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("active", "expected"), [((4,), 0.9), ((3, 4), 0.969997), ((0, 1, 2, 3, 4), 0.990546)], ids=str
)
def test_known_values_of_noisy_max_in_the_form_of_henrion(active, expected):
    elicited = [np.stack([binary(LEAK), binary(weight)]) for weight in WEIGHTS]
    table = noisy_max(binary(LEAK), [henrion_links(columns, binary(LEAK)) for columns in elicited])
    configuration = tuple(int(i in active) for i in range(5))
    assert table[(1, *configuration, 0)] == pytest.approx(expected, abs=5e-7)


@given(noisy_max_problems)
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


@given(st.integers(0, 2**32 - 1), st.integers(2, 4))
def test_links_are_distributions(seed, states):
    rng = np.random.default_rng(seed)
    leak = rng.dirichlet(np.full(states, 0.3), 2).T
    links = henrion_links(np.moveaxis(rng.dirichlet(np.full(states, 0.3), (3, 2)), -1, 1), leak)
    assert links.min() >= 0
    np.testing.assert_allclose(links.sum(axis=1), 1.0, rtol=0, atol=1e-14)


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


def odds_problem(seed, states, sizes, draws):
    rng = np.random.default_rng(seed)
    ratios = [np.exp(rng.normal(0, 2, (size, draws))) for size in sizes]
    for ratio in ratios:
        ratio[0] = 1.0
    return rng.dirichlet(np.ones(states), draws).T, ratios


odds_problems = st.builds(
    odds_problem,
    seed=st.integers(0, 2**32 - 1),
    states=st.integers(2, 5),
    sizes=st.lists(st.integers(2, 3), max_size=3),
    draws=st.integers(1, 3),
)


def test_odds_by_hand():
    # Odds 1:3 and 3:1 at the two cuts of (.25, .5, .25); doubled: 6:1 and 2:3.
    table = odds(np.array([[0.25], [0.5], [0.25]]), [np.array([[1.0], [2.0]])])
    assert table[:, 1, 0] == pytest.approx([1 / 7, 6 / 7 - 2 / 5, 2 / 5])


def test_odds_of_two_parents_multiply():
    table = odds(np.array([[0.5], [0.5]]), [np.array([[1.0], [2.0]]), np.array([[1.0], [5.0]])])
    assert table[1, :, :, 0] == pytest.approx(np.array([[1 / 2, 5 / 6], [2 / 3, 10 / 11]]))


@given(odds_problems, st.floats(1.0, 50.0))
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


def ranked_problem(seed, expression, sizes, states, draws):
    rng = np.random.default_rng(seed)
    weights, variance = rng.uniform(0.5, 5, (len(sizes), draws)), rng.uniform(0.002, 0.3, draws)
    return expression, weights, variance, tuple(sizes), states


ranked_problems = st.builds(
    ranked_problem,
    seed=st.integers(0, 2**32 - 1),
    expression=st.sampled_from([wmean, wmin, wmax]),
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=2),
    states=st.integers(2, 4),
    draws=st.integers(1, 2),
)


@pytest.mark.parametrize(
    ("car", "reliability", "expected"),
    [
        ("Small", "High", (0.89074457, 0.109226204, 2.923331e-05)),
        ("Small", "Medium", (0.6566733, 0.34217244, 0.001154249)),
        ("Medium", "High", (0.34204516, 0.6408707, 0.017084148)),
        ("Medium", "Medium", (0.10768213, 0.7846357, 0.10768213)),
    ],
)
def test_known_values_of_ranked(car, reliability, expected):
    # TNormal(wmean(2 car, 1 reliability), 0.01), after Fenton, Neil & Caballero 2007.
    table = ranked(wmean, np.array([[2.0], [1.0]]), np.array([0.01]), (3, 3), 3)
    column = table[:, ("Small", "Medium", "Large").index(car), ("High", "Medium", "Low").index(reliability), 0]
    assert column == pytest.approx(expected, abs=5e-8)


@given(ranked_problems)
def test_a_higher_parent_makes_the_child_higher(problem):
    at_most = ranked(*problem).cumsum(axis=0)
    for axis in range(1, at_most.ndim - 1):
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


FAMILIES = {
    "cast": (cast, slow_cast, cast_problems, 1e-15),
    "noisy_max": (noisy_max, slow_noisy_max, noisy_max_problems, 1e-14),
    "odds": (odds, slow_odds, odds_problems, 1e-14),
    "ranked": (ranked, slow_ranked, ranked_problems, 1e-13),
}


@pytest.mark.parametrize("family", FAMILIES)
@given(data=st.data())
def test_columns_are_distributions_and_equal_the_plain_loops(family, data):
    fast, slow, problems, rounding = FAMILIES[family]
    problem = data.draw(problems)
    table = fast(*problem)
    np.testing.assert_allclose(table, slow(*problem), rtol=0, atol=1e-12)
    assert table.min() >= 0
    assert table.max() <= 1
    np.testing.assert_allclose(table.sum(axis=0), 1.0, rtol=0, atol=rounding)
