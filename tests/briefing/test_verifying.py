"""A sceptic's questions: does it still follow, and was a digit changed by hand?"""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from pptx import Presentation

from tests.briefing.test_trust import replaced, with_edited_text, with_part
from tests.conftest import IRAQ
from tocsin.briefing import FORMATS, NoRecord, read, render
from tocsin.briefing.verifying import verify


@pytest.fixture(scope="module")
def files(full, tmp_path_factory):
    folder = tmp_path_factory.mktemp("briefs")
    for form in FORMATS:
        (folder / f"brief.{form}").write_bytes(render(full, form))
    return folder


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_an_untouched_briefing_holds(form, files):
    found = verify(files / f"brief.{form}", IRAQ)
    assert found.holds
    assert not found.notes
    assert not found.added


def edited(content: bytes, form: str, full) -> bytes:
    """The first 27 % of the text made a 37 %, as an editor would; the record stays as it was."""
    match form:
        case "md":
            return content.replace(b"27 %", b"37 %", 1)
        case "html":
            head, body = content.split(b"<body>")
            return head + b"<body>" + body.replace(b"27\xc2\xa0%", b"37\xc2\xa0%", 1)
        case "pdf":
            line = full.bottom_line.replace("27\u00a0%", "37\u00a0%", 1)
            return render(replace(full, bottom_line=line), "pdf")
        case _:
            return _edited_office(content, form)


def _edited_office(content: bytes, form: str) -> bytes:
    out = io.BytesIO()
    opened = Document(io.BytesIO(content)) if form == "docx" else Presentation(io.BytesIO(content))
    if form == "docx":
        paragraphs = opened.paragraphs
    else:
        shapes = [shape for slide in opened.slides for shape in slide.shapes if shape.has_text_frame]
        paragraphs = [paragraph for shape in shapes for paragraph in shape.text_frame.paragraphs]
    run = next(run for paragraph in paragraphs for run in paragraph.runs if "27\u00a0%" in run.text)
    run.text = run.text.replace("27\u00a0%", "37\u00a0%", 1)
    opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize("form", FORMATS)
def test_a_digit_changed_by_hand_is_found(form, files, full, tmp_path):
    spoiled = edited((files / f"brief.{form}").read_bytes(), form, full)
    (tmp_path / f"spoiled.{form}").write_bytes(spoiled)
    found = verify(tmp_path / f"spoiled.{form}", IRAQ)
    assert not found.holds
    assert not found.figures
    assert len(found.text) == 1
    assert "the model gives “27" in found.text[0]
    assert "the file says “37" in found.text[0]


def test_words_turned_round_do_not_hold(files, tmp_path):
    text = (files / "brief.md").read_text("utf-8")
    (tmp_path / "x.md").write_text(text.replace("up from", "down from", 1), "utf-8")
    assert "the file says “down”, the model gives “up”" in verify(tmp_path / "x.md", IRAQ).text[0]


@pytest.mark.parametrize("form", FORMATS)
def test_a_word_put_into_a_sentence_does_not_hold(form, files, full, tmp_path):
    """No figure is touched, and the sentence says the opposite."""
    assert "” is unlikely" in full.bottom_line
    content = (files / f"brief.{form}").read_bytes()
    if form == "pptx":
        part = r"ppt/slides/slide1\.xml"
        spoiled = with_part(content, part, lambda text: replaced(text, "” is unlikely", "” is not unlikely"))
    else:
        spoiled = with_edited_text(content, form, "” is unlikely", "” is not unlikely", full)
    (tmp_path / f"x.{form}").write_bytes(spoiled)
    found = verify(tmp_path / f"x.{form}", IRAQ)
    assert not found.holds
    assert not found.added
    assert any("is … unlikely" in one and "the file says “not”, the model gives nothing" in one for one in found.text)


