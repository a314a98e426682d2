"""What the numbers rest on: how many on experts' words, on counts, on assumptions; and how much of an outcome's spread.

Shape letters: D draws, K numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tocsin.analysis.case import Case, lay_out
from tocsin.canonical import Canonical, log_odds
from tocsin.elicitation import Prior, SharesPrior, StatementWeights, weigh
from tocsin.elicitation.distributions import Fixed, inside, onto_line
from tocsin.inference.draws import posteriors_over_draws
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import StatementChanges
from tocsin.records.scenario import baseline

NOISE = 4.0
"""A number's share of the spread is told from chance above so many times 1 / D, a squared correlation by chance."""


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
                    by_statement[vote.statement] = (
                        by_statement.get(vote.statement, 0.0) + vote.share * float(square) / total
                    )
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
