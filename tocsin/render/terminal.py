"""What the command line shows to people: tables on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from tocsin.analysis.explain import Explanation
from tocsin.console import Kind, TerminalTable, to_output
from tocsin.language import outcomes
from tocsin.report import explanation as content
from tocsin.report.blocks import (
    Bars,
    Block,
    ChartRow,
    Items,
    NetworkPicture,
    Paragraph,
    Section,
    Subheading,
    Table,
)
from tocsin.report.chart_figures import rounded

BAR_CELLS, LEAST_CELLS = 40, 12
"""Cells of a bar at most, and below how many there is none."""


def explanation(explained: Explanation) -> None:
    """Everything, outcome by outcome, then what concerns all of them."""
    console, case = to_output(), explained.case
    _print(console, f"{case.scenario.title}  ({case.model.records.file.title})", "bold")
    for notice in case.assessment.notices:
        console.print(notice, style="yellow")
    for outcome in case.events:
        console.print()
        _print(console, outcomes.answer(case, outcome), "bold")
        _sections(console, content.of_outcome(explained, outcome))
    console.print()
    _sections(console, content.of_all(explained))
    console.print()
    console.print("Each change is of one thing alone, everything else as it is.", style="dim")


def _sections(console: Console, sections: Iterable[Section]) -> None:
    for section in sections:
        if section.blocks:
            console.print(Text(f"  {section.heading}", "cyan"))
            show(console, section.blocks, 4)


def show(console: Console, blocks: Iterable[Block], indent: int = 0) -> None:
    """Blocks one under the other, tables and parts with room around them where they are not indented.

    A number's key stands below the sentence on it, for `--two-way`.
    """
    before: Block | None = None
    for block in blocks:
        if before is not None and not indent and (isinstance(block, Subheading | Table) or isinstance(before, Table)):
            console.print()
        before = block
        match block:
            case Paragraph(text):
                _print(console, text, indent=indent)
            case Subheading(text):
                _print(console, text, "bold", indent)
            case Items(items, numbered):
                for place, item in enumerate(items, start=1):
                    mark = f"{place}. " if numbered else ""
                    _print(console, f"{mark}{item.lead} {item.text}".lstrip(), indent=indent)
                    if item.key:
                        console.print(Text(f"{' ' * indent}  {item.key}", "dim"), soft_wrap=True)
            case Table():
                _print(console, block.caption, "dim", indent)
                kinds: list[Kind] = [
                    "figures" if place in block.numeric else "words" for place in range(len(block.headings))
                ]
                table = TerminalTable(*zip(block.headings, kinds, strict=True), indent=indent)
                for row in block.rows:
                    table.add_cells(row)
                table.print_to(console)
            case Bars():
                _bars(console, block, indent)
                _print(console, block.caption, "dim", indent)
            case NetworkPicture():
                table = TerminalTable(("question", "words"), ("answer", "words"), indent=indent)
                for node in block.nodes:
                    table.add_cells((node.title, node.caption))
                table.print_to(console)
                _print(console, block.alt, "dim", indent)
            case _:
                show(console, [rounded(block)], indent)
                _print(console, block.caption, "dim", indent)


def _bars(console: Console, chart: Bars, indent: int) -> None:
    """Label, figure, and a bar where the terminal has room for one."""
    labels = [f"{row.label} ({row.note})" if row.note else row.label for row in chart.rows]
    words = max(map(cell_len, labels), default=0)
    figures = max((cell_len(row.figure) for row in chart.rows), default=0)
    room = min(console.width - min(words, console.width // 2) - figures - indent - 6, BAR_CELLS)
    columns: list[tuple[str, Kind]] = [("", "words"), ("", "figures"), ("", "ranges")]
    table = TerminalTable(*columns[: 3 if room >= LEAST_CELLS else 2], indent=indent)
    table.show_header = False
    for row, label in zip(chart.rows, labels, strict=True):
        bar = [bar_of(row, chart.end, room)] if room >= LEAST_CELLS else []
        table.add_cells((label, row.figure, *bar), None if row.figure else "bold")
    table.print_to(console)


def bar_of(row: ChartRow, end: float, cells: int) -> str:
    """The marks of a row in cells: `━` where it may lie, `█` the point, `│` what it is compared with.

    >>> bar_of(ChartRow("", 0.5, band=(0.25, 0.75), tick=0.1), 1.0, 20)
    '  │  ━━━━━█━━━━━'
    """

    def cell(p: float) -> int:
        return min(int(p / end * cells), cells - 1)

    drawn = [" "] * cells
    for span, sign in ((row.reach, "─"), (row.band, "━"), (row.step, "━")):
        if span is not None:
            low, high = sorted(map(cell, span))
            drawn[low : high + 1] = sign * (high + 1 - low)
    for p, sign in ((row.tick, "│"), (row.point, "█"), *((p, letter) for letter, p in reversed(row.dots))):
        if p is not None:
            drawn[cell(p)] = sign
    return "".join(drawn).rstrip()


def _print(console: Console, line: str, style: str = "", indent: int = 0) -> None:
    """Wrapped without the padding that would be copied along."""
    space = " " * indent
    # A number stays with its percent sign.
    for part in wrap(line.replace(" %", "\u00a0%"), console.width, initial_indent=space, subsequent_indent=space):
        console.print(Text(part.replace("\u00a0%", " %"), style), soft_wrap=True)
