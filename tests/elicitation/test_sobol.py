"""Sobol points: SciPy's sequence, stratified in every dimension, far better than chance."""

from collections import Counter

import numpy as np
import pytest

from tocsin.elicitation.sobol import directions, sequence, uniforms


def test_unscrambled_it_is_scipys_sequence():
    from scipy.stats import qmc

    theirs = qmc.Sobol(320, scramble=False, bits=32).random(1024)
    ours = sequence(directions(320)[:, :10]).T / 2.0**32
    # Ours comes in the order of the index's bits, SciPy's in Gray code: the same points.
    gray = np.arange(1024) ^ (np.arange(1024) >> 1)
    np.testing.assert_array_equal(ours[gray], theirs)


@pytest.mark.parametrize(("dimensions", "count"), [(1, 1024), (110, 1024), (320, 256), (321, 256)])
def test_every_dimension_is_stratified(dimensions, count):
    strata = np.sort((uniforms(dimensions, count, 3) * count).astype(int), axis=1)
    assert (strata == np.arange(count)).all()


@pytest.mark.parametrize("dimensions", [20, 400])
def test_points_lie_strictly_inside_and_depend_on_the_seed_only(dimensions):
    points = uniforms(dimensions, 512, 11)
    assert (points > 0).all()
    assert (points < 1).all()
    assert not points.flags.writeable
    uniforms.cache_clear()
    assert (uniforms(dimensions, 512, 11) == points).all()
    assert (uniforms(dimensions, 512, 12) != points).any()
    assert uniforms(dimensions, 500, 11).shape == (dimensions, 500)


def test_no_dimensions_are_no_points():
    assert uniforms(0, 16, 1).shape == (0, 16)


def test_it_is_far_better_than_chance():
    """Mean of products of six numbers each, the shape of a noisy-or; exact value 1 - 0.75^6."""
    picks = np.random.default_rng(5).integers(0, 110, (40, 6))
    # E (1 - u/2)^power of each number that is picked so many times.
    moments = [(1 - 0.5 ** (power + 1)) * 2 / (power + 1) for power in range(7)]
    exact = np.array([np.prod([moments[count] for count in Counter(pick.tolist()).values()]) for pick in picks])
    sobol = [_products(uniforms(110, 1024, seed), picks) - exact for seed in range(8)]
    chance = [_products(np.random.default_rng(seed).random((110, 1024)), picks) - exact for seed in range(8)]
    assert np.sqrt(np.mean(np.square(sobol))) < 0.25 * np.sqrt(np.mean(np.square(chance)))


def _products(points, picks):
    return np.prod(1 - points[picks] / 2, axis=1).mean(axis=1)
