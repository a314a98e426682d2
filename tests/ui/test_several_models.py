"""Several models in one folder: the choice outlives links and reloads, and each has its scenarios, sweeps and work."""

import re
import shutil
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conftest import DAM, IRAQ, ROOT
from tests.ui.browsing import Visit, served, settled

MUDDY = '[data-set="seen"][data-of="seepage"][value="muddy"]'


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The app on both shipped models."""
    folder = tmp_path_factory.mktemp("both")
    for kind in ("models", "scenarios"):
        for model in (IRAQ, DAM):
            shutil.copytree(ROOT / kind / model.name, folder / kind / model.name)
    with served(folder) as at:
        yield at


def model_box(page):
    return page.get_by_role("combobox", name="Model", exact=True)


def test_the_choice_outlives_pages_reloads_and_links(browser, both):
    reader = Visit(browser, both)
    page = reader.open()
    assert parse_qs(urlsplit(page.url).query)["model"] == [IRAQ.name]
    model_box(page).click()
    page.get_by_role("option", name="The dam above Lower Marl").click()
    page.locator(MUDDY).first.click()
    page.wait_for_url(re.compile(r"model=marl-dam-2025&scenario="))
    link = page.url
    page.get_by_role("link", name="Batch").click()
    page.get_by_text("Lowering of the lake, forced").first.wait_for()
    page.reload()
    page.get_by_text("Lowering of the lake, forced").first.wait_for()
    settled(page)
    assert model_box(page).input_value().startswith("The dam above Lower Marl")
    reader.close()
    # In another browser, also where only the scenario is left of the address.
    for address in (link, re.sub(r"model=[^&]*&", "", link)):
        other = Visit(browser, both)
        page = other.page
        page.goto(address)
        page.locator(f'{MUDDY}[aria-pressed="true"]').first.wait_for()
        settled(page)
        assert model_box(page).input_value().startswith("The dam above Lower Marl")
        other.close()
