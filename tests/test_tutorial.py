"""The tutorial does what it shows, from the page of text to a briefing that holds: its files are written, its commands run."""

import re
import shutil

import pytest
from pypdf import PdfReader

from tests.conftest import ROOT
from tests.test_docs import check_commands, commands_of, steps

PAGE = ROOT / "docs" / "tutorial.md"
TEXT = ROOT / "docs" / "tutorial" / "birkfield.txt"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder with the page of text, on a terminal as wide as the pages."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "112")
    shutil.copy(TEXT, tmp_path)
    return tmp_path


def test_every_step_runs_and_shows_what_the_page_shows(folder):
    shown = []
    for language, body in steps(PAGE):
        if language == "yaml":
            path = folder / body.split()[1]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, "utf-8")
        elif language == "console":
            check_commands(commands_of(body))
        else:
            shown.append(body)
    report, draft = shown
    assert report == TEXT.read_text("utf-8")
    assert draft in (folder / "drafts.yaml").read_text("utf-8")
    # The bottom line, as the page quotes it, is that of the briefing, which is two pages and an annex.
    quoted = " ".join(line[2:] for line in PAGE.read_text("utf-8").splitlines() if line.startswith("> "))
    briefing = (folder / "briefs" / "strong-wave.md").read_text("utf-8").replace("\\[", "[").replace("\\]", "]")
    assert f"> {quoted}" in briefing.replace("\u00a0", " ")
    pages = [page.extract_text() for page in PdfReader(folder / "briefs" / "strong-wave.pdf").pages]
    assert next(number for number, text in enumerate(pages) if re.search(r"^Annex", text, re.MULTILINE)) in (1, 2)


def test_the_times_of_its_steps_make_thirty_minutes():
    minutes = re.findall(r"^\| (\d+) \| .* \| \[", PAGE.read_text("utf-8"), re.MULTILINE)
    assert sum(map(int, minutes)) == 30


def test_both_ways_say_the_same():
    """Each claim, reason and interest of the files stands in what is entered in the browser."""
    text = PAGE.read_text("utf-8")
    browser = " ".join(text[text.index("## In the browser") : text.index("## With files")].split())
    files = "\n".join(body for language, body in steps(PAGE) if language == "yaml" and "scenario:" not in body)
    said = re.findall(r"(?:claim|because|incentive): ([^}\n]+\.)", files)
    assert len(said) == 8 + 6 + 4
    assert [line for line in said if line not in browser] == []
