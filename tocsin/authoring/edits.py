"""Edits of a model's files as values: add, change or remove what stands in them, see what it does, save it or leave it.

An edit is a change of the files' content; `yaml_lines` makes the text say the new content and touches no other line.
`edit` gives the model as it would be, with every problem that it would have by field and by line; `save` writes all
files or none, only onto the text that the edit was made from, and never lets a sound model become an unsound one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

from tocsin import files
from tocsin.authoring.yaml_lines import diff, rewritten
from tocsin.errors import BadInput, Problem, nearest
from tocsin.files import saving, yaml12
from tocsin.files.yaml12 import Place
from tocsin.records import Hedge, ModelFile, ModelRecords, Source, Speaker, Statement, StatementsFile, Variable
from tocsin.records.base import Record
from tocsin.records.families import Quantity
from tocsin.records.model import Outcome, OutcomeEvent
from tocsin.records.parameters import Parameter

MODEL, STATEMENTS = "model.yaml", "statements.yaml"

Kind = Literal[
    "model", "source", "speaker", "origin", "statement", "hedge", "variable", "number", "outcome", "tail_risk"
]
"""What stands in a model's files. model: its head, which has no name and can only be changed."""


@dataclass(frozen=True)
class Add:
    """Something new, behind all others of its kind or behind the one that is named.

    name: its key; of a statement its id, of an outcome its title, of a number its key (`visitors.rows.1.shares.few`,
    `shared.turnout`). content: texts, numbers, days, lists and mappings as in the file; of an origin its text.
    """

    kind: Kind
    name: str
    content: Any
    after: str | None = None


@dataclass(frozen=True)
class Change:
    """Other values for some keys; None takes a key out. Of what is no mapping (an origin) the new value."""

    kind: Kind
    name: str
    values: Any


@dataclass(frozen=True)
class Remove:
    """One less."""

    kind: Kind
    name: str


Edit = Add | Change | Remove


@dataclass(frozen=True)
class EditedFile:
    """A file as it was read and as the edits make it."""

    path: Path
    before: str
    after: str

    @property
    def diff(self) -> str:
        """What changes, for a reader: lines taken out and put in, with two lines around them."""
        return diff(self.path.name, self.before, self.after)


@dataclass(frozen=True)
class EditProblem:
    """What is wrong with a model as edited, and at which field of which edit."""

    problem: Problem
    edit: int | None = None
    """The position of the edit that it belongs to; None where it stands elsewhere in the model."""
    field: str = ""
    """The place within the edit's content, such as `read_as.range`; empty for the whole."""


@dataclass(frozen=True)
class EditedModel:
    """A model's files with edits, not saved yet."""

    folder: Path
    edits: tuple[Edit, ...]
    files: tuple[EditedFile, ...]
    """Those that were read, whether the edits change them or not."""
    records: ModelRecords | None
    """The model as it would be; None where it has problems."""
    problems: tuple[EditProblem, ...]
    refusals: tuple[EditProblem, ...]
    """The problems for which it is not saved: all where the model is sound now, else those that the edits bring in."""

    @property
    def diff(self) -> str:
        """What changes in all files, for a reader."""
        return "\n".join(file.diff for file in self.changed)

    @property
    def changed(self) -> tuple[EditedFile, ...]:
        """The files whose text would be another."""
        return tuple(file for file in self.files if file.before != file.after)

    @cached_property
    def content(self) -> dict[str, dict[str, Any]]:
        """By file name, what the files would say, as plain values."""
        return {file.path.name: _content(file.after, file.path) for file in self.files}

    @property
    def digests(self) -> dict[str, str]:
        """By file name, the digest of the text that the edits were made from."""
        return {file.path.name: saving.digest(file.before) for file in self.files}

    def undone(self) -> EditedModel:
        """The edit that takes this one back, to be saved like any other."""
        return _as_edited(self.folder, (), [replace(file, before=file.after, after=file.before) for file in self.files])


def digests(folder: Path) -> dict[str, str]:
    """By file name, what `edit` takes to make sure that nobody changed a file since a page was opened."""
    return edit(folder, ()).digests


def edit(folder: Path, edits: Sequence[Edit], digests: Mapping[str, str] | None = None) -> EditedModel:
    """The model in a folder with edits, one after the other; nothing is written.

    digests: of the files that the edits were thought of for. Raises BadInput where a file has another, for a name that
    is not there or stands twice, and where a file is written in a way that hinders the edit. What is wrong with the
    model as it would be stands in `problems`.
    """
    folder = Path(folder).resolve()
    saving.finish(folder)
    texts = {name: saving.read_text(folder / name) for name in (MODEL, STATEMENTS)}
    for name, digest in (digests or {}).items():
        if saving.digest(texts[name]) != digest:
            raise saving.changed_meanwhile(folder / name)
    before = {
        name: yaml12.parsed(text.removeprefix("\ufeff"), str(folder / name)).value for name, text in texts.items()
    }
    after = {name: _copied(content) for name, content in before.items()}
    for change in edits:
        _apply(after, change, folder)
    edited = [
        EditedFile(folder / name, text, rewritten(text, after[name], folder / name)) for name, text in texts.items()
    ]
    return _as_edited(folder, tuple(edits), edited)


