"""How far each finding of a scenario moves an outcome from the baseline: Shapley values on the log-odds (Shapley 1953).

A finding's contribution is what it adds to the log-odds, averaged over all orders in which the findings could have
come in; the contributions add up to the whole change. All subsets of findings are rows of one batch (one per set of
believed variables, since beliefs are solved together). Above `EXACT` findings, orders are sampled.
Shape letters: B rows (subsets), K findings, P permutations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from math import factorial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tocsin.analysis.case import Case, CaseFinding, lay_out
from tocsin.assessment import lexicon_of
from tocsin.canonical import Canonical, log_odds
from tocsin.elicitation.distributions import from_line
from tocsin.errors import Contradiction
from tocsin.inference import posteriors_with_beliefs
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Scenario, StatementChanges

EXACT = 12
"""With more findings than this, orders are sampled."""
ORDERS = 256
"""Sampled orders, each followed by its reverse, which cancels much of the error."""
SEED = 7
STATEMENTS = "statements"
"""The name of all the scenario's changes to statements together."""

Masks = NDArray[np.bool_]
"""Which findings hold `[B, K]`."""
Setting = Literal["lexicon", "interval", "reconcile"]


@dataclass(frozen=True)
class Contributions(Canonical):
    """One outcome's waterfall: `baseline` and `scenario` are probabilities, the values between them add on log-odds.

    NaN where some findings are possible only together. standard_error: per finding; empty where exact.
    """

    baseline: float
    scenario: float
    log_odds: Mapping[str, float]
    standard_error: Mapping[str, float]

    @property
    def ranked(self) -> list[tuple[str, float]]:
        """Each finding's log-odds, the greatest first whether they raise or lower."""
        return sorted(self.log_odds.items(), key=lambda pair: -abs(pair[1]))

    @property
    def places(self) -> list[float]:
        """The probabilities that `ranked` leads through after the baseline; NaN where no log-odds lead there."""
        start = log_odds(self.baseline) if 0 < self.baseline < 1 else np.nan
        odds = np.cumsum([start, *(part for _, part in self.ranked)])
        return [float(p) for p in from_line("chance", odds[1:])]


@dataclass(frozen=True, eq=False)
class Difference:
    """One thing that comes in: findings on one variable that no longer hold, and those that do from then on.

    Both are empty where statements change. name: the finding's, the variable's, or `STATEMENTS`.
    """

    name: str
    was: tuple[CaseFinding, ...]
    now: tuple[CaseFinding, ...]

    @property
    def believes(self) -> bool:
        """Whether a belief comes or goes with it."""
        return any(finding.kind == "believed" for finding in (*self.was, *self.now))


CHANGES = Difference(STATEMENTS, (), ())
"""The changes to statements, all together."""


def contributions(case: Case) -> dict[str, Contributions]:
    """Per outcome what each finding, intervention and the changes to statements contribute."""
    return subsets_of(case).contributions()


def subsets_of(case: Case) -> Subsets:
    """From the model alone to the scenario."""
    steps = [Difference(finding.name, (), (finding,)) for finding in case.findings]
    if case.scenario.statements != StatementChanges():
        steps.append(CHANGES)
    return Subsets(case, case.before, steps)


def subsets(count: int) -> Masks:
    """The rows that Shapley values are worked out from: all subsets up to `EXACT` findings, above it sampled ones."""
    return all_subsets(count) if count <= EXACT else sampled_subsets(count)


def parts(values: Array, masks: Masks) -> tuple[Array, Array]:
    """Shapley values and their standard errors `[K]`, 0 where exact, from the values `[B]` of `subsets`."""
    count = masks.shape[1]
    return (shapley(values), np.zeros(count)) if count <= EXACT else sampled_shapley(values, masks)


def all_subsets(count: int) -> Masks:
    """`[2^K, K]`; row r holds the findings whose bit is set in r, so the first is empty and the last complete."""
    return np.asarray((np.arange(2**count)[:, np.newaxis] >> np.arange(count)) & 1 == 1)


def shapley(values: Array) -> Array:
    """Exact Shapley values `[K]` from the values `[2^K]` of all subsets, ordered as `all_subsets`."""
    count = len(values).bit_length() - 1
    masks = all_subsets(count)
    sizes = masks.sum(axis=1)
    weights = np.array([factorial(s) * factorial(count - s - 1) / factorial(count) for s in range(count)])
    shares = np.empty(count)
    for place in range(count):
        without = np.flatnonzero(~masks[:, place])
        shares[place] = weights[sizes[without]] @ (values[without + (1 << place)] - values[without])
    return shares


