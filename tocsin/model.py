"""Where the wings meet: priors and families become tables, their draws, and a network that an engine can answer.

The point of an answer is the posterior under the mean of the joint distribution over the draws. The joint is a product
of tables. Of tables whose numbers are drawn apart the mean is the product of the mean tables; of tables T₁ and T₂ that
share a number it is E[T₁T₂], which the chain rule writes as E[T₁] and E[T₁T₂]/E[T₁]. So in the predictive network the
second variable has the first one and its parents for further parents, and answers stay exact at the same speed.
Where the first is forced, nothing is learned from it, and the second keeps E[T₂].
Shape letters: S states, D draws.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod
from pathlib import Path

import numpy as np

from tocsin import files, records
from tocsin.elicitation import Priors, priors
from tocsin.elicitation.combination import connected
from tocsin.elicitation.priors import same_draws
from tocsin.inference import Engine
from tocsin.network import Network
from tocsin.network.network import Array, topological_order
from tocsin.records import StatementChanges
from tocsin.records.model import Variable
from tocsin.records.parameters import Parameter, slots
from tocsin.tables import is_linear, table

DRAWS = 1024
MOST_CELLS = 2**13
"""Cells of a joint table of linked variables; a larger group stays apart, and only its intervals know of the link."""


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
        changed = priors(self.records, changes, reads_with)
        return assemble(self.records, changed, self.count, self.seed, self)


def open_model(folder: str | Path, draws: int = DRAWS, seed: int | None = None) -> Model:
    """Load and build the model in a folder; raises BadInput with file and line, TooLarge."""
    loaded = files.load_model(folder)
    files.check_words(Path(folder), loaded)
    return build(loaded, draws, seed)


def build(model: records.ModelRecords, count: int = DRAWS, seed: int | None = None) -> Model:
    """Elicit the priors, fill the tables, plan the engine. seed: the model's own if left out."""
    return assemble(model, priors(model), count, model.seed if seed is None else seed)


def assemble(model: records.ModelRecords, priors: Priors, count: int, seed: int, like: Model | None = None) -> Model:
    """Tables and draws from priors. `like` lends its engine's plan and every table whose numbers are the same."""
    variables = model.variables
    links = links_of(variables) if like is None else like.links
    changed = set(variables) if like is None else _changed(priors, like.priors) | _rewritten(model, like.records)
    values, points, cuts = priors.by_place(priors.draws(count, seed)), priors.by_place(columns_of(priors)), priors.cuts
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
    return Model(model, priors, links, network, draws, count, seed, engine)


def rebuilt(model: records.ModelRecords, like: Model) -> Model:
    """Other records built as another model was; of the same network it lends its engine's plan and what stays the same.

    Raises TooLarge.
    """
    links, found = links_of(model.variables), priors(model)
    states = {name: variable.states for name, variable in model.variables.items()}
    network = links.parents == like.links.parents and states == dict(like.network.states)
    # Draws go by the order of numbers: another one, or another statement on several of them, moves them all.
    numbers = found.common == like.priors.common and [*found.by_key] == [*like.priors.by_key]
    if not (network and numbers and model.seed == like.seed):
        return assemble(model, found, like.count, model.seed)
    return assemble(model, found, like.count, like.seed, replace(like, links=links))


def columns_of(priors: Priors, keys: Collection[str] | None = None) -> dict[str, Array]:
    """Each number's point as the only draw: `[1]`, `[S, 1]`. keys: of these alone."""
    return {key: np.asarray(point, dtype=np.float64)[..., np.newaxis] for key, point in priors.points(keys).items()}


def _changed(new: Priors, old: Priors) -> set[str]:
    """Variables with a number that is not what it was."""
    return {
        variable
        for key, prior in new.by_key.items()
        if not same_draws(prior, old.by_key[key])
        for variable in prior.variables
    }


def _rewritten(new: records.ModelRecords, old: records.ModelRecords) -> set[str]:
    """Variables whose table is written otherwise."""
    if new is old:
        return set()
    return {name for name, variable in new.variables.items() if variable.table != old.variables[name].table}


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
        return tuple(slot for slots in self.by_variable.values() for slot in slots)

    def statements_of(self, variable: str) -> tuple[str, ...]:
        """Statements that set a number of the variable, report on it, or inform it; in the order of the file."""
        quantities = [slot.quantity for slot in self.by_variable[variable]]
        names = {name for quantity in quantities for name in (*quantity.statements, *quantity.reference.cites)}
        names |= {s.id for s in self.model.statements if variable in s.reports or variable in s.context}
        return tuple(s.id for s in self.model.statements if s.id in names)

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


