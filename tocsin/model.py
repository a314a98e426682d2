"""Where the wings meet: priors and families become tables, their draws, and a network that an engine can answer.

Shape letters: S states, D draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from tocsin import records
from tocsin.elicitation import Priors, priors
from tocsin.elicitation.priors import same_draws
from tocsin.inference import Engine
from tocsin.links import Links, links_of
from tocsin.network import Network
from tocsin.network.network import Array
from tocsin.records import StatementChanges
from tocsin.records.parameters import Parameter, slots
from tocsin.tables import is_linear, table

DRAWS = 1024


@dataclass(frozen=True, eq=False)
class Model:
    """A model ready for questions.

    records: what was read. priors: what the words became. links: which variables share numbers. network: the mean
    tables, over the parents that the links give. own_draws: per variable `[S, own parents..., D]`, one draw where its
    numbers are certain.
    """

    records: records.ModelRecords
    priors: Priors
    links: Links
    network: Network
    own_draws: Mapping[str, Array]
    count: int
    """Draws, D."""
    seed: int
    engine: Engine

    @property
    def name(self) -> str:
        """The model's name."""
        return self.records.name

    @cached_property
    def draws(self) -> dict[str, Array]:
        """Draws of the uncertain tables as the engine takes them, `[S, parents..., D]` over the network's parents."""
        uncertain = {name: table for name, table in self.own_draws.items() if table.shape[-1] > 1}
        return {name: self.links.wide(name, table) for name, table in uncertain.items()}

    def forcing(self, names: Iterable[str]) -> Model:
        """The same model where these variables may be forced: those that would learn from them have their own mean."""
        later = self.links.later(tuple(names))
        if not later:
            return self
        own = {name: self.own_draws[name].mean(axis=-1, keepdims=True) for name in later}
        tables = {**self.network.tables, **{name: self.links.wide(name, mean)[..., 0] for name, mean in own.items()}}
        network = Network(self.network.variables, self.network.states, self.network.parents, tables)
        return replace(self, network=network, engine=self.engine.with_tables(network))

    @cached_property
    def provenance(self) -> Provenance:
        """Where each number comes from."""
        return Provenance(self.records)

    def changed(self, changes: StatementChanges, reads_with: str | None = None) -> Model:
        """The same model with statements excluded, reweighed or reworded; the engine's plan is kept."""
        made = priors(self.records, changes, reads_with)
        return assemble(self.records, made, self.count, self.seed, self)


def build(model: records.ModelRecords, count: int = DRAWS, seed: int | None = None) -> Model:
    """Elicit the priors, fill the tables, plan the engine. seed: the model's own if left out."""
    return assemble(model, priors(model), count, model.seed if seed is None else seed)


def assemble(model: records.ModelRecords, made: Priors, count: int, seed: int, like: Model | None = None) -> Model:
    """Tables and draws from priors. `like` lends its engine's plan and every table whose numbers are the same."""
    variables = model.variables
    links = links_of(variables) if like is None else like.links
    changed = set(variables) if like is None else _changed(made, like.priors)
    values, points, cuts = made.by_place(made.draws(count, seed)), made.by_place(columns_of(made)), made.cuts
    means: dict[str, Array] = {} if like is None else dict(like.network.tables)
    draws: dict[str, Array] = {} if like is None else dict(like.own_draws)
    for name in changed:
        drawn = table(name, variables, values, cuts)
        # Predictive tables: exact from the points where cells are products of independent numbers, else averaged.
        mean = (table(name, variables, points, cuts) if is_linear(name, variables) else drawn).mean(axis=-1)
        means[name], draws[name] = mean, drawn
    for group in links.groups:
        if changed.intersection(group):
            means.update(links.expected(group, {name: draws[name] for name in group}))
    network = Network(
        tuple(variables), {name: variable.states for name, variable in variables.items()}, links.parents, means
    )
    engine = Engine(network) if like is None else like.engine.with_tables(network)
    return Model(model, made, links, network, draws, count, seed, engine)


def columns_of(made: Priors) -> dict[str, Array]:
    """Each number's point as the only draw: `[1]`, `[S, 1]`."""
    return {key: np.asarray(point, dtype=np.float64)[..., np.newaxis] for key, point in made.points().items()}


def _changed(new: Priors, old: Priors) -> set[str]:
    """Variables with a number that is not what it was."""
    return {
        variable
        for key, prior in new.by_key.items()
        if not same_draws(prior, old.by_key[key])
        for variable in prior.variables
    }


class Provenance:
    """The trail between variables, their numbers, and the statements and assumptions behind these; and back."""

    def __init__(self, model: records.ModelRecords):
        self.model = model
        self.by_variable: dict[str, tuple[Parameter, ...]] = {
            name: tuple(slots(name, model.variables)) for name in model.variables
        }

    @cached_property
    def slots(self) -> tuple[Parameter, ...]:
        """Every number of the model."""
        return tuple(slot for each in self.by_variable.values() for slot in each)

    def statements_of(self, variable: str) -> tuple[str, ...]:
        """Statements that set a number of the variable, report on it, or inform it; in the order of the file."""
        named = {name for slot in self.by_variable[variable] for name in _statements_behind(slot)}
        named |= {s.id for s in self.model.statements if variable in s.reports or variable in s.context}
        return tuple(s.id for s in self.model.statements if s.id in named)

    def numbers_of(self, statement: str) -> tuple[Parameter, ...]:
        """The numbers that the statement sets."""
        return tuple(self._by_statement.get(statement, ()))

    @cached_property
    def _by_statement(self) -> dict[str, list[Parameter]]:
        found: dict[str, list[Parameter]] = {}
        for slot in self.slots:
            for name in slot.quantity.statements:
                found.setdefault(name, []).append(slot)
        return found


def _statements_behind(slot: Parameter) -> Iterator[str]:
    yield from slot.quantity.statements
    yield from slot.quantity.reference.cites
