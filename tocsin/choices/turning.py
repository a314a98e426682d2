"""The least change of one amount, or of one number of the model, that makes another option best by expected loss.

An amount is moved in proportion, so that expected losses are linear in the factor and the turn has a closed form. A
number of the model is moved on its line, its tables averaged over the draws as where an outcome gets another word
(`analysis/flip.py`): tried on a grid, the nearest few solved. Told for who is neutral to risk; the other side's
replies stay as they are.
Shape letters: O options, N numbers with steps in turn, D draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np

from tocsin.analysis.flip import BOTH, CLOSE, MOST_ROUNDS, screened_tables
from tocsin.analysis.parameters import Tables, Turner, UncertainNumber, parameters, stacked
from tocsin.canonical import Canonical, canonical
from tocsin.choices.comparison import costs_of, losses, stakes_by_condition
from tocsin.choices.problem import (
    Condition,
    Forced,
    Situation,
    condition_of,
    distribution,
    drawn_amounts,
    remaining,
    situation,
)
from tocsin.choices.risk import tolerance
from tocsin.elicitation.distributions import Fixed
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Choice, Scenario

MOST_SOLVED = 4
"""Of the model's numbers, those nearest on the grid."""


@dataclass(frozen=True)
class Turn(Canonical):
    """The nearest change of one thing that makes another option best.

    key: of an amount its place in the choice's file, of a number its place in the model's. option: that becomes best.
    before, after: the amount's median, the number's mean. distance: on its line, that of amounts being of logarithms.
    level: how much of what is believed of it lies below `after`; None of what is known.
    """

    kind: Literal["amount", "number"]
    key: str
    option: str
    before: float
    after: float
    distance: float
    level: float | None


def turns(model: Model, scenario: Scenario, choice: Choice) -> tuple[Turn, ...]:
    """Nearest first, each thing once; none for who shuns risk, or where options tie. Raises what `assess` does."""
    before = situation(model, scenario)
    found = losses(before, choice)
    mean = canonical(found.loss @ before.weights)
    if not np.isinf(tolerance(choice)) or np.count_nonzero(mean == mean.min()) > 1 or len(mean) < 2:
        return ()
    amounts = drawn_amounts(model, choice)
    several = [
        *_of_amounts(before, choice, found.courses, amounts, mean),
        *_of_numbers(before, choice, found.courses, amounts, mean),
    ]
    return tuple(sorted(several, key=lambda turn: (turn.distance, turn.kind, turn.key)))


def _of_amounts(
    before: Situation, choice: Choice, courses: Sequence[Forced], amounts: Mapping[str, Array], mean: Array
) -> list[Turn]:
    """Costs and stakes times a factor t: D_o(t) = D_o + (t - 1) (a_o - a_b), a the part that is moved, b the best."""
    names, best, found = tuple(choice.options), int(mean.argmin()), []
    conditions = [condition_of(stake) for stake in choice.stakes]
    chances = before.chances(conditions, courses)
    parts: dict[str, Array] = {}
    for place, (stake, p) in enumerate(zip(choice.stakes, chances, strict=True)):
        key = f"stakes.{place}.{'loss' if stake.sign > 0 else 'gain'}"
        parts[key] = stake.sign * (p * amounts[key]) @ before.weights
    for place, name in enumerate(names):
        if (key := f"options.{name}.cost") in amounts:
            parts[key] = np.eye(len(names))[place] * float(amounts[key] @ before.weights)
    records = dict(choice.amounts())
    for key, part in parts.items():
        apart, moved = mean - mean[best], canonical(part - part[best])
        with np.errstate(divide="ignore", invalid="ignore"):
            factors = np.where(moved != 0, 1 - apart / moved, np.nan)
        distances = np.where(factors > 0, np.abs(np.log(np.where(factors > 0, factors, 1.0))), np.inf)
        distances[best] = np.inf
        if not np.isfinite(distances).any():
            continue
        option = int(distances.argmin())
        belief = distribution(records[key], before.model.records.scales.cover)
        after = belief.point * float(factors[option])
        level = None if isinstance(belief, Fixed) else float(belief.cdf(after))
        found.append(Turn("amount", key, names[option], belief.point, after, float(distances[option]), level))
    return found


