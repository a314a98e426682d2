"""Sentences about the scenario as a whole: its most probable course, contradictions, doubled voices, arcs."""

from __future__ import annotations

import math

from tocsin.analysis.case import Case
from tocsin.analysis.conflict import Conflict
from tocsin.analysis.doubled import Doubled
from tocsin.analysis.explanation import Course
from tocsin.analysis.reconcile import Moved, Reconciled
from tocsin.analysis.strength import Strength
from tocsin.analysis.tension import Tension
from tocsin.sentences.naming import about, event, from_to, signed, titles, word
from tocsin.wording import interval, number, percent


def course(case: Case, one: Course) -> str:
    """One joint course of events: the states of everything that is not certain, indices left out."""
    variables = case.model.records.variables
    parts = [
        f"{variables[name].title}: {variables[name].label(state)}"
        for name, state in one.states.items()
        if variables[name].role != "index"
    ]
    return f"{percent(one.p)}: {'; '.join(parts)}."


def courses_differ(case: Case, first: Course, later: Course) -> str:
    """A runner-up, by what differs from the most probable course."""
    variables = case.model.records.variables
    parts = [
        f"{variables[name].title}: {variables[name].label(state)}"
        for name, state in later.states.items()
        if state != first.states[name] and variables[name].role != "index"
    ]
    return f"{percent(later.p)}: the same, but {'; '.join(parts)}."


def conflict(case: Case, one: Conflict) -> list[str]:
    """Whether the findings disagree, and which two most."""
    if len(one.findings) < 2:
        return ["There are fewer than two findings to compare."]
    if one.nats > 0:
        lines = [
            f"The findings are together {math.exp(one.nats):.3g} times less likely than if they had nothing to do with "
            f"each other (conflict {one.nats:.2g} nats): a possible contradiction, or a rare case."
        ]
    else:
        lines = [f"The findings agree (conflict {signed(one.nats)} nats)."]
    worst = [pair for pair in one.pairs if pair[2] > 0.01][:3]
    lines += [f"{about(case, a)} and {about(case, b)} disagree most ({nats:.2g} nats)." for a, b, nats in worst]
    return lines


def tension(one: Tension) -> str:
    """One judgement beside the model's answer."""
    if one.low is None or one.high is None:
        told = "agrees" if not one.strained else "disagrees"
        both = f"{percent(one.model_p)} against {percent(one.other_p or 0.0)}"
        return f"{one.statement} says that {one.told}; the model {told}: {both}."
    far = f"{abs(one.z):.1f} standard deviations {'above' if one.z > 0 else 'below'}"
    return (
        f"{one.statement} says {number(one.low)}–{number(one.high)} % for “{one.told}”; the model says "
        f"{percent(one.model_p)}, {far} the middle of the words."
    )


def double(case: Case, one: Doubled) -> str:
    """A group of statements that share one weight, or numbers that share one statement."""
    members, shared = ", ".join(one.members), " and ".join(_voice(case, name) for name in one.shared)
    match one.kind:
        case "votes":
            return f"{members} share {shared} and have one vote between them on {one.on}."
        case "reports":
            return f"{members} share {shared} and count as one report on {titles(case, [one.on])}."
        case _:
            return f"{one.on} ({shared}) sets {len(one.members)} numbers, which are drawn as if independent: {members}."


def reconciled(case: Case, one: Reconciled) -> list[str]:
    """What reconciling does, or why it is refused."""
    share = f"{percent(one.effective)} of the draws"
    if one.assessment is None:
        return [
            f"Refused: only {share} are left, below 2 %. The judgements and the tables contradict each other; "
            "look at the tensions and change one or the other."
        ]
    lines = [f"Weighed by {len(one.statements)} statements ({', '.join(one.statements)}); worth {share}."]
    for outcome, estimate in one.assessment.outcomes.items():
        p = case.point[outcome]
        change = f"{from_to(p, estimate.p)} {interval(estimate)}"
        lines.append(f"{event(case, outcome)}: {change}, {word(case, p, estimate.wording.word)}.")
    return lines


def moved(one: Moved) -> str:
    """A number's prior before and after."""
    before, after = (f"{each.p:.3g} [{each.low:.3g} to {each.high:.3g}]" for each in (one.before, one.after))
    return f"{one.key}: {before} becomes {after}"


def arc(case: Case, one: Strength) -> str:
    """How far a child moves with one parent."""
    variables = case.model.records.variables
    points = f"by {one.mean * 100:.0f} points on average, by {one.most * 100:.0f} at most"
    return f"A change of “{variables[one.parent].title}” moves “{variables[one.child].title}” {points}."


def _voice(case: Case, name: str) -> str:
    speakers = case.model.records.speakers
    return speakers[name].name if name in speakers else f"the origin {name}"
