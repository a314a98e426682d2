"""A YAML text that says something else, with only the lines changed that must be.

What differs between the old value and the new one is found first; then only those keys, values and entries are written.
Comments, order, quotation marks and line ends of the rest stay byte by byte. What comes out is parsed again and must
say exactly the new value. A mapping's order counts; an entry of a list is known by its `id`, `title` or `given`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import yaml

from tocsin.authoring.yaml_writing import WIDTH, breaks, entry_lines, in_brackets, item_lines, on_a_line, opens
from tocsin.errors import BadInput
from tocsin.files import yaml12

MANY_LINES = 4
"""An entry of more lines is parted from its neighbour by a blank line, where no other neighbours show how it is."""


def rewritten(text: str, value: Mapping[str, Any], file: str | Path) -> str:
    """The text, changed so that it says `value`. Raises BadInput where the text is written in a way that hinders it."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    document = yaml12.parsed(body, str(file))
    if document.problems:
        raise BadInput(document.problems)
    if _same(document.value, value):
        return text
    newline = "\r\n" if "\r\n" in body else "\n"
    writer = _Writer(body, newline)
    try:
        writer.part(_Part((), 0, 0, _tree(body)), document.value, value, within="root")
    except _Hindered as hindered:
        line = body.count("\n", 0, hindered.offset) + 1
        raise BadInput.at(file, str(hindered), line) from None
    after = writer.text_after()
    try:
        found = yaml12.parsed(after, str(file))
    except BadInput:
        found = None
    if found is None or found.problems or not _same(found.value, value):
        raise BadInput.at(file, "is written in a way that this edit would break; make the edit in the file itself")
    return mark + after


def rewritten_several(text: str, values: Sequence[Mapping[str, Any]], file: str | Path) -> str:
    """The same of a file that holds several documents, each given with its value."""
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    body = text.removeprefix(mark)
    lines = body.split("\n")
    for (start, part), value in reversed([*zip(yaml12.documents_of(body), values, strict=True)]):
        lines[start : start + part.count("\n") + 1] = rewritten(part, value, file).split("\n")
    return mark + "\n".join(lines)


MANY = 5_000
"""Lines between the first and the last change, from which on lines that stand often are no places to agree at."""


def diff(name: str, before: str, after: str) -> str:
    """What changes between two texts, for a reader: lines taken out and put in, with two lines around them.

    As `difflib.unified_diff`, which takes frequent lines for no place to agree at in files of 200 lines already, and
    compares also what is alike before the first change and behind the last.
    """
    old, new = before.splitlines(), after.splitlines()
    least = min(len(old), len(new))
    first = next((place for place in range(least) if old[place] != new[place]), least)
    last = next((place for place in range(least - first) if old[-1 - place] != new[-1 - place]), least - first)
    first, last = max(first - 2, 0), max(last - 2, 0)
    one, other = old[first : len(old) - last], new[first : len(new) - last]
    lines: list[str] = []
    for group in SequenceMatcher(None, one, other, autojunk=len(one) > MANY).get_grouped_opcodes(2):
        (_, start, _, start_new, _), (_, _, end, _, end_new) = group[0], group[-1]
        lines.append(f"@@ -{first + start + 1},{end - start} +{first + start_new + 1},{end_new - start_new} @@")
        for what, from_, to, from_new, to_new in group:
            if what == "equal":
                lines += [f" {line}" for line in one[from_:to]]
            else:
                lines += [f"-{line}" for line in one[from_:to]] + [f"+{line}" for line in other[from_new:to_new]]
    return "\n".join([f"--- {name}", f"+++ {name}", *lines] if lines else [])


class _Hindered(Exception):
    def __init__(self, message: str, offset: int):
        self.offset = offset
        super().__init__(message)


def _same(one: Any, other: Any) -> bool:
    """Whether two plain values are alike, the order of keys and the kind of numbers too."""
    return repr(one) == repr(other)


# ------------------------------------------------------------------------------------------------- where things stand
@dataclass(frozen=True)
class _Node:
    """A value in the text, from one offset to another; without what stands behind it on its line."""

    start: int
    end: int
    kind: str
    """scalar, block (text behind `>` or `|`), mapping, sequence"""
    flow: bool
    parts: tuple[_Part, ...] = ()


@dataclass(frozen=True)
class _Part:
    """A key with its value, or an entry of a list, which starts where its value does."""

    key: Any
    start: int
    key_end: int
    node: _Node

    @property
    def end(self) -> int:
        return max(self.node.end, self.key_end)


