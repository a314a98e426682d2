"""Edits of a model's files as values: add, change, remove or rename what stands in them, see what it does, save it.

An edit is a change of the files' content; `yaml_lines` makes the text say the new content and touches no other line.
`edit` gives the model as it would be, with every problem that it would have by field and by line; `save` writes all
files or none, only onto the text that the edit was made from, and never lets a sound model become an unsound one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from tocsin import files
from tocsin.authoring.changes import (
    MODEL,
    NOTHING,
    STATEMENTS,
    Add,
    Change,
    Contents,
    Edit,
    Kind,
    Remove,
    Rename,
    apply,
    copied,
    file_of,
    number_place,
    place_of,
)
from tocsin.authoring.yaml_lines import diff, rewritten, rewritten_several
from tocsin.errors import BadInput, Problem
from tocsin.files import saving, yaml12
from tocsin.records import ModelRecords

__all__ = [
    "MODEL",
    "STATEMENTS",
    "Add",
    "Change",
    "Edit",
    "EditProblem",
    "EditedFile",
    "EditedModel",
    "Kind",
    "Remove",
    "Rename",
    "contents_of",
    "digests",
    "edit",
    "number_place",
    "save",
]


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
    """Those that were read, whether the edits change them or not: the model's two, then those beside it."""
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
        """Of the model's two files by name, what they would say, as plain values."""
        return contents_of(self.folder, [file.after for file in self.files[:2]])

    @property
    def digests(self) -> dict[str, str]:
        """By file name, the digest of the text that the edits were made from."""
        return {file.path.name: saving.digest(file.before) for file in self.files[:2]}

    def undone(self) -> EditedModel:
        """The edit that takes this one back, to be saved like any other."""
        return _as_edited(self.folder, (), [replace(file, before=file.after, after=file.before) for file in self.files])


def digests(folder: Path) -> dict[str, str]:
    """By file name, what `edit` takes to make sure that nobody changed a file since a page was opened."""
    return {name: saving.digest(saving.read_text(folder / name)) for name in (MODEL, STATEMENTS)}


def edit(
    folder: Path, edits: Sequence[Edit], digests: Mapping[str, str] | None = None, beside: Sequence[Path] = ()
) -> EditedModel:
    """The model in a folder with edits, one after the other; nothing is written.

    digests: of the files that the edits were thought of for. beside: scenarios, sweeps and choices, in which
    what is renamed gets its new name too. Raises BadInput where a file has another digest, for a name that is not there
    or stands twice, and where a file is written in a way that hinders the edit. What is wrong with the model as it
    would be stands in `problems`.
    """
    folder = Path(folder).resolve()
    saving.finish(folder)
    texts = {name: saving.read_text(folder / name) for name in (MODEL, STATEMENTS)}
    for name, digest in (digests or {}).items():
        if saving.digest(texts[name]) != digest:
            raise saving.changed_meanwhile(folder / name)
    contents = contents_of(folder, [*texts.values()], beside)
    others = {path.resolve(): saving.read_text(path) for path in beside}
    for change in edits:
        apply(contents, change, folder)
    edited = [
        *(
            EditedFile(folder / name, text, rewritten(text, contents[name], folder / name))
            for name, text in texts.items()
        ),
        *(EditedFile(path, text, rewritten_several(text, contents[str(path)], path)) for path, text in others.items()),
    ]
    return _as_edited(folder, tuple(edits), edited)


def save(edited: EditedModel) -> None:
    """Write an edit, all files or none. Raises BadInput for its refusals, and where a file was changed meanwhile."""
    if edited.refusals:
        raise BadInput(found.problem for found in edited.refusals)
    saving.save_texts(edited.folder, {file.path: (file.before, file.after) for file in edited.changed})


