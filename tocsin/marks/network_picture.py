"""The network as an SVG: layers from causes to effects, each node a title and a bar of its states' probabilities.

Colours are written as attributes, so that the picture stands alone on paper; the classes beside them let a page's
style sheet give it the colours of a theme.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from html import escape

from tocsin.marks.layout import Box, layout
from tocsin.marks.palette import FINDING, FORCED, INK, PAPER, QUIET, RULE, SHADES, WIRE
from tocsin.output import shown
from tocsin.report.blocks import Edge, Node

BOX = Box(width=152, height=0, across=18, between=34, margin=10)
"""The height follows from the longest title."""
LETTERS, LINES = 21, 3
"""Of a title: what fits into a line, and the most lines; longer ones are cut where a tooltip has them whole."""
LINE, ABOVE, BELOW, CAPTION_LINE = 14, 8, 18, 13
"""Heights in pixels: a line of a title, the room above it, that for the bar, and a line of a caption."""
CAPTION, CAPTION_LINES = 26, 2
"""Of a caption: what fits into a line, and the most lines; of longer ones the words are cut and not the figure."""
WIDEST = 0.8
"""Of the letters of a line those that surely fit: a word that must be parted has no spaces and few narrow letters."""
_FIGURE = re.compile(r" ((?:[<>] )?[\d.]+ %)$")

FONTS = "system-ui, -apple-system, Segoe UI, Noto Sans, Liberation Sans, Arial, sans-serif"
MARKS = {
    "": f'stroke="{RULE}" stroke-width="1"',
    "finding": f'stroke="{FINDING}" stroke-width="2.5"',
    "forced": f'stroke="{FORCED}" stroke-width="2.5" stroke-dasharray="6 3"',
}
"""Outlines: nothing known, a finding, forced; told apart by dashes where colours are not."""

PAPER_FONT = "Noto Sans, Noto Sans Arabic"
_LETTERS = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_ARABIC = re.compile(f"[{_LETTERS}]+(?:\\s+[{_LETTERS}]+)*")


def diagram(nodes: Sequence[Node], edges: Sequence[Edge], label: str, whole: bool = False) -> str:
    """The picture as one SVG element; all text escaped, nothing fetched. label: what a screen reader says.

    whole: titles and captions are not cut, for paper; on a screen a tooltip has the rest.
    """
    titles = {node.name: title_lines(node.title, None if whole else LINES) for node in nodes}
    captions = {node.name: caption_lines(node.caption, None if whole else CAPTION_LINES) for node in nodes}
    rows, low = (max((len(lines) for lines in texts.values()), default=1) for texts in (titles, captions))
    box = replace(BOX, height=ABOVE + LINE * rows + CAPTION_LINE * low + BELOW)
    names = tuple(node.name for node in nodes)
    placed = layout(names, tuple((edge.parent, edge.child) for edge in edges), box)
    drawn = [_edge(edge, placed.routes[edge.parent, edge.child]) for edge in edges]
    drawn += [_node(node, titles[node.name], captions[node.name], placed.corners[node.name], box) for node in nodes]
    return (
        f'<svg class="net" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {placed.width:.0f} {placed.height:.0f}" '
        f'width="{placed.width:.0f}" height="{placed.height:.0f}" role="img" aria-label="{escape(label)}" '
        f'font-family="{PAPER_FONT if whole else FONTS}">'
        f'<rect class="net-paper" width="100%" height="100%" fill="{PAPER}"/>'
        f"{''.join(drawn)}</svg>"
    )


def written(text: str) -> str:
    """Text within a picture, its Arabic words with the name of their font.

    Without it the typesetter takes another font for letters that the first one lacks only if it has as many glyphs:
    never where letters are joined into one, as lam and alef are, and then there are boxes.
    """
    return _ARABIC.sub(r'<tspan font-family="Noto Sans Arabic">\g<0></tspan>', escape(shown(text)))


def wrapped(text: str, letters: int, most: int | None = None) -> list[str]:
    """A text in lines of so many letters, at most so many of them; a word that is longer than a line is parted.

    >>> wrapped("a Donaudampfschiff", 10)
    ['a Donaud', 'ampfschi', 'ff']
    """
    long = max(map(len, text.split(" "))) > letters
    return textwrap.wrap(text, max(1, int(WIDEST * letters)) if long else letters, max_lines=most, placeholder="…")


def title_lines(title: str, most: int | None = LINES) -> list[str]:
    """A title in lines that fit into a node."""
    return wrapped(title, LETTERS, most) or [""]


def caption_lines(caption: str, most: int | None = CAPTION_LINES) -> list[str]:
    """A caption in lines that fit into a node; whatever is cut, the figure at its end stays."""
    found = _FIGURE.search(caption)
    figure = found[1].replace(" ", "\u00a0") if found else ""
    words = caption[: found.start()] if found else caption
    lines = wrapped(f"{words} {figure}".strip(), CAPTION)
    if most is None or len(lines) <= most:
        return lines or [""]
    lines = wrapped(words, CAPTION, most)
    last = textwrap.shorten(lines[-1].rstrip("…"), CAPTION - len(figure) - 2, placeholder="")
    return [*lines[:-1], f"{last}… {figure}".strip()]


def _node(node: Node, lines: Sequence[str], captions: Sequence[str], place: tuple[float, float], box: Box) -> str:
    x, y = place
    middle, foot = x + box.width / 2, y + box.height
    # Titles of fewer lines than the longest stand in the middle of their room.
    below = BELOW + CAPTION_LINE * len(captions)
    top = y + ABOVE + (box.height - ABOVE - below - LINE * len(lines)) / 2 + 11
    text = "".join(
        f'<text class="net-ink" x="{middle:.1f}" y="{top + LINE * row:.1f}" text-anchor="middle" font-size="12" '
        f'font-weight="600" fill="{INK}">{written(line)}</text>'
        for row, line in enumerate(lines)
    )
    frame = f'x="{x:.1f}" y="{y:.1f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="6"'
    kind = f"net-node net-{node.mark}" if node.mark else "net-node"
    first = foot - 17 - CAPTION_LINE * (len(captions) - 1)
    caption = "".join(
        f'<text class="net-quiet" x="{middle:.1f}" y="{first + CAPTION_LINE * row:.1f}" text-anchor="middle" '
        f'font-size="11" fill="{QUIET}">{written(line)}</text>'
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


def _edge(edge: Edge, route: Sequence[tuple[float, float]]) -> str:
    """A smooth line through the layers that the edge crosses, ending in an arrowhead."""
    (x, y), path = route[0], []
    path.append(f"M{x:.1f},{y:.1f}")
    for to_x, to_y in route[1:]:
        middle = (y + to_y) / 2
        path.append(f"C{x:.1f},{middle:.1f} {to_x:.1f},{middle:.1f} {to_x:.1f},{to_y:.1f}")
        x, y = to_x, to_y
    width = 0.8 + 3.2 * min(max(edge.weight, 0.0), 1.0)
    ends = f'data-parent="{escape(edge.parent)}" data-child="{escape(edge.child)}"'
    return (
        f'<path class="net-wire" {ends} d="{"".join(path)}" fill="none" stroke="{WIRE}" stroke-width="{width:.2f}"/>'
        f'<path class="net-head" d="M{x:.1f},{y + 1:.1f}l-3.5,-6l7,0z" fill="{WIRE}"/>'
    )
