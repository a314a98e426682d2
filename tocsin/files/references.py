"""Whether the names in a model's two files mean something: statements, speakers, variables, states, outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import available_timezones

from tocsin.errors import Cycle, nearest, nearest_name
from tocsin.files.yaml12 import Place
from tocsin.network.network import topological_order
from tocsin.records import Finding, ModelRecords, Scenario
from tocsin.records.base import LEAST_LIKELIHOOD, UNTELLABLE, Event
from tocsin.records.model import OutcomeEvent
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


def variable_flaws(model: ModelRecords) -> Iterator[Flaw]:
    """Parents, cycles, labels, clauses."""
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
        for state in variable.says:
            if state not in variable.states:
                yield in_model((*place, "says", state), f"no state {state!r}{nearest(state, variable.states)}")
    if all(parent in variables for variable in variables.values() for parent in variable.parents):
        try:
            topological_order({name: variable.parents for name, variable in variables.items()})
        except Cycle as cycle:
            yield in_model(("variables", cycle.cycle[0], "parents"), str(cycle))


def heading_flaws(model: ModelRecords) -> Iterator[Flaw]:
    """Horizon, outcomes, tail risks, lexicon, pooling."""
    yield from _horizon_flaws(model)
    if not model.file.outcomes and not model.file.tail_risks:
        message = "nothing is asked: name one outcome or more, as in - {title: …, events: {variable: state}}"
        yield in_model(("outcomes",), message)
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
    yield from _pooling_flaws(model)


def _horizon_flaws(model: ModelRecords) -> Iterator[Flaw]:
    horizon = model.file.horizon
    if horizon.end < model.file.as_of:
        message = f"ends on {horizon.end}, before {model.file.as_of}, the day on which this model's evidence ends"
        yield in_model(("horizon", "to"), message)
    zones = available_timezones()  # empty on a system without time zones
    if zones and horizon.timezone not in zones:
        # Of short names another zone is always near: CEST and EST are half a day's work apart.
        near = nearest_name(horizon.timezone, zones, cutoff=0.8) if "/" in horizon.timezone else None
        meant = f"did you mean {near!r}?" if near else "write a name such as UTC, Europe/Vienna or Asia/Baghdad"
        yield in_model(("horizon", "timezone"), f"no time zone {horizon.timezone!r}; {meant}")


def _pooling_flaws(model: ModelRecords) -> Iterator[Flaw]:
    """Cooke's weights are those of every speaker who judges, or of nobody."""
    pooling = model.file.pooling
    for speaker in pooling.cooke_weights:
        if speaker not in model.speakers:
            message = f"no speaker {speaker!r}{nearest(speaker, model.speakers)}"
            yield in_model(("pooling", "cooke_weights", speaker), message)
    if not pooling.cooke_weights:
        return
    judging = dict.fromkeys(statement.speaker for statement in model.statements if statement.judges)
    without = [speaker for speaker in judging if speaker not in pooling.cooke_weights]
    if without:
        message = f"no weight for {', '.join(without)}; each speaker who judges needs one, 0 for no vote"
        yield in_model(("pooling", "cooke_weights"), message)
    elif judging and not any(pooling.cooke_weights[speaker] for speaker in judging):
        yield in_model(("pooling", "cooke_weights"), "every speaker who judges has the weight 0; one needs more")


def _headline(model: ModelRecords, place: Place, events: Mapping[str, OutcomeEvent]) -> Iterator[Flaw]:
    for name, states in ((name, event.states) for name, event in events.items()):
        for where, message in event_flaws(model, {name: states}):
            yield in_model((*place, *where), message)
        if name in model.variables and set(states) >= set(model.variables[name].states):
            yield in_model((*place, name), "names every state, so the event is certain; leave at least one out")


def event_flaws(model: ModelRecords, event: Event | Mapping[str, tuple[str, ...]]) -> Iterator[tuple[Place, str]]:
    """Unknown variables and states of an event or condition, with their place inside it."""
    for name, states in event.items():
        if name not in model.variables:
            yield (name,), f"no variable {name!r}{nearest(name, model.variables)}"
            continue
        known = model.variables[name].states
        for state in states:
            if state not in known:
                yield (name,), f"{name} has no state {state!r}{nearest(state, known)}"


