"""Sentences about two scenarios: how they differ, and which difference explains which change."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from tocsin.analysis.contributions import STATEMENTS, Difference, Differences
from tocsin.assessment import lexicon_of
from tocsin.language.findings import changes
from tocsin.language.naming import LEAST, from_to, of_case
from tocsin.language.numbers import capital, percent

TELLING = 0.005
"""Parts smaller than this, in log-odds, are not told."""
NEGLIGIBLE = 0.05
"""Of all that moves an outcome: what is less is not told, and the rest is all of it."""
Naming = Callable[[Differences, Difference], str]
MOST_OF_IT = 0.5
"""Of all that pulls the same way."""


def difference(found: Differences, one: Difference) -> str:
    """`Border posture: degraded, supposed to be made so, instead of left to its causes`."""
    title, told = _told(found, one)
    return f"{title}: {told}"


def in_full(found: Differences, one: Difference) -> str:
    """A difference within a sentence: `“Border posture” (degraded, observed for certain, instead of nothing known)`."""
    return f"{by_title(found, one)} ({_told(found, one)[1]})"


def by_title(found: Differences, one: Difference) -> str:
    """As `in_full` where the differences are told elsewhere: `“Border posture”`."""
    return "the statements" if one.name == STATEMENTS else f"“{_told(found, one)[0]}”"


def changed(found: Differences, outcome: str, naming: Naming = in_full) -> str:
    """From where to where an outcome goes, and by which difference most."""
    one = found.outcomes[outcome]
    moves = abs(one.scenario - one.baseline) >= LEAST
    start = capital(from_to(one.baseline, one.scenario)) if moves else f"It stays at {percent(one.scenario)}"
    if any(map(math.isnan, one.log_odds.values())):
        why = "no part can be told, since some of what differs is possible only one without the other"
        return f"{start}: {why}."
    by_name = {each.name: each for each in found.differences}
    least = min(TELLING, NEGLIGIBLE * sum(map(abs, one.log_odds.values()))) if moves else TELLING
    telling = [(naming(found, by_name[name]), part) for name, part in one.ranked if abs(part) >= least]
    up = one.scenario >= one.baseline
    along = [pair for pair in telling if (pair[1] > 0) == up]
    against = [each for each, part in telling if (part > 0) != up]
    if not moves or not along:
        return f"{start}{_cancelled(telling)}."
    although = f", although {against[0]} {'lowers' if up else 'raises'} it" if against else ""
    return f"{start}: {_mostly(along, len(telling))}{although}."


def settings(found: Differences) -> list[str]:
    """What else differs, and that it moves nothing."""
    model, first, second = found.first.before, found.first.scenario, found.second.scenario
    lines = []
    if "lexicon" in found.settings:
        one, other = (lexicon_of(model, each).title for each in (first, second))
        lines.append(f"The first is worded by “{one}”, the second by “{other}”; that moves no probability.")
    if "interval" in found.settings:
        one, other = (f"{each.interval * 100:g} % intervals" for each in (first, second))
        lines.append(f"The first gives {one}, the second {other}; that moves no probability.")
    if "reconcile" in found.settings:
        which = "second" if second.reconcile else "first"
        lines.append(f"Only the {which} is reconciled with the judgements; both are compared as they are before that.")
    return lines


def _mostly(along: Sequence[tuple[str, float]], telling: int) -> str:
    """The difference that explains most; a second where it takes two."""
    first = along[0][0]
    if len(along) == 1:
        return f"all of it by {first}" if telling == 1 else f"by {first}"
    if abs(along[0][1]) >= MOST_OF_IT * sum(abs(part) for _, part in along):
        return f"most of it by {first}"
    return f"most of it by {first} and {along[1][0]}"


def _cancelled(telling: Sequence[tuple[str, float]]) -> str:
    """Differences that undo each other."""
    up = next((each for each, part in telling if part > 0), None)
    down = next((each for each, part in telling if part < 0), None)
    if up is None or down is None:
        return ""
    return f": {up} raises it and {down} lowers it by as much"


def _told(found: Differences, one: Difference) -> tuple[str, str]:
    """What it is about, and how it is instead of how it was."""
    if one.name == STATEMENTS:
        cases = (found.second, found.first)
        now, was = (_joined(changes(case.before.records, case.scenario.statements)) or "none changed" for case in cases)
        return "Statements", f"{now}, instead of {was}"
    name = (*one.was, *one.now)[0].variable
    records = found.second.model.records
    made = any(finding.kind == "forced" for finding in (*one.was, *one.now))
    stays = sum(each.variable == name for each in found.first.findings) > len(one.was)
    nothing = "left to its causes" if made else "nothing more known" if stays else "nothing known"
    now, was = (_joined([of_case(records, each, "state") for each in side]) or nothing for side in (one.now, one.was))
    return records.variables[name].title, f"{now}, instead of {was}"


def _joined(parts: Sequence[str]) -> str:
    return "; ".join(parts)
