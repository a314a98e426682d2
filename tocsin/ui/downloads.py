"""What pages offer to take away as a briefing: length, marking, and one button per format."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

import streamlit as st

from tocsin.errors import BadInput, TocsinError
from tocsin.model import Model
from tocsin.output import literal
from tocsin.render.files import render
from tocsin.render.html import element
from tocsin.report.blocks import Briefing
from tocsin.report.record import BriefingOptions, Length
from tocsin.ui.widgets import alert, choice, section, show

LENGTHS: dict[Length, str] = {"full": "full brief", "summary": "one-page summary"}
LENGTH, MARK = "brief-length", "brief-marking"
"""Keys of the widgets; what is chosen on one page holds on the others, lest a marking be forgotten.

A marking holds for one model, by whose name its key ends: one model's own is no word about another's content.
"""
_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "html": "text/html",
    "md": "text/markdown",
}
CHECKED = "The same content in each format; the command “tocsin verify” checks any of them."

TO_BEGIN, TO_END = 5.0, 300.0
"""Seconds for which a page waits for a file to be begun, and to be made."""

RenderAs = Callable[[str], bytes]
"""The bytes in a format."""


def offered(name: str, model: Model, composed: Callable[[BriefingOptions], Briefing], note: str = CHECKED) -> None:
    """A briefing of the page's own: composed when one of its buttons is pressed, in the order that stands there."""
    headed(note)
    length, marking = wanted(model)
    try:
        order = BriefingOptions(length, marking)
    except BadInput as error:
        refused(error)
        return
    buttons(name, lambda form: render(composed(order), form))


def headed(note: str = CHECKED) -> None:
    """The heading, with what can be done with the files."""
    show(section("As a briefing", element("p", note)))


def wanted(model: Model) -> tuple[Length, str]:
    """How long it shall be, and what stands on every page: the model's own until it is changed; emptied, nothing."""
    own, key = model.records.file.marking or "", f"{MARK}-{model.records.name}"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        length = choice("Length", LENGTHS, LENGTH, width=200)
        marking = st.text_input(
            "Marking on every page", own, key=key, placeholder="none", persist_state="session", width=320
        )
    return length, marking


def refused(error: Exception) -> None:
    """Why there is none like this."""
    show(alert("No briefing like this.", str(error)))


def buttons(name: str, render_as: RenderAs) -> None:
    """One button per format; the bytes are made when it is pressed."""
    with st.container(horizontal=True):
        pressed = [
            offer(form.upper(), partial(render_as, form), f"{name}.{form}", kind) for form, kind in KINDS.items()
        ]
    for job in pressed:
        if job is not None and (problem := job.awaited()):
            show(alert("No file came of this.", problem))


def offer(label: str, make: Callable[[], bytes], name: str, kind: str) -> Download | None:
    """A button whose bytes are made when it is pressed; the job in the run of the page that the press begins.

    Streamlit makes them in a thread without a session, and says of a failure nothing but that there was one.
    """
    key = f"take-{label}"
    job: Download = st.session_state.setdefault(f"{key}-job", Download())
    pressed = st.download_button(label, partial(job.done, make), literal(name), kind, key=key)
    if not pressed:
        return None
    job.seen()
    return job


class Download:
    """What a button's thread has come to, told to the page that waits for it."""

    def __init__(self) -> None:
        self._ended = threading.Condition()
        self._count = self._seen = self._running = 0
        self._problem = ""
        self._was_seen = False

    def seen(self) -> None:
        """In the page: the run that the press begins has come to the button."""
        with self._ended:
            self._was_seen = True
            self._ended.notify_all()

    def done(self, make: Callable[[], bytes]) -> bytes:
        """In the thread: what is made, or the reason why not, kept for the page."""
        with self._ended:
            self._running += 1
        problem = "Something went wrong in Tocsin itself; the server's log tells what."
        try:
            content = make()
            problem = ""
        except TocsinError as error:
            problem = str(error)
            raise
        finally:
            with self._ended:
                # Streamlit forgets an answer that lies ready when a run begins: no file comes, the button stays dead.
                self._ended.wait_for(lambda: self._was_seen, timeout=TO_BEGIN)
                self._was_seen = False
                self._running, self._count, self._problem = self._running - 1, self._count + 1, problem
                self._ended.notify_all()
        return content

    def awaited(self) -> str:
        """In the page: why the file that was just asked for cannot be had; empty if it can."""
        with self._ended:
            begun = self._ended.wait_for(lambda: self._running or self._count > self._seen, timeout=TO_BEGIN)
            if begun:
                self._ended.wait_for(lambda: not self._running, timeout=TO_END)
            self._seen = self._count
            return self._problem if begun else ""
