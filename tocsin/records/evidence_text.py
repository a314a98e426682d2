"""The one language of evidence in a line of text: for options, cells of tables and sweeps.

`state` is observed, `~state:B2` and `~state|state:B2` are reported, `state:20%|state:80%` is believed.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

_CHANCE = re.compile(r"((?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(%?)")
_GRADE = re.compile(r"[A-F][1-6]")


@dataclass(frozen=True)
class EvidenceText:
    """A line of evidence taken apart; whether states and numbers mean something is for who knows the variable."""

    kind: Literal["observed", "reported", "believed"]
    states: tuple[str, ...]
    grade: str = ""
    """Of a report; empty where it has none."""
    chances: tuple[str, ...] = ()
    """Of a belief, one for each state; empty text where it has none."""


def take_apart(text: str) -> EvidenceText:
    """
    >>> take_apart("~few|many:B2")
    EvidenceText(kind='reported', states=('few', 'many'), grade='B2', chances=())
    >>> take_apart("no:20% | yes:80%")
    EvidenceText(kind='believed', states=('no', 'yes'), grade='', chances=('20%', '80%'))
    """
    if text.startswith("~"):
        states, _, grade = text[1:].rpartition(":")
        return EvidenceText("reported", tuple(part.strip() for part in states.split("|")), grade.strip())
    if ":" not in text:
        return EvidenceText("observed", (text,))
    pairs = [part.partition(":") for part in text.split("|")]
    return EvidenceText(
        "believed",
        tuple(state.strip() for state, _, _ in pairs),
        chances=tuple(chance.strip() for _, _, chance in pairs),
    )


def is_grade(text: str) -> bool:
    """Whether it is a grade of the Admiralty code, A1 to F6."""
    return _GRADE.fullmatch(text) is not None


def chance(text: str) -> float:
    """20 % or 0.2 as a number from 0 to 1; NaN where it is none.

    >>> chance("20 %"), chance("0.2"), chance("20")
    (0.2, 0.2, nan)
    """
    found = _CHANCE.fullmatch(text)
    value = float(found[1]) / (100 if found[2] else 1) if found else math.nan
    return value if 0 <= value <= 1 else math.nan
