"""Whether the names in a scenario mean something in its model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tocsin.errors import nearest
from tocsin.files.yaml12 import Place
from tocsin.records import Finding, Model, Scenario

_Flaws = Iterator[tuple[Place, str]]


def scenario_flaws(scenario: Scenario, model: Model) -> _Flaws:
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


def _evidence_flaws(scenario: Scenario, model: Model) -> _Flaws:
    for name, findings in scenario.evidence.items():
        for position, finding in enumerate(findings):
            place: Place = ("evidence", name, position) if len(findings) > 1 else ("evidence", name)
            yield from _state_flaws(model, place, name, _states(finding))
            if (
                name in model.variables
                and finding.likelihood
                and not any(finding.likelihood.get(state, 1.0) for state in model.variables[name].states)
            ):
                yield place, "a likelihood of 0 for every state; at least one must be above 0"
        kinds = [finding.kind for finding in findings]
        yield from _index_flaws(model, ("evidence", name), name)
        if kinds.count("observed") + kinds.count("believed") > 1:
            yield ("evidence", name), "holds more than one observed or believed; only reports can be several"
        if name in scenario.forced:
            yield ("forced", name), f"{name} stands in `evidence` too; a variable is observed or forced, not both"
    for name, state in scenario.forced.items():
        yield from _index_flaws(model, ("forced", name), name)
        yield from _state_flaws(model, ("forced", name), name, (state,))


def _index_flaws(model: Model, place: Place, name: str) -> _Flaws:
    if name in model.variables and model.variables[name].role == "index":
        parents = ", ".join(model.variables[name].parents)
        yield place, f"{name} is an index and not an event; set what it is made of: {parents}"


def _states(finding: Finding) -> Iterable[str]:
    if finding.observed is not None:
        return (finding.observed,)
    return finding.reported or finding.believed or finding.likelihood or ()


def _state_flaws(model: Model, place: Place, name: str, states: Iterable[str]) -> _Flaws:
    if name not in model.variables:
        yield place, f"no variable {name!r}{nearest(name, model.variables)}"
        return
    known = model.variables[name].states
    for state in states:
        if state not in known:
            yield place, f"{name} has no state {state!r}{nearest(state, known)}"


def _statement_flaws(scenario: Scenario, model: Model) -> _Flaws:
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


def _unread(words: str, model: Model) -> str | None:
    """Why no lexicon and no hedge of the model reads these words; None if one does."""
    # Late: scenarios that reword nothing need no elicitation.
    from tocsin.elicitation import UnknownWords, reading_in

    try:
        reading_in(model, words)
    except UnknownWords as error:
        return str(error)
    return None
