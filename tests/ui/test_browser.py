"""What a person sees and hears, in a real browser."""

from tests.ui.browsing import Visit, barriers, p_shown, settled, until


def test_it_opens_without_complaint(visit):
    page = visit.open()
    assert 0 < p_shown(page, "israeli_strike") < 1
    assert page.title() == "Tocsin"


LINE = "Israel's public line on Iraq"


def believing(page):
    page.get_by_label(LINE, exact=True).select_option("believed")
    slider = page.get_by_label(f"{LINE}: calls it a reason for force")
    slider.wait_for()
    settled(page)
    return slider


def test_numbers_follow_a_slider_while_it_is_dragged(visit):
    page = visit.open()
    slider = believing(page)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 0.2 * box["width"], middle)
    page.mouse.down()
    drawn = page.locator('[data-node="framing"]').get_attribute("aria-label")
    seen = []
    for part in (0.4, 0.6, 0.8):
        before = p_shown(page, "israeli_strike")
        page.mouse.move(box["x"] + part * box["width"], middle, steps=5)
        seen.append(until(page, "israeli_strike", lambda p, before=before: p > before))
    # The button of the mouse is still down: nothing was let go.
    assert seen == sorted(set(seen))
    place = int(slider.input_value())
    page.mouse.up()
    settled(page)
    assert int(slider.input_value()) == place
    assert page.locator('[data-node="framing"]').get_attribute("aria-label") != drawn


def test_the_keyboard_alone_is_enough(visit):
    page = visit.open()
    page.get_by_label("Find a variable").focus()
    page.keyboard.type("public line")
    assert page.locator(".bench-side .row:visible").count() == 1
    while page.evaluate("document.activeElement.dataset.set") != "kind":
        page.keyboard.press("Tab")
    before = p_shown(page, "israeli_strike")
    page.keyboard.press("o")
    page.locator('[data-variable="framing"][data-changed]').wait_for()
    until(page, "israeli_strike", lambda p: p > before)
    assert page.evaluate("document.activeElement.dataset.set") == "kind"
    settled(page)
    page.keyboard.press("Control+z")
    until(page, "israeli_strike", lambda p: p == before)


def test_a_node_opens_its_statements(visit):
    page = visit.open()
    node = page.locator('[data-node="posture"]')
    node.focus()
    page.keyboard.press("Enter")
    page.locator('[data-trail="posture"]').wait_for()
    settled(page)
    assert barriers(page) == []


def test_readers_do_not_see_each_other(visit, browser, address):
    page = visit.open()
    other = Visit(browser, address)
    theirs = other.open()
    before = p_shown(theirs, "israeli_strike")
    believing(page).fill("90")
    until(page, "israeli_strike", lambda p: p > before + 0.1)
    theirs.get_by_label("Truce in Lebanon", exact=True).select_option("observed")
    theirs.locator('[data-variable="lebanon_truce"][data-changed]').wait_for()
    assert theirs.locator('[data-variable="framing"][data-changed]').count() == 0
    other.close()


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
    assert page.locator("label.slider output").last.inner_text() == f"{begun + 10}\u00a0%"
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
    assert page.locator("details.group[open]").count() == 0
    side = page.locator(".bench-side")
    assert side.evaluate("side => side.scrollHeight === side.clientHeight")
    page.get_by_label("Find a variable").fill("public line")
    page.get_by_label(LINE, exact=True).select_option("observed")
    page.locator('[data-variable="framing"][data-changed]').wait_for()
    settled(page)
    reader.open("why", "text=Which numbers it hangs on")
    reader.close()
