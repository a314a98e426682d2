"""How a variable's table is filled: one record per family, every number a `Quantity`."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from tocsin.records.base import (
    Chance,
    Condition,
    Name,
    Names,
    Number,
    Range,
    Ratio,
    Record,
    Strength,
    Text,
    Whole,
    exactly_one,
)

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


def _duration(text: str) -> str:
    if not re.fullmatch(r"(\d+(\.\d+)?|\.\d+) (day|week|month|year)s?", text) or float(text.split()[0]) == 0:
        raise ValueError(f"{text!r} is no length of time; write such as `14 months`, `18 days` or `5 years`")
    return text


Duration = Annotated[str, AfterValidator(_duration)]
"""A length of time, such as `14 months`."""


class Assumption(Record):
    """A number of the analysts' own, with its range and its reason."""

    range: Range | None = None
    """80 % interval of a probability."""
    ratio: Ratio | None = None
    """80 % interval of an odds ratio."""
    strength: Strength | None = None
    """80 % interval of a causal strength (CAST)."""
    value: Annotated[Number, Field(ge=0)] | None = None
    """A weight or a definition, without an interval."""
    because: Text
    cites: Names = ()
    """Statements that informed the assumption, without setting it."""

    @model_validator(mode="after")
    def _one_number(self) -> Assumption:
        exactly_one(self, "range", "ratio", "strength", "value")
        return self


LEAST_DAYS, MOST_DAYS = 1 / 24, 3652500.0
"""What can be an exposure; beyond it rates leave the range of floating point."""


class BaseRate(Record):
    """A number that is counted: events of a reference class in an exposure."""

    events: Annotated[Number, Field(ge=0, le=1e6)]
    exposure: Duration
    """How long was watched: `14 months`, `18 days`, `5 years`."""
    cite: Text
    """Where the count comes from."""
    because: Text | None = None
    """Why this class; needed with a `power`."""
    power: Annotated[Number, Field(gt=0, le=1)] = 1.0
    """How far the class is like the case: events and exposure count this much."""
    count: Whole = Field(default=1, ge=1, le=1000, alias="at_least")
    """The number of events in the horizon that the chance is of."""
    of: Whole | None = Field(default=None, ge=1, alias="of_at_least")
    """… given that there are at least so many."""
    cites: Names = ()
    """Statements that the count is from."""

    @model_validator(mode="after")
    def _sensible(self) -> BaseRate:
        if self.power < 1 and self.because is None:
            raise ValueError("a `power` below 1 says how loose the class is; say why in `because`")
        if self.of is not None and self.of >= self.count:
            raise ValueError("`of_at_least` must be below `at_least`")
        if not LEAST_DAYS <= self.power * self.days <= MOST_DAYS:
            raise ValueError("`exposure` times `power` must lie between an hour and ten thousand years")
        return self

    @property
    def days(self) -> float:
        """The exposure in days; a month is a twelfth of 365.25."""
        number, unit = self.exposure.split()
        return float(number) * DAYS[unit.removesuffix("s")]


class Quantity(Record):
    """One number: its reference, and the statements that observe it."""

    statements: Names = ()
    """The judgements that are observations of it."""
    assume: Assumption | None = None
    """The reference: what would be believed without any expert, by the analysts' own range."""
    base_rate: BaseRate | None = None
    """The reference, counted."""
    shared: Name | None = None
    """The name of a number under `shared`, which stands here."""

    @model_validator(mode="after")
    def _one_reference(self) -> Quantity:
        if self.statements and self.assume is None and self.base_rate is None:
            raise ValueError(
                "a number with `statements` needs its reference, what would be believed without them: "
                "`assume: {range: [1%, 10%], because: …}` or `base_rate: {events: 3, exposure: 14 months, cite: …}`"
            )
        if self.shared is not None and self.assume is None and self.base_rate is None:
            raise ValueError(f"no number {self.shared!r} stands under `shared`")
        if self.assume is None and self.base_rate is None:
            raise ValueError(
                "a number needs its reference: `assume: {range: [1%, 10%], because: …}`, "
                "or `base_rate: {events: 3, exposure: 14 months, cite: …}`"
            )
        exactly_one(self, "assume", "base_rate")
        if self.statements and self.assume is not None and self.assume.value is not None:
            raise ValueError("a `value` is known; no statement can move it: give a range, or leave the statements out")
        return self

    @property
    def reference(self) -> Assumption | BaseRate:
        """What would be believed without any expert."""
        reference = self.assume or self.base_rate
        assert reference is not None
        return reference


