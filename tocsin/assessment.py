"""The answer to one scenario: a probability, an interval and a word for every state and outcome, and how it was made.

Shape letters: S states, D draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from tocsin.elicitation import Wording, report_likelihood, word_for
from tocsin.errors import ImpossibleEvidence
from tocsin.inference import Posteriors, believed
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Finding, Lexicon, Scenario, StatementChanges, Variable
from tocsin.version import __version__

DECIMALS = 10
"""Decimals in JSON: far below what matters, far above what the order of additions can change."""


@dataclass(frozen=True)
class Estimate:
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
    """

    scenario: Scenario
    run: RunRecord
    p_evidence: float
    effective_draws: float
    variables: Mapping[str, Mapping[str, Estimate]]
    outcomes: Mapping[str, OutcomeEstimate]

    def as_json(self) -> dict[str, Any]:
        """The fields that programs read; the same model, scenario and seed give the same values."""
        return {
            **asdict(self.run),
            "p_evidence": _rounded(self.p_evidence),
            "effective_draws": round(self.effective_draws, 1),
            "variables": {
                name: {state: _numbers(estimate) for state, estimate in states.items()}
                for name, states in self.variables.items()
            },
            "outcomes": {
                name: {
                    "event": list(outcome.event),
                    **_numbers(outcome),
                    "words": outcome.wording.word,
                    "baseline": _rounded(outcome.baseline),
                }
                for name, outcome in self.outcomes.items()
            },
        }


def assess(model: Model, scenario: Scenario) -> Assessment:
    """Answer one scenario.

    The point is the posterior under the mean tables. The interval is the quantiles over the draws, each weighted by
    P(evidence | draw); beliefs hold in every draw and carry no weight, nor does forcing. An outcome's interval is that
    of its event in each draw. Raises ImpossibleEvidence, Contradiction.
    """
    changed = apply(model, scenario)
    evidence = gather(changed, scenario)
    answer = _answer(changed, scenario, evidence)
    facts = Evidence({name: row[np.newaxis] for name, row in changed.priors.likelihoods.items()}, {}, evidence.forced)
    before = changed.engine.posteriors(facts.likelihoods, do=facts.forced, targets=())
    log_ratio = float(answer.prior_log_evidence - before.log_evidence[0])
    tails = (1 - scenario.interval) / 2, (1 + scenario.interval) / 2
    lexicon = lexicon_of(model, scenario)
    starts = baseline(model)
    variables = {}
    for name, states in changed.network.states.items():
        low, high = weighted_quantiles(answer.drawn[name], answer.weights, tails)
        estimates = zip(answer.point[name][0], low, high, strict=True)
        variables[name] = {s: Estimate(*map(_settled, e)) for s, e in zip(states, estimates, strict=True)}
    outcomes = {}
    for name, event in model.records.events.items():
        chosen = [model.network.index(name, state) for state in event]
        p = _settled(answer.point[name][0, chosen].sum())
        low, high = weighted_quantiles(answer.drawn[name][:, chosen].sum(axis=1, keepdims=True), answer.weights, tails)
        start = float(starts[name][chosen].sum())
        outcomes[name] = OutcomeEstimate(p, _settled(low[0]), _settled(high[0]), event, word_for(p, lexicon), start)
    return Assessment(
        scenario, run_record(model, scenario), float(np.exp(log_ratio)), answer.effective_draws, variables, outcomes
    )


def run_record(model: Model, scenario: Scenario) -> RunRecord:
    """What pins the answer."""
    return RunRecord(
        model=model.name,
        model_digest=model.records.digest,
        scenario=scenario.scenario,
        scenario_digest=scenario.digest,
        version=__version__,
        lexicon=lexicon_of(model, scenario).name,
        interval=scenario.interval,
        draws=model.count,
        seed=model.seed,
    )


def lexicon_of(model: Model, scenario: Scenario) -> Lexicon:
    """The lexicon that the answer is worded with."""
    return model.records.lexicons[scenario.lexicon or model.records.file.lexicon]


