"""How a page edits a model's files: what an edit would make of the model, its diff, saving or taking away, undo.

A page turns its form into edits (`authoring/edits.py`), asks `preview` for the model as it would be, draws what it
likes of that, and ends with `finish`. Nothing is written before a reader saves, and nothing onto a file that another
has changed meanwhile: the form stays as it is, and the other's changes are shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st

from tocsin import files
from tocsin.authoring import edits as changes
from tocsin.authoring.edits import Edit, EditedModel, EditProblem
from tocsin.errors import BadInput, Problem, TocsinError, listed
from tocsin.files import saving
from tocsin.files.places import is_example, scenario_files
from tocsin.model import Model, rebuilt
from tocsin.records.access import Right
from tocsin.render.html import Html, element, joined
from tocsin.ui import access, cache, downloads, main, scenarios, state, statement_preview
from tocsin.ui.downloads import YAML, File
from tocsin.ui.server import EDIT
from tocsin.ui.widgets import alert, show

HERE = ("127.0.0.1", "localhost", "[::1]")
"""Hosts of an address that reaches this machine only."""
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip")
"""Headers by which a proxy tells of itself."""
FILES = ("model.yaml", "statements.yaml")
_LAST, _UNDO, _NEWS, _REFUSED = "edit-last-", "edit-undo", "edit-news", "edit-refused"
_AFTER = "edit-after"
"""What a save has still to do in the session."""
TAKEN = (
    "This server does not write into the model's folder. Put what you download in the place of the model's own files "
    "before the next edit: it holds this one alone."
)
SAVED_SINCE = (
    "Somebody has changed the model's files since your save, which cannot be taken back without losing that. Change "
    "what you saved in its form instead."
)
MOST_UNDONE = 50
"""Saves that can be taken back."""
CHANGED = (
    "Somebody has changed the model's files since you began. Your entries are kept, and nothing was overwritten. Look "
    "at what was changed, then go on from there."
)


@dataclass(frozen=True)
class Editing:
    """A model that a page edits. folder: where its files lie."""

    model: Model
    folder: Path


@dataclass(frozen=True, eq=False)
class Preview:
    """A model as it would be with some edits; nothing is written.

    model: None where the edits are refused; then `problems` says why, each at its field. theirs: what somebody else has
    changed in the files since the first of the edits, as a diff; such edits are neither previewed nor saved. edited:
    None where nothing is edited.
    """

    key: str
    before: Model
    model: Model | None
    edited: EditedModel | None = None
    problems: tuple[EditProblem, ...] = ()
    theirs: str = ""

    @cached_property
    def diff(self) -> str:
        """What would change in the files, for a reader."""
        return self.edited.diff if self.edited is not None else ""


def can_save(folder: Path) -> bool:
    """Whether pages may write into a model's folder: the one place that decides it.

    The reader must have the right (`access`), and the folder must be one that can be written. Then they may where the
    server was told so (`tocsin app --edit`, or TOCSIN_EDIT=yes), or where a file says who may and it is not the example
    of the package; else where the model is one's own: nobody logs in, the page was asked for from this machine and not
    through a proxy, and it is not the example. Elsewhere an edit ends as a file to download.
    """
    paths = (folder, *(folder / name for name in FILES))
    writable = all(os.access(path, os.W_OK) for path in paths)
    return writable and access.allows("edit", folder.name) and _is_allowed(is_example(folder))


def can_begin(place: Path, name: str) -> bool:
    """Whether pages may write a new model of a name under a folder, which need not be there yet; by the same rule."""
    there = next(folder for folder in (place.resolve(), *place.resolve().parents) if folder.exists())
    return os.access(there, os.W_OK) and access.allows("edit", name) and _is_allowed(False)


def _is_allowed(example: bool) -> bool:
    setting = os.environ.get(EDIT, "")
    if setting in ("yes", "no"):
        return setting == "yes"
    if access.rules() is not None:
        return not example
    headers = st.context.headers
    host = re.sub(r":\d+$", "", headers.get("Host") or "")
    local = host in HERE and not any(name in headers for name in FORWARDED)
    return local and not example and not main.asks_for_login()


def begin(title: str, right: Right = "edit") -> Editing | None:
    """The model on a page that edits it, under the bar of the scenario; what was saved or refused last, and undo.

    right: what a reader must be allowed to, to be shown the page.
    """
    catch_up()
    model = scenarios.begin_page()
    if model is None:
        return None
    folder = scenarios.folder()
    if not access.allows(right):
        show(alert("You may not edit this model.", scenarios.MAY))
        return None
    if access.allows("edit"):
        main.edit_links()
    show(element("h1", title))
    with st.container(horizontal=True, vertical_alignment="center", key="edit-news"):
        if news := st.session_state.get(_NEWS):
            show(element("p", news, role="status"), width="content")
        if _undoable(folder):
            st.button("Undo the last save", key="undo-save", on_click=_undo, args=(folder,))
    if refused := st.session_state.pop(_REFUSED, ""):
        show(alert("Nothing was written.", refused))
    return Editing(model, folder)


def preview(editing: Editing, key: str, edits: Sequence[Edit]) -> Preview:
    """The model with edits, not written: kept for the next run of the page, as long as neither edits nor files change.

    key: of the form that the edits are of. From its first edit on the form is about the files as they were then.
    """
    model, held, edits = editing.model, st.session_state, tuple(edits)
    if not edits:
        held.pop(f"{state.EDITED}{key}", None)
        return Preview(key, model, model)
    now = _texts(editing.folder)
    begun: dict[str, str] = held.setdefault(f"{state.EDITED}{key}", now)
    about = (edits, now, model.records.digest, begun == now)
    last: tuple[object, Preview] | None = held.get(f"{_LAST}{key}")
    if last is None or last[0] != about:
        last = held[f"{_LAST}{key}"] = about, _previewed(editing, key, edits, _difference(begun, now))
    found = last[1]
    if found.edited is not None and not found.diff:
        # What the edits say stands in the files already.
        drop(key)
    return found


def _previewed(editing: Editing, key: str, edits: tuple[Edit, ...], theirs: str) -> Preview:
    model, folder = editing.model, editing.folder
    if theirs:
        return Preview(key, model, None, theirs=theirs)
    try:
        edited = changes.edit(folder, edits)
        built = rebuilt(edited.records, model) if edited.records is not None else None
        return Preview(key, model, built, edited, edited.problems)
    except BadInput as error:
        return Preview(key, model, None, problems=tuple(map(EditProblem, error.problems)))
    except TocsinError as error:
        return Preview(key, model, None, problems=(EditProblem(Problem(str(folder), 0, 0, "", str(error))),))


def supposed(editing: Editing, edits: Sequence[Edit]) -> Model | None:
    """The model with edits that are for show alone, as with stand-ins for texts; None where they do not pass."""
    try:
        records = changes.edit(editing.folder, edits).records
        return rebuilt(records, editing.model) if records is not None else None
    except TocsinError:
        return None


def _texts(folder: Path) -> dict[str, str]:
    return {name: saving.read_text(folder / name) for name in FILES}


def _difference(old: dict[str, str], new: dict[str, str]) -> str:
    lines = (
        line
        for name in FILES
        for line in unified_diff(old[name].splitlines(), new[name].splitlines(), name, name, lineterm="", n=2)
    )
    return "\n".join(lines)


def scenarios_lost(editing: Editing, model: Model) -> list[str]:
    """The files of scenarios that can be used now and could not with the model as it would be, each with the reason."""
    lost = []
    for path in scenario_files(editing.folder).values():
        try:
            files.load_scenario(path, editing.model.records)
        except BadInput:
            continue
        try:
            files.load_scenario(path, model.records)
        except BadInput as error:
            lost.append(str(error.problems[0]))
    return lost


def refusals(problems: Iterable[EditProblem]) -> Html:
    """What is wrong, to stand at its field: each with the file and the line where it would stand."""
    return joined(
        element(
            "p", problem.message, " ", element("small", _line(problem)), class_="refusal", data_refused=problem.path
        )
        for problem in (found.problem for found in problems)
    )


def refused_elsewhere(problems: Iterable[EditProblem], heading: str = "This cannot be saved as it is.") -> Html:
    """What is wrong and has no field to stand at."""
    return element("div", element("p", element("b", heading)), refusals(problems), class_="alert")


def refuse_at(places: Mapping[int, Mapping[str, Any]], problems: Iterable[EditProblem]) -> list[EditProblem]:
    """Show what is refused, each at its field; returns what was shown.

    places: by the position of an edit, where the refusals of each of its fields are to stand; of a field without a name
    those of all the others.
    """
    shown = []
    for held in problems:
        fields = places.get(held.edit, {}) if held.edit is not None else {}
        within = (name for name in fields if held.field == name or held.field.startswith((f"{name}.", f"{name}[")))
        if (place := next(within, "" if "" in fields else None)) is not None:
            with fields[place]:
                show(refusals([held]))
            shown.append(held)
    return shown


def outcomes(before: Model, after: Model) -> Html:
    """What the session's scenario gives before and after an edit; the reason where it gives nothing."""
    try:
        first, second = (cache.answer(model, state.scenario()) for model in (before, after))
    except TocsinError as error:
        return alert("No answer to this scenario.", str(error))
    return statement_preview.outcomes(before, first, second)


