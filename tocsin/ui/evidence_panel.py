"""The panel where evidence is set: each variable's states as one bar that can be clicked and dragged.

A control says what it sets with `data-set` and the variable with `data-of`; the live panel sends its changes. Nothing
here knows Streamlit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from tocsin.assessment import Assessment, likelihood
from tocsin.language.numbers import bits, capital, percent, percents
from tocsin.language.statements import CREDIBILITY, RELIABILITY
from tocsin.model import Model
from tocsin.records import Scenario, Variable
from tocsin.render.html import Html, element
from tocsin.render.marks import shades
from tocsin.ui.evidence import (
    JOINT,
    KINDS,
    Setting,
    States,
    choices,
    describe_settings,
    differs,
    setting,
    shares_of,
)

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


@dataclass(frozen=True)
class Order:
    """In which order the rows stand; kept while something is dragged, so that no row moves under the hand."""

    pinned: tuple[str, ...] = ()
    """Variables on which something is set."""
    telling: Mapping[str, float] | None = None
    """The bits that the others would tell about the chosen outcome, the most first; None for the model's order."""
    about: str = ""
    """The chosen outcome, as what the bits are about."""


@dataclass(frozen=True)
class Curve:
    """The chosen outcome's probability as one boundary goes from one end of its bar to the other."""

    variable: str
    about: str
    """The outcome."""
    p: Sequence[float]
    """At places from 0 to 100 %, evenly apart."""
    place: int
    """Where the boundary is now, in percent."""
    now: float
    """The outcome's probability now."""


def panel(
    model: Model,
    scenario: Scenario,
    start: Scenario,
    answer: Assessment | None,
    order: Order,
    curve: Curve | None = None,
) -> Html:
    """What is set on top, then a row for each other variable: the most telling first, or by role."""

    def rows(names: Sequence[str]) -> list[Html]:
        return [EvidenceRow(model, name, scenario, start, answer, order, curve).html() for name in names]

    def of_role(*roles: str) -> list[str]:
        variables = model.records.variables.items()
        return [name for name, variable in variables if variable.role in roles and name not in order.pinned]

    groups: list[tuple[str, Sequence[str], bool]] = [("Set in this scenario", order.pinned, True)]
    if order.telling is None:
        groups += [(title, of_role(role), True) for title, role in GROUPS]
    else:
        bits = order.telling
        names = sorted(of_role(*(role for _, role in GROUPS)), key=lambda name: -bits.get(name, 0.0))
        groups.append(("Most telling first", names, True))
    groups.append(("Outcomes and what lies between", of_role(*REST), False))
    parts = (_group(title, rows(names), is_open) for title, names, is_open in groups if names)
    return element("div", _orders(order), *parts, _explained())


def _orders(order: Order) -> Html:
    """The two orders of the rows, one click apart."""
    now = "model" if order.telling is None else "telling"
    titles = {"telling": "Most telling first", "model": "Model's order"}
    buttons = (
        element("button", title, type="button", data_ask="order", data_of=by, aria_pressed=str(by == now).lower())
        for by, title in titles.items()
    )
    return element("div", *buttons, class_="orders", role="group", aria_label="Order of the rows", data_key="orders")


def _group(title: str, rows: Sequence[Html], is_open: bool) -> Html:
    """Can be folded away; on a narrow screen it is, until something is set in it."""
    heading = element("summary", element("h2", title))
    return element("details", heading, *rows, class_="group", open="" if is_open else None, data_key=f"group {title}")


def _explained() -> Html:
    lines = (element("p", element("b", kind), ": ", meaning) for kind, meaning in EXPLAINED.items())
    summary = element("summary", "What the choices mean")
    return element("details", summary, *lines, class_="group explained", data_key="group explained")


