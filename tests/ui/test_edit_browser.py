"""From a page of text to a statement of the model, in a real browser."""

import re
import shutil

import pytest

from tests.conftest import IRAQ
from tests.ui.browsing import Visit, barriers, served, settled
from tests.ui.test_edit_drafts import TEXT
from tocsin.files import load_model


@pytest.fixture
def mine(tmp_path, browser):
    """A reader of a server whose model is the reader's own, and its folder."""
    folder = tmp_path / "models" / IRAQ.name
    shutil.copytree(IRAQ, folder)
    with served(tmp_path) as address:
        reader = Visit(browser, address)
        yield reader, folder
        reader.close()


def pick(page, label, option):
    """Choose an option by its words, of a box by its label."""
    box = page.get_by_role("combobox", name=label, exact=True).last
    box.press_sequentially(option)
    page.get_by_role("option").filter(has_text=option).first.wait_for()
    box.press("Enter")
    settled(page)


def test_a_text_becomes_a_statement_whose_effect_is_seen_as_its_words_are_typed(mine):
    reader, folder = mine
    page = reader.open("from-a-report", "text=Or paste a text")
    page.get_by_label("Or paste a text").fill(TEXT)
    page.get_by_label("What it is called").fill("The Post")
    page.get_by_label("What it is called").press("Enter")
    settled(page)
    page.get_by_role("button", name="Draft from the text").click()
    page.locator('[data-draft="D1"]').wait_for()
    settled(page)
    assert barriers(page) == []
    page.get_by_role("button", name="Make it a statement …").click()
    page.locator("text=From draft D1").wait_for()
    settled(page)
    for label, text in (
        ("Publisher", "The Post"), ("Title", "Port closes"), ("Role", "harbour master"),
        ("Interest: why they may shade what they say", "None known."), ("Claim, in your own words", "A strike is near."),
    ):  # fmt: skip
        page.get_by_label(label, exact=True).fill(text)
        page.get_by_label(label, exact=True).press("Tab")
        settled(page)
    page.get_by_test_id("stDateInput").get_by_role("spinbutton").first.press_sequentially("20241130")
    page.keyboard.press("Tab")
    settled(page)
    pick(page, "How reliable", "B: usually")
    pick(page, "How credible it is", "2: probably")
    pick(page, "What it says", "how likely something is")
    pick(page, "How likely is it that", "Truce in Lebanon")
    pick(page, "is", "collapses")
    page.keyboard.press("Escape")
    page.locator("text=What each outcome becomes").wait_for()
    words = page.get_by_role("combobox", name="The estimative words, quoted")
    assert words.input_value() == "likely"
    words.press("Control+a")
    words.press_sequentially("very un")
    page.get_by_role("option", name=re.compile("^very unlikely")).wait_for()
    words.press("ArrowDown")
    words.press("Enter")
    assert words.input_value() == "very unlikely"
    page.locator(".reading q", has_text="very unlikely").wait_for()
    settled(page)
    assert page.locator(".words-told").inner_text().startswith("5–20 %")
    assert barriers(page) == []
    # On the way to another page and back everything stays.
    page.get_by_test_id("stMain").get_by_role("link", name="From a report").click()
    page.locator('[data-draft="D1"]').wait_for()
    page.get_by_test_id("stMain").get_by_role("link", name="Edit statements").click()
    page.locator(".reading q", has_text="very unlikely").wait_for()
    assert words.input_value() == "very unlikely"
    settled(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator("text=1 made a statement").wait_for()
    settled(page)
    added = load_model(folder).statements[-1]
    assert (added.claim, added.words, added.credibility) == ("A strike is near.", "very unlikely", 2)
    assert page.locator('[data-draft="D2"]').count() == 1
    page.get_by_role("button", name="Undo the last save").click()
    page.locator("text=Taken back").wait_for()
    assert load_model(folder) == load_model(IRAQ)
