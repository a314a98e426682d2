"""How far each number of the tables carries an outcome: known to be low, known to be high, the rest as it is.

Values are the 10th and 90th percentile of what is believed about the number; all bars are one batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from tocsin.analysis.case import Case, once_per_model
from tocsin.analysis.parameters import Tables, Turner, UncertainNumber, parameters, stacked
from tocsin.canonical import Canonical, figure
from tocsin.errors import BadQuery, nearest
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import StatementChanges

TAILS = (0.1, 0.9)
GRID = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Levels of each number in a two-way table."""


@dataclass(frozen=True)
class Bar(Canonical):
    """An outcome's probability with one number at its lower and at its upper value."""

    parameter: UncertainNumber
    low: float
    high: float
    """The number's two values."""
    p_low: float
    p_high: float

    @property
    def swing(self) -> float:
        """How far apart the two answers are."""
        return figure(abs(self.p_high - self.p_low))


@dataclass(frozen=True, eq=False)
class TwoWay(Canonical):
    """Outcomes over a grid of two numbers: p `[values of the first, values of the second]` per outcome."""

    first: UncertainNumber
    second: UncertainNumber
    first_values: tuple[float, ...]
    second_values: tuple[float, ...]
    p: dict[str, Array]


def tornado(case: Case) -> dict[str, tuple[Bar, ...]]:
    """Per outcome a bar for each number, the longest first."""
    numbers = parameters(case.model.priors)
    if not numbers:
        return dict.fromkeys(case.events, ())
    ends, changed = _ends(case)
    found = case.chances(case.evidence.likelihoods, stacked(case.model, changed))
    bars: dict[str, tuple[Bar, ...]] = {}
    for outcome, p in found.items():
        pairs = np.broadcast_to(p, 2 * len(numbers)).reshape(-1, 2)
        made = (
            Bar(one, *map(float, values), *map(float, pair))
            for one, values, pair in zip(numbers, ends, pairs, strict=True)
        )
        bars[outcome] = tuple(sorted(made, key=lambda bar: (-bar.swing, bar.parameter.key)))
    return bars


@once_per_model
def _ends(model: Model, _: StatementChanges) -> tuple[list[Array], list[Tables]]:
    """Each number's two values, and the tables of its variable under them."""
    turner, numbers = Turner(model), parameters(model.priors)
    ends = [one.quantiles(TAILS) for one in numbers]
    return ends, [turner.pinned(one, pair) for one, pair in zip(numbers, ends, strict=True)]


def two_way(case: Case, first: str, second: str, levels: Sequence[float] = GRID) -> TwoWay:
    """Two chosen numbers, each at several levels of belief, in one batch. Raises BadQuery for an unknown number."""
    a, b = _number_of(case, first), _number_of(case, second)
    if a.key == b.key:
        raise BadQuery(f"{first} is given twice; name two different numbers")
    if a.held == b.held:
        raise BadQuery(f"{first} and {second} cannot be set apart: they are shares of one distribution")
    turner = Turner(case.model)
    grid_a, grid_b = a.quantiles(levels), b.quantiles(levels)
    pairs = list(product(grid_a, grid_b))
    tables = turner.pinned_pair(a, b, pairs)
    found = case.chances(case.evidence.likelihoods, tables)
    shape = (len(grid_a), len(grid_b))
    p = {outcome: np.broadcast_to(rows, len(pairs)).reshape(shape) for outcome, rows in found.items()}
    return TwoWay(a, b, tuple(map(float, grid_a)), tuple(map(float, grid_b)), p)


def _number_of(case: Case, key: str) -> UncertainNumber:
    known = {parameter.key: parameter for parameter in parameters(case.model.priors)}
    if key not in known:
        raise BadQuery(f"no uncertain number {key!r}{nearest(key, known)}")
    return known[key]