@pytest.mark.parametrize("breaks", ["\n\nnot\n\n", "\nnot "])
def test_a_sentence_torn_for_a_word_between_does_not_hold(breaks, files, tmp_path):
    text = (files / "brief.md").read_text("utf-8")
    assert "” is unlikely" in text
    (tmp_path / "x.md").write_text(text.replace("” is unlikely", f"” is{breaks}unlikely", 1), "utf-8")
    assert not verify(tmp_path / "x.md", IRAQ).holds


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<!--\n", "\n-->\n\n"),
        ("<!-- seen -->\n<!--\n", "\n-->\n\n"),
        ("<details hidden>\n\n", "</details>\n\n"),
        ("```\n", "```\n\n"),
        ("~~~\n", "~~~\n\n"),
        ("<!--\n", ""),
    ],
)
def test_a_section_of_markdown_that_is_hidden_does_not_hold(before, after, files, tmp_path):
    text = (files / "brief.md").read_text("utf-8")
    head, rest = text.split("## Sources", 1)
    section, tail = rest.split("\n## ", 1)
    hidden = f"{head}{before}## Sources{section}{after}\n## {tail}"
    (tmp_path / "x.md").write_text(hidden, "utf-8")
    assert not verify(tmp_path / "x.md", IRAQ).holds


def test_a_reader_s_own_lines_in_markdown_are_told(files, tmp_path):
    text = (files / "brief.md").read_text("utf-8")
    assert "\n## Sources" in text
    own = "\nSeen by the desk officer.\n\n<!-- agreed -->\n\n## Sources"
    (tmp_path / "x.md").write_text(text.replace("\n## Sources", own, 1), "utf-8")
    found = verify(tmp_path / "x.md", IRAQ)
    assert found.holds
    assert found.added == ("“Seen by the desk officer.”", "“agreed”")
    for figure in ("Three in ½ of cases.", "99 per cent."):
        (tmp_path / "x.md").write_text(text.replace("\n## Sources", f"\n{figure}\n\n## Sources", 1), "utf-8")
        assert verify(tmp_path / "x.md", IRAQ).text[0].startswith("a line of its own: the file says")


def test_a_reader_s_own_sentence_is_told_and_holds(files, tmp_path):
    document = Document(str(files / "brief.docx"))
    document.paragraphs[4].insert_paragraph_before("Seen by the desk officer.")
    document.save(str(tmp_path / "x.docx"))
    found = verify(tmp_path / "x.docx", IRAQ)
    assert found.holds
    assert found.added == ("“Seen by the desk officer.”",)


def test_a_changed_model_names_the_figures_that_no_longer_follow(files, tmp_path):
    folder = shutil.copytree(IRAQ, tmp_path / "models" / IRAQ.name)
    text = (folder / "statements.yaml").read_text("utf-8")
    assert text.count("words: not unlikely") == 1
    (folder / "statements.yaml").write_text(text.replace("words: not unlikely", "words: likely"), "utf-8")
    found = verify(files / "brief.md", folder)
    assert not found.holds
    assert "the model has changed since" in found.notes[0]
    told = next(one for one in found.figures if one.startswith("israeli_strike"))
    assert "recorded unlikely, 27 % [13–42]" in told
    assert "the model gives unlikely, 32 %" in told
    assert not any(one.startswith("syrian_advance") for one in found.figures)


