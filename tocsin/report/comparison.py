"""The briefing on two to six scenarios of one model side by side, named by letters, and the name of its file."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from tocsin.analysis.contributions import Differences, differences
from tocsin.canonical import log_odds
from tocsin.errors import BadInput, Contradiction, ImpossibleEvidence, counted
from tocsin.language.numbers import capital, chance, change, interval, is_settled, number, percent, sentence
from tocsin.language.scenarios import changed, grounds_of, independence, other_settings
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.report import judgements, sources_method
from tocsin.report.answer import LETTERS, record_blocks, record_line, shown_word
from tocsin.report.blocks import (
    Bars,
    Block,
    Briefing,
    ChartRow,
    Item,
    Items,
    Paragraph,
    Section,
    Slide,
    Subheading,
    Table,
    scale_end,
    section,
    share,
)
from tocsin.report.charts import Key
from tocsin.report.compose import subtitle
from tocsin.report.record import BriefingOptions, BriefingRecord, record_of
from tocsin.report.subject import NO_MOVE, Subject, naming, unexplained

LEAST, MOST = 2, 6
LONGEST = 120
"""Letters of a file's name, above which the scenarios' names in it are cut."""
SETTLED = math.inf
"""How far an outcome differs that one of the scenarios settles by its own evidence."""


@dataclass(frozen=True, eq=False)
class Beside:
    """Scenarios of one model side by side."""

    subjects: tuple[Subject, ...]

    @property
    def lettered(self) -> Iterator[tuple[str, Subject]]:
        """A, B, C, … with its scenario."""
        yield from zip(LETTERS, self.subjects, strict=False)

    @property
    def first(self) -> Subject:
        """Whose model, sources and names stand for all."""
        return self.subjects[0]

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """Outcomes that differ, those that differ most first (on log-odds); then tail risks, then what is settled."""
        moved = {name: self._spread(name) for name in self.first.assessment.outcomes}
        tails = self.first.tails

        def rank(name: str) -> tuple[bool, bool, float]:
            return moved[name] == SETTLED, name in tails, -moved[name]

        return tuple(sorted((name for name in moved if moved[name] > 0), key=rank))

    @property
    def alike(self) -> tuple[str, ...]:
        """Outcomes that have the same probability everywhere."""
        return tuple(name for name in self.first.assessment.outcomes if name not in self.ranked)

    def chances(self, outcome: str) -> list[float]:
        """Its probability in each scenario."""
        return [subject.assessment.outcomes[outcome].p for subject in self.subjects]

    def words(self, outcome: str) -> list[str]:
        """Its word in each scenario; where the scenario itself settles it, that."""
        estimates = [subject.assessment.outcomes[outcome] for subject in self.subjects]
        return [shown_word(estimate.p, estimate.wording.word) for estimate in estimates]

    @cached_property
    def differences(self) -> Mapping[str, Differences | str]:
        """By the letter of each scenario after the first what tells the two apart, or why nothing does."""
        start, found = self.first.case, dict[str, Differences | str]()
        for letter, subject in list(self.lettered)[1:]:
            try:
                found[letter] = differences(start.before, start.scenario, subject.case.scenario)
            except (ImpossibleEvidence, Contradiction) as error:
                # Each has an answer, and a mixture of both has none.
                found[letter] = str(error)
        return found

    def _spread(self, outcome: str) -> float:
        chances = self.chances(outcome)
        if max(chances) - min(chances) < NO_MOVE:
            return 0.0
        if any(is_settled(p) for p in chances):
            # What a scenario settles by its own evidence is no finding.
            return SETTLED
        return float(log_odds(max(chances)) - log_odds(min(chances)))


def require_comparable(scenarios: Sequence[Scenario]) -> None:
    """Raises BadInput for fewer than two scenarios, more than six, or two of the same name."""
    names = [scenario.scenario for scenario in scenarios]
    problem = None
    if not LEAST <= len(names) <= MOST:
        problem = f"{len(names)} named; two to six scenarios stand side by side"
    elif doubled := [name for name in names if names.count(name) > 1]:
        problem = f"{doubled[0]} is named twice; name each scenario once"
    if problem:
        raise BadInput.at("--compare", problem)


def compared_name(scenarios: Sequence[str]) -> str:
    """`compared_this_that`; many long names are cut to what a file system takes.

    >>> compared_name(["baseline", "storm"])
    'compared_baseline_storm'
    """
    whole = "_".join(("compared", *scenarios))
    if len(whole) <= LONGEST:
        return whole
    return f"{whole[: LONGEST - 9]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"


MOST_JUDGEMENTS = 5
FEW = 3
"""Outcomes whose change is explained, where there are more than three scenarios."""


def reasons(beside: Beside, few: int | None = None) -> Iterator[Block]:
    """Which difference between the first scenario and each other one explains which change, and how they differ."""
    start = beside.first
    for letter, found in beside.differences.items():
        yield Subheading(f"From {LETTERS[0]} to {letter}")
        if isinstance(found, str):
            yield Paragraph(f"This cannot be told apart by differences: {found}")
            continue
        most = few or (MOST_JUDGEMENTS if len(beside.subjects) <= 3 else FEW)
        names = [name for name in beside.ranked if _moves(found, name)][:most]
        items = [Item(changed(found, name), f"{start.event(name)}:") for name in names]
        items += [
            Item(_settled(found, name, letter), f"{start.event(name)}:")
            for name in beside.ranked
            if _settles(found, name)
        ]
        lines = [Item(line) for line in other_settings(found)]
        yield Items((*(items or [Item("Nothing that shows.")]), *lines))


def _moves(found: Differences, outcome: str) -> bool:
    return _is_printed(found, outcome) and not _settles(found, outcome)


def _is_printed(found: Differences, outcome: str) -> bool:
    ends, edges = found.outcomes[outcome], found.second.words.edges
    return percent(ends.baseline, edges) != percent(ends.scenario, edges)


def _settles(found: Differences, outcome: str) -> bool:
    """Whether the outcome goes to or from a certainty: what a scenario settles by its own evidence needs no parts."""
    ends = found.outcomes[outcome]
    settled = is_settled(ends.baseline) or is_settled(ends.scenario)
    return settled and _is_printed(found, outcome)


def _settled(found: Differences, outcome: str, letter: str) -> str:
    ends = found.outcomes[outcome]
    chances = ((LETTERS[0], ends.baseline), (letter, ends.scenario))
    which = " and ".join(each for each, p in chances if is_settled(p))
    return f"From {percent(ends.baseline)} to {percent(ends.scenario)}: settled by what {which} itself sets."


MOST_ROWS, MOST_GROUNDS = 10, 15
"""On a slide, rows of the chart and lines of what the confidence is judged from."""
DOT_KEY: Key = (("dot", "a scenario by its letter"),)


def compare(model: Model, scenarios: Sequence[Scenario], order: BriefingOptions | None = None) -> Briefing:
    """The briefing on several scenarios of one model, side by side.

    Raises BadInput for fewer than two, more than six or the same one twice; Irreconcilable, ImpossibleEvidence,
    Contradiction.
    """
    order = order or BriefingOptions()
    require_comparable(scenarios)
    order.require_no_earlier()
    beside = Beside(tuple(_answered(model, scenario) for scenario in scenarios))
    marking = order.marked(model.records.file)
    records = [record_of(subject.case.model, subject.assessment, subject.facts, order) for subject in beside.subjects]
    record = records[0].model_copy(update={"others": tuple(records[1:])})
    full = order.length == "full"
    return Briefing(
        marking=marking,
        title=f"{len(scenarios)} scenarios side by side",
        subtitle=subtitle(beside.first),
        about=beside.first.records.file.title,
        as_of=beside.first.records.file.as_of,
        bottom_line=bottom_line(beside),
        opening=tuple(titled(beside)),
        sections=tuple(_full(beside, record) if full else _summary(beside, record)),
        slides=tuple(islice(_slides(beside), order.slides)),
        record=record,
    )


def _answered(model: Model, scenario: Scenario) -> Subject:
    with naming(scenario):
        return unexplained(model, scenario)


def _full(beside: Beside, record: BriefingRecord) -> list[Section]:
    first = beside.first
    return [
        section("scenario", "What is compared", named(beside)),
        section("judgements", "Key judgements", judgement_blocks(beside)),
        section("confidence", "Confidence", confidence(beside)),
        section("outcomes", "Outcomes", (outcome_chart(beside), *change_rows(beside), outcome_rows(beside))),
        section("differences", "What differs", difference_blocks(beside)),
        section("why", "Which difference explains which change", reasons(beside)),
        section("tail_risks", "Tail risks", tail_risks(beside)),
        section("missing", "What is missing", sources_method.missing(first)),
        section("sources", "Sources", sources(beside)),
        section("method", "Method", method(beside)),
        section("record", "Run records", record_blocks(record)),
    ]


def _summary(beside: Beside, record: BriefingRecord) -> list[Section]:
    return [
        section("scenario", "What is compared", titled(beside)),
        section("judgements", "Key judgements", judgement_blocks(beside, FEW)),
        section("confidence", "Confidence", list(confidence(beside))[:1]),
        section("differences", "What differs", difference_blocks(beside)),
        section("record", "Run records", (Paragraph(record_line(record)),)),
    ]


def _slides(beside: Beside) -> Iterator[Slide]:
    yield Slide("Key judgements", tuple(judgement_blocks(beside)))
    yield Slide("Outcomes that differ most", (outcome_chart(beside, beside.ranked[:MOST_ROWS]),))
    yield Slide("What differs", tuple(difference_blocks(beside)))
    few = 2 if len(beside.subjects) <= 3 else 1
    yield Slide("Which difference explains which change", tuple(reasons(beside, few)))
    yield Slide("How sure we are", tuple(confidence(beside, MOST_GROUNDS // len(beside.subjects))))
    yield Slide("Tail risks", tuple(tail_risks(beside)))


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
        f"{capital(beside.first.noun(name))} differs most: it {subjects[most].predicate(name)} under {LETTERS[most]}, "
        f"and {subjects[least].predicate(name)} under {LETTERS[least]}. "
        f"{judgements.several_words(count, len(beside.first.assessment.outcomes))}"
    )


def titled(beside: Beside) -> Iterator[Block]:
    """The scenarios' titles by their letters."""
    yield Items(tuple(Item(sentence(subject.case.scenario.title), f"{letter}:") for letter, subject in beside.lettered))


