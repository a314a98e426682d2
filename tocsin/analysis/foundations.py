"""What the numbers and an outcome's spread rest on, and how good that ground is: analytic confidence.

Confidence is not how probable an outcome is. It follows the criteria that the United Kingdom publishes for Analytical
Confidence Ratings (the evidence, the agreement of sources, how much hangs on assumptions and on single sources), as far
as they can be measured here:
- evidence: which part of the outcome's spread rests on statements and on counts, and not on the analysts' assumptions;
- agreement: whether the voices agree on the numbers that carry the spread;
- one voice: whether the outcome changes if any one speaker is left out.
Shape letters: D draws, K numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tocsin.analysis.case import Case, lay_out
from tocsin.analysis.perturbations import LeaveOneOut
from tocsin.analysis.voices import DISPUTED
from tocsin.canonical import Canonical, figure, log_odds
from tocsin.elicitation import Prior, SharesPrior, StatementWeights, weigh
from tocsin.elicitation.distributions import Fixed, inside, onto_line
from tocsin.inference.draws import posteriors_over_draws
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import StatementChanges
from tocsin.records.families import BaseRate
from tocsin.records.scenario import baseline
from tocsin.records.statements import Confidence

Mark = Literal["strong", "fair", "weak"]

NOISE = 4.0
"""A number's share of the spread is told from chance above so many times 1 / D, a squared correlation by chance."""
CARRIES = 0.05
"""The share of an outcome's spread from which on a number is said to carry it."""
STRONG_EVIDENCE, WEAK_EVIDENCE = 2 / 3, 1 / 3
"""Assumption: shares of the spread from which on the evidence is strong, and below which it is weak."""
MOVES = 0.05
"""Assumption: the change of a probability from which on leaving out a speaker matters, within one word."""


@dataclass(frozen=True)
class Foundations:
    """How many of the model's numbers rest on what; a number on the first of these that it has."""

    published: int
    """On words read through a published scale."""
    own_reading: int
    """On words read through the analysts' own reading."""
    base_rates: int
    """On counted events."""
    assumptions: int
    """On a range of the analysts' own, with its reason."""
    values: int
    """Known: definitions and arithmetic."""

    @property
    def total(self) -> int:
        """All numbers."""
        return self.published + self.own_reading + self.base_rates + self.assumptions + self.values


def foundations(model: Model, changes: StatementChanges | None = None) -> Foundations:
    """Counts over all numbers, a shared one once; `changes` are those that the model stands under."""
    weights = weigh(model.records, changes or StatementChanges())
    counts = dict.fromkeys(Foundations.__annotations__, 0)
    for prior in model.priors.by_key.values():
        # Plain chances of a column count as one number.
        for number in prior.parts or (prior,):
            counts[_ground(number, weights)] += 1
    return Foundations(**counts)


def _ground(prior: Prior | SharesPrior, weights: StatementWeights) -> str:
    if isinstance(prior, SharesPrior):
        return "assumptions" if any(prior.distribution.sigmas) else "values"
    if prior.votes:
        published = any(_published(vote.statement, weights) for vote in prior.votes)
        return "published" if published else "own_reading"
    if prior.basis == "base rate":
        return "base_rates"
    return "values" if isinstance(prior.distribution, Fixed) else "assumptions"


def _published(name: str, weights: StatementWeights) -> bool:
    """Whether a published scale, a cited hedge or a number that was said reads the words; of an influence none does."""
    statement = weights.statements[name]
    if any(judgement.influence for judgement in statement.record.judges):
        return False
    return weights.reads(statement).published


@dataclass(frozen=True)
class Spread(Canonical):
    """What an outcome's spread over the draws, on log-odds, comes from; shares sum to 1, or are empty without spread.

    by_number: per number, a share by its own key, plain chances by their column's; by_statement: per statement, its
    share of each number's precision times the number's share.
    """

    by_number: Mapping[str, float]
    by_statement: Mapping[str, float]

    @property
    def statements(self) -> float:
        """The share that statements carry."""
        return float(sum(self.by_statement.values()))

    @property
    def carrying(self) -> list[str]:
        """The numbers that carry it, by name."""
        return sorted(key for key, share in self.by_number.items() if share >= CARRIES)

    @property
    def references(self) -> float:
        """The share that references carry."""
        return float(sum(self.by_number.values())) - self.statements


def spreads(case: Case) -> dict[str, Spread]:
    """Per outcome what its spread under the scenario comes from: squared correlations of its log-odds with each
    number's place on its line over the weighted draws (first-order indices of a linear fit)."""
    model, evidence = case.model, case.evidence
    drawn, numbers = model.priors.draws(model.count, model.seed), model.priors.numbers
    rows = [row for key, prior in model.priors.by_key.items() for row in _places(prior, drawn[key])]
    under_draws = posteriors_over_draws(
        model.engine, evidence.likelihoods, model.draws, model.count, evidence.beliefs, evidence.forced, case.events
    )
    weights = under_draws.weights / under_draws.weights.sum()
    events = case.events_of(under_draws.marginals)
    table = _standardised(np.array([row for _, row in rows]), weights)
    found = {}
    for outcome, p in events.items():
        odds = _standardised(log_odds(p)[np.newaxis], weights)[0]
        squares = (table @ (weights * odds)) ** 2
        squares = np.where(squares > NOISE * float((weights**2).sum()), squares, 0.0)
        total = float(squares.sum())
        by_number: dict[str, float] = {}
        by_statement: dict[str, float] = {}
        for (key, _), square in zip(rows, squares, strict=True):
            if square > 0:
                by_number[key] = by_number.get(key, 0.0) + float(square) / total
                for vote in numbers[key].votes if key in numbers else ():
                    name, share = vote.statement, vote.share * float(square) / total
                    by_statement[name] = by_statement.get(name, 0.0) + share
        found[outcome] = Spread(by_number, by_statement)
    return found


