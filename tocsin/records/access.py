"""Who may see, edit and export which models on a server for a team: the file that `tocsin app --access` names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from tocsin.records.base import Name, Number, Record, Text


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _lasting(hours: float) -> float:
    if not 0 < hours <= 720:
        raise ValueError("a login counts for more than 0 and at most 720 hours, after which the cookie ends anyway")
    return hours


Line = Annotated[Text, Field(max_length=320)]
Lines = Annotated[tuple[Line, ...], BeforeValidator(_listed, json_schema_input_type=str | tuple[str, ...])]
Right = Literal["see", "edit", "export"]


class People(Record):
    """Some of those who log in."""

    users: Lines = ()
    """What the claim `user` says of them, such as an address of electronic mail."""
    groups: Lines = ()
    """What the claim `groups` says of them, word for word."""
    everybody: bool = False
    """Whoever logs in."""


class ModelAccess(Record):
    """Who may do what with a model. Who may edit or export it may see it too."""

    see: People = People()
    """Open its pages and ask of it."""
    edit: People = People()
    """Save into its files."""
    export: People = People()
    """Take answers, briefings, scenarios, charts and files away."""


class Access(Record):
    """Who may do what, and where it is written down. What is not allowed here is refused."""

    user: Line = "email"
    """The claim of the identity token that names a user; `sub` never changes, `email` can be read."""
    groups: Line = "groups"
    """The claim that lists groups; of a claim within another, `realm_access.roles`."""
    login_hours: Annotated[Number, AfterValidator(_lasting)] = 12
    """How long a login counts: a user who left a group keeps its rights so long."""
    log: Line | None = None
    """The file that each export, briefing, edit and seal is a line of, beside this file; without it none is kept."""
    models: Mapping[Name, ModelAccess] = Field(default_factory=dict)
    """By the name of the model's folder."""
    others: ModelAccess = ModelAccess()
    """Of models that are not named, new ones among them."""
