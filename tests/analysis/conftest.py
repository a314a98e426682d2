"""The shipped model, and scenarios in a line or two laid out for analysis."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import written_scenario
from tocsin.analysis.case import Case, lay_out
from tocsin.records import Scenario


def rain(reference: str, statements: str = "") -> str:
    """A model of one number: the chance of rain, by the range of its reference and the statements that judge it."""
    judged = f"statements: [{statements}], " if statements else ""
    return f"""
variables:
  rain:
    title: Rain
    question: Rain?
    states: [no, yes]
    role: outcome
    table: {{family: prior, shares: {{yes: {{{judged}assume: {{range: [{reference}], because: a b c}}}}}}}}
outcomes: [{{title: Rain, events: {{rain: yes}}}}]
"""


@pytest.fixture(scope="session")
def scenario() -> Callable[..., Scenario]:
    return written_scenario


@pytest.fixture(scope="session")
def case() -> Callable[..., Case]:
    return lambda model, text="": lay_out(model, written_scenario(model, text))
