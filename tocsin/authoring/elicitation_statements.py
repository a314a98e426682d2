"""From answers of experts to statements: what they add to a model, as text and as edits.

An answer is one statement of its expert about one number. That of the second round supersedes that of the first, which
stays in the file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from tocsin.authoring.edits import Add, Change, Edit
from tocsin.authoring.elicitations import FILE, Elicitation, ExpertAnswer, askable
from tocsin.authoring.yaml_writing import written
from tocsin.elicitation.statement_weights import letters
from tocsin.errors import BadInput, Problem, counted
from tocsin.records import ModelRecords
from tocsin.records.base import LEAST
from tocsin.records.parameters import Parameter, judgement_of
from tocsin.records.statements import Judgement, Statement

MOST_LETTERS = 4000
"""Of a claim."""


@dataclass(frozen=True)
class Handling:
    """How answers become statements: what analysts decide and no expert says."""

    name: str
    """Of the elicitation, in ids and sources."""
    grade: str
    """Reliability of the experts and credibility of their answers, such as B2."""
    day: date
    """On which the answers count as published."""
    anonymous: bool = False


@dataclass(frozen=True)
class Additions:
    """What the answers add to a model, as content of its files."""

    sources: Mapping[str, Mapping[str, Any]]
    speakers: Mapping[str, Mapping[str, Any]]
    statements: tuple[Mapping[str, Any], ...]
    numbers: Mapping[str, tuple[str, ...]]
    """Per number the statements that observe it."""


def as_yaml(found: Additions, model: str) -> str:
    """The additions as text for `statements.yaml`, with what to add to `model.yaml` in a comment."""
    lines = [f"# From forms of experts, for the model {model}. Move each part to where it belongs in statements.yaml,"]
    lines += ["# and in model.yaml name the statements that observe a number under its `statements`:"]
    lines += [f"#   {number}: {', '.join(names)}" for number, names in found.numbers.items()]
    content = {"sources": found.sources, "speakers": found.speakers, "statements": list(found.statements)}
    return "\n".join((*lines, written(content)))


def edits_of(found: Additions, handling: Handling, records: ModelRecords) -> tuple[list[Edit], list[str]]:
    """The additions as edits of a model, and what of them stands there already, in words.

    What stands there is left as it is: somebody may have worked on it. Raises BadInput where the answers were read
    before under other names, so that each would stand twice.
    """
    ids = {statement["id"] for statement in found.statements}
    others = [known for known in records.statements if known.source in found.sources and known.id not in ids]
    if others:
        before = "under their names" if handling.anonymous else "as anonymous"
        message = f"{counted(len(others), 'answer')} of {others[0].source} stand in the model that are not among these"
        raise BadInput.at(
            "statements.yaml", f"{message}, such as {others[0].id}; were the experts read {before} before?"
        )
    edits: list[Edit] = [Add("source", name, one) for name, one in found.sources.items() if name not in records.sources]
    edits += [Add("speaker", name, one) for name, one in found.speakers.items() if name not in records.speakers]
    own = {known.speaker for known in records.statements if known.source in found.sources}
    notes = [
        f"{name} is a speaker of the model already, and stays as it is"
        for name in found.speakers
        if name in records.speakers and name not in own
    ]
    numbers = askable(records)
    kept, other = [], []
    for statement in found.statements:
        name = statement["id"]
        if name not in records.by_id:
            edits.append(Add("statement", name, {key: value for key, value in statement.items() if key != "id"}))
            continue
        kept.append(name)
        if not _reads_alike(Statement.model_validate(statement), records.by_id[name]):
            other.append(name)
    for number, names in found.numbers.items():
        present = numbers[number][0].quantity.statements
        if new := [name for name in names if name not in present]:
            edits.append(Change("number", number, {"statements": [*present, *new]}))
    if kept:
        notes.append(f"in the model already: {counted(len(kept), 'statement')}")
    if other:
        stays = "the model's stays; to take the form's, remove the statement from the model first"
        notes.append(f"another interval or judgement than in the model: {', '.join(other)}; {stays}")
    return edits, notes


def _reads_alike(one: Statement, other: Statement) -> bool:
    return (one.read_as and one.read_as.model_copy(update={"because": ""}), one.judges, one.supersedes) == (
        other.read_as and other.read_as.model_copy(update={"because": ""}),
        other.judges,
        other.supersedes,
    )


def additions(
    elicitation: Elicitation,
    answers: Sequence[ExpertAnswer],
    about: Mapping[str, tuple[str, str]],
    records: ModelRecords,
    handling: Handling,
) -> Additions:
    """Sources, speakers and statements from answers. about: per expert role and incentive, as they wrote them.

    Raises BadInput for a question about a number that the model no longer has.
    """
    numbers = askable(records)
    gone = [question for question in elicitation.questions if question.number not in numbers]
    if gone:
        message = "is asked for, and the model has no such number that a statement could move"
        raise BadInput([Problem(FILE, 0, 0, question.id, f"{question.number} {message}") for question in gone])
    reliability, credibility = letters(handling.grade)
    ids = {(found.round, found.expert, found.question.id): _id(found, elicitation, handling) for found in answers}
    statements: list[dict[str, Any]] = []
    observed: dict[str, list[str]] = {}
    names = {key: _speaker(key, elicitation, handling) for key in elicitation.experts}
    order = {question.id: place for place, question in enumerate(elicitation.questions)}
    # By what the speakers are called: of anonymous ones the order of their names would tell whose is which.
    for answer in sorted(answers, key=lambda found: (found.round, order[found.question.id], names[found.expert])):
        own = ids[answer.round, answer.expert, answer.question.id]
        earlier = ids.get((1, answer.expert, answer.question.id)) if answer.round == 2 else None
        statements.append(
            {
                "id": own,
                "speaker": names[answer.expert],
                "source": _source(answer.round, handling),
                "where": _where(answer, elicitation, handling),
                "claim": _claim(answer),
                "credibility": credibility,
                **_judged(answer, numbers[answer.question.number][0], records),
                **({"supersedes": earlier} if earlier else {}),
            }
        )
        observed.setdefault(answer.question.number, []).append(own)
    rounds = sorted({answer.round for answer in answers})
    heard = sorted({answer.expert for answer in answers}, key=names.__getitem__)
    return Additions(
        sources={_source(number, handling): _source_record(number, records, handling) for number in rounds},
        speakers={
            names[key]: _speaker_record(key, elicitation, about.get(key), reliability, handling) for key in heard
        },
        statements=tuple(statements),
        numbers={number: tuple(several) for number, several in observed.items()},
    )


def _speaker(expert: str, elicitation: Elicitation, handling: Handling) -> str:
    return f"{handling.name}-expert-{elicitation.experts[expert].letter.lower()}" if handling.anonymous else expert


def _id(answer: ExpertAnswer, elicitation: Elicitation, handling: Handling) -> str:
    who = elicitation.experts[answer.expert].letter.lower() if handling.anonymous else answer.expert
    return f"{handling.name}-{answer.question.id.lower()}-{who}-{answer.round}"


def _source(number: int, handling: Handling) -> str:
    return f"{handling.name}-round-{number}"


def _source_record(number: int, records: ModelRecords, handling: Handling) -> dict[str, Any]:
    return {
        "title": f"Experts asked by form, round {number}: {records.file.title}",
        "publisher": "The analysts of this model",
        "published": handling.day.isoformat(),
        "dated_by": "the day that was given when the forms were read; the forms have none",
    }


def _speaker_record(
    key: str, elicitation: Elicitation, about: tuple[str, str] | None, reliability: str, handling: Handling
) -> dict[str, Any]:
    role, incentive = about or ("", "")
    expert = elicitation.experts[key]
    return {
        "name": f"Expert {expert.letter} ({handling.name})" if handling.anonymous else expert.name,
        "role": "expert asked by form" if handling.anonymous or not role else role,
        "reliability": reliability,
        "incentive": "not told: answers are anonymous"
        if handling.anonymous
        else incentive or "none stated on the form",
    }


def _where(answer: ExpertAnswer, elicitation: Elicitation, handling: Handling) -> str:
    if handling.anonymous:
        letter = elicitation.experts[answer.expert].letter
        return f"form of expert {letter}, round {answer.round}, question {answer.question.id}"
    return answer.where


def _claim(answer: ExpertAnswer) -> str:
    about = answer.question.about
    claim = f"{about[:1].upper()}{about[1:]}: {answer.summary}. {answer.reason}".strip()
    return claim if len(claim) <= MOST_LETTERS else f"{claim[: MOST_LETTERS - 1]}…"


def _judged(answer: ExpertAnswer, slot: Parameter, records: ModelRecords) -> dict[str, Any]:
    """The reading and what is judged. An odds ratio below 1 lowers, and so does what an inhibitor leaves."""
    cover = records.scales.cover
    low, high = answer.ends(cover)
    because = (
        f"{answer.summary.capitalize()}; brought to {100 * cover:g} % by linear extrapolation (Hemming et al. 2018)."
    )
    lowers = (answer.question.unit == "factor" and high <= 1) or (slot.kind == "chance" and not slot.event)
    judged = judgement_of(slot, records.variables, answer.question.cut, "lowers" if lowers else "raises")
    assert judged is not None
    if judged.influence is None:
        read: dict[str, Any] = {"range": [_percent(low), _percent(high)]}
    elif lowers:
        read = {"cut": [_percent(1 - high), _percent(1 - low)]}
    else:
        read = {"ratio": [float(f"{low:.4g}"), float(f"{high:.4g}")]}
    return {"read_as": {**read, "because": because}, "judges": _content(judged)}


def _percent(chance: float) -> str:
    """With four digits that say something, also next to 100 %."""
    if not LEAST < chance < 1 - LEAST:
        return f"{100 * round(chance):g}%"
    decimals = max(0, 3 - math.floor(math.log10(100 * min(chance, 1 - chance))))
    return f"{round(100 * chance, decimals):.12g}%"


def _content(judged: Judgement) -> dict[str, Any]:
    """As it is written: one state without brackets."""

    def short(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: short(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return value[0] if len(value) == 1 else list(value)
        return value

    content: dict[str, Any] = short(judged.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    return content
