"""What is judged: the bottom line, the key judgements, the confidence in them, what they mean, and the tail risks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import get_args

from tocsin import language
from tocsin.analysis.confidence import Grounds
from tocsin.errors import counted
from tocsin.language.numbers import interval, percent
from tocsin.records.statements import Confidence
from tocsin.report.blocks import Block, Item, Items, Paragraph, Table, share
from tocsin.report.subject import Subject

MISREAD = {
    "realistic possibility": (
        "“Realistic possibility” is commonly misread: in the CAPphrase survey (doi 10.5281/zenodo.18750055) the middle "
        "80 % of readers put it anywhere from {low} to {high} %. Read the number, not the word."
    ),
}
"""Words of a yardstick that many readers take for another probability; the survey's band goes in."""

NOTHING_OPEN = "No analytic confidence is stated, since the scenario itself settles every outcome that is asked about."


def bottom_line(subject: Subject) -> str:
    """One or two sentences: what the scenario moves most, and how many outcomes have another word."""
    if not subject.ranked:
        return "The scenario itself settles every outcome that is asked about; nothing is left to judge."
    first = subject.ranked[0]
    changed = [name for name in subject.ranked if subject.baseline_word(name) != subject.word(name)]
    one = f"“{subject.event(first)}” is {subject.phrase(first)}, {subject.came(first)}."
    if not subject.facts:
        return f"As things stand: {one}"
    count = len(subject.ranked)
    what = "1 outcome is" if count == 1 else f"{count} outcomes are"
    many = f"{len(changed)} of them {_have(len(changed))}" if changed else "none of them has"
    return f"{one} Of what is asked, {what} open, and {many} another word than at the baseline."


def several_words(count: int, outcomes: int) -> str:
    """Of several answers beside each other: how many outcomes have not the same word in all of them.

    >>> several_words(1, 8), several_words(0, 1)
    ('Of 8 outcomes, 1 gets more than one word.', 'Of 1 outcome, none gets more than one word.')
    """
    which = "1 gets" if count == 1 else f"{count} get" if count else "none gets"
    return f"Of {counted(outcomes, 'outcome')}, {which} more than one word."


def judgements(subject: Subject) -> Iterator[Block]:
    """Three to five sentences, each with word, number and interval."""
    items = [Item(f"{subject.phrase(n)}, {subject.came(n)}.", f"{subject.event(n)}:") for n in subject.judged]
    yield Items(tuple(items), numbered=True)
    covered = share(subject.assessment.run.interval)
    yield Paragraph(f"In brackets the {covered} interval; it covers the numbers of the model, not its structure.")
    yield from (Paragraph(text) for text in warnings(subject))


def warnings(subject: Subject) -> Iterator[str]:
    """Where a word is commonly misread or only the nearest that there is, and what counts for nothing."""
    used = {subject.word(name) for name in subject.assessment.outcomes}
    survey = subject.records.lexicons.get("survey")
    for word, text in MISREAD.items():
        for term in survey.terms if survey is not None and word in used else ():
            if term.word == word:
                yield text.format(low=f"{term.band[0] * 100:g}", high=f"{term.band[1] * 100:g}")
    yield from _inexact(subject, subject.judged)
    yield from subject.assessment.notices


def _inexact(subject: Subject, outcomes: Iterable[str]) -> Iterator[str]:
    """Where the yardstick has no word of its own for a probability."""
    for name in outcomes:
        one = subject.assessment.outcomes[name]
        if one.wording.note and not language.is_settled(one.p):
            # The note has more digits than the rest of the page.
            note = one.wording.note.replace(f"{100 * one.p:.3g} %", percent(one.p), 1)
            yield f"{subject.event(name)}: {note}."


def confidence(subject: Subject) -> Iterator[Block]:
    """Analytic confidence in each key judgement and its grounds, in sentences of their own."""
    if not subject.ranked:
        yield Paragraph(NOTHING_OPEN)
        return
    judged = judged_grounds(subject)
    yield Paragraph(f"Analytic confidence in these judgements is {span(one.level for one in judged.values())}.")
    yield Items(
        tuple(
            Item(language.grounds_of(subject.case, grounds), f"{subject.event(name)} ({grounds.level}):")
            for name, grounds in judged.items()
        )
    )


def judged_grounds(subject: Subject) -> dict[str, Grounds]:
    """Per outcome of the key judgements that is open what the confidence in it is judged from."""
    return {name: subject.confidence[name] for name in subject.judged if name in subject.ranked}


def span(levels: Iterable[Confidence]) -> str:
    """`low`, or `low to moderate`."""
    found = {*levels}
    held = [level for level in get_args(Confidence) if level in found]
    return held[0] if len(held) == 1 else f"{held[0]} to {held[-1]}"


def implications(subject: Subject) -> Iterator[Block]:
    """Which questions the scenario answers differently, and which not."""
    changed = [n for n in subject.assessment.outcomes if subject.baseline_word(n) != subject.word(n)]
    same = [n for n in subject.assessment.outcomes if n not in changed]
    if changed:
        yield Paragraph("The scenario gives these questions another word than the baseline does:")
        items = (
            Item(f"from {subject.baseline_word(n)} to {subject.word(n)}.", f"{subject.event(n)}:") for n in changed
        )
        yield Items(tuple(items))
    else:
        yield Paragraph("No question gets another word than it has at the baseline.")
    if same and changed:
        yield Paragraph(f"The others keep theirs: {'; '.join(subject.event(n) for n in same)}.")


def outcome_rows(subject: Subject) -> Table:
    """Every outcome and tail risk: baseline, now, interval, word."""
    rows = tuple(
        (
            subject.event(name),
            percent(one.baseline),
            percent(one.p),
            interval(one),
            subject.word(name),
        )
        for name, one in subject.assessment.outcomes.items()
    )
    headings = ("Question", "Baseline", "Now", "Interval, %", "Word")
    return Table(headings, rows, (0.43, 0.11, 0.1, 0.14, 0.22), "Every outcome and tail risk", numeric=(1, 2, 3))


def tail_risks(subject: Subject) -> Iterator[Block]:
    """What is improbable and grave."""
    if not subject.tails:
        yield Paragraph("The model names no tail risks.")
        return
    items = (Item(f"{subject.phrase(n)}, {subject.came(n)}.", f"{subject.event(n)}:") for n in subject.tails)
    yield Items(tuple(items))
    yield from (Paragraph(text) for text in _inexact(subject, subject.tails))


def _have(count: int) -> str:
    return "has" if count == 1 else "have"
