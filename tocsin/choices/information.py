"""What knowing more is worth before the choice is made: perfect information, and a report with a grade.

EVPI(X) = min_o E[L_o] - Σ_x P(x) min_o E[L_o | x], and for a report r on X with P(r | x) the same with r in x's place
(Raiffa & Schlaifer 1961; Howard 1966). P(x) is what it is before any option, so that X must be neither forced by an
option nor come after what is forced: else the choice would decide what is learned. A report of grade G that says
state r has the likelihoods of `reported: r` with this grade, brought to sum to 1 over the reports that may come.
For who shuns risk the losses are certainty equivalents, and the worth is the price at which the report is a fair buy.
Shape letters: O options, S states of X, R reports, D draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from tocsin.canonical import Canonical, canonical
from tocsin.choices.comparison import costs_of, losses, stakes_by_condition
from tocsin.choices.problem import Situation, drawn_amounts, situation
from tocsin.choices.risk import joint_losses, tolerance
from tocsin.elicitation import report_likelihood
from tocsin.inference.draws import tails, weighted_quantiles
from tocsin.model import Model
from tocsin.network.network import Array, ancestors
from tocsin.records import Choice, Scenario

GRADE = "B2"
"""Of the report whose worth is told, where no other is asked for."""


@dataclass(frozen=True)
class Worth(Canonical):
    """An amount of loss that is saved on average, with its interval over the draws.

    In a draw it is what would be saved if its numbers were right, by who acts on the averages: it may be below zero.
    """

    worth: float
    low: float
    high: float


@dataclass(frozen=True)
class Knowledge(Canonical):
    """What knowing one variable is worth.

    perfect: seeing its state; report: a report with the grade. best: per state the options that are then the best.
    cost: the model's cost of watching it, in analyst-days.
    """

    variable: str
    perfect: Worth
    report: Worth
    best: Mapping[str, tuple[str, ...]]
    cost: float | None

    @property
    def per_day(self) -> float | None:
        """What the report is worth per analyst-day; None without a cost."""
        return None if self.cost is None else self.report.worth / self.cost


@dataclass(frozen=True)
class Known(Canonical):
    """What knowledge is worth before a choice, the most valuable first.

    excluded: per variable that is left out the option's or the other side's variable that it is or comes after; empty
    where the scenario says already what it is.
    """

    choice: str
    grade: str
    variables: tuple[Knowledge, ...]
    excluded: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """The fields that programs read."""
        found = asdict(self)
        for entry, knowledge in zip(found["variables"], self.variables, strict=True):
            entry["per_day"] = knowledge.per_day
        return found


def worth_of_knowing(model: Model, scenario: Scenario, choice: Choice, grade: str = GRADE) -> Known:
    """What seeing each variable, and a graded report on it, would be worth. Raises what `assess` does."""
    before = situation(model, scenario)
    found, excluded = losses(before, choice), _excluded(before, choice)
    names = [name for name in model.network.variables if name not in excluded and not _is_index(model, name)]
    shunned, levels = tolerance(choice), tails(scenario.interval)
    amounts = drawn_amounts(model, choice)
    stakes = stakes_by_condition(choice.stakes, amounts, "stakes")
    joint = joint_losses(before, stakes, found.courses, costs_of(choice, amounts), names, shunned)
    variables = []
    for name in names:
        states, held = model.network.states[name], joint[name].values
        perfect, report = (
            _worth(held, report_chances(model, name, by), found.weights, shunned, levels) for by in (None, grade)
        )
        best = _best(tuple(choice.options), canonical(held @ found.weights), states)
        variables.append(Knowledge(name, perfect, report, best, model.records.variables[name].cost))
    ranked = sorted(variables, key=lambda knowledge: (-knowledge.perfect.worth, knowledge.variable))
    return Known(choice.choice, grade, tuple(ranked), excluded)


def report_chances(model: Model, variable: str, grade: str | None) -> Array:
    """P(r | x) `[R, S]` of graded reports, one for each state that they can name; without a grade it is seen."""
    states = model.network.states[variable]
    if grade is None:
        return np.eye(len(states))
    reports = np.array([report_likelihood(states, (state,), grade, model.records.scales) for state in states])
    return np.asarray(reports / reports.sum(axis=0))


def _is_index(model: Model, name: str) -> bool:
    return model.records.variables[name].role == "index"


def _excluded(before: Situation, choice: Choice) -> dict[str, str]:
    """Variables that an option or a move forces, or that come after such a one, by that one; what is known already."""
    network, moves = before.model.network, choice.other_side.moves if choice.other_side is not None else ()
    forcing = dict.fromkeys([*(name for option in choice.options.values() for name in option.forced), *moves])
    parents = {name: before.model.records.variables[name].parents for name in network.variables}
    excluded: dict[str, str] = {}
    for name in network.variables:
        row = before.evidence.likelihoods.get(name)
        after = next((forced for forced in forcing if forced == name or forced in ancestors(parents, name)), None)
        if after is not None:
            excluded[name] = after
        elif name in before.evidence.forced or (row is not None and np.count_nonzero(row) == 1):
            excluded[name] = ""
    return excluded


def _worth(joint: Array, reports: Array, weights: Array, shunned: float, levels: tuple[float, float]) -> Worth:
    """What reports P(r | x) `[R, S]` save: on average, and in each draw for who acts on them by the averages."""
    # r report, s state, o option, d draw
    by_report = np.einsum("rs,osd->ord", reports, joint)
    mean, without = by_report @ weights, joint.sum(axis=1)
    taken, now = mean.argmin(axis=0), int((without @ weights).argmin())
    after = by_report[taken, np.arange(len(reports))].sum(axis=0)
    drawn = _saved(without[now], after, shunned)
    worth = _saved((without @ weights)[now], mean.min(axis=0).sum(), shunned)
    low, high = weighted_quantiles(drawn, weights, levels)
    return Worth(max(0.0, float(worth)), float(low), float(high))


def _saved(without: Array, after: Array, shunned: float) -> Array:
    return np.asarray(without - after if np.isinf(shunned) else shunned * (np.log(without) - np.log(after)))


def _best(options: Sequence[str], joint: Array, states: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Per state the options of the least loss; joint: `[O, S]`."""
    return {
        state: tuple(option for option, value in zip(options, losses, strict=True) if value == losses.min())
        for state, losses in zip(states, joint.T, strict=True)
    }
