"""An answer on the page: outcome cards, tail risks, the index, a table of every variable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from tocsin.assessment import Assessment, OutcomeEstimate
from tocsin.language import numbers
from tocsin.language.events import event
from tocsin.language.numbers import band, capital, day, days, interval, number, percents
from tocsin.model import Model
from tocsin.records import Scenario, Variable
from tocsin.render.html import Html, element, fragments, joined, unbroken
from tocsin.render.marks import lane
from tocsin.report.answer import notes
from tocsin.report.blocks import Bars, Block, ChartRow, Subheading
from tocsin.ui import evidence


def heading(model: Model, answer: Assessment, scenario: Scenario) -> Html:
    """What is asked and what is supposed; titles may change while the answer stays."""
    file = model.records.file
    when = f"{days(file.horizon.start, file.horizon.end)}, as known on {day(file.as_of)}"
    return element(
        "header",
        element("h1", scenario.title),
        element("p", f"{file.title} · {when}", class_="quiet"),
        evidence.chips(scenario, model.records),
        class_="heading",
    )


def cards(model: Model, answer: Assessment, chosen: str) -> Html:
    """One card per headline outcome; an outcome of several events has them side by side."""
    drawn = []
    for outcome in model.records.file.outcomes:
        events = [_event(model, name, answer, chosen) for name in outcome.events]
        title = element("h2", outcome.title)
        drawn.append(
            element("section", title, element("div", *events, class_="events"), class_=f"card wide{len(events)}")
        )
    return element("div", *drawn, class_="cards")


def _event(model: Model, name: str, answer: Assessment, chosen: str) -> Html:
    estimate = answer.outcomes[name]
    return element(
        "div",
        element("p", _pick(_happening(model, name), name, chosen), class_="what"),
        element(
            "p", element("b", unbroken(numbers.chance(estimate))), " ", unbroken(interval(estimate)), class_="number"
        ),
        element("p", element("b", estimate.wording.word), " ", unbroken(f"({band(estimate.wording)})"), class_="word"),
        _scale(estimate),
        element("p", change(estimate), class_="quiet"),
        _ways(model, name),
        class_="event is-chosen" if name == chosen else "event",
        data_outcome=name,
        data_p=f"{estimate.p:.6f}",
    )


def _pick(text: str, name: str, chosen: str) -> Html:
    """What the card is about: a click makes it the outcome that the sentence above and the order of the rows are of."""
    pressed = "true" if name == chosen else "false"
    label = "The chosen outcome" if name == chosen else "Choose this outcome"
    return element(
        "button",
        text,
        type="button",
        class_="pick",
        data_ask="outcome",
        data_of=name,
        aria_pressed=pressed,
        title=label,
    )


WAYS = {"why": "Why", "look-for-next": "Look for next", "statements": "Who said what"}
"""Paths of the pages that go on from an outcome, and how a card calls them."""


def _ways(model: Model, name: str) -> Html:
    """The pages that go on from it, each of which opens for this outcome."""
    about = event(model.records, name)
    links = (
        element("button", text, type="button", role="link", data_ask=path, data_of=name, aria_label=f"{text}: {about}")
        for path, text in WAYS.items()
    )
    return element("p", *links, class_="onward")


def _happening(model: Model, name: str) -> str:
    """`the dam breaks`, under the outcome's title; without a clause title and label."""
    clause = event(model.records, name, style="clause")
    return event(model.records, name) if clause.startswith("“") else capital(clause)


def change(estimate: OutcomeEstimate) -> str:
    """`▲ +16 points from 11 %`, against the statements alone."""
    points = numbers.change(estimate.baseline, estimate.p, estimate.wording.edges)
    if points == "no change":
        return "as in the baseline"
    return f"{'▲' if estimate.p > estimate.baseline else '▼'} {points} from {numbers.baseline(estimate)}"


def strip(model: Model, answer: Assessment, chosen: str) -> Html:
    """Tail risks in one line each, and the index, which is no probability."""
    return element("div", *_risks(model, answer, chosen), *_indices(model, answer), class_="strip")


