"""`tocsin brief` and `tocsin verify`: files whole or not at all, clear errors, templates, several scenarios."""

import io
import os
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from docx import Document
from docx.shared import RGBColor
from pptx import Presentation

from tests.conftest import call
from tocsin.errors import BadInput
from tocsin.render.files import FORMATS, check_template, render, write
from tocsin.render.plain_text import words
from tocsin.verify import record_in


@pytest.mark.slow
def test_all_formats_then_verified(at_root, tmp_path):
    out = tmp_path / "briefs" / "new"
    shown = call("brief", "casus-belli", "--out", out, "--format", ",".join(FORMATS), "--length", "summary")
    assert sorted(path.name for path in out.iterdir()) == sorted(f"casus-belli.{form}" for form in FORMATS)
    assert len(shown.output.split()) == 5
    assert "casus-belli.html: holds" in call("verify", out / "casus-belli.html").output
    text = (out / "casus-belli.md").read_text("utf-8").replace("21 %", "72 %", 1)
    (out / "casus-belli.md").write_text(text, "utf-8")
    told = call("verify", out / "casus-belli.md", expect=1).output
    assert "the recorded figures follow from the model\nthe file was changed since it was written:\n" in told
    assert "72 %" in told
    assert "casus-belli.md: does not hold" in told


@pytest.mark.slow
def test_several_scenarios_since_an_earlier_one(at_root, tmp_path):
    call("brief", "--out", tmp_path, "--format", "md", "--length", "full", "--marking", "TLP:GREEN")
    call(
        "brief", "casus-belli", "assad-falls", "--out", tmp_path, "--format", "md", "--since", tmp_path / "baseline.md"
    )
    text = (tmp_path / "assad-falls.md").read_text("utf-8")
    assert "Compared with the briefing on “Baseline”" in text
    assert "TLP:GREEN" in (tmp_path / "baseline.md").read_text("utf-8")
    assert "assad-falls.md: holds" in call("verify", tmp_path / "assad-falls.md").output


def test_a_template_gives_styles_and_its_heads_and_no_other_text(full, tmp_path):
    own = Document()
    own.add_paragraph("Old letter of the ministry")
    own.sections[0].header.paragraphs[0].text = "Ministry"
    own.styles["Heading 1"].font.color.rgb = RGBColor(0x12, 0x34, 0x56)
    bullet = own.styles["List Bullet"].element
    bullet.getparent().remove(bullet)
    own.save(str(tmp_path / "house.docx"))
    made = Document(io.BytesIO(render(full, "docx", tmp_path / "house.docx")))
    assert made.styles["Heading 1"].font.color.rgb == RGBColor(0x12, 0x34, 0x56)
    assert "Old letter of the ministry" not in [line.text for line in made.paragraphs]
    assert "List Bullet" in {line.style.name for line in made.paragraphs}
    assert [line.text for line in made.sections[0].header.paragraphs] == ["Ministry", full.marking]


def test_a_slide_template_gives_its_size_and_not_its_slides(full, tmp_path):
    own = Presentation()
    own.slides.add_slide(own.slide_layouts[0]).shapes.title.text = "Old talk"
    own.save(str(tmp_path / "house.pptx"))
    made = Presentation(io.BytesIO(render(full, "pptx", tmp_path / "house.pptx")))
    assert made.slide_width == own.slide_width
    assert len(made.slides) == len(full.slides) + 1
    assert made.slides[0].shapes.title.text_frame.text == full.title


@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_an_earlier_briefing_as_a_template_leaves_its_record_behind(form, full, tmp_path):
    earlier = tmp_path / f"earlier.{form}"
    earlier.write_bytes(render(replace(full, record=full.record.model_copy(update={"as_of": date(1999, 1, 1)})), form))
    made = render(full, form, earlier)
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        records = [name for name in package.namelist() if name.startswith("customXml/tocsin")]
    assert len(records) == 1
    assert record_in(made, form, "here").as_of == full.record.as_of


def test_templates_that_cannot_be_used(full, at_root, tmp_path):
    told = call("brief", "--out", tmp_path, "--format", "docx", "--template", tmp_path / "no.docx", expect=1).stderr
    assert "there is no such template" in told
    with pytest.raises(BadInput, match="serves none of the formats"):
        check_template(tmp_path / "house.docx", ["pdf"])
    for form in ("docx", "pptx"):
        (tmp_path / f"junk.{form}").write_bytes(b"junk")
        with pytest.raises(BadInput, match="that can be used as a template"):
            render(full, form, tmp_path / f"junk.{form}")


def test_bad_usage_is_status_2(at_root, tmp_path):
    told = call("brief", "--out", tmp_path, "--format", "pdf,odt", expect=2).stderr
    assert "'odt' is none of pdf, docx, pptx, html, md" in told


def test_a_folder_that_cannot_be_written(at_root, tmp_path):
    (tmp_path / "file").write_text("x", "utf-8")
    told = call("brief", "--out", tmp_path / "file", "--format", "md", expect=1).stderr
    assert str(tmp_path / "file") in told


