"""What an edit is, and what it does to the content of a model's files: plain values, changed in place.

Whoever calls has made the content its own; `edits` reads the files, and writes what has changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

from tocsin.authoring import references, states
from tocsin.errors import BadInput, nearest
from tocsin.files.yaml12 import Place, dotted
from tocsin.records import Hedge, ModelFile, Source, Speaker, Statement, StatementsFile, Variable
from tocsin.records.base import Record
from tocsin.records.families import Quantity
from tocsin.records.model import Outcome, OutcomeEvent
from tocsin.records.parameters import Parameter

MODEL, STATEMENTS = "model.yaml", "statements.yaml"

Kind = Literal[
    "model",
    "source",
    "speaker",
    "origin",
    "statement",
    "hedge",
    "variable",
    "state",
    "parent",
    "number",
    "outcome",
    "tail_risk",
]
"""What stands in a model's files. model: its head, which has no name and can only be changed."""


@dataclass(frozen=True)
class Add:
    """Something new, behind all others of its kind, or behind the one that is named; before all with an empty name.

    name: its key; of a statement its id, of an outcome its title, of a number its key (`visitors.rows.1.shares.few`,
    `shared.turnout`). content: texts, numbers, days, lists and mappings as in the file; of an origin its text; of a
    state its `label` and `says`, and `part_of`, the state of which it was a part until now; of a parent the `family`
    of the table, where it is the first. of: the variable of a state or parent.
    """

    kind: Kind
    name: str
    content: Any = None
    after: str | None = None
    of: str = ""


@dataclass(frozen=True)
class Change:
    """Other values for some keys; None takes a key out. Of what is no mapping (an origin) the new value."""

    kind: Kind
    name: str
    values: Any
    of: str = ""


@dataclass(frozen=True)
class Remove:
    """One less. What refers to it stays, and is then a problem: `removal.named_by` tells it before."""

    kind: Kind
    name: str
    of: str = ""


@dataclass(frozen=True)
class Rename:
    """Another name, at every place that says the old one; of a shared number `shared.NAME`, of an outcome its title."""

    kind: Kind
    name: str
    to: str
    of: str = ""


Edit = Add | Change | Remove | Rename
Contents = dict[str, Any]
"""Per file its content; of files beside the model a list, of one or several documents."""

_KEYED: dict[str, tuple[str, str]] = {
    "source": (STATEMENTS, "sources"),
    "speaker": (STATEMENTS, "speakers"),
    "origin": (STATEMENTS, "origins"),
    "hedge": (MODEL, "hedges"),
    "variable": (MODEL, "variables"),
    "tail_risk": (MODEL, "tail_risks"),
}
"""Mappings: the file and the key under which they stand."""
_LISTED: dict[str, tuple[str, str, str]] = {
    "statement": (STATEMENTS, "statements", "id"),
    "outcome": (MODEL, "outcomes", "title"),
}
"""Lists: the file, the key, and the key within an entry that names it."""
_RECORDS: dict[str, type[Record]] = {
    "model": ModelFile,
    "source": Source,
    "speaker": Speaker,
    "statement": Statement,
    "hedge": Hedge,
    "variable": Variable,
    "number": Quantity,
    "outcome": Outcome,
    "tail_risk": OutcomeEvent,
}
_HEAD = (
    *("model", "title", "description", "as_of", "seed", "horizon", "lexicon", "confidence", "pooling"),
    *("stale_after_days", "marking", "hedges", "shared", "variables", "outcomes", "tail_risks", "missing", "licence"),
)
"""Keys of `model.yaml` in the order in which the models that ship have them."""
_OPTIONAL = ("origins", "hedges", "shared", "tail_risks", "outcomes")
"""Collections that are left out where nothing is in them."""
NOTHING = object()


def apply(contents: Contents, change: Edit, folder: Path) -> None:
    """Change the contents by one edit. Raises BadInput for what is not there, or is there already."""
    _require_shape(contents, folder)
    name, of = normalize("NFC", change.name), normalize("NFC", change.of)
    path, content = folder / file_of(change.kind), contents[file_of(change.kind)]
    if change.kind == "model" and not isinstance(change, Change | Rename):
        raise BadInput.at(path, "a model has one head; change it")
    if of and of not in (content.get("variables") or {}):
        raise BadInput.at(path, f"no variable {of!r}{nearest(of, content.get('variables') or {})}")
    here = change.kind == "model" or name in _names(content, change.kind, of)
    if change.kind == "number":
        here = value_at(content, number_place(name)) is not NOTHING
    match change:
        case Add(kind, _, given, after):
            if here and not (kind == "number" and value_at(content, number_place(name)) is None):
                raise BadInput.at(path, f"there is {_one(kind)} {name!r} already; change it, or take another name")
            if kind == "state" and (old := _names(content, kind, of)):
                position = old.index(after) + 1 if after in old else 0 if after == "" else len(old)
                for file in (MODEL, STATEMENTS):
                    states.join_state(contents[file], of, name, old, position, (given or {}).get("part_of"))
            _add(content, kind, name, copied(given), after, of, path)
            return
        case _ if not here:
            near = nearest(name, _names(content, change.kind, of)) if change.kind != "number" else ""
            raise BadInput.at(path, f"no {_shown(change.kind)} {name!r}{near}")
        case Change(kind, _, values) if kind == "state":
            _change_state(content["variables"][of], name, copied(values))
        case Change(kind, _, values):
            place = place_of(content, kind, name, of)
            assert place is not None
            _change(content, kind, place, copied(values), path)
        case Remove(kind):
            _remove(content, kind, name, of)
        case Rename(kind, _, to):
            _rename(contents, kind, name, normalize("NFC", to), of, path)


