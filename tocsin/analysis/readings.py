"""Would the answer change if words were read otherwise, judgements pooled otherwise, or grades weighed otherwise?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tocsin import records
from tocsin.analysis.case import Case
from tocsin.analysis.variants import Answers, answers
from tocsin.elicitation import UnknownWords, priors
from tocsin.model import Model, assemble
from tocsin.records.model import Pooling

POOLS: tuple[Pooling, ...] = ("log_odds", "linear", "logarithmic")
"""The rules that need no settings of their own; others are tried where the model gives their settings."""


@dataclass(frozen=True)
class Other:
    """The answers under another choice; None with the reason where the choice cannot be made."""

    kind: str
    """lexicon, pooling or grades."""
    name: str
    answers: Answers | None
    why_not: str | None = None


def readings(case: Case) -> tuple[Other, ...]:
    """Every other lexicon, pooling rule and weighing of grades, as one table."""
    made: dict[tuple[str, str], Model] = {}
    refused: list[Other] = []
    for kind, name, changed, lexicon in _choices(case.model.records):
        try:
            made[kind, name] = _rebuilt(case, changed, lexicon)
        except UnknownWords as error:
            refused.append(Other(kind, name, None, str(error)))
    found = answers(case, {f"{kind} {name}": model for (kind, name), model in made.items()})
    return (*(Other(kind, name, found[f"{kind} {name}"]) for kind, name in made), *refused)


def _choices(model: records.Model) -> Iterator[tuple[str, str, records.Model, str]]:
    """Kind, name, records and the lexicon to read with."""
    own = model.file.lexicon
    for name in model.lexicons:
        if name != own:
            yield "lexicon", name, model, name
    rule = model.file.pooling
    for pool in (*POOLS, *(["cooke"] if rule.cooke_weights else [])):
        if pool != rule.rule:
            pooling = rule.model_copy(update={"rule": pool})
            file = model.file.model_copy(update={"pooling": pooling})
            yield "pooling", pool, _with(model, file=file), own
    weights = model.scales.reliability_weight
    for name, changed in (
        ("all alike", dict.fromkeys(weights, 1.0)),
        ("twice as strict", {letter: weight**2 for letter, weight in weights.items()}),
    ):
        scales = model.scales.model_copy(update={"reliability_weight": changed})
        yield "grades", name, _with(model, scales=scales), own


def _with(model: records.Model, **changes: object) -> records.Model:
    # What pydantic copies would carry the digest that is cached on the record.
    fields = {name: getattr(model, name) for name in type(model).model_fields}
    return records.Model.model_construct(**{**fields, **changes})


def _rebuilt(case: Case, changed: records.Model, lexicon: str) -> Model:
    made = priors(changed, case.scenario.statements, lexicon)
    return assemble(changed, made, case.model.count, case.model.seed, case.model)
