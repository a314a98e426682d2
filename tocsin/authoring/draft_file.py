"""A file of drafts: written for a human to work on, and read again with what somebody has written into it since."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from tocsin.authoring.clauses import WordsFound
from tocsin.authoring.drafting import MOST_QUOTED, Drafts, SourceFound, StatementDraft, describe, main_words
from tocsin.authoring.speakers import SpeakerFound
from tocsin.elicitation.lexicon import UnknownWords, reading_in
from tocsin.errors import BadInput, counted, nearest
from tocsin.files import yaml12
from tocsin.files.validation import validate
from tocsin.records import ModelRecords
from tocsin.records.base import Name, Record, Text


def written(drafts: Drafts) -> str:
    """The drafts as YAML that a human edits."""
    return "\n".join((*_head(drafts), *_sources(drafts), *_speakers(drafts), "drafts:", *_entries(drafts))) + "\n"


def _head(drafts: Drafts) -> Iterator[str]:
    count = counted(len(drafts.drafts), "draft")
    yield f"# {count} for {drafts.model}, found by rules. No draft is a statement until you make it one:"
    yield "# look at the report, write the claim in your own words, give a credibility, and say what it is:"
    yield "#   a judgement  `judges: {probability: {variable: state}}`     a fact  `reports: {variable: state}`"
    yield "#   background   `context: [variable]`"
    yield "# Then move it to `statements:` of statements.yaml without `draft`, `reads_as`, `quote` and `found`."
    yield "# Throw away what says nothing of the model. Speakers and sources may be wrong: rules guess them."
    yield f"draft_of: {_text(drafts.model)}"
    yield ""


def _sources(drafts: Drafts) -> Iterator[str]:
    new = [source for source in drafts.sources if not source.known]
    if new:
        yield "sources:"
        for source in new:
            yield f"  {_text(source.id)}:"
            for key in ("title", "publisher", "published"):
                yield f"    {key}: {_text(getattr(source, key))}".rstrip()
        yield ""


def _speakers(drafts: Drafts) -> Iterator[str]:
    new = [speaker for speaker in drafts.speakers if not speaker.known]
    if new:
        yield "speakers:  # those that the model does not have yet"
        for speaker in new:
            yield f"  {_text(speaker.id)}:"
            yield f"    name: {_text(speaker.name)}".rstrip()
            yield f"    role: {_text(speaker.role)}".rstrip()
            yield "    reliability:"
            yield "    incentive:"
        yield ""


def _entries(drafts: Drafts) -> Iterator[str]:
    for entry in drafts.drafts:
        yield f"  - id: {entry.id}"
        yield "    draft: unconfirmed"
        yield f"    reads_as: {entry.reads_as}"
        yield f"    speaker: {_text(entry.speaker)}"
        yield f"    source: {_text(entry.source)}"
        yield f"    where: {_text(entry.where)}"
        yield f"    quote: {_text(entry.quote)}"
        if entry.found:
            yield "    found:"
            yield from (
                f"      - {{words: {_text(words.words)}, read: {_text(describe(words))}}}" for words in entry.found
            )
        yield "    claim:"
        if entry.found:
            yield f"    words: {_text(main_words(entry.found).words)}"
        yield "    credibility:"
        yield f"    {'judges' if entry.reads_as == 'judgement' else 'reports'}:"
        yield ""


def _text(value: str) -> str:
    """A text as a YAML scalar; nothing where there is none, for a human to fill in."""
    return yaml12.scalar(value) if value else ""


# ----------------------------------------------------------------------------------------------------------- reading
class DraftedSource(Record):
    """A source that the model does not have, as far as it is described."""

    title: str | None = None
    publisher: str | None = None
    published: str | None = None


class DraftedSpeaker(Record):
    """A speaker whom the model does not have, as far as known."""

    name: str | None = None
    role: str | None = None
    reliability: str | None = None
    incentive: str | None = None


class DraftedWords(Record):
    """Estimative words of a draft, and how they were read when it was made."""

    words: Text
    read: str | None = None


class DraftedStatement(Record):
    """A draft in a file; what a human writes into it may stand there already."""

    id: Name
    draft: Literal["unconfirmed"]
    reads_as: Literal["judgement", "fact"]
    speaker: Name
    source: Name
    where: Text
    quote: Annotated[str, Field(max_length=MOST_QUOTED)]
    found: tuple[DraftedWords, ...] = ()
    claim: str | None = None
    words: Annotated[str, Field(max_length=MOST_QUOTED)] | None = None
    credibility: Any = None
    judges: Any = None
    reports: Any = None
    context: Any = None


class DraftsFile(Record):
    """A file of drafts."""

    draft_of: Name
    sources: dict[Name, DraftedSource] = Field(default_factory=dict)
    speakers: dict[Name, DraftedSpeaker] = Field(default_factory=dict)
    drafts: tuple[DraftedStatement, ...] = ()


def read_drafts(text: str, file: str, model: ModelRecords) -> tuple[Drafts, dict[str, dict[str, Any]]]:
    """The drafts in the text of a file, and per draft the claim, the words and the credibility that stand in it.

    Words are read anew, by the model as it is now. Raises BadInput with every problem by line.
    """
    document = yaml12.parse(text, file)
    read, problems = validate(DraftsFile, document)
    if read is None:
        raise BadInput(problems)
    if read.draft_of != model.name:
        message = f"these are drafts for {read.draft_of!r}, but the model is {model.name!r}"
        raise BadInput([document.problem(("draft_of",), message)])
    for kind, known in (
        ("speaker", {**model.speakers, **read.speakers}),
        ("source", {**model.sources, **read.sources}),
    ):
        problems += [
            document.problem(("drafts", position, kind), f"no {kind} {name!r}{nearest(name, known)}")
            for position, held in enumerate(read.drafts)
            if (name := getattr(held, kind)) not in known
        ]
    if problems:
        raise BadInput(problems)
    sources = [
        SourceFound(name, held.title or "", held.publisher or "", held.published or "", known=False)
        for name, held in read.sources.items()
    ]
    sources += [SourceFound(n, s.title, s.publisher, str(s.published), known=True) for n, s in model.sources.items()]
    speakers = [SpeakerFound(name, held.name or "", held.role or "") for name, held in read.speakers.items()]
    speakers += [SpeakerFound(name, held.name, held.role, known=True) for name, held in model.speakers.items()]
    drafts = tuple(
        StatementDraft(
            held.id, held.speaker, held.source, held.where, held.reads_as, held.quote,
            tuple(_words(words.words, model) for words in held.found), quoted=False,
        )
        for held in read.drafts
    )  # fmt: skip
    entered = {
        held.id: {key: value for key in ("claim", "words", "credibility") if (value := getattr(held, key))}
        for held in read.drafts
    }
    return Drafts(model.name, tuple(sources), tuple(speakers), drafts), entered


def _words(words: str, model: ModelRecords) -> WordsFound:
    try:
        read = reading_in(model, words)
    except UnknownWords:
        return WordsFound(0, words)
    return WordsFound(0, words, read.low, read.high, read.source)
