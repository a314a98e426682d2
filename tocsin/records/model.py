"""A model: cited knowledge about variables, whose numbers are statements or assumptions."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_serializer, model_validator

from tocsin.errors import listed
from tocsin.records.base import Clause, Day, Name, Names, Number, Record, Text, Whole
from tocsin.records.families import Family, Quantity
from tocsin.records.statements import Confidence, Hedge, Lexicon, Scales, Source, Speaker, Statement

Role = Literal["driver", "indicator", "action", "outcome", "tail risk", "mechanism", "index"]
"""How the variable is used: what drives, what can be watched, what can be done, what is asked, what lies between."""

Pooling = Literal["supra_bayesian", "average", "linear"]


MOST_LETTERS = 120
"""Of a marking; one line at the head of a page."""


def checked_marking(marking: str) -> str:
    """A marking as it is. Raises ValueError where it is not one line to be printed."""
    if not marking.strip() or not marking.isprintable() or len(marking) > MOST_LETTERS:
        raise ValueError(f"a marking is one line of 1 to {MOST_LETTERS} printable letters")
    return marking


Marking = Annotated[str, AfterValidator(checked_marking)]


class Horizon(Record):
    """The days that the questions are about, both included."""

    start: Day = Field(alias="from")
    end: Day = Field(alias="to")
    timezone: Text = "UTC"

    @model_validator(mode="after")
    def _rising(self) -> Horizon:
        if self.end < self.start:
            raise ValueError("the horizon must not end before it begins")
        return self

    @property
    def days(self) -> int:
        """Length in days."""
        return (self.end - self.start).days + 1


class Variable(Record):
    """A question that an observer could settle, with mutually exclusive answers from mild to worse."""

    title: Text
    question: Text
    states: Annotated[Names, Field(min_length=2)]
    labels: dict[Name, Text] = Field(default_factory=dict)
    """How states are printed, where the name is not enough."""
    says: dict[Name, Clause] = Field(default_factory=dict)
    """Per state the clause that sentences are made of: `late: the ferry sails late`."""
    role: Role
    parents: Names = ()
    table: Family
    cost: Annotated[Number, Field(gt=0)] | None = None
    """What it costs to watch the variable, in analyst-days; ranks indicators by what they tell per day."""
    note: Text | None = None

    def label(self, state: str) -> str:
        """How a state is printed."""
        return self.labels.get(state, state.replace("_", " "))

    def either(self, states: Sequence[str]) -> str:
        """`convoy or populated site`; from one state to the worst of them all, `convoy, or worse`."""
        if len(states) > 1 and tuple(states) == self.states[-len(states) :]:
            return f"{self.label(states[0])}, or worse"
        return " or ".join(self.label(state) for state in states)

    def named(self, states: Sequence[str]) -> str:
        """`Evening ferry: cancelled`."""
        return f"{self.title}: {self.either(states)}"

    def clause(self, states: Sequence[str]) -> str | None:
        """`the ferry sails late or the ferry stays in port`; None where a state has no clause.

        Clauses that begin alike say their beginning once.
        """
        if not all(state in self.says for state in states):
            return None
        clauses = [self.says[state].split() for state in states]
        shortest = min(map(len, clauses))
        alike = next((k for k in range(shortest) if len({words[k] for words in clauses}) > 1), shortest)
        if len(clauses) == 1 or not LEAST_ALIKE <= alike < shortest:
            return listed([self.says[state] for state in states], "or")
        return " ".join((*clauses[0][:alike], listed([" ".join(words[alike:]) for words in clauses], "or")))


LEAST_ALIKE = 2
"""Words with which clauses begin alike before these are said once."""


class OutcomeEvent(Record):
    """The states in which an outcome has come about, and how sentences speak of that.

    Written short as the states alone.
    """

    states: Annotated[Names, Field(min_length=1)]
    """In which the outcome has come about."""
    says: Clause | None = None
    """The clause: `the dam breaks`."""
    noun: Clause | None = None
    """The subject of a sentence: `a breach of the dam`."""
    settles: Text | None = None
    """Whose word decides whether it has come about, if the variable's question does not say; in sealed forecasts."""

    @model_serializer(mode="plain")
    def _short(self) -> Any:
        words = {key: text for key in ("says", "noun", "settles") if (text := getattr(self, key)) is not None}
        return {"states": list(self.states), **words} if words else list(self.states)


def _with_states(value: Any) -> Any:
    return {"states": value} if isinstance(value, str | list | tuple) else value


WordedEvent = Annotated[OutcomeEvent, BeforeValidator(_with_states, json_schema_input_type=OutcomeEvent | Names)]
"""States, or a mapping with states, clause and noun."""


class Outcome(Record):
    """One headline question: one or more events under a title."""

    title: Text
    events: Annotated[dict[Name, WordedEvent], Field(min_length=1)]
    """Per variable the states in which the outcome has come about, with their clause and noun if wanted."""


class TrackRecord(Record):
    """What a speaker's words were worth in questions that are resolved, as `tocsin score --weights` gives it."""

    questions: Annotated[Number, Field(gt=0)]
    skill: Annotated[Number, Field(ge=0, le=1)]
    """Against the references alone; below 0 is 0."""
    until: Day
    """The last day on which one of them was resolved; not after the model's `as_of`, so that nothing is known late."""


