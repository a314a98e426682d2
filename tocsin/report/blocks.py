"""A briefing without a format: its text, tables, charts and pictures in order, and the record that lets it be verified.

Every renderer shows the same blocks, so that formats cannot disagree. All text is plain: nothing in it is markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Literal

from tocsin import __version__
from tocsin.report.record import BriefingRecord


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
    """One entry of a list: what it is about, in bold, and what is said of it.

    key: the model's name of the number that it is about, for who wants to ask about it by command.
    """

    text: str
    lead: str = ""
    key: str = ""


@dataclass(frozen=True)
class Items:
    """A list; numbered where its entries are referred to."""

    items: tuple[Item, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """Rows under headings.

    widths: shares of the page's width; numeric: columns set to the right; whole: not to be torn between pages.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    caption: str
    numeric: tuple[int, ...] = ()
    whole: bool = False


Mark = Literal["band", "step", "reach", "point", "tick", "dot"]
ENDS = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Where the scale of a chart may end, so that its fifths are whole percents."""


@dataclass(frozen=True)
class ChartRow:
    """One row of a chart; without a point a heading of the rows below it.

    band: its interval; step: from where to where it goes; reach: all that it may be; tick: something to compare with;
    dots: several points, each with its letter. figure: what stands at the right; note: what stands behind the label, in
    small letters. short: what stands for label and note where these can be unfolded.
    """

    label: str
    point: float | None = None
    band: tuple[float, float] | None = None
    step: tuple[float, float] | None = None
    reach: tuple[float, float] | None = None
    tick: float | None = None
    figure: str = ""
    note: str = ""
    short: str = ""
    dots: tuple[tuple[str, float], ...] = ()

    @property
    def is_heading(self) -> bool:
        """Whether it only stands over others."""
        return self.point is None and self.step is None and not self.dots


@dataclass(frozen=True)
class Bars:
    """Probabilities as rows of marks on one scale from 0 to `end`.

    key: the kinds of marks and what they mean. label: what it is, for who cannot see it. inline: where it stands in
    the text, and not at the foot of a page. name: of what it is about in the model, for scripts on a page. stops: what
    stands along a scale that is not one of probabilities, evenly from its start to its end; figures then say the rows.
    reaches: what 0 and 1 of a scale of amounts stand for.
    """

    rows: tuple[ChartRow, ...]
    key: tuple[tuple[Mark, str], ...]
    label: str
    caption: str = ""
    end: float = 1.0
    inline: bool = False
    name: str = ""
    stops: tuple[str, ...] = ()
    reaches: tuple[float, float] = (0.0, 1.0)

    @property
    def scale(self) -> tuple[str, ...]:
        """What stands along the scale, evenly; of probabilities each fifth."""
        return self.stops or tuple(f"{20 * step * self.end:g} %" for step in range(6))

    @property
    def alt(self) -> str:
        """The words that stand for it where it cannot be seen."""
        rows = (f"{row.label}: {row.figure}" if row.figure else row.label for row in self.rows)
        return f"{self.label}. {'; '.join(rows)}."


def scale_end(rows: Iterable[ChartRow]) -> float:
    """The right end of a scale that holds all rows."""
    marks = (
        (row.point, row.tick, *(row.band or ()), *(row.step or ()), *(row.reach or ()), *(p for _, p in row.dots))
        for row in rows
    )
    return end_above(p for row in marks for p in row if p is not None)


def end_above(chances: Iterable[float]) -> float:
    """The right end of a scale that holds all these probabilities."""
    most = max(chances, default=1.0)
    return next((end for end in ENDS if end >= most), 1.0)


@dataclass(frozen=True)
class Line:
    """How one probability follows what is varied: its value at each stop, and its interval where there is one."""

    label: str
    values: tuple[float, ...]
    bands: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Lines:
    """Probabilities from 0 to `end` over one thing that is varied.

    across: what is varied; stops: where it is asked, from 0 to 1 of the width, rising, and what it is there. steps:
    each value stands until the next stop. strip: a word for each stop. marks: where something came in, and its number.
    edges: of the words, onto which no figure is rounded.
    """

    lines: tuple[Line, ...]
    across: str
    stops: tuple[tuple[float, str], ...]
    label: str
    caption: str
    end: float = 1.0
    steps: bool = False
    strip: tuple[str, ...] = ()
    marks: tuple[tuple[float, str], ...] = ()
    edges: tuple[float, ...] = ()

    @property
    def alt(self) -> str:
        """The words that stand for it where it cannot be seen."""
        first, last = self.stops[0][1], self.stops[-1][1]
        rows = (f"{line.label}: {100 * line.values[0]:.1f} to {100 * line.values[-1]:.1f} %" for line in self.lines)
        words = f" In words: {', then '.join(word for word, _ in groupby(self.strip))}." if self.strip else ""
        return f"{self.label}, {self.across} from {first} to {last}. {'; '.join(rows)}.{words}"


@dataclass(frozen=True)
class Heat:
    """A probability over two things that are varied: rows down, columns across; None where there is no answer.

    end: where the colour is strongest.
    """

    down: str
    across: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[float | None, ...], ...]
    label: str
    caption: str
    end: float = 1.0

    @property
    def alt(self) -> str:
        """The words that stand for it where it cannot be seen."""
        given = [p for row in self.cells for p in row if p is not None]
        reach = f"from {100 * min(given):.1f} to {100 * max(given):.1f} %" if given else "no answers"
        return f"{self.label}, {self.down} by {self.across}: {reach}."


@dataclass(frozen=True)
class Histogram:
    """How many rows have a probability in each step of a scale that begins at `start`.

    digits: decimals of percents at the edges of the steps. median: of all rows. figure: what is said of them.
    """

    start: float
    step: float
    counts: tuple[int, ...]
    digits: int
    median: float
    figure: str
    label: str
    caption: str = ""

    @property
    def edges(self) -> tuple[str, ...]:
        """Percents at both ends of each step, one more than there are steps."""
        return tuple(f"{100 * (self.start + k * self.step):.{self.digits}f}" for k in range(len(self.counts) + 1))

    @property
    def alt(self) -> str:
        """The words that stand for it where it cannot be seen."""
        edges = self.edges
        steps = (f"{edges[k]} to {edges[k + 1]} %: {count:,}" for k, count in enumerate(self.counts) if count)
        return f"{self.label}, {self.figure}. {'; '.join(steps)}."


Outline = Literal["", "finding", "forced"]
"""Nothing known, a finding, forced."""


@dataclass(frozen=True)
class Node:
    """A variable: its title, its states' probabilities from mild to worse, and whether evidence sits on it."""

    name: str
    title: str
    shares: tuple[float, ...]
    caption: str
    """The figure under the title, such as `cancelled 12 %`."""
    mark: Outline = ""