def _line(problem: Problem) -> str:
    name = Path(problem.file).name
    return f"({name}, line {problem.line})" if problem.line else f"({name})"


def finish(
    editing: Editing, found: Preview, shown: Iterable[EditProblem] = (), saved: Callable[[], None] = lambda: None
) -> None:
    """The end of a form: what is wrong besides what was shown at fields, the way to save or take away, and the diff.

    saved: what to do in the session once the edit is written, such as emptying the form.
    """
    if found.theirs:
        show(alert("The files have changed.", CHANGED))
        show(drawn_diff(found.theirs))
        if st.button("Go on from the files as they are now", key=f"go-on-{found.key}"):
            drop(found.key)
            st.rerun()
        return
    at_fields = set(shown)
    if rest := [problem for problem in found.problems if problem not in at_fields]:
        show(refused_elsewhere(rest))
    elif at_fields:
        show(element("p", "What is wrong is told at its field.", class_="quiet", role="status"))
    edited = found.edited
    if edited is None or not found.diff or edited.refusals:
        return
    show(element("h2", "What changes in the files"))
    if can_save(editing.folder):
        # Not in a callback, which would save what was in the form before the entry that pressing the button finished.
        if save_button(found.key):
            _save(editing, found, saved)
            st.rerun()
    else:
        for file in edited.changed:
            name = file.path.name
            downloads.ready(
                File(f"Download {name}", name, YAML, file.after.encode), key=f"take-{found.key}-{name}", type="primary"
            )
        show(element("p", TAKEN, class_="quiet"))
    # Below the button, so that this does not move from under the pointer when an entry is finished by pressing it.
    show(drawn_diff(found.diff))


