"""The app in a folder of choice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT
from tests.ui.driving import start


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app on the shipped model."""
    monkeypatch.chdir(ROOT)
    return start()


@pytest.fixture
def app_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], AppTest]:
    """The app in another folder."""

    def opened(folder: Path) -> AppTest:
        monkeypatch.chdir(folder)
        return start()

    return opened
