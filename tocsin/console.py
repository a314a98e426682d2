"""Tables and coloured text on a terminal, or in a file: text of others is never read as markup."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import Any, Literal, TextIO

from rich import console, table
from rich.cells import cell_len
from rich.segment import Segment
from rich.text import Text

from tocsin.output import raw, visible

UNBOUNDED = 10_000
"""Columns where nobody looks: a file or a pipe gets each line and each table as wide as it is."""
Kind = Literal["words", "figures", "ranges"]
"""What a column holds: words wrap; figures stand on the right and ranges on the left, and neither wraps."""
NARROW = 16
"""A column of words is not squeezed below this, however narrow the terminal."""


class Console(console.Console):
    """A console without markup, on which control characters show instead of acting.

    Strings are made visible before they are measured; whatever else is printed, when it is rendered.
    """

    def render_str(self, text: str, **options: Any) -> Text:
        """A string as it stands: brackets and colons are no markup."""
        return super().render_str(visible(text), **options | {"markup": False, "emoji": False, "highlight": False})

    def render(self, *given: Any, **options: Any) -> Iterable[Segment]:
        """The segments of anything that can be printed, each of them visible."""
        for segment in super().render(*given, **options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)


class TerminalTable(table.Table):
    """Columns of words, which wrap, and of figures, which are never cut: a narrow terminal breaks the line itself."""

    def __init__(self, *columns: tuple[str, Kind], indent: int = 0):
        """columns: headings, and what stands under each."""
        super().__init__(box=None, pad_edge=False, header_style="dim")
        self._indent = [""] * (indent > 0)
        if indent:
            # A column's padding is two more.
            self.add_column(width=indent - 2)
        for heading, kind in columns:
            justify: console.JustifyMethod = "right" if kind == "figures" else "left"
            self.add_column(heading, justify=justify, no_wrap=kind != "words", overflow="fold")
        self._widen(heading for heading, _ in columns)

    def add_cells(self, cells: Iterable[str], style: str | None = None) -> None:
        """One more row."""
        row = tuple(cells)
        self.add_row(*self._indent, *row, style=style)
        self._widen(row)

    def print_to(self, target: console.Console) -> None:
        """Print it whole, wider than the terminal if it must be."""
        before, least = target.width, sum((column.min_width or column.width or 0) + 2 for column in self.columns)
        target.width = max(before, least)
        target.print(self, crop=False)
        target.width = before

    def _widen(self, cells: Iterable[str]) -> None:
        for column, cell in zip(self.columns[len(self._indent) :], map(visible, cells), strict=True):
            words = min(NARROW, max(map(cell_len, cell.split()), default=0))
            column.min_width = max(column.min_width or 0, cell_len(cell) if column.no_wrap else words)


def to_output() -> Console:
    """For what a command says."""
    return Console(file=_file(sys.stdout), highlight=False, width=_width(sys.stdout), _environ=_environment())


def to_errors() -> Console:
    """For how far a command is."""
    return Console(file=_file(sys.stderr), highlight=False, _environ=_environment())


def _file(stream: TextIO | None) -> TextIO | None:
    return None if stream is None else raw(stream)


def _environment() -> dict[str, str]:
    """The environment without a width that is none."""
    return {name: value for name, value in os.environ.items() if name != "COLUMNS" or _wanted(value)}


def _wanted(columns: str | None) -> int | None:
    return int(columns) if columns is not None and columns.isascii() and columns.isdigit() and int(columns) else None


def _width(stream: TextIO | None) -> int | None:
    """The width that COLUMNS asks for, else the terminal's (None), else as wide as it is."""
    if columns := _wanted(os.environ.get("COLUMNS")):
        return columns
    return None if stream is not None and stream.isatty() else UNBOUNDED
