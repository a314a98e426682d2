"""Reports as paragraphs: plain text, HTML, DOCX and PDF, read within bounds.

Only what a reader reads is kept: paragraphs with the heading above them, and what the file says of itself (title,
publisher, day). A page's menus, footers and scripts are left out.
"""

from __future__ import annotations

import logging
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

from tocsin.errors import BadInput, MissingExtra, file_bytes, require, whole_text

MOST_BYTES = 4_000_000
MOST_UNPACKED = 80_000_000
"""Bytes of a DOCX when it is unpacked."""
MOST_PAGES = 300
MOST_LETTERS = 600_000
"""Characters of a text: a thick book, and some ten seconds of drafting."""
LEAD = "Lead"
"""What stands before the first heading."""

_WRAPPED = 100
"""Where a quarter of a text's lines are longer, each line is a paragraph; else blank lines part paragraphs."""
_ENDING = re.compile(r"[.!?…:;][\"”’»)\]]*$")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_DATELINE = re.compile(
    r"^(?:[A-Z][\w .,'’-]{1,40} \((?P<agency>[A-Z][\w .&'’-]{1,40})\) ?[—–-]+"
    r"|[A-Z]{3,}[A-Z .'’-]*(?:, [\w. ]{2,30})? ?[—–-]+ |(?P<outlet>[A-Z][\w .&'’-]{1,40}?) ?/) ?(?=\S)"
)
"""`PORT ESK (Reuters) - `, `Daily Star/ `: where it was written and who publishes, in front of the first sentence."""


@dataclass(frozen=True)
class Passage:
    """A paragraph of a report, and where a reader finds it."""

    where: str
    text: str


@dataclass(frozen=True)
class Report:
    """A report: its paragraphs, and what it says of itself; an empty text where it does not say."""

    paragraphs: tuple[Passage, ...]
    title: str = ""
    publisher: str = ""
    published: str = ""
    """Day, as 2024-12-01."""


@dataclass(frozen=True)
class _TextBlock:
    text: str
    heading: bool
    page: int = 0


def read_report(path: Path) -> Report:
    """The report in a file, read by its ending. Raises BadInput with one message, MissingExtra."""
    form = path.suffix.lower()
    if form not in _FORMS and not path.is_dir():
        raise BadInput.at(path, f"is not read; drafts are made of {', '.join(_FORMS)}")
    content = file_bytes(path, MOST_BYTES, "name the files in it")
    blocks, title, publisher, published = _FORMS[form](content, path)
    paragraphs = tuple(_paragraphs(blocks))
    if not paragraphs:
        raise BadInput.at(path, "holds no sentence; a scan without text must go through text recognition first")
    letters = sum(len(paragraph.text) for paragraph in paragraphs)
    if letters > MOST_LETTERS:
        raise BadInput.at(path, f"holds {letters:,} characters; at most {MOST_LETTERS:,} are read; draft from a part")
    if found := _DATELINE.match(paragraphs[0].text):
        first = Passage(paragraphs[0].where, paragraphs[0].text[found.end() :])
        paragraphs = (first, *paragraphs[1:])
        publisher = publisher or (found["agency"] or found["outlet"] or "").strip()
    return Report(paragraphs, title, publisher, published)


_Parts = tuple[list[_TextBlock], str, str, str]
"""Blocks, title, publisher, day."""


def _paragraphs(blocks: Iterable[_TextBlock]) -> Iterator[Passage]:
    section, number, page = LEAD, 0, 0
    for block in blocks:
        text = spaced(block.text)
        if block.page != page:
            page, number = block.page, 0
        if block.heading:
            section, number = text or section, 0
        elif len(text.split()) > 3 or _ENDING.search(text):
            number += 1
            place = f"page {page}, paragraph {number}" if page else f"{section}, paragraph {number}"
            yield Passage(place, text)


def spaced(text: str) -> str:
    """A text without line breaks, doubled spaces and characters that are not seen."""
    return " ".join(
        re.sub("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\x00-\x08\x0e-\x1f\x7f-\x9f]", "", text).split()
    )


