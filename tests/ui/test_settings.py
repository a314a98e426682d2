"""What a reader has set stays: the scenario on every page, and the settings of pages that one leaves and comes back to."""

from tests.ui.browsing import settled

FORCE = "Israel calls the attacks from Iraq a reason for force"
READY = {
    "Assess": "Find a variable", "Statements": "All statements", "Why": "Which numbers it hangs on",
    "Look for next": "What to look for", "Compare": "What is set", "Batch": "Before it is run",
    "Briefing": "What pins this answer", "Method": "How the numbers are made",
}  # fmt: skip


def to(page, title):
    page.get_by_role("link", name=title, exact=True).click()
    ready = READY[title]
    page.locator(f"text={ready}").or_(page.get_by_label(ready, exact=True)).first.wait_for()
    settled(page)


def box(page, label):
    return page.get_by_role("combobox", name=label, exact=True)


def pick(page, label, option):
    box(page, label).click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def shown(page, label):
    told: str = box(page, label).evaluate(
        "box => box.value || box.closest('[data-testid=stSelectbox]').innerText.split('\\n').slice(-1)[0]"
    )
    return told


def test_the_box_shows_the_scenario_that_the_numbers_are_of_on_every_page(visit):
    page = visit.open()
    pick(page, "Scenario", FORCE)
    for title in READY:
        to(page, title)
        assert shown(page, "Scenario") == FORCE, title
    to(page, "Assess")
    page.get_by_label("Truce in Lebanon", exact=True).select_option("observed")
    page.locator('[data-variable="lebanon_truce"][data-changed]').wait_for()
    settled(page)
    assert shown(page, "Scenario") == f"{FORCE}, changed"
    to(page, "Method")
    assert shown(page, "Scenario") == f"{FORCE}, changed"
    pick(page, "Scenario", FORCE)
    to(page, "Assess")
    assert page.locator("[data-changed]").count() == 0


def test_pages_open_on_what_the_scenario_moves_most_and_keep_what_is_picked(visit):
    page = visit.open("why", "text=Which numbers it hangs on")
    pick(page, "Scenario", FORCE)
    assert shown(page, "Outcome") == "Israeli strike"
    page.locator("summary", has_text="Two numbers together").click()
    across = box(page, "Across")
    across.wait_for()
    across.scroll_into_view_if_needed()
    option = page.get_by_role("option").nth(3)
    for _ in range(4):
        # Streamlit closes a list while the page still scrolls to its box.
        across.click()
        page.wait_for_timeout(500)
        if option.is_visible():
            break
    option.click()
    settled(page)
    second = shown(page, "Across")
    to(page, "Look for next")
    assert shown(page, "Outcome") == "Israeli strike"
    assert page.locator("[data-name]").count() > 0
    to(page, "Compare")
    page.locator("[data-tag-index]").nth(1).wait_for()
    assert page.locator("[data-tag-index]").all_inner_texts() == ["As things stood on 1 December 2024", FORCE]
    box(page, "Scenarios (two to six); the others are compared with the first").click()
    page.get_by_role("option", name="Damascus falls within the month", exact=True).click()
    page.keyboard.press("Escape")
    settled(page)
    to(page, "Batch")
    pick(page, "Rows", "What Baghdad and Beirut can do, in all combinations")
    to(page, "Statements")
    to(page, "Batch")
    assert shown(page, "Rows") == "What Baghdad and Beirut can do, in all combinations"
    to(page, "Compare")
    assert page.locator("[data-tag-index]").count() == 3
    to(page, "Why")
    assert shown(page, "Across") == second


def test_statements_keep_the_focus_and_their_settings(visit):
    page = visit.open("statements", "text=All statements")
    page.get_by_role("combobox", name="Speaker").click()
    page.get_by_role("option", name="Ahmed Al-Sharifi").click()
    page.keyboard.press("Escape")
    settled(page)
    row = page.locator(".st-key-statement-S18")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    weight = page.get_by_role("slider")
    weight.wait_for()
    weight.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        settled(page)
        assert page.evaluate("document.activeElement.type") == "range"
    page.locator("text=What the changes do to the outcomes").wait_for()
    settled(page)
    assert weight.input_value() == "1.3"
    # In the page itself, where a reader sees it, and not in what was sent to it.
    densities = page.locator("figure svg.density")
    assert densities.count() > 0
    assert densities.first.bounding_box()["height"] > 20
    to(page, "Method")
    to(page, "Statements")
    assert row.locator("details").first.evaluate("details => details.open")
    page.get_by_role("slider").wait_for()
    assert page.locator("[data-tag-index]").all_inner_texts() == ["Ahmed Al-Sharifi"]
    assert page.get_by_role("slider").input_value() == "1.3"
