"""Pictures of a briefing as SVG for paper: rows of marks on a scale, and the network. Legible in greyscale."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from tocsin.errors import counted
from tocsin.language.numbers import interval, percent, percents
from tocsin.marks.network_picture import FONTS, INK, PAPER, QUIET, SHADES, Edge, Mark, Node, diagram, wrapped
from tocsin.output import isolated
from tocsin.report.blocks import Picture
from tocsin.report.provenance import ancestors
from tocsin.report.subject import Subject

ARABIC_FONT = "Noto Sans Arabic"
FONT = f"Noto Sans, {ARABIC_FONT}"
WIDTH, LABELS, FIGURES = 720, 290, 100
"""Pixels: of the whole, of the questions at the left, of the numbers at the right."""
ROW, SLIM, HEAD, TOP, FOOT = 40, 23, 28, 8, 44
"""Heights: of a row, of one under a heading, of a row that is a heading, above all, and below with scale and key."""
LETTERS, LINE = 44, 14
"""Of a question in a line of the chart; a line's height."""
TALLEST = 1.05
"""Height over width, above which a picture gets a page of its own."""

_TEXT = re.compile(r"(?<=>)[^<>]+(?=</text>)")
_LETTERS = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
_ARABIC = re.compile(f"[{_LETTERS}]+(?:\\s+[{_LETTERS}]+)*")
SIZE = re.compile(r'viewBox="0 0 (\S+) (\S+)"')

Key = Sequence[tuple[str, str]]
"""Which kinds of marks the chart has, and what they mean."""


@dataclass(frozen=True)
class ChartRow:
    """One line of a chart; without `disc` a heading. bar, line: from where to where; tick: something to compare with.

    figure: what stands at the right.
    """

    label: str
    disc: float | None = None
    bar: tuple[float, float] = (0.0, 0.0)
    line: tuple[float, float] | None = None
    tick: float | None = None
    figure: str = ""


OUTCOME_KEY: Key = (("bar", "interval"), ("disc", "probability"), ("tick", "baseline"))


def outcome_chart(subject: Subject) -> Picture:
    """Each outcome on a scale from 0 to 100 %: interval as a bar, point as a disc, baseline as a tick."""
    outcomes = subject.assessment.outcomes
    rows = [
        ChartRow(
            subject.event(name),
            one.p,
            (one.low, one.high),
            tick=one.baseline,
            figure=f"{percent(one.p)} {interval(one)}",
        )
        for name, one in outcomes.items()
    ]
    told = "; ".join(f"{row.label}: {row.figure}" for row in rows)
    caption = "Bar: interval. Disc: probability. Tick: baseline."
    alt = f"Chart of probabilities from 0 to 100 %. {told}."
    return Picture(chart(rows, OUTCOME_KEY, "Outcomes with intervals"), alt, caption)