def save_button(key: str) -> bool:
    """The button of a form, the same whether it can save already or not; whether it was pressed."""
    return bool(st.button("Save", type="primary", key=f"save-{key}"))


def drawn_diff(text: str) -> Html:
    """A diff line by line, told apart by colour and by its signs."""
    kinds = {"+": "ins", "-": "del", "@": "span"}
    lines = []
    for line in text.splitlines():
        if line.startswith(("+++ ", "--- ")):
            continue
        kind = kinds.get(line[:1], "span")
        lines.append(element(kind, line or " ", class_="place" if line.startswith("@@") else None))
    return element(
        "div",
        element("pre", *lines),
        class_="diff sideways",
        tabindex=0,
        role="region",
        aria_label="Changes of the files",
    )


def drop(key: str) -> None:
    """The form of this key is closed, or goes on from the files as they are now."""
    st.session_state.pop(f"{state.EDITED}{key}", None)


def _save(editing: Editing, found: Preview, saved: Callable[[], None]) -> None:
    edited, folder = found.edited, editing.folder
    assert edited is not None
    undo, after = st.session_state.setdefault(_UNDO, []), after_saving()
    if not _written(folder, edited):
        return
    undo.append((str(folder.resolve()), edited.undone()))
    del undo[:-MOST_UNDONE]
    after.append(lambda: _go_on(folder, found.key, f"Saved: {_names(edited)}.", saved))
    catch_up()


def _go_on(folder: Path, key: str, news: str, saved: Callable[[], None]) -> None:
    _keep_scenario(folder)
    st.session_state[_NEWS] = news
    drop(key)
    saved()


def in_words(error: Exception) -> str:
    """Why a file could not be written."""
    return f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else str(error)


def _keep_scenario(folder: Path) -> None:
    """Let the session's scenario go on with the model as it is now, if it can be read."""
    with suppress(TocsinError):
        state.go_on_with(cache.load_model(folder))


def after_saving() -> list[Callable[[], None]]:
    """What saves have still to do in the session.

    Streamlit ends a run wherever it looks into the session, when more has been entered meanwhile. So a save asks for
    this list first, and notes on it what must not be missed; if the run is ended, the next one does it.
    """
    after: list[Callable[[], None]] = st.session_state.setdefault(_AFTER, [])
    return after


def catch_up() -> None:
    """Do what saves have still to do in the session: most often nothing."""
    after = after_saving()
    while after:
        after[0]()
        del after[0]


def _names(edited: EditedModel) -> str:
    return listed([file.path.name for file in edited.changed])


def _written(folder: Path, edited: EditedModel) -> bool:
    """Write it if it can be; else keep why not."""
    try:
        if not can_save(folder):
            raise BadInput.at(folder, "cannot be written; download the edited file instead")
        log_edit(edited)
        changes.save(edited)
    except (TocsinError, OSError) as error:
        st.session_state[_REFUSED] = in_words(error)
        st.session_state.pop(_NEWS, None)
        return False
    return True


def log_edit(edited: EditedModel) -> None:
    """A line for each file that is about to be saved, with its digests before and after.

    Raises BadInput where the reader may not edit the model, or the log cannot be written.
    """
    if not access.allows("edit", edited.folder.name):
        raise BadInput.at(edited.folder.name, "you may not edit this model")
    for file in edited.changed:
        digests = {"before": saving.digest(file.before), "after": saving.digest(file.after)}
        access.log("edit", file.path.name, digests, edited.folder.name)


def _undoable(folder: Path) -> bool:
    held = st.session_state.get(_UNDO, [])
    return bool(held) and held[-1][0] == str(folder.resolve()) and can_save(folder)


def _undo(folder: Path) -> None:
    held = st.session_state.get(_UNDO, [])
    if not held:
        return
    try:
        others = any(saving.read_text(file.path) != file.before for file in held[-1][1].changed)
    except BadInput as error:
        st.session_state[_REFUSED] = str(error)
        return
    if others:
        st.session_state[_REFUSED] = SAVED_SINCE
        st.session_state.pop(_NEWS, None)
    elif _written(folder, held[-1][1]):
        _, edited = held.pop()
        _keep_scenario(folder)
        st.session_state[_NEWS] = f"Taken back: {_names(edited)} as before."
