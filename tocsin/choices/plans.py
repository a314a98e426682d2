"""A plan over two steps: what to do first, a report that may come of it, and what to do then.

A policy says what is done first and what after each report. All are enumerated: their expected losses are sums over
reports of what was worked out once for each option and report.
Shape letters: P policies, O options, R reports, S states of what is learned, D draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np

from tocsin.assessment import RunRecord, run_record
from tocsin.canonical import Canonical, canonical
from tocsin.choices.comparison import costs_of, least_of, stakes_by_condition
from tocsin.choices.information import report_chances
from tocsin.choices.problem import Condition, Forced, Situation, drawn_amounts, situation
from tocsin.choices.risk import certain, certain_losses, joint_losses, tolerance
from tocsin.inference.draws import tails, weighted_quantiles
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Choice, Scenario
from tocsin.records.choice import FirstStep

NO_REPORT = ""
"""The report that does not come."""


@dataclass(frozen=True)
class PlannedStep(Canonical):
    """A first step with the policy that is best after it.

    loss, low, high: expected loss of this policy and its interval; best: share of the draws in which no policy of
    another first step does better; then: per report, by the state that it names and `NO_REPORT` where none comes, the
    option; chances: of each report. policies: how many were compared.
    """

    first: str
    loss: float
    low: float
    high: float
    best: float
    then: Mapping[str, str]
    chances: Mapping[str, float]
    policies: int


@dataclass(frozen=True)
class Planned(Canonical):
    """First steps beside each other, in the order of the file; least: those of the least expected loss."""

    choice: str
    choice_digest: str
    whose: str
    run: RunRecord
    steps: tuple[PlannedStep, ...]
    least: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The fields that programs read."""
        return asdict(self)


def plan(model: Model, scenario: Scenario, choice: Choice) -> Planned:
    """The best policy after each first step of a choice that has some. Raises what `assess` does."""
    before, amounts, shunned = situation(model, scenario), drawn_amounts(model, choice), tolerance(choice)
    stakes = stakes_by_condition(choice.stakes, amounts, "stakes")
    found = [
        _policies(before, choice, step, amounts.get(f"first.{name}.cost"), amounts, stakes)
        for name, step in choice.first.items()
    ]
    weights, levels = before.weights, tails(scenario.interval)
    least = [canonical(policies.loss).min(axis=0) for policies in found]
    steps = []
    for name, policies, own in zip(choice.first, found, least, strict=True):
        mean = canonical(certain(policies.loss, weights, shunned))
        taken = int(mean.argmin())
        low, high = weighted_quantiles(policies.loss[taken], weights, levels)
        steps.append(
            PlannedStep(
                first=name,
                loss=float(mean[taken]),
                low=float(low),
                high=float(high),
                best=float((own == np.min(least, axis=0)) @ weights),
                then=dict(zip(policies.reports, policies.then[taken], strict=True)),
                chances=dict(zip(policies.reports, map(float, policies.chances @ weights), strict=True)),
                policies=len(policies.then),
            )
        )
    return Planned(
        choice=choice.choice,
        choice_digest=choice.digest,
        whose=choice.whose,
        run=run_record(model, scenario),
        steps=tuple(steps),
        least=least_of([step.first for step in steps], canonical([step.loss for step in steps])),
    )


@dataclass(frozen=True, eq=False)
class _Policies:
    """All policies after one first step.

    loss: `[P, D]`; then: per policy the option after each report; chances: of each report `[R, D]`.
    """

    reports: Sequence[str]
    then: Sequence[tuple[str, ...]]
    loss: Array
    chances: Array


def _policies(
    before: Situation,
    choice: Choice,
    step: FirstStep,
    cost: Array | None,
    amounts: Mapping[str, Array],
    stakes: Mapping[Condition, Array],
) -> _Policies:
    options, shunned = step.options or tuple(choice.options), tolerance(choice)
    first: Forced = tuple(sorted(step.forced.items()))
    courses = [tuple(sorted({**step.forced, **choice.options[option].forced}.items())) for option in options]
    rows = [list(choice.options).index(option) for option in options]
    costs = costs_of(choice, amounts)[rows] + (0.0 if cost is None else cost)
    if step.learns is None:
        loss = certain_losses(before, stakes, courses, shunned) + costs
        return _Policies([NO_REPORT], [(option,) for option in options], loss, np.ones((1, before.count)))
    about, comes = step.learns.about, step.learns.comes
    named = list(before.model.network.states[about])
    reports = comes * report_chances(before.model, about, step.learns.grade)
    if comes < 1:
        reports, named = np.vstack([reports, np.full(len(named), 1 - comes)]), [*named, NO_REPORT]
    joint = joint_losses(before, stakes, courses, costs, [about], shunned, first)[about]
    # r report, s state, o option, d draw
    by_report = np.einsum("rs,osd->ord", reports, joint.values)
    then = list(product(range(len(options)), repeat=len(named)))
    loss = np.zeros((len(then), before.count))
    for report, taken in enumerate(zip(*then, strict=True)):
        loss += by_report[list(taken), report]
    if not np.isinf(shunned):
        loss = joint.peak + shunned * np.log(loss)
    chances = reports @ before.tilted(first, {}, [about])[1][about].T
    return _Policies(named, [tuple(options[o] for o in taken) for taken in then], loss, chances)