def named(beside: Beside) -> Iterator[Block]:
    """The scenarios by their letters, as their files describe them."""
    items = []
    for letter, subject in beside.lettered:
        scenario = subject.case.scenario
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
    parts = (f"{letter} {subject.phrase(outcome)}" for letter, subject in beside.lettered)
    return Item(f"{'; '.join(parts)}.", f"{beside.first.event(outcome)}:")


def settings(beside: Beside) -> Iterator[str]:
    """What the brackets hold, and where words or brackets differ for no reason in the world."""
    shares = [share(subject.assessment.run.interval) for subject in beside.subjects]
    covers = "cover the numbers of the model, not its structure"
    if len({*shares}) == 1:
        yield f"In brackets the {shares[0]} interval; intervals {covers}."
    else:
        items = ", ".join(f"{letter} {part}" for letter, part in zip(LETTERS, shares, strict=False))
        yield f"The intervals in brackets do not hold the same share ({items}); they {covers}."
    titles = [subject.lexicon.title for subject in beside.subjects]
    if len({*titles}) > 1:
        items = "; ".join(f"{letter} {title}" for letter, title in zip(LETTERS, titles, strict=False))
        yield f"The words are not those of one standard, so that a word may differ where the number does not: {items}."
    noticed = [(letter, notice) for letter, subject in beside.lettered for notice in subject.assessment.notices]
    for notice, letters in _grouped(noticed).items():
        yield f"{letters}: {notice}"


