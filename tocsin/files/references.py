"""Whether the names in a model's two files mean something: statements, speakers, variables, states, outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

from tocsin.elicitation import UnknownWords, reading_in
from tocsin.errors import Cycle, nearest, nearest_name
from tocsin.files.yaml12 import Place
from tocsin.network.network import topological_order
from tocsin.records import ModelRecords, Scenario
from tocsin.records.base import LEAST_LIKELIHOOD, UNTELLABLE, Event
from tocsin.records.model import OutcomeEvent, Variable
from tocsin.records.statements import Judgement, Statement

Flaws = Iterator[tuple[Place, str]]
"""What is wrong in a file, and at which place."""


def unknown(names: Iterable[str], known: Collection[str], what: str, place: Place) -> Flaws:
    """Names that are not known, all at one place. what: how the message begins, such as `no state`."""
    return ((place, f"{what} {name!r}{nearest(name, known)}") for name in names if name not in known)


def unknown_keys(names: Iterable[str], known: Collection[str], what: str, place: Place) -> Flaws:
    """The same for keys, each at its own place."""
    for name in names:
        yield from unknown((name,), known, what, (*place, name))


def variable_flaws(model: ModelRecords) -> Flaws:
    """Parents, cycles, labels, clauses."""
    variables = model.variables
    for name, variable in variables.items():
        place: Place = ("variables", name)
        for position, parent in enumerate(variable.parents):
            yield from unknown((parent,), variables, "no variable", (*place, "parents", position))
        yield from unknown_keys(variable.labels, variable.states, "no state", (*place, "labels"))
        yield from unknown_keys(variable.says, variable.states, "no state", (*place, "says"))
    if all(parent in variables for variable in variables.values() for parent in variable.parents):
        try:
            topological_order({name: variable.parents for name, variable in variables.items()})
        except Cycle as cycle:
            yield ("variables", cycle.cycle[0], "parents"), str(cycle)


def heading_flaws(model: ModelRecords) -> Flaws:
    """Horizon, outcomes, tail risks, lexicon, pooling."""
    yield from _horizon_flaws(model)
    if not model.file.outcomes and not model.file.tail_risks:
        yield ("outcomes",), "nothing is asked: name one outcome or more, as in - {title: …, events: {variable: state}}"
    for position, outcome in enumerate(model.file.outcomes):
        yield from _headline(model, ("outcomes", position, "events"), outcome.events)
    yield from _headline(model, ("tail_risks",), model.file.tail_risks)
    named = [name for outcome in model.file.outcomes for name in outcome.events] + list(model.file.tail_risks)
    for name, count in Counter(named).items():
        if count > 1:
            yield ("outcomes",), f"{name} stands in more than one outcome or tail risk; name it once"
    yield from unknown((model.file.lexicon,), model.lexicons, "no lexicon", ("lexicon",))
    if model.file.lexicon in model.lexicons and not model.lexicons[model.file.lexicon].speaks:
        yield ("lexicon",), f"answers cannot be worded with {model.file.lexicon!r}; it only reads words"
    yield from _pooling_flaws(model)


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    """Empty on a system without time zones; looked up once, since it reads hundreds of files."""
    return frozenset(available_timezones())


def _horizon_flaws(model: ModelRecords) -> Flaws:
    horizon = model.file.horizon
    if horizon.end < model.file.as_of:
        message = f"ends on {horizon.end}, before {model.file.as_of}, the day on which this model's evidence ends"
        yield ("horizon", "to"), message
    zones = _zones()
    if zones and horizon.timezone not in zones:
        # Of short names another zone is always near: CEST and EST are half a day's work apart.
        near = nearest_name(horizon.timezone, zones, cutoff=0.8) if "/" in horizon.timezone else None
        meant = f"did you mean {near!r}?" if near else "write a name such as UTC, Europe/Vienna or Asia/Tokyo"
        yield ("horizon", "timezone"), f"no time zone {horizon.timezone!r}; {meant}"


def _pooling_flaws(model: ModelRecords) -> Flaws:
    """Cooke's weights are of every speaker who judges, or of nobody; no track record is younger than the model."""
    pooling = model.file.pooling
    place: Place = ("pooling", "cooke_weights")
    yield from unknown_keys(pooling.cooke_weights, model.speakers, "no speaker", place)
    yield from unknown_keys(pooling.track_records, model.speakers, "no speaker", ("pooling", "track_records"))
    for speaker, kept in pooling.track_records.items():
        if kept.until > model.file.as_of:
            yield ("pooling", "track_records", speaker, "until"), _too_late(kept.until, model)
    if pooling.cooke_weights and pooling.track_records:
        yield ("pooling", "track_records"), "stand beside cooke_weights; give one of the two"
    if not pooling.cooke_weights:
        return
    judging = dict.fromkeys(statement.speaker for statement in model.statements if statement.judges)
    without = [speaker for speaker in judging if speaker not in pooling.cooke_weights]
    if without:
        yield place, f"no weight for {', '.join(without)}; each speaker who judges needs one, 0 for no vote"
    elif judging and not any(pooling.cooke_weights[speaker] for speaker in judging):
        yield place, "every speaker who judges has the weight 0; one needs more"


