"""XML read into elements that know their place, in the encoding that it declares; never more than the file holds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from tocsin.network.formats.scanner import NUMBER, Place, Unreadable, cut

MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 50


@dataclass(slots=True)
class Element:
    """An element with its attributes, its children, and the text that stands in it directly."""

    tag: str
    attributes: dict[str, str]
    place: Place
    children: list[Element] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The element's own text without the space around it."""
        return "".join(self.pieces).strip()

    def all(self, tag: str) -> Iterator[Element]:
        """The children of this tag."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Element | None:
        """The first child of this tag."""
        return next(self.all(tag), None)

    def numbers(self) -> list[float]:
        """The numbers that are its text. Raises Unreadable."""
        words = self.text.split()
        for word in words:
            if not NUMBER.fullmatch(word):
                raise self.error(f"a number is expected in <{self.tag}>, not {cut(word)!r}")
        return [float(word) for word in words]

    def error(self, message: str) -> Unreadable:
        """The message at the element's place."""
        return Unreadable(message, self.place)


def parse(content: bytes) -> Element:
    """The root of an XML document. Raises Unreadable, also for entities and for depths that no network needs."""
    # Some writers put space before the declaration, which must be the very first; lines are counted as in the file.
    lines = content[: len(content) - len(content.lstrip())].count(b"\n")
    content = content.lstrip()
    # ASCII is a part of UTF-8, and some writers declare it beside accented names.
    plain = re.match(rb"""(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\sencoding\s*=\s*["']us-ascii["']""", content, re.IGNORECASE)
    parser = expat.ParserCreate("utf-8" if plain else None)
    parser.buffer_text = True
    top = Element("", {}, Place())
    open_ones, count = [top], 0

    def place() -> Place:
        return Place(lines + parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MAX_ELEMENTS or len(open_ones) > MAX_DEPTH:
            raise Unreadable(f"more than {MAX_ELEMENTS:,} elements, or {MAX_DEPTH} within each other", place())
        element = Element(tag, attributes, place())
        open_ones[-1].children.append(element)
        open_ones.append(element)

    def end(_tag: str) -> None:
        open_ones.pop()

    def text(piece: str) -> None:
        open_ones[-1].pieces.append(piece)

    def refuse(*_parts: object) -> None:
        raise Unreadable("XML that declares or uses entities of its own is refused; a network needs none", place())

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.EntityDeclHandler = parser.SkippedEntityHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code).removeprefix("not well-formed ").strip("()")
        raise Unreadable(f"not well-formed XML: {reason}", Place(lines + error.lineno, error.offset + 1)) from None
    except (LookupError, ValueError) as error:
        raise Unreadable(
            f"the encoding that the XML declares cannot be read: {error}; save it as UTF-8", Place(1, 1)
        ) from None
    return top.children[0]
