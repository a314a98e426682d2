"""Words as probabilities and probabilities as words: by a lexicon, by a model's hedges, by rules that need no list.

Rules read words that carry their own number, and negations. Each has its source, or the word assumption. Numbers are
read as said. A complement is taken only where "not" turns a word around (`probably not`); "not certain" is no
"certainly not", and stays unread. Double negations are read nearer to even and wider than the plain word (Smithson et
al. 2011).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tocsin.canonical import figure
from tocsin.elicitation.distributions import Array
from tocsin.errors import BadQuery, nearest_name
from tocsin.records.model import ModelRecords
from tocsin.records.statements import Hedge, Lexicon, Term

Interval = tuple[float, float]
Known = Callable[[str], Interval | None]
"""What a word means in the lexicons at hand; None if they do not hold it."""

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred")
_WORDS = {word: number for number, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, 2)}
_NUMBER = rf"(?:\d+(?:[.,]\d+)?|(?:{'|'.join(_WORDS)})(?:[- ](?:{'|'.join(_WORDS)}))?)"
_PERCENT = r"(?: ?(?:%|percent|per cent|pct))"
_ABOUT = r"(?:(?:about|around|roughly|some|approximately|approx\.?|circa|nearly|almost|close to|perhaps) )?"

_RANGE = re.compile(
    rf"(?:between |from |somewhere between )?({_NUMBER}){_PERCENT}? ?(?:to|and|-|–|—|or) ?({_NUMBER}){_PERCENT}"
)
_POINT = re.compile(rf"{_ABOUT}({_NUMBER}){_PERCENT}(?: (?:chance|probability|likelihood))?")
_ABOVE = re.compile(rf"(?:more than|over|above|at least|no less than|not less than|upwards of) ({_NUMBER}){_PERCENT}")
_BELOW = re.compile(rf"(?:less than|under|below|at most|no more than|not more than|up to) ({_NUMBER}){_PERCENT}")
_ODDS = re.compile(
    rf"(?:(?:about|around|roughly|some|a|an|perhaps) )?({_NUMBER})(?: chances?)?(?: out of| in)(?: an?)? ?({_NUMBER})"
    r"(?: chances?)?"
)
_EVEN = re.compile(
    r"(?:a )?(?:fifty[- ]fifty|50[-/: ]50|coin[- ]?toss|coin[- ]?flip|toss[- ]?up|even (?:chance|odds|bet))(?: chance)?"
)

_HALF_EVEN = 0.05
"""Assumption: an even chance said in passing is 45 to 55 %, the band of ICD 203's word for it."""
_QUARTER = 0.25
"""Assumption: `one in five` means one to within a quarter, 15 to 25 %."""

_DOUBLE = re.compile(r"(?:by no means |not (?:at all )?)(?:un|im)(?:likely|probable)|not (?:improbable|implausible)")
_NOT_EXCLUDED = re.compile(
    r"(?:can ?not|can't|could not|couldn't) be (?:ruled out|excluded|discounted|dismissed)"
    r"|not (?:to be )?(?:ruled out|excluded)"
)
_WELL = re.compile(r"(?:might|may|could) (?:very )?well")
_TURNED = re.compile(r"(?P<word>(?!un|im)(?!.*\b(?:can|could|shall|should|will|would)\b).+) not(?: to)?")
_NEGATED = re.compile(r"(?:is )?not (?P<word>likely|probable|expected|to be expected)")
_MODAL = re.compile(r"(?P<word>might|may) not(?: .+)?")
HEDGES = "hedges"
"""The source of a reading that the model's own hedges give."""
RULE = "rule"
"""The source of a reading of numbers in words, and of negations."""
_ROUNDING = 0.005
"""Half of a whole percent: what a band of no width is widened by on both sides."""
MOST_DECIMALS = 3
"""Of a percent: the draws know no more."""
AT_EDGE = 6e-6
"""What is nearer than this to a band's edge is at it: the decimals that are printed do not tell the two apart."""
NEAR_EDGE = 0.006
"""What is farther than this from an edge is not rounded onto or beyond it."""
Bands = Mapping[str, tuple[float, float]]
"""Words, and what they mean."""


@dataclass(frozen=True)
class PhraseReading:
    """An interval, and the rule that gave it."""

    low: float
    high: float
    rule: str
    """In words, with its source or the word assumption."""
    published: bool
    """Whether a number was said or a published scale's word turned around, and nothing assumed but that."""


def phrase(words: str, known: Known) -> PhraseReading | None:
    """What words mean by their own numbers or by a negation; None if no rule reads them. `words`: lower case."""
    return next(_numbers(words), None) or next(_negations(words, known), None)


