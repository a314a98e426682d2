"""The one way to an answer: a probability, an interval and a word for every state and outcome, and how it was made.

Shape letters: S states, D draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from tocsin import __version__
from tocsin.canonical import Canonical, canonical, figure, significant
from tocsin.elicitation import Wording, report_likelihood, word_for
from tocsin.elicitation.statement_weights import letters
from tocsin.errors import ImpossibleEvidence
from tocsin.inference import posteriors_with_beliefs
from tocsin.inference.draws import (
    DrawnPosteriors,
    effective_draws,
    posteriors_over_draws,
    tails,
    weighted_quantiles,
)
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.reconciliation import Reconciliation, reconciliation
from tocsin.records import Finding, Lexicon, ModelRecords, Scenario, StatementChanges, Variable

FEW_DRAWS = 100
"""Below so many effective draws an interval is told to be rough."""


@dataclass(frozen=True)
class Estimate(Canonical):
    """A probability with its interval, which covers parameters and not structure."""

    p: float
    low: float
    high: float


@dataclass(frozen=True)
class OutcomeEstimate(Estimate):
    """An outcome's probability, its word, and what it was before the scenario."""

    event: tuple[str, ...]
    wording: Wording
    baseline: float


@dataclass(frozen=True)
class Evidence:
    """A scenario's findings as numbers.

    likelihoods: `[1, S]`, the statements' facts and the findings together; beliefs: `[1, S]`; forced: state positions.
    """

    likelihoods: Mapping[str, Array]
    beliefs: Mapping[str, Array]
    forced: Mapping[str, int]


@dataclass(frozen=True)
class RunRecord:
    """What must be the same for the same answer."""

    model: str
    model_digest: str
    scenario: str
    scenario_digest: str
    version: str
    lexicon: str
    interval: float
    draws: int
    seed: int


@dataclass(frozen=True, eq=False)
class Assessment:
    """The answer to one scenario.

    p_evidence: P(observed and reported findings | the statements' facts), reports counted by their likelihood.
    effective_draws: how many equally weighted draws the interval is worth, since evidence weights them.
    notices: sentences that must stand wherever the answer does, of what counts for nothing or rests on nothing.
    """

    scenario: Scenario
    run: RunRecord
    p_evidence: float
    effective_draws: float
    variables: Mapping[str, Mapping[str, Estimate]]
    outcomes: Mapping[str, OutcomeEstimate]
    notices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The fields that programs read; the same model, scenario and seed give the same values."""
        return {
            **asdict(self.run),
            "p_evidence": self.p_evidence,
            "effective_draws": self.effective_draws,
            "variables": {
                name: {state: _numbers(estimate) for state, estimate in states.items()}
                for name, states in self.variables.items()
            },
            "outcomes": {
                name: {
                    "event": list(outcome.event),
                    **_numbers(outcome),
                    "words": outcome.wording.word,
                    "baseline": outcome.baseline,
                }
                for name, outcome in self.outcomes.items()
            },
            "notices": list(self.notices),
        }


def assess(model: Model, scenario: Scenario) -> Assessment:
    """Answer one scenario, reconciling the model with its judgements where the scenario says `reconcile: true`.

    The point is the posterior under the mean tables. The interval is the quantiles over the draws, each weighted by
    P(evidence | draw); beliefs hold in every draw and carry no weight, nor does forcing. An outcome's interval is that
    of its event in each draw. Where judgements that set no number weigh the draws too, the point is the weighted mean
    over them, since reconciled numbers are no longer independent.
    Raises ImpossibleEvidence, Contradiction, Irreconcilable, UnknownWords.
    """
    changed = apply(model, scenario)
    evidence = gather(changed, scenario)
    trust = reconciliation(changed, scenario.statements) if scenario.reconcile else None
    answer = _answer(changed, scenario, evidence)
    if trust is not None and trust.statements:
        trust.require_enough()
        answer = _reweighed(changed, evidence, answer, trust)
    levels, drawn = tails(scenario.interval), answer.drawn
    lexicon = lexicon_of(model.records, scenario)
    starts = baseline(model) if trust is None else reconciled_baseline(model)
    variables = {}
    for name, states in changed.network.states.items():
        low, high = weighted_quantiles(drawn.marginals[name].T, drawn.weights, levels)
        estimates = zip(answer.point[name], low, high, strict=True)
        variables[name] = {s: Estimate(*map(float, e)) for s, e in zip(states, estimates, strict=True)}
    outcomes = {}
    for name, event in model.records.events.items():
        chosen = [model.network.index(name, state) for state in event]
        p = figure(float(answer.point[name][chosen].sum()))
        ps = drawn.marginals[name][:, chosen].sum(axis=1)
        low, high = weighted_quantiles(ps, drawn.weights, levels)
        start = float(starts[name][chosen].sum())
        outcomes[name] = OutcomeEstimate(p, float(low), float(high), event, word_for(p, lexicon), start)
    return Assessment(
        scenario,
        run_record(model, scenario),
        float(significant(answer.p_evidence)),
        figure(effective_draws(drawn.weights)),
        variables,
        outcomes,
        tuple(_notices(changed, scenario, answer, trust)),
    )


def run_record(model: Model, scenario: Scenario) -> RunRecord:
    """What pins the answer."""
    return RunRecord(
        model=model.name,
        model_digest=model.records.digest,
        scenario=scenario.scenario,
        scenario_digest=scenario.digest,
        version=__version__,
        lexicon=lexicon_of(model.records, scenario).name,
        interval=scenario.interval,
        draws=model.count,
        seed=model.seed,
    )


def lexicon_of(model: ModelRecords, scenario: Scenario) -> Lexicon:
    """The lexicon that the answer is worded with."""
    return model.lexicons[scenario.lexicon or model.file.lexicon]


def apply(model: Model, scenario: Scenario) -> Model:
    """The model under the scenario's changes to statements, and with what it forces taken out of the links."""
    changed = model if scenario.statements == StatementChanges() else model.changed(scenario.statements)
    return changed.forcing(scenario.forced)


