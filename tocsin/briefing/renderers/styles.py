"""Styles of a DOCX: those that a template lacks, and ours where there is no template."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

STYLES = ("Title", "Subtitle", "Heading 1", "Heading 2", "List Bullet", "List Number", "Caption", "Table Grid")
INK, QUIET, ACCENT, LINE = "1B2733", "55626F", "1D4A7D", "C3CCD5"
FONT = "Noto Sans"


def add_missing_styles(document: Any) -> None:
    """Word keeps built-in styles out of a file until they are used; those come from the default template."""
    from docx import Document

    there = {style.name for style in document.styles}
    plain = Document()
    for name in STYLES:
        if name not in there:
            style = deepcopy(plain.styles[name].element)
            # Numbering definitions do not come along, and would point at another list.
            for numbering in style.xpath(".//w:numPr"):
                numbering.getparent().remove(numbering)
            document.styles.element.append(style)


def dress(document: Any) -> None:
    """Colours, sizes and fonts where no template gives them; A4."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.2)
    page.top_margin = page.bottom_margin = Cm(2.2)
    sizes = {"Normal": 10, "Title": 20, "Subtitle": 10, "Heading 1": 13, "Heading 2": 10.5, "Caption": 8.5}
    for name, size in sizes.items():
        style = document.styles[name]
        style.font.name, style.font.size, style.font.italic = FONT, Pt(size), False
        style.font.color.rgb = RGBColor.from_string(ACCENT if name in ("Title", "Heading 1") else INK)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:hAnsi"), FONT)
        fonts.set(qn("w:cs"), "Noto Sans Arabic")
        if name == "Title":
            style.font.bold = True
        style.font.cs_bold = style.font.bold
        _complex_size(style, size)
        # Space between letters tears Arabic words apart.
        for spacing in style.element.rPr.findall(qn("w:spacing")):
            style.element.rPr.remove(spacing)
    document.styles["Normal"].paragraph_format.space_after = Pt(5)
    caption = document.styles["Caption"].font
    caption.bold = caption.cs_bold = False
    caption.color.rgb = RGBColor.from_string(QUIET)
    for border in document.styles["Table Grid"].element.iter(qn("w:tblBorders")):
        for side in border:
            side.set(qn("w:color"), LINE)


def _complex_size(style: Any, size: float) -> None:
    """Word keeps size apart for complex scripts; without it Arabic headings are as small as the text."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    properties = style.element.get_or_add_rPr()
    for old in properties.findall(qn("w:szCs")):
        properties.remove(old)
    half_points = OxmlElement("w:szCs")
    half_points.set(qn("w:val"), str(int(2 * size)))
    properties.find(qn("w:sz")).addnext(half_points)
