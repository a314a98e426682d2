"""What to look for next: how much each unobserved variable would tell about an outcome (value of information).

Mutual information in bits between the outcome's event Y and an indicator X given the evidence e,
I(Y; X | e) = Σ P(x, y | e) log2 [P(x, y | e) / (P(x | e) P(y | e))] (Cover & Thomas 2006, eq. 2.28).
Every answer of every indicator is one row of a batch; every pair of answers one row of a second.
Shape letters: B rows (answers), X states of an indicator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.analysis.case import Case
from tocsin.analysis.separation import Separation, separation
from tocsin.network.graph import ancestors
from tocsin.network.network import Array

MOST_PAIRED = 24
"""So many of an outcome's best indicators are tried in pairs; more would be more pairs than anybody reads."""
NOTHING = 1e-12
"""Bits below this are rounding."""


@dataclass(frozen=True)
class Reply:
    """One answer that an indicator may give."""

    chance: float
    p: float
    """The outcome's probability after it; NaN where the answer is impossible."""
    word: str


@dataclass(frozen=True)
class Indicator:
    """One variable as a sign of one outcome."""

    variable: str
    bits: float
    replies: Mapping[str, Reply]
    """Per state."""
    new_word: float
    """The chance that the answer puts the outcome into another word."""
    steps: float
    """By how many words of the lexicon the answer is expected to move it."""
    effect: bool
    """Whether the variable lies downstream of the outcome, and so may be known no sooner than it."""
    cost: float | None
    """The model's cost of watching it."""

    @property
    def bits_per_cost(self) -> float | None:
        """For the ranking by cost; None without a cost."""
        return None if not self.cost else self.bits / self.cost


@dataclass(frozen=True)
class Pair:
    """Two indicators together."""

    variables: tuple[str, str]
    bits: float


@dataclass(frozen=True)
class Plan:
    """What could be collected on one outcome, the most telling first.

    uncertainty: the entropy of the outcome now, in bits: no indicator can tell more. irrelevant: the d-separated ones.
    """

    uncertainty: float
    indicators: tuple[Indicator, ...]
    best_pair: Pair | None
    irrelevant: Mapping[str, Separation]


def indicators(case: Case) -> dict[str, Plan]:
    """Per outcome its collection plan. Beliefs count as the likelihoods that make them hold."""
    open_ones = [name for name in case.model.network.variables if _is_open(case, name)]
    answered = _Answers(case, [((name, k),) for name in open_ones for k in range(case.model.network.size(name))])
    plans = {}
    for outcome in case.events:
        irrelevant = {
            name: reason
            for name in open_ones
            if name != outcome and (reason := _separation(case, name, outcome)) is not None
        }
        made = [
            _indicator(case, answered, outcome, name)
            for name in open_ones
            if name != outcome and name not in irrelevant
        ]
        ranked = tuple(sorted(made, key=lambda each: (-each.bits, each.variable)))
        plans[outcome] = Plan(float(entropy(case.point[outcome])), ranked, None, irrelevant)
    pairs = _best_pairs(case, plans)
    return {
        outcome: Plan(plan.uncertainty, plan.indicators, pairs.get(outcome), plan.irrelevant)
        for outcome, plan in plans.items()
    }


def information(chances: Array, p: Array) -> float:
    """Mutual information in bits from the answers' chances `[X]`, summing to 1, and P(event | answer) `[X]`."""
    possible = chances > 0
    weights, after = chances[possible], p[possible]
    return max(0.0, float(entropy(weights @ after) - weights @ entropy(after)))


def entropy(p: ArrayLike) -> Array:
    """Of an event of probability p, in bits."""
    both = np.clip(np.stack([np.asarray(p), 1 - np.asarray(p)]), 0.0, 1.0)
    return np.asarray(-(both * np.log2(np.where(both > 0, both, 1.0))).sum(axis=0))


