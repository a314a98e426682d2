"""The header of a batch table: which column says what.

| column | cells |
|-|-|
| `id`, and what `keep` names | anything; carried through |
| `variable` | `state` (observed), `~state:B2` or `~state|state:B2` (reported), `state:20%|state:80%` (believed) |
| `do.variable` | the state that the variable is forced into |
| `variable=state` | P(what was seen | state) up to a factor, a number |
| `parameter.key` | a number of the model's tables, by its place in `model.yaml` |

An empty cell says nothing.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from tocsin.batch.chunks import is_number, is_text, is_value
from tocsin.elicitation import Prior
from tocsin.errors import BadInput, Problem, nearest
from tocsin.model import Model
from tocsin.records import Scenario

Kind = Literal["id", "kept", "finding", "forced", "likelihood", "parameter"]

FORCED, PARAMETER = "do.", "parameter."

MOST_COLUMNS = 10_000
MOST_QUOTED = 80
"""Characters of a cell or a name in a message."""
MOST_TOLD = 20
"""Columns that are named if many mean nothing."""


@dataclass(frozen=True)
class Column:
    """One column: what kind of thing its cells say, and about which variable."""

    name: str
    kind: Kind
    variable: str = ""
    state: str = ""
    key: str = ""
    """Of a parameter."""


@dataclass(frozen=True)
class Layout:
    """All columns of a table, in their order."""

    columns: tuple[Column, ...]

    def of(self, kind: Kind) -> tuple[Column, ...]:
        """The columns of one kind."""
        return tuple(column for column in self.columns if column.kind == kind)

    @property
    def names(self) -> tuple[str, ...]:
        """The header."""
        return tuple(column.name for column in self.columns)


def layout(
    names: Sequence[str], model: Model, base: Scenario, file: str, line: int = 1, keep: Sequence[str] = ()
) -> Layout:
    """What each column says; raises BadInput with every column that the model or the base scenario does not allow.

    keep: columns that say nothing and are carried through.
    """
    if not names:
        raise BadInput.at(file, "has no columns")
    if len(names) > MOST_COLUMNS:
        raise BadInput.at(file, f"has {len(names):,} columns; at most {MOST_COLUMNS:,} are read", line, 0)
    columns: list[Column] = []
    problems = [
        Problem(file, 0, 0, "", f"has no column {name!r} to keep{nearest(name, names)}")
        for name in keep
        if name not in names
    ]
    seen: set[str] = set()
    for position, name in enumerate(names, start=1):
        try:
            column = _kept(name, model) if name in keep else column_of(name, model)
            if name in seen:
                raise ValueError("stands twice; keep one")
            _require_free(column, base)
        except ValueError as error:
            if len(problems) == MOST_TOLD:
                problems.append(Problem(file, line, position if line else 0, "", "and more columns that mean nothing"))
                break
            problems.append(Problem(file, line, position if line else 0, f"column {quoted(name)}", str(error)))
        else:
            columns.append(column)
        seen.add(name)
    if problems:
        raise BadInput(problems)
    return Layout(tuple(columns))


def require_types(layout: Layout, schema: pa.Schema, file: str) -> None:
    """Raises BadInput where a column holds a type that its cells cannot have."""
    problems = []
    for column in layout.columns:
        kind = schema.field(column.name).type
        numeric = column.kind in ("likelihood", "parameter")
        if column.kind in ("id", "kept"):
            fits, wanted = is_value(kind), "text, numbers or dates are"
        else:
            fits = is_text(kind) or pa.types.is_null(kind) or (numeric and is_number(kind))
            wanted = "numbers are" if numeric else "text, such as the name of a state, is"
        if not fits:
            problems.append(Problem(file, 0, 0, f"column {column.name!r}", f"holds {kind}; {wanted} needed"))
    if problems:
        raise BadInput(problems)


def notes(names: Iterable[str], model: Model) -> list[str]:
    """Those of the columns that say nothing about the model."""

    def says_nothing(name: str) -> bool:
        try:
            column_of(name, model)
        except ValueError:
            return True
        return False

    return [name for name in names if says_nothing(name)]


def _kept(name: str, model: Model) -> Column:
    """A column that is carried through; raises ValueError for one that says something."""
    if notes([name], model):
        return Column(name, "kept")
    if name == "id":
        return Column(name, "id")
    raise ValueError("says something about the model, so it cannot be carried through as a mere note; rename it")


def column_of(name: str, model: Model) -> Column:
    """What a column with this heading says; raises ValueError with what is allowed."""
    network = model.network
    if name == "id":
        return Column(name, "id")
    if name.startswith(PARAMETER):
        key = name.removeprefix(PARAMETER)
        _require_parameter(key, model)
        return Column(name, "parameter", model.priors.by_key[key].variable, key=key)
    if name.startswith(FORCED):
        variable = name.removeprefix(FORCED)
        _require(variable, network.variables, "variable")
        return Column(name, "forced", variable)
    if "=" in name:
        variable, state = name.split("=", 1)
        _require(variable, network.variables, "variable")
        _require(state, network.states[variable], f"state of {variable}")
        return Column(name, "likelihood", variable, state)
    if name not in network.variables:
        hint = nearest(name[:MOST_QUOTED], network.variables)
        # What is near to no variable is as often a note of the analyst's own.
        carry = (
            f"; `tocsin batch --keep {shlex.quote(name[:MOST_QUOTED])}` carries it through"
            if "did you mean" not in hint
            else ""
        )
        raise ValueError(f"no variable {quoted(name)}{carry}{hint}")
    return Column(name, "finding", name)


def grouped(columns: Iterable[Column]) -> Iterator[tuple[str, list[Column]]]:
    """The columns by variable."""
    by_variable: dict[str, list[Column]] = {}
    for column in columns:
        by_variable.setdefault(column.variable, []).append(column)
    yield from by_variable.items()


def quoted(text: str) -> str:
    r"""Foreign text in a message: in quotes, and cut where it is long.

    >>> quoted("it's")
    '"it\'s"'
    >>> quoted("x" * 100)[-8:]
    "xxxxx …'"
    """
    return repr(text if len(text) <= MOST_QUOTED else f"{text[: MOST_QUOTED - 2]} …")


def _require(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        raise ValueError(f"no {what} {quoted(name)}{nearest(name[:MOST_QUOTED], known)}")


def _require_parameter(key: str, model: Model) -> None:
    numbers = [name for name, prior in model.priors.by_key.items() if isinstance(prior, Prior)]
    if key in model.priors.by_key and key not in numbers:
        raise ValueError(f"{key} is a whole distribution; only single numbers can be set")
    _require(key, numbers, "number of the model")


def _require_free(column: Column, base: Scenario) -> None:
    if column.kind in ("finding", "forced", "likelihood") and column.variable in {*base.evidence, *base.forced}:
        raise ValueError(f"the scenario {base.scenario} sets {column.variable} already; say it once")


@dataclass(frozen=True)
class Target:
    """States of one variable, any of which is meant."""

    variable: str
    states: tuple[str, ...]
    is_outcome: bool = False
    """Whether it is the event of an outcome, whose answer has a word."""

    @property
    def name(self) -> str:
        """`variable` of an outcome, else `variable=state` or `variable=state|state`."""
        return self.variable if self.is_outcome else f"{self.variable}={'|'.join(self.states)}"


STATES = "states"
"""Asks for each state of each outcome."""


def outcomes(model: Model) -> tuple[Target, ...]:
    """The model's outcomes, each by its event."""
    return tuple(Target(name, tuple(states), is_outcome=True) for name, states in model.records.events.items())


def targets(asked: Iterable[str] | None, model: Model) -> tuple[Target, ...]:
    """From `variable` (each of its states), `variable=state` or `variable=state|state`.

    `states` means each state of each outcome; by default the outcomes' events are asked for. Raises BadInput with
    everything that the model does not know.
    """
    found = [*outcomes(model)] if asked is None else []
    problems: list[Problem] = []
    every = (STATES,) if STATES in model.network.variables else model.records.events
    wanted = [name for text in asked or () for name in (every if text.strip() == STATES else (text,))]
    for text in wanted:
        name, equals, listed = (part.strip() for part in text.partition("="))
        if name not in model.network.variables:
            problems.append(_problem(f"no variable {name!r}{nearest(name, model.network.variables)}"))
            continue
        known = model.network.states[name]
        states = tuple(part.strip() for part in listed.split("|")) if equals else ()
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
