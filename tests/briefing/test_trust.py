"""All formats or none; the same bytes wherever they are made; nothing in a file is out of `verify`'s sight."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from pptx import Presentation
from pptx.util import Pt
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

from tests.conftest import IRAQ, ROOT
from tocsin.briefing import FORMATS, render, write
from tocsin.briefing.content import Briefing, Picture, told
from tocsin.briefing.reading import parse
from tocsin.briefing.renderers.typesetting import png
from tocsin.briefing.verifying import verify


def with_edited_text(content: bytes, form: str, old: str, new: str, made: Briefing) -> bytes:
    """The file with some words exchanged, as an editor would; the record stays as it was."""
    match form:
        case "md":
            plain = [text.replace("\u00a0", " ").encode() for text in (old, new)]
            assert plain[0] in content
            return content.replace(plain[0], plain[1], 1)
        case "html":
            head, body = content.split(b"<body>")
            assert old.encode() in body
            return head + b"<body>" + body.replace(old.encode(), new.encode(), 1)
        case "pdf":
            return render(told(made, lambda text: text.replace(old, new)), "pdf")
        case _:
            return with_part(
                content, r"word/document\.xml|ppt/slides/slide2\.xml", lambda text: replaced(text, old, new)
            )


def replaced(text: bytes, old: str, new: str) -> bytes:
    assert old.encode() in text
    return text.replace(old.encode(), new.encode(), 1)


def with_part(content: bytes, name: str, change) -> bytes:
    """A package with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            part = old.read(each)
            new.writestr(each, change(part) if re.fullmatch(name, each) else part)
    return out.getvalue()


@pytest.fixture(scope="module")
def made(full):
    return {form: render(full, form) for form in FORMATS}


def verdict(content: bytes, form: str, folder: Path):
    (folder / f"x.{form}").write_bytes(content)
    return verify(folder / f"x.{form}", IRAQ)


# All formats or none


