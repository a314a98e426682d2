"""Which letters can be printed: by the shipped fonts, or by those that the typesetter brings along for what they lack.

The shipped fonts' letters are read from their character maps (OpenType 1.9, `cmap`, subtable format 4).
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from tocsin.errors import TocsinError

UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Categories of characters that leave no ink: controls, formatting, spaces."""
NOBODYS = "\u0378"
"""Not assigned by Unicode, so that no font has it."""
ALONE = """
#set page(width: auto, height: auto, margin: 0pt)
#set text(font: ("Noto Sans", "Noto Sans Arabic"))
#sys.inputs.letter
"""
FORMAT = 4
"""The only one that the shipped fonts use; it holds what is below U+10000."""


@lru_cache(maxsize=1)
def covered() -> frozenset[str]:
    """The letters that one of the regular fonts has; the bold ones have the same."""
    return frozenset(letter for path in sorted(FONTS.glob("*-Regular.ttf")) for letter in letters(path))


def missing(text: str) -> tuple[str, ...]:
    """The letters of a text that would be printed as boxes, each once, in the order of the text."""
    rare = (one for one in dict.fromkeys(text) if one not in covered() and unicodedata.category(one) not in UNSEEN)
    return tuple(one for one in rare if _drawn(one) == _drawn(NOBODYS))


@lru_cache(maxsize=512)
def _drawn(letter: str) -> bytes:
    """One letter as a picture: the typesetter does not say which letters it lacks, but all of them look alike."""
    return typeset(ALONE, {"letter": letter}, format="png", ppi=PIXELS_PER_INCH)


def named(letter: str) -> str:
    """A letter as an error tells it.

    >>> named("中")
    '中 (U+4E2D)'
    """
    return f"{letter} (U+{ord(letter):04X})"


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


FONTS = Path(__file__).parent / "fonts"
PICTURE = """
#set page(width: auto, height: auto, margin: 0pt)
#set text(font: ("Noto Sans", "Noto Sans Arabic"))
#image(bytes(sys.inputs.svg), format: "svg")
"""
PIXELS_PER_INCH = 144.0


class Unprintable(TocsinError):
    """The typesetter refused or warned; nothing is written rather than something wrong."""


def typeset(source: str, inputs: Mapping[str, str], **settings: Any) -> bytes:
    """One compilation. Raises Unprintable for any error or warning, such as a font that is not there."""
    import typst

    compiler = typst.Compiler(  # type: ignore[misc]  # its stub has a type variable that nothing binds
        source.encode(), font_paths=[str(FONTS)], ignore_system_fonts=True, sys_inputs=dict(inputs)
    )
    try:
        made, warnings = compiler.compile_with_warnings(**settings)
    except typst.TypstError as error:
        raise Unprintable(f"the typesetter refused: {error}") from error
    if warnings:
        raise Unprintable(f"the typesetter warned: {'; '.join(warning.message for warning in warnings)}")
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=32)
def png(svg: str) -> bytes:
    """A picture for formats that hold no SVG; the same bytes each time."""
    return typeset(PICTURE, {"svg": svg}, format="png", ppi=PIXELS_PER_INCH)
