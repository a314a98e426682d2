"""`tocsin check`: is a model, with its scenarios and sweeps, in order?"""

from __future__ import annotations

from collections.abc import Iterator
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
    may stand for --model MODEL.
    """
    from tocsin import files
    from tocsin.analysis.tension import tensions
    from tocsin.console import to_output
    from tocsin.files import yaml12
    from tocsin.files.places import scenario_folders
    from tocsin.records import StatementChanges
    from tocsin.render.terminal import show
    from tocsin.report import remarks
    from tocsin.report.sources_method import rests_on

    if named is not None and model_folder is not None:
        raise click.UsageError("the model is given twice; give MODEL or --model")
    folder = folder_of(named or model_folder)
    model = built(folder)
    records = model.records
    if source is not None:
        files.check_quotations(folder, records, source)
    loaded: list[Scenario] = []
    problems: list[Problem] = []
    places = [scenarios / records.name] if scenarios is not None else scenario_folders(folder)
    for path in (path for place in places for path in sorted(place.glob("*.yaml"))):
        try:
            document = yaml12.read(path)
            loaded.append(files.checked_scenario(document, records))
            problems += _answered(path, document, model, loaded[-1])
        except BadInput as error:
            problems += error.problems
    sweeps = [path for place in places for path in sorted((place / "sweeps").glob("*.yaml"))]
    try:
        problems += _sweep_problems(sweeps, model)
    except MissingExtra as error:
        click.echo(f"note: the sweeps are not checked. {error}", err=True)
    if problems:
        raise BadInput(problems)
    blocks = (
        *remarks.overview(model, loaded, source),
        *rests_on(model, StatementChanges()),
        *remarks.disagreements(model, tensions(model), full=full),
        *remarks.review(model, loaded, full=full),
    )
    show(to_output(), blocks)


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
