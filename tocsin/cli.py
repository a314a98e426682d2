"""The command line: each command a few lines over the layers below, with heavy imports inside it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tocsin.errors import BadInput, Problem, TocsinError
from tocsin.version import __version__

# Before NumPy is loaded: the engine's products are small, and a second BLAS thread only makes the first one wait.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

if TYPE_CHECKING:
    from tocsin.records import Scenario

F = TypeVar("F", bound=Callable[..., Any])

A_PATH = click.Path(path_type=Path)

model_option = click.option(
    "--model",
    "model_folder",
    type=A_PATH,
    help="Model folder; the only one under ./models if left out.",
)


class Commands(click.Group):
    """Turns every deliberate error into one message on stderr and exit status 1, never a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command; a deliberate error ends it with status 1."""
        try:
            return super().invoke(context)
        except TocsinError as error:
            click.echo(f"{error}", err=True)
            context.exit(1)
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            click.echo(f"{place}{error.strerror or error}", err=True)
            context.exit(1)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tocsin")
def main() -> None:
    """Tocsin: expert statements become outcome probabilities that can be traced, questioned and briefed."""


@main.command()
@click.argument("model_folder", metavar="[MODEL]", required=False, type=A_PATH)
@click.option("--source", type=A_PATH, help="Text of the source, in which every quoted word must stand.")
@click.option("--scenarios", default="scenarios", type=A_PATH, help="Folder of scenario folders.")
def check(model_folder: Path | None, source: Path | None, scenarios: Path) -> None:
    """Validate a model and its scenarios; print counts, provenance and tensions."""
    from tocsin import files, printing
    from tocsin.analysis.tension import tensions
    from tocsin.batch.sweeps import open_sweep
    from tocsin.files.quotations import check_quotations

    folder = _model_folder(model_folder)
    records = files.load_model(folder)
    if source is not None:
        check_quotations(folder, records, source)
    model = _built(folder)
    loaded: list[Scenario] = []
    problems: list[Problem] = []
    for path in files.scenarios_of(records.name, scenarios):
        try:
            loaded.append(files.load_scenario(path, records))
        except BadInput as error:
            problems += error.problems
    for path in files.sweeps_of(records.name, scenarios):
        try:
            open_sweep(path, model)
        except BadInput as error:
            problems += error.problems
    if problems:
        raise BadInput(problems)
    printing.check(model, loaded, tensions(model), quoted=source)


def _evidence_options(command: F) -> F:
    for option in (
        click.option(
            "--force", "forced", multiple=True, metavar="V=S", help="Suppose it is made so, for example by us."
        ),
        click.option("--believe", multiple=True, metavar="V=S:P,…", help="These probabilities shall hold."),
        click.option(
            "--report", "reported", multiple=True, metavar="V=S:GRADE", help="A report says so, graded as B2."
        ),
        click.option("--observe", "observed", multiple=True, metavar="V=S", help="Known for certain."),
    ):
        command = option(command)
    return command


@main.command()
@click.argument("scenario", required=False)
@model_option
@_evidence_options
@click.option("--interval", metavar="SHARE", help="Belief inside the interval, such as 90%.")
@click.option("--lexicon", help="Words to answer with: icd203, phia, nato, ipcc, kent.")
@click.option("--reconcile", is_flag=True, help="Weigh the draws by the judgements that set no number.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def assess(
    scenario: str | None,
    model_folder: Path | None,
    observed: Sequence[str],
    reported: Sequence[str],
    believe: Sequence[str],
    forced: Sequence[str],
    interval: str | None,
    lexicon: str | None,
    reconcile: bool,
    as_json: bool,
) -> None:
    """Answer one scenario: a file, or the name of one of the model's own; the baseline if left out."""
    from tocsin import printing
    from tocsin.answering import answer
    from tocsin.options import scenario_from

    folder, path = _place(scenario, model_folder)
    model = _built(folder)
    settings = {"interval": interval, "lexicon": lexicon, "reconcile": reconcile or None}
    asked = scenario_from(model.records, path, observed, reported, believe, forced, settings)
    found = answer(model, asked)
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2, ensure_ascii=False))
    else:
        printing.answer(model, found)


