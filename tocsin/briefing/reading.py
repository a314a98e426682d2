"""What stands in a briefing's file: its text as a reader sees it, and its run record."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tocsin.briefing.record import NoRecord, Record, parsed

LARGEST = 64 * 2**20
"""Bytes of a member of a zip file, above which it is no briefing."""
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SHOW = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
RECORD = "{urn:tocsin:briefing-record}record"
COMMENT = re.compile(r"<!-- tocsin-record: (.*) -->")
SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")
_BESIDE_WORDS = re.compile(r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml")
_BESIDE_SLIDES = re.compile(r"ppt/(notesSlides|comments|slideLayouts|slideMasters)/[^/]+\.xml")
_EMPTY_NUMBERS = re.compile(r"[\d\s/·‹›#]*")
"""What is left of page numbers, which the program fills in."""


@dataclass(frozen=True)
class Text:
    """lines: the text, paragraph by paragraph; beside: page heads and feet, notes, comments, what layouts show."""

    lines: Sequence[str]
    record: str | None
    beside: Sequence[str] = ()
    template: str | None = None


@dataclass(frozen=True)
class Page:
    """The same with spaces made alike and the record understood. template: whose styles it was written with."""

    lines: tuple[str, ...]
    record: Record
    beside: tuple[str, ...] = ()
    template: str | None = None


def read(path: Path) -> Page:
    """A briefing's file. Raises NoRecord, OSError."""
    return parse(path.read_bytes(), path.suffix.removeprefix(".").lower(), str(path))


def parse(content: bytes, form: str, place: str) -> Page:
    """The same from bytes; place: how errors name it."""
    readers: dict[str, Callable[[bytes], Text]] = {
        "md": _markdown,
        "html": _html,
        "pdf": _pdf,
        "docx": _docx,
        "pptx": _pptx,
    }
    if form not in readers:
        raise NoRecord(f"{place}: no briefing is written as .{form}; known are {', '.join(readers)}")
    try:
        found = readers[form](content)
    except NoRecord:
        raise
    except Exception as error:
        # Five libraries, each with errors of its own for a file that is not what its name says.
        raise NoRecord(f"{place}: is no {form.upper()} file that can be read") from error
    if found.record is None:
        raise NoRecord(f"{place}: carries no run record; it was not written by tocsin brief, or lost it since")
    return Page(_alike(found.lines), parsed(found.record, place), _alike(found.beside), found.template)


def _alike(lines: Iterable[str]) -> tuple[str, ...]:
    """Spaces made alike, empty lines left out."""
    return tuple(line for line in (" ".join(one.split()) for one in lines) if line)


def _markdown(content: bytes) -> Text:
    text = content.decode()
    found = COMMENT.findall(text)
    return Text(COMMENT.sub("", text).splitlines(), found[-1] if found else None)


class _Html(HTMLParser):
    """Text outside of styles and scripts, and the record in the head."""

    BREAKS = frozenset(
        ("p", "li", "h1", "h2", "h3", "td", "th", "tr", "caption", "figcaption", "header", "footer", "text", "b", "div")
    )

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self.record: str | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the record, and where a line begins."""
        named = dict(attrs)
        if tag == "meta" and named.get("name") == "tocsin-record":
            self.record = named.get("content")
        self._silent += tag in ("style", "script")
        if tag in self.BREAKS:
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        """Note where a line ends."""
        self._silent -= tag in ("style", "script")
        if tag in self.BREAKS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        """Collect text."""
        if not self._silent:
            self.lines[-1] += data


def _html(content: bytes) -> Text:
    parser = _Html()
    parser.feed(content.decode())
    parser.close()
    return Text(parser.lines, parser.record)


def _pdf(content: bytes) -> Text:
    document = pdf_reader(content)
    lines = [line for page in document.pages for line in page.extract_text().splitlines()]
    found = document.attachments.get("tocsin-record.json")
    beside = [text for page in document.pages for text in _annotations(page)]
    return Text(lines, found[0].decode() if found else None, beside)


def pdf_reader(content: bytes) -> Any:
    """A PDF opened. Raises NoRecord where nothing can open it."""
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise NoRecord("reading a PDF back needs pypdf, which is not installed") from error
    return PdfReader(io.BytesIO(content))


def _annotations(page: Any) -> Iterator[str]:
    """What was put on top of a page: notes, stamps, free text."""
    for entry in page.get("/Annots") or ():
        annotation = entry.get_object()
        if annotation.get("/Subtype") != "/Link":
            yield str(annotation.get("/Contents") or annotation.get("/Subtype"))


def _docx(content: bytes) -> Text:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = sorted(name for name in package.namelist() if _BESIDE_WORDS.fullmatch(name))
        beside = [line for name in names for line in _paragraphs(xml(package, name), WORD)]
        lines = _paragraphs(xml(package, "word/document.xml"), WORD)
        return Text(lines, *_custom(package, _without_numbers(beside)))


def _pptx(content: bytes) -> Text:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        numbers = sorted(int(found[1]) for name in package.namelist() if (found := SLIDE.fullmatch(name)))
        lines = [line for n in numbers for line in _paragraphs(xml(package, f"ppt/slides/slide{n}.xml"), DRAWING)]
        names = sorted(name for name in package.namelist() if _BESIDE_SLIDES.fullmatch(name))
        beside = [line for name in names for line in _shown(xml(package, name))]
        return Text(lines, *_custom(package, _without_numbers(beside)))


def _shown(root: ElementTree.Element) -> list[str]:
    """Text of notes, comments, layouts; what waits in a layout's placeholders is never shown."""
    layout = root.tag.endswith(("sldLayout", "sldMaster"))
    shapes = list(root.iter(f"{SHOW}sp"))
    if not shapes:
        return [element.text or "" for element in root.iter() if element.tag.endswith("}text")]
    kept = [one for one in shapes if not (layout and one.find(f".//{SHOW}ph") is not None)]
    return [line for shape in kept for line in _paragraphs(shape, DRAWING)]


def _without_numbers(lines: Iterable[str]) -> list[str]:
    return [line.rstrip(" /·") for line in lines if not _EMPTY_NUMBERS.fullmatch(line)]


def _paragraphs(root: ElementTree.Element, space: str) -> list[str]:
    """The text of each paragraph; fields, which the program fills in, are left out."""
    return ["".join(_letters(paragraph, space)) for paragraph in root.iter(f"{space}p")]


def _letters(element: ElementTree.Element, space: str) -> Iterator[str]:
    for child in element:
        if child.tag == f"{space}t":
            yield child.text or ""
        elif child.tag not in (f"{space}fld", f"{space}p"):
            yield from _letters(child, space)


def _custom(package: zipfile.ZipFile, beside: Sequence[str]) -> tuple[str | None, Sequence[str], str | None]:
    """The record among the custom XML parts, which a program may have renamed; and the template, if one was used."""
    for name in package.namelist():
        if name.startswith("customXml/") and name.endswith(".xml"):
            root = xml(package, name)
            if root.tag == RECORD:
                return root.text, beside, root.get("template")
    return None, beside, None


def xml(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    """A part of a package. Raises NoRecord for what a briefing never holds."""
    if package.getinfo(name).file_size > LARGEST:
        raise NoRecord(f"{name} is too large for a briefing")
    text = package.read(name)
    if b"<!DOCTYPE" in text:
        raise NoRecord(f"{name} declares entities, which a briefing never does")
    return ElementTree.fromstring(text)
