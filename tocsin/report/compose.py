"""From an explanation to a briefing: which sections, in which order, how long; what changed since an earlier one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from tocsin.analysis.explain import Explanation
from tocsin.analysis.flip import Flip
from tocsin.language.numbers import brackets, capital, chance, change, day, interval, percent, sentence
from tocsin.language.outcomes import flip_condition
from tocsin.ledger.chain import Ledger
from tocsin.report import answer, charts, explanation, judgements, sources_method
from tocsin.report.alternatives import GLOSS, HEADING, alternatives
from tocsin.report.answer import DIGITS, record_blocks, record_line
from tocsin.report.blocks import (
    Bars,
    Block,
    Briefing,
    Item,
    Items,
    Paragraph,
    Section,
    Slide,
    Subheading,
    Table,
    section,
    share,
)
from tocsin.report.choices import ChoiceAnswer, choice_section, choice_slide, choose
from tocsin.report.history import since_sealed
from tocsin.report.record import BriefingOptions, BriefingRecord, record_of
from tocsin.report.subject import Explained, Subject, subject_of

MOST = 3
"""Of what is told outcome by outcome, and steps or numbers in a picture."""
MOST_CONTRADICTIONS = 6


def compose(explained: Explanation, order: BriefingOptions | None = None) -> Briefing:
    """The briefing of one scenario. Raises Irreconcilable; BadInput for an earlier briefing on another model."""
    order, subject = order or BriefingOptions(), subject_of(explained)
    order.require_model(subject.records.name)
    marking = order.marked(subject.records.file)
    record = record_of(subject.case.model, subject.assessment, subject.facts, order)
    chosen = None
    if order.choice is not None:
        chosen = choose(subject.case.before, subject.case.scenario, order.choice)
    full, sure = order.length == "full", tuple(judgements.confidence(subject))
    return Briefing(
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
        sections=tuple(
            _full(subject, record, order.ledger, sure, chosen) if full else _summary(subject, record, sure, chosen)
        ),
        slides=(*islice(_slides(subject), order.slides), *(() if chosen is None else (choice_slide(chosen),))),
        record=record,
    )


def subtitle(subject: Subject) -> str:
    """What is assessed as of when, over which horizon."""
    file = subject.records.file
    horizon = f"{day(file.horizon.start)} to {day(file.horizon.end)} ({file.horizon.timezone})"
    return f"{sentence(file.title)} As of {day(file.as_of)}; horizon {horizon}."


def _full(
    subject: Explained,
    record: BriefingRecord,
    ledger: Ledger | None,
    sure: tuple[Block, ...],
    chosen: ChoiceAnswer | None,
) -> list[Section]:
    """Two pages for who decides, a page on a choice if one is asked for, and an annex for who checks."""
    tails = section("tail_risks", "Tail risks", judgements.tail_risks(subject))
    sealed = tuple(_sealed(subject, ledger))
    changed = bool(subject.facts or sealed) or record.since is not None
    front = [
        section("judgements", "Key judgements", (*judgements.judgements(subject), *sure[:1])),
        section("implications", "What it means", judgements.implications(subject)),
        section("scenario", "What is supposed", tuple(sources_method.scenario(subject))[0 if subject.facts else -1 :]),
        section("outcomes", "Outcomes", (charts.outcome_chart(subject),)),
        replace(section("why", "Why", _why(subject)), whole=True),
        section("alternatives", "What would change it", _alternatives(subject)),
        section("indicators", "What to watch", _indicators(subject)),
        *([tails] if subject.tails else []),
    ]
    annex = [
        section("confidence", "Confidence", sure),
        section("changes", "What changed" if changed else "Every outcome", (*changes(subject, record), *sealed)),
        section("why_in_full", "Why, outcome by outcome", _why_in_full(subject)),
        section("hypotheses", HEADING, _for_which(subject)),
        section("sources", "Sources", sources_method.sources(subject)),
        section("assumptions", "Assumptions", _assumptions(subject)),
        section("contradictions", "Contradictions", _contradictions(subject)),
        section("missing", "What is missing", sources_method.missing(subject)),
        *([] if subject.tails else [tails]),
        section("scoring", "How to score it", sources_method.scoring(subject, ledger)),
        section("method", "Method", sources_method.method(subject)),
        section("record", "Run record", record_blocks(record)),
        # Last, since it fills a page.
        section("network", "Network", (charts.network(subject),)),
    ]
    page = [] if chosen is None else [choice_section(chosen)]
    return [*(part for part in front if part.blocks), *page, replace(annex[0], part="Annex"), *annex[1:]]


def _summary(
    subject: Explained, record: BriefingRecord, sure: tuple[Block, ...], chosen: ChoiceAnswer | None
) -> list[Section]:
    """One page: a line or two under each heading; and one on a choice if it is asked for."""
    facts = tuple(Item(sentence(text)) for text in subject.facts.values())
    supposed: tuple[Block, ...] = (Items(facts),) if facts else tuple(sources_method.scenario(subject))[-1:]
    return [
        section("judgements", "Key judgements", judgements.judgements(subject)),
        section("confidence", "Confidence", (*sure[:1], *_firsts(sure[1:], 1))),
        section("scenario", "What is supposed", supposed),
        section("alternatives", "What would change it", _firsts(_alternatives(subject), 1)),
        section("indicators", "What to watch", _firsts(_indicators(subject), 1)),
        section("tail_risks", "Tail risks", judgements.tail_risks(subject)),
        section("record", "Run record", (Paragraph(record_line(record)),)),
        *([] if chosen is None else [choice_section(chosen)]),
    ]


def _slides(subject: Explained) -> Iterator[Slide]:
    """At most seven after the first, each with a picture where there is something to draw."""
    yield Slide("Key judgements", (*judgements.judgements(subject), charts.outcome_chart(subject)))
    yield Slide("Why", tuple(_why(subject)))
    yield Slide("What bears on it", (charts.behind(subject),))
    drawn = charts.watch_chart(subject) if subject.focus else ()
    yield Slide("What would change it, and what to watch", (*_firsts(_alternatives(subject), 2), *drawn))
    hinges = _hinges(subject) if subject.focus else ()
    yield Slide(
        "Assumptions", (*_firsts(_assumptions(subject), 1), *explanation.disputes(subject.explained).blocks, *hinges)
    )
    tails = (charts.outcome_chart(subject, subject.tails),) if subject.tails else ()
    yield Slide("Tail risks, and what is missing", (*judgements.tail_risks(subject), *_most_missing(subject), *tails))


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


def _why(subject: Explained) -> Iterator[Block]:
    """What moved the first outcome in focus: a picture and three sentences."""
    yield from _preface(subject)
    for outcome in subject.focus[:1]:
        yield from explanation.waterfall(subject.explained, outcome, MOST) or _hinges(subject)
        moved, quoted = (
            _items(explanation.findings(subject.explained, outcome, 1)),
            explanation.quoted(subject.explained, outcome),
        )
        rests = _items(explanation.voices(subject.explained, outcome))
        yield Items((*moved, *rests[: MOST - len(moved) - len(quoted)], *quoted))


def _hinges(subject: Explained) -> tuple[Block, ...]:
    """The numbers that the first outcome in focus hangs on most, if it hangs on any."""
    drawn = explanation.tornado(subject.explained, subject.judged[0], MOST)[:1]
    return drawn if isinstance(drawn[0], Bars) else ()


def _why_in_full(subject: Explained) -> Iterator[Block]:
    """What moved each focus outcome, whose words it rests on, and the strongest contrary statement."""
    yield from _by_outcome(
        subject,
        lambda explained, outcome: (
            *_items(explanation.findings(explained, outcome, MOST)),
            *_items(explanation.voices(explained, outcome)),
        ),
    )


def _for_which(subject: Explained) -> Iterator[Block]:
    """What each fact and finding does to the states of each focus outcome's variable."""
    yield from _preface(subject)
    sections = {outcome: alternatives(subject.explained, outcome).blocks for outcome in subject.focus}
    if any(GLOSS in blocks for blocks in sections.values()):
        yield GLOSS
    for outcome, blocks in sections.items():
        yield Subheading(subject.event(outcome))
        yield from (block for block in blocks if block != GLOSS)


