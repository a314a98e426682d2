"""What reconciling does: which judgements weigh the draws, how many draws are left, and the numbers that moved.

Shape letters: D draws.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tocsin.analysis.case import Case
from tocsin.assessment import Assessment, Estimate, assess
from tocsin.canonical import figure
from tocsin.elicitation import SharesPrior
from tocsin.elicitation.distributions import Fixed
from tocsin.inference.draws import weighted_quantiles
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.reconciliation import Reconciliation, reconciliation

SHOWN = 3.0
"""A prior has moved if its mean did by this many standard errors of the sampling."""


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
            named = {f"{key}.{state}": row for state, row in zip(prior.states, draws[key], strict=True)}
        elif isinstance(prior.distribution, Fixed):
            continue
        else:
            named = {key: draws[key]}
        for name, values in named.items():
            # A fixed number is the same in every draw: it never moves, whatever the sum of the weights comes to.
            if (values != values[0]).any() and (far := _how_far(values, weights)) > SHOWN:
                pair = Moved(name, prior.variable, _estimate(values, even), _estimate(values, weights))
                found.append((far, pair))
    return tuple(moved for _, moved in sorted(found, key=lambda pair: (-pair[0], pair[1].key)))


def _how_far(values: Array, weights: Array) -> float:
    """The change of the mean in standard errors of a weighted mean."""
    mean = float(weights @ values)
    error = float(np.sqrt(weights**2 @ (values - mean) ** 2))
    return figure(abs(mean - float(values.mean())) / error) if error else 0.0


def _estimate(values: Array, weights: Array) -> Estimate:
    low, high = weighted_quantiles(values[:, np.newaxis], weights, (0.1, 0.9))
    return Estimate(float(weights @ values), float(low[0]), float(high[0]))
