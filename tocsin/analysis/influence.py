"""What each statement does to the answers: leave it out, elicit and assess again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.analysis.case import Case
from tocsin.analysis.variants import Answers, answers
from tocsin.model import Model

KINDS = ("speaker", "origin", "source")


@dataclass(frozen=True)
class Influence:
    """Per statement, and per speaker, origin and source as a whole, the answers without it."""

    statements: Mapping[str, Answers]
    groups: Mapping[str, Mapping[str, Answers]]
    """Per kind of group, per name."""


def influence(case: Case) -> Influence:
    """The whole table: every statement, speaker, origin and source left out in turn, on all outcomes.

    What leaves no trace in priors or facts (context, judgements kept as checks, echoes) changes nothing, and shows so.
    """
    records = case.model.records
    named: dict[str, list[str]] = {
        "statement": [statement.id for statement in records.statements],
        "speaker": list(records.speakers),
        "origin": list(dict.fromkeys(s.origin for s in records.statements if s.origin is not None)),
        "source": list(records.sources),
    }
    silent = _silent(case)
    variants = {name: _without(case, name, silent) for names in named.values() for name in names}
    found = answers(case, variants)

    def of(names: Iterable[str]) -> dict[str, Answers]:
        return {name: found[name] for name in names}

    return Influence(of(named["statement"]), {kind: of(named[kind]) for kind in KINDS})


def _without(case: Case, name: str, silent: set[str]) -> Model:
    changes = case.scenario.statements
    if name in changes.exclude or name in silent:
        return case.model
    left = changes.model_copy(update={"exclude": (*changes.exclude, name)})
    # From the case's model, so that what the statement does not touch keeps its tables and draws.
    return case.model.changed(left)


def _silent(case: Case) -> set[str]:
    """Statements that set no number, report nothing and qualify no other: without them everything is as it is."""
    setting = {name for slot in case.model.provenance.slots for name in slot.quantity.statements}
    return {
        statement.id
        for statement in case.model.records.statements
        if statement.id not in setting
        and statement.reports is None
        and not any(judgement.qualifies for judgement in statement.judges)
    }