def _numbers(words: str) -> Iterator[PhraseReading]:
    if (match := _POINT.fullmatch(words)) and (p := _percent(match[1])) is not None and 0 <= p <= 1:
        half = _rounding(p)
        yield PhraseReading(max(p - half, 0.0), min(p + half, 1.0), "as said, to its rounding", published=True)
    if match := _RANGE.fullmatch(words):
        low, high = _percent(match[1]), _percent(match[2])
        if low is not None and high is not None and low < high <= 1 and (low, high) != (0, 1):
            yield PhraseReading(low, high, "as said", published=True)
    if (match := _ABOVE.fullmatch(words)) and (p := _percent(match[1])) is not None and 0 < p < 1:
        yield PhraseReading(p, 1.0, "as said", published=True)
    if (match := _BELOW.fullmatch(words)) and (p := _percent(match[1])) is not None and 0 < p < 1:
        yield PhraseReading(0.0, p, "as said", published=True)
    if _EVEN.fullmatch(words):
        yield PhraseReading(0.5 - _HALF_EVEN, 0.5 + _HALF_EVEN, "as said: an even chance", published=True)
    if match := _ODDS.fullmatch(words):
        count, total = _value(match[1]), _value(match[2])
        if count and total and count < total:
            low, high = (count - _QUARTER) / total, min((count + _QUARTER) / total, 1.0)
            yield PhraseReading(low, high, "as said, to within a quarter", published=True)


def _negations(words: str, known: Known) -> Iterator[PhraseReading]:
    if _DOUBLE.fullmatch(words):
        rule = "assumption: double negations are read nearer to even and wider (Smithson et al. 2011)"
        yield PhraseReading(0.30, 0.70, rule, published=False)
    if _NOT_EXCLUDED.fullmatch(words):
        yield PhraseReading(0.05, 0.50, "assumption: no more than that it is not impossible", published=False)
    if _WELL.fullmatch(words):
        yield PhraseReading(0.35, 0.75, "assumption: between might and likely", published=False)
    match = _NEGATED.fullmatch(words) or _MODAL.fullmatch(words) or _TURNED.fullmatch(words)
    if match and (held := _turned(match["word"].strip(), known)):
        low, high = held
        rule = f"the complement of “{match['word'].strip()}”"
        yield PhraseReading(round(1 - high, 12), round(1 - low, 12), rule, published=True)


def _turned(word: str, known: Known) -> Interval | None:
    """What the word means that “not” turns around: also of an adverb the lexicon's adjective."""
    tried = [word, re.sub(r"ably$", "able", word), re.sub(r"ainly$", "ain", word), re.sub(r"(?<=[a-z])ly$", "", word)]
    return next((held for form in dict.fromkeys(tried) if (held := known(form)) is not None), None)


def _percent(text: str) -> float | None:
    value = _value(text)
    return None if value is None else round(value / 100, 12)


def _value(text: str) -> float | None:
    if text[0].isdigit():
        return float(text.replace(",", "."))
    parts = re.split(r"[- ]", text)
    if len(parts) == 2 and not (100 > _WORDS[parts[0]] >= 20 and 0 < _WORDS[parts[1]] < 10):
        return None
    return float(sum(_WORDS[part] for part in parts))


def _rounding(p: float) -> float:
    """Assumption: half of the step that a number seems rounded to: tens, fives, ones, or a tenth of a percent."""
    for step in (0.1, 0.05, 0.01):
        if abs(p / step - round(p / step)) < 1e-9 and 0 < p < 1:
            return step / 2
    return 0.0005 if 0 < p < 1 else 0.005


@dataclass(frozen=True)
class Wording:
    """A probability in a standard's word."""

    word: str
    band: tuple[float, float]
    """What the standard means by it."""
    place: str = ""
    """Where the probability lies, if the standard has no word of its own for it and this is only the nearest, or if it
    is the very end of the band."""
    edges: tuple[float, ...] = ()
    """Where any of the standard's bands ends."""


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
        return Wording(term.word, term.band, _at_border(p, term), edges_of(lexicon))
    # Rounded, so that floating point does not decide between two equally near bands.
    term = min(lexicon.terms, key=lambda term: (round(_distance(p, term), 12), -term.band[0]))
    return Wording(term.word, term.band, _at_border(p, term) or _place(p, lexicon), edges_of(lexicon))


def reading(
    words: str, lexicon: Lexicon, hedges: Mapping[str, Hedge] | None = None, survey: Lexicon | None = None
) -> Reading:
    """What words mean, as `find_reading` says. Raises UnknownWords, naming the nearest words that can be read."""
    found = find_reading(words, lexicon, hedges, survey)
    if found is None:
        raise UnknownWords(words, [word for _, held in sources(lexicon, hedges or {}, survey) for word in held])
    return found


