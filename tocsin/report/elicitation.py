"""Experts asked by form: the questions in plain words, what explains a form, and the report between the two rounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, geometric_mean, stdev

import numpy as np

from tocsin.authoring.elicitations import Elicitation, ExpertAnswer, Question, askable, in_unit
from tocsin.elicitation.distributions import Distribution, onto_line
from tocsin.errors import BadInput, Problem, counted, listed
from tocsin.language.numbers import brackets, capital, day, days, figure, percent, plain, sentence
from tocsin.language.parameters import kind_of, quantity, question
from tocsin.model import Model
from tocsin.records.parameters import Parameter
from tocsin.report.blocks import (
    Bars,
    Block,
    Briefing,
    ChartRow,
    Item,
    Items,
    Paragraph,
    Section,
    end_above,
    section,
    share,
)

MOST_APART = 3
"""Questions that are named first, since answers are furthest apart."""
MOST_STOPS = 6
"""Steps of a scale of factors."""


# --------------------------------------------------------------------------------------------------------- questions
def questions(model: Model, numbers: Sequence[str]) -> tuple[Question, ...]:
    """What experts are asked for these numbers, by key; numbers: of `elicitations.chosen`."""
    places = askable(model.records)
    return tuple(_question(f"Q{count}", number, places[number], model) for count, number in enumerate(numbers, 1))


def _question(name: str, number: str, places: Sequence[Parameter], model: Model) -> Question:
    slot = places[0]
    cut = getattr(model.priors.numbers.get(number), "cut", None)
    is_factor = slot.kind == "ratio" and cut is None
    return Question(
        id=name,
        number=number,
        about=question(slot, model.records, cut),
        background=" ".join(_background(places, model, is_factor=is_factor)),
        unit="factor" if is_factor else "percent",
        cut=cut,
    )


def _background(places: Sequence[Parameter], model: Model, *, is_factor: bool) -> Iterator[str]:
    slot, variables = places[0], model.records.variables
    about = variables[slot.variable]
    yield f"Settled by: {sentence(about.question)}"
    if len(about.states) > 2 or is_factor:
        yield f"From mild to worse: {'; '.join(about.label(state) for state in about.states)}."
    resting = [
        variables[parent].named(states)
        for parent, states in slot.given.items()
        if states == (slot.reference.get(parent),)
    ]
    if is_factor:
        acting = [parent for parent, states in slot.given.items() if states != (slot.reference.get(parent),)]
        rest = [variables[parent].named((slot.reference[parent],)) for parent in acting]
        yield f"Compared with: {'; '.join(rest)}. 1 changes nothing, 2 doubles the odds, 0.5 halves them."
    if resting:
        yield f"Take as given: {'; '.join(resting)}."
    if others := [question(other, model.records) for other in places[1:]]:
        yield f"The same figure is taken for {listed(others)}."


def require_same(elicitation: Elicitation, model: Model, place: Path) -> None:
    """Raises BadInput with every question that the model would put otherwise now: its answers are to another one.

    A number that the model has lost is told where answers are made into statements.
    """
    known = askable(model.records)
    asked = [question for question in elicitation.questions if question.number in known]
    now = questions(model, [question.number for question in asked])
    changed = [
        Problem(str(place), 0, 0, before.id, f"was “{before.asks}”, and the model now asks “{after.asks}”; ask anew")
        for before, after in zip(asked, now, strict=True)
        if (before.about, before.unit, before.cut) != (after.about, after.unit, after.cut)
    ]
    if changed:
        raise BadInput(changed)


def effects(before: Model, after: Model, numbers: Sequence[str]) -> Iterator[str]:
    """What becomes of numbers, a line each: `The chance that a gate is stuck: 6.1 % [2–15] → 9.0 % [4–16]`."""
    for key in numbers:
        kind = kind_of(after, key)
        was, now = (_held(model.priors.numbers[key].distribution, kind) for model in (before, after))
        yield f"{capital(quantity(after, key))}: {was} → {now}"


def _held(held: Distribution, kind: str) -> str:
    low, high = held.quantile((0.1, 0.9))
    ends = brackets(low, high) if kind in ("chance", "column") else f"[{plain(low)}–{plain(high)}]"
    return f"{figure(kind, held.point)} {ends}"


def instructions(model: Model, asked: Sequence[Question], number: int) -> tuple[tuple[str, str], ...]:
    """What stands on the first sheet of a form, each with its heading."""
    file = model.records.file
    when = f"from {days(file.horizon.start, file.horizon.end)} ({file.horizon.timezone})"
    again = (
        "You answered these questions before, and have seen what the others answered and why. Answer them once more, "
        "alone. Nobody has to come nearer to the others. Your first answer stands at the right: a new one takes its "
        "place, with all four figures, and a row that you leave empty keeps it."
    )
    factor = (
        "Some questions ask for a factor on the odds. The odds of a chance of 20 % are 1 to 4. A factor of 2 makes "
        "them 2 to 4, which is a chance of 33 %; a factor of 0.5 makes them 1 to 8, which is 11 %; 1 changes nothing."
    )
    return (
        (
            "What it is about",
            f"{sentence(file.title)} The questions are about what happens {when}, as seen on {day(file.as_of)}.",
        ),
        *([("The second round", again)] if number == 2 else []),
        (
            "What to do",
            f"On the next sheet there are {counted(len(asked), 'question')}. Answer each in four steps, in this order:",
        ),
        ("1. Lowest", "Realistically, what is the lowest that it could be? Think of all that would make it low."),
        ("2. Highest", "Realistically, what is the highest that it could be? Think of all that would make it high."),
        ("3. Best guess", "Realistically, what is your best guess? It lies between the two."),
        (
            "4. How sure",
            "How sure are you that the truth lies between your lowest and your highest? Give a number from 50 to 100. "
            "If you are less than 50 % sure, widen your range. If you answered ten such questions with 80, about eight "
            "of your ranges should hold the truth.",
        ),
        ("Reasons", "Write down why: the next round lives of reasons. The others read them without your name."),
        ("Chances", "A chance is given in percent, from 0 to 100: 0 is impossible, 100 is certain. Write 5 for 5 %."),
        *([("Factors", factor)] if any(question.unit == "factor" for question in asked) else []),
        (
            "“When …”",
            "Some questions suppose that something is so: “when …”. Suppose it, whether you believe it or not. All "
            "that the line “Take as given” names is supposed too.",
        ),
        *(
            [("Nothing to say?", "Leave the whole row empty. That is better than a guess about what you do not know.")]
            if number == 1
            else []
        ),
        (
            "What becomes of it",
            "Your answers are combined with those of the others and with what is known. In reports to the experts you "
            "are a letter. Answer alone, without the others; save the file under its name and send it back.",
        ),
        ("About you", "Fill in the two coloured cells above: your work, and what could sway you."),
    )


# ---------------------------------------------------------------------------------------------------------- feedback
def feedback(
    model: Model, elicitation: Elicitation, answers: Sequence[ExpertAnswer], number: int, marking: str | None = None
) -> Briefing:
    """The report on a round: per question everybody's range and best guess without names, the mean, and the reasons.

    Letters are the same in all questions and both rounds, so that everybody finds their own answer and a discussion can
    speak of B's argument; rows stand by the best guess, so that their order says nothing of who it is.
    """
    file = model.records.file
    latest = _latest(answers, number)
    by_question = {
        question.id: sorted(
            (answer for answer in latest if answer.question.id == question.id),
            key=lambda answer: (answer.best, elicitation.experts[answer.expert].letter),
        )
        for question in elicitation.questions
    }
    earlier = {(a.expert, a.question.id): a for a in answers if a.round == 1} if number == 2 else {}
    heard = {answer.expert for found in by_question.values() for answer in found}
    cover = model.records.scales.cover
    return Briefing(
        marking=(file.marking or "") if marking is None else marking,
        title=f"What {counted(len(heard), 'expert')} answered, round {number}",
        subtitle=f"{sentence(file.title)} As of {day(file.as_of)}.",
        about=file.title,
        as_of=file.as_of,
        bottom_line=_bottom_line(by_question, elicitation, number),
        opening=(),
        sections=(
            section("reading", "How to read it", _reading(cover, number)),
            *(
                Section(
                    question.id,
                    f"{question.id}. {capital(question.asks)}",
                    tuple(_on_question(question, by_question[question.id], elicitation, cover, earlier)),
                    whole=True,
                )
                for question in elicitation.questions
            ),
        ),
        slides=(),
    )


def _latest(answers: Sequence[ExpertAnswer], number: int) -> list[ExpertAnswer]:
    """The answers that hold in a round: who leaves a question out in the second one keeps the first answer."""
    held: dict[tuple[str, str], ExpertAnswer] = {}
    for answer in sorted(answers, key=lambda answer: answer.round):
        if answer.round <= number:
            held[answer.expert, answer.question.id] = answer
    return list(held.values())


def _bottom_line(by_question: Mapping[str, Sequence[ExpertAnswer]], elicitation: Elicitation, number: int) -> str:
    spread = {name: _apart(found) for name, found in by_question.items() if len(found) > 1}
    first = sorted(spread, key=lambda name: (-spread[name], name))[:MOST_APART]
    unanswered = [name for name, found in by_question.items() if not found]
    left = f" Nobody answered {listed(unanswered)}." if unanswered else ""
    asked = counted(len(elicitation.questions), "question")
    if not first:
        return f"Of {asked} none has two answers to compare.{left}"
    if number == 2:
        return f"Of {asked}, the best guesses are still furthest apart on {listed(first)}.{left}"
    which = f"{listed(first)}: talk about {'these' if len(first) > 1 else 'it'} first"
    return f"Of {asked}, the best guesses are furthest apart on {which}.{left}"


def _apart(found: Sequence[ExpertAnswer]) -> float:
    """How far the best guesses lie apart on the number's line: their standard deviation."""
    return stdev(float(_on_line(answer)) for answer in found)


