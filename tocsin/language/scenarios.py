"""Sentences about a scenario as a whole (contradictions, doubled voices, arcs) and about how two of them differ."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from tocsin.analysis.case import Case
from tocsin.analysis.contributions import STATEMENTS, Difference, Differences
from tocsin.analysis.foundations import Foundations, Grounds
from tocsin.analysis.perturbations import Answer
from tocsin.analysis.sensitivity import Strength, TwoWay
from tocsin.analysis.tension import Conflict, Moved, Reconciled, Tension
from tocsin.analysis.voices import DISPUTED, Dispute, Doubled, Sides, apart, doubled
from tocsin.assessment import Estimate, lexicon_of
from tocsin.errors import counted, listed
from tocsin.language.events import chance_of, changes, finding_or_facts, holds, noun, of_case, that, titles
from tocsin.language.numbers import LEAST, capital, figure, from_to, interval, is_settled, percent, plain, signed
from tocsin.language.outcomes import goes
from tocsin.language.parameters import kind_of, quantity
from tocsin.language.statements import origin
from tocsin.model import Model
from tocsin.reconciliation import LEAST_EFFECTIVE as TOO_FEW
from tocsin.records import ModelRecords
from tocsin.records.base import only

LEAST_NATS = 0.005
"""A conflict nearer to zero than this says nothing."""
MOST_QUESTIONS = 4
"""Of those on which statements that share a speaker or an origin count each: how many are named."""


def conflict(case: Case, found: Conflict) -> list[str]:
    """Whether the findings disagree, and which two most."""
    if len(found.findings) < 2:
        return ["There are fewer than two findings to compare."]
    if abs(found.nats) < LEAST_NATS:
        lines = ["Taken together, the findings neither support nor contradict each other."]
    elif found.nats > 0:
        lines = [
            f"The findings are together {plain(math.exp(found.nats))} times less likely than if they had nothing to do "
            f"with each other (conflict {found.nats:.2g} nats): a possible contradiction, or a rare case."
        ]
    else:
        lines = [f"The findings agree (conflict {signed(found.nats)} nats)."]
    for first, second, nats in [pair for pair in found.pairs if pair[2] > 0.01][:3]:
        both = f"{finding_or_facts(case, first)} and {finding_or_facts(case, second)}"
        lines.append(f"{capital(both)} disagree most ({nats:.2g} nats).")
    return lines


def tension(records: ModelRecords, found: Tension) -> str:
    """One statement beside the model's answer."""
    weight, subject = f"weight {found.weight:.2g}", tension_subject(records, found)
    if found.kind == "comparison":
        return (
            f"{found.statement} ({weight}) finds it {subject}; the model "
            f"{'disagrees' if found.strained else 'agrees'}: {percent(found.model_p)} against "
            f"{percent(found.other_p or 0.0)}, and it holds in {percent(found.holds or 0.0)} of the draws."
        )
    if found.kind == "fact" or found.low is None or found.high is None:
        expected = "did not expect it" if found.strained else "expected it"
        sign = f"a sign {'of ' if subject.startswith('“') else ''}{subject}"
        return (
            f"{found.statement} reports {sign}; the model {expected}: "
            f"without that report, the chance is {percent(found.model_p)}."
        )
    side = "above" if found.z > 0 else "below"
    far = f"{abs(found.z):.1f} standard deviations {side} the words" if found.z else "which the words leave open"
    firmer = "is the model" if found.firmer == "model" else "are the words"
    return (
        f"{found.statement} ({weight}) puts {subject} at {100 * found.low:.3g}–{100 * found.high:.3g} %; the model "
        f"puts it at {percent(found.model_p)}, {far}. The firmer of the two {firmer}."
    )


def tension_subject(records: ModelRecords, found: Tension) -> str:
    """`more likely that A than that B`, of a fact `that A`, of a probability `the chance that A when B`."""
    if found.than:
        return f"more likely {that(records, *only(found.event))} than {that(records, *only(found.than))}"
    if found.kind == "fact":
        return that(records, *only(found.event))
    given = [holds(records, name, states) for name, states in found.given.items()]
    return f"{chance_of(records, *only(found.event))}{' when ' if given else ''}{listed(given)}"


