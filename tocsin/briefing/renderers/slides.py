"""PPTX: at most eight slides, each as large as its text allows; an organisation's template gives the look."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tocsin.briefing.content import Block, Briefing, Item, Items, Paragraph, Picture, Subheading, Table
from tocsin.briefing.renderers.lettering import EDGE, FOOT, POINT, Line, fill, fitting, place_table
from tocsin.briefing.renderers.packages import (
    attach_record_to_slides,
    opened_template,
    own_words,
    stamp_properties,
    without_clocks,
)
from tocsin.briefing.renderers.typesetting import png
from tocsin.errors import BadInput, Problem

MOST = 8
WIDTH, HEIGHT = 960 * POINT, 540 * POINT
HEAD = 0.19
"""Shares of the slide: beside the text, above it, below it."""
SHADE = "EEF2F7"


def render(briefing: Briefing, template: Path | None = None) -> bytes:
    """The file. Raises BadInput for a template that cannot be used."""
    show = _opened(template)
    stamp_properties(show.core_properties, briefing)
    _first_slide(show, briefing)
    for each in briefing.slides[: MOST - 1]:
        slide = _slide(show, briefing, each.heading)
        picture = next((block for block in each.blocks if isinstance(block, Picture)), None)
        table = next((block for block in each.blocks if isinstance(block, Table)), None)
        if picture is not None:
            _picture(show, slide, picture)
        else:
            top = HEAD if table is None else place_table(show, slide, table, HEAD)
            _body(show, slide, _lines(each.blocks), top)
    attach_record_to_slides(show.part, briefing)
    out = io.BytesIO()
    show.save(out)
    return without_clocks(out.getvalue())


def _first_slide(show: Any, briefing: Briefing) -> None:
    """Title, what it is about, the bottom line in a field of its own, and what it rests on."""
    slide = _slide(show, briefing, briefing.title)
    wide, tall = show.slide_width, show.slide_height
    left, room = int(wide * EDGE), int(wide * (1 - 2 * EDGE))
    box = slide.shapes.add_textbox(left, int(tall * HEAD), room, int(tall * 0.1))
    lines: list[Line] = [(Item(briefing.subtitle), "quiet")]
    fill(box, lines, fitting(lines, room / POINT - 15, tall * 0.1 / POINT - 8, most=16))
    field = slide.shapes.add_textbox(left, int(tall * (HEAD + 0.11)), room, int(tall * 0.24))
    lines = [(Item(briefing.bottom_line, "Bottom line:"), "strong")]
    _shade(field)
    fill(field, lines, fitting(lines, room / POINT - 15, tall * 0.24 / POINT - 8))
    _body(show, slide, _lines(briefing.opening), HEAD + 0.38)


def _shade(field: Any) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR

    field.fill.solid()
    field.fill.fore_color.rgb = RGBColor.from_string(SHADE)  # type: ignore[no-untyped-call]
    field.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE


def _body(show: Any, slide: Any, lines: Sequence[Line], top: float) -> None:
    """Text from a height down to the foot, as large as it fits."""
    if not lines:
        return
    wide, tall = show.slide_width, show.slide_height
    room, body = int(wide * (1 - 2 * EDGE)), int(tall * (1 - top - FOOT))
    box = slide.shapes.add_textbox(int(wide * EDGE), int(tall * top), room, body)
    fill(box, lines, fitting(lines, room / POINT - 15, body / POINT - 8))


def _picture(show: Any, slide: Any, picture: Picture) -> None:
    """A picture with its caption below."""
    wide, tall = show.slide_width, show.slide_height
    left, room, body = int(wide * EDGE), int(wide * (1 - 2 * EDGE)), int(tall * (1 - HEAD - FOOT))
    _place(slide, picture, (left, int(tall * HEAD), room, int(body * 0.9)))
    box = slide.shapes.add_textbox(left, int(tall * HEAD) + int(body * 0.91), room, int(body * 0.09))
    lines: list[Line] = [(Item(picture.caption), "quiet")]
    fill(box, lines, fitting(lines, room / POINT - 15, body * 0.09 / POINT - 4, most=12))


def _opened(template: Path | None) -> Any:
    """An empty show; of a template the masters and layouts, but not its slides."""
    from pptx import Presentation
    from pptx.util import Emu

    if template is None:
        show = Presentation()
        show.slide_width, show.slide_height = Emu(WIDTH), Emu(HEIGHT)
        return show
    show = opened_template(template, Presentation, "PPTX presentation")
    if not show.slide_masters or not show.slide_layouts:
        raise BadInput([Problem(str(template), 0, 0, "", "has no slide layout, so it cannot be used as a template")])
    listed = show.slides._sldIdLst
    for entry in list(listed):
        show.part.drop_rel(entry.rId)
        listed.remove(entry)
    return show


def own_heads(template: Path) -> str:
    """What a template's master and layout write on every slide. Raises BadInput, OSError."""
    from pptx.oxml.ns import qn

    layout = _layout(_opened(template))
    drawn = [layout] if layout._element.get("showMasterSp") == "0" else [layout.slide_master, layout]
    said = (
        "".join(text.text or "" for text in shape.iter(qn("a:t")))
        for each in drawn
        for shape in each._element.iter(qn("p:sp"))
        # What a placeholder says is a prompt, which no slide shows.
        if next(shape.iter(qn("p:ph")), None) is None
    )
    return own_words(said)


def _layout(show: Any) -> Any:
    """The layout with a title and little else."""
    layouts = list(show.slide_layouts)
    named = [one for one in layouts if one.name == "Title Only"]
    titled = [one for one in layouts if any(shape.placeholder_format.type == 1 for shape in one.placeholders)]
    return (named or sorted(titled, key=lambda one: len(one.placeholders)) or layouts)[0]


def _slide(show: Any, briefing: Briefing, heading: str) -> Any:
    """A slide with its heading, the marking above and below if there is one, and its number."""
    slide = show.slides.add_slide(_layout(show))
    for shape in list(slide.placeholders):
        if shape.placeholder_format.idx != 0:
            shape._element.getparent().remove(shape._element)
    wide, tall = show.slide_width, show.slide_height
    left, room = int(wide * EDGE), int(wide * (1 - 2 * EDGE))
    title = slide.shapes.title or slide.shapes.add_textbox(0, 0, 1, 1)
    title.left, title.top, title.width, title.height = left, int(tall * 0.07), room, int(tall * 0.11)
    fill(title, [(Item(heading), "title")], 26 if len(heading) < 70 else 20)
    for top in (0.012, 0.945) if briefing.marking else ():
        box = slide.shapes.add_textbox(left, int(tall * top), room, int(tall * 0.045))
        fill(box, [(Item(briefing.marking), "marking")], 11)
    _number(slide, int(wide * 0.87), int(tall * 0.945), int(wide * 0.08), int(tall * 0.045))
    return slide


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
            case Table() | Picture():
                pass
    return lines


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
