"""Sobol points: published polynomials, stratification, evenness of pairs, reproducible choices."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import numpy as np
import pytest

from tocsin.elicitation.sobol import _CHOICES, _directions, primitive_polynomials, sequence, uniforms

POINTS = 10
"""The pairs are judged at 2^10 points."""


def test_there_are_as_many_primitive_polynomials_as_known() -> None:
    # phi(2^n - 1) / n, OEIS A011260.
    counts = Counter(degree for degree, _ in islice(primitive_polynomials(), 160))
    assert [counts[degree] for degree in range(1, 11)] == [1, 1, 2, 2, 6, 6, 18, 16, 48, 60]


def test_the_first_dimensions_are_the_known_ones() -> None:
    # Unscrambled first two dimensions of Sobol' 1967 (Bratley & Fox 1988): van der Corput, and 1 + x.
    first, second = _directions(2)[:, :4] >> np.uint32(28)
    assert first.tolist() == [8, 4, 2, 1]
    assert second.tolist() == [8, 12, 10, 15]


@pytest.mark.parametrize(("dimensions", "count"), [(1, 1024), (110, 1024), (300, 256)])
def test_every_dimension_is_stratified(dimensions: int, count: int) -> None:
    strata = np.sort((uniforms(dimensions, count, 3) * count).astype(int), axis=1)
    assert (strata == np.arange(count)).all()


def test_points_lie_strictly_inside_and_depend_on_the_seed_only() -> None:
    points = uniforms(20, 512, 11)
    assert (points > 0).all()
    assert (points < 1).all()
    assert not points.flags.writeable
    uniforms.cache_clear()
    assert (uniforms(20, 512, 11) == points).all()
    assert (uniforms(20, 512, 12) != points).any()
    assert uniforms(20, 500, 11).shape == (20, 500)
    assert uniforms(0, 16, 1).shape == (0, 16)


def test_the_beginnings_are_those_of_the_search() -> None:
    """Greedy, as documented: each dimension takes the beginning that is most even against all earlier ones."""
    polynomials = list(islice(primitive_polynomials(), 8))
    chosen = [_rows(_directions(1)[0].tolist())]
    for dimension, (degree, polynomial) in enumerate(polynomials, start=1):
        tried = [_rows(sequence(dimension, choice, degree, polynomial)) for choice in range(256)]
        scores = [sum(4 ** _quality(earlier, rows) for earlier in chosen) for rows in tried]
        best = int(np.argmin(scores))
        assert best == _CHOICES[dimension - 1]
        chosen.append(tried[best])


def test_it_is_far_better_than_chance() -> None:
    """Mean of products of six numbers each, the shape of a noisy-or; exact value 1 - 0.75^6."""
    picks = np.random.default_rng(5).integers(0, 110, (40, 6))
    exact = np.array([np.prod([_moment(count) for count in Counter(pick.tolist()).values()]) for pick in picks])
    sobol = [_products(uniforms(110, 1024, seed), picks) - exact for seed in range(8)]
    chance = [_products(np.random.default_rng(seed).random((110, 1024)), picks) - exact for seed in range(8)]
    assert np.sqrt(np.mean(np.square(sobol))) < 0.25 * np.sqrt(np.mean(np.square(chance)))


def _moment(power: int) -> float:
    """E (1 - u/2)^power."""
    return float((1 - 0.5 ** (power + 1)) * 2 / (power + 1))


def _products(points: np.ndarray, picks: np.ndarray) -> np.ndarray:
    return np.prod(1 - points[picks] / 2, axis=1).mean(axis=1)


def _rows(directions: tuple[int, ...] | list[int]) -> list[int]:
    """The top rows of the generator matrix as bit masks over its columns."""
    return [sum((directions[column] >> (31 - row) & 1) << column for column in range(POINTS)) for row in range(POINTS)]


def _quality(one: list[int], other: list[int]) -> int:
    """t of the two-dimensional net (Niederreiter 1987): every split of POINTS - t rows is independent."""
    independent = POINTS
    for taken in range(POINTS + 1):
        basis: dict[int, int] = {}
        for row in one[:taken]:
            _insert(basis, row)
        more = 0
        while taken + more < POINTS and _insert(basis, other[more]):
            more += 1
        independent = min(independent, taken + more)
    return POINTS - independent


def _insert(basis: dict[int, int], row: int) -> bool:
    while row:
        if row.bit_length() not in basis:
            basis[row.bit_length()] = row
            return True
        row ^= basis[row.bit_length()]
    return False
