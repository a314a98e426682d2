"""What a batch answers: the probability of one or more states of a variable, a column each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tocsin.errors import BadInput, Problem, nearest
from tocsin.model import Model


@dataclass(frozen=True)
class Target:
    """States of one variable, any of which is meant."""

    variable: str
    states: tuple[str, ...]

    @property
    def name(self) -> str:
        """`variable=state` or `variable=state|state`."""
        return f"{self.variable}={'|'.join(self.states)}"


def targets(asked: Iterable[str] | None, model: Model) -> tuple[Target, ...]:
    """From `variable` (each of its states), `variable=state` or `variable=state|state`; by default all outcomes.

    Raises BadInput with everything that the model does not know.
    """
    found: list[Target] = []
    problems: list[Problem] = []
    for text in model.records.events if asked is None else asked:
        name, equals, told = (part.strip() for part in text.partition("="))
        if name not in model.network.variables:
            problems.append(_problem(f"no variable {name!r}{nearest(name, model.network.variables)}"))
            continue
        known = model.network.states[name]
        states = tuple(part.strip() for part in told.split("|")) if equals else ()
        unknown = [state for state in states if state not in known]
        if unknown:
            problems.append(_problem(f"{name} has no state {unknown[0]!r}{nearest(unknown[0], known)}"))
        found += [Target(name, states)] if states else [Target(name, (state,)) for state in known]
    if not found and not problems:
        problems.append(_problem("nothing is asked; name variables, or give the model outcomes"))
    if problems:
        raise BadInput(problems)
    return tuple(dict.fromkeys(found))


def _problem(message: str) -> Problem:
    return Problem("--targets", 0, 0, "", message)
