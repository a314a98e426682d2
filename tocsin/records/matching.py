"""How a number may be assumed, and which number a judgement speaks of: one rule, by which a file is refused and a prior
is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tocsin.records.base import only
from tocsin.records.model import Variable
from tocsin.records.parameters import Kind, Parameter
from tocsin.records.statements import Influence, Judgement

Variables = Mapping[str, Variable]

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


def conditioned(slot: Parameter, given: Mapping[str, tuple[str, ...]], variables: Variables) -> bool:
    """Whether a judgement under `given` is about the slot's column.

    A parent need not be named where the column covers all of its states, or is at its reference state, but one must be;
    the variable itself is named by a judgement of a further step ("campaign, if a strike at all").
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
    group = {"ratio": "effects", "chance": "inhibitors"}.get(slot.kind)
    named = getattr(variables[slot.variable].table, "reference", {})
    for parent in variables[slot.variable].parents:
        states = variables[parent].states
        for state in states:
            if slot.key == f"{slot.variable}.{group}.{parent}.{state}":
                return parent, state, named.get(parent, states[0])
    return None
