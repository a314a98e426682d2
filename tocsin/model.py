"""Where the wings meet: priors and families become tables, their draws, and a network that an engine can answer.

Shape letters: S states, D draws.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tocsin import records
from tocsin.elicitation import Prior, Priors, priors
from tocsin.inference import Engine
from tocsin.network import Network
from tocsin.network.network import Array
from tocsin.records import StatementChanges
from tocsin.records.slots import Slot, slots
from tocsin.tables import is_linear, table

DRAWS = 1024


@dataclass(frozen=True, eq=False)
class Model:
    """A model ready for questions.

    records: what was read. priors: what the words became. network: the mean tables.
    draws: per variable whose table is uncertain `[S, parents..., D]`; the others are the network's own.
    """

    records: records.Model
    priors: Priors
    network: Network
    draws: Mapping[str, Array]
    count: int
    """Draws, D."""
    seed: int
    engine: Engine

    @property
    def name(self) -> str:
        """The model's name."""
        return self.records.name

    @cached_property
    def provenance(self) -> Provenance:
        """Where each number comes from."""
        return Provenance(self.records)

    def changed(self, changes: StatementChanges, reads_with: str | None = None) -> Model:
        """The same model with statements excluded, reweighed or reworded; the engine's plan is kept."""
        made = priors(self.records, changes, reads_with)
        return assemble(self.records, made, self.count, self.seed, self)


def build(model: records.Model, count: int = DRAWS, seed: int | None = None) -> Model:
    """Elicit the priors, fill the tables, plan the engine. seed: the model's own if left out."""
    return assemble(model, priors(model), count, model.seed if seed is None else seed)


def assemble(model: records.Model, made: Priors, count: int, seed: int, like: Model | None = None) -> Model:
    """Tables and draws from priors. `like` lends its engine's plan and every table whose numbers are the same."""
    variables = model.variables
    changed = set(variables) if like is None else _changed(made, like.priors)
    values, points = made.draws(count, seed), _as_columns(made)
    cuts = {key: one.cut for key, one in made.by_key.items() if isinstance(one, Prior) and one.cut is not None}
    means: dict[str, Array] = {}
    draws: dict[str, Array] = {}
    for name, variable in variables.items():
        if like is not None and name not in changed:
            means[name] = like.network.tables[name]
            if name in like.draws:
                draws[name] = like.draws[name]
            continue
        drawn = table(name, variables, values, cuts)
        # Predictive tables: exact from the points where cells are products of independent numbers, else averaged.
        means[name] = (table(name, variables, points, cuts) if is_linear(variable) else drawn).mean(axis=-1)
        if drawn.shape[-1] > 1:
            draws[name] = drawn
    network = Network(
        tuple(variables),
        {name: variable.states for name, variable in variables.items()},
        {name: variable.parents for name, variable in variables.items()},
        means,
    )
    engine = Engine(network) if like is None else like.engine.with_tables(network)
    return Model(model, made, network, draws, count, seed, engine)


def _as_columns(made: Priors) -> dict[str, Array]:
    return {key: np.asarray(point, dtype=np.float64)[..., np.newaxis] for key, point in made.points().items()}


def _changed(new: Priors, old: Priors) -> set[str]:
    """Variables with a number that is not what it was."""

    def same(key: str) -> bool:
        before, now = old.by_key[key], new.by_key[key]
        cuts = getattr(now, "cut", None) == getattr(before, "cut", None)
        return cuts and now.kind == before.kind and now.distribution == before.distribution

    return {prior.variable for key, prior in new.by_key.items() if not same(key)}


class Provenance:
    """The trail between variables, their numbers, and the statements and assumptions behind these; and back."""

    def __init__(self, model: records.Model):
        self.model = model
        self.by_variable: dict[str, tuple[Slot, ...]] = {
            name: tuple(slots(name, model.variables)) for name in model.variables
        }

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Every number of the model."""
        return tuple(slot for each in self.by_variable.values() for slot in each)

    def statements_of(self, variable: str) -> tuple[str, ...]:
        """Statements that set a number of the variable, report on it, or inform it; in the order of the file."""
        named = {name for slot in self.by_variable[variable] for name in _named(slot)}
        named |= {s.id for s in self.model.statements if variable in (s.reports or {}) or variable in s.context}
        return tuple(s.id for s in self.model.statements if s.id in named)

    def variables_of(self, statement: str) -> tuple[str, ...]:
        """Variables that the statement bears on."""
        return tuple(name for name in self.model.variables if statement in self.statements_of(name))

    def numbers_of(self, statement: str) -> tuple[Slot, ...]:
        """The numbers that the statement sets."""
        return tuple(slot for slot in self.slots if statement in slot.quantity.statements)

    def coverage(self) -> tuple[int, int]:
        """Numbers with a statement or an assumption behind them, and all numbers."""
        told = sum(bool(slot.quantity.statements or slot.quantity.assume) for slot in self.slots)
        return told, len(self.slots)


def _named(slot: Slot) -> Iterator[str]:
    yield from slot.quantity.statements
    for assumption in (slot.quantity.assume, slot.quantity.otherwise):
        if assumption is not None:
            yield from assumption.cites
