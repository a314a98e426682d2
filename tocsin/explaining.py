"""What `explain` shows to people: sentences under headings, and the waterfall of each outcome."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from tocsin import sentences
from tocsin.analysis.case import Case
from tocsin.analysis.contributions import Contributions
from tocsin.analysis.explain import Explanation
from tocsin.analysis.indicators import TELLING
from tocsin.analysis.readings import Other
from tocsin.analysis.tornado import TwoWay
from tocsin.terminal import Kind, Table, to_output
from tocsin.wording import percent

MOST = 3
"""Lines per list."""
NAMED_STRENGTHS = 5


def explanation(explained: Explanation) -> None:
    """Everything, outcome by outcome, then what concerns all of them."""
    console, case = to_output(), explained.case
    _print(console, f"{case.scenario.title}  ({case.model.records.file.title})", "bold")
    for notice in case.assessment.notices:
        console.print(notice, style="yellow")
    for outcome in case.events:
        _outcome(console, explained, outcome)
    _courses(console, explained)
    _say(console, "Do the findings contradict each other?", sentences.conflict(case, explained.conflict))
    _say(console, "Numbers in dispute", (sentences.disputed(case, one) for one in explained.disputes))
    strained = [one for one in explained.tensions if one.strained]
    _say(console, "Statements that the model does not bear out", map(sentences.tension, strained))
    _say(console, "One voice, or one number twice", (sentences.double(case, one) for one in explained.doubled))
    # An index only sums up its causes; its arcs are all strong and say nothing.
    told = [one for one in explained.strengths if case.model.records.variables[one.child].role != "index"]
    strongest = told[:NAMED_STRENGTHS]
    _say(console, "Strongest arcs (total variation)", (sentences.arc(case, one) for one in strongest))
    if explained.reconciled is not None:
        _say(console, "Reconciled with these judgements", sentences.reconciled(case, explained.reconciled))
        lines = [(sentences.moved(case, one), one.key) for one in explained.reconciled.moved]
        _say_keyed(console, "Priors that moved", lines)
    console.print()
    console.print("Each change is of one thing alone, everything else as it is.", style="dim")


def _outcome(console: Console, explained: Explanation, outcome: str) -> None:
    case = explained.case
    console.print()
    _print(console, sentences.answer(case, outcome), "bold")
    if sentences.is_settled(case.point[outcome]):
        _say(console, "Settled by what the scenario supposes", ["Nothing is left to explain."])
        return
    parts = explained.contributions[outcome]
    if parts.log_odds:
        _say(console, "What the findings do", sentences.contributed(case, parts))
        waterfall(case, parts).print_to(console)
    influence = explained.influence
    told = sentences.strongest_without(case, outcome, influence.statements, MOST)
    told += sentences.strongest_without(case, outcome, influence.groups["speaker"], 1)[:1] if len(told) > 1 else []
    _say(console, "Whose words it rests on", told)
    _say(console, "How good the ground is", [sentences.confidence(case, explained.confidence[outcome])])
    bars = [one for one in explained.tornado[outcome][:MOST] if one.swing >= sentences.LEAST]
    keyed = [(sentences.bar(case, outcome, one), one.parameter.key) for one in bars]
    _say_keyed(console, "Which numbers it hangs on", keyed)
    _say(console, "If read or weighed otherwise", _readings(explained, outcome))
    plan = explained.indicators[outcome]
    ahead = [one for one in plan.indicators if not one.effect and one.bits >= TELLING]
    told = [sentences.indicator(case, outcome, one, plan) for one in ahead[:MOST]]
    if (pair := sentences.best_pair(case, plan)) is not None and len(ahead) > 1:
        told.append(pair)
    told += [sentences.irrelevant(case, name, why) for name, why in list(plan.irrelevant.items())[:MOST]]
    _say(console, "What to look for", told)
    flips = [
        (sentences.flip(case, one), one.name if one.kind == "number" else "") for one in explained.flips[outcome][:MOST]
    ]
    _say_keyed(console, "What would change the word", flips or [("Nothing that was tried, alone.", "")])
    if explained.two_way is not None:
        both = explained.two_way
        keys = f"{both.first.key} (down) × {both.second.key}"
        _say_keyed(console, "Two numbers together", [(sentences.two_way(case, both), keys)])
        _two_way(both, outcome).print_to(console)


def _readings(explained: Explanation, outcome: str) -> list[str]:
    """The choices that matter, the others in one line."""
    case = explained.case
    told: list[str] = []
    still: list[Other] = []
    for one in explained.readings:
        changed = abs(one.answers[outcome].p - case.point[outcome]) >= sentences.LEAST
        if changed:
            told.append(sentences.other(case, outcome, one))
        else:
            still.append(one)
    return [*told, *([sentences.unchanged(case, still)] if still else [])]


def waterfall(case: Case, parts: Contributions) -> Table:
    """From the baseline to the scenario, one step per finding, in probabilities that follow the log-odds."""
    table = Table(("step", "words"), ("log-odds", "figures"), ("then", "figures"), indent=4)
    table.add_cells(("baseline", "", percent(parts.baseline)))
    for (name, value), place in zip(parts.ranked, parts.places, strict=True):
        then = "" if math.isnan(place) else percent(place)
        table.add_cells((sentences.step(case, name), f"{value:+.2f}", then))
    table.add_cells(("scenario", "", percent(parts.scenario)))
    return table


def _courses(console: Console, explained: Explanation) -> None:
    case, courses = explained.case, explained.courses
    if courses:
        told = [sentences.course(case, courses[0])]
        told += [sentences.courses_differ(case, courses[0], later) for later in courses[1:]]
        console.print()
        _say(console, "Most probable course of events, and the next ones", told)


def _two_way(both: TwoWay, outcome: str) -> Table:
    headings: list[tuple[str, Kind]] = [
        (sentences.value(both.second, value), "figures") for value in both.second_values
    ]
    table = Table(("", "ranges"), *headings, indent=4)
    for value, row in zip(both.first_values, both.p[outcome], strict=True):
        table.add_cells((sentences.value(both.first, value), *(percent(float(p)) for p in row)))
    return table


def _say(console: Console, heading: str, lines: Iterable[str]) -> None:
    told = list(lines)
    if told:
        console.print(Text(f"  {heading}", "cyan"))
        for line in told:
            _print(console, line, indent=4)


def _say_keyed(console: Console, heading: str, lines: Sequence[tuple[str, str]]) -> None:
    """Sentences on numbers, each with the number's key for `--two-way`."""
    if lines:
        console.print(Text(f"  {heading}", "cyan"))
    for line, key in lines:
        _print(console, line, indent=4)
        if key:
            console.print(Text(f"      {key}", "dim"), soft_wrap=True)


def _print(console: Console, line: str, style: str = "", indent: int = 0) -> None:
    """Wrapped without the padding that would be copied along."""
    space = " " * indent
    # A number stays with its percent sign.
    for part in wrap(line.replace(" %", "\u00a0%"), console.width, initial_indent=space, subsequent_indent=space):
        console.print(Text(part.replace("\u00a0%", " %"), style), soft_wrap=True)