class _Answers:
    """The outcomes under joint answers, each a tuple of (variable, state), asked as one batch."""

    def __init__(self, case: Case, asked: Sequence[tuple[tuple[str, int], ...]]):
        held, network = case.held, case.model.network
        self._row = {answer: row for row, answer in enumerate(asked)}
        likelihoods = dict(held)
        for name in {name for answer in asked for name, _ in answer}:
            places = np.array([dict(answer).get(name, -1) for answer in asked])
            hot = np.where(places[:, np.newaxis] < 0, 1.0, np.arange(network.size(name)) == places[:, np.newaxis])
            likelihoods[name] = likelihoods.get(name, np.ones((1, 1))) * hot
        engine, forced = case.model.engine, case.evidence.forced
        now = engine.posteriors(held, do=forced, targets=())
        found = engine.posteriors(likelihoods, do=forced, targets=case.events)
        self.chances = np.broadcast_to(np.exp(found.log_evidence - now.log_evidence), len(asked))
        self.p = {name: np.broadcast_to(p, len(asked)) for name, p in case.events_of(found.marginals).items()}

    def rows(self, sizes: Mapping[str, int]) -> NDArray[np.intp]:
        """The rows of every joint answer of some variables."""
        answers = product(*([(name, k) for k in range(size)] for name, size in sizes.items()))
        return np.array([self._row[answer] for answer in answers])


def _indicator(case: Case, answered: _Answers, outcome: str, name: str) -> Indicator:
    states = case.model.network.states[name]
    rows = answered.rows({name: len(states)})
    chances, p = answered.chances[rows], answered.p[outcome][rows]
    known = np.where(chances > 0, p, case.point[outcome])
    moved = np.abs(case.words.places(known) - case.words.places(case.point[outcome]))
    replies = {
        state: Reply(float(chance), float(after), case.words.word(float(after)))
        for state, chance, after in zip(states, chances, known, strict=True)
    }
    return Indicator(
        variable=name,
        bits=information(chances, p),
        replies=replies,
        new_word=float(chances @ (moved > 0)),
        steps=float(chances @ moved),
        effect=outcome in ancestors(case.model.network.parents, name),
        cost=case.model.records.variables[name].cost,
    )


def _best_pairs(case: Case, plans: Mapping[str, Plan]) -> dict[str, Pair]:
    """Per outcome the two indicators that together tell most; effects of the outcome are left out."""
    size = case.model.network.size
    candidates = {
        outcome: sorted(each.variable for each in plan.indicators[:MOST_PAIRED] if not each.effect)
        for outcome, plan in plans.items()
    }
    pairs = sorted({pair for names in candidates.values() for pair in combinations(names, 2)})
    if not pairs:
        return {}
    joint = [((one, i), (other, j)) for one, other in pairs for i in range(size(one)) for j in range(size(other))]
    answered = _Answers(case, joint)
    best: dict[str, Pair] = {}
    for outcome, names in candidates.items():
        for pair in combinations(names, 2):
            rows = answered.rows({name: size(name) for name in pair})
            bits = information(answered.chances[rows], answered.p[outcome][rows])
            if outcome not in best or bits > best[outcome].bits + NOTHING:
                best[outcome] = Pair(pair, bits)
    return best


def _is_open(case: Case, name: str) -> bool:
    """Whether the variable is neither known for certain nor forced, nor an index that only sums up others."""
    row = case.evidence.likelihoods.get(name)
    known = row is not None and np.count_nonzero(row) == 1
    return not known and name not in case.evidence.forced and case.model.records.variables[name].role != "index"


def _separation(case: Case, name: str, outcome: str) -> Separation | None:
    network, forced = case.model.network, case.evidence.forced
    parents = {each: () if each in forced else network.parents[each] for each in network.variables}
    rows = {each: row for each, row in case.held.items() if np.ptp(row) > 0}
    known = {each for each, row in rows.items() if np.count_nonzero(row) == 1} | set(forced)
    return separation(parents, name, outcome, known, set(rows) - known)
