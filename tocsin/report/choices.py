"""What a choice says: options with their expected losses, how far the numbers decide, and what is at stake."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tocsin.choices.comparison import Compared, compare_options
from tocsin.choices.information import GRADE, Knowledge, Known, worth_of_knowing
from tocsin.choices.plans import Planned, plan
from tocsin.choices.turning import Turn, turns
from tocsin.errors import listed
from tocsin.language import choices as words
from tocsin.language.events import supposed
from tocsin.language.numbers import capital, percent, plain, sentence
from tocsin.model import Model
from tocsin.records import Choice, ModelRecords, Scenario
from tocsin.records.choice import Amount
from tocsin.report.answer import run_line
from tocsin.report.blocks import (
    Bars,
    Block,
    ChartRow,
    Item,
    Items,
    Mark,
    Paragraph,
    Section,
    Slide,
    Subheading,
    Table,
    share,
)

MOST_TURNS = 5
"""Changes that are told."""


@dataclass(frozen=True, eq=False)
class ChoiceAnswer:
    """Everything that is said of one choice under one scenario; planned: of a choice over two steps."""

    model: Model
    scenario: Scenario
    choice: Choice
    compared: Compared
    known: Known
    turns: tuple[Turn, ...]
    planned: Planned | None

    def as_json(self) -> dict[str, Any]:
        """The fields that programs read."""
        return {
            **self.compared.as_json(),
            "knowledge": self.known.as_json(),
            "turns": [asdict(turn) for turn in self.turns],
            "plan": None if self.planned is None else self.planned.as_json(),
        }


def choose(model: Model, scenario: Scenario, choice: Choice, grade: str = GRADE) -> ChoiceAnswer:
    """Compares, values knowledge, looks for what would turn it, and plans where there are two steps.

    grade: of the reports whose worth is told. Raises what `assess` does, TooLarge.
    """
    return ChoiceAnswer(
        model,
        scenario,
        choice,
        compare_options(model, scenario, choice),
        worth_of_knowing(model, scenario, choice, grade),
        turns(model, scenario, choice),
        plan(model, scenario, choice) if choice.first else None,
    )


def choice_blocks(answer: ChoiceAnswer) -> Iterator[Block]:
    """Everything, in the order of reading."""
    model, choice, found = answer.model, answer.choice, answer.compared
    records = model.records
    yield Subheading(f"{capital(choice.name)}  ({records.file.title})")
    yield Paragraph(sentence(heading(choice, answer.scenario, records)))
    if answer.planned is not None:
        yield from plan_blocks(records, choice, answer.planned)
        yield Subheading("The options without a first step")
    yield Paragraph(words.decision(choice, found))
    yield options_table(choice, found)
    yield Items(tuple(Item(text) for text in remarks(records, choice, found)))
    yield from turn_blocks(answer)
    yield from knowledge_blocks(answer)
    yield stakes_table(records, choice)
    yield Paragraph(run_line([found.run]))


def choice_section(answer: ChoiceAnswer) -> Section:
    """The same as a page of a briefing."""
    title, *blocks, _ = choice_blocks(answer)
    assert isinstance(title, Subheading)
    chart = losses_chart(answer.choice, answer.compared)
    where = next(place for place, block in enumerate(blocks) if isinstance(block, Table))
    blocks = [Subheading(capital(answer.choice.name)), *blocks[:where], chart, *blocks[where:]]
    return Section("choice", "What to do about it", tuple(blocks), part="Choice")


def choice_slide(answer: ChoiceAnswer) -> Slide:
    """How far the numbers decide, and the expected losses."""
    decision = Paragraph(words.decision(answer.choice, answer.compared))
    return Slide(capital(answer.choice.name), (decision, losses_chart(answer.choice, answer.compared)))


def turn_blocks(answer: ChoiceAnswer) -> Iterator[Block]:
    """The least changes after which another option is best."""
    yield Subheading("What would decide otherwise")
    items = tuple(
        Item(words.turn(answer.model, answer.choice, turn), key=turn.key if turn.kind == "number" else "")
        for turn in answer.turns[:MOST_TURNS]
    )
    if items:
        yield Items(items)
    elif answer.choice.risk.averse is not None:
        yield Paragraph("Least changes are told only for who is neutral to risk.")
    elif len(answer.compared.least) > 1:
        yield Paragraph("Several options have the least expected loss, so that any change decides.")
    else:
        yield Paragraph("No change of one amount or one number makes another option best.")


def knowledge_blocks(answer: ChoiceAnswer) -> Iterator[Block]:
    """What it is worth to know more before choosing, the most valuable first."""
    records, known = answer.model.records, answer.known
    yield Subheading("What knowing more is worth")
    telling = _telling(known)
    days = any(found.cost is not None for found in telling)
    rows = tuple(
        (
            records.variables[found.variable].title,
            words.worth(found.perfect),
            words.worth(found.report),
            *(("" if found.per_day is None else words.amount(found.per_day),) if days else ()),
            words.best_if(records, answer.choice, found.variable, found.best),
        )
        for found in telling
    )
    headings = ("Question", "Seeing it", f"A {known.grade} report", *(("Per day",) if days else ()), "Best once seen")
    if rows:
        widths = (0.22, 0.18, 0.18, *((0.1,) if days else ()), 0.32 if days else 0.42)
        yield Table(headings, rows, widths, "Loss saved on average; in brackets, over the draws", numeric=(1, 2))
    else:
        yield Paragraph("Nothing that can be learned before choosing would change what is best.")
    quiet = [f"“{records.variables[found.variable].title}”" for found in known.variables if found not in telling]
    if rows and quiet:
        yield Paragraph(f"Whatever is learned of {listed(quiet, 'or')}, the same option stays best.")
    if unlearned := words.unlearned(records, known):
        yield Items(tuple(Item(text) for text in unlearned))


def _telling(known: Known) -> list[Knowledge]:
    return [found for found in known.variables if found.perfect.worth > words.SMALLEST]


def plan_blocks(records: ModelRecords, choice: Choice, planned: Planned) -> Iterator[Block]:
    """First steps beside each other, each with what is best after it."""
    rows = tuple(
        (choice.label(step.first), words.amount(step.loss), words.amounts(step.low, step.high), percent(step.best))
        for step in planned.steps
    )
    headings = ("First step", "Expected loss", f"{share(planned.run.interval)} interval", "Best in")
    yield Table(headings, rows, (0.4, 0.2, 0.25, 0.15), "Every first step, with the best policy after it", (1, 2, 3))
    yield Items(tuple(Item(words.policy(records, choice, step)) for step in planned.steps))


def heading(choice: Choice, scenario: Scenario, records: ModelRecords) -> str:
    """Whose choice it is, in which unit, and what is known before."""
    unit = f" Losses are in {choice.scale}." if choice.scale else ""
    known = [text for _, text in supposed(records, scenario, "clause")]
    before = f" Before anything is done, {listed(known)}." if known else ""
    return f"For {choice.whose} to choose.{unit}{before} Each figure is of one option alone, all else as it is."


def options_table(choice: Choice, found: Compared) -> Table:
    """Every option with its expected loss and interval, in the order of the file."""
    rows = tuple(
        (
            choice.label(option.option),
            words.amount(option.loss),
            words.amounts(option.low, option.high),
            percent(option.best),
            words.amount(option.regret),
            words.amount(option.worst),
        )
        for option in found.options
    )
    headings = (
        "Option", "Expected loss", f"{share(found.run.interval)} interval", "Best in", "Regret", "Worst tenth",
    )  # fmt: skip
    widths = (0.34, 0.14, 0.16, 0.12, 0.11, 0.13)
    return Table(headings, rows, widths, "Every option; best in: share of the draws", numeric=(1, 2, 3, 4, 5))


def what_would(answer: ChoiceAnswer) -> Items:
    """The nearest change that decides otherwise, and what it is worth most to know."""
    items = [Item(words.turn(answer.model, answer.choice, turn), "Nearest change:") for turn in answer.turns[:1]]
    items += [
        Item(words.most_worth(answer.model.records, answer.known, found), "Worth most to know:")
        for found in _telling(answer.known)[:1]
    ]
    return Items(tuple(items))


def losses_chart(choice: Choice, found: Compared) -> Bars:
    """Expected losses with their intervals, on one scale from the least to the most."""
    held = [value for option in found.options for value in (option.low, option.high, option.loss)]
    scale = _Scale.of(held)
    rows = tuple(
        ChartRow(
            choice.label(option.option),
            point=scale.at(option.loss),
            band=(scale.at(option.low), scale.at(option.high)),
            figure=f"{words.amount(option.loss)} {words.amounts(option.low, option.high)}",
        )
        for option in found.options
    )
    key: tuple[tuple[Mark, str], ...] = (("band", f"{share(found.run.interval)} interval"), ("point", "expected loss"))
    return Bars(rows, key, "Expected loss by option", inline=True, stops=scale.words, reaches=scale.ends)


def knowledge_chart(answer: ChoiceAnswer) -> Bars | None:
    """What seeing each variable is worth, with its interval, beside a report on it; None where nothing is."""
    telling, records = _telling(answer.known), answer.model.records
    if not telling:
        return None
    scale = _Scale.of([value for found in telling for value in (found.perfect.low, found.perfect.high)])
    rows = tuple(
        ChartRow(
            records.variables[found.variable].title,
            point=scale.at(found.perfect.worth),
            band=(scale.at(found.perfect.low), scale.at(found.perfect.high)),
            tick=scale.at(found.report.worth),
            figure=f"{words.amount(found.perfect.worth)}, report {words.amount(found.report.worth)}",
        )
        for found in telling
    )
    key: tuple[tuple[Mark, str], ...] = (
        ("point", "seeing it"),
        ("band", f"{share(answer.compared.run.interval)} interval"),
        ("tick", f"a {answer.known.grade} report"),
    )
    return Bars(rows, key, "Worth of knowing", inline=True, stops=scale.words, reaches=scale.ends)


@dataclass(frozen=True)
class _Scale:
    """Amounts on a line between round ends."""

    stops: tuple[float, ...]

    @classmethod
    def of(cls, held: Sequence[float]) -> _Scale:
        """One that holds these and nothing at all."""
        return cls(_round_stops(min(0.0, *held), max(0.0, *held)))

    @property
    def ends(self) -> tuple[float, float]:
        return self.stops[0], self.stops[-1]

    @property
    def words(self) -> tuple[str, ...]:
        return tuple(map(plain, self.stops))

    def at(self, value: float) -> float:
        """Its place from 0 to 1."""
        return (value - self.stops[0]) / (self.stops[-1] - self.stops[0])


def _round_stops(low: float, high: float) -> tuple[float, ...]:
    """Some round numbers, evenly apart, that hold both ends.

    >>> _round_stops(0.0, 32.1), _round_stops(-3.0, 4.0)
    ((0.0, 10.0, 20.0, 30.0, 40.0), (-4.0, -2.0, 0.0, 2.0, 4.0))
    """
    high = high if high > low else low + 1.0
    unit = 10.0 ** math.floor(math.log10((high - low) / 2))
    step = next(times * unit for times in (1, 2, 5, 10) if (high - low) / (times * unit) <= 5)
    first, last = math.floor(low / step), math.ceil(high / step)
    return tuple(step * k for k in range(first, last + 1))


def shares_chart(choice: Choice, found: Compared) -> Bars:
    """In which share of the draws each option is best."""
    rows = tuple(
        ChartRow(choice.label(option.option), point=option.best, reach=(0.0, option.best), figure=percent(option.best))
        for option in found.options
    )
    return Bars(rows, (("point", "share of the draws in which it is best"),), "Share of the draws best", inline=True)


def remarks(records: ModelRecords, choice: Choice, found: Compared) -> Iterator[str]:
    """What the table alone does not say."""
    yield words.gamma_maximin(choice, found)
    for option in found.options:
        if option.dominated_by:
            yield words.dominated(choice, option)
    replies = [option for option in found.options if option.reply is not None]
    for option in replies if choice.other_side is None or choice.other_side.sees else replies[:1]:
        yield words.reply(records, choice, option)


def stakes_table(records: ModelRecords, choice: Choice) -> Table:
    """Every cost and stake with its range and its reason."""
    rows = tuple(
        (capital(words.at_stake(records, choice, key)), _shown(amount), _reason(amount))
        for key, amount in choice.amounts()
    )
    return Table(("Cost or stake", "Amount", "Reason"), rows, (0.4, 0.15, 0.45), "What it costs and what is at stake")


def _reason(amount: Amount) -> str:
    """Why, and the statements that informed it."""
    return f"{sentence(amount.because)} Informed by {listed(amount.cites)}." if amount.cites else amount.because


def _shown(amount: Amount) -> str:
    if amount.range is None:
        return plain(amount.value or 0.0)
    return f"{plain(amount.range[0])} to {plain(amount.range[1])}"
