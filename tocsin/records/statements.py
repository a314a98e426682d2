"""What was said, by whom, where, and how far it can be trusted; lexicons of estimative words and scales of grades."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from tocsin.records.base import (
    Chance,
    Condition,
    Day,
    Event,
    Name,
    Names,
    Number,
    Range,
    Ratio,
    Record,
    Text,
    Whole,
    exactly_one,
)

Reliability = Literal["A", "B", "C", "D", "E", "F"]
"""Admiralty code of a source, A (completely reliable) to E (unreliable), F (cannot be judged)."""


def _digit(value: Any) -> Any:
    """A digit in quotes is read; a truth value is no number."""
    if isinstance(value, str) and value.strip() in tuple("123456"):
        return int(value)
    return str(value).lower() if isinstance(value, bool) else value


Credibility = Annotated[Literal[1, 2, 3, 4, 5, 6], BeforeValidator(_digit)]
"""Admiralty code of one piece of information, 1 (confirmed) to 5 (improbable), 6 (cannot be judged)."""

Confidence = Literal["low", "moderate", "high"]
"""Analytic confidence: caps how sharp a distribution a word may become."""


class Source(Record):
    """A publication in which statements stand."""

    title: Text
    publisher: Text
    published: Day
    """Day of publication."""
    dated_by: Text | None = None
    """How the day was found, where the publication does not give it."""


class Speaker(Record):
    """Somebody whose words are used; reliability and incentive live here."""

    name: Text
    role: Text
    reliability: Reliability
    incentive: Text
    """Why the speaker may shade what is said; shown beside every number that rests on it."""


class ReadAs(Record):
    """The analysts' reading of words that no lexicon holds: an assumption, and shown as one."""

    range: Range | None = None
    """80 % interval of the probability that the words mean."""
    cut: Range | None = None
    """80 % interval of the share by which the odds are cut (`lowers`)."""
    ratio: Ratio | None = None
    """80 % interval of the odds ratio (`raises`)."""
    because: Text

    @model_validator(mode="after")
    def _one_interval(self) -> ReadAs:
        exactly_one(self, "range", "cut", "ratio")
        return self


class Influence(Record):
    """One variable's state makes another variable's event more or less likely."""

    cause: Event = Field(alias="from")
    """The state that acts."""
    versus: Event | None = None
    """The state it is compared with; the reference state of the table where left out."""
    to: Event
    """The event that becomes more or less likely."""
    direction: Literal["raises", "lowers"]
    strength: Literal["weak", "moderate", "strong"] | None = None
    """A word of the strength scale, where the statement has no reading of its own."""


class Judgement(Record):
    """What a statement says about a probability, a comparison, an influence, or other statements."""

    probability: Event | None = None
    """The event that the estimative words are about."""
    given: Condition = Field(default_factory=dict)
    """What the speaker supposes; part of the meaning, never dropped."""
    more_likely: Event | None = None
    """The event that is said to be more likely …"""
    than: Event | None = None
    """… than this one."""
    influence: Influence | None = None
    qualifies: Names = ()
    """Statements that hold as far as this one's words say (`not absolute`, `usually`): a judgement weighs less, a fact
    counts for less."""
    horizon_days: Whole | None = Field(default=None, ge=1)
    """Horizon of the words in days, where it is not the model's: kept apart, sets no parameter."""

    @model_validator(mode="after")
    def _one_kind(self) -> Judgement:
        kind = exactly_one(self, "probability", "more_likely", "influence", "qualifies")
        if (kind == "more_likely") != (self.than is not None):
            raise ValueError("`more_likely` and `than` go together")
        if self.given and kind != "probability":
            raise ValueError("`given` goes with `probability` only")
        return self

    @property
    def kind(self) -> str:
        """Which of probability, more_likely, influence, qualifies."""
        return exactly_one(self, "probability", "more_likely", "influence", "qualifies")

    @property
    def estimates(self) -> bool:
        """Whether its words are estimative: read by a lexicon as a probability."""
        return self.kind in ("probability", "qualifies")


def _judgements(value: Any) -> Any:
    return (value,) if isinstance(value, dict) else value


