"""`tocsin verify`: does a briefing still follow from its model?"""

from __future__ import annotations

from pathlib import Path

import click

from tocsin.commands.question import A_PATH, command, model_option


@command()
@click.argument("file", type=A_PATH)
@model_option
@click.option("--table", type=A_PATH, help="The rows of a briefing on a batch; looked for beside it if left out.")
@click.pass_context
def verify(context: click.Context, file: Path, model_folder: Path | None, table: Path | None) -> None:
    """Say whether a briefing still follows from its model.

    The model is the one that the briefing names, if --model does not. Ends with status 1 and what does not hold.
    """
    from tocsin.briefing import read
    from tocsin.briefing.verifying import verify as verified
    from tocsin.files.places import find_model

    # A record can be forged: what it names is a name and no path.
    folder = find_model(model_folder or Path(str(read(file).record.run["model"])).name, beside=file)
    found = verified(file, folder, table)
    for note in found.notes:
        click.echo(f"note: {note}")
    for told in found.figures:
        click.echo(f"no longer follows: {told}")
    for told in found.text:
        click.echo(f"differs at {told}")
    for told in found.pictures:
        click.echo(f"exchanged: {told}")
    for told in found.added:
        click.echo(f"added by hand, without a figure: {told}")
    click.echo(f"{file}: {'holds' if found.holds else 'does not hold'}")
    if not found.holds:
        context.exit(1)
