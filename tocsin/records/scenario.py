"""A scenario: a named what-if on top of a model; evidence as one line of text says it; a sweep of many scenarios."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from tocsin.records.base import (
    Chance,
    Grade,
    Limits,
    Name,
    Names,
    Number,
    Record,
    Text,
    Whole,
    exactly_one,
    several,
)

LEAST_FACTOR = 1e-6
"""The least factor on a weight, but for 0."""


def _felt(factor: float) -> float:
    if 0 < factor < LEAST_FACTOR:
        raise ValueError(f"{factor:g} is too little to tell from 0; write 0, or {LEAST_FACTOR:g} or more")
    return factor


Factor = Annotated[Number, Field(ge=0, le=10), AfterValidator(_felt)]
"""A factor on a weight."""


class Finding(Record):
    """What is known or believed about one variable, in one of four ways."""

    observed: Name | None = None
    """This state, for certain."""
    reported: Names = ()
    """A report says one of these states; needs a `grade`. Combines with what the model knows (Pearl 1988)."""
    grade: Grade | None = None
    believed: dict[Name, Chance] | None = None
    """The probabilities shall be these, whatever else is known (Jeffrey 1965)."""
    likelihood: dict[Name, Annotated[Number, Field(ge=0)]] | None = None
    """How well each state explains what was seen; only ratios matter, states left out count 1."""

    @model_validator(mode="after")
    def _one_kind(self) -> Finding:
        kind = exactly_one(self, "observed", "reported", "believed", "likelihood")
        if (kind == "reported") != (self.grade is not None):
            raise ValueError("`reported` needs a `grade` such as B2, and a grade goes with `reported` only")
        if kind == "believed":
            total = sum((self.believed or {}).values())
            if abs(total - 1) > 1e-6:
                raise ValueError(f"the belief sums to {total:.6g}; a belief must sum to 1 over its states")
        return self

    @property
    def kind(self) -> Literal["observed", "reported", "believed", "likelihood"]:
        """Which of the four."""
        return exactly_one(self, "observed", "reported", "believed", "likelihood")  # type: ignore[return-value]

    @property
    def states(self) -> tuple[str, ...]:
        """The states that it names."""
        return (self.observed,) if self.observed else (*(self.reported or self.believed or self.likelihood or ()),)


Findings = Annotated[
    tuple[Finding, ...],
    BeforeValidator(several, json_schema_input_type=Finding | tuple[Finding, ...]),
    Field(min_length=1),
]
"""One finding, or a list where several reports bear on one variable."""


class StatementChanges(Record):
    """What the scenario does to statements; a speaker, source or origin stands for all of its statements."""

    exclude: Names = ()
    reweigh: dict[Name, Factor] = Field(default_factory=dict)
    """Factor on the weight: 0, or from a millionth on."""
    reword: dict[Name, Text] = Field(default_factory=dict)
    """Other estimative words for a judgement."""
    regrade: dict[Name, Grade] = Field(default_factory=dict)
    half_life_days: Annotated[Number, Field(gt=0)] | None = None
    """A fact's weight halves with every so many days of age."""


class Scenario(Record):
    """A named what-if: evidence, interventions, changes to statements."""

    scenario: Name
    title: Text
    description: Text | None = None
    model: Name
    model_digest: Annotated[str, Field(pattern="^[0-9a-f]{8,64}$")] | None = None
    """Pins the model's records: the scenario is refused for any other."""
    evidence: dict[Name, Findings] = Field(default_factory=dict)
    forced: dict[Name, Name] = Field(default_factory=dict)
    """Supposed to be made so: the variable's own causes no longer count (Pearl 2009)."""
    statements: StatementChanges = StatementChanges()
    reconcile: bool = False
    """Weigh the draws by what the statements that set no number say of the model's answers."""
    lexicon: Name | None = None
    interval: Annotated[Chance, Field(gt=0, lt=1)] = 0.8
    """Belief inside the interval."""
    expected: dict[Name, dict[Name, Limits]] = Field(default_factory=dict)
    """What the answer must be, checked by the tests; it changes nothing."""

    def _meaning(self) -> dict[str, Any]:
        """An answer and its check agree on the digest: `expected` is left out."""
        meaning = super()._meaning()
        meaning.pop("expected", None)
        return meaning


def baseline(model: str) -> Scenario:
    """The scenario of a model that says nothing."""
    return Scenario(scenario="baseline", title="Baseline", model=model)


_CHANCE = re.compile(r"((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(%?)")


@dataclass(frozen=True)
class EvidenceText:
    """A line of evidence taken apart, in the one language of options and of cells of tables and sweeps.

    `state` is observed, `~state:B2` and `~state|state:B2` are reported, `state:20%|state:80%` is believed. Whether
    states and numbers mean something is for who knows the variable.
    """

    kind: Literal["observed", "reported", "believed"]
    states: tuple[str, ...]
    grade: str = ""
    """Of a report; empty where it has none."""
    chances: tuple[str, ...] = ()
    """Of a belief, one for each state; empty text where it has none."""


def take_apart(text: str) -> EvidenceText:
    """
    >>> take_apart("~few|many:B2")
    EvidenceText(kind='reported', states=('few', 'many'), grade='B2', chances=())
    >>> take_apart("no:20% | yes:80%")
    EvidenceText(kind='believed', states=('no', 'yes'), grade='', chances=('20%', '80%'))
    """
    if text.startswith("~"):
        states, _, grade = text[1:].rpartition(":")
        return EvidenceText("reported", tuple(part.strip() for part in states.split("|")), grade.strip())
    if ":" not in text:
        return EvidenceText("observed", (text,))
    pairs = [part.partition(":") for part in text.split("|")]
    return EvidenceText(
        "believed",
        tuple(state.strip() for state, _, _ in pairs),
        chances=tuple(chance.strip() for _, _, chance in pairs),
    )


def finding(text: str) -> Finding:
    """What a line of evidence says. Raises ValueError for one that is no finding; of states it knows nothing.

    >>> finding("~few|many:B2").grade, finding("no:20%|yes:80%").believed
    ('B2', {'no': 0.2, 'yes': 0.8})
    """
    parts = take_apart(text)
    match parts.kind:
        case "observed":
            return Finding(observed=parts.states[0])
        case "reported":
            return Finding(reported=parts.states, grade=parts.grade)
        case _:
            return Finding(believed=dict(zip(parts.states, map(chance, parts.chances), strict=True)))


def chance(text: str) -> float:
    """20 % or 0.2 as a number from 0 to 1; NaN where it is none.

    >>> chance("20 %"), chance("0.2"), chance("20")
    (0.2, 0.2, nan)
    """
    found = _CHANCE.fullmatch(text)
    value = float(found[1]) / (100 if found[2] else 1) if found else math.nan
    return value if 0 <= value <= 1 else math.nan


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
    """Numbers of the model, by their place in it (`water.leak.at_least.cellars`), drawn from their priors."""

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