def _headline(model: ModelRecords, place: Place, events: Mapping[str, OutcomeEvent]) -> Flaws:
    for name, event in events.items():
        yield from event_flaws({name: event.states}, model.variables, place)
        if name in model.variables and set(event.states) >= set(model.variables[name].states):
            yield (*place, name), "names every state, so the event is certain; leave at least one out"


def event_flaws(
    event: Mapping[str, Iterable[str]], variables: Mapping[str, Variable], place: Place, what: str = "no variable"
) -> Flaws:
    """Unknown variables and states of an event or condition, each at its variable; what: as of `unknown`."""
    yield from unknown_keys(event, variables, what, place)
    for name, states in event.items():
        if name in variables:
            yield from unknown(states, variables[name].states, f"{name} has no state", (*place, name))


def statement_flaws(model: ModelRecords) -> Flaws:
    """Everything that a statement names: its id, speaker, source, origin, variables, states, other statements."""
    for name, source in model.sources.items():
        if source.published > model.file.as_of:
            yield ("sources", name, "published"), _too_late(source.published, model)
    ids = [statement.id for statement in model.statements]
    for position, statement in enumerate(model.statements):
        place: Place = ("statements", position)
        if ids.index(statement.id) < position:
            yield (*place, "id"), f"the id {statement.id!r} stands twice; ids must differ"
        yield from _named_flaws(model, statement, place)
        if statement.reports:
            yield from event_flaws(statement.reports, model.variables, (*place, "reports"))
            yield from _says_nothing(model, (*place, "reports"), statement.reports)
        for index, judgement in enumerate(statement.judges):
            inner: Place = (*place, "judges", index) if len(statement.judges) > 1 else (*place, "judges")
            yield from _judgement_flaws(model, judgement, inner, ids)
    yield from _qualifying_flaws(model, ids)
    yield from _superseding_flaws(model)


def _superseding_flaws(model: ModelRecords) -> Flaws:
    """What is superseded is another statement of the same speaker, said before it in the file, and superseded once."""
    earlier: dict[str, Statement] = {}
    taken: dict[str, str] = {}
    for position, statement in enumerate(model.statements):
        name, place = statement.supersedes, ("statements", position, "supersedes")
        if name is not None and name not in earlier:
            yield from unknown((name,), earlier, "no statement before this one is called", place)
        elif name is not None and earlier[name].speaker != statement.speaker:
            yield place, f"{name} is of {earlier[name].speaker}; a statement only supersedes one of its own speaker"
        elif name is not None and name in taken:
            yield place, f"{name} is superseded by {taken[name]} already; name that one"
        elif name is not None:
            taken[name] = statement.id
        earlier[statement.id] = statement


def _qualifying_flaws(model: ModelRecords, ids: list[str]) -> Flaws:
    """A statement takes weight from others, never from itself, round about or not, and never from context."""
    qualified = {
        statement.id: tuple(dict.fromkeys(name for judgement in statement.judges for name in judgement.qualifies))
        for statement in model.statements
    }
    known = {name: tuple(other for other in named if other in qualified) for name, named in qualified.items()}
    try:
        topological_order(known)
    except Cycle as cycle:
        # An edge runs from what is qualified to what qualifies it.
        round_about = " → ".join((*cycle.cycle, cycle.cycle[0]))
        what = "qualifies itself" if len(cycle.cycle) == 1 else f"qualifies itself by way of others ({round_about})"
        place: Place = ("statements", ids.index(cycle.cycle[0]), "judges", "qualifies")
        yield place, f"{cycle.cycle[0]} {what}; a statement can only take weight from others"
    for position, statement in enumerate(model.statements):
        for name in known[statement.id]:
            if model.by_id[name].kind == "context":
                place = ("statements", position, "judges", "qualifies")
                yield place, f"{name} is context, which has no weight to take"


def _says_nothing(model: ModelRecords, place: Place, event: Event) -> Flaws:
    for name, states in event.items():
        if name in model.variables and set(states) >= set(model.variables[name].states):
            yield (*place, name), "names every state, which says nothing; leave at least one out"


def _too_late(day: date, model: ModelRecords) -> str:
    return f"{day} is after {model.file.as_of}, the day on which this model's evidence ends"