def gather(model: Model, scenario: Scenario) -> Evidence:
    """The statements' facts and the scenario's findings, as likelihoods, beliefs and forced states."""
    likelihoods = {name: row[np.newaxis].copy() for name, row in model.priors.likelihoods.items()}
    beliefs: dict[str, Array] = {}
    for name, findings in scenario.evidence.items():
        states = model.network.states[name]
        for finding in findings:
            if finding.believed is not None:
                beliefs[name] = np.array([[finding.believed.get(state, 0.0) for state in states]])
            else:
                row = likelihood(finding, states, model)
                # Only ratios matter; scaled, so that p_evidence is a probability for reports too.
                likelihoods[name] = likelihoods.get(name, 1.0) * (row / row.max())[np.newaxis]
    forced = {name: model.network.index(name, state) for name, state in scenario.forced.items()}
    return Evidence(likelihoods, beliefs, forced)


def likelihood(finding: Finding, states: tuple[str, ...], model: Model) -> Array:
    """P(finding | state) up to a factor, `[S]`, of an observation, a report or a likelihood."""
    if finding.observed is not None:
        return np.array([float(state == finding.observed) for state in states])
    if finding.likelihood is not None:
        return np.array([finding.likelihood.get(state, 1.0) for state in states])
    assert finding.grade is not None
    return report_likelihood(states, finding.reported, finding.grade, model.records.scales)


@dataclass(frozen=True, eq=False)
class _Answer:
    """Posteriors under the mean tables `[S]`, and under each draw."""

    point: Mapping[str, Array]
    drawn: DrawnPosteriors
    p_evidence: float


def _answer(model: Model, scenario: Scenario, evidence: Evidence) -> _Answer:
    engine, forced, beliefs = model.engine, evidence.forced, evidence.beliefs
    point = seen = engine.posteriors(evidence.likelihoods, do=forced, targets=() if beliefs else None)
    if not np.isfinite(seen.log_evidence[0]):
        raise ImpossibleEvidence(_why_impossible(model, scenario))
    if beliefs:
        point = posteriors_with_beliefs(engine, beliefs, evidence.likelihoods, forced)
    before = engine.posteriors(facts(model), do=forced, targets=())
    return _Answer(
        {name: rows[0] for name, rows in point.marginals.items()},
        posteriors_over_draws(engine, evidence.likelihoods, model.draws, model.count, beliefs, forced),
        float(np.exp(seen.log_evidence[0] - before.log_evidence[0])),
    )


def _reweighed(model: Model, evidence: Evidence, answer: _Answer, trust: Reconciliation) -> _Answer:
    """The answer with the draws weighed by the judgements too."""
    seen = model.engine.posteriors(evidence.likelihoods, model.draws, do=evidence.forced, targets=())
    before = model.engine.posteriors(facts(model), model.draws, do=evidence.forced, targets=())
    together, alone = (trust.weights * np.exp(found.log_evidence) for found in (seen, before))
    drawn = replace(answer.drawn, weights=trust.weights * answer.drawn.weights)
    return _Answer(drawn.means, drawn, float(together.sum() / alone.sum()))


