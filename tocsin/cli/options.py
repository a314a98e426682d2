"""Evidence given on the command line, on top of a scenario file or of nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tocsin.errors import BadInput, Problem
from tocsin.files import load_scenario, scenario_of
from tocsin.records import ModelRecords, Scenario
from tocsin.records.evidence_text import take_apart


def example(option: str, model: ModelRecords) -> str:
    """How an option is written, with names of the model in use: `variable=state:grade, such as storm=yes:B2`."""
    asked = [name for name, variable in model.variables.items() if variable.role != "index"]
    name = min(asked or model.variables, key=lambda each: len(model.variables[each].states))
    states = model.variables[name].states
    match option:
        case "--report":
            return f"variable=state:grade, such as {name}={states[-1]}:B2"
        case "--believe":
            each = 100 // len(states)
            chances = [100 - each * (len(states) - 1), *[each] * (len(states) - 1)]
            named = ",".join(f"{state}:{chance}%" for state, chance in zip(states, chances, strict=True))
            return f"variable=state:p,state:p, such as {name}={named}"
        case _:
            return f"variable=state, such as {name}={states[-1]}"


def scenario_from(
    model: ModelRecords,
    path: Path | None,
    observed: Sequence[str],
    reported: Sequence[str],
    believed: Sequence[str],
    forced: Sequence[str],
    settings: Mapping[str, Any],
) -> Scenario:
    """The scenario of a file, or an empty one, with options added; raises BadInput, also where both name a variable."""
    base = load_scenario(path, model) if path else None
    content: dict[str, Any] = base.model_dump(by_alias=True, exclude_defaults=True) if base else {}
    content.setdefault("scenario", "baseline")
    content.setdefault("title", "Baseline")
    content.setdefault("model", model.name)
    evidence, force = dict(content.get("evidence", {})), dict(content.get("forced", {}))
    problems: list[Problem] = []

    def put(option: str, text: str, where: dict[str, Any]) -> None:
        try:
            name, value = _parsed(option, text)
        except ValueError:
            problems.append(_problem(option, f"{text!r} cannot be read; write {example(option, model)}"))
            return
        if name in evidence or name in force:
            problems.append(_problem(option, f"{name} is set already; give it once"))
        where[name] = value

    for option, texts, where in (
        ("--observe", observed, evidence),
        ("--report", reported, evidence),
        ("--believe", believed, evidence),
        ("--force", forced, force),
    ):
        for text in texts:
            put(option, text, where)
    if problems:
        raise BadInput(problems)
    if observed or reported or believed or forced:
        # What a file says of its scenario is not true of another.
        content.pop("description", None)
        content["scenario"] = f"{content['scenario']}-changed" if base else "command-line"
        content["title"] = f"{content['title']}, changed on the command line" if base else "From the command line"
    content |= {"evidence": evidence, "forced": force}
    content |= {key: value for key, value in settings.items() if value is not None}
    return scenario_of(content, model, "command line")


def _parsed(option: str, text: str) -> tuple[str, Any]:
    # Raises UnicodeEncodeError, a ValueError, for bytes that are no text.
    text.encode("utf-8")
    name, value = (part.strip() for part in text.split("=", 1))
    if not name or not value:
        raise ValueError(text)
    match option:
        case "--observe":
            return name, {"observed": value}
        case "--report":
            report = take_apart(f"~{value}")
            if not report.grade or not all(report.states):
                raise ValueError(text)
            return name, {"reported": list(report.states), "grade": report.grade}
        case "--believe":
            belief = take_apart(value.replace(",", "|"))
            if not all(belief.chances) or not belief.chances:
                raise ValueError(text)
            return name, {"believed": dict(zip(belief.states, belief.chances, strict=True))}
        case _:
            return name, value


def _problem(option: str, message: str) -> Problem:
    return Problem(option, 0, 0, "", message)