def looks_like_heading(text: str) -> bool:
    """Whether a line is a heading: short, no sentence, and in capitals where it ends as a question."""
    words = text.split()
    if not words or len(words) > 12 or text[0] in "\"“'‘«-•*" or not (text[0].isupper() or text[0].isdigit()):
        return False
    if text.endswith("?"):
        return sum(word[:1].isupper() for word in words) > len(words) / 2
    return not _ENDING.search(text)


# ------------------------------------------------------------------------------------------------------ plain text
def _plain(content: bytes, path: Path) -> _Parts:
    lines = whole_text(content, str(path)).splitlines()
    if 4 * sum(len(line) > _WRAPPED for line in lines) >= sum(bool(line.strip()) for line in lines):
        lines = [part for line in lines for part in (line, "")]
    blocks = list(_lines(lines))
    if len(blocks) > 1 and blocks[0].heading and not blocks[1].heading:
        return blocks[1:], spaced(blocks[0].text), "", ""
    return blocks, "", "", ""


def _lines(lines: Iterable[str], page: int = 0) -> Iterator[_TextBlock]:
    """Blocks of lines, which blank lines and marked headings part."""
    block: list[str] = []
    for line in (*lines, ""):
        mark = re.match(r"#{1,6} +", line)
        if mark or not line.strip():
            yield from _joined(block, page)
            block = []
            if mark:
                yield _TextBlock(line[mark.end() :], True, page)
        else:
            block.append(line)
    yield from _joined(block, page)


def _joined(lines: list[str], page: int) -> Iterator[_TextBlock]:
    if lines:
        # A word that a line's end has parted.
        text = re.sub(r"(?<=[a-z])-\n(?=[a-z])", "", "\n".join(line.strip() for line in lines))
        yield _TextBlock(text, len(lines) == 1 and looks_like_heading(text), page)


# ------------------------------------------------------------------------------------------------------------ HTML
_UNREAD = {
    "script",
    "style",
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "noscript",
    "template",
    "svg",
    "button",
    "title",
}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_PARTS = {
    "p",
    "li",
    "blockquote",
    "div",
    "td",
    "th",
    "tr",
    "section",
    "article",
    "main",
    "body",
    "figcaption",
    "dd",
    "dt",
}
_VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "area", "base", "col", "embed", "track", "param"}


