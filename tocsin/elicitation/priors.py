"""The priors of all numbers together: those of several states' chances, and what is drawn from all of them at once.

Chances that sum to 1 are logistic-normal (Aitchison & Shen 1980): their logarithms, up to a constant, are independent
normals. With one uncertain share of two that is the logit-normal exactly.
Shape letters: S states, D draws, K dimensions of the Sobol points.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

import numpy as np

from tocsin.elicitation.distributions import Array, Distribution, Fixed, NormalOnLine, from_line, onto_line
from tocsin.elicitation.parameter_priors import Prior, prior
from tocsin.elicitation.sobol import uniforms
from tocsin.elicitation.statement_weights import Fact, StatementWeights, facts, likelihoods, weigh
from tocsin.records.model import ModelRecords
from tocsin.records.parameters import Parameter, ParameterColumn, columns, slots
from tocsin.records.scenario import StatementChanges

LEAST_REST = 1e-3
"""Assumption: what is left for the states without a share of their own, where the shares add up to 1 or more: it shall
not make a state impossible that nobody called so."""


@dataclass(frozen=True)
class LogisticNormal:
    """Chances of several states; a chance of 0 stays 0."""

    centres: tuple[float, ...]
    """The chances at the middle of all normals, summing to 1."""
    sigmas: tuple[float, ...]
    """Standard deviations of the log chances; 0 is no uncertainty of its own."""

    @cached_property
    def mean(self) -> Array:
        """The expected chances `[S]`, over Sobol points."""
        if not any(self.sigmas):
            return np.array(self.centres)
        mean: Array = self.draws(normal_deviates(len(self.centres), 4096, 0)).mean(axis=1)
        return mean

    def draws(self, z: Array) -> Array:
        """Chances `[S, D]` from normal deviates `[S, D]`."""
        with np.errstate(divide="ignore"):
            logs = np.log(self.centres)[:, None] + np.array(self.sigmas)[:, None] * z
        weights = np.exp(logs - logs.max(axis=0))
        return np.asarray(weights / weights.sum(axis=0))


def from_shares(states: Sequence[str], shares: Mapping[str, Distribution]) -> LogisticNormal:
    """Judged shares of some states; the others divide evenly what the shares' middles leave."""
    normals = {state: share for state, share in shares.items() if isinstance(share, NormalOnLine)}
    middles = {state: normals[state].median if state in normals else share.mean for state, share in shares.items()}
    unnamed = [state for state in states if state not in shares]
    rest = max(1 - sum(middles.values()), LEAST_REST) / len(unnamed) if unnamed else 0.0
    centres = np.array([middles.get(state, rest) for state in states])
    sigmas = [normals[state].sigma if state in normals else 0.0 for state in states]
    return LogisticNormal(tuple(map(float, centres / centres.sum())), tuple(sigmas))


def from_cases(chances: Sequence[float], cases: float | None) -> LogisticNormal:
    """Plain chances as if seen in so many cases: the logistic-normal nearest to that Dirichlet (Aitchison & Shen 1980,
    eq. 5.2: log-gamma means and variances)."""
    if cases is None:
        return LogisticNormal(tuple(chances), (0.0,) * len(chances))
    from scipy.special import digamma, polygamma

    alphas = np.array(chances) * cases
    held = np.where(alphas > 0, alphas, 1.0)
    centres = np.where(alphas > 0, np.exp(digamma(held)), 0.0)
    sigmas = np.where(alphas > 0, np.sqrt(polygamma(1, held)), 0.0)
    return LogisticNormal(tuple(map(float, centres / centres.sum())), tuple(map(float, sigmas)))


@dataclass(frozen=True)
class SharesPrior:
    """The prior of a whole distribution over a variable's states."""

    key: str
    """The key of the `Column`."""
    variable: str
    states: tuple[str, ...]
    distribution: LogisticNormal
    parts: tuple[Prior, ...] = ()
    """The shares that it is made of, each with its votes; none for plain `chances`."""
    because: str | None = None
    """The reason for plain `chances`."""
    kind: Literal["shares"] = "shares"

    @property
    def variables(self) -> tuple[str, ...]:
        """The variable whose table needs it."""
        return (self.variable,)

    @property
    def point(self) -> tuple[float, ...]:
        """The expected chances `[S]`."""
        return tuple(map(float, self.distribution.mean))

    @property
    def by_state(self) -> dict[str, Prior]:
        """Per state that has a share of its own, that share."""
        return {part.key.rsplit(".", 1)[1]: part for part in self.parts}

    def share(self, place: int) -> Distribution:
        """One state's chance by its own uncertainty alone."""
        sigma, centre = self.distribution.sigmas[place], self.distribution.centres[place]
        if not sigma or not 0 < centre < 1:
            return Fixed(self.point[place])
        return NormalOnLine("chance", float(onto_line("chance", centre)), sigma)


