"""Pictures of a briefing as SVG for paper: the outcomes with their intervals, and the network. Legible in greyscale."""

from __future__ import annotations

import textwrap
from html import escape

from tocsin.briefing.content import Picture
from tocsin.briefing.subject import Subject
from tocsin.pictures.diagram import FONTS, INK, PAPER, QUIET, SHADES, Edge, Node, diagram
from tocsin.wording import interval, percent

FONT = "Noto Sans, Noto Sans Arabic"
WIDTH, LABELS, FIGURES = 720, 290, 100
"""Pixels: of the whole, of the questions at the left, of the numbers at the right."""
ROW, TOP, FOOT = 40, 8, 44
LETTERS = 44
"""Of a question in a line of the chart."""


def outcome_chart(subject: Subject) -> Picture:
    """Each outcome on a scale from 0 to 100 %: interval as a bar, point as a disc, baseline as a tick."""
    outcomes = subject.assessment.outcomes
    height = TOP + ROW * len(outcomes) + FOOT
    parts = [f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>', *_scale(height)]
    for row, name in enumerate(outcomes):
        parts += _row(subject, name, TOP + ROW * row + ROW / 2)
    parts.append(_key(height - 10))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="{FONT}" role="img" aria-label="Outcomes with intervals">{"".join(parts)}</svg>'
    )
    told = "; ".join(f"{subject.event(name)}: {percent(one.p)} {interval(one)}" for name, one in outcomes.items())
    caption = "Bar: interval. Disc: probability. Tick: baseline."
    return Picture(svg, f"Chart of probabilities from 0 to 100 %. {told}.", caption)


def _at(p: float) -> float:
    return LABELS + p * (WIDTH - LABELS - FIGURES)


def _scale(height: int) -> list[str]:
    """A line for every 20 %."""
    low = height - FOOT + 2
    parts = []
    for step in range(0, 101, 20):
        x = _at(step / 100)
        parts.append(f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{low}" stroke="{SHADES[0]}" stroke-width="1"/>')
        parts.append(_text(x, low + 13, f"{step} %", 10, QUIET, "middle"))
    return parts


def _row(subject: Subject, name: str, y: float) -> list[str]:
    one = subject.assessment.outcomes[name]
    lines = textwrap.wrap(subject.event(name), LETTERS, max_lines=2, placeholder="…")
    start = y + 4 - 7 * (len(lines) - 1)
    parts = [_text(LABELS - 12, start + 14 * k, line, 11.5, INK, "end") for k, line in enumerate(lines)]
    left, wide = _at(one.low), max(_at(one.high) - _at(one.low), 1.5)
    parts.append(f'<rect x="{left:.1f}" y="{y - 6:.1f}" width="{wide:.1f}" height="12" rx="2" fill="{SHADES[1]}"/>')
    tick = _at(one.baseline)
    parts.append(
        f'<line x1="{tick:.1f}" y1="{y - 11:.1f}" x2="{tick:.1f}" y2="{y + 11:.1f}" stroke="{INK}" stroke-width="1.6"/>'
    )
    parts.append(
        f'<circle cx="{_at(one.p):.1f}" cy="{y:.1f}" r="5" fill="{SHADES[3]}" stroke="{PAPER}" stroke-width="1.2"/>'
    )
    parts.append(_text(WIDTH - 4, y + 4, f"{percent(one.p)} {interval(one)}", 11.5, INK, "end"))
    return parts


def _key(y: float) -> str:
    disc, tick = LABELS + 96, LABELS + 182
    return (
        f'<rect x="{LABELS}" y="{y - 8}" width="26" height="9" rx="2" fill="{SHADES[1]}"/>'
        + _text(LABELS + 32, y, "interval", 10, QUIET, "start")
        + f'<circle cx="{disc}" cy="{y - 3.5}" r="4.5" fill="{SHADES[3]}"/>'
        + _text(disc + 9, y, "probability", 10, QUIET, "start")
        + f'<line x1="{tick}" y1="{y - 10}" x2="{tick}" y2="{y + 3}" stroke="{INK}" stroke-width="1.6"/>'
        + _text(tick + 7, y, "baseline", 10, QUIET, "start")
    )


def _text(x: float, y: float, text: str, size: float, fill: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}">{escape(text)}</text>'
    )


def network(subject: Subject) -> Picture:
    """The questions and what bears on what, as on the screen, in the fonts of the page."""
    model, answers = subject.case.model, subject.assessment.variables
    nodes = []
    for name, variable in subject.records.variables.items():
        states = answers[name]
        worst = variable.label(max(states, key=lambda state: states[state].p))
        scenario = subject.case.scenario
        mark = "forced" if name in scenario.forced else "finding" if name in scenario.evidence else ""
        shares = tuple(estimate.p for estimate in states.values())
        told = f"mostly {worst}" if variable.role == "index" else f"{worst} {percent(max(shares))}"
        nodes.append(Node(name, variable.title, shares, told, mark))  # type: ignore[arg-type]
    edges = [Edge(parent, name) for name, parents in model.network.parents.items() for parent in parents]
    svg = diagram(nodes, edges, "Network: causes above, effects below").replace(f'"{FONTS}"', f'"{FONT}"')
    alt = f"Network of {len(nodes)} questions and {len(edges)} influences, causes above and effects below."
    caption = (
        f"{len(nodes)} questions and {len(edges)} influences, causes above. In each box the likeliest answer; thick "
        f"outline: evidence of the scenario; dashed: supposed to be made so."
    )
    return Picture(svg, alt, caption)
