"""Any picture as one SVG, and the ink of those over something varied: lines, heat maps, histograms.

As in `marks.py`, colours are attributes, for paper, and classes let a page's style sheet give them those of a theme.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import groupby, pairwise

from tocsin.language.numbers import percent
from tocsin.render.marks import INK, PAPER, PAPER_FONT, QUIET, SHADES, WIDTH, bars, diagram, text_at, wrapped
from tocsin.report.blocks import Bars, Heat, Histogram, Line, Lines, NetworkPicture, Picture

NARROW = 360
"""Pixels of a drawing for a small screen; `WIDTH` of one for paper and wide screens."""
PLOT, LEFT, RIGHT, ABOVE, BELOW = 300, 44, 230, 14, 46
"""Of a line chart: the height of what is drawn, and the room beside it, above it and below it."""
LOW, STRIP = 200, 26
"""Of one over time: the height of what is drawn, and of the words below it."""
APART, LETTER_WIDTH = 14, 6.1
"""Pixels between two lines of text, and of a letter."""
FEWEST = 25
"""Points up to which each has its sign."""
DASHES = ("", "7 3", "2 3", "9 3 2 3")
Place = Callable[[float, float], tuple[float, float]]
"""From a stop and a probability to pixels."""
SHAPES = ("disc", "square", "triangle", "diamond", "ring", "cross")
"""Each line its own dash and sign, so that nothing hangs on colours."""


def drawing(block: Picture, width: int = WIDTH) -> str:
    """For paper, and of plots for screens of a width: nothing is cut, and the fonts are those of the page."""
    match block:
        case Bars():
            return bars(block)
        case Lines():
            return _lines(block, width)
        case Heat():
            return _heat(block, width)
        case Histogram():
            return _histogram(block)
        case NetworkPicture():
            return diagram(block.nodes, block.edges, block.alt)


def _svg(width: float, height: float, label: str, parts: Sequence[str]) -> str:
    return (
        f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="{PAPER_FONT}" role="img" aria-label="{escape(label)}">'
        f'<rect class="plot-paper" width="100%" height="100%" fill="{PAPER}"/>{"".join(parts)}</svg>'
    )


def _quiet(x: float, y: float, text: str, anchor: str = "middle", size: float = 10.5) -> str:
    return text_at(x, y, text, size, QUIET, anchor, ' class="plot-quiet"')


def _ink(x: float, y: float, text: str, anchor: str = "start", size: float = 11.5) -> str:
    return text_at(x, y, text, size, INK, anchor, ' class="plot-ink"')


def _title(y: float, text: str) -> str:
    return text_at(2, y, text, 12.5, INK, "start", ' class="plot-ink" font-weight="bold"')


def _lines(chart: Lines, width: int) -> str:
    """Names stand at the ends of the lines; on a small screen numbers do, and the names below."""
    small = width < WIDTH
    # Over time one line is told by what stands above it, and numbers are those of the marks.
    alone = small and chart.steps and len(chart.lines) == 1
    right = 74 if alone else 34 if small else RIGHT
    across = width - LEFT - right
    letters = int((right - 30) / LETTER_WIDTH)
    names = [
        [percent(line.values[-1], chart.edges) if alone else f"{place}"]
        if small
        else wrapped(f"{line.label}, {percent(line.values[-1], chart.edges)}", letters)
        for place, line in enumerate(chart.lines, start=1)
    ]
    plot = max(LOW if chart.steps else PLOT, sum(len(lines) * APART + 3 for lines in names))
    height = ABOVE + plot + BELOW + (STRIP if chart.strip else 0)

    def at(place: float, p: float) -> tuple[float, float]:
        return LEFT + place * across, ABOVE + plot * (1 - p / chart.end)

    parts = list(_grid(chart, across, plot, width))
    places = [place for place, _ in chart.stops]
    ends = [at(1.0, line.values[-1])[1] for line in chart.lines]
    tops = spread(ends, [APART * len(lines) + 2 for lines in names], ABOVE - 4, ABOVE + plot + 6)
    for number, line in enumerate(chart.lines):
        shade = SHADES[3] if number % 2 == 0 else SHADES[2]
        kind = "plot-s3" if number % 2 == 0 else "plot-s2"
        points = [at(place, p) for place, p in zip(places, line.values, strict=True)]
        parts += _band(line, places, at, chart.steps)
        dash = f' stroke-dasharray="{found}"' if (found := DASHES[number % len(DASHES)]) else ""
        path = "L".join(f"{x:.1f},{y:.1f}" for x, y in (_stepped(points) if chart.steps else points))
        parts.append(f'<path class="{kind}" d="M{path}" fill="none" stroke="{shade}" stroke-width="1.8"{dash}/>')
        parts += _signs(SHAPES[number % len(SHAPES)], kind, shade, points)
        x, y = points[-1]
        middle = tops[number] + APART * len(names[number]) / 2
        parts.append(
            f'<path class="plot-rule" d="M{x + 6:.1f},{y:.1f}L{x + 18:.1f},{middle:.1f}" fill="none" '
            f'stroke="{QUIET}" stroke-width="0.8"/>'
        )
        parts += [_ink(x + 21, tops[number] + APART * (k + 0.8), text) for k, text in enumerate(names[number])]
    parts += _entered(chart, across)
    parts += _words(chart, across, ABOVE + plot + 24)
    for k, text in enumerate(wrapped(chart.across, int(width / 6.6))):
        height += APART if k else 0
        parts.append(_quiet(LEFT + across / 2 if width > NARROW else width / 2, height - 8, text))
    if small and not alone:
        for number, line in enumerate(chart.lines, start=1):
            for k, text in enumerate(
                wrapped(f"{number}  {line.label}, {percent(line.values[-1], chart.edges)}", int(width / 6.4))
            ):
                height += APART + (4 if k == 0 else 0)
                parts.append(_ink(6 if k == 0 else 18, height - 6, text))
        height += 4
    return _svg(width, height, chart.alt, parts)


def _stepped(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Each value until the next one's place."""
    corners = [points[0]]
    for (_, before), (x, y) in pairwise(points):
        corners += [(x, before), (x, y)]
    return corners