def double(case: Case, found: Doubled) -> str:
    """A group of statements that share one weight, or numbers that share one statement."""
    shared = _voices(case, found.shared)
    match found.kind:
        case "votes":
            on = quantity(case.model, found.on)
            return f"{listed(found.members)} share {shared} and have one vote between them on {on}."
        case "reports":
            counting = f"{listed(found.counting)} {'counts' if len(found.counting) == 1 else 'count'}"
            return f"Of {listed(found.members)}, which share {shared}, only {counting} on {titles(case, [found.on])}."
        case _:
            numbers = "; ".join(quantity(case.model, key) for key in found.members)
            return f"{found.on} ({shared}) sets {len(found.members)} numbers, and errs alike in them: {numbers}."


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
    for voices in apart(model, groups):
        by_variable.setdefault(voices.variable, {}).update(dict.fromkeys(voices.members))
    if by_variable:
        variables, shown = model.records.variables, list(by_variable)[:MOST_QUESTIONS]
        questions = "; ".join(f"“{variables[name].title}” ({', '.join(by_variable[name])})" for name in shown)
        more = f"; and {len(by_variable) - MOST_QUESTIONS} more" if len(by_variable) > MOST_QUESTIONS else ""
        sentences.append(
            f"On {counted(len(by_variable), 'question')}, statements that share a speaker or an origin each count, "
            f"since they set different numbers, or one judges what another reports: {questions}{more}."
        )
    return f"Independence: {' '.join(sentences) or 'no two statements on one question share a speaker or an origin.'}"


def reconciled(case: Case, found: Reconciled) -> list[str]:
    """What reconciling does, or why it is refused."""
    statements, share = found.reconciliation.statements, f"{percent(found.reconciliation.effective)} of the draws"
    if found.assessment is None:
        return [
            f"Refused: only {share} are left, below {100 * TOO_FEW:g} %. The judgements and the tables contradict each "
            "other; look at the tensions and change one or the other."
        ]
    if not statements:
        return ["No judgement that is heard is about what the model computes: there is nothing to reconcile."]
    lines = [f"Weighed by {counted(len(statements), 'statement')} ({', '.join(statements)}); worth {share}."]
    for outcome, estimate in found.assessment.outcomes.items():
        if not is_settled(estimate.p):
            changed = Answer(estimate.p, estimate.low, estimate.high, estimate.wording.word)
            change = goes(case, case.point[outcome], changed, shown=f" {interval(estimate)}")
            lines.append(f"{capital(noun(case, outcome))} {change}.")
    return lines


def moved(case: Case, found: Moved) -> str:
    """A number's prior before and after: mean and 80 % interval."""
    kind = kind_of(case.model, found.key)

    def shown(estimate: Estimate) -> str:
        return f"{figure(kind, estimate.p)} [{figure(kind, estimate.low)} to {figure(kind, estimate.high)}]"

    return f"{capital(quantity(case.model, found.key))} goes from {shown(found.before)} to {shown(found.after)}."


def arc(case: Case, found: Strength) -> str:
    """How far a child moves with one parent."""
    variables = case.model.records.variables
    mean, most = f"{found.mean * 100:.0f}", f"{found.most * 100:.0f}"
    points = f"by {mean} points" if mean == most else f"by {mean} points on average, by {most} at most"
    return f"A change of “{variables[found.parent].title}” moves “{variables[found.child].title}” {points}."


def two_way(case: Case, found: TwoWay) -> str:
    """The heading of a table of two numbers."""
    return f"Down: {quantity(case.model, found.first.key)}. Across: {quantity(case.model, found.second.key)}."


def dispute(model: Model, found: Dispute) -> str:
    """`In dispute: the chance of … (A1 says more, B1 says less; they differ 3.1 times as far as they should).`"""
    sides = [
        f"{listed(list(names))} {verb}"
        for names, side in ((found.higher, "more"), (found.lower, "less"))
        for verb in [f"says {side}" if len(names) < 2 else f"say {side}"]
        if names
    ]
    if len(sides) == 1:
        voices = len(found.higher) + len(found.lower)
        sides = [f"{sides[0]} than would be believed without {'it' if voices == 1 else 'them'}"]
    return f"In dispute: {quantity(model, found.number)} ({'; '.join(sides)}; disagreement {found.ratio:.1f})."


