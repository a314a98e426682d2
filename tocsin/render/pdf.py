"""PDF: tagged, with headings, page numbers, alternative text and the run record attached; and pictures as PNG.

A letter that no font has is refused. Letters of the shipped fonts are read from their character maps (OpenType 1.9,
`cmap`, subtable format 4); for what they lack, the typesetter brings fonts along.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from tocsin.errors import TocsinError
from tocsin.output import shown, shown_entry
from tocsin.render.marks import aspect
from tocsin.render.plots import drawing
from tocsin.report.blocks import Bars, Block, Briefing, Histogram, NetworkPicture, Picture

PAGE = 1.2
"""Height over width of what is left on a page for a picture of its own."""
MOST_LETTERS = 8
"""That an error names."""
LAYOUT, FONTS = Path(__file__).with_name("brief.typ"), Path(__file__).parent / "fonts"
UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Categories of characters that leave no ink: controls, formatting, spaces."""
NOBODYS = "\u0378"
"""Not assigned by Unicode, so that no font has it."""
_PAGE = """
#set page(width: auto, height: auto, margin: 0pt)
#set text(font: ("Noto Sans", "Noto Sans Arabic"))
"""
LETTER_PAGE, PICTURE_PAGE = f"{_PAGE}#sys.inputs.letter\n", f'{_PAGE}#image(bytes(sys.inputs.svg), format: "svg")\n'
PIXELS_PER_INCH = 144.0
FORMAT = 4
"""The only one that the shipped fonts use; it holds what is below U+10000."""


class Unprintable(TocsinError):
    """The typesetter refused or warned; nothing is written rather than something wrong."""


def render(briefing: Briefing) -> bytes:
    """The file. Raises Unprintable, also for letters that no font at hand has."""
    day, record = briefing.as_of, briefing.record
    content = {
        "marking": briefing.marking,
        "title": briefing.title,
        "subtitle": briefing.subtitle,
        "author": briefing.author,
        "bottom_line": briefing.bottom_line,
        "year": day.year,
        "month": day.month,
        "day": day.day,
        "summary": record is not None and record.length == "summary",
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
    inputs = {"brief": json.dumps(content), "record": "" if record is None else record.as_json()}
    return typeset(LAYOUT.read_text("utf-8"), inputs)


def _require_letters(text: str) -> None:
    """A box in place of a letter would be a wrong page; another program has other fonts at hand."""
    lost = missing(text)
    if lost:
        letters_lost = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in lost[:MOST_LETTERS])
        more = ", …" if len(lost) > MOST_LETTERS else ""
        raise Unprintable(
            f"a PDF would have boxes in place of {letters_lost}{more}, for which it has no font; leave that out of the "
            "text, or take html or md, which are shown in the fonts of the reader"
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
    if not isinstance(block, Picture):
        return {"kind": type(block).__name__.lower(), **asdict(block)}
    svg = drawing(block)
    return {
        "kind": "picture",
        "svg": svg,
        "alt": block.alt,
        "caption": block.caption,
        "own_page": isinstance(block, NetworkPicture) and block.own_page,
        "small": isinstance(block, Histogram),
        # A chart goes to the foot of a page where it would tear a hole; at the head it could part a table.
        "floats": isinstance(block, Bars) and not block.inline,
        "tall": aspect(svg) > PAGE,
    }


@lru_cache(maxsize=1)
def covered() -> frozenset[str]:
    """The letters that one of the regular fonts has; the bold ones have the same."""
    return frozenset(letter for path in sorted(FONTS.glob("*-Regular.ttf")) for letter in letters(path))


def missing(text: str) -> tuple[str, ...]:
    """The letters of a text that would be printed as boxes, each once, in the order of the text."""
    rare = (
        letter
        for letter in dict.fromkeys(text)
        if letter not in covered() and unicodedata.category(letter) not in UNSEEN
    )
    return tuple(letter for letter in rare if _letter_picture(letter) == _letter_picture(NOBODYS))


@lru_cache(maxsize=512)
def _letter_picture(letter: str) -> bytes:
    """One letter as a picture: the typesetter does not say which letters it lacks, but all of them look alike."""
    return typeset(LETTER_PAGE, {"letter": letter}, format="png", ppi=PIXELS_PER_INCH)


def letters(font: Path) -> Iterator[str]:
    """The letters that a font has."""
    content = font.read_bytes()
    place = _subtable(content)
    segments = struct.unpack_from(">H", content, place + 6)[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{segments}H", content, place + 14 + 2 * skipped)
        # One word of padding stands after the ends.
        for skipped in (0, segments + 1, 2 * segments + 1, 3 * segments + 1)
    )
    for k in range(segments):
        for code in range(starts[k], ends[k] + 1):
            glyph = code
            if offsets[k]:
                at = place + 14 + 2 * (3 * segments + 1 + k) + offsets[k] + 2 * (code - starts[k])
                glyph = struct.unpack_from(">H", content, at)[0]
            # Glyph 0 is the box that stands for what is missing.
            if glyph and (glyph + deltas[k]) % 65536:
                yield chr(code)


def _subtable(content: bytes) -> int:
    """Where the map from Unicode begins."""
    tables = struct.unpack_from(">H", content, 4)[0]
    [start] = (
        struct.unpack_from(">I", content, entry + 8)[0]
        for entry in range(12, 12 + 16 * tables, 16)
        if content[entry : entry + 4] == b"cmap"
    )
    for entry in range(start + 4, start + 4 + 8 * struct.unpack_from(">H", content, start + 2)[0], 8):
        place = int(start + struct.unpack_from(">I", content, entry + 4)[0])
        if struct.unpack_from(">H", content, place)[0] == FORMAT:
            return place
    raise ValueError("the font has no character map of format 4")


def typeset(source: str, inputs: Mapping[str, str], **settings: Any) -> bytes:
    """One compilation. Raises Unprintable for any error or warning, such as a font that is not there."""
    import typst

    compiler = typst.Compiler(  # type: ignore[misc]  # its stub has a type variable that nothing binds
        source.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs=dict(inputs)
    )
    try:
        content, warnings = compiler.compile_with_warnings(**settings)
    except typst.TypstError as error:
        raise Unprintable(f"the typesetter refused: {error}") from error
    if warnings:
        raise Unprintable(f"the typesetter warned: {'; '.join(warning.message for warning in warnings)}")
    assert isinstance(content, bytes)
    return content


@lru_cache(maxsize=32)
def png(svg: str) -> bytes:
    """A picture for formats that hold no SVG; the same bytes each time."""
    return typeset(PICTURE_PAGE, {"svg": svg}, format="png", ppi=PIXELS_PER_INCH)