def statement_flaws(model: ModelRecords) -> Iterator[Flaw]:
    """Everything that a statement names: its id, speaker, source, origin, variables, states, other statements."""
    for name, source in model.sources.items():
        if source.published > model.file.as_of:
            yield in_statements(("sources", name, "published"), _too_late(source.published, model))
    ids = [statement.id for statement in model.statements]
    for position, statement in enumerate(model.statements):
        place: Place = ("statements", position)
        if ids.index(statement.id) < position:
            yield in_statements((*place, "id"), f"the id {statement.id!r} stands twice; ids must differ")
        yield from _named_flaws(model, statement, place)
        if statement.reports:
            for where, message in event_flaws(model, statement.reports):
                yield in_statements((*place, "reports", *where), message)
            yield from _says_nothing(model, (*place, "reports"), statement.reports)
        for index, judgement in enumerate(statement.judges):
            inner: Place = (*place, "judges", index) if len(statement.judges) > 1 else (*place, "judges")
            yield from _judgement_flaws(model, judgement, inner, ids)
    yield from _qualifying_flaws(model, ids)


def _qualifying_flaws(model: ModelRecords, ids: list[str]) -> Iterator[Flaw]:
    """A statement takes weight from others, never from itself, round about or not, and never from context."""
    qualified = {
        statement.id: tuple(dict.fromkeys(name for judgement in statement.judges for name in judgement.qualifies))
        for statement in model.statements
    }
    known = {name: tuple(each for each in named if each in qualified) for name, named in qualified.items()}
    try:
        topological_order(known)
    except Cycle as cycle:
        # An edge runs from what is qualified to what qualifies it.
        round_about = " → ".join((*cycle.cycle, cycle.cycle[0]))
        what = "qualifies itself" if len(cycle.cycle) == 1 else f"qualifies itself by way of others ({round_about})"
        place: Place = ("statements", ids.index(cycle.cycle[0]), "judges", "qualifies")
        yield in_statements(place, f"{cycle.cycle[0]} {what}; a statement can only take weight from others")
    for position, statement in enumerate(model.statements):
        for name in known[statement.id]:
            if model.by_id[name].kind == "context":
                place = ("statements", position, "judges", "qualifies")
                yield in_statements(place, f"{name} is context, which has no weight to take")


def _says_nothing(model: ModelRecords, place: Place, event: Event) -> Iterator[Flaw]:
    for name, states in event.items():
        if name in model.variables and set(states) >= set(model.variables[name].states):
            yield in_statements((*place, name), "names every state, which says nothing; leave at least one out")


def _too_late(day: date, model: ModelRecords) -> str:
    return f"{day} is after {model.file.as_of}, the day on which this model's evidence ends"


def _named_flaws(model: ModelRecords, statement: Statement, place: Place) -> Iterator[Flaw]:
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
    if statement.observed_on and statement.observed_on > model.file.as_of:
        yield in_statements((*place, "observed_on"), _too_late(statement.observed_on, model))


def _judgement_flaws(model: ModelRecords, judgement: Judgement, place: Place, ids: list[str]) -> Iterator[Flaw]:
    parts: dict[str, Event | None] = {
        "probability": judgement.probability,
        "given": judgement.given,
        "more_likely": judgement.more_likely,
        "than": judgement.than,
    }
    for key, event in parts.items():
        for where, message in event_flaws(model, event or {}):
            yield in_statements((*place, key, *where), message)
    if judgement.probability:
        yield from _says_nothing(model, (*place, "probability"), judgement.probability)
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


_Flaws = Iterator[tuple[Place, str]]


