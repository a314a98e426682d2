"""What speaks for which alternative: the states of an outcome's variable in rows, facts and findings in columns.

In a few columns with words for a page, and whole in exact figures for a workbook.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tocsin.analysis.alternatives import TELLING, Alternatives, Argument
from tocsin.analysis.explain import Explanation
from tocsin.canonical import log_odds
from tocsin.errors import listed
from tocsin.language.events import event, finding, reply_clause, step
from tocsin.language.numbers import capital, is_settled, percent, sentence, signed
from tocsin.language.statements import voice
from tocsin.report.blocks import Block, Item, Items, Paragraph, Section, Table
from tocsin.report.chart_figures import Cell

HEADING = "What speaks for which alternative"
MOST = 6
"""Columns that a page holds; the others stand in one together."""
GLOSS = Paragraph(
    "In log-odds: +0.69 doubles the odds, −0.69 halves them. A row adds up from before any fact or finding to now; "
    "each adds what it does on average over all orders. First comes what tells the rows apart best."
)
WIDEST, END = 0.13, 0.14
"""Shares of the page's width: a column at most; an alternative's probability before and now."""


def alternatives(explained: Explanation, outcome: str) -> Section:
    """The table, each column in words, in one line what tells nothing apart; empty where one alternative is left."""
    found = explained.alternatives[outcome]
    return Section("hypotheses", HEADING, () if _is_decided(found) else tuple(_blocks(explained, outcome, found)))


def _is_decided(found: Alternatives) -> bool:
    return any(is_settled(p) and p > 0.5 for p in found.posterior)


def _blocks(explained: Explanation, outcome: str, found: Alternatives) -> Iterator[Block]:
    telling = [argument for argument in found.arguments if argument.spread >= TELLING]
    shown, hidden = telling[:MOST], [*telling[MOST:], *found.arguments[len(telling) :]]
    if telling:
        yield GLOSS
        yield _table(explained, outcome, found, shown, hidden)
        yield Items(tuple(_in_words(explained, outcome, found, argument) for argument in telling))
    elif any(math.isnan(change) for argument in found.arguments for change in argument.log_odds):
        yield Paragraph("Nothing has a part of its own, since some findings are possible only together.")
    if not found.arguments:
        yield Paragraph("There are no facts and no findings, so nothing speaks for any alternative.")
    elif still := found.arguments[len(telling) :]:
        names = [
            argument.name if argument.kind == "fact" else finding(explained.case, argument.name) for argument in still
        ]
        yield Paragraph(f"Tells nothing apart (a spread below {TELLING} each): {', '.join(names)}.")


def _table(
    explained: Explanation, outcome: str, found: Alternatives, shown: Sequence[Argument], hidden: Sequence[Argument]
) -> Table:
    records = explained.case.model.records
    rows = tuple(
        (
            capital(reply_clause(records, outcome, state)),
            _place(found.prior[place]),
            *(_cell(argument.log_odds[place]) for argument in shown),
            *([_cell(sum(argument.log_odds[place] for argument in hidden))] if hidden else []),
            _place(found.posterior[place]),
        )
        for place, state in enumerate(found.states)
    )
    names = (_name(explained, argument) for argument in shown)
    heads = ("Alternative", "Before", *names, *(["Others"] if hidden else []), "Now")
    columns = len(heads) - 3
    width = min(WIDEST, 0.5 / columns)
    widths = (1 - columns * width - 2 * END, END, *(width,) * columns, END)
    worst = max((error for argument in found.arguments for error in argument.standard_error), default=None)
    sampled = "" if worst is None else f", sampled with a standard error of at most {worst:.2g}"
    return Table(heads, rows, widths, f"Changes of log-odds{sampled}", tuple(range(1, len(heads))))


def _place(p: float) -> str:
    """`21 % (−1.32)`, the probability with its log-odds."""
    return percent(p) if is_settled(p) else f"{percent(p)} ({signed(float(log_odds(p)))})"


def _cell(change: float) -> str:
    if math.isnan(change):
        return "–"
    if math.isinf(change):
        return "rules it out" if change < 0 else "leaves no other"
    return "0" if abs(change) < 0.005 else signed(change)


@dataclass(frozen=True)
class ExactTable:
    """Rows under headings for a workbook. percents: columns of probabilities; other numbers are log-odds."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    percents: tuple[int, ...] = ()


