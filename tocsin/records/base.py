"""What every record shares: frozen, no unknown keys, chances readable as percent or fraction."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class Record(BaseModel):
    """Base of all records: refuses unknown keys, cannot be changed, keeps docstrings as schema descriptions."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, populate_by_name=True, allow_inf_nan=False
    )

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what the record means: canonical JSON without defaults, so comments and layout do not count."""
        text = json.dumps(self._meaning(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A changed copy, which forgets what was worked out for the original (its digest)."""
        copy = super().model_copy(update=update, deep=deep)
        for name in set(copy.__dict__) - set(type(self).model_fields):
            del copy.__dict__[name]
        return copy

    def _meaning(self) -> dict[str, Any]:
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _chance(value: Any) -> float:
    """Read `20%`, `20 %` or `0.2`."""
    if isinstance(value, bool):
        raise ValueError(f"{value!r} is not a chance; write a percent such as 20% or a fraction such as 0.2")
    if isinstance(value, int | float):
        number = float(value)
    else:
        text = str(value).strip()
        percent = text.endswith("%")
        digits = text.removesuffix("%").strip()
        if not _NUMBER.fullmatch(digits):
            raise ValueError(f"{value!r} is not a chance; write a percent such as 20% or a fraction such as 0.2")
        number = float(digits) / 100 if percent else float(digits)
    if not 0 <= number <= 1:
        raise ValueError(f"{value!r} is outside 0% to 100%; write a percent such as 20% or a fraction such as 0.2")
    return number


def _rising(pair: tuple[float, float]) -> tuple[float, float]:
    if not pair[0] < pair[1]:
        raise ValueError(f"the lower end must be below the upper end, not {pair[0]:g} to {pair[1]:g}")
    return pair


def _positive(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] <= 0:
        raise ValueError("an odds ratio is above 0; 1 means no effect")
    return pair


def _inside(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] <= -1 or pair[1] >= 1:
        raise ValueError("a causal strength lies between -1 and 1, both excluded")
    return pair


def _open(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] == 0 and pair[1] == 1:
        raise ValueError("0% to 100% says nothing; leave the statement out or narrow the range")
    return pair


def _listed(value: Any) -> Any:
    """One name stands for a list of one."""
    return (value,) if isinstance(value, str) else value


def _event(value: Any) -> Any:
    if isinstance(value, Mapping) and len(value) != 1:
        raise ValueError(f"an event names exactly one variable, as {{variable: [states]}}, not {len(value)}")
    return value


def _distinct(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) != len(names):
        raise ValueError(f"a name is listed twice in [{', '.join(names)}]")
    return names


Chance = Annotated[
    float,
    BeforeValidator(_chance, json_schema_input_type=float | str),
]
"""A probability, written `20%` or `0.2`."""

Range = Annotated[tuple[Chance, Chance], AfterValidator(_rising), AfterValidator(_open)]
"""An interval of probabilities; 80 % of belief lies inside it."""

Ratio = Annotated[tuple[float, float], AfterValidator(_rising), AfterValidator(_positive)]
"""An interval of odds ratios; 80 % of belief lies inside it."""

Strength = Annotated[tuple[float, float], AfterValidator(_rising), AfterValidator(_inside)]
"""An interval of causal strengths (CAST), between -1 and 1; 80 % of belief lies inside it."""

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_\-]*$", max_length=80)]
"""A name used in keys and on the command line: letters, digits, `_` and `-`."""

Names = Annotated[
    tuple[Name, ...], BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...]), AfterValidator(_distinct)
]
"""One name or a list of names."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters and what stands for no letter: no document can hold them (XML 1.0, section 2.2)."""


def _printable(text: str) -> str:
    if found := _UNPRINTABLE.search(text):
        raise ValueError(f"the character U+{ord(found[0]):04X} at place {found.start() + 1} cannot be printed")
    return text


Text = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_printable)]
"""Words for people."""

Condition = dict[Name, Annotated[Names, Field(min_length=1)]]
"""What is supposed: for each variable a state, or a list of states any of which will do."""

Event = Annotated[Condition, BeforeValidator(_event)]
"""One variable with the state or states in which the event holds."""


def only(event: Event) -> tuple[str, tuple[str, ...]]:
    """The one variable of an event, and its states."""
    return next(iter(event.items()))


def exactly_one(record: Record, *fields: str) -> str:
    """The one field of `fields` that was given; raises ValueError otherwise."""
    given = [name for name in fields if getattr(record, name) not in (None, (), {})]
    if len(given) != 1:
        wanted = ", ".join(_key(record, name) for name in fields)
        raise ValueError(
            f"give exactly one of {wanted}; " + (f"not both {' and '.join(given)}" if given else "none is there")
        )
    return given[0]


def _key(record: Record, field: str) -> str:
    return type(record).model_fields[field].alias or field
