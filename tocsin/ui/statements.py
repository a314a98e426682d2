"""The page of all statements: who said what, what it does to the answer, and what it would be without or otherwise."""

from __future__ import annotations

from typing import Any

import streamlit as st

from tocsin import sentences
from tocsin.analysis.explain import Explanation
from tocsin.assessment import apply
from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.records import Scenario, Statement, StatementChanges
from tocsin.ui import asking, findings, grades, shared, state, voices
from tocsin.ui.asking import section, told
from tocsin.ui.markup import alert, element, plain, show
from tocsin.ui.roll import Roll
from tocsin.ui.voices import Chosen

AS_IT_IS = "as it is"
CHANGED = "changed-statement"


def page() -> None:
    """Change one, see what moves; then the list, tensions, double counting, and whose words the answer rests on."""
    begun = asking.headed("Statements")
    if begun is None:
        return
    model, name, why = begun
    _change(model)
    _effect(model)
    chosen = _narrowed(model)
    records = model.records
    shown = [one for one in records.statements if chosen.holds(one)]
    changes = state.scenario().statements
    listed = Roll(why.case.model, changes, why, name).html(shown)
    note = f"{len(shown)} of {len(records.statements)}. The outcome chosen above stands out."
    show(section("All statements", listed, note=note))
    _checks(why)
    speakers = {key: one.name for key, one in records.speakers.items()}
    sources = {key: f"{one.publisher}, {one.title}" for key, one in records.sources.items()}
    show(section("Whose words it rests on", voices.shares(why, name, "speaker", speakers)))
    show(section("Which sources it rests on", voices.shares(why, name, "source", sources)))


def _narrowed(model: Model) -> Chosen:
    records = model.records
    speakers = {key: one.name for key, one in records.speakers.items()}
    sources = {key: f"{one.publisher}, {one.title}" for key, one in records.sources.items()}
    variables = {key: one.title for key, one in records.variables.items()}
    first, second, third, fourth = st.columns(4, gap="small")
    return Chosen(
        first.multiselect("Speaker", list(speakers), format_func=lambda key: speakers[key], key="by-speaker"),
        second.multiselect("Source", list(sources), format_func=lambda key: sources[key], key="by-source"),
        third.multiselect("Origin", list(records.origins), key="by-origin"),
        fourth.multiselect("Variable", list(variables), format_func=lambda key: variables[key], key="by-variable"),
    )


def _change(model: Model) -> None:
    """Controls for one statement; each makes a new scenario at once."""
    records = model.records
    labels = {one.id: f"{one.id} · {records.speakers[one.speaker].name}: {one.claim}" for one in records.statements}
    with st.container(border=True):
        name = st.selectbox("Change a statement", list(labels), format_func=labels.__getitem__, key=CHANGED)
        statement, changes = records.by_id[name], state.scenario().statements
        counts, weight, words, grade = st.columns([1, 1.4, 1.6, 1.6], gap="small", vertical_alignment="bottom")
        now: dict[str, Any] = {
            "counts": counts.checkbox("It counts", name not in changes.exclude, key=f"counts-{name}-{_stamp()}"),
            "weight": weight.slider(
                "Weight ×", 0.0, 3.0, changes.reweigh.get(name, 1.0), 0.1, key=f"weight-{name}-{_stamp()}"
            ),
            "words": _words(model, statement, words),
            "grade": _grade(changes.regrade.get(name), grade, name),
        }
        wanted = changed(changes, name, **now)
        if wanted != changes:
            state.alter(model, statements=wanted.model_dump(exclude_defaults=True))
            st.rerun()
        if voices.is_out(statement, changes) and name not in changes.exclude:
            show(element("p", "It is left out with its speaker, source or origin.", class_="quiet"))
        if changes != StatementChanges() and st.button("Take all changes of statements back"):
            state.alter(model, statements={})
            st.rerun()
        if state.trouble():
            st.error(plain(state.trouble() or ""))


def _stamp() -> str:
    """Part of a widget's key, so that it is filled anew when the scenario is another."""
    return state.scenario().digest[:12]


def _words(model: Model, statement: Statement, place: Any) -> str | None:
    """Other words for a judgement, from the model's lexicon; None leaves them."""
    if not any(judgement.kind in ("probability", "qualifies") for judgement in statement.judges):
        with place:
            show(element("p", "It has no estimative words.", class_="quiet"))
        return None
    lexicon = model.records.lexicons[model.records.file.lexicon]
    now = state.scenario().statements.reword.get(statement.id)
    known = [term.word for term in lexicon.terms]
    options = [AS_IT_IS, *known, *([now] if now and now not in known else [])]
    label = f"Words (now “{plain(statement.words)}”)" if statement.words else "Words"
    key = f"words-{statement.id}-{_stamp()}"
    index = options.index(now) if now else 0
    chosen: str = place.selectbox(label, options, index, key=key)
    return None if chosen == AS_IT_IS else chosen


def _grade(now: str | None, place: Any, name: str) -> str | None:
    """Another grade; None leaves it."""
    options = [AS_IT_IS, *(letter + digit for letter in grades.RELIABILITY for digit in grades.CREDIBILITY)]
    index = options.index(now) if now else 0
    chosen: str = place.selectbox(
        "Grade",
        options,
        index,
        format_func=lambda one: one if one == AS_IT_IS else f"{one}: {grades.told(one)}",
        key=f"grade-{name}-{_stamp()}",
    )
    return None if chosen == AS_IT_IS else chosen


def changed(
    changes: StatementChanges, name: str, counts: bool, weight: float, words: str | None, grade: str | None
) -> StatementChanges:
    """The changes with those of one statement replaced."""

    def with_(held: Any, value: object) -> dict[str, Any]:
        return {**{key: one for key, one in held.items() if key != name}, **({} if value is None else {name: value})}

    return StatementChanges(
        exclude=(*(one for one in changes.exclude if one != name), *(() if counts else (name,))),
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
        before = shared.answer(model, scenario_without(model))
        after = shared.answer(model, scenario)
    except TocsinError as error:
        show(alert("No answer to this scenario.", str(error)))
        return
    under = apply(model, scenario)
    keys = voices.moved(model, under)
    note = "Dot and band: now. Line: without any change of statements."
    show(section("What the changes do to the outcomes", voices.outcomes(model, before, after), note=note))
    densities = voices.priors(model, under, keys)
    if densities:
        show(section("What they do to the numbers", densities, note="Pale: before. Line: now."))


def scenario_without(model: Model) -> Scenario:
    """The scenario without its changes of statements."""
    return findings.altered(state.scenario(), state.start(), model.records, statements={})


def _checks(why: Explanation) -> None:
    strained = [sentences.tension(one) for one in why.tensions if one.strained]
    if strained:
        note = "Judgements that set no number, beside what the model says."
        show(section("Tensions", told(strained), note=note))
    doubled = [sentences.double(why.case, one) for one in why.doubled]
    if doubled:
        show(section("Counted once, or used twice", told(doubled)))