def _tree(text: str) -> _Node:
    events: Iterator[Any] = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    event = next(event for event in events if not isinstance(event, yaml.StreamStartEvent | yaml.DocumentStartEvent))
    return _node(text, event, events)


def _offset(mark: Any) -> int:
    return int(mark.index)


def _node(text: str, event: Any, events: Iterator[Any]) -> _Node:
    start = _offset(event.start_mark)
    if isinstance(event, yaml.ScalarEvent):
        if event.style in ("|", ">"):
            return _Node(start, start + len(text[start : _offset(event.end_mark)].rstrip()), "block", flow=False)
        return _Node(start, _offset(event.end_mark), "scalar", flow=True)
    mapping = isinstance(event, yaml.MappingStartEvent)
    parts: list[_Part] = []
    inner: Any
    while not isinstance(inner := next(events), yaml.MappingEndEvent | yaml.SequenceEndEvent):
        if mapping:
            value = _node(text, next(events), events)
            parts.append(_Part(yaml12.key_of(inner), _offset(inner.start_mark), _offset(inner.end_mark), value))
        else:
            value = _node(text, inner, events)
            parts.append(_Part(len(parts), value.start, value.start, value))
    end = _offset(inner.end_mark) if event.flow_style else max([start, *(part.end for part in parts)])
    return _Node(start, end, "mapping" if mapping else "sequence", bool(event.flow_style), tuple(parts))


