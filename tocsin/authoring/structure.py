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
from unicodedata import category, normalize

from pydantic import ValidationError

from tocsin.authoring.changes import MODEL, STATEMENTS, Add, Change, Contents, Edit, Remove, apply, copied
from tocsin.authoring.states import shape_of
from tocsin.authoring.tables import carried, in_family, missing, supposed
from tocsin.errors import BadInput, Problem
from tocsin.files import lexicons, load_scenario, scales, yaml12
from tocsin.files.places import scenario_files
from tocsin.files.references import heading_flaws, statement_flaws
from tocsin.files.tables import table_flaws
from tocsin.network.network import ancestors
from tocsin.records import ModelFile, ModelRecords, Variable
from tocsin.records.base import Record
from tocsin.records.model import Outcome, OutcomeEvent, with_shared
from tocsin.records.parameters import Parameter, slots
from tocsin.records.statements import Source, Speaker, Statement

Content = Mapping[str, Any]
"""`model.yaml` as it was read: plain values, which need not pass as a model yet."""


def variables_of(content: Content) -> dict[str, dict[str, Any]]:
    """The variables of a file, those that are mappings."""
    held = content.get("variables")
    return {name: value for name, value in held.items() if isinstance(value, dict)} if isinstance(held, dict) else {}


def possible_parents(name: str, variables: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The variables from which an arrow may lead to one: all that do not follow from it."""
    parents = {key: tuple(p for p in value.get("parents") or () if p in variables) for key, value in variables.items()}
    return [other for other in variables if other != name and name not in ancestors(parents, other)]


def restructured(
    contents: Contents,
    name: str,
    values: Mapping[str, Any],
    family: str | None = None,
    part_of: Mapping[str, str] | None = None,
    because: str = "",
) -> list[Edit]:
    """The edits for a new variable, or for other values of one; its states and causes are put in and taken out.

    values: such as title, states, parents; without `table`. family: of the table; the one it has where that can be.
    part_of: of new states, those that they were a part of until now. because: the reason for the steps of an index.
    Raises BadQuery where a table would ask for too many numbers.
    """
    variables = variables_of(contents[MODEL])
    if name not in variables:
        shape = in_family(shape_of(values, {**variables, name: values}), family)
        return [Add("variable", name, {**values, "table": _because(carried(None, None, shape), because)})]
    held = variables[name]
    edits: list[Edit] = [*_of_states(name, held, values, part_of or {})]
    parents, wanted = held.get("parents") or [], values.get("parents", held.get("parents")) or []
    edits += [Add("parent", parent, {"family": family}, of=name) for parent in wanted if parent not in parents]
    edits += [Remove("parent", parent, name) for parent in parents if parent not in wanted]
    variables = variables_of(applied(contents, edits)[MODEL])
    then = variables[name]
    now = {**then, **values}
    shape = in_family(shape_of(now, {**variables, name: now}), family)
    now["table"] = _because(carried(then.get("table"), shape_of(then, variables), shape), because)
    if changed := {
        key: now[key] for key in (*values, "table") if then.get(key) != now[key] and (key in then or now[key])
    }:
        edits.append(Change("variable", name, changed))
    # Where the order of its states is another, another one may be the first; effects stay told against the old one.
    for effect, variable in variables.items() if "states" in changed else ():
        if name in (variable.get("parents") or ()):
            was, after = (shape_of(variable, {**variables, name: held}) for held in (then, now))
            if (table := carried(variable.get("table"), was, after)) != variable.get("table"):
                edits.append(Change("variable", effect, {"table": table}))
    return edits


def _of_states(
    name: str, held: Mapping[str, Any], values: Mapping[str, Any], part_of: Mapping[str, str]
) -> Iterator[Edit]:
    """States that come, each behind the one before it, and then those that go: so that there are always some."""
    old, new = list(held.get("states") or ()), list(values.get("states", held.get("states")) or ())
    for place, state in enumerate(new if old else ()):
        if state not in old:
            words = {
                key: (values.get(named) or {}).get(state) for key, named in (("label", "labels"), ("says", "says"))
            }
            given = {key: text for key, text in {**words, "part_of": part_of.get(state)}.items() if text}
            yield Add("state", state, given, new[place - 1] if place else "", name)
    yield from (Remove("state", state, name) for state in old if new and state not in new)


def _because(table: dict[str, Any], because: str) -> dict[str, Any]:
    return {**table, "because": because} if because and table["family"] == "index" else table


def without(contents: Contents, name: str) -> list[Edit]:
    """The edits that take a variable out: its effects lose a parent first. What else names it is told by the check."""
    variables = variables_of(contents[MODEL])
    effects = [effect for effect, variable in variables.items() if name in (variable.get("parents") or ())]
    return [*(Remove("parent", name, effect) for effect in effects), Remove("variable", name)]


def applied(contents: Contents, edits: Sequence[Edit]) -> Contents:
    """The model's files as they would be with edits. Raises BadInput, BadQuery where one of them cannot be made."""
    then = {name: copied(content) for name, content in contents.items()}
    for edit in edits:
        apply(then, edit, Path())
    return then


def no_longer_shared(before: Contents, after: Contents) -> list[Edit]:
    """The edits that take out shared numbers which stood in a table and stand in none any more."""
    gone = _shared_in(before[MODEL].get("variables")) - _shared_in(after[MODEL].get("variables"))
    return [Remove("number", f"shared.{name}") for name in before[MODEL].get("shared") or {} if name in gone]


def _shared_in(value: Any) -> set[str]:
    if isinstance(value, list):
        return {name for part in value for name in _shared_in(part)}
    if not isinstance(value, dict):
        return set()
    if isinstance(value.get("shared"), str):
        return {value["shared"]}
    return {name for part in value.values() for name in _shared_in(part)}


def worded(content: Content, statements: Content | None = None) -> ModelRecords:
    """The model as far as it can be read, with something in the place of each open number: enough for forms, and to
    put into words what is asked; nothing is answered with it. statements: the content of `statements.yaml`."""
    variables: dict[str, Variable] = {}
    shared = {name: value for name, value in (content.get("shared") or {}).items() if isinstance(value, Mapping)}
    for name, value in variables_of(content).items():
        table = with_shared(value.get("table"), shared)
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


def broken(folder: Path, model: ModelRecords, after: Contents) -> list[Problem]:
    """What names something that would be no more, or speaks of another number then: statements, outcomes, scenarios.

    It is known before the new numbers are given. Statements and outcomes hinder an edit, scenarios do not.
    """
    read = worded(after[MODEL], after[STATEMENTS])
    if set(read.variables) != set(variables_of(after[MODEL])):
        # What is wrong with a variable itself comes first.
        return []
    asked = {key: getattr(read.file, key) for key in ("variables", "outcomes", "tail_risks")}
    held = after[MODEL].get("shared") or {}
    asked["shared"] = {name: number for name, number in model.file.shared.items() if name in held}
    # Where one of them cannot be read, that is told of it, and places are those of the file as it is.
    statements = read.statements if len(read.statements) == len(model.statements) else model.statements
    then = model.model_copy(update={"file": model.file.model_copy(update=asked), "statements": statements})
    flaws = [*heading_flaws(then), *table_flaws(then)]
    asks, says = (yaml12.read(folder / name) for name in (MODEL, STATEMENTS))
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

    >>> names_of("Breach of the dam, north"), names_of("Rain", ["rain"]), names_of("5 m²")
    ('breach_of_the_dam_north', 'rain_2', 'n5_m')
    """
    plain = normalize("NFC", text.casefold())
    letters = "".join(letter if category(letter)[0] in "LM" or letter.isdecimal() else " " for letter in plain)
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
    settles: str = ""

    @property
    def event(self) -> dict[str, Any]:
        """As a file has it."""
        words = {"says": self.says, "noun": self.noun, "settles": self.settles}
        return {"states": list(self.states), **{key: text for key, text in words.items() if text}}


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
    return AskedAs(as_, title, states, *(held.get(key) or "" for key in ("says", "noun", "settles")))


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
