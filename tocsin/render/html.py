"""HTML: one self-contained file; a policy in its head forbids every request to the outside."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tocsin.output import runs_right
from tocsin.report.blocks import Block, Briefing, Picture

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

PAGE = Path(__file__).with_name("page.html.j2")


def render(briefing: Briefing) -> bytes:
    """The file in UTF-8; Jinja2 escapes all text."""
    page = _template().render(
        brief=briefing, record=briefing.record.as_json(), kind_of=_kind, drawn=_drawn, runs_right=runs_right
    )
    return (page + "\n").encode()


@lru_cache(maxsize=1)
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(PAGE.read_text("utf-8"))


def _kind(block: Block) -> str:
    return type(block).__name__.lower()


def _drawn(picture: Picture) -> Markup:
    from markupsafe import Markup

    # Pictures escape their own text.
    return Markup(picture.svg)
