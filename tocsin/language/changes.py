"""Sentences about how a forecast changed from one day to another, and which findings of a feed did it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tocsin.assessment import Estimate
from tocsin.errors import listed
from tocsin.language.events import event, evidence, judged, with_article
from tocsin.language.numbers import capital, day, from_to, interval, is_settled, percent
from tocsin.records import ModelRecords
from tocsin.records.scenario import finding

MOST = 2
"""Causes in a sentence."""


@dataclass(frozen=True)
class WordedEstimate(Estimate):
    """What was said of an outcome on a day."""

    word: str


@dataclass(frozen=True)
class Cause:
    """A finding that moved it. cell: as in a table; empty for all that came in on the variable. part: in log-odds."""

    day: date
    variable: str
    cell: str
    source: str
    part: float


def cause(records: ModelRecords, found: Cause) -> str:
    """`a report graded B2 says that the road is blocked (Radio North)`."""
    try:
        about = records.variables[found.variable]
        if not found.cell:
            return f"what came in on “{about.title}”"
        read = finding(found.cell)
        if not set(read.states) <= {*about.states}:
            raise ValueError(found.cell)
        text = evidence(records, found.variable, read, "clause")
    except (KeyError, ValueError):
        # Of another model than this one.
        text = f"{found.variable} {found.cell}".strip()
    return f"{text} ({found.source})" if found.source else text


def changed(
    records: ModelRecords,
    outcome: str,
    before: WordedEstimate,
    after: WordedEstimate,
    causes: Sequence[Cause] = (),
    edges: Sequence[float] = (),
) -> str:
    """`A breach of the dam is now likely (61 % [40–75]), up from unlikely (27 %), mostly because …`.

    causes: what moved it, the greatest part first; those that moved it the other way are left out.
    """
    way = 1 if after.p > before.p else -1
    reasons = [cause(records, found) for found in causes if way * found.part > 0][:MOST]
    because = f", mostly because {listed(reasons)}" if reasons else ""
    subject = capital(event(records, outcome, style="noun"))
    if is_settled(after.p):
        return f"{subject} is settled: {percent(after.p)}, {percent(before.p, edges)} before{because}."
    if before.word == after.word:
        moved = from_to(before.p, after.p, edges)
        return f"{subject} goes {moved} {interval(after)} and stays {after.word}{because}."
    now = judged(after.word).replace(" ", " now ", 1)
    was = f"{'up' if way > 0 else 'down'} from {with_article(before.word)} ({percent(before.p, edges)})"
    return f"{subject} {now} ({percent(after.p, edges)} {interval(after)}), {was}{because}."


def dated(on: date, text: str) -> str:
    """`5 December 2024: …`."""
    return f"{day(on)}: {text}"
