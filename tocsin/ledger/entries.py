"""The lines of a ledger: questions, forecasts, resolutions and corrections, each sealed and tied to the one before.

A line is the JSON of one record in the order of its fields, without what is left at its default, then `after`, the
seal of the line before it, and `seal`, the SHA-256 of the line's own text without the seal:

    {"kind":"resolution", …, "after":"<64 hex digits>","seal":"<64 hex digits>"}

So a changed byte shows in its own line, and a lost or moved line in the one that stood after it. A chain proves order
and completeness up to a head that somebody else has seen; it proves no time, and whoever holds the only copy can write
all of it anew.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from tocsin.records.base import Day, Record, Text

Probability = Annotated[float, Field(ge=0, le=1)]
Id = Annotated[str, Field(pattern=r"^[^\s\x00-\x20]+$", max_length=400)]
"""Of a question, `breach-2025-12-31`, or a name of the model's, which was checked there."""
Short = Annotated[str, Field(min_length=1, max_length=400)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Result = Literal["yes", "no", "void"]

LAYOUT: Literal[1] = 1
"""Version of the layout of a ledger."""
NOTHING_BEFORE = "0" * 64
"""What the first line follows."""
_DAYS: TypeAdapter[date] = TypeAdapter(Day)


class LedgerHeading(Record):
    """The first line: whose forecasts these are."""

    kind: Literal["ledger"] = "ledger"
    layout: Literal[1] = LAYOUT
    model: Id


class ForecastQuestion(Record):
    """What is forecast: an event that an observer can settle within its days.

    condition: where the question is what happens if something else does; where that does not happen, it is void.
    """

    kind: Literal["question"] = "question"
    id: Id
    variable: Id
    event: Annotated[tuple[Id, ...], Field(min_length=1)]
    """The states in which it has come about."""
    states: Annotated[tuple[Id, ...], Field(min_length=2)]
    """All that the variable can be, from mild to worse."""
    condition: dict[Id, tuple[Id, ...]] = Field(default_factory=dict)
    text: Text
    opens: Day
    closes: Day
    settles_by: Text
    source: Text
    """Where the question comes from."""

    @property
    def meaning(self) -> dict[str, object]:
        """What makes it this question and no other: all but its name and where it comes from."""
        return self.model_dump(exclude={"id", "source"})


class Benchmarks(Record):
    """Forecasts that cost nothing, on the same question at the same time."""

    even: Probability = 0.5
    base_rate: Probability
    """What the model's references give without any statement."""
    previous: Probability | None = None
    """One's own last forecast of it."""


class Forecast(Record):
    """What was said of a question on a day.

    Forecasts of one question under one name of a scenario are one series. states: the probability of each of the
    question's states, where there are more than two. voices: per speaker whose words bear on the question, what the
    forecast would have been with his words alone. moved: per finding its part of the change since the last forecast,
    in log-odds, where a watch has made it.
    """

    kind: Literal["forecast"] = "forecast"
    question: Id
    scenario: Id
    made_on: Day
    p: Probability
    low: Probability
    high: Probability
    interval: Probability
    word: Short
    lexicon: Id
    states: tuple[Probability, ...] = ()
    benchmarks: Benchmarks
    voices: dict[Id, Probability] = Field(default_factory=dict)
    moved: dict[Short, float] = Field(default_factory=dict)
    model_digest: Digest
    scenario_digest: Digest
    version: Short

    @property
    def series(self) -> tuple[str, str]:
        """The question, and the scenario's name."""
        return self.question, self.scenario

    def repeats(self, other: Forecast) -> bool:
        """Whether it says on the same day what another said, by whatever version of the software."""
        apart = {"version", "benchmarks", "voices", "moved"}
        return self.model_dump(exclude=apart) == other.model_dump(exclude=apart)


@dataclass(frozen=True)
class NamedFinding:
    """A row as a ledger names it. cell: empty where several on one variable are meant."""

    day: date
    variable: str
    cell: str
    source: str


def named_finding(key: str) -> NamedFinding | None:
    """What a key names; None where it names no row."""
    parts = [*key.split(" ", 3), "", ""][:4]
    try:
        return NamedFinding(_DAYS.validate_python(parts[0]), parts[1], *parts[2:])
    except ValidationError:
        return None


class Resolution(Record):
    """What came of a question.

    on: the day on which it came about, or after which it could no more. state: which of the states, where known.
    """

    kind: Literal["resolution"] = "resolution"
    question: Id
    outcome: Result
    on: Day
    state: Id | None = None
    source: Text
    why: Text | None = None


class Correction(Record):
    """That an earlier line is wrong. The line stays; of a resolution the outcome given here counts in its place."""

    kind: Literal["correction"] = "correction"
    line: Annotated[int, Field(ge=2)]
    corrects: Digest
    """The seal of that line."""
    on: Day
    why: Text
    resolution: Resolution | None = None
    """What counts instead, where the line is a resolution."""

    @model_validator(mode="after")
    def _corrects_a_line(self) -> Correction:
        if self.corrects == NOTHING_BEFORE:
            raise ValueError("corrects no line")
        return self


Entry = ForecastQuestion | Forecast | Resolution | Correction
_ANY: TypeAdapter[LedgerHeading | Entry] = TypeAdapter(
    Annotated[LedgerHeading | ForecastQuestion | Forecast | Resolution | Correction, Field(discriminator="kind")]
)
_SEAL, _END = b',"seal":"', b'"}'
_AFTER = b',"after":"'
_TAIL = len(_SEAL) + 64 + len(_END)


class BrokenLine(ValueError):
    """A line that is not as it was sealed."""


def line(entry: LedgerHeading | Entry, after: str) -> tuple[bytes, str]:
    """The line of a record, without its end, and its seal. after: the seal of the line before."""
    fields = {"kind": entry.kind, **entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)}
    text = json.dumps({**fields, "after": after}, ensure_ascii=False, separators=(",", ":")).encode()
    seal = hashlib.sha256(text).hexdigest()
    return text[:-1] + _SEAL + seal.encode() + _END, seal


def read_line(text: bytes) -> tuple[LedgerHeading | Entry, str, str]:
    """The record of a line, the seal of the line that it follows, and its own. Raises BrokenLine."""
    content, seal, end = text[:-_TAIL] + b"}", text[-_TAIL + len(_SEAL) : -len(_END)], text[-len(_END) :]
    if end != _END or text[-_TAIL : -_TAIL + len(_SEAL)] != _SEAL:
        raise BrokenLine("is no line of a ledger: it does not end with its seal")
    if hashlib.sha256(content).hexdigest().encode() != seal:
        raise BrokenLine("was changed since it was sealed")
    record, found, after = content[:-2].rpartition(_AFTER)
    if not found:
        raise BrokenLine("does not say which line it follows")
    try:
        return _ANY.validate_json(record + b"}", strict=True), after.decode(), seal.decode()
    except (ValidationError, UnicodeDecodeError) as error:
        if isinstance(error, UnicodeDecodeError):
            raise BrokenLine("is not UTF-8 text") from None
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise BrokenLine(f"{where}: {first['msg']}" if where else str(first["msg"])) from None
