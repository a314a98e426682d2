"""What is judged: the bottom line, the key judgements, the confidence in them, what they mean, and the tail risks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from tocsin.analysis.foundations import Grounds
from tocsin.errors import listed
from tocsin.language import events
from tocsin.language.events import finding, judged
from tocsin.language.numbers import baseline, capital, is_moved, is_settled
from tocsin.language.scenarios import LEAST_PART, grounds_of
from tocsin.records.statements import Confidence
from tocsin.report.answer import covers
from tocsin.report.blocks import Block, Item, Items, Paragraph
from tocsin.report.subject import Explained, Subject

MISREAD = {
    "realistic possibility": (
        "“Realistic possibility” is commonly misread: in the CAPphrase survey (doi 10.5281/zenodo.18750055) the middle "
        "80 % of readers put it anywhere from {low} to {high} %. Read the number, not the word."
    ),
}
"""Words of a yardstick that many readers take for another probability; the survey's band goes in."""

NOTHING_OPEN = "No analytic confidence is stated, since the scenario itself settles every outcome that is asked about."


def bottom_line(subject: Explained) -> str:
    """What is likely, what changed and by what, and what to do about not knowing."""
    if not subject.ranked:
        return "The scenario itself settles every outcome that is asked about; nothing is left to judge."
    first = subject.judged[0]
    if not subject.facts:
        judgement = f"As things stand, {subject.noun(first)} {subject.predicate(first)}."
        return " ".join((judgement, *_to_know(subject, first)))
    condition = capital(events.condition(subject.records_before, subject.case.scenario))
    judgement = f"{condition}, {subject.noun(first)} {subject.predicate(first)}; {_without_that(subject, first)}."
    return " ".join((judgement, *_changed(subject, first), *_to_know(subject, first)))


def _without_that(subject: Subject, outcome: str) -> str:
    """What the first outcome is when nothing is supposed."""
    estimate, word = subject.assessment.outcomes[outcome], subject.baseline_word(outcome)
    if not is_moved(estimate):
        return "without that it is the same"
    if word == subject.word(outcome):
        return f"without that the word is the same, at {baseline(estimate)}"
    return f"without that it {judged(word)} ({baseline(estimate)})"


def _changed(subject: Explained, first: str) -> Iterator[str]:
    """What moved the first outcome most, and how many others have another word."""
    parts = subject.explained.contributions[first].ranked
    if len(parts) > 1 and abs(parts[0][1]) >= LEAST_PART:
        yield f"What moves it most is {finding(subject.case, parts[0][0])}."
    changed = [*_another_word(subject)]
    others = len([name for name in changed if name != first])
    if others:
        yield "One other outcome gets another word." if others == 1 else f"{others} other outcomes get another word."
    else:
        yield f"No {'other ' if changed else ''}outcome gets another word."


def _another_word(subject: Subject) -> Iterator[str]:
    """Outcomes and tail risks that have another word than at the baseline; not what the scenario itself settles."""
    for name, estimate in subject.assessment.outcomes.items():
        if not is_settled(estimate.p) and subject.baseline_word(name) != subject.word(name):
            yield name


def _to_know(subject: Explained, first: str) -> Iterator[str]:
    """What to watch, since it would tell most."""
    outcome = next((name for name in subject.focus if subject.causes(name)), first)
    for cause in subject.causes(outcome)[:1]:
        about = "" if outcome == first else f" of “{subject.event(outcome)}”"
        # Replies are those of the model as it stands, and have no place beside a reconciled answer.
        replies = "" if subject.case.scenario.reconcile else f": {'; '.join(subject.replies(cause))}"
        yield f"To know more{about}, watch “{subject.records.variables[cause.variable].title}”{replies}."


def several_words(count: int, outcomes: int) -> str:
    """Of several answers beside each other: how many outcomes have not the same word in all of them.

    >>> several_words(1, 8), several_words(0, 3)
    ('Of 8 outcomes, 1 gets more than one word.', 'No outcome gets more than one word.')
    >>> several_words(3, 3), several_words(1, 1)
    ('All 3 outcomes get more than one word.', 'The outcome gets more than one word.')
    """
    if not count:
        return "No outcome gets more than one word."
    if count == outcomes:
        return f"{'The outcome gets' if count == 1 else f'All {count} outcomes get'} more than one word."
    return f"Of {outcomes} outcomes, {count} get{'s' if count == 1 else ''} more than one word."


def judgements(subject: Subject) -> Iterator[Block]:
    """At most three sentences, each with word, number and interval."""
    items = [Item(f"{subject.judgement(n)}.", capital(subject.noun(n))) for n in subject.judged]
    yield Items(tuple(items), numbered=True)
    yield Paragraph(covers(subject.assessment.run.interval))
    yield from (Paragraph(text) for text in warnings(subject))


def warnings(subject: Subject) -> Iterator[str]:
    """Where a word is commonly misread or only the nearest that there is, and what counts for nothing."""
    used = {subject.word(name) for name in subject.assessment.outcomes}
    survey = subject.records.lexicons.get("survey")
    for word, text in MISREAD.items():
        for term in survey.terms if survey is not None and word in used else ():
            if term.word == word:
                yield text.format(low=f"{term.band[0] * 100:g}", high=f"{term.band[1] * 100:g}")
    yield from subject.assessment.notices


def confidence(subject: Subject) -> Iterator[Block]:
    """Analytic confidence in each key judgement and its grounds, in sentences of their own."""
    if not subject.ranked:
        yield Paragraph(NOTHING_OPEN)
        return
    found = grounds(subject, subject.judged)
    yield Paragraph(f"Analytic confidence in these judgements is {span(one.level for one in found.values())}.")
    yield Items(
        tuple(
            Item(grounds_of(subject.case, each), f"{subject.event(name)} ({each.level}):")
            for name, each in found.items()
        )
    )


def grounds(subject: Subject, judged: Iterable[str]) -> dict[str, Grounds]:
    """Per outcome that is open what the confidence in it is judged from."""
    return {name: subject.confidence[name] for name in judged if name in subject.ranked}


def span(levels: Iterable[Confidence]) -> str:
    """`low`, or `low to moderate`."""
    found = {*levels}
    held = [level for level in get_args(Confidence) if level in found]
    return held[0] if len(held) == 1 else f"{held[0]} to {held[-1]}"


def implications(subject: Subject) -> Iterator[Block]:
    """Which questions the scenario answers in another word; nothing at the baseline."""
    if not subject.facts:
        return
    changed = [*_another_word(subject)]
    if changed:
        words = [f"{subject.noun(n)} from “{subject.baseline_word(n)}” to “{subject.word(n)}”" for n in changed]
        kept = sum(not is_settled(found.p) for found in subject.assessment.outcomes.values()) - len(changed)
        others = f" The other {'one keeps its word' if kept == 1 else f'{kept} keep theirs'}." if kept else ""
        yield Paragraph(f"What is supposed takes {listed(words)}.{others}")
    else:
        yield Paragraph("No outcome gets another word through what is supposed.")


def tail_risks(subject: Subject) -> Iterator[Block]:
    """What is improbable and grave."""
    if not subject.tails:
        yield Paragraph("The model names no tail risks.")
        return
    items = (Item(f"{subject.judgement(n)}.", capital(subject.noun(n))) for n in subject.tails)
    yield Items(tuple(items))