def _entered(chart: Lines, across: float) -> Iterator[str]:
    """Where something came in: a number on the upper edge; of several that would lie on each other the first."""
    free = -1.0
    for place, number in chart.marks:
        x = LEFT + place * across
        yield (
            f'<line class="plot-rule" x1="{x:.1f}" y1="{ABOVE}" x2="{x:.1f}" y2="{ABOVE + 8}" '
            f'stroke="{QUIET}" stroke-width="1.2"/>'
        )
        if x >= free:
            yield _ink(x, ABOVE - 3, number, "middle", 10.5)
            free = x + LETTER_WIDTH * (len(number) + 1)


def _words(chart: Lines, across: float, top: float) -> Iterator[str]:
    """The words below the days on which they stand, the darker, the likelier; where there is room for one, written."""
    place = 0
    values = chart.lines[0].values
    for word, several in groupby(chart.strip):
        start, place = place, place + len([*several])
        left, right = (chart.stops[min(k, len(chart.stops) - 1)][0] for k in (start, place))
        wide = (right - left) * across
        if wide <= 0:
            continue
        x, share = LEFT + left * across, min(1.0, values[start])
        yield (
            f'<rect class="plot-cell" x="{x + 0.5:.1f}" y="{top:.1f}" width="{max(wide - 1, 0.5):.1f}" height="20" '
            f'rx="2" fill="{SHADES[1]}" fill-opacity="{share:.3f}" stroke="{SHADES[0]}"><title>{escape(word)}</title>'
            "</rect>"
        )
        if len(word) * LETTER_WIDTH < wide:
            yield _ink(x + wide / 2, top + 14, word, "middle", 10.5)


def spread(middles: Sequence[float], heights: Sequence[float], top: float, foot: float) -> list[float]:
    """The upper edges of labels, each as near to its middle as the others allow, in the order of the middles.

    >>> spread([50, 52], [14, 14], 0, 100)
    [37.0, 51.0]
    """
    order = sorted(range(len(middles)), key=lambda k: middles[k])
    # Labels that lie on each other are one block, in the middle of what its labels want.
    blocks: list[tuple[list[int], float]] = []
    for place in order:
        members, start = [place], middles[place] - heights[place] / 2
        while blocks and blocks[-1][1] + sum(heights[k] for k in blocks[-1][0]) > start:
            members = [*blocks.pop()[0], *members]
            wanted, above = [], 0.0
            for k in members:
                wanted.append(middles[k] - heights[k] / 2 - above)
                above += heights[k]
            start = sum(wanted) / len(wanted)
        room = sum(heights[k] for k in members)
        blocks.append((members, max(top, min(start, foot - room))))
    tops = [0.0] * len(middles)
    y = top
    for members, start in blocks:
        y = max(y, start)
        for k in members:
            tops[k] = y
            y += heights[k]
    # What was pushed below the foot moves up again, from the last one on.
    low = foot
    for k in reversed([k for members, _ in blocks for k in members]):
        tops[k] = min(tops[k], low - heights[k])
        low = tops[k]
    return tops


