"""The statements behind a number, in a dialog: who said what, with what grade and interest, and what it counts for."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tocsin.language.numbers import capital, percent, sentence
from tocsin.language.numbers import number as figure
from tocsin.language.statements import grade_in_words
from tocsin.model import Model
from tocsin.records import Variable
from tocsin.records.families import BaseRate
from tocsin.records.statements import ReadAs
from tocsin.render.html import Html, element, fragments, joined
from tocsin.report.provenance import Number, QuotedStatement, QuotedVoice, Seen, Trail, provenance
from tocsin.ui import answer_panel, state
from tocsin.ui.widgets import show

CHANCES = ("chance", "column")
"""Kinds of numbers that are probabilities."""


@st.dialog("Who said what", width="large")
def dialog(model: Model) -> None:
    """The trail of one variable, and of its causes, folded up."""
    variables = model.records.variables
    name = st.selectbox(
        "The statements behind",
        list(variables),
        format_func=lambda variable: variables[variable].title,
        key=state.BEHIND,
    )
    answer, changes = state.last_good(), state.scenario().statements
    own = provenance(model, name, changes)
    upstream = [(provenance(model, ancestor, changes), variables[ancestor]) for ancestor in own.ancestors]
    if answer is not None:
        show(fragments([answer_panel.states(model, answer, [name])]))
    show(panel(own, variables[name]))
    show(through(own, upstream))
    show(mentioned(own))


def panel(trail: Trail, variable: Variable) -> Html:
    """The variable's own numbers and facts."""
    heard = [number for number in trail.numbers if number.voices]
    assumed = [number for number in trail.numbers if not number.voices]
    return element(
        "div",
        element("h2", trail.title),
        element("p", trail.question, class_="question"),
        element("p", trail.note, class_="quiet") if trail.note else Html(),
        element("p", trail.definition) if trail.definition else Html(),
        _section("Numbers that statements observe", [_number(number) for number in heard]),
        _section("Facts that speak for a state", [_facts(trail.facts)] if trail.facts else []),
        _section("Numbers that the analysts assume", [_number(number) for number in assumed]),
        class_="trail",
        data_trail=trail.variable,
    )


def through(trail: Trail, upstream: Sequence[tuple[Trail, Variable]]) -> Html:
    """What the causes bring in, the nearest first, each folded up; open where the variable follows from them."""
    folded = []
    for cause, variable in upstream:
        ids = dict.fromkeys(voice.statement.id for number in cause.numbers for voice in number.voices)
        ids |= dict.fromkeys(fact.statement.id for fact in cause.facts if fact.counts)
        sources = ", ".join(ids) or "assumptions only"
        summary = element("summary", element("b", cause.title), element("span", f" {sources}", class_="quiet"))
        follows = trail.definition is not None and cause.variable in trail.parents
        folded.append(
            element("details", summary, panel(cause, variable), mentioned(cause), open="" if follows else None)
        )
    return element("div", element("h2", "Through its causes"), *folded, class_="through") if folded else Html()


def mentioned(trail: Trail) -> Html:
    """Statements about the variable that observe no number of it."""
    lines = [_line(statement) for statement in trail.mentioned]
    title = "Other statements about it, which observe no number here"
    return (
        element("div", _section(title, [element("ul", *lines, class_="voices")]), class_="trail") if lines else Html()
    )


def _section(title: str, content: Sequence[Html]) -> Html:
    return element("section", element("h3", title), *content) if content else Html()


def _number(number: Number) -> Html:
    return element(
        "article",
        element("p", element("span", number.asked), element("b", value(number)), class_="asked"),
        voices(number) if number.voices else reference(number),
        data_number=number.key,
    )


def voices(number: Number) -> Html:
    """The statements that observe a number, each with its share of it."""
    return element("ul", *(_voice(voice, number) for voice in number.voices), class_="voices")


def value(number: Number) -> str:
    """`27 % [13–42]`, `× 2.1 [1.2–3.4]`: the point with its 80 % interval."""
    if number.kind in CHANCES:
        return f"{percent(number.point)} [{figure(number.ends[0])}–{figure(number.ends[1])}]"
    if number.ends[0] == number.ends[1]:
        return f"{number.point:g}"
    times = "× " if number.kind == "ratio" else ""
    return f"{times}{number.point:.2g} [{number.ends[0]:.2g}–{number.ends[1]:.2g}]"


def _voice(voice: QuotedVoice, number: Number) -> Html:
    low, high = voice.ends
    counts = f"{figure(low)}–{figure(high)} %" if number.kind in CHANCES else f"× {low:.2g}–{high:.2g}"
    share = f"Weight {voice.weight:.2g}, {100 * voice.share:.0f} % of the number; counts as {counts}."
    return _line(voice, element("p", share, class_="quiet"))


def _line(quoted: QuotedStatement, *more: Html, kind: str | None = None) -> Html:
    statement, speaker = quoted.statement, quoted.speaker
    words = joined([": ", element("q", statement.words)]) if statement.words else Html()
    read, graded = statement.read_as, f"{quoted.grade}: {grade_in_words(quoted.grade)}"
    return element(
        "li",
        element("p", element("b", f"{statement.id} · {speaker.name}"), words),
        element("p", statement.claim, class_="claim"),
        element("p", f"Read as {_reading(read)}. {sentence(read.because)}", class_="quiet") if read else Html(),
        element("p", f"Graded {graded}. {sentence(speaker.role)}", class_="quiet"),
        element("p", f"Interest: {speaker.incentive}", class_="quiet"),
        *more,
        element("p", f"{quoted.source.publisher}, {quoted.source.published}: {statement.where}", class_="quiet"),
        class_=kind,
        data_statement=statement.id,
    )


def _reading(read: ReadAs) -> str:
    if read.ratio is not None:
        return f"odds × {read.ratio[0]:g}–{read.ratio[1]:g}"
    low, high = read.range or read.cut or (0.0, 1.0)
    return f"{'odds cut by ' if read.cut else ''}{figure(low)}–{figure(high)} %"


def reference(number: Number) -> Html:
    """What would be believed without any statement, and why."""
    basis = reference_in_short(number)
    if number.unheard:
        basis = f"{basis}; {', '.join(number.unheard)} not heard"
    cites = f" Informed by {', '.join(number.reference.cites)}." if number.reference and number.reference.cites else ""
    because = f": {sentence(number.because)}" if number.because else "."
    return element("p", f"{basis}{because}{cites}", class_="claim")


def reference_in_short(number: Number) -> str:
    """`Assumed, 5–45 %`, or the count of a base rate with its citation."""
    assumption = number.reference
    if assumption is None:
        return "Assumed"
    if isinstance(assumption, BaseRate):
        return f"A base rate, {assumption.events:g} in {assumption.exposure} ({assumption.cite})"
    if assumption.range is not None:
        return f"Assumed, {figure(assumption.range[0])}–{figure(assumption.range[1])} %"
    ends = assumption.ratio or assumption.strength
    if ends is not None:
        return f"Assumed, {'× ' if assumption.ratio else ''}{ends[0]:g}–{ends[1]:g}"
    return f"Assumed, {assumption.value:g}"


def _facts(facts: Sequence[Seen]) -> Html:
    """Those that count first."""
    ordered = sorted(facts, key=lambda fact: not fact.counts)
    return element("ul", *(map(_fact, ordered)), class_="voices")


def _fact(fact: Seen) -> Html:
    kind = None if fact.counts else "echo"
    fact_line = f"{capital(fact.says)} (seen {fact.day})."
    return _line(fact, element("p", fact_line, class_="quiet"), kind=kind)
