"""The table of a variable as its file holds it, carried to other states, other parents or another family.

A number stays where it still asks the same: the same states, under the same states of the same parents. Where a number
is new, None stands in its place, and the file says so until a reference is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from tocsin.errors import BadQuery

MOST_ROWS = 64
"""Rows of a table that a reader is asked to fill; beyond this another family asks for less."""


@dataclass(frozen=True)
class TableShape:
    """What a table is about. states: of its variable. parents: each with its states."""

    family: str
    states: tuple[str, ...]
    parents: Mapping[str, tuple[str, ...]]


def allowed_families(shape: TableShape) -> tuple[str, ...]:
    """The families that a table of these states and parents can have, the plainest first."""
    if not shape.parents:
        return ("prior",)
    two = len(shape.states) == 2
    follows = all(len(states) <= len(shape.states) for states in shape.parents.values())
    return (
        "table", "odds", *(("noisy_or", "cast", "any", "all") if two else ("noisy_max",)), "ranked",
        *(("max",) if follows and not two else ()), "index",
    )  # fmt: skip


def in_family(shape: TableShape, family: str | None) -> TableShape:
    """The same in a family if it can have that, else in the one it has, else in the plainest."""
    families = allowed_families(shape)
    wanted = next((wanted for wanted in (family, shape.family) if wanted in families), families[0])
    return TableShape(wanted, shape.states, shape.parents)


def carried(table: Mapping[str, Any] | None, was: TableShape | None, now: TableShape) -> dict[str, Any]:
    """A table in another shape, with the numbers that stay, and None for each that is new.

    Raises BadQuery where it would ask for more numbers than anybody fills in.
    """
    held: Mapping[str, Any] = table or {}
    content = _carried(held, was or TableShape("", (), {}), now)
    return {key: content[key] for key in (*(key for key in held if key in content), *content)}


def _carried(held: Mapping[str, Any], was: TableShape, now: TableShape) -> dict[str, Any]:
    match now.family:
        case "prior":
            return {"family": "prior", **_chances(held if was.family == "prior" else None, was, now)}
        case "table":
            return {"family": "table", "rows": _rows(held.get("rows") or (), was, now)}
        case "odds" | "noisy_or" | "noisy_max":
            return _with_reference(held, was, now)
        case "cast":
            return {
                "family": "cast",
                "baseline": held.get("baseline"),
                "influences": _effects(held.get("influences"), now.parents, lambda effect: effect),
            }
        case "ranked" | "index":
            old = held.get("weights") or {}
            content = {**_kept(held, "rule"), "weights": {parent: old.get(parent) for parent in now.parents}}
            if now.family == "ranked":
                return {"family": "ranked", **content, "variance": held.get("variance")}
            content["thresholds"] = _thresholds(held.get("thresholds"), len(now.states))
            return {"family": "index", **content, "because": held.get("because")}
        case _:
            return {"family": now.family}


def missing(table: Mapping[str, Any], variable: str) -> tuple[str, ...]:
    """The keys of the numbers that a table leaves open, as `records/parameters.py` names them."""
    parts = {part: value for part, value in table.items() if part in _NUMBERS}
    return tuple(".".join(map(str, (variable, *place))) for place in _open(parts))


def supposed(table: Mapping[str, Any]) -> dict[str, Any]:
    """The same with something in the place of each open number, so that what is asked there can be put into words."""
    return {part: _filled(value, _KINDS.get(part, "range")) for part, value in table.items()}


_NUMBERS = (
    "shares", "at_least", "rows", "base", "leak", "effects", "causes", "inhibitors", "baseline", "influences",
    "weights", "variance",
)  # fmt: skip
"""Parts of tables that hold numbers."""
_KINDS = {"effects": "ratio", "influences": "strength", "weights": "value", "variance": "value"}
_SUPPOSED = {"range": [0.2, 0.6], "ratio": [1.5, 4], "strength": [0.1, 0.5], "value": 1}
_CHANCES = ("shares", "at_least", "chances", "certain", "cases", "because")
"""What a distribution over states is written with."""


def _open(value: Any) -> Iterator[tuple[str | int, ...]]:
    if value is None:
        yield ()
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from ((position, *place) for place in _open(part))
    elif isinstance(value, Mapping) and not {"assume", "base_rate", "shared"} & set(value):
        for key, part in value.items():
            if key not in ("given", "chances", "certain", "because", "cases"):
                yield from ((key, *place) for place in _open(part))


def _filled(value: Any, kind: str) -> Any:
    if value is None:
        return {"assume": {kind: _SUPPOSED[kind], "because": "?"}}
    if isinstance(value, list):
        return [_filled(part, kind) for part in value]
    return {key: _filled(part, kind) for key, part in value.items()} if isinstance(value, Mapping) else value


# ------------------------------------------------------------------------------------------------------------ columns
def _chances(held: Mapping[str, Any] | None, was: TableShape, now: TableShape) -> dict[str, Any]:
    """A distribution over the states: each number that still asks the same, and None for each new one."""
    given = {key: value for key, value in (held or {}).items() if key in _CHANCES}
    # A chance of its own does not depend on the order of the states, as a step does.
    if given and (was.states == now.states or ("at_least" not in given and set(was.states) == set(now.states))):
        return given
    if given.get("certain") in now.states:
        return {"certain": given["certain"]}
    if "shares" in given and len(was.states) > 2 < len(now.states):
        return _shares(given["shares"], was, now)
    steps = given.get("at_least") or {}
    if "shares" in given and len(was.states) == 2:
        steps = given["shares"]
    kept = {state: steps.get(state) if _same_step(state, was, now) else None for state in now.states[1:]}
    return {"shares": kept} if len(now.states) == 2 else {"at_least": kept}


def _shares(shares: Mapping[str, Any], was: TableShape, now: TableShape) -> dict[str, Any]:
    """Each state's own chance stays; the one that was left for the rest is left on."""
    rest = [state for state in now.states if state in was.states and state not in shares]
    return {"shares": {state: shares.get(state) for state in now.states if state not in rest[:1]}}


