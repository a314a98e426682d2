"""PPTX: slides with text in sizes that fit, real bullets, numbers and tables, and a picture beside or below."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tocsin.errors import BadInput
from tocsin.output import marked, runs, runs_right, shown_entry
from tocsin.render import marks
from tocsin.render.marks import aspect
from tocsin.render.packages import attach_record_to_slides, opened_template, own_words, stamp_properties, without_clocks
from tocsin.render.pdf import png
from tocsin.render.plots import drawing
from tocsin.report.blocks import Block, Briefing, Item, Items, Paragraph, Picture, Subheading, Table

SIZES = (22, 20, 18, 16, 14, 13, 12, 11, 10, 9)
"""Points; the largest at which the text fits."""
POINT = 12700
"""English Metric Units in a point."""
INK, QUIET, ACCENT, LINE, SHADE = (
    colour[1:].upper() for colour in (marks.INK, marks.QUIET, marks.ACCENT, marks.RULE, marks.SOFT)
)
COLOURS = {"title": ACCENT, "quiet": QUIET}
STRONG = ("title", "heading", "marking", "strong")
EDGE, HEAD, FOOT = 0.05, 0.19, 0.09
"""Shares of the slide: beside the text, above it, below it."""
TABLES_SHARE = 0.72
"""Of a slide's room below its heading that a table may fill; what is said of it needs the rest."""
PICTURES_SHARE = 0.6
"""Of the room that text and a picture share, the picture's."""
CAPTION = 0.065
"""Of the slide's height, a caption's."""
FEW = 4
"""Lines of a text up to which a picture may stand below it; beside a longer one there is more room."""

Place = tuple[float, float, float, float]
"""Left, top, right and foot as shares of the slide."""
Line = tuple[Item, str]
"""What a line says, and how it stands: text, bullet, number, heading, or quiet and strong text."""


def fitting(lines: Sequence[Line], width: float, height: float, most: int = SIZES[0]) -> int:
    """The largest size at which the lines fit into a box, by the mean width of a letter; sizes and box in points."""
    for size in (one for one in SIZES if one <= most):
        letters = width / (0.54 * size)
        rows = [math.ceil((len(item.lead) * 1.1 + len(item.text) + 4) / letters) for item, _ in lines]
        if sum(rows) * size * 1.2 + len(rows) * size * 0.45 <= height:
            return size
    return SIZES[-1]


def fill(shape: Any, lines: Sequence[Line], size: int) -> None:
    """Write lines into a box or a cell."""
    from pptx.util import Pt

    frame = shape.text_frame
    frame.word_wrap = True
    for position, (item, kind) in enumerate(lines):
        paragraph = frame.paragraphs[0] if position == 0 else frame.add_paragraph()
        if kind not in ("title", "marking") and not kind.startswith(("cell", "numeric")):
            paragraph.space_after = Pt(size * 0.45)
        _stand(paragraph, kind, runs_right(item.lead, item.text))
        lead, text = shown_entry(item.lead, item.text)
        parts = [(f"{lead} ", True)] if lead else []
        for part, bold in (*parts, (text, kind in STRONG or kind.endswith("heading"))):
            for words, right in runs(marked(part)):
                _run(paragraph, words, size, bold, kind, "ar-SA" if right else "en-GB")


def _run(paragraph: Any, words: str, size: int, bold: bool, kind: str, language: str) -> None:
    from pptx.dml.color import RGBColor
    from pptx.util import Pt

    run = paragraph.add_run()
    run.text = words
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = RGBColor.from_string(COLOURS.get(kind, INK))  # type: ignore[no-untyped-call]
    run._r.get_or_add_rPr().set("lang", language)


def _stand(paragraph: Any, kind: str, right_to_left: bool) -> None:
    """Alignment, and real bullets and numbers rather than letters that look like them."""
    from pptx.enum.text import PP_ALIGN
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    properties = paragraph._p.get_or_add_pPr()
    if right_to_left:
        properties.set("rtl", "1")
    if kind == "title" or right_to_left:
        paragraph.alignment = PP_ALIGN.RIGHT if right_to_left else PP_ALIGN.LEFT
    elif kind.startswith("numeric"):
        paragraph.alignment = PP_ALIGN.RIGHT
    elif kind == "marking":
        paragraph.alignment = PP_ALIGN.CENTER
    bullets = {"bullet": '<a:buChar {} char="•"/>', "number": '<a:buAutoNum {} type="arabicPeriod"/>'}
    if kind in bullets:
        hang = (30 if kind == "number" else 20) * POINT
        properties.set("marL", str(hang))
        properties.set("indent", str(-hang))
        properties.append(parse_xml(bullets[kind].format(nsdecls("a"))))


def place_table(show: Any, slide: Any, table: Table, top: float, part: float) -> float:
    """A real table from a height down, on a part of the room; the height below it, as a share of the slide."""
    from pptx.util import Pt

    wide, tall = show.slide_width, show.slide_height
    room, most = int(wide * (1 - 2 * EDGE)), (1 - top - FOOT) * part * tall / POINT
    rows = (table.headings, *table.rows)
    size, heights = _fitting_table(rows, [share * room / POINT for share in table.widths], most)
    frame = slide.shapes.add_table(
        len(rows), len(table.headings), int(wide * EDGE), int(tall * top), room, int(sum(heights) * POINT)
    )
    made = frame.table
    frame._element.nvGraphicFramePr.cNvPr.set("descr", table.caption)
    made.horz_banding = False
    _plain(frame)
    for column, share in zip(made.columns, table.widths, strict=True):
        column.width = int(share * room)
    for number, (row, height) in enumerate(zip(rows, heights, strict=True)):
        made.rows[number].height = int(height * POINT)
        for place, text in enumerate(row):
            cell = made.cell(number, place)
            cell.margin_top = cell.margin_bottom = Pt(2)
            kind = "numeric" if place in table.numeric else "cell"
            fill(cell, [(Item(text), f"{kind} heading" if number == 0 else kind)], size)
    return float(top + sum(heights) * POINT / tall + 0.03)