@main.command()
@click.argument("scenario", required=False)
@model_option
@_evidence_options
@click.option("--interval", metavar="SHARE", help="Belief inside the interval, such as 90%.")
@click.option("--lexicon", help="Words to answer with: icd203, phia, nato, ipcc, kent.")
@click.option("--outcome", metavar="V", help="Explain this outcome alone.")
@click.option("--two-way", nargs=2, metavar="KEY KEY", help="Two numbers of the tables, moved together.")
@click.option("--reconcile", is_flag=True, help="Also weigh the draws by the judgements that set no number.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def explain(
    scenario: str | None,
    model_folder: Path | None,
    observed: Sequence[str],
    reported: Sequence[str],
    believe: Sequence[str],
    forced: Sequence[str],
    interval: str | None,
    lexicon: str | None,
    outcome: str | None,
    two_way: tuple[str, str] | None,
    reconcile: bool,
    as_json: bool,
) -> None:
    """Say why: what moved the answer, whose words it rests on, what would change it, what to look for."""
    from tocsin import explaining
    from tocsin.analysis import explain as analysis
    from tocsin.options import scenario_from

    folder, path = _place(scenario, model_folder)
    model = _built(folder)
    settings = {"interval": interval, "lexicon": lexicon, "reconcile": reconcile or None}
    asked = scenario_from(model.records, path, observed, reported, believe, forced, settings)
    explained = analysis.explain(model, asked, outcome, two_way)
    if as_json:
        click.echo(json.dumps(explained.as_json(), indent=2, ensure_ascii=False))
    else:
        explaining.explanation(explained)


@main.command()
@click.argument("table", metavar="INPUT", type=A_PATH)
@click.option("--out", required=True, type=A_PATH, help="File to write: .parquet, .csv or .jsonl.")
@model_option
@click.option("--scenario", help="What every row starts from: a file, or one of the model's own scenarios.")
@click.option("--targets", metavar="V,V=S,…", help="What is answered; all outcomes if left out.")
@click.option("--intervals", is_flag=True, help="Add low and high (slower).")
@click.option("--strict", is_flag=True, help="Stop at the first row that means nothing, instead of rejecting it.")
@click.option("--workers", type=click.IntRange(min=1), help="Dask workers on this machine.")
@click.option("--cluster", metavar="ADDRESS", help="A Dask scheduler, such as tcp://10.0.0.5:8786.")
@click.option("--resume", is_flag=True, help="Go on where an earlier run ended.")
def batch(
    table: Path,
    out: Path,
    model_folder: Path | None,
    scenario: str | None,
    targets: str | None,
    intervals: bool,
    strict: bool,
    workers: int | None,
    cluster: str | None,
    resume: bool,
) -> None:
    """Answer every row of a table (CSV, JSONL, Parquet, or a folder of these) or of a sweep (YAML)."""
    from tocsin import batch as batches
    from tocsin.batch import progress

    if workers and cluster:
        raise click.UsageError("give --workers or --cluster, not both")
    if scenario is not None and batches.is_sweep(table):
        raise click.UsageError("a sweep names its own scenario; leave --scenario out")
    folder, path = _place(scenario or (str(table) if batches.is_sweep(table) else None), model_folder)
    model = _built(folder)
    source, base = batches.opened(table, None if batches.is_sweep(table) else path, model)
    wanted = batches.targets(targets.split(",") if targets else None, model)
    order = batches.Order(table, source, out, wanted, "intervals" if intervals else "points", strict, resume)
    crew = batches.Workers(workers or 0, cluster) if workers or cluster else batches.Alone()
    click.echo(progress.before(order))
    with progress.shown(table.name) as watch:
        summary = batches.run(model, base, order, crew, watch)
    click.echo(progress.after(order, summary))


@main.command()
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO]...")
@model_option
@click.option("--out", required=True, type=A_PATH, help="Folder to write into.")
@click.option("--format", "formats", default="pdf", show_default=True, metavar="pdf,docx,pptx,html,md")
@click.option("--length", type=click.Choice(["summary", "full"]), default="full", show_default=True)
@click.option("--marking", metavar="TEXT", help="On every page and slide; TLP:CLEAR if left out.")
@click.option("--since", type=A_PATH, help="An earlier briefing: say what changed.")
@click.option("--template", type=A_PATH, help="An organisation's .docx or .pptx, whose styles are taken.")
def brief(
    scenarios: Sequence[str],
    model_folder: Path | None,
    out: Path,
    formats: str,
    length: Any,
    marking: str | None,
    since: Path | None,
    template: Path | None,
) -> None:
    """Write a briefing on each scenario; on the baseline if none is named."""
    from tocsin import briefing

    wanted = tuple(dict.fromkeys(part.strip().lower() for part in formats.split(",")))
    if unknown := [each for each in wanted if each not in briefing.FORMATS]:
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(briefing.FORMATS)}", param_hint="--format")
    briefing.check_template(template, wanted)
    earlier = briefing.read(since).record if since is not None else None
    order = briefing.Order(length, briefing.MARKING if marking is None else marking, earlier)
    for path in _briefed(scenarios or (None,), model_folder, out, wanted, order, template):
        click.echo(str(path))


