"""Probabilities → words, and words → intervals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tocsin.elicitation.phrases import phrase
from tocsin.errors import BadQuery, nearest_name
from tocsin.records.lexicon import Hedge, Lexicon, Term
from tocsin.records.model import Model

HEDGES = "hedges"
"""The source of a reading that the model's own hedges give."""

RULE = "rule"
"""The source of a reading of numbers in words, and of negations."""

_ROUNDING = 0.005
"""Half of a whole percent: what a band of no width is widened by on both sides."""


@dataclass(frozen=True)
class Wording:
    """A probability in a standard's word."""

    word: str
    band: tuple[float, float]
    """What the standard means by it."""
    exact: bool
    """Whether the standard gives this word to this probability; otherwise the word is only the nearest."""
    note: str | None = None
    """What to add where the word is not exact."""


@dataclass(frozen=True)
class Reading:
    """A word as an interval of probabilities."""

    low: float
    high: float
    source: str
    """The lexicon that holds the word, `hedges`, or `rule`."""
    published: bool = True
    """Whether a published scale or a number that was said gives the interval, and not the analysts' own reading."""
    rule: str | None = None
    """The rule that read the words, where no lexicon holds them, with its source or the word assumption."""

    @property
    def floored(self) -> bool:
        """Whether confidence widens the interval: a band is a definition, a hedge the analysts' own interval."""
        return self.source != HEDGES


class UnknownWords(BadQuery):
    """Words that neither a lexicon nor the model's hedges hold."""

    def __init__(self, words: str, known: list[str]):
        # Only near misses: the nearest spelling of an estimate may be another estimate.
        near = nearest_name(normal(words), known, cutoff=0.8)
        meant = f"did you mean {near!r}, or " if near else ""
        super().__init__(
            f"no lexicon reads {words!r}; {meant}write on the statement "
            f"`read_as: {{range: [20%, 40%], because: …}}`, or under `hedges` of the model "
            f"`{normal(words)}: {{range: [20%, 40%], because: …}}` (`tocsin words` lists what is read)"
        )


def word_for(p: float, lexicon: Lexicon) -> Wording:
    """The word of a standard for a probability.

    A boundary that two bands share belongs to the higher one. Of nested bands (IPCC) the narrowest counts. In a gap
    (PHIA, Kent), below the lowest and above the highest defined value (ICD 203) the nearest band is named, and this is
    said; the higher one if two are equally near. Raises BadQuery for a lexicon that only reads.
    """
    if not lexicon.speaks:
        raise BadQuery(f"{lexicon.name} only reads words; word answers with a standard")
    holding = [term for term in lexicon.terms if term.band[0] <= p <= term.band[1]]
    begins = any(term.band[0] == p for term in holding)
    own = [term for term in holding if not begins or term.band[1] > p]
    if own:
        term = min(own, key=_width)
        return Wording(term.word, term.band, exact=True)
    # Rounded, so that floating point does not decide between two equally near bands.
    term = min(lexicon.terms, key=lambda term: (round(_distance(p, term), 12), -term.band[0]))
    return Wording(term.word, term.band, exact=False, note=_note(p, term, lexicon))


def reading(
    words: str, lexicon: Lexicon, hedges: Mapping[str, Hedge] | None = None, survey: Lexicon | None = None
) -> Reading:
    """What words mean: by the lexicon, else by the model's hedges, else by the survey, else by a rule (`phrases`).

    Case and spacing do not count. Raises UnknownWords, naming the nearest words that can be read.
    """
    wanted = normal(words)
    for source, held in sources(lexicon, hedges or {}, survey):
        if wanted in held:
            low, high = held[wanted]
            if low == high:
                # A survey's answers are whole percents.
                low, high = low - _ROUNDING, high + _ROUNDING
            return Reading(low, high, source, source != HEDGES or _is_cited(wanted, hedges or {}))
    every = {word: band for _, held in sources(lexicon, {}, survey) for word, band in held.items()}
    found = phrase(wanted, lambda word: bands(lexicon).get(word, every.get(word)))
    if found is not None:
        return Reading(found.low, found.high, RULE, found.published, found.rule)
    raise UnknownWords(words, [word for _, held in sources(lexicon, hedges or {}, survey) for word in held])


def reading_in(model: Model, words: str) -> Reading:
    """What words mean in a model: by its own lexicon, its hedges, the survey, or a rule. Raises UnknownWords."""
    return reading(words, model.lexicons[model.file.lexicon], model.file.hedges, model.lexicons.get("survey"))


def holds(lexicon: Lexicon, words: str) -> bool:
    """Whether a lexicon itself reads these words."""
    return normal(words) in bands(lexicon)


def normal(words: str) -> str:
    """Words without what does not count: case and spacing.

    >>> normal("  Almost   Certain ")
    'almost certain'
    """
    return " ".join(words.casefold().split())


Bands = Mapping[str, tuple[float, float]]
"""Words, and what they mean."""


def sources(lexicon: Lexicon, hedges: Mapping[str, Hedge], survey: Lexicon | None) -> Iterator[tuple[str, Bands]]:
    """What is looked into for a word, in this order, each with its name."""
    yield lexicon.name, bands(lexicon)
    yield (
        HEDGES,
        {normal(wording): hedge.range for words, hedge in hedges.items() for wording in (words, *hedge.phrases)},
    )
    if survey is not None:
        yield survey.name, bands(survey)


@lru_cache(maxsize=32)
def bands(lexicon: Lexicon) -> Bands:
    """Every word and phrase of a lexicon, as `normal` writes it."""
    return {normal(wording): term.band for term in lexicon.terms for wording in (term.word, *term.phrases)}


def _is_cited(wanted: str, hedges: Mapping[str, Hedge]) -> bool:
    """Whether a published study gives the hedge's interval."""
    return any(
        hedge.cite is not None and wanted in map(normal, (words, *hedge.phrases)) for words, hedge in hedges.items()
    )


def _width(term: Term) -> float:
    return term.band[1] - term.band[0]


def _distance(p: float, term: Term) -> float:
    return max(term.band[0] - p, p - term.band[1], 0.0)


def _note(p: float, term: Term, lexicon: Lexicon) -> str:
    lowest, highest = min(term.band[0] for term in lexicon.terms), max(term.band[1] for term in lexicon.terms)
    shown = f"{100 * p:.3g} %"
    if p < lowest:
        return f"{shown} is below {100 * lowest:g} %, the lowest value that {lexicon.title} defines"
    if p > highest:
        return f"{shown} is above {100 * highest:g} %, the highest value that {lexicon.title} defines"
    low, high = (f"{100 * end:g}" for end in term.band)
    return f"{shown} falls in a gap of {lexicon.title}; the nearest band is {low}–{high} %"
