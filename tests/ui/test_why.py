"""The story of an outcome in a real browser: from its card to the pages that tell of it."""

import pytest

from tests.ui.browsing import p_shown, settled
from tests.ui.test_settings import pick, shown, to

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
