"""Numbers on which the voices, or the voices and the reference, contradict each other.

Where Birge's ratio is above 2 the number is in dispute: the prior is widened, and both sides are told, with what each
outcome would be under either alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.analysis.case import Case, once_per_model
from tocsin.analysis.foundations import Spread
from tocsin.analysis.perturbations import Answers, Variant, answers, variant
from tocsin.analysis.re_elicitation import Elicitor
from tocsin.canonical import Canonical
from tocsin.elicitation.distributions import NormalOnLine
from tocsin.model import Model
from tocsin.records import StatementChanges

DISPUTED = 2.0
"""Birge's ratio from which on a number is said to be in dispute."""
CARRIES = 0.05
"""The share of an outcome's spread from which on a number is said to carry it."""


@dataclass(frozen=True)
class Dispute(Canonical):
    """One number in dispute.

    higher, lower: statements whose words lie above and below where the number came to stand; an empty side is the
    reference's. ratio: Birge's.
    """

    number: str
    ratio: float
    higher: tuple[str, ...]
    lower: tuple[str, ...]


@dataclass(frozen=True)
class Sides:
    """A dispute with what every outcome would be under each side alone."""

    dispute: Dispute
    higher: Answers
    lower: Answers


def disputes(model: Model) -> tuple[Dispute, ...]:
    """Every number in dispute, the greatest dispute first."""
    found = []
    for prior in model.priors.numbers.values():
        if prior.dispute > DISPUTED:
            assert isinstance(prior.distribution, NormalOnLine)
            middle = prior.distribution.mu
            above = tuple(vote.statement for vote in prior.votes if vote.distribution.mu > middle)
            below = tuple(vote.statement for vote in prior.votes if vote.distribution.mu <= middle)
            found.append(Dispute(prior.key, prior.dispute, above, below))
    return tuple(sorted(found, key=lambda each: (-each.ratio, each.number)))


def carrying(spread: Spread) -> list[str]:
    """The numbers that carry an outcome's spread, by name."""
    return sorted(key for key, share in spread.by_number.items() if share >= CARRIES)


def sides(case: Case) -> tuple[Sides, ...]:
    """Every dispute with the outcomes under each side alone: without the other side's statements."""
    variants = _variants(case)
    found = answers(case, {f"{number}\0{side}": each for (number, side), each in variants.items()})
    return tuple(
        Sides(dispute, found[f"{dispute.number}\0higher"], found[f"{dispute.number}\0lower"])
        for dispute in disputes(case.model)
    )


@once_per_model
def _variants(model: Model, changes: StatementChanges) -> dict[tuple[str, str], Variant]:
    """The model without the statements of one side of each dispute."""
    elicitor = Elicitor(model, changes)
    return {
        (dispute.number, side): variant(model, elicitor.without(frozenset(others)))
        for dispute in disputes(model)
        for side, others in (("higher", dispute.lower), ("lower", dispute.higher))
    }
