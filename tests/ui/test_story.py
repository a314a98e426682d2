"""An analyst's way through every page, in a real browser."""

import re

from tests.conftest import IRAQ
from tests.ui.browsing import Visit, p_shown, settled, until
from tests.ui.test_downloads import taken
from tests.ui.test_settings import pick, to
from tocsin.verify import read, verify

PAGES = {
    "": "[data-outcome]", "statements": "text=All statements", "numbers": "text=The numbers of the model",
    "structure": "text=The structure of the model",
    "why": "text=Which numbers it hangs on",
    "look-for-next": "text=What to look for", "compare": "text=Outcomes", "choices": "text=Costs and stakes", "batch": "text=Before it is run",
    "briefing": "text=What pins this answer", "method": "text=How the numbers are made",
    "record": "text=Record of forecasts",
    "edit-statements": "text=What it does", "new-model": "text=A model begins with a title", "from-a-report": "text=Or paste a text",
}  # fmt: skip


def test_the_story_of_a_morning(visit):
    page = visit.open()
    baseline = p_shown(page, "israeli_strike")
    page.get_by_label("Israel's public line on Iraq", exact=True).select_option("observed")
    until(page, "israeli_strike", lambda p: p > baseline)
    settled(page)
    p = p_shown(page, "israeli_strike")
    assert page.locator("text=not saved").count() == 1
    to(page, "Why")
    assert page.locator("text=calls it a reason for force, observed").count() >= 1
    to(page, "Look for next")
    to(page, "Statements")
    page.locator(".st-key-statement-S18 summary").click()
    page.locator("text=It counts").click()
    page.locator("text=What the changes do to the outcomes").wait_for()
    settled(page)
    to(page, "Compare")
    to(page, "Briefing")
    with page.expect_download() as saving:
        page.get_by_role("button", name="The scenario as YAML").click()
    text = saving.value.path().read_text("utf-8")
    assert "casus_belli" in text
    assert "exclude" in text
    to(page, "Assess")
    assert page.locator("text=left out: S18").count() == 1
    page.get_by_role("button", name="Undo", exact=True).first.click()
    page.locator("text=left out: S18").wait_for(state="detached")
    assert p_shown(page, "israeli_strike") == p


def test_the_address_is_a_link_to_what_was_changed(visit, browser, address):
    page = visit.open()
    made = page.url
    page.get_by_label("Israel's public line on Iraq", exact=True).select_option("observed")
    page.locator('[data-variable="framing"][data-changed]').wait_for()
    page.wait_for_url(re.compile(r"scenario="))
    settled(page)
    assert page.url != made
    other = Visit(browser, address)
    theirs = other.open(page.url.removeprefix(address + "/"))
    assert p_shown(theirs, "israeli_strike") == p_shown(page, "israeli_strike")
    other.close()


def test_a_batch_is_stopped_and_keeps_what_was_answered(visit):
    page = visit.open("batch", "text=Before it is run")
    pick(page, "Rows", "A hundred thousand futures")
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


def test_a_comparison_of_an_edited_scenario_is_taken_away_and_holds(visit, tmp_path):
    page = visit.open()
    page.get_by_label("Israel's public line on Iraq", exact=True).select_option("observed")
    page.locator('[data-variable="framing"][data-changed]').wait_for()
    settled(page)
    to(page, "Compare")
    marking = page.get_by_label("Marking on every page")
    marking.fill("TLP:AMBER")
    marking.press("Enter")
    settled(page)
    file = taken(page, page.get_by_role("button", name="PDF", exact=True), tmp_path)
    assert file.name == "compared_baseline_baseline-changed.pdf"
    assert verify(file, IRAQ).holds
    assert read(file).marking == "TLP:AMBER"
    to(page, "Briefing")
    assert page.get_by_label("Marking on every page").input_value() == "TLP:AMBER"
