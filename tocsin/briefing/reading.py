"""What stands in a briefing's file: its text as a reader sees it, and its run record."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from tocsin.briefing.office import docx, pptx
from tocsin.briefing.record import NoRecord, Record, parsed
from tocsin.briefing.text import Text

COMMENT = re.compile(r"<!-- tocsin-record: (.*?) -->")
_HIDDEN = re.compile(r"<!--(?:>|->|(.*?)(?:--!?>|\Z))", re.DOTALL)
"""Comments of HTML, of which Markdown shows nothing; one that never ends hides all that follows."""


@dataclass(frozen=True)
class Page:
    """A `Text` with spaces made alike and the record understood."""

    lines: tuple[str, ...]
    record: Record
    beside: tuple[str, ...] = ()
    template: str | None = None
    unseen: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()


def read(path: Path) -> Page:
    """A briefing's file. Raises NoRecord, OSError."""
    return parse(path.read_bytes(), path.suffix.removeprefix(".").lower(), str(path))


def parse(content: bytes, form: str, place: str) -> Page:
    """The same from bytes; place: how errors name it."""
    readers: dict[str, Callable[[bytes], Text]] = {
        "md": _markdown,
        "html": _html,
        "pdf": _pdf,
        "docx": docx,
        "pptx": pptx,
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
    record, lines, beside = parsed(found.record, place), _alike(found.lines), _alike(found.beside)
    return Page(lines, record, beside, found.template, tuple(found.unseen), found.marks)


def _alike(lines: Iterable[str]) -> tuple[str, ...]:
    """Spaces made alike, empty lines left out."""
    return tuple(line for line in (" ".join(one.split()) for one in lines) if line)


def _markdown(content: bytes) -> Text:
    text = content.decode()
    found = COMMENT.findall(text)
    rest = COMMENT.sub("", text)
    hidden = [one[1] or "" for one in _HIDDEN.finditer(rest)]
    return Text(_HIDDEN.sub("", rest).splitlines(), found[-1] if found else None, hidden)


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
        # A link shows nothing unless it brings an appearance of its own.
        if annotation.get("/Subtype") != "/Link" or "/AP" in annotation:
            yield str(annotation.get("/Contents") or annotation.get("/Subtype"))
