"""The app in a folder of choice, and in a browser."""

import shutil
import sys

import pytest

from tests.conftest import IRAQ, ROOT
from tests.ui.browsing import Visit, launched, served
from tests.ui.driving import start
from tocsin.ui.server import EDIT


def pytest_collection_modifyitems(items):
    """What needs a real browser is slow."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def _main_module():
    """A script that runs as an app takes the place of `__main__`, where processes that are started later look for it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def app(at_root):
    return start()


@pytest.fixture
def app_in(monkeypatch):
    def opened(folder):
        monkeypatch.chdir(folder)
        return start()

    return opened


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The folder of a copy of the shipped model, in the working folder, into which pages may save."""
    for room in ("models", "scenarios"):
        shutil.copytree(ROOT / room / IRAQ.name, tmp_path / room / IRAQ.name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(EDIT, "yes")
    return tmp_path / "models" / IRAQ.name


@pytest.fixture(scope="session")
def address(shipped):
    """The app on the shipped model, served once."""
    with served(shipped) as at:
        yield at


@pytest.fixture(scope="module")
def browser():
    """A browser for the tests of one file."""
    with launched() as running:
        yield running


@pytest.fixture
def visit(browser, address):
    """A reader's page at 1366 × 768 that must end without complaint."""
    reader = Visit(browser, address)
    yield reader
    reader.close()
