"""YAML with the meanings of YAML 1.2, and a mark for every key and value.

PyYAML speaks YAML 1.1, where `no` is false, `012` is ten and `1:30` is ninety. Only its event stream is used here (it
is a state machine, so depth and size are ours to bound); scalars are resolved by the YAML 1.2 core schema. Anchors,
aliases and tags are refused: every number keeps a place of its own, and nothing can expand.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml

from tocsin.errors import BadInput, Problem, file_bytes, whole_text

Place = tuple[str | int, ...]
"""Where in a document: keys and positions from the root."""

MOST_BYTES = 4_000_000
MOST_DEPTH = 40

_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no YAML file holds (yaml.org/spec/1.2.2, section 5.1)."""

_INTEGER = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass
class Document:
    """A file's value, with line and column (from 1) of every key and value."""

    file: str
    value: Any = None
    keys: dict[Place, tuple[int, int]] = field(default_factory=dict)
    values: dict[Place, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, place: Place, message: str, *, at_key: bool = False) -> Problem:
        """A problem at `place`, or at the nearest place around it that stands in the file."""
        marks = (self.keys, self.values) if at_key else (self.values, self.keys)
        for length in range(len(place), -1, -1):
            for mark in marks:
                if place[:length] in mark:
                    return Problem(self.file, *mark[place[:length]], dotted(place), message)
        return Problem(self.file, 1, 1, dotted(place), message)


def dotted(place: Place) -> str:
    """`variables.ferry.table.rows[0]`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return text.removeprefix(".")


def read(path: Path, shown: str | None = None) -> Document:
    """Parse a file; raises BadInput where it is no readable YAML mapping. Duplicate keys are left in `problems`."""
    file = shown or str(path)
    return parse(_text(path, file), file)


_BEGINS = re.compile(r"---(?=\s|$)")
"""Of a line: begins a document. No text of one, however it is quoted, may hold it (yaml.org/spec/1.2.2, 9.1.2)."""
_EMPTY = re.compile(r"(?:---(?=\s|$)|\.\.\.(?=\s|$))?\s*(?:#.*)?$|%")
"""A line without content: a mark, a comment, a directive."""
MOST_DOCUMENTS = 200


def read_several(path: Path, shown: str | None = None) -> list[Document | BadInput]:
    """Every document of a file that holds one or several, or what is wrong with it; raises BadInput for no text.

    Documents are taken apart first, so that a fault in one does not hide the others. Lines count from the file's first.
    """
    file = shown or str(path)
    parts = documents_of(_text(path, file))
    if len(parts) > MOST_DOCUMENTS:
        raise BadInput.at(file, f"the file holds {len(parts):,} documents; at most {MOST_DOCUMENTS} are read")
    found: list[Document | BadInput] = []
    for above, text in parts:
        try:
            found.append(_lowered(parse(text, file), above))
        except BadInput as error:
            found.append(BadInput(replace(problem, line=problem.line + above) for problem in error.problems))
    return found


def documents_of(text: str) -> list[tuple[int, str]]:
    """The texts of the documents that hold anything, each with how many lines stand above it; one at least."""
    lines = text.split("\n")
    spans, filled, directed = [[0, len(lines)]], False, False
    for number, line in enumerate(lines):
        if _BEGINS.match(line) and filled:
            spans[-1][1] = number
            spans.append([number, len(lines)])
            filled = directed = False
        elif _BEGINS.match(line) and not directed:
            spans[-1][0] = number
        filled = filled or not _EMPTY.match(line)
        directed = directed or line.startswith("%")
    if len(spans) > 1 and not filled:
        # What stands below the last document is a mark and comments.
        spans.pop()
    return [(start, "\n".join(lines[start:end])) for start, end in spans]


def _lowered(document: Document, lines: int) -> Document:
    """The same document below so many lines."""
    keys, values = (
        {place: (line + lines, column) for place, (line, column) in marks.items()}
        for marks in (document.keys, document.values)
    )
    problems = [replace(problem, line=problem.line + lines) for problem in document.problems]
    return Document(document.file, document.value, keys, values, problems)


def parse(text: str, file: str) -> Document:
    """Parse a text, reported as `file`."""
    document = Document(file)
    try:
        events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        document.value = _Builder(document, events).build()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        # The C parser puts an unclosed bracket on the line after the last.
        line, column = (min(mark.line + 1, len(text.splitlines()) or 1), mark.column + 1) if mark else (1, 1)
        raise BadInput.at(file, f"not valid YAML: {_in_words(error, text)}", line, column) from None
    except yaml.YAMLError as error:
        if found := _FORBIDDEN.search(text):
            line = text.count("\n", 0, found.start()) + 1
            raise BadInput.at(
                file, f"not valid YAML: the control character U+{ord(found[0]):04X} stands here", line
            ) from None
        raise BadInput.at(file, f"not valid YAML: {' '.join(str(error).split())}", 1) from None
    if document.value is None:
        raise BadInput.at(file, "the file is empty; it must hold a mapping of keys to values", 1)
    if not isinstance(document.value, dict):
        kinds = {list: "list", str: "text", int: "number", float: "number", bool: "truth value"}
        kind = kinds.get(type(document.value), "value")
        raise BadInput.at(file, f"the file holds a {kind}; it must hold a mapping of keys to values", 1)
    return document


@lru_cache(maxsize=8)
def parsed(text: str, file: str) -> Document:
    """As `parse`, once for a text that is looked at again and again while it is edited: what it gives is only read."""
    return parse(text, file)


_MEANT = {
    "mapping values are not allowed in this context": (
        "a colon and a space inside a text, or a line at the wrong depth; put the text in quotes"
    ),
    "did not find expected key": "this line does not fit those above; look at its depth, and at quotes and brackets",
    "found unexpected ':'": "a key without a value inside braces; write null where nothing belongs",
}
"""What the parser's words mostly mean."""


