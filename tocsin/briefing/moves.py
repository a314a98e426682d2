"""Of scenarios side by side: which difference between two of them explains which change."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin import sentences
from tocsin.analysis.differences import Differences, differences
from tocsin.briefing.basis import LETTERS
from tocsin.briefing.beside import Beside
from tocsin.briefing.content import Block, Item, Items, Subheading
from tocsin.wording import percent

MOST_JUDGEMENTS = 5
FEW = 3
"""Outcomes whose change is explained, where there are more than three scenarios."""


def reasons(beside: Beside, few: int | None = None) -> Iterator[Block]:
    """Which difference between the first scenario and each other one explains which change, and how they differ."""
    start = beside.first
    for letter, one in list(beside.lettered)[1:]:
        found = differences(start.case.before, start.case.scenario, one.case.scenario)
        yield Subheading(f"From {LETTERS[0]} to {letter}")
        most = few or (MOST_JUDGEMENTS if len(beside.subjects) <= 3 else FEW)
        names = [name for name in beside.ranked if _moves(found, name)][:most]
        told_ = [Item(sentences.changed(found, name), f"{start.event(name)}:") for name in names]
        told_ += [
            Item(_settled(found, name, letter), f"{start.event(name)}:")
            for name in beside.ranked
            if _settles(found, name)
        ]
        lines = [Item(line) for line in sentences.settings(found)]
        yield Items((*(told_ or [Item("Nothing that shows.")]), *lines))


def _moves(found: Differences, outcome: str) -> bool:
    one = found.outcomes[outcome]
    return percent(one.baseline) != percent(one.scenario) and not _settles(found, outcome)


def _settles(found: Differences, outcome: str) -> bool:
    """Whether the outcome goes to or from a certainty: what a scenario settles by its own evidence needs no parts."""
    one = found.outcomes[outcome]
    settled = sentences.is_settled(one.baseline) or sentences.is_settled(one.scenario)
    return settled and percent(one.baseline) != percent(one.scenario)


def _settled(found: Differences, outcome: str, letter: str) -> str:
    one = found.outcomes[outcome]
    chances = ((LETTERS[0], one.baseline), (letter, one.scenario))
    which = " and ".join(each for each, p in chances if sentences.is_settled(p))
    return f"From {percent(one.baseline)} to {percent(one.scenario)}: settled by what {which} itself sets."
