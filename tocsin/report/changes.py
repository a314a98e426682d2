"""What changed since an earlier briefing: numbers, words, evidence, statements; without one, against the baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tocsin.assessment import Estimate
from tocsin.language.numbers import change, interval, percent, sentence
from tocsin.report.blocks import Block, Item, Items, Paragraph, Table, share
from tocsin.report.record import BriefingRecord
from tocsin.report.subject import Subject, told_word


def changes(subject: Subject, now: BriefingRecord) -> Iterator[Block]:
    """Every outcome and tail risk in figures; then against the earlier briefing where one was given."""
    yield _against_baseline(subject) if subject.facts else _as_it_stands(subject)
    if now.since is None:
        if subject.facts:
            yield Paragraph("No earlier briefing was given to compare with.")
        return
    then = now.since
    yield Paragraph(
        f"Compared with the briefing on “{then.title}” as of {then.as_of} (model digest {then.run.model_digest[:16]})."
    )
    yield _against(subject, then)
    told = (*_settings(then, now), *_evidence(then, now), *_statements(then, now))
    yield Items(tuple(Item(text) for text in told))


def _against_baseline(subject: Subject) -> Table:
    rows = tuple(
        (
            subject.event(name),
            percent(one.baseline),
            percent(one.p),
            interval(one),
            change(one.baseline, one.p),
            _words(subject.baseline_word(name), subject.word(name)),
        )
        for name, one in subject.assessment.outcomes.items()
    )
    headings = ("Question", "Baseline", "Now", "Interval, %", "Change", "Word")
    widths = (0.32, 0.1, 0.09, 0.12, 0.14, 0.23)
    return Table(headings, rows, widths, "Every outcome and tail risk against the baseline", numeric=(1, 2, 3, 4))


def _as_it_stands(subject: Subject) -> Table:
    """At the baseline itself nothing changed against it."""
    rows = tuple(
        (subject.event(name), percent(one.p), interval(one), subject.word(name))
        for name, one in subject.assessment.outcomes.items()
    )
    headings = ("Question", "Now", "Interval, %", "Word")
    return Table(headings, rows, (0.5, 0.12, 0.14, 0.24), "Every outcome and tail risk", numeric=(1, 2))


def _against(subject: Subject, then: BriefingRecord) -> Table:
    rows = []
    for name, one in subject.assessment.outcomes.items():
        old = then.estimates.get(name)
        if old is None or old.event != one.event:
            rows.append((subject.event(name), "not asked", f"{percent(one.p)} {interval(one)}", "", subject.word(name)))
            continue
        was = Estimate(old.p, old.low, old.high)
        before, after = f"{percent(was.p)} {interval(was)}", f"{percent(one.p)} {interval(one)}"
        rows.append(
            (
                subject.event(name),
                before,
                after,
                change(was.p, one.p),
                _words(told_word(was.p, old.words), subject.word(name)),
            )
        )
    return _table(tuple(rows), "Then", "Change since the earlier briefing")


def _table(rows: tuple[tuple[str, ...], ...], then: str, caption: str) -> Table:
    headings = ("Question", then, "Now", "Change", "Word")
    return Table(headings, rows, (0.34, 0.14, 0.14, 0.14, 0.24), caption, numeric=(1, 2, 3))


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
    for told, names in (("New statements", new), ("Statements left out", gone), ("Statements changed", other)):
        if names:
            yield f"{told}: {', '.join(names)}."
    if not (new or gone or other):
        same = then.run.model_digest == now.run.model_digest
        yield f"The statements are the same{'' if same else ', but the model changed in its numbers or structure'}."