def test_a_record_changed_by_hand_is_found(files, tmp_path):
    text = (files / "brief.md").read_text("utf-8")
    assert '"p":0.27' in text
    (tmp_path / "x.md").write_text(text.replace('"p":0.27', '"p":0.37'), "utf-8")
    assert "israeli_strike: recorded unlikely, 37 %" in verify(tmp_path / "x.md", IRAQ).figures[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"draws":1024', '"draws":1e99', "run.draws is '1e+99' and must be a whole number from 1 to 65536"),
        ('"draws":1024', '"draws":-1', "run.draws is '-1'"),
        ('"draws":1024', '"draws":"abc"', "run.draws is 'abc'"),
        ('"draws":1024', '"draws":100000000', "run.draws is '100000000'"),
        ('"draws":1024', '"draws":true', "run.draws is 'True'"),
        ('"seed":20241201', '"seed":-1', "run.seed is '-1'"),
        ('"interval":0.8', '"interval":NaN', "run.interval is 'nan'"),
        ('"version":"0', '"version":0,"x":"0', "run.version is '0' and must be text"),
        ('"p":0.27', '"p":"NaN","x":0.27', "israeli_strike.p is 'NaN' and must be a number from 0 to 1"),
        ('"as_of":"', '"as_of":"x', "and must be a day such as 2024-12-01"),
    ],
)
def test_a_field_of_the_record_that_cannot_be_is_named(old, new, told, files, tmp_path):
    """Checked on reading, before any memory is asked for, so that `--since` is told too."""
    text = (files / "brief.md").read_text("utf-8")
    assert old in text
    (tmp_path / "x.md").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(NoRecord, match="the run record in it cannot be read") as caught:
        read(tmp_path / "x.md")
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (r'"scenario_digest":"\w', '"scenario_digest":"x', "digest of the scenario"),
        ('"lexicon":"icd203"', '"lexicon":"phia"', "lexicon in the run record: phia, not icd203"),
        ('"interval":0.8', '"interval":0.9', "interval in the run record: 0.9, not 0.8"),
        (r'"p_evidence":0\.\d+', '"p_evidence":0.9', "probability of the evidence in the run record: 0.9"),
        (r'"effective_draws":[\d.]+', '"effective_draws":1.4', "effective draws in the run record: 1.4"),
        ('"facts":{"framing":"', '"facts":{"framing":"not ', "evidence in the run record: not what the model gives"),
        ('"N1":"', '"N1":"0', "statements in the run record: not what the model gives"),
    ],
)
def test_a_field_of_the_record_that_the_model_does_not_give_is_found(old, new, told, files, tmp_path):
    """A later briefing is compared with these, so that they count like what is printed."""
    text, count = re.subn(old, new, (files / "brief.md").read_text("utf-8"), count=1)
    assert count
    (tmp_path / "x.md").write_text(text, "utf-8")
    figures = verify(tmp_path / "x.md", IRAQ).figures
    assert len(figures) == 1
    assert figures[0].startswith(told)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"draws":', '"drawn":'),
        ('"run":{', '"run":[{'),
        ('"since":null', '"table":{}'),
        ('"p":0.27', '"q":0.27'),
        ('"TLP:', '"\\ud83d TLP:'),
        ('"since":null', f'"since":{"[" * 100_000}'),
    ],
)
def test_a_record_that_was_spoiled_is_refused(old, new, files, tmp_path):
    text = (files / "brief.md").read_text("utf-8")
    assert old in text
    (tmp_path / "x.md").write_text(text.replace(old, new), "utf-8")
    with pytest.raises(NoRecord, match="the run record in it cannot be read"):
        verify(tmp_path / "x.md", IRAQ)


def test_what_is_no_briefing_is_said(tmp_path):
    (tmp_path / "x.md").write_text("# Nothing\n", "utf-8")
    with pytest.raises(NoRecord, match="carries no run record"):
        read(tmp_path / "x.md")
    for form in ("pdf", "docx", "pptx"):
        (tmp_path / f"x.{form}").write_bytes(b"junk")
        with pytest.raises(NoRecord, match=f"is no {form.upper()} file"):
            read(tmp_path / f"x.{form}")
    (tmp_path / "x.txt").write_text("x", "utf-8")
    with pytest.raises(NoRecord, match=r"no briefing is written as \.txt"):
        read(tmp_path / "x.txt")


def test_entities_in_a_package_are_refused(files, tmp_path):
    with zipfile.ZipFile(files / "brief.docx") as old, zipfile.ZipFile(tmp_path / "x.docx", "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "word/document.xml":
                text = b'<!DOCTYPE x [<!ENTITY a "b">]>' + text.split(b"?>", 1)[1]
            new.writestr(name, text)
    with pytest.raises(NoRecord, match="declares entities"):
        read(tmp_path / "x.docx")