def _same_step(state: str, was: TableShape, now: TableShape) -> bool:
    """Whether `this or worse, if the one before or worse` is about the same states as before."""

    def step(states: Sequence[str]) -> tuple[str, ...] | None:
        if state not in states[1:]:
            return None
        place = states.index(state)
        # A state added at the end makes neither event another one: both begin where they began.
        return tuple(states[place - 1 : place + 1])

    return step(was.states) is not None and step(was.states) == step(now.states)


# --------------------------------------------------------------------------------------------------------------- rows
def _rows(rows: Sequence[Mapping[str, Any]], was: TableShape, now: TableShape) -> list[dict[str, Any]]:
    """Rows under the parents' states; what was said under a parent that goes stays as it was in its first state."""
    if was.family != "table" or not rows:
        return _all_rows(now, now.parents)
    found = [dict(row) for row in rows]
    for parent, states in was.parents.items():
        if parent not in now.parents:
            found = [_without(row, parent) for row in found if states[0] in _given(row).get(parent, states)]
        else:
            found = _with_states(found, parent, states, now.parents[parent])
    columns = [{**_given_part(row), **_chances(row, was, now)} for row in found]
    for parent, states in now.parents.items():
        if parent not in was.parents:
            columns = [
                {
                    "given": {**(row.get("given") or {}), parent: state},
                    **(_column(row) if state == states[0] else _chances(None, was, now)),
                }
                for row in columns
                for state in states
            ]
    if len(columns) > MOST_ROWS:
        raise _too_many(len(columns))
    return columns


def _all_rows(now: TableShape, parents: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    """A row for each combination of the parents' states."""
    combinations = list(product(*parents.values()))
    if len(combinations) > MOST_ROWS:
        raise _too_many(len(combinations))
    return [{"given": dict(zip(parents, states, strict=True)), **_chances(None, now, now)} for states in combinations]


def _too_many(count: int) -> BadQuery:
    return BadQuery(f"a table by rows would ask for {count} rows; choose another family, which asks for less")


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        parent: [states] if isinstance(states, str) else list(states)
        for parent, states in (row.get("given") or {}).items()
    }


