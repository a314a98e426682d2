"""How each outcome of a batch is distributed over its rows: in sentences, as a chart, in figures, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tocsin.assessment import lexicon_of
from tocsin.canonical import log_odds
from tocsin.elicitation.lexicon import Words, words_of
from tocsin.errors import counted
from tocsin.language.numbers import number
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.report.batch_charts import charts
from tocsin.report.batch_results import Survey
from tocsin.report.blocks import Bars, Block, ChartRow, Item, Items, Paragraph, Table
from tocsin.report.charts import Key
from tocsin.report.judgements import several_words
from tocsin.report.subject import Subject

SPREAD_KEY: Key = (("reach", "all rows"), ("band", "middle half"), ("point", "median"), ("tick", "start"))
NO_FORECAST = (
    "Each row is a supposition, not a forecast: how many rows lie somewhere says how they were laid out, and nothing "
    "of how probable it is."
)


@dataclass(frozen=True, eq=False)
class Many:
    """A survey, and what all rows start from."""

    survey: Survey
    subject: Subject

    @property
    def model(self) -> Model:
        """The model that answers."""
        return self.survey.model

    @cached_property
    def words(self) -> Words:
        """The standard whose words are used."""
        return words_of(lexicon_of(self.model.records, self.survey.rows.base))

    @cached_property
    def quantiles(self) -> Mapping[str, tuple[float, ...]]:
        """Per outcome least, lower quartile, median, upper quartile, greatest."""
        return {name: self.survey.quantiles(name) for name in self.survey.p}

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """Outcomes by how far they reach from least to greatest, in points."""
        return tuple(sorted(self.quantiles, key=lambda name: self.quantiles[name][0] - self.quantiles[name][-1]))

    @property
    def moved(self) -> tuple[str, ...]:
        """Those whose least and greatest probability are not printed alike."""
        return tuple(
            name for name in self.ranked if len({self.subject.percent(q) for q in self.quantiles[name][::4]}) > 1
        )

    @property
    def answered(self) -> str:
        """`101 rows`."""
        return counted(self.survey.answered, "row")

    @cached_property
    def shifted(self) -> tuple[str, ...]:
        """Outcomes whose median is not printed as where all rows start, those furthest from it first (on log-odds)."""
        start = {name: outcome.p for name, outcome in self.subject.assessment.outcomes.items()}
        middle = {name: quantiles[2] for name, quantiles in self.quantiles.items()}
        apart = [name for name in middle if self.subject.percent(start[name]) != self.subject.percent(middle[name])]
        return tuple(sorted(apart, key=lambda name: -abs(log_odds(start[name]) - log_odds(middle[name]))))

    @cached_property
    def word_counts(self) -> Mapping[str, Mapping[str, int]]:
        """Per outcome and word how many rows have it."""
        return {name: self._counts(values[~np.isnan(values)]) for name, values in self.survey.p.items()}

    def _counts(self, values: Array) -> Mapping[str, int]:
        counts = np.bincount(self.words.places(values), minlength=len(self.words.words))
        return dict(zip(self.words.words, map(int, counts), strict=True))

    @cached_property
    def charts(self) -> tuple[Block, ...]:
        """What fits the rows: lines, heat maps or histograms."""
        return charts(self.survey.drawn)


def bottom_line(many: Many) -> str:
    """Which outcome hangs most on what is varied, and how many outcomes can get another word by it."""
    if not many.moved:
        return _alike(many)
    name, percent = many.moved[0], many.subject.percent
    least, lower, _, upper, greatest = many.quantiles[name]
    several = sum(sum(count > 0 for count in many.word_counts[name].values()) > 1 for name in many.ranked)
    return (
        f"Over {many.answered}, “{many.subject.event(name)}” goes from {percent(least)} to {percent(greatest)}, "
        f"further than anything else that is asked; the middle half lies between {percent(lower)} and "
        f"{percent(upper)}. {several_words(several, len(many.ranked))}"
    )


def _alike(many: Many) -> str:
    """Where no row differs from another: whether they all differ from where they start."""
    if not many.shifted:
        return f"What is varied over {many.answered} moves no outcome."
    name = many.shifted[0]
    start, p = (
        many.subject.percent(many.subject.assessment.outcomes[name].p),
        many.subject.percent(many.quantiles[name][2]),
    )
    rows, they = (
        ("The only row with an answer differs", "it starts")
        if many.survey.answered == 1
        else (f"All {many.answered} answer alike, and differ", "they start")
    )
    others = len(many.shifted) - 1
    rest = f" {counted(others, 'other outcome')} {'differs' if others == 1 else 'differ'} too." if others else ""
    return f"{rows} from where {they}, most in “{many.subject.event(name)}”: {p}, not {start}.{rest}"


def findings(many: Many) -> Iterator[Block]:
    """Per outcome from where to where, those that reach furthest first."""
    items, percent, edges = [], many.subject.percent, many.words.edges
    for name in many.moved or many.ranked:
        least, lower, median, upper, greatest = many.quantiles[name]
        low, high = (many.words.word(p) for p in (least, greatest))
        word = low if low == high else f"{low} to {high}"
        if name in many.moved:
            middle = f"median {percent(median)}, middle half {number(lower, edges)}–{number(upper, edges)} %"
            spread = f"{word}: {percent(least)} to {percent(greatest)}, {middle}"
        else:
            spread = f"{word}: {percent(median)}"
        before = percent(many.subject.assessment.outcomes[name].p)
        items.append(Item(f"{spread}; {before} where all rows start.", f"{many.subject.event(name)}:"))
    yield Items(tuple(items), numbered=True)
    still = [name for name in many.ranked if name not in many.moved]
    if still and many.moved:
        parts = (f"{many.subject.event(name)} ({percent(many.quantiles[name][2])})" for name in still)
        yield Paragraph(f"Not moved so far that it shows: {'; '.join(parts)}.")
    yield from (Paragraph(notice) for notice in many.subject.assessment.notices)
    yield Paragraph(NO_FORECAST)


def outcome_chart(many: Many) -> Bars:
    """Per outcome its distribution over the rows."""
    rows = []
    for name, (least, lower, median, upper, greatest) in many.quantiles.items():
        figure = (
            f"{number(least, many.words.edges)} to {many.subject.percent(greatest)}"
            if name in many.moved
            else many.subject.percent(median)
        )
        start = many.subject.assessment.outcomes[name].p
        label = many.subject.event(name)
        rows.append(ChartRow(label, median, (lower, upper), reach=(least, greatest), tick=start, figure=figure))
    caption = "Line: least to greatest. Bar: middle half of the rows. Disc: median. Tick: where all rows start."
    return Bars(tuple(rows), SPREAD_KEY, f"Chart of {many.answered}", caption)


def outcome_rows(many: Many) -> Table:
    """The same in figures."""
    rows = tuple(
        (
            many.subject.event(name),
            many.subject.percent(many.subject.assessment.outcomes[name].p),
            *map(many.subject.percent, quantiles),
        )
        for name, quantiles in many.quantiles.items()
    )
    headings = ("Question", "Start", "Least", "Lower quarter", "Median", "Upper quarter", "Greatest")
    widths = (0.34, 0.1, 0.1, 0.12, 0.1, 0.12, 0.12)
    return Table(headings, rows, widths, f"Every outcome over {many.answered}", numeric=(1, 2, 3, 4, 5, 6))


def word_rows(many: Many) -> Iterator[Block]:
    """Per outcome how many rows have which word; words that no row has are left out."""
    words = [word for word in many.words.words if any(of_word[word] for of_word in many.word_counts.values())]
    rows = tuple(
        (many.subject.event(name), *(f"{of_word[word]:,}" if of_word[word] else "–" for word in words))
        for name, of_word in many.word_counts.items()
    )
    share = 0.66 / len(words)
    caption = f"How many of {many.answered} have which word of “{many.subject.lexicon.title}”"
    numeric = tuple(range(1, len(words) + 1))
    yield Table(("Question", *words), rows, (0.34, *[share] * len(words)), caption, numeric)
    yield Paragraph(NO_FORECAST)
