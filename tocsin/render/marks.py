"""One set of marks for screen and paper, as SVG: colours, rows of a chart, the network picture, two densities.

Colours are written as attributes, so that a picture stands alone on paper and holds in greyscale; the classes beside
them let a style sheet give it the colours of a theme. What cannot import the colours has them again, and
`tests/render/test_marks.py` holds them together: the style sheet and the theme of the pages (which add those on a dark
ground) and the template of PDF.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html import escape

import numpy as np

from tocsin.elicitation.distributions import Distribution, Fixed
from tocsin.network.network import Array
from tocsin.output import shown
from tocsin.render.layout import Box, layout
from tocsin.report.blocks import Bars, ChartRow, Edge, Mark, Node

INK, QUIET, PAPER = "#1b2733", "#55626f", "#ffffff"
SHADES = ("#dfe6ed", "#9fb8d3", "#4f7fb0", "#1d4a7d")
"""Mild to worse: one hue of rising darkness, which also reads in greyscale."""
ACCENT = SHADES[3]
FINDING, FORCED = "#b45f06", "#7a1f5c"
"""What is known, and what is forced."""
WIRE, RULE, SOFT = "#a3afba", "#c3ccd5", "#eef2f7"
"""Arcs, thin lines, and a ground that sets a paragraph off."""


WIDTH, LABELS, FIGURES = 720, 290, 100
"""Pixels: of the whole, of the questions at the left, of the numbers at the right."""
ROW, LOW, SLIM, HEAD, TOP, FOOT = 40, 30, 23, 28, 8, 44
"""Heights: of a row, of one that explains, of one under a heading, of a row that is a heading, above all, and below."""
LETTERS, LINE, LANE = 44, 14, 20
"""Of a question in a line of the chart; a line's height, and that of the marks."""
DOT, APART = 8, 0.06
"""Of a dot with a letter its radius in pixels, and how far two stand apart that do not lie on each other, as a share of
the narrowest scale."""
LEAST = 0.4
"""Percent of the width that a mark has at least, so that it is seen."""
_SIZE = re.compile(r'viewBox="0 0 (\S+) (\S+)"')


def lane(bar: ChartRow, end: float = 1.0, label: str = "", place: str = "") -> str:
    """The marks of one row from 0 to `end`, in percent of wherever they stand: in a row of a page or in a larger SVG.

    label: what a screen reader says and a tooltip shows. place: attributes, of where it stands in a larger one.
    """
    named = f' role="img" aria-label="{escape(label)}"' if label else ""
    tip = f"<title>{escape(label)}</title>" if label else ""
    if bar.dots and not place:
        place = f' style="height:{lane_height(bar, end)}px"'
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
    for (letter, p), level in zip(bar.dots, _levels(bar, end), strict=True):
        x, y = at(p), (level + 0.5) * LANE
        kind, letters = ("first", INK) if letter == bar.dots[0][0] else ("dot", PAPER)
        yield f'<circle class="{kind}" cx="{x:.2f}%" cy="{y:g}" r="{DOT}" {INKS[kind]}/>'
        yield (
            f'<text class="{kind}-letter" x="{x:.2f}%" y="{y + 3.6:g}" font-size="10.5" font-weight="bold" '
            f'text-anchor="middle" fill="{letters}">{escape(letter)}</text>'
        )


def lane_height(bar: ChartRow, end: float) -> int:
    """Pixels; dots that would lie on each other stand below one another."""
    return LANE * (1 + max(_levels(bar, end), default=0))


def _levels(bar: ChartRow, end: float) -> list[int]:
    """How far down each dot stands: as high as there is room beside the dots before it."""
    taken: list[list[float]] = []
    levels = []
    for _, p in bar.dots:
        level = next((k for k, row in enumerate(taken) if all(abs(p - q) >= APART * end for q in row)), len(taken))
        if level == len(taken):
            taken.append([])
        taken[level].append(p)
        levels.append(level)
    return levels


INKS = {
    "first": f'fill="{PAPER}" stroke="{INK}" stroke-width="1.4"',
    "dot": f'fill="{SHADES[3]}"',
    "band": f'fill="{SHADES[1]}"',
    "up": f'fill="{SHADES[1]}"',
    "down": f'fill="{SHADES[0]}" stroke="{SHADES[2]}" stroke-width="1.4"',
    "tick": f'stroke="{INK}" stroke-width="1.6"',
    "point": f'fill="{SHADES[3]}" stroke="{PAPER}" stroke-width="1.2"',
}
"""Of each kind of mark; a step that falls is told from one that rises by its outline."""


