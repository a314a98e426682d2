"""`tocsin assess`: one answer, for people or as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from tocsin.commands.question import Given, asked, command, given_options, model_option
from tocsin.output import print_json


@command()
@click.argument("scenario", required=False)
@model_option
@given_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def assess(scenario: str | None, model_folder: Path | None, given: Given, as_json: bool) -> None:
    """Answer one scenario: a file, or the name of one of the model's own; the baseline if left out."""
    from tocsin import assessment, printing

    model, wanted = asked(scenario, model_folder, given)
    found = assessment.assess(model, wanted)
    if as_json:
        print_json(found.as_json())
    else:
        printing.answer(model, found)
