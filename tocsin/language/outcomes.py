"""Sentences about one outcome: what moved it, whose words it rests on, what would change it, what to look for.

A change is told where it shows in the printed percentages.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tocsin.analysis.case import Case
from tocsin.analysis.contributions import Contributions
from tocsin.analysis.flip import Flip
from tocsin.analysis.indicators import TELLING, Indicator, Plan, Separation
from tocsin.analysis.perturbations import Answer, Answers, Other
from tocsin.assessment import OutcomeEstimate
from tocsin.errors import counted, listed
from tocsin.language.events import event, judged, with_article
from tocsin.language.naming import (
    LEAST,
    finding,
    from_to,
    named,
    signed,
    source,
    titles,
    variable_of,
    word,
)
from tocsin.language.numbers import band, capital, interval, percent
from tocsin.language.parameters import bits, bits_of, instead, kind_of, plain, quantity
from tocsin.records import ModelRecords, Scenario, StatementChanges

_POOLS = {
    "supra_bayesian": "precisions that add up",
    "average": "an average, to which agreement adds nothing",
    "linear": "a mixture, which disagreement widens",
}


def is_settled(p: float) -> bool:
    """Whether an outcome is certain but for rounding."""
    return min(p, 1 - p) < 1e-9


def answer(case: Case, outcome: str) -> str:
    """The outcome's probability, its word, and where it came from."""
    one = case.assessment.outcomes[outcome]
    what = capital(event(case.model.records, outcome, style="noun"))
    word = f"{judged(one.wording.word)} ({band(one.wording)})"
    return f"{what} {word}: {percent(one.p)} {interval(one)}{came(case.scenario, one)}."


def came(scenario: Scenario, one: OutcomeEstimate) -> str:
    """`, up from 9.6 % without what is supposed`; nothing where nothing is supposed."""
    if not is_what_if(scenario):
        return ""
    if percent(one.p) == percent(one.baseline):
        return ", as without what is supposed"
    return f", {'up' if one.p > one.baseline else 'down'} from {percent(one.baseline)} without what is supposed"


def is_what_if(scenario: Scenario) -> bool:
    """Whether a scenario supposes anything."""
    changed = scenario.statements != StatementChanges()
    return bool(scenario.evidence or scenario.forced or changed or scenario.reconcile)


def contributed(case: Case, one: Contributions) -> list[str]:
    """Each finding's part in the change, the greatest first; what moves less than a tenth of a point is no reason."""
    lines = []
    still = []
    for name, part in one.ranked:
        told = capital(finding(case, name))
        if math.isnan(part):
            lines.append(f"{told}: no part can be told, since some findings are possible only together.")
        elif abs(_points(one.scenario, part)) < LEAST:
            still.append(finding(case, name))
        else:
            factor = math.exp(abs(part))
            verb = "multiplies the odds by" if part > 0 else "divides the odds by"
            error = one.standard_error.get(name)
            sampled = f", sampled, standard error {error:.2g}" if error is not None else ""
            lines.append(f"{told} {verb} {plain(factor)} (log-odds {signed(part)}{sampled}).")
    if still:
        lines.append(f"{capital(listed(still))} {'moves' if len(still) == 1 else 'move'} it by less than 0.1 points.")
    return lines


def _points(p: float, part: float) -> float:
    """By how much a part of the log-odds moved a probability."""
    if is_settled(p):
        return math.copysign(1.0, part)
    return p - 1 / (1 + math.exp(min(700.0, part - math.log(p / (1 - p)))))


def without(case: Case, outcome: str, name: str, left: Answer) -> str:
    """What leaving out a statement, a speaker, an origin or a source does to one outcome."""
    p = case.point[outcome]
    told, what = f"Without {named(case, name)}, ", event(case.model.records, outcome, style="noun")
    if abs(left.p - p) < LEAST:
        return f"{told}{what} stays at {percent(p)}."
    return f"{told}{what} goes {from_to(p, left.p)}, {word(case, p, left.word)}."


def strongest_without(case: Case, outcome: str, table: Mapping[str, Answers], most: int) -> list[str]:
    """The statements whose removal changes the outcome most, and how many change nothing."""
    p = case.point[outcome]
    ranked = sorted(table, key=lambda name: -abs(table[name][outcome].p - p))
    telling = [name for name in ranked if abs(table[name][outcome].p - p) >= LEAST]
    lines = [without(case, outcome, name, table[name][outcome]) for name in telling[:most]]
    still = len(table) - len(telling)
    if still and telling[:most]:
        lines.append(f"{still} of {len(table)} change it by less than 0.1 points.")
    elif still:
        lines.append(f"None of {len(table)} changes it by 0.1 points.")
    return lines