def _direction(bar: ChartRow) -> str:
    return "down" if bar.step is not None and bar.step[1] < bar.step[0] else "up"


def aspect(svg: str) -> float:
    """Height over width of a picture."""
    found = _SIZE.search(svg)
    return float(found[2]) / float(found[1]) if found else 1.0


def bars(chart: Bars) -> str:
    """A chart as one SVG for paper: nothing is cut, and the fonts are those of the page."""
    headed, banded = (any(row.is_heading for row in chart.rows), any(row.band for row in chart.rows))
    tall = SLIM if headed else ROW if banded else LOW
    rooms = [max(tall, lane_height(row, chart.end) + SLIM - LANE) for row in chart.rows]
    labels = [wrapped(row.label, 2 * LETTERS if row.is_heading else LETTERS) for row in chart.rows]
    heights = [
        HEAD + LINE * (len(lines) - 1) if row.is_heading else max(room, LINE * len(lines) + SLIM - LINE)
        for row, lines, room in zip(chart.rows, labels, rooms, strict=True)
    ]
    height = TOP + sum(heights) + FOOT
    parts = [f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>', *_scale(height, chart.scale)]
    y = float(TOP)
    for row, lines, room in zip(chart.rows, labels, heights, strict=True):
        parts += _heading(lines, y + room - 6) if row.is_heading else _row(row, lines, y + room / 2, chart.end)
        y += room
    parts += _key(chart.key, height - 10)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="{PAPER_FONT}" role="img" aria-label="{escape(chart.label)}">{"".join(parts)}</svg>'
    )


def _scale(height: int, stops: Sequence[str]) -> Iterator[str]:
    """A line for every stop of the scale."""
    low = height - FOOT + 2
    for step, words in enumerate(stops):
        x = LABELS + step / (len(stops) - 1) * (WIDTH - LABELS - FIGURES)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{low}" stroke="{SHADES[0]}" stroke-width="1"/>'
        yield text_at(x, low + 13, words, 10, QUIET, "middle")


def _heading(lines: Sequence[str], y: float) -> Iterator[str]:
    """y: of the last line."""
    top = y - LINE * (len(lines) - 1)
    yield f'<rect x="0" y="{top - 14:.1f}" width="{WIDTH}" height="{20 + y - top:.0f}" fill="{PAPER}"/>'
    for k, line in enumerate(lines):
        yield text_at(4, top + LINE * k, line, 12, INK, "start", ' font-weight="bold"')


def _row(row: ChartRow, lines: Sequence[str], y: float, end: float) -> Iterator[str]:
    start = y + 4 - LINE / 2 * (len(lines) - 1)
    for k, line in enumerate(lines):
        yield text_at(LABELS - 12, start + LINE * k, line, 11.5, INK, "end")
    tall = lane_height(row, end)
    yield lane(row, end, place=_place(LABELS, y - tall / 2, WIDTH - LABELS - FIGURES, tall))
    yield text_at(WIDTH - 4, y + 4, row.figure, 11.5, INK, "end")


def _place(x: float, y: float, width: float, height: float = LANE) -> str:
    return f' x="{x:.1f}" y="{y:.1f}" width="{width}" height="{height}"'


SAMPLES: dict[Mark, tuple[ChartRow, int]] = {
    "band": (ChartRow("", band=(0, 1)), 26),
    "step": (ChartRow("", step=(0, 1)), 26),
    "reach": (ChartRow("", reach=(0, 1)), 26),
    "point": (ChartRow("", 0.5), 8),
    "tick": (ChartRow("", tick=0.5), 4),
    "dot": (ChartRow("", dots=(("A", 0.5),)), 16),
}
"""Of each kind of mark one to show in a chart's key, and its width."""


def _key(key: Sequence[tuple[Mark, str]], y: float) -> Iterator[str]:
    x = float(LABELS)
    for kind, meaning in key:
        sample, wide = SAMPLES[kind]
        yield lane(sample, place=_place(x, y - 10.5, wide, 14))
        yield text_at(x + wide + 6, y, meaning, 10, QUIET, "start")
        x += wide + 22 + 5.6 * len(meaning)


def text_at(x: float, y: float, text: str, size: float, fill: str, anchor: str, more: str = "") -> str:
    """One line of a picture; more: other attributes."""
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}"{more} fill="{fill}" text-anchor="{anchor}"'
    return f"<text {place}>{written(text)}</text>"


