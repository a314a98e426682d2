"""What a statement would do: its reading, the numbers that it would set, what it could set, and each outcome, as HTML.

Nothing here writes a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tocsin.analysis.tension import tensions
from tocsin.assessment import Assessment
from tocsin.elicitation import Prior, StatementWeights, weigh
from tocsin.elicitation.distributions import Distribution
from tocsin.files.tables import why_not_set
from tocsin.language import events, numbers, parameters
from tocsin.language.numbers import LEAST, brackets, capital, from_to, percent, sentence
from tocsin.language.scenarios import tension
from tocsin.language.statements import fact_says, grade_in_words, weightless
from tocsin.model import Model
from tocsin.records import ModelRecords, Statement, StatementChanges
from tocsin.records.base import Event, only
from tocsin.records.families import BaseRate
from tocsin.records.parameters import Parameter, match
from tocsin.records.statements import Judgement
from tocsin.render.html import Html, element, fragments, joined
from tocsin.report.blocks import Bars, ChartRow, Mark, scale_end
from tocsin.report.charts import OUTCOME_KEY
from tocsin.ui import statement_effects
from tocsin.ui.trails import CHANCES
from tocsin.ui.words_field import read_by

KEY: tuple[tuple[Mark, str], ...] = (("point", "mean"), ("band", "80 % of belief, or what words are read as"))
TAILS = (0.1, 0.9)


@dataclass(frozen=True)
class SettableNumber:
    """A number of a variable that a statement is about. why_not: why the statement does not set it; None if it can."""

    number: str
    asked: str
    why_not: str | None


def candidates(model: Model, statement: Statement) -> list[SettableNumber]:
    """The numbers that a statement could set by the rule of files, then the others of the same variables."""
    records = _with(model.records, statement)
    places: dict[str, list[Parameter]] = {}
    for slot in model.provenance.slots:
        places.setdefault(slot.number, []).append(slot)
    about = {only(event)[0] for judgement in statement.judges if (event := _judged(judgement))}
    found, others = [], []
    for number, slots in places.items():
        matched = [slot for slot in slots if any(match(held, slot, records.variables) for held in statement.judges)]
        near = [slot for slot in slots if slot.variable in about]
        if matched:
            why = why_not_set(slots, statement, records)
            found.append(SettableNumber(number, _asked(model, number, matched[0]), why))
        elif near:
            held = next(held for held in statement.judges if near[0].variable in (_judged(held) or ()))
            why = parameters.unmatched(held, near[0], records)
            others.append(SettableNumber(number, _asked(model, number, near[0]), why))
    return [*found, *others]


def _judged(judgement: Judgement) -> Event | None:
    """The event whose number a judgement may set."""
    return judgement.influence.to if judgement.influence else judgement.probability


def _asked(model: Model, number: str, slot: Parameter) -> str:
    prior = model.priors.numbers.get(number)
    return capital(parameters.question(slot, model.records, prior.cut if prior else None))


def _with(records: ModelRecords, statement: Statement) -> ModelRecords:
    """The records with a statement in the place of its old self, or as the last."""
    others = tuple(other for other in records.statements if other.id != statement.id)
    held = {name: getattr(records, name) for name in type(records).model_fields}
    return ModelRecords.model_construct(**held | {"statements": (*others, statement)})


def effect(first: Model, second: Model, changes: StatementChanges, was: Assessment, now: Assessment, name: str) -> Html:
    """What the statement does: reading, numbers or tension, outcomes.

    first, second: the model before and after, as the scenario has them; changes: the scenario's own of statements. was,
    now: their answers.
    """
    weights = weigh(second.records, changes)
    statement = second.records.by_id[name]
    held = list(dict.fromkeys(slot.number for slot in second.provenance.numbers_of(name)))
    parts = [_reading(statement, weights), *(_number(first, second, key, statement) for key in held)]
    if statement.judges:
        parts += _unset(second, changes, statement, bool(held))
    parts += _facts(second, statement, weights, was, now)
    parts.append(outcomes(second, was, now))
    return joined(parts)


def outcomes(model: Model, was: Assessment, now: Assessment) -> Html:
    """Each outcome before and after, with its word."""
    rows = tuple(
        ChartRow(
            events.event(model.records, name),
            found.p,
            (found.low, found.high),
            tick=was.outcomes[name].p,
            figure=_became(was.outcomes[name].p, found.p, found.wording.edges),
            note=_words(was.outcomes[name].wording.word, found.wording.word),
        )
        for name, found in now.outcomes.items()
        if name in was.outcomes
    )
    chart = Bars(rows, OUTCOME_KEY, "Outcomes before and after", end=scale_end(rows))
    return element("div", element("h3", "What each outcome becomes"), fragments([chart]))


def as_they_are(model: Model, now: Assessment) -> Html:
    """Each outcome with its word, before anything is said of an edit."""
    rows = tuple(
        ChartRow(
            events.event(model.records, name),
            found.p,
            (found.low, found.high),
            figure=f"{numbers.chance(found)} {numbers.interval(found)}",
            note=found.wording.word,
        )
        for name, found in now.outcomes.items()
    )
    chart = Bars(rows, OUTCOME_KEY[:2], "Outcomes as they are", end=scale_end(rows))
    return element("div", element("h3", "The outcomes as they are"), fragments([chart]))


def _became(p: float, q: float, edges: Sequence[float] = ()) -> str:
    return from_to(p, q, edges) if abs(q - p) >= LEAST / 2 else f"{percent(q, edges)}, as before"


def _words(was: str, now: str) -> str:
    return f"stays {now}" if was == now else f"{was} → {now}"


def _reading(statement: Statement, weights: StatementWeights) -> Html:
    """How its words are read, and what weight its grade leaves it."""
    weighted = weights.statements[statement.id]
    grade = f"{weighted.reliability}{weighted.credibility}"
    lines = []
    if statement.estimates:
        read = weights.reads(weighted)
        by = "your own reading" if statement.read_as else read.rule or read_by(read.source, weights.model)
        quoted = [element("q", statement.words), " "] if statement.words else []
        lines.append(
            element(
                "p", *quoted, "is read as ", element("b", f"{100 * read.low:.3g}–{100 * read.high:.3g} %"), f" ({by})."
            )
        )
    elif statement.judges and (influence := statement.judges[0].influence) is not None:
        low, high = weights.ratio(weighted, influence)
        lines.append(
            element(
                "p", "The odds are multiplied by ", element("b", f"{numbers.plain(low)}–{numbers.plain(high)}"), "."
            )
        )
    weight = f", weight {weights.weight(weighted):.2g}" if statement.judges else ""
    lines.append(element("p", f"Grade {grade}: {grade_in_words(grade)}{weight}.", class_="quiet"))
    if (why := weightless(weighted, weights)) is not None:
        lines.append(element("p", f"It weighs nothing: {why}."))
    return element("div", *lines, class_="reading")


def _number(before: Model, after: Model, key: str, statement: Statement) -> Html:
    """From the words by the observation and the reference to the number, as rows on one scale, and its densities."""
    now, was = after.priors.numbers.get(key), before.priors.numbers.get(key)
    slot = next(slot for slot in after.provenance.slots if slot.number == key)
    head = element("h3", capital(parameters.question(slot, after.records, now.cut if now else None)))
    if now is None or was is None:
        return element("div", head, element("p", "It is part of a distribution that is certain.", class_="quiet"))
    rows = tuple(_rows(now, was, statement))
    if now.kind in CHANCES:
        drawn = fragments([Bars(rows, KEY, "From the words to the number", end=scale_end(rows))])
    else:
        drawn = element("ul", *(element("li", f"{row.label}: {row.figure}") for row in rows), class_="sentences")
    return element(
        "div", head, drawn, statement_effects.priors(before, after, _moved(before, after, key)), data_sets=key
    )


def _moved(before: Model, after: Model, key: str) -> list[str]:
    """The key under which the prior of a number is held, where it moved."""
    return [held for held in statement_effects.moved(before, after) if key == held or key.startswith(f"{held}.shares.")]


def _rows(now: Prior, was: Prior, statement: Statement) -> Iterator[ChartRow]:
    vote = next((vote for vote in now.votes if vote.statement == statement.id), None)

    def row(label: str, held: Distribution, note: str = "") -> ChartRow:
        low, high = map(float, held.quantile(TAILS))
        if now.kind in CHANCES:
            return ChartRow(
                label, held.point, (low, high), figure=f"{percent(held.point)} {brackets(low, high)}", note=note
            )
        ends = f"{numbers.figure(now.kind, low)} to {numbers.figure(now.kind, high)}"
        return ChartRow(label, held.point, figure=f"{numbers.figure(now.kind, held.point)}, {ends}", note=note)

    if vote is not None:
        yield row("What is said, as it counts", vote.distribution, f"{100 * vote.share:.0f} % of the number")
    basis = "a base rate" if isinstance(now.source, BaseRate) else "an assumption"
    yield row("The number's reference", now.reference, f"{basis}, {100 * now.reference_share:.0f} % of it")
    yield row("The number before", was.distribution)
    yield row("The number with it", now.distribution)


def _unset(after: Model, changes: StatementChanges, statement: Statement, sets: bool) -> Iterator[Html]:
    """What stands as a tension, and what sets no number at all."""
    found = tensions(after, changes, of=statement.id)
    if not sets and statement.judges[0].kind != "qualifies":
        z = f" It stands as a tension of z = {found[0].z:.1f}.".replace("-", "−") if found else ""
        yield element("p", element("b", "It sets no number."), z)
    for held in found:
        yield element("p", sentence(tension(after.records, held)))
    qualified = dict.fromkeys(name for judgement in statement.judges for name in judgement.qualifies)
    if qualified:
        weights = weigh(after.records, changes)
        left = ", ".join(f"{name} × {weights.statements[name].qualified:.2g}" for name in qualified)
        yield element("p", f"It takes weight from others: {left}.")


def _facts(
    after: Model, statement: Statement, weights: StatementWeights, was: Assessment, now: Assessment
) -> Iterator[Html]:
    """What a fact speaks for, and what the variable itself becomes."""
    weighted = weights.statements[statement.id]
    for fact in after.priors.facts:
        if fact.statement != statement.id:
            continue
        variable = after.records.variables[fact.variable]
        yield element("p", sentence(capital(fact_says(fact, weighted, weights))))
        first, second = was.variables[fact.variable], now.variables[fact.variable]
        became = (f"{variable.label(state)} {_became(first[state].p, second[state].p)}" for state in variable.states)
        yield element("p", f"“{variable.title}”: {'; '.join(became)}.")
    if statement.context:
        titles = ", ".join(f"“{after.records.variables[name].title}”" for name in statement.context)
        yield element("p", f"Background of {titles}: it is shown there and sets nothing.")