def test_files_are_readable_by_others(tmp_path):
    mask = os.umask(0o022)
    try:
        [path] = write(tmp_path, {"a.md": b"x"})
    finally:
        os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("which", ["first", "even", "own"])
def test_an_earlier_briefing_as_a_template_leaves_its_marking_behind(which, full, tmp_path):
    """Regression: its heads and feet stayed, TLP:CLEAR beside TLP:RED."""
    old = Document(io.BytesIO(render(replace(full, marking="TLP:CLEAR"), "docx")))
    section = old.sections[0]
    if which == "first":
        section.different_first_page_header_footer = True
        section.first_page_header.paragraphs[0].text = "TLP:CLEAR"
    elif which == "even":
        section.even_page_footer.paragraphs[0].text = "TLP:CLEAR"
    old.save(str(tmp_path / "earlier.docx"))
    with zipfile.ZipFile(
        io.BytesIO(render(replace(full, marking="TLP:RED"), "docx", tmp_path / "earlier.docx"))
    ) as made:
        content = {name: made.read(name) for name in made.namelist() if name.startswith("word/")}
    assert not [name for name, text in content.items() if b"TLP:CLEAR" in text]
    assert sum(b"TLP:RED" in text for name, text in content.items() if name.startswith(("word/head", "word/foot"))) == 2


def test_a_slide_template_without_layouts(full, tmp_path):
    own = Presentation()
    for layout in list(own.slide_layouts):
        own.slide_layouts.remove(layout)
    own.save(str(tmp_path / "bare.pptx"))
    with pytest.raises(BadInput, match="has no slide layout"):
        render(full, "pptx", tmp_path / "bare.pptx")


def scenario_file(path, name, evidence=""):
    path.write_text(f"scenario: {name}\ntitle: T\nmodel: iraq-syria-2024\n{evidence}", "utf-8")
    return path


def test_two_scenarios_of_one_name_are_refused(at_root, tmp_path):
    files = [scenario_file(tmp_path / f"{letter}.yaml", "twin") for letter in "ab"]
    told = call("brief", *files, "--out", tmp_path / "out", "--format", "md", expect=1).stderr
    assert "twin is the name of 2 scenarios" in told
    assert "baseline is the name" in call("brief", "baseline", "baseline", "--out", tmp_path / "out", expect=1).stderr
    assert not (tmp_path / "out").exists()


def test_an_impossible_scenario_among_several_is_named(at_root, tmp_path):
    evidence = "evidence: {israeli_strike: {observed: none}, civilian_deaths: {observed: 'yes'}}\n"
    never = scenario_file(tmp_path / "never.yaml", "never", evidence)
    assert "scenario never: " in call("brief", never, "--out", tmp_path, "--format", "md", expect=1).stderr


def test_an_earlier_briefing_on_another_model_is_refused_by_the_command(at_root, small, tmp_path):
    call("brief", "--model", small, "--out", tmp_path, "--format", "md")
    told = call("brief", "--since", tmp_path / "baseline.md", "--out", tmp_path / "out", expect=1).stderr
    assert "the earlier briefing is on the model small, this one on iraq-syria-2024" in told


def test_the_baseline_needs_no_file(small, tmp_path, monkeypatch):
    monkeypatch.chdir(small.parent.parent)
    late = tmp_path / "late.yaml"
    late.write_text("scenario: late\ntitle: T\nmodel: small\nevidence: {late: {observed: 'yes'}}\n", "utf-8")
    call("brief", "--compare", "baseline", late, "--out", tmp_path, "--format", "md")
    assert (tmp_path / "compared_baseline_late.md").is_file()
    assert "Baseline" in call("assess", "baseline").output
    told = call("brief", "basline", "--out", tmp_path, expect=1).stderr
    assert "basline.yaml" in told


