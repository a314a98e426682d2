"""Pages as a reader sees them, where pdftoppm and LibreOffice are at hand: nothing cut, torn, empty or too pale."""

import io
import re
import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from pypdf import PdfReader

from tests.conftest import ROOT
from tests.report.conftest import SCENARIOS
from tests.report.test_content import said
from tocsin.files import load_scenario
from tocsin.language.numbers import chance, interval
from tocsin.render.files import render
from tocsin.render.marks import FIGURES, LABELS, ROW, TOP, WIDTH
from tocsin.render.pdf import png
from tocsin.render.plots import drawing
from tocsin.report.batch_briefing import brief_many
from tocsin.report.batch_results import rows_of, survey
from tocsin.report.blocks import Bars, Item, Items, Paragraph, Section, Subheading, Table
from tocsin.report.comparison import compare

POPPLER, OFFICE = shutil.which("pdftoppm"), shutil.which("soffice")
pages_seen = pytest.mark.skipif(POPPLER is None, reason="pdftoppm (poppler-utils) is not installed")
office_seen = pytest.mark.skipif(OFFICE is None or POPPLER is None, reason="LibreOffice or pdftoppm is not installed")
DOTS = 36
"""Per inch; enough to see where ink is."""
LEAST_FILLED = 0.3
"""Of a page's height down to which at least there is ink."""
KINDS = ("scenario", "comparison", "batch")


@pytest.fixture(scope="module")
def briefings(full, iraq):
    names = ("casus-belli", "no-al-sharifi", "strike-happens", "baseline")
    scenarios = [load_scenario(SCENARIOS[0].with_name(f"{name}.yaml"), iraq.records) for name in names]
    sweep = ROOT / "scenarios" / "iraq-syria-2024" / "sweeps" / "posture-restraint-truce.yaml"
    return {
        "scenario": full,
        "comparison": compare(iraq, scenarios),
        "batch": brief_many(survey(iraq, rows_of(sweep, None, iraq))),
    }


@pytest.fixture(scope="module")
def printed(briefings):
    return {kind: render(one, "pdf") for kind, one in briefings.items()}