def _assumptions(subject: Explained) -> Iterator[Block]:
    """The numbers that each focus outcome hangs on most, and whose they are."""
    yield Paragraph(
        "The numbers that move each answer most; “assumed” are the analysts' own. Each line moves one of them alone "
        "from its 10th to its 90th percentile."
    )
    yield from _by_outcome(subject, lambda explained, outcome: _items(explanation.numbers(explained, outcome, MOST)))


def _alternatives(subject: Explained) -> Iterator[Block]:
    """The least changes that would give each focus outcome another word, the first one two where there are two."""
    yield from _preface(subject)
    rows = tuple(
        (capital(flip_condition(subject.case, flip)), subject.event(outcome), flip.word)
        for outcome, most in _fewer(subject)
        for flip in _by_word(subject.explained.flips[outcome])[:most]
    )
    if rows:
        yield Table(("If", "then", "would be"), rows, (0.66, 0.2, 0.14), "The least changes that give another word")
    elif subject.focus:
        yield Paragraph("Nothing that was tried, alone, gives another word.")


def _fewer(subject: Explained) -> Iterator[tuple[str, int]]:
    """Each focus outcome with how many rows it gets in a table, so that the first has more than the others."""
    for position, outcome in enumerate(subject.focus):
        yield outcome, 1 if position else 2


