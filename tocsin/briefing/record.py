"""What a briefing carries so that it can be verified, and compared with a later one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from tocsin.assessment import Assessment
from tocsin.briefing.soundness import Unsound, require_sound
from tocsin.errors import TocsinError
from tocsin.model import Model

Kind = Literal["scenario", "comparison", "batch"]

VERSION = 1
"""Of the record's own layout."""
KEYS = ("run", "scenario", "figures", "facts", "statements", "as_of", "marking", "length", "since")
SOMETIMES = ("others", "table")
"""Keys that a briefing on one scenario does not have."""


class NoRecord(TocsinError):
    """A file that is no briefing of ours, or one whose record was lost or spoiled."""


@dataclass(frozen=True)
class Record:
    """The run, the scenario in full, the figures that were printed, and how it was written up."""

    run: Mapping[str, Any]
    scenario: Mapping[str, Any]
    figures: Mapping[str, Mapping[str, Any]]
    """Per outcome p, low, high, words, baseline, as in `assess --json`."""
    facts: Mapping[str, str]
    """Per finding of the scenario what was said of it."""
    statements: Mapping[str, str]
    """Per statement that was heard the beginning of its digest."""
    as_of: str
    marking: str
    length: str
    since: Record | None = None
    """The earlier briefing that this one was compared with; that one's own comparison is dropped."""
    others: tuple[Record, ...] = ()
    """Of a comparison, the scenarios after the first."""
    table: Mapping[str, Any] | None = None
    """Of a batch: which rows it is about (`name`, `digest`, `rows`), and the sweep in full where they are one."""

    @property
    def kind(self) -> Kind:
        """What the briefing is about."""
        return "batch" if self.table is not None else "comparison" if self.others else "scenario"

    @property
    def each(self) -> tuple[Record, ...]:
        """One record per scenario."""
        return (replace(self, others=()), *self.others)

    def as_json(self) -> str:
        """The same record is the same text, in ASCII. Keys keep their order: findings are told in that of the file."""
        fields = {key: value for key, value in asdict(self).items() if value or key not in SOMETIMES}
        return json.dumps({"tocsin_briefing": VERSION, **fields}, separators=(",", ":"))

    def without_past(self) -> Record:
        """The record as a later briefing keeps it."""
        return replace(self, since=None)


def parsed(text: str, place: str) -> Record:
    """The record in a file's metadata. Raises NoRecord, naming the place."""
    try:
        return _record(json.loads(text))
    except Unsound as error:
        raise NoRecord(f"{_unread(place)}: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise NoRecord(f"{_unread(place)}; was the file changed by another program?") from error


def _unread(place: str) -> str:
    return f"{place}: the run record in it cannot be read"


def _record(content: Mapping[str, Any]) -> Record:
    if content.get("tocsin_briefing", VERSION) != VERSION:
        raise ValueError("unknown layout")
    # Half of a surrogate pair is no letter: no file can be written with it. An error of ValueError's kind.
    json.dumps(content, ensure_ascii=False).encode()
    require_sound(content)
    fields = {key: content[key] for key in KEYS}
    since, table = fields.pop("since"), content.get("table")
    others = tuple(_record({**one, "others": ()}) for one in content.get("others", ()))
    return Record(**fields, since=_record(since) if since is not None else None, others=others, table=table)


def record_of(
    model: Model, assessment: Assessment, facts: Mapping[str, str], marking: str, length: str, since: Record | None
) -> Record:
    """The record of a new briefing. model: under the scenario's changes to statements."""
    shown = assessment.as_json()
    run = {key: value for key, value in shown.items() if key not in ("variables", "outcomes", "notices")}
    excluded = set(assessment.scenario.statements.exclude)
    heard = {
        one.id: one.digest[:12]
        for one in model.records.statements
        if not excluded & {one.id, one.speaker, one.source, one.cluster_origin}
    }
    return Record(
        run=run,
        scenario=assessment.scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        figures=shown["outcomes"],
        facts=facts,
        statements=heard,
        as_of=model.records.file.as_of.isoformat(),
        marking=marking,
        length=length,
        since=since.without_past() if since is not None else None,
    )
