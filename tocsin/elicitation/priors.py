"""Statements and assumptions → a prior for every number that the tables need.

Shapes: S states, D draws.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from tocsin.elicitation.distributions import Array, Distribution
from tocsin.elicitation.facts import Fact, facts, likelihoods
from tocsin.elicitation.quantities import Prior, prior
from tocsin.elicitation.simplexes import Dirichlet, FixedShares, Simplex
from tocsin.elicitation.sobol import uniforms
from tocsin.elicitation.standings import Hearing, hear
from tocsin.elicitation.states import combined
from tocsin.records.model import Model
from tocsin.records.scenario import StatementChanges
from tocsin.records.slots import Column, Slot, columns, slots


@dataclass(frozen=True)
class SimplexPrior:
    """The prior of a whole distribution over a variable's states."""

    key: str
    """The key of the `Column`."""
    variable: str
    states: tuple[str, ...]
    distribution: Simplex
    parts: tuple[Prior, ...] = ()
    """The shares that it is made of, each with its votes; none for plain `chances`."""
    because: str | None = None
    """The reason for plain `chances`."""
    kind: Literal["simplex"] = "simplex"

    @property
    def point(self) -> tuple[float, ...]:
        """The expected chances `[S]`."""
        return tuple(map(float, self.distribution.mean))


@dataclass(frozen=True, eq=False)
class Priors:
    """What is believed about every number before a scenario's evidence, and the facts' likelihoods."""

    by_key: Mapping[str, Prior | SimplexPrior]
    """By the key of a slot, or of a column whose shares are one Dirichlet; sorted."""
    facts: tuple[Fact, ...]
    likelihoods: Mapping[str, Array]
    """Per variable with facts λ `[S]`."""

    def draws(self, count: int, seed: int) -> dict[str, Array]:
        """Each number's draws `[D]`, each Dirichlet's `[S, D]`; read-only.

        Scrambled Sobol points, one dimension per number by the order of keys: what is not touched by excluding a
        statement or by reordering a file keeps its draws (common random numbers).
        """
        dimensions = sum(map(_numbers, self.by_key.values()))
        drawn: dict[str, Array] = {}
        start = 0
        for key, one in self.by_key.items():
            drawn[key] = _drawn(one.distribution, start, start + _numbers(one), dimensions, count, seed)
            start += _numbers(one)
        return drawn

    def points(self) -> dict[str, float | Array]:
        """Each number's point, each Dirichlet's means `[S]`."""
        return {
            key: np.array(one.point) if isinstance(one, SimplexPrior) else one.point for key, one in self.by_key.items()
        }


def priors(model: Model, changes: StatementChanges | None = None, lexicon: str | None = None) -> Priors:
    """The priors under a scenario's changes to statements; words are read with `lexicon`, else with the model's own.

    Work is remembered by content (intervals, pools, draws), so that leaving out one statement costs only what it
    touches. Raises BadQuery where a number's statements do not speak of it, UnknownWords.
    """
    changes = changes or StatementChanges()
    hearing = hear(model, changes, lexicon)
    found: dict[str, Prior | SimplexPrior] = {}
    for name in model.variables:
        wanted = list(slots(name, model.variables))
        for column in columns(name, model.variables):
            simplex = _simplex(column, wanted, hearing)
            if simplex is not None:
                found[column.key] = simplex
                wanted = [slot for slot in wanted if not _is_share(slot, column)]
        found.update((slot.key, prior(slot, hearing)) for slot in wanted)
    heard = facts(hearing, changes.half_life_days)
    return Priors(dict(sorted(found.items())), heard, likelihoods(heard))


def _simplex(column: Column, wanted: list[Slot], hearing: Hearing) -> SimplexPrior | None:
    """The column as one distribution over states; None if it is one number, or steps, or certain."""
    states, chances = hearing.model.variables[column.variable].states, column.chances
    if chances.chances is not None:
        values = [chances.chances.get(state, 0.0) for state in states]
        total = sum(values)
        plain: Simplex = (
            FixedShares(tuple(value / total for value in values))
            if chances.cases is None
            else Dirichlet(tuple(value / total * chances.cases for value in values))
        )
        return SimplexPrior(column.key, column.variable, states, plain, (), chances.because)
    if chances.shares is None or (len(states) == 2 and len(chances.shares) == 1):
        return None
    parts = {slot.event[0]: prior(slot, hearing) for slot in wanted if _is_share(slot, column)}
    known: list[Distribution | None] = [
        parts[state].distribution if state in parts and parts[state].basis != "nothing" else None for state in states
    ]
    return SimplexPrior(column.key, column.variable, states, combined(known), tuple(parts.values()))


def _is_share(slot: Slot, column: Column) -> bool:
    return slot.key.startswith(f"{column.key}.shares.")


def _numbers(prior: Prior | SimplexPrior) -> int:
    """How many uniforms a prior is drawn from; the same whatever is excluded."""
    return len(prior.states) - 1 if isinstance(prior, SimplexPrior) else 1


@lru_cache(maxsize=1024)
def _drawn(
    distribution: Distribution | Simplex, start: int, stop: int, dimensions: int, count: int, seed: int
) -> Array:
    points = uniforms(dimensions, count, seed)[start:stop]
    values = distribution.quantile(points[0]) if isinstance(distribution, Distribution) else distribution.draws(points)
    values.setflags(write=False)
    return values