@dataclass(frozen=True)
class Rest(Canonical):
    """What an outcome of the baseline rests on.

    statements: the share of its spread that statements carry, None without spread; without: its probability with every
    statement excluded.
    """

    p: float
    without: float
    statements: float | None


def rests(model: Model) -> dict[str, Rest]:
    """Per outcome its baseline with and without statements."""
    nothing = baseline(model.name)
    case = lay_out(model, nothing)
    every = StatementChanges(exclude=tuple(statement.id for statement in model.records.statements))
    bare = lay_out(model.changed(every), nothing)
    found = spreads(case)
    return {
        outcome: Rest(p, bare.point[outcome], found[outcome].statements if found[outcome].by_number else None)
        for outcome, p in case.point.items()
    }


def _places(prior: Prior | SharesPrior, drawn: Array) -> list[tuple[str, Array]]:
    """Each uncertain number's key, with its places on its line `[D]`; plain chances go by their column's key."""
    if isinstance(prior, SharesPrior):
        uncertain = zip(prior.states, prior.distribution.sigmas, drawn, strict=True)
        keys = {state: part.key for state, part in prior.by_state.items()}
        return [
            (keys.get(state, prior.key), onto_line("chance", inside(row)))
            for state, sigma, row in uncertain
            if sigma > 0
        ]
    if isinstance(prior.distribution, Fixed):
        return []
    return [(prior.key, onto_line(prior.line, drawn))]


def _standardised(rows: Array, weights: Array) -> Array:
    """`[K, D]` with weighted mean 0 and variance 1; rows without spread are 0."""
    centred = rows - (rows @ weights)[:, np.newaxis]
    scale = np.sqrt(centred**2 @ weights)[:, np.newaxis]
    return np.asarray(np.where(scale > 1e-12, centred / np.where(scale > 1e-12, scale, 1.0), 0.0))


@dataclass(frozen=True)
class Grounds(Canonical):
    """What an outcome's confidence is judged from.

    evidence: the share of its spread on statements and counts; by_statements: on statements alone; voices: independent
    ones on the numbers that carry the spread; dispute: the largest Birge ratio among these numbers; swayed: speakers
    without whom the outcome has another word; largest: the speaker without whom it moves most, and by how much.
    """

    evidence: float
    by_statements: float
    voices: int
    dispute: float
    swayed: tuple[str, ...]
    largest: tuple[str, float] | None

    @property
    def marks(self) -> Mapping[str, Mark]:
        """Evidence, agreement and one voice, each strong, fair or weak."""
        evidence: Mark = (
            "strong" if self.evidence >= STRONG_EVIDENCE else "fair" if self.evidence >= WEAK_EVIDENCE else "weak"
        )
        agreement: Mark = "fair"
        if self.dispute > DISPUTED or (not self.voices and evidence == "weak"):
            agreement = "weak"
        elif self.voices > 1 and self.dispute <= 1:
            agreement = "strong"
        moves = abs(self.largest[1]) if self.largest else 0.0
        alone: Mark = "weak" if self.swayed else "fair" if moves >= MOVES else "strong"
        return {"evidence": evidence, "agreement": agreement, "one voice": alone}

    @property
    def level(self) -> Confidence:
        """Low where the evidence is weak, or both of the others are; high where nothing is weak and both evidence and
        agreement are strong; else moderate."""
        marks = self.marks
        if marks["evidence"] == "weak" or list(marks.values()).count("weak") > 1:
            return "low"
        sound = marks["evidence"] == marks["agreement"] == "strong" and "weak" not in marks.values()
        return "high" if sound else "moderate"


def confidence(case: Case, influence: LeaveOneOut) -> dict[str, Grounds]:
    """Per outcome the grounds of its confidence."""
    by_outcome = spreads(case)
    return {outcome: _grounds(case, influence, outcome, spread) for outcome, spread in by_outcome.items()}


def _grounds(case: Case, influence: LeaveOneOut, outcome: str, spread: Spread) -> Grounds:
    # Plain chances are no number of their own: nobody speaks of them, and nothing was counted.
    numbers, p = case.model.priors.numbers, case.point[outcome]
    counted = sum(
        share * numbers[key].reference_share
        for key, share in spread.by_number.items()
        if key in numbers and isinstance(numbers[key].source, BaseRate)
    )
    weighty = [numbers[key] for key in spread.carrying if key in numbers]
    voices = {vote.voice for prior in weighty for vote in prior.votes}
    speakers = {case.model.records.by_id[name].speaker for name in voices}
    moves = {
        speaker: answers[outcome].p - p
        for speaker, answers in influence.groups["speaker"].items()
        if outcome in answers
    }
    word = case.words.word(p)
    return Grounds(
        evidence=spread.statements + counted,
        by_statements=spread.statements,
        voices=len(speakers),
        dispute=max((prior.dispute for prior in weighty), default=0.0),
        swayed=tuple(
            speaker
            for speaker, answers in influence.groups["speaker"].items()
            if outcome in answers and answers[outcome].word != word
        ),
        largest=max(moves.items(), key=lambda pair: (figure(abs(pair[1])), pair[0]), default=None),
    )