def _briefed(
    scenarios: Sequence[str | None],
    model_folder: Path | None,
    out: Path,
    formats: Sequence[str],
    order: Any,
    template: Path | None,
) -> list[Path]:
    """Write each scenario's files; with several a bar on stderr shows how far it is."""
    from rich.console import Console
    from rich.progress import track

    from tocsin import briefing
    from tocsin.analysis.explain import explain
    from tocsin.options import scenario_from

    model: Any = None
    written: list[Path] = []
    opened: Path | None = None
    console = Console(stderr=True)
    places = [_place(scenario, model_folder) for scenario in scenarios]
    for folder, path in track(places, "briefings", console=console, transient=True, disable=len(places) < 2):
        if folder != opened:
            model, opened = _built(folder), folder
        asked = scenario_from(model.records, path, (), (), (), (), {})
        made = briefing.compose(explain(model, asked), order)
        files = {f"{asked.scenario}.{form}": briefing.render(made, form, template) for form in formats}
        written += briefing.write(out, files)
    return written


@main.command()
@click.argument("file", type=A_PATH)
@click.option("--model", "model_folder", type=A_PATH, help="Model folder; the one that the briefing names if left out.")
@click.pass_context
def verify(context: click.Context, file: Path, model_folder: Path | None) -> None:
    """Say whether a briefing still follows from the model; exit 1 with what does not."""
    from tocsin.briefing import read
    from tocsin.briefing.verifying import verify as verified

    folder = model_folder or Path("models") / Path(str(read(file).record.run["model"])).name
    found = verified(file, folder)
    for note in found.notes:
        click.echo(f"note: {note}")
    for told in found.figures:
        click.echo(f"no longer follows: {told}")
    for told in found.text:
        click.echo(f"differs at {told}")
    for told in found.added:
        click.echo(f"added by hand, without a figure: {told}")
    click.echo(f"{file}: {'holds' if found.holds else 'does not hold'}")
    if not found.holds:
        context.exit(1)


@main.command()
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder to write one file per schema into."
)
def schema(out: Path | None) -> None:
    """JSON Schemas of model.yaml, statements.yaml, scenario and sweep files, for editors."""
    from tocsin.records import ModelFile, Scenario, StatementsFile
    from tocsin.records.base import Record
    from tocsin.records.sweep import Sweep

    schemas: dict[str, type[Record]] = {
        "model": ModelFile,
        "statements": StatementsFile,
        "scenario": Scenario,
        "sweep": Sweep,
    }
    made = {name: record.model_json_schema(by_alias=True) for name, record in schemas.items()}
    if out is None:
        click.echo(json.dumps(made, indent=2, ensure_ascii=False))
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, content in made.items():
        (out / f"{name}.schema.json").write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
        click.echo(str(out / f"{name}.schema.json"))


@main.command()
@click.argument("model", type=A_PATH)
@click.argument("out", type=A_PATH)
def convert(model: Path, out: Path) -> None:
    """Write a model, or a foreign network file, in a foreign format: .bif, .xmlbif, .net, .xdsl, .uai."""
    from tocsin.network.formats import read_network, write_network

    network = _built(model).network if model.is_dir() else read_network(model)
    write_network(network, out)
    click.echo(f"{out}: {len(network.variables)} variables")


@main.command()
@click.option("--port", default=8501, show_default=True, help="Port on this machine.")
def app(port: int) -> None:
    """Open the sliders in a browser."""
    from tocsin.ui.server import serve

    serve(port)


def _built(folder: Path) -> Any:
    from tocsin.opening import open_model

    return open_model(folder)


def _model_folder(given: Path | None) -> Path:
    from tocsin.files import models_under

    if given is not None:
        return given
    found = models_under("models")
    if len(found) != 1:
        what = f"holds {len(found)} models ({', '.join(path.name for path in found)})" if found else "holds no model"
        raise BadInput([Problem("./models", 0, 0, "", f"{what}; name one with --model")])
    return found[0]


def _place(scenario: str | None, model_folder: Path | None) -> tuple[Path, Path | None]:
    """The model's folder and the scenario's file; a bare name is one of the model's own scenarios."""
    from tocsin.opening import model_of_scenario

    if scenario is None:
        return _model_folder(model_folder), None
    if Path(scenario).suffix in (".yaml", ".yml") or Path(scenario).exists():
        path = Path(scenario)
        return model_folder or model_of_scenario(path) or _model_folder(None), path
    folder = _model_folder(model_folder)
    return folder, Path("scenarios") / folder.name / f"{scenario}.yaml"


if __name__ == "__main__":
    sys.exit(main())
