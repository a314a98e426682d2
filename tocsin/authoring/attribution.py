"""Who says what in a paragraph: sentences, quotations, reporting verbs, and whom a pronoun or a surname means.

Rules of English news prose, and no model of the language. A frame is the part of a sentence that says who speaks ("Maj.
Gen. Lee said that", "according to residents", "she added"); what remains is what the speaker says. A quotation that
goes on over several sentences stays its speaker's. What nobody is named for is the narrator's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tocsin.authoring import english
from tocsin.authoring.speakers import SpeakerFound, Speakers

# ------------------------------------------------------------------------------------------------------- sentences
_ABBREVIATED = re.compile(
    r"(?:\b(?:Maj|Gen|Lt|Col|Capt|Sgt|Brig|Cmdr|Adm|Dr|Mr|Mrs|Ms|Prof|St|Sen|Rep|Gov|Pres|Hon|Rev|Jr|Sr|Mt|Ft|No|Nos|vs"
    r"|Inc|Ltd|Co|Corp|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|approx|ca|cf|etc|al|fig|e\.g|i\.e|a\.m|p\.m)"
    r"|\b[A-Z](?:\.[A-Z])*)\.$"
)
_STOP = re.compile(r"[.!?…]+[”’)\]]*(?=\s+[“‘(\[]?[^\W_a-z])")
_SPACE = re.compile(r"\s*")
_MOST_SENTENCE = 2_000
"""Characters: what is longer is no sentence, and is passed over."""


_MARKS = str.maketrans({"«": "“", "»": "”", "„": "“"})
_SINGLE = re.compile(r"(?<!\w)[‘'](?=\w)(?:[^“”]{1,600}?[.,!?…]|[^“”‘’']{1,80})[’'](?!\w)")
"""Single marks as a pair: a sentence that ends within them, or a few words; and no apostrophe."""


def plain_quotes(text: str) -> str:
    """The text with every quotation mark as “ or ”, of the same length.

    >>> plain_quotes('"We can\\'t," he said. «Non.»')
    "“We can't,” he said. “Non.”"
    """
    text = text.translate(_MARKS)
    text = re.sub(r"(?<![^ (\[—–])\"(?=\S)", "“", text).replace('"', "”")
    return _SINGLE.sub(lambda match: f"“{match[0][1:-1]}”", text)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence, those within quotations too.

    >>> text = "Maj. Gen. Lee spoke. “It holds. It may not.” Nobody asked."
    >>> [text[start:end] for start, end in sentences(text)]
    ['Maj. Gen. Lee spoke.', '“It holds.', 'It may not.”', 'Nobody asked.']
    """
    start = 0
    for stop in _STOP.finditer(text):
        if not _ABBREVIATED.search(text[max(start, stop.end() - 12) : stop.end()]):
            yield start, stop.end()
            start = _SPACE.match(text, stop.end()).end()  # type: ignore[union-attr]
    if start < len(text):
        yield start, len(text)


# ----------------------------------------------------------------------------------------------------------- frames
SAYING, ATTITUDES = english.verb_forms("saying"), english.verb_forms("attitudes")
_WITH_NOUN, _BARE = english.verb_forms("with_noun"), english.verb_forms("bare")
_FINITE = english.words("finite")
_AUXILIARY, _WHEN, _TO_SOMEBODY = english.words("auxiliary"), english.words("when"), english.words("to_somebody")
_VERB = re.compile(rf"(?<![\w-])(?P<verb>{'|'.join(sorted(SAYING, key=len, reverse=True))})(?![\w-])")
_IDIOM = re.compile(
    r"(?P<verb>expressed|expresses|expressing|voiced|voicing|voices|gave|giving|issued|had|have|has|is|are|was|were)"
    r" (?:\w+ )?(?:confidence|concerns?|doubts?|hopes?|fears?|regret|optimism|pessimism|surprise|alarm|worr(?:y|ies)|"
    r"certainty|scepticism|skepticism|warnings?|assurances?|confident|sure|certain|convinced|sceptical|skeptical|adamant)"
    r"(?P<that>(?: (?:about|over|at) [^“”,.]{1,60})?(?: that\b| (?=“)))"
)
_ACCORDING = re.compile(
    r"(?i)\b(?:according to|in the (?:view|words|opinion|assessment) of|as (?:reported|stated|noted|estimated) by) "
    r"|^(?:in|to) (?=(?:his|her|their|[\w’' -]{2,40}[’']s?) (?:view|opinion|words|mind|assessment)\b)"
)
_PASSIVE = re.compile(r" by (?P<who>[^“”,;:]{2,60}?)(?: that\b|,? (?=“)|(?=[.,]|$))")
_ODDS = re.compile(
    r"(?P<verb>puts?|putting|gave|gives|rated|rates|sees?|saw)(?P<that>)"
    r"(?= (?:the |an? )?(?:odds|chances?|probability|likelihood|risks?)\b)"
)
"""`put the odds at one in five`."""
_OBJECT = r"(?: (?!that\b)[^“”,.;]{1,70}?)?"
_THAT = re.compile(rf"(?:out|on|down)?(?P<object>{_OBJECT})(?:,? (?:that|whether)\b|: ?|,? (?=“))")
_TOLD = re.compile(r" (?!that\b)[^“”,.;]{2,60}[.;]?\s*$")
"""To whom something is told, at the end of a sentence."""
_PASSIVE_VERB = re.compile(r"\b(?:is|are|was|were|be|been|being)(?: [a-z]+ly)? $")
_INVERTED = re.compile(
    r"\s*(?P<verb>said|says|added|adds|warned|warns|explained|noted|wrote|insisted|argued|stressed|replied) "
    r"(?P<who>(?!that\b)[^“”]+)"
)
_ADJUNCT = (
    r"(?:(?:on|in|at|to|during|after|by|late|early|yesterday|today|last|this|from|of|via|through|while)\b[^“”,]{0,80})?"
)
_SHORT_ADJUNCT = re.compile(rf"\s*{_ADJUNCT}(?:[.;]?\s*$|(?=, ))")
_BEFORE_VERB = re.compile(rf"(?:(?:^|\s+)(?:{'|'.join(sorted(_AUXILIARY))}|[a-z]+ly))+$")
_NEGATED = re.compile(r"\b(?:not|never|neither|nor|no longer)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Saying:
    """A part of a sentence and who says it."""

    start: int
    end: int
    speaker: SpeakerFound
    quoted: bool
    """Whether a part of it stands in quotation marks."""
    attitude: str = ""
    """The reporting verb where it carries an estimate, such as `doubts` or `expects`."""


@dataclass(frozen=True)
class _Frame:
    start: int
    end: int
    speaker: SpeakerFound
    backward: bool
    """Whether it names who said what stands before it."""
    verb: str = ""


def attribute(text: str, speakers: Speakers) -> Iterator[tuple[tuple[int, int], list[Saying]]]:
    """Each sentence of a paragraph with its parts and their speakers. `text`: as `plain_quotes` gives it.

    A paragraph that begins with a quotation and names nobody goes on with the last speaker's.
    """
    # Whose quotation the sentence before has left open.
    quoting: SpeakerFound | None = None
    for start, end in sentences(text):
        if end - start > _MOST_SENTENCE:
            continue
        sentence = text[start:end]
        quoted = _quoted(sentence, quoting is not None)
        frames = _frames(sentence, quoted, speakers)
        speakers.mention(sentence)
        if not frames and quoting is None:
            speakers.head(sentence)
        carried = quoting
        if carried is None and sentence.startswith("“") and not frames:
            # Unless it is a few words in quotation marks, such as the name of a thing.
            carried = speakers.last if sentence.find("”") == -1 or _span(sentence) > 0.5 else None
        parts = list(_parts(sentence, frames, quoted, carried, speakers.narrator))
        yield (
            (start, end),
            [replace(part, start=start + part.start, end=start + part.end) for part in parts],
        )
        quoting = (frames[-1].speaker if frames else carried or speakers.last) if quoted[-1] else None


def _span(sentence: str) -> float:
    return (sentence.find("”") - sentence.find("“")) / max(len(sentence), 1)


def _quoted(sentence: str, inside: bool) -> list[bool]:
    """Whether each character stands in quotation marks."""
    found: list[bool] = []
    for letter in sentence:
        inside = (inside or letter == "“") and letter != "”"
        found.append(inside)
    return found


def _frames(sentence: str, quoted: list[bool], speakers: Speakers) -> list[_Frame]:
    """Who is said to speak, from left to right, without overlaps."""
    frames: list[_Frame] = []
    done = 0
    found = [match for pattern in (_VERB, _IDIOM, _ODDS, _ACCORDING) for match in pattern.finditer(sentence)]
    for match in sorted(found, key=lambda match: match.start()):
        if match.start() < done or quoted[match.start()]:
            continue
        frame = (
            _according(sentence, match, speakers)
            if match.re is _ACCORDING
            else _inverted(sentence, quoted, match, speakers) or _said(sentence, match, frames, done, speakers)
        )
        if frame is not None:
            frames.append(frame)
            done = frame.end
    return frames


def _according(sentence: str, match: re.Match[str], speakers: Speakers) -> _Frame | None:
    rest = sentence[match.end() :]
    leading = match.start() < 3
    stop = (
        re.search(r",|[.;:]?$|(?<=\w) (?:who|which|that|has|have|is|are|was|were)\b", rest)
        if leading
        else re.search(r"[.;]?$|, (?:and|but|while|which)\b", rest)
    )
    assert stop is not None
    who = re.sub(r"[’']s? (?:view|opinion|words|mind|assessment)$", "", rest[: stop.start()])
    speaker = speakers.resolve(who)
    if speaker is None:
        return None
    return _Frame(match.start(), match.end() + stop.start(), speaker, backward=not leading)


def _inverted(sentence: str, quoted: list[bool], match: re.Match[str], speakers: Speakers) -> _Frame | None:
    """`“…,” said Ann Lee, the mayor.`"""
    before = sentence[: match.start()].rstrip()
    if not before.endswith(("”", ",")) or match["verb"].endswith("ing"):
        return None
    found = _INVERTED.match(sentence, match.start())
    if found is None:
        return None
    who = found["who"]
    stop = re.search(r"[.;:]?\s*$|, (?=“|and|but|add|not|warn|say|stress|who)", who)
    phrase = who[: stop.start()] if stop else who
    first = re.sub(r"\s+(?:on|in|at|to|during|after|yesterday|today|late|last)\b.*", "", phrase.split(",")[0])
    phrase = ", ".join((first, *(part.strip() for part in phrase.split(",")[1:])))
    speaker = speakers.resolve(phrase)
    return (
        None
        if speaker is None
        else _Frame(len(before), found.start("who") + (stop.start() if stop else len(who)), speaker, backward=True)
    )


def _said(sentence: str, match: re.Match[str], frames: list[_Frame], done: int, speakers: Speakers) -> _Frame | None:
    verb = match["verb"]
    passive = _PASSIVE.match(sentence, match.end())
    if passive is not None and (speaker := speakers.resolve(passive["who"])) is not None:
        # `It was reported by the coast guard that`, `residents were told by the office that`; else what stands before.
        forward = passive[0].endswith(("that", "“", " "))
        return _Frame(done if forward else match.start(), passive.end(), speaker, backward=not forward, verb=verb)
    if "that" in match.re.groupindex:
        end, complete = match.end(), True
    else:
        if not verb.endswith("ing") and _PASSIVE_VERB.search(sentence, 0, match.start()):
            # `is expected to`: nobody is named.
            return None
        following = _THAT.match(sentence, match.end())
        adjunct = _SHORT_ADJUNCT.match(sentence, match.end())
        if following is not None and _object_fits(verb, following["object"]):
            end, complete = following.end(), True
        elif verb in _TO_SOMEBODY and (audience := _TOLD.match(sentence, match.end())) is not None:
            end, complete = audience.end(), False
        elif adjunct is not None and not _FINITE.intersection(adjunct[0].split()):
            end, complete = adjunct.end(), False
        elif verb in _WITH_NOUN or verb in _BARE:
            end, complete = match.end(), True
        else:
            return None
    speaker, start = _subject(sentence, match.start(), verb, frames, done, speakers)
    if speaker is None:
        return None
    if not complete:
        # `…, the mayor said on Monday.`: what it says stands before it; without that it says nothing.
        *before, (offset, _) = _chunks(sentence[done : match.start()]) or [(0, "")]
        if _FINITE.intersection(" ".join(chunk for _, chunk in before).lower().split()):
            # `In March it is likely, the mayor said`: it begins as when and where do, and has a verb of its own.
            start = max(start, done + offset)
        if start > done + 8:
            return _Frame(start, end, speaker, backward=True, verb=verb)
        if verb not in _BARE or end > len(sentence) - 8:
            return None
    return _Frame(start, end, speaker, backward=False, verb=verb)


def _object_fits(verb: str, between: str) -> bool:
    """Whether what stands between verb and `that` is whom it is told to, or when."""
    words = between.lower().split()
    if not words or "and" in words or len(words) > 8:
        return not words
    return verb in _TO_SOMEBODY or words[0] in _WHEN or words[0].endswith("ly")


def _subject(
    sentence: str, verb_start: int, verb: str, frames: list[_Frame], done: int, speakers: Speakers
) -> tuple[SpeakerFound | None, int]:
    """Who the verb's subject is, and where the frame begins."""
    left = sentence[done:verb_start].rstrip()
    auxiliaries = _BEFORE_VERB.search(left)
    left = left[: auxiliaries.start()] if auxiliaries is not None else left
    if _NEGATED.search(sentence, done + left.rfind(",") + 1, verb_start):
        # What has not been confirmed was not said.
        return None, 0
    if verb.endswith("ing"):
        # `…, adding that`: whoever spoke last in the sentence, else the last one.
        if not re.search(r"(?:[,”]|\b(?:while|by|and|before|after))$", left):
            return None, 0
        speaker = frames[-1].speaker if frames else None
        if speaker is None and left and not left.endswith("”"):
            return None, 0
        return speaker or speakers.last, done + len(re.sub(r"[,\s]*(?:while|by|and|before|after)?$", "", left))
    if joined := re.search(r"[,”]?\s*\b(?:but|and|while|yet)$", left):
        if frames and not frames[-1].backward:
            return frames[-1].speaker, done + joined.start() + (1 if joined[0].startswith("”") else 0)
        return None, 0
    # The last part between commas, if the phrase ends at the verb; with an apposition the first that is no adverbial.
    if left.endswith(","):
        chunks = _chunks(left.rstrip(","))
        for position, (offset, chunk) in enumerate(chunks):
            if not _adverbial(chunk):
                speaker = speakers.resolve(left[offset:])
                return speaker, done + (0 if position == 0 or _all_adverbial(chunks[:position]) else offset)
        return None, 0
    chunks = _chunks(left)
    if not chunks:
        return None, 0
    offset, chunk = chunks[-1]
    conjunction = re.match(
        r"\s*[“”]*\s*(?:and|but|while|as|yet|although|though|whereas|so|when|where|which|because|since)\s+", chunk
    )
    phrase = chunk[conjunction.end() :] if conjunction else chunk
    if re.match(r"\s*(?:which|who|that|it|there)\b", phrase, re.IGNORECASE):
        return None, 0
    speaker = speakers.resolve(phrase)
    return speaker, done + (0 if _all_adverbial(chunks[:-1]) else offset)


def _chunks(left: str) -> list[tuple[int, str]]:
    """The parts between commas, colons, dashes and quotation marks, with their offsets."""
    found, start = [], 0
    for stop in (*re.finditer(r"[,;:”“—–]", left), None):
        end = len(left) if stop is None else stop.start()
        if left[start:end].strip():
            found.append((start, left[start:end]))
        start = end if stop is None else stop.end()
    return found


_ADVERBIAL = re.compile(
    r"\s*(?:in|on|at|after|before|during|since|for|with|from|by|regarding|concerning|despite|amid|asked|speaking|citing|"
    r"however|meanwhile|moreover|still|yet|earlier|later|yesterday|today|last|as for|besides|nevertheless|furthermore|"
    r"finally|instead|but|and|also|responding|commenting|following|under|through|according|turning|similarly)\b",
    re.IGNORECASE,
)


def _adverbial(chunk: str) -> bool:
    return _ADVERBIAL.match(chunk) is not None


def _all_adverbial(chunks: Sequence[tuple[int, str]]) -> bool:
    """Whether nothing is said before the frame: adverbials, and not a clause with its own verb."""
    return not chunks or _adverbial(chunks[0][1])


def _parts(
    sentence: str,
    frames: list[_Frame],
    quoted: list[bool],
    carried: SpeakerFound | None,
    narrator: SpeakerFound,
) -> Iterator[Saying]:
    """The sentence without its frames, each part with its speaker."""
    bounds = [0, *(end for frame in frames for end in (frame.start, frame.end)), len(sentence)]
    for position in range(len(frames) + 1):
        start, end = bounds[2 * position], bounds[2 * position + 1]
        text = sentence[start:end]
        if len(re.findall(r"\w+", text)) < 2:
            continue
        before = frames[position - 1] if position else None
        after = frames[position] if position < len(frames) else None
        if before is not None and (not before.backward or quoted[max(start, end - 2)]):
            speaker = before.speaker
        elif after is not None and after.backward:
            speaker = after.speaker
        elif before is not None:
            speaker = narrator if not before.backward else before.speaker
        else:
            speaker = carried or narrator
        verb = next((frame.verb for frame in (before, after) if frame is not None and frame.speaker is speaker), "")
        yield Saying(start, end, speaker, any(quoted[start:end]), verb if verb in ATTITUDES else "")