def _grid(chart: Lines, across: float, plot: float, width: int) -> Iterator[str]:
    """Five steps of the scale, and figures at the stops for which there is room."""
    for step in range(6):
        y = ABOVE + plot * (1 - step / 5)
        yield (
            f'<line class="plot-grid" x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + across:.1f}" y2="{y:.1f}" '
            f'stroke="{SHADES[0]}" stroke-width="1"/>'
        )
        yield _quiet(LEFT - 6, y + 3.5, f"{20 * step * chart.end:g} %", "end")
    shown: list[tuple[float, float, str]] = []
    last = len(chart.stops) - 1
    # The ends first, then what is round, then what fits.
    rank = sorted(range(last + 1), key=lambda k: (k not in (0, last), not _is_round(chart.stops[k][0]), k))
    if sum(_is_round(place) for place, _ in chart.stops) > 3:
        rank = [k for k in rank if _is_round(chart.stops[k][0])]
    most = max(10, int(across / max(2, len(chart.stops)) / LETTER_WIDTH * 1.6))
    for k in rank:
        place, text = chart.stops[k]
        text = text if k in (0, last) and len(chart.stops) == 2 else textwrap.shorten(text, most, placeholder="…")
        wide = len(text) * 5.8 / 2
        x = LEFT + place * across
        if all(abs(x - other) > wide + room + 8 for other, room, _ in shown):
            shown.append((x, wide, text))
    for x, _, text in shown:
        yield (
            f'<line class="plot-rule" x1="{x:.1f}" y1="{ABOVE + plot:.1f}" x2="{x:.1f}" y2="{ABOVE + plot + 4:.1f}" '
            f'stroke="{QUIET}" stroke-width="0.8"/>'
        )
        # At the edges of the picture as wide as a wide font makes it.
        half = len(text) * 7 / 2
        yield _quiet(min(max(half, x), width - half), ABOVE + plot + 17, text)


def _is_round(place: float) -> bool:
    """Whether it stands at a fifth of the width."""
    return abs(5 * place - round(5 * place)) < 1e-6


def _band(line: Line, places: Sequence[float], at: Place, steps: bool) -> Iterator[str]:
    if line.bands:
        upper = [at(place, high) for place, (_, high) in zip(places, line.bands, strict=True)]
        lower = [at(place, low) for place, (low, _) in zip(places, line.bands, strict=True)]
        if steps:
            upper, lower = _stepped(upper), _stepped(lower)
        edge = "L".join(f"{x:.1f},{y:.1f}" for x, y in (*upper, *reversed(lower)))
        yield f'<path class="plot-band" d="M{edge}Z" fill="{SHADES[1]}" fill-opacity="0.25"/>'


