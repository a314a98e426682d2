"""All formats or none; the same bytes wherever they are made; nothing in a file is out of `verify`'s sight."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import warnings
import zipfile
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from random import Random

import pytest
from docx import Document
from pptx import Presentation
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText

from tests.conftest import IRAQ, ROOT
from tocsin.errors import BadInput
from tocsin.output import shown
from tocsin.render.files import FORMATS, render, write
from tocsin.render.pdf import png
from tocsin.verify import Verdict, is_same, record_in, verify


def with_edited_text(content, form, old, new, made):
    """The file with some words exchanged, as an editor would; the record stays as it was."""
    match form:
        case "md":
            return replaced(content, old, new)
        case "html":
            head, body = content.split(b"<body>")
            return head + b"<body>" + replaced(body, shown(old), shown(new))
        case "pdf":
            return render(reworded(made, old, new), "pdf")
        case _:
            return with_part(
                content,
                r"word/document\.xml|ppt/slides/slide2\.xml",
                lambda text: replaced(text, shown(old), shown(new)),
            )


def reworded(part, old, new):
    """A briefing, or a part of one, with other words; its record as it is."""
    if isinstance(part, str):
        return part.replace(old, new)
    if isinstance(part, tuple):
        return tuple(reworded(inner, old, new) for inner in part)
    if not is_dataclass(part):
        return part
    return replace(part, **{each.name: reworded(getattr(part, each.name), old, new) for each in fields(part)})


def replaced(text, old, new):
    assert old.encode() in text
    return text.replace(old.encode(), new.encode(), 1)


def with_part(content, name, change):
    """A package with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.namelist():
            part = old.read(each)
            new.writestr(each, change(part) if re.fullmatch(name, each) else part)
    return out.getvalue()


def verdict(content, form, folder):
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


def test_a_real_limit_on_the_size_of_files(tmp_path):
    """Not simulated: the system itself refuses to write on."""
    (tmp_path / "a.md").write_bytes(b"old")
    code = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from tocsin.render.files import write\n"
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
from tocsin.render.files import FORMATS, render
from tocsin.report.record import BriefingOptions
from tocsin.report.compose import compose
from tocsin.files import load_scenario
from tocsin.model import open_model
model = open_model(sys.argv[1] + "/models/iraq-syria-2024")
scenario = load_scenario(sys.argv[1] + "/scenarios/iraq-syria-2024/casus-belli.yaml", model.records)
made = compose(explain(model, scenario), BriefingOptions(marking="TLP:AMBER+STRICT"))
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


def saved_by_python_docx(content):
    document = Document(io.BytesIO(content))
    document.sections[0].footer.add_paragraph("In truth 72 %")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_a_picture_exchanged(content):
    other = png('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"/>')
    return with_part(content, r"(word|ppt)/media/image1\.png", lambda _: other)


def exchanged(part, old, new):
    return lambda content: with_part(content, part, lambda text: text.replace(old, new, 1))


def with_a_part(content, name):
    out = io.BytesIO(content)
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as package:
        warnings.simplefilter("ignore", UserWarning)
        package.writestr(name, b"P = 72 %")
    return out.getvalue()


def with_a_comment(content):
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as package:
        package.comment = b"P = 72 %"
    return out.getvalue()


def saved_by_pypdf(content, change=lambda writer: None):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


