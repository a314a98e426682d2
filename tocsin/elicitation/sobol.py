"""Scrambled Sobol points: K dimensions, N points.

SciPy has them too, but `scipy.stats` takes longer to import than everything else that one assessment needs.
Each dimension is a digital sequence of a primitive polynomial over GF(2) (Sobol' 1967; Bratley & Fox 1988), so every
dimension alone is perfectly stratified. The initial direction numbers are free: as Joe & Kuo (2008) do, they were
chosen dimension by dimension for the evenness of all pairs of dimensions. A random linear scramble with a digital
shift then makes each point uniform (Matoušek 1998).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from tocsin.elicitation.distributions import Array

_BITS = 32

_CHOICES = bytes.fromhex(
    "000001010008b72942e20a450a964a2fadfcb4eafa68939207463c6143997bdafaff39151ee2b860d0ed58cf6d91e066"
    "bb581b7195ccb369c9889a2def14100723f8152f78b55f6dd6ca0c8bc1585cf4754c2030a736966e54fec77dd1c9e024"
    "b82f2c43821714c5e282522ccf622d5c02f3b40c5709cf2eda1c850bd9c5e673ce5ad6ba499daf85dfca4d2f185766e3"
    "42d601c634de94d85713d10e1202cd9edf7aca08acf4b3ecab6dd0198ffcc98af7bd0e94b51e0d4eb6f2946dd8b27eae"
    "05f7a62a595e92138ae4335520581fc740673509ad9ca54456628a2af6208c1c1b339b3e28f227252934cd8119a51404"
    "227578bae8a5ec1f0c925e1b655c9046"
)
"""Per dimension after the first, which of 256 beginnings it has: the one with the least sum, over all earlier
dimensions, of 4 to the power t, t being the quality parameter of the pair's net of 2^10 points. The tests search again.
Dimensions past these take the first beginning, which is about as good as Latin hypercube sampling."""

_Bits = NDArray[np.uint32]


@lru_cache(maxsize=8)
def uniforms(dimensions: int, count: int, seed: int) -> Array:
    """Points `[K, N]`, strictly inside (0, 1), read-only; best when N is a power of 2."""
    levels = max(1, int(count - 1).bit_length())
    generator = np.random.default_rng(seed)
    scrambles = np.tril(generator.integers(0, 2, (dimensions, _BITS, _BITS), np.uint8), -1)
    scrambles |= np.eye(_BITS, dtype=np.uint8)
    shifts = generator.integers(0, 2**_BITS, (dimensions, 1), np.uint32)
    directions = _scrambled(_directions(dimensions)[:, :levels], scrambles)
    points = np.zeros((dimensions, 1), np.uint32)
    for level in range(levels):
        points = np.concatenate([points, points ^ directions[:, level : level + 1]], axis=1)
    values = np.asarray((points ^ shifts)[:, :count] + 0.5, np.float64) / 2.0**_BITS
    values.setflags(write=False)
    return values


def primitive_polynomials() -> Iterator[tuple[int, int]]:
    """(degree, polynomial as bits) of the primitive polynomials over GF(2), by rising degree."""
    degree = 1
    while True:
        order = 2**degree - 1
        for polynomial in range(2**degree + 1, 2 ** (degree + 1), 2):
            if _has_order(polynomial, degree, order):
                yield degree, polynomial
        degree += 1


@lru_cache(maxsize=8)
def _directions(dimensions: int) -> _Bits:
    """Unscrambled direction numbers `[K, bits]`."""
    rows = [tuple(1 << (_BITS - 1 - bit) for bit in range(_BITS))]
    polynomials = islice(primitive_polynomials(), max(0, dimensions - 1))
    for dimension, (degree, polynomial) in enumerate(polynomials, start=1):
        choice = _CHOICES[dimension - 1] if dimension <= len(_CHOICES) else 0
        rows.append(sequence(dimension, choice, degree, polynomial))
    return np.array(rows[:dimensions], np.uint32).reshape(dimensions, _BITS)


def sequence(dimension: int, choice: int, degree: int, polynomial: int) -> tuple[int, ...]:
    """Direction numbers `[bits]` of one dimension, by its polynomial's recurrence from the chosen odd beginnings."""
    values: list[int] = []
    for bit in range(_BITS):
        if bit < degree:
            odd = 2 * (_mixed(dimension * 10**6 + choice * 100 + bit) % 2**bit) + 1
            values.append(odd << (_BITS - 1 - bit))
            continue
        value = values[bit - degree] ^ (values[bit - degree] >> degree)
        for back in range(1, degree):
            if polynomial >> (degree - back) & 1:
                value ^= values[bit - back]
        values.append(value)
    return tuple(values)


def _mixed(value: int) -> int:
    """A fixed scatter of 64-bit numbers (splitmix64, Steele, Lea & Flood 2014)."""
    value = (value + 0x9E3779B97F4A7C15) % 2**64
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    value = (value ^ value >> 27) * 0x94D049BB133111EB % 2**64
    return value ^ value >> 31


def _scrambled(directions: _Bits, scrambles: NDArray[np.uint8]) -> _Bits:
    """Each dimension's direction numbers `[K, levels]` times its lower triangular matrix `[K, bits, bits]`."""
    places = np.arange(_BITS - 1, -1, -1, dtype=np.uint32)
    digits = (directions[:, :, None] >> places & 1).astype(np.float32)
    # k dimension, l level, i digit out, j digit in (the most significant first)
    mixed = np.einsum("kij,klj->kli", scrambles.astype(np.float32), digits).astype(np.uint32) & 1
    return np.asarray((mixed << places).sum(axis=2), np.uint32)


def _has_order(polynomial: int, degree: int, order: int) -> bool:
    """Whether x has exactly this order modulo the polynomial, which makes the polynomial primitive."""
    if _power(order, polynomial, degree) != 1:
        return False
    return all(_power(order // prime, polynomial, degree) != 1 for prime in _primes(order) if order > 1)


def _power(exponent: int, polynomial: int, degree: int) -> int:
    """x to the power `exponent`, modulo the polynomial over GF(2)."""
    result, base = 1, 2 if degree > 1 else 2 ^ polynomial
    while exponent:
        if exponent & 1:
            result = _product(result, base, polynomial, degree)
        base = _product(base, base, polynomial, degree)
        exponent >>= 1
    return result


def _product(left: int, right: int, polynomial: int, degree: int) -> int:
    result = 0
    while right:
        if right & 1:
            result ^= left
        left <<= 1
        if left >> degree & 1:
            left ^= polynomial
        right >>= 1
    return result


def _primes(number: int) -> list[int]:
    found, divisor = [], 2
    while divisor * divisor <= number:
        if number % divisor == 0:
            found.append(divisor)
            while number % divisor == 0:
                number //= divisor
        divisor += 1
    return [*found, number] if number > 1 else found
