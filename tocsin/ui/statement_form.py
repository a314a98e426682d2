"""The form of one statement, in the order in which one reads: what stands in its fields, as the content of a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import streamlit as st

from tocsin.authoring.edits import Kind
from tocsin.authoring.speakers import free, slug
from tocsin.errors import listed
from tocsin.language.statements import CREDIBILITY, RELIABILITY
from tocsin.records import ModelRecords, Statement
from tocsin.render.html import element
from tocsin.ui.judgement_form import (
    EARLIEST,
    NEW,
    OWN,
    UNWRITTEN,
    Content,
    JudgementForm,
    parsed_day,
    short,
    unless_own,
)
from tocsin.ui.widgets import plain, show
from tocsin.ui.words_field import words_field, words_heard

_CONFIDENCE = {OWN: "as the model", "low": "low", "moderate": "moderate", "high": "high"}


WORDS = "the estimative words, or your own reading"
DRAWN = frozenset((
    "id", "speaker", "source", "where", "claim", "words", "read_as", "credibility", "reliability", "confidence",
    "origin", "judges", "reports", "bearing", "context", "observed_on", "supersedes",
))  # fmt: skip
"""The keys of a statement that the form has a field for."""


@dataclass(frozen=True)
class NewRecord:
    """A source, a speaker or an origin that the model does not have. stands_in: its fields that are not given yet."""

    name: str
    content: Any
    stands_in: frozenset[str]

    @property
    def given(self) -> Any:
        """What has been given of it."""
        if not isinstance(self.content, dict):
            return "" if self.content == UNWRITTEN else self.content
        return {key: value for key, value in self.content.items() if key not in self.stands_in}

    def lacks(self, name: str) -> bool:
        """Whether a field of it is not given yet, or, if none is named, it itself."""
        return name in self.stands_in if name else self.content == UNWRITTEN


@dataclass
class StatementForm(JudgementForm):
    """The fields of one statement. fresh: whether it is a new one."""

    fresh: bool = True
    added: dict[Kind, NewRecord] = field(default_factory=dict)
    """By kind (source, speaker, origin) what is new."""
    drawn: Content = field(default_factory=dict)
    """What stands in the fields."""

    def draw(self) -> Content:
        """The fields, and what a file would say; texts that are still to be written are `UNWRITTEN`."""
        content: Content = {
            "source": self._source(),
            "speaker": self._speaker(),
            "where": self._text("Place in it", "where", "section and paragraph, so that a reader finds it"),
            "claim": self._text("Claim, in your own words", "claim", "", lines=3),
        }
        content |= self._words()
        content |= self._grade()
        content |= self._origin()
        content |= self._says()
        content |= self._supersedes(content["speaker"])
        content["id"] = self._name(content["speaker"])
        # What this form has no field for stays as it is.
        content |= {
            key: value for key, value in self.base.items() if key in Statement.model_fields and key not in DRAWN
        }
        self.drawn = {key: value for key, value in content.items() if value not in (None, "", [], {}, ())}
        self._ask_for_words()
        return self.drawn

    def hear(self) -> Content:
        """In a fragment that is drawn anew while words are typed: what a file would say with these."""
        words = words_heard(self._key("words"), self.records, "read_as" in self.drawn)
        self.drawn = {key: value for key, value in self.drawn.items() if key != "words"}
        self.drawn |= {"words": words} if words else {}
        self._ask_for_words()
        return self.drawn

    def _ask_for_words(self) -> None:
        self.missing = [what for what in self.missing if what != WORDS]
        if self._kind() in ("probability", "qualifies") and not {"words", "read_as"} & {*self.drawn}:
            self.missing.append(WORDS)

    def lacks(self, name: str) -> bool:
        """Whether a field of the content is not given yet."""
        return self.drawn.get(name.partition(".")[0].partition("[")[0]) in (None, UNWRITTEN)

    def _source(self) -> str | None:
        titles = {
            key: f"{source.publisher}: {source.title} ({source.published})"
            for key, source in self.records.sources.items()
        }
        chosen = self._one_of(
            "Source",
            titles | {NEW: "A new source …"},
            "source",
            self._begun("source"),
            placeholder="Choose the publication",
        )
        if chosen != NEW:
            self._place("source")
            return str(self._asked(chosen, "the source") or "") or None
        given = self.base.get("new_source", {})
        with st.container(border=True, key=self._key("new-source")):
            title = self._text("Title", "source-title", base=given.get("title", ""))
            publisher = self._text("Publisher", "source-publisher", base=given.get("publisher", ""))
            latest = self.records.file.as_of
            found = parsed_day(given.get("published"))
            day = st.date_input(
                "Published on", found if found and found <= latest else None, min_value=min(EARLIEST, latest),
                max_value=latest, key=self._key("source-published"), persist_state="session",
                help=plain(f"Not after {latest}, the day on which this model's evidence ends."),
            )  # fmt: skip
            if found and found > latest:
                after = f"It gives {found} as its day, after {latest}, on which this model's evidence ends."
                show(element("p", after, class_="quiet"))
            self._asked(day, "the day of publication")
            dated = st.text_input(
                "How the day was found, if it does not say", key=self._key("dated-by"), persist_state="session"
            )
            self._place("source")
        content = {
            "title": title,
            "publisher": publisher,
            # While one looks at what the statement does, a day that may be.
            "published": (day if isinstance(day, date) else latest).isoformat(),
        }
        if dated.strip():
            content["dated_by"] = dated.strip()
        stem = given.get("id") or (publisher if publisher != UNWRITTEN else "source")
        return self._add("source", stem, content, self.records.sources, () if day else ("published",))

    def _speaker(self) -> str | None:
        speakers = self.records.speakers
        titles = {key: f"{speaker.name}, {speaker.role}" for key, speaker in speakers.items()}
        chosen = self._one_of(
            "Who said it",
            titles | {NEW: "Somebody new …"},
            "speaker",
            self._begun("speaker"),
            placeholder="Choose the speaker",
        )
        if chosen != NEW:
            self._place("speaker")
            if chosen is not None:
                speaker = speakers[chosen]
                grade = f"{speaker.reliability}, {RELIABILITY[speaker.reliability]}"
                show(element("p", f"Graded {grade}. Interest: {speaker.incentive}", class_="quiet"))
            return str(self._asked(chosen, "who said it") or "") or None
        given = self.base.get("new_speaker", {})
        with st.container(border=True, key=self._key("new-speaker")):
            name = self._text("Name", "speaker-name", base=given.get("name", ""))
            role = self._text("Role", "speaker-role", base=given.get("role", ""))
            letters = {letter: f"{letter}: {words}" for letter, words in RELIABILITY.items()}
            grade = self._one_of(
                "How reliable", letters, "speaker-reliability", given.get("reliability"), placeholder="Choose a grade"
            )
            incentive = self._text("Interest: why they may shade what they say", "speaker-incentive")
            self._place("speaker")
        content = {
            "name": name,
            "role": role,
            "reliability": self._asked(grade, "how reliable the speaker is") or "F",
            "incentive": incentive,
        }
        stem = given.get("id") or (name if name != UNWRITTEN else "speaker")
        return self._add("speaker", stem, content, speakers, () if grade else ("reliability",))

    def _add(self, kind: Kind, stem: str, content: Any, held: Mapping[str, Any], stands_in: Sequence[str] = ()) -> str:
        """Something new under a name that is free. stands_in: fields with a value that nobody has given yet."""
        name = free(slug(stem), set(held))
        unwritten = [key for key, value in content.items() if value == UNWRITTEN] if isinstance(content, dict) else []
        self.added[kind] = NewRecord(name, content, frozenset((*stands_in, *unwritten)))
        return name

    def _begun(self, kind: str) -> Any:
        return NEW if f"new_{kind}" in self.base else self.base.get(kind)

    def _words(self) -> Content:
        begun, read = str(self.base.get("words", "")), self.base.get("read_as", {})
        toggle = self._key("reads")
        own = bool(st.session_state.get(toggle, read))
        words = words_field("The estimative words, quoted", self._key("words"), begun, self.records, own)
        self._place("words")
        if not st.toggle("Read the words yourself", bool(read), key=toggle, persist_state="session"):
            self.places["read_as"] = self.places["words"]
            return {"words": words}
        kind = self._kind()
        with st.container(border=True, key=self._key("read-as")):
            if kind == "influence":
                ways = {"cut": "cuts the odds by so much, in percent", "ratio": "multiplies the odds by so much"}
                way = self._one_of("It", ways, "read-way", "ratio" if "ratio" in read else "cut")
            else:
                way = "range"
            scale = 1 if way == "ratio" else 100
            ends = read.get(way) or (None, None)
            labels = {"range": "%", "cut": "%", "ratio": "times"}[way]
            low, high = (
                self._number(f"{label}, {labels}", f"read-{way}-{label}", end, scale, place)
                for label, end, place in zip(("From", "To"), ends, st.columns(2, gap="small"), strict=True)
            )
            because = self._text("Why", "read-because", lines=2, base=read.get("because", ""))
            self._place("read_as")
        self._asked(None if None in (low, high) else low, "from where to where you read the words")
        return {"words": words, "read_as": {way: [low, high], "because": because} if None not in (low, high) else None}

    def _grade(self) -> Content:
        first, second, third = st.columns([1.1, 1.1, 0.8], gap="small")
        digits = {int(digit): f"{digit}: {words}" for digit, words in CREDIBILITY.items()}
        with first:
            credibility = self._one_of(
                "How credible it is", digits, "credibility", self.base.get("credibility"), placeholder="Choose a grade"
            )
        letters = {OWN: "as the speaker"} | {letter: f"{letter}: {words}" for letter, words in RELIABILITY.items()}
        with second:
            reliability = self._one_of("Reliability here", letters, "reliability", self.base.get("reliability", OWN))
        with third:
            confidence = self._one_of("Confidence", _CONFIDENCE, "confidence", self.base.get("confidence", OWN))
        self._place("credibility", "reliability", "confidence")
        self._asked(credibility, "how credible it is")
        return {
            "credibility": credibility,
            "reliability": unless_own(reliability),
            "confidence": unless_own(confidence),
        }

    def _origin(self) -> Content:
        titles = {OWN: "they know it themselves, or nobody says"} | dict(self.records.origins)
        chosen = self._one_of(
            "Who told them?",
            titles | {NEW: "Another report that others repeat too …"},
            "origin",
            self.base.get("origin", OWN),
        )
        if chosen == NEW:
            about = self._text("What report that is", "origin-text", "copies of one report count once")
            self._place("origin")
            stem = about if about != UNWRITTEN else "report"
            return {"origin": self._add("origin", stem, about, self.records.origins)}
        self._place("origin")
        return {"origin": unless_own(chosen)}

    def _supersedes(self, speaker: str | None) -> Content:
        """An earlier statement that this one takes the place of."""
        own = {
            other.id: f"{other.id}: {other.claim}"
            for other in self.records.statements
            if other.speaker == speaker and other.id != self.base.get("id")
        }
        if not own:
            return {}
        chosen = self._one_of(
            "It takes the place of", {OWN: "no earlier statement"} | own, "supersedes", self.base.get("supersedes", OWN)
        )
        self._place("supersedes")
        return {"supersedes": unless_own(chosen)}

    def _name(self, speaker: str | None) -> str:
        proposed = str(self.base.get("id") or next_id(self.records, speaker))
        if not self.fresh:
            return proposed
        name = st.text_input(
            "Its name in the files", key=self._key("id"), placeholder=proposed, persist_state="session"
        )
        self._place("id")
        return name.strip() or proposed

    def still_to_give(self) -> str:
        """What is missing, in words; empty where nothing is."""
        return listed(list(dict.fromkeys(self.missing)))


def content_of(statement: Statement) -> Content:
    """What a file says of a statement, in the form's own way: one state as itself, one judgement as itself."""
    content: Content = statement.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if "reports" in content:
        content["reports"] = _event(content["reports"])
    judges = [_judgement(judgement) for judgement in content.pop("judges", [])]
    if judges:
        content["judges"] = judges[0] if len(judges) == 1 else judges
    return content


def _judgement(content: Content) -> Content:
    events = ("probability", "given", "more_likely", "than", "from", "versus", "to")
    return {
        key: _event(value) if key in events else _judgement(value) if key == "influence" else value
        for key, value in content.items()
    }


def _event(content: Mapping[str, Sequence[str]]) -> Content:
    return {variable: short(list(states)) for variable, states in content.items()}


def next_id(records: ModelRecords, speaker: str | None) -> str:
    """The next name of a statement: the letters that its speaker's others begin with, else S, and a number."""
    own = [statement.id for statement in records.statements if statement.speaker == speaker]
    letters = own[-1].rstrip("0123456789") if own and own[-1][-1].isdigit() else "S"
    numbers = (name.removeprefix(letters) for name in records.by_id if name.startswith(letters))
    return f"{letters}{max((int(number) for number in numbers if number.isdecimal()), default=0) + 1}"
