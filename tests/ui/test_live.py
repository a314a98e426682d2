"""The live panel in a real browser: keys on a slider, and what is looked for."""

from tests.ui.browsing import Visit, p_shown, settled, until

LINE = "Israel's public line on Iraq"


def believing(page):
    """The slider of a belief, once it is there."""
    page.get_by_label(LINE, exact=True).select_option("believed")
    slider = page.get_by_label(f"{LINE}: calls it a reason for force")
    slider.wait_for()
    settled(page)
    return slider


def test_each_key_on_a_slider_counts_and_all_are_one_step(visit):
    page = visit.open()
    slider = believing(page)
    begun, before = int(slider.input_value()), p_shown(page, "israeli_strike")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    assert int(slider.input_value()) == begun + 10
    until(page, "israeli_strike", lambda p: p > before)
    settled(page)
    assert int(slider.input_value()) == begun + 10
    assert page.locator("label.slider output").last.inner_text() == f"{begun + 10} %"
    assert page.evaluate("document.activeElement.dataset.set") == "share:casus_belli"
    page.get_by_role("button", name="Undo", exact=True).first.click()
    until(page, "israeli_strike", lambda p: p == before)
    assert int(slider.input_value()) == begun


def test_what_is_looked_for_is_there_again_when_one_comes_back(visit):
    page = visit.open()
    page.get_by_label("Find a variable").fill("truce")
    assert page.locator(".bench-side .row:visible").count() == 1
    page.get_by_role("link", name="Method", exact=True).click()
    page.locator("text=How the numbers are made").wait_for()
    page.get_by_role("link", name="Assess", exact=True).click()
    page.locator("[data-outcome]").first.wait_for()
    assert page.get_by_label("Find a variable").input_value() == "truce"
    assert page.locator(".bench-side .row:visible").count() == 1


def test_on_a_narrow_screen_the_evidence_is_folded_and_scrolls_with_the_page(browser, address):
    reader = Visit(browser, address, viewport={"width": 390, "height": 800})
    page = reader.open()
    settled(page)
    assert page.locator("details.group[open]").count() == 0
    side = page.locator(".bench-side")
    assert side.evaluate("side => side.scrollHeight === side.clientHeight")
    page.get_by_label("Find a variable").fill("public line")
    page.get_by_label(LINE, exact=True).select_option("observed")
    page.locator('[data-variable="framing"][data-changed]').wait_for()
    settled(page)
    reader.open("why", "text=Which numbers it hangs on")
    reader.close()
