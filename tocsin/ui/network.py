"""An assessment as the network picture, and as a table of every variable."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tocsin.assessment import Assessment, Estimate
from tocsin.language.numbers import interval, percents
from tocsin.marks.network_picture import Edge, Mark, Node, diagram
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui import bars, markup
from tocsin.ui.markup import Html, element

ROLES = {
    "driver": "Drivers",
    "indicator": "Indicators",
    "action": "Actions",
    "mechanism": "What lies between",
    "outcome": "Outcomes",
    "tail risk": "Tail risks",
}
"""Order and headings of the table; an index is no probability and has no place in it."""


def picture(model: Model, answer: Assessment, arcs: Mapping[tuple[str, str], float]) -> Html:
    """The network with each variable's probabilities, evidence outlined; a click or Enter on a node asks for more.

    arcs: how strong each is, 0 to 1.
    """
    nodes = []
    for name, variable in model.records.variables.items():
        shares = tuple(estimate.p for estimate in answer.variables[name].values())
        nodes.append(Node(name, variable.title, shares, bars.caption(variable, shares), _mark(answer.scenario, name)))
    edges = [
        Edge(parent, name, arcs.get((parent, name), 0.0))
        for name, variable in model.records.variables.items()
        for parent in variable.parents
    ]
    # The picture escapes its own text.
    drawn = diagram(nodes, edges, f"Network of {model.records.file.title}: causes above, effects below")
    asking = r'<g data-node="\1" data-ask="behind" data-of="\1" tabindex="0" role="button" aria-label="\2"><title>\2<'
    return Html(_NODE.sub(asking, drawn).replace('role="img"', 'role="group"', 1))


_NODE = re.compile(r'<g data-variable="([^"]*)"><title>([^<]*)<')


def distribution(model: Model, name: str, answer: Assessment) -> Html:
    """One variable's states with their intervals."""
    states = _states(model, name, answer)
    shares = percents([estimate.p for _, estimate in states])
    rows = (
        element("tr", *_cells(label, estimate, share)) for (label, estimate), share in zip(states, shares, strict=True)
    )
    return element("table", element("tbody", *rows), class_="every", aria_label=model.records.variables[name].title)


def _states(model: Model, name: str, answer: Assessment) -> Sequence[tuple[str, Estimate]]:
    return [
        (model.records.variables[name].label(state), estimate) for state, estimate in answer.variables[name].items()
    ]


def _mark(scenario: Scenario, name: str) -> Mark:
    return "forced" if name in scenario.forced else "finding" if name in scenario.evidence else ""


def legend() -> Html:
    """What its colours and outlines mean."""
    keys = {
        "finding": "observed, reported or believed",
        "forced": "supposed to be made so",
        "states": "states from mild to worse; the likelier the worse, the stronger a node's colour",
        "arc": "the wider a line, the more the effect moves with its cause",
    }
    lines = [element("span", element("i", class_=f"key {kind}"), text) for kind, text in keys.items()]
    return element("p", *lines, "Click a node for the statements behind it.", class_="quiet legend")


def table(model: Model, answer: Assessment) -> Html:
    """Every state of every variable with its interval."""
    groups = {}
    for role, title in ROLES.items():
        names = [name for name, variable in model.records.variables.items() if variable.role == role]
        if names:
            groups[title] = [row for name in names for row in _rows(model, name, answer)]
    return markup.table("Every variable", ("Variable", "State", "", "Probability", "Interval"), groups)


def _rows(model: Model, name: str, answer: Assessment) -> Sequence[Html]:
    variable, states = model.records.variables[name], answer.variables[name]
    rows = []
    shares = percents([estimate.p for estimate in states.values()])
    for position, ((state, estimate), share) in enumerate(zip(states.items(), shares, strict=True)):
        title = [element("th", variable.title, scope="row", rowspan=len(states))] if position == 0 else []
        cells = _cells(variable.label(state), estimate, share)
        rows.append(element("tr", *title, *cells, data_row=name, data_state=state, data_p=f"{estimate.p:.6f}"))
    return rows


def _cells(label: str, estimate: Estimate, share: str) -> Sequence[Html]:
    return (
        element("td", label),
        element("td", bars.interval(estimate, None), class_="wide"),
        element("td", share, class_="figure"),
        element("td", interval(estimate), class_="figure"),
    )
