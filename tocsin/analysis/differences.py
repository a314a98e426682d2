"""Which difference between two scenarios explains which change of an outcome: Shapley values on the log-odds.

Every finding, intervention and change of statements that the two do not share comes in by itself, in all orders, as in
`contributions`, which is the same from the baseline to a scenario. What is set otherwise on one variable comes in at
once, since the old and the new could not hold together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from tocsin.analysis.case import Case, Finding, lay_out
from tocsin.analysis.contributions import CHANGES, Contributions, Difference, Subsets
from tocsin.assessment import lexicon_of
from tocsin.model import Model
from tocsin.records import Scenario

Setting = Literal["lexicon", "interval", "reconcile"]


@dataclass(frozen=True, eq=False)
class Differences:
    """How two scenarios differ, and what that does.

    differences: in the order of the second's file, then what the first alone has. outcomes: per outcome from the
    first's probability (`baseline`) to the second's (`scenario`), the parts adding up on log-odds; NaN where some of
    what differs is possible only together. settings: what else differs and has no part in it: the lexicon and the
    interval move no probability, and both answers are taken before reconciling.
    """

    first: Case
    second: Case
    differences: tuple[Difference, ...]
    outcomes: Mapping[str, Contributions]
    settings: tuple[Setting, ...]


def differences(model: Model, first: Scenario, second: Scenario, outcome: str | None = None) -> Differences:
    """What leads from one scenario's answers to another's, on all outcomes or one.

    Raises ImpossibleEvidence, Contradiction, UnknownVariable, BadQuery.
    """
    start, end = lay_out(model, first, outcome), lay_out(model, second, outcome)
    steps, common = _steps(start.findings, end.findings)
    if first.statements != second.statements:
        steps.append(CHANGES)
    table = Subsets(end, start.model, steps, common)
    return Differences(start, end, tuple(steps), table.contributions(), tuple(_settings(model, first, second)))


def _steps(first: Sequence[Finding], second: Sequence[Finding]) -> tuple[list[Difference], list[Finding]]:
    """What differs, and the findings that both have."""
    left, common, new = list(first), [], []
    for finding in second:
        same = next((one for one in left if _is_same(one, finding)), None)
        if same is None:
            new.append(finding)
        else:
            left.remove(same)
            common.append(finding)
    steps: list[Difference] = []
    for variable, several in groupby(new, key=lambda finding: finding.variable):
        now = tuple(several)
        was = tuple(one for one in left if one.variable == variable)
        if was:
            steps.append(Difference(variable, was, now))
        else:
            steps += [Difference(one.name, (), (one,)) for one in now]
    told = {step.now[0].variable for step in steps}
    steps += [Difference(one.name, (one,), ()) for one in left if one.variable not in told]
    return steps, common


def _is_same(one: Finding, other: Finding) -> bool:
    alike = (one.variable, one.kind, one.record) == (other.variable, other.kind, other.record)
    return alike and (one.row == other.row).all()


def _settings(model: Model, first: Scenario, second: Scenario) -> Iterator[Setting]:
    if lexicon_of(model, first).name != lexicon_of(model, second).name:
        yield "lexicon"
    if first.interval != second.interval:
        yield "interval"
    if first.reconcile != second.reconcile:
        yield "reconcile"
