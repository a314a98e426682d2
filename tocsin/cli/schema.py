"""`tocsin schema`: JSON Schemas for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.question import command
from tocsin.output import print_json

if TYPE_CHECKING:
    from tocsin.records.base import Record


DIALECT = "https://json-schema.org/draft/2020-12/schema"


@command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to write one file per schema into."
)
def schema(out: Path | None) -> None:
    """Print the schemas of all files, with which editors check them.

    JSON Schemas of model.yaml, statements.yaml, scenario and sweep files.
    """
    from tocsin.records import ModelFile, Scenario, StatementsFile
    from tocsin.records.sweep import Sweep

    schemas: dict[str, type[Record]] = {
        "model": ModelFile,
        "statements": StatementsFile,
        "scenario": Scenario,
        "sweep": Sweep,
    }
    made = {
        name: {"$schema": DIALECT, "$id": f"urn:tocsin:schema:{name}", **record.model_json_schema(by_alias=True)}
        for name, record in schemas.items()
    }
    if out is None:
        print_json(made)
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (out / f"{name}.schema.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
        click.echo(str(out / f"{name}.schema.json"))