@pytest.mark.parametrize("part", ["ppt/presentation.xml", "ppt/slideLayouts/_rels/slideLayout6.xml.rels"])
def test_a_damaged_template_is_refused(full, tmp_path, part):
    whole, house = io.BytesIO(), tmp_path / "house.pptx"
    Presentation().save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(house, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "ppt/presentation.xml" and part == name:
                content = old.read("ppt/slideLayouts/slideLayout1.xml")
            new.writestr(name, content if name != part or part == "ppt/presentation.xml" else b"<x/>")
    with pytest.raises(BadInput, match=r"house\.pptx.*template"):
        render(full, "pptx", house)


def test_a_fault_of_the_renderer_is_no_fault_of_the_template(full, tmp_path, monkeypatch):
    Presentation().save(tmp_path / "house.pptx")
    monkeypatch.setattr("tocsin.render.pptx.stamp_properties", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        render(full, "pptx", tmp_path / "house.pptx")


TEMPLATE_WORDS = (
    "{0}: has “Ministry” on every page, and the marking “TLP:RED” would stand beside it; leave one of the two out"
)


@pytest.fixture
def marked(small):
    path = small / "model.yaml"
    path.write_text(f"marking: TLP:RED\n{path.read_text('utf-8')}", "utf-8")
    return small


def house(path, words="Ministry"):
    if path.suffix == ".docx":
        own = Document()
        own.sections[0].even_page_footer.is_linked_to_previous = False
        own.sections[0].footer.paragraphs[0].text = "Page 1 of 3"
        own.sections[0].header.paragraphs[0].text = words
    else:
        own = Presentation()
        own.slide_master.shapes._spTree.append(_textbox(words))
    own.save(str(path))
    return path


def _textbox(words):
    show = Presentation()
    box = show.slides.add_slide(show.slide_layouts[6]).shapes.add_textbox(0, 0, 100, 100)
    box.text_frame.text = words
    return box._element


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_marked_until_somebody_says_so(form, small, tmp_path):
    call("brief", "--model", small, "--out", tmp_path, "--format", form)
    path = tmp_path / f"baseline.{form}"
    assert record_in(path.read_bytes(), form, form).marking == ""
    assert "TLP" not in "\n".join(words(path.read_bytes(), form))
    if form in ("html", "md"):
        assert 'class="marking"' not in path.read_text("utf-8")
        assert "****" not in path.read_text("utf-8")
    elif form == "docx":
        [head, foot] = (getattr(Document(path).sections[0], where) for where in ("header", "footer"))
        assert not head.is_linked_to_previous or not "".join(line.text for line in head.paragraphs)
        assert "·" not in foot.paragraphs[0].text
    elif form == "pptx":
        shapes = [shape for slide in Presentation(path).slides for shape in slide.shapes if shape.has_text_frame]
        assert all("".join(shape._element.itertext()).strip() for shape in shapes), "no empty box stands for a marking"
    assert "holds" in call("verify", path, "--model", small).output


@pytest.mark.parametrize("form", FORMATS)
def test_a_model_s_marking_stands_where_no_other_is_given(form, marked, tmp_path):
    for options, expected in (((), "TLP:RED"), (("--marking", "TLP:GREEN"), "TLP:GREEN"), (("--marking", ""), "")):
        call("brief", "--model", marked, "--out", tmp_path, "--format", form, *options)
        path = tmp_path / f"baseline.{form}"
        found = "\n".join(words(path.read_bytes(), form))
        assert record_in(path.read_bytes(), form, form).marking == expected
        assert [mark for mark in ("TLP:RED", "TLP:GREEN") if mark in found] == ([expected] if expected else [])
        assert "holds" in call("verify", path, "--model", marked).output


def test_every_kind_of_briefing_takes_the_model_s_marking(marked, tmp_path):
    (tmp_path / "wet.yaml").write_text(
        "scenario: wet\ntitle: Wet\nmodel: small\nevidence: {storm: {observed: yes}}\n", "utf-8"
    )
    (tmp_path / "rows.csv").write_text("storm\nyes\nno\n", "utf-8")
    call(
        "brief", "--compare", "baseline", tmp_path / "wet.yaml", "--model", marked, "--out", tmp_path, "--format", "md"
    )
    call("brief", "--batch", tmp_path / "rows.csv", "--model", marked, "--out", tmp_path, "--format", "md")
    for name in ("compared_baseline_wet", "batch_rows"):
        content = (tmp_path / f"{name}.md").read_bytes()
        assert record_in(content, "md", name).marking == "TLP:RED"
        assert content.count(b"**TLP:RED**") == 2


@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_a_marking_is_not_joined_to_a_template_s_own(form, marked, tmp_path):
    template = house(tmp_path / f"house.{form}")
    asked = ("brief", "--model", marked, "--out", tmp_path / "out", "--format", form, "--template", template)
    refused = call(*asked, expect=1)
    assert TEMPLATE_WORDS.format(template) in " ".join(refused.output.split())
    assert "(--marking '' leaves the model's out, --both-markings lets both stand)" in " ".join(refused.output.split())
    assert not (tmp_path / "out").exists()
    call(*asked, "--both-markings")
    assert "TLP:RED" in "\n".join(words((tmp_path / "out" / f"baseline.{form}").read_bytes(), form))
    verified = call("verify", tmp_path / "out" / f"baseline.{form}", "--model", marked, "--template", template)
    assert "holds" in verified.output
    call(*asked, "--marking", "")
    assert "TLP" not in "\n".join(words((tmp_path / "out" / f"baseline.{form}").read_bytes(), form))


@pytest.mark.parametrize("form", ["docx", "pptx"])
def test_a_template_of_page_numbers_and_prompts_takes_a_marking(form, marked, tmp_path):
    template = house(tmp_path / f"house.{form}", "‹#› / 3")
    call("brief", "--model", marked, "--out", tmp_path, "--format", form, "--template", template)
    assert record_in((tmp_path / f"baseline.{form}").read_bytes(), form, form).marking == "TLP:RED"


def test_an_earlier_briefing_as_a_template_has_no_words_of_its_own(marked, tmp_path):
    call("brief", "--model", marked, "--out", tmp_path / "old", "--format", "docx", "--marking", "TLP:GREEN")
    template = tmp_path / "old" / "baseline.docx"
    call("brief", "--model", marked, "--out", tmp_path, "--format", "docx", "--template", template)
    assert "TLP:GREEN" not in "\n".join(words((tmp_path / "baseline.docx").read_bytes(), "docx"))
