"""What forecasts were worth: every question that is resolved, scored over the days on which each forecast stood.

A forecast stands from the day on which it was made to the next one of its series, and the last one to the day on which
the question was resolved; a forecast of that day could know the answer and is not scored. So a question counts once,
however often it was forecast, and a late change of mind counts for the days that were left (as in the Good Judgment
Project: Mellers et al. 2014). Scored is the series in which a question was sealed first; what is void is not scored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from tocsin.canonical import figure
from tocsin.ledger.chain import Ledger
from tocsin.ledger.entries import Forecast, ForecastQuestion, Resolution
from tocsin.ledger.scores import (
    LEAST_CLUSTERS,
    Calibration,
    Murphy,
    baseline_points,
    brier,
    calibration,
    logarithmic,
    murphy,
    peer_points,
    ranked_probability,
    skill,
)
from tocsin.network.network import Array

LEAST_QUESTIONS = 20
"""Resolved questions below which there is a list and no curve."""


@dataclass(frozen=True)
class ScoredForecast:
    """A forecast with what came of it. weight: the share of its question's days on which it stood."""

    model: str
    question: ForecastQuestion
    forecast: Forecast
    resolution: Resolution
    weight: float

    @property
    def happened(self) -> bool:
        """Whether the event came about."""
        return self.resolution.outcome == "yes"


def scored(ledger: Ledger, start: date | None = None, end: date | None = None) -> Iterator[ScoredForecast]:
    """The forecasts of a ledger that are scored. start, end: only of questions that were resolved in these days."""
    for name, forecasts in ledger.main.items():
        resolution = ledger.resolutions.get(name)
        if resolution is None or resolution.outcome == "void":
            continue
        if (start is not None and resolution.on < start) or (end is not None and resolution.on > end):
            continue
        days = [min(forecast.made_on, resolution.on) for forecast in forecasts] + [resolution.on]
        if total := (days[-1] - days[0]).days:
            for forecast, since, until in zip(forecasts, days, days[1:], strict=False):
                if until > since:
                    share = (until - since).days / total
                    yield ScoredForecast(ledger.model, ledger.questions[name], forecast, resolution, share)


@dataclass(frozen=True)
class Skill:
    """Against one benchmark: the mean Brier scores of both on the same questions, and 1 − their ratio."""

    benchmark: str
    questions: float
    brier: float
    reference: float
    skill: float


@dataclass(frozen=True)
class WordScore:
    """What was called by one word: how many questions, the mean probability, and how many of 1 came about."""

    lexicon: str
    word: str
    questions: float
    p: float
    rate: float


@dataclass(frozen=True)
class VoiceScore:
    """What the forecasts would have been worth with the words of one speaker alone, on the questions that he spoke of.

    forecast, reference: the Brier score of the forecasts and of the base rates on the same questions; skill: against
    these base rates. peer: mean points over the other speakers of the same questions; NaN where there is none. until:
    the last day on which one of them was resolved.
    """

    model: str
    speaker: str
    questions: float
    brier: float
    forecast: float
    reference: float
    skill: float
    peer: float
    until: date


