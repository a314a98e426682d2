"""The app, driven by its labels and without a browser."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


def start(seconds: float = 60) -> AppTest:
    """A new session."""
    return AppTest.from_file(ROOT / "app.py", default_timeout=seconds).run()


def html(app: AppTest) -> str:
    """All that is sent as HTML."""
    return "\n".join(part.value for part in app.html)


def p(app: AppTest, outcome: str) -> float:
    """The probability on an outcome's card."""
    found = re.search(rf'data-outcome="{outcome}" data-p="([0-9.]+)"', html(app))
    assert found, f"no card for {outcome}"
    return float(found[1])


def choose(app: AppTest, label: str, option: str) -> AppTest:
    """Choose an option, both as they are read on the page."""
    box = next(one for one in app.selectbox if one.label == label)
    return box.select_index(box.options.index(option)).run()


def click(app: AppTest, key: str) -> AppTest:
    """Click the button with this key."""
    return app.button(key=key).click().run()