BOX = Box(width=152, height=0, across=18, between=34, margin=10)
"""The height follows from the longest title."""
TITLE_LETTERS, CAPTION_LETTERS = 21, 26
"""What fits into a line of a title and of a caption."""
TITLE_LINE, ABOVE, BELOW, CAPTION_LINE = 14, 8, 18, 13
"""Heights in pixels: a line of a title, the room above it, that for the bar, and a line of a caption."""
WIDEST = 0.8
"""Of the letters of a line those that surely fit: a word that must be parted has no spaces and few narrow letters."""

MARKS = {
    "": f'stroke="{RULE}" stroke-width="1"',
    "finding": f'stroke="{FINDING}" stroke-width="2.5"',
    "forced": f'stroke="{FORCED}" stroke-width="2.5" stroke-dasharray="6 3"',
}
"""Outlines: nothing known, a finding, forced; told apart by dashes where colours are not."""

PAPER_FONT = "Noto Sans, Noto Sans Arabic"
_LETTERS = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_ARABIC = re.compile(f"[{_LETTERS}]+(?:\\s+[{_LETTERS}]+)*")


def diagram(nodes: Sequence[Node], edges: Sequence[Edge], label: str) -> str:
    """A network on paper as one SVG element; all text escaped, no word cut. label: what a screen reader says."""
    titles = {node.name: wrapped(node.title, TITLE_LETTERS) or [""] for node in nodes}
    captions = {node.name: _caption_lines(node.caption) for node in nodes}
    rows, low = (max((len(lines) for lines in texts.values()), default=1) for texts in (titles, captions))
    box = replace(BOX, height=ABOVE + TITLE_LINE * rows + CAPTION_LINE * low + BELOW)
    names = tuple(node.name for node in nodes)
    placed = layout(names, tuple((edge.parent, edge.child) for edge in edges), box)
    drawn = [wire(edge, placed.routes[edge.parent, edge.child]) for edge in edges]
    drawn += [_node(node, titles[node.name], captions[node.name], placed.corners[node.name], box) for node in nodes]
    return (
        f'<svg class="net" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {placed.width:.0f} {placed.height:.0f}" '
        f'width="{placed.width:.0f}" height="{placed.height:.0f}" role="img" aria-label="{escape(label)}" '
        f'font-family="{PAPER_FONT}"><rect class="net-paper" width="100%" height="100%" fill="{PAPER}"/>'
        f"{''.join(drawn)}</svg>"
    )


def written(text: str) -> str:
    """Text within a picture, its Arabic words with the name of their font.

    Without it the typesetter takes another font for letters that the first one lacks only if it has as many glyphs:
    never where letters are joined into one, as lam and alef are, and then there are boxes.
    """
    return _ARABIC.sub(r'<tspan font-family="Noto Sans Arabic">\g<0></tspan>', escape(shown(text)))


def wrapped(text: str, letters: int) -> list[str]:
    """A text in lines of so many letters; a word that is longer than a line is parted.

    >>> wrapped("a Donaudampfschiff", 10)
    ['a Donaud', 'ampfschi', 'ff']
    """
    long = max(map(len, text.split(" "))) > letters
    return textwrap.wrap(text, max(1, int(WIDEST * letters)) if long else letters)


def _caption_lines(caption: str) -> list[str]:
    """A caption in lines that fit into a node; the figure at its end is not parted."""
    return wrapped(_FIGURE.sub(lambda found: f" {found[1].replace(' ', chr(0xA0))}", caption), CAPTION_LETTERS) or [""]


_FIGURE = re.compile(r" ((?:[<>] )?[\d.]+ %)$")


def _node(node: Node, lines: Sequence[str], captions: Sequence[str], place: tuple[float, float], box: Box) -> str:
    x, y = place
    middle, foot = x + box.width / 2, y + box.height
    # Titles of fewer lines than the longest stand in the middle of their room.
    below = BELOW + CAPTION_LINE * len(captions)
    top = y + ABOVE + (box.height - ABOVE - below - TITLE_LINE * len(lines)) / 2 + 11
    ink, quiet = ' class="net-ink" font-weight="600"', ' class="net-quiet"'
    text = "".join(
        text_at(middle, top + TITLE_LINE * row, line, 12, INK, "middle", ink) for row, line in enumerate(lines)
    )
    frame = f'x="{x:.1f}" y="{y:.1f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="6"'
    kind = f"net-node net-{node.mark}" if node.mark else "net-node"
    first = foot - 17 - CAPTION_LINE * (len(captions) - 1)
    caption = "".join(
        text_at(middle, first + CAPTION_LINE * row, line, 11, QUIET, "middle", quiet)
        for row, line in enumerate(captions)
    )
    return (
        f'<g data-variable="{escape(node.name)}"><title>{escape(f"{node.title}: {node.caption}")}</title>'
        f'<rect class="{kind}" {frame} fill="{PAPER}" {MARKS[node.mark]}/>'
        f'<rect class="net-tint" {frame} fill="{SHADES[2]}" fill-opacity="{_tint(node.shares):.3f}"/>{text}'
        f"{caption}{_bar(node.shares, x + 8, foot - 11, box.width - 16)}</g>"
    )


