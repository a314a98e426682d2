"""Reports of every form come to the same paragraphs; what cannot be read is told in one message."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from functools import cache, partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import IRAQ, call
from tocsin.authoring import documents
from tocsin.authoring.documents import Passage, Report, read_report
from tocsin.authoring.draft_file import written
from tocsin.authoring.drafting import MOST_QUOTED, draft
from tocsin.errors import BadInput
from tocsin.files import load_model
from tocsin.files.yaml12 import parse

FIRST = "Ann Lee said that the dam may fail within the next two weeks, and nobody in the lower town has left it so far."
SECOND = "“It is not unlikely,” she added, “that we shall open the gates on Monday.”"
PARAGRAPHS = (Passage("Lead, paragraph 1", FIRST), Passage("What is feared, paragraph 1", SECOND))
PAGE = f"""<!doctype html><html><head><title>The dam | The Courier</title>
<meta property="og:site_name" content="The Courier"><meta property="article:published_time" content="2025-03-04T05:06">
<style>p {{ color: red }}</style><script>var text = "Ann Lee said that this is code.";</script></head>
<body><nav><p>Home and all the news of the day</p></nav><header>Ann Lee said that this is a header.</header>
<article><h1>The dam</h1><p>{FIRST}<ul><li><a href="/x">Read more about it on other pages</a></li></ul>
<h2>What is feared</h2><div><p>{SECOND}<br></p></div></article><footer>All rights are reserved by us.</footer></body></html>"""


def paragraphs(path):
    return read_report(path).paragraphs


def test_plain_text_in_long_lines_in_wrapped_lines_and_with_marks_for_headings(tmp_path):
    path = tmp_path / "dam.txt"
    path.write_text(f"The dam\n{FIRST}\nWhat is feared\n{SECOND}\n", "utf-8")
    assert read_report(path) == Report(PARAGRAPHS, "The dam")
    wrapped = FIRST.replace("the next", "the\nnext").replace("lower town", "lower\ntown")
    path.write_text(f"The dam\n\n{wrapped}\n\nWhat is feared\n\n{SECOND}\n", "utf-8")
    assert read_report(path) == Report(PARAGRAPHS, "The dam")
    path.with_suffix(".md").write_bytes(
        f"# The dam\r\n\r\n{FIRST}\r\n\r\n## What is feared\r\n{SECOND}".encode("utf-8-sig")
    )
    assert read_report(path.with_suffix(".md")) == Report(PARAGRAPHS, "The dam")


@pytest.mark.parametrize(
    ("dateline", "publisher"),
    [
        ("Daily News/ ", "Daily News"),
        ("PORT ESK (The Courier) - ", "The Courier"),
        ("PORT ESK, June 3 — ", ""),
        ("", ""),
    ],
)
def test_a_dateline_names_the_publisher_and_is_no_statement(dateline, publisher, tmp_path):
    path = tmp_path / "dam.txt"
    path.write_text(dateline + FIRST, "utf-8")
    assert read_report(path) == Report(PARAGRAPHS[:1], "", publisher)


def test_a_page_without_its_menus_scripts_and_footers(tmp_path):
    path = tmp_path / "dam.html"
    path.write_text(PAGE, "utf-8")
    assert read_report(path) == Report(PARAGRAPHS, "The dam", "The Courier", "2025-03-04")


def test_a_page_that_is_no_article_and_broken_tags(tmp_path):
    path = tmp_path / "dam.htm"
    path.write_text(f"<p>{FIRST}</div></p></p><h2>What is feared<p>{SECOND}</b></html>", "utf-8")
    assert [paragraph.text for paragraph in paragraphs(path)] == [FIRST, SECOND]


def test_a_word_file(tmp_path):
    docx = pytest.importorskip("docx")
    path = tmp_path / "dam.docx"
    document = docx.Document()
    document.core_properties.title = "The dam"
    document.add_paragraph(FIRST)
    document.add_heading("What is feared")
    document.add_paragraph(SECOND)
    document.add_table(1, 2).cell(0, 1).text = "Ann Lee said that the table holds it too."
    document.save(path)
    found = read_report(path)
    assert found.title == "The dam"
    assert found.paragraphs[:2] == PARAGRAPHS
    assert found.paragraphs[2].text == "Ann Lee said that the table holds it too."


def test_a_pdf_says_on_which_page(tmp_path):
    typst = pytest.importorskip("typst")
    pytest.importorskip("pypdf")
    (tmp_path / "dam.typ").write_text(
        f"#set page(width: 12cm)\n{FIRST}\n\n= What is feared\n{SECOND}\n#pagebreak()\nAnn Lee said that a page was turned here.",
        "utf-8",
    )
    path = tmp_path / "dam.pdf"
    path.write_bytes(typst.compile(tmp_path / "dam.typ"))
    found = [(paragraph.where, paragraph.text.replace("”", '"').replace("“", '"')) for paragraph in paragraphs(path)]
    assert found[0] == ("page 1, paragraph 1", FIRST)
    assert found[-1] == ("page 2, paragraph 1", "Ann Lee said that a page was turned here.")
    assert SECOND.replace("”", '"').replace("“", '"') in [text for _, text in found]


@pytest.mark.parametrize("tags", ["<p>a b c.", "<div><b>a b c.", "</p>", "<a href=x>", "<nav>"])
def test_a_page_of_many_tags_takes_little_time(tags, tmp_path):
    path = tmp_path / "dam.html"
    path.write_text(tags * (200_000 // len(tags)) + f"<p>{FIRST}", "utf-8")
    with suppress(BadInput):
        read_report(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.exe", b"x", "is not read; drafts are made of .txt, .md, .html, .htm, .docx, .pdf"),
        ("a.txt", b"", "holds no sentence; a scan without text must go through text recognition first"),
        ("a.txt", b"\xff\xfea\x00", "is UTF-16, not UTF-8 text; save it as UTF-8"),
        ("a.html", b"caf\xe9", "is not UTF-8 text; save it as UTF-8"),
        ("a.docx", b"PK no zip", "is no Word file that can be read; save it anew"),
        ("a.pdf", b"%PDF-1.7 no more", "is no PDF that can be read; save it as text"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_one_message(name, content, message, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput) as told:
        read_report(path)
    (problem,) = told.value.problems
    assert problem.message.startswith(message)
    assert problem.file == str(path)
    assert call("draft", path, "--model", IRAQ, expect=1).output.count("\n") == 1


def test_folders_and_what_is_too_large_are_refused(tmp_path, monkeypatch):
    with pytest.raises(BadInput, match="is a folder; name the files in it"):
        read_report(tmp_path)
    path = tmp_path / "a.txt"
    path.write_text(f"{FIRST}\n" * 3, "utf-8")
    monkeypatch.setattr(documents, "MOST_LETTERS", 3 * len(FIRST) - 1)
    with pytest.raises(BadInput, match="holds 330 characters; at most 329 are read"):
        read_report(path)
    monkeypatch.setattr(documents, "MOST_BYTES", 100)
    with pytest.raises(BadInput, match="the file has 333 bytes; at most 100 are read"):
        read_report(path)


def test_a_word_file_that_swells_is_not_unpacked(tmp_path):
    pytest.importorskip("docx")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * (documents.MOST_UNPACKED + 1))
    path = tmp_path / "bomb.docx"
    path.write_bytes(packed.getvalue())
    assert len(packed.getvalue()) < documents.MOST_BYTES
    with pytest.raises(BadInput, match="unpacks to more than"):
        read_report(path)


iraq = cache(partial(load_model, IRAQ))
WORDS = st.sampled_from(
    ["Ann Lee", "said", "that", "“", "”", '"', "'", ",", ".", "?", "he", "may", "not", "unlikely", "one in three", "according to",
     "the mayor", "and", "while", "by", "was reported", "adding", "; ", "—", "Maj. Gen.", "is", "…", "\u202e", "12 %", "put the odds"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=60).map(" ".join))
def test_any_text_is_drafted_and_read_back(text):
    model = iraq()
    drafts = draft([("x", Report((Passage("Lead, paragraph 1", text),)))], model)
    assert all(len(entry.quote) <= MOST_QUOTED for entry in drafts.drafts)
    content = parse(written(drafts), "drafts.yaml").value
    assert [entry["quote"] for entry in content["drafts"] or ()] == [entry.quote for entry in drafts.drafts]


@pytest.mark.parametrize(
    "part", ["said ", "that said, ", "“", "Ann ", "as a ", "while x has, ", "by the ", "not ", "A", "1 in ", ", and "]
)
def test_long_and_dull_text_takes_little_time(part):
    # Bounded by the regular expressions and the length of a sentence; a hang would be stopped by the suite's limit.
    model = iraq()
    text = part * (60_000 // len(part)) + ". " + (part * (1_900 // len(part)) + ". ") * 10
    assert draft([("x", Report((Passage("Lead, paragraph 1", text),)))], model).model == "iraq-syria-2024"


def test_what_never_ends_is_read_as_far_as_the_bound(tmp_path):
    endless = tmp_path / "a.txt"
    endless.symlink_to("/dev/zero")
    with pytest.raises(BadInput, match="has more than 4,000,000 bytes; at most 4,000,000 are read"):
        read_report(endless)