def _require_shape(contents: Contents, folder: Path) -> None:
    """Raises BadInput where something else stands than a collection, or than an entry that could be edited."""
    for kind, (file, key, *naming) in [*_KEYED.items(), *_LISTED.items()]:
        held = contents[file].get(key)
        entries = held.items() if isinstance(held, dict) else enumerate(held) if isinstance(held, list) else ()
        flawed: list[Place] = [(key,)] if held and not isinstance(held, list if naming else dict) else []
        if kind in ("variable", "statement", "outcome"):
            flawed += [(key, name) for name, entry in entries if not isinstance(entry, dict)]
        for place in flawed[:1]:
            message = "something else stands where keys and values belong; mend it in the file"
            raise BadInput.at(folder / file, message, path=dotted(place))


# ------------------------------------------------------------------------------------------------------ where it stands
def file_of(kind: str) -> str:
    """The file in which things of a kind stand."""
    return (_KEYED.get(kind) or _LISTED.get(kind) or (MODEL,))[0]


def place_of(content: Mapping[str, Any], kind: str, name: str, of: str = "") -> Place | None:
    """Where something stands in its file's content; None where there is no such thing."""
    if kind == "model":
        return ()
    if kind == "number":
        place = number_place(name)
        return place if value_at(content, place) is not NOTHING else None
    names = _names(content, kind, of)
    if name not in names:
        return None
    if kind in ("state", "parent"):
        return ("variables", of, f"{kind}s", names.index(name))
    return (_KEYED[kind][1], name) if kind in _KEYED else (_LISTED[kind][1], names.index(name))


def number_place(key: str) -> Place:
    """Where a number stands in `model.yaml`, from its key: `visitors.rows.1.shares.few`, `shared.turnout`."""
    if key.startswith("shared."):
        return ("shared", key.removeprefix("shared."))
    try:
        return Parameter(key, "", Quantity.model_construct(), "chance").place
    except ValueError:
        # A key whose row is no number.
        return ("", key)


def value_at(content: Any, place: Place) -> Any:
    """What stands at a place, or `NOTHING`."""
    for part in place:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            return NOTHING
    return content


def _names(content: Mapping[str, Any], kind: str, of: str = "") -> list[str]:
    if kind in ("state", "parent"):
        names = states.state_names if kind == "state" else states.parent_names
        return names((content.get("variables") or {}).get(of))
    if kind in _KEYED:
        return list(content.get(_KEYED[kind][1]) or {})
    if kind not in _LISTED:
        return []
    _, key, naming = _LISTED[kind]
    return [str(entry.get(naming)) if isinstance(entry, dict) else "" for entry in content.get(key) or []]


def _shown(kind: str) -> str:
    return kind.replace("_", " ")