def chart(rows: Sequence[ChartRow], key: Key, label: str) -> str:
    """Rows of marks on one scale from 0 to 100 %. label: what a screen reader says."""
    tall = SLIM if any(row.disc is None for row in rows) else ROW
    labels = [wrapped(row.label, 2 * LETTERS if row.disc is None else LETTERS) for row in rows]
    heights = [
        HEAD + LINE * (len(lines) - 1) if row.disc is None else max(tall, LINE * len(lines) + SLIM - LINE)
        for row, lines in zip(rows, labels, strict=True)
    ]
    height = TOP + sum(heights) + FOOT
    parts = [f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>', *_scale(height)]
    y = float(TOP)
    for row, lines, room in zip(rows, labels, heights, strict=True):
        if row.disc is None:
            parts += _heading(lines, y + room - 6)
        else:
            parts += _row(row, lines, y + room / 2, row.disc)
        y += room
    parts += _key(key, height - 10)
    return lettered(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="{FONT}" role="img" aria-label="{escape(label)}">{"".join(parts)}</svg>'
    )


def lettered(svg: str) -> str:
    """A picture whose Arabic words name their font.

    Without it the typesetter takes another font for letters that the first one lacks only if it has as many glyphs:
    never where letters are joined into one, as lam and alef are, and then there are boxes.
    """
    return _TEXT.sub(lambda text: _ARABIC.sub(rf'<tspan font-family="{ARABIC_FONT}">\g<0></tspan>', text[0]), svg)


def _at(p: float) -> float:
    return LABELS + p * (WIDTH - LABELS - FIGURES)


def _scale(height: int) -> Iterator[str]:
    """A line for every 20 %."""
    low = height - FOOT + 2
    for step in range(0, 101, 20):
        x = _at(step / 100)
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{low}" stroke="{SHADES[0]}" stroke-width="1"/>'
        yield _text(x, low + 13, f"{step} %", 10, QUIET, "middle")


def _heading(lines: Sequence[str], y: float) -> Iterator[str]:
    """y: of the last line."""
    top = y - LINE * (len(lines) - 1)
    yield f'<rect x="0" y="{top - 14:.1f}" width="{WIDTH}" height="{20 + y - top:.0f}" fill="{PAPER}"/>'
    for k, line in enumerate(lines):
        yield _text(4, top + LINE * k, line, 12, INK, "start", "bold")


def _row(row: ChartRow, lines: Sequence[str], y: float, disc: float) -> Iterator[str]:
    start = y + 4 - LINE / 2 * (len(lines) - 1)
    for k, line in enumerate(lines):
        yield _text(LABELS - 12, start + LINE * k, line, 11.5, INK, "end")
    if row.line is not None:
        yield _line(_at(row.line[0]), y, _at(row.line[1]), y, QUIET, 1.4)
    left, wide = _at(row.bar[0]), max(_at(row.bar[1]) - _at(row.bar[0]), 1.5)
    yield f'<rect x="{left:.1f}" y="{y - 6:.1f}" width="{wide:.1f}" height="12" rx="2" fill="{SHADES[1]}"/>'
    if row.tick is not None:
        yield _line(_at(row.tick), y - 10, _at(row.tick), y + 10, INK, 1.6)
    yield f'<circle cx="{_at(disc):.1f}" cy="{y:.1f}" r="5" fill="{SHADES[3]}" stroke="{PAPER}" stroke-width="1.2"/>'
    yield _text(WIDTH - 4, y + 4, row.figure, 11.5, INK, "end")


def _key(key: Key, y: float) -> Iterator[str]:
    x = float(LABELS)
    for kind, meaning in key:
        match kind:
            case "bar":
                yield f'<rect x="{x}" y="{y - 8}" width="26" height="9" rx="2" fill="{SHADES[1]}"/>'
                room = 32
            case "disc":
                yield f'<circle cx="{x + 5}" cy="{y - 3.5}" r="4.5" fill="{SHADES[3]}"/>'
                room = 14
            case "tick":
                yield _line(x + 2, y - 10, x + 2, y + 3, INK, 1.6)
                room = 9
            case _:
                yield _line(x, y - 3.5, x + 26, y - 3.5, QUIET, 1.4)
                room = 32
        yield _text(x + room, y, meaning, 10, QUIET, "start")
        x += room + 5.6 * len(meaning) + 16


def _line(x: float, y: float, to_x: float, to_y: float, stroke: str, width: float) -> str:
    ends = f'x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"'
    return f'<line {ends} stroke="{stroke}" stroke-width="{width}"/>'


def _text(x: float, y: float, text: str, size: float, fill: str, anchor: str, weight: str = "normal") -> str:
    heavy = "" if weight == "normal" else f' font-weight="{weight}"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}"{heavy} fill="{fill}" '
        f'text-anchor="{anchor}">{escape(isolated(text))}</text>'
    )


def network(subject: Subject) -> Picture:
    """The questions and what bears on what, as on the screen, in the fonts of the page."""
    return _network(subject, tuple(subject.records.variables), "", own_page=True)


def behind(subject: Subject) -> Picture:
    """Of the network what bears on the first of the outcomes that are explained; small enough for a slide."""
    first = (*subject.focus, *subject.judged)[0]
    up = {first, *ancestors(subject.case.model, first)}
    shown = tuple(name for name in subject.records.variables if name in up)
    return _network(subject, shown, f" that bear on “{subject.event(first)}”", own_page=False)


def _network(subject: Subject, shown: Collection[str], which: str, own_page: bool) -> Picture:
    model = subject.case.model
    nodes = [_node(subject, name) for name in shown]
    edges = [
        Edge(parent, name)
        for name in shown
        for parent in model.records.variables[name].parents
        if {parent, name} <= set(shown)
    ]
    drawn = diagram(nodes, edges, "Network: causes above, effects below", whole=True)
    svg = lettered(drawn.replace(f'"{FONTS}"', f'"{FONT}"'))
    count = f"{counted(len(nodes), 'question')} and {counted(len(edges), 'influence')}{which}"
    alt = f"Network of {count}, causes above and effects below."
    caption = (
        f"{count}, causes above. In each box the likeliest answer; thick outline: evidence of the scenario; "
        "dashed: supposed to be made so."
    )
    return Picture(svg, alt, caption, own_page)


def aspect(svg: str) -> float:
    """Height over width of a picture."""
    found = SIZE.search(svg)
    return float(found[2]) / float(found[1]) if found else 1.0


def _node(subject: Subject, name: str) -> Node:
    variable, states = subject.records.variables[name], subject.assessment.variables[name]
    worst = variable.label(max(states, key=lambda state: states[state].p))
    scenario = subject.case.scenario
    mark: Mark = "forced" if name in scenario.forced else "finding" if name in scenario.evidence else ""
    shares = tuple(estimate.p for estimate in states.values())
    told = f"mostly {worst}" if variable.role == "index" else f"{worst} {percents(shares)[shares.index(max(shares))]}"
    return Node(name, variable.title, shares, told, mark)
