"""What the rows of a batch draw: a line per outcome over one thing varied, a heat map over more, else histograms.

Shape letters: N rows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from tocsin.language.events import cell as finding_cell
from tocsin.language.events import event
from tocsin.language.numbers import capital, figure, number, percent, plain
from tocsin.language.parameters import kind_of, quantity
from tocsin.model import Model
from tocsin.network.network import Array
from tocsin.records.scenario import chance, take_apart
from tocsin.report.blocks import Block, Heat, Histogram, Line, Lines, Paragraph, end_above

if TYPE_CHECKING:
    from tocsin.batch.columns import Column

MOST_DRAWN = 2_000
"""Rows whose cells are kept for a chart; of more there are histograms."""
MOST_STOPS, MOST_ACROSS, MOST_DOWN = 200, 10, 24
"""Of a line chart, and of a heat map, which has a figure in each cell."""
MOST_BINS = 20
STEPS = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)
"""Of a histogram: its edges are round percents."""
UNSAID = "nothing said"


def heading(model: Model, column: Column) -> str:
    """What a column of the input says."""
    if column.kind == "parameter":
        return quantity(model, column.key)
    if not column.variable:
        return "Row" if column.kind == "id" else column.name
    variable = model.records.variables[column.variable]
    match column.kind:
        case "forced":
            return f"{variable.title}, forced"
        case "likelihood":
            return f"{variable.title}: how well “{variable.label(column.state)}” explains what was seen"
        case _:
            return variable.title


def cell(model: Model, column: Column, value: Any) -> str:
    """A cell of the input in words, rounded; what means nothing stays as it is."""
    if value is None or value == "":
        return ""
    try:
        match column.kind:
            case "parameter":
                return figure(kind_of(model, column.key), float(value))
            case "likelihood":
                return plain(float(value))
            case "forced" if value in model.network.states[column.variable]:
                return model.records.variables[column.variable].label(value)
            case "finding":
                return finding_cell(model.records, column.variable, str(value))
    except ValueError:
        pass
    return plain(value) if isinstance(value, float) else str(value)


@dataclass(frozen=True, eq=False)
class RowAnswers:
    """Rows with what they say and what they answer.

    cells: per column `N` cells; None where there are too many rows to draw each. p: per outcome `[N]`, NaN in rows
    without an answer; bands: its interval, low and high, where there is one.
    """

    model: Model
    columns: Sequence[Column]
    cells: Mapping[str, Sequence[Any]] | None
    p: Mapping[str, Array]
    bands: Mapping[str, tuple[Array, Array]] = field(default_factory=dict)

    @property
    def moved(self) -> tuple[str, ...]:
        """Outcomes whose least and greatest probability are not printed alike, those that reach furthest first."""
        ends = {name: (float(np.nanmin(p)), float(np.nanmax(p))) for name, p in self.p.items() if not np.isnan(p).all()}
        apart = [name for name, (least, most) in ends.items() if percent(least) != percent(most)]
        return tuple(sorted(apart, key=lambda name: ends[name][0] - ends[name][1]))

    @property
    def varied(self) -> tuple[Column, ...]:
        """What is not the same in all rows."""
        if self.cells is None:
            return ()
        said = (column for column in self.columns if column.kind not in ("id", "kept"))
        return tuple(column for column in said if len(set(self.cells[column.name])) > 1)


def charts(rows: RowAnswers, chosen: Sequence[str] = (), share: str = "") -> tuple[Block, ...]:
    """What fits the rows; empty where no row has an answer.

    chosen: outcomes of heat maps and histograms, all that move if none are named. share: what intervals hold.
    """
    names = rows.moved
    if not names:
        return (Paragraph("No outcome moves so far that it shows."),) if any(map(len, rows.p.values())) else ()
    varied = rows.varied
    if len(varied) == 1 and (drawn := lines(rows, varied[0], share)) is not None:
        return (drawn,)
    asked = [name for name in names if name in chosen] or list(names)
    if len(varied) > 1 and (maps := [heat(rows, varied, name) for name in asked]) and all(maps):
        return tuple(found for found in maps if found is not None)
    return tuple(histogram(rows.model, name, rows.p[name]) for name in asked)


def lines(rows: RowAnswers, column: Column, share: str = "") -> Lines | None:
    """A line per outcome that moves, over the one column that varies; None where that has no order of its own."""
    assert rows.cells is not None
    cells = list(rows.cells[column.name])
    if len(set(cells)) != len(cells) or len(cells) > MOST_STOPS:
        return None
    places, across, texts = _stops(rows.model, column, cells)
    answered = [row for row in range(len(cells)) if not any(math.isnan(rows.p[name][row]) for name in rows.p)]
    order = sorted(answered, key=lambda row: places[row])
    low, high = places[order[0]], places[order[-1]]
    if len(order) < 2 or high <= low:
        return None
    drawn = []
    for name in rows.moved:
        ends = rows.bands.get(name)
        bands = tuple((float(ends[0][row]), float(ends[1][row])) for row in order) if ends is not None else ()
        drawn.append(Line(event(rows.model.records, name), tuple(float(rows.p[name][row]) for row in order), bands))
    reach = end_above(p for line in drawn for p in (*line.values, *(high for _, high in line.bands)))
    still = [event(rows.model.records, name) for name in rows.p if name not in rows.moved]
    said = [f"Asked at {len(order)} values. Each outcome has its own sign and dash."]
    said += [f"Pale band: {share} interval."] if any(line.bands for line in drawn) and share else []
    said += [f"Not moved so far that it shows: {'; '.join(still)}."] if still else []
    stops = tuple(((places[row] - low) / (high - low), texts[row]) for row in order)
    return Lines(tuple(drawn), across, stops, f"Outcomes by {across}", " ".join(said), reach)


def _stops(model: Model, column: Column, cells: Sequence[Any]) -> tuple[list[float], str, list[str]]:
    """Per cell where it stands, what is varied, and per cell its text."""
    title, texts = capital(heading(model, column)), [cell(model, column, value) or UNSAID for value in cells]
    if column.kind in ("parameter", "likelihood") and all(value not in (None, "") for value in cells):
        return [float(value) for value in cells], title, texts
    if column.kind == "finding" and (found := _beliefs(cells)) is not None:
        state, shares = found
        variable = model.records.variables[column.variable]
        return shares, f"{variable.title}: belief in “{variable.label(state)}”", [percent(share) for share in shares]
    order = _order(model, column, cells)
    return [float(order.index(value)) for value in cells], title, texts


def _beliefs(cells: Sequence[Any]) -> tuple[str, list[float]] | None:
    """Where every cell is a belief, the state that it changes most, and its probability in each."""
    parts = [take_apart(str(value or "")) for value in cells]
    if any(part.kind != "believed" for part in parts):
        return None
    held = [dict(zip(part.states, map(chance, part.chances), strict=True)) for part in parts]
    reach = {
        state: max(belief.get(state, 0.0) for belief in held) - min(belief.get(state, 0.0) for belief in held)
        for state in dict.fromkeys(state for belief in held for state in belief)
    }
    most = max(reach, key=lambda state: reach[state])
    shares = [belief.get(most, 0.0) for belief in held]
    return None if any(map(math.isnan, shares)) or len(set(shares)) != len(shares) else (most, shares)


def _order(model: Model, column: Column, cells: Sequence[Any]) -> list[Any]:
    """The distinct cells: nothing said first, then states from mild to worse or numbers, then the rest as it comes."""
    states = list(model.network.states.get(column.variable, ()))

    def place(value: Any) -> tuple[int, float]:
        if value in (None, ""):
            return 0, 0.0
        if value in states:
            return 1, float(states.index(value))
        return (2, float(value)) if isinstance(value, int | float) else (3, 0.0)

    return sorted(dict.fromkeys(cells), key=place)


def heat(rows: RowAnswers, varied: Sequence[Column], outcome: str) -> Heat | None:
    """An outcome over two or more columns, the shortest across; None where that is no whole grid of few cells."""
    assert rows.cells is not None
    model, orders = rows.model, {column: _order(rows.model, column, rows.cells[column.name]) for column in varied}
    top = min(
        (column for column in reversed(varied) if len(orders[column]) > 2),
        key=lambda c: len(orders[c]),
        default=varied[-1],
    )
    side = [column for column in varied if column != top]
    downs = sorted(
        {tuple(rows.cells[column.name][row] for column in side) for row in range(len(rows.p[outcome]))},
        key=lambda key: [orders[column].index(value) for column, value in zip(side, key, strict=True)],
    )
    if len(orders[top]) > MOST_ACROSS or len(downs) > MOST_DOWN:
        return None
    places = {
        (tuple(rows.cells[column.name][row] for column in side), rows.cells[top.name][row]): float(p)
        for row, p in enumerate(rows.p[outcome])
    }
    # One row for each cell: neither a gap nor two answers in one.
    if len(places) != len(rows.p[outcome]) or len(places) != len(downs) * len(orders[top]):
        return None
    texts = tuple(
        " · ".join(cell(model, column, value) or UNSAID for column, value in zip(side, key, strict=True))
        for key in downs
    )
    cells = tuple(tuple(None if math.isnan(p := places[key, value]) else p for value in orders[top]) for key in downs)
    across = tuple(cell(model, top, value) or UNSAID for value in orders[top])
    down = " · ".join(capital(heading(model, column)) for column in side)
    return Heat(
        down=down,
        across=capital(heading(model, top)),
        rows=texts,
        columns=across,
        cells=cells,
        label=event(model.records, outcome),
        caption="The stronger the colour, the likelier.",
        end=end_above(p for line in cells for p in line if p is not None),
    )


def histogram(model: Model, outcome: str, p: Array) -> Histogram:
    """How many rows have which probability, on a scale of their own with round edges."""
    values = p[~np.isnan(p)]
    least, most = float(values.min()), float(values.max())
    step = next((step for step in STEPS if (most - least) / step <= MOST_BINS - 1), STEPS[-1])
    # What stands on an edge but for rounding stands on it.
    first = math.floor(least / step + 1e-9)
    places = np.floor(values / step + 1e-9).astype(int) - first
    # All that there is, is the last edge, and not a step beyond it.
    places = np.minimum(places, max(round(1 / step) - 1 - first, 0))
    counts = np.bincount(places)
    middle = float(np.median(values))
    return Histogram(
        start=first * step,
        step=step,
        counts=tuple(map(int, counts)),
        digits=max(0, -math.floor(math.log10(100 * step) + 1e-9)),
        median=middle,
        figure=f"{number(least)} to {percent(most)}, median {percent(middle)}",
        label=event(model.records, outcome),
    )
