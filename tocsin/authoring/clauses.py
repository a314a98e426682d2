"""What a part of a sentence states, piece by piece, and the estimative words in each.

One sentence often says two things ("a leak is possible, and the gate is guarded"); each is a statement of its
own. Words are those that the model reads: its lexicon, its hedges, the survey and the rules of
`elicitation/lexicon.py`; modal verbs and comparisons that nothing reads are found too, and said to be unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tocsin.authoring import english
from tocsin.elicitation.lexicon import find_reading, normal, sources
from tocsin.records import ModelRecords

# ---------------------------------------------------------------------------------------------------------- clauses
_FINITE = rf"(?:{'|'.join(sorted(english.words('finite')))}|\w{{3,}}ed)"
_SUBJECT = rf"(?=(?:[\w’'%-]+ +){{1,9}}?{_FINITE}\b)"
"""A subject with its verb stands here: a clause begins, and not the next part of a list."""
_HAS_VERB = re.compile(rf"\b{_FINITE}\b")
_RESULT = (
    r"(?:(?:thereby|thus|possibly|potentially|probably|likely|perhaps|also|even)\s+)?"
    rf"(?!(?:{'|'.join(sorted(english.words('no_results')))})\b)[a-z]{{3,}}ing\s"
)
_CHANGE = (
    r"(?:an?\s|the\s)?(?:[\w’'-]+\s+){0,3}?"
    r"(?:\w{3,}ing|increases?|rises?|falls?|drops?|declines?|decreases?|growth)\b"
)
_BREAK = re.compile(
    "|".join(
        (
            r";\s+",
            rf"[,—–]\s+(?:and|but|yet|while|whereas|although|though|so|or)\s+{_SUBJECT}",
            rf"\s(?:but|whereas|although)\s+{_SUBJECT}",
            r",?\s+(?:particularly|especially|mainly|not least|also|partly)?\s*(?:because\s+(?!of\b)|(?:since|as)\s+"
            rf"(?!(?:of|the|a|an|well|soon|long|far|last|early|late|\d)\b)){_SUBJECT}",
            rf",\s+(?:which|where|who)\s+(?=(?:[\w’'-]+ ){{0,6}}?{_FINITE}\b)",
            rf",\s+(?:and\s+)?(?={_RESULT})",
            rf",\s+with\s+(?={_CHANGE})",
        )
    )
)
"""Where the next clause begins: joined, in contrast, as a reason, beside a noun, or as a result."""
_CONCEDED = re.compile(
    rf"[\s“]*(?:while|although|though|whereas|even though)\s+[^,]*?\b{_FINITE}\b[^,]*,\s+", re.IGNORECASE
)
_LEAST = 3
"""Words of a statement, one more where it has no verb; a shorter piece goes with what stands before it."""


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each thing that a part of a sentence states.

    >>> text = "While the gates may not fail, leaks are possible, potentially flooding all of the lower town"
    >>> [text[start:end] for start, end in clauses(text)]
    ['While the gates may not fail', 'leaks are possible', 'potentially flooding all of the lower town']
    """
    cuts: list[tuple[int, int]] = []
    begin = 0
    if conceded := _CONCEDED.match(text):
        cuts.append((conceded.end() - 2, conceded.end()))
        begin = conceded.end()
    cuts += [match.span() for match in _BREAK.finditer(text, begin)]
    start = 0
    held: list[tuple[int, int]] = []
    for cut, onward in [*cuts, (len(text), len(text))]:
        joined = text[cut:onward].split()[-1:] in (["and"], ["or"])
        has_verb = _HAS_VERB.search(text, start, cut) is not None
        if joined and "," in text[start:cut] and not has_verb:
            # `the dam, the gates, and the road are shut`: a list goes on, and no clause begins.
            continue
        short = _words(text[start:cut]) < (_LEAST if has_verb else _LEAST + 1)
        if held and (short or _words(text[held[-1][0] : held[-1][1]]) < _LEAST):
            held[-1] = (held[-1][0], cut)
        else:
            held.append((start, cut))
        start = onward
    yield from held


def _words(text: str) -> int:
    return len(re.findall(r"\w+", text))


