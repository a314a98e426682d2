"""What several commands share: which model, which scenario, and what options put on top of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tocsin.errors import BadInput, Problem

if TYPE_CHECKING:
    from tocsin.model import Model
    from tocsin.records import ModelRecords, Scenario

F = TypeVar("F", bound=Callable[..., Any])

A_PATH = click.Path(path_type=Path)


class Command(click.Command):
    """A command that takes no option twice, but those that may be several: the last would win in silence."""

    def parse_args(self, context: click.Context, arguments: list[str]) -> list[str]:
        """As click does. Raises UsageError naming the option that stands twice."""
        given = Counter(self.make_parser(context).parse_args(list(arguments))[2])
        for parameter, times in given.items():
            if times > 1 and isinstance(parameter, click.Option) and not parameter.multiple and not parameter.is_flag:
                raise click.UsageError(f"{parameter.opts[0]} is given {times} times; give it once", context)
        return super().parse_args(context, arguments)


command = partial(click.command, cls=Command)
"""`click.command` for all of Tocsin's."""

model_option = click.option(
    "--model",
    "model_folder",
    metavar="NAME|PATH",
    type=A_PATH,
    help="The model: a name that `tocsin models` lists, or a folder. Needed only where there are several.",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


BASELINE = "baseline"
"""The scenario without evidence."""


@dataclass(frozen=True)
class Given:
    """Everything that options put on top of a scenario: evidence, and how it is answered and worded."""

    evidence: tuple[tuple[str, str], ...] = ()
    """Options with what was typed after them, such as `--observe` and `road=open`."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """By the scenario's own keys."""

    def on(self, records: ModelRecords, path: Path | None) -> Scenario:
        """The scenario of a file, or an empty one, with the options added. Raises BadInput, also where both name a
        variable."""
        from tocsin.files import load_scenario, scenario_of
        from tocsin.records.scenario import baseline

        scenario = baseline(records.name) if path is None else load_scenario(path, records)
        content = scenario.model_dump(by_alias=True, exclude_defaults=True)
        evidence, forced = dict(content.get("evidence", {})), dict(content.get("forced", {}))
        problems: list[Problem] = []
        for option, text in self.evidence:
            try:
                name, finding = _parsed(option, text)
            except ValueError:
                message = f"{text!r} cannot be read; write {_example(option, records)}"
                problems.append(Problem(option, 0, 0, "", message))
                continue
            if name in evidence or name in forced:
                problems.append(Problem(option, 0, 0, "", f"{name} is set already; give it once"))
            (forced if option == "--force" else evidence)[name] = finding
        if problems:
            raise BadInput(problems)
        if self.evidence:
            # What a file says of its scenario is not true of another.
            content.pop("description", None)
            content["title"] = f"{content['title']}, changed on the command line" if path else "From the command line"
            content["scenario"] = f"{content['scenario']}-changed" if path else "command-line"
        return scenario_of(content | {"evidence": evidence, "forced": forced, **self.settings}, records, "command line")


def _parsed(option: str, text: str) -> tuple[str, Any]:
    """The variable, and what a scenario file says of it. Raises ValueError."""
    from tocsin.records.scenario import take_apart

    # Raises UnicodeEncodeError, a ValueError, for bytes that are no text.
    text.encode("utf-8")
    name, value = (part.strip() for part in text.split("=", 1))
    if not name or not value:
        raise ValueError(text)
    match option:
        case "--observe":
            return name, {"observed": value}
        case "--report":
            report = take_apart(f"~{value}")
            if not report.grade or not all(report.states):
                raise ValueError(text)
            return name, {"reported": list(report.states), "grade": report.grade}
        case "--believe":
            belief = take_apart(value.replace(",", "|"))
            if not all(belief.chances) or not belief.chances:
                raise ValueError(text)
            return name, {"believed": dict(zip(belief.states, belief.chances, strict=True))}
        case _:
            return name, value


def _example(option: str, records: ModelRecords) -> str:
    """How an option is written, with names of the model in use: `variable=state:grade, such as storm=yes:B2`."""
    events = [name for name, variable in records.variables.items() if variable.role != "index"]
    name = min(events or records.variables, key=lambda variable: len(records.variables[variable].states))
    states = records.variables[name].states
    match option:
        case "--report":
            return f"variable=state:grade, such as {name}={states[-1]}:B2"
        case "--believe":
            share, rest = divmod(100, len(states))
            chances = ",".join(f"{state}:{share + (rest if not k else 0)}%" for k, state in enumerate(states))
            return f"variable=state:p,state:p, such as {name}={chances}"
        case _:
            return f"variable=state, such as {name}={states[-1]}"


EVIDENCE = {"--observe": "observed", "--report": "reported", "--believe": "believed", "--force": "forced"}
"""Options of evidence and the names that click has for them."""
_OPTIONS = (
    click.option(
        "--observe",
        "observed",
        multiple=True,
        metavar="V=S",
        help="Variable V is seen to be in state S, for certain. `tocsin check --full` lists both. "
        "This and the next three can be given several times.",
    ),
    click.option(
        "--report",
        "reported",
        multiple=True,
        metavar="V=S:GRADE",
        help="Somebody reports that V is S. GRADE says how far to trust it: a letter from A (reliable source) to F "
        "(unknown) and a digit from 1 (confirmed) to 6 (unknown), such as B2.",
    ),
    click.option(
        "--believe",
        "believed",
        multiple=True,
        metavar="V=S:P,...",
        help="Whatever else is known, V shall have these probabilities, such as road=open:70%,slow:30%.",
    ),
    click.option(
        "--force",
        "forced",
        multiple=True,
        metavar="V=S",
        help="Suppose that we or others make V be S: its effects move, and its causes do not.",
    ),
    click.option(
        "--title", metavar="TEXT", help="What the question is called in what is written; the scenario's if left out."
    ),
    click.option("--interval", metavar="SHARE", help="Belief that an interval holds, such as 90%; 80% if left out."),
    click.option(
        "--lexicon",
        metavar="NAME",
        help="Standard to word answers by: icd203, phia, nato, ipcc or kent; the model's if left out.",
    ),
    click.option(
        "--reconcile",
        is_flag=True,
        help="Let judgements that set no number of the model count too: what contradicts them weighs less.",
    ),
)


def given_options(command: F) -> F:
    """Adds the options of evidence, title, interval, lexicon and reconciling; received as one `given`."""

    @wraps(command)
    def packed(**options: Any) -> Any:
        evidence = [(option, text) for option, key in EVIDENCE.items() for text in options.pop(key)]
        settings = {key: options.pop(key) for key in ("interval", "lexicon", "reconcile", "title")}
        given = {key: value for key, value in settings.items() if value not in (None, False)}
        return command(given=Given(tuple(evidence), given), **options)

    for option in reversed(_OPTIONS):
        packed = option(packed)
    return packed  # type: ignore[return-value]


def asked(scenario: str | None, model_folder: Path | None, given: Given) -> tuple[Model, Scenario]:
    """The model and the scenario that a command is about. Raises BadInput, TooLarge."""
    folder, path = place(scenario, model_folder)
    model = built(folder)
    return model, given.on(model.records, path)


def built(folder: Path) -> Model:
    """The model in a folder. Raises BadInput, TooLarge."""
    from tocsin.model import open_model

    return open_model(folder)


def folder_of(given: Path | None) -> Path:
    """The folder of the model that is named, or of the only one. Raises BadInput where there are none or several."""
    from tocsin.files.places import find_model, only_model

    folder = only_model() if given is None else find_model(given)
    if folder != given:
        _note_example(folder)
    return folder


def _note_example(folder: Path) -> None:
    """Says so where a model is an example, since whoever has models elsewhere would not expect it."""
    from tocsin.files.places import is_example

    if is_example(folder):
        click.echo(f"note: {folder.name} is an example that comes with Tocsin", err=True)


def place(scenario: str | None, model_folder: Path | None) -> tuple[Path, Path | None]:
    """The model's folder and the scenario's file, None for no evidence.

    scenario: a path, or the name of one of the model's scenarios; where no model is named, of the only model that has
    a scenario of this name.
    """
    from tocsin.files.places import find_scenario, is_yaml, model_of_scenario, near_models

    if scenario is None:
        return folder_of(model_folder), None
    path = Path(scenario)
    if is_yaml(path) or path.name != scenario:
        return (model_of_scenario(path) if model_folder is None else None) or folder_of(model_folder), path
    if scenario == BASELINE:
        # What is answered if no scenario is named has this name, whether or not a file describes it.
        folder = folder_of(model_folder)
        try:
            return find_scenario(scenario, [folder])
        except BadInput:
            return folder, None
    several = near_models() if model_folder is None else []
    if len(several) < 2:
        return find_scenario(scenario, [folder_of(model_folder)])
    folder, found = find_scenario(scenario, several)
    _note_example(folder)
    return folder, found
