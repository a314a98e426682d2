"""From an answer to sealed forecasts of its outcomes; and what came of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path

from tocsin.analysis.case import lay_out
from tocsin.analysis.voices import Alone, alone
from tocsin.assessment import Assessment, assess
from tocsin.canonical import figure
from tocsin.errors import BadInput, listed
from tocsin.language.events import condition, event
from tocsin.language.numbers import capital, sentence
from tocsin.ledger.chain import Ledger, append
from tocsin.ledger.entries import Benchmarks, Correction, Entry, Forecast, ForecastQuestion, Resolution, Result
from tocsin.model import Model
from tocsin.records import Finding, ModelRecords, Scenario, StatementChanges


@dataclass(frozen=True)
class Unsealed:
    """A question and a forecast of it, before it is known what the ledger holds already."""

    question: ForecastQuestion
    forecast: Forecast


def seal(path: Path, model: Model, scenarios: Iterable[Scenario], on: date, known: bool = False) -> tuple[Ledger, int]:
    """The ledger with the forecasts of scenarios on a day, and how many entries this added; sealing again adds none.

    known: what the scenarios set is known on that day, and not supposed. Raises BadInput, and what `assess` does.
    """
    found = [draft for scenario in scenarios for draft in drafts(model, assess(model, scenario), on, known)]
    before = 0

    def additions(ledger: Ledger) -> Sequence[Entry]:
        nonlocal before
        before = ledger.lines
        return fitted(found, ledger)

    ledger = append(path, additions, model.name)
    return ledger, max(0, ledger.lines - before - (not before))


def drafts(
    model: Model, answer: Assessment, on: date, known: bool = False, plain: Alone | None = None
) -> tuple[Unsealed, ...]:
    """A question and a forecast for each outcome that the scenario leaves open.

    plain: what each voice says without the scenario's evidence, where it is known and has been worked out already.
    Raises BadInput for a day on which the model's evidence was not there yet or its questions are closed, and for a
    supposition that no event can settle.
    """
    records, scenario = model.records, answer.scenario
    file = records.file
    if not file.as_of <= on <= file.horizon.end:
        problem = f"{on} is not a day on which this can be said: the evidence is of {file.as_of}, and the questions"
        raise BadInput.at("--on", f"{problem} close on {file.horizon.end}")
    bare = scenario.model_copy(update={"evidence": {}}) if known else scenario
    supposed = supposition(model, bare)
    plain = plain or alone(lay_out(model, bare))
    voices = plain if bare == scenario else alone(lay_out(model, scenario, assessment=answer))
    found = []
    for name, outcome in answer.outcomes.items():
        if name in supposed:
            continue
        about = records.variables[name]
        happens = event(records, name, style="clause")
        if_so = f"{condition(records, without_changes(bare))}, " if supposed else ""
        question = ForecastQuestion(
            id=f"{name}-{file.horizon.end}{f'-if-{scenario.scenario}' if supposed else ''}",
            variable=name,
            event=outcome.event,
            states=about.states,
            condition=supposed,
            text=sentence(capital(f"{if_so}{happens}")),
            opens=file.horizon.start,
            closes=file.horizon.end,
            settles_by=settles(records, name),
            source=f"{file.model}, as of {file.as_of}",
        )
        several = len(about.states) > 2
        states = tuple(answer.variables[name][state].p for state in about.states) if several else ()
        forecast = Forecast(
            question=question.id,
            scenario=scenario.scenario,
            made_on=on,
            p=outcome.p,
            low=outcome.low,
            high=outcome.high,
            interval=scenario.interval,
            word=outcome.wording.word,
            lexicon=answer.run.lexicon,
            states=states,
            benchmarks=Benchmarks(base_rate=figure(plain.references[name])),
            voices={speaker: figure(ps[name]) for speaker, ps in voices.speakers.items() if name in ps},
            model_digest=answer.run.model_digest,
            scenario_digest=answer.run.scenario_digest,
            version=answer.run.version,
        )
        found.append(Unsealed(question, forecast))
    return tuple(found)


def settles(records: ModelRecords, outcome: str) -> str:
    """What decides whether an outcome has come about: what the model says, else its question and what is a yes."""
    about, words = records.variables[outcome], records.event_words[outcome]
    if words.settles is not None or about.states == ("no", "yes"):
        return words.settles or about.question
    return f"{about.question} Yes means: {about.either(words.states)}."


def without_changes(scenario: Scenario) -> Scenario:
    """What a scenario supposes of the world alone."""
    return scenario.model_copy(update={"statements": StatementChanges(), "reconcile": False})


def supposition(model: Model, scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Per variable that a scenario supposes something of, the states in which it holds. Raises BadInput."""
    found: dict[str, tuple[str, ...]] = {name: (state,) for name, state in scenario.forced.items()}
    for name, findings in scenario.evidence.items():
        for finding in findings:
            states = _settled(finding, found.get(name, model.network.states[name]))
            if states is None:
                problem = f"supposes of {name} what no event can settle ({finding.kind}), so that its forecasts could "
                remedy = "never be scored; if it is what you know on that day, say --known"
                raise BadInput.at(scenario.scenario, f"{problem}{remedy}")
            found[name] = states
    return found


