"""A sweep: many scenarios described at once, each a row of cells as in a batch table."""

from __future__ import annotations

import math
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from tocsin.records.base import Chance, Grade, Name, Names, Record, Text, Whole, several
from tocsin.records.scenario import Findings, StatementChanges


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return value
    shown = str(value).lower() if isinstance(value, bool) else "a list" if isinstance(value, list) else "a mapping"
    raise ValueError(f"{shown} is no cell; write a state, a number, a text as in a batch table, or null")


Cell = Annotated[str | float | None, BeforeValidator(_cell)]
"""What one row says in one column, as in a batch table; null says nothing."""

Header = Annotated[str, Field(min_length=1, max_length=400)]
"""A column of a batch table: a variable, `do.variable`, `variable=state` or `parameter.key`."""

Cells = Annotated[tuple[Cell, ...], Field(min_length=1)]

MOST_POINTS = 2**20
"""Of a sample: its points are laid out in memory at once."""

ALL_GRADES = tuple(f"{letter}{number}" for letter in "ABCDEF" for number in range(1, 7))


class Range(Record):
    """A belief in one state that goes from one probability to another in equal steps.

    The other states keep their proportions to each other in the base scenario's answer.
    """

    variable: Name
    state: Name
    start: Chance = Field(default=0.0, alias="from")
    end: Chance = Field(default=1.0, alias="to")
    rows: Annotated[Whole, Field(ge=2, le=100_001)] = 101
    """How many beliefs, both ends included: 101 is one for every percent."""


class Rumour(Record):
    """A report whose grade is not known."""

    reported: Annotated[Names, Field(min_length=1)]
    grades: Annotated[tuple[Grade, ...], Field(min_length=1)] = ALL_GRADES
    """The grades that are equally likely."""


Spread = Annotated[dict[Name, tuple[Chance, Chance]], Field(min_length=1, max_length=1)]
"""One state with the least and the greatest belief in it."""


class Sample(Record):
    """Evenly scattered points (Sobol) over what is not known."""

    points: Annotated[Whole, Field(ge=1, le=MOST_POINTS)]
    """Best a power of 2."""
    seed: Annotated[Whole, Field(ge=0)] = 1
    beliefs: dict[Name, Spread] = Field(default_factory=dict)
    """Per variable one state, and the belief in it from least to greatest; the other states keep their proportions."""
    grades: dict[Name, Rumour] = Field(default_factory=dict)
    """Per variable a report of unknown grade."""
    parameters: tuple[Header, ...] = ()
    """Numbers of the model, by their place in it (`israeli_strike.leak.at_least.limited`), drawn from their priors."""

    @model_validator(mode="after")
    def _something(self) -> Sample:
        if not (self.beliefs or self.grades or self.parameters):
            raise ValueError("nothing is sampled; name beliefs, grades or parameters")
        for name, spread in self.beliefs.items():
            for state, (least, greatest) in spread.items():
                if not least < greatest:
                    raise ValueError(f"{name}: the least belief in {state} must be below the greatest")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the points."""
        return (*self.beliefs, *self.grades, *(f"parameter.{key}" for key in self.parameters))


class Sweep(Record):
    """Many scenarios on top of one: every combination of its `grid`, `zip`, `range` and `sample`."""

    sweep: Name
    title: Text
    description: Text | None = None
    model: Name
    scenario: Name | None = None
    """The scenario that every row starts from, by name; or give `evidence`, `forced` and `statements` here."""
    evidence: dict[Name, Findings] = Field(default_factory=dict)
    forced: dict[Name, Name] = Field(default_factory=dict)
    statements: StatementChanges = StatementChanges()
    grid: dict[Header, Cells] = Field(default_factory=dict)
    """Per column its cells; every combination is a row."""
    zip: dict[Header, Cells] = Field(default_factory=dict)
    """Per column its cells, as many in each; the first ones are a row, the second ones, and so on."""
    range: Annotated[tuple[Range, ...], BeforeValidator(several, json_schema_input_type=Range | tuple[Range, ...])] = ()
    sample: Sample | None = None

    @model_validator(mode="after")
    def _whole(self) -> Sweep:
        if not (self.grid or self.zip or self.range or self.sample):
            raise ValueError("nothing varies; give at least one of grid, zip, range, sample")
        if self.scenario and (self.evidence or self.forced or self.statements != StatementChanges()):
            raise ValueError("give either `scenario` or `evidence`, `forced` and `statements`, not both")
        lengths = {len(cells) for cells in self.zip.values()}
        if len(lengths) > 1:
            raise ValueError(f"the columns of `zip` have {sorted(lengths)} cells; all must have as many")
        twice = [name for name in set(self.columns) if self.columns.count(name) > 1]
        if twice:
            raise ValueError(f"{min(twice)} varies in two ways; let each column vary in one")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the rows it describes."""
        ranged = tuple(belief.variable for belief in self.range)
        return (*self.grid, *self.zip, *ranged, *(self.sample.columns if self.sample else ()))

    @property
    def rows(self) -> int:
        """How many scenarios it describes."""
        return math.prod(self.lengths)

    @property
    def lengths(self) -> tuple[int, ...]:
        """How long each of the things is that are combined, in the order of `columns`; the last varies fastest."""
        return (
            *(len(cells) for cells in self.grid.values()),
            *({len(cells) for cells in self.zip.values()}),
            *(belief.rows for belief in self.range),
            *((self.sample.points,) if self.sample else ()),
        )
