"""The page of all statements: who said what, what it does to the answer, and what it would be without or otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

from tocsin.analysis.explain import Explanation
from tocsin.assessment import apply
from tocsin.elicitation import StatementWeights, weigh
from tocsin.errors import TocsinError
from tocsin.language import numbers
from tocsin.language.events import event
from tocsin.language.numbers import number
from tocsin.language.statements import CREDIBILITY, RELIABILITY, fact_says, grade_in_words, weightless
from tocsin.model import Model
from tocsin.records import Scenario, Statement, StatementChanges
from tocsin.render.html import Html, element, joined, row, table
from tocsin.report import explanation
from tocsin.ui import cache, evidence, state, statement_effects
from tocsin.ui.statement_effects import ChosenStatements
from tocsin.ui.why import headed
from tocsin.ui.widgets import alert, bound, choice, picked, plain, section, several, show, topic

AS_IT_IS = "as it is"
CHANGED = "changed-statement"


def page() -> None:
    """Change one, see what moves; then the list, tensions, double counting, and whose words the answer rests on."""
    begun = headed("Statements")
    if begun is None:
        return
    model, name, why = begun
    _change(model)
    _effect(model)
    chosen = _narrowed(model)
    records = model.records
    shown = [statement for statement in records.statements if chosen.holds(statement)]
    changes = state.scenario().statements
    listed = _statements_table(why, changes, name, shown)
    note = f"{len(shown)} of {len(records.statements)}. The outcome chosen above stands out."
    show(section("All statements", listed, note=note))
    _checks(why)
    speakers = {key: speaker.name for key, speaker in records.speakers.items()}
    sources = {key: f"{source.publisher}, {source.title}" for key, source in records.sources.items()}
    show(section("Whose words it rests on", statement_effects.shares(why, name, "speaker", speakers)))
    show(section("Which sources it rests on", statement_effects.shares(why, name, "source", sources)))


def _narrowed(model: Model) -> ChosenStatements:
    records = model.records
    speakers = {key: speaker.name for key, speaker in records.speakers.items()}
    sources = {key: f"{source.publisher}, {source.title}" for key, source in records.sources.items()}
    variables = {key: variable.title for key, variable in records.variables.items()}
    first, second, third, fourth = st.columns(4, gap="small")
    return ChosenStatements(
        several("Speaker", speakers, "by-speaker", place=first),
        several("Source", sources, "by-source", place=second),
        several("Origin", {name: name for name in records.origins}, "by-origin", place=third),
        several("Variable", variables, "by-variable", place=fourth),
    )


def _change(model: Model) -> None:
    """Controls for one statement; each shows what the scenario says and makes a new one at once."""
    records = model.records
    labels = {
        statement.id: f"{statement.id} · {records.speakers[statement.speaker].name}: {statement.claim}"
        for statement in records.statements
    }
    with st.container(border=True):
        name = choice("Change a statement", labels, CHANGED)
        statement, changes = records.by_id[name], state.scenario().statements
        counts, weight, words, grade = st.columns([1, 1.4, 1.6, 1.6], gap="small", vertical_alignment="bottom")
        _counts(model, name, counts)
        _weight(model, name, weight)
        _words(model, statement, words)
        _grade(model, name, grade)
        if statement_effects.is_out(statement, changes) and name not in changes.exclude:
            show(element("p", "It is left out with its speaker, source or origin.", class_="quiet"))
        if changes != StatementChanges():
            st.button("Take all changes of statements back", on_click=lambda: state.alter(model, statements={}))
        if state.trouble():
            st.error(plain(state.trouble() or ""))


def _counts(model: Model, name: str, place: Any) -> None:
    key = f"counts-{name}"
    now = name not in state.scenario().statements.exclude
    place.checkbox("It counts", key=bound(key, now), on_change=lambda: _put(model, name, counts=picked(key)))


def _weight(model: Model, name: str, place: Any) -> None:
    key = f"weight-{name}"
    now = state.scenario().statements.reweigh.get(name, 1.0)
    # A file may say more than the slider offers.
    most = max(3.0, now)
    place.slider(
        "Weight ×", 0.0, most, step=0.1, key=bound(key, now), on_change=lambda: _put(model, name, weight=picked(key))
    )


def _words(model: Model, statement: Statement, place: Any) -> None:
    """Other words for a judgement, from the model's lexicon."""
    if not statement.estimates:
        with place:
            show(element("p", "It has no estimative words.", class_="quiet"))
        return
    lexicon = model.records.lexicons[model.records.file.lexicon]
    now, key = state.scenario().statements.reword.get(statement.id), f"words-{statement.id}"
    words = dict.fromkeys((AS_IT_IS, *(term.word for term in lexicon.terms), *([now] if now else [])))
    label = f"Words (now “{plain(statement.words)}”)" if statement.words else "Words"
    choice(
        label,
        {word: word for word in words},
        key,
        now or AS_IT_IS,
        lambda: _put(model, statement.id, words=_other(picked(key))),
        place=place,
    )


def _grade(model: Model, name: str, place: Any) -> None:
    """Another grade."""
    key = f"grade-{name}"
    all_grades = [letter + digit for letter in RELIABILITY for digit in CREDIBILITY]
    titles = {AS_IT_IS: AS_IT_IS, **{grade: f"{grade}: {grade_in_words(grade)}" for grade in all_grades}}
    now = state.scenario().statements.regrade.get(name, AS_IT_IS)
    choice("Grade", titles, key, now, lambda: _put(model, name, grade=_other(picked(key))), place=place)


def _other(picked: str) -> str | None:
    return None if picked == AS_IT_IS else picked


