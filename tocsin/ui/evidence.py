"""The left side of the live panel: for each variable what is known about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tocsin.assessment import Assessment
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui.markup import Html, element
from tocsin.ui.rows import Row

GROUPS = (("Drivers", "driver"), ("Indicators", "indicator"), ("Actions", "action"))
"""Groups of the panel by role."""
REST = ("outcome", "tail risk", "mechanism")
"""Roles that can be set too, in a place of their own; an index is computed and never set."""

EXPLAINED = {
    "nothing known": "the statements and the rest of the network decide.",
    "observed": "seen to be so, for certain. What goes with it moves too, its causes as well as its effects.",
    "a report says": "somebody reports it. The grade tells how much that counts against everything else.",
    "I believe": "the probabilities shall be these, whatever else is known. For a judgement of your own.",
    "suppose we make it so": "a decision or a deed. Only its effects move; it tells nothing about its causes.",
}


def panel(model: Model, scenario: Scenario, start: Scenario, answer: Assessment | None) -> Html:
    """A row for each variable, by role."""

    def rows(*roles: str) -> list[Html]:
        named = (name for name, variable in model.records.variables.items() if variable.role in roles)
        return [Row(model, name, scenario, start, answer).html() for name in named]

    parts = list(_groups([(title, rows(role)) for title, role in GROUPS]))
    rest = rows(*REST)
    if rest:
        parts.append(element("details", element("summary", "Outcomes and what lies between"), *rest, class_="group"))
    return element("div", *parts, _explained())


def _groups(groups: Sequence[tuple[str, list[Html]]]) -> Iterator[Html]:
    for title, rows in groups:
        if rows:
            yield element("section", element("h2", title), *rows, class_="group")


def _explained() -> Html:
    lines = (element("p", element("b", kind), ": ", told) for kind, told in EXPLAINED.items())
    return element("details", element("summary", "What the choices mean"), *lines, class_="group explained")