STAMP = FreeText(text="Really 72 %", rect=(50, 550, 200, 650))
EDITS = {
    "a foot": ("docx", saved_by_python_docx),
    "a picture": ("docx", with_a_picture_exchanged),
    "a picture on a slide": ("pptx", with_a_picture_exchanged),
    "another part": ("docx", lambda content: with_a_part(content, "word/other.xml")),
    "a part twice": ("docx", lambda content: with_a_part(content, "word/document.xml")),
    "a comment of the zip file": ("pptx", with_a_comment),
    "behind the zip file": ("docx", lambda content: content + b"P = 72 %"),
    "before the zip file": ("docx", lambda content: b"P = 72 %" + content),
    "a hidden slide": ("pptx", exchanged(r"ppt/slides/slide2\.xml", b"<p:sld ", b'<p:sld show="0" ')),
    "a hidden run": ("docx", exchanged(r"word/document\.xml", b"<w:r>", b"<w:r><w:rPr><w:vanish/></w:rPr>")),
    "an alternative text": ("docx", exchanged(r"word/document\.xml", b'descr="', b'descr="72 % ')),
    "a stamp": ("pdf", lambda content: saved_by_pypdf(content, lambda writer: writer.add_annotation(0, STAMP))),
    "a blank page": ("pdf", lambda content: saved_by_pypdf(content, lambda writer: writer.add_blank_page())),
    "behind the pdf": ("pdf", lambda content: content + b"% 72\n"),
    "a style": ("html", lambda c: c.replace(b"</style>", b'h1::after { content: "72 %"; }</style>')),
    "a script": ("html", lambda c: c.replace(b"</body>", b"<script>P()</script></body>")),
    "a hidden section": ("html", lambda c: c.replace(b"<section ", b"<section hidden ", 1)),
    "a fence": ("md", lambda c: c.replace(b"## Sources", b"```\n## Sources", 1)),
    "a space": ("md", lambda c: c.replace(b"## Sources", b"##  Sources", 1)),
}


@pytest.mark.parametrize(("form", "edit"), EDITS.values(), ids=EDITS)
def test_whatever_was_edited_is_not_the_same(form, edit, made):
    """Nothing is looked for: what is written now is the measure."""
    edited = edit(made[form])
    assert edited != made[form]
    assert not is_same(edited, made[form], form)


@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_the_same_parts_in_another_order_and_packing_are_the_same(form, made):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made[form])) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as new:
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
    assert is_same(out.getvalue(), made[form], form)
    assert is_same(made[form], made[form], form)


@pytest.mark.parametrize("form", FORMATS)
def test_any_byte_that_is_another_is_seen(form, made):
    """But for those that say how a zip file was packed, which change no part."""
    random = Random(1)
    for _ in range(150):
        content = bytearray(made[form])
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        if is_same(bytes(content), made[form], form):
            with zipfile.ZipFile(io.BytesIO(content)) as spoiled, zipfile.ZipFile(io.BytesIO(made[form])) as whole:
                assert {n: spoiled.read(n) for n in spoiled.namelist()} == {n: whole.read(n) for n in whole.namelist()}


def test_a_file_saved_by_another_program_is_told_as_changed_with_the_same_words(made, tmp_path):
    found = verdict(saved_by_pypdf(made["pdf"], lambda writer: writer.compress_identical_objects()), "pdf", tmp_path)
    assert not found.holds
    assert found == Verdict(False, (), (), ())


# Templates


def as_template(content):
    """What Office writes as .dotx or .potx: one content type differs."""
    main = rb"(document|presentation)\.main\+xml"
    return with_part(content, r"\[Content_Types\]\.xml", lambda text: re.sub(main, b"template.main+xml", text))


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
    pinned = record_in(made, form, "here").template
    assert pinned is not None
    assert pinned.name == f"house.{suffix}"
    assert verdict(made, form, tmp_path).holds
    apart = tmp_path / "apart"
    apart.mkdir()
    found = verdict(made, form, apart)
    assert not found.holds
    assert found.agrees
    assert f"it has the styles of house.{suffix}, which is not here" in found.others[0]
    assert verify(apart / f"x.{form}", IRAQ, template=tmp_path / f"house.{suffix}").holds
    (tmp_path / f"other.{suffix}").write_bytes(made)
    with pytest.raises(BadInput, match="is not the template that"):
        verify(apart / f"x.{form}", IRAQ, template=tmp_path / f"other.{suffix}")
