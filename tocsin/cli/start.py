"""What stands before a question: `tocsin init` begins a model, `models` lists them, `schema` helps editors, `app` opens
the browser, `words` lists which estimative words are read, and as what."""

from __future__ import annotations

import json
import os
from collections.abc import Container, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tocsin.cli.question import command, folder_of, model_option
from tocsin.errors import BadInput, Problem, TocsinError, counted, nearest
from tocsin.output import one_line, print_json

if TYPE_CHECKING:
    from tocsin.elicitation.lexicon import Bands
    from tocsin.records import Hedge, Lexicon


DIALECT = "https://json-schema.org/draft/2020-12/schema"


@command()
@click.argument("name")
def init(name: str) -> None:
    """Begin a model: models/NAME and scenarios/NAME in this folder.

    They hold a small model that passes `tocsin check`, with comments that say how to make it your own. What exists is
    never touched.
    """
    from tocsin.files import TEMPLATE, yaml12
    from tocsin.records.base import composed_name

    try:
        name = composed_name(name)
    except ValueError as error:
        raise BadInput.at("NAME", str(error)) from None
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

    Each with what it holds, and whether it passes `tocsin check`.

    They lie under ./models, under models in the folder that TOCSIN_HOME names, and in Tocsin itself: the example.
    """
    from tocsin.files.places import all_models

    found = all_models()
    if not found:
        message = "holds no model; a model is a folder ./models/<name> with model.yaml in it"
        raise BadInput.at("./models", message)
    for heading in found:
        click.echo(f"{heading.folder.name}: {one_line(heading.title) or '(cannot be read)'}")
        of = f"as of {heading.as_of}; " if heading.as_of else ""
        click.echo(f"  {_holds(heading.folder)}; {of}in {heading.folder}")


def _holds(folder: Path) -> str:
    """How many variables, statements and scenarios a model has, and whether it passes the check."""
    from tocsin.cli.check import examined

    try:
        found = examined(folder)
    except (TocsinError, OSError):
        return f"cannot be used: `tocsin check {folder.name}` says why"
    records = found.model.records
    kinds = {"variable": records.variables, "statement": records.statements, "scenario": found.scenarios}
    counts = ", ".join(counted(len(held), kind) for kind, held in kinds.items())
    return f"{counts}; {'does not pass' if found.problems else 'passes'} the check"


@command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to write one file per schema into."
)
def schema(out: Path | None) -> None:
    """Print the schemas of all files, with which editors check them.

    JSON Schemas of model.yaml, statements.yaml, scenario, sweep and choice files, and of the file that `tocsin app
    --access` names.
    """
    from tocsin.records import Choice, ModelFile, Scenario, StatementsFile
    from tocsin.records.access import Access
    from tocsin.records.base import Record
    from tocsin.records.scenario import Sweep

    records: dict[str, type[Record]]
    records = {
        "model": ModelFile,
        "statements": StatementsFile,
        "scenario": Scenario,
        "sweep": Sweep,
        "choice": Choice,
        "access": Access,
    }
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
@click.option(
    "--edit/--no-edit",
    default=None,
    help="Whether pages write into the model's files. Left out: into a model of your own, asked for from this machine.",
)
@click.option(
    "--access",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Who may see, edit and export which models, for a team that logs in: a file, as docs/deploy.md tells.",
)
@model_option
def app(port: int, edit: bool | None, access: Path | None, model_folder: Path | None) -> None:
    """Open the sliders in a browser.

    Of several models the first is shown, or the one that --model names; the others can be chosen on every page.
    """
    from tocsin.errors import require
    from tocsin.files.places import FIRST_MODEL

    require("The browser", "streamlit")
    if model_folder is not None:
        os.environ[FIRST_MODEL] = str(folder_of(model_folder).resolve())
    from tocsin.ui.server import serve

    serve(port, edit, access)


@command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
@model_option
@click.option("--lexicon", help="Only this lexicon: icd203, phia, nato, ipcc, kent, survey, or the model's hedges.")
def words(words: tuple[str, ...], model_folder: Path | None, lexicon: str | None) -> None:
    """List the words that are read, each with its probabilities.

    With WORD, what a rule or every lexicon makes of that word.
    A word is read by the model's lexicon, else by the model's hedges, else by the survey, else by a rule.
    """
    from tocsin import files
    from tocsin.elicitation.lexicon import HEDGES, bands, sources
    from tocsin.files.places import near_models

    lexicons = files.lexicons()
    hedges: Mapping[str, Hedge] = {}
    first = "icd203"
    if model_folder is not None or len(near_models()) == 1:
        model = files.load_model(folder_of(model_folder))
        hedges, first = model.file.hedges, model.file.lexicon
    own = {name: held for name, held in sources(lexicons[first], hedges, lexicons["survey"]) if held}
    known = own | {name: bands(other) for name, other in lexicons.items() if name not in own}
    if lexicon is not None and lexicon not in known:
        raise BadInput.at("--lexicon", f"no lexicon {lexicon!r}{nearest(lexicon, known)}")
    shown = {name: held for name, held in known.items() if lexicon in (None, name)}
    if words:
        # By a rule a statement of another lexicon reads with that lexicon alone; hedges have no rules.
        rules = lexicons.get(lexicon or first)
        more = (hedges, lexicons["survey"]) if lexicon is None else ({}, None)
        unread = [word for word in words if not _asked(word, shown, own, rules, *more)]
        if unread:
            missing = "no lexicon reads it" if lexicon is None else f"not read by {lexicon}"
            raise BadInput([Problem(word, 0, 0, "", f"{missing}; write `read_as` with a range") for word in unread])
        return
    for name, held in shown.items():
        title = "the model's own readings" if name == HEDGES else lexicons[name].title
        click.echo(f"{name}: {title}" + ("" if name in own else f" (read by models that say `lexicon: {name}`)"))
        for word, (low, high) in sorted(held.items(), key=lambda entry: (entry[1], entry[0])):
            click.echo(f"  {_band(low, high):>11}  {word}")
    if lexicon is None:
        click.echo("strength of an influence: odds ratio where it raises, the inverse where it lowers")
        for word, (low, high) in files.scales().influence_strength.items():
            click.echo(f"  {f'{low:g}–{high:g}':>11}  {word}")


def _asked(
    word: str,
    shown: Mapping[str, Bands],
    own: Container[str],
    lexicon: Lexicon | None,
    hedges: Mapping[str, Hedge],
    survey: Lexicon | None,
) -> bool:
    """Print what a word is read as, by a rule and by each lexicon that holds it; whether there is anything."""
    from tocsin.elicitation.lexicon import UnknownWords, normal, reading

    found = {name: held[normal(word)] for name, held in shown.items() if normal(word) in held}
    ruled = None
    if lexicon is not None:
        with suppress(UnknownWords):
            ruled = reading(word, lexicon, hedges, survey)
    if ruled is not None and ruled.rule is not None:
        click.echo(f"{word}: {_band(ruled.low, ruled.high)} (rule: {ruled.rule})")
    for name, band in found.items():
        click.echo(f"{word}: {_band(*band)} ({name}{'' if name in own else ', not read by this model'})")
    return bool(found) or ruled is not None


def _band(low: float, high: float) -> str:
    return f"{100 * low:g}–{100 * high:g} %" if low < high else f"{100 * low:g} %"
