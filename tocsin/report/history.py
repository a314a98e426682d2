"""What a ledger says: each question with its forecasts over time, what moved them, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tocsin.elicitation.lexicon import edges_of
from tocsin.errors import counted
from tocsin.language.changes import Cause, WordedEstimate, changed, dated
from tocsin.language.numbers import brackets, capital, day, days, percent, signed
from tocsin.ledger.chain import Ledger
from tocsin.ledger.entries import Forecast, ForecastQuestion, Resolution
from tocsin.ledger.feed import named
from tocsin.records import ModelRecords
from tocsin.report.blocks import Block, Paragraph, Subheading, Table


def history(ledger: Ledger, outcome: str | None = None) -> Iterator[Block]:
    """ForecastQuestion by question, of all outcomes or one."""
    for question in ledger.questions.values():
        if outcome in (None, question.variable):
            yield from of_question(ledger, question)
    yield Paragraph(chain_line(ledger))


def of_question(ledger: Ledger, question: ForecastQuestion) -> Iterator[Block]:
    """One question: what it asks, when it is settled, and what was said of it in each series."""
    yield Subheading(f"{question.text}  ({question.id})")
    yield Paragraph(f"{capital(days(question.opens, question.closes))}. {question.settles_by}")
    for (name, scenario), forecasts in ledger.series.items():
        if name == question.id:
            yield forecast_table(forecasts, scenario)
    yield Paragraph(outcome_line(ledger.resolutions.get(question.id), question))


def forecast_table(forecasts: Sequence[Forecast], scenario: str) -> Table:
    """One series, the oldest first."""
    rows = []
    before: Forecast | None = None
    for forecast in forecasts:
        change = "" if before is None else signed(100 * (forecast.p - before.p))
        rows.append(
            (day(forecast.made_on), forecast.word, percent(forecast.p), brackets(forecast.low, forecast.high), change)
        )
        before = forecast
    headings = ("Day", "Word", "Probability", f"{percent(forecasts[0].interval)} interval", "Points")
    return Table(headings, tuple(rows), (0.24, 0.3, 0.16, 0.18, 0.12), f"Scenario {scenario}", numeric=(2, 3, 4))


def change_line(records: ModelRecords, question: ForecastQuestion, before: Forecast, after: Forecast) -> str:
    """How a forecast differs from the one before it, and what moved it, in one sentence with its day."""
    edges = edges_of(records.lexicons[after.lexicon]) if after.lexicon in records.lexicons else ()
    was, now = (WordedEstimate(said.p, said.low, said.high, said.word) for said in (before, after))
    return dated(after.made_on, changed(records, question.variable, was, now, causes(after), edges))


def causes(forecast: Forecast) -> tuple[Cause, ...]:
    """The findings of a feed that moved a forecast, the greatest part first."""
    found = ((named(key), part) for key, part in forecast.moved.items())
    return tuple(Cause(row.day, row.variable, row.cell, row.source, part) for row, part in found if row is not None)


def outcome_line(resolution: Resolution | None, question: ForecastQuestion) -> str:
    """What came of a question, and by whose word."""
    if resolution is None:
        return f"Open; to be settled after {day(question.closes)}."
    state = f" ({resolution.state.replace('_', ' ')})" if resolution.state else ""
    why = f" {capital(resolution.why)}" if resolution.why else ""
    return f"{capital(resolution.outcome)}{state} on {day(resolution.on)}, by {resolution.source}.{why}"


def chain_line(ledger: Ledger) -> str:
    """How many lines there are, and the head that stands for all of them."""
    if not ledger.seals:
        return "Nothing is sealed yet."
    cut = f" {counted(len(ledger.cut_off), 'byte')} behind them are of a line that was cut off, and count for nothing."
    return f"{counted(ledger.lines, 'line')}, head {ledger.head}.{cut if ledger.cut_off else ''}"