@pytest.mark.parametrize("last", [1, 2, 3])
def test_a_failure_between_renames_puts_the_old_files_back(last, tmp_path, monkeypatch):
    old = {"a.md": b"old a", "c.md": b"old c"}
    for name, content in old.items():
        (tmp_path / name).write_bytes(content)
    real, done = Path.replace, []

    def failing(self, target):
        if Path(target).suffix == ".md" and ".old." not in self.name:
            done.append(target)
            if len(done) == last:
                raise OSError(5, "Input/output error", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="Input/output error"):
        write(tmp_path, {"a.md": b"new a", "b.md": b"new b", "c.md": b"new c"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == old


def test_all_are_new_or_none_without_links(tmp_path, monkeypatch):
    """On file systems that have no links the old content is copied."""
    (tmp_path / "a.md").write_bytes(b"old")

    def no_links(self, target):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    write(tmp_path, {"a.md": b"new", "b.md": b"new"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.md": b"new", "b.md": b"new"}


def test_no_space_left_when_the_bytes_reach_the_disk(tmp_path, monkeypatch):
    (tmp_path / "a.md").write_bytes(b"old")

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path, {"a.md": b"new", "b.md": b"new"})
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.md": b"old"}


def test_a_real_limit_on_the_size_of_files(tmp_path):
    """Not simulated: the system itself refuses to write on."""
    (tmp_path / "a.md").write_bytes(b"old")
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from tocsin.briefing import write\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "try:\n"
        "    write(Path(sys.argv[1]), {'a.md': b'new', 'b.md': b'x' * 9999})\n"
        "except OSError as error:\n"
        "    print(error.strerror)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code, tmp_path], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout == "File too large\n"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.md": b"old"}


# The same bytes


CODE = """
import hashlib, json, sys
from tocsin.analysis.explain import explain
from tocsin.briefing import FORMATS, Order, compose, render
from tocsin.files import load_scenario
from tocsin.opening import open_model
model = open_model(sys.argv[1] + "/models/iraq-syria-2024")
scenario = load_scenario(sys.argv[1] + "/scenarios/iraq-syria-2024/casus-belli.yaml", model.records)
made = compose(explain(model, scenario), Order(marking="TLP:AMBER+STRICT"))
print(json.dumps({form: hashlib.sha256(render(made, form)).hexdigest() for form in FORMATS}))
"""


@pytest.mark.parametrize(
    "surroundings",
    [
        {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1", "COLUMNS": "40"},
        {
            "TZ": "America/Adak",
            "LC_ALL": "C.UTF-8",
            "LANG": "ar_IQ.UTF-8",
            "PYTHONHASHSEED": "4711",
            "SOURCE_DATE_EPOCH": "1",
        },
    ],
    ids=["C", "ar"],
)
def test_the_same_bytes_in_other_surroundings(surroundings, made, tmp_path):
    """Time zone, locale, hash seed, working folder, home, and user name have no part in a file."""
    home = {"HOME": str(tmp_path), "USER": "somebody", "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-W", "ignore", "-c", CODE, ROOT]
    ran = subprocess.run(command, cwd=tmp_path, env=home | surroundings, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == {form: hashlib.sha256(made[form]).hexdigest() for form in FORMATS}


# Nothing out of sight


def test_the_marking_in_a_page_head_is_compared(made, full, tmp_path):
    spoiled = with_part(made["docx"], r"word/header\d+\.xml", lambda text: replaced(text, full.marking, "TLP:CLEAR"))
    found = verdict(spoiled, "docx", tmp_path)
    assert not found.holds
    assert found.text == (f"a page head, foot or note: “{full.marking}” is missing",)
    assert found.added == ("“TLP:CLEAR”",)


def test_a_figure_in_a_page_foot_is_found(made, tmp_path):
    document = Document(io.BytesIO(made["docx"]))
    document.sections[0].footer.add_paragraph("In truth 72 %")
    out = io.BytesIO()
    document.save(out)
    assert "In truth 72 %" in verdict(out.getvalue(), "docx", tmp_path).text[0]


def test_a_figure_in_speaker_notes_is_found(made, tmp_path):
    show = Presentation(io.BytesIO(made["pptx"]))
    show.slides[1].notes_slide.notes_text_frame.text = "Say that it is 72 %."
    out = io.BytesIO()
    show.save(out)
    found = verdict(out.getvalue(), "pptx", tmp_path)
    assert any("Say that it is 72 %." in one for one in found.text)
    show.slides[1].notes_slide.notes_text_frame.text = "Pause here."
    out = io.BytesIO()
    show.save(out)
    found = verdict(out.getvalue(), "pptx", tmp_path)
    assert found.holds
    assert "“Pause here.”" in found.added


def test_text_on_a_layout_is_found(made, tmp_path):
    show = Presentation(io.BytesIO(made["pptx"]))
    show.slides[0].slide_layout.shapes  # noqa: B018  # opened, so that it is written
    box = show.slides[0].shapes.add_textbox(0, 0, Pt(200), Pt(20))
    box.text_frame.text = "Really 72 %"
    layout = show.slides[0].slide_layout
    layout.shapes._spTree.append(box._element)
    out = io.BytesIO()
    show.save(out)
    found = verdict(out.getvalue(), "pptx", tmp_path)
    assert any("Really 72 %" in one for one in found.text)


def test_a_note_put_on_a_page_of_the_pdf_is_found(made, tmp_path):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made["pdf"])))
    writer.add_annotation(0, FreeText(text="Really 72 %", rect=(50, 550, 200, 650)))
    out = io.BytesIO()
    writer.write(out)
    found = verdict(out.getvalue(), "pdf", tmp_path)
    assert any("Really 72 %" in one for one in found.text)
    assert not found.pictures


@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_an_exchanged_picture_is_found(form, made, tmp_path):
    other = png('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"/>')
    first = r"word/media/image1\.png|ppt/media/image1\.png"
    found = verdict(with_part(made[form], first, lambda _: other), form, tmp_path)
    assert not found.holds
    assert len(found.pictures) == 1
    assert found.pictures[0].endswith("is not the one that is drawn from the model now")
    assert not found.text


def test_a_picture_of_a_reader_s_own_is_told(made, tmp_path):
    document = Document(io.BytesIO(made["docx"]))
    document.add_picture(io.BytesIO(png('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')))
    out = io.BytesIO()
    document.save(out)
    assert verdict(out.getvalue(), "docx", tmp_path).pictures == ("picture 3 was added",)


def longer_bar(svg: str) -> str:
    """The same words and figures, with a bar that says otherwise."""
    changed, count = re.subn(r'(height="12" rx="2")', r'\1 transform="translate(9 0)"', svg, count=1)
    assert count
    return changed


def test_a_bar_that_was_moved_is_found(made, full, tmp_path):
    head, body = made["html"].decode().split("<body>")
    assert verdict(f"{head}<body>{longer_bar(body)}".encode(), "html", tmp_path).pictures[0].startswith("picture 1 ")
    sections = []
    for section in full.sections:
        blocks = tuple(
            replace(block, svg=longer_bar(block.svg))
            if isinstance(block, Picture) and section.key == "outcomes"
            else block
            for block in section.blocks
        )
        sections.append(replace(section, blocks=blocks))
    found = verdict(render(replace(full, sections=tuple(sections)), "pdf"), "pdf", tmp_path)
    assert not found.text
    assert found.pictures == ("what is drawn on page 2 is not the one that is drawn from the model now",)


def test_a_style_that_writes_is_found(made, tmp_path):
    spoiled = made["html"].replace(b"</style>", b'h1::after { content: "72 %"; }</style>')
    assert verdict(spoiled, "html", tmp_path).pictures[0].startswith("the style sheet ")


def test_a_pdf_saved_by_another_program_still_holds(made, tmp_path):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(made["pdf"])))
    writer.compress_identical_objects()
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue() != made["pdf"]
    assert verdict(out.getvalue(), "pdf", tmp_path).holds


# Templates


def as_template(content: bytes) -> bytes:
    """What Office writes as .dotx or .potx: one content type differs."""
    swaps = ((b"document.main+xml", b"template.main+xml"), (b"presentation.main+xml", b"template.main+xml"))
    return with_part(content, r"\[Content_Types\]\.xml", lambda text: _swapped(text, swaps))


def _swapped(text: bytes, swaps) -> bytes:
    for old, new in swaps:
        text = text.replace(old, new)
    assert b"template.main+xml" in text
    return text


@pytest.mark.parametrize(("form", "suffix"), [("docx", "dotx"), ("pptx", "potx")])
def test_templates_of_office_are_taken(form, suffix, full, tmp_path):
    out = io.BytesIO()
    if form == "docx":
        own = Document()
        own.sections[0].header.paragraphs[0].text = "Ministry, telephone 555 123"
        own.save(out)
    else:
        Presentation().save(out)
    (tmp_path / f"house.{suffix}").write_bytes(as_template(out.getvalue()))
    made = render(full, form, tmp_path / f"house.{suffix}")
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert b"template.main+xml" not in package.read("[Content_Types].xml")
    assert parse(made, form, "here").template == f"house.{suffix}"
    found = verdict(made, form, tmp_path)
    assert found.holds
    assert f"written with the styles of house.{suffix}" in found.notes[0]
    if form == "docx":
        assert "“Ministry, telephone 555 123”" in found.added
