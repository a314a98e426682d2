"""Nothing but our own HTML reaches the browser as HTML."""

import doctest
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tocsin.render import html
from tocsin.render.html import Html, element, joined
from tocsin.ui import evidence, method, widgets
from tocsin.ui.widgets import plain

EVIL = '<img src=x onerror="alert(1)">'


def test_content_and_attributes_are_escaped():
    made = element("p", EVIL, element("b", "kept"), title=EVIL)
    assert "<img" not in made
    assert "<b>kept</b>" in made
    assert 'title="&lt;img src=x onerror=&quot;alert(1)&quot;&gt;"' in made


def test_escaping_once_is_enough():
    assert element("p", element("b", "a & b")) == "<p><b>a &amp; b</b></p>"
    assert joined(["a & b", Html("<br>")]) == "a &amp; b<br>"


@pytest.mark.parametrize("text", ["![x](https://example.org/x.png)", "**bold**", "$x$", "<b>", ":red[x]", "a|b", "`c`"])
def test_labels_hold_no_live_marks(text):
    rest = plain(text)
    for mark in "\\`*_[]<>$~!#|{}":
        rest = rest.replace(f"\\{mark}", "")
    assert not set(rest) & set("`*_[]<>$~!#|{}")


@pytest.mark.parametrize("module", [html, widgets, evidence, method])
def test_examples(module):
    assert doctest.testmod(module).failed == 0


def test_html_goes_to_the_browser_in_one_place_only():
    callers = [path.name for path in Path(ROOT / "tocsin" / "ui").glob("*.py") if "st.html(" in path.read_text()]
    assert callers == ["widgets.py"]
    assert not [path for path in (ROOT / "tocsin").rglob("*.py") if "unsafe_allow" in path.read_text()]


def test_of_a_box_that_was_made_anew_only_the_last_is_heard(monkeypatch):
    monkeypatch.setattr(widgets.st, "session_state", {"bound": {"box": (1, "")}})
    heard = []
    for drawn in ("box", "box~1"):
        widgets._heard("box", drawn, lambda drawn=drawn: heard.append(drawn))
    assert heard == ["box~1"]
