"""An analyst's way through every page, in a real browser."""

import re
from pathlib import Path

import pytest

from tests.conftest import IRAQ
from tests.ui.browsing import Visit, barriers, p_shown, settled, until
from tocsin.verify.reading import read
from tocsin.verify.verdict import verify

PAGES = {
    "statements": "All statements",
    "why": "Which numbers it hangs on",
    "look-for-next": "What to look for",
    "compare": "Outcomes",
    "batch": "Before it is run",
    "briefing": "What pins this answer",
    "method": "How the numbers are made",
}


@pytest.mark.parametrize("path", PAGES)
def test_each_page_keeps_nobody_out(visit, path):
    page = visit.open(path, f"text={PAGES[path]}")
    settled(page)
    assert barriers(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_narrow_and_dark_pages_keep_nobody_out(browser, address, path):
    reader = Visit(browser, address, color_scheme="dark", viewport={"width": 400, "height": 800})
    page = reader.open(path, f"text={PAGES[path]}")
    settled(page)
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    reader.close()


def to(page, title, ready):
    """Follow the navigation at the top."""
    page.get_by_role("link", name=title, exact=True).click()
    page.locator(f"text={ready}").first.wait_for()
    settled(page)


def test_the_story_of_a_morning(visit):
    page = visit.open()
    baseline = p_shown(page, "israeli_strike")
    page.get_by_label("Israel's public line on Iraq", exact=True).select_option("observed")
    until(page, "israeli_strike", lambda p: p > baseline)
    settled(page)
    p = p_shown(page, "israeli_strike")
    assert page.locator("text=not saved").count() == 1
    to(page, "Why", "Which numbers it hangs on")
    assert page.locator("text=calls it a reason for force, observed").count() >= 1
    to(page, "Look for next", "What to look for")
    to(page, "Statements", "All statements")
    page.locator("text=It counts").click()
    page.locator("text=What the changes do to the outcomes").wait_for()
    settled(page)
    to(page, "Compare", "What is set")
    to(page, "Briefing", "What pins this answer")
    with page.expect_download() as saving:
        page.get_by_role("button", name="The scenario as YAML").click()
    text = saving.value.path().read_text("utf-8")
    assert "casus_belli" in text
    assert "exclude" in text
    to(page, "Assess", "Who said what")
    assert page.locator("text=left out: N1").count() == 1
    page.get_by_role("button", name="Undo", exact=True).first.click()
    page.locator("text=left out: N1").wait_for(state="detached")
    assert p_shown(page, "israeli_strike") == p


def test_a_link_reopens_exactly_this_scenario(visit, browser, address):
    page = visit.open()
    page.get_by_label("Israel's public line on Iraq", exact=True).select_option("observed")
    page.locator('[data-variable="framing"][data-changed]').wait_for()
    settled(page)
    p = p_shown(page, "israeli_strike")
    page.get_by_role("button", name="File and link").click()
    page.get_by_role("button", name="Make a link to this scenario").click()
    page.wait_for_url(re.compile(r"scenario="))
    other = Visit(browser, address)
    theirs = other.open(page.url.removeprefix(address + "/"))
    settled(theirs)
    assert p_shown(theirs, "israeli_strike") == p
    assert theirs.locator("text=calls it a reason for force, observed").count() == 1
    other.close()


def test_a_made_link_follows_what_is_changed_afterwards(visit, browser, address):
    page = visit.open()
    page.get_by_role("button", name="File and link").click()
    page.get_by_role("button", name="Make a link to this scenario").click()
    page.wait_for_url(re.compile(r"scenario="))
    made = page.url
    settled(page)
    page.keyboard.press("Escape")
    page.get_by_label("Israel's public line on Iraq", exact=True).select_option("observed")
    page.locator('[data-variable="framing"][data-changed]').wait_for()
    settled(page)
    assert page.url != made
    other = Visit(browser, address)
    theirs = other.open(page.url.removeprefix(address + "/"))
    settled(theirs)
    assert p_shown(theirs, "israeli_strike") == p_shown(page, "israeli_strike")
    other.close()


def rows_from(page, title):
    """Choose where a batch's rows come from."""
    page.get_by_role("combobox", name="Rows").click()
    page.get_by_role("option", name=title).click()
    settled(page)


def test_a_batch_is_stopped_and_keeps_what_was_answered(visit):
    page = visit.open("batch", "text=Before it is run")
    settled(page)
    rows_from(page, "A hundred thousand futures")
    page.get_by_text("With intervals (slower)").click()
    settled(page)
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator("text=rows answered").first.wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    told = page.locator("text=Stopped:")
    told.wait_for()
    settled(page)
    found = re.search(r"Stopped: ([\d,]+) of 100,000 rows were answered and are kept", told.inner_text())
    assert found
    count = int(found[1].replace(",", ""))
    assert 0 < count < 100_000
    with page.expect_download() as saving:
        page.get_by_role("button", name="Answers as CSV, exact").click()
    assert len(saving.value.path().read_text("utf-8").splitlines()) == count + 1


def test_a_broken_table_tells_its_rows_before_it_is_run(visit):
    page = visit.open("batch", "text=Before it is run")
    settled(page)
    rows_from(page, "a file of my own")
    table = b"framing,do.posture\ncasus_belli,degraded\nnowhere,normal\ncasus_belli:40%|none:70%,\n"
    page.locator("input[type=file]").last.set_input_files({"name": "mine.csv", "mimeType": "text/csv", "buffer": table})
    page.locator("text=Rows that mean nothing and will be left out (2 of the first 3)").wait_for()
    assert page.locator("text=line 3:").count() == 1
    assert page.locator("text=line 4: ").inner_text().endswith("must sum to 1 over its states")
    settled(page)
    assert barriers(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_the_screen_or_than_the_one_measure(visit, path):
    page = visit.open(path, f"text={PAGES[path]}")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    ends = page.evaluate(
        """() => [...document.querySelectorAll('.stHtml .part, .stHtml .every, [data-testid=stFileUploaderDropzone]')]
        .filter((one) => !one.closest('.sideways, [data-testid=stColumn]') && one.offsetWidth)
        .map((one) => Math.round(one.getBoundingClientRect().right))"""
    )
    assert len(set(ends)) <= 1


def saved(page, button, folder):
    """The file that a button gives, under the name that the browser would give it."""
    with page.expect_download() as saving:
        page.get_by_role("button", name=button, exact=True).click()
    path: Path = folder / saving.value.suggested_filename
    saving.value.save_as(path)
    return path


def test_a_comparison_of_an_edited_scenario_is_taken_away_and_holds(visit, tmp_path):
    page = visit.open()
    page.get_by_label("Israel's public line on Iraq", exact=True).select_option("observed")
    page.locator('[data-variable="framing"][data-changed]').wait_for()
    settled(page)
    to(page, "Compare", "As a briefing")
    marking = page.get_by_label("Marking on every page")
    marking.fill("TLP:AMBER")
    marking.press("Enter")
    settled(page)
    file = saved(page, "PDF", tmp_path)
    assert file.name == "compared_baseline_baseline-changed.pdf"
    assert verify(file, IRAQ).holds
    assert read(file).marking == "TLP:AMBER"
    to(page, "Briefing", "What pins this answer")
    assert page.get_by_label("Marking on every page").input_value() == "TLP:AMBER"


def test_a_sweep_is_run_and_its_briefing_taken_away(visit, tmp_path):
    page = visit.open("batch", "text=Before it is run")
    settled(page)
    rows_from(page, "What Baghdad and Beirut can do")
    page.get_by_role("button", name="Run", exact=True).click()
    page.locator("text=As a briefing").wait_for()
    settled(page)
    assert barriers(page) == []
    file = saved(page, "PDF", tmp_path)
    assert file.name == "batch_posture-restraint-truce.pdf"
    assert verify(file, IRAQ).holds
