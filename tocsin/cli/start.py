"""What stands before a question: `tocsin init` begins a model, `models` lists them, `schema` helps editors, `app` opens
the browser."""

from __future__ import annotations

import json
from pathlib import Path

import click

from tocsin.cli.question import command
from tocsin.errors import BadInput, Problem
from tocsin.output import print_json

DIALECT = "https://json-schema.org/draft/2020-12/schema"


@command()
@click.argument("name")
def init(name: str) -> None:
    """Begin a model: models/NAME and scenarios/NAME in this folder.

    They hold a small model that passes `tocsin check`, with comments that say how to make it your own. What exists is
    never touched.
    """
    from pydantic import TypeAdapter, ValidationError

    from tocsin.files import TEMPLATE, yaml12
    from tocsin.records.base import Name

    try:
        name = TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        raise BadInput.at("NAME", str(error.errors()[0]["ctx"]["error"])) from None
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


@command()
def models() -> None:
    """List the models that --model takes by name.

    They lie under ./models, under models in the folder that TOCSIN_HOME names, and in Tocsin itself: the example.
    """
    from tocsin.console import TerminalTable, to_output
    from tocsin.files.places import all_models

    found = all_models()
    if not found:
        message = "holds no model; a model is a folder ./models/<name> with model.yaml in it"
        raise BadInput.at("./models", message)
    table = TerminalTable(("name", "ranges"), ("title", "words"), ("as of", "ranges"), ("folder", "ranges"))
    for model in found:
        table.add_cells((model.folder.name, model.title or "(cannot be read)", model.as_of, str(model.folder)))
    table.print_to(to_output())


@command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to write one file per schema into."
)
def schema(out: Path | None) -> None:
    """Print the schemas of all files, with which editors check them.

    JSON Schemas of model.yaml, statements.yaml, scenario and sweep files.
    """
    from tocsin.records import ModelFile, Scenario, StatementsFile
    from tocsin.records.base import Record
    from tocsin.records.sweep import Sweep

    records: dict[str, type[Record]]
    records = {"model": ModelFile, "statements": StatementsFile, "scenario": Scenario, "sweep": Sweep}
    schemas = {
        name: {"$schema": DIALECT, "$id": f"urn:tocsin:schema:{name}", **record.model_json_schema(by_alias=True)}
        for name, record in records.items()
    }
    if out is None:
        print_json(schemas)
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, content in schemas.items():
        file = out / f"{name}.schema.json"
        file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
        click.echo(str(file))


@command()
@click.option("--port", default=8501, show_default=True, help="Port on this machine.")
def app(port: int) -> None:
    """Open the sliders in a browser."""
    from tocsin.errors import require

    require("The browser", "streamlit")
    from tocsin.ui.server import serve

    serve(port)
