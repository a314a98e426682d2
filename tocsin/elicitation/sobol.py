"""Scrambled Sobol points: K dimensions, N points.

SciPy has them too, but `scipy.stats` takes longer to import than everything else that one assessment needs; the
direction numbers are the same (Joe & Kuo 2008), and beyond the first 320 dimensions SciPy does the work. A random
linear scramble with a digital shift makes each point uniform and keeps every dimension stratified (Matoušek 1998).
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tocsin.elicitation.distributions import Array
from tocsin.elicitation.joe_kuo import TABLE

_BITS = 32
_TINY = 2.0**-53

_Bits = NDArray[np.uint32]


@lru_cache(maxsize=8)
def uniforms(dimensions: int, count: int, seed: int) -> Array:
    """Points `[K, N]`, strictly inside (0, 1), read-only; best when N is a power of 2."""
    values = _points(dimensions, count, seed) if dimensions <= len(_numbers()) + 1 else _scipy(dimensions, count, seed)
    values.setflags(write=False)
    return values


def _points(dimensions: int, count: int, seed: int) -> Array:
    levels = max(1, int(count - 1).bit_length())
    generator = np.random.default_rng(seed)
    scrambles = np.tril(generator.integers(0, 2, (dimensions, _BITS, _BITS), np.uint8), -1)
    scrambles |= np.eye(_BITS, dtype=np.uint8)
    shifts = generator.integers(0, 2**_BITS, (dimensions, 1), np.uint32)
    numbers = sequence(_scrambled(directions(dimensions)[:, :levels], scrambles))[:, :count]
    return np.asarray((numbers ^ shifts) + 0.5, np.float64) / 2.0**_BITS


def _scipy(dimensions: int, count: int, seed: int) -> Array:
    from scipy.stats import qmc

    sampler = qmc.Sobol(dimensions, scramble=True, rng=np.random.default_rng(seed))
    points = np.asarray(sampler.random(1 << max(0, int(count - 1).bit_length()))[:count], np.float64)
    return np.ascontiguousarray(np.clip(points, _TINY, 1 - _TINY).T)


def sequence(numbers: _Bits) -> _Bits:
    """The points `[K, 2^levels]` of direction numbers `[K, levels]`, as integers, ordered by their index's bits."""
    points = np.zeros((len(numbers), 1), np.uint32)
    for level in range(numbers.shape[1]):
        points = np.concatenate([points, points ^ numbers[:, level : level + 1]], axis=1)
    return points


@lru_cache(maxsize=8)
def directions(dimensions: int) -> _Bits:
    """Unscrambled direction numbers `[K, bits]` by the recurrence of Bratley & Fox (1988, eq. 4)."""
    rows = [[1 << (_BITS - 1 - bit) for bit in range(_BITS)]]
    for polynomial, initial in _numbers()[: max(0, dimensions - 1)]:
        degree = len(initial)
        row = [first << (_BITS - 1 - bit) for bit, first in enumerate(initial)]
        for bit in range(degree, _BITS):
            value = row[bit - degree] ^ (row[bit - degree] >> degree)
            for back in range(1, degree):
                if polynomial >> (degree - back) & 1:
                    value ^= row[bit - back]
            row.append(value)
        rows.append(row)
    return np.array(rows[:dimensions], np.uint32).reshape(dimensions, _BITS)


@lru_cache(maxsize=1)
def _numbers() -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Per dimension after the first the polynomial and its initial numbers."""
    entries = (entry.split(":") for entry in TABLE.split())
    return tuple((int(polynomial), tuple(map(int, first.split(",")))) for polynomial, first in entries)


def _scrambled(numbers: _Bits, scrambles: NDArray[np.uint8]) -> _Bits:
    """Each dimension's direction numbers `[K, levels]` times its lower triangular matrix `[K, bits, bits]`."""
    places = np.arange(_BITS - 1, -1, -1, dtype=np.uint32)
    digits = (numbers[:, :, None] >> places & 1).astype(np.float32)
    # k dimension, l level, i digit out, j digit in (the most significant first)
    mixed = np.einsum("kij,klj->kli", scrambles.astype(np.float32), digits).astype(np.uint32) & 1
    return np.asarray((mixed << places).sum(axis=2), np.uint32)
