"""A plain reading of a briefing's file: its words line by line, as libraries that know the format give them.

It finds what differs; it does not judge. Runs as a program of its own, so that a file can be read under a limit of time
and memory whatever is in it: `python plain_text.py FORM WHAT SECONDS < file`. So nothing of Tocsin is imported here.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

MEMORY = 200 * 2**20
"""Bytes that a reading may take, where the system can limit it."""
MARGIN = "[page head or foot] "
_ISOLATES = str.maketrans("", "", "\u2066\u2069\u200e")
"""What keeps figures among Arabic letters in order; no words, and each format has its own."""
COMMENT, COMMENT_END = "<!-- tocsin-record: ", " -->"
"""What stands around the run record in Markdown."""
_PAGE_NUMBERS = re.compile(r"[\d\s/·‹›#]+$")
"""Fields that a program fills in when it saves."""


def words(content: bytes, form: str) -> list[str]:
    """The lines of a file with their spaces made alike; empty ones are left out."""
    found = (" ".join(line.translate(_ISOLATES).split()) for line in READERS[form](content))
    return [line for line in found if line]


def attached_record(content: bytes) -> str | None:
    """The run record in a PDF."""
    from pypdf import PdfReader

    found = PdfReader(io.BytesIO(content)).attachments.get("tocsin-record.json")
    return found[0].decode() if found else None


def _pdf(content: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    for page in PdfReader(io.BytesIO(content)).pages:
        yield from page.extract_text().splitlines()
        for entry in page.get("/Annots") or ():
            # Notes and stamps that were put on top of the page.
            yield str(entry.get_object().get("/Contents") or "")


def _docx(content: bytes) -> Iterator[str]:
    from docx import Document
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    document: Any = Document(io.BytesIO(content))
    for paragraph in document.element.body.iter(qn("w:p")):
        yield Paragraph(paragraph, document).text
    for section in document.sections:
        for margin in (section.header, section.footer):
            said = (_PAGE_NUMBERS.sub("", line.text) for line in margin.paragraphs)
            yield from (f"{MARGIN}{text}" for text in said if text)


def _pptx(content: bytes) -> Iterator[str]:
    from pptx import Presentation
    from pptx.oxml.ns import qn

    for slide in Presentation(io.BytesIO(content)).slides:
        notes: Iterable[Any] = [slide.notes_slide] if slide.has_notes_slide else []
        for shown in (slide, *notes):
            for paragraph in shown._element.iter(qn("a:p")):
                runs = (run.text or "" for run in paragraph.iter(qn("a:t")))
                yield _PAGE_NUMBERS.sub("", "".join(runs))


def _html(content: bytes) -> Iterator[str]:
    from lxml import html

    root = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
    for element in root.iter():
        silent = element.tag in ("style", "script") or not isinstance(element.tag, str)
        yield from (text for text in (None if silent else element.text, element.tail) if text)


def _markdown(content: bytes) -> Iterator[str]:
    return (line for line in content.decode().splitlines() if not line.startswith(COMMENT))


LIBRARIES = {"pdf": ("pypdf",), "docx": ("docx",), "pptx": ("pptx",), "html": ("lxml",)}
"""Per format the modules that read it."""
READERS: dict[str, Callable[[bytes], Iterable[str]]] = {
    "pdf": _pdf,
    "docx": _docx,
    "pptx": _pptx,
    "html": _html,
    "md": _markdown,
}


def _limit(seconds: int) -> None:
    try:
        import resource
    except ImportError:
        # Windows: the caller's clock is the limit.
        return
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def main() -> None:
    """Read standard input and write what was found as JSON; any failure is an exit status."""
    form, what, seconds = sys.argv[1:]
    _limit(int(seconds))
    content = sys.stdin.buffer.read()
    found = attached_record(content) if what == "record" else words(content, form)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