def _on_line(answer: ExpertAnswer) -> float:
    if answer.question.unit == "factor":
        return float(onto_line("ratio", answer.best))
    return float(onto_line("chance", np.clip(answer.best / 100, 0.001, 0.999)))


def _reading(cover: float, number: int) -> Iterator[Block]:
    yield Paragraph(
        "Each letter is one expert, drawn by lot and the same throughout. Rows stand by the best guess. The dot is "
        f"the best guess; the line is the range, brought to {share(cover)} for all by linear extrapolation from the "
        "best guess (Hemming et al. 2018). The upright stroke is the mean of the best guesses."
    )
    if number == 1:
        yield Paragraph(
            "Find your own answer. Read the reasons of those who are far from you. Did they think of something that "
            "you did not, or read the question otherwise? Then answer once more, alone."
        )


def _on_question(
    question: Question,
    found: Sequence[ExpertAnswer],
    elicitation: Elicitation,
    cover: float,
    earlier: Mapping[tuple[str, str], ExpertAnswer],
) -> Iterator[Block]:
    yield Paragraph(question.background)
    letters = {answer.expert: elicitation.experts[answer.expert].letter for answer in found}
    if found:
        yield _chart(question, found, letters, cover, earlier)
    reasons = [Item(answer.reason, f"{letters[answer.expert]}:") for answer in found if answer.reason]
    if reasons:
        yield Items(tuple(sorted(reasons, key=lambda item: item.lead)))
    silent = sorted(expert.letter for key, expert in elicitation.experts.items() if key not in letters)
    if silent:
        yield Paragraph(f"Without an answer: {', '.join(silent)}." if found else "Nobody has answered it.")


