"""Text and tables on slides: sizes that fit, real bullets and numbers, each run in its own direction."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tocsin.briefing.content import Item, Table
from tocsin.directions import marked, runs, runs_right

SIZES = (22, 20, 18, 16, 14, 13, 12, 11, 10, 9)
"""Points; the largest at which the text fits."""
POINT = 12700
"""English Metric Units in a point."""
INK, QUIET, ACCENT, LINE = "1B2733", "55626F", "1D4A7D", "C3CCD5"
COLOURS = {"title": ACCENT, "quiet": QUIET}
STRONG = ("title", "heading", "marking", "strong")
EDGE, FOOT = 0.05, 0.09
TABLES_SHARE = 0.72
"""Of a slide's room below its heading that a table may fill; what is said of it needs the rest."""

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
        lead = [(f"{item.lead} ", True)] if item.lead else []
        for text, bold in (*lead, (item.text, kind in STRONG or kind.endswith("heading"))):
            for words, right in runs(marked(text)):
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
    marks = {"bullet": '<a:buChar {} char="•"/>', "number": '<a:buAutoNum {} type="arabicPeriod"/>'}
    if kind in marks:
        hang = (30 if kind == "number" else 20) * POINT
        properties.set("marL", str(hang))
        properties.set("indent", str(-hang))
        properties.append(parse_xml(marks[kind].format(nsdecls("a"))))


def place_table(show: Any, slide: Any, table: Table, top: float) -> float:
    """A real table from a height down; the height below it, as a share of the slide."""
    from pptx.util import Pt

    wide, tall = show.slide_width, show.slide_height
    room, most = int(wide * (1 - 2 * EDGE)), (1 - top - FOOT) * TABLES_SHARE * tall / POINT
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
