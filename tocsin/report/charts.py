"""What a briefing draws, as rows of marks on a scale and as nodes of a network; without ink, which `marks/` gives."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from itertools import pairwise

from tocsin import language
from tocsin.errors import counted
from tocsin.language.numbers import capital, interval, number, percent, percents
from tocsin.report.blocks import Bars, ChartRow, Edge, Mark, NetworkPicture, Node, Outline, scale_end
from tocsin.report.provenance import ancestors
from tocsin.report.subject import Explained, Subject

Key = tuple[tuple[Mark, str], ...]
OUTCOME_KEY: Key = (("band", "interval"), ("point", "probability"), ("tick", "baseline"))
STEP_KEY: Key = (("step", "step"), ("tick", "before it"), ("point", "after it"))
REACH_KEY: Key = (("step", "from lowest to highest"), ("point", "now"))
MOST = 3
"""Rows of a chart of numbers or of causes, and steps that a waterfall shows one by one."""


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
            figure=f"{percent(estimate.p)} {interval(estimate)}",
        )
        for name, estimate in subject.assessment.outcomes.items()
        if not chosen or name in chosen
    )
    end = scale_end(rows) if chosen else 1.0
    return Bars(rows, key, f"Chart of probabilities from 0 to {100 * end:g} %", caption, end, inline=True)


def why_chart(subject: Explained) -> tuple[Bars, ...]:
    """What moved the first outcome in focus, step by step; where nothing did, the numbers that it hangs on."""
    return _waterfall(subject) or hinges(subject)


def _waterfall(subject: Explained) -> tuple[Bars, ...]:
    """From the baseline to the scenario by finding, small steps in one; nothing where no findings can be told apart."""
    first = subject.judged[0]
    parts = subject.explained.contributions[first]
    places = [parts.baseline, *parts.places]
    if not parts.log_odds or any(map(math.isnan, places)):
        return ()
    labels = [capital(language.finding(subject.case, name)) for name, _ in parts.ranked]
    if len(labels) > MOST + 1:
        labels = [*labels[:MOST], f"The other {len(labels) - MOST} findings"]
        places = [*places[: MOST + 1], places[-1]]
    rows = (
        ChartRow("Baseline", parts.baseline, step=(0.0, parts.baseline), figure=percent(parts.baseline)),
        *(
            ChartRow(label, end, step=(start, end), tick=start, figure=percent(end))
            for label, (start, end) in zip(labels, pairwise(places), strict=True)
        ),
        ChartRow("Scenario", parts.scenario, step=(0.0, parts.scenario), figure=percent(parts.scenario)),
    )
    caption = f"From the baseline to the scenario, over all orders of its findings: {subject.event(first)}."
    label = "Steps from the baseline to the scenario"
    return (Bars(rows, STEP_KEY, label, caption, scale_end(rows), inline=True),)


def hinges(subject: Explained) -> tuple[Bars, ...]:
    """The numbers that the first outcome in focus hangs on most, if it hangs on any."""
    first = subject.judged[0]
    p = subject.case.point[first]
    bars = [bar for bar in subject.explained.tornado[first][:MOST] if bar.swing >= language.LEAST]
    labels = [capital(language.quantity(subject.case.model, bar.parameter.key)) for bar in bars]
    rows = [_reach(label, p, (bar.p_low, bar.p_high)) for label, bar in zip(labels, bars, strict=True)]
    caption = f"{subject.event(first)}, as one number alone moves from its 10th to its 90th percentile."
    return _reaches(rows, "Numbers that it hangs on", caption)


def watch_chart(subject: Explained) -> tuple[Bars, ...]:
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
    return ChartRow(label, p, step=(low, high), figure=f"{number(low)} to {percent(high)}")


def _reaches(rows: Sequence[ChartRow], label: str, caption: str) -> tuple[Bars, ...]:
    return (Bars(tuple(rows), REACH_KEY, label, caption, scale_end(rows), inline=True),) if rows else ()


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
        "dashed: supposed to be made so."
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
