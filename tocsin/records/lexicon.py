"""Words of estimative probability, and the scales that turn grades into weights: assumptions, kept as data."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tocsin.records.base import Chance, Name, Number, Range, Ratio, Record, Text
from tocsin.records.statements import Confidence, Credibility, Reliability


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
