"""A choice: what can be done, at which cost, and what it would cost if outcomes come about."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from tocsin.records.base import Chance, Condition, Grade, Name, Names, Number, Record, Text, exactly_one

MOST_OPTIONS = 64
"""Of a choice; also the moves of the other side."""
MOST_POLICIES = 4096
"""Of a plan over two steps: each says what to do after each report."""
LARGEST_AMOUNT = 1e12
"""Beyond it sums of amounts lose the digits in which options differ."""


def _amounts(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] <= 0:
        raise ValueError("an amount with a range lies above 0; what may be nothing or a gain is two stakes")
    if not pair[0] < pair[1]:
        raise ValueError(f"the lower end must be below the upper end, not {pair[0]:g} to {pair[1]:g}")
    if pair[1] > LARGEST_AMOUNT:
        raise ValueError(f"an amount is at most {LARGEST_AMOUNT:g}; take a larger unit")
    return pair


Amounts = Annotated[tuple[Number, Number], AfterValidator(_amounts)]
"""An interval of amounts above 0; 80 % of belief lies inside it."""


class Amount(Record):
    """A cost, a loss or a gain on the choice's scale, with its range and its reason."""

    range: Amounts | None = None
    """80 % interval; the amount is lognormal."""
    value: Annotated[Number, Field(ge=0, le=LARGEST_AMOUNT)] | None = None
    """A known amount."""
    because: Text
    cites: Names = ()
    """Statements that informed it."""

    @model_validator(mode="after")
    def _one_number(self) -> Amount:
        exactly_one(self, "range", "value")
        return self


class Option(Record):
    """Something that can be done: what it makes so, and what it costs."""

    title: Text | None = None
    """How it is printed, where the name is not enough."""
    forced: dict[Name, Name] = Field(default_factory=dict)
    """The states that it brings about, whatever their causes (Pearl 2009)."""
    cost: Amount | None = None


class Stake(Record):
    """What it costs, or brings, if something comes about."""

    when: Annotated[Condition, Field(min_length=1)]
    """The states that must all hold: per variable one, or a list of which any will do."""
    loss: Amount | None = None
    gain: Amount | None = None

    @model_validator(mode="after")
    def _one_amount(self) -> Stake:
        exactly_one(self, "loss", "gain")
        return self

    @property
    def amount(self) -> Amount:
        """The loss or the gain."""
        amount = self.loss or self.gain
        assert amount is not None
        return amount

    @property
    def sign(self) -> int:
        """1 for a loss, -1 for a gain."""
        return 1 if self.loss is not None else -1


Stakes = Annotated[tuple[Stake, ...], Field(min_length=1)]
"""Losses and gains; they add."""


class Tolerance(Record):
    """How far uncertain losses are shunned."""

    tolerance: Annotated[Number, Field(gt=0, le=LARGEST_AMOUNT)]
    """The amount T at which an even chance to gain T or to lose T/2 is just worth taking (Howard 1988): utility is
    -exp(loss/T). The smaller, the more averse."""
    because: Text


class RiskAttitude(Record):
    """Neutral, or exponential utility: the same aversion whatever one has."""

    averse: Tolerance | None = None


def _attitude(value: Any) -> Any:
    if value == "neutral":
        return {}
    if isinstance(value, str):
        raise ValueError(f"{value!r} is not known; write neutral, or {{averse: {{tolerance: 50, because: …}}}}")
    return value


class OtherSide(Record):
    """Somebody who answers to what is done, by what is at stake for them."""

    whose: Text
    moves: Annotated[dict[Name, Names], Field(min_length=1)]
    """Per variable the states into which they can bring it; every combination is a move."""
    sees: bool = True
    """Whether they see what is done before they move; else they reckon with every option alike."""
    stakes: Stakes

    @property
    def count(self) -> int:
        """How many moves there are."""
        return prod(map(len, self.moves.values()))


class Learning(Record):
    """A report that a first step may bring."""

    about: Name
    """The variable that it is about."""
    grade: Grade | None = None
    """The report's grade; without it the state is seen for certain."""
    comes: Annotated[Chance, Field(gt=0)] = 1.0
    """The chance that it comes in time."""


class FirstStep(Option):
    """What is done first, before the options."""

    learns: Learning | None = None
    options: Names = ()
    """The options that are open after it; all if left out."""


class Choice(Record):
    """Options, and what is at stake for who chooses."""

    choice: Name
    title: Text | None = None
    description: Text | None = None
    model: Name
    whose: Text
    """Who chooses, and for whom the stakes are."""
    scale: Text | None = None
    """What one unit of loss is."""
    options: Annotated[dict[Name, Option], Field(min_length=1)]
    first: dict[Name, FirstStep] = Field(default_factory=dict)
    """In a plan over two steps what can be done first; the options follow."""
    stakes: Stakes
    risk: Annotated[
        RiskAttitude, BeforeValidator(_attitude, json_schema_input_type=Literal["neutral"] | RiskAttitude)
    ] = RiskAttitude()
    other_side: OtherSide | None = None

    @model_validator(mode="after")
    def _several(self) -> Choice:
        if len(self.options) < 2 and len(self.first) < 2:
            raise ValueError("one option alone is no choice; give two or more, such as `wait: {}`")
        if self.first and self.other_side is not None:
            raise ValueError("a plan over two steps has no `other_side`; leave one of them out")
        return self

    @property
    def name(self) -> str:
        """How it is printed."""
        return self.title or self.choice.replace("_", " ").replace("-", " ")

    def label(self, option: str) -> str:
        """How an option or a first step is printed."""
        course = self.options.get(option) or self.first.get(option)
        return (course.title if course is not None else None) or option.replace("_", " ")

    def amounts(self) -> Iterator[tuple[str, Amount]]:
        """Every amount by its key, its place in the file: `options.wait.cost`, `stakes.0.loss`."""
        for group, courses in (("first", self.first), ("options", self.options)):
            for name, course in courses.items():
                if course.cost is not None:
                    yield f"{group}.{name}.cost", course.cost
        groups = {"stakes": self.stakes, "other_side.stakes": self.other_side.stakes if self.other_side else ()}
        for prefix, stakes in groups.items():
            for place, stake in enumerate(stakes):
                yield f"{prefix}.{place}.{'loss' if stake.sign > 0 else 'gain'}", stake.amount
