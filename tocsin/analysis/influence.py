"""What each statement does to the answers: leave it out, elicit and assess again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tocsin.analysis.case import Case, once_per_model
from tocsin.analysis.eliciting import Elicitor
from tocsin.analysis.variants import Answers, Variant, answers, same, variant
from tocsin.model import Model
from tocsin.records import StatementChanges

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
    found = answers(case, _without(case))

    def of(names: Iterable[str]) -> dict[str, Answers]:
        return {name: found[name] for name in names}

    named = _names(case.model)
    return Influence(of(named["statement"]), {kind: of(named[kind]) for kind in KINDS})


def _names(model: Model) -> dict[str, list[str]]:
    """Per kind what can be left out."""
    records = model.records
    return {
        "statement": [statement.id for statement in records.statements],
        "speaker": list(records.speakers),
        "origin": list(dict.fromkeys(s.origin for s in records.statements if s.origin is not None)),
        "source": list(records.sources),
    }


@once_per_model
def _without(model: Model, changes: StatementChanges) -> dict[str, Variant]:
    """The model without each of these."""
    elicitor = Elicitor(model, changes)
    # A speaker of one statement is that statement.
    known: dict[frozenset[str], Variant] = {frozenset(): same(model)}
    made: dict[str, Variant] = {}
    for name in (name for names in _names(model).values() for name in names):
        left = elicitor.traces(name)
        if left not in known:
            known[left] = variant(model, elicitor.without(left))
        made[name] = known[left]
    return made