def _put(model: Model, name: str, **part: Any) -> None:
    """One of a statement's changes set anew."""
    changes = state.scenario().statements
    now = {
        "counts": name not in changes.exclude,
        "weight": changes.reweigh.get(name, 1.0),
        "words": changes.reword.get(name),
        "grade": changes.regrade.get(name),
    }
    wanted = changed(changes, name, **{**now, **part})
    state.alter(model, statements=wanted.model_dump(exclude_defaults=True))


def changed(
    changes: StatementChanges, name: str, counts: bool, weight: float, words: str | None, grade: str | None
) -> StatementChanges:
    """The changes with those of one statement replaced."""

    def with_(held: Any, value: object) -> dict[str, Any]:
        return {
            **{key: setting for key, setting in held.items() if key != name},
            **({} if value is None else {name: value}),
        }

    return StatementChanges(
        exclude=(*(excluded for excluded in changes.exclude if excluded != name), *(() if counts else (name,))),
        reweigh=with_(changes.reweigh, None if abs(weight - 1) < 1e-9 else round(weight, 6)),
        reword=with_(changes.reword, words),
        regrade=with_(changes.regrade, grade),
        half_life_days=changes.half_life_days,
    )


def _effect(model: Model) -> None:
    """What all changes of statements together do to priors and outcomes."""
    scenario = state.scenario()
    if scenario.statements == StatementChanges():
        return
    try:
        before = cache.answer(model, scenario_without(model))
        after = cache.answer(model, scenario)
    except TocsinError as error:
        show(alert("No answer to this scenario.", str(error)))
        return
    under = apply(model, scenario)
    keys = statement_effects.moved(model, under)
    note = "Dot and band: now. Line: without any change of statements."
    show(section("What the changes do to the outcomes", statement_effects.outcomes(model, before, after), note=note))
    densities = statement_effects.priors(model, under, keys)
    if densities:
        show(section("What they do to the numbers", densities, note="Pale: before. Line: now."))


def scenario_without(model: Model) -> Scenario:
    """The scenario without its changes of statements."""
    return evidence.altered(state.scenario(), state.start(), model.records, statements={})


def _checks(why: Explanation) -> None:
    strained = explanation.tensions(why)
    if strained.blocks:
        # They were made without what a scenario finds, and are held against the same.
        note = (
            "Judgements that set no number, beside what the statements as they count here make the model say before "
            "anything is found or supposed: not beside the answer above."
        )
        show(topic(strained, note))
    show(topic(explanation.disputes(why)))
    show(topic(explanation.doubled(why)))


NONE = "·"
"""For an outcome that stays within half a tenth of a point."""
LEAST = 0.0005


def _statements_table(why: Explanation, changes: StatementChanges, chosen: str, shown: Iterable[Statement]) -> Html:
    """A row for each statement: what it counts as, and by how much each outcome moves without it.

    chosen: the outcome that is looked at.
    """
    records = why.case.model.records
    weights, outcomes = weigh(records, changes), list(records.events)
    kinds = {name: "figure chosen" if name == chosen else "figure" for name in outcomes}
    title = "Points by which each outcome moves without the statement"
    over = (element("td", colspan=5), element("th", title, colspan=len(outcomes), scope="colgroup"))
    heads = [element("th", text, scope="col") for text in ("", "Who says what", "Words", "Grade", "About")]
    heads += [
        element(
            "th",
            records.variables[name].title,
            scope="col",
            title=event(records, name),
            class_=kinds[name],
        )
        for name in outcomes
    ]
    rows = []
    for statement in shown:
        out = statement_effects.is_out(statement, changes)
        without = why.influence.statements[statement.id]
        by = {name: 0.0 if out else without[name].p - why.case.point[name] for name in outcomes}
        moves = (element("td", _points(by[name]), class_=kinds[name], data_outcome=name) for name in outcomes)
        rows.append(_statement_row(why.case.model, statement, weights, changes, moves))
    return table("All statements", heads, rows, "roll", tall=True, above=element("tr", *over))


def _statement_row(
    model: Model, statement: Statement, weights: StatementWeights, changes: StatementChanges, moves: Iterable[Html]
) -> Html:
    weighted, out = weights.statements[statement.id], statement_effects.is_out(statement, changes)
    changed = out or statement.id in {*changes.reweigh, *changes.reword, *changes.regrade}
    words = weighted.reworded or statement.words or ""
    counts = element("span", counts_as(statement, model, weights), class_="quiet")
    return row(
        joined([statement.id, " ", element("b", "changed", class_="mark") if changed else Html()]),
        joined([element("b", model.records.speakers[statement.speaker].name), element("span", statement.claim)]),
        joined([element("q", words) if words else Html(), counts]),
        f"{weighted.reliability}{weighted.credibility}",
        statement_effects.judged(statement, model.records),
        *moves,
        data_statement=statement.id,
        class_="out" if out else None,
    )


def _points(by: float) -> str:
    return NONE if abs(by) < LEAST else f"{'+' if by > 0 else '−'}{100 * abs(by):.1f}"


def counts_as(statement: Statement, model: Model, weights: StatementWeights) -> str:
    """The interval that a judgement's words or their reading give, or how much a fact counts."""
    weighted = weights.statements[statement.id]
    if statement.judges and (reason := weightless(weighted, weights)):
        return f"weighs nothing: {reason}"
    for judgement in statement.judges:
        if judgement.influence is not None:
            low, high = weights.ratio(weighted, judgement.influence)
            return f"odds × {numbers.plain(low)}–{numbers.plain(high)}"
        if judgement.estimates:
            read = weights.reads(weighted)
            return f"{number(read.low)}–{number(read.high)} %"
        return "a comparison, without a figure"
    fact = next((fact for fact in model.priors.facts if fact.statement == statement.id), None)
    return fact_says(fact, weighted, weights) if fact else ""