def other(case: Case, outcome: str, one: Other) -> str:
    """What another lexicon, pool or weighing of grades does to an outcome."""
    what = f"With {' '.join(choice(case, one))}"
    p, changed = case.point[outcome], one.answers[outcome]
    if abs(changed.p - p) < LEAST:
        return f"{what} it stays at {percent(p)}."
    return f"{what} it goes {from_to(p, changed.p)} {interval(changed)}, {word(case, p, changed.word)}."


def choice(case: Case, one: Other) -> tuple[str, str]:
    """Another way to read or weigh: what is done, and how."""
    match one.kind:
        case "lexicon":
            title = f"“{case.model.records.lexicons[one.name].title}”"
            return "words read by", f"{title} ({_kept(one.kept)})" if one.kept else title
        case "pooling":
            return "judgements of one number joined by", _POOLS[one.name]
        case _:
            return "sources' grades weighed", one.name


def _kept(count: int) -> str:
    return f"lacks the words of {counted(count, 'statement')}, read as before"


def unchanged(case: Case, several: Sequence[Other]) -> str:
    """The other ways to read or weigh that leave the answer as it is."""
    told: dict[str, list[str]] = {}
    for one in several:
        verb, way = choice(case, one)
        told.setdefault(verb, []).append(way)
    parts = [f"{verb} {listed(ways, 'or')}" for verb, ways in told.items()]
    return f"No change with {'; '.join(parts)}."


def indicator(one: Indicator, plan: Plan) -> str:
    """How much knowing one variable would tell about an outcome, and what finding out costs."""
    late = " It is an effect, and may be known no sooner." if one.effect else ""
    costed = one.bits_per_cost is not None and one.bits >= TELLING
    price = f", {bits(one.bits_per_cost or 0.0)} per analyst-day" if costed else ""
    share = percent(one.bits / plan.uncertainty) if plan.uncertainty else percent(0.0)
    return (
        f"Would settle {share} of what is unknown ({bits_of(one.bits, plan.uncertainty)}{price}); the chance that it "
        f"changes the word is {percent(one.new_word)}.{late}"
    )


def reply_clause(records: ModelRecords, variable: str, state: str) -> str:
    """`Washington opposes a strike`; without a clause the state's label, under its variable's title."""
    about = records.variables[variable]
    return about.clause((state,)) or f"“{about.label(state)}”"


def best_pair(case: Case, plan: Plan) -> str | None:
    """The two variables that together tell most."""
    if plan.best_pair is None:
        return None
    one, two = (f"“{case.model.records.variables[name].title}”" for name in plan.best_pair.variables)
    return f"Of all pairs that are no effects of it, {one} and {two} tell most: {bits(plan.best_pair.bits)}."


def irrelevant(case: Case, name: str, why: Separation) -> str:
    """Why a variable can tell nothing about an outcome."""
    variables = case.model.records.variables
    told = f"“{variables[name].title}” is irrelevant: "
    if why.blocked_by:
        return f"{told}what is known of {titles(case, why.blocked_by)} blocks every path to it."
    if why.colliders:
        return f"{told}it meets it only in common effects of which nothing is known ({titles(case, why.colliders)})."
    return f"{told}no path joins the two."


def flip(case: Case, one: Flip) -> str:
    """The least change of one thing that gives an outcome another word."""
    return f"It becomes {with_article(one.word)} if {flip_condition(case, one)}."


def flip_condition(case: Case, one: Flip) -> str:
    """What would have to be otherwise, as a clause."""
    match one.kind:
        case "number":
            found = instead(kind_of(case.model, one.name), one.after, one.before)
            level = f"; {percent(one.level)} of belief lies below" if one.level is not None else ""
            told = quantity(case.model, one.name)
            return f"{told} were on average {found} ({source(case.model, one.name, one.statements)}{level})"
        case "believed":
            variable = case.model.records.variables[variable_of(case, one.name)]
            state = variable.label(one.state or "")
            chances = instead("chance", one.after, one.before)
            return f"“{variable.title}: {state}” were believed at {chances}"
        case "observed":
            ratio = f"a likelihood ratio of {plain(one.after)}"
            return f"{finding(case, one.name)} were not certain, but only as firm as {ratio}"
        case _:
            facts = one.kind == "facts"
            told = f"the facts on {titles(case, [one.name])} together" if facts else finding(case, one.name)
            return f"{told} had a likelihood ratio of {instead('value', one.after, one.before)}"
