"""From two to six scenarios to one briefing: what differs between their answers, and which difference explains it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from tocsin import sentences
from tocsin.briefing import basis, judging
from tocsin.briefing.basis import LETTERS
from tocsin.briefing.beside import Beside, require_comparable
from tocsin.briefing.compose import subtitle
from tocsin.briefing.content import (
    Block,
    Briefing,
    Item,
    Items,
    Paragraph,
    Picture,
    Section,
    Slide,
    Table,
    section,
    share,
    told,
)
from tocsin.briefing.drawing import OUTCOME_KEY, TALLEST, Row, aspect, chart
from tocsin.briefing.moves import FEW, MOST_JUDGEMENTS, reasons
from tocsin.briefing.order import Order
from tocsin.briefing.record import BriefingRecord, record_of
from tocsin.briefing.subject import Subject, naming, unexplained
from tocsin.errors import counted
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.sentences import independence
from tocsin.wording import interval, percent, sentence

MOST_ROWS, MOST_GROUNDS = 14, 15
"""Of the chart on a slide; lines of what the confidence is judged from on another."""


def compare(model: Model, scenarios: Sequence[Scenario], order: Order | None = None) -> Briefing:
    """The briefing on several scenarios of one model, side by side.

    Raises BadInput for fewer than two, more than six or the same one twice; Irreconcilable, ImpossibleEvidence,
    Contradiction.
    """
    order = order or Order()
    require_comparable(scenarios)
    order.require_no_earlier()
    beside = Beside(tuple(_answered(model, scenario) for scenario in scenarios))
    marking = order.marked(model.records.file)
    records = [
        record_of(one.case.model, one.assessment, one.facts, marking, order.length, None) for one in beside.subjects
    ]
    record = records[0].model_copy(update={"others": tuple(records[1:])})
    full = order.length == "full"
    made = Briefing(
        marking=marking,
        title=f"{len(scenarios)} scenarios side by side",
        subtitle=subtitle(beside.first),
        about=beside.first.records.file.title,
        as_of=beside.first.records.file.as_of,
        bottom_line=bottom_line(beside),
        opening=tuple(titled(beside)),
        sections=tuple(_full(beside, record) if full else _summary(beside, record)),
        slides=tuple(_slides(beside) if full else _slides(beside)[:2]),
        record=record,
    )
    return told(made, beside.first.plain)


def _answered(model: Model, scenario: Scenario) -> Subject:
    with naming(scenario):
        return unexplained(model, scenario)


def _full(beside: Beside, record: BriefingRecord) -> list[Section]:
    first, drawn = beside.first, outcome_chart(beside)
    sections = [
        section("scenario", "What is compared", named(beside)),
        section("judgements", "Key judgements", judgement_blocks(beside)),
        section("confidence", "Confidence", confidence(beside)),
        section("outcomes", "Outcomes", (outcome_rows(beside),) if drawn.own_page else (drawn, outcome_rows(beside))),
        section("differences", "What differs", difference_blocks(beside)),
        section("why", "Which difference explains which change", reasons(beside)),
        section("tail_risks", "Tail risks", tail_risks(beside)),
        section("missing", "What is missing", basis.missing(first)),
        section("sources", "Sources", sources(beside)),
        section("method", "Method", method(beside)),
        section("record", "Run records", basis.run_record(record.each)),
    ]
    return [*sections, section("chart", "Chart", (drawn,))] if drawn.own_page else sections


def _summary(beside: Beside, record: BriefingRecord) -> list[Section]:
    return [
        section("scenario", "What is compared", titled(beside)),
        section("judgements", "Key judgements", judgement_blocks(beside, FEW)),
        section("confidence", "Confidence", list(confidence(beside))[:1]),
        section("differences", "What differs", difference_blocks(beside)),
        section("record", "Run records", (Paragraph(basis.record_line(record.each)),)),
    ]


def _slides(beside: Beside) -> list[Slide]:
    fits = max(1, MOST_ROWS // (len(beside.subjects) + 1))
    few = 2 if len(beside.subjects) <= 3 else 1
    return [
        Slide("Key judgements", tuple(judgement_blocks(beside))),
        Slide("Outcomes that differ most", (outcome_chart(beside, beside.ranked[:fits]),)),
        Slide("What differs", tuple(difference_blocks(beside))),
        Slide("Which difference explains which change", tuple(reasons(beside, few))),
        Slide("How sure we are", tuple(confidence(beside, MOST_GROUNDS // len(beside.subjects)))),
        Slide("Tail risks", tuple(tail_risks(beside))),
    ]


def bottom_line(beside: Beside) -> str:
    """What differs most, from where to where, and how many outcomes get another word."""
    if not beside.ranked:
        return "The scenarios give every outcome the same probability."
    name = beside.ranked[0]
    chances = beside.chances(name)
    least, most = chances.index(min(chances)), chances.index(max(chances))
    subjects = beside.subjects
    count = sum(len(set(beside.words(each))) > 1 for each in beside.first.assessment.outcomes)
    return (
        f"“{beside.first.event(name)}” differs most: {subjects[most].phrase(name)} under {LETTERS[most]}, and "
        f"{subjects[least].phrase(name)} under {LETTERS[least]}. "
        f"{judging.several_words(count, len(beside.first.assessment.outcomes))}"
    )


def titled(beside: Beside) -> Iterator[Block]:
    """The scenarios' titles by their letters."""
    yield Items(tuple(Item(sentence(one.case.scenario.title), f"{letter}:") for letter, one in beside.lettered))


