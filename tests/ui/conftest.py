"""The app in a folder of choice, and in a browser."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.browsing import Visit, launched, served
from tests.ui.driving import start


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a real browser is slow."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _main_module() -> Iterator[None]:
    """A script that runs as an app takes the place of `__main__`, where processes that are started later look for it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, shipped: Path) -> AppTest:
    """The app on the shipped model."""
    monkeypatch.chdir(shipped)
    return start()


@pytest.fixture
def app_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], AppTest]:
    """The app in another folder."""

    def opened(folder: Path) -> AppTest:
        monkeypatch.chdir(folder)
        return start()

    return opened


@pytest.fixture(scope="session")
def address(shipped: Path) -> Iterator[str]:
    """The app on the shipped model, served once."""
    with served(shipped) as at:
        yield at


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser for the tests of one file."""
    with launched() as running:
        yield running


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Visit]:
    """A reader's page at 1366 × 768 that must end without complaint."""
    reader = Visit(browser, address)
    yield reader
    reader.close()
