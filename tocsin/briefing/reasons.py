"""Why, and what else: contributions, the statements that matter, flips, assumptions, indicators, contradictions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from tocsin import sentences
from tocsin.analysis.flip import Flip
from tocsin.analysis.indicators import Indicator
from tocsin.analysis.tornado import Bar
from tocsin.briefing.content import Block, Item, Items, Paragraph, Subheading
from tocsin.briefing.subject import Subject
from tocsin.sentences.naming import from_to, named, source, value, word
from tocsin.wording import percent

MOST = 3
"""Entries per list."""
MOST_CONTRADICTIONS = 6


def why(subject: Subject) -> Iterator[Block]:
    """What moved each focus outcome, and whose words it rests on."""
    yield from _by_outcome(subject, _why_one)


def _why_one(subject: Subject, outcome: str) -> list[Item]:
    case, explained = subject.case, subject.explained
    moved = sentences.contributed(case, explained.contributions[outcome])[:MOST]
    rests = sentences.strongest_without(case, outcome, explained.influence.statements, MOST)
    items = [Item(text) for text in (*moved, *rests)]
    most = _largest(subject, outcome)
    if most is not None:
        statement = case.before.records.by_id[most]
        words = f" (“{statement.words}”)" if statement.words else ""
        items.append(Item(f"{statement.claim}{words}", f"{named(case, most)} says:"))
    return items


def _largest(subject: Subject, outcome: str) -> str | None:
    """The statement whose removal changes the outcome most, if any does."""
    p, table = subject.case.point[outcome], subject.explained.influence.statements
    best = max(table, key=lambda name: abs(table[name][outcome].p - p), default=None)
    return best if best is not None and abs(table[best][outcome].p - p) >= sentences.LEAST else None


def alternatives(subject: Subject) -> Iterator[Block]:
    """What would give each focus outcome another word, and the strongest contrary statement."""
    yield from _by_outcome(subject, _alternatives_one)


def _alternatives_one(subject: Subject, outcome: str) -> list[Item]:
    told = [Item(flip(subject, one)) for one in subject.explained.flips[outcome][:MOST]]
    told = told or [Item("Nothing that was tried, alone, gives it another word.")]
    return [*told, *_contrary(subject, outcome)]


def _contrary(subject: Subject, outcome: str) -> Iterator[Item]:
    """The statement that pulls hardest against where the answer lies: without it the answer would lie further out."""
    case, table = subject.case, subject.explained.influence.statements
    p = case.point[outcome]
    side = 1 if p >= 0.5 else -1
    best = max(table, key=lambda name: side * (table[name][outcome].p - p), default=None)
    if best is None or side * (table[best][outcome].p - p) < sentences.LEAST:
        yield Item("No statement pulls against it by as much as 0.1 points.")
        return
    left = table[best][outcome]
    told = f"{case.before.records.by_id[best].claim} Without it: {from_to(p, left.p)}, {word(case, p, left.word)}."
    yield Item(told, f"The strongest contrary statement, {named(case, best)}:")


def flip(subject: Subject, one: Flip) -> str:
    """As `sentences.flip`, but a number is told by what it says and not by its place in the file."""
    if one.kind != "number":
        return _titled(subject, one, sentences.flip(subject.case, one))
    prior = subject.case.model.priors.by_key.get(one.name)
    kind = prior.kind if prior is not None else "chance"
    show: Callable[[float], str] = percent if kind in ("chance", "column", "simplex") else _factor(kind)
    return (
        f"It becomes *{one.word}* if this number is on average {show(one.after)} instead of {show(one.before)} "
        f"({source(one.statements)}): {subject.number(one.name)}."
    )


def _titled(subject: Subject, one: Flip, text: str) -> str:
    """Facts are told by their variable's title."""
    if one.kind != "facts":
        return text
    return text.replace(f"the facts on {one.name}", f"the facts on “{subject.records.variables[one.name].title}”", 1)


