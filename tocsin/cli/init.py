"""`tocsin init`: a model to begin with."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tocsin.cli.question import command
from tocsin.errors import BadInput, Problem


@command()
@click.argument("name")
def init(name: str) -> None:
    """Begin a model: models/NAME and scenarios/NAME in this folder.

    They hold a small model that passes `tocsin check`, with comments that say how to make it your own. What exists is
    never touched.
    """
    from pydantic import TypeAdapter, ValidationError

    from tocsin.files import yaml12
    from tocsin.files.documents import TEMPLATE
    from tocsin.records.base import Name

    try:
        name = TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        raise BadInput([Problem("NAME", 0, 0, "", str(error.errors()[0]["ctx"]["error"]))]) from None
    model, scenarios = Path("models", name), Path("scenarios", name)
    if there := [folder for folder in (model, scenarios) if folder.exists()]:
        raise BadInput(Problem(str(folder), 0, 0, "", "exists; choose another name") for folder in there)
    # A name such as 2024 or true would be read as a number or a truth value.
    plain = yaml12.parse(f"model: {name}", "").value == {"model": name}
    line = f"model: {name if plain else json.dumps(name, ensure_ascii=False)}"
    for path in (model / "model.yaml", model / "statements.yaml", scenarios / "baseline.yaml"):
        text = (TEMPLATE / path.name).read_text("utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("model: NAME", line).replace("check NAME", f"check {name}"), "utf-8")
        click.echo(str(path))
    click.echo(f"Next: tocsin check {name}, then tocsin assess --model {name}")
