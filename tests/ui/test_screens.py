"""What every page looks like on other screens: narrow, zoomed, dark, in the system's own colours."""

import re

import pytest

from tests.conftest import IRAQ
from tests.ui.browsing import Visit, settled
from tests.ui.test_story import PAGES
from tocsin.files import load_model
from tocsin.records import Scenario
from tocsin.ui import scenario_io

BEYOND = """
() => {
  const inside = (one) => one.closest('.sideways, .net-frame, [data-testid=stSidebar], [data-testid=stMarkdown]')
  return [...document.querySelectorAll('[data-testid=stMain] *')]
    .filter((one) => !inside(one) && one.offsetWidth && one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => `${one.nodeName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`).slice(0, 5)
}
"""
"""What reaches beyond the screen, but for what is made to be moved sideways in its own place."""
CONTRAST = """
(one) => {
  const light = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255)
    const [r, g, b] = parts.map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const text = one.querySelector('p') ?? one
  const [a, b] = [getComputedStyle(text).color, getComputedStyle(one).backgroundColor].map(light)
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
}
"""


def opened(reader, path):
    return reader.open(path, PAGES[path])


@pytest.mark.parametrize(("width", "dense"), [(390, 1), (683, 2)], ids=["phone", "zoomed to 200 %"])
def test_nothing_reaches_beyond_a_narrow_screen(browser, address, width, dense):
    reader = Visit(browser, address, viewport={"width": width, "height": 700}, device_scale_factor=dense)
    for path in PAGES:
        page = opened(reader, path)
        assert page.evaluate(BEYOND) == [], path
        assert page.locator("[data-testid=stMain]").evaluate("main => main.scrollWidth - main.clientWidth") <= 0, path
    reader.close()


def test_bars_and_bands_are_seen_in_the_system_s_own_colours(browser, address):
    reader = Visit(browser, address, forced_colors="active")
    page = opened(reader, "")
    for part in (".event .band", ".event .point", ".stacked .s3", ".ladder .most i"):
        one = page.locator(part).first
        own, behind = one.evaluate(
            "one => [one.closest('svg') ? getComputedStyle(one).fill : getComputedStyle(one).backgroundColor, "
            "getComputedStyle(document.body).backgroundColor]"
        )
        assert own not in (behind, "rgba(0, 0, 0, 0)"), part
    reader.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_to_press_can_be_read(browser, address, scheme):
    reader = Visit(browser, address, color_scheme=scheme)
    page = opened(reader, "batch")
    assert page.get_by_role("button", name="Run", exact=True).evaluate(CONTRAST) >= 4.5
    reader.close()


def test_the_focus_is_seen_in_the_navigation(visit):
    page = opened(visit, "method")
    while page.evaluate("document.activeElement.dataset.testid") != "stTopNavLink":
        page.keyboard.press("Tab")
    style = page.evaluate(
        "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
    )
    assert style == ["solid", "3px"]


def link(**content):
    model = load_model(IRAQ)
    scenario = Scenario.model_validate({"scenario": "x", "title": "From a friend", "model": model.name, **content})
    return scenario_io.as_link(scenario, model)


def test_a_link_to_what_cannot_be_opens_a_page_to_work_with(visit):
    both = {"target": [{"observed": "none"}], "civilian_deaths": [{"observed": "yes"}]}
    page = visit.open(f"?scenario={link(evidence=both)}")
    alert = page.locator(".alert")
    assert "The model holds" in alert.inner_text()
    assert (
        "Below stands the last answer that could be given, to “As things stood on 1 December 2024”"
        in alert.inner_text()
    )
    assert page.locator(".heading .chips li").count() == 2
    assert page.locator("[data-outcome]").count() == 7
    alert.get_by_role("button", name=re.compile("Take back “Gravest target")).click()
    alert.wait_for(state="detached")
    assert page.locator(".heading .chips li").count() == 1


def test_what_turns_the_direction_of_writing_is_seen_and_not_obeyed(visit):
    page = visit.open(f"?scenario={link(title='safe ‮txt.exe')}")
    assert page.locator("h1").inner_text() == "safe \\u202etxt.exe"
    for path in ("compare", "briefing"):
        page.get_by_role("link", name=path.title(), exact=True).click()
        page.locator(PAGES[path]).first.wait_for()
        settled(page)
        assert "\\u202e" in page.content()
        assert "\u202e" not in page.content(), path
