"""What a briefing carries so that it can be verified, and compared with a later one; and how one is wanted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, JsonValue, ValidationError

from tocsin.assessment import Assessment
from tocsin.errors import BadInput, TocsinError
from tocsin.ledger.chain import Ledger
from tocsin.model import Model
from tocsin.records import Choice
from tocsin.records.base import Record, Text
from tocsin.records.model import ModelFile, checked_marking

Kind = Literal["scenario", "comparison", "batch"]
Length = Literal["summary", "full"]

NAMESPACE = "urn:tocsin:briefing-record"
"""Of the record where it is a part of a document of Office."""
LAYOUT: Literal[1] = 1
"""Version of the record's own layout."""
MOST_DRAWS = 2**14
"""Of a model that a record asks for; far more than an interval needs, and little enough for any machine."""
MOST_LETTERS = 4 * 2**20
"""Of a record; a sweep that lists its cells is long."""
MOST_SCENARIOS = 6

Probability = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0, lt=2**63)]
Library = Literal["typst", "python-docx", "python-pptx"]
LIBRARIES: tuple[Library, ...] = get_args(Library)
"""What the bytes of a briefing hang on besides this program."""
LibraryVersion = Annotated[str, Field(pattern=r"^[0-9][0-9A-Za-z.+!-]{0,31}$")]
FileName = Annotated[Text, Field(pattern=r"^[^/\\]+$")]


class NoRecord(TocsinError):
    """A file that is no briefing of ours, or one whose record was lost or spoiled."""


class Run(Record):
    """What must be the same for the same answers, and what the evidence did to the draws."""

    model: Text
    model_digest: Text
    scenario: Text
    scenario_digest: Text
    version: Text
    lexicon: Text
    interval: Annotated[float, Field(gt=0, lt=1)]
    draws: Annotated[int, Field(ge=1, le=MOST_DRAWS)]
    seed: Count
    p_evidence: float
    effective_draws: float


class Figure(Record):
    """An outcome as it was printed, under the keys of `assess --json`."""

    event: tuple[str, ...]
    p: Probability
    low: Probability
    high: Probability
    words: Text
    baseline: Probability


class SpreadFigure(Record):
    """An outcome over the rows of a batch: least, quartiles, greatest, and how many rows have which word."""

    event: tuple[str, ...]
    quartiles: tuple[Probability, Probability, Probability, Probability, Probability]
    baseline: Probability
    words: dict[str, Count]


class TableRecord(Record):
    """Which rows a briefing on a batch is about. sweep: in full, where they are one."""

    name: Text
    sha256: Annotated[Text, Field(alias="digest")]
    rows: Count
    sweep: dict[str, JsonValue] | None = None


class TemplateRecord(Record):
    """The file whose styles were taken."""

    name: FileName
    sha256: Annotated[Text, Field(alias="digest")]


class LedgerHead(Record):
    """How far the model's sealed forecasts went: so many lines, and the seal of the last of them."""

    lines: Annotated[int, Field(ge=1, le=2**20)]
    head: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def _named(scenario: dict[str, JsonValue]) -> dict[str, JsonValue]:
    for key in ("scenario", "title"):
        if not isinstance(scenario.get(key), str):
            raise ValueError(f"a scenario has a {key}")
    return scenario


class BriefingRecord(Record):
    """The run, the scenario in full, the figures that were printed, and how it was written up."""

    tocsin_briefing: Literal[1] = LAYOUT
    run: Run
    scenario: Annotated[dict[str, JsonValue], AfterValidator(_named)]
    figures: dict[str, Figure] | dict[str, SpreadFigure]
    facts: dict[str, str]
    """Per finding of the scenario what was said of it."""
    statements: dict[str, str]
    """Per statement that was heard the beginning of its digest."""
    as_of: date
    marking: str = ""
    length: Length = "full"
    since: BriefingRecord | None = None
    """The earlier briefing that this one was compared with; that one's own comparison is dropped."""
    others: Annotated[tuple[BriefingRecord, ...], Field(max_length=MOST_SCENARIOS - 1)] = ()
    """Of a comparison, the scenarios after the first."""
    table: TableRecord | None = None
    choice: dict[str, JsonValue] | None = None
    """In full, where options are set side by side too."""
    libraries: dict[Library, LibraryVersion] = Field(default_factory=dict)
    """Versions of `LIBRARIES`, and nothing else: `verify` takes over those that had no part in the format."""
    template: TemplateRecord | None = None
    ledger: LedgerHead | None = None
    """A witness: whoever has the briefing can tell that nothing up to there was changed or taken out."""

    @property
    def kind(self) -> Kind:
        """What the briefing is about."""
        return "batch" if self.table is not None else "comparison" if self.others else "scenario"

    @property
    def estimates(self) -> dict[str, Figure]:
        """The figures, where the briefing is not on a batch."""
        return {name: one for name, one in self.figures.items() if isinstance(one, Figure)}

    @property
    def title(self) -> str:
        """The scenario's."""
        return str(self.scenario["title"])

    @property
    def each(self) -> tuple[BriefingRecord, ...]:
        """One record per scenario."""
        return (self.model_copy(update={"others": ()}), *self.others)

    def as_json(self) -> str:
        """The same record is the same text, in ASCII. Keys keep their order: findings are told in that of the file."""
        fields = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return json.dumps({"tocsin_briefing": LAYOUT, **fields}, separators=(",", ":"))

    def without_past(self) -> BriefingRecord:
        """The record as a later briefing keeps it."""
        return self.model_copy(update={"since": None})


