"""Two to six scenarios of one model side by side: their letters, the file's name, which outcomes differ most."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tocsin import sentences
from tocsin.briefing.basis import LETTERS
from tocsin.briefing.subject import NO_MOVE, Subject, told_word
from tocsin.canonical import log_odds
from tocsin.errors import BadInput, Problem
from tocsin.records import Scenario

LEAST, MOST = 2, 6
LONGEST = 120
"""Letters of a file's name, above which the scenarios' names in it are cut."""
SETTLED = math.inf
"""How far an outcome differs that one of the scenarios settles by its own evidence."""


@dataclass(frozen=True, eq=False)
class Beside:
    """Scenarios of one model side by side."""

    subjects: tuple[Subject, ...]

    @property
    def lettered(self) -> Iterator[tuple[str, Subject]]:
        """A, B, C, … with its scenario."""
        yield from zip(LETTERS, self.subjects, strict=False)

    @property
    def first(self) -> Subject:
        """Whose model, sources and names stand for all."""
        return self.subjects[0]

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """Outcomes that differ, those that differ most first (on log-odds); then tail risks, then what is settled."""
        moved = {name: self._spread(name) for name in self.first.assessment.outcomes}
        tails = self.first.tails

        def rank(name: str) -> tuple[bool, bool, float]:
            return moved[name] == SETTLED, name in tails, -moved[name]

        return tuple(sorted((name for name in moved if moved[name] > 0), key=rank))

    @property
    def alike(self) -> tuple[str, ...]:
        """Outcomes that have the same probability everywhere."""
        return tuple(name for name in self.first.assessment.outcomes if name not in self.ranked)

    def chances(self, outcome: str) -> list[float]:
        """Its probability in each scenario."""
        return [one.assessment.outcomes[outcome].p for one in self.subjects]

    def words(self, outcome: str) -> list[str]:
        """Its word in each scenario; where the scenario itself settles it, that."""
        outcomes = [one.assessment.outcomes[outcome] for one in self.subjects]
        return [told_word(one.p, one.wording.word) for one in outcomes]

    def _spread(self, outcome: str) -> float:
        chances = self.chances(outcome)
        if max(chances) - min(chances) < NO_MOVE:
            return 0.0
        if any(sentences.is_settled(p) for p in chances):
            # What a scenario settles by its own evidence is no finding.
            return SETTLED
        return float(log_odds(max(chances)) - log_odds(min(chances)))


def require_comparable(scenarios: Sequence[Scenario]) -> None:
    """Raises BadInput for fewer than two scenarios, more than six, or two of the same name."""
    names = [one.scenario for one in scenarios]
    problem = None
    if not LEAST <= len(names) <= MOST:
        problem = f"{len(names)} named; two to six scenarios stand side by side"
    elif doubled := [name for name in names if names.count(name) > 1]:
        problem = f"{doubled[0]} is named twice; name each scenario once"
    if problem:
        raise BadInput([Problem("--compare", 0, 0, "", problem)])


def compared_name(scenarios: Sequence[str]) -> str:
    """`compared_this_that`; many long names are cut to what a file system takes.

    >>> compared_name(["baseline", "casus-belli"])
    'compared_baseline_casus-belli'
    """
    whole = "_".join(("compared", *scenarios))
    if len(whole) <= LONGEST:
        return whole
    return f"{whole[: LONGEST - 9]}_{hashlib.sha256(whole.encode()).hexdigest()[:8]}"
