"""Between numpy and Arrow through their buffers: pyarrow's own conversions import pandas, which takes 0.4 s.

Shape letters: B rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tocsin.network.network import Array


def codes_of(array: pa.DictionaryArray, missing: int) -> NDArray[np.intp]:
    """The position of each row's value in the dictionary `[B]`, `missing` where it has none."""
    indices = array.indices.cast(pa.int32())
    return np.where(valid(indices), _values(indices, np.int32), missing).astype(np.intp)


def numbers_of(array: pa.Array) -> Array:
    """Numbers `[B]`, NaN where there is none."""
    values = array.cast(pa.float64())
    return np.where(valid(values), _values(values, np.float64), np.nan)


def valid(array: pa.Array) -> NDArray[np.bool_]:
    """Which rows have a value, `[B]`."""
    if not array.null_count:
        return np.ones(len(array), bool)
    bits = np.frombuffer(array.buffers()[0], np.uint8)
    return np.unpackbits(bits, bitorder="little")[array.offset : array.offset + len(array)].astype(bool)


def floats(values: Array) -> pa.Array:
    """A column of numbers `[B]`, empty where they are NaN."""
    missing = np.isnan(values)
    bits = pa.py_buffer(np.packbits(~missing, bitorder="little")) if missing.any() else None
    return pa.Array.from_buffers(pa.float64(), len(values), [bits, pa.py_buffer(np.ascontiguousarray(values))])


def _values(array: pa.Array, kind: Any) -> NDArray[Any]:
    content = array.buffers()[1]
    if content is None:
        return np.zeros(len(array), kind)
    return np.frombuffer(content, kind)[array.offset : array.offset + len(array)]