def _tint(shares: Sequence[float]) -> float:
    """How strongly a node is coloured: the mean place between the mildest state and the worst."""
    steps = max(len(shares) - 1, 1)
    return 0.34 * sum(position * share for position, share in enumerate(shares)) / steps


def _bar(shares: Sequence[float], x: float, y: float, width: float) -> str:
    """The states side by side, mild to worse."""
    parts = []
    for share, shade in zip(shares, shades(len(shares)), strict=True):
        parts.append(
            f'<rect class="net-s{shade}" x="{x:.1f}" y="{y:.1f}" width="{width * share:.1f}" height="5" '
            f'fill="{SHADES[shade]}"/>'
        )
        x += width * share
    return "".join(parts)


def shades(count: int) -> list[int]:
    """Which of the four shades each state gets, mild to worse; with more states the middle ones share theirs."""
    if count <= 3:
        return [[], [0], [0, 3], [0, 2, 3]][count]
    return [0, *(1 + position * 2 // (count - 2) for position in range(count - 2)), 3]


def wire(edge: Edge, route: Sequence[tuple[float, float]]) -> str:
    """A smooth line through the layers that the edge crosses, as wide as its weight, ending in an arrowhead."""
    (x, y), path = route[0], []
    path.append(f"M{x:.1f},{y:.1f}")
    for to_x, to_y in route[1:]:
        middle = (y + to_y) / 2
        path.append(f"C{x:.1f},{middle:.1f} {to_x:.1f},{middle:.1f} {to_x:.1f},{to_y:.1f}")
        x, y = to_x, to_y
    width = 0.8 + 3.2 * min(max(edge.weight, 0.0), 1.0)
    return (
        f'<g data-parent="{escape(edge.parent)}" data-child="{escape(edge.child)}">'
        f'<path class="net-wire" d="{"".join(path)}" fill="none" stroke="{WIRE}" stroke-width="{width:.2f}"/>'
        f'<path class="net-head" d="M{x:.1f},{y + 1:.1f}l-3.5,-6l7,0z" fill="{WIRE}"/></g>'
    )


WIDE, TALL, DENSITY_POINTS = 320, 64, 120
BEFORE, AFTER = SHADES[1], SHADES[3]


def densities(before: Distribution, after: Distribution, label: str) -> str:
    """The picture; before as a pale area, after as a dark line. label: what a screen reader says."""
    low, high = density_range(before, after)
    xs = np.linspace(low, high, DENSITY_POINTS)
    heights = [_heights(density, xs) for density in (before, after)]
    most = max(float(density.max()) for density in heights) or 1.0
    area, line = (_path(density / most) for density in heights)
    return (
        f'<svg class="density" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {TALL}" width="{WIDE}" '
        f'height="{TALL}" role="img" aria-label="{escape(label)}">'
        f'<path class="density-before" d="{area}L{WIDE},{TALL}L0,{TALL}Z" fill="{BEFORE}"/>'
        f'<path class="density-after" d="{line}" fill="none" stroke="{AFTER}" stroke-width="2"/></svg>'
    )


def density_range(*several: Distribution) -> tuple[float, float]:
    """What the picture spans: from the lowest 1 % to the highest 99 %, with room where they are one point."""
    ends = [density.quantile((0.01, 0.99)) for density in several]
    low, high = min(float(end[0]) for end in ends), max(float(end[1]) for end in ends)
    return (low, high) if high - low > 1e-9 else (low - 0.05, high + 0.05)


def _heights(density: Distribution, xs: Array) -> Array:
    """The density; a peak for a number that is certain."""
    if isinstance(density, Fixed):
        return np.asarray(np.abs(xs - density.mean) <= (xs[1] - xs[0]), dtype=np.float64)
    return np.nan_to_num(np.asarray(density.pdf(xs), dtype=np.float64), posinf=0.0)


def _path(heights: Array) -> str:
    xs = np.linspace(0, WIDE, len(heights))
    ys = TALL - 1 - (TALL - 4) * heights
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
