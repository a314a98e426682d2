"""Where the files of a model, its scenarios, sweeps and choices name something: each use by its place.

Files are plain values here, as edits change them, so that an unfinished model can be asked too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from tocsin.files.yaml12 import Place

Named = Literal["model", "variable", "state", "statement", "speaker", "source", "origin", "shared", "voice"]
"""What a name is of. voice: a statement, speaker, source or origin, as a scenario names them."""
VOICES = ("statement", "speaker", "source", "origin")


@dataclass(frozen=True)
class Use:
    """A name where it stands in a file."""

    place: Place
    """Of the value that is the name, or of the key."""
    kind: Named
    name: str
    of: str = ""
    """Of a state its variable."""
    key: bool = False
    own: bool = False
    """Whether it is said of the thing itself (its key, its states), and not by another that refers to it."""
    span: tuple[int, int] | None = None
    """Where in the text it stands, if the text holds more than the name: a column of a sweep, a cell."""


def means(use: Use, kind: str, name: str, of: str = "") -> bool:
    """Whether a use is of this thing."""
    same = use.kind == kind or (use.kind == "voice" and kind in VOICES)
    return same and (use.name, use.of) == (name, of)


def uses(content: Mapping[str, Any]) -> Iterator[Use]:
    """Every name in a file: of a model, statements, a scenario, a sweep or a choice, told apart by their keys."""
    if "scenario" in content or "sweep" in content:
        yield from _scenario(content)
    elif "choice" in content:
        yield from _choice(content)
    else:
        yield from _model(content)
        yield from _statements(content)


def renamed(content: Any, found: Iterable[Use], name: str) -> None:
    """Write another name at each of these places of a file's content."""
    order = sorted(found, key=lambda use: (-len(use.place), use.key, -(use.span or (0, 0))[0]))
    for use in order:
        *around, last = use.place
        holder = content
        for part in around:
            holder = holder[part]
        old: Any = last if use.key else holder[last]
        new = name if use.span is None else old[: use.span[0]] + name + old[use.span[1] :]
        if not use.key:
            holder[last] = new
            continue
        items = [(new if key == last else key, value) for key, value in holder.items()]
        holder.clear()
        holder.update(items)


# --------------------------------------------------------------------------------------------------------- small parts
def _items(value: Any) -> list[tuple[Any, Any]]:
    return [*value.items()] if isinstance(value, dict) else []


