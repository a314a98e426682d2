"""What hides, acts or shows something else without a word of the text being another; and what honest programs change."""

from __future__ import annotations

import io
import re

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject

from tests.briefing.test_trust import replaced, verdict, with_part
from tests.conftest import ROOT
from tocsin.briefing import FORMATS, render
from tocsin.briefing.differing import quoted
from tocsin.briefing.many import brief_many
from tocsin.briefing.survey import rows_of, survey
from tocsin.errors import BadInput

GRID = ROOT / "scenarios" / "iraq-syria-2024" / "sweeps" / "posture-restraint-truce.yaml"


@pytest.fixture(scope="module")
def made(full):
    return {form: render(full, form) for form in FORMATS}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"</body>", b'<script>document.body.innerHTML = "P"</script></body>'),
        (b"</head>", b"<link rel=stylesheet href=x.css></head>"),
        (b"<body>", b'<body><iframe srcdoc="P"></iframe>'),
        (b"<h2 ", b'<h2 style="display:none" '),
        (b"<section ", b"<section hidden "),
        (b"<section ", b"<!-- <section "),
        (b'<meta http-equiv="Content-Security-Policy"', b'<meta name="x"'),
        (b"<svg ", b"<SVG onload=x "),
    ],
)
def test_tags_that_hide_or_act_are_found(old, new, made, tmp_path):
    """In none of these does a word of the text change, but for what is put into a comment."""
    assert old in made["html"]
    found = verdict(made["html"].replace(old, new, 1), "html", tmp_path)
    assert not found.holds
    assert any(one.startswith("the page's markup") for one in found.pictures)


def test_html_with_other_line_ends_still_holds(made, tmp_path):
    assert verdict(made["html"].replace(b"\n", b"\r\n"), "html", tmp_path).holds


SLIDE_LIST = re.compile(rb"(<p:sldId [^>]*/>)(<p:sldId [^>]*/>)")


@pytest.mark.parametrize("kept", [rb"\2", rb"\2\1"], ids=["dropped", "swapped"])
def test_slides_that_are_not_shown_in_their_order_are_found(kept, made, tmp_path):
    """The part of a slide stays in the package."""

    def listed(text: bytes) -> bytes:
        changed, count = SLIDE_LIST.subn(kept, text, count=1)
        assert count
        return changed

    assert verdict(with_part(made["pptx"], r"ppt/presentation\.xml", listed), "pptx", tmp_path).text


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("<p:sld ", '<p:sld show="0" ', "slide 2 is hidden"),
        ("<p:cNvPr ", '<p:cNvPr hidden="1" ', "something on slide 2 is hidden"),
    ],
)
def test_what_is_hidden_on_slides_is_found(old, new, told, made, tmp_path):
    part = r"ppt/slides/slide2\.xml"
    found = verdict(with_part(made["pptx"], part, lambda text: replaced(text, old, new)), "pptx", tmp_path)
    assert found.text == (told,)


def field(instruction: str, result: str) -> str:
    """As Word and LibreOffice write one, with the result of its last run."""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f"<w:instrText> {instruction} </w:instrText>",
        '<w:fldChar w:fldCharType="separate"/>',
        f"<w:t>{result}</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{part}</w:r>" for part in parts)


def test_page_numbers_that_another_program_kept_still_hold(made, tmp_path):
    simple = '<w:fldSimple w:instr="PAGE"/>'
    for kept in (field("PAGE", "9"), '<w:fldSimple w:instr="PAGE"><w:r><w:t>9</w:t></w:r></w:fldSimple>'):
        saved = with_part(made["docx"], r"word/footer1\.xml", lambda text, kept=kept: replaced(text, simple, kept))
        found = verdict(saved, "docx", tmp_path)
        assert found.holds
        assert not found.added


