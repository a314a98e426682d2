"""`tocsin check` and `verify`: is a model with its scenarios in order, and does a briefing still follow from it?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.question import A_PATH, built, command, folder_of, model_option
from tocsin.errors import BadInput, MissingExtra, Problem, TocsinError, require

if TYPE_CHECKING:
    from tocsin.assessment import Assessment
    from tocsin.files.yaml12 import Document, Place
    from tocsin.model import Model
    from tocsin.records import Scenario
    from tocsin.verify import Verdict


@command()
@click.argument("named", metavar="[MODEL]", required=False, type=A_PATH)
@model_option
@click.option("--source", type=A_PATH, help="Text of the source, in which every quoted word must stand.")
@click.option("--scenarios", type=A_PATH, help="Folder of scenario folders, if not the one beside the model's.")
@click.option("--full", is_flag=True, help="List variables, judgements with what they set, and every remark whole.")
def check(
    named: Path | None, model_folder: Path | None, source: Path | None, scenarios: Path | None, full: bool
) -> None:
    """Say whether a model and its scenarios are in order.

    Prints counts, where the numbers come from, what to look at twice, and where statements and model disagree. MODEL
    may stand for --model MODEL; where there are several and none is named, all of them are checked.
    """
    from tocsin import files
    from tocsin.analysis.tension import tensions
    from tocsin.console import to_output
    from tocsin.files.places import near_models
    from tocsin.records import StatementChanges
    from tocsin.render.terminal import show
    from tocsin.report import remarks
    from tocsin.report.sources_method import rests_on

    if named is not None and model_folder is not None:
        raise click.UsageError("the model is given twice; give MODEL or --model")
    given = named or model_folder
    folders = near_models() if given is None and source is None and scenarios is None else []
    problems: list[Problem] = []
    for folder in folders if len(folders) > 1 else [folder_of(given)]:
        try:
            found = examined(folder, scenarios)
            if source is not None:
                files.check_quotations(folder, found.model.records, source)
        except BadInput as error:
            problems += error.problems
            continue
        if found.unread:
            click.echo(f"note: the sweeps are not checked. {found.unread}", err=True)
        if found.problems:
            problems += found.problems
            continue
        blocks = (
            *remarks.overview(found.model, found.scenarios, source),
            *rests_on(found.model, StatementChanges()),
            *remarks.disagreements(found.model, tensions(found.model), full=full),
            *remarks.review(found.model, found.scenarios, full=full),
        )
        show(to_output(), blocks)
        if len(folders) > 1:
            click.echo()
    if problems:
        raise BadInput(problems)


@dataclass(frozen=True)
class Examined:
    """A model with its scenarios, and all that is wrong with the scenarios, sweeps and choices."""

    model: Model
    scenarios: tuple[Scenario, ...]
    """Those that can be read."""
    problems: tuple[Problem, ...]
    unread: str
    """Why the sweeps could not be looked at; empty where they were."""


def examined(folder: Path, scenarios: Path | None = None) -> Examined:
    """What is to be said of a model. Raises BadInput with all that is wrong with its own two files, TooLarge.

    scenarios: the folder of scenario folders, if not the one beside the model's.
    """
    from tocsin import files
    from tocsin.files import yaml12
    from tocsin.files.places import scenario_folders

    model = built(folder)
    loaded: list[Scenario] = []
    problems: list[Problem] = []
    places = [scenarios / model.name] if scenarios is not None else scenario_folders(folder)
    for path in (path for place in places for path in sorted(place.glob("*.yaml"))):
        try:
            document = yaml12.read(path)
            loaded.append(files.checked_scenario(document, model.records))
            problems += _answered(path, document, model, loaded[-1])
        except BadInput as error:
            problems += error.problems
    sweeps = [path for place in places for path in sorted((place / "sweeps").glob("*.yaml"))]
    unread = ""
    try:
        problems += _sweep_problems(sweeps, model)
    except MissingExtra as error:
        unread = str(error)
    problems += _choice_problems(folder, model)
    return Examined(model, tuple(loaded), tuple(problems), unread)


def _choice_problems(folder: Path, model: Model) -> Iterator[Problem]:
    """What is wrong with the model's choices."""
    from tocsin.files import yaml12
    from tocsin.files.choice_files import checked_choice, choice_files

    for name, path in sorted(choice_files(folder).items()):
        try:
            document = yaml12.read(path)
            choice = checked_choice(document, model.records)
        except BadInput as error:
            yield from error.problems
            continue
        if choice.choice != name:
            message = f"{choice.choice!r} stands in {path.name}; a choice is asked for by the name of its file"
            yield document.problem(("choice",), message)


