"""Text into pages: HTML is put into the browser here and nowhere else, and text into labels that read Markdown."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import streamlit as st

from tocsin.output import literal as literal
from tocsin.render.html import Html as Html
from tocsin.render.html import element as element
from tocsin.render.html import joined as joined
from tocsin.render.html import row as row
from tocsin.render.html import sideways as sideways
from tocsin.render.html import table as table
from tocsin.render.html import unbroken as unbroken

_MARKED = re.compile(r"([\\`*_\[\]<>$~!#|{}])")
_PUT = Path(__file__).with_name("drawing.js").read_text("utf-8")
_drawn = st.components.v2.component("tocsin.drawn", html='<div class="stHtml"></div>', js=_PUT, isolate_styles=False)


def show(html: Html, width: Literal["stretch", "content"] = "stretch") -> None:
    """Put it on the page; nothing for nothing. Nowhere else but in the live panel is HTML sent to the browser."""
    if "<svg" in html:
        # `st.html` takes every drawing out, silently.
        _drawn(data={"html": str(html)}, width=width)
    elif html:
        st.html(html, width=width)


def plain(text: str) -> str:
    r"""Text for a label, where Streamlit reads Markdown: every mark is taken as it stands.

    >>> print(plain("![x](https://example.org) *now* <b>"))
    \!\[x\](https://example.org) \*now\* \<b\>
    """
    return _MARKED.sub(r"\\\1", literal(text))


def alert(what: str, why: str = "") -> Html:
    """Something that went wrong, with the reason line by line."""
    lines = [element("p", line) for line in why.splitlines()]
    return element("div", element("p", element("b", what)), *lines, class_="alert", role="alert")
