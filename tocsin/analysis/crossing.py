"""Where an outcome gets another word as one thing is moved: bracketed on a grid, then found to seven digits.

Moves are in log-odds (or log likelihood ratios), and so are the answers, which are nearly linear in the moves. All
candidates and outcomes are asked together, one batch per round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from tocsin.analysis.case import Case
from tocsin.analysis.parameters import Parameter
from tocsin.canonical import canonical, figure, log_odds
from tocsin.network.network import Array

STEPS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
"""Moves tried on both sides, in log-odds; 5 turns 10 % into 94 %."""
BOTH = tuple(sorted({0.0, *STEPS, *(-step for step in STEPS)}))
ROUNDS = 12
KEPT = 2
"""Of candidates screened roughly, those solved per outcome and word."""
CLOSE = 1e-7
"""Log-odds within which the cut is met."""

Kind = Literal["observed", "reported", "facts", "believed", "number"]


@dataclass(frozen=True, eq=False)
class Candidate:
    """Something that can be moved: by 0 it is what it is."""

    kind: Kind
    name: str
    steps: tuple[float, ...]
    """Rising, 0 included."""
    variable: str
    state: int | None = None
    parameter: Parameter | None = None
    row: Array | None = None
    """The likelihood `[S]` of a report or of facts; the chances of a belief."""


Asked = Sequence[tuple[Candidate, float]]
Answer = Callable[[Asked], Mapping[str, Array]]


@dataclass
class Bracket:
    """Between two moves, the nearer one first, an outcome reaches the cut of another word."""

    candidate: Candidate
    outcome: str
    near: float
    far: float
    f_near: float
    f_far: float
    cut: float
    word: str
    best: float = np.inf

    @property
    def guess(self) -> float:
        """Where the straight line between the two ends meets the cut."""
        return figure(self.near + (self.far - self.near) * self.f_near / (self.f_near - self.f_far))


def brackets_of(case: Case, candidates: Sequence[Candidate], answer: Answer) -> list[Bracket]:
    """For each candidate, outcome and direction the nearest pair of grid points between which the word changes."""
    if not candidates:
        return []
    found = answer([(candidate, step) for candidate in candidates for step in candidate.steps])
    total = sum(len(candidate.steps) for candidate in candidates)
    brackets: list[Bracket] = []
    for outcome, p in found.items():
        start, odds = 0, log_odds(np.broadcast_to(p, total))
        for candidate in candidates:
            stop = start + len(candidate.steps)
            here = odds[start:stop]
            # With fewer draws the answer at rest is a little off: all are moved so that it is right.
            zero = candidate.steps.index(0.0)
            here = here + (float(log_odds(case.point[outcome])) - here[zero])
            brackets += _crossings(case, candidate, outcome, here, zero)
            start = stop
    return brackets


def _crossings(case: Case, candidate: Candidate, outcome: str, odds: Array, zero: int) -> Iterator[Bracket]:
    now = int(case.words.places(case.point[outcome]))
    cuts = log_odds(case.words.cuts)
    beyond = canonical(odds[:, np.newaxis] - cuts)
    for direction in (-1, 1):
        end = len(odds) if direction == 1 else -1
        for place in range(zero + direction, end, direction):
            for cut, side in ((now, 1), (now - 1, -1)):
                if 0 <= cut < len(cuts) and side * beyond[place, cut] >= 0:
                    before = place - direction
                    yield Bracket(
                        candidate, outcome, candidate.steps[before], candidate.steps[place],
                        float(beyond[before, cut]), float(beyond[place, cut]),
                        float(cuts[cut]), case.words.words[now + side],
                    )  # fmt: skip
                    break
            else:
                continue
            break


def nearest(brackets: Sequence[Bracket]) -> Iterator[Bracket]:
    """Of the numbers, those that promise to come nearest, per outcome and word."""
    groups: dict[tuple[str, str], list[Bracket]] = {}
    for bracket in brackets:
        groups.setdefault((bracket.outcome, bracket.word), []).append(bracket)
    for several in groups.values():
        yield from sorted(several, key=lambda each: (abs(each.guess), each.candidate.name))[:KEPT]


def opened(case: Case, brackets: Sequence[Bracket], answer: Answer) -> Sequence[Bracket]:
    """Brackets found with few draws, checked with all: the far end is moved out until it lies beyond the cut."""
    for bracket in brackets:
        bracket.near, bracket.f_near = 0.0, _beyond(bracket, case.point[bracket.outcome])
    waiting = list(brackets)
    for widening in (1.0, 1.5, 2.0):
        if not waiting:
            break
        asked = [(each.candidate, each.far * widening) for each in waiting]
        found = answer(asked)
        left = []
        for place, (bracket, (_, far)) in enumerate(zip(waiting, asked, strict=True)):
            value = _beyond(bracket, np.broadcast_to(found[bracket.outcome], len(asked))[place])
            if value * bracket.f_near <= 0:
                bracket.far, bracket.f_far = far, value
            else:
                left.append(bracket)
        waiting = left
    return [bracket for bracket in brackets if bracket not in waiting]


def solve(brackets: Sequence[Bracket], answer: Answer) -> None:
    """Regula falsi, Illinois variant (Dowell & Jarratt 1971), on log-odds, which are nearly linear in the moves."""
    waiting = list(brackets)
    for _ in range(ROUNDS):
        if not waiting:
            return
        asked = [(each.candidate, each.guess) for each in waiting]
        found = answer(asked)
        left = []
        for place, (bracket, (_, step)) in enumerate(zip(waiting, asked, strict=True)):
            value = _beyond(bracket, np.broadcast_to(found[bracket.outcome], len(asked))[place])
            bracket.best = step
            if abs(value) <= CLOSE:
                continue
            if value * bracket.f_far < 0:
                bracket.near, bracket.f_near = bracket.far, bracket.f_far
            else:
                bracket.f_near /= 2
            bracket.far, bracket.f_far = step, value
            left.append(bracket)
        waiting = left


def _beyond(bracket: Bracket, p: float) -> float:
    """How far the outcome lies above the cut, in log-odds."""
    return figure(float(log_odds(p)) - bracket.cut)