# ------------------------------------------------------------------------------------------------------ what is changed
@dataclass
class _Writer:
    text: str
    newline: str
    splices: list[tuple[int, int, str]] = field(default_factory=list)
    """Start, end and what comes instead; none overlaps another."""

    def text_after(self, start: int = 0, end: int | None = None) -> str:
        parts, done = [], start
        for first, last, new in sorted(self.splices, key=lambda splice: splice[:2]):
            parts += [self.text[done:first], new]
            done = last
        return "".join((*parts, self.text[done : len(self.text) if end is None else end]))

    def part(self, part: _Part, old: Any, new: Any, within: str) -> None:
        """What must change for a value to be another. within: root, mapping, sequence, or flow (brackets)."""
        node = part.node
        if _same(old, new):
            return
        both = all(isinstance(value, Mapping if node.kind == "mapping" else list) and value for value in (old, new))
        if node.kind not in ("mapping", "sequence") or not both:
            self.replace(part, new, within)
            return
        inner = _Writer(self.text, self.newline)
        if not inner.collection(node, old, new):
            self.replace(part, new, within)
            return
        if node.flow and within in ("mapping", "sequence"):
            changed = inner.text_after(node.start, node.end)
            if "\n" not in changed and self.too_long(node, changed):
                self.replace(part, new, within)
                return
        self.splices += inner.splices

    def too_long(self, node: _Node, inline: str) -> bool:
        """Whether a line grows beyond the width by what is written for a value; one that was too long stays so."""
        start, behind = self.line_start(node.start), self.comment_behind(node.end)
        before = len(self.text[start : node.end].split("\n")[-1]) + len(behind)
        return node.start - start + len(inline) + len(behind) > max(WIDTH, before)

    def collection(self, node: _Node, old: Any, new: Any) -> bool:
        """The parts that stay, in their order, are looked into; others are taken out, renamed or put in.

        False where none would stay, so that the whole is better written anew.
        """
        keys = list(old) if node.kind == "mapping" else [_identity(entry) for entry in old]
        wanted = list(new) if node.kind == "mapping" else [_identity(entry) for entry in new]
        held, coming = (list(v.values()) if node.kind == "mapping" else v for v in (old, new))
        pairs = _aligned(keys, wanted, held, coming)
        if not pairs:
            return False
        kept = {before for before, _ in pairs}
        for position in range(len(node.parts)):
            if position not in kept:
                self.remove(node, position, kept)
        behind = {after: before for before, after in pairs}
        last: int | None = None
        for position, value in enumerate(coming):
            if position in behind:
                last = behind[position]
                part = node.parts[last]
                inside, done = "flow" if node.flow else node.kind, len(self.splices)
                self.part(_Part(wanted[position], *_rest(part)), held[last], value, inside)
                # Where the value is written anew in lines of its own, its key is too.
                anew = any(start <= part.start < end for start, end, _ in self.splices[done:])
                if node.kind == "mapping" and keys[last] != wanted[position] and not anew:
                    self.splices.append((part.start, part.key_end, yaml12.scalar(wanted[position])))
            else:
                self.insert(node, last, min(kept), wanted[position], value)
        return True

    # ------------------------------------------------------------------------------------------------ taking out
    def remove(self, node: _Node, position: int, kept: set[int]) -> None:
        part = node.parts[position]
        if node.flow:
            if min(kept) < position:
                self.splices.append((node.parts[position - 1].end, part.end, ""))
            else:
                self.splices.append((part.start, node.parts[position + 1].start, ""))
            return
        start = self.line_start(self.dash(part) if node.kind == "sequence" else part.start)
        first = self.line_start(node.parts[0].start)
        if node.kind == "mapping" and position < min(kept) and self.text[first : node.parts[0].start].strip():
            # The first keys of an entry, behind its dash: what stays follows the dash then.
            if position == 0:
                self.splices.append((part.start, node.parts[min(kept)].start, ""))
            return
        end = self.line_end(part.end)
        # The blank line that parted it from the next goes with it; at the end of the file the one before it.
        blank = re.compile(r"[ \t]*\r?\n")
        before = self.text[self.line_start(start - 1) : start] if start else "\n"
        if blank.fullmatch(before) and (found := blank.match(self.text, end)):
            end = found.end()
        elif blank.fullmatch(before) and start and not self.text[end:].strip():
            start = self.line_start(start - 1)
        self.splices.append((start, end, ""))

    # ------------------------------------------------------------------------------------------------- putting in
    def insert(self, node: _Node, last: int | None, first: int, key: Any, value: Any) -> None:
        """A part behind the one at `last`, or in front of all; `first`: the first that stays."""
        written = in_brackets(value) if node.kind == "sequence" else f"{yaml12.scalar(key)}: {in_brackets(value)}"
        if node.flow:
            at, new = (
                (node.parts[first].start, f"{written}, ") if last is None else (node.parts[last].end, f", {written}")
            )
            self.splices.append((at, at, new))
            return
        column = self.column_of(node)
        # As the other entries are, where all are of a kind; the keys of one record are not.
        expanded = all(part.node.kind == "mapping" for part in node.parts) and not node.parts[-1].node.flow
        if node.kind == "sequence":
            lines = item_lines(value, column, expanded=expanded)
        else:
            lines = entry_lines(key, value, column, expanded=expanded)
        if last is None:
            start = node.parts[0].start if node.kind == "mapping" else self.dash(node.parts[0])
            if self.text[self.line_start(start) : start].strip():
                self.splices.append((start, start, self.newline.join((*lines, " " * column)).lstrip()))
                return
            at = self.line_start(start)
            lines = [*lines, ""] if self.parted(node, last, lines) else lines
        else:
            at = self.line_end(node.parts[last].end)
            parted = self.parted(node, last, lines) or (node.kind == "mapping" and opens(value, column))
            lines = ["", *lines] if parted else lines
        new = "".join(f"{line}{self.newline}" for line in lines)
        if at == len(self.text) and not self.text.endswith("\n"):
            new = self.newline + new.removesuffix(self.newline)
        self.splices.append((at, at, new))

    def parted(self, node: _Node, last: int | None, lines: Sequence[str]) -> bool:
        """Whether what comes behind the part at `last` has a blank line around it, as that part has."""
        if len(node.parts) == 1:
            return len(lines) > MANY_LINES
        above = self.line_start(node.parts[last or 1].start)
        while above:
            above = self.line_start(above - 1)
            line = self.text[above : self.line_end(above)].strip()
            if not line.startswith("#"):
                return not line
        return False

    # --------------------------------------------------------------------------------------------------- replacing
    def replace(self, part: _Part, new: Any, within: str) -> None:
        """Another value in the place of one; a comment behind it stays."""
        node, inline = part.node, in_brackets(new) if within == "flow" else on_a_line(new)
        between = self.text[part.key_end : node.start] if within != "root" else ""
        if part.start < part.key_end and ":" not in between:
            inline = f": {inline}"
        elif node.start == node.end and self.text[node.start - 1 : node.start] in (":", "-"):
            inline = f" {inline}"
        in_line = node.flow and "\n" not in self.text[part.key_end : node.end]
        if within == "flow" or (in_line and not self.must_fold(part, inline, new, within)):
            self.splices.append((node.start, node.end, inline))
            return
        if within == "root":
            raise _Hindered("the whole file would be another; write it anew", 0)
        column = self.column(part.start if within == "mapping" else self.dash(part))
        comment = self.comment_of(part)
        # With what stands behind its last line: the comment that is written again, or one of a part that goes.
        end = self.line_end(part.end) - len(self.newline_at(part.end))
        lines = item_lines(new, column) if within == "sequence" else entry_lines(part.key, new, column)
        start = part.start if within == "mapping" else self.dash(part)
        lines[0] = lines[0][column:]
        if comment and len(lines) == 1:
            lines = [lines[0] + comment]
        elif comment and not self.text[self.line_start(start) : start].strip() and within == "mapping":
            lines = [comment.strip(), " " * column + lines[0], *lines[1:]]
        elif comment:
            lines = [*lines, " " * (column if within == "mapping" else column + 2) + comment.strip()]
        self.splices.append((start, end, self.newline.join(lines)))

    def must_fold(self, part: _Part, inline: str, new: Any, within: str) -> bool:
        """Whether a value of one line needs more of them from now on."""
        if within not in ("mapping", "sequence"):
            return False
        return opens(new, self.column(part.start)) or (self.too_long(part.node, inline) and breaks(new))

    # ------------------------------------------------------------------------------------------------------- lines
    def line_start(self, offset: int) -> int:
        return self.text.rfind("\n", 0, max(offset, 0)) + 1

    def line_end(self, offset: int) -> int:
        """The start of the next line, or the end of the text."""
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found + 1

    def newline_at(self, offset: int) -> str:
        line = self.text[offset : self.line_end(offset)]
        return line[len(line.rstrip("\r\n")) :]

    def column(self, offset: int) -> int:
        return offset - self.line_start(offset)

    def column_of(self, node: _Node) -> int:
        first = node.parts[0]
        return self.column(self.dash(first) if node.kind == "sequence" else first.start)

    def dash(self, part: _Part) -> int:
        """Where the dash of a list's entry stands."""
        start = self.line_start(part.node.start)
        before = self.text[start : part.node.start]
        if not re.fullmatch(r"(?:.*[ :])?-[ \t]*", before):
            raise _Hindered(
                "this entry does not stand in lines of its own, `- …`; write it so, then edit it here", start
            )
        return start + before.rindex("-")

    def comment_behind(self, offset: int) -> str:
        """The comment on the line behind an offset, with the space before it."""
        rest = self.text[offset : self.line_end(offset)].rstrip()
        return rest if rest.lstrip().startswith("#") else ""

    def comment_of(self, part: _Part) -> str:
        """The comment on the line on which a part begins, that belongs to it and not to a part within it."""
        node = part.node
        if node.kind == "block":
            found = re.match(r"[|>][-+0-9]*(?P<comment>[ \t]+#[^\r\n]*)", self.text[node.start :])
            return found["comment"].rstrip() if found else ""
        if node.flow:
            return self.comment_behind(node.end)
        found = re.match(r"[ \t]*:?(?P<comment>[ \t]+#[^\r\n]*)", self.text[part.key_end : node.start])
        return found["comment"].rstrip() if found else ""