def _names(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """One name, or a list of names, each with its place."""
    for position, name in enumerate(value) if isinstance(value, list) else ((None, value),):
        if isinstance(name, str):
            yield (place if position is None else (*place, position)), name


def _condition(value: Any, place: Place) -> Iterator[Use]:
    """Variables with their states: an event, a condition, evidence, the events of an outcome."""
    for variable, states in _items(value):
        yield Use((*place, variable), "variable", variable, key=True)
        where: Place = (*place, variable)
        if isinstance(states, dict):
            states, where = states.get("states"), (*where, "states")
        yield from (Use(at, "state", state, variable) for at, state in _names(states, where))


def _keys(value: Any, place: Place, kind: Named, of: str = "", *, own: bool = False) -> Iterator[Use]:
    return (Use((*place, key), kind, key, of, key=True, own=own) for key, _ in _items(value))


def _listed(value: Any, place: Place, kind: Named, of: str = "", *, own: bool = False) -> Iterator[Use]:
    return (Use(at, kind, name, of, own=own) for at, name in _names(value, place))


# --------------------------------------------------------------------------------------------------------------- model
def _model(content: Mapping[str, Any]) -> Iterator[Use]:
    if "model" in content:
        yield Use(("model",), "model", content["model"], own=True)
    for name, variable in _items(content.get("variables")):
        place: Place = ("variables", name)
        yield Use(place, "variable", name, key=True, own=True)
        if not isinstance(variable, dict):
            continue
        yield from _listed(variable.get("states"), (*place, "states"), "state", name, own=True)
        for key in ("labels", "says"):
            yield from _keys(variable.get(key), (*place, key), "state", name, own=True)
        yield from _listed(variable.get("parents"), (*place, "parents"), "variable")
        if isinstance(variable.get("table"), dict):
            yield from _table(name, variable["table"], (*place, "table"))
    for name, quantity in _items(content.get("shared")):
        yield Use(("shared", name), "shared", name, key=True, own=True)
        yield from _quantity(quantity, ("shared", name))
    outcomes = content.get("outcomes")
    for position, outcome in enumerate(outcomes if isinstance(outcomes, list) else ()):
        if isinstance(outcome, dict):
            yield from _condition(outcome.get("events"), ("outcomes", position, "events"))
    yield from _condition(content.get("tail_risks"), ("tail_risks",))
    pooling = content.get("pooling")
    if isinstance(pooling, dict):
        for key in ("cooke_weights", "track_records"):
            yield from _keys(pooling.get(key), ("pooling", key), "speaker")


def _table(name: str, table: Mapping[str, Any], place: Place) -> Iterator[Use]:
    yield from _chances(name, table, place, own=True)
    for key in ("base", "leak"):
        yield from _chances(name, table.get(key), (*place, key), own=True)
    rows = table.get("rows")
    for position, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            yield from _condition(row.get("given"), (*place, "rows", position, "given"))
            yield from _chances(name, row, (*place, "rows", position), own=True)
    yield from _condition(table.get("reference"), (*place, "reference"))
    yield from _listed(table.get("ordered"), (*place, "ordered"), "variable")
    for group in ("effects", "causes", "inhibitors", "influences"):
        for parent, states in _items(table.get(group)):
            where: Place = (*place, group, parent)
            yield Use(where, "variable", parent, key=True)
            yield from _keys(states, where, "state", parent)
            for state, number in _items(states):
                if group == "causes":
                    yield from _chances(name, number, (*where, state), own=True)
                else:
                    yield from _quantity(number, (*where, state))
    for parent, quantity in _items(table.get("weights")):
        yield Use((*place, "weights", parent), "variable", parent, key=True)
        yield from _quantity(quantity, (*place, "weights", parent))
    for key in ("baseline", "variance"):
        yield from _quantity(table.get(key), (*place, key))


def _chances(name: str, chances: Any, place: Place, *, own: bool) -> Iterator[Use]:
    if not isinstance(chances, dict):
        return
    for way in ("shares", "at_least", "chances"):
        yield from _keys(chances.get(way), (*place, way), "state", name, own=own)
        for state, quantity in _items(chances.get(way)):
            yield from _quantity(quantity, (*place, way, state))
    yield from _listed(chances.get("certain"), (*place, "certain"), "state", name, own=own)


def _quantity(quantity: Any, place: Place) -> Iterator[Use]:
    if not isinstance(quantity, dict):
        return
    yield from _listed(quantity.get("statements"), (*place, "statements"), "statement")
    yield from _listed(quantity.get("shared"), (*place, "shared"), "shared")
    yield from _cited(quantity, place, "assume", "base_rate")


def _cited(holder: Mapping[str, Any], place: Place, *keys: str) -> Iterator[Use]:
    """Statements that informed what stands under these keys."""
    for key in keys:
        if isinstance(holder.get(key), dict):
            yield from _listed(holder[key].get("cites"), (*place, key, "cites"), "statement")


# ---------------------------------------------------------------------------------------------------------- statements
def _statements(content: Mapping[str, Any]) -> Iterator[Use]:
    for key, kind in (("sources", "source"), ("speakers", "speaker"), ("origins", "origin")):
        yield from _keys(content.get(key), (key,), kind, own=True)  # type: ignore[arg-type]
    entries = content.get("statements")
    for position, entry in enumerate(entries if isinstance(entries, list) else ()):
        if not isinstance(entry, dict):
            continue
        place: Place = ("statements", position)
        yield from _listed(entry.get("id"), (*place, "id"), "statement", own=True)
        for kind in ("speaker", "source", "origin"):
            yield from _listed(entry.get(kind), (*place, kind), kind)  # type: ignore[arg-type]
        yield from _listed(entry.get("supersedes"), (*place, "supersedes"), "statement")
        yield from _condition(entry.get("reports"), (*place, "reports"))
        yield from _listed(entry.get("context"), (*place, "context"), "variable")
        judges = entry.get("judges")
        if isinstance(judges, dict):
            yield from _judgement(judges, (*place, "judges"))
        for index, judgement in enumerate(judges if isinstance(judges, list) else ()):
            if isinstance(judgement, dict):
                yield from _judgement(judgement, (*place, "judges", index))


def _judgement(judgement: Mapping[str, Any], place: Place) -> Iterator[Use]:
    for key in ("probability", "given", "more_likely", "than"):
        yield from _condition(judgement.get(key), (*place, key))
    influence = judgement.get("influence")
    for key in ("from", "versus", "to"):
        yield from _condition(influence.get(key) if isinstance(influence, dict) else None, (*place, "influence", key))
    yield from _listed(judgement.get("qualifies"), (*place, "qualifies"), "statement")


# ------------------------------------------------------------------------------------------------ scenarios and sweeps
def _scenario(content: Mapping[str, Any]) -> Iterator[Use]:
    yield from _listed(content.get("model"), ("model",), "model")
    for variable, findings in _items(content.get("evidence")):
        place: Place = ("evidence", variable)
        yield Use(place, "variable", variable, key=True)
        for at, finding in (
            [((*place, index), found) for index, found in enumerate(findings)]
            if isinstance(findings, list)
            else [(place, findings)]
        ):
            if isinstance(finding, dict):
                for key in ("observed", "reported"):
                    yield from _listed(finding.get(key), (*at, key), "state", variable)
                for key in ("believed", "likelihood"):
                    yield from _keys(finding.get(key), (*at, key), "state", variable)
    yield from _condition(content.get("forced"), ("forced",))
    changes = content.get("statements")
    if isinstance(changes, dict):
        yield from _listed(changes.get("exclude"), ("statements", "exclude"), "voice")
        for key in ("reweigh", "reword", "regrade"):
            yield from _keys(changes.get(key), ("statements", key), "voice")
    yield from _with_states(content.get("expected"), ("expected",))
    for key in ("grid", "zip"):
        yield from _columns(content.get(key), (key,))
    ranges = content.get("range")
    for at, belief in (
        [(("range", index), part) for index, part in enumerate(ranges)]
        if isinstance(ranges, list)
        else [(("range",), ranges)]
    ):
        if isinstance(belief, dict) and isinstance(belief.get("variable"), str):
            yield Use((*at, "variable"), "variable", belief["variable"])
            yield from _listed(belief.get("state"), (*at, "state"), "state", belief["variable"])
    sample = content.get("sample")
    if isinstance(sample, dict):
        yield from _with_states(sample.get("beliefs"), ("sample", "beliefs"))
        for variable, rumour in _items(sample.get("grades")):
            place = ("sample", "grades", variable)
            yield Use(place, "variable", variable, key=True)
            if isinstance(rumour, dict):
                yield from _listed(rumour.get("reported"), (*place, "reported"), "state", variable)
        for at, key in _names(sample.get("parameters"), ("sample", "parameters")):
            yield from (replace(use, place=at) for use in in_number_key(key))


def _with_states(value: Any, place: Place) -> Iterator[Use]:
    for variable, states in _items(value):
        yield Use((*place, variable), "variable", variable, key=True)
        yield from _keys(states, (*place, variable), "state", variable)


def _columns(value: Any, place: Place) -> Iterator[Use]:
    """Columns of a grid, `variable`, `do.variable`, `variable=state` or `parameter.key`, and their cells."""
    for header, cells in _items(value):
        where: Place = (*place, header)
        if not isinstance(header, str):
            continue
        if header.startswith("parameter."):
            start = len("parameter.")
            for use in in_number_key(header[start:]):
                span = (use.span[0] + start, use.span[1] + start) if use.span else None
                yield replace(use, place=where, key=True, span=span)
            continue
        start = len("do.") if header.startswith("do.") else 0
        variable, equals, state = header[start:].partition("=")
        yield Use(where, "variable", variable, key=True, span=(start, start + len(variable)))
        if equals:
            yield Use(where, "state", state, variable, key=True, span=(len(header) - len(state), len(header)))
            continue
        for at, cell in _names(cells, where):
            for part in re.finditer(r"[^|~]+", cell):
                text = part[0].split(":")[0]
                begin = part.start() + len(text) - len(text.lstrip())
                yield Use(at, "state", text.strip(), variable, span=(begin, begin + len(text.strip())))


def in_number_key(key: str) -> Iterator[Use]:
    """The names in a number's key: `visitors.causes.rain.yes.at_least.few`, `shared.turnout`."""
    parts = key.split(".")
    starts = [sum(len(part) + 1 for part in parts[:position]) for position in range(len(parts))]

    def use(position: int, kind: Named, of: str = "") -> Use:
        name, start = parts[position], starts[position]
        return Use((), kind, name, of, span=(start, start + len(name)))

    match parts:
        case ["shared", _]:
            yield use(1, "shared")
            return
        case [_, "effects" | "inhibitors" | "influences" | "causes", parent, _, *_]:
            yield use(2, "variable")
            yield use(3, "state", parent)
        case [_, "weights", _]:
            yield use(2, "variable")
    yield use(0, "variable")
    if len(parts) > 2 and parts[-2] in ("shares", "at_least"):
        yield use(len(parts) - 1, "state", parts[0])


# ------------------------------------------------------------------------------------------------------------- choices
def _choice(content: Mapping[str, Any]) -> Iterator[Use]:
    yield from _listed(content.get("model"), ("model",), "model")
    for group in ("first", "options"):
        for name, option in _items(content.get(group)):
            if isinstance(option, dict):
                yield from _condition(option.get("forced"), (group, name, "forced"))
                yield from _cited(option, (group, name), "cost")
                if isinstance(learns := option.get("learns"), dict):
                    yield from _listed(learns.get("about"), (group, name, "learns", "about"), "variable")
    yield from _stakes(content.get("stakes"), ("stakes",))
    if isinstance(other := content.get("other_side"), dict):
        yield from _condition(other.get("moves"), ("other_side", "moves"))
        yield from _stakes(other.get("stakes"), ("other_side", "stakes"))


def _stakes(stakes: Any, place: Place) -> Iterator[Use]:
    for position, stake in enumerate(stakes if isinstance(stakes, list) else ()):
        if isinstance(stake, dict):
            yield from _condition(stake.get("when"), (*place, position, "when"))
            yield from _cited(stake, (*place, position), "loss", "gain")
