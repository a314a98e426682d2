"""The left side of the live panel: for each variable what is known about it."""

from __future__ import annotations

from collections.abc import Sequence

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

    groups: list[tuple[str, list[Html], str | None]] = [(title, rows(role), "") for title, role in GROUPS]
    groups.append(("Outcomes and what lies between", rows(*REST), None))
    parts = (_group(title, made, opened) for title, made, opened in groups if made)
    return element("div", *parts, _explained())


def _group(title: str, rows: Sequence[Html], opened: str | None) -> Html:
    """Can be folded away; on a narrow screen it is, until something is set in it."""
    return element("details", element("summary", element("h2", title)), *rows, class_="group", open=opened)


def _explained() -> Html:
    lines = (element("p", element("b", kind), ": ", told) for kind, told in EXPLAINED.items())
    return element("details", element("summary", "What the choices mean"), *lines, class_="group explained")