@dataclass(frozen=True)
class Edge:
    """From cause to effect; weight from 0 to 1 sets the line's width."""

    parent: str
    child: str
    weight: float = 0.2


@dataclass(frozen=True)
class NetworkPicture:
    """Variables and what bears on what. own_page: so large that it needs a page."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    alt: str
    caption: str
    own_page: bool = False


Plot = Lines | Heat | Histogram
"""Drawn over something that is varied."""
Picture = Bars | Plot | NetworkPicture
"""All that is drawn."""
Block = Paragraph | Subheading | Items | Table | Picture


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it.

    key: its name in the ICD 203 checklist of `docs/method.md`. part: what begins with it on a new page, as `Annex`.
    whole: not to be torn between pages.
    """

    key: str
    heading: str
    blocks: tuple[Block, ...]
    part: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Slide:
    """A heading with few blocks, large enough to be read from a chair."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Briefing:
    """An assessment written up for a reader."""

    marking: str
    """On every page and slide; empty for none."""
    title: str
    subtitle: str
    """What is assessed as of when, over which horizon."""
    about: str
    """The model's title."""
    as_of: date
    bottom_line: str
    opening: tuple[Block, ...]
    """What stands under the bottom line on the first slide."""
    sections: tuple[Section, ...]
    slides: tuple[Slide, ...]
    """The slides after the first."""
    record: BriefingRecord | None = field(default=None, repr=False)
    """None of what is no answer of the model, so that there is nothing to verify it by."""

    @property
    def author(self) -> str:
        """What wrote it; for document properties."""
        return f"Tocsin {__version__ if self.record is None else self.record.run.version}"

    def section(self, key: str) -> Section:
        """The section of a name; raises StopIteration where there is none."""
        return next(one for one in self.sections if one.key == key)


def share(part: float) -> str:
    """`80 %`, of what an interval holds; exact, unlike a probability.

    >>> share(0.95)
    '95 %'
    """
    return f"{100 * part:g} %"


def section(key: str, heading: str, blocks: Iterable[Block]) -> Section:
    """A section from blocks that are made one by one."""
    return Section(key, heading, tuple(blocks))


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
            case _:
                yield block.caption