@pytest.mark.parametrize(
    "put",
    [
        field("= 99", "99 %"),
        field("PAGE", "99 %"),
        '<w:fldSimple w:instr="PAGE"><w:r><w:t>99 %</w:t></w:r></w:fldSimple>',
        '<w:r><w:sym w:font="Arial" w:char="0039"/></w:r>',
        '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>P = 99 %</m:t></m:r>'
        "</m:oMath>",
    ],
    ids=["field", "page", "simple", "symbol", "equation"],
)
def test_figures_that_are_no_plain_text_are_found(put, made, tmp_path):
    spoiled = with_part(
        made["docx"], r"word/document\.xml", lambda text: replaced(text, "<w:body>", f"<w:body><w:p>{put}</w:p>")
    )
    assert "9" in verdict(spoiled, "docx", tmp_path).text[0]


def test_hidden_words_are_found(made, tmp_path):
    spoiled = with_part(
        made["docx"],
        r"word/document\.xml",
        lambda text: replaced(text, "<w:r><w:rPr>", "<w:r><w:rPr><w:vanish/>"),
    )
    assert "the file says nothing" in verdict(spoiled, "docx", tmp_path).text[0]


def test_numbers_of_lists_that_were_changed_are_found(made, tmp_path):
    spoiled = with_part(
        made["docx"],
        r"word/numbering\.xml",
        lambda text: text.replace(b'w:lvlText w:val="%1."', b'w:lvlText w:val="99 %"'),
    )
    assert any("“99 % (decimal from 1)” was added" in one for one in verdict(spoiled, "docx", tmp_path).text)


def resaved(content: bytes, change) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_operators(writer: PdfWriter, before: bytes) -> None:
    """Drawn before all else on the first page."""
    page = writer.pages[0]
    stream = DecodedStreamObject()
    stream.set_data(before + page["/Contents"].get_object().get_data())
    page[NameObject("/Contents")] = writer._add_object(stream)


def cropped(writer: PdfWriter) -> None:
    writer.pages[0].cropbox.upper_right = (300, 400)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda writer: with_operators(writer, b"3 Tr\n"), "what is drawn on page 1 is not the one"),
        (lambda writer: with_operators(writer, b"50 Ts\n"), "where text stands on page 1 is not the one"),
        (cropped, "what is drawn on page 1 is not the one"),
        (lambda writer: writer.pages[0].rotate(180), "what is drawn on page 1 is not the one"),
    ],
    ids=["invisible", "raised", "cropped", "turned"],
)
def test_pages_whose_text_cannot_be_seen_are_found(change, told, made, tmp_path):
    found = verdict(resaved(made["pdf"], change), "pdf", tmp_path)
    assert len(found.pictures) == 1
    assert found.pictures[0].startswith(told)


def test_an_empty_page_put_behind_is_found(made, tmp_path):
    found = verdict(resaved(made["pdf"], lambda writer: writer.add_blank_page()), "pdf", tmp_path)
    assert any(one.startswith("what is drawn on page") and one.endswith("was added") for one in found.pictures)


def test_a_sweep_with_letters_beyond_the_usual_is_verified(iraq, tmp_path):
    source = GRID.read_text("utf-8")
    assert "\nscenario: baseline\n" in source
    alone = re.sub(r"(?m)^title: .*$", "title: Posture 🚀", source.replace("\nscenario: baseline\n", "\n"))
    (tmp_path / "own.yaml").write_text(alone, "utf-8")
    made = brief_many(survey(iraq, rows_of(tmp_path / "own.yaml", None, iraq)))
    assert verdict(render(made, "md"), "md", tmp_path).holds


def test_a_sweep_in_a_record_that_was_spoiled_names_the_briefing(iraq, tmp_path):
    content = render(brief_many(survey(iraq, rows_of(GRID, None, iraq))), "md")
    assert b'"grid":{"do.posture"' in content
    with pytest.raises(BadInput) as caught:
        verdict(content.replace(b'"grid":{"do.posture"', b'"grid":{"do.nothing"'), "md", tmp_path)
    assert str(tmp_path / "x.md") in str(caught.value)
    assert "sweep.yaml" not in str(caught.value)


def test_a_long_passage_is_told_by_its_ends():
    told = quoted("begins " + "word " * 500 + "ends")
    assert told.startswith("“begins word")
    assert told.endswith("word ends”")
    assert len(told) < 260
    assert quoted("short") == "“short”"