def _signs(shape: str, kind: str, shade: str, points: Sequence[tuple[float, float]]) -> Iterator[str]:
    """At each point, or where there are many at some of them."""
    every = max(1, -(-len(points) // FEWEST))
    ink = f'class="{kind}-sign" fill="{shade}" stroke="{shade}" stroke-width="1.4"'
    for k, (x, y) in enumerate(points):
        if k % every and k != len(points) - 1:
            continue
        match shape:
            case "disc":
                yield f'<circle {ink} cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
            case "ring":
                yield f'<circle class="{kind}-open" cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{PAPER}" stroke="{shade}"/>'
            case "square":
                yield f'<path {ink} d="M{x - 2.6:.1f},{y - 2.6:.1f}h5.2v5.2h-5.2Z"/>'
            case "triangle":
                yield f'<path {ink} d="M{x:.1f},{y - 3.6:.1f}l3.4,6h-6.8Z"/>'
            case "diamond":
                yield f'<path {ink} d="M{x:.1f},{y - 3.8:.1f}l3.8,3.8l-3.8,3.8l-3.8,-3.8Z"/>'
            case _:
                yield f'<path {ink} d="M{x - 3:.1f},{y - 3:.1f}l6,6m0,-6l-6,6"/>'


CELL, HEAT_TOP = 30, 24
"""Of a heat map: the height of a row, and of the line that says what is across."""


def _heat(chart: Heat, width: int) -> str:
    """The darker, the likelier; the figure stands in each cell."""
    side = 110 if width < WIDTH else 250
    side = min(side, int(max(len(text) for text in (*chart.rows, chart.down[:30])) * LETTER_WIDTH) + 14)
    room = min(width - side, 110 * len(chart.columns))
    wide = room / len(chart.columns)
    heads = [wrapped(text, max(5, int(wide / LETTER_WIDTH))) for text in chart.columns]
    names = [wrapped(text, int((side - 8) / LETTER_WIDTH)) for text in chart.rows]
    corner = wrapped(chart.down, int((side - 8) / 5.6))
    deep = max(APART * max(map(len, heads)), APART * len(corner) - HEAT_TOP + 8) + 6
    title = wrapped(chart.label, int(width / 7))
    head = 20 * len(title)
    parts = [_title(15 + 20 * k, text) for k, text in enumerate(title)]
    parts.append(_quiet(side + room / 2, head + 14, textwrap.shorten(chart.across, int(room / 5.6), placeholder="…")))
    parts += [_quiet(2, head + 14 + 13 * k, text, "start") for k, text in enumerate(corner)]
    for column, lines in enumerate(heads):
        x = side + (column + 0.5) * wide
        base = head + HEAT_TOP + deep - 8 - APART * (len(lines) - 1)
        parts += [_ink(x, base + APART * k, text, "middle", 11) for k, text in enumerate(lines)]
    y = head + HEAT_TOP + deep
    for lines, cells in zip(names, chart.cells, strict=True):
        tall = max(CELL, APART * len(lines) + 8)
        start = y + tall / 2 + 4 - APART / 2 * (len(lines) - 1)
        parts += [_ink(side - 8, start + APART * k, text, "end", 11) for k, text in enumerate(lines)]
        for column, p in enumerate(cells):
            x = side + column * wide
            share = 0.0 if p is None else min(1.0, p / chart.end)
            parts.append(
                f'<rect class="plot-cell" x="{x + 1:.1f}" y="{y + 1:.1f}" width="{wide - 2:.1f}" '
                f'height="{tall - 2:.1f}" rx="2" fill="{SHADES[1]}" fill-opacity="{share:.3f}" stroke="{SHADES[0]}"/>'
            )
            parts.append(_ink(x + wide / 2, y + tall / 2 + 4, "–" if p is None else percent(p), "middle"))
        y += tall
    return _svg(width, y + 6, chart.alt, parts)


BARS_WIDTH, BARS, SIDE = 340, 90, 24
"""Of a histogram: its width, the height of its bars, and the room beside them, for figures that stand at the ends."""


def _histogram(chart: Histogram) -> str:
    """Bars over the data's own range, with figures below, and how many rows the highest has; a triangle: the median."""
    across, most = BARS_WIDTH - 2 * SIDE, max(*chart.counts, 1)
    title = wrapped(chart.label, int(BARS_WIDTH / 6.2))
    top = 18 * len(title) + 34
    wide = across / len(chart.counts)
    parts = [_title(15 + 18 * k, text) for k, text in enumerate(title)]
    parts.append(_quiet(2, 18 * len(title) + 14, chart.figure, "start"))
    highest = chart.counts.index(max(chart.counts))
    for k, count in enumerate(chart.counts):
        tall = BARS * count / most
        if count:
            tall = max(tall, 0.8)
        parts.append(
            f'<rect class="plot-s2-bar" x="{SIDE + k * wide + 0.5:.2f}" y="{top + BARS - tall:.2f}" '
            f'width="{max(wide - 1, 0.5):.2f}" height="{tall:.2f}" fill="{SHADES[2]}"><title>'
            f"{chart.edges[k]} to {chart.edges[k + 1]} %: {count:,}</title></rect>"
        )
    anchor = SIDE + (highest + 0.5) * wide
    parts.append(_quiet(min(max(anchor, 30), BARS_WIDTH - 30), top - 4, f"{max(chart.counts):,} rows"))
    middle = SIDE + across * min(1.0, (chart.median - chart.start) / (chart.step * len(chart.counts)))
    foot = top + BARS
    parts.append(f'<path class="plot-ink" d="M{middle:.1f},{foot + 1:.1f}l-4,7h8Z" fill="{INK}"/>')
    parts.append(
        f'<line class="plot-rule" x1="{SIDE}" y1="{foot}" x2="{BARS_WIDTH - SIDE}" y2="{foot}" stroke="{QUIET}"/>'
    )
    jump = next(j for j in (1, 2, 5, 10, 20) if len(chart.counts) / j <= 6)
    first = next((k for k in range(jump) if round((chart.start / chart.step + k)) % jump == 0), 0)
    for k in range(first, len(chart.counts) + 1, jump):
        x = SIDE + k * wide
        parts.append(
            f'<line class="plot-rule" x1="{x:.1f}" y1="{foot}" x2="{x:.1f}" y2="{foot + 4}" stroke="{QUIET}"/>'
        )
        parts.append(_quiet(x, foot + 20, f"{chart.edges[k]} %"))
    return _svg(BARS_WIDTH, foot + 28, chart.alt, parts)
