"""The page of all statements: who said what, what it does to the outcome, and what that would be otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from tocsin.analysis.explain import Explanation
from tocsin.assessment import apply
from tocsin.elicitation import StatementWeights, weigh
from tocsin.errors import TocsinError, counted
from tocsin.language import numbers
from tocsin.language.events import event
from tocsin.language.numbers import LEAST, number
from tocsin.language.statements import CREDIBILITY, RELIABILITY, fact_says, grade_in_words, weightless
from tocsin.model import Model
from tocsin.records import Scenario, Statement, StatementChanges
from tocsin.render.html import Html, element, fragments, joined
from tocsin.report import explanation
from tocsin.report.blocks import Section
from tocsin.ui import cache, edit_statements, evidence, main, state, statement_effects
from tocsin.ui.statement_effects import ChosenStatements
from tocsin.ui.why import headed
from tocsin.ui.widgets import alert, bound, choice, fold, picked, plain, section, several, show

AS_IT_IS = "as it is"
ORDER = "statements-order"
"""Key of the order that a reader saw first."""
LIST_NOTE = (
    "Each with the points by which the outcome would move without it, the farthest first. Unfold one to leave it out, "
    "weigh, grade or read it otherwise."
)


def page() -> None:
    """Every statement by what it does to the outcome, each with its own controls; below, what is wrong with some."""
    begun = headed("Statements")
    if begun is None:
        return
    model, name, why = begun
    records = model.records
    chosen = _narrowed(model)
    order, still = _order(why, name)
    shown = [records.by_id[key] for key in order if chosen.holds(records.by_id[key])]
    # Who asks for some wants to see these.
    held = [statement for statement in shown if statement.id in still and not chosen.is_narrow]
    note = f"{len(shown)} of {len(records.statements)}. {LIST_NOTE}"
    show(element("div", section("All statements", note=note), class_="story single"))
    for statement in shown:
        if statement not in held:
            _row(model, why, name, statement, st)
    if held:
        part, unfolded = fold(f"{counted(len(held), 'statement')} {STILL}", "statements-still")
        for statement in held if unfolded else ():
            _row(model, why, name, statement, part)
    _effect(model)
    _checks(why, name)


def _narrowed(model: Model) -> ChosenStatements:
    records = model.records
    speakers = {key: speaker.name for key, speaker in records.speakers.items()}
    sources = {key: f"{source.publisher}, {source.title}" for key, source in records.sources.items()}
    variables = {key: variable.title for key, variable in records.variables.items()}
    with st.container(key="narrowed"):
        first, second, third, fourth = st.columns(4, gap="small")
    return ChosenStatements(
        several("Speaker", speakers, "by-speaker", place=first),
        several("Source", sources, "by-source", place=second),
        several("Origin", {name: name for name in records.origins}, "by-origin", place=third),
        several("Variable", variables, "by-variable", place=fourth),
    )


STILL = "change it by less than 0.1 points"


def _move(why: Explanation, outcome: str, statement: str) -> float:
    """By how much the outcome moves without a statement; nothing where it is left out already."""
    return why.influence.statements[statement][outcome].p - why.case.point[outcome]


def _order(why: Explanation, outcome: str) -> tuple[list[str], frozenset[str]]:
    """All statements, the farthest-moving first, and those that move the outcome by less than is shown.

    As they stood before any was changed: no row leaves its place while its weight is dragged.
    """
    scenario = why.case.scenario
    about = (why.case.before.records.digest, outcome, repr(scenario.evidence), repr(scenario.forced))
    kept, order, still = st.session_state.get(ORDER, (None, [], frozenset()))
    if kept != about:
        moves = {name: abs(_move(why, outcome, name)) for name in why.influence.statements}
        order = sorted(moves, key=lambda name: -round(moves[name], 6))
        still = frozenset(name for name, move in moves.items() if move < LEAST)
        st.session_state[ORDER] = about, order, still
    return order, still


def _row(model: Model, why: Explanation, outcome: str, statement: Statement, place: Any) -> None:
    """One statement under its summary; unfolded, what it counts as, its controls, and what their changes do."""
    changes, records = state.scenario().statements, model.records
    out = statement_effects.is_out(statement, changes)
    changed = not out and statement.id in {*changes.reweigh, *changes.reword, *changes.regrade}
    points = "left out" if out else _points(_move(why, outcome, statement.id))
    # Beside the summary and not in it: an expander whose label changes is another, which is folded and has no focus.
    first, second = place.columns([1, 11], gap="small", vertical_alignment="top")
    with first:
        mark = [" ", element("span", "changed", class_="mark")] if changed else []
        show(element("p", element("b", points), *mark, class_="points", data_statement=statement.id))
    summary = f"**{statement.id}** {plain(f'{records.speakers[statement.speaker].name}: {statement.claim}')}"
    part, unfolded = fold(summary, f"statement-{statement.id}", second)
    if not unfolded:
        return
    with part:
        show(_facts(why, outcome, statement, changes))
        counts, weight, words, grade = st.columns([1, 1.4, 1.6, 1.6], gap="small", vertical_alignment="bottom")
        _counts(model, statement.id, counts)
        _weight(model, statement.id, weight)
        _words(model, statement, words)
        _grade(model, statement.id, grade)
        if out and statement.id not in changes.exclude:
            show(element("p", "It is left out with its speaker, source or origin.", class_="quiet"))
        if state.trouble():
            st.error(plain(state.trouble() or ""))
        show(_done(model, outcome, statement))
        if st.button("Edit it in the model", key=f"edit-{statement.id}", type="tertiary"):
            edit_statements.begin_with(statement.id)
            main.go("edit-statements")


def _facts(why: Explanation, outcome: str, statement: Statement, changes: StatementChanges) -> Html:
    """What it counts as, on what it bears, and how the other outcomes would move without it."""
    model = why.case.model
    weights = weigh(model.records, changes)
    weighted = weights.statements[statement.id]
    words = weighted.reworded or statement.words or ""
    grade = f"{weighted.reliability}{weighted.credibility}"
    others = [
        f"{event(model.records, name)} {_points(move)}"
        for name in model.records.events
        if name != outcome and abs(move := _move(why, name, statement.id)) >= LEAST
    ]
    lines = {
        "Counts as": joined([*([element("q", words), " "] if words else []), counts_as(statement, model, weights)]),
        "About": statement_effects.judged(statement, model.records),
        "Grade": f"{grade}: {grade_in_words(grade)}",
        "Source": f"{model.records.sources[statement.source].publisher}: {statement.where}",
        "Without it, other outcomes": ", ".join(others) or "stay within 0.1 points",
    }
    rows = (element("div", element("dt", title), element("dd", text)) for title, text in lines.items())
    return element("dl", *rows, class_="facts")


def _done(model: Model, outcome: str, statement: Statement) -> Html:
    """What the changes of this one statement do: to the outcome, and to each number that it observes, drawn."""
    scenario = state.scenario()
    undone = changed(scenario.statements, statement.id, counts=True, weight=1.0, words=None, grade=None)
    if undone == scenario.statements:
        return element("p", "What a change does to the numbers and to the outcome is drawn here.", class_="quiet")
    as_it_is = evidence.altered(
        scenario, state.start(), model.records, statements=undone.model_dump(exclude_defaults=True)
    )
    try:
        before, after = cache.answer(model, as_it_is), cache.answer(model, scenario)
    except TocsinError as error:
        return alert("No answer to this scenario.", str(error))
    first, second = apply(model, as_it_is), apply(model, scenario)
    drawn = statement_effects.priors(first, second, statement_effects.moved(first, second))
    nothing = element("p", "No number of the model changes with it.", class_="quiet")
    return element(
        "div",
        statement_effects.outcomes(model, before, after, (outcome,)),
        joined([element("p", "Pale: before. Line: now.", class_="quiet"), drawn]) if drawn else nothing,
        class_="done",
    )


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
    """What all changes of statements together do to outcomes and priors."""
    scenario = state.scenario()
    if scenario.statements == StatementChanges():
        return
    st.button("Take all changes of statements back", on_click=lambda: state.alter(model, statements={}))
    try:
        before = cache.answer(model, scenario_without(model))
        after = cache.answer(model, scenario)
    except TocsinError as error:
        show(alert("No answer to this scenario.", str(error)))
        return
    note = "Dot and band: now. Line: without any change of statements."
    show(section("What the changes do to the outcomes", statement_effects.outcomes(model, before, after), note=note))
    part, unfolded = fold("What they do to the numbers", "statements-numbers")
    if unfolded:
        under = apply(model, scenario)
        densities = statement_effects.priors(model, under, statement_effects.moved(model, under))
        with part:
            show(joined([element("p", "Pale: before. Line: now.", class_="quiet"), densities]))


def scenario_without(model: Model) -> Scenario:
    """The scenario without its changes of statements."""
    return evidence.altered(state.scenario(), state.start(), model.records, statements={})


def _checks(why: Explanation, outcome: str) -> None:
    """Whose words it rests on and what does not fit, each worked out when it is unfolded."""
    records = why.case.model.records
    speakers = {key: speaker.name for key, speaker in records.speakers.items()}
    sources = {key: f"{source.publisher}, {source.title}" for key, source in records.sources.items()}

    def filled(make: Callable[[], Section], note: str = "") -> Html:
        shown = fragments(make().blocks)
        return joined([element("p", note, class_="quiet"), shown]) if shown else element("p", "None.", class_="quiet")

    # They were made without what a scenario finds, and are held against the same.
    tensions = (
        "Judgements that set no number, beside what the statements as they count here make the model say before "
        "anything is found or supposed: not beside the answer above."
    )
    parts: list[tuple[str, Callable[[], Html]]] = [
        ("Whose words it rests on", lambda: statement_effects.shares(why, outcome, "speaker", speakers)),
        ("Which sources it rests on", lambda: statement_effects.shares(why, outcome, "source", sources)),
        ("Statements that the model does not bear out", lambda: filled(lambda: explanation.tensions(why), tensions)),
        ("Numbers in dispute", lambda: filled(lambda: explanation.disputes(why))),
        ("Counted once, or used twice", lambda: filled(lambda: explanation.doubled(why))),
    ]
    show(element("h2", "What else there is to say of them"))
    for summary, make in parts:
        part, unfolded = fold(summary, f"statements-{summary}")
        if unfolded:
            with part:
                show(make())


NONE = "0"
"""For an outcome that stays within half a tenth of a point."""


def _points(by: float) -> str:
    return NONE if abs(by) < LEAST / 2 else f"{'+' if by > 0 else '−'}{100 * abs(by):.1f}"


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
