"""`tocsin explain`: why the answer is what it is."""

from __future__ import annotations

from pathlib import Path

import click

from tocsin.commands.question import Given, asked, command, given_options, model_option
from tocsin.output import print_json


@command()
@click.argument("scenario", required=False)
@model_option
@given_options
@click.option("--outcome", metavar="V", help="Explain this outcome alone.")
@click.option("--two-way", nargs=2, metavar="KEY KEY", help="Two numbers of the tables, moved together.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def explain(
    scenario: str | None,
    model_folder: Path | None,
    given: Given,
    outcome: str | None,
    two_way: tuple[str, str] | None,
    as_json: bool,
) -> None:
    """Say why: what moved the answer, whose words it rests on, what would change it, what to look for."""
    from tocsin import explaining
    from tocsin.analysis import explain as analysis

    model, wanted = asked(scenario, model_folder, given)
    explained = analysis.explain(model, wanted, outcome, two_way)
    if as_json:
        print_json(explained.as_json())
    else:
        explaining.explanation(explained)
