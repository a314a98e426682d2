"""What a person sees and hears, in a real browser."""

from tests.ui import driving
from tests.ui.browsing import Visit, barriers, p_shown, settled, until
from tocsin.ui import assess


def test_it_opens_without_complaint(visit):
    page = visit.open()
    assert 0 < p_shown(page, "israeli_strike") < 1
    assert page.title() == "Tocsin"


LINE = "Israel's public line on Iraq"


def boundary(page, variable="framing", number=1):
    """The boundary before the last state of what Israel says, or another one."""
    return page.locator(f'[data-of="{variable}"][data-set="edge:{number}"]')


def place(edge):
    return int(edge.get_attribute("aria-valuenow"))


def believing(page):
    """The box for the exact chance that Israel calls it a reason for force."""
    page.get_by_label(LINE, exact=True).select_option("believed")
    box = page.get_by_label(f"{LINE}: calls it a reason for force")
    box.wait_for()
    settled(page)
    return box


def test_numbers_follow_a_boundary_while_it_is_dragged_and_all_is_one_step(visit):
    page = visit.open()
    edge, start = boundary(page), p_shown(page, "israeli_strike")
    edge.scroll_into_view_if_needed()
    box, bar = edge.bounding_box(), edge.locator("xpath=..").bounding_box()
    begun, middle = place(edge), box["y"] + box["height"] / 2
    shares = page.locator('[data-variable="framing"] .names small')
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    node = page.locator('[data-state="casus_belli"] b')
    drawn = node.inner_text()
    row = page.locator('[data-variable="framing"]')
    group = row.locator("xpath=..").get_attribute("data-key")
    seen = []
    for part in (0.2, 0.5, 0.8):
        before = p_shown(page, "israeli_strike")
        low = place(boundary(page, number=0))
        page.mouse.move(bar["x"] + bar["width"] * (begun - part * (begun - low)) / 100, middle, steps=5)
        seen.append(until(page, "israeli_strike", lambda p, before=before: p > before))
    # The button of the mouse is still down: nothing was let go, and no row has moved under the hand.
    assert seen == sorted(set(seen))
    assert row.locator("xpath=..").get_attribute("data-key") == group
    now, figures = place(edge), shares.all_inner_texts()
    assert now < begun
    # The two beside it trade; the first stays.
    assert figures == [f"{low}\u00a0%", f"{now - low}\u00a0%", f"{100 - now}\u00a0%"]
    page.mouse.up()
    page.locator('[data-key="group Set in this scenario"] [data-variable="framing"]').wait_for()
    settled(page)
    assert place(edge) == now
    assert shares.all_inner_texts() == figures
    assert drawn != node.inner_text()
    assert float(node.inner_text().removesuffix("%")) == 100 - now
    assert page.evaluate("document.activeElement.dataset.set") == "edge:1"
    page.get_by_role("button", name="Undo", exact=True).first.click()
    until(page, "israeli_strike", lambda p: p == start)
    page.locator('[data-key="group Set in this scenario"]').wait_for(state="detached")


def test_a_state_is_seen_by_a_click_on_its_part_of_the_bar_or_on_its_name(visit):
    page = visit.open()
    row, before = page.locator('[data-variable="framing"]'), p_shown(page, "israeli_strike")
    row.locator(".stacked > span").nth(1).click()
    row.locator(".chip", has_text="names Iraq or the east, observed").wait_for()
    settled(page)
    name = row.get_by_role("button", name="calls it a reason for force")
    assert name.get_attribute("aria-pressed") == "false"
    name.focus()
    page.keyboard.press("Enter")
    row.locator(".chip", has_text="calls it a reason for force, observed").wait_for()
    until(page, "israeli_strike", lambda p: p > before)
    settled(page)
    assert name.get_attribute("aria-pressed") == "true"
    assert page.evaluate("document.activeElement.value") == "casus_belli"
    page.keyboard.press("Enter")
    until(page, "israeli_strike", lambda p: p == before)
    settled(page)
    assert row.locator(".chip").count() == 0


def test_what_is_set_is_on_top_with_a_chip_that_takes_it_back(visit):
    page = visit.open()
    first = page.locator(".bench-side .row").first
    page.get_by_label("Truce in Lebanon", exact=True).select_option("forced")
    page.locator('.chip.forced:has-text("collapses, forced")').wait_for()
    settled(page)
    assert first.get_attribute("data-variable") == "lebanon_truce"
    page.get_by_role("button", name="Take back what is set on “Truce in Lebanon”").click()
    page.locator(".chip").wait_for(state="detached")
    settled(page)
    assert first.get_attribute("data-variable") != "lebanon_truce"