# -------------------------------------------------------------------------------------------------- estimative words
MOST_WORDS = 6
"""Words of the longest estimative phrase that is looked for."""
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*(?: ?%)?|[^\W\d_][\w’'-]*")
_MODALS, _NEGATING, _OF_RULES = english.words("modals"), english.words("negating"), english.words("of_rules")
_COMPARED = re.compile(
    r"(?i)\b(?:more|less|as|most|least) (?:un)?(?:likely|probable)\b(?: than)?"
    r"|\b(?:greater|lesser|higher|lower|bigger|graver|main|biggest|greatest|gravest) "
    r"(?:threat|risk|danger|chance|likelihood|probability)\b"
)
"""Comparisons: `more likely` is no `likely`."""
_UNREAD = re.compile(
    r"(?i)\b(?:possib(?:le|ly|ility|ilities)|impossible|potential(?:ly)?|perhaps|probability|likelihood|prospects?|chances?"
    r"|risks?|dangers?|expected|foreseeable|conceivabl[ey]|presumably|apparently|would|should|must|shall|can(?:not|[’']t)"
    r"|won[’']t|couldn[’']t|wouldn[’']t)\b(?: not\b)?"
)
"""Words that estimate, where the model reads nothing longer that holds them."""
_ALONE = {
    "even": re.compile(r"even (?:chance|odds|bet|money)"),
    "remote": re.compile(
        r"remote (?:chance|possibility|risk|likelihood|prospect)"
        r"|(?:is|are|seems|remains|as) (?:very |rather |too )?remote\b"
    ),
    "slight": re.compile(r"slight (?:chance|possibility|risk|likelihood)|(?:is|are|seems|remains) slight\b"),
}
"""Words that estimate only in such company."""
_CONDITION = re.compile(r"(?:^|[\s“,])(?:if|unless|should|provided|in case|as long as)\s", re.IGNORECASE)


@dataclass(frozen=True)
class WordsFound:
    """Estimative words in a text, as they stand there, and what the model reads them as."""

    start: int
    words: str
    low: float | None = None
    high: float | None = None
    by: str = ""
    """The lexicon, `hedges` or `rule`; empty where nothing reads them."""


class EstimativeWords:
    """Finds the words that a model reads in running text."""

    def __init__(self, model: ModelRecords):
        self._read_with = model.lexicons[model.file.lexicon], model.file.hedges, model.lexicons.get("survey")
        self._held = {words for _, bands in sources(*self._read_with) for words in bands}
        self._triggers = {word for words in self._held for word in words.split()} | _MODALS | _OF_RULES

    def find(self, text: str) -> list[WordsFound]:
        """The estimative words of a text, from left to right, the longest that are read."""
        tokens = list(_TOKEN.finditer(text))
        found = [WordsFound(match.start(), match[0]) for match in _COMPARED.finditer(text)]
        position = 0
        while position < len(tokens):
            taken = self._longest(text, tokens, position)
            if taken is not None and not _inside(found, tokens[position + taken[1] - 1].start()):
                found.append(self._negated(text, tokens, position, taken[0]))
            position += 1 if taken is None else taken[1]
        found += [WordsFound(m.start(), m[0]) for m in _UNREAD.finditer(text) if not _inside(found, m.start())]
        return sorted(found, key=lambda words: words.start)

    def _longest(self, text: str, tokens: list[re.Match[str]], first: int) -> tuple[WordsFound, int] | None:
        for last in range(min(first + MOST_WORDS, len(tokens)) - 1, first - 1, -1):
            part = tokens[first : last + 1]
            words = text[part[0].start() : part[-1].end()]
            plain = normal(words)
            if not any(normal(token[0]) in self._triggers or token[0].endswith("%") for token in part):
                continue
            if len(plain) > 80 or (first == last and not _stands_alone(text, part[0], plain)):
                continue
            if plain in self._held or _carries(plain):
                found = self._as_read(part[0].start(), words)
                if found.by:
                    return found, len(part)
        return None

    def _negated(self, text: str, tokens: list[re.Match[str]], first: int, words: WordsFound) -> WordsFound:
        """With the negation around it, which must not be lost: unread where the model does not read the whole."""
        end = words.start + len(words.words)
        if after := re.match(r" not\b| never\b", text[end:]):
            return self._as_read(words.start, text[words.start : end + after.end()])
        before = [token[0].lower() for token in tokens[max(0, first - 2) : first]]
        negation = next(
            (k for k in range(len(before)) if before[k] in _NEGATING or before[k].endswith(("n't", "n’t"))), None
        )
        if negation is None or words.words.lower().startswith("not ") or words.words.lower() in _MODALS:
            return words
        start = tokens[first - len(before) + negation].start()
        if re.search(r"[,;:“”]", text[start : words.start]):
            return words
        return self._as_read(start, text[start:end])

    def _as_read(self, start: int, words: str) -> WordsFound:
        """As the model reads these words where they stand in a statement."""
        read = find_reading(words, *self._read_with)
        return WordsFound(start, words) if read is None else WordsFound(start, words, read.low, read.high, read.source)


def _inside(found: list[WordsFound], position: int) -> bool:
    return any(words.start <= position < words.start + len(words.words) for words in found)


def _stands_alone(text: str, token: re.Match[str], plain: str) -> bool:
    """Whether a single word estimates here: `May 2024` and `a remote village` do not."""
    if token[0] in ("May", "Will") and (token.start() > 0 or re.match(r"[\s,]*(?:\d|of\b)", text[token.end() :])):
        return False
    needed = _ALONE.get(plain)
    return needed is None or needed.search(text.lower(), max(0, token.start() - 12), token.end() + 15) is not None


def _carries(plain: str) -> bool:
    """Whether a phrase may be read by a rule: numbers need their percent or `in`, and a year is no number of cases."""
    if re.search(r"\b(?:1[89]|20)\d\d\b", plain):
        return False
    if re.match(r"(?:may|might) not .", plain):
        return False
    if plain.endswith((" not", " not to")):
        return plain.split()[0] not in ("did", "does", "do", "is", "are", "was", "were") and len(plain.split()) < 4
    return bool(
        re.search(r"%|percent|per cent|pct|\bin\b|\bout of\b|\bnot\b|n't|cannot|fifty|toss|flip|\bwell\b", plain)
    )


def judges(text: str, found: Sequence[WordsFound]) -> bool:
    """Whether a statement reads as a judgement and not as a fact: it estimates, compares, or supposes."""
    return bool(found) or _CONDITION.search(text) is not None
