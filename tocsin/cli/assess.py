"""`tocsin assess`: one answer, for people or as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from tocsin.cli.question import Given, asked, command, given_options, model_option
from tocsin.output import print_json


@command()
@click.argument("scenario", required=False)
@model_option
@given_options
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def assess(scenario: str | None, model_folder: Path | None, given: Given, as_json: bool) -> None:
    """Answer one scenario: how likely is each outcome?

    SCENARIO is a file such as my.yaml, or the name of one of the model's own, which lie in scenarios/MODEL. If it is
    left out, the baseline is answered: what the statements say, and nothing else. Options add to it.
    """
    from tocsin import assessment
    from tocsin.render import terminal

    model, wanted = asked(scenario, model_folder, given)
    found = assessment.assess(model, wanted)
    if as_json:
        print_json(found.as_json())
    else:
        terminal.answer(model, found)