def find_reading(
    words: str, lexicon: Lexicon, hedges: Mapping[str, Hedge] | None = None, survey: Lexicon | None = None
) -> Reading | None:
    """What words mean: by the lexicon, else by the model's hedges, else by the survey, else by a rule; or None.

    Case, spacing and the kind of apostrophe do not count.
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
    return None if found is None else Reading(found.low, found.high, RULE, found.published, found.rule)


def reading_in(model: ModelRecords, words: str) -> Reading:
    """What words mean in a model: by its own lexicon, its hedges, the survey, or a rule. Raises UnknownWords."""
    return reading(words, model.lexicons[model.file.lexicon], model.file.hedges, model.lexicons.get("survey"))


def holds(lexicon: Lexicon, words: str) -> bool:
    """Whether a lexicon itself reads these words."""
    return normal(words) in bands(lexicon)


def normal(words: str) -> str:
    """Words without what does not count: case, spacing and the kind of apostrophe.

    >>> normal("  Almost   Certain "), normal("can’t be excluded")
    ('almost certain', "can't be excluded")
    """
    return " ".join(words.casefold().replace("’", "'").split())


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


def _place(p: float, lexicon: Lexicon) -> str:
    below = [term for term in lexicon.terms if term.band[1] < p]
    above = [term for term in lexicon.terms if term.band[0] > p]
    if not below:
        return f"below the scale, < {100 * min(term.band[0] for term in above):g} %"
    if not above:
        return f"above the scale, > {100 * max(term.band[1] for term in below):g} %"
    lower, higher = max(below, key=lambda term: term.band[1]), min(above, key=lambda term: term.band[0])
    return f"between “{lower.word}” and “{higher.word}”"


def _at_border(p: float, term: Term) -> str:
    inner = (end for end in term.band if 0 < end < 1)
    low, high = (f"{100 * end:g}" for end in term.band)
    return f"at the border of {low}–{high} %" if any(_is_at(p, end) for end in inner) else ""


def _is_at(p: float, edge: float) -> bool:
    return abs(p - edge) < AT_EDGE


@lru_cache(maxsize=32)
def edges_of(lexicon: Lexicon) -> tuple[float, ...]:
    """Where bands end, but for 0 and 1, which no figure is rounded to."""
    return tuple(sorted({end for term in lexicon.terms for end in term.band} - {0.0, 1.0}))


def decimals(p: float, edges: Sequence[float]) -> int:
    """Of a probability in percent: none from 10 to 90 and one elsewhere; more where those would leave its band.

    As many as keep the figure on the same side of each edge as the probability; what is at an edge is printed as that.
    """
    usual = 0 if 0.0995 <= p <= 0.9005 else 1
    near = [edge for edge in edges if abs(p - edge) < NEAR_EDGE]
    if not near:
        return usual
    enough = (k for k in range(usual, MOST_DECIMALS) if all(_is_told(p, k, edge) for edge in near))
    return next(enough, MOST_DECIMALS)


def _is_told(p: float, count: int, edge: float) -> bool:
    shown, end = float(f"{100 * p:.{count}f}"), round(100 * edge, 9)
    return abs(shown - end) < 100 * AT_EDGE if _is_at(p, edge) else (shown - end) * (100 * p - end) > 0


@dataclass(frozen=True, eq=False)
class Words:
    """words: in rising order of probability; cuts: where one word ends and the next begins, which is the next one's;
    edges: where any band ends, as `Wording` has them."""

    words: tuple[str, ...]
    cuts: Array
    edges: tuple[float, ...]

    def places(self, p: ArrayLike) -> NDArray[np.intp]:
        """Position of the word of each probability, of any shape."""
        return np.searchsorted(self.cuts, np.asarray(p, dtype=np.float64), side="right")

    def word(self, p: float) -> str:
        """The word of one probability."""
        return self.words[int(self.places(p))]


@lru_cache(maxsize=32)
def words_of(lexicon: Lexicon) -> Words:
    """The steps of `word_for`, which decides about nested bands, gaps and shared boundaries."""
    borders = sorted({end for term in lexicon.terms for end in term.band})
    # In a gap the nearest band is named: the word changes in its middle.
    candidates = sorted({*borders, *(figure((low + high) / 2) for low, high in pairwise(borders))} - {0.0, 1.0})
    middles = [(low + high) / 2 for low, high in zip([0.0, *candidates], [*candidates, 1.0], strict=True)]
    found = [word_for(middle, lexicon).word for middle in middles]
    changes = [k for k in range(1, len(found)) if found[k] != found[k - 1]]
    # Of nested bands the lower word keeps the end that they share, and the higher begins just above it.
    ends = [(found[k], candidates[k - 1]) for k in changes]
    cuts = [end if word_for(end, lexicon).word == word else float(np.nextafter(end, 1.0)) for word, end in ends]
    return Words((found[0], *(found[k] for k in changes)), np.array(cuts), edges_of(lexicon))
