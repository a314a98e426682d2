"""Arabic as Arabic readers expect it: bold where the page is bold, from the right edge, letters joined."""

import io
import shutil
from dataclasses import replace

import numpy as np
import pytest
from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation
from pypdf import PdfReader

from tests.conftest import ROOT, written_scenario
from tests.report.test_pages import pages_seen, seen
from tocsin.analysis.explain import explain
from tocsin.model import open_model
from tocsin.render import pdf
from tocsin.render.files import render
from tocsin.render.pdf import FONTS, Unprintable, png
from tocsin.render.plots import drawing
from tocsin.report.blocks import Item, Items, Paragraph, Section, Slide, Subheading, Table
from tocsin.report.charts import network, outcome_chart
from tocsin.report.subject import subject_of

HEADING, SHORT, LEAD = "تهديد من الشرق", "قصير", "العنوان"


@pytest.fixture(scope="module")
def arabic(full):
    blocks = (
        Subheading(HEADING),
        Items((Item(SHORT, f"{LEAD}:"), Item(SHORT))),
        Items((Item(SHORT),), numbered=True),
        Table((HEADING, "B"), ((SHORT, "27 %"),), (0.5, 0.5), HEADING),
    )
    slides = (Slide(HEADING, (*blocks[:3], Paragraph(SHORT))), Slide(HEADING, blocks[3:]))
    sections = (Section("x", HEADING, blocks),)
    return replace(full, title=HEADING, subtitle=SHORT, bottom_line=HEADING, sections=sections, slides=slides)


def test_pdf_has_a_bold_arabic_font(arabic):
    [page] = PdfReader(io.BytesIO(render(arabic, "pdf"))).pages
    names = {font.get_object()["/BaseFont"].split("+")[-1] for font in page["/Resources"]["/Font"].values()}
    assert any(name.startswith("NotoSansArabic-Bold") for name in names)
    assert any(name.startswith("NotoSansArabic-Regular") for name in names)


@pages_seen
@pytest.mark.parametrize(
    ("item", "numbered", "right"),
    [
        (Item(SHORT), False, True), (Item(SHORT), True, True), (Item("short"), False, False), (Item("short"), True, False),
        (Item(SHORT, f"{LEAD}:"), False, True), (Item("is likely", f"{LEAD}:"), False, False),
    ],
)  # fmt: skip
def test_a_list_begins_where_its_first_strong_words_do(item, numbered, right, arabic):
    """The same list in Latin letters lies at the left, so that the picture tells the two apart."""
    blocks = (Items((item,) * 20, numbered=numbered),)
    made = replace(arabic, title="x", subtitle="x", bottom_line="x", sections=(Section("x", "x", blocks),))
    [page] = seen(render(made, "pdf"))
    # Below the heading's line, above the foot.
    body = page[int(0.35 * len(page)) : int(0.6 * len(page))] < 160
    middle = np.flatnonzero(body.any(axis=0)).mean() / page.shape[1]
    least = 0.5 if item.lead else 0.75
    assert middle > least if right else middle < 1 - least


def test_docx_keeps_weight_and_size_for_complex_letters(arabic):
    document = Document(io.BytesIO(render(arabic, "docx")))
    for name, size in (("Title", 40), ("Heading 1", 26), ("Heading 2", 21)):
        style = document.styles[name]
        assert style.font.cs_bold, name
        assert style.element.rPr.find(qn("w:szCs")).get(qn("w:val")) == str(size)
        assert style.element.rPr.find(qn("w:spacing")) is None, "space between letters tears Arabic words apart"
    lead = next(run for line in document.paragraphs for run in line.runs if LEAD in run.text)
    assert lead.font.cs_bold
    assert lead.font.rtl
    assert lead._r.getparent().find(qn("w:pPr")).find(qn("w:bidi")) is not None


def test_slides_write_it_from_the_right(arabic):
    show = Presentation(io.BytesIO(render(arabic, "pptx")))
    lines = [
        line for slide in show.slides for s in slide.shapes if s.has_text_frame for line in s.text_frame.paragraphs
    ]
    found = [line for line in lines if line.text.strip().startswith((SHORT, LEAD, HEADING))]
    assert len(found) >= 6
    for line in found:
        assert line._p.pPr.get("rtl") == "1"
        assert line._p.pPr.get("algn") == "r"
        assert {run._r.rPr.get("lang") for run in line.runs if run.text.strip() in (SHORT, LEAD)} <= {"ar-SA"}
    table = next(shape for slide in show.slides for shape in slide.shapes if shape.has_table).table
    assert table.cell(0, 0).text_frame.paragraphs[0]._p.pPr.get("rtl") == "1"