@dataclass(frozen=True, eq=False)
class EvidenceRow:
    """A variable's controls and where it stands."""

    model: Model
    name: str
    scenario: Scenario
    start: Scenario
    """The preset, from which a difference is marked."""
    answer: Assessment | None
    """The last good one."""
    order: Order
    curve: Curve | None
    now: Setting = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "now", setting(self.scenario, self.name, self.variable))

    @property
    def variable(self) -> Variable:
        """Its record."""
        return self.model.records.variables[self.name]

    @property
    def differs(self) -> bool:
        """Whether it is set otherwise than in the preset."""
        return differs(self.scenario, self.start, self.name)

    def html(self) -> Html:
        """The whole row."""
        variable = self.variable
        parts = {
            "top": [element("div", element("b", variable.title, title=variable.question), self._bits(), class_="top")],
            # Below the bar, which is not to move while it is dragged.
            "states": [self._states()],
            "curve": [_drawn(self.curve)] if self.curve and self.curve.variable == self.name else [],
            "set": [self._chip()] if self.now.kind != "unknown" else [],
            "details": [*self._details(), *(element("div", line, class_="quiet") for line in self._counts())],
            "ways": [element("div", self._kinds(), *self._ways(), class_="ways")],
        }
        return element(
            "div",
            # With keys, since parts come and go beside what is being dragged or has the focus.
            *(element("div", *drawn, data_key=f"{part} {self.name}") for part, drawn in parts.items() if any(drawn)),
            class_=f"row is-{self.now.kind}",
            data_variable=self.name,
            data_changed="yes" if self.differs else None,
            data_key=f"row {self.name}",
        )

    def _bits(self) -> Html:
        """What knowing it would tell, where the rows are in that order."""
        if self.order.telling is None or self.name not in self.order.telling or self.name in self.order.pinned:
            return Html()
        why = f"What knowing it for certain would tell about {self.order.about}"
        return element("small", bits(self.order.telling[self.name]), class_="quiet bits", title=why)

    def _chip(self) -> Html:
        """What is set, and the way to take it back."""
        title = self.variable.title
        lines = (line for name, line in describe_settings(self.scenario, self.model.records) if name == self.name)
        text = "; ".join(line.removeprefix(f"{title}: ") for line in lines)
        label = f"Take back what is set on “{title}”"
        back = element("button", "×", type="button", data_ask="clear", data_of=self.name, aria_label=label, title=label)
        return element("div", element("span", text), back, class_=f"chip {self.now.kind}")

    def _states(self) -> Html:
        """The states side by side from mild to worse, with their names; a boundary between two can be dragged."""
        if self.answer is None:
            return Html()
        variable = self.variable
        shares = [estimate.p for estimate in self.answer.variables[self.name].values()]
        whole = shares_of(self.now, variable, dict(zip(variable.states, shares, strict=True)))
        # A belief in the whole percents that were set, as the browser writes them while it is dragged.
        is_belief = self.now.kind == "believed"
        tints, figures = shades(len(shares)), [f"{p} %" for p in whole.values()] if is_belief else percents(shares)
        label = ", ".join(f"{variable.label(s)} {p}" for s, p in zip(variable.states, figures, strict=True))
        segments = (
            element(
                "span",
                class_=f"s{tint}",
                style=f"width:{100 * share:.2f}%",
                title=f"{variable.label(state)} {figure}",
                data_set="seen",
                data_of=self.name,
                data_value=state,
            )
            for state, tint, share, figure in zip(variable.states, tints, shares, figures, strict=True)
        )
        edges = list(accumulate(whole.values()))[:-1]
        bar = element("div", *segments, class_="stacked", role="img", aria_label=label)
        names = (
            self._state(state, tint, figure)
            for state, tint, figure in zip(variable.states, tints, figures, strict=True)
        )
        return element(
            "div",
            element("div", bar, *(self._edge(k, edges, whole) for k in range(len(edges))), class_="bar"),
            element("div", *names, class_="names", role="group", aria_label=f"{variable.title}: seen"),
            class_="states",
        )

    def _state(self, state: str, tint: int, figure: str) -> Html:
        """A state's name and probability: a click makes it seen."""
        pressed = self.now.kind in ("observed", "forced") and state in self.now.states
        return element(
            "button",
            element("i", class_=f"s{tint}"),
            element("span", self.variable.label(state)),
            " ",
            element("small", figure),
            type="button",
            data_set="seen",
            data_of=self.name,
            value=state,
            aria_pressed="true" if pressed else "false",
        )

    def _edge(self, number: int, edges: Sequence[int], whole: Mapping[str, int]) -> Html:
        """The boundary behind a state: dragged, or moved by keys, its two neighbours trade."""
        left, right = (self.variable.label(state) for state in self.variable.states[number : number + 2])
        shares = list(whole.values())
        text = "{} {} %, {} {} %"
        return element(
            "span",
            class_="edge",
            role="slider",
            tabindex=0,
            style=f"left:{edges[number]}%",
            aria_label=f"{self.variable.title}: boundary of {left} and {right}",
            aria_valuemin=edges[number - 1] if number else 0,
            aria_valuemax=edges[number + 1] if number + 1 < len(edges) else 100,
            aria_valuenow=edges[number],
            aria_valuetext=text.format(left, shares[number], right, shares[number + 1]),
            data_left=left,
            data_right=right,
            data_set=f"edge:{number}",
            data_of=self.name,
        )

    def _kinds(self) -> Html:
        """The menu that says how it is known."""
        kept = setting(self.start, self.name, self.variable).kind == "kept"
        options: dict[str, str] = {kind: title for kind, title in KINDS.items() if kept or kind != "kept"}
        return self._select(self.variable.title, "kind", options, self.now.kind, self.variable.question)

    def _ways(self) -> Iterator[Html]:
        """Back to the preset, and to the statements."""
        title = self.variable.title
        if self.differs:
            yield element("b", "changed", class_="mark", title="Not as in the chosen scenario")
            yield _button("Undo", "restore", self.name, f"{title}: as the chosen scenario has it")
        yield _button("Sources", "behind", self.name, f"The statements behind “{title}”")

    def _details(self) -> Iterator[Html]:
        now, variable = self.now, self.variable
        if now.kind == "reported" or (now.kind == "observed" and len(variable.states) > 2):
            yield self._several(choices(variable))
        if now.kind == "reported":
            yield self._grades()
        if now.kind == "believed":
            # Of two states the second says it all.
            states = variable.states if len(variable.states) > 2 else variable.states[1:]
            boxes = [self._box(state, now.shares[state]) for state in states]
            yield element("div", *boxes, class_="boxes")

    def _several(self, options: list[States]) -> Html:
        labels = {JOINT.join(states): self.variable.either(states) for states in options}
        return self._select(f"{self.variable.title}: state", "states", labels, JOINT.join(self.now.states))

    def _grades(self) -> Html:
        title, grade = self.variable.title, self.now.grade
        source = {letter: f"{letter}: {meaning}" for letter, meaning in RELIABILITY.items()}
        information = {digit: f"{digit}: {meaning}" for digit, meaning in CREDIBILITY.items()}
        return element(
            "div",
            self._select(f"{title}: source", "source", source, grade[0]),
            self._select(f"{title}: information", "information", information, grade[1:]),
            class_="pair",
        )

    def _select(
        self, label: str, part: str, options: Mapping[str, str], chosen: str, question: str | None = None
    ) -> Html:
        drawn = (
            element("option", title, value=value, selected="" if value == chosen else None)
            for value, title in options.items()
        )
        return element("select", *drawn, aria_label=label, data_set=part, data_of=self.name, title=question)

    def _box(self, state: str, share: int) -> Html:
        label = self.variable.label(state)
        return element(
            "label",
            element(
                "input",
                type="number",
                min=0,
                max=100,
                step=1,
                value=share,
                aria_label=f"{self.variable.title}: {label}",
                data_set=f"share:{state}",
                data_of=self.name,
            ),
            element("span", f"% {label}"),
        )

    def _counts(self) -> Iterator[str]:
        """What the grades of reports come to."""
        for finding in self.scenario.evidence.get(self.name, ()):
            if finding.kind == "reported":
                row = likelihood(finding, self.variable.states, self.model)
                against = row[self.variable.states.index(finding.reported[0])] < row.max()
                yield f"the report counts × {row.max() / row.min():.2g}{' against it' if against else ''}"


