"""What contradicts what: findings one another, statements the model's answers; and what reconciling does about it.

A judgement that sets no number of the tables is held against P(event | condition, facts) on the line of log-odds:
z = (ℓ(P) - m)/√(v + the model's own variance of ℓ(P)), m and v being the words' after the speaker's weight. A
comparison is told by the share of draws in which it holds. A fact is checked too: whether the model, told all the other
facts, expected it. Reconciling weighs the draws by these judgements; the numbers that this moved are listed.
Findings conflict (Jensen, Chamberlain, Nordahl & Jensen 1991) by conf = log [Π P(eᵢ) / P(e)] in nats: above 0 they are
together less likely than if they had nothing to do with each other, a possible contradiction, or a rare case.
Shape letters: D draws, S states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from tocsin.analysis.case import Case
from tocsin.assessment import Assessment, Estimate, assess, is_informative
from tocsin.canonical import Canonical, figure, log_odds
from tocsin.elicitation import SharesPrior, StatementWeights, weigh
from tocsin.elicitation.distributions import Fixed, inside, onto_line
from tocsin.inference import Engine
from tocsin.inference.draws import weighted_quantiles
from tocsin.inference.query import Forced
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.reconciliation import Reconciliation, checked, drawn_probabilities, events_of, probabilities, reconciliation
from tocsin.records import Statement, StatementChanges
from tocsin.records.base import Condition, only
from tocsin.records.statements import Judgement

STRAIN = 1.0
"""From this |z| on, a judgement and the model are said to be in tension (the outer third of what both leave open); a
comparison or a fact where it holds, or was expected, in less than half of the draws."""
MOVED_ERRORS = 3.0
"""A prior has moved if its mean did by this many standard errors of the sampling."""
FACTS = "facts on "
"""What the name of a variable's facts begins with."""
Evidence = Mapping[str, tuple[str, Array]]
"""Per finding its variable and likelihood `[S]`."""


@dataclass(frozen=True)
class Tension(Canonical):
    """One statement that sets no number of a table, beside what the model says.

    event: what is said to happen, given what, and of a comparison rather than what: per variable the states.
    model_p: P(event | condition, facts), NaN where the condition is impossible;
    low, high: the words' 80 % interval, of a probability. other_p: of a comparison the probability of what is called
    less likely. z: positive where the model says more than the words, or agrees with a comparison or a fact.
    holds: of a comparison the share of draws in which it holds, of a fact those that expected it rather than not.
    weight: of the speaker's words, by their grade; firmer: which of the two is less uncertain on the line.
    """

    statement: str
    speaker: str
    kind: Literal["probability", "comparison", "fact"]
    event: Condition
    given: Condition
    than: Condition
    model_p: float
    low: float | None
    high: float | None
    other_p: float | None
    z: float
    weight: float
    firmer: Literal["words", "model"]
    holds: float | None = None

    @property
    def strained(self) -> bool:
        """Whether the words and the model disagree."""
        return self.holds < 0.5 if self.holds is not None else abs(self.z) > STRAIN

    @property
    def side(self) -> str:
        """Whether the model says more, or less, than the statement: tensions of one speaker to one side are one."""
        return "more" if self.z > 0 else "less"


def tensions(model: Model, changes: StatementChanges | None = None, of: str | None = None) -> list[Tension]:
    """Every judgement on a marginal, on a conditional that is no column, or between two events, and every fact;
    strongest first.

    changes: what the scenario does to statements, where the model is already under them; the excluded are not asked.
    of: the judgements of this statement alone.
    """
    weights = weigh(model.records, changes or StatementChanges())
    asked = [pair for pair in checked(model, weights) if of in (None, pair[0].id)]
    events = events_of(asked)
    points, drawn = iter(probabilities(model, events)), iter(drawn_probabilities(model, events))
    found = [_tension(model, weights, statement, judgement, points, drawn) for statement, judgement in asked]
    found += _of_facts(model, weights) if of is None else ()
    return sorted(
        found, key=lambda tension: (not tension.strained, -abs(tension.z), tension.statement, *only(tension.event))
    )