class Statement(Record):
    """Something that was said: a judgement, or evidence, or context; never two of them."""

    id: Name
    speaker: Name
    source: Name
    where: Text
    """Section and paragraph, so that a reader finds it."""
    claim: Text
    """What was said, in our own words."""
    words: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    """Only the few words that carry the estimate, quoted; looked up in the lexicon."""
    read_as: ReadAs | None = None
    """The analysts' reading, where no lexicon holds the words."""
    credibility: Credibility
    reliability: Reliability | None = None
    """Overrides the speaker's, where this statement passes on a better or worse one's word."""
    confidence: Confidence | None = None
    origin: Name | None = None
    """Copies of one report share an origin and count once."""
    judges: Annotated[
        tuple[Judgement, ...], BeforeValidator(_judgements, json_schema_input_type=Judgement | tuple[Judgement, ...])
    ] = ()
    reports: Condition = Field(default_factory=dict)
    """Evidence: per variable the state or states that the fact speaks for."""
    bearing: Literal["direct", "near", "indirect", "weak"] = "direct"
    """How near it is to what it bears on. Of a fact: the very thing, a sign of it (indirect), or a remote sign (weak).
    Of a judgement: the number itself, or something near to it."""
    context: Names = ()
    """Variables whose assumptions or structure the fact informs, without a number of its own."""
    observed_on: Day | None = None
    """Day of the fact, where it is not the day of publication."""
    supersedes: Name | None = None
    """An earlier statement of the same speaker that this one takes the place of: that one stays in the file and counts
    for nothing, such as an answer of a first round."""

    @model_validator(mode="after")
    def _judgement_or_evidence(self) -> Statement:
        kind = exactly_one(self, "judges", "reports", "context")
        if kind != "judges":
            if self.read_as is not None:
                raise ValueError("`read_as` goes with `judges`; a fact has a credibility instead")
            if self.bearing == "near":
                raise ValueError("`bearing: near` is of a judgement; a fact is direct, indirect or weak")
            return self
        if self.bearing not in ("direct", "near"):
            raise ValueError("the `bearing` of a judgement is direct or near; indirect and weak are of facts")
        for judgement in self.judges:
            self._needs_a_reading(judgement)
        return self

    def _needs_a_reading(self, judgement: Judgement) -> None:
        if judgement.kind == "influence":
            assert judgement.influence is not None
            readable = self.read_as is not None or judgement.influence.strength is not None
            if not readable or (self.read_as is not None and self.read_as.range is not None):
                raise ValueError("an influence needs a `strength` word, or `read_as` with a `cut` or a `ratio`")
            if self.read_as is not None and (self.read_as.cut is None) == (judgement.influence.direction == "lowers"):
                raise ValueError("`raises` goes with a `ratio`, `lowers` with a `cut`")
        elif judgement.kind != "more_likely":
            if self.read_as is None and self.words is None:
                raise ValueError("a judgement needs `words` that a lexicon holds, or `read_as` with a range")
            if self.read_as is not None and self.read_as.range is None:
                raise ValueError("`read_as` of a probability is a `range`")

    @property
    def kind(self) -> Literal["judgement", "evidence", "context"]:
        """Which of the three it is."""
        return "judgement" if self.judges else "evidence" if self.reports else "context"

    @property
    def estimates(self) -> bool:
        """Whether it has estimative words."""
        return any(judgement.estimates for judgement in self.judges)

    @property
    def names(self) -> tuple[str, ...]:
        """What a scenario may call it by, its own name first."""
        names = (self.id, self.origin, self.speaker, self.source)
        return tuple(dict.fromkeys(name for name in names if name is not None))

    @property
    def voice_origin(self) -> str:
        """The origin that counts once: the named one, or the statement itself."""
        return self.origin or self.id


class StatementsFile(Record):
    """`statements.yaml`: sources, speakers, origins and what they said."""

    sources: dict[Name, Source]
    speakers: dict[Name, Speaker]
    origins: dict[Name, Text] = Field(default_factory=dict)
    """What the shared origins are."""
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]


class Term(Record):
    """A word of estimative probability and what it means."""

    word: Text
    """How it is printed."""
    band: tuple[Chance, Chance]
    """The probabilities that the standard gives it."""
    phrases: tuple[Text, ...] = ()
    """Other wordings that are read as this one."""


class Lexicon(Record):
    """A standard that gives estimative words their probabilities, in rising order."""

    name: Name
    title: Text
    source: Text
    """Where the standard is published."""
    note: Text | None = None
    """Its gaps and overlaps, and the rule followed there."""
    terms: Annotated[tuple[Term, ...], Field(min_length=1)]
    speaks: bool = True
    """Whether answers may be worded with it; a survey only reads words."""


class Hedge(Record):
    """Words that no standard defines, read as an 80 % interval."""

    range: Range
    because: Text
    cite: Text | None = None
    """The published study that the range is from; without it the reading is the analysts' own."""
    phrases: tuple[Text, ...] = ()
    """Other wordings that are read in the same way."""


class Scales(Record):
    """Every constant that turns grades and words into numbers; each an assumption or cited."""

    reliability_weight: dict[Reliability, Chance]
    """Weight of a source's judgement, and the power on its reports' likelihood ratio."""
    credibility_weight: dict[Credibility, Chance]
    """Further weight of a judgement by its credibility."""
    credibility_ratio: dict[Credibility, Annotated[Number, Field(gt=0)]]
    """Likelihood ratio of a reported state against the rest, from a fully reliable source."""
    bearing_power: dict[Annotated[str, Field(pattern="^(direct|indirect|weak)$")], Chance]
    """Power on a report's likelihood ratio by how near the fact is to the variable."""
    judgement_bearing: dict[Annotated[str, Field(pattern="^(direct|near)$")], Chance]
    """Factor on the precision of a judgement by how near what it speaks of is to the number."""
    confidence_floor: dict[Confidence, Annotated[Number, Field(gt=0)]]
    """Least standard deviation, in log-odds, that a word of a standard is read with."""
    common_error: Annotated[Number, Field(ge=0)]
    """Variance of the error that all experts share, on a number's line."""
    open_end: Annotated[Number, Field(gt=1)]
    """An end at 0 is read as the other end divided by this."""
    influence_strength: dict[Annotated[str, Field(pattern="^(weak|moderate|strong)$")], Ratio]
    """Odds ratios of the words weak, moderate and strong (`raises`; inverted for `lowers`)."""
    cover: Chance
    """Belief inside a range, 0.8 unless a model says otherwise."""
    because: dict[str, Text]
    """Per field: its source, or the word assumption and the reason."""
