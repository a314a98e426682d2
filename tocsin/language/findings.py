"""What a scenario sets, in words: a finding, a state that is forced, a change of statements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from tocsin.errors import listed
from tocsin.language.events import event, that
from tocsin.language.numbers import capital, percents
from tocsin.language.parameters import plain
from tocsin.records import Finding, ModelRecords, Scenario, StatementChanges
from tocsin.records.scenario import chance, take_apart

Style = Literal["state", "label", "clause", "noun", "sentence"]
"""state: `collapses, observed`, where the title stands beside it; label: `Truce in Lebanon: collapses, observed`;
clause, after “if”: `the truce in Lebanon collapses`; noun: `seeing that the truce in Lebanon collapses`; sentence: `The
truce in Lebanon collapses: observed, taken as certain`, without its full stop."""


def finding(records: ModelRecords, variable: str, found: Finding, style: Style = "label") -> str:
    """One finding on a variable."""
    about = records.variables[variable]
    if found.believed is not None:
        return _believed(records, variable, found, style)
    states = _states(records, variable, found)
    if states is None:
        ratios = [f"{about.label(state)} × {plain((found.likelihood or {}).get(state, 1.0))}" for state in about.states]
        seen = f"seen in a way that the states explain by {listed(ratios)}"
        noun = f"what is seen of “{about.title}” (explained by {listed(ratios)})"
        clause = f"“{about.title}” is {seen}"
        return {"state": seen, "noun": noun, "clause": clause}.get(style, f"{about.title}: {seen}")
    clause = event(records, variable, states, "clause")
    said = that(records, variable, states)
    known = f"by a report graded {found.grade}" if found.grade is not None else "observed"
    match style:
        case "state" | "label":
            title = f"{about.title}: " if style == "label" else ""
            return f"{title}{about.either(states)}, {known}"
        case "noun":
            return f"the {found.grade} report {said}" if found.grade is not None else f"seeing {said}"
        case _ if found.grade is not None:
            reported = f"a report graded {found.grade} says {said}"
            return reported if style == "clause" else capital(reported)
        case "clause":
            return f"{clause} is seen" if clause.startswith("“") else clause
        case _:
            return f"{capital(clause)}: observed, taken as certain"


def cell(records: ModelRecords, variable: str, text: str) -> str:
    """A finding as a table's cell has it, under the variable's title: `collapses`; `collapses, by a report graded B2`.

    Raises ValueError for one that means nothing.
    """
    parts, about = take_apart(text.strip()), records.variables[variable]
    if not set(parts.states) <= set(about.states):
        raise ValueError(text)
    match parts.kind:
        case "observed":
            return about.label(parts.states[0])
        case "reported":
            found = Finding(reported=parts.states, grade=parts.grade)
        case _:
            found = Finding(believed=dict(zip(parts.states, map(chance, parts.chances), strict=True)))
    return finding(records, variable, found, "state")


def forced(records: ModelRecords, variable: str, state: str, style: Style = "label") -> str:
    """A state that is supposed to be made so, whatever causes it."""
    about, clause = records.variables[variable], event(records, variable, (state,), "clause")
    said = f"that {'it is ' if clause.startswith('“') else ''}{clause}"
    match style:
        case "state" | "label":
            title = f"{about.title}: " if style == "label" else ""
            return f"{title}{about.label(state)}, supposed to be made so"
        case "clause":
            return f"it is made so {said}"
        case "noun":
            return f"making it so {said}"
        case _:
            return f"{capital(clause)}: supposed to be made so, whatever causes it"


def changes(records: ModelRecords, made: StatementChanges, style: Style = "label") -> list[str]:
    """What a scenario does to statements, one part each."""
    parts = [("left out", name, "") for name in made.exclude]
    parts += [(f"weight × {plain(factor)}", name, "has its ") for name, factor in made.reweigh.items()]
    parts += [(f"read as “{words}”", name, "") for name, words in made.reword.items()]
    parts += [(f"graded {grade}", name, "") for name, grade in made.regrade.items()]
    told = []
    for what, name, verb in parts:
        whose = voice(records, name)
        told.append(f"{what}: {whose}" if style in ("label", "state") else f"{whose} {verb or 'is '}{what}")
    if made.half_life_days is not None:
        told.append(f"a fact's weight halves with every {made.half_life_days:g} days of age")
    return [capital(text) for text in told] if style == "sentence" else told


def supposed(records: ModelRecords, scenario: Scenario, style: Style = "label") -> Iterator[tuple[str, str]]:
    """All that a scenario sets, by the variable's name (with a number from its second finding on), or `statements`."""
    for name, several in scenario.evidence.items():
        for number, found in enumerate(several, start=1):
            yield name if number == 1 else f"{name} {number}", finding(records, name, found, style)
    for name, state in scenario.forced.items():
        yield name, forced(records, name, state, style)
    for number, text in enumerate(changes(records, scenario.statements, style), start=1):
        yield f"statements {number}", text
    if scenario.reconcile:
        text = "the draws are weighed by the judgements that set no number of the model"
        yield "reconcile", capital(text) if style == "sentence" else text


def voice(records: ModelRecords, name: str) -> str:
    """A statement with its speaker, or all that a speaker, an origin or a source brings in."""
    if name in records.by_id:
        return f"{name} ({records.speakers[records.by_id[name].speaker].name})"
    if name in records.speakers:
        return f"everything that {records.speakers[name].name} says"
    if name in records.sources:
        return f"everything from “{records.sources[name].title}”"
    return f"everything from {origin(records, name)}"


def origin(records: ModelRecords, name: str) -> str:
    """An origin by the beginning of what the model says of it."""
    return f"“{re.split('[;,.]', records.origins.get(name, name), maxsplit=1)[0].strip()}”"


def _states(records: ModelRecords, variable: str, found: Finding) -> tuple[str, ...] | None:
    """The states that a finding speaks for; None where a likelihood has more weights than none and all."""
    states = records.variables[variable].states
    if found.observed is not None:
        return (found.observed,)
    if found.grade is not None:
        return tuple(state for state in states if state in found.reported)
    weights = {state: (found.likelihood or {}).get(state, 1.0) for state in states}
    most = max(weights.values())
    return tuple(state for state in states if weights[state]) if {*weights.values()} <= {0.0, most} else None


def _believed(records: ModelRecords, variable: str, found: Finding, style: Style) -> str:
    about, shares = records.variables[variable], found.believed or {}
    chances = dict(zip(shares, percents([*shares.values()]), strict=True))
    chances = {state: share for state, share in chances.items() if shares[state]}
    parts = listed([f"{about.label(state)} {share}" for state, share in chances.items()])
    clauses = [f"at {share} that {about.says[state]}" for state, share in chances.items() if state in about.says]
    whole = len(clauses) == len(chances)
    clause = f"it is believed {listed(clauses)}" if whole else f"“{about.title}” is believed at {parts}"
    return {
        "state": f"{parts}, believed",
        "label": f"{about.title}: {parts}, believed",
        "clause": clause,
        "noun": f"the belief about “{about.title}” ({parts})",
    }.get(style, capital(clause))