def voices(strained: Sequence[Tension]) -> list[list[Tension]]:
    """Tensions, those of one speaker to one side together: he is one voice."""
    groups: dict[tuple[str, str], list[Tension]] = {}
    for tension in strained:
        groups.setdefault((tension.speaker, tension.side), []).append(tension)
    return list(groups.values())


def _tension(
    model: Model,
    weights: StatementWeights,
    statement: Statement,
    judgement: Judgement,
    points: Iterator[float],
    drawn: Iterator[Array],
) -> Tension:
    p, ps = next(points), onto_line("chance", next(drawn))
    weighted = weights.statements[statement.id]
    weight = weights.weight(weighted)
    if judgement.probability is None:
        assert judgement.more_likely
        assert judgement.than
        other, others = next(points), onto_line("chance", next(drawn))
        apart = ps - others
        z = float((log_odds(p) - log_odds(other)) / max(float(apart.std()), 1e-9))
        return Tension(
            statement.id, statement.speaker, "comparison", judgement.more_likely, {}, judgement.than,
            p, None, None, other, z, weight, "model", float((apart > 0).mean()),
        )  # fmt: skip
    read, place = weights.reads(weighted), weights.distribution(weighted)
    words, own = place.sigma**2 / weight, float(np.var(ps))
    # Under a condition that the model holds impossible there is nothing to compare; a band that has no end on that side
    # holds whatever lies there (“unlikely” of the IPCC is 0–33 %), although an end is put to it where it is read.
    open_there = (read.low == 0.0 and p < read.high) or (read.high == 1.0 and p > read.low)
    z = 0.0 if np.isnan(p) else float((log_odds(p) - place.mu) / np.sqrt(words + own))
    if open_there and (z < 0) == (read.low == 0.0):
        z = 0.0
    firmer: Literal["words", "model"] = "words" if words < own else "model"
    return Tension(
        statement.id, statement.speaker, "probability", judgement.probability, judgement.given, {},
        p, read.low, read.high, None, z, weight, firmer,
    )  # fmt: skip


def _of_facts(model: Model, weights: StatementWeights) -> Iterator[Tension]:
    """Each fact that has a vote, beside what the model expected of its states before it was told of that variable."""
    facts = [fact for fact in model.priors.facts if fact.counts and _is_near(weights, fact.statement)]
    variables = list(dict.fromkeys(fact.variable for fact in facts))
    if not variables:
        return
    rows = {
        name: np.array([np.ones_like(row) if name == variable else row for variable in variables])
        for name, row in model.priors.likelihoods.items()
    }
    points = model.engine.posteriors(rows, targets=variables).marginals
    for place, variable in enumerate(variables):
        here = {name: row[place : place + 1] for name, row in rows.items()}
        drawn = np.broadcast_to(
            model.engine.posteriors(here, model.draws, targets=[variable]).marginals[variable],
            (model.count, model.network.size(variable)),
        )
        for fact in facts:
            if fact.variable == variable:
                yield _of_fact(model, weights, fact.statement, variable, points[variable][place], drawn)


def _is_near(weights: StatementWeights, name: str) -> bool:
    """Whether a fact is the variable itself or a sign of it: of a remote sign nothing can be expected."""
    return weights.statements[name].record.bearing != "weak"


def _of_fact(
    model: Model, weights: StatementWeights, name: str, variable: str, chances: Array, drawn: Array
) -> Tension:
    statement = weights.statements[name]
    states = statement.record.reports[variable]
    places = [model.network.index(variable, state) for state in states]
    p, ps = float(chances[places].sum()), drawn[:, places].sum(axis=1)
    z = float(log_odds(p) / max(float(np.std(onto_line("chance", inside(ps)))), 1e-9))
    return Tension(
        name, statement.record.speaker, "fact", {variable: states}, {}, {},
        p, None, None, None, z, weights.power(statement), "model", float((ps > 0.5).mean()),
    )  # fmt: skip


@dataclass(frozen=True)
class Moved:
    """A number before and after: mean and 80 % interval."""

    key: str
    variable: str
    before: Estimate
    after: Estimate


@dataclass(frozen=True, eq=False)
class Reconciled:
    """The outcome of reconciling.

    moved: priors, the furthest first; assessment: the answer under the weights, None where refused.
    """

    reconciliation: Reconciliation
    moved: tuple[Moved, ...]
    assessment: Assessment | None


