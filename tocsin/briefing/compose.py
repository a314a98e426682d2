"""From an explanation to a briefing: which sections, in which order, at which length."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from tocsin.analysis.explain import Explanation
from tocsin.briefing import basis, changes, drawing, judging, reasons
from tocsin.briefing.content import (
    Block,
    Briefing,
    Item,
    Items,
    Paragraph,
    Picture,
    Section,
    Slide,
    Subheading,
    Table,
)
from tocsin.briefing.record import Record, record_of
from tocsin.briefing.subject import Subject, subject_of
from tocsin.errors import BadInput, Problem

Length = Literal["summary", "full"]
MARKING = "TLP:CLEAR"
"""Where no other marking is given: the Traffic Light Protocol's word for what anybody may read."""


@dataclass(frozen=True)
class Order:
    """How a briefing is wanted."""

    length: Length = "full"
    marking: str = MARKING
    since: Record | None = None

    def __post_init__(self) -> None:
        if not self.marking.strip() or not self.marking.isprintable() or len(self.marking) > 120:
            raise BadInput([Problem("--marking", 0, 0, "", "a marking is one line of 1 to 120 printable letters")])


def compose(explained: Explanation, order: Order | None = None) -> Briefing:
    """The briefing of one scenario. Raises Irreconcilable."""
    order, subject = order or Order(), subject_of(explained)
    record = record_of(subject.case.model, subject.assessment, subject.facts, order.marking, order.length, order.since)
    file = subject.records.file
    horizon = f"{file.horizon.start:%-d %B %Y} to {file.horizon.end:%-d %B %Y} ({file.horizon.timezone})"
    sections = _full(subject, record) if order.length == "full" else _summary(subject, record)
    slides = _slides(subject, record) if order.length == "full" else _slides(subject, record)[:2]
    tell = subject.plain
    return Briefing(
        marking=order.marking,
        title=tell(subject.case.scenario.title),
        subtitle=tell(f"{file.title}. As of {file.as_of:%-d %B %Y}; horizon {horizon}."),
        as_of=file.as_of,
        bottom_line=tell(judging.bottom_line(subject)),
        sections=tuple(replace(one, blocks=tuple(_told(one.blocks, tell))) for one in sections),
        slides=tuple(replace(one, blocks=tuple(_told(one.blocks, tell))) for one in slides),
        record=record,
    )


def _full(subject: Subject, record: Record) -> list[Section]:
    return [
        _section("judgements", "Key judgements", judging.judgements(subject)),
        _section("confidence", "Confidence", judging.confidence(subject)),
        _section("implications", "What it means", judging.implications(subject)),
        _section("scenario", "What is supposed", basis.scenario(subject)),
        _section("outcomes", "Outcomes", (drawing.outcome_chart(subject), judging.outcome_rows(subject))),
        _section("changes", "What changed", changes.changes(subject, record)),
        _section("why", "Why", reasons.why(subject)),
        _section("alternatives", "Alternatives", reasons.alternatives(subject)),
        _section("assumptions", "Assumptions", reasons.assumptions(subject)),
        _section("missing", "What is missing", basis.missing(subject)),
        _section("indicators", "Indicators to watch", reasons.indicators(subject)),
        _section("contradictions", "Contradictions", reasons.contradictions(subject)),
        _section("sources", "Sources", basis.sources(subject)),
        _section("tail_risks", "Tail risks", judging.tail_risks(subject)),
        _section("network", "Network", (drawing.network(subject),)),
        _section("scoring", "How to score it", basis.scoring(subject)),
        _section("method", "Method", basis.method(subject)),
        _section("record", "Run record", basis.run_record(record)),
    ]


def _summary(subject: Subject, record: Record) -> list[Section]:
    """One page: a line or two under each heading."""
    facts = tuple(Item(f"{text}.") for text in subject.facts.values())
    supposed: tuple[Block, ...] = (Items(facts),) if facts else tuple(basis.scenario(subject))[-1:]
    return [
        _section("judgements", "Key judgements", judging.judgements(subject)),
        _section("confidence", "Confidence", judging.confidence(subject)),
        _section("scenario", "What is supposed", supposed),
        _section("alternatives", "What would change it", _firsts(subject, reasons.alternatives(subject), 1)),
        _section("indicators", "What to watch", _firsts(subject, reasons.indicators(subject), 2)),
        _section("tail_risks", "Tail risks", judging.tail_risks(subject)),
        _section("record", "Run record", (Paragraph(basis.record_line(record)),)),
    ]


def _slides(subject: Subject, record: Record) -> list[Slide]:
    """At most eight."""
    judged, confident = tuple(judging.judgements(subject)), tuple(judging.confidence(subject))
    supposed = tuple(basis.scenario(subject))[-1:]
    return [
        Slide("Key judgements", judged),
        Slide("What is supposed, and how sure we are", (*supposed, *confident)),
        Slide("Outcomes", (drawing.outcome_chart(subject),)),
        Slide("Why", _firsts(subject, reasons.why(subject), 3)),
        Slide("What would change it, and what to watch", _both(subject)),
        Slide("Assumptions", _firsts(subject, reasons.assumptions(subject), 3)),
        Slide("Tail risks, and what is missing", (*judging.tail_risks(subject), *_most_missing(subject))),
    ]


def _both(subject: Subject) -> tuple[Block, ...]:
    return (
        *_firsts(subject, reasons.alternatives(subject), 2),
        *_firsts(subject, reasons.indicators(subject), 2)[1:],
    )


def _most_missing(subject: Subject, most: int = 5) -> Iterable[Block]:
    for block in basis.missing(subject):
        yield Items(block.items[:most]) if isinstance(block, Items) else block


def _firsts(subject: Subject, blocks: Iterable[Block], most: int) -> tuple[Block, ...]:
    """Of what is told by outcome only the first one, with its first entries."""
    kept: list[Block] = []
    for block in blocks:
        if isinstance(block, Items):
            return (*kept, Items(block.items[:most]))
        if isinstance(block, Subheading) or not subject.focus or subject.case.scenario.reconcile:
            kept.append(block)
    return tuple(kept)


def _section(key: str, heading: str, blocks: Iterable[Block]) -> Section:
    return Section(key, heading, tuple(blocks))


def _told(blocks: Iterable[Block], tell: Callable[[str], str]) -> Iterable[Block]:
    """The same blocks with all text made plain."""
    for block in blocks:
        match block:
            case Paragraph(text):
                yield Paragraph(tell(text))
            case Subheading(text):
                yield Subheading(tell(text))
            case Items(items, numbered):
                yield Items(tuple(Item(tell(item.text), tell(item.lead)) for item in items), numbered)
            case Table():
                rows = tuple(tuple(map(tell, row)) for row in block.rows)
                yield replace(block, rows=rows, headings=tuple(map(tell, block.headings)), caption=tell(block.caption))
            case Picture():
                yield replace(block, alt=tell(block.alt), caption=tell(block.caption))
