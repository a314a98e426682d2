"""`tocsin verify`: does a briefing still follow from its model?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.question import A_PATH, command, folder_of, model_option
from tocsin.errors import BadInput

if TYPE_CHECKING:
    from tocsin.verify.verdict import Verdict

MOST = 20
"""Passages that are shown."""
AGREES = 3
"""Exit status where words and figures are all that could be compared, and they are the same."""


@command()
@click.argument("file", type=A_PATH)
@model_option
@click.option("--table", type=A_PATH, help="The rows of a briefing on a batch; looked for beside it if left out.")
@click.option("--template", type=A_PATH, help="What it was written with; looked for beside it if left out.")
@click.pass_context
def verify(
    context: click.Context, file: Path, model_folder: Path | None, table: Path | None, template: Path | None
) -> None:
    """Say whether a briefing is what its model gives.

    The model is the one that the briefing names, if --model does not. Ends with status 1 and what does not hold,
    or with 3 where words and figures alone can be compared.
    """
    from tocsin.verify.reading import read
    from tocsin.verify.verdict import verify as verified

    folder = _folder_named(file, read(file).run.model) if model_folder is None else folder_of(model_folder)
    found = verified(file, folder, table, template)
    for line in describe(found):
        click.echo(line)
    if found.holds:
        click.echo(f"{file}: holds")
    elif found.agrees:
        click.echo(f"{file}: its words and figures are those of now; layout and pictures were not compared")
        context.exit(AGREES)
    else:
        click.echo(f"{file}: does not hold")
        context.exit(1)


def _folder_named(file: Path, name: str) -> Path:
    """The folder of the model that a briefing names. Raises BadInput on the briefing, for nobody gave --model."""
    from tocsin.files.places import find_model

    try:
        # A record can be forged: what it names is a name and no path.
        return find_model(Path(name).name, beside=file)
    except BadInput as error:
        remedy = "; name the folder of its model with --model"
        raise BadInput(
            replace(found, file=str(file), message=found.message + remedy) for found in error.problems
        ) from error


def describe(found: Verdict) -> Iterator[str]:
    """What was found, line by line."""
    yield from (f"note: {line}" for line in found.others)
    yield from _first(f"no longer follows: {line}" for line in found.figures)
    if found.same or found.agrees:
        return
    if not found.figures:
        yield "the recorded figures follow from the model"
    if found.unread is not None:
        yield f"the file was changed since it was written, and {found.unread}"
    elif not found.passages:
        yield "the file was changed since it was written; by a plain reading its words and figures are the same"
    elif not found.others:
        yield "the file was changed since it was written:"
    yield from _first(f"differs: {line}" for line in found.passages)


def _first(lines: Iterator[str]) -> Iterator[str]:
    every: Sequence[str] = list(lines)
    yield from every[:MOST]
    if len(every) > MOST:
        yield f"… and {len(every) - MOST} more"