def scenario_flaws(scenario: Scenario, model: ModelRecords) -> _Flaws:
    """Every name that the model does not know, and a digest that is not the model's."""
    if scenario.model != model.name:
        yield ("model",), f"this scenario is for {scenario.model!r}, but the model is {model.name!r}"
        return
    if scenario.model_digest and not model.digest.startswith(scenario.model_digest):
        yield ("model_digest",), f"the model has changed: its digest is {model.digest[:12]}; look at it, then pin anew"
    if scenario.lexicon is not None:
        speaking = [name for name, lexicon in model.lexicons.items() if lexicon.speaks]
        if scenario.lexicon not in speaking:
            yield ("lexicon",), f"no lexicon {scenario.lexicon!r}{nearest(scenario.lexicon, speaking)}"
    yield from _evidence_flaws(scenario, model)
    yield from _statement_flaws(scenario, model)
    for name, ranges in scenario.expected.items():
        yield from _state_flaws(model, ("expected", name), name, ranges)


def _evidence_flaws(scenario: Scenario, model: ModelRecords) -> _Flaws:
    for name, findings in scenario.evidence.items():
        for position, finding in enumerate(findings):
            place: Place = ("evidence", name, position) if len(findings) > 1 else ("evidence", name)
            yield from _state_flaws(model, place, name, _states(finding))
            if name in model.variables and finding.likelihood:
                values = [finding.likelihood.get(state, 1.0) for state in model.variables[name].states]
                if not any(values):
                    yield place, "a likelihood of 0 for every state; at least one must be above 0"
                elif any(0 < value < LEAST_LIKELIHOOD * max(values) for value in values):
                    yield place, UNTELLABLE
        kinds = [finding.kind for finding in findings]
        yield from _index_flaws(model, ("evidence", name), name)
        if kinds.count("observed") + kinds.count("believed") > 1:
            yield ("evidence", name), "holds more than one observed or believed; only reports can be several"
        if name in scenario.forced:
            yield ("forced", name), f"{name} stands in `evidence` too; a variable is observed or forced, not both"
    for name, state in scenario.forced.items():
        yield from _index_flaws(model, ("forced", name), name)
        yield from _state_flaws(model, ("forced", name), name, (state,))


def _index_flaws(model: ModelRecords, place: Place, name: str) -> _Flaws:
    if name in model.variables and model.variables[name].role == "index":
        parents = ", ".join(model.variables[name].parents)
        yield place, f"{name} is an index and not an event; set what it is made of: {parents}"


def _states(finding: Finding) -> Iterable[str]:
    if finding.observed is not None:
        return (finding.observed,)
    return finding.reported or finding.believed or finding.likelihood or ()


def _state_flaws(model: ModelRecords, place: Place, name: str, states: Iterable[str]) -> _Flaws:
    if name not in model.variables:
        yield place, f"no variable {name!r}{nearest(name, model.variables)}"
        return
    known = model.variables[name].states
    for state in states:
        if state not in known:
            yield place, f"{name} has no state {state!r}{nearest(state, known)}"


def _statement_flaws(scenario: Scenario, model: ModelRecords) -> _Flaws:
    changes = scenario.statements
    groups = {*model.by_id, *model.speakers, *model.sources, *model.origins}
    for part, names in (("exclude", changes.exclude), ("reweigh", tuple(changes.reweigh))):
        for name in names:
            if name not in groups:
                message = f"no statement, speaker, source or origin {name!r}{nearest(name, groups)}"
                yield ("statements", part, name), message
    for part, named in (("reword", changes.reword), ("regrade", changes.regrade)):
        for name in named:
            if name not in model.by_id:
                yield ("statements", part, name), f"no statement {name!r}{nearest(name, model.by_id)}"
            elif part == "reword" and not model.by_id[name].estimates:
                yield ("statements", part, name), f"{name} has no estimative words to change"
            elif part == "reword" and (why := _unread(changes.reword[name], model)):
                yield ("statements", part, name), why


def _unread(words: str, model: ModelRecords) -> str | None:
    """Why no lexicon and no hedge of the model reads these words; None if one does."""
    # Late: scenarios that reword nothing need no elicitation.
    from tocsin.elicitation import UnknownWords, reading_in

    try:
        reading_in(model, words)
    except UnknownWords as error:
        return str(error)
    return None