def reconcile(case: Case) -> Reconciled:
    """Weigh the draws of the case's model, and answer its scenario with them."""
    found = reconciliation(case.model, case.scenario.statements)
    if found.refused:
        return Reconciled(found, (), None)
    whole = assess(case.before, case.scenario.model_copy(update={"reconcile": True}))
    answer = replace(whole, outcomes={name: whole.outcomes[name] for name in case.events})
    return Reconciled(found, _moved(case.model, found.weights), answer)


def _moved(model: Model, weights: Array) -> tuple[Moved, ...]:
    draws = model.priors.draws(model.count, model.seed)
    even = np.full(len(weights), 1 / len(weights))
    found: list[tuple[float, Moved]] = []
    for key, prior in model.priors.by_key.items():
        if isinstance(prior, SharesPrior):
            rows = {f"{key}.{state}": row for state, row in zip(prior.states, draws[key], strict=True)}
        elif isinstance(prior.distribution, Fixed):
            continue
        else:
            rows = {key: draws[key]}
        for name, values in rows.items():
            # A fixed number is the same in every draw: it never moves, whatever the sum of the weights comes to.
            if (values != values[0]).any() and (far := _how_far(values, weights)) > MOVED_ERRORS:
                pair = Moved(name, prior.variable, _estimate(values, even), _estimate(values, weights))
                found.append((far, pair))
    return tuple(moved for _, moved in sorted(found, key=lambda pair: (-pair[0], pair[1].key)))


def _how_far(values: Array, weights: Array) -> float:
    """The change of the mean in standard errors of a weighted mean."""
    mean = float(weights @ values)
    error = float(np.sqrt(weights**2 @ (values - mean) ** 2))
    return figure(abs(mean - float(values.mean())) / error) if error else 0.0


def _estimate(values: Array, weights: Array) -> Estimate:
    low, high = weighted_quantiles(values, weights, (0.1, 0.9))
    return Estimate(float(weights @ values), float(low), float(high))


@dataclass(frozen=True)
class Conflict(Canonical):
    """nats: of all findings together; pairs: of each two, the most contradictory first."""

    nats: float
    pairs: tuple[tuple[str, str, float], ...]
    findings: tuple[str, ...]


def conflict(case: Case) -> Conflict:
    """Among the scenario's observations and reports and the statements' facts, those on one variable as one finding.

    Beliefs and interventions are no evidence and take no part; interventions hold throughout.
    """
    found: dict[str, tuple[str, Array]] = {}
    for name, row in case.model.priors.likelihoods.items():
        if is_informative(row) and name not in case.evidence.forced:
            found[f"{FACTS}{name}"] = (name, row)
    for finding in case.findings:
        if finding.kind not in ("believed", "forced") and is_informative(finding.row):
            found[finding.name] = (finding.variable, finding.row)
    return conflict_of(case.model.engine, found, case.evidence.forced)


def conflict_of(engine: Engine, findings: Evidence, forced: Forced | None = None) -> Conflict:
    """The measure for any network; each finding alone, each pair, and all together are the rows of one batch."""
    names = tuple(findings)
    if len(names) < 2:
        return Conflict(0.0, (), names)
    groups = [*((name,) for name in names), *combinations(names, 2), names]
    likelihoods: dict[str, Array] = {}
    for name, (variable, row) in findings.items():
        holds = np.array([name in group for group in groups])
        own = np.where(holds[:, np.newaxis], row / row.max(), 1.0)
        likelihoods[variable] = likelihoods.get(variable, np.ones((1, 1))) * own
    logs = engine.posteriors(likelihoods, do=forced, targets=()).log_evidence
    # What the network says without any finding: 0, but where impossible states are forced.
    single = dict(zip(names, map(float, logs), strict=False))
    pairs = [
        (a, b, figure(single[a] + single[b] - float(log)))
        for (a, b), log in zip(combinations(names, 2), logs[len(names) :], strict=False)
    ]
    total = sum(single.values()) - float(logs[-1])
    return Conflict(total, tuple(sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))), names)