def parsed(text: str, place: str) -> BriefingRecord:
    """The record in a file's metadata. Raises NoRecord, naming the place."""
    if len(text) > MOST_LETTERS:
        raise NoRecord(f"{place}: the run record in it is longer than {MOST_LETTERS:,} letters")
    try:
        return BriefingRecord.model_validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(map(str, first["loc"]))
        problem = f"{where}: {first['msg']}" if where else first["msg"]
        raise NoRecord(f"{place}: the run record in it cannot be read: {problem}") from error


@lru_cache(maxsize=1)
def libraries() -> dict[Library, str]:
    """The versions of the libraries that write briefings; of those that are installed."""
    found: dict[Library, str] = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def record_of(
    model: Model,
    assessment: Assessment,
    facts: Mapping[str, str],
    order: BriefingOptions,
) -> BriefingRecord:
    """The record of a new briefing. model: under the scenario's changes to statements."""
    shown = assessment.as_json()
    excluded = {*assessment.scenario.statements.exclude, *model.records.superseded}
    sealed, chosen = order.ledger, order.choice
    heard = {one.id: one.digest[:12] for one in model.records.statements if excluded.isdisjoint(one.names)}
    return BriefingRecord(
        run=Run(**{key: value for key, value in shown.items() if key in Run.model_fields}),
        scenario=assessment.scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        figures={name: Figure(**{**one, "event": tuple(one["event"])}) for name, one in shown["outcomes"].items()},
        facts=dict(facts),
        statements=heard,
        as_of=model.records.file.as_of,
        marking=order.marked(model.records.file),
        length=order.length,
        since=order.since.without_past() if order.since is not None else None,
        choice=None if chosen is None else chosen.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        libraries=libraries(),
        ledger=None if sealed is None else LedgerHead(lines=sealed.lines, head=sealed.head),
    )


@dataclass(frozen=True)
class BriefingOptions:
    """Length, marking, the earlier briefing on one scenario that this one is compared with, and a choice to add.

    marking: the model's own if None, none at all if empty. ledger: the model's sealed forecasts, where there are any.
    """

    length: Length = "full"
    marking: str | None = None
    since: BriefingRecord | None = None
    ledger: Ledger | None = None
    choice: Choice | None = None

    def __post_init__(self) -> None:
        if self.marking:
            try:
                checked_marking(self.marking)
            except ValueError as error:
                raise BadInput.at("--marking", str(error)) from error
        if self.since is not None and self.since.kind != "scenario":
            several = "compares several scenarios or tells of a batch; what changed can be told of one scenario alone"
            raise BadInput.at("--since", f"the earlier briefing {several}")

    @property
    def slides(self) -> int | None:
        """How many slides follow the first one; None for all that there are."""
        return 2 if self.length == "summary" else None

    def marked(self, model: ModelFile) -> str:
        """What stands on every page of a briefing from a model; empty for nothing."""
        return (model.marking or "") if self.marking is None else self.marking

    def require_no_earlier(self) -> None:
        """Raises BadInput where an earlier briefing or a choice is to go with one that is not on one scenario alone."""
        if self.choice is not None:
            raise BadInput.at("--choose", "options are set side by side under one scenario alone; leave it out")
        if self.since is not None:
            problem = "what changed since an earlier briefing can be told of one scenario alone; leave it out"
            raise BadInput.at("--since", problem)

    def require_model(self, name: str) -> None:
        """Raises BadInput where the earlier briefing is on another model."""
        if self.since is not None and self.since.run.model != name:
            other = f"is on the model {self.since.run.model}, this one on {name}; what changed can be told of one model"
            raise BadInput.at("--since", f"the earlier briefing {other}")
