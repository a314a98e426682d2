"""Where an outcome gets another word as one thing is moved: bracketed on a grid, then found to seven digits.

Moves are in log-odds (or log likelihood ratios), and so are the answers, which are nearly linear in the moves. All
candidates and outcomes are asked together, one batch per round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from tocsin.analysis.case import Case, once_per_model
from tocsin.analysis.parameters import Tables, Turner, UncertainNumber, parameters, stacked
from tocsin.assessment import is_informative
from tocsin.canonical import Canonical, canonical, figure, log_odds
from tocsin.elicitation.distributions import from_line, onto_line
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records import StatementChanges

STEPS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0)
"""Moves tried on both sides, in log-odds; 5 turns 10 % into 94 %."""
BOTH = tuple(sorted({0.0, *STEPS, *(-step for step in STEPS)}))
MOST_ROUNDS = 12
MOST_SOLVED = 2
"""Of candidates screened roughly, those solved per outcome and word."""
CLOSE = 1e-7
"""Log-odds within which the cut is met."""

Kind = Literal["observed", "reported", "facts", "believed", "number"]
SCREENED = 64
"""Draws over which tables are averaged while numbers are compared."""
MOST_SHOWN = 6
"""Changes told per outcome."""
FIRMEST = 14.0
"""An observation is as firm as a likelihood ratio of e^14, a million, before it counts as certain."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """Something that can be moved: by 0 it is what it is."""

    kind: Kind
    name: str
    steps: tuple[float, ...]
    """Rising, 0 included."""
    variable: str
    state: int | None = None
    parameter: UncertainNumber | None = None
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
        yield from sorted(several, key=lambda bracket: (abs(bracket.guess), bracket.candidate.name))[:MOST_SOLVED]


def checked(case: Case, brackets: Sequence[Bracket], answer: Answer) -> Sequence[Bracket]:
    """Brackets found with few draws, checked with all: the far end is moved out until it lies beyond the cut."""
    for bracket in brackets:
        bracket.near, bracket.f_near = 0.0, _beyond(bracket, case.point[bracket.outcome])
    waiting = list(brackets)
    for widening in (1.0, 1.5, 2.0):
        if not waiting:
            break
        asked = [(bracket.candidate, bracket.far * widening) for bracket in waiting]
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
    for _ in range(MOST_ROUNDS):
        if not waiting:
            return
        asked = [(bracket.candidate, bracket.guess) for bracket in waiting]
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


@dataclass(frozen=True)
class Flip(Canonical):
    """The nearest change of one thing that gives an outcome another word.

    name: the finding, the variable whose facts are meant, or the key of a number. before, after: what a number or a
    believed chance is and would have to be; the likelihood ratio of a report or of facts (infinite for an observation).
    distance: on the scale of log-odds, or of log likelihood ratios; infinite from certainty.
    """

    kind: Kind
    name: str
    state: str | None
    """Of a belief: the state whose chance moves, the others in proportion."""
    word: str
    before: float
    after: float
    distance: float
    level: float | None = None
    """Of a number: how much of what is believed about it lies below `after`."""
    statements: tuple[str, ...] = ()


def flips(case: Case) -> dict[str, tuple[Flip, ...]]:
    """Per outcome the nearest changes, of every finding, belief and facts, and of the numbers that come nearest."""
    evidence, forced = _evidence_answer(case), set(case.evidence.forced)
    numbers = [
        Candidate("number", number.key, BOTH, number.variable, parameter=number)
        for number in parameters(case.model.priors)
        if not set(number.variables) <= forced
    ]
    turner = Turner(case.model)
    full = _number_answer(case, turner)
    brackets = brackets_of(case, list(_of_evidence(case)), evidence)
    solve(brackets, evidence)
    kept = list(nearest(brackets_of(case, numbers, _rough_answer(case, _screened(case)))))
    solve(checked(case, kept, full), full)
    found: dict[str, list[Flip]] = {outcome: [] for outcome in case.events}
    for bracket in (*brackets, *kept):
        if np.isfinite(bracket.best):
            found[bracket.outcome].append(_flip(bracket, turner))
    return {outcome: _nearest(several) for outcome, several in found.items()}


def _of_evidence(case: Case) -> Iterator[Candidate]:
    """Findings and facts; a belief once per state."""
    for finding in case.findings:
        if finding.kind == "believed":
            for state, chance in enumerate(finding.row):
                if 0 < chance < 1:
                    yield Candidate("believed", finding.name, BOTH, finding.variable, state, row=finding.row)
        elif finding.kind != "forced" and is_informative(finding.row):
            certain = np.count_nonzero(finding.row) < len(finding.row)
            steps = tuple(np.linspace(-FIRMEST, 0.0, 15)) if certain else BOTH
            yield Candidate(
                "observed" if certain else "reported", finding.name, steps, finding.variable, row=finding.row
            )
    for name, row in case.model.priors.likelihoods.items():
        if is_informative(row) and name not in case.evidence.forced:
            yield Candidate("facts", name, BOTH, name, row=row)


def _evidence_answer(case: Case) -> Answer:
    """Moves of findings, beliefs and facts as rows of one batch."""

    def answer(asked: Asked) -> Mapping[str, Array]:
        rows = {name: np.repeat(row, len(asked), axis=0) for name, row in case.evidence.likelihoods.items()}
        beliefs = {name: np.repeat(row, len(asked), axis=0) for name, row in case.evidence.beliefs.items()}
        for place, (candidate, step) in enumerate(asked):
            if candidate.kind == "believed":
                assert candidate.state is not None
                beliefs[candidate.variable][place] = _believed(
                    beliefs[candidate.variable][place], candidate.state, step
                )
            elif step:
                rows[candidate.variable][place] = _retold(case, candidate, step)
        return case.chances(rows, beliefs=beliefs)

    return answer


def _retold(case: Case, candidate: Candidate, step: float) -> Array:
    """The variable's whole likelihood with one finding stronger or weaker."""
    assert candidate.row is not None
    others = np.ones(len(candidate.row))
    if candidate.kind != "facts":
        others = others * case.model.priors.likelihoods.get(candidate.variable, others)
    for finding in case.findings:
        itself = candidate.kind != "facts" and finding.name == candidate.name
        if finding.variable == candidate.variable and finding.kind != "believed" and not itself:
            others = others * finding.row
    if candidate.kind == "observed":
        return np.asarray(others * np.where(candidate.row > 0, candidate.row, np.exp(-(FIRMEST + step))))
    own = _strength(candidate.row)
    powers = np.log(candidate.row) * ((own + step) / own)
    return np.asarray(others * np.exp(powers - powers.max()))