def sampled_subsets(count: int, orders: int = ORDERS, seed: int = SEED) -> Masks:
    """Rows `[1 + P * K, K]`: nothing, then for each order the growing sets, complete at last."""
    random = np.random.default_rng(seed)
    half = [random.permutation(count) for _ in range(orders // 2)]
    ranks = [np.argsort(order) for pair in half for order in (pair, pair[::-1])]
    grown = [rank < size for rank in ranks for size in range(1, count + 1)]
    return np.array([np.zeros(count, dtype=bool), *grown])


def sampled_shapley(values: Array, masks: Masks) -> tuple[Array, Array]:
    """Estimates and their standard errors `[K]` from the rows of `sampled_subsets`; pairs of orders are one sample.

    Where one step of an order has no finite value, no other finding has a part in that order.
    """
    count = masks.shape[1]
    runs = np.concatenate(
        [np.full((len(values[1:]) // count, 1), values[0]), values[1:].reshape(-1, count)], axis=1
    )  # [P, K + 1]
    # Each step of an order adds one finding: it comes in after as many steps as it is missing in.
    place = (~masks[1:].reshape(-1, count, count)).sum(axis=1)  # [P, K]
    steps = np.diff(runs, axis=1)
    gains = np.take_along_axis(steps, place, axis=1)
    endless = ~np.isfinite(steps)
    if endless.any():
        others = endless.sum(axis=1, keepdims=True) - np.take_along_axis(endless, place, axis=1)
        gains[others > 0] = np.nan
    pairs = (gains[0::2] + gains[1::2]) / 2
    return pairs.mean(axis=0), pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))


class Subsets:
    """The outcomes as the differences come in, in any subset.

    Before all of them the model is `old` and `common` holds; after all of them it is the case.
    """

    def __init__(self, case: Case, old: Model, steps: Sequence[Difference], common: Sequence[CaseFinding] = ()):
        self.case, self.old = case, old
        self.steps, self.common = tuple(steps), tuple(common)
        self.names = tuple(step.name for step in self.steps)

    def contributions(self) -> dict[str, Contributions]:
        """Per outcome what each difference contributes; exact up to `EXACT` of them."""
        masks = subsets(len(self.steps))
        found = {}
        for outcome, p in self.chances(masks).items():
            shares, errors = parts(log_odds(p), masks)
            found[outcome] = Contributions(
                float(p[0]),
                float(p[-1]),
                dict(zip(self.names, map(float, shares), strict=True)),
                dict(zip(self.names, map(float, errors), strict=True)) if len(self.names) > EXACT else {},
            )
        return found

    def chances(self, masks: Masks) -> dict[str, Array]:
        """Each outcome's probability `[B]` in each subset; NaN where its findings cannot all hold."""
        return self.case.events_of(self.marginals(masks))

    def marginals(self, masks: Masks) -> dict[str, Array]:
        """The probabilities `[B, S]` of each outcome's variable in each subset; NaN where it cannot be."""
        found = self._unknown(len(masks))
        believing = [k for k, step in enumerate(self.steps) if step.believes]
        patterns, which = np.unique(masks[:, believing], axis=0, return_inverse=True)
        for number in range(len(patterns)):
            rows = np.flatnonzero(which.reshape(-1) == number)
            for name, p in self._possible(masks[rows]).items():
                found[name][rows] = p
        return found

    def _unknown(self, rows: int) -> dict[str, Array]:
        return {name: np.full((rows, self.old.network.size(name)), np.nan) for name in self.case.events}

    def _possible(self, masks: Masks) -> dict[str, Array]:
        """Where the beliefs of some rows contradict what else holds there, the other rows are still answered."""
        try:
            return self._believed(masks)
        except Contradiction:
            if len(masks) == 1:
                return self._unknown(1)
            halves = [self._possible(part) for part in np.array_split(masks, 2)]
            return {name: np.concatenate([half[name] for half in halves]) for name in self.case.events}

    def _believed(self, masks: Masks) -> dict[str, Array]:
        """Of rows in which the same beliefs hold."""
        changed = np.zeros(len(masks), dtype=bool)
        if STATEMENTS in self.names:
            changed = masks[:, self.names.index(STATEMENTS)]
        likelihoods = self._facts(changed)
        forced: dict[str, NDArray[np.intp]] = {}
        beliefs: dict[str, Array] = {}
        for finding, holds in self._held(masks):
            if finding.kind == "forced":
                now = forced.get(finding.variable, np.full(len(masks), -1))
                forced[finding.variable] = np.where(holds, int(finding.row.argmax()), now)
            elif finding.kind != "believed":
                row = np.where(holds[:, np.newaxis], finding.row, 1.0)
                likelihoods[finding.variable] = likelihoods.get(finding.variable, np.ones(1)) * row
            elif holds[0]:
                beliefs[finding.variable] = finding.row
        tables = self._tables(changed)
        found = posteriors_with_beliefs(self.old.engine, beliefs, likelihoods, forced, tables, self.case.events)
        return {name: np.broadcast_to(p, (len(masks), p.shape[1])) for name, p in found.marginals.items()}

    def _held(self, masks: Masks) -> Iterator[tuple[CaseFinding, NDArray[np.bool_]]]:
        """Each finding of either side, and the rows `[B]` in which it holds."""
        for finding in self.common:
            yield finding, np.ones(len(masks), dtype=bool)
        for step, come in zip(self.steps, masks.T, strict=True):
            yield from ((finding, ~come) for finding in step.was)
            yield from ((finding, come) for finding in step.now)

    def _facts(self, changed: NDArray[np.bool_]) -> dict[str, Array]:
        old, new = self.old.priors.likelihoods, self.case.model.priors.likelihoods
        flat = {name: np.ones(self.case.model.network.size(name)) for name in {*old, *new}}
        return {
            name: np.where(changed[:, np.newaxis], new.get(name, row), old.get(name, row)) for name, row in flat.items()
        }

    def _tables(self, changed: NDArray[np.bool_]) -> dict[str, Array]:
        old, new = self.old.network.tables, self.case.model.network.tables
        return {
            name: np.where(changed, new[name][..., np.newaxis], old[name][..., np.newaxis])
            for name in old
            if not np.array_equal(old[name], new[name])
        }


@dataclass(frozen=True, eq=False)
class Differences:
    """How two scenarios differ, and what that does.

    differences: in the order of the second's file, then what the first alone has. outcomes: per outcome from the
    first's probability (`baseline`) to the second's (`scenario`), the parts adding up on log-odds; NaN where some of
    what differs is possible only together. settings: what else differs and has no part in it: the lexicon and the
    interval move no probability, and both answers are taken before reconciling.
    """

    first: Case = field(repr=False)
    second: Case = field(repr=False)
    differences: tuple[Difference, ...]
    outcomes: Mapping[str, Contributions]
    settings: tuple[Setting, ...]


def differences(model: Model, first: Scenario, second: Scenario, outcome: str | None = None) -> Differences:
    """What leads from one scenario's answers to another's, on all outcomes or one.

    Raises ImpossibleEvidence, Contradiction, UnknownVariable, BadQuery.
    """
    start, end = lay_out(model, first, outcome), lay_out(model, second, outcome)
    table = between(start, end)
    return Differences(start, end, table.steps, table.contributions(), tuple(_settings(model, first, second)))


def between(start: Case, end: Case, most: int | None = None) -> Subsets:
    """From one scenario to another; of more than `most` differences those on one variable come in together."""
    steps, common = _steps(start.findings, end.findings)
    if most is not None and len(steps) > most:
        steps = _by_variable(steps)
    if start.scenario.statements != end.scenario.statements:
        steps.append(CHANGES)
    return Subsets(end, start.model, steps, common)


def _by_variable(steps: Sequence[Difference]) -> list[Difference]:
    found: dict[str, Difference] = {}
    for step in steps:
        variable = (*step.now, *step.was)[0].variable
        before = found.get(variable, Difference(variable, (), ()))
        found[variable] = replace(before, was=(*before.was, *step.was), now=(*before.now, *step.now))
    return [*found.values()]


def _steps(first: Sequence[CaseFinding], second: Sequence[CaseFinding]) -> tuple[list[Difference], list[CaseFinding]]:
    """What differs, and the findings that both have."""
    left, common, new = list(first), [], []
    for finding in second:
        content = (finding.variable, finding.kind, finding.record)
        alike = (other for other in left if (other.variable, other.kind, other.record) == content)
        same = next((other for other in alike if (other.row == finding.row).all()), None)
        if same is None:
            new.append(finding)
        else:
            left.remove(same)
            common.append(finding)
    steps: list[Difference] = []
    for variable, several in groupby(new, key=lambda finding: finding.variable):
        now = tuple(several)
        was = tuple(finding for finding in left if finding.variable == variable)
        if was:
            steps.append(Difference(variable, was, now))
        else:
            steps += [Difference(finding.name, (), (finding,)) for finding in now]
    replaced = {step.now[0].variable for step in steps}
    steps += [Difference(finding.name, (finding,), ()) for finding in left if finding.variable not in replaced]
    return steps, common


def _settings(model: Model, first: Scenario, second: Scenario) -> Iterator[Setting]:
    if lexicon_of(model.records, first).name != lexicon_of(model.records, second).name:
        yield "lexicon"
    if first.interval != second.interval:
        yield "interval"
    if first.reconcile != second.reconcile:
        yield "reconcile"
