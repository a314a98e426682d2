"""From an explanation to a briefing: which sections, in which order, at which length."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.analysis.explain import Explanation
from tocsin.briefing import basis, changes, drawing, judging, reasons
from tocsin.briefing.content import (
    Block,
    Briefing,
    Item,
    Items,
    Paragraph,
    Section,
    Slide,
    Subheading,
    section,
    told,
)
from tocsin.briefing.order import Order
from tocsin.briefing.record import BriefingRecord, record_of
from tocsin.briefing.subject import Explained, Subject, subject_of
from tocsin.wording import day, sentence


def compose(explained: Explanation, order: Order | None = None) -> Briefing:
    """The briefing of one scenario. Raises Irreconcilable; BadInput for an earlier briefing on another model."""
    order, subject = order or Order(), subject_of(explained)
    order.require_model(subject.records.name)
    marking = order.marked(subject.records.file)
    record = record_of(subject.case.model, subject.assessment, subject.facts, marking, order.length, order.since)
    full, sure = order.length == "full", tuple(judging.confidence(subject))
    made = Briefing(
        marking=marking,
        title=subject.case.scenario.title,
        subtitle=subtitle(subject),
        about=subject.records.file.title,
        as_of=subject.records.file.as_of,
        bottom_line=judging.bottom_line(subject),
        opening=(*tuple(basis.scenario(subject))[-1:], *sure[:1]),
        sections=tuple(_full(subject, record, sure) if full else _summary(subject, record, sure)),
        slides=tuple(_slides(subject) if full else _slides(subject)[:2]),
        record=record,
    )
    return told(made, subject.plain)


def subtitle(subject: Subject) -> str:
    """What is assessed as of when, over which horizon."""
    file = subject.records.file
    horizon = f"{day(file.horizon.start)} to {day(file.horizon.end)} ({file.horizon.timezone})"
    return f"{sentence(file.title)} As of {day(file.as_of)}; horizon {horizon}."


def _full(subject: Explained, record: BriefingRecord, sure: tuple[Block, ...]) -> list[Section]:
    return [
        section("judgements", "Key judgements", judging.judgements(subject)),
        section("confidence", "Confidence", sure),
        section("implications", "What it means", judging.implications(subject)),
        section("scenario", "What is supposed", basis.scenario(subject)),
        section("outcomes", "Outcomes", (drawing.outcome_chart(subject), judging.outcome_rows(subject))),
        section("changes", "What changed", changes.changes(subject, record)),
        section("why", "Why", reasons.why(subject)),
        section("alternatives", "Alternatives", reasons.alternatives(subject)),
        section("assumptions", "Assumptions", reasons.assumptions(subject)),
        section("missing", "What is missing", basis.missing(subject)),
        section("indicators", "Indicators to watch", reasons.indicators(subject)),
        section("contradictions", "Contradictions", reasons.contradictions(subject)),
        section("sources", "Sources", basis.sources(subject)),
        section("tail_risks", "Tail risks", judging.tail_risks(subject)),
        section("scoring", "How to score it", basis.scoring(subject)),
        section("method", "Method", basis.method(subject)),
        section("record", "Run record", basis.run_record(record.each)),
        # Last, since it fills a page.
        section("network", "Network", (drawing.network(subject),)),
    ]


def _summary(subject: Explained, record: BriefingRecord, sure: tuple[Block, ...]) -> list[Section]:
    """One page: a line or two under each heading."""
    facts = tuple(Item(sentence(text)) for text in subject.facts.values())
    supposed: tuple[Block, ...] = (Items(facts),) if facts else tuple(basis.scenario(subject))[-1:]
    return [
        section("judgements", "Key judgements", judging.judgements(subject)),
        section("confidence", "Confidence", (*sure[:1], *_firsts(subject, sure[1:], 2))),
        section("scenario", "What is supposed", supposed),
        section("alternatives", "What would change it", _firsts(subject, reasons.alternatives(subject), 1)),
        section("indicators", "What to watch", _firsts(subject, reasons.indicators(subject), 2)),
        section("tail_risks", "Tail risks", judging.tail_risks(subject)),
        section("record", "Run record", (Paragraph(basis.record_line(record.each)),)),
    ]


def _slides(subject: Explained) -> list[Slide]:
    """At most seven after the first."""
    return [
        Slide("Key judgements", tuple(judging.judgements(subject))),
        Slide("Outcomes", (drawing.outcome_chart(subject),)),
        Slide("Why", (*_firsts(subject, reasons.why(subject), 3),)),
        Slide("What bears on it", (drawing.behind(subject),)),
        Slide("What would change it, and what to watch", _both(subject)),
        Slide("Assumptions", (*_firsts(subject, reasons.assumptions(subject), 3), *reasons.disputes(subject))),
        Slide("Tail risks, and what is missing", (*judging.tail_risks(subject), *_most_missing(subject))),
    ]


def _both(subject: Explained) -> tuple[Block, ...]:
    return (
        *_firsts(subject, reasons.alternatives(subject), 2),
        *_firsts(subject, reasons.indicators(subject), 2)[1:],
    )


def _most_missing(subject: Explained, most: int = 5) -> Iterable[Block]:
    for block in basis.missing(subject):
        yield Items(block.items[:most]) if isinstance(block, Items) else block


def _firsts(subject: Explained, blocks: Iterable[Block], most: int) -> tuple[Block, ...]:
    """Of what is told by outcome only the first one, with its first entries."""
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Items):
            return (*kept, Items(block.items[:most]))
        if isinstance(block, Subheading) or not subject.focus or subject.case.scenario.reconcile:
            kept.append(block)
    return tuple(kept)
