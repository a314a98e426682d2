"""Edits of `statements.yaml` as values: add, change or remove a statement, see the diff, save it or leave it.

An edit touches the lines of its statement and no others: comments, order, quotation marks and line ends of the rest
stay byte by byte. What comes out is parsed again and must say exactly what the edit says; then it is held to the rules
that hold for a file. It is saved as a whole or not at all, and only onto the bytes that it was made from.
"""

from __future__ import annotations

import hashlib
import os
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

from tocsin import files
from tocsin.errors import BadInput, decoded, file_bytes, nearest
from tocsin.files import yaml12
from tocsin.output import replacing
from tocsin.records.statements import Statement

fcntl: Any
try:
    import fcntl
except ImportError:  # pragma: no cover
    # Windows: two that save within the same millisecond are not kept apart there.
    fcntl = None

FILE = "statements.yaml"
WIDTH = 120
"""Characters of a line, as in the models that ship."""
_ORDER = [field.alias or name for name, field in Statement.model_fields.items()]
"""Keys of a statement in the order of the record, in which one reads."""


@dataclass(frozen=True)
class AddStatement:
    """A statement behind all others, or behind the one that is named; of texts, numbers, lists and mappings."""

    content: Mapping[str, Any]
    after: str | None = None


@dataclass(frozen=True)
class ChangeStatement:
    """Other values for some keys of a statement; None takes a key out."""

    id: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class RemoveStatement:
    """A statement less."""

    id: str


Edit = AddStatement | ChangeStatement | RemoveStatement


@dataclass(frozen=True)
class EditedFile:
    """A file as it was read and as an edit makes it."""

    path: Path
    before: str
    after: str

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes that the edit was made from."""
        return _digest(self.before.encode())

    @property
    def diff(self) -> str:
        """What changes, for a reader: lines taken out and put in, with two lines around them."""
        name = self.path.name
        lines = unified_diff(self.before.splitlines(), self.after.splitlines(), name, name, lineterm="", n=2)
        return "\n".join(lines)

    @property
    def undone(self) -> EditedFile:
        """The edit that takes this one back."""
        return replace(self, before=self.after, after=self.before)


def edit(folder: Path, edits: Sequence[Edit], digest: str | None = None) -> EditedFile:
    """The statements of a model with edits, checked as a file is; nothing is written.

    digest: of the file that the edits were thought of for. Raises BadInput where the file has another, for an unknown
    statement, and with every problem of the model as it would be, by field and line.
    """
    path = (folder / FILE).resolve()
    before = _read(path)
    if digest is not None and _digest(before.encode()) != digest:
        raise _changed(path)
    after = before
    for change in edits:
        after = _applied(after, change, path)
    edited = EditedFile(path, before, after)
    _check(folder, edited)
    return edited


def save(edited: EditedFile) -> None:
    """Write an edit, whole or not at all. Raises BadInput where the file has changed since it was read."""
    _check(edited.path.parent, edited)
    with _alone(edited.path.parent):
        if _read(edited.path) != edited.before:
            raise _changed(edited.path)
        with replacing(edited.path, edited.path.with_name(f".{edited.path.name}.new")) as file:
            file.write(edited.after.encode())


def _check(folder: Path, edited: EditedFile) -> None:
    instead = {FILE: edited.after.removeprefix("\ufeff")}
    files.check_words(folder, files.load_model(folder, instead), instead)


def _read(path: Path) -> str:
    """The text as it stands, with its own line ends."""
    return decoded(file_bytes(path, yaml12.MOST_BYTES, f"{FILE} is a file"), str(path))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _changed(path: Path) -> BadInput:
    return BadInput.at(
        path, "was changed since it was read; read it again and repeat the edit, so that nothing is lost"
    )


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else saves in this folder meanwhile; the lock ends with the process, however that ends."""
    if fcntl is None:  # pragma: no cover
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


# --------------------------------------------------------------------------------------------------- lines of a file
@dataclass(frozen=True)
class _Lines:
    """The lines of a file, without their ends, and where each statement and each of its keys begins and ends."""

    lines: list[str]
    document: yaml12.Document
    path: Path

    def statements(self) -> list[Any]:
        entries = self.document.value.get("statements")
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries) or not entries:
            raise BadInput.at(self.path, "holds no list of statements, to which an edit could belong")
        return entries

    def position(self, name: str) -> int:
        names = [str(entry.get("id")) for entry in self.statements()]
        if name not in names:
            raise BadInput.at(self.path, f"no statement {name!r}{nearest(name, names)}")
        return names.index(name)

    def dash(self, position: int) -> tuple[int, int]:
        """Line and column, from 0, of the dash of a statement."""
        line, column = self.document.values[("statements", position)]
        text = self.lines[line - 1][: column - 1]
        if not re.fullmatch(r" *- +", text) or self.lines[line - 1][column - 1] == "{":
            message = "this statement does not stand in lines of its own, `- id: …`; write it so, then edit it here"
            raise BadInput([self.document.problem(("statements", position), message)])
        return line - 1, text.index("-")

    def end(self, position: int) -> int:
        """The line behind the last of a statement; comments and blank lines before the next are not of it."""
        start, column = self.dash(position)
        return _content_end(self.lines, start, column)

    def key_lines(self, position: int, key: str) -> tuple[int, int, int]:
        """The first line of a key, its column, and the line behind its value."""
        line, column = self.document.keys[("statements", position, key)]
        return line - 1, column - 1, _content_end(self.lines, line - 1, column - 1)


