"""Five formats, one content: the same numbers, literal text, the same bytes, structure for screen readers."""

import io
import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from docx import Document
from pptx import Presentation
from pptx.util import Pt
from pypdf import PdfReader

from tocsin.language.numbers import chance, interval
from tocsin.render.files import FORMATS, render
from tocsin.render.pdf import Unprintable, typeset
from tocsin.render.pptx import SIZES
from tocsin.report.blocks import Bars, ChartRow, Item, Items, Paragraph, Section, Slide, Subheading, Table
from tocsin.report.compose import compose
from tocsin.report.record import BriefingOptions
from tocsin.report.subject import subject_of
from tocsin.verify import record_in

HOSTILE = (
    '#read("/etc/passwd")',
    "<script>alert(1)</script>",
    "{{ 7 * 7 }} {% raw %}",
    "=cmd|' /C calc'!A0",
    "*bold* _it_ `code` [link](http://x) ![i](http://y) | # $x$ @ref <b> \\ &amp; -- ]]>",
    "تهديد من الشرق 27 % عاجل",
)


class Words(HTMLParser):
    """The text of a page, and the tags that are in it."""

    def __init__(self):
        super().__init__()
        self.text, self.tags, self.links, self.silent = "", [], [], 0

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href", "xlink:href")]
        self.silent += tag == "style"

    def handle_endtag(self, tag):
        self.silent -= tag == "style"

    def handle_data(self, data):
        self.text += "" if self.silent else f"{data} "


def text_of(content, form):
    """What a reader sees, read by another library than the one that verifies; spaces made alike."""
    match form:
        case "pdf":
            text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        case "docx":
            document = Document(io.BytesIO(content))
            cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
            text = " ".join([*(line.text for line in document.paragraphs), *cells])
        case "pptx":
            show = Presentation(io.BytesIO(content))
            shapes = (shape for slide in show.slides for shape in slide.shapes if shape.has_text_frame)
            text = " ".join(shape.text_frame.text for shape in shapes)
        case "html":
            parser = Words()
            parser.feed(content.decode())
            text = parser.text
        case _:
            text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", content.decode().split("<!-- tocsin-record")[0])
    return " ".join(text.split())


@pytest.mark.parametrize("form", FORMATS)
def test_the_numbers_are_the_assessment_s(form, made, explained, full):
    text = text_of(made[form], form)
    subject = subject_of(explained)
    for name, one in explained.case.assessment.outcomes.items():
        word = one.wording.word
        if name in (*subject.judged, *subject.tails):
            assert re.search(rf"{word} \(.*?\): {re.escape(chance(one))} {re.escape(interval(one))}", text), name
        elif form != "pptx":
            # On slides only the picture has the others.
            figures = re.sub(r"[\s\\|]", "", f"{chance(one)}{interval(one)}")
            assert figures in re.sub(r"[\s\\|]", "", text), name
    assert "".join(full.bottom_line.split()) in text.replace(" ", "")


@pytest.mark.parametrize("form", ["pdf", "docx", "html", "md"])
def test_every_sentence_stands_in_every_format(form, made, full):
    text = text_of(made[form], form).replace("**", "")
    squeezed = re.sub(r"\s", "", text)
    for section in full.sections:
        for block in section.blocks:
            for item in block.items if isinstance(block, Items) else ():
                # A page may break anywhere; its head and foot then stand between.
                halves = [re.sub(r"\s", "", item.text)[:25], re.sub(r"\s", "", item.text)[-25:]]
                assert all(half in squeezed for half in halves), item.text


def hostile(full):
    """A briefing that holds the hostile texts wherever text can stand."""
    blocks = [
        block
        for text in HOSTILE
        for block in (
            Subheading(text),
            Paragraph(text),
            Items((Item(text, text),)),
            Table((text, "b"), ((text, text),), (0.5, 0.5), text),
        )
    ]
    rows = tuple(ChartRow(text, 0.5, (0.4, 0.6), figure=text, note=text) for text in HOSTILE)
    picture = Bars(rows, (("band", HOSTILE[1]),), HOSTILE[1], HOSTILE[0])
    return replace(
        full,
        marking=HOSTILE[1],
        title=HOSTILE[0],
        subtitle=HOSTILE[2],
        bottom_line=HOSTILE[3],
        sections=(Section("x", HOSTILE[1], (*blocks, picture)),),
        slides=tuple(Slide(text, (Items((Item(text, text),)), Paragraph(text))) for text in HOSTILE),
    )


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_stays_literal(form, full):
    content = render(hostile(full), form)
    text = re.sub(r"\s", "", text_of(content, form))
    assert "root:" not in text
    for one in HOSTILE[:5]:
        assert re.sub(r"\s", "", one) in text
    # Letters from right to left come out of a PDF in the order of the page.
    assert "تهديد" in text or "ديدهت" in text
    if form == "html":
        parser = Words()
        parser.feed(content.decode())
        assert "script" not in parser.tags
        assert not parser.links


