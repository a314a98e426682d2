"""Markdown: one file, tables with pipes, pictures as the words that stand for them, the record in a comment."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tocsin.output import shown, shown_entry
from tocsin.render.plain_text import COMMENT, COMMENT_END
from tocsin.report.blocks import Bars, Block, Briefing, Item, Items, NetworkPicture, Paragraph, Subheading, Table
from tocsin.report.chart_figures import rounded

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#{}$!&])")
_OPENING = re.compile(r"^(\s*)([-+=]|\d+[.)])")


def render(briefing: Briefing) -> bytes:
    """The file in UTF-8."""
    marking = [f"**{_words(briefing.marking)}**"] if briefing.marking else []
    parts = [
        *marking,
        f"# {_words(briefing.title)}",
        _words(briefing.subtitle),
        f"> **Bottom line:** {_words(briefing.bottom_line)}",
    ]
    for section in briefing.sections:
        if section.part:
            parts += ["---", f"# {_words(section.part)}"]
        parts.append(f"## {_words(section.heading)}")
        parts += [part for block in section.blocks for part in _block(block)]
    parts += marking
    if briefing.record is not None:
        # A comment ends at "-->"; JSON lets both signs be written otherwise.
        record = briefing.record.as_json().replace("--", "-\\u002d").replace(">", "\\u003e")
        parts.append(f"{COMMENT}{record}{COMMENT_END}")
    return ("\n\n".join(parts) + "\n").encode()


def literal(text: str) -> str:
    """Text in which nothing is markup (CommonMark: any punctuation may be escaped)."""
    flat = " ".join(text.split())
    escaped = _SPECIAL.sub(r"\\\1", flat)
    return _OPENING.sub(lambda found: f"{found[1]}{_escaped_opening(found[2])}", escaped)


def _escaped_opening(mark: str) -> str:
    return f"\\{mark}" if len(mark) == 1 else f"{mark[:-1]}\\{mark[-1]}"


def _words(text: str) -> str:
    return literal(shown(text))


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield _words(text)
        case Subheading(text):
            yield f"### {_words(text)}"
        case Items(items, numbered):
            marks = [f"{n}." if numbered else "-" for n in range(1, len(items) + 1)]
            yield "\n".join(f"{mark} {_item(item)}" for mark, item in zip(marks, items, strict=True))
        case Table():
            yield f"*{_words(block.caption)}*"
            yield _table(block)
        case Bars() | NetworkPicture():
            yield f"*{_words(block.alt)} {_words(block.caption)}*"
        case _:
            yield from _block(rounded(block))
            if block.caption:
                yield f"*{_words(block.caption)}*"


def _item(item: Item) -> str:
    lead, text = map(literal, shown_entry(item.lead, item.text))
    return f"**{lead}** {text}" if lead else text


def _table(table: Table) -> str:
    rule = ["--:" if column in table.numeric else "---" for column in range(len(table.headings))]
    lines = [[_words(cell) for cell in table.headings], rule, *([_words(c) for c in row] for row in table.rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
