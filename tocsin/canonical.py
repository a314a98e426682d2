"""The one form in which a computed number is compared, worded, printed and written: the same on every machine.

Linear algebra, exponentials and logarithms differ between processors in the last bits, about 1e-16 of a probability.
A word, an order, a digest or a page must not hang on them. So a number that is computed from many is brought to ten
decimals, and above ten in size to eleven digits, before anything is done with it but further computing; what lies
within 5e-11 of 0 or 1 is then 0 or 1. What is rounded twice, compared with a bound or ordered comes out alike wherever
it was computed, and ties are broken by name.

No rule of rounding can make two numbers equal that lie on either side of a middle; it can only make that rare. With
errors of 1e-16 one number in a million is written otherwise on another machine; with twelve decimals it would be one in
ten thousand, and an explanation holds six thousand. Two finer rules apply: what can be smaller than any change that
matters and yet is not nothing, the probability of evidence or of one course of events, keeps ten digits instead of
ten decimals; and what is certain or impossible is decided by the engine, before any rounding.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from tocsin.network.network import Array

DECIMALS = 10
# Literals, as powers are computed differently too. 1e22 and below are exact, so that a quotient by them prints short.
_SCALES = np.array([float(f"1e{exponent}") for exponent in range(DECIMALS, -1, -1)])
_EDGES = np.array([float(f"1e{exponent}") for exponent in range(1, DECIMALS + 1)])
_ONE = 290
_POWERS = np.array([float(f"1e{exponent}") for exponent in range(-_ONE, _ONE + DECIMALS)])
"""`_POWERS[_ONE]` is 1; what is smaller than the first, and still positive, becomes 0."""
_LARGEST = 2 * _ONE


def canonical(values: ArrayLike) -> Array:
    """The numbers, of any shape, in their canonical form; NaN and infinity as they are, and no negative zero."""
    array = np.asarray(values, dtype=np.float64)
    large = np.abs(array) >= _EDGES[0]
    scales = _SCALES[np.searchsorted(_EDGES, np.abs(array), side="right")] if large.any() else _SCALES[0]
    return np.asarray(np.rint(array * scales) / scales + 0.0)


def figure(value: float) -> float:
    """One number in its canonical form: the same bits as `canonical`, without an array.

    >>> figure(0.1 + 0.2), figure(1 - 1e-13), figure(-1e-17), figure(123456.7890123456)
    (0.3, 1.0, 0.0, 123456.78901)
    """
    if not math.isfinite(value):
        return float(value)
    scale = _scale(abs(value))
    return round(value * scale) / scale + 0.0


def significant(values: ArrayLike) -> Array:
    """Positive numbers to ten digits, however small: probabilities of evidence, which many findings make tiny.

    >>> f"{significant(1.23456789012345e-20):.15g}"
    '1.23456789e-20'
    """
    array = np.asarray(values, dtype=np.float64)
    digits = DECIMALS - 1
    places = np.clip(np.searchsorted(_POWERS, array, side="right") - 1, 0, _LARGEST)
    whole = np.rint(array / _POWERS[places] * float(10**digits))
    return np.asarray(whole / _POWERS[2 * _ONE + digits - places])


def log_odds(p: ArrayLike) -> Array:
    """The logit; ±27.6 (a chance of 1e-12) stands for certainty, so that sums of differences stay finite."""
    bounded = np.clip(np.asarray(p, dtype=np.float64), 1e-12, 1 - 1e-12)
    return np.asarray(np.log(bounded) - np.log1p(-bounded))


class Canonical:
    """A frozen dataclass of results: every number in it, alone or in an array, tuple or mapping, is canonical."""

    def __post_init__(self) -> None:
        for field in fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if (settled := _settled(value)) is not value:
                object.__setattr__(self, field.name, settled)


def _settled(value: Any) -> Any:
    if isinstance(value, float):
        return figure(value)
    if isinstance(value, np.ndarray):
        return canonical(value) if value.dtype.kind == "f" else value
    if isinstance(value, Mapping):
        return {key: _settled(item) for key, item in value.items()}
    if type(value) is tuple:
        return tuple(_settled(item) for item in value)
    return value


def _scale(size: float) -> float:
    if size < 10:
        return 1e10
    return float(_SCALES[int(np.searchsorted(_EDGES, size, side="right"))])
