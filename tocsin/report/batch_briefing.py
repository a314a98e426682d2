"""What the rows of a batch vary, and what one of them says, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tocsin.language import figure, quantity
from tocsin.language.numbers import percent
from tocsin.language.parameters import kind_of
from tocsin.model import Model
from tocsin.records.scenario import chance, take_apart
from tocsin.report.batch_results import KNOWN, Extreme, Survey

if TYPE_CHECKING:
    from tocsin.batch.columns import Column
    from tocsin.records.sweep import Sweep
from tocsin.errors import counted
from tocsin.language.numbers import capital, sentence
from tocsin.report import sources_method
from tocsin.report.answer import record_blocks, record_line
from tocsin.report.blocks import (
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
from tocsin.report.compose import subtitle
from tocsin.report.distribution import NO_FORECAST, Many, bottom_line, findings, outcome_chart, outcome_rows, word_rows
from tocsin.report.options import BriefingOptions
from tocsin.report.record import BriefingRecord, SpreadFigure, TableRecord, record_of
from tocsin.report.subject import unexplained

MOST_CELLS = 8
"""Of a column that are listed; of more only how many."""
_REST = "the other answers keep their proportions"


def varied(found: Survey) -> Iterator[tuple[str, str]]:
    """Per thing that varies what it is, and how."""
    columns = {column.name: column for column in found.columns}
    told = dict(_swept(found.model, found.rows.sweep)) if found.rows.sweep is not None else {}
    for name, cells in found.cells.items():
        column = columns[name]
        yield _about(found.model, column), told.get(name) or _listed(found.model, column, cells)


def row(found: Survey, one: Extreme) -> str:
    """What a row says; `nothing beyond what all rows start from` where all its cells are empty."""
    columns = {column.name: column for column in found.columns}
    parts = [
        f"{_about(found.model, columns[name])}: {_said(found.model, columns[name], cell)}"
        for name, cell in one.cells.items()
        if cell not in (None, "")
    ]
    return "; ".join(parts) or "nothing beyond what all rows start from"


def _about(model: Model, column: Column) -> str:
    if column.kind == "parameter":
        return quantity(model, column.key)
    return model.records.variables[column.variable].title


def _said(model: Model, column: Column, cell: Any) -> str:
    """One cell."""
    match column.kind:
        case "parameter":
            return figure(kind_of(model, column.key), float(cell))
        case "likelihood":
            return f"“{_label(model, column, column.state)}” explains what was seen {float(cell):.3g}-fold"
        case "forced":
            return f"supposed to be made “{_label(model, column, str(cell))}”"
        case _:
            return _finding(model, column, str(cell))


def _finding(model: Model, column: Column, cell: str) -> str:
    parts = take_apart(cell)
    labels = [f"“{_label(model, column, state)}”" for state in parts.states]
    match parts.kind:
        case "reported":
            return f"{' or '.join(labels)} reported, graded {parts.grade}"
        case "believed":
            pairs = zip(labels, parts.chances, strict=True)
            return f"believed at {', '.join(f'{label} {percent(chance(share))}' for label, share in pairs)}"
    return labels[0]


def _label(model: Model, column: Column, state: str) -> str:
    return model.records.variables[column.variable].label(state)


def _listed(model: Model, column: Column, cells: Sequence[Any] | None) -> str:
    """The distinct cells, or how many there are."""
    given = None if cells is None else [cell for cell in cells if cell != ""]
    if given is None:
        return f"more than {KNOWN:,} different values"
    if not given:
        return "nothing, in any row"
    if len(given) > MOST_CELLS:
        if column.kind in ("parameter", "likelihood"):
            numbers = sorted(map(float, given))
            least, most = (_said(model, column, number) for number in (numbers[0], numbers[-1]))
            return f"{len(given)} different values, from {least} to {most}"
        return f"{len(given)} different values"
    states = model.network.states[column.variable]
    # In the order of the states, mild to worse; what is no state comes after them as it was sorted.
    given.sort(key=lambda cell: states.index(cell) if cell in states else len(states))
    return "; ".join(_said(model, column, cell) for cell in given)


def _swept(model: Model, sweep: Sweep) -> Iterator[tuple[str, str]]:
    """What a sweep says of its ranges and samples; its lists are told by their cells."""
    variables = model.records.variables
    for one in sweep.range:
        label = variables[one.variable].label(one.state)
        span = f"from {percent(one.start)} to {percent(one.end)}"
        yield one.variable, f"belief in “{label}” {span}, in {one.rows:,} equal steps; {_REST}"
    if sweep.sample is None:
        return
    for name, spread in sweep.sample.beliefs.items():
        for state, (least, greatest) in spread.items():
            label = variables[name].label(state)
            yield name, f"belief in “{label}” anywhere from {percent(least)} to {percent(greatest)}; {_REST}"
    for name, rumour in sweep.sample.grades.items():
        told = " or ".join(f"“{variables[name].label(state)}”" for state in rumour.reported)
        yield name, f"{told} reported, with any of {len(rumour.grades)} grades"
    for key in sweep.sample.parameters:
        yield f"parameter.{key}", "anywhere, as often as its own uncertainty has it"


MOST_REASONS = 5
"""Why rows have no answer: the most frequent."""


def brief_many(survey: Survey, order: BriefingOptions | None = None) -> Briefing:
    """The briefing on a batch. Raises BadInput where an earlier briefing is to be compared with."""
    order = order or BriefingOptions()
    order.require_no_earlier()
    many = Many(survey, unexplained(survey.model, survey.rows.base))
    record = _record(many, order)
    full = order.length == "full"
    made = Briefing(
        marking=record.marking,
        title=_title(survey),
        subtitle=subtitle(many.subject),
        about=survey.model.records.file.title,
        as_of=survey.model.records.file.as_of,
        bottom_line=bottom_line(many),
        opening=(Paragraph(NO_FORECAST),),
        sections=tuple(_full(many, record) if full else _summary(many, record)),
        slides=tuple(_slides(many) if full else _slides(many)[:2]),
        record=record,
    )
    return told(made, many.subject.plain)


def _title(survey: Survey) -> str:
    sweep = survey.rows.sweep
    return sweep.title if sweep is not None else f"{counted(survey.answered, 'supposition')} from {survey.rows.name}"


def _record(many: Many, order: BriefingOptions) -> BriefingRecord:
    survey, subject = many.survey, many.subject
    marking = order.marked(survey.model.records.file)
    base = record_of(subject.case.model, subject.assessment, subject.facts, marking, order.length, None)
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
            words=dict(many.worded(name)),
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


def _slides(many: Many) -> list[Slide]:
    return [
        Slide("Key findings", tuple(findings(many))),
        Slide("Outcomes", (outcome_chart(many),)),
        Slide("What is varied", tuple(what_varies(many))),
        Slide("Which words come up", tuple(word_rows(many))),
        Slide("The rows at the ends", tuple(extremes(many))[:2]),
    ]


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


def _extreme(many: Many, which: str, one: Extreme) -> Item:
    return Item(f"{percent(one.p)}, row {one.place}: {row(many.survey, one)}.", f"{which}:")


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
        f"supposed, not from doubt about the numbers. Words are those of {many.subject.lexicon.title}."
    )
    if many.survey.rows.base.reconcile:
        yield Paragraph("Rows are answered before reconciling the model with its judgements.")