@dataclass(frozen=True, eq=False)
class Priors:
    """What is believed about every number before a scenario's evidence, and the facts' likelihoods."""

    by_key: Mapping[str, Prior | SharesPrior]
    """By the key of a number, or of a column of several shares; sorted."""
    facts: tuple[Fact, ...]
    likelihoods: Mapping[str, Array]
    """Per variable with facts λ `[S]`."""
    common: tuple[str, ...]
    """Statements that observe more than one number, sorted: what they err by, they err by in each."""

    @cached_property
    def numbers(self) -> Mapping[str, Prior]:
        """Every single number by its key, the shares of a column apart; plain chances are none."""
        return {part.key: part for prior in self.by_key.values() for part in prior.parts}

    @cached_property
    def dimensions(self) -> int:
        """Of the Sobol points that the draws need, K; the same whatever is excluded."""
        return len(self.common) + sum(map(_numbers, self.by_key.values()))

    def draws(self, count: int, seed: int, keys: Collection[str] | None = None) -> dict[str, Array]:
        """Each number's draws `[D]`, each column of shares' `[S, D]`; read-only. keys: of these alone.

        Scrambled Sobol points, one dimension per statement that observes several numbers and one per number: number k
        stands at z_k = Σᵢ √π_ki zᵢ + √(1 - Σᵢ π_ki) z₀k, π_ki being statement i's share of its precision. Dimensions go
        by the order of names: what is not touched by excluding a statement keeps its draws (common random numbers).
        """
        drawn: dict[str, Array] = {}
        start = len(self.common)
        for key, held in self.by_key.items():
            stop = start + _numbers(held)
            if keys is None or key in keys:
                if isinstance(held, SharesPrior):
                    # A dimension per state; what a share has in common with other numbers is its own.
                    by_state = held.by_state
                    links = tuple(self._links(by_state.get(state)) for state in held.states)
                else:
                    links = (self._links(held),)
                drawn[key] = _drawn(held.distribution, links, start, stop, self.dimensions, count, seed)
            start = stop
        return drawn

    def points(self, keys: Collection[str] | None = None) -> dict[str, float | Array]:
        """Each number's point, each column of shares' means `[S]`. keys: of these alone."""
        return {
            key: np.array(prior.point) if isinstance(prior, SharesPrior) else prior.point
            for key, prior in self.by_key.items()
            if keys is None or key in keys
        }

    def places_of(self, key: str) -> tuple[str, ...]:
        """The keys of the slots, or the column, where a number stands: a shared one in several."""
        held = self.by_key[key]
        return held.places if isinstance(held, Prior) else (key,)

    def by_place(self, values: Mapping[str, Array]) -> dict[str, Array]:
        """Values by the keys of slots and columns, from values by number."""
        return {place: value for key, value in values.items() for place in self.places_of(key)}

    @property
    def cuts(self) -> dict[str, int]:
        """Per slot of an odds ratio that is judged as a column, the first worse state of the judged event."""
        return {
            place: prior.cut
            for prior in self.by_key.values()
            if isinstance(prior, Prior) and prior.cut is not None
            for place in prior.places
        }

    def _links(self, part: Prior | None) -> tuple[tuple[int, float], ...]:
        """The dimensions of statements that observe several numbers, with the number's √π on each."""
        if part is None:
            return ()
        votes = {vote.statement: vote.share for vote in part.votes}
        return tuple((place, votes[name] ** 0.5) for place, name in enumerate(self.common) if name in votes)


def priors(model: ModelRecords, changes: StatementChanges | None = None, lexicon: str | None = None) -> Priors:
    """The priors under a scenario's changes to statements; words are read with `lexicon`, else with the model's own.

    Raises BadQuery where a number's statements do not speak of it, UnknownWords.
    """
    changes = changes or StatementChanges()
    weights = weigh(model, changes, lexicon)
    return elicit(weights, changes.half_life_days)


