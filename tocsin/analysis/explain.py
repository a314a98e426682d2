"""Everything that can be said about why an answer is what it is, gathered, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from tocsin.analysis.alternatives import Alternatives, Argument, alternatives
from tocsin.analysis.case import Case, lay_out
from tocsin.analysis.contributions import Contributions, contributions
from tocsin.analysis.flip import Flip, flips
from tocsin.analysis.foundations import Grounds, confidence
from tocsin.analysis.indicators import Indicator, Plan, indicators
from tocsin.analysis.perturbations import Answers, LeaveOneOut, Other, influence, readings
from tocsin.analysis.sensitivity import MEASURE, Bar, Strength, TwoWay, strengths, tornado, two_way
from tocsin.analysis.tension import Conflict, Reconciled, Tension, conflict, reconcile, tensions
from tocsin.analysis.voices import Doubled, Sides, doubled, sides
from tocsin.assessment import Estimate, run_record
from tocsin.canonical import figure, significant
from tocsin.inference.mpe import most_probable
from tocsin.model import Model
from tocsin.records import Scenario

MOST_COURSES = 3


@dataclass(frozen=True)
class Course:
    """One joint course; p: its probability given the evidence, which is small where variables are many."""

    states: Mapping[str, str]
    p: float


def explanations(case: Case, count: int = MOST_COURSES) -> tuple[Course, ...]:
    """The `count` most probable joint states of all variables given the evidence, beliefs and interventions."""
    engine, forced = case.model.engine, case.evidence.forced
    evidence = float(engine.posteriors(case.held, do=forced, targets=()).log_evidence[0])
    found = most_probable(case.model.network, case.held, forced, count)
    return tuple(Course(course.states, float(significant(np.exp(course.log_p - evidence)))) for course in found)


@dataclass(frozen=True, eq=False)
class Explanation:
    """One scenario explained; each part is what the function of its name returns, worked out when it is asked for.

    pair: keys of two numbers for a two-way table.
    """

    case: Case = field(repr=False)
    pair: tuple[str, str] | None = None

    @cached_property
    def contributions(self) -> Mapping[str, Contributions]:  # noqa: D102
        return contributions(self.case)

    @cached_property
    def alternatives(self) -> Mapping[str, Alternatives]:  # noqa: D102
        return alternatives(self.case)

    @cached_property
    def influence(self) -> LeaveOneOut:  # noqa: D102
        return influence(self.case)

    @cached_property
    def tornado(self) -> Mapping[str, Sequence[Bar]]:  # noqa: D102
        return tornado(self.case)

    @cached_property
    def readings(self) -> Sequence[Other]:  # noqa: D102
        return readings(self.case)

    @cached_property
    def two_way(self) -> TwoWay | None:  # noqa: D102
        return two_way(self.case, *self.pair) if self.pair else None

    @cached_property
    def indicators(self) -> Mapping[str, Plan]:  # noqa: D102
        return indicators(self.case)

    @cached_property
    def flips(self) -> Mapping[str, Sequence[Flip]]:  # noqa: D102
        return flips(self.case)

    @cached_property
    def courses(self) -> Sequence[Course]:  # noqa: D102
        return explanations(self.case)

    @cached_property
    def conflict(self) -> Conflict:  # noqa: D102
        return conflict(self.case)

    @cached_property
    def tensions(self) -> Sequence[Tension]:  # noqa: D102
        return tensions(self.case.model, self.case.scenario.statements)

    @cached_property
    def disputes(self) -> Sequence[Sides]:  # noqa: D102
        return sides(self.case)

    @cached_property
    def confidence(self) -> Mapping[str, Grounds]:  # noqa: D102
        return confidence(self.case, self.influence)

    @cached_property
    def doubled(self) -> Sequence[Doubled]:  # noqa: D102
        return doubled(self.case.model)

    @cached_property
    def reconciled(self) -> Reconciled | None:  # noqa: D102
        return reconcile(self.case) if self.case.scenario.reconcile else None

    @cached_property
    def strengths(self) -> Sequence[Strength]:  # noqa: D102
        return strengths(self.case)

    def as_json(self) -> dict[str, Any]:
        """The fields that programs read; NaN and infinity become null."""
        return _as_json(self)


def explain(
    model: Model, scenario: Scenario, outcome: str | None = None, pair: tuple[str, str] | None = None
) -> Explanation:
    """Explain the answer to a scenario, on all outcomes or on one of them.

    Reconciles where the scenario says so; everything else is about the model as it stands. Raises ImpossibleEvidence,
    Contradiction, UnknownVariable; BadQuery for a pair that cannot be crossed.
    """
    explained = Explanation(lay_out(model, scenario, outcome), pair)
    # What is wrong with the pair is told now and not when the table is first looked at.
    _ = explained.two_way
    return explained


def _as_json(explained: Explanation) -> dict[str, Any]:
    case, influence, conflict = explained.case, explained.influence, explained.conflict
    content = {
        **asdict(run_record(case.before, case.scenario)),
        "notices": case.assessment.notices,
        "contributions": {
            name: {"baseline": found.baseline, "scenario": found.scenario, "log_odds": found.log_odds}
            | ({"standard_error": found.standard_error} if found.standard_error else {})
            for name, found in explained.contributions.items()
        },
        "alternatives": {name: _alternatives(found) for name, found in explained.alternatives.items()},
        "statements": {name: _without(case, answers) for name, answers in influence.statements.items()},
        "groups": {
            kind: {name: _without(case, answers) for name, answers in groups.items()}
            for kind, groups in influence.groups.items()
        },
        "tornado": {
            "bars": {name: [_bar(bar) for bar in bars] for name, bars in explained.tornado.items()},
            "readings": [_other(case, other) for other in explained.readings],
            "two_way": _two_way(explained.two_way) if explained.two_way else None,
        },
        "indicators": {name: _plan(plan) for name, plan in explained.indicators.items()},
        "flip": {name: [_flip(flip) for flip in several] for name, several in explained.flips.items()},
        "explanation": [{"p": course.p, "states": dict(course.states)} for course in explained.courses],
        "conflict": {
            "nats": conflict.nats,
            "findings": conflict.findings,
            "pairs": [{"findings": [a, b], "nats": nats} for a, b, nats in conflict.pairs],
        },
        "tension": {
            "statements": [_tension(tension) for tension in explained.tensions],
            "disputes": [_dispute(case, sides) for sides in explained.disputes],
            "double_counting": [
                {"kind": group.kind, "on": group.on, "shared": group.shared, "members": group.members}
                | ({"counting": group.counting} if group.kind == "reports" else {})
                for group in explained.doubled
            ],
            "reconciled": _reconciled(explained.reconciled) if explained.reconciled else None,
        },
        "confidence": {name: _grounds(grounds) for name, grounds in explained.confidence.items()},
        "strength": {
            "measure": MEASURE,
            "arcs": [
                {"from": arc.parent, "to": arc.child, "mean": arc.mean, "most": arc.most} for arc in explained.strengths
            ],
        },
    }
    # A course's probability keeps ten digits, not ten decimals: it is small where variables are many.
    return {key: value if key == "explanation" else _plain(value) for key, value in content.items()}


def _plain(value: Any) -> Any:
    """As JSON holds it: numbers as in `assess --json`, None for what JSON cannot hold, sequences as lists."""
    if isinstance(value, float):
        return figure(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value if value is None or isinstance(value, str | int) else [_plain(item) for item in value]


def _alternatives(found: Alternatives) -> dict[str, Any]:
    return {
        "prior": dict(zip(found.states, found.prior, strict=True)),
        "posterior": dict(zip(found.states, found.posterior, strict=True)),
        "arguments": [_argument(found.states, argument) for argument in found.arguments],
    }


def _argument(states: Sequence[str], argument: Argument) -> dict[str, Any]:
    """An infinite change becomes null, and the alternative is among those that are ruled out or left alone."""
    changes = dict(zip(states, argument.log_odds, strict=True))
    errors = dict(zip(states, argument.standard_error, strict=False))
    return {
        "name": argument.name,
        "kind": argument.kind,
        "log_odds": changes,
        "spread": argument.spread,
        "rules_out": [state for state, change in changes.items() if change == -math.inf],
        "leaves_only": [state for state, change in changes.items() if change == math.inf],
        **({"standard_error": errors} if errors else {}),
    }


def _without(case: Case, answers: Answers) -> dict[str, Any]:
    return {
        outcome: {
            "p_without": answer.p,
            "low_without": answer.low,
            "high_without": answer.high,
            "change": answer.p - case.point[outcome],
            "words_without": answer.word,
        }
        for outcome, answer in answers.items()
    }


def _bar(bar: Bar) -> dict[str, Any]:
    number = bar.parameter
    ends = {"low": bar.low, "high": bar.high, "p_low": bar.p_low, "p_high": bar.p_high}
    return {"parameter": number.key, "variable": number.variable, "statements": number.statements, **ends}


def _other(case: Case, other: Other) -> dict[str, Any]:
    kept = {"kept": other.kept} if other.kind == "lexicon" else {}
    outcomes = {
        outcome: {**_estimate(answer), "change": answer.p - case.point[outcome], "words": answer.word}
        for outcome, answer in other.answers.items()
    }
    return {"kind": other.kind, "name": other.name, **kept, "outcomes": outcomes}


def _two_way(table: TwoWay) -> dict[str, Any]:
    return {
        "parameters": [table.first.key, table.second.key],
        "values": [table.first_values, table.second_values],
        "p": table.p,
    }


def _plan(plan: Plan) -> dict[str, Any]:
    best = plan.best_pair
    return {
        "uncertainty_bits": plan.uncertainty,
        "variables": {indicator.variable: _indicator(indicator) for indicator in plan.indicators},
        "best_pair": None if best is None else {"variables": best.variables, "bits": best.bits},
        "irrelevant": {name: asdict(reason) for name, reason in plan.irrelevant.items()},
    }


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "bits": indicator.bits,
        "answers": {
            state: {"chance": reply.chance, "p": reply.p, "words": reply.word}
            for state, reply in indicator.replies.items()
        },
        "p_new_word": indicator.new_word,
        "expected_steps": indicator.steps,
        "effect": indicator.effect,
        "cost": indicator.cost,
        "bits_per_cost": indicator.bits_per_cost,
    }


def _flip(flip: Flip) -> dict[str, Any]:
    return {"words" if name == "word" else name: value for name, value in asdict(flip).items()}


def _dispute(case: Case, sides: Sides) -> dict[str, Any]:
    dispute = sides.dispute
    return {
        "number": dispute.number,
        "ratio": dispute.ratio,
        "higher": {"statements": dispute.higher, "outcomes": _without(case, sides.higher)},
        "lower": {"statements": dispute.lower, "outcomes": _without(case, sides.lower)},
    }


def _grounds(grounds: Grounds) -> dict[str, Any]:
    return {
        "level": grounds.level,
        **{name.replace(" ", "_"): mark for name, mark in grounds.marks.items()},
        "share_of_evidence": grounds.evidence,
        "share_of_statements": grounds.by_statements,
        "voices": grounds.voices,
        "dispute": grounds.dispute,
        "swayed": grounds.swayed,
    }


def _tension(tension: Tension) -> dict[str, Any]:
    return {
        "statement": tension.statement,
        "kind": tension.kind,
        "event": tension.event,
        "given": tension.given,
        "than": tension.than,
        "p": tension.model_p,
        "other_p": tension.other_p,
        "low": tension.low,
        "high": tension.high,
        "z": tension.z,
        "weight": tension.weight,
        "firmer": tension.firmer,
        "holds": tension.holds,
        "strained": tension.strained,
    }


def _reconciled(found: Reconciled) -> dict[str, Any]:
    trust, assessment = found.reconciliation, found.assessment
    outcomes = {
        name: {**_estimate(outcome), "words": outcome.wording.word, "baseline": outcome.baseline}
        for name, outcome in (assessment.outcomes.items() if assessment else ())
    }
    return {
        "statements": trust.statements,
        "effective_share": trust.effective,
        "refused": trust.refused,
        "moved": [
            {"parameter": moved.key, "before": _estimate(moved.before), "after": _estimate(moved.after)}
            for moved in found.moved
        ],
        **({"outcomes": outcomes} if assessment else {}),
    }


def _estimate(estimate: Estimate) -> dict[str, float]:
    return {"p": estimate.p, "low": estimate.low, "high": estimate.high}