def disputed(case: Case, sides: Sides) -> str:
    """A dispute, and where each side alone would leave the outcomes that it moves."""
    lines = [dispute(case.model, sides.dispute)]
    for name, p in case.point.items():
        now, low, high = (
            percent(chance, case.words.edges) for chance in (p, sides.lower[name].p, sides.higher[name].p)
        )
        if abs(sides.higher[name].p - sides.lower[name].p) >= LEAST and low != high:
            lines.append(
                f"{capital(noun(case, name))} is at {now}; by the lower side alone it would be at {low}, by the "
                f"higher alone at {high}."
            )
    return " ".join(lines)


_EVIDENCE = {"strong": "Most", "fair": "A good part", "weak": "Little"}


def confidence(case: Case, grounds: Grounds) -> str:
    """Analytic confidence in an outcome, and why; no probability of an outcome stands in it."""
    return f"Analytic confidence is {grounds.level}. {grounds_of(case, grounds)}"


def grounds_of(case: Case, grounds: Grounds) -> str:
    """`Little of the spread (a share of 0.31) rests on statements and counts; …`."""
    marks, speakers = grounds.marks, case.model.records.speakers
    evidence = "None of the spread rests on statements or counts, all of it on assumptions"
    if round(grounds.evidence, 2):
        share = f"{_EVIDENCE[marks['evidence']]} of the spread (a share of {grounds.evidence:.2f})"
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
    """`Of 101 numbers, 12 rest on words through the analysts' own reading, 9 on base rates and 80 on assumptions.`"""
    grounds = (
        (found.published, "on words through a published scale"),
        (found.own_reading, "on words through the analysts' own reading"),
        (found.base_rates, "on base rates"),
        (found.assumptions, "on assumptions"),
        (found.values, "on definitions and arithmetic"),
    )
    held = [(count, ground) for count, ground in grounds if count]
    if not held:
        return "No number is needed."
    (count, ground), *more = held
    parts = [f"{count} rest{'s' if count == 1 else ''} {ground}", *(f"{count} {ground}" for count, ground in more)]
    return f"Of {counted(found.total, 'number')}, {listed(parts)}."


def _voices(case: Case, names: Sequence[str]) -> str:
    """Speakers by name, then the origins of what is said."""
    speakers = case.model.records.speakers
    voices = [speakers[name].name for name in names if name in speakers]
    origins = [origin(case.model.records, name) for name in names if name not in speakers]
    if origins:
        voices.append(f"the origin{'s' if len(origins) > 1 else ''} {listed(origins)}")
    return listed(voices)


LEAST_PART = 0.005
"""Parts smaller than this, in log-odds, are not told."""
NEGLIGIBLE = 0.05
"""Of all that moves an outcome: what is less is not told, and the rest is all of it."""
Naming = Callable[[Differences, Difference], str]
MOST_OF_IT = 0.5
"""Of all that pulls the same way."""


def difference(found: Differences, part: Difference) -> str:
    """`Evening ferry: cancelled, forced, instead of left to its causes`."""
    return ": ".join(_title_and_change(found, part))


def in_full(found: Differences, part: Difference) -> str:
    """A difference within a sentence: `“Evening ferry” (cancelled, observed, instead of nothing known)`."""
    return f"{by_title(found, part)} ({_title_and_change(found, part)[1]})"


def by_title(found: Differences, part: Difference) -> str:
    """As `in_full` where the differences stand elsewhere: `“Evening ferry”`."""
    return "the statements" if part.name == STATEMENTS else f"“{_title_and_change(found, part)[0]}”"


def changed(found: Differences, outcome: str, naming: Naming = in_full) -> str:
    """From where to where an outcome goes, and by which difference most."""
    change = found.outcomes[outcome]
    moves = abs(change.scenario - change.baseline) >= LEAST
    edges = found.second.words.edges
    still = f"It stays at {percent(change.scenario, edges)}"
    start = capital(from_to(change.baseline, change.scenario, edges)) if moves else still
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


def other_settings(found: Differences) -> list[str]:
    """What else differs, and that it moves nothing."""
    model, first, second = found.first.before, found.first.scenario, found.second.scenario
    lines = []
    if "lexicon" in found.settings:
        one, other = (lexicon_of(model.records, scenario).title for scenario in (first, second))
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
    free = "left to its causes" if records.variables[name].parents else "left open"
    nothing = free if forced else "nothing more known" if stays else "nothing known"
    sides = ([of_case(records, finding, "state") for finding in side] for side in (part.now, part.was))
    now, was = ("; ".join(lines) or nothing for lines in sides)
    return records.variables[name].title, f"{now}, instead of {was}"
