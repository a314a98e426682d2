"""What to look for next: how much each unobserved variable would tell about an outcome (value of information).

Mutual information in bits between the outcome's event Y and an indicator X given the evidence e,
I(Y; X | e) = Σ P(x, y | e) log2 [P(x, y | e) / (P(x | e) P(y | e))] (Cover & Thomas 2006, eq. 2.28).
Every answer of every indicator is one row of a batch; every pair of answers one row of a second. Which variables can
tell nothing is read off the graph alone (d-separation; Pearl 1988).
Shape letters: B rows (answers), X states of an indicator.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.analysis.case import Case
from tocsin.assessment import is_informative
from tocsin.canonical import Canonical, canonical
from tocsin.inference.query import one_hot
from tocsin.network.network import Array, ancestors

MOST_PAIRED = 24
"""So many of an outcome's best indicators are tried in pairs; more would be more pairs than anybody reads."""
TELLING = 0.0005
"""Bits below this are told as next to nothing."""
Parents = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Reply(Canonical):
    """One answer that an indicator may give."""

    chance: float
    p: float
    """The outcome's probability after it; NaN where the answer is impossible."""
    word: str


@dataclass(frozen=True)
class Indicator(Canonical):
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
class Pair(Canonical):
    """Two indicators together."""

    variables: tuple[str, str]
    bits: float


@dataclass(frozen=True)
class Plan(Canonical):
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
    answered = _Answers(case, [(name,) for name in open_ones])
    network, forced = case.model.network, case.evidence.forced
    # Arcs into what is forced are cut.
    parents = {name: () if name in forced else network.parents[name] for name in network.variables}
    rows = {name: row for name, row in case.held.items() if is_informative(row)}
    known = {name for name, row in rows.items() if np.count_nonzero(row) == 1} | set(forced)
    heard = set(rows) - known
    plans = {}
    for outcome in case.events:
        # What can be reached from an outcome is what the outcome can be reached from.
        reached = reachable(parents, outcome, known, heard)
        irrelevant = {
            name: reason
            for name in open_ones
            if name not in {outcome, *reached} and (reason := separation(parents, name, outcome, known, heard))
        }
        found = [
            _indicator(case, answered, outcome, name)
            for name in open_ones
            if name != outcome and name not in irrelevant
        ]
        ranked = tuple(sorted(found, key=lambda indicator: (-indicator.bits, indicator.variable)))
        plans[outcome] = Plan(float(entropy(case.point[outcome])), ranked, None, irrelevant)
    pairs = _best_pairs(case, plans)
    return {outcome: replace(plan, best_pair=pairs.get(outcome)) for outcome, plan in plans.items()}


def telling(case: Case, outcome: str) -> dict[str, float]:
    """By each variable that is still open the bits that knowing it would tell about an outcome."""
    names = [name for name in case.model.network.variables if _is_open(case, name) and name != outcome]
    return dict(zip(names, map(float, _Answers(case, [(name,) for name in names]).bits(outcome)), strict=True))


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
    """The outcomes under every joint answer of each group of variables, asked as one batch.

    The answers of a group are rows one after another, the states of its last variable changing fastest.
    """

    def __init__(self, case: Case, groups: Sequence[tuple[str, ...]]):
        held, size = case.held, case.model.network.size
        lengths = [int(np.prod([size(name) for name in group])) for group in groups]
        ends = np.cumsum([0, *lengths])
        self.rows = {group: slice(int(a), int(b)) for group, a, b in zip(groups, ends, ends[1:], strict=False)}
        places: dict[str, NDArray[np.intp]] = {}
        for group, rows in self.rows.items():
            for name, states in zip(group, np.indices([size(name) for name in group]), strict=True):
                places.setdefault(name, np.full(int(ends[-1]), -1))[rows] = states.reshape(-1)
        likelihoods = dict(held)
        for name, states in places.items():
            likelihoods[name] = likelihoods.get(name, np.ones((1, 1))) * one_hot(states, size(name))
        engine, forced = case.model.engine, case.evidence.forced
        now = engine.posteriors(held, do=forced, targets=())
        found = engine.posteriors(likelihoods, do=forced, targets=case.events)
        total = int(ends[-1])
        self.chances = np.broadcast_to(np.exp(found.log_evidence - now.log_evidence), total)
        self.p = {name: np.broadcast_to(p, total) for name, p in case.events_of(found.marginals).items()}

    def bits(self, outcome: str) -> Array:
        """What each group tells of an outcome: `information`, of all groups at once."""
        possible = self.chances > 0
        weights, after = np.where(possible, self.chances, 0.0), np.where(possible, self.p[outcome], 0.0)
        starts = [rows.start for rows in self.rows.values()]
        mean = np.add.reduceat(weights * after, starts)
        return np.maximum(0.0, entropy(mean) - np.add.reduceat(weights * entropy(after), starts))


