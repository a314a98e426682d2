"""Edits of what a model is made of: a variable with other states, parents or family, and what that asks for.

An edit of one variable is an edit of those that depend on it too: their tables have numbers for its states. What stays
is carried (`tables.py`); what is new is open until a reference is given, and is asked for in the words of the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from tocsin.authoring.edits import Add, Change, Edit, Remove, Rename
from tocsin.authoring.tables import TableShape, allowed_families, carried, missing, supposed
from tocsin.errors import BadInput, Problem
from tocsin.files import lexicons, load_scenario, scales, yaml12
from tocsin.files.places import scenario_files
from tocsin.files.references import heading_flaws, statement_flaws
from tocsin.files.tables import table_flaws
from tocsin.network.network import ancestors
from tocsin.records import ModelFile, ModelRecords, Variable
from tocsin.records.base import Record
from tocsin.records.model import Outcome, OutcomeEvent
from tocsin.records.parameters import Parameter, slots
from tocsin.records.statements import Source, Speaker, Statement

Content = Mapping[str, Any]
"""`model.yaml` as it was read: plain values, which need not pass as a model yet."""


def variables_of(content: Content) -> dict[str, dict[str, Any]]:
    """The variables of a file, those that are mappings."""
    held = content.get("variables")
    return {name: value for name, value in held.items() if isinstance(value, dict)} if isinstance(held, dict) else {}


def shape_of(variable: Mapping[str, Any], variables: Mapping[str, Mapping[str, Any]]) -> TableShape:
    """What the table of a variable is about."""
    parents = {
        parent: tuple(map(str, variables[parent].get("states") or ()))
        for parent in variable.get("parents") or ()
        if parent in variables
    }
    family = (variable.get("table") or {}).get("family") or ""
    return TableShape(family, tuple(map(str, variable.get("states") or ())), parents)


def possible_parents(name: str, variables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The variables from which an arrow may lead to one: all that do not follow from it."""
    parents = {key: tuple(p for p in value.get("parents") or () if p in variables) for key, value in variables.items()}
    return [other for other in variables if other != name and name not in ancestors(parents, other)]


def restructured(content: Content, name: str, values: Mapping[str, Any], family: str | None = None) -> list[Edit]:
    """A new variable, or other values for keys of one, with its table and those of its effects carried along.

    values: such as title, states, parents; without `table`. family: of the table; the one it has where that can be.
    Raises BadQuery where a table would ask for too many numbers.
    """
    before = variables_of(content)
    held = before.get(name, {})
    now = {**held, **values}
    after = {**before, name: now}
    shape = shape_of(now, after)
    chosen = family or shape.family
    families = allowed_families(shape)
    was = shape_of(held, before) if held else None
    shape = TableShape(chosen if chosen in families else families[0], shape.states, shape.parents)
    table = carried(held.get("table"), was, shape)
    changed = {key: value for key, value in {**values, "table": table}.items() if held.get(key) != value}
    edits: list[Edit] = []
    if not held:
        edits.append(Add("variable", name, changed))
    elif changed:
        edits.append(Change("variable", name, changed))
    for effect, variable in before.items():
        if effect != name and name in (variable.get("parents") or ()):
            wanted = carried(variable.get("table"), shape_of(variable, before), shape_of(variable, after))
            if wanted != variable.get("table"):
                edits.append(Change("variable", effect, {"table": wanted}))
    return edits


def without(content: Content, name: str) -> list[Edit]:
    """The edits that take a variable out: its effects lose a parent first. What else names it is told by the check."""
    edits: list[Edit] = []
    variables = variables_of(content)
    for effect, variable in variables.items():
        parents = [parent for parent in variable.get("parents") or () if parent != name]
        if len(parents) < len(variable.get("parents") or ()):
            edits += [edit for edit in restructured(content, effect, {"parents": parents}) if edit.name == effect]
    return [*edits, Remove("variable", name)]