@pytest.fixture(scope="module")
def converted(briefings, tmp_path_factory):
    """DOCX and PPTX as LibreOffice prints them."""
    folder = tmp_path_factory.mktemp("office")
    files = []
    for kind, one in briefings.items():
        for form in ("docx", "pptx"):
            files.append(folder / f"{kind}-{form}.{form}")
            files[-1].write_bytes(render(one, form))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [str(OFFICE), profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {path.stem: path.with_suffix(".pdf").read_bytes() for path in files}


def seen(content):
    """Each page in greys, 0 to 255."""
    command = [str(POPPLER), "-gray", "-r", str(DOTS), "-"]
    shown = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    pages = []
    while shown:
        head = re.match(rb"P5\s(\d+)\s(\d+)\s255\s", shown)
        wide, tall = int(head[1]), int(head[2])
        end = head.end() + wide * tall
        pages.append(np.frombuffer(shown[head.end() : end], np.uint8).reshape(tall, wide))
        shown = shown[end:]
    return pages


def require_sound(pages, least):
    for number, page in enumerate(pages, start=1):
        ink = page < 200
        edge = max(2, page.shape[1] // 60)
        beyond = ink[:, :edge].any() or ink[:, -edge:].any() or ink[:2].any() or ink[-2:].any()
        assert not beyond, f"page {number}: something is drawn at the paper's edge"
        # The foot with marking and page number is no content.
        body = ink[: int(0.92 * len(ink))]
        lowest = np.flatnonzero(body.any(axis=1)).max() / len(ink)
        assert lowest > least, f"page {number} ends at {lowest:.0%} of its height"


@pages_seen
@pytest.mark.parametrize("kind", KINDS)
def test_no_page_is_empty_or_overflows(kind, printed):
    pages = seen(printed[kind])
    assert 3 <= len(pages) <= 12
    # The last page of the text may be short.
    require_sound([page for number, page in enumerate(pages, start=1) if number < len(pages) - 1], LEAST_FILLED)
    require_sound(pages, 0.1)


@pages_seen
def test_the_first_page_is_full(printed):
    for kind in KINDS:
        page = seen(printed[kind])[0] < 200
        lowest = np.flatnonzero(page[: int(0.92 * len(page))].any(axis=1)).max() / len(page)
        assert lowest > 0.8, kind


@pytest.mark.parametrize("kind", KINDS)
def test_no_heading_stands_alone_at_the_foot(kind, briefings, printed):
    headings = {section.heading for section in briefings[kind].sections}
    headings |= {b.text for section in briefings[kind].sections for b in section.blocks if isinstance(b, Subheading)}
    marking = briefings[kind].marking
    for page in PdfReader(io.BytesIO(printed[kind])).pages:
        lines = [line.strip() for line in page.extract_text().splitlines() if line.strip()]
        body = [
            line
            for line in lines
            if not (marking and marking in line) and not re.fullmatch(r"\d+ / \d+|Tocsin [\d.]+", line)
        ]
        assert body[-1] not in headings


LONG = "Donaudampfschifffahrt" * 8


WIDE = pytest.mark.parametrize("word", [LONG, "W" * 150, "السؤال" * 30])


@pages_seen
@WIDE
def test_a_word_that_is_wider_than_the_page_is_parted(word, full):
    """Regression: it ran off the paper. A reader who copies it gets the word and nothing more."""
    blocks = (Subheading(word), Paragraph(f"x {word}"), Items((Item(word, f"{word}:"),)))
    made = replace(full, title=word, bottom_line=word, subtitle=word, sections=(Section("x", "x", blocks),))
    content = render(made, "pdf")
    require_sound(seen(content), 0.05)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "\u200b" not in text
    assert not word.isascii() or "".join(text.split()).count(word) == 7


@pages_seen
@pytest.mark.parametrize("word", [LONG, LONG[:21], "W" * 150, "السؤال" * 30])
def test_a_word_that_is_wider_than_its_column_is_parted(word, full):
    """Regression: it was printed over the next column."""
    blocks = (Table(("A", "B"), ((word, ""),) * 80, (0.15, 0.85), "Wide"),)
    made = replace(full, title="x", subtitle="x", bottom_line="x", sections=(Section("x", "x", blocks),))
    page = seen(render(made, "pdf"))[1]
    rows = page[int(0.12 * len(page)) : int(0.3 * len(page))] < 160
    beside = int(0.235 * page.shape[1])
    assert rows[:, :beside].any()
    assert not rows[:, beside:].any()


@office_seen
@pytest.mark.parametrize("kind", KINDS)
def test_docx_prints_with_every_figure(kind, briefings, converted, iraq):
    document = PdfReader(io.BytesIO(converted[f"{kind}-docx"]))
    text = re.sub(r"\s", "", " ".join(page.extract_text() for page in document.pages))
    for section in briefings[kind].sections:
        for figure in re.findall(r"\d[\d.]* % \[[\d.–]+\]", said(section)):
            assert re.sub(r"\s", "", figure) in text
    require_sound(seen(converted[f"{kind}-docx"]), 0.1)
    assert 3 <= len(document.pages) <= 14


@office_seen
@pytest.mark.parametrize("kind", KINDS)
def test_slides_print_with_nothing_outside(kind, briefings, converted):
    pages = seen(converted[f"{kind}-pptx"])
    assert len(pages) == len(briefings[kind].slides) + 1 <= 8
    require_sound(pages, 0.3)


@office_seen
def test_slides_show_the_assessment(converted, explained):
    document = PdfReader(io.BytesIO(converted["scenario-pptx"]))
    text = re.sub(r"\s", "", " ".join(page.extract_text() for page in document.pages))
    one = explained.case.assessment.outcomes["israeli_strike"]
    assert re.sub(r"\s", "", f"{chance(one)} {interval(one)}") in text


def test_the_chart_s_marks_differ_in_grey(full, explained):
    """Paper, bar, disc and tick apart by at least 50 of 255, so that a copier keeps them apart."""
    picture = next(block for block in full.section("outcomes").blocks if isinstance(block, Bars))
    grey = np.asarray(Image.open(io.BytesIO(png(drawing(picture)))).convert("L")).astype(int)
    scale = grey.shape[1] / WIDTH
    names = list(explained.case.assessment.outcomes)
    one = explained.case.assessment.outcomes["israeli_strike"]

    def at(p, down=0.0):
        x = LABELS + p * (WIDTH - LABELS - FIGURES)
        y = TOP + ROW * (names.index("israeli_strike") + 0.5) + down
        return int(grey[int(y * scale), int(x * scale)])

    bar, disc, tick = at((one.p + one.high) / 2), at(one.p), at(one.baseline, 8)
    paper = at((one.high + 1) / 2 - 0.03)
    assert paper - bar >= 50
    assert bar - disc >= 50
    assert bar - tick >= 50


def test_the_network_page_is_wide(printed, briefings):
    """Its letters are at least five points high."""
    [picture] = briefings["scenario"].section("network").blocks
    wide = float(re.search(r'viewBox="0 0 (\S+)', drawing(picture))[1])
    page = PdfReader(io.BytesIO(printed["scenario"])).pages[-1]
    assert "Network" in page.extract_text()
    assert 12 * (595 - 2 * 28.35) / wide > 5