def test_the_page_asks_for_nothing_outside(made):
    parser = Words()
    parser.feed(made["html"].decode())
    assert not parser.links
    assert "default-src 'none'" in made["html"].decode()


@pytest.mark.parametrize("form", FORMATS)
def test_each_file_carries_its_record(form, made, full):
    assert record_in(made[form], form, "here") == full.record


def test_pdf_properties_tags_and_pages(made, full):
    document = PdfReader(io.BytesIO(made["pdf"]))
    assert document.metadata.title == full.title
    assert document.metadata.author == full.author
    catalogue = document.trailer["/Root"]
    assert catalogue["/Lang"] == "en"
    assert catalogue["/MarkInfo"]["/Marked"]
    assert len(document.outline) >= 1
    count = len(document.pages)
    for number, page in enumerate(document.pages, start=1):
        text = page.extract_text()
        assert full.marking in text
        assert f"{number} / {count}" in text


def test_docx_structure(made, full):
    document = Document(io.BytesIO(made["docx"]))
    headings = [line.text for line in document.paragraphs if line.style.name == "Heading 1"]
    assert headings == [section.heading for section in full.sections]
    assert {"List Bullet", "List Number", "Title", "Caption"} <= {line.style.name for line in document.paragraphs}
    assert document.core_properties.language == "en"
    assert document.core_properties.title == full.title
    section = document.sections[0]
    assert full.marking in section.header.paragraphs[0].text
    assert 'w:instr="PAGE"' in section.footer._element.xml
    assert len(document.inline_shapes) == 3
    for shape in document.inline_shapes:
        assert shape._inline.docPr.get("descr")
    assert document.tables[0].rows[0]._tr.xpath(".//w:tblHeader")


def test_docx_writes_arabic_from_right_to_left(full):
    content = render(hostile(full), "docx")
    lines = [one for one in Document(io.BytesIO(content)).paragraphs if one.text.startswith("تهديد")]
    assert lines
    for line in lines:
        assert line._p.xpath("./w:pPr/w:bidi")
        assert {run.font.rtl for run in line.runs if "تهديد" in run.text} == {True}
        assert {run.font.rtl for run in line.runs if "27" in run.text} == {None}


def test_pptx_slides(made, full):
    show = Presentation(io.BytesIO(made["pptx"]))
    assert 2 <= len(show.slides) <= 8
    for slide in show.slides:
        assert slide.shapes.title.text_frame.text
        assert sum(s.has_text_frame and s.text_frame.text == full.marking for s in slide.shapes) == 2
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.top >= 0
            assert shape.left + shape.width <= show.slide_width
            assert shape.top + shape.height <= show.slide_height
            for paragraph in shape.text_frame.paragraphs if shape.has_text_frame else ():
                assert all(run.font.size >= Pt(SIZES[-1]) for run in paragraph.runs)
    pictures = [shape for slide in show.slides for shape in slide.shapes if shape.shape_type == 13]
    assert pictures
    assert all(one._element.nvPicPr.cNvPr.get("descr") for one in pictures)


@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_no_clock_is_in_a_package(form, made):
    with zipfile.ZipFile(io.BytesIO(made[form])) as package:
        assert {member.date_time for member in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2024-12-01T00:00:00Z" in package.read("docProps/core.xml")


def test_an_unknown_font_is_an_error():
    with pytest.raises(Unprintable, match="unknown font"):
        typeset('#set text(font: "No Such Font")\nx', {})


def test_summary_is_shorter_in_every_format(explained, made):
    short = compose(explained, BriefingOptions("summary"))
    for form in FORMATS:
        assert len(text_of(render(short, form), form)) < len(text_of(made[form], form)) / 2
