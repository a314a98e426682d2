"""Rows of marks on a scale: one set of marks for screen and paper, with the words beside them for paper.

Colours are written as attributes and hold in greyscale; the classes beside them let a style sheet give a mark the
colours of a theme.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from tocsin.marks.network_picture import PAPER_FONT, diagram, wrapped, written
from tocsin.marks.palette import INK, PAPER, QUIET, SHADES
from tocsin.report.blocks import Bars, ChartRow, Mark, NetworkPicture

WIDTH, LABELS, FIGURES = 720, 290, 100
"""Pixels: of the whole, of the questions at the left, of the numbers at the right."""
ROW, LOW, SLIM, HEAD, TOP, FOOT = 40, 30, 23, 28, 8, 44
"""Heights: of a row, of one that explains, of one under a heading, of a row that is a heading, above all, and below."""
LETTERS, LINE, LANE = 44, 14, 20
"""Of a question in a line of the chart; a line's height, and that of the marks."""
LEAST = 0.4
"""Percent of the width that a mark has at least, so that it is seen."""
_SIZE = re.compile(r'viewBox="0 0 (\S+) (\S+)"')


def lane(bar: ChartRow, end: float = 1.0, label: str = "", place: str = "") -> str:
    """The marks of one row from 0 to `end`, in percent of wherever they stand: in a row of a page or in a larger SVG.

    label: what a screen reader says and a tooltip shows. place: attributes, of where it stands in a larger one.
    """
    named = f' role="img" aria-label="{escape(label)}"' if label else ""
    tip = f"<title>{escape(label)}</title>" if label else ""
    return f'<svg class="lane"{named}{place} overflow="visible">{tip}{"".join(_marks(bar, end))}</svg>'


def _marks(bar: ChartRow, end: float) -> Iterator[str]:
    def at(p: float) -> float:
        return 100 * min(p / end, 1.0)

    if bar.reach is not None:
        low, high = map(at, bar.reach)
        yield f'<line class="reach" x1="{low:.2f}%" x2="{high:.2f}%" y1="50%" y2="50%" stroke="{QUIET}"/>'
    for span, kind in ((bar.band, "band"), (bar.step, _direction(bar))):
        if span is not None:
            low, high = map(at, sorted(span))
            wide = max(high - low, LEAST)
            yield f'<rect class="{kind}" x="{low:.2f}%" width="{wide:.2f}%" y="20%" height="60%" rx="2" {INKS[kind]}/>'
    if bar.tick is not None:
        x = at(bar.tick)
        yield f'<line class="tick" x1="{x:.2f}%" x2="{x:.2f}%" y1="0" y2="100%" {INKS["tick"]}/>'
    if bar.point is not None:
        yield f'<circle class="point" cx="{at(bar.point):.2f}%" cy="50%" r="5" {INKS["point"]}/>'


INKS = {
    "band": f'fill="{SHADES[1]}"',
    "up": f'fill="{SHADES[1]}"',
    "down": f'fill="{SHADES[0]}" stroke="{SHADES[2]}" stroke-width="1.4"',
    "tick": f'stroke="{INK}" stroke-width="1.6"',
    "point": f'fill="{SHADES[3]}" stroke="{PAPER}" stroke-width="1.2"',
}
"""Of each kind of mark; a step that falls is told from one that rises by its outline."""


def _direction(bar: ChartRow) -> str:
    return "down" if bar.step is not None and bar.step[1] < bar.step[0] else "up"


def drawing(block: Bars | NetworkPicture) -> str:
    """A chart or a network as one SVG for paper: nothing is cut, and the fonts are those of the page."""
    if isinstance(block, Bars):
        return _chart(block)
    return diagram(block.nodes, block.edges, block.alt, whole=True)


def aspect(svg: str) -> float:
    """Height over width of a picture."""
    found = _SIZE.search(svg)
    return float(found[2]) / float(found[1]) if found else 1.0


def _chart(chart: Bars) -> str:
    headed, banded = (any(row.point is None for row in chart.rows), any(row.band for row in chart.rows))
    tall = SLIM if headed else ROW if banded else LOW
    labels = [wrapped(row.label, 2 * LETTERS if row.point is None else LETTERS) for row in chart.rows]
    heights = [
        HEAD + LINE * (len(lines) - 1) if row.point is None else max(tall, LINE * len(lines) + SLIM - LINE)
        for row, lines in zip(chart.rows, labels, strict=True)
    ]
    height = TOP + sum(heights) + FOOT
    parts = [f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>', *_scale(height, chart.end)]
    y = float(TOP)
    for row, lines, room in zip(chart.rows, labels, heights, strict=True):
        parts += _heading(lines, y + room - 6) if row.point is None else _row(row, lines, y + room / 2, chart.end)
        y += room
    parts += _key(chart.key, height - 10)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="{PAPER_FONT}" role="img" aria-label="{escape(chart.label)}">{"".join(parts)}</svg>'
    )


def _scale(height: int, end: float) -> Iterator[str]:
    """A line for every fifth of the scale."""
    low = height - FOOT + 2
    for step in range(6):
        x = LABELS + step / 5 * (WIDTH - LABELS - FIGURES)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{low}" stroke="{SHADES[0]}" stroke-width="1"/>'
        yield _text(x, low + 13, f"{20 * step * end:g} %", 10, QUIET, "middle")


def _heading(lines: Sequence[str], y: float) -> Iterator[str]:
    """y: of the last line."""
    top = y - LINE * (len(lines) - 1)
    yield f'<rect x="0" y="{top - 14:.1f}" width="{WIDTH}" height="{20 + y - top:.0f}" fill="{PAPER}"/>'
    for k, line in enumerate(lines):
        yield _text(4, top + LINE * k, line, 12, INK, "start", ' font-weight="bold"')


def _row(row: ChartRow, lines: Sequence[str], y: float, end: float) -> Iterator[str]:
    start = y + 4 - LINE / 2 * (len(lines) - 1)
    for k, line in enumerate(lines):
        yield _text(LABELS - 12, start + LINE * k, line, 11.5, INK, "end")
    yield lane(row, end, place=_place(LABELS, y - LANE / 2, WIDTH - LABELS - FIGURES))
    yield _text(WIDTH - 4, y + 4, row.figure, 11.5, INK, "end")


def _place(x: float, y: float, width: float, height: float = LANE) -> str:
    return f' x="{x:.1f}" y="{y:.1f}" width="{width}" height="{height}"'


SAMPLES: dict[Mark, tuple[ChartRow, int]] = {
    "band": (ChartRow("", band=(0, 1)), 26),
    "step": (ChartRow("", step=(0, 1)), 26),
    "reach": (ChartRow("", reach=(0, 1)), 26),
    "point": (ChartRow("", 0.5), 8),
    "tick": (ChartRow("", tick=0.5), 4),
}
"""Of each kind of mark one to show in a chart's key, and its width."""


def _key(key: Sequence[tuple[Mark, str]], y: float) -> Iterator[str]:
    x = float(LABELS)
    for kind, meaning in key:
        sample, wide = SAMPLES[kind]
        yield lane(sample, place=_place(x, y - 10.5, wide, 14))
        yield _text(x + wide + 6, y, meaning, 10, QUIET, "start")
        x += wide + 22 + 5.6 * len(meaning)


def _text(x: float, y: float, text: str, size: float, fill: str, anchor: str, more: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}"{more} fill="{fill}" text-anchor="{anchor}"'
    return f"<text {place}>{written(text)}</text>"
