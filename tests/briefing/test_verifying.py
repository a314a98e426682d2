"""A sceptic's questions: does it still follow, and was a digit changed by hand?"""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import replace

import pytest
from docx import Document
from pptx import Presentation

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


def test_a_figure_of_the_record_that_was_spoiled_is_told(files, tmp_path):
    text = (files / "brief.md").read_text("utf-8")
    (tmp_path / "x.md").write_text(text.replace('"p":0.27', '"q":0.27'), "utf-8")
    assert "israeli_strike: recorded what cannot be read" in verify(tmp_path / "x.md", IRAQ).figures[0]


@pytest.mark.parametrize(
    ("old", "new"), [('"draws":', '"drawn":'), ('"run":{', '"run":[{'), ('"since":null', '"table":{}')]
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