def _risks(model: Model, answer: Assessment, chosen: str) -> Iterator[Html]:
    for name in model.records.file.tail_risks:
        estimate = answer.outcomes[name]
        word = f"{estimate.wording.word} ({band(estimate.wording)}): "
        figures = unbroken(f"{numbers.chance(estimate)} {interval(estimate)}")
        yield element(
            "section",
            element("h2", "Tail risk"),
            element("p", _pick(event(model.records, name), name, chosen), class_="what"),
            element("p", word, element("b", figures), class_="word"),
            element("p", change(estimate), class_="quiet"),
            _ways(model, name),
            class_="card is-chosen" if name == chosen else "card",
            data_outcome=name,
            data_p=f"{estimate.p:.6f}",
        )


def _indices(model: Model, answer: Assessment) -> Iterator[Html]:
    for name, variable in model.records.variables.items():
        if variable.role == "index":
            yield element(
                "section",
                element("h2", f"{variable.title}: an index, not a probability"),
                _ladder(variable, [estimate.p for estimate in answer.variables[name].values()]),
                element("p", "For a glance only; it forecasts nothing and is never scored.", class_="quiet"),
                class_="card index",
                data_index=name,
            )


def footing(model: Model, answer: Assessment) -> Html:
    """What the intervals cover, and where words or intervals are to be taken with care."""
    lines = [*notes(model.records, answer), "The tick on a scale is the baseline, the statements alone."]
    return element("div", *(element("p", line) for line in lines), class_="quiet footing")


def alert(model: Model, scenario: Scenario, message: str, kept: Assessment | None) -> Html:
    """Why there is no answer, what can be taken back, and to what the answer on the page is."""
    ways = [
        element("button", f"Take back “{line}”", type="button", data_ask="clear", data_of=name)
        for name, line in evidence.describe_settings(scenario, model.records)
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


LEGEND = "Bar: the interval. Disc: the probability. Tick: the baseline."


def _scale(estimate: OutcomeEstimate) -> Html:
    """The interval on a scale with its ends; what the marks mean is shown while one points at it."""
    ends = element("p", element("small", "0"), element("small", "100 %"), class_="ends")
    return element("div", _interval(estimate), ends, element("span", LEGEND, class_="tip"), class_="scale")


def _interval(estimate: OutcomeEstimate) -> Html:
    """0 to 100 %: the interval as a band, the point on it, the baseline as a tick."""
    label = f"interval {number(estimate.low)} to {number(estimate.high)} %, baseline {numbers.baseline(estimate)}"
    # The drawing escapes its own text.
    return Html(lane(ChartRow("", estimate.p, (estimate.low, estimate.high), tick=estimate.baseline), label=label))


def _ladder(variable: Variable, shares: Sequence[float]) -> Html:
    """Steps from mild to worse, each as dark as its weight; without numbers, for what is no probability."""
    most = max(shares)
    steps = (
        element(
            "span",
            element("i", style=f"opacity:{share / most:.2f}"),
            element("small", variable.label(state)),
            class_="step most" if share == most else "step",
        )
        for state, share in zip(variable.states, shares, strict=True)
    )
    return element("div", joined(steps), class_="ladder")


ROLES = {
    "driver": "Drivers",
    "indicator": "Indicators",
    "action": "Actions",
    "mechanism": "What lies between",
    "outcome": "Outcomes",
    "tail risk": "Tail risks",
}
"""Order and headings of the variables; an index is no probability and has no place among them."""


def every_variable(model: Model, answer: Assessment, below: Callable[[str, Bars], Html]) -> Html:
    """Every state of every variable with its interval, by role. below: what stands under a role's chart."""
    parts: list[Html] = []
    for role, title in ROLES.items():
        names = [name for name, variable in model.records.variables.items() if variable.role == role]
        if names:
            blocks: tuple[Block, ...] = (Subheading(title), states(model, answer, names))
            parts.append(fragments(blocks, partial(below, title)))
    return element("section", *parts, aria_label="Every variable")


def states(model: Model, answer: Assessment, names: Sequence[str]) -> Bars:
    """Variables' states from mild to worse, each with its interval."""
    rows: list[ChartRow] = []
    for name in names:
        variable, estimates = model.records.variables[name], answer.variables[name]
        shares = percents([estimate.p for estimate in estimates.values()])
        rows.append(ChartRow(variable.title))
        rows += (
            ChartRow(
                variable.label(state), estimate.p, (estimate.low, estimate.high), figure=f"{p} {interval(estimate)}"
            )
            for (state, estimate), p in zip(estimates.items(), shares, strict=True)
        )
    return Bars(tuple(rows), (), ", ".join(model.records.variables[name].title for name in names))
