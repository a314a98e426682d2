"""One variable in the evidence panel, as HTML: the kind of evidence, what that kind needs, where the variable stands.

Each control says what it sets with `data-set` and the variable with `data-of`; the live panel sends its changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tocsin.assessment import Assessment, likelihood
from tocsin.language.statements import CREDIBILITY, RELIABILITY
from tocsin.model import Model
from tocsin.records import Scenario, Variable
from tocsin.ui import bars, findings
from tocsin.ui.findings import JOINT, KINDS, Setting, States
from tocsin.ui.markup import Html, element


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

    @property
    def variable(self) -> Variable:
        """Its record."""
        return self.model.records.variables[self.name]

    @property
    def differs(self) -> bool:
        """Whether it is set otherwise than in the preset."""
        return findings.differs(self.scenario, self.start, self.name)

    def html(self) -> Html:
        """The whole row."""
        variable, now = self.variable, findings.setting(self.scenario, self.name, self.variable)
        question = element("p", variable.question, class_="quiet") if now.kind != "unknown" else Html()
        return element(
            "div",
            element("div", element("b", variable.title, title=variable.question), self._ways(), class_="top"),
            self._kinds(now),
            question,
            *self._details(now),
            self._standing(),
            class_=f"row is-{now.kind}",
            data_variable=self.name,
            data_changed="yes" if self.differs else None,
        )

    def _ways(self) -> Html:
        """Back to the preset, and to the statements."""
        title = self.variable.title
        undo = _button("Undo", "restore", self.name, f"{title}: as the chosen scenario has it")
        behind = _button("Sources", "behind", self.name, f"The statements behind “{title}”")
        return element("span", undo if self.differs else Html(), behind, class_="ways")

    def _kinds(self, now: Setting) -> Html:
        kept = findings.setting(self.start, self.name, self.variable).kind == "kept"
        options: dict[str, str] = {kind: title for kind, title in KINDS.items() if kept or kind != "kept"}
        return self._select(self.variable.title, "kind", options, now.kind, self.variable.question)

    def _details(self, now: Setting) -> Iterator[Html]:
        match now.kind:
            case "observed":
                yield self._states(findings.choices(self.variable), now)
            case "forced":
                yield self._states([(state,) for state in self.variable.states], now)
            case "reported":
                yield self._states(findings.choices(self.variable), now)
                yield self._grades(now)
            case "believed":
                # Of two states the second says it all.
                states = self.variable.states
                yield from (
                    self._slider(state, now.shares[state]) for state in (states if len(states) > 2 else states[1:])
                )

    def _states(self, options: list[States], now: Setting) -> Html:
        labels = {JOINT.join(states): self.variable.either(states) for states in options}
        return self._select(f"{self.variable.title}: state", "states", labels, JOINT.join(now.states))

    def _grades(self, now: Setting) -> Html:
        title = self.variable.title
        source = {letter: f"{letter}: {meaning}" for letter, meaning in RELIABILITY.items()}
        information = {digit: f"{digit}: {meaning}" for digit, meaning in CREDIBILITY.items()}
        return element(
            "div",
            self._select(f"{title}: source", "source", source, now.grade[0]),
            self._select(f"{title}: information", "information", information, now.grade[1:]),
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

    def _slider(self, state: str, share: int) -> Html:
        label = self.variable.label(state)
        return element(
            "label",
            element("span", label),
            element("output", f"{share} %"),
            element(
                "input",
                type="range",
                min=0,
                max=100,
                step=1,
                value=share,
                aria_label=f"{self.variable.title}: {label}",
                aria_valuetext=f"{share} %",
                data_set=f"share:{state}",
                data_of=self.name,
            ),
            class_="slider",
        )

    def _standing(self) -> Html:
        if self.answer is None:
            return Html()
        shares = [estimate.p for estimate in self.answer.variables[self.name].values()]
        mark = element("b", "changed", class_="mark", title="Not as in the chosen scenario") if self.differs else Html()
        return element(
            "div",
            bars.stacked(self.variable, shares),
            element("div", bars.caption(self.variable, shares), " ", mark, class_="quiet"),
            *(element("div", line, class_="quiet") for line in self._counts()),
            class_="standing",
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
        return [EvidenceRow(model, name, scenario, start, answer).html() for name in named]

    groups: list[tuple[str, list[Html], str | None]] = [(title, rows(role), "") for title, role in GROUPS]
    groups.append(("Outcomes and what lies between", rows(*REST), None))
    parts = (_group(title, drawn, opened) for title, drawn, opened in groups if drawn)
    return element("div", *parts, _explained())


def _group(title: str, rows: Sequence[Html], opened: str | None) -> Html:
    """Can be folded away; on a narrow screen it is, until something is set in it."""
    return element("details", element("summary", element("h2", title)), *rows, class_="group", open=opened)


def _explained() -> Html:
    lines = (element("p", element("b", kind), ": ", meaning) for kind, meaning in EXPLAINED.items())
    return element("details", element("summary", "What the choices mean"), *lines, class_="group explained")
