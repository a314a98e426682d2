"""How a value is written into a model's files: in one line if it fits, else folded, or a line for each part of it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping
from typing import Any

from tocsin.files import yaml12

WIDTH = 120
"""Characters of a line, as in the models that ship."""


def written(value: Mapping[str, Any]) -> str:
    """A new file that says a value, with a blank line before each of its collections."""
    lines: list[str] = []
    for key, part in value.items():
        parted = lines and isinstance(part, Mapping | list) and (not part or opens(part, 0))
        lines += [*([""] if parted else []), *entry_lines(key, part, 0)]
    return "".join(f"{line}\n" for line in lines)


def entry_lines(key: Any, value: Any, column: int, *, expanded: bool = False) -> list[str]:
    """The lines of a key with its value, indented: in one line if it fits, else folded or a line for each part."""
    indent = " " * column
    head = f"{indent}{yaml12.scalar(key)}:"
    line = f"{head} {on_a_line(value)}"
    opened = opens(value, column)
    expanded = (expanded or opened) and isinstance(value, Mapping | list) and bool(value)
    if len(line) <= WIDTH and not expanded:
        return [line]
    if isinstance(value, str) and _folds(value):
        wrapped = textwrap.wrap(value, WIDTH - column - 2, break_long_words=False, break_on_hyphens=False)
        return [f"{head} >-", *(f"{indent}  {part}" for part in wrapped)]
    if isinstance(value, Mapping) and value:
        parts = [entry_lines(name, part, column + 2, expanded=opened) for name, part in value.items()]
        return [head, *(line for lines in parts for line in lines)]
    if isinstance(value, list) and value:
        return [head, *(line for part in value for line in item_lines(part, column + 2, expanded=opened))]
    return [line]


def opens(value: Any, column: int) -> bool:
    """Whether it is a file's collection of entries, such as `speakers`: each entry of it has lines of its own."""
    entries = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return column == 0 and any(isinstance(entry, Mapping) for entry in entries)


def item_lines(value: Any, column: int, *, expanded: bool = False) -> list[str]:
    """The lines of an entry of a list, with its dash at a column."""
    line = f"{' ' * column}- {on_a_line(value)}"
    if not isinstance(value, Mapping) or not value or (len(line) <= WIDTH and not expanded):
        return [line]
    lines = [line for key, part in value.items() for line in entry_lines(key, part, column + 2)]
    return [f"{' ' * column}- {lines[0].lstrip()}", *lines[1:]]


def in_brackets(value: Any) -> str:
    """A value within brackets, or alone on its line if it is a list or a mapping."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{yaml12.scalar(key)}: {in_brackets(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(in_brackets, value)) + "]"
    return str(value) if isinstance(value, str) and _plain(value, ",[]{}") else yaml12.scalar(value)


def on_a_line(value: Any) -> str:
    """A value that stands alone on its line, where commas and brackets within a text mean nothing."""
    return str(value) if isinstance(value, str) and _plain(value) else in_brackets(value)


_PLAIN = re.compile(r"\w(?:[^:#]|:(?![ \t])|(?<! )#)*")


def _plain(value: str, without: str = "") -> bool:
    """Whether a text reads back as itself without quotes. without: letters that would end it where it stands."""
    return (
        value.isprintable()
        and _PLAIN.fullmatch(value) is not None
        and not value.endswith((" ", ":"))
        and not any(letter in value for letter in without)
        and yaml12.resolve(value) == value
    )


def _folds(value: str) -> bool:
    """Whether a text comes back from a folded block as it went in: single spaces, and nothing that is not printed."""
    return bool(value) and value.isprintable() and value == " ".join(value.split())


def breaks(value: Any) -> bool:
    """Whether a value can stand in several lines."""
    return _folds(value) if isinstance(value, str) else isinstance(value, Mapping | list) and bool(value)
