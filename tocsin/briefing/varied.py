"""What the rows of a batch vary, and what one of them says, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tocsin.briefing.survey import KNOWN, Extreme, Survey
from tocsin.model import Model
from tocsin.sentences import figure, quantity
from tocsin.sentences.quantities import kind_of
from tocsin.wording import percent

if TYPE_CHECKING:
    from tocsin.batch.columns import Column
    from tocsin.records.sweep import Sweep

MOST_CELLS = 8
"""Of a column that are listed; of more only how many."""
_REST = "the other answers keep their proportions"


def varied(found: Survey) -> Iterator[tuple[str, str]]:
    """Per thing that varies what it is, and how."""
    columns = {column.name: column for column in found.columns}
    told = dict(_swept(found.model, found.rows.sweep)) if found.rows.sweep is not None else {}
    for name, cells in found.cells.items():
        column = columns[name]
        yield _about(found.model, column), told.get(name) or _listed(found.model, column, cells)


def row(found: Survey, one: Extreme) -> str:
    """What a row says; `nothing beyond what all rows start from` where all its cells are empty."""
    columns = {column.name: column for column in found.columns}
    parts = [
        f"{_about(found.model, columns[name])}: {_said(found.model, columns[name], cell)}"
        for name, cell in one.cells.items()
        if cell not in (None, "")
    ]
    return "; ".join(parts) or "nothing beyond what all rows start from"


def _about(model: Model, column: Column) -> str:
    if column.kind == "parameter":
        return quantity(model, column.key)
    return model.records.variables[column.variable].title


def _said(model: Model, column: Column, cell: Any) -> str:
    """One cell."""
    match column.kind:
        case "parameter":
            return figure(kind_of(model, column.key), float(cell))
        case "likelihood":
            return f"“{_label(model, column, column.state)}” explains what was seen {float(cell):.3g}-fold"
        case "forced":
            return f"supposed to be made “{_label(model, column, str(cell))}”"
        case _:
            return _finding(model, column, str(cell))


def _finding(model: Model, column: Column, cell: str) -> str:
    if cell.startswith("~"):
        states, _, grade = cell[1:].rpartition(":")
        told = " or ".join(f"“{_label(model, column, state.strip())}”" for state in states.split("|"))
        return f"{told} reported, graded {grade.strip()}"
    if ":" in cell:
        pairs = (part.split(":", 1) for part in cell.split("|"))
        return f"believed at {', '.join(_believed(model, column, state, chance) for state, chance in pairs)}"
    return f"“{_label(model, column, cell)}”"


def _believed(model: Model, column: Column, state: str, chance: str) -> str:
    value = chance.strip()
    p = float(value.rstrip("% ")) / 100 if value.endswith("%") else float(value)
    return f"“{_label(model, column, state.strip())}” {percent(p)}"


def _label(model: Model, column: Column, state: str) -> str:
    return model.records.variables[column.variable].label(state)


def _listed(model: Model, column: Column, cells: Sequence[Any] | None) -> str:
    """The distinct cells, or how many there are."""
    given = None if cells is None else [cell for cell in cells if cell != ""]
    if given is None:
        return f"more than {KNOWN:,} different values"
    if not given:
        return "nothing, in any row"
    if len(given) > MOST_CELLS:
        if column.kind in ("parameter", "likelihood"):
            numbers = sorted(map(float, given))
            least, most = (_said(model, column, number) for number in (numbers[0], numbers[-1]))
            return f"{len(given)} different values, from {least} to {most}"
        return f"{len(given)} different values"
    states = model.network.states[column.variable]
    # In the order of the states, mild to worse; what is no state comes after them as it was sorted.
    given.sort(key=lambda cell: states.index(cell) if cell in states else len(states))
    return "; ".join(_said(model, column, cell) for cell in given)


def _swept(model: Model, sweep: Sweep) -> Iterator[tuple[str, str]]:
    """What a sweep says of its ranges and samples; its lists are told by their cells."""
    variables = model.records.variables
    for one in sweep.range:
        label = variables[one.variable].label(one.state)
        span = f"from {percent(one.start)} to {percent(one.end)}"
        yield one.variable, f"belief in “{label}” {span}, in {one.rows:,} equal steps; {_REST}"
    if sweep.sample is None:
        return
    for name, spread in sweep.sample.beliefs.items():
        for state, (least, greatest) in spread.items():
            label = variables[name].label(state)
            yield name, f"belief in “{label}” anywhere from {percent(least)} to {percent(greatest)}; {_REST}"
    for name, rumour in sweep.sample.grades.items():
        told = " or ".join(f"“{variables[name].label(state)}”" for state in rumour.reported)
        yield name, f"{told} reported, with any of {len(rumour.grades)} grades"
    for key in sweep.sample.parameters:
        yield f"parameter.{key}", "anywhere, as often as its own uncertainty has it"
