"""The shipped model, and scenarios in a line or two laid out for analysis."""

import pytest

from tests.conftest import written_scenario
from tocsin.analysis.case import lay_out


def rain(reference, statements=""):
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
def scenario():
    return written_scenario


@pytest.fixture(scope="session")
def case():
    return lambda model, text="": lay_out(model, written_scenario(model, text))