def test_letters_that_no_font_has_are_named_and_not_printed_as_boxes(full):
    with pytest.raises(Unprintable, match=r"boxes in place of 漢 \(U\+6F22\), 🔥 \(U\+1F525\),"):
        render(replace(full, title="A 漢 of 🔥 and 漢"), "pdf")
    assert "漢" in render(replace(full, title="A 漢"), "html").decode()


def test_hebrew_and_the_minus_sign_are_printed():
    """They are not in the shipped fonts, but in one that the typesetter brings along."""
    told = "שלום −1 ≥ →"
    assert not {"ש", "−"} & pdf.covered()
    assert pdf.missing(f"{HEADING} {told} “é” Ж Ω \u00a0\u200f") == ()


def test_the_bold_fonts_have_what_the_regular_ones_have():
    for name in ("NotoSans", "NotoSansArabic"):
        regular, bold = (set(pdf.letters(FONTS / f"{name}-{weight}.ttf")) for weight in ("Regular", "Bold"))
        assert regular == bold
        assert len(regular) > 500


FIGURES = "likely (55–80 %): 75 % [67–82]"
AMONG = f"{HEADING} {FIGURES} {SHORT}"
"""Figures behind an Arabic word and before one, in a paragraph from the right."""


@pytest.fixture(scope="module")
def among(arabic):
    blocks = (Paragraph(AMONG), Paragraph(f"Is {SHORT} 75 % sure"), Items((Item("68 % (likely)", f"{LEAD}:"),)))
    return replace(arabic, sections=(Section("x", "x", blocks),), slides=(Slide("x", blocks),))


def test_figures_among_arabic_read_from_the_left(among):
    """Regression: “[67–82]” was printed as “[82–67]”, and “75 %” as 75, the Arabic word, %."""
    [page] = PdfReader(io.BytesIO(render(among, "pdf"))).pages
    shown = page.extract_text().translate(dict.fromkeys(map(ord, "\u200e\u2066\u2069")))
    assert "[67–82]" in shown
    assert "(55–80\u00a0%)" in shown
    for form in ("html", "md"):
        assert f"{SHORT} \u206675\u00a0%\u2069 sure" in render(among, form).decode().replace("75 %", "75\u00a0%")
    document = Document(io.BytesIO(render(among, "docx")))
    show = Presentation(io.BytesIO(render(among, "pptx")))
    slides = [s.text_frame.text for slide in show.slides for s in slide.shapes if s.has_text_frame]
    for text in ("\n".join(line.text for line in document.paragraphs), "\n".join(slides)):
        assert f"{SHORT} \u200e75\u00a0%\u200e sure" in text
        assert "[67–82]\u200e" in text
        assert not {"\u2066", "\u2069"} & set(text), "programs of the office know no isolates"


def test_a_sentence_behind_an_arabic_name_runs_from_the_left(among):
    assert f'<li dir="ltr"><strong>{LEAD}:</strong> \u206668\u00a0%' in render(among, "html").decode()
    document = Document(io.BytesIO(render(among, "docx")))
    line = next(line for line in document.paragraphs if LEAD in line.text)
    assert line._p.pPr.find(qn("w:bidi")) is None
    show = Presentation(io.BytesIO(render(among, "pptx")))
    frames = [s.text_frame for slide in show.slides for s in slide.shapes if s.has_text_frame]
    [line] = [line for frame in frames for line in frame.paragraphs if LEAD in line.text]
    assert line._p.pPr.get("rtl") is None


def test_pictures_have_arabic_letters_and_no_boxes(tmp_path):
    """Regression: where letters join into one, as in لا, a picture had boxes; two boxes look alike."""
    folder = shutil.copytree(ROOT / "tests" / "data" / "arabic", tmp_path / "ar")
    text = (folder / "model.yaml").read_text("utf-8")
    assert text.count("{title: c,") == 1
    (folder / "model.yaml").write_text(text.replace("{title: c,", "{title: السؤال الثالث,"), "utf-8")
    model = open_model(folder)
    subject = subject_of(explain(model, written_scenario(model)))
    for picture in (network(subject), outcome_chart(subject)):
        one, other = (drawing(picture).replace("السؤال", word) for word in ("السلا", "السلإ"))
        assert png(one) != png(other)
    drawn = drawing(network(subject))
    assert png(drawn) != png(drawn.replace("لا<", "لإ<"))
    assert "لا</tspan> \u206655\u00a0%\u2069</text>" in drawn
