"""What every record shares: frozen, no unknown keys, chances readable as percent or fraction."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

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
        raise ValueError(f"{str(value).lower()} is not a chance; write a percent such as 20% or a fraction such as 0.2")
    if isinstance(value, int | float):
        number = float(min(max(value, -2), 2))
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


def _number(value: Any) -> Any:
    """Read a plain number, in quotes or not; a truth value or a percent is none."""
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, bool | str):
        shown = repr(value) if isinstance(value, str) else str(value).lower()
        percent = isinstance(value, str) and value.strip().endswith("%")
        raise ValueError(f"{shown} is not a number; write it plain, such as {'0.5 for 50%' if percent else '2 or 0.5'}")
    return value


def _whole(value: Any) -> Any:
    """Read a whole number, in quotes or not."""
    value = _number(value)
    if isinstance(value, float) and not value.is_integer():
        raise ValueError(f"{value:g} is not a whole number")
    return value


def _rising(pair: tuple[float, float]) -> tuple[float, float]:
    if not pair[0] < pair[1]:
        raise ValueError(f"the lower end must be below the upper end, not {pair[0]:g} to {pair[1]:g}")
    return pair


def _ordered(pair: tuple[float, float]) -> tuple[float, float]:
    if not pair[0] <= pair[1]:
        raise ValueError(f"the lower end must not be above the upper end, as in {pair[0]:g} to {pair[1]:g}")
    return pair


def _inside(pair: tuple[float, float]) -> tuple[float, float]:
    if pair[0] <= -1 or pair[1] >= 1:
        raise ValueError("a causal strength lies between -1 and 1, both excluded")
    return pair


def several(value: Any) -> Any:
    """One thing stands for a list of one."""
    return value if isinstance(value, list | tuple) else (value,)


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

Number = Annotated[float, BeforeValidator(_number)]
"""A finite number."""

Whole = Annotated[int, BeforeValidator(_whole)]
"""A whole number."""

LEAST = 1e-9
"""The least chance, but for 0, at which a belief can end, and the least odds ratio; what is rarer nobody can judge."""
LEAST_LIKELIHOOD = 1e-100
"""The least likelihood of a state, but for 0, against the state that explains best: products of these stay numbers."""
UNTELLABLE = f"a likelihood is 0 to rule a state out, or at least {LEAST_LIKELIHOOD:g} of the greatest"


def _judged(ends: tuple[float, float]) -> tuple[float, float]:
    if ends == (0, 1):
        raise ValueError("0% to 100% says nothing; leave the statement out or narrow the range")
    if any(0 < end < LEAST or 1 - LEAST < end < 1 for end in ends):
        raise ValueError(f"a belief ends at 0, at 1, or between {LEAST:g} and 1 - {LEAST:g}")
    return ends


def _judged_ratio(ends: tuple[float, float]) -> tuple[float, float]:
    if ends[0] <= 0:
        raise ValueError("an odds ratio is above 0; 1 means no effect")
    if min(ends) < LEAST or max(ends) > 1 / LEAST:
        raise ValueError(f"an odds ratio lies between {LEAST:g} and {1 / LEAST:g}")
    return ends


Range = Annotated[tuple[Chance, Chance], AfterValidator(_rising), AfterValidator(_judged)]
"""An interval of probabilities; 80 % of belief lies inside it."""

Limits = Annotated[tuple[Chance, Chance], AfterValidator(_ordered)]
"""The probabilities between which an answer must lie; both ends may be the same."""

Ratio = Annotated[tuple[Number, Number], AfterValidator(_rising), AfterValidator(_judged_ratio)]
"""An interval of odds ratios; 80 % of belief lies inside it."""

Strength = Annotated[tuple[Number, Number], AfterValidator(_rising), AfterValidator(_inside)]
"""An interval of causal strengths (CAST), between -1 and 1; 80 % of belief lies inside it."""

LONGEST_NAME = 80


def composed_name(text: str) -> str:
    """A name in its composed form (NFC), so that what looks the same is the same; raises ValueError in words."""
    name = unicodedata.normalize("NFC", text)
    if not name:
        raise ValueError("a name stands here, and it is empty")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"a name has at most {LONGEST_NAME} characters; this one has {len(name)}")
    for place, character in enumerate(name):
        if unicodedata.category(character)[0] in "LM" or unicodedata.category(character) == "Nd":
            if place == 0 and unicodedata.category(character)[0] == "M":
                raise ValueError(f"{text!r} is no name: it starts with an accent without a letter")
            continue
        if character not in "_-":
            listed = f"; a list is written [{text}]" if "," in text else ""
            raise ValueError(
                f"{text!r} is no name: {_called(character)} stands in it; "
                f"a name is made of letters, digits, _ and -{listed}"
            )
        if place == 0:
            raise ValueError(f"{text!r} is no name: it starts with {character!r}; a name starts with a letter or digit")
    return name


def _called(character: str) -> str:
    if character == " ":
        return "a space"
    return repr(character) if character.isprintable() else f"the invisible character U+{ord(character):04X}"


# The pattern says to editors what any dialect of regular expressions can: which ASCII characters are no part of a name.
Name = Annotated[
    str,
    AfterValidator(composed_name),
    WithJsonSchema(
        {
            "type": "string",
            "minLength": 1,
            "maxLength": LONGEST_NAME,
            "pattern": r"^[^\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f][^\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]*$",
        }
    ),
]
"""A name used in keys and on the command line: letters and digits of any script, `_` and `-`."""

Names = Annotated[
    tuple[Name, ...], BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...]), AfterValidator(_distinct)
]
"""One name or a list of names."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""Control characters and what stands for no letter: no document can hold them (XML 1.0, section 2.2)."""


