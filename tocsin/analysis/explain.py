"""Everything that can be said about why an answer is what it is, gathered, and as JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tocsin.analysis.case import Case, lay_out
from tocsin.analysis.confidence import Grounds, confidence
from tocsin.analysis.conflict import Conflict, conflict
from tocsin.analysis.contributions import Contributions, contributions
from tocsin.analysis.disputes import Sides, sides
from tocsin.analysis.double_counting import Doubled, doubled
from tocsin.analysis.flip import Flip, flips
from tocsin.analysis.indicators import Indicator, Plan, indicators
from tocsin.analysis.most_probable import Course, explanations
from tocsin.analysis.perturbations import Answers, LeaveOneOut, influence
from tocsin.analysis.reconcile import Reconciled, reconcile
from tocsin.analysis.robustness import Other, readings
from tocsin.analysis.strength import MEASURE, Strength, strengths
from tocsin.analysis.tension import Tension, tensions
from tocsin.analysis.tornado import Bar, TwoWay, tornado, two_way
from tocsin.assessment import Estimate, run_record
from tocsin.canonical import figure
from tocsin.model import Model
from tocsin.records import Scenario


@dataclass(frozen=True, eq=False)
class Explanation:
    """One scenario explained; each field is what the module of its name returns."""

    case: Case = field(repr=False)
    contributions: Mapping[str, Contributions]
    influence: LeaveOneOut
    tornado: Mapping[str, Sequence[Bar]]
    readings: Sequence[Other]
    two_way: TwoWay | None
    indicators: Mapping[str, Plan]
    flips: Mapping[str, Sequence[Flip]]
    courses: Sequence[Course]
    conflict: Conflict
    tensions: Sequence[Tension]
    disputes: Sequence[Sides]
    confidence: Mapping[str, Grounds]
    doubled: Sequence[Doubled]
    reconciled: Reconciled | None
    strengths: Sequence[Strength]

    def as_json(self) -> dict[str, Any]:
        """The fields that programs read; NaN and infinity become null."""
        return _as_json(self)


def explain(
    model: Model, scenario: Scenario, outcome: str | None = None, pair: tuple[str, str] | None = None
) -> Explanation:
    """Explain the answer to a scenario, on all outcomes or on one of them.

    pair: keys of two numbers for a two-way table. Reconciles where the scenario says so; everything else is about the
    model as it stands. Raises ImpossibleEvidence, Contradiction, UnknownVariable, BadQuery.
    """
    case = lay_out(model, scenario, outcome)
    left_out = influence(case)
    return Explanation(
        case=case,
        contributions=contributions(case),
        influence=left_out,
        tornado=tornado(case),
        readings=readings(case),
        two_way=two_way(case, *pair) if pair else None,
        indicators=indicators(case),
        flips=flips(case),
        courses=explanations(case),
        conflict=conflict(case),
        tensions=tensions(case.model, scenario.statements),
        disputes=sides(case),
        confidence=confidence(case, left_out),
        doubled=doubled(case.model),
        reconciled=reconcile(case) if scenario.reconcile else None,
        strengths=strengths(case),
    )


def _as_json(explained: Explanation) -> dict[str, Any]:
    case = explained.case
    return {
        **asdict(run_record(case.before, case.scenario)),
        "notices": list(case.assessment.notices),
        "contributions": {name: _contributions(one) for name, one in explained.contributions.items()},
        "statements": {name: _without(case, each) for name, each in explained.influence.statements.items()},
        "groups": {
            kind: {name: _without(case, each) for name, each in groups.items()}
            for kind, groups in explained.influence.groups.items()
        },
        "tornado": {
            "bars": {name: [_bar(bar) for bar in bars] for name, bars in explained.tornado.items()},
            "readings": [_other(case, other) for other in explained.readings],
            "two_way": _two_way(explained.two_way) if explained.two_way else None,
        },
        "indicators": {name: _plan(plan) for name, plan in explained.indicators.items()},
        "flip": {name: [_flip(flip) for flip in several] for name, several in explained.flips.items()},
        "explanation": [{"p": one.p, "states": dict(one.states)} for one in explained.courses],
        "conflict": {
            "nats": number(explained.conflict.nats),
            "findings": list(explained.conflict.findings),
            "pairs": [{"findings": [a, b], "nats": number(nats)} for a, b, nats in explained.conflict.pairs],
        },
        "tension": {
            "statements": [_tension(each) for each in explained.tensions],
            "disputes": [_dispute(case, each) for each in explained.disputes],
            "double_counting": [
                {"kind": one.kind, "on": one.on, "shared": list(one.shared), "members": list(one.members)}
                | ({"counting": list(one.counting)} if one.kind == "reports" else {})
                for one in explained.doubled
            ],
            "reconciled": _reconciled(explained.reconciled) if explained.reconciled else None,
        },
        "confidence": {name: _grounds(each) for name, each in explained.confidence.items()},
        "strength": {
            "measure": MEASURE,
            "arcs": [
                {"from": one.parent, "to": one.child, "mean": number(one.mean), "most": number(one.most)}
                for one in explained.strengths
            ],
        },
    }


def number(value: float | None) -> float | None:
    """As in `assess --json`; None for what JSON cannot hold."""
    return figure(value) if value is not None and math.isfinite(value) else None


def _contributions(one: Contributions) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "baseline": number(one.baseline),
        "scenario": number(one.scenario),
        "log_odds": {name: number(value) for name, value in one.log_odds.items()},
    }
    if one.standard_error:
        answer["standard_error"] = {name: number(value) for name, value in one.standard_error.items()}
    return answer


def _without(case: Case, answers: Answers) -> dict[str, Any]:
    return {
        outcome: {
            "p_without": number(answer.p),
            "low_without": number(answer.low),
            "high_without": number(answer.high),
            "change": number(answer.p - case.point[outcome]),
            "words_without": answer.word,
        }
        for outcome, answer in answers.items()
    }


def _bar(bar: Bar) -> dict[str, Any]:
    return {
        "parameter": bar.parameter.key,
        "variable": bar.parameter.variable,
        "statements": list(bar.parameter.statements),
        "low": number(bar.low),
        "high": number(bar.high),
        "p_low": number(bar.p_low),
        "p_high": number(bar.p_high),
    }


def _other(case: Case, other: Other) -> dict[str, Any]:
    answer: dict[str, Any] = {"kind": other.kind, "name": other.name}
    if other.kind == "lexicon":
        answer["kept"] = other.kept
    outcomes = {
        outcome: {
            "p": number(one.p),
            "low": number(one.low),
            "high": number(one.high),
            "change": number(one.p - case.point[outcome]),
            "words": one.word,
        }
        for outcome, one in other.answers.items()
    }
    return {**answer, "outcomes": outcomes}


def _two_way(table: TwoWay) -> dict[str, Any]:
    return {
        "parameters": [table.first.key, table.second.key],
        "values": [[number(v) for v in table.first_values], [number(v) for v in table.second_values]],
        "p": {outcome: [[number(p) for p in row] for row in rows] for outcome, rows in table.p.items()},
    }


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "uncertainty_bits": number(plan.uncertainty),
        "variables": {each.variable: _indicator(each) for each in plan.indicators},
        "best_pair": None
        if plan.best_pair is None
        else {"variables": list(plan.best_pair.variables), "bits": number(plan.best_pair.bits)},
        "irrelevant": {
            name: {"blocked_by": list(why.blocked_by), "colliders": list(why.colliders)}
            for name, why in plan.irrelevant.items()
        },
    }


def _indicator(one: Indicator) -> dict[str, Any]:
    return {
        "bits": number(one.bits),
        "answers": {
            state: {"chance": number(reply.chance), "p": number(reply.p), "words": reply.word}
            for state, reply in one.replies.items()
        },
        "p_new_word": number(one.new_word),
        "expected_steps": number(one.steps),
        "effect": one.effect,
        "cost": one.cost,
        "bits_per_cost": number(one.bits_per_cost),
    }


def _flip(flip: Flip) -> dict[str, Any]:
    return {
        "kind": flip.kind,
        "name": flip.name,
        "state": flip.state,
        "words": flip.word,
        "before": number(flip.before),
        "after": number(flip.after),
        "distance": number(flip.distance),
        "level": number(flip.level),
        "statements": list(flip.statements),
    }


def _dispute(case: Case, one: Sides) -> dict[str, Any]:
    return {
        "number": one.dispute.number,
        "ratio": number(one.dispute.ratio),
        "higher": {"statements": list(one.dispute.higher), "outcomes": _without(case, one.higher)},
        "lower": {"statements": list(one.dispute.lower), "outcomes": _without(case, one.lower)},
    }


def _grounds(one: Grounds) -> dict[str, Any]:
    return {
        "level": one.level,
        **{name.replace(" ", "_"): mark for name, mark in one.marks.items()},
        "share_of_evidence": number(one.evidence),
        "share_of_statements": number(one.by_statements),
        "voices": one.voices,
        "dispute": number(one.dispute),
        "swayed": list(one.swayed),
    }


def _tension(one: Tension) -> dict[str, Any]:
    return {
        "statement": one.statement,
        "kind": one.kind,
        "told": one.told,
        "p": number(one.model_p),
        "other_p": number(one.other_p),
        "low": number(one.low),
        "high": number(one.high),
        "z": number(one.z),
        "weight": number(one.weight),
        "firmer": one.firmer,
        "holds": number(one.holds),
        "strained": one.strained,
    }


def _reconciled(one: Reconciled) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "statements": list(one.reconciliation.statements),
        "effective_share": number(one.reconciliation.effective),
        "refused": one.reconciliation.refused,
        "moved": [
            {"parameter": each.key, "before": _estimate(each.before), "after": _estimate(each.after)}
            for each in one.moved
        ],
    }
    if one.assessment is not None:
        answer["outcomes"] = {
            name: {**_estimate(outcome), "words": outcome.wording.word, "baseline": number(outcome.baseline)}
            for name, outcome in one.assessment.outcomes.items()
        }
    return answer


def _estimate(one: Estimate) -> dict[str, Any]:
    return {"p": number(one.p), "low": number(one.low), "high": number(one.high)}
