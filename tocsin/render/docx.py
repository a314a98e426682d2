"""DOCX: headings, real lists and tables, pictures, in the styles of a template or our own where there is none."""

from __future__ import annotations

import io
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.output import marked, runs, runs_right, shown_entry
from tocsin.render import marks
from tocsin.render.packages import (
    attach_record,
    carries_record,
    opened_template,
    own_words,
    stamp_properties,
    without_clocks,
)
from tocsin.render.pdf import png
from tocsin.render.plots import drawing
from tocsin.report.blocks import Block, Briefing, Histogram, Items, Paragraph, Picture, Subheading, Table

STYLES = ("Title", "Subtitle", "Heading 1", "Heading 2", "List Bullet", "List Number", "Caption", "Table Grid")
INK, QUIET, ACCENT, LINE, SHADE = (
    colour[1:].upper() for colour in (marks.INK, marks.QUIET, marks.ACCENT, marks.RULE, marks.SOFT)
)
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


WHICH = ("", "first_page_", "even_page_")
"""Heads and feet that a section can have."""
AFTER_BIDI = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr")
"""Elements that the schema wants after the direction of a paragraph."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """A document and the names that its styles have in the file; looking these up for each line is slow."""

    document: Any
    styles: Mapping[str, str]

    @property
    def room(self) -> int:
        """The width between the margins."""
        page = self.document.sections[0]
        return int(page.page_width - page.left_margin - page.right_margin)

    def add(self, style: str | None = None) -> Any:
        """A new paragraph at the end."""
        line = self.document.add_paragraph()
        if style is not None:
            line._p.style = self.styles[style]
        return line


def render(briefing: Briefing, template: Path | None = None) -> bytes:
    """The file. Raises BadInput for a template that cannot be used."""
    document = _opened(template)
    if template is None:
        dress(document)
    stamp_properties(document.core_properties, briefing)
    _margins(document, briefing.marking)
    sheet = Sheet(document, {name: document.styles[name].style_id for name in STYLES})
    _write(sheet.add("Title"), briefing.title)
    _write(sheet.add("Subtitle"), briefing.subtitle)
    _bottom_line(sheet, briefing.bottom_line)
    for section in briefing.sections:
        if section.part:
            part = sheet.add("Title")
            part.paragraph_format.page_break_before = True
            _write(part, section.part)
        _write(sheet.add("Heading 1"), section.heading)
        for block in section.blocks:
            _block(sheet, block)
    attach_record(document.part, briefing)
    out = io.BytesIO()
    document.save(out)
    return without_clocks(out.getvalue())


def _opened(template: Path | None) -> Any:
    """An empty document; of a template the styles and the page, but not its text."""
    from docx import Document

    if template is None:
        return Document()
    document = opened_template(template, Document, "DOCX document")
    body = document.element.body
    for child in list(body):
        if not child.tag.endswith("}sectPr"):
            body.remove(child)
    if carries_record(document.part):
        _drop_margins(document)
    add_missing_styles(document)
    return document


def own_heads(template: Path) -> str:
    """What a template says at the head and foot of its pages, page numbers left out. Raises BadInput, OSError."""
    from docx.oxml.ns import qn

    said = (
        "".join(text.text or "" for text in place._element.iter(qn("w:t")))
        for section in _opened(template).sections
        for place in (getattr(section, f"{which}{kind}") for kind in ("header", "footer") for which in WHICH)
        if not place.is_linked_to_previous
    )
    return own_words(said)


def _drop_margins(document: Any) -> None:
    """Heads and feet of an earlier briefing carry its marking, which must not stand beside another one."""
    for section in document.sections:
        for kind in ("header", "footer"):
            for which in WHICH:
                getattr(section, f"{which}{kind}").is_linked_to_previous = True


def _margins(document: Any, marking: str) -> None:
    """The marking at the head and foot of every page if there is one, and the page's number."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    section = document.sections[0]
    for place in (section.header, section.footer) if marking else (section.footer,):
        place.is_linked_to_previous = False
        line = place.paragraphs[0] if place.paragraphs and not place.paragraphs[0].text else place.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(line, marking, bold=True)
    if marking:
        line.add_run(" · ")
    _field(line, "PAGE")
    line.add_run(" / ")
    _field(line, "NUMPAGES")


