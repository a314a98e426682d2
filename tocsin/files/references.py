"""Whether the names in a model's two files mean something: statements, speakers, variables, states, outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tocsin.errors import Cycle, nearest
from tocsin.files.yaml12 import Place
from tocsin.network.graph import topological_order
from tocsin.records.base import Event
from tocsin.records.model import Model
from tocsin.records.statements import Judgement, Statement


@dataclass(frozen=True)
class Flaw:
    """A problem at a place of `model.yaml` or `statements.yaml`."""

    file: str
    place: Place
    message: str


def in_model(place: Place, message: str) -> Flaw:
    """A flaw of `model.yaml`."""
    return Flaw("model.yaml", place, message)


def in_statements(place: Place, message: str) -> Flaw:
    """A flaw of `statements.yaml`."""
    return Flaw("statements.yaml", place, message)


def variable_flaws(model: Model) -> Iterator[Flaw]:
    """Parents, cycles, labels."""
    variables = model.variables
    for name, variable in variables.items():
        place: Place = ("variables", name)
        for position, parent in enumerate(variable.parents):
            if parent not in variables:
                message = f"no variable {parent!r}{nearest(parent, variables)}"
                yield in_model((*place, "parents", position), message)
        for state in variable.labels:
            if state not in variable.states:
                yield in_model((*place, "labels", state), f"no state {state!r}{nearest(state, variable.states)}")
    if all(parent in variables for variable in variables.values() for parent in variable.parents):
        try:
            topological_order({name: variable.parents for name, variable in variables.items()})
        except Cycle as cycle:
            yield in_model(("variables", cycle.cycle[0], "parents"), str(cycle))


def heading_flaws(model: Model) -> Iterator[Flaw]:
    """Outcomes, tail risks, lexicon, pooling."""
    for position, outcome in enumerate(model.file.outcomes):
        yield from _headline(model, ("outcomes", position, "events"), outcome.events)
    yield from _headline(model, ("tail_risks",), model.file.tail_risks)
    named = [name for outcome in model.file.outcomes for name in outcome.events] + list(model.file.tail_risks)
    for name, count in Counter(named).items():
        if count > 1:
            yield in_model(("outcomes",), f"{name} stands in more than one outcome or tail risk; name it once")
    if model.file.lexicon not in model.lexicons:
        message = f"no lexicon {model.file.lexicon!r}{nearest(model.file.lexicon, model.lexicons)}"
        yield in_model(("lexicon",), message)
    elif not model.lexicons[model.file.lexicon].speaks:
        yield in_model(("lexicon",), f"answers cannot be worded with {model.file.lexicon!r}; it only reads words")
    for speaker in model.file.pooling.cooke_weights:
        if speaker not in model.speakers:
            message = f"no speaker {speaker!r}{nearest(speaker, model.speakers)}"
            yield in_model(("pooling", "cooke_weights", speaker), message)


def _headline(model: Model, place: Place, events: Mapping[str, tuple[str, ...]]) -> Iterator[Flaw]:
    for name, states in events.items():
        for where, message in event_flaws(model, {name: states}):
            yield in_model((*place, *where), message)
        if name in model.variables and set(states) >= set(model.variables[name].states):
            yield in_model((*place, name), "names every state, so the event is certain; leave at least one out")


def event_flaws(model: Model, event: Event | Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Place, str]]:
    """Unknown variables and states of an event or condition, with their place inside it."""
    for name, states in event.items():
        if name not in model.variables:
            yield (name,), f"no variable {name!r}{nearest(name, model.variables)}"
            continue
        known = model.variables[name].states
        for state in states:
            if state not in known:
                yield (name,), f"{name} has no state {state!r}{nearest(state, known)}"


def statement_flaws(model: Model) -> Iterator[Flaw]:
    """Everything that a statement names: its id, speaker, source, origin, variables, states, other statements."""
    ids = [statement.id for statement in model.statements]
    for position, statement in enumerate(model.statements):
        place: Place = ("statements", position)
        if ids.index(statement.id) < position:
            yield in_statements((*place, "id"), f"the id {statement.id!r} stands twice; ids must differ")
        yield from _named_flaws(model, statement, place)
        if statement.reports:
            for where, message in event_flaws(model, statement.reports):
                yield in_statements((*place, "reports", *where), message)
        for index, judgement in enumerate(statement.judges):
            inner: Place = (*place, "judges", index) if len(statement.judges) > 1 else (*place, "judges")
            yield from _judgement_flaws(model, judgement, inner, ids)


def _named_flaws(model: Model, statement: Statement, place: Place) -> Iterator[Flaw]:
    named: Iterable[tuple[str, str | None, Iterable[str]]] = (
        ("speaker", statement.speaker, model.speakers),
        ("source", statement.source, model.sources),
        ("origin", statement.origin, model.origins),
    )
    for kind, name, known in named:
        if name is not None and name not in known:
            yield in_statements((*place, kind), f"no {kind} {name!r}{nearest(name, known)}")
    for name in statement.context:
        if name not in model.variables:
            yield in_statements((*place, "context"), f"no variable {name!r}{nearest(name, model.variables)}")
    known_on = statement.observed_on or (
        model.sources[statement.source].published if statement.source in model.sources else None
    )
    if known_on and known_on > model.file.as_of:
        message = f"{known_on} is after {model.file.as_of}, the day on which this model's evidence ends"
        yield in_statements((*place, "observed_on"), message)


def _judgement_flaws(model: Model, judgement: Judgement, place: Place, ids: list[str]) -> Iterator[Flaw]:
    parts: dict[str, Event | None] = {
        "probability": judgement.probability,
        "given": judgement.given,
        "more_likely": judgement.more_likely,
        "than": judgement.than,
    }
    for key, event in parts.items():
        for where, message in event_flaws(model, event or {}):
            yield in_statements((*place, key, *where), message)
    if judgement.influence:
        influence = judgement.influence
        for key, event in (("from", influence.cause), ("versus", influence.versus), ("to", influence.to)):
            for where, message in event_flaws(model, event or {}):
                yield in_statements((*place, "influence", key, *where), message)
        if influence.versus and list(influence.versus) != list(influence.cause):
            yield in_statements((*place, "influence", "versus"), "must name the same variable as `from`")
    for name in judgement.qualifies:
        if name not in ids:
            yield in_statements((*place, "qualifies"), f"no statement {name!r}{nearest(name, ids)}")
