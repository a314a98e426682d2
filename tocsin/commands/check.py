"""`tocsin check`: is a model, with its scenarios and sweeps, in order?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.commands.question import A_PATH, built, folder_of
from tocsin.errors import BadInput, Problem

if TYPE_CHECKING:
    from tocsin.records import Scenario


@click.command()
@click.argument("model_folder", metavar="[MODEL]", required=False, type=A_PATH)
@click.option("--source", type=A_PATH, help="Text of the source, in which every quoted word must stand.")
@click.option("--scenarios", default="scenarios", type=A_PATH, help="Folder of scenario folders.")
def check(model_folder: Path | None, source: Path | None, scenarios: Path) -> None:
    """Validate a model and its scenarios; print counts, provenance and tensions."""
    from tocsin import files, printing
    from tocsin.analysis.tension import tensions
    from tocsin.batch.sweeps import open_sweep
    from tocsin.files.quotations import check_quotations

    folder = folder_of(model_folder)
    records = files.load_model(folder)
    if source is not None:
        check_quotations(folder, records, source)
    model = built(folder)
    loaded: list[Scenario] = []
    problems: list[Problem] = []
    for path in files.scenarios_of(records.name, scenarios):
        try:
            loaded.append(files.load_scenario(path, records))
        except BadInput as error:
            problems += error.problems
    for path in files.sweeps_of(records.name, scenarios):
        try:
            open_sweep(path, model)
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    printing.check(model, loaded, tensions(model), quoted=source)
