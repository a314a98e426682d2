"""`tocsin assess`, `explain` and `batch`: an answer, why it is what it is, and many answers at once."""

from __future__ import annotations

from pathlib import Path

import click

from tocsin.cli.question import A_PATH, Given, asked, built, command, given_options, json_option, model_option, place
from tocsin.errors import BadInput, TocsinError, require
from tocsin.output import print_json


@command()
@click.argument("scenario", required=False)
@model_option
@given_options
@json_option
def assess(scenario: str | None, model_folder: Path | None, given: Given, as_json: bool) -> None:
    """Answer one scenario: how likely is each outcome?

    SCENARIO is a file such as my.yaml, or the name of one of the model's own, which lie in scenarios/MODEL. If it is
    left out, the baseline is answered: what the statements say, and nothing else. Options add to it.
    """
    from tocsin import assessment
    from tocsin.console import to_output
    from tocsin.render import terminal
    from tocsin.report.answer import assessed

    model, wanted = asked(scenario, model_folder, given)
    found = assessment.assess(model, wanted)
    if as_json:
        print_json(found.as_json())
    else:
        terminal.show(to_output(), assessed(model, found))


@command()
@click.argument("scenario", required=False)
@model_option
@given_options
@click.option("--outcome", metavar="V", help="Explain only the outcome that is about variable V.")
@click.option(
    "--two-way",
    nargs=2,
    metavar="KEY KEY",
    help="Move two numbers of the model together; a KEY is what is printed under a sentence on a number.",
)
@click.option(
    "--alternatives",
    metavar="FILE.xlsx",
    type=A_PATH,
    help="Write what speaks for which alternative as an Excel workbook too.",
)
@json_option
def explain(
    scenario: str | None,
    model_folder: Path | None,
    given: Given,
    outcome: str | None,
    two_way: tuple[str, str] | None,
    alternatives: Path | None,
    as_json: bool,
) -> None:
    """Say why: what moved an answer, whose words it rests on.

    Also what would change it, and what to look for next. SCENARIO is a file such as my.yaml, or the name of one of the
    model's own; the baseline if left out.
    """
    from tocsin.analysis import explain as analysis
    from tocsin.render import files, terminal, workbook

    if alternatives is not None and alternatives.suffix.lower() != ".xlsx":
        raise BadInput.at(alternatives, "is not named as a workbook; end its name with .xlsx")
    model, wanted = asked(scenario, model_folder, given)
    explained = analysis.explain(model, wanted, outcome, two_way)
    if alternatives is not None:
        files.write(alternatives.parent, {alternatives.name: workbook.alternatives(explained)})
    if as_json:
        print_json(explained.as_json())
    else:
        terminal.explanation(explained)


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
@click.option("--choose", metavar="NAME", help="Add loss(OPTION) and best of a choice: a file, or one in choices/.")
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
    choose: str | None,
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
    from tocsin.cli.choose import choice_place
    from tocsin.files.choice_files import load_choice

    # While pyarrow reads CSV it takes Ctrl-C for itself, and loses it where the reading ends just then.
    pyarrow.enable_signal_handlers(False)
    if sum(who is not None for who in (threads, workers, cluster)) > 1:
        raise click.UsageError("give one of --threads, --workers and --cluster")
    if scenario is not None and batches.is_sweep(table):
        raise click.UsageError("a sweep names its own scenario; leave --scenario out")
    folder, path = place(scenario or (str(table) if batches.is_sweep(table) else None), model_folder)
    model = built(folder)
    source, base = batches.load_rows(table, None if batches.is_sweep(table) else path, model)
    choice = None if choose is None else load_choice(choice_place(choose, folder)[1], model.records)
    asked_of, chosen = batches.chosen_targets(targets.split(",") if targets else None, choice)
    # Who asks of a choice alone gets nothing else.
    wanted = () if asked_of == [] else batches.targets(asked_of, model)
    ask: batches.Ask = "intervals" if intervals and wanted else "points"
    order = batches.BatchOptions(table, source, out, wanted, ask, strict, resume, keep=keep, chosen=chosen)
    executor = (
        batches.Dask(workers or 0, cluster) if workers or cluster else batches.Threads(threads or batches.cores())
    )
    click.echo(running.before(order))
    with running.shown(table.name) as watch:
        summary = batches.run(model, base, order, executor, watch)
    click.echo(running.after(order, summary))
    if summary.rejects and not summary.rows:
        raise TocsinError(f"no row of {table} means anything to this model")