def _factor(kind: str) -> Callable[[float], str]:
    return lambda number: f"× {number:.3g}" if kind == "ratio" else f"{number:.3g}"


def assumptions(subject: Subject) -> Iterator[Block]:
    """The numbers that each focus outcome hangs on most, and whose they are."""
    yield Paragraph(
        "The numbers that move each answer most; “assumed” are the analysts' own. Each line moves one of them alone "
        "from its 10th to its 90th percentile."
    )
    yield from _by_outcome(subject, _assumptions_one)


def _assumptions_one(subject: Subject, outcome: str) -> list[Item]:
    bars = [one for one in subject.explained.tornado[outcome][:MOST] if one.swing >= sentences.LEAST]
    return [bar(subject, one) for one in bars] or [Item("No single number moves it by 0.1 points.")]


def bar(subject: Subject, one: Bar) -> Item:
    """What one number's uncertainty does, the number told by what it says."""
    low, high = value(one.parameter, one.low), value(one.parameter, one.high)
    prior = subject.case.model.priors.by_key.get(one.parameter.key)
    reason = getattr(getattr(prior, "assumption", None), "because", None)
    because = f" Assumed because: {reason}" if reason and not one.parameter.statements else ""
    return Item(
        f"the answer is {percent(one.p_low)} if it is {low}, and {percent(one.p_high)} if it is {high} "
        f"({source(one.parameter.statements)}).{because}",
        f"{subject.number(one.parameter.key)}:",
    )


def indicators(subject: Subject) -> Iterator[Block]:
    """What to watch for each focus outcome, and what each sighting would do."""
    yield from _by_outcome(subject, _indicators_one)


def _indicators_one(subject: Subject, outcome: str) -> list[Item]:
    plan = subject.explained.indicators[outcome]
    ahead = [one for one in plan.indicators if not one.effect and one.bits > 0.0005][:MOST]
    return [indicator(subject, one) for one in ahead] or [Item("Nothing that could be seen beforehand tells of it.")]


def indicator(subject: Subject, one: Indicator) -> Item:
    """What each answer would make of the outcome."""
    variable = subject.records.variables[one.variable]
    replies = "; ".join(
        f"{percent(reply.p)} (*{reply.word}*) if “{variable.label(state)}”"
        for state, reply in one.replies.items()
        if reply.chance > 0 and not math.isnan(reply.p)
    )
    return Item(
        f"{replies}. The chance that its answer changes the word is {percent(one.new_word)}.", f"{variable.title}:"
    )


def contradictions(subject: Subject) -> Iterator[Block]:
    """Whether the findings disagree, which judgements the model does not bear out, and who is one voice."""
    case, explained = subject.case, subject.explained
    strained = [one for one in explained.tensions if one.strained]
    lines: list[str] = [_titled_facts(subject, text) for text in sentences.conflict(case, explained.conflict)]
    lines += [sentences.tension(one) for one in strained[:MOST_CONTRADICTIONS]]
    if len(strained) > MOST_CONTRADICTIONS:
        lines.append(f"In weaker tension with the model: {len(strained) - MOST_CONTRADICTIONS} more.")
    yield Items(tuple(Item(text) for text in lines))


def _titled_facts(subject: Subject, text: str) -> str:
    """Facts are named by their variable's title and not by its name in the file."""
    variables = subject.records.variables
    for name in sorted(variables, key=len, reverse=True):
        text = text.replace(f"the facts on {name} ", f"the facts on “{variables[name].title}” ")
    return text[:1].upper() + text[1:]


def _by_outcome(subject: Subject, told: Callable[[Subject, str], Sequence[Item]]) -> Iterator[Block]:
    if not subject.focus:
        yield Paragraph("The scenario itself settles every outcome; nothing is left to explain.")
    if subject.focus and subject.case.scenario.reconcile:
        yield Paragraph("This is about the model as it stands, before it is reconciled with the judgements.")
    for outcome in subject.focus:
        yield Subheading(subject.event(outcome))
        yield Items(tuple(told(subject, outcome)))
