"""Sentences about the scenario as a whole: its most probable course, contradictions, doubled voices, arcs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tocsin.analysis.case import Case
from tocsin.analysis.conflict import Conflict
from tocsin.analysis.doubled import Doubled
from tocsin.analysis.explanation import Course
from tocsin.analysis.reconcile import Moved, Reconciled
from tocsin.analysis.strength import Strength
from tocsin.analysis.tension import Tension
from tocsin.analysis.tornado import TwoWay
from tocsin.assessment import Estimate
from tocsin.sentences.naming import LEAST, about, event, from_to, listed, origin, signed, titles, word
from tocsin.sentences.quantities import figure, kind_of, plain, quantity
from tocsin.wording import interval, number, percent

LEAST_NATS = 0.005
"""A conflict nearer to zero than this says nothing."""


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
    if abs(one.nats) < LEAST_NATS:
        lines = ["Taken together, the findings neither support nor contradict each other."]
    elif one.nats > 0:
        lines = [
            f"The findings are together {plain(math.exp(one.nats))} times less likely than if they had nothing to do "
            f"with each other (conflict {one.nats:.2g} nats): a possible contradiction, or a rare case."
        ]
    else:
        lines = [f"The findings agree (conflict {signed(one.nats)} nats)."]
    worst = [pair for pair in one.pairs if pair[2] > 0.01][:3]
    told = [f"{about(case, a)} and {about(case, b)} disagree most ({nats:.2g} nats)." for a, b, nats in worst]
    return [*lines, *(text[:1].upper() + text[1:] for text in told)]


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
    members, shared = ", ".join(one.members), _voices(case, one.shared)
    match one.kind:
        case "votes":
            return f"{members} share {shared} and have one vote between them on {quantity(case.model, one.on)}."
        case "reports":
            return f"{members} share {shared} and count as one report on {titles(case, [one.on])}."
        case _:
            told = "; ".join(quantity(case.model, key) for key in one.members)
            return f"{one.on} ({shared}) sets {len(one.members)} numbers, which are drawn as if independent: {told}."


def reconciled(case: Case, one: Reconciled) -> list[str]:
    """What reconciling does, or why it is refused."""
    share = f"{percent(one.effective)} of the draws"
    if one.assessment is None:
        return [
            f"Refused: only {share} are left, below 2 %. The judgements and the tables contradict each other; "
            "look at the tensions and change one or the other."
        ]
    if not one.statements:
        return ["No judgement that is heard is about what the model computes: there is nothing to reconcile."]
    count = f"{len(one.statements)} statement{'s' * (len(one.statements) > 1)}"
    lines = [f"Weighed by {count} ({', '.join(one.statements)}); worth {share}."]
    for outcome, estimate in one.assessment.outcomes.items():
        p = case.point[outcome]
        moves = from_to(p, estimate.p) if abs(estimate.p - p) >= LEAST else f"stays at {percent(p)}"
        change = f"{moves} {interval(estimate)}"
        lines.append(f"{event(case, outcome)}: {change}, {word(case, p, estimate.wording.word)}.")
    return lines


def moved(case: Case, one: Moved) -> str:
    """A number's prior before and after: mean and 80 % interval."""
    kind, told = kind_of(case.model, one.key), quantity(case.model, one.key)

    def shown(each: Estimate) -> str:
        return f"{figure(kind, each.p)} [{figure(kind, each.low)} to {figure(kind, each.high)}]"

    return f"{told[:1].upper()}{told[1:]} goes from {shown(one.before)} to {shown(one.after)}."


def arc(case: Case, one: Strength) -> str:
    """How far a child moves with one parent."""
    variables = case.model.records.variables
    points = f"by {one.mean * 100:.0f} points on average, by {one.most * 100:.0f} at most"
    return f"A change of “{variables[one.parent].title}” moves “{variables[one.child].title}” {points}."


def two_way(case: Case, one: TwoWay) -> str:
    """The heading of a table of two numbers."""
    first, second = (quantity(case.model, each.key) for each in (one.first, one.second))
    return f"Down: {first}. Across: {second}."


def _voices(case: Case, names: Sequence[str]) -> str:
    """Speakers by name, then the origins of what is said."""
    speakers = case.model.records.speakers
    told = [speakers[name].name for name in names if name in speakers]
    origins = [origin(case.model.records, name) for name in names if name not in speakers]
    if origins:
        told.append(f"the origin{'s' if len(origins) > 1 else ''} {' and '.join(origins)}")
    return listed(told)
