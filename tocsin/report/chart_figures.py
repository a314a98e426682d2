"""What a picture draws, in figures: exact ones to take away, and a table where there is no room for ink."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.language.numbers import brackets, percent
from tocsin.report.blocks import Bars, Heat, Histogram, Lines, NetworkPicture, Picture, Plot, Table

Cell = str | float | None


def exact(block: Picture) -> Iterator[tuple[Cell, ...]]:
    """Headings, then rows; probabilities from 0 to 1 as they were drawn, or amounts; None where there is none."""
    match block:
        case Bars():
            letters = list(dict.fromkeys(letter for row in block.rows for letter, _ in row.dots))
            least, most = block.reaches
            point = "p" if block.reaches == (0, 1) else "amount"
            yield ("group", "label", point, "low", "high", "from", "to", "least", "greatest", "compared", *letters)
            group = ""
            for row in block.rows:
                if row.is_heading and row.reach is None:
                    group = row.label
                    continue
                dots = dict(row.dots)
                spans = (end for span in (row.band, row.step, row.reach) for end in span or (None, None))
                places = (row.point, *spans, row.tick, *(dots.get(letter) for letter in letters))
                values = (None if p is None else least + p * (most - least) for p in places)
                yield group, row.label, *values
        case Lines():
            yield (block.across, "outcome", "p", "low", "high", *(("word",) if block.strip else ()))
            for line in block.lines:
                for k, (_, stop) in enumerate(block.stops):
                    ends = line.bands[k] if line.bands else (None, None)
                    yield stop, line.label, line.values[k], *ends, *block.strip[k : k + 1]
        case Heat():
            yield (block.down, block.across, f"P({block.label})")
            for down, cells in zip(block.rows, block.cells, strict=True):
                for column, p in zip(block.columns, cells, strict=True):
                    yield down, column, p
        case Histogram():
            yield ("from", "to", "rows")
            for k, count in enumerate(block.counts):
                edges = (round(block.start + place * block.step, 12) for place in (k, k + 1))
                yield *edges, count
        case NetworkPicture():
            yield ("name", "question", "answer", "causes", *(f"state {k + 1}" for k in range(_most(block))))
            for node in block.nodes:
                causes = " ".join(edge.parent for edge in block.edges if edge.child == node.name)
                gap = (None,) * (_most(block) - len(node.shares))
                yield node.name, node.title, node.caption, causes, *node.shares, *gap


def _most(block: NetworkPicture) -> int:
    return max((len(node.shares) for node in block.nodes), default=0)


MOST_STOPS = 11
"""Of a line chart that stand in a table."""


def rounded(block: Plot) -> Table:
    """A plot as a table of printed figures; of many stops some, both ends among them."""
    match block:
        case Lines():
            last = len(block.stops) - 1
            count = min(last + 1, MOST_STOPS)
            shown = [round(k * last / (count - 1)) for k in range(count)]
            rows = tuple(
                (
                    block.stops[k][1],
                    *(_with_interval(line.values[k], line.bands[k : k + 1], block.edges) for line in block.lines),
                    *block.strip[k : k + 1],
                )
                for k in shown
            )
            heads = (block.across, *(line.label for line in block.lines), *(("Word",) if block.strip else ()))
            some = f" {count} of {last + 1} values." if count <= last else ""
            return Table(heads, rows, _widths(len(heads)), f"{block.label}.{some}", _numeric(1 + len(block.lines)))
        case Heat():
            heads = (f"{block.down} \\ {block.across}", *block.columns)
            rows = tuple(
                (row, *("–" if p is None else percent(p) for p in cells))
                for row, cells in zip(block.rows, block.cells, strict=True)
            )
            return Table(heads, rows, _widths(len(heads)), block.label, _numeric(len(heads)))
        case Histogram():
            edges = block.edges
            rows = tuple((f"{edges[k]} to {edges[k + 1]} %", f"{count:,}") for k, count in enumerate(block.counts))
            return Table(("Probability", "Rows"), rows, (0.6, 0.4), f"{block.label}: {block.figure}", (1,))


def _with_interval(p: float, bands: tuple[tuple[float, float], ...], edges: tuple[float, ...]) -> str:
    return percent(p, edges) + "".join(f" {brackets(low, high)}" for low, high in bands)


def _widths(count: int) -> tuple[float, ...]:
    return (0.3, *(0.7 / (count - 1) for _ in range(count - 1)))


def _numeric(count: int) -> tuple[int, ...]:
    return tuple(range(1, count))
