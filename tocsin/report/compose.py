"""From an explanation to a briefing: which sections, in which order, at which length."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from tocsin.analysis.explain import Explanation
from tocsin.language.numbers import day, sentence
from tocsin.report import changes, charts, explanation, judgements, sources_method
from tocsin.report.answer import record_blocks, record_line
from tocsin.report.blocks import Block, Briefing, Item, Items, Paragraph, Section, Slide, Table, section, told
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
        opening=(
            *tuple(sources_method.scenario(subject))[-1:],
            *sure[:1],
            charts.outcome_chart(subject, subject.judged),
        ),
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
    """Two pages for who decides, and an annex for who checks."""
    tails = section("tail_risks", "Tail risks", judgements.tail_risks(subject))
    changed = bool(subject.facts) or record.since is not None
    front = [
        section("judgements", "Key judgements", (*judgements.judgements(subject), *sure[:1])),
        section("implications", "What it means", judgements.implications(subject)),
        section("scenario", "What is supposed", tuple(sources_method.scenario(subject))[0 if subject.facts else -1 :]),
        section("outcomes", "Outcomes", (charts.outcome_chart(subject),)),
        replace(section("why", "Why", explanation.why(subject)), whole=True),
        section("alternatives", "What would change it", explanation.alternatives(subject)),
        section("indicators", "What to watch", explanation.indicators(subject)),
        *([tails] if subject.tails else []),
    ]
    annex = [
        section("confidence", "Confidence", sure),
        section("changes", "What changed" if changed else "Every outcome", changes.changes(subject, record)),
        section("why_in_full", "Why, outcome by outcome", explanation.why_in_full(subject)),
        section("sources", "Sources", sources_method.sources(subject)),
        section("assumptions", "Assumptions", explanation.assumptions(subject)),
        section("contradictions", "Contradictions", explanation.contradictions(subject)),
        section("missing", "What is missing", sources_method.missing(subject)),
        *([] if subject.tails else [tails]),
        section("scoring", "How to score it", sources_method.scoring(subject)),
        section("method", "Method", sources_method.method(subject)),
        section("record", "Run record", record_blocks(record)),
        # Last, since it fills a page.
        section("network", "Network", (charts.network(subject),)),
    ]
    return [*(one for one in front if one.blocks), replace(annex[0], part="Annex"), *annex[1:]]


def _summary(subject: Explained, record: BriefingRecord, sure: tuple[Block, ...]) -> list[Section]:
    """One page: a line or two under each heading."""
    facts = tuple(Item(sentence(text)) for text in subject.facts.values())
    supposed: tuple[Block, ...] = (Items(facts),) if facts else tuple(sources_method.scenario(subject))[-1:]
    return [
        section("judgements", "Key judgements", judgements.judgements(subject)),
        section("confidence", "Confidence", (*sure[:1], *_firsts(sure[1:], 1))),
        section("scenario", "What is supposed", supposed),
        section("alternatives", "What would change it", _firsts(explanation.alternatives(subject), 1)),
        section("indicators", "What to watch", _firsts(explanation.indicators(subject), 1)),
        section("tail_risks", "Tail risks", judgements.tail_risks(subject)),
        section("record", "Run record", (Paragraph(record_line(record)),)),
    ]


def _slides(subject: Explained) -> list[Slide]:
    """At most seven after the first, each with a picture where there is something to draw."""
    drawn = charts.watch_chart(subject) if subject.focus else ()
    hinges = charts.hinges(subject) if subject.focus else ()
    tails = (charts.outcome_chart(subject, subject.tails),) if subject.tails else ()
    return [
        Slide("Key judgements", (*judgements.judgements(subject), charts.outcome_chart(subject))),
        Slide("Why", tuple(explanation.why(subject))),
        Slide("What bears on it", (charts.behind(subject),)),
        Slide("What would change it, and what to watch", (*_firsts(explanation.alternatives(subject), 2), *drawn)),
        Slide(
            "Assumptions",
            (*_firsts(explanation.assumptions(subject), 1), *explanation.disputes(subject.explained).blocks, *hinges),
        ),
        Slide("Tail risks, and what is missing", (*judgements.tail_risks(subject), *_most_missing(subject), *tails)),
    ]


def _most_missing(subject: Explained, most: int = 3) -> Iterable[Block]:
    for block in sources_method.missing(subject):
        yield Items(block.items[:most]) if isinstance(block, Items) else block


def _firsts(blocks: Iterable[Block], most: int) -> Iterator[Block]:
    """The same with the first entries of each table; of what is told by outcome only the first one."""
    for block in blocks:
        match block:
            case Items(items):
                yield replace(block, items=items[:most])
                return
            case Table():
                yield replace(block, rows=block.rows[:most])
            case _:
                yield block
