"""The answer at a glance: outcome cards, the tail-risk strip, the threat index, what is supposed."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin import language
from tocsin.assessment import Assessment, OutcomeEstimate, lexicon_of
from tocsin.language import numbers
from tocsin.language.numbers import band, capital, day, days, interval, percent
from tocsin.model import Model
from tocsin.records import Scenario, Variable
from tocsin.ui import bars, findings
from tocsin.ui.markup import Html, element, joined, unbroken


def heading(model: Model, answer: Assessment, scenario: Scenario) -> Html:
    """What is asked and what is supposed; titles may change while the answer stays."""
    file = model.records.file
    when = f"{days(file.horizon.start, file.horizon.end)}, as known on {day(file.as_of)}"
    chips = [element("li", line, class_=kind) for kind, line in findings.told(scenario, model.records)]
    return element(
        "header",
        element("h1", scenario.title),
        element("p", f"{file.title} · {when}", class_="quiet"),
        element("ul", *chips, class_="chips", aria_label="What is set") if chips else Html(),
        class_="heading",
    )


def cards(model: Model, answer: Assessment) -> Html:
    """One card per headline outcome; an outcome of several events has them side by side."""
    drawn = []
    for outcome in model.records.file.outcomes:
        events = [_event(model, name, answer) for name in outcome.events]
        title = element("h2", outcome.title)
        drawn.append(
            element("section", title, element("div", *events, class_="events"), class_=f"card wide{len(events)}")
        )
    return element("div", *drawn, class_="cards")


def _event(model: Model, name: str, answer: Assessment) -> Html:
    estimate, variable = answer.outcomes[name], model.records.variables[name]
    return element(
        "div",
        element("p", _happening(model, name), class_="what"),
        element("p", element("b", unbroken(percent(estimate.p))), " ", unbroken(interval(estimate)), class_="number"),
        element("p", element("b", estimate.wording.word), " ", unbroken(f"({band(estimate.wording)})"), class_="word"),
        bars.interval(estimate, estimate.baseline),
        element("p", change(estimate), class_="quiet"),
        _behind(name, variable),
        class_="event",
        data_outcome=name,
        data_p=f"{estimate.p:.6f}",
    )


def _behind(name: str, variable: Variable) -> Html:
    """The way to the statements."""
    told = f"The statements behind “{variable.title}”"
    return element("button", "Who said what", type="button", data_ask="behind", data_of=name, aria_label=told)


def told_event(model: Model, name: str) -> str:
    """An outcome's name."""
    return language.event(model.records, name)


def _happening(model: Model, name: str) -> str:
    """`Israel strikes Iraqi soil`, under the outcome's title; without a clause title and label."""
    clause = language.event(model.records, name, style="clause")
    return told_event(model, name) if clause.startswith("“") else capital(clause)


def change(estimate: OutcomeEstimate) -> str:
    """`▲ +16 points from 11 %`, against the statements alone."""
    points = numbers.change(estimate.baseline, estimate.p)
    if points == "no change":
        return "as in the baseline"
    return f"{'▲' if estimate.p > estimate.baseline else '▼'} {points} from {percent(estimate.baseline)}"


def strip(model: Model, answer: Assessment) -> Html:
    """Tail risks in one line each, and the index, which is no probability."""
    return element("div", *_risks(model, answer), *_indices(model, answer), class_="strip")


def _risks(model: Model, answer: Assessment) -> Iterator[Html]:
    for name in model.records.file.tail_risks:
        estimate, variable = answer.outcomes[name], model.records.variables[name]
        said = f"{estimate.wording.word} ({band(estimate.wording)}): "
        figures = unbroken(f"{percent(estimate.p)} {interval(estimate)}")
        yield element(
            "section",
            element("h2", "Tail risk"),
            element("p", told_event(model, name), class_="what"),
            element("p", said, element("b", figures), class_="word"),
            element("p", change(estimate), class_="quiet"),
            _behind(name, variable),
            class_="card",
            data_outcome=name,
            data_p=f"{estimate.p:.6f}",
        )


def _indices(model: Model, answer: Assessment) -> Iterator[Html]:
    for name, variable in model.records.variables.items():
        if variable.role == "index":
            yield element(
                "section",
                element("h2", f"{variable.title}: an index, not a probability"),
                bars.ladder(variable, [estimate.p for estimate in answer.variables[name].values()]),
                element("p", "For a glance only; it forecasts nothing and is never scored.", class_="quiet"),
                class_="card index",
                data_index=name,
            )


def footing(model: Model, answer: Assessment) -> Html:
    """What the intervals cover, and where words or intervals are to be taken with care."""
    cover = f"{answer.run.interval * 100:g} %"
    notes = [
        f"[ ] is the {cover} interval. It covers the numbers in the tables, not the structure of the model. "
        f"The tick on a scale is the baseline, the statements alone. Words: {lexicon_of(model, answer.scenario).title}."
    ]
    notes += [
        # The note has more digits than the rest of the page.
        numbers.sentence(
            f"{told_event(model, name)}: {one.wording.note.replace(f'{100 * one.p:.3g} %', percent(one.p), 1)}"
        )
        for name, one in answer.outcomes.items()
        if one.wording.note
    ]
    if answer.scenario.reconcile:
        notes.append("Weighed by the judgements that set no number too, and so is the baseline.")
    notes += answer.notices
    return element("div", joined(element("p", note) for note in notes), class_="quiet footing")


def alert(model: Model, scenario: Scenario, message: str, kept: Assessment | None) -> Html:
    """Why there is no answer, what can be taken back, and to what the answer on the page is."""
    ways = [
        element("button", f"Take back “{line}”", type="button", data_ask="clear", data_of=name)
        for name, line in findings.told_of(scenario, model.records)
    ]
    still = f"Below stands the last answer that could be given, to “{kept.scenario.title}”." if kept else ""
    return element(
        "div",
        element("p", element("b", "No answer to this. "), capital(message)),
        element("p", *ways, class_="take-back") if ways else Html(),
        element("p", still),
        class_="alert",
        role="alert",
    )
