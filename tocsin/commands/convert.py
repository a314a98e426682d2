"""`tocsin convert`: a model, or a foreign network, in a foreign format."""

from __future__ import annotations

from pathlib import Path

import click

from tocsin.commands.question import A_PATH, built


@click.command()
@click.argument("model", type=A_PATH)
@click.argument("out", type=A_PATH)
def convert(model: Path, out: Path) -> None:
    """Write a model, or a foreign network file, in a foreign format: .bif, .bifxml, .xmlbif, .net, .xdsl, .uai."""
    from tocsin.network.formats import read_file, write_network

    if model.is_dir():
        network = built(model).network
    else:
        file = read_file(model)
        network = file.network
        for note in file.notes:
            click.echo(f"{model}: {note}", err=True)
    write_network(network, out)
    click.echo(f"{out}: {len(network.variables)} variables")