@dataclass(frozen=True, eq=False)
class Links:
    """The groups of linked variables of a model, each in topological order."""

    variables: Mapping[str, Variable]
    groups: tuple[tuple[str, ...], ...]
    apart: tuple[tuple[str, ...], ...] = ()
    """Groups that are too large to be linked."""

    @cached_property
    def parents(self) -> dict[str, tuple[str, ...]]:
        """Per variable the parents that it has in the predictive network, its own first."""
        found = {name: variable.parents for name, variable in self.variables.items()}
        for group in self.groups:
            for place, name in enumerate(group):
                found[name] = _scope(self.variables, group[: place + 1])[1:]
        return found

    def group_of(self, name: str) -> tuple[str, ...]:
        """The variables whose mean tables change with a number of this one: itself, or its group."""
        return next((group for group in self.groups if name in group), (name,))

    def later(self, names: Sequence[str]) -> tuple[str, ...]:
        """The variables that learn from one of these."""
        return tuple(
            name for group in self.groups for place, name in enumerate(group) if set(group[:place]) & set(names)
        )

    def wide(self, name: str, table: Array) -> Array:
        """A table `[S, own parents..., N]` with the axes of the predictive network, along which it does not change."""
        extra = self.parents[name][len(self.variables[name].parents) :]
        if not extra:
            return table
        sizes = [len(self.variables[parent].states) for parent in extra]
        spread = table.reshape(*table.shape[:-1], *(1 for _ in extra), table.shape[-1])
        return np.broadcast_to(spread, (*table.shape[:-1], *sizes, table.shape[-1]))

    def expected(self, group: Sequence[str], drawn: Mapping[str, Array]) -> dict[str, Array]:
        """Mean tables `[S, parents...]` of a group from draws of its tables `[S, own parents..., D]`."""
        axes = _scope(self.variables, group)
        joint, found = np.ones((1,) * (len(axes) + 1)), {}
        for name in group:
            table = self._along(axes, name, drawn[name])
            given = joint.mean(axis=-1)
            joint = joint * table
            with np.errstate(divide="ignore", invalid="ignore"):
                # Where the earlier ones cannot be so, nothing is learned from them.
                mean = np.where(given > 0, joint.mean(axis=-1) / given, table.mean(axis=-1))
            scope = (name, *self.parents[name])
            kept = [axes.index(member) for member in scope]
            others = tuple(place for place in range(len(axes)) if place not in kept)
            shape = [len(self.variables[member].states) for member in scope]
            order = np.argsort(np.argsort(kept))
            found[name] = np.broadcast_to(np.squeeze(mean, others).transpose(order), shape)
        return found

    def _along(self, axes: Sequence[str], name: str, table: Array) -> Array:
        """`[S, own parents..., D]` with an axis for each variable of the group's scope, of length 1 if not its own."""
        own = [axes.index(member) for member in (name, *self.variables[name].parents)]
        shape = [1] * len(axes)
        for place, size in zip(own, table.shape[:-1], strict=True):
            shape[place] = size
        return table.transpose(*np.argsort(own), table.ndim - 1).reshape(*shape, table.shape[-1])


def links_of(variables: Mapping[str, Variable]) -> Links:
    """The groups of variables that share a number or a statement, directly or through others."""
    order = topological_order({name: variables[name].parents for name in variables})
    groups = connected([_uses(name, variables) for name in order])
    linked = sorted(tuple(order[place] for place in group) for group in groups if len(group) > 1)
    fitting = [group for group in linked if _cells(variables, group) <= MOST_CELLS]
    return Links(variables, tuple(fitting), tuple(group for group in linked if group not in fitting))


def _uses(name: str, variables: Mapping[str, Variable]) -> set[tuple[str, str]]:
    """What the numbers of a table hang on that other tables may hang on too."""
    found: set[tuple[str, str]] = set()
    for slot in slots(name, variables):
        found |= {("statement", statement) for statement in slot.quantity.statements}
        if slot.quantity.shared:
            found.add(("shared", slot.quantity.shared))
    return found


def _scope(variables: Mapping[str, Variable], group: Sequence[str]) -> tuple[str, ...]:
    """The last variable, its parents, then the others and their parents."""
    last = group[-1]
    others = (member for name in group[:-1] for member in (name, *variables[name].parents))
    return tuple(dict.fromkeys((last, *variables[last].parents, *others)))


def _cells(variables: Mapping[str, Variable], group: Sequence[str]) -> int:
    return prod(len(variables[name].states) for name in _scope(variables, group))
