"""What a ledger says: each question with its forecasts over time, what moved them, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from tocsin.elicitation.lexicon import edges_of
from tocsin.errors import counted
from tocsin.files import lexicons
from tocsin.language.changes import Cause, WordedEstimate, changed, dated
from tocsin.language.events import event
from tocsin.language.numbers import brackets, capital, change, day, days, percent
from tocsin.ledger.chain import Ledger
from tocsin.ledger.entries import Forecast, ForecastQuestion, Resolution, named_finding
from tocsin.records import ModelRecords
from tocsin.report.blocks import Block, Item, Items, Line, Lines, Paragraph, Subheading, Table, end_above

WEEK = 7
"""Days of what is new."""


def history(ledger: Ledger, outcome: str | None = None) -> Iterator[Block]:
    """Question by question, of all outcomes or one."""
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
    moved = ["", *(change(before.p, after.p, edges(after)) for before, after in pairwise(forecasts))]
    rows = [
        (
            day(forecast.made_on),
            forecast.word,
            percent(forecast.p, edges(forecast)),
            brackets(forecast.low, forecast.high),
            points,
        )
        for forecast, points in zip(forecasts, moved, strict=True)
    ]
    headings = ("Day", "Word", "Probability", f"{percent(forecasts[0].interval)} interval", "Change")
    return Table(headings, tuple(rows), (0.22, 0.28, 0.16, 0.18, 0.16), f"Scenario {scenario}", numeric=(2, 3, 4))


def change_line(records: ModelRecords, question: ForecastQuestion, before: Forecast, after: Forecast) -> str:
    """How a forecast differs from the one before it, and what moved it, in one sentence with its day."""
    was, now = (WordedEstimate(forecast.p, forecast.low, forecast.high, forecast.word) for forecast in (before, after))
    return dated(after.made_on, changed(records, question.variable, was, now, causes(after), edges(after)))


def edges(forecast: Forecast) -> tuple[float, ...]:
    """Of the words of its lexicon, onto which nothing beside them is rounded."""
    return edges_of(lexicons()[forecast.lexicon]) if forecast.lexicon in lexicons() else ()


def course(records: ModelRecords, question: ForecastQuestion, forecasts: Sequence[Forecast], closes: date) -> Lines:
    """A series over time: the probability with its interval, its words, and where findings of a feed came in.

    closes: the end of the time shown, on which the last forecast still stands.
    """
    shown = {forecast.made_on: forecast for forecast in forecasts}
    first, last = forecasts[0].made_on, max(closes, forecasts[-1].made_on)
    length = max((last - first).days, 1)
    stops = [*shown, *([last] if last > forecasts[-1].made_on or len(shown) == 1 else [])]
    several = [*shown.values(), forecasts[-1]][: len(stops)]
    places = [(on - first).days / length for on in stops[:-1]] + [1.0]
    values = tuple(forecast.p for forecast in several)
    bands = tuple((forecast.low, forecast.high) for forecast in several)
    numbers = {on: str(number) for number, on in enumerate(_moved(forecasts), start=1)}
    marks = tuple((places[stops.index(on)], number) for on, number in numbers.items())
    share, years = percent(forecasts[-1].interval), {first.year, last.year}
    # A year that all days share is said once.
    names = [day(on).removesuffix(f" {on.year}") if len(years) == 1 else day(on) for on in stops]
    caption = f"Line: probability. Area: {share} interval." + (" Numbers: where findings moved it." if marks else "")
    return Lines(
        (Line(event(records, question.variable), values, bands),),
        f"day of {first.year}" if len(years) == 1 else "day",
        tuple(zip(places, names, strict=True)),
        f"{event(records, question.variable)} over time",
        caption,
        end_above(high for _, high in bands),
        steps=True,
        strip=tuple(forecast.word for forecast in several),
        marks=marks,
        edges=edges(forecasts[-1]),
    )


def _moved(forecasts: Sequence[Forecast]) -> list[date]:
    """The days on which findings of a feed moved a series."""
    return list(dict.fromkeys(forecast.made_on for forecast in forecasts if causes(forecast)))


def changes(records: ModelRecords, question: ForecastQuestion, forecasts: Sequence[Forecast]) -> Items:
    """What changed, change by change, the oldest first; those that findings made have the numbers of `course`."""
    numbers = {on: f"{number}" for number, on in enumerate(_moved(forecasts), start=1)}
    return Items(
        tuple(
            Item(change_line(records, question, before, after), numbers.get(after.made_on, ""))
            for before, after in pairwise(forecasts)
            if before.p != after.p
        )
    )


def since_sealed(records: ModelRecords, ledger: Ledger, scenario: str, outcomes: Sequence[str]) -> Iterator[Block]:
    """Of some outcomes under a scenario the one that moved most over its sealed forecasts, and the reasons.

    Nothing where none has two. Only of what the scenario does not suppose, which makes another question.
    """
    found = [
        (ledger.questions[name], forecasts)
        for (name, of), forecasts in ledger.series.items()
        if of == scenario and ledger.questions[name].variable in outcomes and not ledger.questions[name].condition
        if len(forecasts) > 1
    ]
    if not found:
        return
    question, forecasts = max(found, key=lambda pair: abs(pair[1][-1].p - pair[1][0].p))
    resolution = ledger.resolutions.get(question.id)
    yield course(records, question, forecasts, question.closes if resolution is None else resolution.on)
    if (moved := changes(records, question, forecasts)).items:
        yield moved


def lately(records: ModelRecords, ledger: Ledger) -> tuple[date, Items]:
    """The last day of the ledger, and what changed in the seven days up to it, the newest first."""
    last = max(forecast.made_on for several in ledger.main.values() for forecast in several)
    found = [
        (after.made_on, change_line(records, ledger.questions[name], before, after))
        for name, several in ledger.main.items()
        for before, after in pairwise(several)
        if (last - after.made_on).days < WEEK and before.p != after.p
    ]
    found.sort(key=lambda pair: pair[0], reverse=True)
    return last, Items(tuple(Item(text) for _, text in found))


def still_open(records: ModelRecords, ledger: Ledger) -> Table:
    """The questions without an outcome, the first due first."""
    questions = [ledger.questions[name] for name in ledger.main if name not in ledger.resolutions]
    rows = []
    for question in sorted(questions, key=lambda question: (question.closes, question.id)):
        forecast = ledger.main[question.id][-1]
        p = f"{percent(forecast.p, edges(forecast))} {brackets(forecast.low, forecast.high)}"
        rows.append((day(question.closes), question.text, f"{forecast.word}, {p}"))
    return Table(("Due", "Question", "Last forecast"), tuple(rows), (0.22, 0.45, 0.33), "The first due first")


def causes(forecast: Forecast) -> tuple[Cause, ...]:
    """The findings of a feed that moved a forecast, the greatest part first."""
    found = ((named_finding(key), part) for key, part in forecast.moved.items())
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