def _printable(text: str) -> str:
    if not text.strip():
        raise ValueError("there is no text here, only space")
    if found := _UNPRINTABLE.search(text):
        raise ValueError(f"the character U+{ord(found[0]):04X} at place {found.start() + 1} cannot be printed")
    return text


Text = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_printable)]
"""Words for people."""


def _clause(text: str) -> str:
    if "\n" in text or text != text.strip():
        raise ValueError("a clause or noun is one line, without space at its ends")
    if text.endswith((".", ";", ",", ":", "!", "?")):
        raise ValueError(f"stands within sentences, so without {text[-1]!r} at its end")
    return text


Clause = Annotated[Text, AfterValidator(_clause)]
"""Words that stand within a sentence: `the dam breaks`."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _day(value: Any) -> Any:
    """Only what looks like a day: numbers would be read as seconds since 1970."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        shown = repr(value) if isinstance(value, str) else "what stands here" if value is None else f"{value}"
        raise ValueError(f"{shown} is not a day; write year, month and day, such as 2024-12-01")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError(f"there is no day {value} in the calendar") from None


Day = Annotated[date, BeforeValidator(_day)]
"""A day, written 2024-12-01."""


def is_grade(text: str) -> bool:
    """Whether it is a grade of the Admiralty code, A1 to F6."""
    return re.fullmatch("[A-F][1-6]", text) is not None


def _grade(text: str) -> str:
    if not is_grade(text):
        near = text.strip().upper()
        meant = f"; did you mean {near!r}?" if is_grade(near) else "; a grade is one of A1 to F6, such as B2"
        raise ValueError(f"{text!r} is no grade{meant}")
    return text


Grade = Annotated[str, AfterValidator(_grade), WithJsonSchema({"type": "string", "pattern": "^[A-F][1-6]$"})]
"""Admiralty grade such as B2: the source's reliability and the information's credibility."""

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
        wanted = ", ".join(type(record).model_fields[name].alias or name for name in fields)
        raise ValueError(
            f"give exactly one of {wanted}; " + (f"not both {' and '.join(given)}" if given else "none is there")
        )
    return given[0]
