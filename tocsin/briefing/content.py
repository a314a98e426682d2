"""A briefing without a format: its text, tables and pictures in order, and the record that lets it be verified.

Every renderer shows the same blocks, so that formats cannot disagree. All text is plain: nothing in it is markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from tocsin.briefing.record import Record


@dataclass(frozen=True)
class Paragraph:
    """Running text."""

    text: str


@dataclass(frozen=True)
class Subheading:
    """A heading inside a section, such as the outcome that the next blocks are about."""

    text: str


@dataclass(frozen=True)
class Item:
    """One entry of a list: what it is about, in bold, and what is said of it."""

    text: str
    lead: str = ""


@dataclass(frozen=True)
class Items:
    """A list; numbered where its entries are referred to."""

    items: tuple[Item, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under headings. widths: shares of the page's width; numeric: columns set to the right."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    caption: str
    numeric: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """An SVG with the words that stand for it where it cannot be seen. width: share of the page's width."""

    svg: str
    alt: str
    caption: str
    width: float = 1.0


Block = Paragraph | Subheading | Items | Table | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it. key: its name in the ICD 203 checklist of `docs/method.md`."""

    key: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Slide:
    """A heading with few blocks, large enough to be read from a chair."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Briefing:
    """An assessment written up for a reader."""

    marking: str
    title: str
    subtitle: str
    """What is assessed as of when, over which horizon."""
    as_of: date
    bottom_line: str
    sections: tuple[Section, ...]
    slides: tuple[Slide, ...]
    record: Record = field(repr=False)

    @property
    def author(self) -> str:
        """What wrote it; for document properties."""
        return f"Tocsin {self.record.run['version']}"

    def section(self, key: str) -> Section:
        """The section of a name; raises StopIteration where there is none."""
        return next(one for one in self.sections if one.key == key)


def plain(text: str, words: Iterable[str]) -> str:
    """A sentence without the asterisks around a lexicon's words, and with its percent signs kept to their numbers.

    >>> plain("It is *unlikely* (20–45 %), *so*.", ["unlikely"])
    'It is unlikely (20–45\\xa0%), *so*.'
    """
    known = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    return re.sub(rf"\*({known})\*", r"\1", text).replace(" %", "\u00a0%") if known else text.replace(" %", "\u00a0%")


def texts(blocks: Sequence[Block]) -> Iterator[str]:
    """All text of some blocks, in the order of reading; of a picture its caption."""
    for block in blocks:
        match block:
            case Paragraph(text) | Subheading(text):
                yield text
            case Items(items):
                yield from (f"{item.lead} {item.text}".strip() for item in items)
            case Table():
                yield from (block.caption, *block.headings)
                yield from (cell for row in block.rows for cell in row)
            case Picture():
                yield block.caption
