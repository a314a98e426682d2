"""Who is let in."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.ui.driving import html, parts


def test_a_server_with_a_provider_asks_for_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.secrets["auth"] = {"redirect_uri": "https://tocsin.example/oauth2callback", "cookie_secret": "x"}
    app.run()
    assert not app.exception
    assert [button.label for button in app.button] == ["Log in"]
    assert parts(app) == {}
    assert "data-outcome" not in html(app)


def test_without_one_everybody_on_this_machine_is_let_in(app: AppTest) -> None:
    assert "data-outcome" in html(app)
