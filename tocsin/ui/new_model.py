"""The page New model: from nothing to a model that passes `tocsin check`, saved to its folder at any step.

What is asked comes first, then what drives it, then the numbers, then who said what; one may go back at any time. What
is still missing stands in words at the head of the page.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from tocsin.authoring import edits as changes
from tocsin.authoring.beginning import Missing, missing, new_model
from tocsin.authoring.edits import MODEL, EditedModel
from tocsin.authoring.structure import asked, names_of
from tocsin.errors import TocsinError, counted
from tocsin.files.places import is_example
from tocsin.language.numbers import capital
from tocsin.render.html import element
from tocsin.ui import access, cache, downloads, editing, main, scenarios
from tocsin.ui.downloads import File
from tocsin.ui.new_model_steps import FORMS, NEWS, NOTES, REFUSED, STEPS, UNDO, UNSAVED, forget_all, take_back
from tocsin.ui.reference_form import kept
from tocsin.ui.widgets import alert, plain, section, sentences, show

TITLE = "A new model"
FOLDER, STEP, _PLACE, _OPENED = "new-model-folder", "new-model-step", "new-model-place", "new-model-opened"
"""Keys of the model's folder in the session; of the step that is shown; of a folder where the server does not write; of
whether a finished model is to be opened."""


NEW = ""
"""The name of a model that has none yet, by which `access` takes it for one that no rule names."""


def page() -> None:
    """The model that is being made, step by step, or the way to begin one."""
    editing.catch_up()
    if st.session_state.pop(_OPENED, False):
        main.go("")
    may = any(access.allows("edit", name) for name in (NEW, *(folder.name for folder in cache.model_folders())))
    if may:
        main.edit_links()
    show(element("h1", TITLE))
    if not may:
        show(alert("You may not begin a model here.", scenarios.MAY))
        return
    folder = _folder()
    if folder is None:
        _begin()
    else:
        _go_on(folder)
    # What lies in the session alone goes with the page.
    scenarios.ask_before_leaving(UNSAVED in st.session_state or (folder is not None and not _is_here(folder)))


def _go_on(folder: Path) -> None:
    try:
        now = changes.edit(folder, ())
    except TocsinError as error:
        show(alert("The new model cannot be read.", str(error)))
        st.button("Begin another", key="new-model-leave", on_click=_leave)
        return
    lacking = missing(now)
    _head(now, lacking)
    step = kept(
        st.segmented_control, "Step", STEP, _first_step(lacking, now), options=list(STEPS), format_func=STEPS.get,
        label_visibility="collapsed", required=True,
    )  # fmt: skip
    show(section(STEPS[step].partition(" ")[2], note=NOTES[step]))
    FORMS[step](now)


class SessionFolder:
    """A folder that goes with the session that holds it."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="tocsin-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


# -------------------------------------------------------------------------------------------------------- the beginning
def _folder() -> Path | None:
    held = st.session_state.get(FOLDER)
    return Path(held) if held and Path(held, MODEL).is_file() else None


def _models() -> Path:
    """Where models lie, or will."""
    own = (folder.parent for folder in cache.model_folders() if not is_example(folder))
    return next(own, Path("models"))


def _begin() -> None:
    show(element("p", "A model begins with a title. Everything else can come later, in any order.", class_="quiet"))
    if refused := st.session_state.pop(REFUSED, ""):
        show(alert("It was not begun.", refused))
    title = kept(st.text_input, "Title", "new-model-title", "", placeholder="The dam above the town", width=520)
    name = kept(
        st.text_input, "Name of its folder", "new-model-name", "", width=520,
        placeholder=names_of(title or "dam above the town").replace("_", "-"),
    )  # fmt: skip
    wanted = (name or "").strip() or names_of(title or "").replace("_", "-")
    if not editing.can_begin(_models(), NEW):
        note = "This server does not write models: yours lies in this session alone until you download it."
        show(element("p", note, class_="quiet"))
    st.button(
        "Begin", type="primary", key="new-model-begin", on_click=_make, args=((title or "").strip(), wanted),
        disabled=not (title or "").strip(),
    )  # fmt: skip
    if unfinished := [
        folder for folder in cache.model_folders() if editing.can_save(folder) and _is_unfinished(folder)
    ]:
        show(section("Go on with one that is not finished"))
        for folder in unfinished:
            st.button(plain(folder.name), key=f"new-model-open-{folder.name}", on_click=_open, args=(folder,))


def _is_unfinished(folder: Path) -> bool:
    try:
        cache.load_model(folder)
    except (TocsinError, OSError):
        return True
    return False


def _make(title: str, name: str) -> None:
    place = _models()
    if not editing.can_begin(place, name):
        # It goes with the session.
        place = st.session_state.setdefault(_PLACE, SessionFolder()).path
    try:
        _open(new_model(place, name, title))
    except (TocsinError, OSError) as error:
        st.session_state[REFUSED] = editing.in_words(error)


def _open(folder: Path) -> None:
    _leave()
    st.session_state[FOLDER] = str(folder)


def _leave() -> None:
    for key in (FOLDER, STEP, UNDO, NEWS, "new-model-title", "new-model-name"):
        st.session_state.pop(key, None)
    forget_all()


# ----------------------------------------------------------------------------------------------------- head of the page
def _head(now: EditedModel, lacking: Sequence[Missing]) -> None:
    """Its title, what is missing or that nothing is, and how it is saved, taken back or taken away."""
    content = now.content[MODEL]
    show(element("p", element("b", str(content.get("title") or now.folder.name)), class_="lead"))
    wrong = () if lacking else now.problems
    if now.records is not None:
        passes = "It passes the check: every question has its numbers, and every name means something."
        show(element("p", passes, role="status", data_state="passes"))
    elif lacking:
        lines = [capital(f"{held.text}.") for held in lacking]
        listed = element("div", sentences(lines), class_="lacking")
        show(section(f"Still missing: {counted(len(lacking), 'thing')}", listed))
    if wrong:
        show(editing.refused_elsewhere(wrong, "This is wrong."))
    opened = False
    with st.container(horizontal=True, vertical_alignment="center", key="edit-news"):
        if news := st.session_state.get(NEWS):
            show(element("p", news, role="status"), width="content")
        if st.session_state.get(UNDO):
            st.button("Undo the last save", key="new-model-back", on_click=take_back)
        if now.records is not None and _is_here(now.folder):
            opened = st.button("Open it", type="primary", key="new-model-use")
        zipped = File("Download", f"{now.folder.name}.zip", "application/zip", lambda: _zipped(now))
        downloads.ready(zipped, key="new-model-take")
        st.button("Begin another", key="new-model-leave", on_click=_leave)
    if refused := st.session_state.pop(REFUSED, ""):
        show(alert("Nothing was written.", refused))
    if opened:
        scenarios.take_model(now.folder.name)
        _leave()
        main.go("")


def _first_step(lacking: Sequence[Missing], now: EditedModel) -> str:
    """Where the first thing is missing."""
    kinds = {"model": "about", "outcome": "asked", "source": "said", "speaker": "said", "statement": "said"}
    for held in lacking:
        if held.kind == "variable":
            asks = not held.name or asked(now.content[MODEL], held.name).as_
            return "numbers" if held.field == "table" else "asked" if asks else "drives"
        return kinds.get(held.kind, "numbers")
    return "said"


def _is_here(folder: Path) -> bool:
    return folder.resolve() in [held.resolve() for held in cache.model_folders()]


def _zipped(now: EditedModel) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in now.files:
            archive.writestr(f"{now.folder.name}/{file.path.name}", file.after)
    return held.getvalue()
