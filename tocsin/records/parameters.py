"""The numbers that a variable's table needs: one slot each, with what exactly it asks.

A slot's key is its place in the file (`israeli_strike.causes.framing.casus_belli.at_least.limited`), so that priors,
draws, trails and error messages all speak of the same thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tocsin.records.families import Cast, Chances, Index, Logic, Noisy, Odds, PriorFamily, Quantity, Ranked, TableFamily
from tocsin.records.model import Variable

Kind = Literal["chance", "ratio", "strength", "value"]


@dataclass(frozen=True)
class Parameter:
    """One number that a table needs."""

    key: str
    variable: str
    quantity: Quantity
    kind: Kind
    """chance: a probability; ratio: an odds ratio; strength: CAST; value: a weight or variance."""
    event: tuple[str, ...] = ()
    """States whose joint probability a chance is; for a ratio the states that may be judged (`worse`), from any cut."""
    within: tuple[str, ...] = ()
    """States that a chance is conditional on (`at_least` after the first); empty: on nothing but `given`."""
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The column: for each parent the states it covers."""
    reference: Mapping[str, str] = field(default_factory=dict)
    """The parents' reference states; a judgement need not name a parent that is in its reference state."""

    @property
    def number(self) -> str:
        """The number that stands here: the slot's own, or one that other slots share."""
        return f"shared.{self.quantity.shared}" if self.quantity.shared else self.key

    @property
    def place(self) -> tuple[str | int, ...]:
        """Path inside `model.yaml`."""
        name, group, *parts = self.key.split(".") if "." in self.key else (self.key, "")
        if group == "rows":
            return ("variables", name, "table", group, int(parts[0]), *parts[1:])
        return ("variables", name, "table", *((group,) if group else ()), *parts)


@dataclass(frozen=True)
class ParameterColumn:
    """A distribution over a variable's states that a table needs."""

    key: str
    variable: str
    chances: Chances
    given: Mapping[str, tuple[str, ...]]
    reference: Mapping[str, str]


def reference_states(name: str, variables: Mapping[str, Variable]) -> dict[str, str]:
    """Per parent the reference state: the one the table names, or the first."""
    variable = variables[name]
    named = variable.table.reference if isinstance(variable.table, Odds | Noisy) else {}
    return {parent: named.get(parent, variables[parent].states[0]) for parent in variable.parents}


def columns(name: str, variables: Mapping[str, Variable]) -> Iterator[ParameterColumn]:
    """The distributions that the table of `name` is written with."""
    variable = variables[name]
    table, every = variable.table, {parent: variables[parent].states for parent in variable.parents}
    match table:
        case PriorFamily():
            yield ParameterColumn(name, name, table, {}, {})
        case TableFamily():
            for position, row in enumerate(table.rows):
                yield ParameterColumn(f"{name}.rows.{position}", name, row, {**every, **row.given}, {})
        case Odds() | Noisy():
            reference = reference_states(name, variables)
            at_reference = {parent: (state,) for parent, state in reference.items()}
            first = "base" if isinstance(table, Odds) else "leak"
            chances = table.base if isinstance(table, Odds) else table.leak
            yield ParameterColumn(f"{name}.{first}", name, chances, at_reference, reference)
            if isinstance(table, Noisy):
                for parent, states in table.causes.items():
                    for state, cause in states.items():
                        given = {**at_reference, parent: (state,)}
                        yield ParameterColumn(f"{name}.causes.{parent}.{state}", name, cause, given, reference)
        case _:
            return


def slots(name: str, variables: Mapping[str, Variable]) -> Iterator[Parameter]:
    """The numbers that the table of `name` needs, in the order of the file."""
    variable = variables[name]
    table = variable.table
    for column in columns(name, variables):
        yield from _column_slots(column, variable.states)
    match table:
        case Odds():
            reference = reference_states(name, variables)
            at_reference = {parent: (state,) for parent, state in reference.items()}
            for parent, state, quantity in _effects(table.effects):
                key, given = f"{name}.effects.{parent}.{state}", {**at_reference, parent: (state,)}
                yield Parameter(key, name, quantity, "ratio", variable.states[1:], (), given, reference)
        case Noisy():
            for parent, state, quantity in _effects(table.inhibitors):
                yield Parameter(f"{name}.inhibitors.{parent}.{state}", name, quantity, "chance")
        case Cast():
            yield Parameter(f"{name}.baseline", name, table.baseline, "chance", variable.states[1:])
            for parent, state, quantity in _effects(table.influences):
                yield Parameter(f"{name}.influences.{parent}.{state}", name, quantity, "strength")
        case Ranked() | Index():
            for parent, quantity in table.weights.items():
                yield Parameter(f"{name}.weights.{parent}", name, quantity, "value")
            if isinstance(table, Ranked):
                yield Parameter(f"{name}.variance", name, table.variance, "value")
        case PriorFamily() | TableFamily() | Logic():
            return


def _effects(effects: Mapping[str, Mapping[str, Quantity]]) -> Iterator[tuple[str, str, Quantity]]:
    for parent, states in effects.items():
        for state, quantity in states.items():
            yield parent, state, quantity


def _column_slots(column: ParameterColumn, states: tuple[str, ...]) -> Iterator[Parameter]:
    chances = column.chances
    for state, quantity in (chances.shares or {}).items():
        key = f"{column.key}.shares.{state}"
        yield Parameter(key, column.variable, quantity, "chance", (state,), (), column.given, column.reference)
    for state, quantity in (chances.at_least or {}).items():
        start = states.index(state) if state in states else 1
        key, within = f"{column.key}.at_least.{state}", states[start - 1 :] if start > 1 else ()
        event = states[start:]
        yield Parameter(key, column.variable, quantity, "chance", event, within, column.given, column.reference)
