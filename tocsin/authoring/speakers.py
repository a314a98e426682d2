"""Who speaks in a report: names, titles, organisations and descriptions, and whom a surname or a pronoun means."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tocsin.authoring import english

CAPITALISED = r"(?:al-|el-|an-|ash-|as-|ar-|d’|d')?[A-Z][\w’'-]*\.?"
_RUN = re.compile(
    rf"{CAPITALISED}(?:(?: (?:of|for|the|of the|for the|and|de|van|von|bin|ibn|al|el|du|da|la))? {CAPITALISED})*"
)
_AGENTS = re.compile(r"[a-z]{3,}(?:men|women|ists|ians|sources|ologists)")
"""Plurals of people by what they do: fishermen, economists."""
_PRONOUNS = frozenset(("he", "she", "they"))
_POSSESSIVES = frozenset(("his", "her", "their"))
_MOST_MENTIONS = 2_000
"""Names that are kept in mind for a surname that comes later."""

_TITLES, _SPEAKING, _BODIES = english.words("titles"), english.words("speaking"), english.words("bodies")
_LEADING, _AFTER_NOUN = english.words("leading"), english.words("after_noun")


@dataclass
class SpeakerFound:
    """Somebody who speaks in a report, by the fullest name found."""

    id: str
    name: str
    role: str = ""
    known: bool = False
    """Whether the model has this speaker."""


@dataclass
class Speakers:
    """Those who spoke so far; the model's come first."""

    narrator: SpeakerFound
    found: list[SpeakerFound] = field(default_factory=list)
    last: SpeakerFound | None = None
    """The last who spoke, whom a pronoun means."""
    subject: str = ""
    """Who was written about last, by name and at the head of a sentence: then `he` means this one."""
    mentions: dict[str, tuple[str, str]] = field(default_factory=dict)
    """By surname the full name and the role of those who were named, whether they spoke or not."""

    def resolve(self, phrase: str) -> SpeakerFound | None:
        """Whom a noun phrase means; None where it is nobody who can say something."""
        phrase = phrase.strip(" ,—–-“”.")
        words = phrase.split()
        if not words or len(words) > 30:
            return None
        if len(words) <= 2 and words[-1].lower() in _PRONOUNS:
            return self.resolve(self.subject) if self.subject and words[-1].lower() != "they" else self.last
        if words[0].lower() in _POSSESSIVES:
            # `his report` is he, `his spokesman` another.
            if len(words) == 1 or words[-1].lower() in ("report", "view", "opinion", "words"):
                return self.last
            phrase = " ".join(words[1:])
        head, _, apposition = phrase.partition(", ")
        name, role = name_and_role(head)
        if role and not name and apposition:
            # `The spokesman, Ann Lee`; `the party, the Civic Union`.
            named, body = name_and_role(apposition)
            name = named or (body if body[:1].isupper() else "")
            apposition = "" if name else apposition
        if not name and not role:
            return None
        role = role or apposition.strip(" ,")
        if name and " " not in name and name.casefold() in self.mentions:
            name, mentioned = self.mentions[name.casefold()]
            role = role or mentioned
        speaker = self._known(name, role) or self._new(name, role)
        if not speaker.known:
            if len(name.split()) > len(speaker.name.split()):
                speaker.name = name
            speaker.role = speaker.role or (role if name else "")
        self.last, self.subject = speaker, ""
        return speaker

    def head(self, sentence: str) -> None:
        """Keep in mind a person whose full name begins a sentence in which nobody speaks."""
        run = _RUN.match(sentence)
        name, _ = name_and_role(run[0]) if run is not None else ("", "")
        if run is not None and " " in name and not _is_body(name):
            self.subject = run[0]

    def mention(self, sentence: str) -> None:
        """Keep in mind who is named in full, with the role before or behind the name."""
        for run in _RUN.finditer(sentence):
            name, role = name_and_role(run[0])
            if len(name.split()) < 2 or _is_body(name) or len(self.mentions) >= _MOST_MENTIONS:
                continue
            before = re.search(r"([\w’' -]{3,60}), $", sentence[: run.start()])
            behind = re.match(r", (?:an? |the )([^,.“”]{3,80})", sentence[run.end() :])
            beside = before[1].split(" ") if before else []
            if beside and _speaks(beside[-1]) and len(beside) <= 6:
                role = role or _bare(before[1] if before else "")
            self.mentions.setdefault(name.split()[-1].casefold(), (name, role or (behind[1] if behind else "")))

    def _known(self, name: str, role: str) -> SpeakerFound | None:
        order = [*reversed(self.found), self.narrator]
        if name:
            wanted = _tokens(name)
            return next((speaker for speaker in order if _same_name(wanted, _tokens(speaker.name))), None)
        wanted = _tokens(role)
        return next(
            (speaker for speaker in order[:-1] if wanted and wanted <= _tokens(f"{speaker.role} {speaker.name}")), None
        )

    def _new(self, name: str, role: str) -> SpeakerFound:
        shown = name or role
        taken = {speaker.id for speaker in (*self.found, self.narrator)}
        # A person goes by the surname, as in news; what has no name by its description.
        identifier = free(slug(shown.split()[-1] if name and not _is_body(name) else shown), taken)
        speaker = SpeakerFound(identifier, shown[:1].upper() + shown[1:], role if name else "")
        self.found.append(speaker)
        return speaker


