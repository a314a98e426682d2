"""Facts → one likelihood per variable, each report counted once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tocsin.elicitation.clusters import clusters, repeated, strongest
from tocsin.elicitation.distributions import Array
from tocsin.elicitation.grades import decay, likelihood
from tocsin.elicitation.standings import Hearing, Standing
from tocsin.records.base import only


@dataclass(frozen=True)
class Fact:
    """What one report says of a variable."""

    statement: str
    variable: str
    cluster: str
    """The first statement of the cluster; empty for a report that says nothing or only echoes another."""
    likelihood: tuple[float, ...]
    """λ `[states]`, before its cluster is looked at."""
    counts: bool
    """Whether it is the strongest of its cluster for some state; the rest is already said."""


def facts(hearing: Hearing, half_life_days: float | None = None) -> tuple[Fact, ...]:
    """Every report that is not excluded, by variable and day."""
    reports: dict[str, list[Standing]] = {}
    for standing in hearing.standings.values():
        if standing.statement.reports is not None and not standing.excluded:
            reports.setdefault(only(standing.statement.reports)[0], []).append(standing)
    found: list[Fact] = []
    for variable in sorted(reports):
        # The first report of an origin is the one that later ones echo.
        ordered = sorted(reports[variable], key=lambda one: (hearing.day(one), one.statement.id))
        found.extend(_counted(variable, ordered, [_likelihood(one, hearing, half_life_days) for one in ordered]))
    return tuple(found)


def likelihoods(facts: tuple[Fact, ...]) -> dict[str, Array]:
    """Per variable λ `[states]`: in each cluster per state the strongest, multiplied over clusters."""
    by_cluster: dict[str, dict[str, list[Array]]] = {}
    for fact in facts:
        groups = by_cluster.setdefault(fact.variable, {})
        if fact.cluster:
            groups.setdefault(fact.cluster, []).append(np.log(fact.likelihood))
        else:
            groups.setdefault("", [np.zeros(len(fact.likelihood))])
    return {
        variable: np.exp(np.sum([strongest(np.stack(powers)) for powers in groups.values()], axis=0))
        for variable, groups in by_cluster.items()
    }


def _likelihood(standing: Standing, hearing: Hearing, half_life_days: float | None) -> Array:
    model, statement = hearing.model, standing.statement
    assert statement.reports is not None
    variable, reported = only(statement.reports)
    power = hearing.power(standing) * decay(hearing.day(standing), model.file.as_of, half_life_days)
    return likelihood(
        model.variables[variable].states, reported, model.scales.credibility_ratio[standing.credibility], power
    )


def _counted(variable: str, standings: list[Standing], rows: list[Array]) -> list[Fact]:
    powers = np.log(np.stack(rows))
    echoes = repeated([one.statement.cluster_origin for one in standings], powers)
    speaking = [place for place in range(len(standings)) if not echoes[place] and np.abs(powers[place]).max() > 0]
    named = clusters(standings[place].voice for place in speaking)
    counting: set[int] = set()
    for name in set(named.values()):
        members = [place for place in speaking if named[standings[place].statement.id] == name]
        top = strongest(powers[members])
        for state in np.flatnonzero(top):
            counting.add(next(place for place in members if powers[place, state] == top[state]))
    return [
        Fact(one.statement.id, variable, named.get(one.statement.id, ""), tuple(map(float, row)), place in counting)
        for place, (one, row) in enumerate(zip(standings, rows, strict=True))
    ]
