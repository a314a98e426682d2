"""Tables of a batch as people read them: headings and cells in words, rounded; what is run stays exact."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from tocsin import language
from tocsin.batch import Layout, Target
from tocsin.batch.columns import Column
from tocsin.language.numbers import capital, number, percent
from tocsin.model import Model
from tocsin.records.scenario import chance, take_apart
from tocsin.ui import markup
from tocsin.ui.markup import Html, element

Columns = Sequence[tuple[str, Sequence[Any], Callable[[Any], str]]]
"""Heading, cells, and how a cell is told."""


def heading(column: Column, model: Model) -> str:
    """What a column of the input says."""
    match column.kind:
        case "id":
            return "Row"
        case "parameter":
            return capital(language.quantity(model, column.key))
        case _:
            variable = model.records.variables[column.variable]
    if column.kind == "forced":
        return f"{variable.title}, made so"
    if column.kind == "likelihood":
        return f"Chance of what was seen, if {variable.title}: {variable.label(column.state)}"
    return variable.title


def cell(column: Column, value: Any, model: Model) -> str:
    """A cell of the input in words; what means nothing stays as it is."""
    if value is None or value == "":
        return ""
    if column.kind == "parameter" and isinstance(value, int | float):
        return language.figure(model.priors.by_key[column.key].kind, value)
    if isinstance(value, float):
        return language.plain(value)
    if column.kind in ("finding", "forced"):
        try:
            return _finding(str(value), column.variable, model)
        except (ValueError, KeyError):
            return str(value)
    return str(value)


def _finding(text: str, name: str, model: Model) -> str:
    """A state, a report or a belief. Raises ValueError."""
    variable = model.records.variables[name]

    def label(state: str) -> str:
        if state.strip() not in variable.states:
            raise ValueError(state)
        return variable.label(state.strip())

    parts = take_apart(text)
    match parts.kind:
        case "reported":
            return f"a report graded {parts.grade}: {' or '.join(map(label, parts.states))}"
        case "observed":
            return label(text)
    if not all(chance(share) >= 0 for share in parts.chances):
        raise ValueError(text)
    pairs = zip(parts.states, parts.chances, strict=True)
    return ", ".join(f"{label(state)} {percent(chance(share))}" for state, share in pairs)


def given(layout: Layout, rows: Sequence[dict[str, Any]], model: Model) -> Columns:
    """The input's columns."""

    def teller(column: Column) -> Callable[[Any], str]:
        return lambda value: cell(column, value, model)

    return [(heading(column, model), [row[column.name] for row in rows], teller(column)) for column in layout.columns]


def answered(targets: Iterable[Target], rows: Sequence[dict[str, Any]], model: Model) -> Columns:
    """A column for each answer, with its interval where there is one, and why there is none."""
    columns: list[tuple[str, Sequence[Any], Callable[[Any], str]]] = []
    for target in targets:
        cells = [tuple(row.get(f"{kind}({target.name})") for kind in ("P", "low", "high")) for row in rows]
        columns.append((title(target, model), cells, _answer))
    if any(row.get("error") for row in rows):
        columns.append(("No answer, since", [row.get("error") for row in rows], lambda reason: reason or ""))
    return columns


def title(target: Target, model: Model) -> str:
    """What an answer is about."""
    if model.records.events.get(target.variable) == target.states:
        return language.event(model.records, target.variable)
    return model.records.variables[target.variable].named(target.states)


def _answer(estimate: tuple[float | None, float | None, float | None]) -> str:
    p, low, high = estimate
    if p is None:
        return "–"
    return percent(p) if low is None or high is None else f"{percent(p)} [{number(low)}–{number(high)}]"


def table(label: str, columns: Columns) -> Html:
    """Any number of columns, scrolled in their own place."""
    heads = [head for head, _, _ in columns]
    values = zip(*(cells for _, cells, _ in columns), strict=True)
    texts = [[describe(value) for (_, _, describe), value in zip(columns, line, strict=True)] for line in values]
    rows = (element("tr", *(element("td", text) for text in line)) for line in texts)
    return markup.table(label, heads, rows, "sheet", tall=True)