def _why_impossible(model: Model, scenario: Scenario) -> str:
    """The smallest group of findings, up to two, that cannot be; else all of them."""
    single = [[name] for name in scenario.evidence]
    pairs = [[a, b] for i, a in enumerate(scenario.evidence) for b in list(scenario.evidence)[i + 1 :]]
    for names in (*single, *pairs):
        part = scenario.model_copy(update={"evidence": {name: scenario.evidence[name] for name in names}})
        evidence = gather(model, part)
        found = model.engine.posteriors(evidence.likelihoods, do=evidence.forced, targets=())
        if not np.isfinite(found.log_evidence[0]):
            return _impossible(model, scenario, names)
    return _impossible(model, scenario, list(scenario.evidence))


def _impossible(model: Model, scenario: Scenario, names: Iterable[str]) -> str:
    variables = model.records.variables
    found = [(name, _describe(variables[name], scenario.evidence[name])) for name in names]
    return impossible(model, found, scenario.forced)


def impossible(model: Model, findings: Iterable[tuple[str, str]], forced: Mapping[str, str]) -> str:
    """What findings, each with its states in words, cannot be together while states are forced."""
    variables = model.records.variables
    described = " and ".join(f"“{variables[name].title}: {states}”" for name, states in findings)
    supposing = " and ".join(f"“{variables[n].title}: {variables[n].label(state)}”" for n, state in forced.items())
    supposed = f" while {supposing} is supposed" if supposing else ""
    return f"the model holds {described} impossible{supposed}; take a finding back or make it a report"


def _describe(variable: Variable, findings: Iterable[Finding]) -> str:
    contents = (f.observed or f.reported or f.likelihood or f.believed or () for f in findings)
    groups = ((content,) if isinstance(content, str) else tuple(content) for content in contents)
    return ", ".join(" or ".join(map(variable.label, states)) for states in groups)


def facts(model: Model) -> dict[str, Array]:
    """The likelihoods `[1, S]` of the statements' facts."""
    return {name: row[np.newaxis] for name, row in model.priors.likelihoods.items()}


@lru_cache(maxsize=16)
def baseline(model: Model) -> dict[str, Array]:
    """Posteriors under the statements' facts and nothing else, `[S]` per variable."""
    return {name: rows[0] for name, rows in model.engine.posteriors(facts(model)).marginals.items()}


@lru_cache(maxsize=16)
def reconciled_baseline(model: Model) -> dict[str, Array]:
    """The baseline with the draws weighed by the judgements; without them where these leave too few draws."""
    trust = reconciliation(model, StatementChanges())
    if trust.refused or not trust.statements:
        return baseline(model)
    drawn = posteriors_over_draws(model.engine, facts(model), model.draws, model.count, {})
    return replace(drawn, weights=trust.weights * drawn.weights).means


def is_informative(likelihood: Array) -> bool:
    """Whether a likelihood `[S]` or `[1, S]` speaks for some state more than for another: by more than rounding."""
    return bool(np.ptp(canonical(likelihood / likelihood.max())) > 0)


def _notices(model: Model, scenario: Scenario, answer: _Answer, trust: Reconciliation | None) -> Iterator[str]:
    for name, findings in scenario.evidence.items():
        for finding in findings:
            if finding.kind in ("reported", "likelihood"):
                row = likelihood(finding, model.network.states[name], model)
                if not is_informative(row):
                    yield _for_nothing(model, name, finding)
    if trust is not None and not trust.statements:
        yield "No judgement that is heard is about what the model computes, so there is nothing to reconcile it with."
    if figure(effective := effective_draws(answer.drawn.weights)) < FEW_DRAWS:
        yield f"What is set is rare: the intervals rest on {effective:.0f} of {model.count} draws and are rough."


def _for_nothing(model: Model, name: str, finding: Finding) -> str:
    """Why a report or a likelihood that tells nothing does not."""
    variable = model.records.variables[name]
    if finding.likelihood is not None:
        return f"The likelihood given for “{variable.title}” is the same for every state, so it counts for nothing."
    assert finding.grade is not None
    report = f"The report “{variable.title}: {variable.either(finding.reported)}”, graded {finding.grade}"
    if {*finding.reported} == {*variable.states}:
        why = "it leaves every state open"
    elif model.records.scales.reliability_weight[letters(finding.grade)[0]] == 0:
        why = f"a source of reliability {finding.grade[0]} weighs nothing"
    else:
        why = f"information of credibility {finding.grade[1]} speaks neither for nor against what it says"
    return f"{report}, counts for nothing: {why}."


def _numbers(estimate: Estimate) -> dict[str, float]:
    return {"p": estimate.p, "low": estimate.low, "high": estimate.high}
