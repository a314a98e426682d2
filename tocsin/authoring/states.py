"""States and parents of a variable, put in or taken out of a model's content with the tables that they change.

The tables are carried by `tables.py`, of the variable and of all that depend on it. Contents are plain values, as
`changes` applies edits to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tocsin.authoring.references import uses
from tocsin.authoring.tables import TableShape, carried, in_family

Content = dict[str, Any]


def add_state(model: Content, name: str, state: str, position: int) -> None:
    """A further state of a variable; its numbers are open, there and in the tables of its effects."""
    states = state_names(model["variables"][name])
    _with_states(model, name, [*states[:position], state, *states[position:]])


def remove_state(model: Content, name: str, state: str) -> None:
    """One state less, with its numbers, its label and its clause."""
    variable = model["variables"][name]
    _with_states(model, name, [other for other in state_names(variable) if other != state])
    for key in ("labels", "says"):
        if isinstance(variable.get(key), dict):
            variable[key].pop(state, None)
            if not variable[key]:
                del variable[key]


def add_parent(model: Content, name: str, parent: str, position: int, family: str | None) -> None:
    """A further cause of a variable; what it does is open. family: of the table, if it is not to be the one it has."""
    parents = parent_names(model["variables"][name])
    _with_parents(model, name, [*parents[:position], parent, *parents[position:]], family)


def remove_parent(model: Content, name: str, parent: str) -> None:
    """One cause less, with its numbers."""
    _with_parents(model, name, [other for other in parent_names(model["variables"][name]) if other != parent], None)


def join_state(content: Content, name: str, state: str, old: Sequence[str], position: int, part_of: str | None) -> None:
    """Let events and conditions that others state hold in a new state too, where that is what they say.

    They do where they hold in the states before and behind it, since states go from mild to worse; events, and not
    conditions, also where they hold in the state that it was a part of. content: of a file of the model; old: the
    states without the new one.
    """
    around = set(old[position - 1 : position + 1]) if 0 < position < len(old) else {state}
    order = [*old[:position], state, *old[position:]]
    for place in dict.fromkeys(
        use.place[:-1] if isinstance(use.place[-1], int) else use.place
        for use in uses(content)
        if use.kind == "state" and use.of == name and not use.key and not use.own and use.place[-2] != "reference"
    ):
        holder: Any = content
        for part in place[:-1]:
            holder = holder[part]
        held = as_list(holder[place[-1]])
        condition = {"given", "from", "versus"} & {*place}
        if state not in held and (around <= {*held} or (part_of in held and not condition)):
            holder[place[-1]] = sorted([*held, state], key=lambda name: order.index(name) if name in order else 0)


def state_names(variable: Any) -> list[str]:
    """The states of a variable, as a list of its own."""
    return as_list(variable.get("states") if isinstance(variable, dict) else None)


def parent_names(variable: Any) -> list[str]:
    """The parents of a variable, as a list of its own."""
    return as_list(variable.get("parents") if isinstance(variable, dict) else None)


def shape_of(variable: Mapping[str, Any], variables: Mapping[str, Any]) -> TableShape:
    """What the table of a variable is about."""
    table = variable.get("table")
    parents = {
        parent: tuple(map(str, state_names(variables[parent])))
        for parent in parent_names(variable)
        if parent in variables
    }
    family = table.get("family") or "" if isinstance(table, dict) else ""
    return TableShape(family, tuple(map(str, state_names(variable))), parents)


def as_list(value: Any) -> list[Any]:
    """Of a place where one thing may stand, several or none, as a list of its own."""
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _with_states(model: Content, name: str, states: list[str]) -> None:
    concerned = [model["variables"][name], *_effects(model, name)]
    before = [shape_of(variable, model["variables"]) for variable in concerned]
    model["variables"][name]["states"] = states
    for variable, was in zip(concerned, before, strict=True):
        _carry(model, variable, was, None)


def _with_parents(model: Content, name: str, parents: list[str], family: str | None) -> None:
    variable = model["variables"][name]
    was = shape_of(variable, model["variables"])
    if "parents" in variable and parents:
        variable["parents"] = parents
    elif "parents" in variable:
        del variable["parents"]
    else:
        items = [*variable.items()]
        at = next((place for place, (key, _) in enumerate(items) if key == "table"), len(items))
        variable.clear()
        variable.update([*items[:at], ("parents", parents), *items[at:]])
    _carry(model, variable, was, family)


def _carry(model: Content, variable: Content, was: TableShape, family: str | None) -> None:
    if isinstance(variable.get("table"), dict):
        now = in_family(shape_of(variable, model["variables"]), family)
        variable["table"] = carried(variable["table"], was, now)


def _effects(model: Content, name: str) -> Iterator[Content]:
    yield from (variable for variable in model["variables"].values() if name in parent_names(variable))
