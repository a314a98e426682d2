"""The numbers that a variable's table needs: one slot each, with what exactly it asks, how it may be assumed, and which
judgements speak of it: one rule, by which a file is refused and a prior is made.

A slot's key is its place in the file (`water.causes.river.red.at_least.cellars`), so that priors,
draws, trails and error messages all speak of the same thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tocsin.records.base import only
from tocsin.records.families import Cast, Chances, Index, Logic, Noisy, Odds, PriorFamily, Quantity, Ranked, TableFamily
from tocsin.records.model import Variable
from tocsin.records.statements import Influence, Judgement

Kind = Literal["chance", "ratio", "strength", "value"]
Variables = Mapping[str, Variable]


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


def reference_states(name: str, variables: Variables) -> dict[str, str]:
    """Per parent the reference state: the one the table names, or the first."""
    variable = variables[name]
    named = variable.table.reference if isinstance(variable.table, Odds | Noisy) else {}
    return {parent: named.get(parent, variables[parent].states[0]) for parent in variable.parents}


def columns(name: str, variables: Variables) -> Iterator[ParameterColumn]:
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


def slots(name: str, variables: Variables) -> Iterator[Parameter]:
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


_WAYS: dict[Kind, tuple[str, ...]] = {
    "chance": ("range", "value"),
    "ratio": ("ratio", "range"),
    "strength": ("strength", "value"),
    "value": ("value",),
}


def ways(slot: Parameter) -> tuple[str, ...]:
    """How the number may be assumed: of an effect a chance too, where it is clear of which states."""
    clear = slot.kind != "ratio" or len(slot.event) == 1 or slot.quantity.statements
    return tuple(way for way in _WAYS[slot.kind] if clear or way != "range")


def takes_base_rate(slot: Parameter) -> bool:
    """Whether a count can give the number: a chance of states, where it is clear of which."""
    return bool(slot.event) and "range" in ways(slot)


@dataclass(frozen=True)
class Match:
    """How a judgement speaks of a number."""

    kind: Literal["chance", "column", "ratio"]
    """chance: the slot's own probability; column: the chance of the states from `cut` on; ratio: an odds ratio."""
    turned: bool
    """Whether it speaks of the complement, or of the inverse ratio."""
    cut: int | None = None


def match(judgement: Judgement, slot: Parameter, variables: Variables) -> Match | None:
    """How the judgement speaks of the slot; None if it does not.

    A probability does if its event is the slot's, or the complement, and its condition is the slot's column; a marginal
    of a variable with parents is no column. An influence does if it compares the slot's state of a parent with the
    reference. A judgement over another horizon sets nothing.
    """
    if judgement.horizon_days is not None:
        return None
    if judgement.influence is not None:
        return _influence(slot, judgement.influence, variables)
    if judgement.probability is None or slot.kind not in ("chance", "ratio") or not slot.event:
        return None
    variable, event = only(judgement.probability)
    if variable != slot.variable or not conditioned(slot, judgement.given, variables):
        return None
    states = variables[variable].states
    if slot.kind == "ratio":
        found = cut(event, states)
        return None if found is None else Match("column", not found.worse, found.at)
    if set(event) == set(slot.event):
        return Match("chance", turned=False)
    rest = set(slot.within or states) - set(slot.event)
    return Match("chance", turned=True) if set(event) == rest else None


def judgement_of(
    slot: Parameter, variables: Variables, cut: int | None = None, direction: Literal["raises", "lowers"] = "raises"
) -> Judgement | None:
    """What somebody judges who is asked for the number alone: the judgement that `match` takes for it.

    cut: the first worse state, where the chance is asked for and not the odds ratio. direction: of an odds ratio, or
    `lowers` of the share that an inhibitor leaves. None where no statement can speak of the number.
    """
    states = variables[slot.variable].states
    event = states[cut:] if cut is not None else slot.event if slot.kind == "chance" else ()
    if event:
        telling = {name: given for name, given in slot.given.items() if set(given) != set(variables[name].states)}
        given = {**(telling or slot.given), **({slot.variable: slot.within} if slot.within else {})}
        found = Judgement(probability={slot.variable: tuple(event)}, given=given)
    elif (acting := _acting(slot, variables)) is not None:
        parent, state, reference = acting
        found = Judgement(
            influence=Influence(
                cause={parent: (state,)},
                versus={parent: (reference,)},
                to={slot.variable: states[1:]},
                direction=direction,
            )
        )
    else:
        return None
    return found if match(found, slot, variables) is not None else None


def conditioned(slot: Parameter, given: Mapping[str, tuple[str, ...]], variables: Variables) -> bool:
    """Whether a judgement under `given` is about the slot's column.

    A parent need not be named where the column covers all of its states, or is at its reference state, but one must be;
    the variable itself is named by a judgement of a further step ("water in the streets, if any at all").
    """
    own = given.get(slot.variable, ())
    if set(own) != set(slot.within) or (slot.given and not given):
        return False
    if any(name not in slot.given for name in given if name != slot.variable):
        return False
    for parent, column in slot.given.items():
        free = set(column) == set(variables[parent].states) or set(column) == {slot.reference.get(parent)}
        if set(given[parent]) != set(column) if parent in given else not free:
            return False
    return True


@dataclass(frozen=True)
class Cut:
    """Where an event divides the states, and on which side it lies."""

    at: int
    worse: bool


def cut(event: tuple[str, ...], states: tuple[str, ...]) -> Cut | None:
    """The place at which all states of the event lie on one side, and all others on the other."""
    for at in range(1, len(states)):
        if set(event) == set(states[at:]):
            return Cut(at, worse=True)
        if set(event) == set(states[:at]):
            return Cut(at, worse=False)
    return None


def _influence(slot: Parameter, influence: Influence, variables: Variables) -> Match | None:
    """An odds ratio for an effect, or the share of a cause's power that an inhibitor leaves."""
    variable, event = only(influence.to)
    acting = _acting(slot, variables)
    if variable != slot.variable or acting is None:
        return None
    found, side = cut(event, variables[variable].states), _side(influence, *acting)
    if found is None or side is None:
        return None
    # Proportional odds: one ratio for every cut, so "milder" and "the other way round" each turn it over.
    return Match("ratio" if slot.kind == "ratio" else "chance", found.worse != (side == "forward"))


def _side(influence: Influence, parent: str, state: str, reference: str) -> Literal["forward", "backward"] | None:
    """Whether the influence runs from the effect's state (against the reference) or the other way round."""
    cause, states = only(influence.cause)
    against, others = only(influence.versus) if influence.versus is not None else (cause, ())
    if cause != parent or against != parent:
        return None
    if state in states and reference not in states and (not others or reference in others):
        return "forward"
    if reference in states and state not in states and (not others or state in others):
        return "backward"
    return None


def _acting(slot: Parameter, variables: Variables) -> tuple[str, str, str] | None:
    """The parent, its state and its reference state that a slot for an effect or an inhibitor is about."""
    match slot.key.split("."):
        case [_, group, parent, state] if group == {"ratio": "effects", "chance": "inhibitors"}.get(slot.kind):
            return parent, state, reference_states(slot.variable, variables)[parent]
    return None
