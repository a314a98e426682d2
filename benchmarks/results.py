"""A table of measurements, for the screen and for a page; and how time is taken."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import TypeVar

from rich.table import Table

Key = TypeVar("Key")


@dataclass(frozen=True)
class Result:
    """One table: a title, column heads, rows of cells, and a note below."""

    title: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    note: str = ""


def as_rich(result: Result) -> Table:
    """For the terminal."""
    table = Table(title=result.title, caption=result.note or None, title_justify="left", caption_justify="left")
    for number, head in enumerate(result.heads):
        table.add_column(head, justify="right" if number else "left")
    for row in result.rows:
        table.add_row(*row)
    return table


def as_markdown(result: Result) -> str:
    """For a page."""
    lines = [f"\n### {result.title}\n"]
    lines.append("| " + " | ".join(result.heads) + " |")
    lines.append("|-|" + "-:|" * (len(result.heads) - 1))
    lines += ["| " + " | ".join(row) + " |" for row in result.rows]
    if result.note:
        lines.append(f"\n{result.note}")
    return "\n".join([*lines, ""])


def interleaved(contenders: Mapping[Key, Callable[[], object]], repeats: int) -> dict[Key, float]:
    """Median seconds of each; every repeat runs all of them in turn, so that a busy moment hits them alike."""
    seconds: dict[Key, list[float]] = {name: [] for name in contenders}
    for _ in range(repeats):
        for name, run in contenders.items():
            start = time.perf_counter()
            run()
            seconds[name].append(time.perf_counter() - start)
    return {name: median(taken) for name, taken in seconds.items()}


def peak_megabytes(run: Callable[[], object]) -> float:
    """Most memory held by Python objects and arrays made during the run."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / 1e6
    finally:
        tracemalloc.stop()


def microseconds(seconds: float) -> str:
    """Three digits, with separators."""
    value = seconds * 1e6
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def times(ratio: float) -> str:
    """How many times as fast, in two or three digits that mean something."""
    return f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.1f}"
