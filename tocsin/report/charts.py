"""Pictures of a briefing as SVG for paper: rows of marks on a scale, and the network. Legible in greyscale."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from tocsin import language
from tocsin.errors import counted
from tocsin.language.numbers import capital, interval, number, percent, percents
from tocsin.marks.network_picture import FONTS, Edge, Mark, Node, diagram, wrapped
from tocsin.marks.palette import INK, PAPER, QUIET, SHADES
from tocsin.output import isolated
from tocsin.report.blocks import Picture
from tocsin.report.provenance import ancestors
from tocsin.report.subject import Explained, Subject

ARABIC_FONT = "Noto Sans Arabic"
FONT = f"Noto Sans, {ARABIC_FONT}"
WIDTH, LABELS, FIGURES = 720, 290, 100
"""Pixels: of the whole, of the questions at the left, of the numbers at the right."""
ROW, LOW, SLIM, HEAD, TOP, FOOT = 40, 30, 23, 28, 8, 44
"""Heights: of a row, of one that explains, of one under a heading, of a row that is a heading, above all, and below."""
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
STEP_KEY: Key = (("bar", "step"), ("tick", "before it"), ("disc", "after it"))
REACH_KEY: Key = (("bar", "from lowest to highest"), ("disc", "now"))
ENDS = (0.05, 0.1, 0.2, 0.5, 1.0)
"""Where a scale may end."""
MOST = 3
"""Rows of a chart of numbers or of causes, and steps that a waterfall shows one by one."""


def outcome_chart(subject: Subject, chosen: Collection[str] = ()) -> Picture:
    """Outcomes on a scale from 0 to 100 %, or those chosen on a shorter one: interval, point, baseline as a tick.

    At the baseline itself there is no tick.
    """
    moved = bool(subject.facts)
    key, caption = OUTCOME_KEY, "Bar: interval. Disc: probability. Tick: baseline."
    if not moved:
        key, caption = OUTCOME_KEY[:2], "Bar: interval. Disc: probability."
    outcomes = {name: one for name, one in subject.assessment.outcomes.items() if not chosen or name in chosen}
    rows = [
        ChartRow(
            subject.event(name),
            one.p,
            (one.low, one.high),
            tick=one.baseline if moved else None,
            figure=f"{percent(one.p)} {interval(one)}",
        )
        for name, one in outcomes.items()
    ]
    end = _end(rows) if chosen else 1.0
    told = "; ".join(f"{row.label}: {row.figure}" for row in rows)
    alt = f"Chart of probabilities from 0 to {100 * end:g} %. {told}."
    return Picture(chart(rows, key, "Outcomes with intervals", end), alt, caption, inline=True)


def why_chart(subject: Explained) -> tuple[Picture, ...]:
    """What moved the first outcome in focus, step by step; where nothing did, the numbers that it hangs on."""
    return _waterfall(subject) or hinges(subject)


def _waterfall(subject: Explained) -> tuple[Picture, ...]:
    """From the baseline to the scenario by finding, small steps in one; nothing where no findings can be told apart."""
    first = subject.judged[0]
    parts = subject.explained.contributions[first]
    places = [parts.baseline, *parts.places]
    if not parts.log_odds or any(map(math.isnan, places)):
        return ()
    rows = [ChartRow("Baseline", parts.baseline, (0.0, parts.baseline), figure=percent(parts.baseline))]
    labels = [language.finding(subject.case, name) for name, _ in parts.ranked]
    if len(labels) > MOST + 1:
        labels = [*labels[:MOST], f"The other {len(labels) - MOST} findings"]
        places = [*places[: MOST + 1], places[-1]]
    for label, (start, end) in zip(labels, pairwise(places), strict=True):
        rows.append(ChartRow(label, end, (min(start, end), max(start, end)), tick=start, figure=percent(end)))
    rows.append(ChartRow("Scenario", parts.scenario, (0.0, parts.scenario), figure=percent(parts.scenario)))
    svg = chart(rows, STEP_KEY, "Steps from the baseline to the scenario", _end(rows), LOW)
    told = "; ".join(f"{row.label}: {row.figure}" for row in rows)
    caption = f"From the baseline to the scenario, over all orders of its findings: {subject.event(first)}."
    return (Picture(svg, f"Steps from the baseline to the scenario. {told}.", caption, inline=True),)


def hinges(subject: Explained) -> tuple[Picture, ...]:
    """The numbers that the first outcome in focus hangs on most, if it hangs on any."""
    first = subject.judged[0]
    p = subject.case.point[first]
    bars = [bar for bar in subject.explained.tornado[first][:MOST] if bar.swing >= language.LEAST]
    named = [capital(language.quantity(subject.case.model, bar.parameter.key)) for bar in bars]
    rows = [_reach(name, p, (bar.p_low, bar.p_high)) for name, bar in zip(named, bars, strict=True)]
    caption = f"{subject.event(first)}, as one number alone moves from its 10th to its 90th percentile."
    return _reaches(rows, "Numbers that it hangs on", caption)


def watch_chart(subject: Explained) -> tuple[Picture, ...]:
    """How far each cause to watch would move the first outcome in focus that has one."""
    first = next((name for name in subject.focus if subject.causes(name)), subject.judged[0])
    p = subject.case.point[first]
    rows = []
    for cause in subject.causes(first)[:MOST]:
        replies = [reply.p for reply in cause.replies.values() if reply.chance > 0]
        rows.append(_reach(subject.records.variables[cause.variable].title, p, replies))
    caption = f"{subject.event(first)}: from the answer that lowers it most to the one that raises it most."
    return _reaches(rows, "What to watch", caption)


def _reach(label: str, p: float, answers: Sequence[float]) -> ChartRow:
    low, high = min(answers), max(answers)
    return ChartRow(label, p, (low, high), figure=f"{number(low)} to {percent(high)}")


def _reaches(rows: Sequence[ChartRow], label: str, caption: str) -> tuple[Picture, ...]:
    if not rows:
        return ()
    told = "; ".join(f"{row.label}: {row.figure}" for row in rows)
    return (Picture(chart(rows, REACH_KEY, label, _end(rows), LOW), f"{label}. {told}.", caption, inline=True),)


def _end(rows: Sequence[ChartRow]) -> float:
    """The right end of a scale that holds all rows."""
    most = max((max(row.disc or 0.0, *row.bar, row.tick or 0.0) for row in rows), default=1.0)
    return next(end for end in ENDS if end >= most or end == 1.0)


def chart(rows: Sequence[ChartRow], key: Key, label: str, end: float = 1.0, row_height: int = ROW) -> str:
    """Rows of marks on one scale from 0 to its end. label: what a screen reader says."""
    tall = SLIM if any(row.disc is None for row in rows) else row_height
    labels = [wrapped(row.label, 2 * LETTERS if row.disc is None else LETTERS) for row in rows]
    heights = [
        HEAD + LINE * (len(lines) - 1) if row.disc is None else max(tall, LINE * len(lines) + SLIM - LINE)
        for row, lines in zip(rows, labels, strict=True)
    ]
    height = TOP + sum(heights) + FOOT
    parts = [f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>', *_scale(height, end)]
    y = float(TOP)
    for row, lines, room in zip(rows, labels, heights, strict=True):
        if row.disc is None:
            parts += _heading(lines, y + room - 6)
        else:
            parts += _row(row, lines, y + room / 2, row.disc, end)
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


def _at(p: float, end: float = 1.0) -> float:
    return LABELS + p / end * (WIDTH - LABELS - FIGURES)


def _scale(height: int, end: float) -> Iterator[str]:
    """A line for every fifth of the scale."""
    low = height - FOOT + 2
    for step in range(0, 101, 20):
        x = _at(step / 100)
        mark = f"{step * end:g} %"
        yield f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{low}" stroke="{SHADES[0]}" stroke-width="1"/>'
        yield _text(x, low + 13, mark, 10, QUIET, "middle")


def _heading(lines: Sequence[str], y: float) -> Iterator[str]:
    """y: of the last line."""
    top = y - LINE * (len(lines) - 1)
    yield f'<rect x="0" y="{top - 14:.1f}" width="{WIDTH}" height="{20 + y - top:.0f}" fill="{PAPER}"/>'
    for k, line in enumerate(lines):
        yield _text(4, top + LINE * k, line, 12, INK, "start", "bold")


def _row(row: ChartRow, lines: Sequence[str], y: float, disc: float, end: float) -> Iterator[str]:
    start = y + 4 - LINE / 2 * (len(lines) - 1)
    for k, line in enumerate(lines):
        yield _text(LABELS - 12, start + LINE * k, line, 11.5, INK, "end")
    if row.line is not None:
        yield _line(_at(row.line[0], end), y, _at(row.line[1], end), y, QUIET, 1.4)
    left, right = (_at(p, end) for p in row.bar)
    wide = max(right - left, 1.5)
    yield f'<rect x="{left:.1f}" y="{y - 6:.1f}" width="{wide:.1f}" height="12" rx="2" fill="{SHADES[1]}"/>'
    if row.tick is not None:
        yield _line(_at(row.tick, end), y - 10, _at(row.tick, end), y + 10, INK, 1.6)
    x = _at(disc, end)
    yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{SHADES[3]}" stroke="{PAPER}" stroke-width="1.2"/>'
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
    """Of the network what bears on the first judged outcome on which anything does; small enough for a slide."""
    first = next((name for name in subject.judged if subject.records.variables[name].parents), subject.judged[0])
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
