"""Would the answer change if words were read, judgements joined or grades weighed by another rule?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from tocsin import records
from tocsin.analysis.case import Case, once_per_model
from tocsin.analysis.perturbations import Answers, Variant, answers, variant
from tocsin.analysis.re_elicitation import Elicitor
from tocsin.elicitation import weigh
from tocsin.model import Model
from tocsin.records import StatementChanges
from tocsin.records.model import Pooling


@dataclass(frozen=True)
class Other:
    """The answers under another choice."""

    kind: str
    """lexicon, pooling or grades."""
    name: str
    answers: Answers
    kept: int = 0
    """Of a lexicon: how many statements have words that it lacks, and keep their own reading."""


def readings(case: Case) -> tuple[Other, ...]:
    """Every other lexicon, pooling rule and weighing of grades, as one table."""
    made = _others(case)
    found = answers(case, {f"{kind} {name}": one for (kind, name), (one, _) in made.items()})
    return tuple(Other(kind, name, found[f"{kind} {name}"], kept) for (kind, name), (_, kept) in made.items())


@once_per_model
def _others(model: Model, changes: StatementChanges) -> dict[tuple[str, str], tuple[Variant, int]]:
    """By kind and name the model under each choice, and how many statements keep their own reading."""
    made: dict[tuple[str, str], tuple[Variant, int]] = {}
    elicitor = Elicitor(model, changes)
    for kind, name, read, lexicon in _choices(model.records):
        weights = weigh(read, changes, lexicon)
        kept = len(weights.kept) if kind == "lexicon" else 0
        made[kind, name] = variant(model, elicitor.weighed_anew(weights), read), kept
    return made


def _choices(model: records.ModelRecords) -> Iterator[tuple[str, str, records.ModelRecords, str]]:
    """Kind, name, records and the lexicon to read with."""
    own = model.file.lexicon
    for name in model.lexicons:
        if name != own:
            yield "lexicon", name, model, name
    rule = model.file.pooling
    for pool in get_args(Pooling):
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


def _with(model: records.ModelRecords, **changes: object) -> records.ModelRecords:
    # What pydantic copies would carry the digest that is cached on the record.
    fields = {name: getattr(model, name) for name in type(model).model_fields}
    return records.ModelRecords.model_construct(**{**fields, **changes})
