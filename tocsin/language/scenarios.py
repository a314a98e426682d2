"""Sentences about the scenario as a whole: its most probable course, contradictions, doubled voices, arcs."""

from __future__ import annotations

import math
from collections.abc import Sequence

from tocsin.analysis.case import Case
from tocsin.analysis.foundations import Foundations, Grounds
from tocsin.analysis.sensitivity import Strength, TwoWay
from tocsin.analysis.tension import Conflict, Moved, Reconciled, Tension
from tocsin.analysis.voices import DISPUTED, Dispute, Doubled, Sides, apart, doubled
from tocsin.assessment import Estimate
from tocsin.errors import counted, listed
from tocsin.language.findings import origin
from tocsin.language.naming import LEAST, about, from_to, noun, signed, titles, word
from tocsin.language.numbers import capital, interval, number, percent
from tocsin.language.parameters import figure, kind_of, plain, quantity
from tocsin.model import Model
from tocsin.reconciliation import LEAST_EFFECTIVE as TOO_FEW

LEAST_NATS = 0.005
"""A conflict nearer to zero than this says nothing."""
MOST_QUESTIONS = 4
"""Of those on which statements that share a speaker or an origin count each: how many are named."""


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
    return [*lines, *(capital(text) for text in told)]


def tension(one: Tension) -> str:
    """One statement beside the model's answer."""
    weight = f"weight {one.weight:.2g}"
    if one.kind == "comparison":
        told = "agrees" if not one.strained else "disagrees"
        both = f"{percent(one.model_p)} against {percent(one.other_p or 0.0)}"
        share = f"it holds in {percent(one.holds or 0.0)} of the draws"
        return f"{one.statement} ({weight}) says that {one.told}; the model {told}: {both}, and {share}."
    if one.kind == "fact" or one.low is None or one.high is None:
        told = "expected it" if not one.strained else "did not expect it"
        return f"{one.statement} reports a sign of “{one.told}”; the model {told}: {percent(one.model_p)} without it."
    far = f"{abs(one.z):.1f} standard deviations {'above' if one.z > 0 else 'below'}"
    return (
        f"{one.statement} ({weight}) says {number(one.low)}–{number(one.high)} % for “{one.told}”; the model says "
        f"{percent(one.model_p)}, {far} the words. The firmer of the two is the {one.firmer}."
    )


def double(case: Case, one: Doubled) -> str:
    """A group of statements that share one weight, or numbers that share one statement."""
    members, shared = ", ".join(one.members), _voices(case, one.shared)
    match one.kind:
        case "votes":
            return f"{members} share {shared} and have one vote between them on {quantity(case.model, one.on)}."
        case "reports":
            counting = f"{listed(one.counting)} {'counts' if len(one.counting) == 1 else 'count'}"
            return f"Of {listed(one.members)}, which share {shared}, only {counting} on {titles(case, [one.on])}."
        case _:
            told = "; ".join(quantity(case.model, key) for key in one.members)
            return f"{one.on} ({shared}) observes {len(one.members)} numbers, and errs alike in them: {told}."


def independence(model: Model) -> str:
    """What statements share, what counts once for it, and what counts each time all the same."""
    groups = [group for group in doubled(model) if group.kind != "numbers"]
    sentences = []
    if groups:
        count = len({name for group in groups for name in group.members})
        votes = sum(len(group.counting) or 1 for group in groups)
        number_of_groups = counted(len(groups), "group")
        formed = f"{number_of_groups} with {counted(votes, 'vote')} between them"
        if votes == len(groups):
            formed = f"{number_of_groups}, {'which' if votes == 1 else 'each of which'} counts once"
        sentences.append(
            f"{count} statements share a speaker or an origin with another on the same number, or report the same; "
            f"they form {formed}."
        )
    by_variable: dict[str, dict[str, None]] = {}
    for each in apart(model, groups):
        by_variable.setdefault(each.variable, {}).update(dict.fromkeys(each.members))
    if by_variable:
        variables, shown = model.records.variables, list(by_variable)[:MOST_QUESTIONS]
        named = "; ".join(f"“{variables[name].title}” ({', '.join(by_variable[name])})" for name in shown)
        more = f"; and {len(by_variable) - MOST_QUESTIONS} more" if len(by_variable) > MOST_QUESTIONS else ""
        sentences.append(
            f"On {counted(len(by_variable), 'question')} statements that share a speaker or an origin count each, "
            f"since they set different numbers, or one judges what another reports: {named}{more}."
        )
    return f"Independence: {' '.join(sentences) or 'no two statements on one question share a speaker or an origin.'}"


def reconciled(case: Case, one: Reconciled) -> list[str]:
    """What reconciling does, or why it is refused."""
    statements, share = one.reconciliation.statements, f"{percent(one.reconciliation.effective)} of the draws"
    if one.assessment is None:
        return [
            f"Refused: only {share} are left, below {100 * TOO_FEW:g} %. The judgements and the tables contradict each "
            "other; look at the tensions and change one or the other."
        ]
    if not statements:
        return ["No judgement that is heard is about what the model computes: there is nothing to reconcile."]
    lines = [f"Weighed by {counted(len(statements), 'statement')} ({', '.join(statements)}); worth {share}."]
    for outcome, estimate in one.assessment.outcomes.items():
        p = case.point[outcome]
        moves = from_to(p, estimate.p) if abs(estimate.p - p) >= LEAST else f"stays at {percent(p)}"
        change = f"{moves} {interval(estimate)}"
        lines.append(f"{capital(noun(case, outcome))}: {change}, {word(case, p, estimate.wording.word)}.")
    return lines