def confidence(beside: Beside, most: int = MOST_JUDGEMENTS) -> Iterator[Block]:
    """Analytic confidence in each scenario's answers, where one leaves something open; no probability stands in it.

    most: outcomes of a scenario whose grounds are told.
    """
    judged = {
        letter: judgements.grounds(subject, subject.ranked[:MOST_JUDGEMENTS]) for letter, subject in beside.lettered
    }
    levels = {
        letter: judgements.span(grounds.level for grounds in each.values()) for letter, each in judged.items() if each
    }
    settled = [letter for letter, subject in beside.lettered if not subject.ranked]
    if len({*levels.values()}) == 1 and not settled:
        yield Paragraph(f"Analytic confidence in the judgements under every scenario is {levels[LETTERS[0]]}.")
    elif levels:
        parts = (f"{level} under {letter}" for letter, level in levels.items())
        yield Paragraph(f"Analytic confidence in the judgements is {', '.join(parts)}.")
    if settled:
        yield Paragraph(f"None is stated for {', '.join(settled)}, where the scenario itself settles every outcome.")
    grouped = _grouped(
        (letter, f"{subject.event(name)} ({grounds.level}): {grounds_of(subject.case, grounds)}")
        for letter, subject in beside.lettered
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


def outcome_chart(beside: Beside, chosen: Sequence[str] = ()) -> Bars:
    """One row an outcome with every scenario as a dot; of all that differ where none are chosen."""
    rows = []
    for name in chosen or beside.ranked or tuple(beside.first.assessment.outcomes):
        chances = beside.chances(name)
        least, most = beside.first.percent(min(chances)), beside.first.percent(max(chances))
        figure = most if least == most else f"{number(min(chances), beside.first.case.words.edges)} to {most}"
        dots = tuple(zip(LETTERS, chances, strict=False))
        rows.append(ChartRow(beside.first.event(name), dots=dots, figure=figure))
    label = "Chart of probabilities under each scenario"
    caption = "Each dot is a scenario, with its letter; A, from which the others differ, is open."
    return Bars(tuple(rows), DOT_KEY, label, caption, scale_end(rows), inline=True)


def change_rows(beside: Beside) -> Iterator[Block]:
    """Outcome by difference: the first scenario's figure and word; of others points, figure, and a word that changes.

    Outcomes that are alike everywhere are one line.
    """
    others = list(beside.lettered)[1:]
    rows = []
    for name in beside.ranked:
        words, estimates = beside.words(name), [subject.assessment.outcomes[name] for subject in beside.subjects]
        moves = [change(estimates[0].p, estimate.p, estimate.wording.edges) for estimate in estimates]
        first, *figures = (f"{chance(estimate)} {interval(estimate)}" for estimate in estimates)
        cells = [
            f"{points}: {figure}{'' if word == words[0] else f', {word}'}"
            for points, figure, word in zip(moves[1:], figures, words[1:], strict=True)
        ]
        rows.append((beside.first.event(name), f"{first}, {words[0]}", *cells))
    if rows:
        first, *names = (f"{letter}: {subject.case.scenario.title}" for letter, subject in beside.lettered)
        wide = 0.72 / (1 + len(others))
        caption = "What each scenario changes against A, in points; with the word where it is another one"
        headings = ("Outcome", first, *names)
        yield Table(headings, tuple(rows), (0.28, *[wide] * (1 + len(others))), caption)
    if beside.alike:
        parts = (
            f"{beside.first.event(name)} ({beside.first.percent(beside.chances(name)[0])})" for name in beside.alike
        )
        yield Paragraph(f"No difference in: {'; '.join(parts)}.")
    yield from (Paragraph(text) for text in settings(beside))


def outcome_rows(beside: Beside) -> Table:
    """Every outcome under every scenario: number, interval, word."""
    rows = []
    for name in beside.first.assessment.outcomes:
        cells = []
        for word, subject in zip(beside.words(name), beside.subjects, strict=True):
            estimate = subject.assessment.outcomes[name]
            cells.append(f"{chance(estimate)} {interval(estimate)} {word}")
        rows.append((beside.first.event(name), *cells))
    letters = [letter for letter, _ in beside.lettered]
    wide = 0.72 / len(letters)
    return Table(("Question", *letters), tuple(rows), (0.28, *[wide] * len(letters)), "Every outcome and tail risk")


def difference_blocks(beside: Beside) -> Iterator[Block]:
    """What some scenarios set and others do not; what all of them set is told apart."""
    held = [dict.fromkeys(subject.facts.values()) for subject in beside.subjects]
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
    yield from sources_method.sources(beside.first)
    there = sources_method.heard(beside.first)
    for letter, subject in list(beside.lettered)[1:]:
        others = [row for row in sources_method.heard(subject) if row not in there]
        if others:
            parts = (
                f"{row[0]} {row[2]}" + (f", {counted(int(row[3]), 'statement')}" if row[3] != "0" else "")
                for row in others
            )
            yield Paragraph(f"Under {letter}: {'; '.join(parts)}. {independence(subject.case.model)}")


def method(beside: Beside) -> Iterator[Block]:
    """How the numbers are made, once, and what the draws are worth under each scenario."""
    run = beside.first.assessment.run
    standards = "; ".join(dict.fromkeys(f"“{subject.lexicon.title}”" for subject in beside.subjects))
    worth = ", ".join(f"{letter} {subject.assessment.effective_draws:.0f}" for letter, subject in beside.lettered)
    yield Paragraph(
        f"{sources_method.tables(beside.first)} A point is the answer under the mean tables; an interval covers the "
        f"answers over {run.draws:,} draws of all numbers, the same ones under every scenario (worth after the "
        f"evidence: {worth}). Words are those of {standards}."
    )
