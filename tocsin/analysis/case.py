"""A scenario laid out for analysis: its findings one by one, and its outcomes under any likelihoods and tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from tocsin import records
from tocsin.assessment import Assessment, Evidence, apply, assess, gather, lexicon_of, likelihood
from tocsin.canonical import canonical
from tocsin.elicitation.lexicon import Words, words_of
from tocsin.errors import UnknownVariable
from tocsin.inference import believed, posteriors_with_beliefs
from tocsin.inference.draws import tails
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import Scenario, StatementChanges

Found = TypeVar("Found")
MOST_KEPT = 2
"""Models of which is kept what does not depend on a scenario."""


@dataclass(frozen=True, eq=False)
class CaseFinding:
    """One thing that the scenario adds to the facts.

    row: λ `[S]` of what is observed or reported, the probabilities of what is believed; one-hot where forced.
    """

    name: str
    """The variable; with a number from the second finding on."""
    variable: str
    kind: Literal["observed", "reported", "likelihood", "believed", "forced"]
    row: Array
    record: records.Finding | None = None
    """As the scenario has it; None where forced."""


@dataclass(frozen=True, eq=False)
class Case:
    """A scenario laid out for analysis.

    before: the model as it stands; model: under the scenario's changes to statements; events: per outcome the
    positions of the states in which it has come about; assessment: the answer that is to be explained, which is the
    model's as it stands, before any reconciling.
    """

    before: Model
    model: Model
    scenario: Scenario
    evidence: Evidence
    events: Mapping[str, tuple[int, ...]]
    words: Words
    assessment: Assessment

    @property
    def tails(self) -> tuple[float, float]:
        """The levels between which the scenario's interval lies."""
        return tails(self.scenario.interval)

    @cached_property
    def findings(self) -> tuple[CaseFinding, ...]:
        """What the scenario adds, in the order of the file."""
        found = []
        for variable, several in self.scenario.evidence.items():
            states = self.model.network.states[variable]
            for number, finding in enumerate(several, start=1):
                name = variable if number == 1 else f"{variable} {number}"
                if finding.believed is not None:
                    row = np.array([finding.believed.get(state, 0.0) for state in states])
                else:
                    row = likelihood(finding, states, self.model)
                    row = row / row.max()
                found.append(CaseFinding(name, variable, finding.kind, row, finding))
        for variable, place in self.evidence.forced.items():
            row = np.eye(self.model.network.size(variable))[place]
            found.append(CaseFinding(variable, variable, "forced", row))
        return tuple(found)

    @cached_property
    def held(self) -> dict[str, Array]:
        """Likelihoods `[1, S]` under which all findings and beliefs hold: one joint distribution."""
        evidence = self.evidence
        solved = believed(self.model.engine, evidence.beliefs, evidence.likelihoods, do=evidence.forced)
        return {name: np.atleast_2d(np.asarray(row, dtype=np.float64)) for name, row in solved.items()}

    @cached_property
    def point(self) -> dict[str, float]:
        """Each outcome's probability."""
        return {name: self.assessment.outcomes[name].p for name in self.events}

    def chances(
        self,
        likelihoods: Mapping[str, ArrayLike],
        tables: Mapping[str, ArrayLike] | None = None,
        beliefs: Mapping[str, ArrayLike] | None = None,
        forced: Mapping[str, ArrayLike] | None = None,
    ) -> dict[str, Array]:
        """Each outcome's probability `[B]`; `forced` and `beliefs` are the scenario's own where left out."""
        do = self.evidence.forced if forced is None else forced
        wanted = self.evidence.beliefs if beliefs is None else beliefs
        found = posteriors_with_beliefs(self.model.engine, wanted, likelihoods, do, tables, self.events)
        return self.events_of(found.marginals)

    def events_of(self, marginals: Mapping[str, Array]) -> dict[str, Array]:
        """Each outcome's probability `[B]`, canonical, from its variable's marginals `[B, S]`."""
        return {name: canonical(marginals[name][:, list(places)].sum(axis=1)) for name, places in self.events.items()}


def once_per_model(make: Callable[[Model, StatementChanges], Found]) -> Callable[[Case], Found]:
    """What follows from a model, under changes to statements, whatever the evidence is.

    It is kept for the next scenario on the same model; a model that a scenario has changed is no other scenario's.
    """
    kept = lru_cache(maxsize=MOST_KEPT)(lambda model: make(model, StatementChanges()))

    def found(case: Case) -> Found:
        return kept(case.model) if case.model is case.before else make(case.model, case.scenario.statements)

    return found


def as_it_stands(scenario: Scenario) -> Scenario:
    """The scenario, its answer not reconciled."""
    return scenario.model_copy(update={"reconcile": False}) if scenario.reconcile else scenario


def lay_out(model: Model, scenario: Scenario, outcome: str | None = None, assessment: Assessment | None = None) -> Case:
    """The case of a scenario, on all outcomes or one. Raises ImpossibleEvidence, Contradiction, UnknownVariable.

    assessment: the answer to the scenario as it stands, where it is there already.
    """
    events = model.records.events
    if outcome is not None and outcome not in events:
        raise UnknownVariable(outcome, events)
    changed = apply(model, scenario)
    return Case(
        before=model,
        model=changed,
        scenario=scenario,
        evidence=gather(changed, scenario),
        events={
            name: tuple(model.network.index(name, state) for state in states)
            for name, states in events.items()
            if outcome in (None, name)
        },
        words=words_of(lexicon_of(model.records, scenario)),
        assessment=assessment or assess(model, as_it_stands(scenario)),
    )
