"""What pages are built of: HTML put into the browser, labels, parts under headings, and widgets whose setting lasts.

Text comes into pages as HTML here and nowhere else. A widget's setting is there again when one comes back to its page,
and shows what the session holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from tocsin.output import literal
from tocsin.render.html import Html, element, fragments
from tocsin.render.marks import SHADES
from tocsin.report.blocks import Block, Section
from tocsin.ui import access, take_away

_MARKED = re.compile(r"([\\`*_\[\]<>$~!#|{}])")
_PUT = Path(__file__).with_name("drawing.js").read_text("utf-8")
_drawn = st.components.v2.component(
    "tocsin.drawn", html='<div class="stHtml"></div>', js=f"{take_away.SCRIPT}\n{_PUT}", isolate_styles=False
)


def show(html: Html, width: Literal["stretch", "content"] = "stretch") -> None:
    """Put it on the page; nothing for nothing. Nowhere else but in the live panel is HTML sent to the browser."""
    if "<svg" in html or "<thead" in html:
        # `st.html` takes every drawing out, silently, and lets nothing sort a table.
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


def section(title: str, *content: Html, note: str = "") -> Html:
    """A part of a page under its heading."""
    about = element("p", note, class_="quiet") if note else Html()
    return element("section", element("h2", title), about, *content, class_="part")


def part(title: str, blocks: Iterable[Block], note: str = "", about: str = "") -> Html:
    """Blocks of the report as a part of a page; nothing for nothing. about: as for `drawn`."""
    shown = drawn(blocks, about)
    return section(title, shown, note=note) if shown else Html()


def drawn(blocks: Iterable[Block], about: str = "") -> Html:
    """Blocks of the report, each chart with its menu to take it away.

    about: what charts show if not the session's scenario, for the names of files.
    """
    held = st.session_state.get("scenario")
    if held is None or not access.allows("export"):
        return fragments(blocks)
    return fragments(blocks, take_away.of(held.model, about or held.scenario))


def topic(content: Section, note: str = "") -> Html:
    """A section of the report as a part of a page; nothing for nothing."""
    return part(content.heading, content.blocks, note)


def sentences(lines: Sequence[str]) -> Html:
    """Sentences, one under the other."""
    return element("ul", *(element("li", line) for line in lines), class_="sentences")


_BELL = (
    f'<path fill="{SHADES[2]}" d="M8 1a1 1 0 0 0-1 1v.4A4.6 4.6 0 0 0 3.4 7v3L2 12v1h12v-1l-1.4-2V7A4.6 4.6 0 0 0 9 '
    '2.4V2a1 1 0 0 0-1-1zM6.3 14a1.8 1.8 0 0 0 3.4 0z"/>'
)
BELL = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{_BELL}</svg>'
"""The page's icon, drawn here: Streamlit fetches its named ones from elsewhere."""
NAME = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 82 16" width="123" height="24">{_BELL}<text x="20" y="13" '
    'font-family="system-ui, Segoe UI, Noto Sans, Arial, sans-serif" font-weight="600" font-size="14" '
    f'fill="{SHADES[2]}">Tocsin</text></svg>'
)
STYLE = Html(f"<style>{Path(__file__).with_name('style.css').read_text('utf-8')}</style>")
PAGE = "page"
"""Key of the path of the page that is shown."""
_KEPT, _BOUND, _FOLDS = "kept-upload-", "bound", "folds"


def choice(
    label: str,
    titles: Mapping[Any, str],
    key: str,
    value: Any = None,
    on_change: Callable[[], None] | None = None,
    place: Any = st,
    **look: Any,
) -> Any:
    """One of several by their titles.

    value: what the session holds, for a setting that other pages or Undo can change: the box shows that, whatever it
    showed before, and `on_change` tells what a reader picks. Without it the box itself holds the setting.
    """
    if value is not None:
        drawn = bound(key, value)
        look |= {"key": drawn}
        if on_change is not None:
            on_change = partial(_heard, key, drawn, on_change)
    else:
        if key in st.session_state and st.session_state[key] not in titles:
            del st.session_state[key]
        look |= {"key": key, "persist_state": "session"}
    shown = distinct(titles)
    return place.selectbox(label, list(titles), format_func=shown.__getitem__, on_change=on_change, **look)


