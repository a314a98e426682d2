"""Typst as a typesetter: PDF from our layout and data, pictures to PNG; the shipped fonts alone, warnings refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from tocsin.errors import TocsinError

FONTS = Path(__file__).parent.parent / "fonts"
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
