"""What a file says beside its network: where it comes from, and what its variables are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Description:
    """Words that travel with a network in the formats that have a place for them.

    name: the network's, a plain word. properties: of the network, by plain words. titles, notes: by variable, a few
    words, and a sentence or two.
    """

    name: str = "network"
    properties: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def of(self, variable: str) -> Iterator[tuple[str, str]]:
        """The variable's `title` and `note`, as far as it has them."""
        if title := self.titles.get(variable):
            yield "title", title
        if note := self.notes.get(variable):
            yield "note", note


NOTHING = Description()
