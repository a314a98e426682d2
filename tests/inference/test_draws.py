"""Quantiles over draws: all ways to those of events agree with a plain loop over rows and draws, one at a time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inference.conftest import random_network
from tocsin.canonical import canonical
from tocsin.inference import Engine, believed
from tocsin.inference import draws as module
from tocsin.inference.draws import UnderDraws, draw_weights, effective_draws, tails, weighted_quantiles
from tocsin.network import Network

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


DRAWS = 40


def plain_rows(network, draws, events, likelihoods, do, beliefs):
    """Quantiles `[levels, B, E]`."""
    count = max(len(array) for group in (likelihoods, do, beliefs) for array in group.values())
    found = np.empty((len(LEVELS), count, len(events)))
    for row in range(count):
        own = {name: array[row % len(array)] for name, array in likelihoods.items()}
        forced = {name: int(array[row]) for name, array in do.items()}
        p, weights = np.empty((DRAWS, len(events))), np.empty(DRAWS)
        for draw in range(DRAWS):
            tables = {name: table[..., draw] for name, table in draws.items()}
            engine = Engine(Network(network.variables, network.states, network.parents, {**network.tables, **tables}))
            solved = believed(engine, {name: array[row] for name, array in beliefs.items()}, own, forced)
            answer = engine.posteriors(solved, do=forced)
            weights[draw] = np.exp(engine.posteriors(own, do=forced).log_evidence[0])
            p[draw] = [answer.marginals[name][0, list(states)].sum() for name, states in events]
        for place in range(len(events)):
            found[:, row, place] = [plain_quantile(p[:, place], weights, level) for level in LEVELS]
    return found


def drawn(rng, network):
    """Draws of half of the tables, none with a zero that the table has not."""
    names = rng.permutation(network.variables)[: len(network.variables) // 2]
    found = {}
    for name in names:
        table = network.tables[name][..., np.newaxis] * rng.uniform(0.3, 1.0, (*network.tables[name].shape, DRAWS))
        found[name] = table / table.sum(axis=0)
    return found


def question(rng, network, rows, *, forced=0, beliefs=0):
    names = rng.permutation(network.variables).tolist()
    events = tuple((name, tuple(range(1, network.size(name)))) for name in names[:2])
    varying, constant, others = names[1:3], names[3], names[4:]
    likelihoods = {name: rng.uniform(0.1, 1.0, (rows, network.size(name))) for name in varying}
    likelihoods[constant] = rng.uniform(0.1, 1.0, (1, network.size(constant)))
    do = {name: rng.integers(0, network.size(name), rows) for name in others[:forced]}
    wanted = {name: rng.dirichlet(np.full(network.size(name), 5.0), rows) for name in others[forced : forced + beliefs]}
    return events, likelihoods, do, wanted


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), forced=st.integers(0, 1), beliefs=st.integers(0, 2))
def test_every_way_is_the_plain_loop(seed, forced, beliefs):
    rng = np.random.default_rng(seed)
    network = random_network(rng, 7)
    tables = {name: (table + 0.05) / (table + 0.05).sum(axis=0) for name, table in network.tables.items()}
    network = Network(network.variables, network.states, network.parents, tables)
    draws = drawn(rng, network)
    events, likelihoods, do, wanted = question(rng, network, 3, forced=forced, beliefs=beliefs)
    expected = plain_rows(network, draws, events, likelihoods, do, wanted)
    asked = UnderDraws(Engine(network), draws, DRAWS, events)
    # Few rows go by the tape; as many rows as are needed, the same ones again and again, by the product.
    repeated = np.arange(5000) % 3
    groups = [
        {name: array[repeated] if len(array) == 3 else array for name, array in g.items()}
        for g in (likelihoods, do, wanted)
    ]
    atol = 1e-9 if beliefs > 1 else 2e-10
    np.testing.assert_allclose(asked.quantiles(LEVELS, likelihoods, do, wanted).values, expected, atol=atol, rtol=0)
    many = (
        asked.quantiles(LEVELS, *groups).values
        if beliefs < 2
        else asked.quantiles(
            LEVELS, *({name: a[:400] if len(a) > 3 else a for name, a in g.items()} for g in groups)
        ).values
    )
    np.testing.assert_allclose(many[:, :3], expected, atol=atol, rtol=0)
    assert (many[:, 3:6] == many[:, :3]).all()


@pytest.fixture
def played(monkeypatch):
    """Rows that went by the tape."""
    gone = []
    original = UnderDraws._played
    monkeypatch.setattr(UnderDraws, "_played", lambda *arguments: (gone.append(1), original(*arguments))[1])
    return gone


@pytest.fixture
def asked():
    rng = np.random.default_rng(5)
    network = random_network(rng, 7)
    return UnderDraws(Engine(network), drawn(rng, network), DRAWS, ((network.variables[-1], (0,)),))


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), forced=st.integers(0, 1))
def test_a_question_that_is_kept_answers_other_draws_to_the_last_bit(seed, forced):
    rng = np.random.default_rng(seed)
    network = random_network(rng, 7)
    draws, others = drawn(rng, network), drawn(rng, network)
    events, likelihoods, do, _ = question(rng, network, 1, forced=forced)
    kept = UnderDraws(Engine(network), draws, DRAWS, events).question(likelihoods, do)
    for changed in ({}, others, dict(list(others.items())[:1])):
        whole = UnderDraws(Engine(network), {**draws, **changed}, DRAWS, events)
        wanted = whole.quantiles(LEVELS, likelihoods, do).values[:, 0]
        np.testing.assert_array_equal(kept.under(LEVELS, changed), wanted)


def soft(asked, rows, *names, seed=0):
    rng = np.random.default_rng(seed)
    return {name: rng.uniform(0.1, 1.0, (rows, asked.engine.network.size(name))) for name in names}


def test_the_way_hangs_on_the_number_of_rows(asked, played):
    first, second = asked.engine.network.variables[:2]
    joint = asked.engine.network.size(first) * asked.engine.network.size(second)
    asked.quantiles(LEVELS, soft(asked, joint, first, second))
    assert len(played) == joint
    played.clear()
    asked.quantiles(LEVELS, soft(asked, joint + 1, first, second))
    assert not played
    # Filled once; few rows do not go by what another question has filled.
    asked.quantiles(LEVELS, soft(asked, 2, first, second))
    assert len(played) == 2


def test_memory_is_known_before_it_is_taken(asked, played, monkeypatch):
    """Where the joint states of all columns are too many, rows that speak of the same few variables go together."""
    names = asked.engine.network.variables[:3]
    given = soft(asked, 40, *names)
    whole = asked.quantiles(LEVELS, given).values
    for place, name in enumerate(names):
        given[name][place::3] = 1.0
    expected = np.concatenate(
        [asked.quantiles(LEVELS, {name: a[row : row + 1] for name, a in given.items()}).values for row in range(40)],
        axis=1,
    )
    played.clear()
    sizes = [asked.engine.network.size(name) for name in names]
    pairs = max(sizes[0] * sizes[1], sizes[1] * sizes[2], sizes[0] * sizes[2])
    monkeypatch.setattr(module, "MOST_BYTES", asked._bytes(pairs))
    np.testing.assert_allclose(asked.quantiles(LEVELS, given).values, expected, atol=2e-10, rtol=0)
    assert not played
    monkeypatch.setattr(module, "MOST_BYTES", 1)
    played.clear()
    np.testing.assert_allclose(asked.quantiles(LEVELS, given).values, expected, atol=2e-10, rtol=0)
    assert len(played) == 40
    assert whole.shape == expected.shape


def test_threads_change_no_bit(asked):
    given = soft(asked, 3000, *asked.engine.network.variables[:2])
    two = UnderDraws(Engine(asked.engine.network, threads=2), asked.draws, DRAWS, asked.events)
    assert two.quantiles(LEVELS, given).values.tobytes() == asked.quantiles(LEVELS, given).values.tobytes()


def test_impossible_rows_have_none_and_impossible_draws_do_not_count():
    """x → y; in half of the draws y cannot be `b` where x is `a`, so evidence of both leaves the other half."""
    states = ("a", "b")
    network = Network(
        ("x", "y"), {"x": states, "y": states}, {"x": (), "y": ("x",)},
        {"x": np.array([0.5, 0.5]), "y": np.array([[0.5, 0.5], [0.5, 0.5]])},
    )  # fmt: skip
    never = np.linspace(0.1, 0.9, DRAWS)
    never[::2] = 0.0
    table = np.empty((2, 2, DRAWS))
    table[1, 0], table[1, 1] = never, 0.0
    table[0] = 1 - table[1]
    asked = UnderDraws(Engine(network), {"y": table}, DRAWS, (("x", (0,)),))
    x, y = np.eye(2)[[0, 1, 0]], np.eye(2)[[1, 1, 0]]
    for repeat in (1, 5):
        found = asked.quantiles(LEVELS, {"x": np.tile(x, (repeat, 1)), "y": np.tile(y, (repeat, 1))}).values
        np.testing.assert_array_equal(found[:, 0, 0], 1.0)
        assert np.isnan(found[:, 1]).all()
        np.testing.assert_array_equal(found[:, 2, 0], 1.0)


@pytest.mark.parametrize("believes", [False, True])
def test_no_digit_is_lost_to_underflow(played, believes):
    """A row as improbable as 1e-260 goes by the tape, which rescales; its neighbours do not, and keep their beliefs."""
    states, rare = ("a", "b"), np.array([1.0 - 1e-16, 1e-130])
    drawn = np.random.default_rng(3).uniform(0.2, 0.8, (2, 2, DRAWS))
    network = Network(
        ("x", "y", "z", "e"), dict.fromkeys("xyze", states), {"x": (), "y": (), "z": ("x", "y"), "e": ("z",)},
        {"x": rare, "y": rare, "z": np.full((2, 2, 2), 0.5), "e": np.array([[0.9, 0.3], [0.1, 0.7]])},
    )  # fmt: skip
    asked = UnderDraws(Engine(network), {"z": np.stack([drawn, 1 - drawn])}, DRAWS, (("e", (1,)),))
    place = np.arange(24)
    seen = {name: np.eye(2)[(place == 3).astype(int)] * (1 + place[:, np.newaxis] % 2) for name in "xy"}
    beliefs = {"z": np.stack([0.1 + place / 40, 0.9 - place / 40], axis=1)} if believes else {}
    expected = [
        asked.quantiles(
            LEVELS, *({name: a[row : row + 1] for name, a in g.items()} for g in (seen, {}, beliefs))
        ).values
        for row in range(24)
    ]
    played.clear()
    found = asked.quantiles(LEVELS, seen, {}, beliefs).values
    np.testing.assert_allclose(found, np.concatenate(expected, axis=1), atol=2e-10, rtol=0)
    assert len(played) == 1


def test_rows_that_say_the_same_are_each_answered(asked):
    name = asked.engine.network.variables[0]
    row = soft(asked, 1, name)
    three = asked.quantiles(LEVELS, {name: np.repeat(row[name], 3, axis=0)}).values
    np.testing.assert_array_equal(three, np.repeat(asked.quantiles(LEVELS, row).values, 3, axis=1))


def test_the_scale_of_a_likelihood_says_nothing(asked, played):
    first, second = asked.engine.network.variables[:2]
    given = soft(asked, 200, first, second)
    scaled = {first: given[first] * 1e200, second: given[second] * np.logspace(-250, 250, 200)[:, np.newaxis]}
    np.testing.assert_allclose(
        asked.quantiles(LEVELS, scaled).values, asked.quantiles(LEVELS, given).values, atol=2e-10, rtol=0
    )
    assert not played


def test_a_belief_that_cannot_hold_is_its_own_rows_fault():
    states = ("a", "b")
    network = Network(
        ("x", "y"), {"x": states, "y": states}, {"x": (), "y": ("x",)},
        {"x": np.array([0.5, 0.5]), "y": np.array([[1.0, 0.0], [0.0, 1.0]])},
    )  # fmt: skip
    draws = {"x": np.stack([np.linspace(0.2, 0.8, DRAWS), np.linspace(0.8, 0.2, DRAWS)])}
    asked = UnderDraws(Engine(network), draws, DRAWS, (("x", (1,)),))
    x, y = np.tile([[1.0, 0.0], [1.0, 1.0]], (20, 1)), np.tile([[0.4, 0.6]], (40, 1))
    found = asked.quantiles(LEVELS, {"x": x}, beliefs={"y": y})
    assert sorted(found.contradictions) == list(range(0, 40, 2))
    assert "y is believed to be b with probability 0.6" in found.contradictions[0]
    np.testing.assert_array_equal(found.values[:, 1::2], 0.6)