def _button(text: str, ask: str, of: str, label: str) -> Html:
    return element("button", text, type="button", data_ask=ask, data_of=of, aria_label=label, title=label)


STEPS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
"""Ends of the scale of a curve."""


def _drawn(curve: Curve) -> Html:
    """A line under the bar, with a dot where the boundary is now."""
    end = next(step for step in STEPS if max(*curve.p, curve.now) <= step + 1e-9)
    count = len(curve.p) - 1
    line = " ".join(f"{100 * k / count:g},{100 * (1 - p / end):.2f}" for k, p in enumerate(curve.p))
    path = element("polyline", points=line)
    inner = element("svg", path, viewBox="0 0 100 100", preserveAspectRatio="none", width="100%", height="100%")
    dot = element("circle", cx=f"{curve.place}%", cy=f"{100 * (1 - curve.now / end):.2f}%", r=5)
    first, last = percent(curve.p[0]), percent(curve.p[-1])
    label = f"{capital(curve.about)}: {percent(curve.now)} here, {first} at the left end, {last} at the right"
    return element(
        "figure",
        element("svg", inner, dot, class_="curve-line", role="img", aria_label=label),
        element("figcaption", element("span", first), element("span", curve.about), element("span", last)),
        class_="curve",
        title=f"{label}. The scale ends at {percent(end)}.",
    )


def settable(model: Model) -> list[str]:
    """The variables that have a row, in the model's order."""
    roles = {role for _, role in GROUPS} | {*REST}
    return [name for name, variable in model.records.variables.items() if variable.role in roles]