class PoolRule(Record):
    """How several judgements of one number come together (Genest & Zidek 1986 compare rules)."""

    rule: Pooling = "supra_bayesian"
    """supra_bayesian: independent voices add precision; average, linear: to compare with, agreement adds nothing."""
    cooke_weights: dict[Name, Annotated[Number, Field(ge=0, le=1)]] = Field(default_factory=dict)
    """Per speaker, from calibration questions (Cooke 1991): they take the place of the grades."""
    track_records: dict[Name, TrackRecord] = Field(default_factory=dict)
    """Per speaker, from his sealed forecasts: the more there are, the more they count beside his grade."""


def with_shared(value: Any, shared: Mapping[str, Any]) -> Any:
    """A part of a file with the shared numbers in the places that name them."""
    if isinstance(value, Mapping):
        if set(value) == {"shared"} and isinstance(held := shared.get(value["shared"]), Mapping):
            return {**held, **value}
        return {key: with_shared(inner, shared) for key, inner in value.items()}
    return [with_shared(item, shared) for item in value] if isinstance(value, list) else value


class ModelFile(Record):
    """`model.yaml`: variables, outcomes and settings."""

    model: Name
    title: Text
    description: Text
    as_of: Day
    """No evidence after this day."""
    horizon: Horizon
    lexicon: Name = "icd203"
    """The standard that answers are worded with."""
    confidence: Confidence = "moderate"
    """How wide words of a standard are read at least, where a statement does not say its own."""
    pooling: PoolRule = PoolRule()
    hedges: dict[Text, Hedge] = Field(default_factory=dict)
    """The model's own reading of words that no standard defines."""
    licence: Annotated[Text | None, Field(exclude=True)] = None
    """Under which terms the model may be used; travels with converted files, and is no part of what the model means."""
    marking: Annotated[Marking | None, Field(exclude=True)] = None
    """On every page of a briefing that sets no other, such as TLP:AMBER; no part of what the model means."""
    seed: Annotated[Whole | None, Field(ge=0, lt=2**63, exclude=True)] = None
    """What the draws start from; made of the model's name if left out. Stands in every answer's run record."""
    shared: dict[Name, Quantity] = Field(default_factory=dict)
    """Numbers that stand in several places, each one judgement: a place says `shared: NAME`."""
    stale_after_days: Whole | None = Field(default=None, ge=1)
    """Facts older than this at `as_of` are flagged."""
    variables: Annotated[dict[Name, Variable], Field(min_length=1)]
    outcomes: tuple[Outcome, ...] = ()
    tail_risks: dict[Name, WordedEvent] = Field(default_factory=dict)
    """As the events of an outcome."""
    missing: tuple[Text, ...] = ()
    """Causes that the sources leave out or that the model cannot hold; named in every briefing."""

    @model_validator(mode="before")
    @classmethod
    def _shared_in_place(cls, data: Any) -> Any:
        """Each place that says `shared: NAME` gets that number's statements and reference."""
        shared = data.get("shared") if isinstance(data, Mapping) else None
        if not isinstance(shared, Mapping) or not isinstance(data.get("variables"), Mapping):
            return data
        return {**data, "variables": with_shared(data["variables"], shared)}


class ModelRecords(Record):
    """Everything known: `model.yaml`, `statements.yaml`, and the lexicons and scales they are read with."""

    file: ModelFile
    sources: dict[Name, Source]
    speakers: dict[Name, Speaker]
    origins: dict[Name, Text]
    statements: tuple[Statement, ...]
    lexicons: dict[Name, Lexicon]
    scales: Scales

    @property
    def name(self) -> str:
        """The model's name."""
        return self.file.model

    @property
    def seed(self) -> int:
        """What the draws start from: the model's own, else one that its name alone decides."""
        return zlib.crc32(self.name.encode()) if self.file.seed is None else self.file.seed

    @property
    def variables(self) -> dict[str, Variable]:
        """The variables by name."""
        return self.file.variables

    @cached_property
    def by_id(self) -> dict[str, Statement]:
        """The statements by id."""
        return {statement.id: statement for statement in self.statements}

    @cached_property
    def events(self) -> dict[str, tuple[str, ...]]:
        """Per outcome or tail-risk variable, in the order of the file, the states in which it has come about."""
        return {name: event.states for name, event in self.event_words.items()}

    @cached_property
    def event_words(self) -> dict[str, OutcomeEvent]:
        """As `events`, with clause and noun."""
        events: dict[str, OutcomeEvent] = {}
        for outcome in self.file.outcomes:
            events.update(outcome.events)
        return events | self.file.tail_risks

    @cached_property
    def event_titles(self) -> dict[str, str]:
        """Per outcome of a single event the title that its author gave it."""
        return {
            name: outcome.title for outcome in self.file.outcomes if len(outcome.events) == 1 for name in outcome.events
        }

    @cached_property
    def superseded(self) -> dict[str, str]:
        """Per statement that a later one takes the place of, the later one."""
        return {statement.supersedes: statement.id for statement in self.statements if statement.supersedes is not None}

    def reliability(self, statement: Statement) -> str:
        """The statement's own grade letter, or its speaker's."""
        return statement.reliability or self.speakers[statement.speaker].reliability
