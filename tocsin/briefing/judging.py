"""What is judged: the bottom line, the key judgements, the confidence in them, what they mean, and the tail risks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tocsin import sentences
from tocsin.briefing.content import Block, Item, Items, Paragraph, Table, counted, share
from tocsin.briefing.subject import Subject
from tocsin.records.statements import Confidence
from tocsin.trail import ancestors
from tocsin.wording import interval, percent

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
        if one.wording.note and not sentences.is_settled(one.p):
            # The note has more digits than the rest of the page.
            note = one.wording.note.replace(f"{100 * one.p:.3g} %", percent(one.p), 1)
            yield f"{subject.event(name)}: {note}."


@dataclass(frozen=True)
class Grounds:
    """What confidence is judged from; counts over what stands behind the key judgements."""

    graded: int
    """Statements from sources graded A or B."""
    statements: int
    swayed: tuple[str, ...]
    """Speakers without whom a key judgement has another word."""
    assumed: int
    numbers: int

    @property
    def level(self) -> Confidence:
        """High if sources, corroboration and assumptions all hold, moderate if two do, low otherwise."""
        sound = [2 * self.graded >= self.statements > 0, not self.swayed, 2 * self.assumed <= self.numbers]
        return "high" if all(sound) else "moderate" if sum(sound) == 2 else "low"


def grounds(subject: Subject) -> Grounds:
    """Counts of sources, corroboration and assumptions behind the key judgements."""
    model, case = subject.case.model, subject.case
    behind = {up for name in subject.judged for up in (name, *ancestors(model, name))}
    bearing = {key for name in behind for key in model.provenance.statements_of(name)}
    heard = {key: one for key, one in subject.weights.statements.items() if not one.excluded and key in bearing}
    slots = [slot for name in behind for slot in model.provenance.by_variable[name]]
    silent = {key for key, one in subject.weights.statements.items() if one.excluded}
    groups = subject.influence.groups["speaker"]
    swayed = tuple(
        subject.records.speakers[speaker].name
        for speaker, answers in groups.items()
        if any(answers[name].word != case.words.word(case.point[name]) for name in subject.ranked if name in answers)
    )
    return Grounds(
        graded=sum(one.reliability in ("A", "B") for one in heard.values()),
        statements=len(heard),
        swayed=swayed,
        assumed=sum(not set(slot.quantity.statements) - silent for slot in slots),
        numbers=len(slots),
    )


def confidence(subject: Subject) -> Iterator[Block]:
    """Analytic confidence and its basis, in sentences of their own."""
    if not subject.ranked:
        yield Paragraph(NOTHING_OPEN)
        return
    found = grounds(subject)
    yield Paragraph(f"Analytic confidence in these judgements is {found.level}.")
    yield Paragraph(basis(found))


def basis(found: Grounds) -> str:
    """What the confidence rests on; no probability stands in it."""
    swayed = (
        f"leaving out everything that one speaker says gives a key judgement another word for "
        f"{len(found.swayed)} of the speakers ({', '.join(found.swayed)})"
        if found.swayed
        else "no single speaker can be left out so that a key judgement gets another word"
    )
    statements, numbers = counted(found.statements, "statement"), counted(found.numbers, "number")
    return (
        f"Sources: {found.graded} of the {statements} behind them {'comes' if found.graded == 1 else 'come'} from "
        f"sources graded A or B. Corroboration: {swayed}. "
        f"Assumptions: {found.assumed} of the {numbers} behind them {'is' if found.assumed == 1 else 'are'} the "
        "analysts' own."
    )


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
