"""From an explanation to a briefing: which sections, in which order, at which length."""

from __future__ import annotations

from collections.abc import Iterable

from tocsin.analysis.explain import Explanation
from tocsin.language.numbers import day, sentence
from tocsin.report import changes, charts, judgements, sources_method, why
from tocsin.report.blocks import Block, Briefing, Item, Items, Paragraph, Section, Slide, Subheading, section, told
from tocsin.report.options import BriefingOptions
from tocsin.report.record import BriefingRecord, record_of
from tocsin.report.subject import Explained, Subject, subject_of


def compose(explained: Explanation, order: BriefingOptions | None = None) -> Briefing:
    """The briefing of one scenario. Raises Irreconcilable; BadInput for an earlier briefing on another model."""
    order, subject = order or BriefingOptions(), subject_of(explained)
    order.require_model(subject.records.name)
    marking = order.marked(subject.records.file)
    record = record_of(subject.case.model, subject.assessment, subject.facts, marking, order.length, order.since)
    full, sure = order.length == "full", tuple(judgements.confidence(subject))
    made = Briefing(
        marking=marking,
        title=subject.case.scenario.title,
        subtitle=subtitle(subject),
        about=subject.records.file.title,
        as_of=subject.records.file.as_of,
        bottom_line=judgements.bottom_line(subject),
        opening=(*tuple(sources_method.scenario(subject))[-1:], *sure[:1]),
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
        section("judgements", "Key judgements", judgements.judgements(subject)),
        section("confidence", "Confidence", sure),
        section("implications", "What it means", judgements.implications(subject)),
        section("scenario", "What is supposed", sources_method.scenario(subject)),
        section("outcomes", "Outcomes", (charts.outcome_chart(subject), judgements.outcome_rows(subject))),
        section("changes", "What changed", changes.changes(subject, record)),
        section("why", "Why", why.why(subject)),
        section("alternatives", "Alternatives", why.alternatives(subject)),
        section("assumptions", "Assumptions", why.assumptions(subject)),
        section("missing", "What is missing", sources_method.missing(subject)),
        section("indicators", "Indicators to watch", why.indicators(subject)),
        section("contradictions", "Contradictions", why.contradictions(subject)),
        section("sources", "Sources", sources_method.sources(subject)),
        section("tail_risks", "Tail risks", judgements.tail_risks(subject)),
        section("scoring", "How to score it", sources_method.scoring(subject)),
        section("method", "Method", sources_method.method(subject)),
        section("record", "Run record", sources_method.run_record(record.each)),
        # Last, since it fills a page.
        section("network", "Network", (charts.network(subject),)),
    ]


def _summary(subject: Explained, record: BriefingRecord, sure: tuple[Block, ...]) -> list[Section]:
    """One page: a line or two under each heading."""
    facts = tuple(Item(sentence(text)) for text in subject.facts.values())
    supposed: tuple[Block, ...] = (Items(facts),) if facts else tuple(sources_method.scenario(subject))[-1:]
    return [
        section("judgements", "Key judgements", judgements.judgements(subject)),
        section("confidence", "Confidence", (*sure[:1], *_firsts(subject, sure[1:], 2))),
        section("scenario", "What is supposed", supposed),
        section("alternatives", "What would change it", _firsts(subject, why.alternatives(subject), 1)),
        section("indicators", "What to watch", _firsts(subject, why.indicators(subject), 2)),
        section("tail_risks", "Tail risks", judgements.tail_risks(subject)),
        section("record", "Run record", (Paragraph(sources_method.record_line(record.each)),)),
    ]


def _slides(subject: Explained) -> list[Slide]:
    """At most seven after the first."""
    return [
        Slide("Key judgements", tuple(judgements.judgements(subject))),
        Slide("Outcomes", (charts.outcome_chart(subject),)),
        Slide("Why", (*_firsts(subject, why.why(subject), 3),)),
        Slide("What bears on it", (charts.behind(subject),)),
        Slide("What would change it, and what to watch", _both(subject)),
        Slide("Assumptions", (*_firsts(subject, why.assumptions(subject), 3), *why.disputes(subject))),
        Slide("Tail risks, and what is missing", (*judgements.tail_risks(subject), *_most_missing(subject))),
    ]


def _both(subject: Explained) -> tuple[Block, ...]:
    return (
        *_firsts(subject, why.alternatives(subject), 2),
        *_firsts(subject, why.indicators(subject), 2)[1:],
    )


def _most_missing(subject: Explained, most: int = 5) -> Iterable[Block]:
    for block in sources_method.missing(subject):
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
