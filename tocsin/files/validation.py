"""From a document to a record: every error with its line, what is wrong and what is allowed."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tocsin.errors import Problem, nearest
from tocsin.files.yaml12 import Document, Place
from tocsin.records.base import Record

R = TypeVar("R", bound=Record)

FAMILIES = ("prior", "table", "odds", "noisy_or", "noisy_max", "cast", "ranked", "any", "all", "max", "index")


def validate(record: type[R], document: Document) -> tuple[R | None, list[Problem]]:
    """The record that a document holds, or None; and all problems found so far."""
    problems = list(document.problems)
    try:
        made = record.model_validate(document.value)
    except ValidationError as error:
        problems += [_problem(record, document, details) for details in error.errors(include_url=False)]
        return None, problems
    return (None if problems else made), problems


def _problem(record: type[Record], document: Document, error: ErrorDetails) -> Problem:
    place = _standing(document.value, error["loc"])
    message = _message(record, error, place)
    return document.problem(place, message, at_key=error["type"] == "extra_forbidden")


def _standing(value: Any, loc: Iterable[str | int]) -> Place:
    """The location without the parts that pydantic adds (union tags, `[key]`), which do not stand in the file."""
    place: list[str | int] = []
    parts = list(loc)
    for position, part in enumerate(parts):
        missing_key = position == len(parts) - 1 and part != "[key]" and isinstance(value, Mapping)
        in_list = isinstance(value, list) and isinstance(part, int) and part < len(value)
        if in_list or (isinstance(value, Mapping) and part in value):
            value = value[part]
        elif not missing_key:
            continue
        place.append(part)
    return tuple(place)


def _message(record: type[Record], error: ErrorDetails, place: Place) -> str:
    kind, context, given = error["type"], error.get("ctx", {}), error.get("input")
    match kind:
        case "extra_forbidden":
            return f"unknown key{nearest(str(place[-1]), _keys_at(record, error['loc'][:-1]))}"
        case "missing":
            return f"is missing; {_purpose(record, error['loc'])}".rstrip("; ")
        case "value_error" | "assertion_error":
            return str(context.get("error", error["msg"]))
        case "literal_error":
            expected = str(context["expected"]).replace("'", "").replace(" or ", ", ")
            return f"{given!r} is not known{nearest(str(given), expected.split(', '))}"
        case "union_tag_invalid":
            tags = str(context["expected_tags"]).replace("'", "").split(", ")
            return f"no family {context['tag']!r}{nearest(str(context['tag']), tags)}"
        case "union_tag_not_found":
            return f"is missing its `family`; allowed: {', '.join(FAMILIES)}"
        case "string_type":
            return f"{_shown(given)} is not text; put it in quotes"
        case "string_pattern_mismatch":
            return f"{_shown(given)} is not allowed here; it must match {context['pattern']}"
        case "dict_type" | "model_type" | "model_attributes_type":
            return f"{_shown(given)} stands where keys and values belong"
        case "tuple_type" | "list_type":
            return f"{_shown(given)} stands where a list belongs"
        case "date_from_datetime_parsing" | "date_parsing" | "date_type":
            return f"{_shown(given)} is not a date; write it as 2024-12-01"
        case _:
            return f"{_shown(given)}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _purpose(record: type[Record], loc: tuple[str | int, ...]) -> str:
    for owner in _models(_type_at(record, loc[:-1])):
        for name, described in owner.model_fields.items():
            if loc[-1] in (name, described.alias) and described.description:
                return f"it says: {described.description.strip()[0].lower()}{described.description.strip()[1:]}"
    return ""


def _keys_at(record: type[Record], loc: tuple[str | int, ...]) -> list[str]:
    keys: list[str] = []
    for owner in _models(_type_at(record, loc)):
        keys += [described.alias or name for name, described in owner.model_fields.items()]
    return list(dict.fromkeys(keys))


def _type_at(annotation: Any, loc: tuple[str | int, ...]) -> Any:
    """The type that stands at a location, following fields, mappings, sequences and union tags."""
    for part in loc:
        options = _options(annotation)
        tagged = [option for option in _models(annotation) if part in _tags(option)]
        if tagged and len(options) > 1:
            annotation = tagged[0]
            continue
        annotation = next((found for option in options if (found := _step(option, part)) is not None), None)
        if annotation is None:
            return None
    return annotation


def _step(option: Any, part: str | int) -> Any:
    if isinstance(option, type) and issubclass(option, BaseModel):
        return next((f.annotation for name, f in option.model_fields.items() if part in (name, f.alias)), None)
    arguments = get_args(option)
    if get_origin(option) is dict:
        return arguments[1]
    if get_origin(option) in (tuple, list) and isinstance(part, int):
        return arguments[0] if len(arguments) < 2 or arguments[1] is Ellipsis else arguments[min(part, 1)]
    return None


def _options(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [option for part in get_args(annotation) for option in _options(part)]
    return [annotation]


def _models(annotation: Any) -> list[type[BaseModel]]:
    return [option for option in _options(annotation) if isinstance(option, type) and issubclass(option, BaseModel)]


def _tags(model: type[BaseModel]) -> tuple[Any, ...]:
    family = model.model_fields.get("family")
    return get_args(family.annotation) if family and get_origin(family.annotation) is Literal else ()
