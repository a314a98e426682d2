"""What is set on a variable: from a control to a scenario, and in words; nothing here knows Streamlit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tocsin.files import scenario_of
from tocsin.language.events import supposed
from tocsin.language.numbers import percent, percents
from tocsin.language.statements import USUAL
from tocsin.records import Finding, ModelRecords, Scenario, Variable
from tocsin.render.html import Html, element

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

    part: `kind`, `states`, `source`, `information`, `seen` (a state clicked), `share:` with a state, or `edge:` with
    the number of a boundary between two states, whose value is the percent that lies before it.
    """
    states = now.states or variable.states[-1:]
    shares = shares_of(now, variable, stands)
    kind, grade = now.kind, now.grade
    if part == "seen":
        return _seen(now, variable, value)
    if part == "kind":
        kind = next(known for known in KINDS if known == value)
    elif part == "states":
        states = tuple(value.split(JOINT))
    elif part == "source":
        grade = value + grade[1:]
    elif part == "information":
        grade = grade[0] + value
    elif part.startswith("edge:"):
        kind, shares = "believed", traded(shares, int(part.removeprefix("edge:")), round(float(value)))
    else:
        moved = part.removeprefix("share:")
        kind, shares = "believed", rebalanced({**shares, moved: min(max(round(float(value)), 0), 100)}, moved)
    if kind == "forced":
        states = states[-1:]
    return Setting(kind, states, grade, shares)


def _seen(now: Setting, variable: Variable, state: str) -> Setting:
    """A state clicked: it is seen; clicked again, that is taken back. What was decided stays a decision."""
    if state not in variable.states:
        raise KeyError(state)
    if now.kind in ("observed", "forced") and now.states == (state,):
        return Setting()
    return Setting("forced" if now.kind == "forced" else "observed", (state,))


def shares_of(now: Setting, variable: Variable, stands: Mapping[str, float]) -> dict[str, int]:
    """A belief's whole percents; where none is held, those that the variable stands at."""
    if now.kind == "believed":
        return dict(now.shares)
    return whole({state: 100 * stands[state] for state in variable.states}, 100, variable.states)


def traded(shares: Mapping[str, int], edge: int, place: int) -> dict[str, int]:
    """Whole percents after the boundary behind the state of this number was moved: its two neighbours trade.

    place: percent that lie before the boundary; it stops at the boundaries beside it.

    >>> traded({"low": 20, "moderate": 30, "high": 50}, 1, 90)
    {'low': 20, 'moderate': 70, 'high': 10}
    """
    states = list(shares)
    left, right = states[edge : edge + 2]
    both = shares[left] + shares[right]
    now = min(max(place - sum(shares[state] for state in states[:edge]), 0), both)
    return {**shares, left: now, right: both - now}


def beyond(shares: Mapping[str, int], edge: int, place: float) -> list[float]:
    """Percents with a boundary at any place: its neighbours trade, and beyond them the others shrink in proportion.

    >>> beyond({"low": 20, "moderate": 30, "high": 50}, 0, 80)
    [80.0, 0.0, 20.0]
    """
    percents = list(shares.values())
    before, after = percents[:edge], percents[edge + 2 :]
    sides = []
    for others, room in ((before, float(place)), (after, 100.0 - place)):
        total = sum(others)
        kept = [other * min(1.0, room / total) for other in others] if total else [0.0] * len(others)
        sides.append((kept, max(0.0, room - total)))
    (low, left), (high, right) = sides
    return [*low, left, right, *high]


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


SURE = 0.9995
"""From here on a state is as good as certain."""


def caption(variable: Variable, shares: Sequence[float]) -> str:
    """What is not mild in a few words: `breaks 9 %`, or of several states `high, or over 11 %`."""
    if variable.role == "index":
        most = max(range(len(shares)), key=shares.__getitem__)
        return f"mostly {variable.label(variable.states[most])}, no forecast"
    sure = next((state for state, share in zip(variable.states, shares, strict=True) if share > SURE), None)
    if sure is not None:
        return f"{variable.label(sure)} {percent(round(max(shares), 12))}"
    # Rounded, so that a certainty is not 0.9999999999999999.
    return f"{variable.either(variable.states[1:])} {percents([shares[0], round(1 - shares[0], 12)])[1]}"
