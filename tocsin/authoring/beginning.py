"""A new model: the smallest files from which edits can go on, and what is still missing until it passes `check`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tocsin.authoring.edits import MODEL, STATEMENTS, EditedModel, Kind
from tocsin.authoring.yaml_writing import written
from tocsin.errors import BadInput, counted
from tocsin.files import saving
from tocsin.records.base import composed_name


def new_model(
    folder: Path, name: str, title: str, lexicon: str = "icd203", as_of: date | None = None, description: str = ""
) -> Path:
    """Write the files of a new model into `folder/name` and return that folder; what is asked comes by edits.

    folder: where models lie. as_of: the day on which its evidence ends. Raises BadInput where the name is none, or is
    taken.
    """
    try:
        name = composed_name(name)
    except ValueError as error:
        raise BadInput.at("name", str(error)) from None
    place = Path(folder) / name
    if place.exists():
        raise BadInput.at(place, "exists; choose another name")
    head = {"model": name, "title": title, "description": description, "as_of": as_of.isoformat() if as_of else ""}
    model = {
        **{key: value for key, value in head.items() if value},
        "lexicon": lexicon,
        "variables": {},
        "outcomes": [],
    }
    statements: dict[str, Any] = {"sources": {}, "speakers": {}, "statements": []}
    place.mkdir(parents=True)
    texts = {place / MODEL: ("", written(model)), place / STATEMENTS: ("", written(statements))}
    saving.save_texts(place, texts)
    return place


@dataclass(frozen=True)
class Missing:
    """What an unfinished model does not have yet."""

    text: str
    """In words: `the days that the questions are about`."""
    kind: Kind
    name: str = ""
    """Of the variable or other thing that it is missing from; empty where a first one is missing."""
    field: str = ""
    """The key that is missing."""


_HEAD = {
    "title": "a title",
    "description": "what the model is about, in a sentence or two",
    "as_of": "the day on which its evidence ends",
    "horizon": "the days that the questions are about",
}
_OF_VARIABLE = {
    "title": "a title",
    "question": "the question that an observer could settle",
    "states": "the possible answers",
    "role": "its part in the model",
    "table": "its numbers",
}


def missing(edited: EditedModel) -> tuple[Missing, ...]:
    """What is still to be given before the model passes `check`, in the order in which one asks.

    What is given and wrong stands in `edited.problems`.
    """
    return tuple(_missing(edited.content[MODEL], edited.content[STATEMENTS]))


def _missing(model: dict[str, Any], statements: dict[str, Any]) -> Iterator[Missing]:
    for key, text in _HEAD.items():
        if not model.get(key):
            yield Missing(text, "model", field=key)
    variables = model.get("variables") or {}
    if not variables:
        yield Missing("a first question, with its possible answers", "variable")
    if not model.get("outcomes") and not model.get("tail_risks"):
        yield Missing("an outcome: what the answers are given of", "outcome")
    for name, variable in variables.items():
        variable = variable if isinstance(variable, dict) else {}
        title = f"“{variable.get('title') or name}”"
        for key, text in _OF_VARIABLE.items():
            if not variable.get(key):
                yield Missing(f"of {title}: {text}", "variable", name, key)
        if count := _holes(variable.get("table")):
            yield Missing(f"of {title}: {counted(count, 'number')}", "variable", name, "table")
    for name, quantity in (model.get("shared") or {}).items():
        if quantity is None:
            yield Missing(f"the shared number {name}", "number", f"shared.{name}")
    for key, kind, text in (
        ("sources", "source", "a first source: where something is said"),
        ("speakers", "speaker", "a first speaker: who says something"),
        ("statements", "statement", "a first statement: what was said"),
    ):
        if not statements.get(key):
            yield Missing(text, kind)  # type: ignore[arg-type]


def _holes(value: Any) -> int:
    """How many values are left open within a table."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return sum(1 if part is None else _holes(part) for part in parts)
