"""What a reader sees of a briefing's file, before its record is understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """lines: the text, paragraph by paragraph; beside: page heads and feet, notes, comments, what layouts show.

    template: whose styles it was written with; unseen: what is kept from a reader; marks: the numbers and letters that
    lists have before their entries.
    """

    lines: Sequence[str]
    record: str | None
    beside: Sequence[str] = ()
    template: str | None = None
    unseen: Sequence[str] = ()
    marks: frozenset[str] = frozenset()