def _indicator(case: Case, answered: _Answers, outcome: str, name: str) -> Indicator:
    states = case.model.network.states[name]
    rows = answered.rows[name,]
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
    candidates = {
        outcome: sorted(indicator.variable for indicator in plan.indicators[:MOST_PAIRED] if not indicator.effect)
        for outcome, plan in plans.items()
    }
    pairs = sorted({pair for names in candidates.values() for pair in combinations(names, 2)})
    if not pairs:
        return {}
    answered = _Answers(case, pairs)
    best: dict[str, Pair] = {}
    for outcome, names in candidates.items():
        bits = dict(zip(pairs, map(float, canonical(answered.bits(outcome))), strict=True))
        for pair in combinations(names, 2):
            if outcome not in best or bits[pair] > best[outcome].bits:
                best[outcome] = Pair(pair, bits[pair])
    return best


def _is_open(case: Case, name: str) -> bool:
    """Whether the variable is neither known for certain nor forced, nor an index that only sums up others."""
    row = case.evidence.likelihoods.get(name)
    known = row is not None and np.count_nonzero(row) == 1
    return not known and name not in case.evidence.forced and case.model.records.variables[name].role != "index"


@dataclass(frozen=True)
class Separation:
    """Why two variables are irrelevant to each other.

    blocked_by: known variables each of which, unknown, would join them, or all known ones that do so together;
    colliders: common effects through which they would be joined if more were known about these; both empty where
    nothing joins them at all.
    """

    blocked_by: tuple[str, ...] = ()
    colliders: tuple[str, ...] = ()


def reachable(parents: Parents, start: str, known: Collection[str], heard: Collection[str] = ()) -> set[str]:
    """Variables that `start` is d-connected to, given the observed `known` and the reported `heard`.

    Bayes ball (Shachter 1998; Koller & Friedman 2009, algorithm 3.1), in time linear in the graph.
    """
    children = _children(parents)
    informed = {*known, *heard}
    open_below = informed.union(*(ancestors(parents, name) for name in informed))
    waiting, visited, found = [(start, "up")], set(), set()
    while waiting:
        name, direction = place = waiting.pop()
        if place in visited:
            continue
        visited.add(place)
        if name not in known:
            found.add(name)
        if direction == "up" and name not in known:
            waiting += [(parent, "up") for parent in parents[name]]
            waiting += [(child, "down") for child in children[name]]
        elif direction == "down":
            if name not in known:
                waiting += [(child, "down") for child in children[name]]
            if name in open_below:
                waiting += [(parent, "up") for parent in parents[name]]
    return found - {start}


def separation(
    parents: Parents, first: str, second: str, known: Collection[str], heard: Collection[str] = ()
) -> Separation | None:
    """Why `first` says nothing about `second`; None if it may. What is forced must have no parents."""
    if second in reachable(parents, first, known, heard):
        return None
    without = [name for name in known if second in reachable(parents, first, {*known} - {name}, {*heard} - {name})]
    if without:
        return Separation(blocked_by=tuple(sorted(without)))
    if second in reachable(parents, first, ()):
        return Separation(blocked_by=tuple(sorted(known)))
    children = _children(parents)
    joint = ancestors(children, first) & ancestors(children, second)
    # The first of their common effects: the others lie below these, each below a parent that is one too.
    topmost = [name for name in joint if joint.isdisjoint(parents[name])]
    return Separation(colliders=tuple(sorted(topmost)))


def _children(parents: Parents) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {name: [] for name in parents}
    for name, several in parents.items():
        for parent in several:
            children[parent].append(name)
    return children
