"""PDF: tagged, with headings, page numbers, alternative text and the run record attached."""

from __future__ import annotations

import json
from dataclasses import asdict
from html import unescape
from pathlib import Path
from typing import Any

from tocsin.render import typesetting
from tocsin.render.typesetting import Unprintable, typeset
from tocsin.report.blocks import Block, Briefing, Picture, texts
from tocsin.report.charts import aspect

PAGE = 1.2
"""Height over width of what is left on a page for a picture of its own."""
MOST_LETTERS = 8
"""That an error names."""
LAYOUT = Path(__file__).with_name("brief.typ")


def render(briefing: Briefing) -> bytes:
    """The file. Raises Unprintable, also for letters that no font at hand has."""
    _require_letters(briefing)
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
            {
                "part": one.part,
                "whole": one.whole,
                "heading": one.heading,
                "blocks": [_block(block) for block in one.blocks],
            }
            for one in briefing.sections
        ],
    }
    return typeset(LAYOUT.read_text("utf-8"), {"brief": json.dumps(content)})


def _require_letters(briefing: Briefing) -> None:
    """A box in place of a letter would be a wrong page; another program has other fonts at hand."""
    own = (briefing.marking, briefing.title, briefing.subtitle, briefing.bottom_line)
    headings = (f"{one.part}{one.heading}" for one in briefing.sections)
    drawn = (unescape(b.svg) for one in briefing.sections for b in one.blocks if isinstance(b, Picture))
    said = (text for one in briefing.sections for text in texts(one.blocks))
    lost = typesetting.missing("".join((*own, *headings, *said, *drawn)))
    if lost:
        told = ", ".join(map(typesetting.named, lost[:MOST_LETTERS])) + (", …" if len(lost) > MOST_LETTERS else "")
        raise Unprintable(
            f"a PDF would have boxes in place of {told}, for which it has no font; leave that out of the text, or take "
            "html or md, which are shown in the fonts of the reader"
        )


def _block(block: Block) -> dict[str, Any]:
    shape = {"tall": aspect(block.svg) > PAGE} if isinstance(block, Picture) else {}
    return {"kind": type(block).__name__.lower(), **asdict(block), **shape}
