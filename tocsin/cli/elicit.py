"""`tocsin elicit`: experts asked by form in two rounds; forms out, answers in, and the report between."""

from __future__ import annotations

import io
from pathlib import Path
from random import SystemRandom
from typing import TYPE_CHECKING

import click

from tocsin.cli.question import A_PATH, Command, built, folder_of, model_option
from tocsin.errors import BadInput, counted
from tocsin.output import replacing

if TYPE_CHECKING:
    from tocsin.authoring.elicitation_statements import Additions, Handling
    from tocsin.authoring.elicitation_tables import Returned
    from tocsin.authoring.elicitations import Elicitation
    from tocsin.model import Model

FOLDER = click.argument("folder", type=A_PATH)
ROUND = click.option("--round", "number", type=click.Choice(["1", "2"]), help="Which of the two rounds.")


@click.group()
def elicit() -> None:
    """Ask experts by Excel forms, in two rounds.

    As in the IDEA protocol: lowest, highest, best guess, how sure. First `tocsin elicit form`, then send the forms out;
    put what comes back into the same folder, then `tocsin elicit feedback`, a second round with `tocsin elicit form
    --round 2`, and `tocsin elicit read`.
    """


elicit.command_class = Command


@elicit.command()
@click.argument("numbers", metavar="[NUMBERS]...", nargs=-1)
@model_option
@click.option("--experts", metavar="NAME,NAME,...", help="Who is asked, with commas: names or short names.")
@click.option("--out", required=True, type=A_PATH, help="Folder to write the forms into; one for each elicitation.")
@ROUND
def form(
    numbers: tuple[str, ...], model_folder: Path | None, experts: str | None, out: Path, number: str | None
) -> None:
    """Write one Excel form an expert.

    NUMBERS are keys of numbers, as `tocsin explain --json` and the page Numbers have them, variables for all of their
    numbers, or `all`. For round two the folder says what is asked and of whom.
    """
    from tocsin.authoring.elicitation_forms import write_form
    from tocsin.authoring.elicitations import FILE, load, written
    from tocsin.render.files import write
    from tocsin.report.elicitation import instructions, require_same

    again = number == "2"
    if again and (numbers or experts):
        raise click.UsageError("round 2 asks the same questions of the same experts; leave NUMBERS and --experts out")
    if not again and (out / FILE).exists():
        raise BadInput.at(out / FILE, "exists; choose another folder, or write round 2 with --round 2")
    if again:
        elicitation = load(out)
        model = built(_model(elicitation, model_folder, out))
        require_same(elicitation, model, out / FILE)
        first = _answers(out, elicitation).answers
    else:
        model = built(folder_of(model_folder))
        elicitation, first = _new(numbers, experts, model), ()
    text = instructions(model, elicitation.questions, 2 if again else 1)
    files: dict[str, bytes] = {} if again else {FILE: written(elicitation).encode()}
    for key in elicitation.experts:
        earlier = {answer.question.id: answer for answer in first if answer.expert == key and answer.round == 1}
        content = io.BytesIO()
        write_form(content, key, elicitation, 2 if again else 1, text, earlier)
        files[f"{key}-round-{2 if again else 1}.xlsx"] = content.getvalue()
    if taken := [name for name in files if (out / name).exists()]:
        raise BadInput.at(out / taken[0], "exists; a form that was filled in would be lost. Take it away first")
    for path in write(out, files):
        click.echo(str(path))


def _new(numbers: tuple[str, ...], experts: str | None, model: Model) -> Elicitation:
    from tocsin.authoring.elicitations import LETTERS, MOST_EXPERTS, Elicitation, Expert, chosen, unprintable
    from tocsin.authoring.speakers import slug
    from tocsin.report.elicitation import questions

    if not numbers or not experts:
        raise click.UsageError("name the NUMBERS to ask for, or all, and the --experts who are asked")
    names = [name for part in experts.split(",") if (name := " ".join(part.split()))]
    if fault := next(filter(None, map(unprintable, names)), ""):
        raise click.BadParameter(fault, param_hint="--experts")
    keys = [slug(name) for name in names]
    if doubled := [name for name, key in zip(names, keys, strict=True) if keys.count(key) > 1]:
        raise click.BadParameter(
            f"{' and '.join(doubled)} cannot be told apart; name each once", param_hint="--experts"
        )
    if not 1 <= len(names) <= MOST_EXPERTS:
        raise click.BadParameter(f"{len(names)} experts; 1 to {MOST_EXPERTS} can be asked", param_hint="--experts")
    letters = list(LETTERS[: len(names)])
    # By lot, and not by a rule that somebody could follow back to the names.
    SystemRandom().shuffle(letters)
    asked = zip(keys, names, letters, strict=True)
    return Elicitation(
        model=model.name,
        experts={key: Expert(name=name, letter=letter) for key, name, letter in asked},
        questions=questions(model, chosen(numbers, model.records)),
    )