def _given_part(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"given": row["given"]} if row.get("given") else {}


def _column(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "given"}


def _without(row: Mapping[str, Any], parent: str) -> dict[str, Any]:
    rest = {name: states for name, states in (row.get("given") or {}).items() if name != parent}
    return {**({"given": rest} if rest else {}), **_column(row)}


def _with_states(
    rows: Sequence[dict[str, Any]], parent: str, was: Sequence[str], now: Sequence[str]
) -> list[dict[str, Any]]:
    """Rows for a parent's other states: states that go are no longer named, and for each that comes there is a new row
    behind each of those that cover the state beside it."""
    beside: dict[str, str] = {}
    for place, state in enumerate(now):
        if state not in was:
            beside[state] = next((other for other in reversed(now[:place]) if other in was), next(iter(was), ""))
    found: list[dict[str, Any]] = []
    for row in rows:
        if parent not in (row.get("given") or {}):
            found.append(row)
            continue
        covered = _given(row)[parent]
        if states := [state for state in covered if state in now]:
            kept = states[0] if len(states) == 1 else states
            found.append({"given": {**row["given"], parent: kept}, **_column(row)})
        new = [state for state, other in beside.items() if other in covered and state not in covered]
        found += [{"given": {**row["given"], parent: state}} for state in new]
    return found


# -------------------------------------------------------------------------------------------- families with a reference
def _with_reference(held: Mapping[str, Any], was: TableShape, now: TableShape) -> dict[str, Any]:
    """Odds and noisy families: a column with every parent in its reference state, then what each other state does."""
    first, part = ("base", "effects") if now.family == "odds" else ("leak", "causes")
    # Both are the chances with every parent in its reference state.
    column = held.get("base") or held.get("leak")
    reference = {
        parent: state for parent, state in (held.get("reference") or {}).items() if state in now.parents.get(parent, ())
    }
    for parent, states in now.parents.items():
        # The first state is the reference unless another is named; one that comes before it does not take its place.
        first_was = was.parents.get(parent, ())[:1]
        if column and first_was and first_was[0] in states[1:]:
            reference.setdefault(parent, first_was[0])
    others = {
        parent: tuple(state for state in states if state != reference.get(parent, states[0]))
        for parent, states in now.parents.items()
    }
    content: dict[str, Any] = {"family": now.family}
    if now.family != "odds":
        content |= _kept(held, "form")
    content[first] = _chances(column, was, now)
    if reference:
        content["reference"] = reference
    inhibitors = {p: s for p, s in (held.get("inhibitors") or {}).items() if p in now.parents}
    if now.family == "odds":
        content[part] = _effects(held.get(part), others, lambda effect: effect)
    else:
        acting = {parent: states for parent, states in others.items() if parent not in inhibitors}
        content[part] = _effects(held.get(part), acting, lambda cause: _chances(cause, was, now))
        if inhibitors:
            inhibiting = {parent: others[parent] for parent in inhibitors}
            content["inhibitors"] = _effects(inhibitors, inhibiting, lambda effect: effect)
    if ordered := [parent for parent in held.get("ordered") or () if parent in now.parents]:
        content["ordered"] = ordered
    return content


def _effects(
    held: Mapping[str, Any] | None, wanted: Mapping[str, Sequence[str]], write: Callable[[Any], Any]
) -> dict[str, Any]:
    """Per parent and state what it had, written anew, or what is asked of it."""
    old = held or {}
    return {
        parent: {state: write((old.get(parent) or {}).get(state)) for state in states}
        for parent, states in wanted.items()
    }


def _kept(held: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: held[name] for name in names if name in held}


def _thresholds(held: Sequence[float] | None, states: int) -> list[float]:
    """As they were; for another number of states evenly apart."""
    if held is not None and len(held) == states - 1:
        return list(held)
    return [round(place / states, 2) for place in range(1, states)]