class Chances(Record):
    """A distribution over the states of a variable, written in one of four ways."""

    shares: dict[Name, Quantity] | None = None
    """A probability per state; one may be left out for the rest. Two states: logit-normal; else logistic-normal."""
    at_least: dict[Name, Quantity] | None = None
    """Per state but the first: P(this state or worse | the state before it or worse)."""
    chances: dict[Name, Chance] | None = None
    """Plain probabilities that sum to 1, with `because`, and `cases` for how firmly."""
    certain: Name | None = None
    """The state that holds by definition."""
    cases: Annotated[Number, Field(ge=1, le=1e9)] | None = None
    """As if `chances` had been seen in so many cases (logistic-normal); without it they are fixed."""
    because: Text | None = None
    """The reason for `chances`."""

    @model_validator(mode="after")
    def _one_way(self) -> Chances:
        kind = exactly_one(self, "shares", "at_least", "chances", "certain")
        if kind == "chances":
            if self.because is None:
                raise ValueError("`chances` are an assumption and need `because`")
            total = sum((self.chances or {}).values())
            if abs(total - 1) > 1e-6:
                raise ValueError(f"the row sums to {total:.6g}; a row must sum to 1")
        elif self.cases is not None or self.because is not None:
            raise ValueError("`cases` and `because` go with `chances`")
        return self


class PriorFamily(Chances):
    """A variable without parents."""

    family: Literal["prior"]


class TableRow(Chances):
    """The distribution for the parents' states named by `given`."""

    given: Condition = Field(default_factory=dict)
    """Parents' states; a list covers each of its states, a parent left out covers all of its states."""


class TableFamily(Record):
    """A distribution per configuration of the parents."""

    family: Literal["table"]
    rows: Annotated[tuple[TableRow, ...], Field(min_length=1)]


class Odds(Record):
    """Proportional odds (McCullagh 1980): each parent's state multiplies the odds of worse states."""

    family: Literal["odds"]
    base: Chances
    """The distribution with every parent in its reference state."""
    reference: dict[Name, Name] = Field(default_factory=dict)
    """Reference state per parent; the first where left out."""
    effects: dict[Name, dict[Name, Quantity]]
    """Per parent and other state: an odds ratio, or the chance in that column."""
    ordered: Names = ()
    """Parents whose later states raise the odds at least as much as earlier ones, in every draw."""


class Noisy(Record):
    """Leaky noisy-or / noisy-max (Henrion 1989; Díez 1993): causes act independently, inhibitors weaken their links."""

    family: Literal["noisy_or", "noisy_max"]
    form: Literal["henrion", "diez"] = "henrion"
    """Causes are given with the leak present (henrion), or as the link alone (diez)."""
    leak: Chances
    """The distribution with every parent in its reference state."""
    reference: dict[Name, Name] = Field(default_factory=dict)
    """Reference state per parent; the first where left out."""
    causes: dict[Name, dict[Name, Chances]]
    """Per parent and other state: the distribution when it acts alone."""
    inhibitors: dict[Name, dict[Name, Quantity]] = Field(default_factory=dict)
    """Per parent and other state: the share of each cause's power that is left."""
    ordered: Names = ()
    """Causes whose later states are at least as powerful as earlier ones, in every draw."""


class Cast(Record):
    """Causal strengths (Chang et al. 1994; Rosen & Smith 1996) for a variable of two states."""

    family: Literal["cast"]
    baseline: Quantity
    influences: dict[Name, dict[Name, Quantity]]
    """Per parent and state: a strength between -1 and 1."""


class Ranked(Record):
    """Ranked nodes (Fenton, Neil & Caballero 2007): a truncated normal around a weighted summary of the parents."""

    family: Literal["ranked"]
    rule: Literal["wmean", "wmin", "wmax"] = "wmean"
    weights: dict[Name, Quantity]
    variance: Quantity


class Logic(Record):
    """A table that follows from the parents by definition: any, all, or the worst of them."""

    family: Literal["any", "all", "max"]


class Index(Record):
    """A weighted maximum of the parents, cut into the variable's states: an index, not a forecast."""

    family: Literal["index"]
    weights: dict[Name, Quantity]
    thresholds: tuple[Annotated[Number, Field(gt=0, le=1)], ...]
    """Rising: the score from which each state but the first holds."""
    because: Text
    """The reason for the thresholds."""


Family = Annotated[
    PriorFamily | TableFamily | Odds | Noisy | Cast | Ranked | Logic | Index,
    Field(discriminator="family"),
]