def _content_end(lines: Sequence[str], start: int, column: int) -> int:
    """The line behind what begins at a line and column: all that stands further right, without blank lines after it."""
    end = start + 1
    for number in range(start + 1, len(lines)):
        text = lines[number]
        if not text.strip():
            continue
        if len(text) - len(text.lstrip(" ")) <= column:
            break
        end = number + 1
    return end


def _applied(text: str, change: Edit, path: Path) -> str:
    """The text with one edit. Raises BadInput, also where the result would say anything else than the edit."""
    newline = "\r\n" if "\r\n" in text else "\n"
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = text.removeprefix(mark).split(newline)
    read = _Lines(lines, yaml12.parse("\n".join(lines), str(path)), path)
    entries = [dict(entry) for entry in read.statements()]
    match change:
        case AddStatement(content, after):
            position = len(entries) - 1 if after is None else read.position(after)
            entries.insert(position + 1, dict(content))
            lines = _with_statement(read, position, content)
        case ChangeStatement(name, values):
            position = read.position(name)
            entry = entries[position] | dict(values)
            entries[position] = {key: value for key, value in entry.items() if value is not None}
            for key, value in values.items():
                lines = _with_key(read, position, key, value)
                read = replace(read, lines=lines, document=yaml12.parse("\n".join(lines), str(path)))
        case RemoveStatement(name):
            position = read.position(name)
            del entries[position]
            lines = _without_statement(read, position)
    found = yaml12.parse("\n".join(lines), str(path)).value
    if found != read.document.value | {"statements": _plain(entries)}:
        raise BadInput.at(path, "is written in a way that this edit would break; make the edit in the file itself")
    return mark + newline.join(lines)


def _plain(value: Any) -> Any:
    """A value as a file gives it back: lists for tuples, and plain dictionaries."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list | tuple) else value


def _with_statement(read: _Lines, position: int, content: Mapping[str, Any]) -> list[str]:
    start, column = read.dash(position)
    end = read.end(position)
    parted = start > 0 and not read.lines[start - 1].strip()
    keys = sorted(content, key=lambda key: _ORDER.index(key) if key in _ORDER else len(_ORDER))
    written = [line for key in keys for line in _entry(key, content[key], column + 2)]
    written[0] = f"{' ' * column}- {written[0].lstrip()}"
    return [*read.lines[:end], *([""] if parted else []), *written, *read.lines[end:]]


def _without_statement(read: _Lines, position: int) -> list[str]:
    start, _ = read.dash(position)
    end = read.end(position)
    if len(read.statements()) == 1:
        raise BadInput.at(read.path, "must keep one statement; change it, or add another first")
    # The blank line that parted it from the next goes with it.
    if end < len(read.lines) - 1 and not read.lines[end].strip() and (start == 0 or not read.lines[start - 1].strip()):
        end += 1
    return [*read.lines[:start], *read.lines[end:]]


def _with_key(read: _Lines, position: int, key: str, value: Any) -> list[str]:
    """The lines with another value of a key, or without it; a comment behind a value of one line stays."""
    present = read.statements()[position]
    read.dash(position)
    first = next(iter(present))
    if key not in present:
        if value is None:
            return read.lines
        order = {name: number for number, name in enumerate(_ORDER)}
        before = [name for name in present if order.get(name, -1) < order.get(key, len(order))]
        _, column, _ = read.key_lines(position, first)
        at = read.key_lines(position, before[-1])[2] if before else read.end(position)
        return [*read.lines[:at], *_entry(key, value, column), *read.lines[at:]]
    start, column, end = read.key_lines(position, key)
    if value is None:
        if key == first:
            message = f"{key!r} is the first key and cannot be taken out"
            raise BadInput([read.document.problem(("statements", position, key), message)])
        return [*read.lines[:start], *read.lines[end:]]
    written = _entry(key, value, column)
    written[0] = read.lines[start][:column] + written[0][column:]
    comment = _comment(read.lines[start], column, {key: present[key]}) if end == start + 1 else ""
    if comment and len(written) == 1:
        written[0] += comment
    elif comment:
        written = [f"{' ' * column}{comment.strip()}", *written] if key != first else written
    return [*read.lines[:start], *written, *read.lines[end:]]


def _comment(line: str, column: int, value: dict[str, Any]) -> str:
    """The comment at the end of a line, with the spaces before it: what stands before it alone gives the value."""
    for found in re.finditer(r" +#", line[column:]):
        try:
            if yaml12.parse(line[column : column + found.start()], "").value == value:
                return line[column + found.start() :]
        except BadInput:
            continue
    return ""


# ----------------------------------------------------------------------------------------------------------- writing
def _entry(key: str, value: Any, column: int) -> list[str]:
    """The lines of a key with its value, indented: in one line if it fits, else folded or a line for each part."""
    indent = " " * column
    head = f"{indent}{yaml12.scalar(key)}:"
    line = f"{head} {_flow(value)}"
    if len(line) <= WIDTH:
        return [line]
    if isinstance(value, str) and _folds(value):
        wrapped = textwrap.wrap(value, WIDTH - column - 2, break_long_words=False, break_on_hyphens=False)
        return [f"{head} >-", *(f"{indent}  {part}" for part in wrapped)]
    if isinstance(value, Mapping) and value:
        return [head, *(line for name, part in value.items() for line in _entry(name, part, column + 2))]
    if isinstance(value, list | tuple) and value:
        return [head, *(f"{indent}  - {_flow(part)}" for part in value)]
    return [line]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{yaml12.scalar(key)}: {_flow(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return yaml12.scalar(value)


def _folds(value: str) -> bool:
    """Whether a text comes back from a folded block as it went in: single spaces, and nothing that is not printed."""
    return bool(value) and value.isprintable() and value == " ".join(value.split())
