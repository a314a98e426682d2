"""Sentences about two scenarios: how they differ, and which difference explains which change."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from tocsin.analysis.contributions import STATEMENTS, Difference, Differences
from tocsin.assessment import lexicon_of
from tocsin.language.events import changes, of_case
from tocsin.language.numbers import LEAST, capital, from_to, percent

LEAST_PART = 0.005
"""Parts smaller than this, in log-odds, are not told."""
NEGLIGIBLE = 0.05
"""Of all that moves an outcome: what is less is not told, and the rest is all of it."""
Naming = Callable[[Differences, Difference], str]
MOST_OF_IT = 0.5
"""Of all that pulls the same way."""


def difference(found: Differences, part: Difference) -> str:
    """`Border posture: degraded, forced, instead of left to its causes`."""
    return ": ".join(_title_and_change(found, part))


def in_full(found: Differences, part: Difference) -> str:
    """A difference within a sentence: `“Border posture” (degraded, observed, instead of nothing known)`."""
    return f"{by_title(found, part)} ({_title_and_change(found, part)[1]})"


def by_title(found: Differences, part: Difference) -> str:
    """As `in_full` where the differences stand elsewhere: `“Border posture”`."""
    return "the statements" if part.name == STATEMENTS else f"“{_title_and_change(found, part)[0]}”"


def changed(found: Differences, outcome: str, naming: Naming = in_full) -> str:
    """From where to where an outcome goes, and by which difference most."""
    change = found.outcomes[outcome]
    moves = abs(change.scenario - change.baseline) >= LEAST
    start = capital(from_to(change.baseline, change.scenario)) if moves else f"It stays at {percent(change.scenario)}"
    if any(map(math.isnan, change.log_odds.values())):
        return f"{start}: no part can be told, since some of what differs is possible only one without the other."
    by_name = {part.name: part for part in found.differences}
    least = min(LEAST_PART, NEGLIGIBLE * sum(map(abs, change.log_odds.values()))) if moves else LEAST_PART
    telling = [(naming(found, by_name[name]), part) for name, part in change.ranked if abs(part) >= least]
    raised = [(name, part) for name, part in telling if part > 0]
    lowered = [(name, part) for name, part in telling if part < 0]
    along, against = (raised, lowered) if change.scenario >= change.baseline else (lowered, raised)
    if not moves:
        both = f", raised by {raised[0][0]} and lowered as much by {lowered[0][0]}" if raised and lowered else ""
        return f"{start}{both}."
    if not along:
        return f"{start}."
    although = f", partly undone by {against[0][0]}" if against else ""
    return f"{start}, {_mostly(along, bool(against))}{although}."


def settings(found: Differences) -> list[str]:
    """What else differs, and that it moves nothing."""
    model, first, second = found.first.before, found.first.scenario, found.second.scenario
    lines = []
    if "lexicon" in found.settings:
        one, other = (lexicon_of(model, scenario).title for scenario in (first, second))
        lines.append(f"The first is worded by “{one}”, the second by “{other}”; that moves no probability.")
    if "interval" in found.settings:
        one, other = (f"{scenario.interval * 100:g} % intervals" for scenario in (first, second))
        lines.append(f"The first gives {one}, the second {other}; that moves no probability.")
    if "reconcile" in found.settings:
        which = "second" if second.reconcile else "first"
        lines.append(f"Only the {which} is reconciled with the judgements; both are compared as they are before that.")
    return lines


def _mostly(along: Sequence[tuple[str, float]], undone: bool) -> str:
    """The difference that explains most; a second where it takes two."""
    first, part = along[0]
    if len(along) == 1:
        return f"by {first}" if undone else f"all of it by {first}"
    if abs(part) >= MOST_OF_IT * sum(abs(part) for _, part in along):
        return f"most of it by {first}"
    return f"most of it by {first} and {along[1][0]}"


def _title_and_change(found: Differences, part: Difference) -> tuple[str, str]:
    """What it is about, and how it is instead of how it was."""
    if part.name == STATEMENTS:
        cases = (found.second, found.first)
        lists = (changes(case.before.records, case.scenario.statements) for case in cases)
        now, was = ("; ".join(lines) or "as they are" for lines in lists)
        return "Statements", f"{now}, instead of {was}"
    name = (*part.was, *part.now)[0].variable
    records = found.second.model.records
    forced = any(finding.kind == "forced" for finding in (*part.was, *part.now))
    stays = sum(finding.variable == name for finding in found.first.findings) > len(part.was)
    nothing = "left to its causes" if forced else "nothing more known" if stays else "nothing known"
    sides = ([of_case(records, finding, "state") for finding in side] for side in (part.now, part.was))
    now, was = ("; ".join(lines) or nothing for lines in sides)
    return records.variables[name].title, f"{now}, instead of {was}"
