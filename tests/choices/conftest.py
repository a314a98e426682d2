"""Small problems with known answers: fixed chances, fixed amounts."""

import pytest

from tocsin.files.choice_files import checked_choice
from tocsin.files.yaml12 import parse
from tocsin.records.scenario import baseline

OIL = """
variables:
  oil:
    title: Oil
    question: How much?
    states: [dry, wet, soaking]
    role: driver
    table: {family: prior, chances: {dry: 50%, wet: 30%, soaking: 20%}, because: Raiffa 1968}
  drill:
    title: Drill
    question: Is a hole drilled?
    states: [no, yes]
    role: action
    table: {family: prior, chances: {no: 50%, yes: 50%}, because: test}
  sounding:
    title: Sounding
    question: What does the seismic test show?
    states: [none, open, closed]
    role: indicator
    parents: [oil]
    table:
      family: table
      rows:
        - {given: {oil: dry}, chances: {none: 60%, open: 30%, closed: 10%}, because: Raiffa 1968}
        - {given: {oil: wet}, chances: {none: 30%, open: 40%, closed: 30%}, because: Raiffa 1968}
        - {given: {oil: soaking}, chances: {none: 10%, open: 40%, closed: 50%}, because: Raiffa 1968}
"""
DRILL = """
options:
  leave: {forced: {drill: no}}
  drill: {forced: {drill: yes}}
stakes:
  - {when: {drill: yes, oil: dry}, loss: {value: 70, because: Raiffa 1968}}
  - {when: {drill: yes, oil: wet}, gain: {value: 50, because: Raiffa 1968}}
  - {when: {drill: yes, oil: soaking}, gain: {value: 200, because: Raiffa 1968}}
"""


def written_choice(model, text):
    """A choice from the lines that matter."""
    return checked_choice(parse(f"choice: t\nmodel: {model.name}\nwhose: us\n{text}\n", "t.yaml"), model.records)


def start(model):
    return baseline(model.name)


@pytest.fixture
def oil(tiny):
    return tiny(OIL, "  - {id: S1, speaker: ann, source: paper, where: p, claim: c, credibility: 3, context: [oil]}")
