"""Sentences about one outcome: what moved it, whose words it rests on, what would change it, what to look for.

A change is told where it shows in the printed percentages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tocsin.analysis.case import Case
from tocsin.analysis.contributions import STATEMENTS, Contributions
from tocsin.analysis.flip import Flip
from tocsin.analysis.indicators import TELLING, Indicator, Plan, Separation
from tocsin.analysis.perturbations import Answer, Answers, Other
from tocsin.assessment import OutcomeEstimate
from tocsin.errors import counted, listed
from tocsin.language.events import WOULD, event, finding, judged, noun, of_case, titles, variable_of, with_article
from tocsin.language.numbers import (
    LEAST,
    baseline,
    bits,
    bits_of,
    capital,
    chance,
    from_to,
    instead,
    interval,
    is_moved,
    is_settled,
    percent,
    phrase,
    plain,
    signed,
)
from tocsin.language.parameters import kind_of, quantity
from tocsin.language.statements import source, voice
from tocsin.records import ModelRecords, Scenario, StatementChanges

_POOLS = {
    "supra_bayesian": "precisions that add up",
    "average": "an average, to which agreement adds nothing",
    "linear": "a mixture, which disagreement widens",
}


def answer(case: Case, outcome: str) -> str:
    """The outcome's probability, its word, and where it came from."""
    estimate = case.assessment.outcomes[outcome]
    return f"{capital(noun(case, outcome))} {predicate(estimate)}{came(case.scenario, estimate)}."


def predicate(estimate: OutcomeEstimate) -> str:
    """`is unlikely (20–45 %): 27 % [13–42]`; a certainty is the scenario's own making and gets no word."""
    if is_settled(estimate.p):
        return f"is {phrase(estimate)}"
    return f"{judged(estimate.wording.word)}{phrase(estimate).removeprefix(estimate.wording.word)}"


def came(scenario: Scenario, estimate: OutcomeEstimate) -> str:
    """`, up from 9.6 % without what is supposed`; nothing where nothing is supposed."""
    if not is_what_if(scenario):
        return ""
    if not is_moved(estimate):
        return ", as without what is supposed"
    way = "up" if estimate.p > estimate.baseline else "down"
    return f", {way} from {baseline(estimate)} without what is supposed"


def in_short(records: ModelRecords, outcome: str, estimate: OutcomeEstimate) -> str:
    """`A breach of the dam: unlikely, 21 %, up from 9.6 %`, without its full stop."""
    word = "settled by the scenario itself" if is_settled(estimate.p) else estimate.wording.word
    text = f"{capital(event(records, outcome, style='noun'))}: {word}, {chance(estimate)}"
    if not is_moved(estimate):
        return text
    return f"{text}, {'up' if estimate.p > estimate.baseline else 'down'} from {baseline(estimate)}"


def main_cause(case: Case, found: Contributions) -> str:
    """`, mostly because the lake runs over the crest`; nothing where nothing moved it that way."""
    way = 1 if found.scenario > found.baseline else -1
    parts = {name: part for name, part in found.log_odds.items() if way * part > 0}
    edges = case.words.edges
    if not parts or percent(found.scenario, edges) == percent(found.baseline, edges):
        return ""
    name = max(parts, key=lambda name: abs(parts[name]))
    mostly = ", mostly because" if len(found.log_odds) > 1 else ", because"
    cause = None if name == STATEMENTS else next(found for found in case.findings if found.name == name)
    if cause is None or cause.kind == "believed":
        about = "the change of statements" if cause is None else f"what is believed of {titles(case, [cause.variable])}"
        return f"{mostly} of {about}"
    clause = of_case(case.model.records, cause, "clause")
    return f"{mostly}, by decision, {clause}" if cause.kind == "forced" else f"{mostly} {clause}"


def is_what_if(scenario: Scenario) -> bool:
    """Whether a scenario supposes anything."""
    changed = scenario.statements != StatementChanges()
    return bool(scenario.evidence or scenario.forced or changed or scenario.reconcile)


def contributed(case: Case, found: Contributions) -> list[str]:
    """Each finding's part in the change, the greatest first; what moves less than a tenth of a point is no reason."""
    lines = []
    still = []
    for name, part in found.ranked:
        subject = finding(case, name)
        if math.isnan(part):
            lines.append(f"{capital(subject)} has no part of its own, since some findings are possible only together.")
        elif abs(_points(found.scenario, part)) < LEAST:
            still.append(subject)
        else:
            verb = "multiplies the odds by" if part > 0 else "divides the odds by"
            error = found.standard_error.get(name)
            sampled = f", sampled, standard error {error:.2g}" if error is not None else ""
            factor = plain(math.exp(abs(part)))
            lines.append(f"{capital(subject)} {verb} {factor} (log-odds {signed(part)}{sampled}).")
    if still:
        lines.append(f"{capital(listed(still))} {'moves' if len(still) == 1 else 'move'} it by less than 0.1 points.")
    return lines


def _points(p: float, part: float) -> float:
    """By how much a part of the log-odds moved a probability."""
    if is_settled(p):
        return math.copysign(1.0, part)
    return p - 1 / (1 + math.exp(min(700.0, part - math.log(p / (1 - p)))))


def goes(case: Case, p: float, changed: Answer, *, shown: str = "") -> str:
    """`goes from 21 % to 19 %, now very unlikely and no longer unlikely`. shown: the interval, where it is told."""
    if abs(changed.p - p) < LEAST:
        return f"stays at {percent(p, case.words.edges)}"
    return f"goes {from_to(p, changed.p, case.words.edges)}{shown}, {word(case, p, changed.word)}"


