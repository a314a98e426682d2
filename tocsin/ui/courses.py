"""The most probable courses of events as a table by role, as HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tocsin.analysis.explain import Explanation
from tocsin.ui.markup import Html, element, joined, sideways
from tocsin.wording import percent

ROLES = {
    "outcome": "Outcomes",
    "tail risk": "Tail risks",
    "driver": "Drivers",
    "indicator": "Indicators",
    "action": "Actions",
    "mechanism": "What lies between",
}
"""In the order of the table; an index follows from the rest."""
RANKS = ("Most probable", "Second", "Third")


def table(why: Explanation) -> Html:
    """What is not as mild as can be, in the most probable course; where the runners-up differ; the rest in one line."""
    variables, first = why.case.model.records.variables, why.courses[0].states
    mild = [
        name
        for name, one in variables.items()
        if one.role in ROLES and all(course.states[name] == one.states[0] for course in why.courses)
    ]
    shown = [name for name, one in variables.items() if one.role in ROLES and name not in mild]
    heads = ["Variable", *(f"{rank} ({percent(one.p)})" for rank, one in zip(RANKS, why.courses, strict=False))]
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    body = element("tbody", *_groups(why, shown))
    drawn = element("table", element("thead", head), body, class_="every courses")
    told = "; ".join(f"{variables[name].title}: {variables[name].label(first[name])}" for name in mild)
    rest = element("p", f"In all of them, at their mildest: {told}.", class_="quiet") if mild else Html()
    note = "Any single course is improbable, since it fixes every variable. A dash: as in the first."
    return joined([sideways("Most probable courses", drawn), rest, element("p", note, class_="quiet")])


def _groups(why: Explanation, shown: Iterable[str]) -> Iterator[Html]:
    variables, held = why.case.model.records.variables, list(shown)
    for role, title in ROLES.items():
        names = [name for name in held if variables[name].role == role]
        if names:
            yield element("tr", element("th", title, colspan=1 + len(why.courses), scope="rowgroup"), class_="group")
            yield from (_row(why, name) for name in names)


def _row(why: Explanation, name: str) -> Html:
    variable, first = why.case.model.records.variables[name], why.courses[0].states[name]
    cells = [element("td", variable.label(first))]
    for one in why.courses[1:]:
        state = one.states[name]
        cells.append(element("td", "–" if state == first else variable.label(state)))
    return element("tr", element("th", variable.title, scope="row"), *cells, data_course=name)