def _rest(part: _Part) -> tuple[int, int, _Node]:
    return part.start, part.key_end, part.node


def _identity(entry: Any) -> str:
    if isinstance(entry, Mapping):
        for name in ("id", "title", "given"):
            if name in entry:
                return f"{name}: {entry[name]!r}"
    return repr(entry)


def _aligned(
    keys: Sequence[Any], wanted: Sequence[Any], held: Sequence[Any], coming: Sequence[Any]
) -> list[tuple[int, int]]:
    """Which of the new parts stand where which of the old ones did, both in order.

    A part that goes is taken for the one that comes in its place where the two are akin.
    """
    pairs: list[tuple[int, int]] = []
    matcher = SequenceMatcher(None, keys, wanted, autojunk=False)
    for what, before, before_end, after, after_end in matcher.get_opcodes():
        if what == "equal":
            pairs += zip(range(before, before_end), range(after, after_end), strict=True)
        elif what == "replace":
            free = [position for position in range(before, before_end) if keys[position] not in wanted]
            new = [position for position in range(after, after_end) if wanted[position] not in keys]
            as_many = len(free) == len(new)
            for position in new:
                place = next((place for place in free if _akin(held[place], coming[position], as_many)), None)
                if place is not None:
                    pairs.append((place, position))
                    free = [other for other in free if other > place]
    return pairs


MOST_SMALL = 200
"""Characters of a part that is taken for another without being like it, where as many come as go."""


def _akin(one: Any, other: Any, as_many: bool) -> bool:
    if _same(one, other):
        return True
    mappings = isinstance(one, Mapping), isinstance(other, Mapping)
    if as_many and mappings[0] == mappings[1] and max(len(repr(one)), len(repr(other))) < MOST_SMALL:
        return True
    if not all(mappings):
        return False
    alike = SequenceMatcher(None, repr(one), repr(other), autojunk=False).quick_ratio() > 0.7
    return alike and (as_many or 2 * len(one.keys() & other.keys()) > max(len(one), len(other)))