def named(beside: Beside) -> Iterator[Block]:
    """The scenarios by their letters, as their files describe them."""
    items = []
    for letter, one in beside.lettered:
        scenario = one.case.scenario
        items.append(Item(" ".join(filter(None, (sentence(scenario.title), scenario.description))), f"{letter}:"))
    yield Items(tuple(items))


def judgement_blocks(beside: Beside, most: int = MOST_JUDGEMENTS) -> Iterator[Block]:
    """The outcomes that differ most, each with word, number and interval under every scenario."""
    chosen = beside.ranked[:most] or tuple(beside.first.assessment.outcomes)[:most]
    yield Items(tuple(_across(beside, name) for name in chosen), numbered=True)
    if beside.alike:
        yield Paragraph(f"No difference in: {'; '.join(map(beside.first.event, beside.alike))}.")
    yield from (Paragraph(text) for text in settings(beside))


def _across(beside: Beside, outcome: str) -> Item:
    parts = (f"{letter} {one.phrase(outcome)}" for letter, one in beside.lettered)
    return Item(f"{'; '.join(parts)}.", f"{beside.first.event(outcome)}:")


def settings(beside: Beside) -> Iterator[str]:
    """What the brackets hold, and where words or brackets differ for no reason in the world."""
    shares = [share(one.assessment.run.interval) for one in beside.subjects]
    covers = "cover the numbers of the model, not its structure"
    if len({*shares}) == 1:
        yield f"In brackets the {shares[0]} interval; intervals {covers}."
    else:
        told_ = ", ".join(f"{letter} {one}" for letter, one in zip(LETTERS, shares, strict=False))
        yield f"The intervals in brackets do not hold the same share ({told_}); they {covers}."
    titles = [one.lexicon.title for one in beside.subjects]
    if len({*titles}) > 1:
        told_ = "; ".join(f"{letter} {title}" for letter, title in zip(LETTERS, titles, strict=False))
        yield f"The words are not those of one standard, so that a word may differ where the number does not: {told_}."
    noticed = [(letter, notice) for letter, one in beside.lettered for notice in one.assessment.notices]
    for notice, letters in _grouped(noticed).items():
        yield f"{letters}: {notice}"


def confidence(beside: Beside, most: int = MOST_JUDGEMENTS) -> Iterator[Block]:
    """Analytic confidence in each scenario's answers, where one leaves something open; no probability stands in it.

    most: outcomes of a scenario whose grounds are told.
    """
    judged = {letter: judging.judged_grounds(one) for letter, one in beside.lettered}
    levels = {
        letter: judging.span(grounds.level for grounds in each.values()) for letter, each in judged.items() if each
    }
    settled = [letter for letter, one in beside.lettered if not one.ranked]
    if len({*levels.values()}) == 1 and not settled:
        yield Paragraph(f"Analytic confidence in the judgements under every scenario is {levels[LETTERS[0]]}.")
    elif levels:
        parts = (f"{level} under {letter}" for letter, level in levels.items())
        yield Paragraph(f"Analytic confidence in the judgements is {', '.join(parts)}.")
    if settled:
        yield Paragraph(f"None is stated for {', '.join(settled)}, where the scenario itself settles every outcome.")
    grouped = _grouped(
        (letter, f"{one.event(name)} ({grounds.level}): {sentences.grounds_of(one.case, grounds)}")
        for letter, one in beside.lettered
        for name, grounds in list(judged[letter].items())[:most]
    )
    if grouped:
        yield Items(tuple(Item(text, f"{letters}:") for text, letters in grouped.items()))


