"""PDF: tagged, with headings, page numbers, alternative text and the run record attached."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tocsin.briefing.content import Block, Briefing, Picture
from tocsin.briefing.drawing import aspect
from tocsin.briefing.renderers.typesetting import typeset

PAGE = 1.2
"""Height over width of what is left on a page for a picture of its own."""
LAYOUT = Path(__file__).with_name("brief.typ")


def render(briefing: Briefing) -> bytes:
    """The file. Raises Unprintable."""
    day = briefing.as_of
    content = {
        "marking": briefing.marking,
        "title": briefing.title,
        "subtitle": briefing.subtitle,
        "author": briefing.author,
        "bottom_line": briefing.bottom_line,
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "summary": briefing.record.length == "summary",
        "record": briefing.record.as_json(),
        "sections": [
            {"heading": one.heading, "blocks": [_block(block) for block in one.blocks]} for one in briefing.sections
        ],
    }
    return typeset(LAYOUT.read_text("utf-8"), {"brief": json.dumps(content)})


def _block(block: Block) -> dict[str, Any]:
    shape = {"tall": aspect(block.svg) > PAGE} if isinstance(block, Picture) else {}
    return {"kind": type(block).__name__.lower(), **asdict(block), **shape}
