"""How far a batch is, on a terminal: rows, rate, time left. Elsewhere nothing until the end."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from tocsin.batch.job import Done
from tocsin.batch.part_files import rejected_of
from tocsin.batch.running import Order, Summary, Watch
from tocsin.errors import counted
from tocsin.terminal import to_errors


def before(order: Order) -> str:
    """What is about to run."""
    rows = "" if order.source.rows is None else f"{counted(order.source.rows, 'row')}, "
    return f"{order.source.name}: {rows}{counted(len(order.targets), 'answer')} {'each' if rows else 'a row'}"


def after(order: Order, summary: Summary) -> str:
    """What came of it."""
    told = [f"{order.out}: {counted(summary.rows, 'row')} answered in {summary.seconds:.1f} s"]
    if summary.resumed:
        told.append(f"{counted(summary.resumed, 'part')} {'was' if summary.resumed == 1 else 'were'} there already")
    if summary.errors:
        told.append(f"{summary.errors:,} of them cannot be (see the column `error`)")
    if summary.rejects:
        told.append(f"{summary.rejects:,} rejected (see {rejected_of(order.out)})")
    return "; ".join(told)


@contextmanager
def shown(title: str) -> Iterator[Watch]:
    """What to call with each part that is done."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    told = TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s")
    start, share, rows = time.monotonic(), 0.0, 0
    with Progress(*columns, told, console=to_errors(), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task(title, total=1.0, rows=0, rate=0.0)

        def watch(done: Done) -> None:
            nonlocal share, rows
            share, rows = max(share, done.share), rows + done.rows
            rate = rows / max(time.monotonic() - start, 1e-9)
            progress.update(task, completed=share, rows=rows, rate=rate)

        yield watch