def _named_flaws(model: ModelRecords, statement: Statement, place: Place) -> Flaws:
    yield from unknown((statement.speaker,), model.speakers, "no speaker", (*place, "speaker"))
    yield from unknown((statement.source,), model.sources, "no source", (*place, "source"))
    if statement.origin is not None:
        yield from unknown((statement.origin,), model.origins, "no origin", (*place, "origin"))
    yield from unknown(statement.context, model.variables, "no variable", (*place, "context"))
    if statement.observed_on and statement.observed_on > model.file.as_of:
        yield (*place, "observed_on"), _too_late(statement.observed_on, model)


def _judgement_flaws(model: ModelRecords, judgement: Judgement, place: Place, ids: list[str]) -> Flaws:
    for key in ("probability", "given", "more_likely", "than"):
        yield from event_flaws(getattr(judgement, key) or {}, model.variables, (*place, key))
    if judgement.probability:
        yield from _says_nothing(model, (*place, "probability"), judgement.probability)
    if judgement.influence:
        influence = judgement.influence
        for key, event in (("from", influence.cause), ("versus", influence.versus), ("to", influence.to)):
            yield from event_flaws(event or {}, model.variables, (*place, "influence", key))
        if influence.versus and list(influence.versus) != list(influence.cause):
            yield (*place, "influence", "versus"), "must name the same variable as `from`"
    yield from unknown(judgement.qualifies, ids, "no statement", (*place, "qualifies"))


def scenario_flaws(scenario: Scenario, model: ModelRecords) -> Flaws:
    """Every name that the model does not know, and a digest that is not the model's."""
    if scenario.model != model.name:
        yield ("model",), f"this scenario is for {scenario.model!r}, but the model is {model.name!r}"
        return
    if scenario.model_digest and not model.digest.startswith(scenario.model_digest):
        yield ("model_digest",), f"the model has changed: its digest is {model.digest[:12]}; look at it, then pin anew"
    if scenario.lexicon is not None:
        speaking = [name for name, lexicon in model.lexicons.items() if lexicon.speaks]
        yield from unknown((scenario.lexicon,), speaking, "no lexicon", ("lexicon",))
    yield from _evidence_flaws(scenario, model)
    yield from _statement_flaws(scenario, model)
    yield from event_flaws(scenario.expected, model.variables, ("expected",))


def _evidence_flaws(scenario: Scenario, model: ModelRecords) -> Flaws:
    for name, findings in scenario.evidence.items():
        for position, finding in enumerate(findings):
            place: Place = ("evidence", name, position) if len(findings) > 1 else ("evidence", name)
            for _, message in event_flaws({name: finding.states}, model.variables, ()):
                yield place, message
            if name in model.variables and finding.likelihood:
                values = [finding.likelihood.get(state, 1.0) for state in model.variables[name].states]
                if not any(values):
                    yield place, "a likelihood of 0 for every state; at least one must be above 0"
                elif any(0 < value < LEAST_LIKELIHOOD * max(values) for value in values):
                    yield place, UNTELLABLE
        kinds = [finding.kind for finding in findings]
        yield from index_flaws(model, ("evidence", name), name)
        if kinds.count("observed") + kinds.count("believed") > 1:
            yield ("evidence", name), "holds more than one observed or believed; only reports can be several"
        if name in scenario.forced:
            yield ("forced", name), f"{name} stands in `evidence` too; a variable is observed or forced, not both"
    for name, state in scenario.forced.items():
        yield from index_flaws(model, ("forced", name), name)
        yield from event_flaws({name: (state,)}, model.variables, ("forced",))


def index_flaws(model: ModelRecords, place: Place, name: str) -> Flaws:
    """An index sums up others, and cannot be set."""
    if name in model.variables and model.variables[name].role == "index":
        parents = ", ".join(model.variables[name].parents)
        yield place, f"{name} is an index and not an event; set what it is made of: {parents}"


def _statement_flaws(scenario: Scenario, model: ModelRecords) -> Flaws:
    changes = scenario.statements
    groups = {*model.by_id, *model.speakers, *model.sources, *model.origins}
    for part, names in (("exclude", changes.exclude), ("reweigh", (*changes.reweigh,))):
        yield from unknown_keys(names, groups, "no statement, speaker, source or origin", ("statements", part))
    for part, changed in (("reword", changes.reword), ("regrade", changes.regrade)):
        yield from unknown_keys(changed, model.by_id, "no statement", ("statements", part))
    for name, words in changes.reword.items():
        if name in model.by_id and not model.by_id[name].estimates:
            yield ("statements", "reword", name), f"{name} has no estimative words to change"
        elif name in model.by_id and (why := why_unread(words, model)):
            yield ("statements", "reword", name), why


def why_unread(words: str, model: ModelRecords) -> str | None:
    """Why neither a lexicon nor a hedge of the model reads these words, nor a rule; None if one does."""
    try:
        reading_in(model, words)
    except UnknownWords as error:
        return str(error)
    return None
