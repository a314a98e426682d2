"""Choices in files: read, checked against their model, and where they lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tocsin.errors import BadInput, nearest
from tocsin.files import yaml12
from tocsin.files.places import files_beside, find_file
from tocsin.files.references import Flaws, event_flaws, index_flaws, unknown
from tocsin.files.validation import validate
from tocsin.files.yaml12 import Place
from tocsin.network.network import ancestors
from tocsin.records import Choice, ModelRecords
from tocsin.records.choice import MOST_OPTIONS, MOST_POLICIES, FirstStep, Stake


def load_choice(path: str | Path, model: ModelRecords) -> Choice:
    """The choice in a file, checked against its model; raises BadInput with all its problems."""
    return checked_choice(yaml12.read(Path(path)), model)


def checked_choice(document: yaml12.Document, model: ModelRecords) -> Choice:
    """The choice in a document that was read, checked against its model; raises BadInput with all its problems."""
    choice, problems = validate(Choice, document)
    if choice is not None:
        problems += [document.problem(place, message) for place, message in choice_flaws(choice, model)]
    if choice is None or problems:
        raise BadInput(problems)
    return choice


def choice_of(content: Mapping[str, Any], model: ModelRecords, shown: str) -> Choice:
    """The choice that plain content describes, held to the rules of files; shown names its place in errors."""
    return checked_choice(yaml12.Document(shown, dict(content)), model)


def choice_files(folder: Path) -> dict[str, Path]:
    """The files of a model's choices by the choice's name; of two of one name the nearer."""
    return files_beside("choices", folder)


def find_choice(name: str, folders: Sequence[Path]) -> tuple[Path, Path]:
    """The model's folder and the file of the choice of this name, in any of the models in these folders.

    Raises BadInput with the nearest name and all names, also where more than one model has it.
    """
    return find_file("choice", name, {folder: choice_files(folder) for folder in folders})


def choice_flaws(choice: Choice, model: ModelRecords) -> Flaws:
    """Every name that the model does not know, and what is too many or contradicts itself."""
    if choice.model != model.name:
        yield ("model",), f"this choice is for {choice.model!r}, but the model is {model.name!r}"
        return
    for group, courses in (("first", choice.first), ("options", choice.options)):
        for position, name in enumerate(courses, start=1):
            if position > MOST_OPTIONS:
                yield (
                    (group, name),
                    f"{name} is number {position}; {group} holds at most {MOST_OPTIONS}, so leave some out",
                )
        for name, course in courses.items():
            yield from _forced_flaws(course.forced, model, (group, name, "forced"))
    for name in choice.first:
        if name in choice.options:
            yield ("first", name), f"{name} stands among the options too; give the two steps names that differ"
    yield from _stakes_flaws(choice.stakes, model, ("stakes",))
    yield from _other_side_flaws(choice, model)
    for name, step in choice.first.items():
        yield from _first_flaws(choice, model, name, step)
    for key, amount in choice.amounts():
        place = tuple(int(part) if part.isdigit() else part for part in key.split("."))
        yield from unknown(amount.cites, model.by_id, "no statement", (*place, "cites"))


def _forced_flaws(forced: Mapping[str, str], model: ModelRecords, place: Place) -> Flaws:
    for name, state in forced.items():
        yield from event_flaws({name: (state,)}, model.variables, place)
        yield from index_flaws(model, (*place, name), name)


def _stakes_flaws(stakes: Sequence[Stake], model: ModelRecords, place: Place) -> Flaws:
    for position, stake in enumerate(stakes):
        here = (*place, position, "when")
        yield from event_flaws(stake.when, model.variables, here)
        for name, states in stake.when.items():
            yield from index_flaws(model, (*here, name), name)
            if name in model.variables and set(states) >= set(model.variables[name].states):
                yield (*here, name), "names every state, which is always so; leave at least one out"


def _other_side_flaws(choice: Choice, model: ModelRecords) -> Flaws:
    other = choice.other_side
    if other is None:
        return
    place: Place = ("other_side", "moves")
    yield from event_flaws(other.moves, model.variables, place)
    for name in other.moves:
        yield from index_flaws(model, (*place, name), name)
        if forcing := [option for option, course in choice.options.items() if name in course.forced]:
            yield (*place, name), f"{name} is forced by the option {forcing[0]} too; one side alone can move it"
    if other.count > MOST_OPTIONS:
        yield place, f"has {other.count} moves, every combination counted; at most {MOST_OPTIONS} are tried"
    yield from _stakes_flaws(other.stakes, model, ("other_side", "stakes"))


def _first_flaws(choice: Choice, model: ModelRecords, name: str, step: FirstStep) -> Flaws:
    place: Place = ("first", name)
    yield from unknown(step.options, choice.options, "no option", (*place, "options"))
    after = [option for option in step.options or choice.options if option in choice.options]
    for option in after:
        for forced in {*step.forced}.intersection(choice.options[option].forced):
            yield (
                (*place, "forced", forced),
                f"{forced} is forced by the option {option} too; one step alone can force it",
            )
    if step.learns is None:
        return
    about = step.learns.about
    if about not in model.variables:
        yield (*place, "learns", "about"), f"no variable {about!r}{nearest(about, model.variables)}"
        return
    yield from index_flaws(model, (*place, "learns", "about"), about)
    if about in step.forced:
        yield (
            (*place, "learns", "about"),
            f"{about} is forced by {name} itself, so that there is nothing to learn of it",
        )
    parents = {variable: record.parents for variable, record in model.variables.items()}
    upstream = {about, *ancestors(parents, about)}
    for option in after:
        for forced in choice.options[option].forced:
            if forced in upstream:
                message = (
                    f"{about} comes after {forced}, which the option {option} forces later; learn of something else"
                )
                yield (*place, "learns", "about"), message
    replies = len(model.variables[about].states) + (step.learns.comes < 1)
    if len(after) ** replies > MOST_POLICIES:
        message = f"{len(after)} options after each of {replies} reports are more than {MOST_POLICIES:,} policies"
        yield (*place, "learns"), f"{message}; leave options out"
