"""Facts → one likelihood per variable, each voice counted once.

A report ties its speaker to its origin. Per state the maximum-weight matching of speakers and origins by the strength
of what is said (|log λ|) counts, so that no speaker and no origin has two votes, and a copy has none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.elicitation.combination import matching
from tocsin.elicitation.distributions import Array
from tocsin.elicitation.statement_weights import StatementWeights, WeightedStatement, decay, likelihood
from tocsin.records.model import ModelRecords
from tocsin.records.statements import Statement


@dataclass(frozen=True)
class Fact:
    """What one report says of a variable."""

    statement: str
    variable: str
    likelihood: tuple[float, ...]
    """λ `[states]`, before it is matched with the others."""
    counts: bool
    """Whether it has a vote on some state; what it says of the rest is already said, by its speaker or its origin."""

    @property
    def speaks(self) -> bool:
        """Whether it holds any state for more probable than another."""
        return len(set(self.likelihood)) > 1


def facts(weights: StatementWeights, half_life_days: float | None = None) -> tuple[Fact, ...]:
    """Every report that is not excluded, by variable and day."""
    reports: dict[str, list[WeightedStatement]] = {}
    for statement in weights.statements.values():
        if not statement.excluded:
            for variable in statement.record.reports:
                reports.setdefault(variable, []).append(statement)
    found: list[Fact] = []
    for variable in sorted(reports):
        # The first report of an origin is the one that later ones repeat.
        ordered = sorted(reports[variable], key=lambda statement: (weights.day(statement), statement.id))
        rows = [_likelihood(statement, variable, weights, half_life_days) for statement in ordered]
        edges = [_edge(statement.record) for statement in ordered]
        counting = {place for places in _counting(edges, np.log(rows)) for place in places}
        found += [
            Fact(statement.id, variable, tuple(map(float, row)), place in counting)
            for place, (statement, row) in enumerate(zip(ordered, rows, strict=True))
        ]
    return tuple(found)


def likelihoods(found: tuple[Fact, ...], model: ModelRecords) -> dict[str, Array]:
    """Per variable λ `[states]`: per state the product over the reports that have a vote."""
    by_variable: dict[str, list[Fact]] = {}
    for fact in found:
        by_variable.setdefault(fact.variable, []).append(fact)
    return {variable: _together(several, model) for variable, several in by_variable.items()}


def _together(several: list[Fact], model: ModelRecords) -> Array:
    powers = np.log([fact.likelihood for fact in several])
    counting = _counting([_edge(model.by_id[fact.statement]) for fact in several], powers)
    return np.exp([powers[places, state].sum() for state, places in enumerate(counting)])


def _counting(edges: list[tuple[str, str]], powers: Array) -> list[list[int]]:
    """Per state the reports that have a vote on it; powers: log λ `[reports, states]`."""
    counting = []
    for state in range(powers.shape[1]):
        speaking = np.flatnonzero(powers[:, state])
        chosen = matching([edges[place] for place in speaking], np.abs(powers[speaking, state]))
        counting.append([int(speaking[place]) for place in chosen])
    return counting


def _edge(record: Statement) -> tuple[str, str]:
    return record.speaker, record.voice_origin


def _likelihood(
    statement: WeightedStatement, variable: str, weights: StatementWeights, half_life_days: float | None
) -> Array:
    model = weights.model
    power = weights.power(statement) * decay(weights.day(statement), model.file.as_of, half_life_days)
    ratio = model.scales.credibility_ratio[statement.credibility]
    reported = likelihood(model.variables[variable].states, statement.record.reports[variable], ratio, power)
    # With probability `qualified` the report bears on the variable; else it says nothing.
    return np.asarray(statement.qualified * reported + (1 - statement.qualified))