def _one(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {_shown(kind)}"


# --------------------------------------------------------------------------------------------------------- what it does
def _add(content: Any, kind: str, name: str, given: Any, after: str | None, of: str, path: Path) -> None:
    if kind == "number":
        _put(content, number_place(name), _ordered(kind, given), path)
        return
    names = _names(content, kind, of)
    if after and after not in names:
        raise BadInput.at(path, f"no {_shown(kind)} {after!r}{nearest(after, names)}")
    position = len(names) if after is None else names.index(after) + 1 if after else 0
    match kind:
        case "state":
            states.add_state(content, of, name, position)
            _change_state(content["variables"][of], name, given or {})
        case "parent":
            if name not in (content.get("variables") or {}):
                raise BadInput.at(path, f"no variable {name!r}{nearest(name, content.get('variables') or {})}")
            states.add_parent(content, of, name, position, (given or {}).get("family"))
        case "statement" | "outcome":
            _, key, naming = _LISTED[kind]
            _collection(content, key, []).insert(position, _ordered(kind, {**(given or {}), naming: name}))
        case _:
            key = _KEYED[kind][1]
            entries = [*_collection(content, key, {}).items()]
            entries.insert(position, (name, _ordered(kind, given)))
            content[key] = dict(entries)


def _collection(content: dict[str, Any], key: str, empty: Any) -> Any:
    """What stands under a key of a file; a new one where there is nothing, in its place among the others."""
    if not content.get(key):
        record = StatementsFile if key in StatementsFile.model_fields else ModelFile
        changed = _with(content, {key: empty}, _fields(record))
        content.clear()
        content.update(changed)
    return content[key]


def _change(content: Any, kind: str, place: Place, values: Any, path: Path) -> None:
    present = value_at(content, place)
    if kind in ("outcome", "tail_risk") and isinstance(present, str | list):
        # Written short, as the states alone.
        present = {"states": present}
    if not isinstance(values, Mapping):
        changed = values
    elif not isinstance(present, Mapping):
        changed = {key: value for key, value in values.items() if value is not None}
    else:
        if kind == "number" and "shared" in present and place[0] != "shared":
            name = f"shared.{present['shared']}"
            raise BadInput.at(path, f"this number stands in several places; change {name!r}", path=dotted(place))
        changed = _with(present, values, _fields(_RECORDS[kind]))
    if place:
        value_at(content, place[:-1])[place[-1]] = changed
    else:
        content.clear()
        content.update(changed)


def _change_state(variable: dict[str, Any], state: str, values: Mapping[str, Any]) -> None:
    """Another label or clause of a state, among those of the others in the order of the states."""
    order = states.state_names(variable)
    for field, key in (("label", "labels"), ("says", "says")):
        if field not in values:
            continue
        words = {name: text for name, text in (variable.get(key) or {}).items() if name != state}
        if values[field] is not None:
            words[state] = values[field]
        words = {
            name: words[name] for name in sorted(words, key=lambda name: order.index(name) if name in order else 99)
        }
        changed = _with(variable, {key: words or None}, _fields(Variable))
        variable.clear()
        variable.update(changed)


def _remove(content: Any, kind: str, name: str, of: str) -> None:
    if kind == "state":
        states.remove_state(content, of, name)
    elif kind == "parent":
        states.remove_parent(content, of, name)
    else:
        place = place_of(content, kind, name)
        assert place is not None
        del value_at(content, place[:-1])[place[-1]]
        if place[0] in _OPTIONAL and not content[place[0]]:
            del content[place[0]]


def _rename(contents: Contents, kind: str, name: str, to: str, of: str, path: Path) -> None:
    content = contents[path.name]
    if kind == "number":
        if not (name.startswith("shared.") and to.startswith("shared.")):
            raise BadInput.at(
                path, f"the number {name!r} is named by its place; only a shared one has a name of its own"
            )
        kind, name, to = "shared", name.removeprefix("shared."), to.removeprefix("shared.")
    if kind == "parent":
        raise BadInput.at(path, f"a parent has the name of its variable; rename the variable {name!r}")
    if kind == "model":
        name = content.get("model", "")
    taken = list(content.get("shared") or {}) if kind == "shared" else _names(content, kind, of)
    if to in taken and to != name:
        raise BadInput.at(path, f"there is {_one(kind)} {to!r} already; take another name")
    if kind == "outcome":
        _change(content, kind, ("outcomes", taken.index(name)), {"title": to}, path)
        return
    if kind == "hedge":
        content["hedges"] = {to if key == name else key: value for key, value in content["hedges"].items()}
        return
    # A speaker and a source may have one name; what a scenario says of it then stays theirs.
    shared_name = sum(name in _names(contents[file_of(voice)], voice) for voice in references.VOICES) > 1
    for documents in contents.values():
        for document in documents if isinstance(documents, list) else [documents]:
            found = [use for use in references.uses(document) if references.means(use, kind, name, of)]
            references.renamed(document, [use for use in found if use.kind != "voice" or not shared_name], to)


def _with(present: Mapping[str, Any], values: Mapping[str, Any], order: Sequence[str]) -> dict[str, Any]:
    """The keys with other values; new ones behind those that are before them in the record."""
    changed = {key: values.get(key, value) for key, value in present.items()}
    for key, value in values.items():
        if key in changed or value is None:
            continue
        keys = [*changed]
        before = [name for name in order[: order.index(key)] if name in changed] if key in order else keys[-1:]
        keys.insert(keys.index(before[-1]) + 1 if before else 0, key)
        changed = {name: changed.get(name, value) for name in keys}
    return {key: value for key, value in changed.items() if value is not None or key not in values}


def _ordered(kind: str, given: Any) -> Any:
    """The keys of new content in the order of its record, in which one reads."""
    return _with({}, given, _fields(_RECORDS[kind])) if kind in _RECORDS and isinstance(given, Mapping) else given


def _fields(record: type[Record]) -> Sequence[str]:
    return _HEAD if record is ModelFile else [field.alias or name for name, field in record.model_fields.items()]


def _put(content: Any, place: Place, value: Any, path: Path) -> None:
    """Set what stands at a place, with mappings around it where there are none."""
    for part in place[:-1]:
        if isinstance(content, dict) and content.get(part) is None and part != "":
            content[part] = {}
        content = value_at(content, (part,))
    if not isinstance(content, dict):
        raise BadInput.at(path, f"there is no place for a number {dotted(place)!r}")
    content[place[-1]] = value


def copied(value: Any) -> Any:
    """A value as a file gives it back, and nobody else's: lists for tuples, days as text, composed keys."""
    if isinstance(value, Mapping):
        return {normalize("NFC", key) if isinstance(key, str) else key: copied(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [copied(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