def word(case: Case, p: float, after: str) -> str:
    """Whether the word of a lexicon stays or changes."""
    before = case.words.word(p)
    stays = f"still {with_article(after)}"
    return stays if before == after else f"now {with_article(after)} and no longer {with_article(before)}"


def without(case: Case, outcome: str, name: str, left: Answer) -> str:
    """What leaving out a statement, a speaker, an origin or a source does to one outcome."""
    left_out = voice(case.model.records, name)
    return f"Without {left_out}, {noun(case, outcome)} {goes(case, case.point[outcome], left)}."


def strongest_without(case: Case, outcome: str, table: Mapping[str, Answers], most: int) -> list[str]:
    """The statements whose removal changes the outcome most, and how many change nothing."""
    p = case.point[outcome]
    ranked = sorted(table, key=lambda name: -abs(table[name][outcome].p - p))
    telling = [name for name in ranked if abs(table[name][outcome].p - p) >= LEAST]
    lines = [without(case, outcome, name, table[name][outcome]) for name in telling[:most]]
    still = len(table) - len(telling)
    if still and lines:
        changes = "changes" if still == 1 else "change"
        lines.append(f"Of {counted(len(table), 'statement')}, {still} {changes} it by less than 0.1 points.")
    elif still:
        lines.append("No statement changes it by as much as 0.1 points.")
    return lines


def other(case: Case, outcome: str, found: Other) -> str:
    """What another lexicon, pool or weighing of grades does to an outcome."""
    changed = found.answers[outcome]
    change = goes(case, case.point[outcome], changed, shown=f" {interval(changed)}")
    return f"With {' '.join(choice(case, found))}, it {change}."


def choice(case: Case, found: Other) -> tuple[str, str]:
    """Another way to read or weigh: what is done, and how."""
    match found.kind:
        case "lexicon":
            title = f"“{case.model.records.lexicons[found.name].title}”"
            kept = f" (lacks the words of {counted(found.kept, 'statement')}, read as before)" if found.kept else ""
            return "words read by", f"{title}{kept}"
        case "pooling":
            return "judgements of one number joined by", _POOLS[found.name]
        case _:
            return "sources' grades", found.name


def unchanged(case: Case, several: Sequence[Other]) -> str:
    """The other ways to read or weigh that leave the answer as it is."""
    ways: dict[str, list[str]] = {}
    for found in several:
        verb, way = choice(case, found)
        ways.setdefault(verb, []).append(way)
    parts = [f"{verb} {listed(names, 'or')}" for verb, names in ways.items()]
    return f"No change with {'; '.join(parts)}."


def indicator(found: Indicator, plan: Plan) -> str:
    """How much knowing one variable would tell about an outcome, and what finding out costs."""
    late = " It is an effect, and may be known no sooner." if found.effect else ""
    costed = found.bits_per_cost is not None and found.bits >= TELLING
    price = f", {bits(found.bits_per_cost or 0.0)} per analyst-day" if costed else ""
    share = percent(found.bits / plan.uncertainty) if plan.uncertainty else percent(0.0)
    return (
        f"Would settle {share} of what is unknown ({bits_of(found.bits, plan.uncertainty)}{price}); the chance that it "
        f"changes the word is {percent(found.new_word)}.{late}"
    )


def best_pair(case: Case, plan: Plan) -> str | None:
    """The two variables that together tell most."""
    if plan.best_pair is None:
        return None
    pair = titles(case, plan.best_pair.variables)
    return f"Of all pairs that are no effects of it, {pair} tell most: {bits(plan.best_pair.bits)}."


def irrelevant(case: Case, name: str, why: Separation) -> str:
    """Why a variable can tell nothing about an outcome."""
    reason = "no path joins the two"
    if why.blocked_by:
        reason = f"what is known of {titles(case, why.blocked_by)} blocks every path to it"
    elif why.colliders:
        reason = f"the two meet only in common effects of which nothing is known ({titles(case, why.colliders)})"
    return f"{titles(case, [name])} is irrelevant: {reason}."


def flip(case: Case, found: Flip) -> str:
    """The least change of one thing that gives an outcome another word."""
    return f"It {judged(found.word, verbs=WOULD)} if {flip_condition(case, found)}."


def flip_condition(case: Case, found: Flip) -> str:
    """What would have to be otherwise, as a clause."""
    match found.kind:
        case "number":
            change = instead(kind_of(case.model, found.name), found.after, found.before)
            level = f"; lower with a chance of {percent(found.level)}" if found.level is not None else ""
            basis = source(case.model, found.name, found.statements)
            return f"{quantity(case.model, found.name)} were on average {change} ({basis}{level})"
        case "believed":
            variable = case.model.records.variables[variable_of(case, found.name)]
            chances = instead("chance", found.after, found.before)
            return f"“{variable.named((found.state or '',))}” were believed at {chances}"
        case "observed":
            firm = f"only as firm as a likelihood ratio of {plain(found.after)}"
            return f"{finding(case, found.name)} were not certain, but {firm}"
        case _:
            facts = found.kind == "facts"
            what = f"the facts on {titles(case, [found.name])} together" if facts else finding(case, found.name)
            return f"{what} had a likelihood ratio of {instead('value', found.after, found.before)}"
