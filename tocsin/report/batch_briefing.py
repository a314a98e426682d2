"""The briefing on a batch; what its rows vary, and tables of them, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from tocsin.errors import counted
from tocsin.language.events import event
from tocsin.language.numbers import brackets, capital, percent, sentence
from tocsin.model import Model
from tocsin.report import sources_method
from tocsin.report.answer import record_blocks, record_line, shown_word
from tocsin.report.batch_charts import cell, heading
from tocsin.report.batch_results import KNOWN, Extreme, Survey
from tocsin.report.blocks import (
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
)
from tocsin.report.compose import subtitle
from tocsin.report.distribution import NO_FORECAST, Many, bottom_line, findings, outcome_chart, outcome_rows, word_rows
from tocsin.report.record import BriefingOptions, BriefingRecord, SpreadFigure, TableRecord, record_of
from tocsin.report.subject import unexplained

if TYPE_CHECKING:
    from tocsin.batch.columns import Column, Target
    from tocsin.records.scenario import Sweep

MOST_CELLS = 8
"""Of a column that are listed; of more only how many."""
MOST_CHARTS = 4
"""Heat maps or histograms, of the outcomes that reach furthest."""
MOST_REASONS = 5
"""Why rows have no answer: the most frequent."""
_REST = "the other answers keep their proportions"


def rows_table(
    caption: str,
    model: Model,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
    targets: Sequence[Target] = (),
    edges: Sequence[float] = (),
) -> Table:
    """Rows in words; with their words, answers, intervals and reasons why there is none, where there are targets.

    edges: of the bands of the words.
    """
    headings = [capital(heading(model, column)) for column in columns]
    headings += [event(model.records, target.variable, target.states) for target in targets]
    cells = [[cell(model, column, row[column.name]) for column in columns] for row in rows]
    for row, shown in zip(rows, cells, strict=True):
        for target in targets:
            p, low, high = (row.get(f"{kind}({target.name})") for kind in ("P", "low", "high"))
            interval = "" if low is None or high is None else f" {brackets(low, high)}"
            word = f"{shown_word(p, row[f'word({target.name})'])}: " if p is not None and target.is_outcome else ""
            shown.append("–" if p is None else f"{word}{percent(p, edges)}{interval}")
    if any(row.get("error") for row in rows):
        headings.append("No answer, since")
        for row, shown in zip(rows, cells, strict=True):
            shown.append(row.get("error") or "")
    return Table(tuple(headings), tuple(map(tuple, cells)), (1 / len(headings),) * len(headings), caption)


def varied(found: Survey) -> Iterator[tuple[str, str]]:
    """Per thing that varies what it is, and how."""
    columns = {column.name: column for column in found.columns}
    swept = dict(_swept(found.model, found.rows.sweep)) if found.rows.sweep is not None else {}
    for name, cells in found.cells.items():
        yield heading(found.model, columns[name]), swept.get(name) or _listed(found.model, columns[name], cells)


def _listed(model: Model, column: Column, cells: Sequence[Any] | None) -> str:
    """The distinct cells, or how many there are."""
    given = None if cells is None else [value for value in cells if value != ""]
    if given is None:
        return f"more than {KNOWN:,} different values"
    if not given:
        return "nothing, in any row"
    if len(given) > MOST_CELLS:
        span = ""
        if column.kind in ("parameter", "likelihood"):
            span = ", from {} to {}".format(*(cell(model, column, end(map(float, given))) for end in (min, max)))
        return f"{len(given)} different values{span}"
    states = model.network.states[column.variable]
    # In the order of the states, mild to worse; what is no state comes after them as it was sorted.
    given.sort(key=lambda value: states.index(value) if value in states else len(states))
    return "; ".join(cell(model, column, value) for value in given)


def _swept(model: Model, sweep: Sweep) -> Iterator[tuple[str, str]]:
    """What a sweep says of its ranges and samples; its lists are told by their cells."""
    variables = model.records.variables
    for span in sweep.range:
        label = variables[span.variable].label(span.state)
        ends = f"from {percent(span.start)} to {percent(span.end)}"
        yield span.variable, f"belief in “{label}” {ends}, in {span.rows:,} equal steps; {_REST}"
    if sweep.sample is None:
        return
    for name, spread in sweep.sample.beliefs.items():
        for state, (least, greatest) in spread.items():
            label = variables[name].label(state)
            yield name, f"belief in “{label}” anywhere from {percent(least)} to {percent(greatest)}; {_REST}"
    for name, rumour in sweep.sample.grades.items():
        states = " or ".join(variables[name].label(state) for state in rumour.reported)
        yield name, f"{states}, by a report with any of {len(rumour.grades)} grades"
    for key in sweep.sample.parameters:
        yield f"parameter.{key}", "anywhere, as often as its own uncertainty has it"


def brief_many(survey: Survey, order: BriefingOptions | None = None) -> Briefing:
    """The briefing on a batch. Raises BadInput where an earlier briefing is to be compared with."""
    order = order or BriefingOptions()
    order.require_no_earlier()
    many = Many(survey, unexplained(survey.model, survey.rows.base))
    record = _record(many, order)
    full, sweep = order.length == "full", survey.rows.sweep
    return Briefing(
        marking=record.marking,
        title=sweep.title if sweep else f"{counted(survey.answered, 'supposition')} from {survey.rows.name}",
        subtitle=subtitle(many.subject),
        about=survey.model.records.file.title,
        as_of=survey.model.records.file.as_of,
        bottom_line=bottom_line(many),
        opening=(Paragraph(NO_FORECAST),),
        sections=tuple(_full(many, record) if full else _summary(many, record)),
        slides=tuple(islice(_slides(many), order.slides)),
        record=record,
    )


def _record(many: Many, order: BriefingOptions) -> BriefingRecord:
    survey, subject = many.survey, many.subject
    base = record_of(subject.case.model, subject.assessment, subject.facts, order)
    sweep = survey.rows.sweep
    table = TableRecord(
        name=survey.rows.name,
        sha256=survey.rows.digest,
        rows=survey.count,
        sweep=sweep.model_dump(mode="json", by_alias=True, exclude_defaults=True) if sweep is not None else None,
    )
    figures = {
        name: SpreadFigure(
            event=survey.model.records.events[name],
            quartiles=many.quantiles[name],
            baseline=base.estimates[name].p,
            words=dict(many.word_counts[name]),
        )
        for name in survey.p
    }
    return base.model_copy(update={"figures": figures, "table": table})


def _full(many: Many, record: BriefingRecord) -> list[Section]:
    subject = many.subject
    return [
        section("judgements", "Key findings", findings(many)),
        section("varied", "What is varied", what_varies(many)),
        section("outcomes", "Outcomes", (outcome_chart(many), outcome_rows(many))),
        section("charts", "How the outcomes follow what is varied", many.charts[:MOST_CHARTS]),
        section("words", "Which words come up", word_rows(many)),
        section("extremes", "The rows at the ends", extremes(many)),
        section("unanswered", "Rows without an answer", unanswered(many)),
        section("missing", "What is missing", sources_method.missing(subject)),
        section("sources", "Sources", sources_method.sources(subject)),
        section("method", "Method", method(many)),
        section("record", "Run record", record_blocks(record)),
    ]


def _summary(many: Many, record: BriefingRecord) -> list[Section]:
    return [
        section("judgements", "Key findings", findings(many)),
        section("varied", "What is varied", what_varies(many)),
        section("unanswered", "Rows without an answer", unanswered(many)),
        section("record", "Run record", (Paragraph(record_line(record)),)),
    ]


def _slides(many: Many) -> Iterator[Slide]:
    yield Slide("Key findings", tuple(findings(many)))
    yield Slide("Outcomes", (outcome_chart(many),))
    yield Slide("How the outcomes follow what is varied", many.charts[:1])
    yield Slide("What is varied", tuple(what_varies(many)))
    yield Slide("Which words come up", tuple(word_rows(many)))
    yield Slide("The rows at the ends", tuple(extremes(many))[:2])


def what_varies(many: Many) -> Iterator[Block]:
    """What all rows start from, and what they vary."""
    sweep = many.survey.rows.sweep
    if sweep is not None and sweep.description:
        yield Paragraph(sweep.description)
    facts = "; ".join(many.subject.facts.values()) or "nothing beyond what the statements say"
    yield Items(
        (
            Item(sentence(facts), "All rows start from:"),
            *(Item(sentence(how), f"{capital(what)}:") for what, how in varied(many.survey)),
        )
    )


def extremes(many: Many) -> Iterator[Block]:
    """Per outcome the row with the least and the one with the greatest probability, and what they say."""
    if not many.moved:
        yield Paragraph("No outcome moves so far that it shows.")
    for name in many.moved:
        least, greatest = many.survey.extremes[name]
        yield Subheading(many.subject.event(name))
        yield Items((_extreme(many, "Least", least), _extreme(many, "Greatest", greatest)))


def _extreme(many: Many, which: str, end: Extreme) -> Item:
    model, columns = many.model, {column.name: column for column in many.survey.columns}
    cells = [(columns[name], value) for name, value in end.cells.items() if value not in (None, "")]
    parts = [f"{heading(model, column)}: {cell(model, column, value)}" for column, value in cells]
    row = "; ".join(parts) or "nothing beyond what all rows start from"
    return Item(f"{many.subject.percent(end.p)}, row {end.place}: {row}.", f"{which}:")


def unanswered(many: Many) -> Iterator[Block]:
    """How many rows have no answer, and why."""
    survey = many.survey
    errors, rejected = sum(survey.errors.values()), sum(survey.rejected.values())
    if not errors and not rejected:
        yield Paragraph(f"Every row has an answer: {survey.answered:,} of {survey.count:,}.")
        return
    yield Paragraph(
        f"Rows with an answer: {survey.answered:,}. Rows that suppose what the model holds impossible: {errors:,}. "
        f"Rows that cannot be read: {rejected:,}. Rows without an answer are in no figure."
    )
    reasons = [*survey.errors.items(), *survey.rejected.items()]
    yield Items(tuple(Item(reason, f"{count:,} of them:") for reason, count in reasons[:MOST_REASONS]))


def method(many: Many) -> Iterator[Block]:
    """How the numbers are made, and what is not in them."""
    yield Paragraph(
        f"{sources_method.tables(many.subject)} Every row is answered exactly, under the mean tables but "
        "for the numbers that it sets itself. No interval is given for a row: the spread over rows comes from what is "
        f"supposed, not from doubt about the numbers. Words are those of “{many.subject.lexicon.title}”."
    )
    if many.survey.rows.base.reconcile:
        yield Paragraph("Rows are answered before reconciling the model with its judgements.")
