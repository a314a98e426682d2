"""Experts asked by form (IDEA protocol: Hemming et al. 2018): questions, four-step answers, and statements from them.

Each expert gives a lowest and a highest value, a best guess, and how sure they are that the truth lies between. An
answer is one statement of its expert about one number. A second round takes the place of the first, which is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from tocsin.elicitation.distributions import Line, four_step
from tocsin.errors import BadInput, Problem, nearest
from tocsin.files import load_record, yaml12
from tocsin.records import ModelRecords
from tocsin.records.base import Name, Record, Text
from tocsin.records.parameters import Parameter, judgement_of, slots

FILE = "elicitation.yaml"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
MOST_EXPERTS = len(LETTERS)
LONGEST_REASON = 2000
"""Letters of a reason: with the figures it must fit into a claim."""
Unit = Literal["percent", "factor"]
Round = Literal[1, 2]
LINES: dict[Unit, Line] = {"percent": "chance", "factor": "ratio"}


class Question(Record):
    """One number, as experts are asked for it."""

    id: Name
    number: Text
    """The number's key in the model."""
    about: Annotated[str, Field(min_length=1)]
    """What is asked for: `the chance that a gate is stuck`."""
    background: Annotated[str, Field(min_length=1)]
    """What it is settled by, and what the rest is taken to be."""
    unit: Unit
    cut: int | None = None
    """The first worse state, where the chance is asked for and not the odds ratio."""

    @property
    def asks(self) -> str:
        """The question as it stands on the form."""
        return f"What is {self.about}?"


class Expert(Record):
    """Somebody who is handling."""

    name: Text
    letter: Annotated[str, Field(pattern="^[A-Z]$")]
    """What they are called in a report to the others: drawn by lot, and the same in both rounds."""


class Elicitation(Record):
    """`elicitation.yaml`: who is asked what, for both rounds."""

    model: Name
    experts: Annotated[dict[Name, Expert], Field(min_length=1, max_length=MOST_EXPERTS)]
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]

    def question(self, name: str) -> Question | None:
        """The question of this id, or about this number."""
        return next((found for found in self.questions if name in (found.id, found.number)), None)


def load(folder: Path) -> Elicitation:
    """What was asked in a folder. Raises BadInput."""
    if not (folder / FILE).is_file():
        raise BadInput.at(folder, f"holds no {FILE}; `tocsin elicit form` writes it together with the forms")
    return load_record(folder / FILE, Elicitation)


def written(elicitation: Elicitation) -> str:
    """As YAML."""
    lines = [
        "# Who was asked what, for `tocsin elicit`. The letters stand for the experts in the report for round two;",
        "# they were drawn by lot. Keep this file from the experts.",
        f"model: {yaml12.scalar(elicitation.model)}",
        "experts:",
        *(
            f"  {yaml12.scalar(key)}: {{name: {yaml12.scalar(expert.name)}, letter: {expert.letter}}}"
            for key, expert in elicitation.experts.items()
        ),
        "questions:",
    ]
    for question in elicitation.questions:
        content = question.model_dump(exclude_defaults=True).items()
        first, *rest = (f"{key}: {yaml12.scalar(value)}" for key, value in content)
        lines += [f"  - {first}", *(f"    {line}" for line in rest)]
    return "\n".join((*lines, ""))


@dataclass(frozen=True)
class ExpertAnswer:
    """What one expert says to one question in one round, in the unit of the form: percent, or a factor."""

    round: Round
    expert: str
    """Key of the expert."""
    question: Question
    low: float
    high: float
    best: float
    sure: float
    """How sure that the truth lies between lowest and highest, in percent."""
    reason: str
    where: str
    """The file, and the place in it."""
    assumed: bool = False
    """Whether nobody asked how sure they are."""

    @property
    def summary(self) -> str:
        """`5 % to 20 %, best 10 %, 90 % sure`."""
        low, high, best = (in_unit(value, self.question.unit) for value in (self.low, self.high, self.best))
        return f"{low} to {high}, best {best}, {self.sure:g} % sure{' (assumed)' if self.assumed else ''}"

    def ends(self, cover: float) -> tuple[float, float]:
        """The interval that holds `cover`, as a chance or a factor."""
        low, best, high = (value / self.scale for value in (self.low, self.best, self.high))
        return four_step(LINES[self.question.unit], low, best, high, self.sure / 100, cover)

    @property
    def scale(self) -> float:
        """What 1 is on the form."""
        return 100.0 if self.question.unit == "percent" else 1.0


