"""Options beside each other: what is to be expected of each, and how far the numbers decide between them.

Expected loss = Σ stakes · P(stake falls due | do(option), evidence) + cost, in each draw of the model's numbers and of
the stakes and costs; all options share the draws (Troffaes 2007 compares the rules below).
Shape letters: O options, M moves of the other side, D draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np

from tocsin.assessment import RunRecord, run_record
from tocsin.canonical import Canonical, canonical
from tocsin.choices.problem import Condition, Forced, Situation, condition_of, drawn_amounts, situation
from tocsin.choices.risk import certain, certain_losses, tolerance
from tocsin.inference.draws import effective_draws, tails, weighted_quantiles
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Choice, Scenario
from tocsin.records.choice import Stake

WORST = 0.1
"""The share of the draws that the mean of the worst is taken over."""
DECIDED = 0.5
"""Where no option is best in this share of the draws, the numbers do not decide."""


@dataclass(frozen=True)
class BestReply(Canonical):
    """What the other side does once an option is taken.

    moves: their best ones, several where they tie, each by variable and state; the first is the worst for who chooses,
    and is reckoned with. loss: theirs. share: of the draws in which the first is their best.
    """

    moves: tuple[Mapping[str, str], ...]
    loss: float
    share: float


@dataclass(frozen=True)
class OptionLoss(Canonical):
    """What is to be expected of one option.

    loss, low, high: expected loss and its interval, for who shuns risk the loss that is for certain as bad; best: share
    of the draws in which no other has a smaller one; regret: expected excess over the best of each draw; worst: mean of
    the worst tenth of the draws.
    """

    option: str
    loss: float
    low: float
    high: float
    best: float
    regret: float
    worst: float
    dominated_by: tuple[str, ...]
    """Options that are as good in every draw and better in some."""
    reply: BestReply | None = None


@dataclass(frozen=True)
class Compared(Canonical):
    """Options beside each other, in the order of the file.

    least: those of the least expected loss; decided: those best in half of the draws or more, none where the numbers do
    not decide. gamma_maximin: those whose expected loss is least at the upper end of its interval.
    """

    choice: str
    choice_digest: str
    whose: str
    run: RunRecord
    effective_draws: float
    options: tuple[OptionLoss, ...]
    least: tuple[str, ...]
    decided: tuple[str, ...]
    gamma_maximin: tuple[str, ...]

    def option(self, name: str) -> OptionLoss:
        """One option's result; raises StopIteration where there is none."""
        return next(found for found in self.options if found.option == name)

    def as_json(self) -> dict[str, Any]:
        """The fields that programs read."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Losses:
    """loss: per option and draw `[O, D]`, under the other side's best reply if there is one; weights `[D]`."""

    loss: Array
    weights: Array
    courses: tuple[Forced, ...]
    """What each option forces, the reply too."""
    replies: tuple[BestReply | None, ...]


def compare_options(model: Model, scenario: Scenario, choice: Choice) -> Compared:
    """The options under a scenario. Raises what `assess` does."""
    before = situation(model, scenario)
    found = losses(before, choice)
    names, loss, weights = tuple(choice.options), canonical(found.loss), found.weights
    mean = canonical(certain(loss, weights, tolerance(choice)))
    low, high = weighted_quantiles(loss, weights, tails(scenario.interval))
    least_here = loss.min(axis=0)
    best, regret = canonical((loss == least_here) @ weights), (loss - least_here) @ weights
    possible = weights > 0
    options = tuple(
        OptionLoss(
            option=name,
            loss=float(mean[o]),
            low=float(low[o]),
            high=float(high[o]),
            best=float(best[o]),
            regret=float(regret[o]),
            worst=_worst(loss[o], weights),
            dominated_by=_dominating(names, loss[:, possible], o),
            reply=found.replies[o],
        )
        for o, name in enumerate(names)
    )
    return Compared(
        choice=choice.choice,
        choice_digest=choice.digest,
        whose=choice.whose,
        run=run_record(model, scenario),
        effective_draws=effective_draws(weights),
        options=options,
        least=least_of(names, mean),
        decided=tuple(name for name, share in zip(names, best, strict=True) if share >= DECIDED),
        gamma_maximin=least_of(names, high),
    )