def _sweep_problems(paths: list[Path], model: Model) -> list[Problem]:
    """What is wrong with the sweeps. Raises MissingExtra where there are any and none can be read."""
    problems: list[Problem] = []
    if paths:
        require("A sweep", "pyarrow")
        from tocsin.batch.sweeps import open_sweep

        for path in paths:
            try:
                open_sweep(path, model)
            except BadInput as error:
                problems += error.problems
    return problems


def _answered(path: Path, document: Document, model: Model, scenario: Scenario) -> list[Problem]:
    """Why a scenario has no answer, or where its answer is not the expected one."""
    from tocsin.assessment import assess

    if path.stem != scenario.scenario:
        message = f"{scenario.scenario!r} stands in {path.name}; a scenario is asked for by the name of its file"
        return [document.problem(("scenario",), message)]
    try:
        return [document.problem(place, message) for place, message in missed(assess(model, scenario))]
    except BadInput:
        raise
    except TocsinError as error:
        # The part of the scenario that asks for what the model cannot answer.
        asking = "evidence" if scenario.evidence else "forced" if scenario.forced else "statements"
        return [document.problem((asking,), str(error))]


def missed(answer: Assessment) -> Iterator[tuple[Place, str]]:
    """Each range of `expected` that the answer lies outside of: its place in the file, and the figure."""
    from tocsin.language.numbers import percent

    for name, ranges in answer.scenario.expected.items():
        for state, (low, high) in ranges.items():
            p = answer.variables[name][state].p
            if not low <= p <= high:
                message = f"the answer is {percent(p)}, which is not within {percent(low)} to {percent(high)}"
                yield ("expected", name, state), message


MOST = 20
"""Passages that are shown."""
AGREES = 3
"""Exit status where words and figures are all that could be compared, and they are the same."""


@command()
@click.argument("file", type=A_PATH)
@model_option
@click.option("--table", type=A_PATH, help="The rows of a briefing on a batch; looked for beside it if left out.")
@click.option("--template", type=A_PATH, help="What it was written with; looked for beside it if left out.")
@click.pass_context
def verify(
    context: click.Context, file: Path, model_folder: Path | None, table: Path | None, template: Path | None
) -> None:
    """Say whether a briefing is what its model gives.

    The model is the one that the briefing names, if --model does not. Ends with status 1 and what does not hold,
    or with 3 where words and figures alone can be compared.
    """
    from tocsin.verify import read
    from tocsin.verify import verify as verified

    folder = folder_named(file, read(file).run.model) if model_folder is None else folder_of(model_folder)
    found = verified(file, folder, table, template)
    for line in describe(found):
        click.echo(line)
    if found.holds:
        click.echo(f"{file}: holds")
    elif found.agrees:
        click.echo(f"{file}: its words and figures are those of now; layout and pictures were not compared")
        context.exit(AGREES)
    else:
        click.echo(f"{file}: does not hold")
        context.exit(1)


def folder_named(file: Path, name: str) -> Path:
    """The folder of the model that a briefing names. Raises BadInput on the briefing, for nobody gave --model."""
    from tocsin.files.places import find_model

    try:
        # A record can be forged: what it names is a name and no path.
        return find_model(Path(name).name, beside=file)
    except BadInput as error:
        remedy = "; name the folder of its model with --model"
        raise BadInput(
            replace(found, file=str(file), message=found.message + remedy) for found in error.problems
        ) from error


def describe(found: Verdict) -> Iterator[str]:
    """What was found, line by line."""
    yield from (f"note: {line}" for line in found.others)
    yield from _first(f"no longer follows: {line}" for line in found.figures)
    if found.same or found.agrees:
        return
    if not found.figures:
        yield "the recorded figures follow from the model"
    if found.unread is not None:
        yield f"the file was changed since it was written, and {found.unread}"
    elif not found.passages:
        yield "the file was changed since it was written; by a plain reading its words and figures are the same"
    elif not found.others:
        yield "the file was changed since it was written:"
    yield from _first(f"differs: {line}" for line in found.passages)


def _first(lines: Iterator[str]) -> Iterator[str]:
    every: Sequence[str] = list(lines)
    yield from every[:MOST]
    if len(every) > MOST:
        yield f"… and {len(every) - MOST} more"