def apply(model: Model, scenario: Scenario) -> Model:
    """The model under the scenario's changes to statements."""
    if scenario.statements == StatementChanges():
        return model
    return model.changed(scenario.statements)


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
    """Posteriors under the mean tables `[1, S]` and under each draw `[D, S]`, with the draws' weights `[D]`."""

    point: Mapping[str, Array]
    drawn: Mapping[str, Array]
    weights: Array
    prior_log_evidence: float

    @property
    def effective_draws(self) -> float:
        """Kish's effective sample size."""
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())


def _answer(model: Model, scenario: Scenario, evidence: Evidence) -> _Answer:
    engine, forced = model.engine, evidence.forced
    seen = engine.posteriors(evidence.likelihoods, do=forced, targets=() if evidence.beliefs else None)
    if not np.isfinite(seen.log_evidence[0]):
        raise ImpossibleEvidence(_why_impossible(model, scenario))
    drawn = engine.posteriors(evidence.likelihoods, model.draws, do=forced, targets=() if evidence.beliefs else None)
    log_weights = np.broadcast_to(drawn.log_evidence, (model.count,))
    weights = np.exp(log_weights - log_weights.max())
    point = _with_beliefs(model, evidence, None) if evidence.beliefs else seen
    under_draws = _with_beliefs(model, evidence, model.draws) if evidence.beliefs else drawn
    marginals = {name: np.broadcast_to(m, (model.count, m.shape[1])) for name, m in under_draws.marginals.items()}
    return _Answer(point.marginals, marginals, weights, float(seen.log_evidence[0]))


def _with_beliefs(model: Model, evidence: Evidence, tables: Mapping[str, Array] | None) -> Posteriors:
    solved = believed(model.engine, evidence.beliefs, evidence.likelihoods, do=evidence.forced, tables=tables)
    return model.engine.posteriors(solved, tables, do=evidence.forced)


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
    told = " and ".join(
        f"“{variables[name].title}: {_told(variables[name], scenario.evidence[name])}”" for name in names
    )
    forced = " and ".join(f"“{variables[n].title}: {variables[n].label(s)}”" for n, s in scenario.forced.items())
    supposed = f" while {forced} is supposed" if forced else ""
    return f"the model holds {told} impossible{supposed}; take a finding back or make it a report"


def _told(variable: Variable, findings: Iterable[Finding]) -> str:
    named = (f.observed or f.reported or f.likelihood or f.believed or () for f in findings)
    states = ((one,) if isinstance(one, str) else tuple(one) for one in named)
    return ", ".join(" or ".join(map(variable.label, each)) for each in states)


@lru_cache(maxsize=16)
def baseline(model: Model) -> dict[str, Array]:
    """Posteriors under the statements' facts and nothing else, `[S]` per variable."""
    facts = {name: row[np.newaxis] for name, row in model.priors.likelihoods.items()}
    return {name: rows[0] for name, rows in model.engine.posteriors(facts).marginals.items()}


def weighted_quantiles(values: Array, weights: Array, levels: Iterable[float]) -> list[Array]:
    """Quantiles over the first axis of `[D, S]` with weights `[D]`, one `[S]` per level.

    The sorted values stand at the middles of their shares of the weight, linearly joined: for equal weights Hazen's
    definition (Hyndman & Fan 1996, type 5), which is unbiased at the median and symmetric in the tails.
    """
    order = np.argsort(values, axis=0, kind="stable")
    ranked = np.take_along_axis(values, order, axis=0)
    shares = weights[order] / weights.sum()
    middles = np.cumsum(shares, axis=0) - shares / 2
    return [
        np.array([np.interp(level, middles[:, s], ranked[:, s]) for s in range(values.shape[1])]) for level in levels
    ]


def _settled(p: float) -> float:
    """A probability in its bounds: a sum of states that comes to 1 but for rounding is 1."""
    return 1.0 if p > 1 - 1e-13 else 0.0 if p < 1e-300 else float(p)


def _rounded(value: float) -> float:
    return round(value, DECIMALS)


def _numbers(estimate: Estimate) -> dict[str, float]:
    return {"p": _rounded(estimate.p), "low": _rounded(estimate.low), "high": _rounded(estimate.high)}
