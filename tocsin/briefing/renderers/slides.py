"""PPTX: at most eight slides, each as large as its text allows; an organisation's template gives the look."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tocsin.briefing.content import Block, Briefing, Item, Items, Paragraph, Picture, Subheading, Table
from tocsin.briefing.renderers.packages import (
    attach_record_to_slides,
    begins_right,
    runs,
    stamp_properties,
    without_clocks,
)
from tocsin.briefing.renderers.typesetting import png
from tocsin.errors import BadInput, Problem

MOST = 8
SIZES = (22, 20, 18, 16, 14, 13, 12, 11, 10, 9)
"""Points; the largest at which the text fits."""
POINT = 12700
"""English Metric Units in a point."""
WIDTH, HEIGHT = 960 * POINT, 540 * POINT
EDGE, HEAD, FOOT = 0.05, 0.19, 0.09
"""Shares of the slide: beside the text, above it, below it."""
INK, QUIET, ACCENT = "1B2733", "55626F", "1D4A7D"

STRONG = ("title", "heading", "marking")
Line = tuple[Item, str]
"""What a line says, and how it stands: text, bullet, number or heading."""


def render(briefing: Briefing, template: Path | None = None) -> bytes:
    """The file. Raises BadInput for a template that cannot be used."""
    show = _opened(template)
    stamp_properties(show.core_properties, briefing)
    first: list[Line] = [(Item(briefing.subtitle), "text"), (Item(briefing.bottom_line, "Bottom line:"), "text")]
    _slide(show, briefing, briefing.title, first, None)
    for slide in briefing.slides[: MOST - 1]:
        picture = next((block for block in slide.blocks if isinstance(block, Picture)), None)
        _slide(show, briefing, slide.heading, _lines(slide.blocks), picture)
    attach_record_to_slides(show.part, briefing)
    out = io.BytesIO()
    show.save(out)
    return without_clocks(out.getvalue())


def _opened(template: Path | None) -> Any:
    """An empty show; of a template the masters and layouts, but not its slides."""
    from pptx import Presentation
    from pptx.util import Emu

    if template is None:
        show = Presentation()
        show.slide_width, show.slide_height = Emu(WIDTH), Emu(HEIGHT)
        return show
    try:
        show = Presentation(str(template))
    except OSError:
        raise
    except Exception as error:
        # python-pptx has no error of its own for what is no presentation: KeyError, ValueError, BadZipFile, …
        problem = Problem(str(template), 0, 0, "", "is no PPTX presentation that can be used as a template")
        raise BadInput([problem]) from error
    listed = show.slides._sldIdLst
    for entry in list(listed):
        show.part.drop_rel(entry.rId)
        listed.remove(entry)
    return show


def _layout(show: Any) -> Any:
    """The layout with a title and little else."""
    layouts = list(show.slide_layouts)
    named = [one for one in layouts if one.name == "Title Only"]
    titled = [one for one in layouts if any(shape.placeholder_format.type == 1 for shape in one.placeholders)]
    return (named or sorted(titled, key=lambda one: len(one.placeholders)) or layouts)[0]


def _slide(show: Any, briefing: Briefing, heading: str, lines: Sequence[Line], picture: Picture | None) -> None:
    slide = show.slides.add_slide(_layout(show))
    for shape in list(slide.placeholders):
        if shape.placeholder_format.idx != 0:
            shape._element.getparent().remove(shape._element)
    wide, tall = show.slide_width, show.slide_height
    left, room = int(wide * EDGE), int(wide * (1 - 2 * EDGE))
    title = slide.shapes.title or slide.shapes.add_textbox(0, 0, 1, 1)
    title.left, title.top, title.width, title.height = left, int(tall * 0.07), room, int(tall * 0.11)
    _fill(title, [(Item(heading), "title")], 26 if len(heading) < 70 else 20)
    body = int(tall * (1 - HEAD - FOOT))
    if picture is not None:
        _place(slide, picture, (left, int(tall * HEAD), room, int(body * 0.92)))
        lines = [(Item(picture.caption), "text")]
        box = slide.shapes.add_textbox(left, int(tall * HEAD) + int(body * 0.93), room, int(body * 0.07))
        _fill(box, lines, 11)
    else:
        box = slide.shapes.add_textbox(left, int(tall * HEAD), room, body)
        _fill(box, lines, fitting(lines, room / POINT - 15, body / POINT - 8))
    for top in (0.012, 0.945):
        box = slide.shapes.add_textbox(left, int(tall * top), room, int(tall * 0.045))
        _fill(box, [(Item(briefing.marking), "marking")], 11)
    _number(slide, int(wide * 0.87), int(tall * 0.945), int(wide * 0.08), int(tall * 0.045))


def _lines(blocks: Sequence[Block]) -> list[Line]:
    lines: list[Line] = []
    for block in blocks:
        match block:
            case Paragraph(text):
                lines.append((Item(text), "text"))
            case Subheading(text):
                lines.append((Item(text), "heading"))
            case Items(items, numbered):
                lines += [(item, "number" if numbered else "bullet") for item in items]
            case Table():
                lines += [(Item(", ".join(row[1:]), f"{row[0]}:"), "bullet") for row in block.rows]
            case Picture():
                pass
    return lines


def fitting(lines: Sequence[Line], width: float, height: float) -> int:
    """The largest size at which the lines fit into a box, by the mean width of a letter; sizes and box in points."""
    for size in SIZES:
        letters = width / (0.54 * size)
        rows = [math.ceil((len(item.lead) * 1.1 + len(item.text) + 4) / letters) for item, _ in lines]
        if sum(rows) * size * 1.2 + len(rows) * size * 0.45 <= height:
            return size
    return SIZES[-1]


def _fill(shape: Any, lines: Sequence[Line], size: int) -> None:
    from pptx.util import Pt

    frame = shape.text_frame
    frame.word_wrap = True
    for position, (item, kind) in enumerate(lines):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        if kind not in ("title", "marking"):
            paragraph.space_after = Pt(size * 0.45)
        _stand(paragraph, kind, begins_right(item.lead or item.text))
        parts = [(f"{item.lead} ", True), (item.text, False)] if item.lead else [(item.text, kind in STRONG)]
        for text, bold in parts:
            for words, _ in runs(text):
                _run(paragraph, words, size, bold, kind)


def _run(paragraph: Any, words: str, size: int, bold: bool, kind: str) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = words
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(ACCENT if kind == "title" else INK)  # type: ignore[no-untyped-call]
    run._r.get_or_add_rPr().set("lang", "en-GB")


def _stand(paragraph: Any, kind: str, right_to_left: bool) -> None:
    """Alignment, and real bullets and numbers rather than letters that look like them."""
    from pptx.enum.text import PP_ALIGN
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    properties = paragraph._p.get_or_add_pPr()
    if right_to_left:
        properties.set("rtl", "1")
    if kind == "title":
        paragraph.alignment = PP_ALIGN.LEFT
    elif kind == "marking":
        paragraph.alignment = PP_ALIGN.CENTER
    marks = {"bullet": '<a:buChar {} char="•"/>', "number": '<a:buAutoNum {} type="arabicPeriod"/>'}
    if kind in marks:
        hang = (30 if kind == "number" else 20) * POINT
        properties.set("marL", str(hang))
        properties.set("indent", str(-hang))
        properties.append(parse_xml(marks[kind].format(nsdecls("a"))))


def _place(slide: Any, picture: Picture, box: tuple[int, int, int, int]) -> None:
    """As large as the box allows, in its middle."""
    left, top, width, height = box
    shape = slide.shapes.add_picture(io.BytesIO(png(picture.svg)), left, top)
    scale = min(width / shape.width, height / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape.left, shape.top = left + (width - shape.width) // 2, top + (height - shape.height) // 2
    shape._element.nvPicPr.cNvPr.set("descr", picture.alt)


def _number(slide: Any, left: int, top: int, width: int, height: int) -> None:
    """The slide's number, kept by PowerPoint."""
    from pptx.enum.text import PP_ALIGN
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    paragraph = slide.shapes.add_textbox(left, top, width, height).text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT
    field = (
        f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
        '<a:rPr lang="en-GB" sz="1000"/><a:t>‹#›</a:t></a:fld>'
    )
    paragraph._p.append(parse_xml(field))
