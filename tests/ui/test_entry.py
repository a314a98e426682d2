"""Who is let in."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.ui.browsing import free_port, served
from tests.ui.driving import html, parts
from tests.ui.provider import PERSON, providing, secrets


def test_a_server_with_a_provider_asks_for_a_login(at_root):
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.secrets["auth"] = {"redirect_uri": "https://tocsin.example/oauth2callback", "cookie_secret": "x"}
    app.run()
    assert not app.exception
    assert [button.label for button in app.button] == ["Log in"]
    assert parts(app) == {}
    assert "data-outcome" not in html(app)


def test_without_one_everybody_on_this_machine_is_let_in(app):
    assert "data-outcome" in html(app)


@pytest.mark.slow
def test_who_logs_in_at_a_provider_comes_in_and_can_leave(browser, tmp_path):
    port = free_port()
    with providing() as provider:
        secrets(tmp_path, provider, port)
        with served(tmp_path, port) as address:
            context = browser.new_context()
            page = context.new_page()
            page.goto(address)
            page.get_by_role("button", name="Log in").wait_for()
            assert page.locator("[data-outcome]").count() == 0
            page.get_by_role("button", name="Log in").click()
            page.locator("[data-outcome]").first.wait_for()
            page.get_by_text(PERSON["name"]).wait_for()
            page.get_by_role("button", name="Log out").click()
            page.get_by_role("button", name="Log in").wait_for()
            assert page.locator("[data-outcome]").count() == 0
            context.close()
