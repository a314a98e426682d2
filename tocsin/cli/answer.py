"""`tocsin assess` and `tocsin explain`: an answer, and why it is what it is; for people or as JSON."""

from __future__ import annotations

from pathlib import Path

import click

from tocsin.cli.question import Given, asked, command, given_options, model_option
from tocsin.output import print_json

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


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
@json_option
def explain(
    scenario: str | None,
    model_folder: Path | None,
    given: Given,
    outcome: str | None,
    two_way: tuple[str, str] | None,
    as_json: bool,
) -> None:
    """Say why: what moved an answer, whose words it rests on.

    Also what would change it, and what to look for next. SCENARIO is a file such as my.yaml, or the name of one of the
    model's own; the baseline if left out.
    """
    from tocsin.analysis import explain as analysis
    from tocsin.render import terminal

    model, wanted = asked(scenario, model_folder, given)
    explained = analysis.explain(model, wanted, outcome, two_way)
    if as_json:
        print_json(explained.as_json())
    else:
        terminal.explanation(explained)