def _of_numbers(
    before: Situation, choice: Choice, courses: Sequence[Forced], amounts: Mapping[str, Array], mean: Array
) -> list[Turn]:
    names, best = tuple(choice.options), int(mean.argmin())
    model = before.model.forcing({name for course in courses for name, _ in course})
    expected = _Expected(before, choice, courses, amounts)
    numbers = [
        number for number in parameters(model.priors) if not set(number.variables) <= set(before.evidence.forced)
    ]
    if not numbers:
        return []
    screened, zero = _screened(before.model), BOTH.index(0.0)
    rough = expected.under(stacked(model, [screened[number.key] for number in numbers]))
    rough = np.broadcast_to(rough, (len(names), len(numbers) * len(BOTH))).reshape(len(names), len(numbers), len(BOTH))
    # At rest they are what the draws say, so all are moved by the same as these.
    rough = rough - rough[:, :, [zero]] + mean[:, np.newaxis, np.newaxis]
    apart = np.delete(rough - rough[[best]], best, axis=0).min(axis=0)
    brackets = []
    for number, row in zip(numbers, apart, strict=True):
        for side in (-1, 1):
            places = range(zero + side, -1 if side < 0 else len(BOTH), side)
            beyond = next((place for place in places if row[place] <= 0), None)
            if beyond is not None:
                near, far = BOTH[beyond - side], BOTH[beyond]
                guess = near + (far - near) * row[beyond - side] / (row[beyond - side] - row[beyond])
                brackets.append((abs(guess), number.key, number, far))
    turner, found = Turner(model), {}
    for _, key, number, far in sorted(brackets, key=lambda bracket: bracket[:2])[:MOST_SOLVED]:
        solved = _solve(number, far, turner, expected, mean, best)
        if solved is not None and key not in found:
            step, option = solved
            start, after = turner.mean_after(number, 0.0), turner.mean_after(number, step)
            level = float(number.distribution.cdf(np.array(after)))
            distance = abs(number.distance(start, after))
            found[key] = Turn("number", key, names[option], start, after, distance, level)
    return list(found.values())


@lru_cache(maxsize=2)
def _screened(model: Model) -> dict[str, Tables]:
    return screened_tables(model)


def _solve(
    number: UncertainNumber, far: float, turner: Turner, expected: _Expected, mean: Array, best: int
) -> tuple[float, int] | None:
    """The step at which another option becomes as good, and that option: regula falsi, Illinois variant."""
    rest = expected.under(turner.moved(number, [0.0]))[:, 0]

    def apart(step: float) -> Array:
        return np.asarray(expected.under(turner.moved(number, [step]))[:, 0] - rest + mean)

    def least(values: Array) -> tuple[float, int]:
        others = values - values[best]
        others[best] = np.inf
        return float(others.min()), int(others.argmin())

    near, f_near = 0.0, least(apart(0.0))[0]
    f_far, option = least(apart(far))
    if f_far > 0:
        return None
    step = far
    for _ in range(MOST_ROUNDS):
        step = near + (far - near) * f_near / (f_near - f_far)
        value, option = least(apart(step))
        if abs(value) <= CLOSE * max(1.0, float(np.abs(mean).max())):
            break
        if value * f_far < 0:
            near, f_near = far, f_far
        else:
            f_near /= 2
        far, f_far = step, value
    return step, option


@dataclass(frozen=True, eq=False)
class _Expected:
    """Expected losses of the options under other tables, the amounts at their means."""

    before: Situation
    choice: Choice
    courses: Sequence[Forced]
    amounts: Mapping[str, Array]

    @cached_property
    def _costs(self) -> Array:
        return costs_of(self.choice, self.amounts) @ self.before.weights

    @cached_property
    def _stakes(self) -> dict[Condition, float]:
        drawn = stakes_by_condition(self.choice.stakes, self.amounts, "stakes")
        return {condition: float(loss @ self.before.weights) for condition, loss in drawn.items()}

    def under(self, tables: Tables) -> Array:
        """`[O, N]`."""
        rows = max((table.shape[-1] for table in tables.values()), default=1)
        found = np.empty((len(self.courses), rows))
        for place, course in enumerate(self.courses):
            left = remaining(self._stakes, dict(course))
            found[place] = self._costs[place] + left.pop((), 0.0)
            if left:
                for condition, p in self.before.chances_under(tuple(left), course, tables).items():
                    found[place] += p * left[condition]
        return found