def _by_word(flips: Sequence[Flip]) -> list[Flip]:
    """The nearest change for each word."""
    nearest: dict[str, Flip] = {}
    for flip in flips:
        nearest.setdefault(flip.word, flip)
    return [*nearest.values()]


def _indicators(subject: Explained) -> Iterator[Block]:
    """The causes to watch for each focus outcome, and what the answers at both ends would make of it."""
    yield from _preface(subject)
    rows = tuple(
        (
            subject.records.variables[cause.variable].title,
            subject.event(outcome),
            *subject.replies(cause),
            percent(cause.new_word),
        )
        for outcome, most in _fewer(subject)
        for cause in subject.causes(outcome)[:most]
    )
    headings, widths = ("Watch", "for", "Falls to", "Rises to", "New word"), (0.17, 0.18, 0.27, 0.27, 0.11)
    if rows:
        yield Table(headings, rows, widths, "Causes that tell most, and the chance of another word", (4,))
    elif subject.focus:
        yield Paragraph("No cause that could be seen beforehand gives another word.")


def _contradictions(subject: Explained) -> Iterator[Block]:
    """Whether the findings disagree, which numbers are in dispute, and which judgements the model does not bear out."""
    explained = subject.explained
    topics = (
        explanation.conflict(explained),
        explanation.disputes(explained),
        explanation.tensions(explained, MOST_CONTRADICTIONS),
    )
    yield Items(tuple(item for topic in topics for item in _items(topic)))


def _items(topic: Section) -> tuple[Item, ...]:
    """The entries of a topic's lists."""
    return tuple(item for block in topic.blocks if isinstance(block, Items) for item in block.items)


def _by_outcome(subject: Explained, of: Callable[[Explanation, str], tuple[Item, ...]]) -> Iterator[Block]:
    yield from _preface(subject)
    for outcome in subject.focus:
        yield Subheading(subject.event(outcome))
        yield Items(of(subject.explained, outcome))


def _preface(subject: Explained) -> Iterator[Block]:
    if not subject.focus:
        yield Paragraph("The scenario itself settles every outcome; nothing is left to explain.")
    elif subject.case.scenario.reconcile:
        yield Paragraph("This is about the model as it stands, before it is reconciled with the judgements.")


def changes(subject: Subject, now: BriefingRecord) -> Iterator[Block]:
    """Every outcome and tail risk in figures; then against the earlier briefing where one was given."""
    yield answer.outcomes(subject.records_before, subject.assessment)
    if now.since is None:
        if subject.facts:
            yield Paragraph("No earlier briefing was given to compare with.")
        return
    then = now.since
    yield Paragraph(
        f"Compared with the briefing on “{then.title}” as of {then.as_of} (model digest "
        f"{then.run.model_digest[:DIGITS]})."
    )
    yield _against(subject, then)
    lines = (*_settings(then, now), *_evidence(then, now), *_statements(then, now))
    yield Items(tuple(Item(text) for text in lines))


def _sealed(subject: Subject, ledger: Ledger | None) -> Iterator[Block]:
    """The judged outcome that moved most over its sealed forecasts, with what moved it."""
    if ledger is not None:
        yield from since_sealed(subject.records, ledger, subject.case.scenario.scenario, subject.judged)


def _against(subject: Subject, then: BriefingRecord) -> Table:
    rows = []
    for name, outcome in subject.assessment.outcomes.items():
        old, after = then.estimates.get(name), f"{chance(outcome)} {interval(outcome)}"
        if old is None or old.event != outcome.event:
            rows.append((subject.event(name), "not asked", after, "", subject.word(name)))
            continue
        before = f"{subject.percent(old.p)} {brackets(old.low, old.high)}"
        words = _words(answer.shown_word(old.p, old.words), subject.word(name))
        rows.append((subject.event(name), before, after, change(old.p, outcome.p, outcome.wording.edges), words))
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
