"""From a document to a record: every error with its line, what is wrong and what is allowed."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from tocsin.errors import Problem, nearest, nearest_name
from tocsin.files.yaml12 import Document, Place
from tocsin.records.base import Record
from tocsin.records.families import Assumption, Quantity

R = TypeVar("R", bound=Record)

FAMILIES = ("prior", "table", "odds", "noisy_or", "noisy_max", "cast", "ranked", "any", "all", "max", "index")


def validate(record: type[R], document: Document) -> tuple[R | None, list[Problem]]:
    """The record that a document holds, or None; and all problems found so far."""
    problems = list(document.problems)
    try:
        loaded = record.model_validate(document.value)
    except ValidationError as error:
        problems += [_problem(record, document, details) for details in _worth_telling(record, error)]
        return None, problems
    return (None if problems else loaded), problems


def _worth_telling(record: type[Record], error: ValidationError) -> Iterator[ErrorDetails]:
    """The errors without those that another one causes: a key that is misspelt is not missing too."""
    found = error.errors(include_url=False)
    misspelt: set[tuple[str | int, ...]] = set()
    outside: set[tuple[str | int, ...]] = set()
    for details in found:
        if details["type"] == "extra_forbidden":
            *around, key = details["loc"]
            near = nearest_name(str(key), _keys_at(record, tuple(around)))
            if near is not None:
                misspelt.add((*around, near))
    for details in found:
        if details["type"] == "missing" and details["loc"] in misspelt:
            continue
        # Of a list whose entries are all wrong none is left to be counted.
        entries = details["input"] if isinstance(details["input"], list) else ()
        if details["type"] == "too_short" and len(entries) > details["ctx"]["actual_length"]:
            continue
        if details["type"] == "extra_forbidden" and _belongs_under_assume(record, details["loc"]):
            if details["loc"][:-1] in outside:
                continue
            outside.add(details["loc"][:-1])
        yield details


def _problem(record: type[Record], document: Document, error: ErrorDetails) -> Problem:
    place = _standing(document.value, error["loc"])
    message = _message(record, error, place)
    return document.problem(
        place, message, at_key=error["type"] == "extra_forbidden" or error["loc"][-1:] == ("[key]",)
    )


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
    kind, context, given, loc = error["type"], error.get("ctx", {}), error.get("input"), error["loc"]
    match kind:
        case "extra_forbidden":
            if _belongs_under_assume(record, loc):
                return f"a number of your own stands under `assume`: {_assumption(loc)}"
            return f"unknown key{nearest(str(place[-1]), _keys_at(record, loc[:-1]))}"
        case "missing":
            if isinstance(loc[-1], int):
                return f"a list of two numbers belongs here, such as {_pair(loc)}"
            return f"is missing; {_purpose(record, loc)}".rstrip("; ")
        case "value_error" | "assertion_error":
            return str(context.get("error", error["msg"]))
        case "literal_error":
            expected = str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
            return f"{_shown(given)} is not known{nearest(str(given), expected)}"
        case "union_tag_invalid":
            tags = str(context["expected_tags"]).replace("'", "").split(", ")
            return f"no family {context['tag']!r}{nearest(str(context['tag']), tags)}"
        case "union_tag_not_found":
            return f"is missing its `family`; allowed: {', '.join(FAMILIES)}"
        case "string_type":
            return _no_text(given, in_key=loc[-1] == "[key]")
        case "dict_type" | "model_type" | "model_attributes_type":
            return _no_mapping(record, loc, given)
        case "tuple_type" | "list_type":
            return _no_list(record, loc, given)
        case _:
            return _limit(kind, context, given, loc) or f"{_shown(given)}: {error['msg'][:1].lower()}{error['msg'][1:]}"


_LIMITS = {
    "greater_than": ("gt", "above"),
    "greater_than_equal": ("ge", "at least"),
    "less_than": ("lt", "below"),
    "less_than_equal": ("le", "at most"),
}


def _limit(kind: str, context: Mapping[str, Any], given: Any, loc: tuple[str | int, ...]) -> str | None:
    """What is allowed, where a value or a length is outside it."""
    match kind:
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal":
            key, word = _LIMITS[kind]
            return f"{_shown(given)} is not allowed; it must be {word} {context[key]:,g}"
        case "too_short" if context["min_length"] == 2:
            # A word alone is a list of one name by then.
            held = context["actual_length"] or "none"
            return f"a list of 2 or more names belongs here, such as [no, yes]; not {held}"
        case "too_short":
            listed = f"{context['actual_length'] or 'none'}"
            return f"needs {context['min_length']} or more, not {listed}"
        case "too_long" if context.get("max_length") == 2 and isinstance(given, list):
            return f"a list of two numbers belongs here, such as {_pair(loc)}; not {len(given)}"
        case "too_long":
            return f"may hold {context['max_length']:,}, not {context['actual_length']:,}"
        case "string_too_short":
            return "there is no text here"
        case "string_too_long":
            return f"at most {context['max_length']:,} characters fit here, not {len(str(given)):,}"
        case "float_type" | "float_parsing" | "int_type" | "int_parsing" | "int_from_float":
            return f"{_shown(given)} stands where a number belongs"
        case "finite_number" | "int_parsing_size":
            return f"{_shown(given)} is too large"
        case "bool_type" | "bool_parsing":
            return f"{_shown(given)} is neither true nor false"
        case _:
            return None


def _no_text(given: Any, *, in_key: bool) -> str:
    match given:
        case bool() | int() | float():
            what = "key" if in_key else "text"
            return f"{_shown(given)} is read as a {_kind(given)} and not as {what}; put it in quotes"
        case None:
            return "nothing stands here; text belongs here"
        case _:
            return f"{_kind(given)} {_shown(given)} stands where one text belongs"


def _no_mapping(record: type[Record], loc: tuple[str | int, ...], given: Any) -> str:
    owners = _models(_type_at(record, loc))
    if Quantity in owners:
        return f"{_shown(given)} needs its reason: write `{_assumption(loc)}`, or name `statements: [S1]` that set it"
    if Assumption in owners:
        return f"{_shown(given)} needs its reason: write `{_assumption(loc).removeprefix('assume: ')}`"
    keys = _keys_at(record, loc)
    such = f": {_first(keys)}" if keys else ", as in {name: value}"
    return f"{_shown(given)} stands where keys and values belong{such}"


def _no_list(record: type[Record], loc: tuple[str | int, ...], given: Any) -> str:
    beginning = f"{_shown(given)} stands where a list"
    if _is_pair(_type_at(record, loc)):
        return f"{beginning} of two numbers belongs, such as {_pair(loc)}"
    if keys := _keys_at(record, (*loc, 0)):
        return f"{beginning} belongs, each entry of it with keys and values: {_first(keys)}"
    return f"{beginning} belongs" + (f"; write [{given}]" if isinstance(given, str) else "")


def _first(keys: list[str]) -> str:
    """The first of them, as many as one reads."""
    return f"{', '.join(keys[:8])}{', …' if len(keys) > 8 else ''}"


def _belongs_under_assume(record: type[Record], loc: tuple[str | int, ...]) -> bool:
    return Quantity in _models(_type_at(record, loc[:-1])) and loc[-1] in Assumption.model_fields


def _assumption(loc: tuple[str | int, ...]) -> str:
    """The number of one's own that belongs at a place of a table."""
    within = {str(part) for part in loc}
    if within & {"effects"}:
        example = "ratio: [1.2, 3]"
    elif within & {"influences"}:
        example = "strength: [-0.2, 0.5]"
    elif within & {"weights", "variance"}:
        example = "value: 0.5"
    else:
        example = "range: [1%, 10%]"
    return f"assume: {{{example}, because: …}}"


_PAIRS = {"ratio": "[1.2, 3]", "strength": "[-0.2, 0.5]"}


def _pair(loc: tuple[str | int, ...]) -> str:
    return next((_PAIRS[str(part)] for part in reversed(loc) if part in _PAIRS), "[5%, 20%]")


def _is_pair(annotation: Any) -> bool:
    return any(
        get_origin(option) is tuple and len(get_args(option)) == 2 and get_args(option)[1] is not Ellipsis
        for option in _options(annotation)
    )


def _kind(value: Any) -> str:
    kinds = {bool: "truth value", int: "number", float: "number", list: "the list", dict: "the mapping"}
    return kinds.get(type(value), "the value")


def _shown(value: Any) -> str:
    """As it would stand in the file, cut short."""
    text = _as_yaml(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _as_yaml(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case list() | tuple():
            return f"[{', '.join(map(_inner, value[:20]))}]"
        case dict():
            return "{" + ", ".join(f"{_inner(key)}: {_inner(inner)}" for key, inner in [*value.items()][:20]) + "}"
        case _:
            return repr(value)


def _inner(value: Any) -> str:
    return value if isinstance(value, str) and value.isprintable() else _as_yaml(value)


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