def _grouped(lettered: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Each text once, with the letters of the scenarios that have it."""
    groups: dict[str, list[str]] = {}
    for letter, text in lettered:
        groups.setdefault(text, []).append(letter)
    return {text: ", ".join(letters) for text, letters in groups.items()}


def outcome_chart(beside: Beside, chosen: Sequence[str] = ()) -> Picture:
    """Per outcome a row for each scenario; of all outcomes where none are chosen."""
    rows = []
    for name in chosen or tuple(beside.first.assessment.outcomes):
        rows.append(Row(beside.first.event(name)))
        for letter, subject in beside.lettered:
            one = subject.assessment.outcomes[name]
            label = f"{letter}  {subject.case.scenario.title}"
            figure = f"{percent(one.p)} {interval(one)}"
            rows.append(Row(label, one.p, (one.low, one.high), tick=one.baseline, figure=figure))
    told_ = "; ".join(f"{row.label}: {row.figure}" if row.figure else row.label for row in rows)
    svg = chart(rows, OUTCOME_KEY, "Outcomes under each scenario")
    own_page = aspect(svg) > TALLEST
    caption = "Under each question a row for each scenario. Bar: interval. Disc: probability. Tick: baseline."
    return Picture(svg, f"Chart of probabilities from 0 to 100 % under each scenario. {told_}.", caption, own_page)


def outcome_rows(beside: Beside) -> Table:
    """Every outcome under every scenario: number, interval, word."""
    rows = []
    for name in beside.first.assessment.outcomes:
        cells = []
        for word, subject in zip(beside.words(name), beside.subjects, strict=True):
            one = subject.assessment.outcomes[name]
            cells.append(f"{percent(one.p)} {interval(one)} {word}")
        rows.append((beside.first.event(name), *cells))
    letters = [letter for letter, _ in beside.lettered]
    wide = 0.72 / len(letters)
    return Table(("Question", *letters), tuple(rows), (0.28, *[wide] * len(letters)), "Every outcome and tail risk")


def difference_blocks(beside: Beside) -> Iterator[Block]:
    """What some scenarios set and others do not; what all of them set is told apart."""
    held = [dict.fromkeys(one.facts.values()) for one in beside.subjects]
    lines = list(dict.fromkeys(line for each in held for line in each))
    common = [line for line in lines if all(line in each for each in held)]
    rows = tuple((line, *("set" if line in each else "–" for each in held)) for line in lines if line not in common)
    letters = [letter for letter, _ in beside.lettered]
    if rows:
        wide = 0.48 / len(letters)
        yield Table(("Set", *letters), rows, (0.52, *[wide] * len(letters)), "What is set in some scenarios alone")
    else:
        yield Paragraph("The scenarios set the same.")
    if common:
        yield Paragraph("Set in all of them:")
        yield Items(tuple(Item(sentence(line)) for line in common))


def tail_risks(beside: Beside) -> Iterator[Block]:
    """What is improbable and grave, under each scenario."""
    tails = beside.first.tails
    if not tails:
        yield Paragraph("The model names no tail risks.")
        return
    yield Items(tuple(_across(beside, name) for name in tails))


def sources(beside: Beside) -> Iterator[Block]:
    """Who is heard under the first scenario; of the others what differs."""
    yield from basis.sources(beside.first)
    there = basis.heard(beside.first)
    for letter, one in list(beside.lettered)[1:]:
        others = [row for row in basis.heard(one) if row not in there]
        if others:
            parts = (
                f"{row[0]} {row[2]}" + (f", {counted(int(row[3]), 'statement')}" if row[3] != "0" else "")
                for row in others
            )
            yield Paragraph(f"Under {letter}: {'; '.join(parts)}. {independence(one.case.model)}")


def method(beside: Beside) -> Iterator[Block]:
    """How the numbers are made, once, and what the draws are worth under each scenario."""
    run = beside.first.assessment.run
    standards = "; ".join(dict.fromkeys(one.lexicon.title for one in beside.subjects))
    worth = ", ".join(f"{letter} {one.assessment.effective_draws:.0f}" for letter, one in beside.lettered)
    yield Paragraph(
        f"{basis.tables(beside.first)} A point is the answer under the mean tables; an interval covers the "
        f"answers over {run.draws:,} draws of all numbers, the same ones under every scenario (worth after the "
        f"evidence: {worth}). Words are those of {standards}."
    )