COLUMNS = "Facts and findings"


def sheets(explained: Explanation) -> Iterator[ExactTable]:
    """Each outcome's alternatives in rows and all facts and findings in columns; then what each of these says.

    The log-odds before and the cells of a row add up to the log-odds now.
    """
    records, rows = explained.case.model.records, list[tuple[Cell, ...]]()
    for outcome, found in explained.alternatives.items():
        if _is_decided(found):
            continue
        title = event(records, outcome)
        yield _sheet(explained, title, outcome, found)
        for place, argument in enumerate(found.arguments, start=1):
            item = _in_words(explained, outcome, found, argument)
            spread = "without end" if math.isinf(argument.spread) else argument.spread
            rows.append((title, place, _name(explained, argument), item.lead.removesuffix(":"), spread, item.text))
    headings = ("Outcome", "Place", "Column", "What it is", "Tells apart by (spread of log-odds)", "What it says")
    yield ExactTable(COLUMNS, headings, tuple(rows))


def _sheet(explained: Explanation, title: str, outcome: str, found: Alternatives) -> ExactTable:
    records = explained.case.model.records
    names = tuple(_name(explained, argument) for argument in found.arguments)
    rows = tuple(
        (
            capital(reply_clause(records, outcome, state)),
            before,
            _exact(float(log_odds(before))),
            *(_exact(argument.log_odds[place]) for argument in found.arguments),
            _exact(float(log_odds(now))),
            now,
        )
        for place, (state, before, now) in enumerate(zip(found.states, found.prior, found.posterior, strict=True))
    )
    heads = ("Alternative", "Before", "Before, in log-odds", *names, "Now, in log-odds", "Now")
    return ExactTable(title, heads, rows, (1, len(heads) - 1))


def _name(explained: Explanation, argument: Argument) -> str:
    return argument.name if argument.kind == "fact" else capital(step(explained.case, argument.name))


def _exact(change: float) -> Cell:
    """A number, or in words why there is none."""
    return change if math.isfinite(change) else _cell(change)


def _in_words(explained: Explanation, outcome: str, found: Alternatives, argument: Argument) -> Item:
    """`N6 (Harbour Radio): speaks for “cancelled”. What it says.`; of two alternatives one says it all."""
    records = explained.case.model.records
    pair = len(found.states) == 2 and not math.isinf(argument.spread)
    ways: dict[str, list[str]] = {"leaves only": [], "rules out": [], "speaks for": [], "speaks against": []}
    for state, change in zip(found.states, argument.log_odds, strict=True):
        if math.isinf(change):
            way = "rules out" if change < 0 else "leaves only"
        else:
            way = "speaks for" if change > 0 else "speaks against"
        # What lies in the middle of others is neither.
        if abs(change) >= TELLING / 2 and not (pair and change < 0):
            clause = records.variables[outcome].clause((state,)) if pair else None
            ways[way].append(f"“{clause or records.variables[outcome].label(state)}”")
    if ways["leaves only"]:
        ways = {"leaves only": ways["leaves only"]}
    effect = listed([f"{way} {listed(labels)}" for way, labels in ways.items() if labels]) or "tells nothing apart"
    claim = f" {sentence(records.by_id[argument.name].claim)}" if argument.kind == "fact" else ""
    about = voice(records, argument.name) if argument.kind == "fact" else finding(explained.case, argument.name)
    return Item(f"{effect}.{claim}", f"{capital(about)}:")