def save(edited: EditedModel) -> None:
    """Write an edit, all files or none. Raises BadInput for its refusals, and where a file was changed meanwhile."""
    if edited.refusals:
        raise BadInput(found.problem for found in edited.refusals)
    saving.save_texts(edited.folder, {file.path: (file.before, file.after) for file in edited.changed})


# -------------------------------------------------------------------------------------------------------- what it does
def _content(text: str, path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml12.parsed(text.removeprefix("\ufeff"), str(path)).value
    return content


def _as_edited(folder: Path, edits: tuple[Edit, ...], edited: Sequence[EditedFile]) -> EditedModel:
    records, found = _loaded(folder, {file.path.name: file.after for file in edited})
    problems: tuple[EditProblem, ...] = ()
    refusals: tuple[EditProblem, ...] = ()
    if found:
        content = {file.path.name: _content(file.after, file.path) for file in edited}
        problems = tuple(_at_its_field(problem, edits, content) for problem in found)
        _, old = _loaded(folder, {file.path.name: file.before for file in edited})
        refusals = tuple(found for found in problems if not old or _brought_in(found, content))
    return EditedModel(folder, edits, tuple(edited), records, problems, refusals)


def _loaded(folder: Path, texts: Mapping[str, str]) -> tuple[ModelRecords | None, tuple[Problem, ...]]:
    instead = {name: text.removeprefix("\ufeff") for name, text in texts.items()}
    try:
        records = files.load_model(folder, instead)
        files.check_words(folder, records, instead)
    except BadInput as error:
        return None, error.problems
    return records, ()


def _at_its_field(problem: Problem, edits: Sequence[Edit], content: Mapping[str, Any]) -> EditProblem:
    """The last edit whose content holds the place of a problem, and the place within that."""
    for position, change in reversed([*enumerate(edits)]):
        file = _file(change.kind)
        place = yaml12.dotted(_place(content[file], change.kind, change.name) or ("",))
        if Path(problem.file).name != file or isinstance(change, Remove):
            continue
        rest = problem.path.removeprefix(place)
        if not place:
            # The head: every key that is no collection of its own.
            if isinstance(change, Change) and problem.path.partition(".")[0].partition("[")[0] in change.values:
                return EditProblem(problem, position, problem.path)
        elif problem.path.startswith(place) and (not rest or rest[0] in ".["):
            return EditProblem(problem, position, rest.removeprefix("."))
    return EditProblem(problem)


def _brought_in(found: EditProblem, content: Mapping[str, Any]) -> bool:
    """Whether an edit of an unfinished model wrote something wrong, rather than left something out."""
    if found.edit is None:
        return False
    value = _value_at(content[Path(found.problem.file).name], found.problem.path)
    return value not in (None, "", [], {}, _NOTHING)


def _value_at(value: Any, path: str) -> Any:
    """What stands at a place that `yaml12.dotted` wrote, or `_NOTHING`."""
    if not path:
        return value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        name = f"[{key}]" if isinstance(value, list) else str(key)
        rest = path.removeprefix(name)
        if path.startswith(name) and (not rest or rest[0] in ".["):
            return _value_at(part, rest.removeprefix("."))
    return _NOTHING


# ------------------------------------------------------------------------------------------------------ where it stands
_KEYED: dict[Kind, tuple[str, str]] = {
    "source": (STATEMENTS, "sources"),
    "speaker": (STATEMENTS, "speakers"),
    "origin": (STATEMENTS, "origins"),
    "hedge": (MODEL, "hedges"),
    "variable": (MODEL, "variables"),
    "tail_risk": (MODEL, "tail_risks"),
}
"""Mappings: the file and the key under which they stand."""
_LISTED: dict[Kind, tuple[str, str, str]] = {
    "statement": (STATEMENTS, "statements", "id"),
    "outcome": (MODEL, "outcomes", "title"),
}
"""Lists: the file, the key, and the key within an entry that names it."""
_RECORDS: dict[Kind, type[Record]] = {
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


def _file(kind: Kind) -> str:
    return (_KEYED.get(kind) or _LISTED.get(kind) or (MODEL,))[0]


def _place(content: Mapping[str, Any], kind: Kind, name: str) -> Place | None:
    """Where something stands in its file's content; None where there is no such thing."""
    if kind == "model":
        return ()
    if kind == "number":
        place = number_place(name)
        return place if _at(content, place) is not _NOTHING else None
    if kind in _KEYED:
        _, key = _KEYED[kind]
        return (key, name) if name in (content.get(key) or {}) else None
    key = _LISTED[kind][1]
    names = _names(content, kind)
    return (key, names.index(name)) if name in names else None


def _names(content: Mapping[str, Any], kind: Kind) -> list[str]:
    if kind in _KEYED:
        return list(content.get(_KEYED[kind][1]) or {})
    _, key, named = _LISTED[kind]
    return [str(entry.get(named)) if isinstance(entry, dict) else "" for entry in content.get(key) or []]


def number_place(key: str) -> Place:
    """Where a number stands in `model.yaml`, from its key: `visitors.rows.1.shares.few`, `shared.turnout`."""
    if key.startswith("shared."):
        return ("shared", key.removeprefix("shared."))
    try:
        return Parameter(key, "", Quantity.model_construct(), "chance").place
    except ValueError:
        return ("",)


_NOTHING = object()


def _at(content: Any, place: Place) -> Any:
    """What stands at a place, or `_NOTHING`."""
    for part in place:
        try:
            content = content[part]
        except (KeyError, IndexError, TypeError):
            return _NOTHING
    return content


# --------------------------------------------------------------------------------------------------- an edit is applied
def _apply(contents: dict[str, Any], change: Edit, folder: Path) -> None:
    """Change the content of the files, which are plain values of the edit's own."""
    file = _file(change.kind)
    content, name = contents[file], normalize("NFC", change.name)
    place = _place(content, change.kind, name)
    known = change.kind == "model" or place is not None
    what = change.kind.replace("_", " ")
    if isinstance(change, Add) and change.kind == "model":
        raise BadInput.at(folder / file, "a model has one head; change it")
    if isinstance(change, Add) and (place is not None and _at(content, place) is not None):
        raise BadInput.at(folder / file, f"there is a {what} {name!r} already; change it, or take another name")
    if not isinstance(change, Add) and not known:
        near = nearest(name, _names(content, change.kind)) if change.kind != "number" else "; look at its key"
        raise BadInput.at(folder / file, f"no {what} {name!r}{near}")
    match change:
        case Add(kind, _, given, after):
            _add(content, kind, name, _copied(given), after, folder / file)
        case Change(kind, _, values):
            assert place is not None
            _change(content, kind, place, _copied(values), folder / file)
        case Remove(kind, _):
            assert place is not None
            *around, last = place
            del _at(content, tuple(around))[last]
            collection = _KEYED.get(kind, _LISTED.get(kind, ("", "")))[1]
            if collection in ("origins", "hedges", "tail_risks", "outcomes") and not content[collection]:
                del content[collection]
            if kind == "number" and place[0] == "shared" and not content["shared"]:
                del content["shared"]


def _add(content: dict[str, Any], kind: Kind, name: str, given: Any, after: str | None, path: Path) -> None:
    if kind == "number":
        _put(content, number_place(name), _ordered(kind, given))
        return
    names = _names(content, kind)
    if after is not None and after not in names:
        raise BadInput.at(path, f"no {kind.replace('_', ' ')} {after!r}{nearest(after, names)}")
    position = len(names) if after is None else names.index(after) + 1
    if kind in _LISTED:
        _, key, named = _LISTED[kind]
        entries = _collection(content, key, [])
        entries.insert(position, _ordered(kind, {**given, named: name}))
    else:
        entries = [*_collection(content, _KEYED[kind][1], {}).items()]
        entries.insert(position, (name, _ordered(kind, given)))
        content[_KEYED[kind][1]] = dict(entries)


def _collection(content: dict[str, Any], key: str, empty: Any) -> Any:
    """What stands under a key of a file; a new one where there is nothing, in its place among the others."""
    if not content.get(key):
        record = ModelFile if key not in ("sources", "speakers", "origins", "statements") else StatementsFile
        changed = _with(content, {key: empty}, _fields(record))
        content.clear()
        content.update(changed)
    return content[key]


def _change(content: dict[str, Any], kind: Kind, place: Place, values: Any, path: Path) -> None:
    present = _at(content, place)
    if kind in ("outcome", "tail_risk") and isinstance(present, str | list):
        present = {"states": present}
    if not isinstance(values, Mapping):
        changed = values
    elif not isinstance(present, Mapping):
        changed = {key: value for key, value in values.items() if value is not None}
    else:
        if kind == "number" and "shared" in present:
            name = f"shared.{present['shared']}"
            raise BadInput.at(path, f"this number stands in several places; change {name!r}", path=yaml12.dotted(place))
        changed = _with(present, values, _fields(_RECORDS[kind]))
    if not place:
        content.clear()
        content.update(changed)
    else:
        *around, last = place
        _at(content, tuple(around))[last] = changed


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


def _ordered(kind: Kind, given: Any) -> Any:
    """The keys of new content in the order of its record, in which one reads."""
    if kind not in _RECORDS or not isinstance(given, Mapping):
        return given
    return _with({}, given, _fields(_RECORDS[kind]))


def _fields(record: type[Record]) -> Sequence[str]:
    return _HEAD if record is ModelFile else [field.alias or name for name, field in record.model_fields.items()]


def _put(content: Any, place: Place, value: Any) -> None:
    """Set what stands at a place, with mappings around it where there are none."""
    for part in place[:-1]:
        if isinstance(content, dict) and content.get(part) is None:
            content[part] = {}
        content = content[part]
    content[place[-1]] = value


def _copied(value: Any) -> Any:
    """A value as a file gives it back, and nobody else's: lists for tuples, days as text, composed keys."""
    if isinstance(value, Mapping):
        return {normalize("NFC", key) if isinstance(key, str) else key: _copied(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