def _in_words(error: yaml.MarkedYAMLError, text: str) -> str:
    problem, mark = str(error.problem or error.context), error.problem_mark
    if problem == "found character that cannot start any token" and mark is not None:
        character = text[mark.index : mark.index + 1]
        return (
            "a tab stands here; indent with spaces" if character == "\t" else f"put text with {character!r} in quotes"
        )
    return f"{problem}: {_MEANT[problem]}" if problem in _MEANT else problem


def _text(path: Path, file: str) -> str:
    return whole_text(file_bytes(path, MOST_BYTES, "a YAML file is needed", file), file)


class _Builder:
    """Turns the event stream into values, noting marks."""

    def __init__(self, document: Document, events: Iterator[Any]):
        self.document, self.events = document, events

    def build(self) -> Any:
        value = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._refused(event, "a second document begins here; a file holds one")
                value = self.node(next(self.events), ())
        return value

    def node(self, event: Any, place: Place) -> Any:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refused(event, "anchors and aliases are not allowed; write the value out")
        if event.tag is not None and event.tag != "!":
            raise self._refused(event, f"the tag {event.tag!r} is not allowed; write a plain value")
        if len(place) > MOST_DEPTH:
            raise self._refused(event, f"nested deeper than {MOST_DEPTH} levels")
        self.document.values.setdefault(place, _mark(event))
        if isinstance(event, yaml.ScalarEvent):
            return event.value if event.style not in (None, "") or event.tag == "!" else resolve(event.value)
        return self.mapping(place) if isinstance(event, yaml.MappingStartEvent) else self.sequence(place)

    def sequence(self, place: Place) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self.node(event, (*place, len(values))))
        return values

    def mapping(self, place: Place) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        event: Any
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._refused(event, "a key must be a plain word")
            key = key_of(event)
            where = (*place, key)
            mark = _mark(event)
            if key in values:
                first = self.document.keys[where][0]
                message = f"the key {key!r} stands twice (first on line {first}); keep one"
                self.document.problems.append(Problem(self.document.file, *mark, dotted(where), message))
                self.node(next(self.events), (*place, f"{key} (again)"))
                continue
            self.document.keys[where] = mark
            values[key] = self.node(next(self.events), where)
        return values

    def _refused(self, event: Any, message: str) -> BadInput:
        return BadInput.at(self.document.file, message, *_mark(event))


def key_of(event: Any) -> Any:
    """The key that a scalar is: a whole number, else its text, composed (NFC): what looks the same is the same."""
    key = event.value if event.style not in (None, "") else resolve(event.value)
    return key if isinstance(key, int) and not isinstance(key, bool) else normalize("NFC", event.value)


def _mark(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def resolve(text: str) -> Any:
    """A plain scalar by the YAML 1.2 core schema (yaml.org/spec/1.2.2, section 10.3.2).

    >>> [resolve(text) for text in ("no", "012", "1e-3", "1:30", "0x10", "~", "20%")]
    ['no', 12, 0.001, '1:30', 16, None, '20%']
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 20 else float(text)
    if _BASED.fullmatch(text):
        number = int(text[2:], 8 if text[1] == "o" else 16)
        return number if number < 2**63 else math.inf
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


_ESCAPED = "\x7f-\xa0\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff"
"""Characters that are written as escapes, for within brackets: no file holds them, or they are not seen."""


def scalar(value: Any) -> str:
    """A scalar that reads back as itself: plain where nothing else could be read in it, else in double quotes.

    >>> [scalar(value) for value in ("not unlikely", "no: 1", "012", 12, None)]
    ['not unlikely', '"no: 1"', '"012"', '12', 'null']
    """
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    plain = re.fullmatch(rf"\w[^\x00-\x1f{_ESCAPED}:#,\[\]{{}}\"'&*!|>%@`]*", value) is not None
    if plain and value == value.rstrip() and resolve(value) == value:
        return str(value)
    quoted = json.dumps(value, ensure_ascii=False)
    return re.sub(f"[{_ESCAPED}]", lambda found: f"\\u{ord(found[0]):04x}", quoted)