@dataclass(frozen=True, eq=False)
class Scorecard:
    """Scores of forecasts, each weighted by its share of its question."""

    cases: tuple[ScoredForecast, ...]

    @cached_property
    def questions(self) -> int:
        """How many are resolved and scored."""
        return len({(case.model, case.question.id) for case in self.cases})

    @cached_property
    def _p(self) -> Array:
        return np.array([case.forecast.p for case in self.cases])

    @cached_property
    def _happened(self) -> Array:
        return np.array([case.happened for case in self.cases], dtype=np.float64)

    @cached_property
    def _weights(self) -> Array:
        return np.array([case.weight for case in self.cases])

    def _mean(self, values: Array) -> float:
        return figure(float(np.average(values, weights=self._weights))) if self.cases else float("nan")

    @cached_property
    def brier(self) -> float:
        """Mean Brier score, 0 to 1."""
        return self._mean(brier(self._p, self._happened))

    @cached_property
    def logarithmic(self) -> float:
        """Mean log score."""
        return self._mean(logarithmic(self._p, self._happened))

    @cached_property
    def baseline_points(self) -> float:
        """Mean of Metaculus's baseline score."""
        return self._mean(baseline_points(self._p, self._happened))

    @cached_property
    def ranked_probability(self) -> tuple[float, float]:
        """Mean ranked probability score of the questions whose state is known, and how many these are."""
        values, weights = [], []
        for case in self.cases:
            if case.forecast.states and case.resolution.state is not None:
                place = case.question.states.index(case.resolution.state)
                values.append(ranked_probability(case.forecast.states, place))
                weights.append(case.weight)
        return (figure(float(np.average(values, weights=weights))), sum(weights)) if values else (float("nan"), 0.0)

    @cached_property
    def by_probability(self) -> Murphy:
        """Murphy's parts by distinct probability."""
        return murphy(self._p, self._happened, self._weights)

    @cached_property
    def by_word(self) -> Murphy:
        """Murphy's parts by word."""
        words = [(case.forecast.lexicon, case.forecast.word) for case in self.cases]
        return murphy(self._p, self._happened, self._weights, words)

    @cached_property
    def calibration(self) -> Calibration | None:
        """The calibration curve; None below `LEAST_QUESTIONS`.

        Questions of one model hang on the same events, so models are resampled whole. Where these are too few, the
        questions of one model that close on one day are.
        """
        if self.questions < LEAST_QUESTIONS:
            return None
        several = len({case.model for case in self.cases}) >= LEAST_CLUSTERS
        clusters = [case.model if several else (case.model, case.question.closes) for case in self.cases]
        return calibration(self._p, self._happened, self._weights, clusters)

    @cached_property
    def skills(self) -> tuple[Skill, ...]:
        """Against even chances, base rates and one's own last forecast, as far as there are any."""
        benchmarks: Mapping[str, Callable[[Forecast], float | None]] = {
            "even": lambda forecast: forecast.benchmarks.even,
            "base_rate": lambda forecast: forecast.benchmarks.base_rate,
            "previous": lambda forecast: forecast.benchmarks.previous,
        }
        found = []
        for name, of in benchmarks.items():
            references = [(case, value) for case in self.cases if (value := of(case.forecast)) is not None]
            if references:
                own, other = _brier((case, case.forecast.p) for case, _ in references), _brier(references)
                found.append(Skill(name, _count(references), own, other, figure(skill(own, other))))
        return tuple(found)

    @cached_property
    def words(self) -> tuple[WordScore, ...]:
        """Word by word, from the least probability to the greatest."""
        groups: dict[tuple[str, str], list[ScoredForecast]] = {}
        for case in self.cases:
            groups.setdefault((case.forecast.lexicon, case.forecast.word), []).append(case)
        found = []
        for (lexicon, word), cases in groups.items():
            total = sum(case.weight for case in cases)
            p = sum(case.weight * case.forecast.p for case in cases) / total
            rate = sum(case.weight * case.happened for case in cases) / total
            found.append(WordScore(lexicon, word, figure(total), figure(p), figure(rate)))
        return tuple(sorted(found, key=lambda score: (score.lexicon, score.p, score.word)))

    @cached_property
    def voices(self) -> tuple[VoiceScore, ...]:
        """Speaker by speaker, the greatest skill first."""
        names = sorted({(case.model, name) for case in self.cases for name in case.forecast.voices})
        places = {name: place for place, name in enumerate(names)}
        alone = np.full((len(self.cases), len(names)), np.nan)
        for row, case in zip(alone, self.cases, strict=True):
            for name, chance in case.forecast.voices.items():
                row[places[case.model, name]] = chance
        came, base = self._happened, np.array([case.forecast.benchmarks.base_rate for case in self.cases])
        peers = peer_points(alone, came)
        found = []
        for (model, speaker), p, peer in zip(names, alone.T, peers.T, strict=True):
            spoke, among = ~np.isnan(p), ~np.isnan(peer)
            weights = self._weights[spoke]
            own, all_voices, none = (
                figure(float(np.average(brier(ps, came)[spoke], weights=weights))) for ps in (p, self._p, base)
            )
            points = float(np.average(peer[among], weights=self._weights[among])) if among.any() else float("nan")
            total, gain = figure(float(weights.sum())), figure(skill(own, none))
            until = max(case.resolution.on for case, heard in zip(self.cases, spoke, strict=True) if heard)
            found.append(VoiceScore(model, speaker, total, own, all_voices, none, gain, figure(points), until))
        return tuple(sorted(found, key=lambda score: (-score.skill, score.model, score.speaker)))

    @cached_property
    def models(self) -> dict[str, Scorecard]:
        """A card for each model."""
        names = sorted({case.model for case in self.cases})
        return {name: Scorecard(tuple(case for case in self.cases if case.model == name)) for name in names}


def _brier(values: Iterable[tuple[ScoredForecast, float]]) -> float:
    """The mean Brier score of probabilities in the place of the forecasts."""
    cases, ps = zip(*values, strict=True)
    scores = brier(ps, [case.happened for case in cases])
    return figure(float(np.average(scores, weights=[case.weight for case in cases])))


def _count(values: Iterable[tuple[ScoredForecast, float]]) -> float:
    """How many questions these are, of which some count in part."""
    return figure(sum(case.weight for case, _ in values))


def score(ledgers: Iterable[Ledger], start: date | None = None, end: date | None = None) -> Scorecard:
    """The scores of the forecasts in ledgers. start, end: of questions that were resolved in these days."""
    return Scorecard(tuple(case for ledger in ledgers for case in scored(ledger, start, end)))
