"""`tocsin draft`: from a report to drafts of statements, for a human to confirm."""

from __future__ import annotations

from pathlib import Path

import click

from tocsin.cli.question import A_PATH, command, folder_of, model_option
from tocsin.errors import BadInput, counted
from tocsin.output import replacing


@command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=A_PATH)
@model_option
@click.option("--out", type=A_PATH, help="File to write, such as drafts.yaml; on the screen if left out.")
def draft(files: tuple[Path, ...], model_folder: Path | None, out: Path | None) -> None:
    """Draft statements from reports, for a human to confirm.

    FILE is plain text (.txt, .md), a page (.html), a Word file (.docx) or a PDF, in English. Rules read it, and nothing
    leaves this machine. A draft is no statement: its claim and what it says of the model are yours to write, and
    `tocsin check` refuses drafts that nobody has confirmed.
    """
    from tocsin.authoring.draft_file import written
    from tocsin.authoring.drafting import draft_files
    from tocsin.files import load_model

    if out is not None and out.exists():
        raise BadInput.at(out, "exists; choose another name, so that no drafts are lost that somebody has worked on")
    drafts = draft_files(files, load_model(folder_of(model_folder)))
    if out is None:
        click.echo(written(drafts), nl=False)
        return
    with replacing(out, out.with_name(f".{out.name}.new")) as file:
        file.write(written(drafts).encode())
    judged = sum(entry.reads_as == "judgement" for entry in drafts.drafts)
    facts, new = len(drafts.drafts) - judged, sum(not speaker.known for speaker in drafts.speakers)
    click.echo(
        f"{out}: {counted(len(drafts.drafts), 'draft')}: {counted(judged, 'judgement')}, {counted(facts, 'fact')}; "
        f"{counted(len(drafts.speakers), 'speaker')}, {new} of them new to the model"
    )
