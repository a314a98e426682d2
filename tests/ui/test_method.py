"""The page for sceptics."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.ui.driving import html
from tocsin.version import __version__


def alone() -> None:
    from tocsin.ui.method import page

    page()


def test_it_tells_what_pins_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    app = AppTest.from_function(alone, default_timeout=60).run()
    assert not app.exception
    assert __version__ in html(app)
    assert "20241201" in html(app)
    assert "Russian and Iranian help" in html(app)
    assert any("The rule of hindsight" in part.value for part in app.markdown)