def with_edits(content: Content, edits: Sequence[Edit]) -> dict[str, Any]:
    """A file's content with edits of its variables, as far as words and pictures need it; others do nothing here."""
    variables: dict[str, Any] = variables_of(content)
    for edit in edits:
        if edit.kind != "variable" or isinstance(edit, Rename):
            continue
        if isinstance(edit, Remove):
            variables.pop(edit.name, None)
            continue
        changed = {**variables.get(edit.name, {}), **(edit.values if isinstance(edit, Change) else edit.content)}
        variables[edit.name] = {key: value for key, value in changed.items() if value is not None}
    return {**content, "variables": variables}


def worded(content: Content, statements: Content | None = None) -> ModelRecords:
    """The model as far as it can be read, with something in the place of each open number: enough for forms, and to
    put into words what is asked; nothing is answered with it. statements: the content of `statements.yaml`."""
    variables: dict[str, Variable] = {}
    for name, value in variables_of(content).items():
        table = value.get("table")
        given: dict[str, Any] = {"title": name, "question": "?", "role": "driver"}
        given |= {key: part for key, part in value.items() if part not in ("", None)}
        if isinstance(table, Mapping):
            given["table"] = supposed(table)
        variables |= _readable_by_name(Variable, {name: given})
    head = {key: content[key] for key in _HEAD if content.get(key)}
    file = list(_readable(ModelFile, [_NOTHING_ASKED, {**_NOTHING_ASKED, **head}]))[-1]
    outcomes = tuple(_readable(Outcome, content.get("outcomes") or ()))
    risks = {
        name: read
        for name, event in (content.get("tail_risks") or {}).items()
        for read in _readable(OutcomeEvent, [event if isinstance(event, Mapping) else {"states": event}])
    }
    asked = {"variables": variables, "outcomes": outcomes, "tail_risks": risks}
    says = statements or {}
    held: dict[str, Any] = {
        "file": ModelFile.model_construct(**{**dict(file), **asked}),
        "sources": _readable_by_name(Source, says.get("sources")),
        "speakers": _readable_by_name(Speaker, says.get("speakers")),
        "origins": dict(says.get("origins") or {}),
        "statements": tuple(_readable(Statement, says.get("statements") or ())),
        "lexicons": dict(lexicons()),
        "scales": scales(),
    }
    return ModelRecords.model_construct(**held)


_HEAD = ("model", "title", "description", "as_of", "horizon", "lexicon", "confidence", "hedges")
_NOTHING_ASKED: dict[str, Any] = {
    "model": "new", "title": "New", "description": "New.", "as_of": "2000-01-01",
    "horizon": {"from": "2000-01-01", "to": "2000-01-01"},
    "variables": {"x": {"title": "X", "question": "X?", "states": ["no", "yes"], "role": "driver",
                        "table": {"family": "prior", "certain": "no"}}},
}  # fmt: skip
"""What stands where nothing is given yet."""


R = TypeVar("R", bound=Record)


def _readable(record: type[R], contents: Iterable[Any]) -> Iterator[R]:
    """Those that pass by themselves."""
    for content in contents:
        with suppress(ValidationError):
            yield record.model_validate(content)


def _readable_by_name(record: type[R], contents: Any) -> dict[str, R]:
    return {name: read for name, content in (contents or {}).items() for read in _readable(record, [content])}


def broken(folder: Path, model: ModelRecords, after: Content) -> list[Problem]:
    """What names something that would be no more, or speaks of another number then: statements, outcomes, scenarios.

    It is known before the new numbers are given. Statements and outcomes hinder an edit, scenarios do not.
    """
    file = model.file.model_copy(update={"variables": worded(after).variables})
    then = model.model_copy(update={"file": file})
    flaws = [*heading_flaws(then), *table_flaws(then)]
    asks, says = (yaml12.read(folder / name) for name in ("model.yaml", "statements.yaml"))
    problems = [asks.problem(*flaw) for flaw in flaws] + [says.problem(*flaw) for flaw in statement_flaws(then)]
    for path in scenario_files(folder).values():
        problems += sorted(_misfits(path, then) - _misfits(path, model))
    return problems


