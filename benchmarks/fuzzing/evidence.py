"""Scenarios with every kind of finding, through the Python API: distributions, or a refusal with a reason."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import tocsin
from benchmarks.fuzzing import SHIPPED, SMALL
from tocsin.assessment import Assessment
from tocsin.errors import TocsinError
from tocsin.session import Session

DRAWS = 100
"""Few, since each input is another scenario and none looks at the width of an interval."""


@cache
def session(folder: Path) -> Session:
    """A model, opened once."""
    return tocsin.load(folder, draws=DRAWS)


def on_the_small_model(random: Random) -> None:
    """A scenario of three variables: often contradictory, often impossible."""
    assess(session(SMALL), random)


def on_the_shipped_model(random: Random) -> None:
    """A scenario of the shipped model."""
    assess(session(SHIPPED), random)


def assess(asked: Session, random: Random) -> None:
    """Answer a random scenario and look at the answer."""
    content = scenario(asked, random)
    try:
        answer = asked.assess(content)
    except TocsinError as refusal:
        if not str(refusal).strip():
            raise AssertionError(f"refused without a reason: {content}") from refusal
        return
    check(answer, content)


def check(answer: Assessment, content: Mapping[str, Any]) -> None:
    """Every number is a probability, every variable a distribution, every interval in order."""
    for name, states in answer.variables.items():
        for state, estimate in states.items():
            numbers = (estimate.low, estimate.high, estimate.p)
            assert all(0 <= number <= 1 for number in numbers), (name, state, numbers, content)
            assert estimate.low <= estimate.high, (name, state, numbers, content)
        total = math.fsum(estimate.p for estimate in states.values())
        assert math.isclose(total, 1, abs_tol=1e-6), (name, total, content)
    for title, outcome in answer.outcomes.items():
        assert 0 <= outcome.p <= 1, (title, outcome, content)
        assert outcome.wording.word, (title, outcome, content)


def scenario(asked: Session, random: Random) -> dict[str, Any]:
    """What a scenario file may hold: findings, forced states, changes to statements, an interval, reconciling."""
    variables = {variable: list(states) for variable, states in asked.model.network.states.items()}
    statements = [statement.id for statement in asked.model.records.statements]

    def some(names: list[str], most: int) -> list[str]:
        return random.sample(names, random.randint(0, min(most, len(names))))

    content: dict[str, Any] = {"evidence": {name: findings(variables[name], random) for name in some([*variables], 4)}}
    if random.random() < 0.3:
        content["forced"] = {name: random.choice(variables[name]) for name in some([*variables], 2)}
    if random.random() < 0.4:
        content["statements"] = {
            "exclude": some(statements, 3),
            "reweigh": {name: random.choice([0, 1e-300, 1e-9, 0.01, 0.5, 1, 3, 10]) for name in some(statements, 3)},
            "regrade": {name: grade(random) for name in some(statements, 3)},
            "half_life_days": random.choice([None, 1e-300, 0.001, 1, 30, 1e300]),
        }
    if random.random() < 0.2:
        content["interval"] = random.choice([1e-12, 0.5, 0.95, 1 - 1e-12])
    if random.random() < 0.1:
        content["reconcile"] = True
    return content


def findings(states: list[str], random: Random) -> list[dict[str, Any]]:
    """One to three findings on a variable."""
    return [random.choice(FINDINGS)(states, random) for _ in range(random.choice([1, 1, 1, 2, 3]))]


def grade(random: Random) -> str:
    """An Admiralty grade."""
    return random.choice("ABCDEF") + random.choice("123456")


def _observed(states: list[str], random: Random) -> dict[str, Any]:
    return {"observed": random.choice(states)}


def _reported(states: list[str], random: Random) -> dict[str, Any]:
    return {"reported": random.sample(states, random.randint(1, len(states))), "grade": grade(random)}


def _believed(states: list[str], random: Random) -> dict[str, Any]:
    shares = [random.choice([0.0, 1e-12, random.random(), 1.0]) for _ in states]
    total = sum(shares) or 1.0
    return {"believed": {state: share / total for state, share in zip(states, shares, strict=True)}}


def _likelihood(states: list[str], random: Random) -> dict[str, Any]:
    named = random.sample(states, random.randint(1, len(states)))
    return {"likelihood": {state: random.choice([0, 5e-324, 1e-9, random.random(), 7, 1e308]) for state in named}}


FINDINGS: tuple[Callable[[list[str], Random], dict[str, Any]], ...] = (_observed, _reported, _believed, _likelihood)

KINDS = {"evidence": on_the_small_model, "evidence-shipped": on_the_shipped_model}
COUNTS = {"evidence-shipped": 100}
