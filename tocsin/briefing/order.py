"""How a briefing is wanted."""

from __future__ import annotations

from dataclasses import dataclass

from tocsin.briefing.record import BriefingRecord, Length
from tocsin.errors import BadInput, Problem

MARKING = "TLP:CLEAR"
"""Where no other marking is given: the Traffic Light Protocol's word for what anybody may read."""


@dataclass(frozen=True)
class Order:
    """Length, marking, and the earlier briefing on one scenario that this one is compared with."""

    length: Length = "full"
    marking: str = MARKING
    since: BriefingRecord | None = None

    def __post_init__(self) -> None:
        if not self.marking.strip() or not self.marking.isprintable() or len(self.marking) > 120:
            raise BadInput([Problem("--marking", 0, 0, "", "a marking is one line of 1 to 120 printable letters")])
        if self.since is not None and self.since.kind != "scenario":
            told = "compares several scenarios or tells of a batch; what changed can be told of one scenario alone"
            raise BadInput([Problem("--since", 0, 0, "", f"the earlier briefing {told}")])

    def require_model(self, name: str) -> None:
        """Raises BadInput where the earlier briefing is on another model."""
        if self.since is not None and self.since.run.model != name:
            told = f"is on the model {self.since.run.model}, this one on {name}; what changed can be told of one model"
            raise BadInput([Problem("--since", 0, 0, "", f"the earlier briefing {told}")])
