"""What changed since an earlier briefing: numbers, words, evidence, statements; without one, against the baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tocsin.assessment import Estimate
from tocsin.language.numbers import change, interval, percent, sentence
from tocsin.report import answer
from tocsin.report.blocks import Block, Item, Items, Paragraph, Table, share
from tocsin.report.record import BriefingRecord
from tocsin.report.subject import Subject


def changes(subject: Subject, now: BriefingRecord) -> Iterator[Block]:
    """Every outcome and tail risk in figures; then against the earlier briefing where one was given."""
    yield answer.outcomes(subject.records_before, subject.assessment)
    if now.since is None:
        if subject.facts:
            yield Paragraph("No earlier briefing was given to compare with.")
        return
    then = now.since
    yield Paragraph(
        f"Compared with the briefing on “{then.title}” as of {then.as_of} (model digest {then.run.model_digest[:16]})."
    )
    yield _against(subject, then)
    lines = (*_settings(then, now), *_evidence(then, now), *_statements(then, now))
    yield Items(tuple(Item(text) for text in lines))


def _against(subject: Subject, then: BriefingRecord) -> Table:
    rows = []
    for name, outcome in subject.assessment.outcomes.items():
        old, after = then.estimates.get(name), f"{percent(outcome.p)} {interval(outcome)}"
        if old is None or old.event != outcome.event:
            rows.append((subject.event(name), "not asked", after, "", subject.word(name)))
            continue
        before = f"{percent(old.p)} {interval(Estimate(old.p, old.low, old.high))}"
        words = _words(answer.shown_word(old.p, old.words), subject.word(name))
        rows.append((subject.event(name), before, after, change(old.p, outcome.p), words))
    headings, widths = ("Outcome", "Then", "Now", "Change", "Word"), (0.34, 0.14, 0.14, 0.14, 0.24)
    return Table(headings, tuple(rows), widths, "Change since the earlier briefing", numeric=(1, 2, 3))


def _words(then: str, now: str) -> str:
    return f"still {now}" if then == now else f"{then}, now {now}"


def _settings(then: BriefingRecord, now: BriefingRecord) -> Iterator[str]:
    """A word or an interval that differs for no reason in the world."""
    if then.run.lexicon != now.run.lexicon:
        yield f"The words are those of another standard: {then.run.lexicon} then, {now.run.lexicon} now."
    if then.run.interval != now.run.interval:
        yield f"The intervals hold {share(then.run.interval)} then, {share(now.run.interval)} now."


def _evidence(then: BriefingRecord, now: BriefingRecord) -> Iterator[str]:
    """Findings that came, went, or say something else."""
    came, went = _without(now.facts, then.facts), _without(then.facts, now.facts)
    yield from (sentence(f"New in the scenario: {text}") for text in came)
    yield from (sentence(f"No longer in the scenario: {text}") for text in went)
    if not came and not went:
        yield "The scenario's evidence is the same."


def _without(some: Mapping[str, str], others: Mapping[str, str]) -> list[str]:
    return [text for text in some.values() if text not in others.values()]


def _statements(then: BriefingRecord, now: BriefingRecord) -> Iterator[str]:
    """Statements that are new, gone, or worded or graded otherwise."""
    new = [key for key in now.statements if key not in then.statements]
    gone = [key for key in then.statements if key not in now.statements]
    other = [key for key in now.statements if then.statements.get(key, now.statements[key]) != now.statements[key]]
    for heading, names in (("New statements", new), ("Statements left out", gone), ("Statements changed", other)):
        if names:
            yield f"{heading}: {', '.join(names)}."
    if not (new or gone or other):
        same = then.run.model_digest == now.run.model_digest
        yield f"The statements are the same{'' if same else ', but the model changed in its numbers or structure'}."