def _chart(
    question: Question,
    found: Sequence[ExpertAnswer],
    letters: Mapping[str, str],
    cover: float,
    earlier: Mapping[tuple[str, str], ExpertAnswer],
) -> Bars:
    """Ranges and best guesses under each other; the mean of factors is geometric, and their scale logarithmic."""
    three = [_three(answer, cover) for answer in found]
    notes = [_before(earlier.get((answer.expert, question.id)), answer) for answer in found]
    names = [letters[answer.expert] for answer in found]
    average = fmean if question.unit == "percent" else geometric_mean
    mean = tuple(average(column) for column in zip(*three, strict=True))
    place, end, stops = _scale(question, [value for values in three for value in values])
    rows = [
        ChartRow(
            name,
            point=place(best),
            reach=(place(low), place(high)),
            tick=place(mean[1]),
            figure=_figure((low, best, high), question),
            note=note,
        )
        for name, (low, best, high), note in zip([*names, "Mean"], [*three, mean], [*notes, ""], strict=True)
    ]
    return Bars(
        rows=tuple(rows),
        key=(("point", "best guess"), ("reach", f"{share(cover)} range"), ("tick", "mean of best guesses")),
        label=f"Answers to {question.id}",
        end=end,
        inline=True,
        stops=stops,
    )


def _scale(question: Question, values: Sequence[float]) -> tuple[Callable[[float], float], float, tuple[str, ...]]:
    """Where a value stands, the end of the scale, and what stands along one of factors: powers of 2, or of more."""
    if question.unit == "percent":
        return (lambda value: value), end_above(values), ()
    low, high, base = min(values), max(values), 2.0
    while (stop := math.ceil(math.log(high, base))) - (start := math.floor(math.log(low, base))) > MOST_STOPS:
        base **= 2
    stop = max(stop, start + 1)
    stops = tuple(in_unit(base**power, "factor") for power in range(start, stop + 1))
    return (lambda value: (math.log(value, base) - start) / (stop - start)), 1.0, stops


def _figure(values: Sequence[float], question: Question) -> str:
    if question.unit == "percent":
        low, best, high = values
        return f"{percent(best)} {brackets(low, high)}"
    low, best, high = (float(f"{value:.2g}") for value in values)
    return f"× {plain(best)} [{plain(low)}–{plain(high)}]"


def _before(first: ExpertAnswer | None, now: ExpertAnswer) -> str:
    if first is None:
        return ""
    return "as before" if first is now else f"was {in_unit(first.best, first.question.unit)}"


def _three(answer: ExpertAnswer, cover: float) -> tuple[float, float, float]:
    """Lowest, best and highest, as a chance or a factor; the ends hold `cover`."""
    low, high = answer.ends(cover)
    return low, answer.best / answer.scale, high
