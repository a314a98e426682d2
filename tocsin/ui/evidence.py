"""What is set on a variable: from a control to a scenario, and as a row of controls; nothing here knows Streamlit.

Each control says what it sets with `data-set` and the variable with `data-of`; the live panel sends its changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tocsin.assessment import Assessment, likelihood
from tocsin.files import scenario_of
from tocsin.language.events import supposed
from tocsin.language.numbers import percent, percents
from tocsin.language.statements import CREDIBILITY, RELIABILITY, USUAL
from tocsin.model import Model
from tocsin.records import Finding, ModelRecords, Scenario, Variable
from tocsin.render.html import Html, element, joined
from tocsin.render.marks import shades

Kind = Literal["unknown", "observed", "reported", "believed", "forced", "kept"]

KINDS: Mapping[Kind, str] = {
    "unknown": "nothing known",
    "observed": "observed",
    "reported": "a report says",
    "believed": "I believe",
    "forced": "suppose we make it so",
    "kept": "as in the scenario file",
}
"""In the plain words of the page."""

States = tuple[str, ...]

JOINT = "|"
"""Between states in the value of a control; no name holds it."""


@dataclass(frozen=True)
class Setting:
    """What is set on one variable."""

    kind: Kind = "unknown"
    states: States = ()
    """Of an observation, a report, or what is made so; for the first two any of several will do."""
    grade: str = USUAL
    """Of a report."""
    shares: Mapping[str, int] = field(default_factory=dict)
    """Of a belief, in whole percent."""


def setting(scenario: Scenario, name: str, variable: Variable) -> Setting:
    """What a scenario sets on a variable; `kept` where the page has no control for it."""
    if name in scenario.forced:
        return Setting("forced", (scenario.forced[name],))
    findings = scenario.evidence.get(name, ())
    if not findings:
        return Setting()
    shown = _of_finding(findings[0], variable) if len(findings) == 1 else None
    return shown or Setting("kept")


def _of_finding(finding: Finding, variable: Variable) -> Setting | None:
    if finding.observed is not None:
        return Setting("observed", (finding.observed,))
    if finding.believed is not None:
        shares = {state: 100 * finding.believed.get(state, 0.0) for state in variable.states}
        whole = {state: round(share) for state, share in shares.items()}
        same = all(abs(whole[state] - share) < 1e-6 for state, share in shares.items())
        return Setting("believed", shares=whole) if same else None
    if finding.grade is not None:
        states = tuple(state for state in variable.states if state in finding.reported)
        return Setting("reported", states, finding.grade) if states in choices(variable) else None
    seen = [(finding.likelihood or {}).get(state, 1.0) for state in variable.states]
    states = tuple(state for state, value in zip(variable.states, seen, strict=True) if value)
    return Setting("observed", states) if set(seen) <= {0.0, 1.0} and states in choices(variable) else None


def choices(variable: Variable) -> list[States]:
    """What can be observed or reported: each state, and "this or worse" from every one between the first and last."""
    single: list[States] = [(state,) for state in variable.states]
    return single + [variable.states[start:] for start in range(1, len(variable.states) - 1)]


def changed(scenario: Scenario, preset: Scenario, name: str, now: Setting, model: ModelRecords) -> Scenario:
    """The scenario with one variable set anew, checked like a file; the preset itself where nothing differs.

    Raises BadInput.
    """
    evidence: dict[str, Any] = {key: value for key, value in _plain(scenario, "evidence").items() if key != name}
    forced = {key: value for key, value in scenario.forced.items() if key != name}
    if now.kind == "forced":
        forced[name] = now.states[0]
    elif now.kind == "kept" and name in preset.evidence:
        evidence[name] = _plain(preset, "evidence")[name]
    elif now.kind not in ("unknown", "kept"):
        evidence[name] = _written(now, model.variables[name])
    return altered(scenario, preset, model, evidence=evidence, forced=forced)


def altered(scenario: Scenario, preset: Scenario, model: ModelRecords, **parts: Any) -> Scenario:
    """The scenario with whole parts replaced (evidence, forced, statements, lexicon, interval), checked like a file.

    The preset itself where nothing that matters differs from it. What the preset's file says of it and expects of its
    answer is not said of the other. Raises BadInput.
    """
    content = {**scenario.model_dump(by_alias=True, exclude_defaults=True), **parts}
    content.pop("expected", None)
    content.pop("description", None)
    content |= {"scenario": f"{preset.scenario[:72]}-changed", "title": f"{preset.title[:3990]}, changed"}
    edited = scenario_of(content, model, "this page")
    return preset if meaning(edited) == meaning(preset) else edited


def meaning(scenario: Scenario) -> tuple[object, ...]:
    """What an answer depends on; names and titles are left out."""
    parts = ("evidence", "forced", "statements", "lexicon", "interval", "reconcile")
    return tuple(getattr(scenario, part) for part in parts)


def turned(now: Setting, variable: Variable, part: str, value: str, stands: Mapping[str, float]) -> Setting:
    """A setting after one control was turned; stands: where the variable is, which a belief begins with.

    part: `kind`, `states`, `seen` with a state, `source`, `information`, or `share:` with a state.
    """
    states = now.states or variable.states[-1:]
    shares = now.shares or whole({state: 100 * stands[state] for state in variable.states}, 100, variable.states)
    kind, grade = now.kind, now.grade
    if part == "kind":
        kind = next(known for known in KINDS if known == value)
    elif part == "states":
        states = tuple(value.split(JOINT))
    elif part == "seen":
        # What was decided stays a decision, of another state.
        kind = "forced" if kind == "forced" else "observed"
        states = (variable.states[variable.states.index(value)],)
    elif part == "source":
        grade = value + grade[1:]
    elif part == "information":
        grade = grade[0] + value
    else:
        moved = part.removeprefix("share:")
        kind, shares = "believed", rebalanced({**shares, moved: min(max(int(value), 0), 100)}, moved)
    if kind == "forced":
        states = states[-1:]
    return Setting(kind, states, grade, shares)


def _plain(scenario: Scenario, part: str) -> dict[str, Any]:
    return dict(scenario.model_dump(by_alias=True, exclude_defaults=True).get(part, {}))


def _written(now: Setting, variable: Variable) -> tuple[dict[str, Any], ...]:
    if now.kind == "believed":
        return ({"believed": {state: now.shares[state] / 100 for state in variable.states}},)
    if now.kind == "reported":
        return ({"reported": now.states, "grade": now.grade},)
    if len(now.states) == 1:
        return ({"observed": now.states[0]},)
    return ({"likelihood": {state: float(state in now.states) for state in variable.states}},)


def differs(scenario: Scenario, preset: Scenario, name: str) -> bool:
    """Whether a variable is set otherwise than in the preset."""
    pairs = ((scenario.evidence, preset.evidence), (scenario.forced, preset.forced))
    return any(now.get(name) != then.get(name) for now, then in pairs)


def rebalanced(shares: Mapping[str, int], moved: str) -> dict[str, int]:
    """Whole percents that sum to 100 again after one was moved: the others keep their proportions.

    >>> rebalanced({"low": 20, "moderate": 30, "high": 75}, "high")
    {'low': 10, 'moderate': 15, 'high': 75}
    """
    others = [state for state in shares if state != moved]
    total = sum(shares[state] for state in others)
    left = 100 - shares[moved]
    parts = {state: left * (shares[state] / total if total else 1 / len(others)) for state in others}
    return {state: shares[moved] if state == moved else share for state, share in whole(parts, left, shares).items()}


def whole(parts: Mapping[str, float], total: int, order: Sequence[str] | Mapping[str, Any]) -> dict[str, int]:
    """Whole numbers near the parts that sum to the total, by largest remainders; 0 for what has no part."""
    floors = {name: int(parts.get(name, 0.0)) for name in order}
    short = total - sum(floors.values())
    by_rest = sorted((name for name in order if name in parts), key=lambda name: floors[name] - parts[name])
    return {name: floors[name] + (name in by_rest[:short]) for name in order}


def describe(scenario: Scenario, model: ModelRecords) -> Iterator[tuple[Literal["finding", "forced", "changes"], str]]:
    """What a scenario holds, one line each."""
    for name, line in supposed(model, scenario):
        yield "forced" if name in scenario.forced else "finding" if _of_a_variable(name, scenario) else "changes", line


def describe_settings(scenario: Scenario, model: ModelRecords) -> Iterator[tuple[str, str]]:
    """What is set on variables: each variable's name with one line."""
    for name, line in supposed(model, scenario):
        if _of_a_variable(name, scenario):
            yield name.split(" ")[0], line