@elicit.command()
@FOLDER
@model_option
@click.option("--grade", default="B2", show_default=True, help="Grade of the experts and of what they say, A1 to F6.")
@click.option("--day", metavar="YYYY-MM-DD", help="Day of the answers; the model's own if left out.")
@click.option("--anonymous", is_flag=True, help="Experts stand in the model as letters, without role or name.")
@click.option("--out", type=A_PATH, help="File to write, such as new.yaml; on the screen if left out.")
@click.option("--apply", "into_model", is_flag=True, help="Write them into the model's own files instead.")
def read(
    folder: Path,
    model_folder: Path | None,
    grade: str,
    day: str | None,
    anonymous: bool,
    out: Path | None,
    into_model: bool,
) -> None:
    """Check the forms of a FOLDER and make statements of them.

    Everything that is wrong is told at once, by file, sheet and cell, and nothing is written then. A FOLDER may also
    hold long tables of aggreCAT's kind (.csv or .xlsx).
    """
    from tocsin.authoring.elicitation_statements import additions, as_yaml

    if into_model and out is not None:
        raise click.UsageError("give --out or --apply, not both")
    place, model, elicitation, returned = _read(folder, model_folder)
    handling = _handling(folder, grade, day, anonymous, model)
    found = additions(elicitation, returned.answers, returned.about, model.records, handling)
    if out is not None and out.exists():
        raise BadInput.at(out, "exists; choose another name")
    for note in returned.notes:
        click.echo(f"note: {note}", err=True)
    if into_model:
        _apply(found, handling, place, model)
    elif out is None:
        click.echo(as_yaml(found, model.name), nl=False)
    else:
        with replacing(out, out.with_name(f".{out.name}.new")) as file:
            file.write(as_yaml(found, model.name).encode())
    where = f"{out}: " if out is not None else ""
    by = counted(len({answer.expert for answer in returned.answers}), "expert")
    click.echo(
        f"{where}{counted(len(found.statements), 'statement')} by {by} on {counted(len(found.numbers), 'number')}",
        err=True,
    )


@elicit.command()
@FOLDER
@model_option
@click.option("--out", type=A_PATH, help="File to write: .html, .pdf, .docx or .md; an .html in FOLDER if left out.")
@ROUND
@click.option("--marking", metavar="TEXT", help="On every page; the model's own if left out, '' for none.")
def feedback(
    folder: Path, model_folder: Path | None, out: Path | None, number: str | None, marking: str | None
) -> None:
    """Write the report between the two rounds.

    Everybody's ranges without names, the mean, the reasons. On the last round that was answered, if
    --round is left out.
    """
    from tocsin.render.files import FORMATS, render, write
    from tocsin.report.elicitation import feedback as report

    kind = "html" if out is None else out.suffix.lower().removeprefix(".")
    if out is not None and (kind not in FORMATS or kind == "pptx"):
        raise BadInput.at(out, "has a suffix that says no format; allowed: .html, .pdf, .docx, .md")
    _, model, elicitation, returned = _read(folder, model_folder)
    rounds = {answer.round for answer in returned.answers}
    wanted = int(number) if number else max(rounds, default=1)
    if wanted not in rounds:
        raise BadInput.at(folder, f"holds no answers of round {wanted}")
    briefing = report(model, elicitation, returned.answers, wanted, marking)
    out = out or folder / f"feedback-round-{wanted}.html"
    for path in write(out.parent, {out.name: render(briefing, kind)}):
        click.echo(str(path))


def _apply(found: Additions, handling: Handling, place: Path, model: Model) -> None:
    """Into the model's files, all or nothing; shows the lines that change and what becomes of each number."""
    from tocsin.authoring.edits import edit, save
    from tocsin.authoring.elicitation_statements import edits_of
    from tocsin.model import build
    from tocsin.report.elicitation import effects

    edits, notes = edits_of(found, handling, model.records)
    for note in notes:
        click.echo(f"note: {note}", err=True)
    if not edits:
        return
    edited = edit(place, edits)
    if edited.records is None:
        raise BadInput(problem.problem for problem in edited.problems)
    # What no rule of the files sees, such as judgements that do not go together, is met here.
    changed = build(edited.records)
    save(edited)
    click.echo(edited.diff)
    for line in effects(model, changed, tuple(found.numbers)):
        click.echo(line, err=True)


def _read(folder: Path, model_folder: Path | None) -> tuple[Path, Model, Elicitation, Returned]:
    from tocsin.authoring.elicitation_tables import asked_in, tables_in
    from tocsin.authoring.elicitations import FILE, load
    from tocsin.report.elicitation import questions, require_same

    if (folder / FILE).is_file():
        elicitation = load(folder)
        place = _model(elicitation, model_folder, folder)
        model = built(place)
        require_same(elicitation, model, folder / FILE)
    else:
        tables = tables_in(folder)
        place = folder_of(model_folder)
        model = built(place)
        elicitation = asked_in(tables, model.records, lambda numbers: questions(model, numbers))
    return place, model, elicitation, _answers(folder, elicitation)


def _answers(folder: Path, elicitation: Elicitation) -> Returned:
    from tocsin.authoring.elicitation_tables import read_folder

    return read_folder(folder, elicitation)


def _model(elicitation: Elicitation, model_folder: Path | None, folder: Path) -> Path:
    """The model that the forms are about. Raises BadInput where another one is named."""
    from tocsin.authoring.elicitations import FILE
    from tocsin.files.places import find_model, heading

    found = find_model(model_folder if model_folder is not None else elicitation.model, beside=folder / FILE)
    if heading(found).model not in ("", elicitation.model):
        raise BadInput.at(folder / FILE, f"is about the model {elicitation.model!r}, and {found} is another")
    return found


def _handling(folder: Path, grade: str, day: str | None, anonymous: bool, model: Model) -> Handling:
    from datetime import date

    from tocsin.authoring.elicitation_statements import Handling
    from tocsin.authoring.speakers import slug
    from tocsin.records.base import is_grade

    if not is_grade(grade):
        raise click.BadParameter(f"{grade!r} is no grade; a grade is one of A1 to F6, such as B2", param_hint="--grade")
    as_of = model.records.file.as_of
    try:
        published = as_of if day is None else date.fromisoformat(day)
    except ValueError:
        raise click.BadParameter(f"{day!r} is no day; write such as {as_of}", param_hint="--day") from None
    if published > as_of:
        late = f"{published} is after {as_of}, the model's `as_of`, beyond which it takes no evidence"
        raise click.BadParameter(late, param_hint="--day")
    return Handling(slug(folder.resolve().name), grade, published, anonymous)