def _misfits(path: Path, model: ModelRecords) -> set[Problem]:
    try:
        load_scenario(path, model)
    except BadInput as error:
        return {problem for problem in error.problems if problem.path != "model_digest"}
    return set()


def open_numbers(content: Content, records: ModelRecords) -> Iterator[Parameter]:
    """The numbers without a reference, in the order of the file; records: as `worded` gives them."""
    for name, value in variables_of(content).items():
        wanted = missing(value.get("table") or {}, name) if name in records.variables else ()
        if wanted and all(parent in records.variables for parent in records.variables[name].parents):
            yield from (slot for slot in slots(name, records.variables) if slot.key in wanted)


def names_of(text: str, taken: Sequence[str] = ()) -> str:
    """A name for a file, made of words: small letters, numbers and underlines.

    >>> names_of("Breach of the dam, north"), names_of("Rain", ["rain"])
    ('breach_of_the_dam_north', 'rain_2')
    """
    letters = "".join(letter if letter.isalnum() else " " for letter in text.casefold())
    name = "_".join(letters.split())[:60].strip("_") or "unnamed"
    name = name if not name[0].isdigit() else f"n{name}"
    number, wanted = 1, name
    while wanted in taken:
        number += 1
        wanted = f"{name}_{number}"
    return wanted


@dataclass(frozen=True)
class AskedAs:
    """How a variable is asked. as_: `outcome` under a title, `tail risk`, or nothing where it is not asked."""

    as_: str = ""
    title: str = ""
    states: tuple[str, ...] = ()
    """In which it has come about."""
    says: str = ""
    noun: str = ""

    @property
    def event(self) -> dict[str, Any]:
        """As a file has it."""
        words = {key: text for key, text in (("says", self.says), ("noun", self.noun)) if text}
        return {"states": list(self.states), **words}


def asked(content: Content, name: str) -> AskedAs:
    """How a file asks a variable now."""
    for outcome in content.get("outcomes") or ():
        if isinstance(outcome, Mapping) and name in (outcome.get("events") or {}):
            return _asked("outcome", str(outcome.get("title") or ""), outcome["events"][name])
    risks = content.get("tail_risks") or {}
    return _asked("tail risk", "", risks[name]) if name in risks else AskedAs()


def _asked(as_: str, title: str, event: Any) -> AskedAs:
    held = event if isinstance(event, Mapping) else {"states": event}
    states = held.get("states") or ()
    states = (states,) if isinstance(states, str) else tuple(states)
    return AskedAs(as_, title, states, held.get("says") or "", held.get("noun") or "")


def asked_otherwise(content: Content, name: str, wanted: AskedAs) -> list[Edit]:
    """The edits that make a file ask a variable as is wanted."""
    held = asked(content, name)
    if held == wanted:
        return []
    if held.as_ == wanted.as_ == "tail risk":
        return [Change("tail_risk", name, wanted.event)]
    if held.as_ == wanted.as_ == "outcome":
        titled = {} if wanted.title == held.title else {"title": wanted.title}
        return [
            Change("outcome", held.title, {**titled, "events": {**_events(content, held.title), name: wanted.event}})
        ]
    edits: list[Edit] = []
    if held.as_ == "tail risk":
        edits.append(Remove("tail_risk", name))
    elif held.as_ == "outcome":
        rest = {other: event for other, event in _events(content, held.title).items() if other != name}
        edits.append(Change("outcome", held.title, {"events": rest}) if rest else Remove("outcome", held.title))
    if wanted.as_ == "tail risk":
        edits.append(Add("tail_risk", name, wanted.event))
    elif wanted.as_ == "outcome":
        edits.append(Add("outcome", wanted.title, {"events": {name: wanted.event}}))
    return edits


def _events(content: Content, title: str) -> dict[str, Any]:
    outcome = next(held for held in content.get("outcomes") or () if held.get("title") == title)
    return dict(outcome.get("events") or {})