def test_boundaries_that_lie_on_each_other_go_the_way_of_the_hand(visit):
    page = visit.open()
    page.get_by_label(LINE, exact=True).select_option("observed")
    page.locator(".chip").wait_for()
    settled(page)
    # The last state is certain: both lie at the left end, and only the one before it can move.
    assert [place(boundary(page, number=k)) for k in (0, 1)] == [0, 0]
    for number, part, expected in ((1, 0.6, [0, 60]), (0, 0.3, [30, 60]), (1, 0.3, [30, 30]), (0, 0.1, [10, 30])):
        edge = boundary(page, number=number)
        box, bar = edge.bounding_box(), edge.locator("xpath=..").bounding_box()
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] / 2, middle)
        page.mouse.down()
        page.mouse.move(bar["x"] + part * bar["width"], middle, steps=4)
        page.mouse.up()
        settled(page)
        assert [place(boundary(page, number=k)) for k in (0, 1)] == expected


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
    settled(page)
    # The row has gone to the top, and the focus with it.
    assert page.evaluate("document.activeElement.dataset.set") == "kind"
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
    box = believing(page)
    box.fill("90")
    box.press("Enter")
    until(page, "israeli_strike", lambda p: p > before + 0.1)
    theirs.get_by_label("Truce in Lebanon", exact=True).select_option("observed")
    theirs.locator('[data-variable="lebanon_truce"][data-changed]').wait_for()
    assert theirs.locator('[data-variable="framing"][data-changed]').count() == 0
    other.close()


def test_each_key_on_a_boundary_counts_and_all_are_one_step(visit):
    page = visit.open()
    edge, before = boundary(page), p_shown(page, "israeli_strike")
    begun = place(edge)
    edge.focus()
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    assert place(edge) == begun - 10
    until(page, "israeli_strike", lambda p: p > before)
    page.locator('[data-key="group Set in this scenario"] [data-variable="framing"]').wait_for()
    settled(page)
    assert place(edge) == begun - 10
    box = page.get_by_label(f"{LINE}: calls it a reason for force")
    assert box.input_value() == f"{110 - begun}"
    assert edge.get_attribute("aria-valuetext").endswith(f"calls it a reason for force {110 - begun} %")
    assert page.evaluate("document.activeElement.dataset.set") == "edge:1"
    page.keyboard.press("Home")
    page.wait_for_timeout(100)
    assert place(edge) == int(edge.get_attribute("aria-valuemin"))
    settled(page)
    for _ in range(2):
        page.get_by_role("button", name="Undo", exact=True).first.click()
        settled(page)
    until(page, "israeli_strike", lambda p: p == before)
    assert place(edge) == begun


PANEL = """async ({ html, script, data }) => {
  const panel = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })))
  window.sent = []
  window.drawPanel = (seen, anew) => {
    if (anew) document.body.innerHTML = html
    const setStateValue = (name, event) => window.sent.push(event)
    panel.default({ data: { ...data, seen }, parentElement: document.body, setStateValue })
  }
}"""


def test_keys_count_on_where_they_were_when_the_panel_is_made_anew_before_its_answer(app, browser):
    page = browser.new_page()
    page.route("**/*", lambda route: route.fulfill(content_type="text/html", body="<!doctype html><title>-</title>"))
    page.goto("http://panel.test/")
    page.evaluate(PANEL, {"html": assess._HTML, "script": assess._SCRIPT, "data": driving.parts(app)})
    page.evaluate("drawPanel(0, true)")
    begun = place(boundary(page))
    boundary(page).focus()
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    # The server has not answered yet: what is drawn anew is what it said before.
    page.evaluate("drawPanel(0, true)")
    assert place(boundary(page)) == begun - 9
    assert page.evaluate("document.activeElement.dataset.set") == "edge:1"
    page.keyboard.press("ArrowLeft")
    assert place(boundary(page)) == begun - 10
    page.evaluate("drawPanel(1, true)")
    assert place(boundary(page)) == begun - 10
    numbered = {event["n"]: event["value"] for event in page.evaluate("sent")}
    assert numbered == {1: f"{begun - 1}", 2: f"{begun - 10}"}
    page.close()


def test_a_number_is_typed_and_the_others_are_rebalanced(visit):
    page = visit.open()
    box = believing(page)
    before = p_shown(page, "israeli_strike")
    box.fill("70")
    # What is being typed is not yet set.
    page.wait_for_timeout(200)
    assert p_shown(page, "israeli_strike") == before
    box.press("Enter")
    until(page, "israeli_strike", lambda p: p > before)
    settled(page)
    assert box.input_value() == "70"
    assert sum(int(one.input_value()) for one in page.locator(".boxes input").all()) == 100


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


def test_the_first_steps_are_put_away_for_good_and_a_card_is_chosen(visit):
    page = visit.open()
    page.get_by_role("button", name="Got it, hide this").click()
    assert page.locator(".first").is_hidden()
    page.locator('[data-outcome="israeli_strike"] .pick').click()
    page.locator(".short", has_text="An Israeli strike on Iraqi soil").wait_for()
    settled(page)
    assert page.locator('[data-outcome="israeli_strike"] .pick').get_attribute("aria-pressed") == "true"
    assert page.locator(".row").first.get_attribute("data-variable") == "us_position"
    page.locator('[data-outcome="israeli_strike"] .lane').hover()
    assert page.locator('[data-outcome="israeli_strike"] .tip').is_visible()
    visit.open()
    assert page.locator(".first").is_hidden()