def several(label: str, titles: Mapping[str, str], key: str, place: Any = st, **look: Any) -> list[str]:
    """Any of several by their titles."""
    if key in st.session_state:
        st.session_state[key] = [name for name in st.session_state[key] if name in titles]
    picked: list[str] = place.multiselect(
        label,
        list(titles),
        format_func=distinct(titles).__getitem__,
        key=key,
        persist_state="session",
        **look,
    )
    return picked


def switch(label: str, key: str, value: bool | None = None, **look: Any) -> bool:
    """Yes or no; value as for `choice`."""
    look |= {"key": key, "persist_state": "session"} if value is None else {"key": bound(key, value)}
    return bool(st.toggle(label, **look))


def fold(summary: str, key: str, place: Any = st, unfolded: bool = False) -> tuple[Any, bool]:
    """A part under its summary, which is Markdown, and whether a reader has unfolded it: only then need it be filled.

    It stays as it was left while the page is drawn anew, and on the way to other pages and back. unfolded: at first.
    """
    held = st.session_state.setdefault(_FOLDS, {})
    if key not in st.session_state:
        st.session_state[key] = held.get(key, unfolded)
    part = place.expander(summary, key=key, on_change="rerun")
    held[key] = bool(part.open)
    return part, held[key]


def bound(key: str, value: Any) -> str:
    """The key of a widget that shows what the session holds: the same until that was changed by something else.

    With each event the browser sends what all of its widgets show. Where Undo or another page has changed a setting,
    it may still send the old one, which would be taken for a reader's wish; a widget of another key is asked instead.
    A reader's own change keeps the key, and so the focus.
    """
    held = st.session_state.setdefault(_BOUND, {})
    page = st.session_state.get(PAGE)
    number, of = held.get(key, (0, page))
    now = _numbered(key, number)
    shown = now in st.session_state
    # On another page it is another widget, which shows its first option until it is told.
    if of == page and shown and st.session_state[now] == value:
        return now
    if of == page and shown:
        number += 1
    held[key] = number, page
    st.session_state[_numbered(key, number)] = value
    return _numbered(key, number)


def _heard(key: str, drawn: str, on_change: Callable[[], None]) -> None:
    """Of several keys of what is bound only the last one's changes are a reader's.

    Where a run was cut off by the next event, the widget before may be reported as changed, and is not on the page.
    """
    if drawn == _numbered(key, st.session_state[_BOUND][key][0]):
        on_change()


def _numbered(key: str, number: int) -> str:
    return f"{key}~{number}" if number else key


def distinct(titles: Mapping[Any, str]) -> dict[Any, str]:
    """Titles as they are shown, no two the same: Streamlit tells options apart by nothing else.

    >>> distinct({1: "Calm", 2: "Storm", 3: "Calm"})
    {1: 'Calm', 2: 'Storm', 3: 'Calm (2)'}
    """
    shown: dict[Any, str] = {}
    taken: set[str] = set()
    for key, title in titles.items():
        text, count = literal(title), 1
        while text in taken:
            count += 1
            text = f"{literal(title)} ({count})"
        taken.add(text)
        shown[key] = text
    return shown


def picked(key: str) -> Any:
    """In `on_change` of what is bound: what a reader picked."""
    return st.session_state[_numbered(key, st.session_state[_BOUND][key][0])]


@dataclass(frozen=True)
class Upload:
    """A file of the reader's own. name: without any folder."""

    name: str
    content: bytes

    @property
    def suffix(self) -> str:
        """Of the name, in small letters and without its dot."""
        return Path(self.name).suffix.removeprefix(".").lower()

    @cached_property
    def digest(self) -> str:
        """Of the content, worked out once however often the page is drawn."""
        return sha256(self.content).hexdigest()


def upload(label: str, kinds: list[str], key: str, place: Any = st) -> Upload | None:
    """A file that stays until it is taken away, though Streamlit's own widget forgets it with its page."""
    with place.container():
        sent = st.file_uploader(label, type=kinds, key=key, on_change=_note, args=(key,))
        held: Upload | None = st.session_state.get(_KEPT + key)
        if held is not None and sent is None:
            show(element("p", f"“{held.name}”, uploaded before.", class_="quiet"))
            st.button("Take it away", key=f"{key}-away", on_click=lambda: st.session_state.pop(_KEPT + key, None))
    return held


def _note(key: str) -> None:
    sent = st.session_state[key]
    if sent is None:
        st.session_state.pop(_KEPT + key, None)
    else:
        st.session_state[_KEPT + key] = Upload(Path(sent.name).name, sent.getvalue())
