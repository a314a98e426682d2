"""What speaks for which alternative: each fact and finding beside each state of an outcome's variable, on log-odds.

Analysts know the question as the analysis of competing hypotheses. Its usual matrix, which sums what is inconsistent
with each hypothesis, did not help: Karvetski & Mandel (2020), "Coherence of probability judgments from uncertain
evidence: Does ACH help?", Judgment and Decision Making 15(6), 939-958. Hypotheses in rows and evidence in columns made
confirmation bias rarer, the usual layout did not: Dhami, Belton, De Werd, Hadzhieva & Wicke (2024), "Effects of task
structure and confirmation bias in alternative hypotheses evaluation", Cognitive Research: Principles and Implications
9:37. So here alternatives are rows, a cell is a change of log-odds, cells of a row add up to its posterior, and columns
are sorted by how well they tell the rows apart.

Where arguments are independent of each other given which of two alternatives holds, a cell is the log of the
argument's likelihood ratio, whatever came before (Good 1950). Otherwise what it adds depends on what is known already,
and the cell is the mean over all orders, Shapley's value, as in `contributions`: the cells of a row always add up.
Shape letters: B rows (subsets), K arguments, S alternatives.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tocsin.analysis import contributions
from tocsin.analysis.case import Case, CaseFinding
from tocsin.analysis.contributions import Difference, Masks, Subsets
from tocsin.canonical import Canonical, log_odds
from tocsin.model import Model
from tocsin.network.network import Array

CLOSED = 1e-12
"""An alternative nearer than this to 0 or 1 is ruled out, or the only one that is left."""
TELLING = 0.05
"""The spread in log-odds below which an argument tells nothing apart."""


@dataclass(frozen=True)
class Argument(Canonical):
    """A statement's facts, or a finding of the scenario, and how it changes the log-odds of each alternative.

    log_odds: `[S]`, -inf where it rules the alternative out, inf where it leaves nothing else, NaN where no part can be
    told. standard_error: `[S]`; empty where exact.
    """

    name: str
    """The statement's, or the finding's."""
    kind: Literal["fact", "finding"]
    log_odds: tuple[float, ...]
    standard_error: tuple[float, ...] = ()

    @property
    def spread(self) -> float:
        """How well it tells the alternatives apart: from the least of its changes to the greatest."""
        changes = [change for change in self.log_odds if not math.isnan(change)]
        return math.inf if any(map(math.isinf, changes)) else max(changes, default=0.0) - min(changes, default=0.0)


@dataclass(frozen=True)
class Alternatives(Canonical):
    """The states of an outcome's variable, each with its probability before all arguments and after them.

    arguments: those that tell the alternatives apart best first.
    """

    states: tuple[str, ...]
    prior: tuple[float, ...]
    posterior: tuple[float, ...]
    arguments: tuple[Argument, ...] = field(repr=False)


def alternatives(case: Case) -> dict[str, Alternatives]:
    """Per outcome what each counted fact and each finding does to the states of its variable.

    Before them stands the model under the scenario's changes to statements, without any fact. What reports one voice
    made several times counts once: of each fact only the part that has a vote.
    """
    steps, facts = _arguments(case)
    bare = replace(case.model, priors=replace(case.model.priors, facts=(), likelihoods={}))
    games = _Games(Subsets(case, bare, steps))
    return {outcome: _of_outcome(case.model, games, outcome, facts) for outcome in case.events}


def _arguments(case: Case) -> tuple[list[Difference], int]:
    """Statements with facts that count, by name, then the scenario's findings; and how many are statements."""
    by_statement: dict[str, list[CaseFinding]] = {}
    for fact in case.model.priors.facts:
        if fact.counts:
            finding = CaseFinding(fact.statement, fact.variable, "reported", fact.part)
            by_statement.setdefault(fact.statement, []).append(finding)
    steps = [Difference(name, (), tuple(by_statement[name])) for name in sorted(by_statement)]
    return [*steps, *(Difference(found.name, (), (found,)) for found in case.findings)], len(steps)


class _Games:
    """The alternatives' probabilities as arguments come in, for any choice of those that take part."""

    def __init__(self, subsets: Subsets):
        self.subsets = subsets
        self._known: dict[tuple[int, ...], tuple[Masks, dict[str, Array]]] = {}

    def of(self, taking_part: tuple[int, ...]) -> tuple[Masks, dict[str, Array]]:
        """Which of them hold `[B, K]`, and the marginals `[B, S]`; each choice is one batch."""
        if taking_part not in self._known:
            masks = contributions.subsets(len(taking_part))
            wide = np.zeros((len(masks), len(self.subsets.steps)), dtype=bool)
            wide[:, taking_part] = masks
            self._known[taking_part] = masks, self.subsets.marginals(wide)
        return self._known[taking_part]


def _of_outcome(model: Model, games: _Games, outcome: str, facts: int) -> Alternatives:
    names = games.subsets.names
    every = tuple(range(len(names)))
    p = games.of(every)[1][outcome]
    cells = [_row(games, outcome, place, every) for place in range(p.shape[1])]
    arguments = [
        Argument(
            name,
            "fact" if k < facts else "finding",
            tuple(float(changes[k]) for changes, _ in cells),
            tuple(float(errors[k]) for _, errors in cells) if len(names) > contributions.EXACT else (),
        )
        for k, name in enumerate(names)
    ]
    order = sorted(range(len(arguments)), key=lambda k: -arguments[k].spread)
    return Alternatives(
        model.network.states[outcome],
        tuple(map(float, p[0])),
        tuple(map(float, p[-1])),
        tuple(arguments[k] for k in order),
    )


def _row(games: _Games, outcome: str, place: int, every: tuple[int, ...]) -> tuple[Array, Array]:
    """Changes and their standard errors `[K]` of one alternative.

    Arguments that close it (rule it out, or leave nothing else) have no finite part. They are set aside, so that the
    others' parts add up to the log-odds without them.
    """
    changes, errors = np.full(len(every), np.nan), np.zeros(len(every))
    left = every
    masks, marginals = games.of(left)
    end = marginals[outcome][-1, place]
    if not _is_open(marginals[outcome][0, place]):
        return changes, errors
    while closing := _closing(masks, marginals[outcome][:, place]):
        for k in closing:
            changes[left[k]] = math.inf if end > 0.5 else -math.inf
        left = tuple(k for place_left, k in enumerate(left) if place_left not in closing)
        masks, marginals = games.of(left)
    changes[list(left)], errors[list(left)] = contributions.parts(log_odds(marginals[outcome][:, place]), masks)
    return changes, errors


def _is_open(p: Array) -> NDArray[np.bool_]:
    return np.asarray((p > CLOSED) & (p < 1 - CLOSED))


def _closing(masks: Masks, p: Array) -> Sequence[int]:
    """The arguments with which the alternative goes from open to closed, where it is closed after all of them."""
    opened = _is_open(p)
    if opened[-1] or np.isnan(p).any():
        return ()
    count = masks.shape[1]
    if len(masks) == 2**count:
        pairs = ((k, np.flatnonzero(~masks[:, k])) for k in range(count))
        return [k for k, without in pairs if (opened[without] & ~opened[without + (1 << k)]).any()]
    came = masks[1:].reshape(-1, count, count)
    now = opened[1:].reshape(-1, count)
    before = np.concatenate([np.full((len(now), 1), opened[0]), now[:, :-1]], axis=1)
    held = np.concatenate([np.zeros_like(came[:, :1]), came[:, :-1]], axis=1)
    return [int(k) for k in np.flatnonzero((came & ~held & (before & ~now)[..., np.newaxis]).any(axis=(0, 1)))]
