"""DOCX: real headings, lists and tables that readers can edit; an organisation's template gives styles and page."""

from __future__ import annotations

import io
from copy import deepcopy
from pathlib import Path
from typing import Any

from tocsin.briefing.content import Block, Briefing, Items, Paragraph, Picture, Subheading, Table
from tocsin.briefing.renderers.packages import attach_record, begins_right, runs, stamp_properties, without_clocks
from tocsin.briefing.renderers.typesetting import png
from tocsin.errors import BadInput, Problem

STYLES = ("Title", "Subtitle", "Heading 1", "Heading 2", "List Bullet", "List Number", "Caption", "Table Grid")
INK, ACCENT, SHADE = "1B2733", "1D4A7D", "EEF2F7"
FONT = "Noto Sans"
AFTER_BIDI = ("w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr")
"""Elements that the schema wants after the direction of a paragraph."""


def render(briefing: Briefing, template: Path | None = None) -> bytes:
    """The file. Raises BadInput for a template that cannot be used."""
    document = _opened(template)
    if template is None:
        _dress(document)
    stamp_properties(document.core_properties, briefing)
    _margins(document, briefing.marking)
    _write(document.add_paragraph(style="Title"), briefing.title)
    _write(document.add_paragraph(style="Subtitle"), briefing.subtitle)
    _bottom_line(document, briefing.bottom_line)
    for section in briefing.sections:
        _write(document.add_heading(level=1), section.heading)
        for block in section.blocks:
            _block(document, block)
    attach_record(document.part, briefing)
    out = io.BytesIO()
    document.save(out)
    return without_clocks(out.getvalue())


def _opened(template: Path | None) -> Any:
    """An empty document; of a template the styles and the page, but not its text."""
    from docx import Document

    if template is None:
        return Document()
    try:
        document = Document(str(template))
    except OSError:
        raise
    except Exception as error:
        # python-docx has no error of its own for what is no document: KeyError, ValueError, BadZipFile, …
        problem = Problem(str(template), 0, 0, "", "is no DOCX document that can be used as a template")
        raise BadInput([problem]) from error
    body = document.element.body
    for child in list(body):
        if not child.tag.endswith("}sectPr"):
            body.remove(child)
    _add_missing_styles(document)
    return document


def _add_missing_styles(document: Any) -> None:
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


def _dress(document: Any) -> None:
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
    document.styles["Normal"].paragraph_format.space_after = Pt(5)


def _margins(document: Any, marking: str) -> None:
    """The marking at the head and foot of every page, and the page's number."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    section = document.sections[0]
    for place in (section.header, section.footer):
        place.is_linked_to_previous = False
        line = place.paragraphs[0] if place.paragraphs and not place.paragraphs[0].text else place.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(line, marking, bold=True)
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


def _bottom_line(document: Any, text: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    line = document.add_paragraph()
    _write(line, text, lead="Bottom line:", bold=True)
    shade = OxmlElement("w:shd")
    for key, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{key}"), value)
    line._p.get_or_add_pPr().insert_element_before(shade, "w:bidi", *AFTER_BIDI)


def _block(document: Any, block: Block) -> None:
    match block:
        case Paragraph(text):
            _write(document.add_paragraph(), text)
        case Subheading(text):
            _write(document.add_heading(level=2), text)
        case Items(items, numbered):
            for item in items:
                style = "List Number" if numbered else "List Bullet"
                _write(document.add_paragraph(style=style), item.text, lead=item.lead)
        case Table():
            _table(document, block)
        case Picture():
            _picture(document, block)


def _write(paragraph: Any, text: str, lead: str = "", bold: bool = False) -> None:
    """Text in runs, each in its own direction; the paragraph in that of its first letter."""
    from docx.oxml import OxmlElement

    if begins_right(lead or text):
        paragraph._p.get_or_add_pPr().insert_element_before(OxmlElement("w:bidi"), *AFTER_BIDI)
    parts = [(f"{lead} ", True), (text, bold)] if lead else [(text, bold)]
    for part, heavy in parts:
        for words, right in runs(part):
            run = paragraph.add_run(words)
            run.bold = heavy or None
            if right:
                run.font.rtl = True


def _table(document: Any, table: Table) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Emu, Pt
    from docx.table import _Cell as Cell

    caption = document.add_paragraph(style="Caption")
    _write(caption, table.caption)
    caption.paragraph_format.keep_with_next = True
    page = document.sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    rows = (table.headings, *table.rows)
    made = document.add_table(rows=len(rows), cols=len(table.headings), style="Table Grid")
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
    document.add_paragraph().paragraph_format.space_after = Pt(2)


def _picture(document: Any, picture: Picture) -> None:
    page = document.sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    tall = page.page_height - page.top_margin - page.bottom_margin
    made = document.add_picture(io.BytesIO(png(picture.svg)), width=int(room * picture.width))
    if made.height > 0.8 * tall:
        made.width, made.height = int(made.width * 0.8 * tall / made.height), int(0.8 * tall)
    made._inline.docPr.set("descr", picture.alt)
    made._inline.docPr.set("name", "Picture")
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _write(document.add_paragraph(style="Caption"), picture.caption)
