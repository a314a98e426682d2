"""A scenario: a named what-if on top of a model; and evidence as one line of text says it."""

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


def chance(text: str) -> float:
    """20 % or 0.2 as a number from 0 to 1; NaN where it is none.

    >>> chance("20 %"), chance("0.2"), chance("20")
    (0.2, 0.2, nan)
    """
    found = _CHANCE.fullmatch(text)
    value = float(found[1]) / (100 if found[2] else 1) if found else math.nan
    return value if 0 <= value <= 1 else math.nan