def _of_a_variable(name: str, scenario: Scenario) -> bool:
    return name.split(" ")[0] in {*scenario.evidence, *scenario.forced}


def chips(scenario: Scenario, records: ModelRecords) -> Html:
    """What a scenario sets, as small labels; nothing for nothing."""
    lines = [element("li", line, class_=kind) for kind, line in describe(scenario, records)]
    return element("ul", *lines, class_="chips", aria_label="What is set") if lines else Html()


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
        return differs(self.scenario, self.start, self.name)

    def html(self) -> Html:
        """The whole row."""
        variable, now = self.variable, setting(self.scenario, self.name, self.variable)
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
        kept = setting(self.start, self.name, self.variable).kind == "kept"
        options: dict[str, str] = {kind: title for kind, title in KINDS.items() if kept or kind != "kept"}
        return self._select(self.variable.title, "kind", options, now.kind, self.variable.question)

    def _details(self, now: Setting) -> Iterator[Html]:
        match now.kind:
            case "observed":
                yield self._states(choices(self.variable), now)
            case "forced":
                yield self._states([(state,) for state in self.variable.states], now)
            case "reported":
                yield self._states(choices(self.variable), now)
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
            stacked(self.variable, shares),
            element("div", caption(self.variable, shares), " ", mark, class_="quiet"),
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
        names = (name for name, variable in model.records.variables.items() if variable.role in roles)
        return [EvidenceRow(model, name, scenario, start, answer).html() for name in names]

    groups: list[tuple[str, list[Html], str | None]] = [(title, rows(role), "") for title, role in GROUPS]
    groups.append(("Outcomes and what lies between", rows(*REST), None))
    parts = (_group(title, drawn, is_open) for title, drawn, is_open in groups if drawn)
    return element("div", *parts, _explained())