def moved(case: Case, one: Moved) -> str:
    """A number's prior before and after: mean and 80 % interval."""
    kind, told = kind_of(case.model, one.key), quantity(case.model, one.key)

    def shown(each: Estimate) -> str:
        return f"{figure(kind, each.p)} [{figure(kind, each.low)} to {figure(kind, each.high)}]"

    return f"{capital(told)} goes from {shown(one.before)} to {shown(one.after)}."


def arc(case: Case, one: Strength) -> str:
    """How far a child moves with one parent."""
    variables = case.model.records.variables
    points = f"by {one.mean * 100:.0f} points on average, by {one.most * 100:.0f} at most"
    return f"A change of “{variables[one.parent].title}” moves “{variables[one.child].title}” {points}."


def two_way(case: Case, one: TwoWay) -> str:
    """The heading of a table of two numbers."""
    first, second = (quantity(case.model, each.key) for each in (one.first, one.second))
    return f"Down: {first}. Across: {second}."


def dispute(model: Model, found: Dispute) -> str:
    """`In dispute: the chance of … (A1 says more, B1 says less; they differ 3.1 times as far as they should).`"""
    sides = [
        f"{listed(list(names))} {verb}"
        for names, side in ((found.higher, "more"), (found.lower, "less"))
        for verb in [f"says {side}" if len(names) < 2 else f"say {side}"]
        if names
    ]
    if len(sides) == 1:
        sides.append("what would be believed without them stands against it")
    return f"In dispute: {quantity(model, found.number)} ({'; '.join(sides)}; disagreement {found.ratio:.1f})."


def disputed(case: Case, one: Sides) -> str:
    """A dispute, and where each side alone would leave the outcomes that it moves."""
    told = [dispute(case.model, one.dispute)]
    for name, p in case.point.items():
        low, high = one.lower[name].p, one.higher[name].p
        if abs(high - low) >= LEAST:
            told.append(
                f"{capital(noun(case, name))} is at {percent(p)}; under the lower side alone {percent(low)}, "
                f"under the higher {percent(high)}."
            )
    return " ".join(told)


_EVIDENCE = {"strong": "Most", "fair": "A good part", "weak": "Little"}


def confidence(case: Case, grounds: Grounds) -> str:
    """Analytic confidence in an outcome, and why; no probability of an outcome stands in it."""
    return f"Analytic confidence is {grounds.level}. {grounds_of(case, grounds)}"


def grounds_of(case: Case, grounds: Grounds) -> str:
    """`Little of the spread (0.31 of it) rests on statements and counts; …`."""
    marks, speakers = grounds.marks, case.model.records.speakers
    evidence = "None of the spread rests on statements or counts, all of it on assumptions"
    if round(grounds.evidence, 2):
        share = f"{_EVIDENCE[marks['evidence']]} of the spread ({grounds.evidence:.2f} of it)"
        evidence = f"{share} rests on statements and counts, the rest on assumptions"
    if grounds.dispute > DISPUTED:
        agreement = "the voices on the numbers that carry it contradict each other"
    elif grounds.voices > 1:
        agreement = f"{grounds.voices} voices on the numbers that carry it agree"
    elif grounds.voices == 1:
        agreement = "one voice speaks on the numbers that carry it"
    else:
        agreement = "no voice speaks on the numbers that carry it"
    if grounds.swayed:
        alone = f"without {listed([speakers[name].name for name in grounds.swayed], 'or')} it would have another word"
    elif marks["one voice"] == "fair":
        alone = "it hangs on one speaker in part"
    else:
        alone = "it hangs on no single speaker"
    return f"{evidence}; {agreement}; {alone}."


def foundations(found: Foundations) -> str:
    """`Of 101 numbers 12 rest on words through the analysts' own reading, 9 on base rates and 80 on assumptions.`"""
    grounds = (
        (found.published, "on words through a published scale"),
        (found.own_reading, "on words through the analysts' own reading"),
        (found.base_rates, "on base rates"),
        (found.assumptions, "on assumptions"),
        (found.values, "on definitions and arithmetic"),
    )
    held = [f"{count} {ground}" for count, ground in grounds if count]
    if not held:
        return "No number is needed."
    held[0] = held[0].replace(" on ", " rests on " if held[0].startswith("1 ") else " rest on ", 1)
    return f"Of {counted(found.total, 'number')} {listed(held)}."


def _voices(case: Case, names: Sequence[str]) -> str:
    """Speakers by name, then the origins of what is said."""
    speakers = case.model.records.speakers
    told = [speakers[name].name for name in names if name in speakers]
    origins = [origin(case.model.records, name) for name in names if name not in speakers]
    if origins:
        told.append(f"the origin{'s' if len(origins) > 1 else ''} {' and '.join(origins)}")
    return listed(told)
