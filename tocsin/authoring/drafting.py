"""Drafts of statements from reports: who says what, in which words, for a human to confirm.

A draft is no statement. It has no claim, no grade and nothing that it judges or reports, and its file is refused where
statements are read: what enters a model is what somebody has written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tocsin.authoring.attribution import Saying, attribute, plain_quotes
from tocsin.authoring.clauses import EstimativeWords, WordsFound, clauses, judges
from tocsin.authoring.documents import Report, read_report
from tocsin.authoring.speakers import SpeakerFound, Speakers, free, slug
from tocsin.errors import BadInput, Problem
from tocsin.records import ModelRecords

MOST_FILES = 20
MOST_QUOTED = 120
"""Characters that are quoted of a statement: enough to find it, too few to copy the report."""


@dataclass(frozen=True)
class StatementDraft:
    """What somebody seems to say in a report."""

    id: str
    speaker: str
    source: str
    where: str
    reads_as: str
    """`judgement` or `fact`."""
    quote: str
    """At most 120 characters of the report."""
    found: tuple[WordsFound, ...]
    quoted: bool
    """Whether the report quotes it."""


@dataclass(frozen=True)
class SourceFound:
    """A file as a source: the model's own, or one to be described."""

    id: str
    title: str
    publisher: str
    published: str
    known: bool


@dataclass(frozen=True)
class Drafts:
    """All drafts of some files, with sources and speakers as far as the files name them."""

    model: str
    sources: tuple[SourceFound, ...]
    speakers: tuple[SpeakerFound, ...]
    drafts: tuple[StatementDraft, ...]


def draft_files(paths: Sequence[Path], model: ModelRecords) -> Drafts:
    """Drafts of all files, numbered through. Raises BadInput with the problem of each file that cannot be read."""
    if len(paths) > MOST_FILES:
        raise BadInput.at("FILE", f"{len(paths)} files are given; at most {MOST_FILES} are read at once")
    reports: list[tuple[Path, Report]] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            reports.append((path, read_report(path)))
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    return draft([(path.stem, report) for path, report in reports], model)


def draft(reports: Iterable[tuple[str, Report]], model: ModelRecords) -> Drafts:
    """Drafts of reports that were read, each by the name of its file."""
    words = EstimativeWords(model)
    drafts: list[StatementDraft] = []
    sources: list[SourceFound] = []
    found = [SpeakerFound(name, speaker.name, speaker.role, known=True) for name, speaker in model.speakers.items()]
    for name, report in reports:
        source = _source(name, report, model, {source.id for source in sources})
        sources.append(source)
        narrator = _narrator(source, found)
        speakers = Speakers(narrator, [speaker for speaker in found if speaker is not narrator])
        for paragraph in report.paragraphs:
            text = plain_quotes(paragraph.text)
            for _, sayings in attribute(text, speakers):
                for saying in sayings:
                    for start, end in clauses(text[saying.start : saying.end]):
                        stated = text[saying.start + start : saying.start + end]
                        if found_draft := _draft(stated, saying, source.id, paragraph.where, words):
                            drafts.append(found_draft)
        found = [*speakers.found, *([] if narrator in speakers.found else [narrator])]
    drafts = [replace(entry, id=f"D{number}") for number, entry in enumerate(drafts, 1)]
    speaking = {entry.speaker for entry in drafts}
    return Drafts(
        model.name, tuple(sources), tuple(speaker for speaker in found if speaker.id in speaking), tuple(drafts)
    )


def _draft(stated: str, saying: Saying, source: str, where: str, words: EstimativeWords) -> StatementDraft | None:
    """The draft of one clause; None where nothing is stated. It is numbered later."""
    text = _trimmed(stated)
    if len(text.split()) < 3 or text.endswith("?"):
        return None
    found = tuple(words.find(text))
    if saying.attitude:
        found = (WordsFound(0, saying.attitude), *found)
    kind = "judgement" if judges(text, found) else "fact"
    return StatementDraft("", saying.speaker.id, source, where, kind, _quotation(text, found), found, saying.quoted)


def _trimmed(text: str) -> str:
    """A clause without the signs around it, and with quotation marks that are pairs."""
    text = re.sub(
        r"^[\s,;:“—–.]*(?:while|although|though|whereas|even though|and|but) (?=\w)", "", text, flags=re.IGNORECASE
    )
    text = text.strip(" ,;:—–.")
    if text.startswith("“") and "”" not in text[:-1]:
        text = text.strip("“” ,.;")
    if text.count("“") > text.count("”"):
        text = text[1:] if text.startswith("“") else f"{text}”"
    elif text.count("”") > text.count("“"):
        text = text[:-1] if text.endswith("”") else f"“{text}"
    return text.strip(" ,;:—–.")


def _quotation(text: str, found: Sequence[WordsFound]) -> str:
    """At most 120 characters of a text, around its estimative words, cut between words."""
    if len(text) <= MOST_QUOTED:
        return text
    start = max(0, found[0].start - 50) if found else 0
    start = min(start, len(text) - MOST_QUOTED + 4)
    if start:
        start = text.find(" ", start) + 1
    room = MOST_QUOTED - (2 if start else 0)
    end = start + room
    if end < len(text):
        end = max(text.rfind(" ", start, end - 2), start + 1)
    return f"{'… ' if start else ''}{text[start:end].strip()}{' …' if end < len(text) else ''}"


def _source(name: str, report: Report, model: ModelRecords, taken: set[str]) -> SourceFound:
    """The model's source that the report is, by title or by file name; else one to be described."""
    stem = slug(name)
    for identifier, source in model.sources.items():
        if stem == slug(identifier) or (report.title and report.title.casefold() == source.title.casefold()):
            return SourceFound(identifier, source.title, source.publisher, str(source.published), True)
    return SourceFound(free(stem, taken), report.title, report.publisher, report.published, False)


def _narrator(source: SourceFound, known: Iterable[SpeakerFound]) -> SpeakerFound:
    """Who speaks where nobody is named: the publisher, as the model or an earlier report knows it."""
    name = source.publisher
    for speaker in known:
        if name and speaker.name.casefold() == name.casefold():
            return speaker
    return SpeakerFound(slug(name) if name else f"narrator-of-{source.id}", name or "", "The report itself, narrating")


def main_words(found: Sequence[WordsFound]) -> WordsFound:
    """The words that carry the estimate: the first that the model reads and that is more than a modal verb.

    What turns the rest around, such as `doubts`, comes first: without it the others would say the contrary.
    """
    if re.match("doubt|den(?:y|ied)", found[0].words):
        return found[0]
    read = [words for words in found if words.low is not None]
    longer = [words for words in read if len(words.words.split()) > 1 or words.words.lower() not in _WEAK]
    return next(iter((*longer, *read, *found)))


_WEAK = frozenset(["may", "might", "could", "can", "will", "would", "should", "must"])


def describe(words: WordsFound) -> str:
    """`30–70 %, hedges`, or that nothing reads it."""
    if words.low is None or words.high is None:
        return "unread"
    return f"{100 * words.low:.3g}–{100 * words.high:.3g} %, {words.by}"
