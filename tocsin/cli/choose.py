"""`tocsin choose`: options beside each other, by what is at stake."""

from __future__ import annotations

from pathlib import Path

import click

from tocsin.cli.question import Given, built, command, folder_of, given_options, json_option, model_option, place
from tocsin.errors import BadInput
from tocsin.output import print_json


@command()
@click.argument("name")
@click.argument("scenario", required=False)
@model_option
@given_options
@click.option("--grade", default="B2", show_default=True, help="Of the reports whose worth is told, such as C3.")
@json_option
def choose(name: str, scenario: str | None, model_folder: Path | None, given: Given, grade: str, as_json: bool) -> None:
    """Compare what can be done, by what it costs and what is at stake.

    NAME is a file such as my-choice.yaml, or the name of one of the model's own choices, which lie in choices/MODEL.
    SCENARIO is what is known before, as for `tocsin assess`; the baseline if left out.
    """
    from tocsin.console import to_output
    from tocsin.files.choice_files import load_choice
    from tocsin.records.base import is_grade
    from tocsin.render import terminal
    from tocsin.report import choices as report

    if not is_grade(grade):
        raise click.BadParameter(f"{grade!r} is no grade; a grade is one of A1 to F6, such as B2", param_hint="--grade")
    folder, path = choice_place(name, model_folder)
    model = built(folder)
    choice = load_choice(path, model.records)
    wanted = given.on(model.records, place(scenario, folder)[1])
    answer = report.choose(model, wanted, choice, grade)
    if as_json:
        print_json(answer.as_json())
    else:
        terminal.show(to_output(), report.choice_blocks(answer))


def choice_place(name: str, model_folder: Path | None) -> tuple[Path, Path]:
    """The model's folder and the file of the choice. Raises BadInput."""
    from tocsin.files.choice_files import find_choice
    from tocsin.files.places import is_yaml, model_of_file, near_models

    path = Path(name)
    if is_yaml(path) or path.name != name:
        if not path.is_file():
            raise BadInput.at(path, "no such file; name a choice of the model, or the path of its file")
        return (model_of_file(path) if model_folder is None else None) or folder_of(model_folder), path
    several = near_models() if model_folder is None else []
    return find_choice(name, several if len(several) > 1 else [folder_of(model_folder)])
