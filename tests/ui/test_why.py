"""The story of an outcome in a real browser: from its card to the pages that tell of it."""

import pytest

from tests.ui.browsing import Visit, barriers, p_shown, settled
from tests.ui.test_settings import FORCE, pick, shown, to

NEXT = {"Why": "Why this number", "Look for next": "What to look for next", "Who said what": "Statements"}


@pytest.mark.parametrize("way", NEXT)
def test_a_card_opens_each_page_for_its_outcome_and_the_others_follow(visit, way):
    page = visit.open()
    p = p_shown(page, "base_attacks")
    link = page.locator('[data-outcome="base_attacks"]').get_by_role("link", name=way)
    assert link.bounding_box()["height"] >= 24
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=NEXT[way], exact=True).wait_for()
    settled(page)
    outcome = shown(page, "Outcome")
    assert outcome == "Faction retaliation"
    assert f"{100 * p:.0f} %" in page.locator(".lead").inner_text().replace("\u00a0", " ")
    for title in ("Why", "Look for next", "Statements"):
        to(page, title)
        assert shown(page, "Outcome") == outcome
    pick(page, "Outcome", "Israeli strike")
    to(page, "Why")
    assert shown(page, "Outcome") == "Israeli strike"


def test_what_is_folded_is_filled_when_it_is_unfolded_and_stays_so(visit):
    page = visit.open("why", "text=Which numbers it hangs on")
    pick(page, "Scenario", FORCE)
    assert page.locator("[aria-label='Steps from the baseline to the scenario']").is_visible()
    assert page.locator(".story .sentences li").count() == 3
    flips = page.locator("details", has=page.locator("summary", has_text="What would change the word"))
    assert page.get_by_text("were on average").count() == 0
    flips.locator("summary").focus()
    page.keyboard.press("Enter")
    page.get_by_text("were on average").first.wait_for()
    settled(page)
    pick(page, "Outcome", "Infiltration")
    assert flips.evaluate("one => one.open")
    to(page, "Statements")
    to(page, "Why")
    page.get_by_text("were on average").first.wait_for()
    assert flips.evaluate("one => one.open")


def test_a_number_has_a_short_label_that_says_all_when_it_is_asked(visit):
    page = visit.open("why", "text=Which numbers it hangs on")
    number = page.locator(".figure-row details").first
    whole = number.locator(".whole")
    assert not whole.is_visible()
    number.locator("summary").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert whole.is_visible()
    page.keyboard.press("Enter")
    page.evaluate("document.activeElement.blur()")
    assert whole.is_visible()
    assert whole.inner_text().startswith("The chance that the offensive in Syria takes Hama or Homs")


@pytest.mark.parametrize(("width", "side_by_side"), [(390, False), (1366, True), (1920, True)])
def test_a_wide_screen_has_the_chart_and_the_sentences_side_by_side(browser, address, width, side_by_side):
    reader = Visit(browser, address, viewport={"width": width, "height": 900})
    page = reader.open("why", "text=Which numbers it hangs on")
    chart, sentences = (part.bounding_box() for part in page.locator(".story > section").all())
    assert (sentences["x"] > chart["x"] + chart["width"]) == side_by_side
    if side_by_side:
        assert sentences["x"] + sentences["width"] > width - 60
    reader.close()


def test_a_statement_opens_its_controls_in_its_row_and_shows_what_they_do(visit):
    page = visit.open("statements", "text=All statements")
    pick(page, "Outcome", "Israeli strike")
    row = page.locator(".st-key-statement-S18")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    row.get_by_role("slider").wait_for()
    settled(page)
    for name in ("It counts", "Words", "Grade"):
        assert row.get_by_label(name).first.count() == 1, name
    assert row.locator("svg.density").count() == 0
    place = "row => [...document.querySelectorAll('[class*=st-key-statement-]')].indexOf(row)"
    first = row.evaluate(place)
    row.get_by_text("It counts").click()
    row.locator("svg.density").first.wait_for()
    settled(page)
    assert row.evaluate(place) == first
    assert row.locator(".done .figure-row:not(.axis)").count() == 1
    assert row.locator("svg.density").first.bounding_box()["height"] > 20
    still = page.locator("summary", has_text="change it by less than 0.1 points")
    assert page.locator("[class*=st-key-statement-]").count() < 30
    still.click()
    page.locator("[class*=st-key-statement-]").nth(50).wait_for()
    settled(page)
    assert barriers(page) == []