def _strength(row: Array) -> float:
    """The log likelihood ratio of the states it speaks most for against the others."""
    return float(np.log(row.max() / row.min()))


def _believed(chances: Array, state: int, step: float) -> Array:
    moved = float(from_line("chance", onto_line("chance", chances[state]) + step))
    changed = chances * (1 - moved) / (1 - chances[state])
    changed[state] = moved
    return np.asarray(changed)


def screened_tables(model: Model) -> dict[str, Tables]:
    """Per number the tables of its variables under all moves of the grid, averaged over few draws."""
    turner = Turner(model, SCREENED)
    return {number.key: turner.moved(number, BOTH) for number in parameters(model.priors)}


@once_per_model
def _screened(model: Model, _: StatementChanges) -> dict[str, Tables]:
    return screened_tables(model)


def _rough_answer(case: Case, screened: Mapping[str, Tables]) -> Answer:
    """All numbers on the grid as rows of one batch."""

    def answer(asked: Asked) -> Mapping[str, Array]:
        names = dict.fromkeys(candidate.name for candidate, _ in asked)
        changed = [screened[name] for name in names]
        return case.chances(case.evidence.likelihoods, stacked(case.model, changed))

    return answer


def _number_answer(case: Case, turner: Turner) -> Answer:
    """Moves of numbers as rows of one batch."""

    def answer(asked: Asked) -> Mapping[str, Array]:
        changed = []
        for candidate, several in groupby(asked, key=lambda pair: pair[0]):
            assert candidate.parameter is not None
            changed.append(turner.moved(candidate.parameter, [step for _, step in several]))
        return case.chances(case.evidence.likelihoods, stacked(case.model, changed))

    return answer


def _flip(bracket: Bracket, turner: Turner) -> Flip:
    candidate, step = bracket.candidate, bracket.best
    if candidate.parameter is not None:
        number = candidate.parameter
        before, after = turner.mean_after(number, 0.0), turner.mean_after(number, step)
        level = float(number.distribution.cdf(np.array(after)))
        distance = abs(number.distance(before, after))
        return Flip("number", number.key, None, bracket.word, before, after, distance, level, number.statements)
    assert candidate.row is not None
    if candidate.state is not None:
        state, chance = turner.model.network.states[candidate.variable][candidate.state], candidate.row[candidate.state]
        after = float(from_line("chance", onto_line("chance", chance) + step))
        return Flip("believed", candidate.name, state, bracket.word, float(chance), after, abs(step))
    if candidate.kind == "observed":
        return Flip("observed", candidate.name, None, bracket.word, np.inf, float(np.exp(FIRMEST + step)), np.inf)
    own = _strength(candidate.row)
    after = float(np.exp(own + step))
    return Flip(candidate.kind, candidate.name, None, bracket.word, float(np.exp(own)), after, abs(step))


def _nearest(found: Sequence[Flip]) -> tuple[Flip, ...]:
    """The nearest few, each thing once."""
    nearest: dict[tuple[str, str, str | None], Flip] = {}
    for flip in sorted(found, key=lambda flip: (flip.distance, flip.kind, flip.name, flip.state or "", flip.word)):
        nearest.setdefault((flip.kind, flip.name, flip.word), flip)
    return tuple(nearest.values())[:MOST_SHOWN]
