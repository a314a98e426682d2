"""A watch: what a feed of findings does to the outcomes, day by day, and forecasts of what it changes.

What is known at the end of each day is one row of a batch. A forecast is sealed where an outcome's word is another one
than in the last forecast, or where its probability is further from it than so many points; with it goes what moved it
since then: Shapley's parts on the log-odds, exact up to `EXACT` rows, else of all rows on a variable together.

The first time, the forecast before any row is sealed too. Later the last forecast of each question is where the watch
goes on from: the state of the feed that it was made in is found by its scenario's digest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from tocsin.analysis.case import Case, lay_out
from tocsin.analysis.contributions import EXACT, between
from tocsin.analysis.voices import Alone, alone
from tocsin.assessment import (
    Assessment,
    Estimate,
    OutcomeEstimate,
    baseline,
    gather,
    lexicon_of,
    run_record,
)
from tocsin.batch.columns import Target, outcomes
from tocsin.batch.encoding import EncodedRows, Ground, ground
from tocsin.batch.evaluation import Answers, intervals, points
from tocsin.canonical import figure, log_odds
from tocsin.elicitation import word_for
from tocsin.errors import BadInput, Problem
from tocsin.ledger.chain import Ledger, append
from tocsin.ledger.entries import Entry, Forecast, ForecastQuestion
from tocsin.ledger.feed import Feed, FeedDay, FeedRow, course
from tocsin.ledger.sealing import Unsealed, drafts, fitted
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Scenario

REST = "rest"
"""The part of a change that no row has alone: another model, rows that came late, findings possible only together."""
LEAST_PART = 1e-6
"""Of the log-odds; less is what rounding leaves."""


@dataclass(frozen=True)
class ForecastChange:
    """A forecast that a watch has sealed, and the one before it. after: with what moved it."""

    question: ForecastQuestion
    before: Forecast
    after: Forecast
    is_new_word: bool


@dataclass(frozen=True)
class Watched:
    """What a watch did. opened: questions forecast for the first time; problems: of rows that count for nothing."""

    ledger: Ledger
    changes: tuple[ForecastChange, ...]
    opened: int
    problems: tuple[Problem, ...]

    @property
    def is_new_word(self) -> bool:
        """Whether an outcome has another word."""
        return any(change.is_new_word for change in self.changes)


def watch(path: Path, model: Model, base: Scenario, feed: Feed, move: float) -> Watched:
    """The ledger with a forecast for each change that a feed makes; with the same feed again nothing is added.

    move: of a probability, from 0 to 1. Raises BadInput, and what `assess` does of the scenario alone.
    """
    if base.reconcile:
        raise BadInput.at(base.scenario, "is reconciled with judgements, which rows of a table are not; leave it out")
    answered = answer_feed(model, base, feed.rows)
    found: list[tuple[Unsealed, ForecastChange | None]] = []

    def additions(ledger: Ledger) -> Sequence[Entry]:
        found[:] = sorted(_changes(answered, ledger, move), key=lambda pair: pair[0].forecast.made_on)
        return fitted((draft for draft, _ in found), ledger)

    ledger = append(path, additions, model.name)
    changes = tuple(change for _, change in found if change is not None)
    return Watched(ledger, changes, len(found) - len(changes), (*feed.problems, *answered.problems))


@dataclass(frozen=True, eq=False)
class AnsweredFeed:
    """The answers before a feed and after each of its days.

    known: `[K]`; answers: of the same rows; problems: of rows that the model holds impossible, which are left out.
    """

    model: Model
    known: tuple[FeedDay, ...]
    targets: tuple[Target, ...]
    answers: Answers
    problems: tuple[Problem, ...]

    @cached_property
    def plain(self) -> Alone:
        """What is said of the outcomes without any finding."""
        bare = self.known[0].scenario.model_copy(update={"evidence": {}})
        return alone(lay_out(self.model, bare))

    def p(self, outcome: str) -> Array:
        """Of an outcome after each day `[K]`."""
        place = next(k for k, target in enumerate(self.targets) if target.is_outcome and target.variable == outcome)
        return np.asarray(self.answers.p[place])

    def assessment(self, place: int) -> Assessment:
        """The answer on a day: of the variables those that outcomes are about."""
        if place not in self._assessments:
            self._assessments[place] = self._assessed(place)
        return self._assessments[place]

    @cached_property
    def _assessments(self) -> dict[int, Assessment]:
        return {}

    def _assessed(self, place: int) -> Assessment:
        scenario, model, found = self.known[place].scenario, self.model, self.answers
        assert found.low is not None
        assert found.high is not None
        lexicon, starts = lexicon_of(model.records, scenario), baseline(model)
        variables: dict[str, dict[str, Estimate]] = {}
        events = {}
        for target, p, low, high in zip(
            self.targets, *(array[:, place].tolist() for array in (found.p, found.low, found.high)), strict=True
        ):
            name = target.variable
            if target.is_outcome:
                start = sum(float(starts[name][model.network.index(name, state)]) for state in target.states)
                events[name] = OutcomeEstimate(p, low, high, target.states, word_for(p, lexicon), start)
            else:
                variables.setdefault(name, {})[target.states[0]] = Estimate(p, low, high)
        run = run_record(model, scenario)
        return Assessment(scenario, run, float(found.p_evidence[place]), float("nan"), variables, events)

    def case(self, place: int, outcome: str) -> Case:
        """A day laid out for analysis."""
        return lay_out(self.model, self.known[place].scenario, outcome, self.assessment(place))

    def drafts(self, place: int, on: date) -> dict[str, Unsealed]:
        """By outcome what could be sealed on a day."""
        found = drafts(self.model, self.assessment(place), on, known=True, plain=self.plain)
        return {draft.question.variable: draft for draft in found}


def answer_feed(model: Model, base: Scenario, rows: Sequence[FeedRow]) -> AnsweredFeed:
    """The answers before the rows and at the end of each day, in one batch, as `assess` has them."""
    shared = ground(model, base)
    events = outcomes(model)
    states = (Target(event.variable, (state,)) for event in events for state in model.network.states[event.variable])
    targets = (*events, *states)
    problems: list[Problem] = []
    left = list(rows)
    while True:
        known = course(left, base, model.records.file.as_of)
        found = points(shared, _encoded(shared, known), targets[:1])
        if not found.errors:
            last = {state.day: place for place, state in enumerate(known) if place}
            days = (known[0], *(known[place] for place in last.values()))
            found = intervals(shared, _encoded(shared, days), targets)
            if not found.errors:
                return AnsweredFeed(model, days, targets, found, tuple(problems))
            wrong = list(last.values())[min(found.errors) - 1]
        else:
            wrong = min(found.errors)
        if wrong <= 0:
            raise BadInput.at(base.scenario, found.errors[min(found.errors)])
        problems.append(left.pop(wrong - 1).problem(found.errors[min(found.errors)]))


def _encoded(shared: Ground, known: Sequence[FeedDay]) -> EncodedRows:
    """The scenarios of some days as rows of a batch."""
    gathered = [gather(shared.model, state.scenario) for state in known]
    count, size = len(known), shared.model.network.size
    sizes = {name: size(name) for evidence in gathered for name in (*evidence.likelihoods, *evidence.beliefs)}

    def stacked(arrays: Sequence[Mapping[str, Array]], name: str, missing: float) -> Array:
        flat = np.full((1, sizes[name]), missing)
        return np.concatenate([rows.get(name, flat) for rows in arrays])

    likelihoods = [evidence.likelihoods for evidence in gathered]
    beliefs = [evidence.beliefs for evidence in gathered]
    return EncodedRows(
        count,
        {name: stacked(likelihoods, name, 1.0) for name in dict.fromkeys(n for rows in likelihoods for n in rows)},
        {name: stacked(beliefs, name, np.nan) for name in dict.fromkeys(n for rows in beliefs for n in rows)},
        {name: np.full(count, place) for name, place in gathered[0].forced.items()},
        {},
    )


def _changes(answered: AnsweredFeed, ledger: Ledger, move: float) -> Iterator[tuple[Unsealed, ForecastChange | None]]:
    """What is to be sealed: per question what opens it, and each change since the last forecast of it."""
    for outcome, opening in answered.drafts(0, answered.known[0].day).items():
        same = (name for name, question in ledger.questions.items() if question.meaning == opening.question.meaning)
        name = next(same, None)
        series = ledger.series.get((name or "", opening.forecast.scenario), ())
        if name in ledger.resolutions:
            continue
        if not series:
            yield opening, None
        yield from _of_question(answered, outcome, series[-1] if series else opening.forecast, move)


def _of_question(
    answered: AnsweredFeed, outcome: str, last: Forecast, move: float
) -> Iterator[tuple[Unsealed, ForecastChange]]:
    known, chances = answered.known, answered.p(outcome)
    lexicon = lexicon_of(answered.model.records, known[0].scenario)
    until = [place for place, state in enumerate(known) if state.day <= last.made_on]
    start = next((p for p in reversed(until) if known[p].scenario.digest == last.scenario_digest), None)
    late = until[-1:] if start != (until[-1] if until else None) else []
    for place in (*late, *range(len(until), len(known))):
        p = float(chances[place])
        is_new_word = word_for(p, lexicon).word != word_for(last.p, lexicon).word
        # The tolerance is that of `canonical`.
        if not is_new_word and abs(p - last.p) < move - 1e-10:
            continue
        draft = answered.drafts(place, max(known[place].day, last.made_on))[outcome]
        moved = _moved(answered, outcome, start, place, last)
        forecast = draft.forecast.model_copy(update={"moved": moved})
        yield Unsealed(draft.question, forecast), ForecastChange(draft.question, last, forecast, is_new_word)
        last, start = forecast, place


def _moved(answered: AnsweredFeed, outcome: str, start: int | None, end: int, last: Forecast) -> dict[str, float]:
    """Per row that came in, by its key, its part of the change in log-odds; they add up to the whole."""
    whole = float(log_odds(float(answered.p(outcome)[end])) - log_odds(last.p))
    found: dict[str, float] = {}
    if start is not None:
        first, second = answered.case(start, outcome), answered.case(end, outcome)
        rows = {id(row.finding): row for several in answered.known[end].rows.values() for row in several}
        table = between(first, second, EXACT)
        for step, part in zip(table.steps, table.contributions()[outcome].log_odds.values(), strict=True):
            last_row = next((rows[id(new.record)] for new in reversed(step.now) if id(new.record) in rows), None)
            if last_row is None or not np.isfinite(part):
                continue
            key = last_row.key if len(step.now) == 1 else f"{last_row.day} {last_row.variable}"
            found[key] = found.get(key, 0.0) + part
    rest = whole - sum(found.values())
    parts = {key: figure(part) for key, part in {**found, REST: rest}.items() if abs(part) >= LEAST_PART}
    return dict(sorted(parts.items(), key=lambda pair: (-abs(pair[1]), pair[0])))