def _group(title: str, rows: Sequence[Html], is_open: str | None) -> Html:
    """Can be folded away; on a narrow screen it is, until something is set in it."""
    return element("details", element("summary", element("h2", title)), *rows, class_="group", open=is_open)


def _explained() -> Html:
    lines = (element("p", element("b", kind), ": ", meaning) for kind, meaning in EXPLAINED.items())
    return element("details", element("summary", "What the choices mean"), *lines, class_="group explained")


SURE = 0.9995
"""From here on a state is as good as certain."""


def stacked(variable: Variable, shares: Sequence[float]) -> Html:
    """The states side by side from mild to worse, as in the network picture."""
    label = ", ".join(f"{variable.label(s)} {p}" for s, p in zip(variable.states, percents(shares), strict=True))
    parts = (
        element("span", class_=f"s{shade}", style=f"width:{100 * share:.2f}%")
        for shade, share in zip(shades(len(shares)), shares, strict=True)
    )
    return element("div", joined(parts), class_="stacked", role="img", aria_label=label, title=label)


def caption(variable: Variable, shares: Sequence[float]) -> str:
    """What is not mild in a few words: `Assad falls 9 %`, or of several states `1 or 2 strikes, or worse 11 %`."""
    if variable.role == "index":
        most = max(range(len(shares)), key=shares.__getitem__)
        return f"mostly {variable.label(variable.states[most])}, no forecast"
    sure = next((state for state, share in zip(variable.states, shares, strict=True) if share > SURE), None)
    if sure is not None:
        return f"{variable.label(sure)} {percent(round(max(shares), 12))}"
    # Rounded, so that a certainty is not 0.9999999999999999.
    return f"{variable.either(variable.states[1:])} {percents([shares[0], round(1 - shares[0], 12)])[1]}"
