"""The header of a batch table: which column says what.

| column | cells |
|-|-|
| `id` | anything; carried through |
| `variable` | `state` (observed), `~state:B2` or `~state|state:B2` (reported), `state:20%|state:80%` (believed) |
| `do.variable` | the state that the variable is forced into |
| `variable=state` | P(what was seen | state) up to a factor, a number |
| `parameter.key` | a number of the model's tables, by its place in `model.yaml` |

An empty cell says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tocsin.elicitation import Prior
from tocsin.errors import BadInput, Problem, nearest
from tocsin.model import Model
from tocsin.records import Scenario

Kind = Literal["id", "finding", "forced", "likelihood", "parameter"]

FORCED, PARAMETER = "do.", "parameter."


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


def layout(names: Sequence[str], model: Model, base: Scenario, file: str, line: int = 1) -> Layout:
    """What each column says; raises BadInput with every column that the model or the base scenario does not allow."""
    columns: list[Column] = []
    problems: list[Problem] = []
    for position, name in enumerate(names, start=1):
        try:
            column = column_of(name, model)
            if name in names[: position - 1]:
                raise ValueError("stands twice; keep one")
            _require_free(column, base)
        except ValueError as error:
            problems.append(Problem(file, line, position if line else 0, f"column {name!r}", str(error)))
        else:
            columns.append(column)
    if problems:
        raise BadInput(problems)
    if not columns:
        raise BadInput([Problem(file, 0, 0, "", "has no columns")])
    return Layout(tuple(columns))


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
    _require(name, network.variables, "variable")
    return Column(name, "finding", name)


def grouped(columns: Iterable[Column]) -> Iterator[tuple[str, list[Column]]]:
    """The columns by variable."""
    by_variable: dict[str, list[Column]] = {}
    for column in columns:
        by_variable.setdefault(column.variable, []).append(column)
    yield from by_variable.items()


def _require(name: str, known: Sequence[str], what: str) -> None:
    if name not in known:
        raise ValueError(f"no {what} {name!r}{nearest(name, known)}")


def _require_parameter(key: str, model: Model) -> None:
    numbers = [name for name, prior in model.priors.by_key.items() if isinstance(prior, Prior)]
    if key in model.priors.by_key and key not in numbers:
        raise ValueError(f"{key} is a whole distribution; only single numbers can be set")
    _require(key, numbers, "number of the model")


def _require_free(column: Column, base: Scenario) -> None:
    if column.kind in ("finding", "forced", "likelihood") and column.variable in {*base.evidence, *base.forced}:
        raise ValueError(f"the scenario {base.scenario} sets {column.variable} already; say it once")
