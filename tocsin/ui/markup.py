"""Text into HTML and Markdown without a hole: whatever is not `Html` already is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Literal

import streamlit as st

_VOID = frozenset({"br", "hr"})
_MARKED = re.compile(r"([\\`*_\[\]<>$~!#|{}])")
_CONTROLS = {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
"""Characters that turn the direction of all that follows (Unicode TR 9), and how they are shown instead."""
_PUT = Path(__file__).with_name("drawing.js").read_text("utf-8")
_drawn = st.components.v2.component("tocsin.drawn", html='<div class="stHtml"></div>', js=_PUT, isolate_styles=False)


class Html(str):
    """Text that is HTML already: made here, or by our own drawing of a picture."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: str | float | None) -> Html:
    """An element; content that is not `Html` and all attributes are escaped, attributes of None left out.

    `class_` is written `class`, and other underscores are hyphens.

    >>> element("p", "a < b", class_="note", data_variable="x")
    '<p class="note" data-variable="x">a &lt; b</p>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(content)}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Html:
    """Parts side by side, each escaped unless it is `Html`."""
    return Html(_escaped(between).join(part if isinstance(part, Html) else _escaped(part) for part in parts))


def literal(text: str) -> str:
    """Text for a widget that reads no Markdown: what would turn the direction of the line is seen and not obeyed.

    >>> print(literal("safe\\u202egpj.exe"))
    safe\\u202egpj.exe
    """
    return text.translate(_CONTROLS)


def _escaped(text: str) -> str:
    return escape(literal(text))


def unbroken(text: str) -> Html:
    """Text that stays on one line, such as an interval."""
    return element("span", text, class_="unbroken")


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


def said(sentence: str) -> Html:
    """A sentence whose words of a lexicon stand between asterisks.

    >>> said("now *likely*, p < 1")
    'now <em>likely</em>, p &lt; 1'
    """
    parts = re.split(r"\*([^*]+)\*", sentence)
    return joined(element("em", part) if place % 2 else part for place, part in enumerate(parts))


def sideways(label: str, table: Html, kind: str = "") -> Html:
    """Something wide that can be moved sideways on a narrow screen, by keys too; `tall`: up and down as well."""
    return element("div", table, class_=f"sideways {kind}".strip(), tabindex=0, role="region", aria_label=label)


def table(
    label: str,
    heads: Sequence[str],
    rows: Iterable[Html] | Mapping[str, Iterable[Html]],
    kind: str = "",
    tall: bool = False,
    above: Html | None = None,
) -> Html:
    """A table in a place of its own. rows: of `row`, or such rows by the heading that stands over them.

    heads: a text each, or a `th` already; none for a table without. kind: its class. above: a row over the headings.
    """
    count = len(heads)
    bodies = []
    for title, held in rows.items() if isinstance(rows, Mapping) else [("", rows)]:
        over = [element("tr", element("th", title, colspan=count, scope="rowgroup"), class_="group")] if title else []
        bodies.append(element("tbody", *over, *held))
    top = element("tr", *(head if isinstance(head, Html) else element("th", head, scope="col") for head in heads))
    shown = [element("thead", above or Html(), top)] if heads else []
    drawn = element("table", *shown, *bodies, class_=f"every {kind}".strip())
    return sideways(label, drawn, "tall" if tall else "")


def row(title: str, *cells: str, **attributes: str | float | None) -> Html:
    """A row under its title; a cell that is a `td` already stays as it is."""
    drawn = (cell if isinstance(cell, Html) and cell.startswith("<td") else element("td", cell) for cell in cells)
    return element("tr", element("th", title, scope="row"), *drawn, **attributes)


def alert(what: str, why: str = "") -> Html:
    """Something that went wrong, with the reason line by line."""
    lines = [element("p", line) for line in why.splitlines()]
    return element("div", element("p", element("b", what)), *lines, class_="alert", role="alert")
