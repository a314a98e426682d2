"""What a choice says: options with their expected losses, how far the numbers decide, and what is at stake."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.choices.comparison import Compared
from tocsin.errors import listed
from tocsin.language import choices as words
from tocsin.language.events import supposed
from tocsin.language.numbers import capital, percent, plain, sentence
from tocsin.model import Model
from tocsin.records import Choice, ModelRecords, Scenario
from tocsin.records.choice import Amount
from tocsin.report.answer import run_line
from tocsin.report.blocks import Bars, Block, ChartRow, Item, Items, Paragraph, Subheading, Table, share


def choice_blocks(model: Model, scenario: Scenario, choice: Choice, found: Compared) -> Iterator[Block]:
    """Everything, in the order of reading."""
    records = model.records
    yield Subheading(f"{capital(choice.name)}  ({records.file.title})")
    yield Paragraph(sentence(heading(choice, scenario, records)))
    yield Paragraph(words.decision(choice, found))
    yield options_table(choice, found)
    yield Items(tuple(Item(text) for text in remarks(records, choice, found)))
    yield stakes_table(records, choice)
    yield Paragraph(run_line([found.run]))


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


def losses_chart(choice: Choice, found: Compared) -> Bars:
    """Expected losses with their intervals, on one scale from the least to the most."""
    ends = [value for option in found.options for value in (option.low, option.high, option.loss)]
    start, end = min(0.0, *ends), max(0.0, *ends)
    width = (end - start) or 1.0

    def at(value: float) -> float:
        return (value - start) / width

    rows = tuple(
        ChartRow(
            choice.label(option.option),
            point=at(option.loss),
            band=(at(option.low), at(option.high)),
            figure=f"{words.amount(option.loss)} {words.amounts(option.low, option.high)}",
        )
        for option in found.options
    )
    stops = tuple(words.amount(start + width * step / 4) for step in range(5))
    key = (("band", f"{share(found.run.interval)} interval"), ("point", "expected loss"))
    return Bars(rows, key, "Expected loss by option", stops=stops, inline=True)  # type: ignore[arg-type]


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
    rows = [
        (f"{choice.label(name)}: cost", _shown(option.cost), option.cost.because)
        for name, option in (*choice.first.items(), *choice.options.items())
        if option.cost is not None
    ]
    rows += [
        (
            f"{'loss' if stake.sign > 0 else 'gain'} {words.stake(records, stake)}",
            _shown(stake.amount),
            stake.amount.because,
        )
        for stake in choice.stakes
    ]
    if choice.other_side is not None:
        rows += [
            (
                f"{choice.other_side.whose}: {'loss' if stake.sign > 0 else 'gain'} {words.stake(records, stake)}",
                _shown(stake.amount),
                stake.amount.because,
            )
            for stake in choice.other_side.stakes
        ]
    rows = [(capital(what), figure, because) for what, figure, because in rows]
    return Table(
        ("Cost or stake", "Amount", "Reason"), tuple(rows), (0.4, 0.15, 0.45), "What it costs and what is at stake"
    )


def _shown(amount: Amount | None) -> str:
    if amount is None:
        return "none"
    if amount.range is None:
        return plain(amount.value or 0.0)
    return f"{plain(amount.range[0])} to {plain(amount.range[1])}"
