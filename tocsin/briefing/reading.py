"""What stands in a briefing's file: its text as a reader sees it, and its run record."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

from tocsin.briefing.record import NoRecord, Record, parsed

LARGEST = 64 * 2**20
"""Bytes of a member of a zip file, above which it is no briefing."""
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
RECORD = "{urn:tocsin:briefing-record}record"
COMMENT = re.compile(r"<!-- tocsin-record: (.*) -->")
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")


@dataclass(frozen=True)
class Page:
    """lines: the text, paragraph by paragraph, spaces made alike."""

    lines: tuple[str, ...]
    record: Record


def read(path: Path) -> Page:
    """A briefing's file. Raises NoRecord, OSError."""
    return parse(path.read_bytes(), path.suffix.removeprefix(".").lower(), str(path))


def parse(content: bytes, form: str, place: str) -> Page:
    """The same from bytes; place: how errors name it."""
    readers: dict[str, Callable[[bytes], tuple[list[str], str | None]]] = {
        "md": _markdown,
        "html": _html,
        "pdf": _pdf,
        "docx": _docx,
        "pptx": _pptx,
    }
    if form not in readers:
        raise NoRecord(f"{place}: no briefing is written as .{form}; known are {', '.join(readers)}")
    try:
        lines, record = readers[form](content)
    except NoRecord:
        raise
    except Exception as error:
        # Five libraries, each with errors of its own for a file that is not what its name says.
        raise NoRecord(f"{place}: is no {form.upper()} file that can be read") from error
    if record is None:
        raise NoRecord(f"{place}: carries no run record; it was not written by tocsin brief, or lost it since")
    alike = (" ".join(line.split()) for line in lines)
    return Page(tuple(line for line in alike if line), parsed(record, place))


def _markdown(content: bytes) -> tuple[list[str], str | None]:
    text = content.decode()
    found = COMMENT.findall(text)
    return COMMENT.sub("", text).splitlines(), found[-1] if found else None


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


def _html(content: bytes) -> tuple[list[str], str | None]:
    parser = _Html()
    parser.feed(content.decode())
    parser.close()
    return parser.lines, parser.record


def _pdf(content: bytes) -> tuple[list[str], str | None]:
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise NoRecord("reading a PDF back needs pypdf, which is not installed") from error

    document = PdfReader(io.BytesIO(content))
    lines = [line for page in document.pages for line in page.extract_text().splitlines()]
    found = document.attachments.get("tocsin-record.json")
    return lines, found[0].decode() if found else None


def _docx(content: bytes) -> tuple[list[str], str | None]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return _paragraphs(_xml(package, "word/document.xml"), WORD), _custom(package)


def _pptx(content: bytes) -> tuple[list[str], str | None]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        numbers = sorted(int(found[1]) for name in package.namelist() if (found := _SLIDE.fullmatch(name)))
        lines = [line for n in numbers for line in _paragraphs(_xml(package, f"ppt/slides/slide{n}.xml"), DRAWING)]
        return lines, _custom(package)


def _paragraphs(root: ElementTree.Element, space: str) -> list[str]:
    """The text of each paragraph; fields, which the program fills in, are left out."""
    return ["".join(_letters(paragraph, space)) for paragraph in root.iter(f"{space}p")]


def _letters(element: ElementTree.Element, space: str) -> Iterator[str]:
    for child in element:
        if child.tag == f"{space}t":
            yield child.text or ""
        elif child.tag not in (f"{space}fld", f"{space}p"):
            yield from _letters(child, space)


def _custom(package: zipfile.ZipFile) -> str | None:
    """The record among the custom XML parts, which a program may have renamed."""
    for name in package.namelist():
        if name.startswith("customXml/") and name.endswith(".xml"):
            root = _xml(package, name)
            if root.tag == RECORD:
                return root.text
    return None


def _xml(package: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if package.getinfo(name).file_size > LARGEST:
        raise NoRecord(f"{name} is too large for a briefing")
    text = package.read(name)
    if b"<!DOCTYPE" in text:
        raise NoRecord(f"{name} declares entities, which a briefing never does")
    return ElementTree.fromstring(text)
