"""What pages offer to take away as a briefing: length, marking, and one button per format."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from tocsin.briefing import MARKING, Briefing, Length, Order, render
from tocsin.errors import BadInput
from tocsin.ui.asking import section
from tocsin.ui.markup import alert, element, show

LENGTHS: dict[Length, str] = {"full": "full brief", "summary": "one-page summary"}
LENGTH, MARK = "brief-length", "brief-marking"
"""Keys of the widgets; what is chosen on one page holds on the others, lest a marking be forgotten."""
_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "html": "text/html",
    "md": "text/markdown",
}
CHECKED = "The same content in each format; the command “tocsin verify” checks any of them."

Made = Callable[[str], bytes]
"""The bytes in a format."""


def offered(name: str, composed: Callable[[Order], Briefing], told: str = CHECKED) -> None:
    """A briefing of the page's own: composed when one of its buttons is pressed, in the order that stands there."""
    headed(told)
    length, marking = wanted()
    try:
        order = Order(length, marking)
    except BadInput as error:
        refused(error)
        return
    buttons(name, lambda form: render(composed(order), form))


def headed(told: str = CHECKED) -> None:
    """The heading, with what can be done with the files."""
    show(section("As a briefing", element("p", told)))


def wanted() -> tuple[Length, str]:
    """How long it shall be, and what stands on every page."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        length = st.selectbox(
            "Length", list(LENGTHS), format_func=LENGTHS.__getitem__, key=LENGTH, persist_state="session", width=200
        )
        marking = st.text_input("Marking on every page", MARKING, key=MARK, persist_state="session", width=320)
    return length, marking


def refused(error: Exception) -> None:
    """Why there is none like this."""
    show(alert("No briefing like this.", str(error)))


def buttons(name: str, made: Made) -> None:
    """One button per format; the bytes are made when it is pressed."""
    with st.container(horizontal=True):
        for form, kind in KINDS.items():
            st.download_button(form.upper(), partial(made, form), f"{name}.{form}", kind, key=f"brief-{form}")