def losses(before: Situation, choice: Choice) -> Losses:
    """Each option's expected loss in each draw, under the other side's best reply."""
    amounts = drawn_amounts(before.model, choice)
    costs = costs_of(choice, amounts)
    own = tuple(tuple(sorted(option.forced.items())) for option in choice.options.values())
    shunned, ours = tolerance(choice), stakes_by_condition(choice.stakes, amounts, "stakes")
    if choice.other_side is None:
        loss = certain_losses(before, ours, own, shunned) + costs
        return Losses(loss, before.weights, own, (None,) * len(own))
    moves = [
        dict(zip(choice.other_side.moves, states, strict=True)) for states in product(*choice.other_side.moves.values())
    ]
    courses = tuple(tuple(sorted({**dict(course), **move}.items())) for course in own for move in moves)
    shape = len(own), len(moves), before.count
    loss = certain_losses(before, ours, courses, shunned).reshape(shape) + costs[:, np.newaxis]
    at_stake = stakes_by_condition(choice.other_side.stakes, amounts, "other_side.stakes")
    theirs = certain_losses(before, at_stake, courses, np.inf).reshape(shape)
    if not choice.other_side.sees:
        theirs = np.broadcast_to(theirs.mean(axis=0), shape)
    weights = before.weights
    us, them = canonical(certain(loss, weights, shunned)), canonical(theirs @ weights)
    taken, replies = [], []
    for o in range(len(own)):
        ties = sorted(np.flatnonzero(them[o] == them[o].min()), key=lambda m: (-us[o, m], m))
        first = int(ties[0])
        settled = canonical(theirs[o])
        share = float((settled[first] == settled.min(axis=0)) @ weights)
        replies.append(BestReply(tuple(moves[m] for m in ties), float(them[o, first]), share))
        taken.append(first)
    rows = np.arange(len(own)), np.array(taken)
    chosen = tuple(courses[o * len(moves) + m] for o, m in zip(*rows, strict=True))
    return Losses(loss[rows], weights, chosen, tuple(replies))


def costs_of(choice: Choice, amounts: Mapping[str, Array]) -> Array:
    """What the options cost, `[O, D]`."""
    some = next(iter(amounts.values()))
    return np.stack([amounts.get(f"options.{name}.cost", np.zeros_like(some)) for name in choice.options])


def stakes_by_condition(stakes: Sequence[Stake], amounts: Mapping[str, Array], prefix: str) -> dict[Condition, Array]:
    """What is lost under each distinct condition `[D]`, gains below zero."""
    total: dict[Condition, Array] = {}
    for place, stake in enumerate(stakes):
        drawn = stake.sign * amounts[f"{prefix}.{place}.{'loss' if stake.sign > 0 else 'gain'}"]
        condition = condition_of(stake)
        total[condition] = total.get(condition, 0.0) + drawn
    return total


def _worst(loss: Array, weights: Array) -> float:
    """The mean of the worst tenth of the weight; a draw on its edge counts in part."""
    order = np.argsort(-loss, kind="stable")
    filled = np.minimum(np.cumsum(weights[order]), WORST)
    return float(np.diff(filled, prepend=0.0) @ loss[order] / filled[-1])


def _dominating(names: Sequence[str], loss: Array, option: int) -> tuple[str, ...]:
    own = loss[option]
    return tuple(name for name, other in zip(names, loss, strict=True) if (other <= own).all() and (other < own).any())


def least_of(names: Sequence[str], values: Array) -> tuple[str, ...]:
    """The names of the least values; several where they tie."""
    return tuple(name for name, value in zip(names, values, strict=True) if value == values.min())