class _Page(HTMLParser):
    """Collects the text of a page by block, whether it stands in its article, and how much of it is links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[tuple[_TextBlock, bool]] = []
        self.meta: dict[str, str] = {}
        self.title = ""
        self._tags: list[str] = []
        self._open: Counter[str] = Counter()
        self._text: list[str] = []
        self._linked = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, or note what the page says of itself."""
        given = {name: value or "" for name, value in attrs}
        if tag == "meta":
            self.meta.setdefault(given.get("property") or given.get("name", ""), given.get("content", ""))
        elif tag == "time" and "datetime" in given:
            self.meta.setdefault("time", given["datetime"])
        if tag == "br":
            self._text.append(" ")
        if tag in _PARTS or tag in _HEADINGS:
            self._end_block()
            # A paragraph or a heading that was left open ends where the next block begins.
            if self._tags and (self._tags[-1] == tag == "p" or self._tags[-1] in _HEADINGS):
                self._close_tag()
        if tag not in _VOID:
            self._tags.append(tag)
            self._open[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        """End a block; an end without its beginning is passed over, and an element that was left open ends too."""
        if tag not in self._tags[-200:]:
            return
        if tag in _PARTS or tag in _HEADINGS:
            self._end_block()
        while self._close_tag() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Take up text that is read."""
        if self._tags and self._tags[-1] == "title" and not self.title:
            self.title = data
        elif not any(self._open[tag] for tag in _UNREAD):
            self._text.append(data)
            self._linked += len(data.strip()) if self._open["a"] else 0

    def close(self) -> None:
        """End the last block."""
        super().close()
        self._end_block()

    def _end_block(self) -> None:
        text = spaced("".join(self._text))
        # Lists of links are menus.
        if text and self._linked <= 0.6 * len(text):
            heading = any(self._open[tag] for tag in _HEADINGS)
            self.blocks.append((_TextBlock(text, heading), bool(self._open["article"] or self._open["main"])))
        self._text, self._linked = [], 0

    def _close_tag(self) -> str:
        tag = self._tags.pop()
        self._open[tag] -= 1
        return tag


def _html(content: bytes, path: Path) -> _Parts:
    page = _Page()
    page.feed(whole_text(content, str(path)))
    page.close()
    inside = [block for block, in_article in page.blocks if in_article]
    every = [block for block, _ in page.blocks]
    # An article of a few words is a teaser on a page whose text stands elsewhere.
    blocks = inside if sum(len(block.text) for block in inside) > 400 else every
    title = page.meta.get("og:title") or page.title
    if blocks and blocks[0].heading and blocks[0].text in title:
        title, blocks = blocks[0].text, blocks[1:]
    day = _DAY.match(page.meta.get("article:published_time") or page.meta.get("date") or page.meta.get("time", ""))
    return blocks, spaced(title), spaced(page.meta.get("og:site_name", "")), day[0] if day else ""


# ------------------------------------------------------------------------------------------------------ DOCX and PDF
def _docx(content: bytes, path: Path) -> _Parts:
    require("Reading .docx", "docx")
    from docx import Document
    from docx.table import Table

    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            if sum(entry.file_size for entry in package.infolist()) > MOST_UNPACKED:
                raise BadInput.at(path, f"unpacks to more than {MOST_UNPACKED:,} bytes; save it as text")
        document = Document(BytesIO(content))
        blocks: list[_TextBlock] = []
        for item in document.iter_inner_content():
            if isinstance(item, Table):
                blocks += [_TextBlock(cell.text, False) for row in item.rows for cell in row.cells]
            else:
                style = str(item.style.name if item.style is not None else "")
                text = spaced(item.text)
                blocks.append(_TextBlock(text, style.startswith(("Heading", "Title", "Subtitle"))))
        return [block for block in blocks if block.text], spaced(document.core_properties.title or ""), "", ""
    except (BadInput, MissingExtra):
        raise
    except Exception as error:
        # Zip files and XML of others fail in many ways: BadZipFile, KeyError, zlib.error, XMLSyntaxError, …
        raise BadInput.at(path, "is no Word file that can be read; save it anew") from error


def _pdf(content: bytes, path: Path) -> _Parts:
    require("Reading .pdf", "pypdf")
    from pypdf import PdfReader

    # What it finds wrong by the way is no message for a reader.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput.at(path, "is locked with a password; save it without")
        if len(reader.pages) > MOST_PAGES:
            raise BadInput.at(path, f"has {len(reader.pages)} pages; at most {MOST_PAGES} are read; draft from a part")
        blocks: list[_TextBlock] = []
        for number, page in enumerate(reader.pages, 1):
            blocks += _lines(_set_lines(page.extract_text()), number)
        return blocks, spaced(str((reader.metadata and reader.metadata.title) or "")), "", ""
    except (BadInput, MissingExtra):
        raise
    except Exception as error:
        raise BadInput.at(path, "is no PDF that can be read; save it as text") from error


def _set_lines(text: str) -> Iterator[str]:
    """Lines of a page, with a blank one where a paragraph ends: after a sentence whose last line is short."""
    lines = [line.rstrip() for line in text.splitlines()]
    widest = max(map(len, lines), default=0)
    ended = True
    for line in lines:
        heading = ended and looks_like_heading(line) and len(line) < widest / 2
        if heading:
            yield ""
        yield line
        ended = heading or not line or _ENDING.search(line) is not None
        if heading or (ended and len(line) < 0.8 * widest):
            yield ""


_FORMS = {
    ".txt": _plain,
    ".md": _plain,
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
    ".pdf": _pdf,
}
"""How a file is read, by its ending."""
