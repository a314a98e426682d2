"""`tocsin brief`: one scenario, several side by side, or the rows of a batch, written up for a reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from tocsin.cli.question import A_PATH, BASELINE, Given, built, command, given_options, model_option, place
from tocsin.errors import BadInput, counted

if TYPE_CHECKING:
    from tocsin.ledger.chain import Ledger
    from tocsin.model import Model
    from tocsin.records import Scenario
    from tocsin.report.blocks import Briefing
    from tocsin.report.record import BriefingOptions


@dataclass(frozen=True)
class Asked:
    """What the briefing is about, as it was typed."""

    scenarios: tuple[str, ...]
    model_folder: Path | None
    given: Given
    order: BriefingOptions
    choice: str | None = None
    """The name or path of a choice that a page is added on."""


@dataclass(frozen=True)
class Loaded:
    """A scenario that is briefed, with its model, the folder of that, and what is sealed of it."""

    folder: Path
    model: Model
    scenario: Scenario
    ledger: Ledger | None


@command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@model_option
@click.option("--out", required=True, type=A_PATH, help="Folder to write into.")
@click.option(
    "--format",
    "formats",
    default="pdf",
    show_default=True,
    metavar="pdf,docx,pptx,html,md",
    help="One or several, with commas.",
)
@click.option(
    "--length",
    type=click.Choice(["summary", "full"]),
    default="full",
    show_default=True,
    help="One page, or all of it.",
)
@click.option("--compare", is_flag=True, help="One briefing on two to six scenarios side by side.")
@click.option("--batch", "table", type=A_PATH, help="One briefing on the rows of a table, a batch's result or a sweep.")
@click.option("--marking", metavar="TEXT", help="On every page; the model's own if left out, '' for none.")
@click.option("--since", type=A_PATH, help="An earlier briefing: say what changed.")
@click.option("--template", type=A_PATH, help="An organisation's .docx, .dotx, .pptx or .potx, whose styles are taken.")
@click.option("--choose", metavar="NAME", help="Add a page on a choice: a file, or one of the model's own in choices/.")
@click.option("--both-markings", is_flag=True, help="Also where the template has words of its own on every page.")
@given_options
def brief(
    scenarios: tuple[str, ...],
    model_folder: Path | None,
    out: Path,
    formats: str,
    length: Literal["summary", "full"],
    compare: bool,
    table: Path | None,
    marking: str | None,
    since: Path | None,
    template: Path | None,
    choose: str | None,
    both_markings: bool,
    given: Given,
) -> None:
    """Write a briefing for a reader who decides.

    One on each SCENARIO, which is a file or the name of one of the model's own; on the baseline if none is named.
    A file may hold several scenarios, as the browser's shelf gives them; FILE#NAME is one of these.
    """
    from tocsin.render.files import FORMATS, check_template, render, write
    from tocsin.report.record import BriefingOptions
    from tocsin.verify import read

    if table is None:
        scenarios = tuple(name for scenario in scenarios for name in _of_file(scenario))
    _require_fitting(scenarios, given, compare, table)
    wanted = tuple(dict.fromkeys(part.strip().lower() for part in formats.split(",")))
    if unknown := [form for form in wanted if form not in FORMATS]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(FORMATS)}", param_hint="--format")
    check_template(template, wanted)
    earlier = read(since) if since is not None else None
    order = BriefingOptions(length, marking, earlier)
    if choose is not None and (compare or table is not None):
        raise click.UsageError("--choose goes with briefings on one scenario; leave --compare and --batch out")
    asked = Asked(scenarios, model_folder, given, order, choose)
    briefings = _compared(asked) if compare else _of_rows(asked, table) if table is not None else _of_scenarios(asked)
    for name, briefing in briefings:
        if not both_markings:
            _require_one_marking(briefing, template)
        files = {f"{name}.{form}": render(briefing, form, template) for form in wanted}
        for path in write(out, files):
            click.echo(str(path))


def _of_file(scenario: str) -> list[str]:
    """The scenarios that an argument means: those of a file that holds several. Raises BadInput."""
    from tocsin.files import scenario_paths
    from tocsin.files.places import is_yaml

    return list(map(str, scenario_paths(Path(scenario)))) if is_yaml(Path(scenario)) else [scenario]


def _require_fitting(scenarios: Sequence[str], given: Given, compare: bool, table: Path | None) -> None:
    from tocsin.files.places import is_yaml

    if compare and table is not None:
        raise click.UsageError("give --compare or --batch, not both")
    if given.evidence and (compare or len(scenarios) > 1):
        raise click.UsageError("evidence goes with one scenario or none; write the others' into their files")
    if "title" in given.settings and (compare or table is not None or len(scenarios) > 1):
        raise click.UsageError("--title names one scenario; leave it out of what is written about several")
    if table is None:
        return
    if len(scenarios) > 1:
        raise click.UsageError("the rows of a batch start from one scenario or none")
    if is_yaml(table) and (scenarios or given != Given()):
        raise click.UsageError("a sweep names its own scenario; leave scenarios and their options out")


def _require_one_marking(briefing: Briefing, template: Path | None) -> None:
    """Raises BadInput with the options that leave a marking out or let both stand; OSError."""
    from tocsin.render.files import require_one_marking

    try:
        require_one_marking(briefing, template)
    except BadInput as error:
        options = "--marking '' leaves the model's out, --both-markings lets both stand"
        raise BadInput([replace(found, message=f"{found.message} ({options})") for found in error.problems]) from None


def _of_scenarios(asked: Asked) -> Iterator[tuple[str, Briefing]]:
    """Scenario by scenario; with several a bar on stderr shows how far it is.

    Raises BadInput where two would be written into the same files, or the earlier briefing is on another model.
    """
    from rich.progress import track

    from tocsin.console import to_errors
    from tocsin.report.subject import naming
    from tocsin.session import brief

    loaded = _loaded(asked, asked.scenarios or (None,))
    names = [found.scenario.scenario for found in loaded]
    if doubled := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
        several = f"{names.count(doubled[0])} scenarios, which would be written into the same files"
        message = f"{doubled[0]} is the name of {several}; brief each name once, or rename one"
        raise BadInput.at("SCENARIO", message)
    for found in loaded:
        asked.order.require_model(found.model.name)
    orders = [_order(asked, found) for found in loaded]
    wanted = list(zip(loaded, orders, strict=True))
    tracked = track(wanted, "briefings", console=to_errors(), transient=True, disable=len(loaded) < 2)
    for found, order in tracked:
        with naming(found.scenario):
            yield found.scenario.scenario, brief(found.model, found.scenario, order)


def _order(asked: Asked, found: Loaded) -> BriefingOptions:
    """With what is sealed of the model, and its choice if there is one. Raises BadInput."""
    from tocsin.cli.choose import choice_place
    from tocsin.files.choice_files import load_choice

    order = replace(asked.order, ledger=found.ledger)
    if asked.choice is None:
        return order
    return replace(order, choice=load_choice(choice_place(asked.choice, found.folder)[1], found.model.records))


def _loaded(asked: Asked, scenarios: Sequence[str | None]) -> list[Loaded]:
    """Models, scenarios and the models' sealed forecasts, all of them read before the first is answered.

    The baseline, which every model has, is that of the model of the others.
    """
    from tocsin.ledger.chain import sealed

    found = {scenario: place(scenario, asked.model_folder) for scenario in scenarios if scenario != BASELINE}
    folders = {folder for folder, _ in found.values()}
    others = asked.model_folder or (folders.pop() if len(folders) == 1 else None)
    places = [found[scenario] if scenario in found else place(scenario, others) for scenario in scenarios]
    models = {folder: (built(folder), sealed(folder)) for folder in dict.fromkeys(folder for folder, _ in places)}
    loaded = []
    for folder, path in places:
        model, ledger = models[folder]
        loaded.append(Loaded(folder, model, asked.given.on(model.records, path), ledger))
    return loaded


def _compared(asked: Asked) -> Iterator[tuple[str, Briefing]]:
    from tocsin.report.comparison import compared_name
    from tocsin.session import brief

    if len(asked.scenarios) < 2:
        raise click.UsageError("name two to six scenarios to compare")
    loaded = _loaded(asked, asked.scenarios)
    if len({found.model.records.digest for found in loaded}) > 1:
        raise click.UsageError("scenarios side by side must be of one model")
    scenarios = [found.scenario for found in loaded]
    order = replace(asked.order, ledger=loaded[0].ledger)
    yield compared_name([scenario.scenario for scenario in scenarios]), brief(loaded[0].model, scenarios, order)


def _of_rows(asked: Asked, table: Path) -> Iterator[tuple[str, Briefing]]:
    from rich.progress import Progress

    from tocsin import batch
    from tocsin.console import to_errors
    from tocsin.ledger.chain import sealed
    from tocsin.report.batch_briefing import brief_many
    from tocsin.report.batch_results import rows_of, survey

    folder, path = place(str(table) if batch.is_sweep(table) else next(iter(asked.scenarios), None), asked.model_folder)
    model = built(folder)
    base = None if batch.is_sweep(table) else asked.given.on(model.records, path)
    rows = rows_of(table, base, model)
    with Progress(console=to_errors(), transient=True) as progress:
        task = progress.add_task("rows", total=1.0)
        found = survey(model, rows, lambda share: progress.update(task, completed=share))
    if found.rejected:
        left_out = f"{counted(sum(found.rejected.values()), 'row')} cannot be read and left out"
        click.echo(f"{found.rows.name}: {left_out}: {next(iter(found.rejected))}", err=True)
    yield f"batch_{table.stem}", brief_many(found, replace(asked.order, ledger=sealed(folder)))
