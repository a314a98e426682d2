"""A choice on top of a scenario, laid out as arrays: what each option brings about in each draw, and what that costs.

Evidence is known before anything is done, so the draws are weighed by it once, and alike for all options. An option
splits the variables that it forces in two (Richardson & Robins 2013): what each is of itself, which keeps its causes
and whatever was found out about it, and the state that its effects see. So what is known of it still tells about its
causes, which no option can change; without findings on it this is do(), as `assess` has it.
A stake that hangs on several variables at once is asked of a further variable, which says whether all of it holds.
Shape letters: C courses of events (what is forced), K conditions of stakes, D draws.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from tocsin.assessment import Evidence, apply, gather
from tocsin.elicitation.distributions import Distribution, Fixed, NormalOnLine, from_interval, from_line
from tocsin.elicitation.priors import normal_deviates
from tocsin.errors import ImpossibleEvidence
from tocsin.inference import Engine, believed
from tocsin.inference.draws import draw_weights
from tocsin.inference.query import CheckedTables, checked_tables
from tocsin.model import Model
from tocsin.network import Network
from tocsin.network.network import Array
from tocsin.reconciliation import reconciliation
from tocsin.records import Choice, Scenario
from tocsin.records.choice import Amount, Stake

MOST_COURSES = 512
"""Courses of events that are kept for the next question on the same scenario."""
DOZEN = 12
"""Dimensions for amounts are taken by so many."""

Forced = tuple[tuple[str, str], ...]
"""Variables with the states that they are forced into, sorted."""
Condition = tuple[tuple[str, tuple[str, ...]], ...]
"""Variables with the states any of which will do, sorted; all must hold."""
Loss = TypeVar("Loss", float, Array)
"""On average, or in each draw."""


def condition_of(stake: Stake) -> Condition:
    """When a stake falls due."""
    return tuple(sorted((name, tuple(states)) for name, states in stake.when.items()))


def given(condition: Condition, forced: Mapping[str, str]) -> Condition | None:
    """What is left of a condition where some variables are forced; None where it cannot hold any more."""
    if any(name in forced and forced[name] not in states for name, states in condition):
        return None
    return tuple((name, states) for name, states in condition if name not in forced)


def remaining(stakes: Mapping[Condition, Loss], forced: Mapping[str, str]) -> dict[Condition, Loss]:
    """What may still be lost where some variables are forced, by what is left of the conditions; `()`: what is sure."""
    found: dict[Condition, Loss] = {}
    for condition, loss in stakes.items():
        if (left := given(condition, forced)) is not None:
            found[left] = found[left] + loss if left in found else loss
    return found


@dataclass(frozen=True, eq=False)
class Situation:
    """A scenario before anything is chosen.

    weights: `[D]`, in proportion to P(evidence | draw), summing to 1.
    """

    model: Model
    scenario: Scenario
    evidence: Evidence
    tables: CheckedTables
    weights: Array

    @property
    def count(self) -> int:
        """Draws, D."""
        return self.model.count

    @cached_property
    def _chances(self) -> dict[tuple[Condition, Forced], Array]:
        """P(condition) `[D]` under what is forced; filled as it is asked."""
        return {}

    @cached_property
    def _engines(self) -> dict[tuple[Condition, ...], Engine]:
        """By conditions on several variables, an engine of a network that has a variable for each."""
        return {}

    def chances(self, conditions: Sequence[Condition], courses: Sequence[Forced]) -> Array:
        """P(condition | do(course), evidence) in each draw, `[K, C, D]`. Raises ImpossibleEvidence, TooLarge."""
        found = np.empty((len(conditions), len(courses), self.count))
        for c, course in enumerate(courses):
            left = [given(condition, dict(course)) for condition in conditions]
            open_ones = {condition for condition in left if condition}
            asked = [condition for condition in sorted(open_ones) if (condition, course) not in self._chances]
            if asked:
                if len(self._chances) > MOST_COURSES * len(conditions):
                    self._chances.clear()
                found_here = self._asked(sorted(open_ones), course)
                self._chances.update({(condition, course): p for condition, p in found_here.items()})
            for k, condition in enumerate(left):
                found[k, c] = 0.0 if condition is None else self._chances[condition, course] if condition else 1.0
        return found

    def _asked(self, conditions: Sequence[Condition], course: Forced) -> dict[Condition, Array]:
        found = self.chances_under(conditions, course)
        return {condition: np.broadcast_to(p, self.count) for condition, p in found.items()}

    def chances_under(
        self, conditions: Sequence[Condition], course: Forced, tables: Mapping[str, Array] | None = None
    ) -> dict[Condition, Array]:
        """P(condition | do(course), evidence) `[B]` under tables `[S, parents..., B]`, the draws if left out.

        The conditions name nothing that the course forces. Raises ImpossibleEvidence, TooLarge.
        """
        engine, names = self.engine_for(conditions)
        targets = [names.get(condition) or condition[0][0] for condition in conditions]
        found = engine.posteriors(*self.question(engine, course, tables), targets)
        if not np.isfinite(found.log_evidence).any():
            raise ImpossibleEvidence(_impossible(self.model, course))
        chances = {}
        for condition, target in zip(conditions, targets, strict=True):
            states = ("yes",) if condition in names else condition[0][1]
            places = [engine.network.index(target, state) for state in states]
            # In a draw that the evidence makes impossible, which has no weight, anything may be.
            chances[condition] = np.nan_to_num(found.marginals[target][:, places].sum(axis=1))
        return chances

    def tilted(
        self, course: Forced, factors: Mapping[Condition, tuple[ArrayLike, ArrayLike]], targets: Sequence[str] = ()
    ) -> tuple[Array, dict[str, Array]]:
        """ln E[Π factors | do(course), evidence] in each draw `[D]`, and posteriors `[D, S]` weighed by the factors.

        factors: per condition what is multiplied in where it does not hold and where it does, numbers or `[D]`, at
        least 0 and one of the two above; no condition names what the course forces. Raises Contradiction, TooLarge.
        """
        engine, names = self.engine_for(tuple(factors))
        likelihoods, tables, forced = self.question(engine, course)
        before = engine.posteriors(likelihoods, tables, forced, targets=()).log_evidence
        for condition, (otherwise, held) in factors.items():
            name, allowed = condition[0]
            holds = np.array(
                [state in (("yes",) if condition in names else allowed) for state in self._states(condition)]
            )
            row = np.where(holds, np.asarray(held)[..., np.newaxis], np.asarray(otherwise)[..., np.newaxis])
            target = names.get(condition, name)
            likelihoods[target] = likelihoods.get(target, 1.0) * np.atleast_2d(row)
        found = engine.posteriors(likelihoods, tables, forced, targets=targets)
        with np.errstate(invalid="ignore"):
            logs = np.broadcast_to(found.log_evidence - before, self.count)
        marginals = {
            name: np.nan_to_num(np.broadcast_to(rows, (self.count, rows.shape[1])))
            for name, rows in found.marginals.items()
        }
        return np.where(np.isnan(logs), -np.inf, logs), marginals

    def _states(self, condition: Condition) -> tuple[str, ...]:
        return ("no", "yes") if len(condition) > 1 else self.model.network.states[condition[0][0]]

    def question(
        self, engine: Engine, course: Forced, given: Mapping[str, Array] | None = None
    ) -> tuple[dict[str, Array], CheckedTables, dict[str, int]]:
        """Likelihoods, tables and what the scenario forces, as `Engine.posteriors` takes them. Raises Contradiction.

        given: tables `[S, parents..., B]` in the place of the draws.
        """
        network = engine.network
        likelihoods, forced = dict(self.evidence.likelihoods), dict(self.evidence.forced)
        tables = CheckedTables(self.tables if given is None else given)
        for name, state in course:
            # What the scenario itself forces has no causes to tell of.
            if name in forced:
                forced[name] = network.index(name, state)
                continue
            for child in network.variables:
                if name in network.parents[child]:
                    table = tables[child] if child in tables else network.tables[child][..., np.newaxis]
                    axis = 1 + network.parents[child].index(name)
                    seen = np.take(table, [network.index(name, state)], axis)
                    tables[child] = np.broadcast_to(seen, table.shape)
        if self.evidence.beliefs:
            solved = believed(engine, self.evidence.beliefs, likelihoods, forced, tables)
            likelihoods = {name: np.atleast_2d(np.asarray(row, np.float64)) for name, row in solved.items()}
        return likelihoods, tables, forced

    def engine_for(self, conditions: Sequence[Condition]) -> tuple[Engine, dict[Condition, str]]:
        """An engine that answers these conditions, and the variables of those on several variables."""
        joint = tuple(condition for condition in conditions if len(condition) > 1)
        names = {condition: f"all of {condition!r}" for condition in joint}
        if not joint:
            return self.model.engine, names
        if joint not in self._engines:
            self._engines[joint] = Engine(_with_conditions(self.model.network, names))
        return self._engines[joint], names


def _with_conditions(network: Network, names: Mapping[Condition, str]) -> Network:
    """The network with a variable for each condition: yes where all of it holds."""
    states, parents, tables = dict(network.states), dict(network.parents), dict(network.tables)
    for condition, name in names.items():
        holds = np.ones(())
        for variable, allowed in condition:
            own = np.array([float(state in allowed) for state in network.states[variable]])
            holds = np.multiply.outer(holds, own)
        states[name], parents[name] = ("no", "yes"), tuple(variable for variable, _ in condition)
        tables[name] = np.stack([1 - holds, holds])
    return Network(tuple(states), states, parents, tables)


def _impossible(model: Model, course: Forced) -> str:
    described = " and ".join(f"“{model.records.variables[name].named((state,))}”" for name, state in course)
    return f"the model holds the scenario's findings impossible{f' once {described} is made so' if course else ''}"


def situation(model: Model, scenario: Scenario) -> Situation:
    """The scenario before anything is chosen; the last few are kept. Raises what `assess` does."""
    return _kept(_Key(model, scenario, scenario.digest))


@dataclass(frozen=True)
class _Key:
    """A model, and a scenario by what it means."""

    model: Model
    scenario: Scenario
    digest: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.model is other.model and self.digest == other.digest

    def __hash__(self) -> int:
        return hash((id(self.model), self.digest))


@lru_cache(maxsize=4)
def _kept(key: _Key) -> Situation:
    scenario, model = key.scenario, apply(key.model, key.scenario)
    evidence, tables = gather(model, scenario), checked_tables(model.network, model.draws)
    seen = model.engine.posteriors(evidence.likelihoods, tables, evidence.forced, targets=())
    if not np.isfinite(seen.log_evidence).any():
        raise ImpossibleEvidence(_impossible(model, ()))
    weights = draw_weights(np.broadcast_to(seen.log_evidence, model.count))
    if scenario.reconcile and (trust := reconciliation(model, scenario.statements)).statements:
        trust.require_enough()
        weights = weights * trust.weights
    return Situation(model, scenario, evidence, tables, weights / weights.sum())


def distribution(amount: Amount, cover: float) -> Distribution:
    """What is believed about an amount: lognormal, or known."""
    if amount.value is not None:
        return Fixed(amount.value)
    assert amount.range is not None
    return from_interval("ratio", *amount.range, cover)


def drawn_amounts(model: Model, choice: Choice) -> dict[str, Array]:
    """Every amount of a choice by its key, `[D]`: further dimensions of the points that the model's numbers are drawn
    from, in the order of keys; what is known needs none."""
    cover = model.records.scales.cover
    beliefs = {key: distribution(amount, cover) for key, amount in sorted(choice.amounts())}
    uncertain = [key for key, belief in beliefs.items() if isinstance(belief, NormalOnLine)]
    first = model.priors.dimensions
    # By the dozen, so that one more at the end leaves the others' draws as they are.
    z = normal_deviates(first + DOZEN * -(-len(uncertain) // DOZEN), model.count, model.seed)[first:]
    own = dict(zip(uncertain, z, strict=False))
    return {
        key: from_line("ratio", belief.mu + belief.sigma * own[key])
        if isinstance(belief, NormalOnLine)
        else np.full(model.count, belief.mean)
        for key, belief in beliefs.items()
    }


@lru_cache(maxsize=MOST_COURSES)
def with_course(
    model: Model, course: Forced, conditions: tuple[Condition, ...]
) -> tuple[Model, Mapping[Condition, str]]:
    """The model once a course is taken, for points alone; and the variables of conditions on several variables.

    Raises TooLarge.
    """
    changed = model.forcing(name for name, _ in course)
    names = {condition: f"all of {condition!r}" for condition in conditions if len(condition) > 1}
    network = _with_conditions(changed.network, names) if names else changed.network
    tables = dict(network.tables)
    for name, state in course:
        for child, parents in network.parents.items():
            if name in parents:
                axis = 1 + parents.index(name)
                seen = np.take(tables[child], [network.index(name, state)], axis)
                tables[child] = np.ascontiguousarray(np.broadcast_to(seen, tables[child].shape))
    network = Network(network.variables, network.states, network.parents, tables)
    engine = Engine(network) if names else changed.engine.with_tables(network)
    return replace(changed, network=network, engine=engine), names
