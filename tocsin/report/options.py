"""How a briefing is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.errors import BadInput, Problem
from tocsin.records.model import ModelFile, checked_marking
from tocsin.report.record import BriefingRecord, Length


@dataclass(frozen=True)
class BriefingOptions:
    """Length, marking, and the earlier briefing on one scenario that this one is compared with.

    marking: the model's own if None, none at all if empty.
    """

    length: Length = "full"
    marking: str | None = None
    since: BriefingRecord | None = None

    def __post_init__(self) -> None:
        if self.marking:
            try:
                checked_marking(self.marking)
            except ValueError as error:
                raise BadInput([Problem("--marking", 0, 0, "", str(error))]) from error
        if self.since is not None and self.since.kind != "scenario":
            told = "compares several scenarios or tells of a batch; what changed can be told of one scenario alone"
            raise BadInput([Problem("--since", 0, 0, "", f"the earlier briefing {told}")])

    def marked(self, model: ModelFile) -> str:
        """What stands on every page of a briefing from a model; empty for nothing."""
        return (model.marking or "") if self.marking is None else self.marking

    def require_no_earlier(self) -> None:
        """Raises BadInput where an earlier briefing is to be compared with one that is not on one scenario alone."""
        if self.since is not None:
            told = "what changed since an earlier briefing can be told of one scenario alone; leave it out"
            raise BadInput([Problem("--since", 0, 0, "", told)])

    def require_model(self, name: str) -> None:
        """Raises BadInput where the earlier briefing is on another model."""
        if self.since is not None and self.since.run.model != name:
            told = f"is on the model {self.since.run.model}, this one on {name}; what changed can be told of one model"
            raise BadInput([Problem("--since", 0, 0, "", f"the earlier briefing {told}")])