def _plain(frame: Any) -> None:
    """PowerPoint's own style without colours: "No Style, Table Grid"."""
    style = frame._element.graphic.graphicData.tbl.tblPr.find(
        "{http://schemas.openxmlformats.org/drawingml/2006/main}tableStyleId"
    )
    style.text = "{5940675A-B579-460E-94D1-54222C63F5DA}"


def _fitting_table(rows: Sequence[Sequence[str]], widths: Sequence[float], most: float) -> tuple[int, list[float]]:
    """The largest size at which all rows fit, and each row's height; in points."""
    heights: list[float] = []
    for size in (one for one in SIZES if one <= 16):
        heights = []
        for row in rows:
            deep = max(
                math.ceil((len(text) + 2) * 0.54 * size / max(width - 14, 10))
                for text, width in zip(row, widths, strict=True)
            )
            heights.append(deep * size * 1.25 + 6)
        if sum(heights) <= most:
            return size, heights
    return SIZES[-1], heights


MOST = 8
"""Slides."""
WIDTH, HEIGHT = 960 * POINT, 540 * POINT


def render(briefing: Briefing, template: Path | None = None) -> bytes:
    """The file. Raises BadInput for a template that cannot be used."""
    show = _opened(template)
    stamp_properties(show.core_properties, briefing)
    _first_slide(show, briefing)
    for each in briefing.slides[: MOST - 1]:
        slide = _slide(show, briefing, each.heading)
        _place_blocks(show, slide, each.blocks, HEAD)
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
    _place_blocks(show, slide, briefing.opening, HEAD + 0.36)


def _place_blocks(show: Any, slide: Any, blocks: Sequence[Block], top: float) -> None:
    """From a height down a table, then the text above or beside a picture, each where there is one."""
    picture = next((block for block in blocks if isinstance(block, Picture)), None)
    table = next((block for block in blocks if isinstance(block, Table)), None)
    share = 1.0 if picture is None else PICTURES_SHARE
    if table is not None:
        top = place_table(show, slide, table, top, share * TABLES_SHARE)
    left, right, foot = EDGE, 1 - EDGE, 1 - FOOT
    lines = _lines(blocks)
    if picture is None:
        _body(show, slide, lines, (left, top, right, foot))
    elif not lines:
        _picture(show, slide, picture, (left, top, right, foot))
    elif len(lines) <= FEW and _stands_below(show, picture, (left, top, right, foot)):
        middle = foot - (foot - top) * PICTURES_SHARE
        _body(show, slide, lines, (left, top, right, middle))
        _picture(show, slide, picture, (left, middle, right, foot))
    else:
        middle = right - (right - left) * PICTURES_SHARE
        _body(show, slide, lines, (left, top, middle - 0.01, foot))
        _picture(show, slide, picture, (middle, top, right, foot))


def _shade(field: Any) -> None:
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR

    field.fill.solid()
    field.fill.fore_color.rgb = RGBColor.from_string(SHADE)  # type: ignore[no-untyped-call]
    field.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE


def _stands_below(show: Any, picture: Picture, place: Place) -> bool:
    """Whether a picture is larger below a text than beside it."""
    _, _, room, body = _in_units(show, place)
    caption, shape = show.slide_height * CAPTION, aspect(drawing(picture))
    below = min(room, (body * PICTURES_SHARE - caption) / shape)
    return bool(below > min(room * PICTURES_SHARE, (body - caption) / shape))


def _body(show: Any, slide: Any, lines: Sequence[Line], place: Place) -> None:
    """Text in a place, as large as it fits."""
    if not lines:
        return
    left, top, room, body = _in_units(show, place)
    box = slide.shapes.add_textbox(left, top, room, body)
    fill(box, lines, fitting(lines, room / POINT - 15, body / POINT - 8))


def _picture(show: Any, slide: Any, picture: Picture, place: Place) -> None:
    """A picture in a place, with its caption below."""
    left, top, room, body = _in_units(show, place)
    caption = int(show.slide_height * CAPTION)
    _place(slide, picture, (left, top, room, body - caption))
    box = slide.shapes.add_textbox(left, top + body - caption, room, caption)
    lines: list[Line] = [(Item(picture.caption), "quiet")]
    fill(box, lines, fitting(lines, room / POINT - 15, caption / POINT - 4, most=12))


def _in_units(show: Any, place: Place) -> tuple[int, int, int, int]:
    """Left, top, width and height of a place."""
    wide, tall = show.slide_width, show.slide_height
    left, top, right, foot = place
    return int(wide * left), int(tall * top), int(wide * (right - left)), int(tall * (foot - top))


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
        raise BadInput.at(template, "has no slide layout, so it cannot be used as a template")
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
            case _:
                pass
    return lines


def _place(slide: Any, picture: Picture, box: tuple[int, int, int, int]) -> None:
    """As large as the box allows, in its middle."""
    left, top, width, height = box
    shape = slide.shapes.add_picture(io.BytesIO(png(drawing(picture))), left, top)
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