def _settled(finding: Finding, states: Sequence[str]) -> tuple[str, ...] | None:
    """Those of the states that a finding leaves open, where it is certain; else None."""
    if finding.observed is not None:
        return (finding.observed,)
    if finding.likelihood is None:
        return None
    weights = {state: finding.likelihood.get(state, 1.0) for state in states}
    if not {*weights.values()} <= {0.0, max(weights.values())}:
        return None
    return tuple(state for state, weight in weights.items() if weight)


def fitted(found: Iterable[Unsealed], ledger: Ledger) -> tuple[Entry, ...]:
    """The entries that drafts add to a ledger: what stands there already is left out, and so is what is resolved.

    Raises BadInput for a forecast of a day before the last one of its series.
    """
    return tuple(_fitted(found, ledger))


def _fitted(found: Iterable[Unsealed], ledger: Ledger) -> Iterator[Entry]:
    questions = dict(ledger.questions)
    last = {key: several[-1] for key, several in ledger.series.items()}
    for draft in found:
        name = _name(draft.question, questions)
        if name not in questions:
            questions[name] = question = draft.question.model_copy(update={"id": name})
            yield question
        if name in ledger.resolutions:
            continue
        previous = last.get((name, draft.forecast.scenario))
        earlier = None if previous is None else previous.p
        benchmarks = draft.forecast.benchmarks.model_copy(update={"previous": earlier})
        forecast = draft.forecast.model_copy(update={"question": name, "benchmarks": benchmarks})
        if previous is not None and forecast.repeats(previous):
            continue
        if previous is not None and forecast.made_on < previous.made_on:
            problem = f"{name} was forecast on {previous.made_on} already; nothing is sealed for a day before that"
            raise BadInput.at(ledger.path, problem)
        last[forecast.series] = forecast
        yield forecast


def _name(question: ForecastQuestion, questions: dict[str, ForecastQuestion]) -> str:
    """The id of the same question, if it was asked before; else one that no other has."""
    for number in count(1):
        name = question.id if number == 1 else f"{question.id}-{number}"
        if name not in questions or questions[name].meaning == question.meaning:
            return name
    raise AssertionError


def resolve(
    path: Path,
    name: str,
    outcome: Result,
    on: date,
    source: str,
    state: str | None = None,
    why: str | None = None,
) -> Ledger:
    """The ledger with what came of a question. Raises BadInput for what cannot have come of it."""

    def additions(ledger: Ledger) -> Sequence[Entry]:
        question = ledger.question(name)
        resolution = Resolution(question=name, outcome=outcome, on=on, state=state, source=source, why=why)
        if problem := _impossible(question, resolution):
            raise BadInput.at(name, problem)
        before = ledger.resolutions.get(name)
        if before == resolution:
            return ()
        if before is not None:
            problem = f"was resolved as {before.outcome} already; `tocsin ledger correct` says that this was wrong"
            raise BadInput.at(name, problem)
        return (resolution,)

    return append(path, additions)


def correct(path: Path, line: int, on: date, why: str, resolution: Resolution | None = None) -> Ledger:
    """The ledger with the remark that a line is wrong, and what counts instead where it is a resolution.

    Raises BadInput for a line that there is not, or of another question.
    """

    def additions(ledger: Ledger) -> Sequence[Entry]:
        if not 2 <= line <= ledger.lines:
            raise BadInput.at(
                path, f"has no line {line} that could be corrected; its entries are lines 2 to {ledger.lines}"
            )
        wrong = ledger.entries[line - 2]
        if resolution is not None:
            if not isinstance(wrong, Resolution) or wrong.question != resolution.question:
                raise BadInput.at(path, f"is no resolution of {resolution.question}", line)
            if problem := _impossible(ledger.question(resolution.question), resolution):
                raise BadInput.at(resolution.question, problem)
        return (Correction(line=line, corrects=ledger.seals[line - 1], on=on, why=why, resolution=resolution),)

    return append(path, additions)


def _impossible(question: ForecastQuestion, resolution: Resolution) -> str:
    """Why this cannot have come of a question; empty where it can."""
    on, outcome, state = resolution.on, resolution.outcome, resolution.state
    if state is not None and state not in question.states:
        return f"has no state {state!r}; allowed: {listed(question.states, 'or')}"
    if state is not None and outcome != "void" and (state in question.event) != (outcome == "yes"):
        return f"the state {state!r} means {'yes' if state in question.event else 'no'}, not {outcome}"
    if outcome == "yes" and not question.opens <= on <= question.closes:
        return f"is about {question.opens} to {question.closes}; what happens on {on} does not make it a yes"
    if outcome == "no" and on < question.closes and resolution.why is None:
        return f"is open until {question.closes}; say with --why how it can be a no on {on}"
    return ""