def _field(line: Any, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    line._p.append(field)


def _bottom_line(sheet: Sheet, text: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    line = sheet.add()
    _write(line, text, lead="Bottom line:", bold=True)
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{key}"), value)
    line._p.get_or_add_pPr().insert_element_before(shade, "w:bidi", *AFTER_BIDI)


def _block(sheet: Sheet, block: Block) -> None:
    match block:
        case Paragraph(text):
            line = sheet.add()
            # What announces a list stays with it.
            line.paragraph_format.keep_with_next = True if text.endswith(":") else None
            _write(line, text)
        case Subheading(text):
            _write(sheet.add("Heading 2"), text)
        case Items(items, numbered):
            for item in items:
                style = "List Number" if numbered else "List Bullet"
                _write(sheet.add(style), item.text, lead=item.lead)
        case Table():
            _table(sheet, block)
        case _:
            _picture(sheet, block)


def _write(paragraph: Any, text: str, lead: str = "", bold: bool = False) -> None:
    """Text in runs, each in its own direction; the paragraph in that of its sentence."""
    from docx.oxml import OxmlElement

    if runs_right(lead, text):
        paragraph._p.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *AFTER_BIDI)
    lead, text = shown_entry(lead, text)
    parts = [(f"{lead} ", True), (text, bold)] if lead else [(text, bold)]
    for part, heavy in parts:
        for words, right in runs(marked(part)):
            run = paragraph.add_run(words)
            # Word keeps weight apart for complex scripts, to which digits among Arabic words belong too.
            run.bold = run.font.cs_bold = heavy or None
            if right:
                run.font.rtl = True


def _table(sheet: Sheet, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Emu, Pt
    from docx.table import _Cell as Cell

    caption = sheet.add("Caption")
    _write(caption, table.caption)
    caption.paragraph_format.keep_with_next = True
    room = sheet.room
    rows = (table.headings, *table.rows)
    made = sheet.document.add_table(rows=len(rows), cols=len(table.headings))
    made._tbl.tblStyle_val = sheet.styles["Table Grid"]
    made.autofit = False
    for column, share in zip(made._tbl.tblGrid.gridCol_lst, table.widths, strict=True):
        column.w = Emu(int(room * share))
    for number, (line, row) in enumerate(zip(made._tbl.tr_lst, rows, strict=True)):
        properties = line.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        # A row's `cells` would be worked out anew for the whole table each time.
        for column, (cell, text) in enumerate(zip(line.tc_lst, row, strict=True)):
            cell.width = Emu(int(room * table.widths[column]))
            paragraph = Cell(cell, made).paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            if column in table.numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _write(paragraph, text, bold=number == 0)
            for run in paragraph.runs:
                run.font.size = Pt(8.5)
    sheet.add().paragraph_format.space_after = Pt(2)


def _picture(sheet: Sheet, picture: Picture) -> None:
    page = sheet.document.sections[0]
    tall = page.page_height - page.top_margin - page.bottom_margin
    small, line = isinstance(picture, Histogram), sheet.add()
    shape = line.add_run().add_picture(
        io.BytesIO(png(drawing(picture))), width=int(sheet.room * (0.48 if small else 1))
    )
    if shape.height > 0.8 * tall:
        shape.width, shape.height = int(shape.width * 0.8 * tall / shape.height), int(0.8 * tall)
    shape._inline.docPr.set("descr", picture.alt)
    shape._inline.docPr.set("name", "Picture")
    line.paragraph_format.keep_with_next = True
    _write(sheet.add("Caption"), picture.caption)