def elicit(weights: StatementWeights, half_life_days: float | None = None) -> Priors:
    """The priors from weighted statements."""
    model = weights.model
    found: dict[str, Prior | SharesPrior] = {}
    numbers: dict[str, list[Parameter]] = {}
    for name in model.variables:
        wanted = list(slots(name, model.variables))
        for column in columns(name, model.variables):
            shares = _shares(column, wanted, weights)
            if shares is not None:
                found[column.key] = shares
                wanted = [slot for slot in wanted if not _is_share(slot, column)]
        for slot in wanted:
            numbers.setdefault(slot.number, []).append(slot)
    found.update((number, prior(places, weights)) for number, places in numbers.items())
    heard = facts(weights, half_life_days)
    return Priors(dict(sorted(found.items())), heard, likelihoods(heard), common(model))


def common(model: ModelRecords) -> tuple[str, ...]:
    """Statements that observe more than one number, whatever a scenario does to them."""
    numbers: dict[str, set[str]] = {}
    for name in model.variables:
        for slot in slots(name, model.variables):
            for statement in slot.quantity.statements:
                numbers.setdefault(statement, set()).add(slot.number)
    return tuple(sorted(name for name, several in numbers.items() if len(several) > 1))


def same_draws(new: Prior | SharesPrior, old: Prior | SharesPrior) -> bool:
    """Whether two priors of one number are drawn alike: the same distribution, with the same statements' shares."""
    return (
        new.kind == old.kind
        and getattr(new, "cut", None) == getattr(old, "cut", None)
        and new.distribution == old.distribution
        and _voting(new) == _voting(old)
    )


def _voting(prior: Prior | SharesPrior) -> list[tuple[str, float]]:
    return [(vote.statement, vote.share) for part in prior.parts for vote in part.votes]


def _shares(column: ParameterColumn, wanted: list[Parameter], weights: StatementWeights) -> SharesPrior | None:
    """The column as one distribution over states; None if it is one number, or steps, or certain."""
    states, chances = weights.model.variables[column.variable].states, column.chances
    if chances.chances is not None:
        values = [chances.chances.get(state, 0.0) for state in states]
        plain = from_cases([value / sum(values) for value in values], chances.cases)
        return SharesPrior(column.key, column.variable, states, plain, (), chances.because)
    if chances.shares is None or (len(states) == 2 and len(chances.shares) == 1):
        return None
    parts = [prior([slot], weights) for slot in wanted if _is_share(slot, column)]
    return with_parts(SharesPrior(column.key, column.variable, states, LogisticNormal((), ())), parts)


def with_parts(column: SharesPrior, parts: Sequence[Prior]) -> SharesPrior:
    """The column made of these shares."""
    column = replace(column, parts=tuple(parts))
    known = {state: part.distribution for state, part in column.by_state.items()}
    return replace(column, distribution=from_shares(column.states, known))


def _is_share(slot: Parameter, column: ParameterColumn) -> bool:
    return slot.key.startswith(f"{column.key}.shares.")


def _numbers(prior: Prior | SharesPrior) -> int:
    """How many uniforms a prior is drawn from; the same whatever is excluded."""
    return len(prior.states) if isinstance(prior, SharesPrior) else 1


@lru_cache(maxsize=2048)
def _drawn(
    distribution: Distribution | LogisticNormal,
    links: tuple[tuple[tuple[int, float], ...], ...],
    start: int,
    stop: int,
    dimensions: int,
    count: int,
    seed: int,
) -> Array:
    z = np.stack(
        [
            _linked(normal_deviates(dimensions, count, seed), own, link)
            for own, link in zip(range(start, stop), links, strict=True)
        ]
    )
    if isinstance(distribution, LogisticNormal):
        values = distribution.draws(z)
    elif isinstance(distribution, NormalOnLine):
        values = from_line(distribution.line, distribution.mu + distribution.sigma * z[0])
    else:
        values = distribution.quantile(z[0])
    values.setflags(write=False)
    return values


def _linked(z: Array, own: int, links: tuple[tuple[int, float], ...]) -> Array:
    mixed = np.sqrt(max(0.0, 1 - sum(root**2 for _, root in links))) * z[own]
    for place, root in links:
        mixed = mixed + root * z[place]
    return np.asarray(mixed)


@lru_cache(maxsize=8)
def normal_deviates(dimensions: int, count: int, seed: int) -> Array:
    """Normal deviates `[K, D]` of the Sobol points."""
    from scipy.special import ndtri

    return np.asarray(ndtri(uniforms(dimensions, count, seed)), float)