def contents_of(folder: Path, texts: Sequence[str] | None = None, beside: Sequence[Path] = ()) -> Contents:
    """What the model's two files say, and those beside it, as plain values of the caller's own.

    texts: of the two, if not those on the disk. Of a file beside it the documents, by its path.
    """
    texts = texts or [saving.read_text(folder / name) for name in (MODEL, STATEMENTS)]
    contents = {
        name: copied(_content(text, folder / name)) for name, text in zip((MODEL, STATEMENTS), texts, strict=True)
    }
    return contents | {str(path.resolve()): _documents(path) for path in beside}


def _content(text: str, path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml12.parsed(text.removeprefix("\ufeff"), str(path)).value
    return content


def _documents(path: Path) -> list[dict[str, Any]]:
    """The documents of a file of scenarios; raises BadInput where one cannot be read."""
    found = yaml12.read_several(path)
    for document in found:
        if isinstance(document, BadInput):
            raise document
    return [document.value for document in found if not isinstance(document, BadInput)]


def _as_edited(folder: Path, edits: tuple[Edit, ...], edited: Sequence[EditedFile]) -> EditedModel:
    records, found = _loaded(folder, [file.after for file in edited])
    problems: tuple[EditProblem, ...] = ()
    refusals: tuple[EditProblem, ...] = ()
    if found:
        content = {file.path.name: _content(file.after, file.path) for file in edited[:2]}
        problems = tuple(_at_its_field(problem, edits, content) for problem in found)
        _, old = _loaded(folder, [file.before for file in edited])
        refusals = tuple(found for found in problems if not old or _brought_in(found, content))
    return EditedModel(folder, edits, tuple(edited), records, problems, refusals)


def _loaded(folder: Path, texts: Sequence[str]) -> tuple[ModelRecords | None, tuple[Problem, ...]]:
    instead = {name: text.removeprefix("\ufeff") for name, text in zip((MODEL, STATEMENTS), texts, strict=False)}
    try:
        records = files.load_model(folder, instead)
        files.check_words(folder, records, instead)
    except BadInput as error:
        return None, error.problems
    return records, ()


# ------------------------------------------------------------------------------------------------- problems at a field
def _at_its_field(problem: Problem, edits: Sequence[Edit], content: Mapping[str, Any]) -> EditProblem:
    """The last edit whose content holds the place of a problem, and the place within that."""
    for position, change in reversed([*enumerate(edits)]):
        if Path(problem.file).name != file_of(change.kind) or isinstance(change, Remove):
            continue
        field = _field(problem.path, change, content[file_of(change.kind)])
        if field is not None:
            return EditProblem(problem, position, field)
    return EditProblem(problem)


def _field(path: str, change: Edit, content: Mapping[str, Any]) -> str | None:
    """The part of a problem's path that lies within what an edit writes; None where it lies elsewhere."""
    name = change.to if isinstance(change, Rename) else change.name
    if change.kind == "model":
        # The head: the keys that the edit gives.
        key = path.partition(".")[0].partition("[")[0]
        return path if isinstance(change, Change) and key in change.values else None
    places = {place_of(content, change.kind, name, change.of): ""}
    if change.kind == "state":
        places |= {
            ("variables", change.of, key, name): key.removesuffix("s" if key == "labels" else "")
            for key in ("labels", "says")
        }
    for place, field in places.items():
        start = yaml12.dotted(place) if place else None
        if start and path.startswith(start) and path[len(start) :][:1] in ("", ".", "["):
            return field or path.removeprefix(start).removeprefix(".")
    return None


def _brought_in(found: EditProblem, content: Mapping[str, Any]) -> bool:
    """Whether an edit of an unfinished model wrote something wrong, rather than left something out."""
    if found.edit is None:
        return False
    value = _value_at(content[Path(found.problem.file).name], found.problem.path)
    return value not in (None, "", [], {}, NOTHING)


def _value_at(value: Any, path: str) -> Any:
    """What stands at a place that `yaml12.dotted` wrote, or `NOTHING`."""
    if not path:
        return value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        name = f"[{key}]" if isinstance(value, list) else str(key)
        rest = path.removeprefix(name)
        if path.startswith(name) and rest[:1] in ("", ".", "["):
            return _value_at(part, rest.removeprefix("."))
    return NOTHING