LEAST_SURE = 50
"""Percent that an expert must at least be sure of a range that they chose: who is less sure widens it (Speirs-Bridge et
al. 2010)."""


def flaws(values: Sequence[float | None], question: Question) -> Iterator[tuple[int, str]]:
    """What is wrong with an answer: at which of lowest, highest, best guess and how sure, and why."""
    missing = [place for place, value in enumerate(values) if value is None]
    if missing:
        yield from ((place, "is missing; fill in all four, or leave the row empty") for place in missing)
        return
    low, high, best, sure = (float(value) for value in values if value is not None)
    percent, wrong = question.unit == "percent", False
    for place, value in enumerate((low, high, best)):
        if (percent and not 0 <= value <= 100) or (not percent and not 1e-6 <= value <= 1e6):
            allowed = "0 to 100, in percent" if percent else "above 0, as a factor such as 2 or 0.5"
            yield place, f"{value:g} is out of range; it must be {allowed}"
            wrong = True
    if not LEAST_SURE <= sure <= 100:
        meant = f"; write {100 * sure:g} if {100 * sure:g} % is meant" if 0.5 <= sure <= 1 else ""
        widen = "; who is less sure widens the range" if 1 < sure < LEAST_SURE else ""
        yield 3, f"{sure:g} is out of range; it must be 50 to 100{meant}{widen}"
        wrong = True
    if wrong:
        return
    if low > high:
        yield 0, f"{low:g} is above the highest, {high:g}; are the two reversed?"
    elif low == high:
        yield 0, f"is the same as the highest, {low:g}; nobody knows it exactly, so give a range"
    elif not low <= best <= high:
        yield 2, f"{best:g} lies outside of lowest to highest, {low:g} to {high:g}"
    elif percent and (low, high) == (0, 100):
        yield 0, "0 to 100 says nothing; leave the row empty where there is nothing to say"
    elif percent and _says_nothing(low, best, high, sure):
        interval = f"{low:g} to {high:g} with {sure:g} % sure"
        yield 3, f"{interval} comes to all from 0 to 100 at 80 %, which says nothing; leave the row empty"


def _says_nothing(low: float, best: float, high: float, sure: float) -> bool:
    return four_step("chance", low / 100, best / 100, high / 100, sure / 100) == (0.0, 1.0)


def unprintable(text: str) -> str:
    """What is wrong with a text that no file of a model could hold; empty for nothing."""
    try:
        TypeAdapter(Text).validate_python(text)
    except ValidationError as error:
        return str(error.errors()[0]["msg"]).removeprefix("Value error, ")
    return ""


def in_unit(value: float, unit: Unit) -> str:
    """`5 %`, `× 2`."""
    return f"{value:.4g} %" if unit == "percent" else f"× {value:.4g}"


def askable(records: ModelRecords) -> dict[str, tuple[Parameter, ...]]:
    """The numbers that a statement could move, by key, with the places where each stands; in the order of the file."""
    found: dict[str, list[Parameter]] = {}
    for name in records.variables:
        for slot in slots(name, records.variables):
            fixed = slot.quantity.assume is not None and slot.quantity.assume.value is not None
            speaks = slot.kind == "ratio" or judgement_of(slot, records.variables, None, "lowers") is not None
            if speaks and not fixed:
                found.setdefault(slot.number, []).append(slot)
    return {key: tuple(places) for key, places in found.items()}


def chosen(names: Sequence[str], records: ModelRecords) -> tuple[str, ...]:
    """The keys of the numbers that are named: by key, by place, by variable, or `all`; each once, in the model's order.

    Raises BadInput with every name that is none.
    """
    numbers = askable(records)
    by_name = {"all": set(numbers)} | {name: set[str]() for name in records.variables}
    for key, places in numbers.items():
        for slot in places:
            by_name[slot.variable].add(key)
            by_name.setdefault(slot.key, {key})
        by_name.setdefault(key, {key})
    problems = []
    for name in names:
        if name not in by_name:
            known = [other for other in by_name if other != "all"]
            message = f"no number or variable {name!r}{nearest(name, known)}"
            if any(name == slot.key for variable in records.variables for slot in slots(variable, records.variables)):
                message = f"{name!r} is fixed, or of a kind that no statement speaks of; no expert can be asked for it"
            problems.append(Problem("NUMBERS", 0, 0, "", message))
        elif not by_name[name]:
            message = f"{name!r} has no number that a statement could move: its table follows from others"
            problems.append(Problem("NUMBERS", 0, 0, "", message))
    if problems:
        raise BadInput(problems)
    wanted = {key for name in names for key in by_name[name]}
    return tuple(key for key in numbers if key in wanted)
