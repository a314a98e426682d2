"""PDF: tagged, with headings, page numbers, alternative text and the run record attached."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tocsin.marks.charts import aspect, drawing
from tocsin.output import shown, shown_entry
from tocsin.render import typesetting
from tocsin.render.typesetting import Unprintable, typeset
from tocsin.report.blocks import Bars, Block, Briefing, NetworkPicture

PAGE = 1.2
"""Height over width of what is left on a page for a picture of its own."""
MOST_LETTERS = 8
"""That an error names."""
LAYOUT = Path(__file__).with_name("brief.typ")


def render(briefing: Briefing) -> bytes:
    """The file. Raises Unprintable, also for letters that no font at hand has."""
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
        "sections": [
            {
                "part": section.part,
                "whole": section.whole,
                "heading": section.heading,
                "blocks": list(map(_block, section.blocks)),
            }
            for section in briefing.sections
        ],
    }
    content = _shown(content)
    _require_letters(json.dumps(content, ensure_ascii=False))
    inputs = {"brief": json.dumps(content), "record": briefing.record.as_json()}
    return typeset(LAYOUT.read_text("utf-8"), inputs)


def _require_letters(text: str) -> None:
    """A box in place of a letter would be a wrong page; another program has other fonts at hand."""
    lost = typesetting.missing(text)
    if lost:
        named = ", ".join(map(typesetting.named, lost[:MOST_LETTERS])) + (", …" if len(lost) > MOST_LETTERS else "")
        raise Unprintable(
            f"a PDF would have boxes in place of {named}, for which it has no font; leave that out of the text, or "
            "take html or md, which are shown in the fonts of the reader"
        )


def _shown(content: Any) -> Any:
    """All text as paper shows it; pictures have theirs so already."""
    match content:
        case str():
            return shown(content)
        case {"lead": lead, "text": text}:
            return dict(zip(("lead", "text"), shown_entry(lead, text), strict=True))
        case dict():
            return {key: value if key == "svg" else _shown(value) for key, value in content.items()}
        case list() | tuple():
            return list(map(_shown, content))
        case _:
            return content


def _block(block: Block) -> dict[str, Any]:
    if not isinstance(block, Bars | NetworkPicture):
        return {"kind": type(block).__name__.lower(), **asdict(block)}
    svg = drawing(block)
    return {
        "kind": "picture",
        "svg": svg,
        "alt": block.alt,
        "caption": block.caption,
        "own_page": block.own_page,
        # A chart goes to the foot of a page where it would tear a hole; at the head it could part a table.
        "floats": isinstance(block, Bars) and not block.inline and not block.own_page,
        "tall": aspect(svg) > PAGE,
    }