def slug(text: str) -> str:
    """A name for files.

    >>> slug("Ministry of Health (Basra)"), slug("Al-Bayati")
    ('ministry-of-health-basra', 'al-bayati')
    """
    return re.sub(r"[\W_]+", "-", text.casefold()).strip("-")[:40].strip("-") or "unnamed"


def free(stem: str, taken: set[str]) -> str:
    """A name that is not taken yet: the stem, or the stem with a number."""
    return next(name for k in range(1, len(taken) + 2) if (name := stem if k == 1 else f"{stem}-{k}") not in taken)


def name_and_role(phrase: str) -> tuple[str, str]:
    """What a noun phrase calls somebody, and what it says they are; empty texts where it is nobody who speaks.

    >>> name_and_role("Security expert Ann Lee"), name_and_role("the French institute")
    (('Ann Lee', 'Security expert'), ('', 'French institute'))
    >>> name_and_role("Dr. Ann Lee of the University of Esk"), name_and_role("the new measure")
    (('Ann Lee', 'Dr. of the University of Esk'), ('', ''))
    """
    phrase = _bare(phrase)
    words = phrase.split()
    if not words:
        return "", ""
    runs = list(_RUN.finditer(phrase))
    run = runs[-1] if runs and runs[-1].end() == len(phrase) else None
    if run is not None:
        return _named(phrase[: run.start()].strip(), run[0].split())
    if _speaks(words[-1]) and len(words) <= 12:
        return "", phrase
    noun = next((k for k, word in enumerate(words) if _speaks(word)), None)
    if noun is not None and len(words) <= 12 and words[noun + 1].lower() in _AFTER_NOUN:
        # `officials in the north`, `experts who know the dam`.
        return "", phrase
    return "", ""


def _named(before: str, parts: list[str]) -> tuple[str, str]:
    """Name and role of a phrase that ends with words in capitals, after other words."""
    if before and not any(map(_speaks, before.split())):
        # `officials of` Basra is a description; other words before a name make a longer clause, but for a few.
        return ("", "") if len(before.split()) > 3 else _named("", parts)
    if before.split() and before.split()[-1] in _AFTER_NOUN:
        return "", " ".join((before, *parts))
    last = max((k for k, word in enumerate(parts) if _is_title(word) or _speaks(word)), default=-1)
    if last == len(parts) - 1:
        # `the Prime Minister`, `the Coast Guard`.
        return "", " ".join((before, *parts)).strip()
    if parts[last + 1].lower() in ("of", "for", "the", "and"):
        # `Ministry of Works`, `President of the Senate`.
        body = any(word.lower() in _BODIES for word in parts[: last + 1])
        return (" ".join(parts), before) if body else ("", " ".join((before, *parts)).strip())
    titles, name = parts[: last + 1], parts[last + 1 :]
    role = " ".join((before, *titles)).strip()
    joint = next((k for k, word in enumerate(name) if word in ("of", "for") and k), None)
    if joint is not None and (joint >= 2 or titles) and not _BODIES.intersection(map(str.lower, name[:joint])):
        return " ".join(name[:joint]), " ".join((role, *name[joint:])).strip()
    return " ".join(name), role


def _bare(phrase: str) -> str:
    """A phrase without articles and conjunctions in front."""
    words = phrase.split()
    while words and words[0].lower().strip(",") in _LEADING:
        words.pop(0)
    return " ".join(words)


def _speaks(word: str) -> bool:
    plain = word.lower().strip(".,")
    singular = re.sub(r"ies$", "y", plain) if plain.endswith("ies") else plain.removesuffix("s")
    return plain in _SPEAKING or singular in _SPEAKING or bool(_AGENTS.fullmatch(plain))


def _is_title(word: str) -> bool:
    return word.lower().strip(".") in _TITLES


def _is_body(name: str) -> bool:
    """Whether a name is of an organisation rather than a person."""
    words = {word.lower() for word in name.split()}
    return bool(words & _BODIES or words & {"of", "for", "the", "and"}) or name.isupper()


def _tokens(text: str) -> frozenset[str]:
    words = re.findall(r"[\w-]+", re.sub(r"[’']s\b", "", text.casefold()))
    return frozenset(words) - {"the", "a", "an", "of", "for", "and", "in", "at", "to", "unnamed"}


def _same_name(wanted: frozenset[str], held: frozenset[str]) -> bool:
    return bool(wanted) and (wanted <= held or (len(held) > 1 and held <= wanted))
