"""`tocsin seal`, `resolve`, `history` and `ledger`: forecasts that are kept, and what came of them."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from tocsin.cli.question import (
    A_PATH,
    BASELINE,
    Command,
    Given,
    asked,
    built,
    command,
    folder_of,
    given_options,
    model_option,
    place,
)
from tocsin.errors import BadInput, TocsinError, counted

if TYPE_CHECKING:
    from tocsin.ledger.chain import Ledger
    from tocsin.ledger.entries import Resolution, Result
    from tocsin.model import Model
    from tocsin.records import Scenario
    from tocsin.report.scores import By

ledger_option = click.option(
    "--ledger", "ledger_path", metavar="FILE", type=A_PATH, help="The ledger, if not ledger/MODEL.jsonl."
)
OUTCOMES = click.Choice(["yes", "no", "void"])
NEW_WORD = 3
"""How a watch ends that has seen an outcome get another word."""


def _day(context: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    """A day as it was typed. Raises UsageError for what is none."""
    try:
        return None if value is None else datetime.strptime(value, "%Y-%m-%d").date()
    except ValueError:
        problem = f"{value!r} is not a day; write year, month and day, such as 2024-12-01"
        raise click.BadParameter(problem, context, parameter) from None


@command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@model_option
@click.option(
    "--on", required=True, callback=_day, metavar="DATE", help="The day on which this is said, as 2024-12-01."
)
@click.option("--from", "briefing", type=A_PATH, help="A briefing whose scenarios are sealed; it is verified first.")
@click.option("--known", is_flag=True, help="What is set is known on that day; else it is what the questions suppose.")
@ledger_option
@given_options
def seal(
    scenarios: tuple[str, ...],
    model_folder: Path | None,
    on: date,
    briefing: Path | None,
    known: bool,
    ledger_path: Path | None,
    given: Given,
) -> None:
    """Seal the forecasts of a scenario, so that they can be scored.

    SCENARIO is a file or the name of one of the model's own; the baseline if none is named. Each outcome that it
    leaves open becomes a question with a forecast, a line each in the ledger, tied to the line before. Sealing the
    same again adds nothing.
    """
    from tocsin.files.places import ledger_file
    from tocsin.ledger import sealing

    if briefing is not None and (scenarios or given != Given()):
        raise click.UsageError("a briefing has its own scenarios; leave others and their options out")
    if given.evidence and len(scenarios) > 1:
        raise click.UsageError("evidence goes with one scenario or none; write the others' into their files")
    if briefing is not None:
        folder, model, wanted = _briefed(briefing, model_folder)
    else:
        places = [place(scenario, model_folder) for scenario in scenarios or (BASELINE,)]
        folder = places[0][0]
        if len({found.resolve() for found, _ in places}) > 1:
            raise click.UsageError("a ledger is of one model; seal the scenarios of each model by themselves")
        model = built(folder)
        wanted = [given.on(model.records, path) for _, path in places]
    path = _own(ledger_path or ledger_file(folder))
    ledger, added = sealing.seal(path, model, wanted, on, known)
    click.echo(f"{path}: {counted(added, 'line')} added" if added else f"{path}: nothing new; this is sealed already")
    click.echo(f"head {ledger.head}, {counted(ledger.lines, 'line')}")


def _own(path: Path) -> Path:
    """A ledger that may be added to. Raises BadInput for that of the example in the installed package."""
    from tocsin.files.places import EXAMPLE

    if EXAMPLE is not None and EXAMPLE.name == "example" and path.is_relative_to(EXAMPLE):
        problem = "belongs to the example that is installed with Tocsin; name another file with --ledger"
        raise BadInput.at(path, problem)
    return path


def _briefed(file: Path, model_folder: Path | None) -> tuple[Path, Model, list[Scenario]]:
    """The folder, model and scenarios of a briefing. Raises TocsinError where it does not hold, or is on a batch."""
    from tocsin.cli.check import describe, folder_named
    from tocsin.files import scenario_of
    from tocsin.model import open_model
    from tocsin.verify import read, verify

    record = read(file)
    folder = folder_named(file, record.run.model) if model_folder is None else folder_of(model_folder)
    if record.kind == "batch":
        raise BadInput.at(file, "tells of the rows of a batch, which are no forecasts; seal a scenario")
    verdict = verify(file, folder)
    if not (verdict.holds or verdict.agrees):
        raise TocsinError("\n".join((*describe(verdict), f"{file}: does not hold; nothing is sealed")))
    model = open_model(folder, record.run.draws, record.run.seed)
    return folder, model, [scenario_of(part.scenario, model.records, str(file)) for part in record.each]


@command()
@click.argument("question")
@click.argument("outcome", type=OUTCOMES)
@click.option(
    "--on", required=True, callback=_day, metavar="DATE", help="The day on which it came about, or could no more."
)
@click.option("--source", required=True, metavar="TEXT", help="Whose word it is, so that others can look it up.")
@click.option("--state", metavar="NAME", help="Which of the variable's states, where the question has more than two.")
@click.option("--why", metavar="TEXT", help="A remark, such as why a question is void.")
@model_option
@ledger_option
def resolve(
    question: str,
    outcome: Result,
    on: date,
    source: str,
    state: str | None,
    why: str | None,
    model_folder: Path | None,
    ledger_path: Path | None,
) -> None:
    """Say what came of a question.

    QUESTION is its id, which `tocsin history` lists; OUTCOME is yes, no, or void where nobody can tell or its
    condition did not come about. A question is resolved once; `tocsin ledger correct` says that this was wrong.
    """
    from tocsin.ledger import sealing

    path = _own(_holding(question, model_folder, ledger_path))
    ledger = sealing.resolve(path, question, outcome, on, source, state, why)
    click.echo(f"{path}: {question} is resolved as {outcome}; head {ledger.head}")


def _holding(question: str, model_folder: Path | None, ledger_path: Path | None) -> Path:
    """The ledger that asks a question: the one that is named, or the only one of those here."""
    from tocsin.files.places import ledger_file, near_models
    from tocsin.ledger.chain import read

    if ledger_path is not None or model_folder is not None:
        return ledger_path or ledger_file(folder_of(model_folder))
    paths = [ledger_file(folder) for folder in near_models()]
    holding = [path for path in paths if path.exists() and question in read(path).questions]
    return holding[0] if len(holding) == 1 else ledger_file(folder_of(None))


@command()
@click.argument("feed", type=A_PATH)
@click.option(
    "--move",
    type=click.FloatRange(0, 100),
    default=5.0,
    show_default=True,
    metavar="POINTS",
    help="Seal a forecast that lies so far from the last one, even under the same word.",
)
@click.option("--on", callback=_day, metavar="DATE", help="Leave out what became known after this day.")
@click.option("--scenario", metavar="NAME|FILE", help="What holds besides; nothing if left out.")
@model_option
@ledger_option
def watch(
    feed: Path,
    move: float,
    on: date | None,
    scenario: str | None,
    model_folder: Path | None,
    ledger_path: Path | None,
) -> None:
    """Follow a feed of findings, and ring where a forecast changes.

    FEED is a table (CSV, JSONL, Parquet, Excel) with the columns date, variable and state, and grade, source and note
    if there are any; docs/ledger.md tells what its cells say. It is answered day by day. Where an outcome gets another
    word, or moves by --move points since its last forecast, a forecast is sealed with what moved it, and said in one
    sentence. Only what is new is added. Ends with status 3 if a word changed.
    """
    from tocsin.errors import require
    from tocsin.files.places import ledger_file

    require("A watch", "pyarrow", "threadpoolctl")
    from tocsin.ledger import watch as watching
    from tocsin.ledger.feed import read_feed
    from tocsin.report.history import change_line

    folder, _ = place(scenario, model_folder)
    model, base = asked(scenario or BASELINE, folder, Given())
    path = _own(ledger_path or ledger_file(folder))
    found = read_feed(feed, model, base, on)
    watched = watching.watch(path, model, base, found, move / 100)
    for problem in watched.problems:
        click.echo(f"{problem}; it changes nothing", err=True)
    for change in watched.changes:
        click.echo(change_line(model.records, change.question, change.before, change.after))
    if watched.opened:
        click.echo(f"{counted(watched.opened, 'question')} forecast for the first time")
    if not watched.changes:
        click.echo("no forecast has changed")
    if found.later:
        click.echo(f"{counted(found.later, 'row')} of later days left out")
    click.echo(f"head {watched.ledger.head}, {counted(watched.ledger.lines, 'line')}")
    if watched.is_new_word:
        click.get_current_context().exit(NEW_WORD)


@command()
@model_option
@click.option("--outcome", metavar="V", help="Only the questions about variable V.")
@ledger_option
def history(model_folder: Path | None, outcome: str | None, ledger_path: Path | None) -> None:
    """Show what was forecast when, and what came of it."""
    from tocsin.console import to_output
    from tocsin.errors import nearest
    from tocsin.render.terminal import show
    from tocsin.report.history import history

    ledger = _read(model_folder, ledger_path)
    asked_of = dict.fromkeys(question.variable for question in ledger.questions.values())
    if outcome is not None and outcome not in asked_of:
        raise BadInput.at("--outcome", f"no question about {outcome!r}{nearest(outcome, asked_of)}")
    show(to_output(), history(ledger, outcome))


@command()
@model_option
@click.option("--from", "start", callback=_day, metavar="DATE", help="Only questions resolved on this day or later.")
@click.option("--to", "end", callback=_day, metavar="DATE", help="Only questions resolved on this day or before.")
@click.option("--by", type=click.Choice(["speaker", "word", "model"]), help="What the scores are told apart by.")
@click.option("--weights", is_flag=True, help="Print the speakers' track records as model.yaml takes them.")
@ledger_option
def score(
    model_folder: Path | None,
    start: date | None,
    end: date | None,
    by: By | None,
    weights: bool,
    ledger_path: Path | None,
) -> None:
    """Score the forecasts of resolved questions.

    Of all models that have a ledger here, if none is named. docs/ledger.md says how each score is reckoned.
    """
    from tocsin.console import to_output
    from tocsin.files.places import ledger_file, near_models
    from tocsin.ledger.chain import read
    from tocsin.ledger.scoring import score
    from tocsin.render.terminal import show
    from tocsin.report.scores import scores, track_records

    if ledger_path is not None or model_folder is not None:
        ledgers = [_read(model_folder, ledger_path)]
    else:
        paths = dict.fromkeys(map(ledger_file, near_models()))
        ledgers = [read(path) for path in paths if path.exists()] or [_read(None, None)]
    card = score(ledgers, start, end)
    if not weights:
        show(to_output(), scores(card, by))
        return
    if by is not None or len(card.models) > 1:
        raise click.UsageError(
            "track records are of the speakers of one model; name it with --model, and leave --by out"
        )
    click.echo(track_records(card), nl=False)


def _read(model_folder: Path | None, ledger_path: Path | None) -> Ledger:
    """The ledger that is named, or that of the model. Raises BadInput, also where there is none."""
    from tocsin.files.places import ledger_file
    from tocsin.ledger.chain import read

    path = ledger_path or ledger_file(folder_of(model_folder))
    if not path.exists():
        raise BadInput.at(path, "there is no ledger yet; `tocsin seal` begins it")
    return read(path)


@click.group()
def ledger() -> None:
    """Check, export or correct the ledger of sealed forecasts."""


@ledger.command("check", cls=Command)
@model_option
@click.option("--head", metavar="SEAL", help="A head that a briefing names: it must stand in the chain.")
@ledger_option
def check_ledger(model_folder: Path | None, head: str | None, ledger_path: Path | None) -> None:
    """Say whether every line is as it was sealed, and in its place."""
    from tocsin.report.history import chain_line

    found = _read(model_folder, ledger_path)
    if head is not None:
        numbers = [number for number, seal in enumerate(found.seals, start=1) if seal.startswith(head.lower())]
        if not numbers or len(head) < 8:
            raise BadInput.at(
                found.path, f"has no line with the seal {head}: it was written anew, or lost its last lines"
            )
        click.echo(f"{head} is line {numbers[0]}")
    open_ones = [name for name in found.questions if name not in found.resolutions]
    click.echo(f"{found.path}: in order; {chain_line(found)}")
    click.echo(
        f"{counted(len(found.questions), 'question')}, {len(open_ones)} of them open; "
        f"{counted(sum(map(len, found.series.values())), 'forecast')}"
    )


@ledger.command("correct", cls=Command)
@click.argument("line", type=click.IntRange(min=2))
@click.option("--on", required=True, callback=_day, metavar="DATE", help="The day of this remark.")
@click.option("--why", required=True, metavar="TEXT", help="What is wrong with the line.")
@click.option("--outcome", type=OUTCOMES, help="What counts instead, where the line is a resolution.")
@click.option("--resolved-on", callback=_day, metavar="DATE", help="Of the new outcome; as it was if left out.")
@click.option("--source", metavar="TEXT", help="Of the new outcome.")
@click.option("--state", metavar="NAME", help="Of the new outcome.")
@model_option
@ledger_option
def correct_line(
    line: int,
    on: date,
    why: str,
    outcome: Result | None,
    resolved_on: date | None,
    source: str | None,
    state: str | None,
    model_folder: Path | None,
    ledger_path: Path | None,
) -> None:
    """Say that a line is wrong.

    The line stays, and so does what it said; of a resolution the outcome that is given counts from now on.
    """
    from tocsin.ledger import sealing

    found = _read(model_folder, ledger_path)
    new = None if outcome is None else _instead(found, line, outcome, resolved_on, source, state)
    found = sealing.correct(_own(found.path), line, on, why, new)
    click.echo(f"{found.path}: line {line} is corrected by line {found.lines}; head {found.head}")


def _instead(
    found: Ledger, line: int, outcome: Result, on: date | None, source: str | None, state: str | None
) -> Resolution:
    from tocsin.ledger.entries import Resolution

    wrong = found.entries[line - 2] if line <= found.lines else None
    if not isinstance(wrong, Resolution):
        raise BadInput.at(found.path, "is no resolution; leave --outcome out", line)
    if source is None:
        raise click.UsageError("a new outcome needs its --source")
    return Resolution(question=wrong.question, outcome=outcome, on=on or wrong.on, source=source, state=state)


@ledger.command("export", cls=Command)
@model_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json"]),
    default="csv",
    show_default=True,
    help="Every forecast with what came of it, or the last one of each open question.",
)
@click.option(
    "--number",
    "numbers",
    multiple=True,
    metavar="QUESTION=N",
    help="The number that a question has on Metaculus; as json only these questions are written then.",
)
@click.option("--out", type=A_PATH, help="File to write; printed if left out.")
@ledger_option
def export_ledger(
    model_folder: Path | None,
    form: Literal["csv", "json"],
    numbers: tuple[str, ...],
    out: Path | None,
    ledger_path: Path | None,
) -> None:
    """Write the forecasts for other programs.

    csv: every forecast with what came of it. json: the last forecast of each open question, as a list of
    {question, probability_yes}, which Metaculus reads.
    """
    from tocsin.ledger.export import as_csv, as_list
    from tocsin.output import replacing

    found = _read(model_folder, ledger_path)
    text = as_csv(found) if form == "csv" else as_list(found, dict(map(_numbered, numbers)))
    if out is None:
        click.echo(text, nl=False)
        return
    with replacing(out, out.with_name(f".{out.name}.new")) as file:
        file.write(text.encode())
    click.echo(str(out))


def _numbered(text: str) -> tuple[str, int]:
    """`breach-2025-12-31=12345` taken apart. Raises UsageError."""
    question, _, number = text.rpartition("=")
    if not question or not number.isdecimal():
        raise click.UsageError(f"{text!r} is no question with its number; write it as breach-2025-12-31=12345")
    return question, int(number)
