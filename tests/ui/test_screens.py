"""What every page looks like on other screens: narrow, zoomed, dark, in the system's own colours."""

import re
from pathlib import Path

import pytest

from tests.conftest import IRAQ
from tests.ui.browsing import Visit, barriers, settled
from tests.ui.test_story import PAGES
from tocsin.files import load_model
from tocsin.records import Scenario
from tocsin.ui import main, scenario_io

SCREENS = ((390, "dark"), (768, "forced"), (1366, "light"), (1920, "dark"))
"""Widths in pixels and colours on which all is looked at."""
ZOOMED = (320, 384, 683, 960)
"""What 768, 1366 and 1920 pixels become at 200 %, and 1280 at 400 %: below that WCAG (1.4.10) asks for nothing."""
MEDIA = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}
LAYOUT, KEYS = (Path(__file__).with_name(name).read_text("utf-8") for name in ("layout.js", "keys.js"))
MOVING = """
() => [...document.querySelectorAll('*')].filter((one) => ['', '::before', '::after'].some((part) => {
  const {transitionDuration, animationDuration} = getComputedStyle(one, part)
  return `${transitionDuration}, ${animationDuration}`.split(',').some((time) => parseFloat(time) > 0.001)
})).map((one) => one.className)
"""
"""What moves, though a reader wants no motion."""
RECOLOURED = """
(pale) => [...document.querySelectorAll('[data-testid=stMain] [data-testid=stMarkdownContainer] p')]
  .filter((text) => !text.closest('[kind=primary]'))
  .every((text) => Math.max(...getComputedStyle(text).color.match(/\\d+/g).slice(0, 3)) > 127 === pale)
"""
"""Whether all text has the colours of a dark page, or of a light one."""
ENDS = """
() => new Set([...document.querySelectorAll('.stHtml .part, .stHtml .every, [data-testid=stFileUploaderDropzone]')]
  .filter((part) => !part.closest('.sideways, [data-testid=stColumn], [data-testid=stExpander]') && part.offsetWidth)
  .map((part) => getComputedStyle(part.parentElement).display === 'grid' ? part.parentElement : part)
  .map((block) => Math.round(block.getBoundingClientRect().right))).size
"""
"""How many lines the parts of a page end at."""
UNFOLD = """
() => [...document.querySelectorAll('[data-testid=stExpander] details:not([open], .take) > summary')]
  .filter((summary) => !summary.closest('[class*=st-key-statement]')).map((summary) => summary.click()).length
"""
"""All that is folded but the statements one by one."""


def opened(reader, path):
    return reader.open(path, PAGES[path])


@pytest.fixture(scope="module")
def still(browser, address):
    """A reader who wants no motion, with a scenario that has something of everything set."""
    reader = Visit(browser, address, reduced_motion="reduce")
    yield reader
    reader.close()


@pytest.mark.parametrize(("title", "path"), [(title, path) for _, title, path in (*main.PAGES, *main.EDIT_PAGES)])
def test_a_page_keeps_nobody_out_on_any_screen(still, title, path):
    evidence = {"framing": [{"observed": "casus_belli"}], "posture": [{"reported": ["degraded"], "grade": "B2"}]}
    everything = link(evidence=evidence, forced={"lebanon_truce": "collapses"}, statements={"exclude": ["S18"]})
    page = still.open(f"{path}?scenario={everything}", PAGES[path])
    while page.evaluate(UNFOLD):
        settled(page)
        page.wait_for_timeout(300)
    faults = []
    for width, colours in SCREENS:
        sized(page, width, 900, colours)
        faults += [f"{width} px, {colours}: {fault}" for fault in (*page.evaluate(LAYOUT), *barriers(page))]
    for width in ZOOMED:
        sized(page, width, 450)
        faults += [f"{width} px: {fault}" for fault in page.evaluate(LAYOUT)]
    faults += [f"moves: {one}" for one in page.evaluate(MOVING)]
    sized(page, 1366, 768)
    # These two have two columns.
    if path not in ("", "choices") and page.evaluate(ENDS) > 1:
        faults.append("its parts end at several lines")
    faults += by_keys(page)
    assert not faults, "\n".join(faults)


def sized(page, width, height, colours="light"):
    """Another screen, once the page has taken it in."""
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(**MEDIA[colours])
    for _ in range(200):
        page.wait_for_timeout(25)
        if page.evaluate(RECOLOURED, colours != "light"):
            break
    page.wait_for_timeout(100)


def by_keys(page):
    """What is wrong with the way of the Tab key through the whole page."""
    page.evaluate(KEYS)
    for _ in range(page.evaluate("keys.start()") + 5):
        page.keyboard.press("Tab")
    return page.evaluate("keys.faults()")


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


def link(**content):
    model = load_model(IRAQ)
    scenario = Scenario.model_validate({"scenario": "x", "title": "From a friend", "model": model.name, **content})
    return scenario_io.as_link(scenario, model.digest)


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
