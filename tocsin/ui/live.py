"""The live panel: evidence and answer in one component, both drawn here as HTML and patched in place in the browser.

The browser sends one event at a time (what was turned, by what) and the next one when the answer to it is there, so
that a dragged slider is answered as fast as the server can and no faster. An event carries a number; the server
remembers the last one it has applied, and a `gesture`, so that one drag is one step to undo.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict, cast

import streamlit as st

from tocsin.ui.markup import Html

KEY = "bench"
"""Of the component, and of what it sends in the session's state."""
_SEEN = "seen"
_WORDS = ("set", "ask", "of", "value")

_PARTS = ("heading", "alert", "cards", "evidence", "strip", "footing", "view")

_HTML = """
<div class="bench stHtml">
  <div class="bench-top"><div data-part="heading"></div><div data-part="alert" aria-live="polite"></div>
    <div data-part="cards"></div></div>
  <div class="bench-side" role="region" aria-label="Evidence">
    <input type="search" placeholder="Find a variable" aria-label="Find a variable" class="find">
    <div data-part="evidence"></div>
  </div>
  <div class="bench-rest"><div data-part="strip"></div><div data-part="footing"></div><div data-part="view"></div></div>
</div>
"""

_SCRIPT = Path(__file__).with_name("live.js").read_text("utf-8")

_component = st.components.v2.component("tocsin.live", html=_HTML, js=_SCRIPT, isolate_styles=False)


class Event(TypedDict, total=False):
    """What was done in the browser: a control turned (`set`, `of`, `value`), or something asked for (`ask`, `of`)."""

    n: int
    gesture: int
    set: str
    ask: str
    of: str
    value: str


def event() -> Event | None:
    """The event that was not seen yet, once."""
    sent = st.session_state.get(KEY)
    found = sent.get("event") if isinstance(sent, Mapping) else None
    if not isinstance(found, Mapping) or not isinstance(found.get("n"), int) or found["n"] <= seen():
        return None
    st.session_state[_SEEN] = found["n"]
    content: dict[str, Any] = {key: str(found[key]) for key in _WORDS if found.get(key) is not None}
    gesture = found.get("gesture")
    content |= {"n": found["n"], "gesture": gesture if isinstance(gesture, int) else 0}
    return cast(Event, content)


def seen() -> int:
    """The number of the last event applied."""
    number: int = st.session_state.get(_SEEN, 0)
    return number


def show(parts: Mapping[str, Html]) -> None:
    """Put the parts on the page; those left out are empty."""
    # Flat, since Streamlit looks for data frames in what is nested, and loads pandas for that.
    content: dict[str, str | int] = {name: str(parts.get(name, "")) for name in _PARTS}
    _component(key=KEY, data=content | {"seen": seen()}, on_event_change=_nothing)


def _nothing() -> None:
    """The event is read by the run itself."""
