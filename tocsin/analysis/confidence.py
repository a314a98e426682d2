"""Analytic confidence in each outcome: how good the ground under a probability is, which is not how probable it is.

It follows the criteria that the United Kingdom publishes for Analytical Confidence Ratings (the evidence, the agreement
of sources, how much hangs on assumptions and on single sources), as far as they can be measured here:
- evidence: which part of the outcome's spread rests on statements and on counts, and not on the analysts' assumptions;
- agreement: whether the voices agree on the numbers that carry the spread;
- one voice: whether the outcome changes if any one speaker is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tocsin.analysis.case import Case
from tocsin.analysis.disputes import DISPUTED, carrying
from tocsin.analysis.foundations import Spread, spreads
from tocsin.analysis.perturbations import LeaveOneOut
from tocsin.canonical import Canonical, figure
from tocsin.elicitation import Prior
from tocsin.records.families import BaseRate
from tocsin.records.statements import Confidence

Mark = Literal["strong", "fair", "weak"]

GOOD, POOR = 2 / 3, 1 / 3
"""Assumption: shares of the spread from which on the evidence is strong, and below which it is weak."""
MOVES = 0.05
"""Assumption: the change of a probability from which on leaving out a speaker matters, within one word."""


@dataclass(frozen=True)
class Grounds(Canonical):
    """What an outcome's confidence is judged from.

    evidence: the share of its spread on statements and counts; by_statements: on statements alone; voices: independent
    ones on the numbers that carry the spread; dispute: the largest Birge ratio among these numbers; swayed: speakers
    without whom the outcome has another word; largest: the speaker without whom it moves most, and by how much.
    """

    evidence: float
    by_statements: float
    voices: int
    dispute: float
    swayed: tuple[str, ...]
    largest: tuple[str, float] | None

    @property
    def marks(self) -> Mapping[str, Mark]:
        """Evidence, agreement and one voice, each strong, fair or weak."""
        evidence: Mark = "strong" if self.evidence >= GOOD else "fair" if self.evidence >= POOR else "weak"
        agreement: Mark = "fair"
        if self.dispute > DISPUTED or (not self.voices and evidence == "weak"):
            agreement = "weak"
        elif self.voices > 1 and self.dispute <= 1:
            agreement = "strong"
        moves = abs(self.largest[1]) if self.largest else 0.0
        alone: Mark = "weak" if self.swayed else "fair" if moves >= MOVES else "strong"
        return {"evidence": evidence, "agreement": agreement, "one voice": alone}

    @property
    def level(self) -> Confidence:
        """Low where the evidence is weak, or both of the others are; high where nothing is weak and both evidence and
        agreement are strong; else moderate."""
        marks = self.marks
        if marks["evidence"] == "weak" or list(marks.values()).count("weak") > 1:
            return "low"
        sound = marks["evidence"] == marks["agreement"] == "strong" and "weak" not in marks.values()
        return "high" if sound else "moderate"


def confidence(case: Case, influence: LeaveOneOut) -> dict[str, Grounds]:
    """Per outcome the grounds of its confidence."""
    by_outcome = spreads(case)
    return {outcome: _grounds(case, influence, outcome, spread) for outcome, spread in by_outcome.items()}


def _grounds(case: Case, influence: LeaveOneOut, outcome: str, spread: Spread) -> Grounds:
    # Plain chances are no number of their own: nobody speaks of them, and nothing was counted.
    numbers, p = case.model.priors.numbers, case.point[outcome]
    counted = sum(
        share * numbers[key].reference_share
        for key, share in spread.by_number.items()
        if key in numbers and _is_counted(numbers[key])
    )
    weighty = [numbers[key] for key in carrying(spread) if key in numbers]
    voices = {vote.voice for prior in weighty for vote in prior.votes}
    speakers = {case.model.records.by_id[name].speaker for name in voices}
    moves = {
        speaker: answers[outcome].p - p
        for speaker, answers in influence.groups["speaker"].items()
        if outcome in answers
    }
    word = case.words.word(p)
    return Grounds(
        evidence=spread.statements + counted,
        by_statements=spread.statements,
        voices=len(speakers),
        dispute=max((prior.dispute for prior in weighty), default=0.0),
        swayed=tuple(
            speaker
            for speaker, answers in influence.groups["speaker"].items()
            if outcome in answers and answers[outcome].word != word
        ),
        largest=max(moves.items(), key=lambda pair: (figure(abs(pair[1])), pair[0]), default=None),
    )


def _is_counted(prior: Prior) -> bool:
    """Whether the reference is a base rate."""
    return isinstance(prior.source, BaseRate)
