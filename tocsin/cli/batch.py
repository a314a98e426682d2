"""`tocsin batch`: many scenarios at once."""

from __future__ import annotations

from pathlib import Path

import click

from tocsin.cli.question import A_PATH, built, command, model_option, place
from tocsin.errors import TocsinError, require


@command()
@click.argument("table", metavar="INPUT", type=A_PATH)
@click.option("--out", required=True, type=A_PATH, help="File to write: .parquet, .csv, .jsonl or .xlsx.")
@model_option
@click.option("--scenario", help="What every row starts from: a file, or one of the model's own scenarios.")
@click.option(
    "--targets",
    metavar="V,V=S,...",
    help="Variables or states to answer, or `states`: each of each outcome. If left out, every outcome with its word.",
)
@click.option("--intervals", is_flag=True, help="Add each answer's interval as low and high; slower.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="A column to carry through as it is, such as a note.")
@click.option("--strict", is_flag=True, help="Stop at the first row that means nothing, instead of rejecting it.")
@click.option("--threads", type=click.IntRange(min=1), help="Threads that answer; as many as there are cores.")
@click.option("--workers", type=click.IntRange(min=1), help="Dask workers on this machine.")
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler, such as tcp://10.0.0.5:8786.")
@click.option("--resume", is_flag=True, help="Go on where an earlier run ended.")
def batch(
    table: Path,
    out: Path,
    model_folder: Path | None,
    scenario: str | None,
    targets: str | None,
    intervals: bool,
    keep: tuple[str, ...],
    strict: bool,
    threads: int | None,
    workers: int | None,
    cluster: str | None,
    resume: bool,
) -> None:
    """Answer many scenarios: each row of a table or of a sweep.

    INPUT is a CSV, JSONL, Parquet or Excel table, a folder of these, or a sweep: a YAML file that describes the rows.
    A column has a variable's name and holds its states; `do.NAME` forces it. docs/formats.md has all that a
    cell can say.
    """
    require("A batch", "pyarrow", "threadpoolctl")
    import pyarrow

    from tocsin import batch as batches
    from tocsin.batch import running

    # While pyarrow reads CSV it takes Ctrl-C for itself, and loses it where the reading ends just then.
    pyarrow.enable_signal_handlers(False)
    if sum(who is not None for who in (threads, workers, cluster)) > 1:
        raise click.UsageError("give one of --threads, --workers and --cluster")
    if scenario is not None and batches.is_sweep(table):
        raise click.UsageError("a sweep names its own scenario; leave --scenario out")
    folder, path = place(scenario or (str(table) if batches.is_sweep(table) else None), model_folder)
    model = built(folder)
    source, base = batches.load_rows(table, None if batches.is_sweep(table) else path, model)
    wanted = batches.targets(targets.split(",") if targets else None, model)
    ask: batches.Ask = "intervals" if intervals else "points"
    order = batches.BatchOptions(table, source, out, wanted, ask, strict, resume, keep=keep)
    executor = (
        batches.Dask(workers or 0, cluster) if workers or cluster else batches.Threads(threads or batches.cores())
    )
    click.echo(running.before(order))
    with running.shown(table.name) as watch:
        summary = batches.run(model, base, order, executor, watch)
    click.echo(running.after(order, summary))
    if summary.rejects and not summary.rows:
        raise TocsinError(f"no row of {table} means anything to this model")
