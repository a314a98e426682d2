"""Every file that pages hand out: what is ready, what is made when it is asked for, briefings with length and marking.

Nothing is offered to whom `access` lets take nothing away; what is handed out is written into its log.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import streamlit as st

from tocsin.errors import BadInput, TocsinError
from tocsin.model import Model
from tocsin.output import literal
from tocsin.records import Scenario
from tocsin.render.files import render
from tocsin.render.html import element
from tocsin.report.blocks import Briefing
from tocsin.report.record import BriefingOptions, Length
from tocsin.ui import access, cache, state
from tocsin.ui.widgets import alert, choice, plain, section, show

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
EXCEL = f"{_OFFICE}.spreadsheetml.sheet"
YAML = "application/yaml"
NONE = "You may not take files of this model away. Whoever runs this server says who may."
CHECKED = "The same content in each format; the command “tocsin verify” checks any of them."

_press = st.components.v2.component(
    "tocsin.press", js=Path(__file__).with_name("press.js").read_text("utf-8"), isolate_styles=False
)
RenderAs = Callable[[str], bytes]
"""The bytes in a format."""


@dataclass(frozen=True)
class FileSubject:
    """What a file tells of. folder: the name of the model's; the rest are digests, of the model and of scenarios."""

    folder: str
    model: str
    scenarios: tuple[str, ...]


def subject(*scenarios: Scenario) -> FileSubject:
    """The session's model, with its own scenario or with others of it."""
    held = st.session_state
    own = (held["scenario"],) if "scenario" in held else ()
    digests = tuple(scenario.digest for scenario in scenarios or own)
    return FileSubject(held.get(access.MODEL, ""), state.model_digest(), digests)


def offered(
    name: str,
    model: Model,
    composed: Callable[[BriefingOptions], Briefing],
    note: str = CHECKED,
    of: FileSubject | None = None,
) -> None:
    """A briefing of the page's own: composed when one of its buttons is pressed, in the order that stands there."""
    if not headed(note):
        return
    length, marking = wanted(model)
    try:
        order = BriefingOptions(length, marking, ledger=cache.ledger(model))
    except BadInput as error:
        refused(error)
        return
    buttons(name, lambda form: render(composed(order), form), of)


def headed(note: str = CHECKED) -> bool:
    """The heading, with what can be done with the files, or that there are none for this reader; whether there are."""
    may = access.allows("export")
    show(section("As a briefing", element("p", note if may else NONE)))
    return may


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


def buttons(name: str, render_as: RenderAs, of: FileSubject | None = None) -> None:
    """One button per format."""
    formats = (File(form.upper(), f"{name}.{form}", kind, partial(render_as, form)) for form, kind in KINDS.items())
    files(*formats, of=of)


@dataclass(frozen=True)
class File:
    """What a button gives. make: its bytes, or a TocsinError that says why there are none."""

    label: str
    name: str
    kind: str
    make: Callable[[], bytes]


def files(*offered: File, of: FileSubject | None = None) -> None:
    """One button per file, side by side; what is pressed is made in that run of the page and handed to the browser.

    of: what they tell of, if not of the session's own scenario.

    Streamlit's own button makes its file beside the page, by a number that each run of the page takes back: pressed
    while a run ends it gives nothing, and a failure is known to nobody.
    """
    of = of or subject()
    if not access.allows("export", of.folder):
        return
    with st.container(horizontal=True):
        pressed = [file for file in offered if st.button(literal(file.label), key=f"take-{file.label}")]
    for file in pressed:
        _give(file, of)


def ready(
    file: File, on_click: Callable[[], None] = lambda: None, *, of: FileSubject | None = None, **look: Any
) -> None:
    """A button for a file that is quickly made. on_click: what the session does once it is taken.

    Where rights are given it is made and put at an address only when the button is pressed, after its line in the log.
    """
    of = of or subject()
    if not access.allows("export", of.folder):
        return
    label = plain(file.label)
    if access.rules() is None:
        st.download_button(label, file.make(), literal(file.name), file.kind, on_click=on_click, **look)
    elif st.button(label, on_click=on_click, **look):
        _give(file, of)


def _give(file: File, of: FileSubject) -> None:
    """Make a file, write it into the log and hand it over; or tell why there is none."""
    try:
        with st.spinner(f"{literal(file.name)} is being made…"):
            content = file.make()
        several = len(of.scenarios) > 1
        scenarios = {f"scenario {place}" if several else "scenario": held for place, held in enumerate(of.scenarios, 1)}
        digests = {"file": hashlib.sha256(content).hexdigest(), "model": of.model, **scenarios}
        access.log("briefing" if Path(file.name).suffix[1:] in KINDS else "export", file.name, digests, of.folder)
    except TocsinError as error:
        show(alert("No file came of this.", str(error)))
    else:
        _hand_over(file, content)


def _hand_over(file: File, content: bytes) -> None:
    """A button for what is there already, out of sight, and a script that presses it once."""
    key = f"handed-{uuid4().hex}"
    with st.container(key=f"handed-over-{key}"):
        st.download_button(file.label, content, literal(file.name), file.kind, key=key, on_click="ignore")
        _press(data={"button": key}, key=f"{key}-press")
