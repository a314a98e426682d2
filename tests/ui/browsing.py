"""The app in a real browser: a server of our own, the system's Chromium, and a page that notices what goes wrong."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.conftest import ROOT
from tocsin.ui.server import ADDRESS

REQUIRED = "TOCSIN_BROWSER"
"""Set to `required`, a missing browser is an error; else tests that need one are skipped."""
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def chromium():
    """The system's Chromium, or a skip with the reason."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        import playwright  # noqa: F401
    except ImportError:
        found = None
    if found is None:
        why = "there is no Chromium with Playwright here (apt-get install chromium; pip install playwright)"
        if os.environ.get(REQUIRED) == "required":
            pytest.fail(why)
        pytest.skip(why)
    return found


@contextmanager
def served(folder, port=None):
    """The address of the app in a folder, on a free port of this machine if none is given."""
    with serving(folder, port) as (address, _):
        yield address


@contextmanager
def serving(folder, port=None):
    """The same with the server's process."""
    port = port or free_port()
    command = [sys.executable, "-m", "tocsin", "app", "--port", str(port)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await_health(f"http://{ADDRESS}:{port}/_stcore/health")
        yield f"http://{ADDRESS}:{port}", process
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port():
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        port: int = free.getsockname()[1]
        return port


def _await_health(address):
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                if response.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no answer from {address}")


@contextmanager
def launched():
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


class Visit:
    """One reader's page, with what it complained about and what it asked of other machines."""

    def __init__(self, browser, address, **settings):
        self.context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, **settings})
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.address = address
        self.complaints: list[str] = []
        self.outside: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)
        self.page.on("websocket", self._asked)

    def open(self, path="", ready="[data-outcome]"):
        """Go to a page and wait until what shows that it is there is there, and nothing runs any more."""
        self.page.goto(f"{self.address}/{path}")
        self.page.locator(ready).first.wait_for()
        settled(self.page)
        return self.page

    def close(self):
        """Leave; nothing may have gone wrong and nothing asked for elsewhere."""
        self.context.close()
        assert not self.complaints, self.complaints
        assert not self.outside, self.outside

    def _heard(self, message):
        # On a page below the first, Streamlit looks for its server beside the page before it looks at the top.
        looking = re.search(r"/[a-z-]+/_stcore/(health|host-config)$", message.location.get("url", ""))
        if message.type == "error" and not looking:
            self.complaints.append(f"{message.text} ({message.location})")

    def _asked(self, request):
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != ADDRESS:
            self.outside.append(request.url)


def p_shown(page, outcome):
    return float(page.locator(f'[data-outcome="{outcome}"]').first.get_attribute("data-p"))


def barriers(page):
    """All that axe finds, however small."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


def until(page, outcome, holds):
    """Wait until an outcome's probability is as wanted; Playwright's own waiting would need a laxer policy."""
    for _ in range(400):
        if holds(p := p_shown(page, outcome)):
            return p
        page.wait_for_timeout(25)
    raise AssertionError(f"{outcome} stays at {p}")


def settled(page):
    """Wait until no run of the script is under way."""
    page.wait_for_timeout(100)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
