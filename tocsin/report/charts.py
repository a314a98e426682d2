"""What a briefing draws: rows of marks on a scale, nodes of a network; without ink, which `render/marks.py` gives."""

from __future__ import annotations

from collections.abc import Collection

from tocsin.errors import counted
from tocsin.language.numbers import chance, interval, number, percents
from tocsin.report.blocks import Bars, ChartRow, Edge, Mark, NetworkPicture, Node, Outline, scale_end
from tocsin.report.provenance import ancestors
from tocsin.report.subject import Explained, Subject

Key = tuple[tuple[Mark, str], ...]
OUTCOME_KEY: Key = (("band", "interval"), ("point", "probability"), ("tick", "baseline"))
REACH_KEY: Key = (("step", "from lowest to highest"), ("point", "now"))
MOST = 3
"""Rows of a chart of causes."""


def outcome_chart(subject: Subject, chosen: Collection[str] = ()) -> Bars:
    """Outcomes on a scale from 0 to 100 %, or those chosen on a shorter one: interval, point, baseline as a tick.

    At the baseline itself there is no tick.
    """
    moved = bool(subject.facts)
    key, caption = OUTCOME_KEY, "Bar: interval. Disc: probability. Tick: baseline."
    if not moved:
        key, caption = OUTCOME_KEY[:2], "Bar: interval. Disc: probability."
    rows = tuple(
        ChartRow(
            subject.event(name),
            estimate.p,
            band=(estimate.low, estimate.high),
            tick=estimate.baseline if moved else None,
            figure=f"{chance(estimate)} {interval(estimate)}",
        )
        for name, estimate in subject.assessment.outcomes.items()
        if not chosen or name in chosen
    )
    end = scale_end(rows) if chosen else 1.0
    return Bars(rows, key, f"Chart of probabilities from 0 to {100 * end:g} %", caption, end, inline=True)


def watch_chart(subject: Explained) -> tuple[Bars, ...]:
    """How far each cause to watch would move the first outcome in focus that has one."""
    first = next((name for name in subject.focus if subject.causes(name)), subject.judged[0])
    p = subject.case.point[first]
    rows = []
    for cause in subject.causes(first)[:MOST]:
        replies = [reply.p for reply in cause.replies.values() if reply.chance > 0]
        low, high = min(replies), max(replies)
        title, figure = (
            subject.records.variables[cause.variable].title,
            f"{number(low, subject.case.words.edges)} to {subject.percent(high)}",
        )
        rows.append(ChartRow(title, p, step=(low, high), figure=figure))
    caption = f"{subject.event(first)}: from the answer that lowers it most to the one that raises it most."
    return (Bars(tuple(rows), REACH_KEY, "What to watch", caption, scale_end(rows), inline=True),) if rows else ()


def network(subject: Subject) -> NetworkPicture:
    """The questions and what bears on what, as on the screen."""
    return _network(subject, tuple(subject.records.variables), "", own_page=True)


def behind(subject: Subject) -> NetworkPicture:
    """Of the network what bears on the first judged outcome on which anything does; small enough for a slide."""
    first = next((name for name in subject.judged if subject.records.variables[name].parents), subject.judged[0])
    up = {first, *ancestors(subject.case.model, first)}
    shown = tuple(name for name in subject.records.variables if name in up)
    return _network(subject, shown, f" that bear on “{subject.event(first)}”", own_page=False)


def _network(subject: Subject, shown: Collection[str], which: str, own_page: bool) -> NetworkPicture:
    edges = tuple(
        Edge(parent, name)
        for name in shown
        for parent in subject.records.variables[name].parents
        if {parent, name} <= set(shown)
    )
    count = f"{counted(len(shown), 'question')} and {counted(len(edges), 'influence')}{which}"
    alt = f"Network of {count}, causes above and effects below."
    caption = (
        f"{count}, causes above. In each box the likeliest answer; thick outline: evidence of the scenario; "
        "dashed: forced."
    )
    return NetworkPicture(tuple(_node(subject, name) for name in shown), edges, alt, caption, own_page)


def _node(subject: Subject, name: str) -> Node:
    variable, states = subject.records.variables[name], subject.assessment.variables[name]
    likeliest = variable.label(max(states, key=lambda state: states[state].p))
    scenario = subject.case.scenario
    shares = tuple(estimate.p for estimate in states.values())
    share = percents(shares)[shares.index(max(shares))]
    caption = f"mostly {likeliest}" if variable.role == "index" else f"{likeliest} {share}"
    mark: Outline = "forced" if name in scenario.forced else "finding" if name in scenario.evidence else ""
    return Node(name, variable.title, shares, caption, mark)
