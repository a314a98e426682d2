"""Variables whose tables share a number or a statement: what is seen of one tells of the other's numbers.

The point of an answer is the posterior under the mean of the joint distribution over the draws. The joint is a product
of tables. Of tables whose numbers are drawn apart the mean is the product of the mean tables; of tables T₁ and T₂ that
share a number it is E[T₁T₂], which the chain rule writes as E[T₁] and E[T₁T₂]/E[T₁]. So in the predictive network the
second variable has the first one and its parents for further parents, and answers stay exact at the same speed.
Where the first is forced, nothing is learned from it, and the second keeps E[T₂].
Shape letters: S states, D draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from tocsin.elicitation.combination import connected
from tocsin.network.network import Array, topological_order
from tocsin.records.model import Variable
from tocsin.records.parameters import slots

MOST_CELLS = 2**13
"""Cells of a joint table of linked variables; a larger group stays apart, and only its intervals know of the link."""


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
            kept = [axes.index(each) for each in scope]
            others = tuple(place for place in range(len(axes)) if place not in kept)
            shape = [len(self.variables[each].states) for each in scope]
            order = np.argsort(np.argsort(kept))
            found[name] = np.broadcast_to(np.squeeze(mean, others).transpose(order), shape)
        return found

    def _along(self, axes: Sequence[str], name: str, table: Array) -> Array:
        """`[S, own parents..., D]` with an axis for each variable of the group's scope, of length 1 if not its own."""
        own = [axes.index(each) for each in (name, *self.variables[name].parents)]
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
        found |= {("statement", each) for each in slot.quantity.statements}
        if slot.quantity.shared:
            found.add(("shared", slot.quantity.shared))
    return found


def _scope(variables: Mapping[str, Variable], group: Sequence[str]) -> tuple[str, ...]:
    """The last variable, its parents, then the others and their parents."""
    last = group[-1]
    others = (each for name in group[:-1] for each in (name, *variables[name].parents))
    return tuple(dict.fromkeys((last, *variables[last].parents, *others)))


def _cells(variables: Mapping[str, Variable], group: Sequence[str]) -> int:
    return prod(len(variables[name].states) for name in _scope(variables, group))
