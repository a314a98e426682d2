"""Model and scenario on every page: presets, the shelf of the session's own, files of several, words and interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import streamlit as st

from tocsin.errors import BadInput, TocsinError
from tocsin.files.places import is_example
from tocsin.language.numbers import sentence
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.render.html import Html, element, joined
from tocsin.ui import access, cache, downloads, main, scenario_io, state
from tocsin.ui.access import MODEL
from tocsin.ui.downloads import YAML, File
from tocsin.ui.scenario_io import LONGEST_TITLE, KeptScenario, Shelf, problems_of
from tocsin.ui.state import LINK
from tocsin.ui.widgets import alert, choice, picked, plain, show, switch

COVERS = (0.5, 0.8, 0.9, 0.95)
"""Widths of intervals to choose from."""
_BOX, _WORDS, _INTERVAL, _WEIGH = "scenario-box", "words", "interval", "weigh"
_MODEL_BOX = "model-box"
"""Key of the box that chooses the model."""
_KEEPING, _TITLE, _NOTE, _SHELF, _EDITED = "keeping", "keep-title", "keep-note", "shelf-box", "shelf-edited"
_MARKED, _SEEN, _KEEPER = "shelf-marked-", "files-opened", "keeper"
MAY = "Whoever runs this server says who may see what."
_NOW = "now"
"""Name of the scenario as it was changed, among those that can be picked."""
RECONCILES = "Draws under which the model agrees with what was said count more; “Why” tells what that moves."

IN_ADDRESS = "The address of this page is a link to it: it reopens the scenario with title and note."
FROM_NOW = "From the first change on, the address of this page is a link to the scenario."
EMPTY = "Nothing yet. “Keep as…” puts the scenario here; what another scenario takes the place of comes here by itself."
ONE_FILE = "A YAML file may hold several scenarios, one document each. “tocsin brief FILE” reads it too."


def load_model() -> Model | None:
    """The model, with the session's scenario begun."""
    model = _model()
    if model is None:
        return None
    state.begin(model, cache.presets(model), _linked(model))
    return model


def begin_page() -> Model | None:
    """The model, with the bar of its scenario on top of the page; None where there is none."""
    model = load_model()
    if model is not None:
        bar(model)
    return model


def folder() -> Path:
    """The folder of the model that the page is about."""
    return next(folder for folder in cache.model_folders() if folder.name == st.session_state[MODEL])


def _model() -> Model | None:
    """The model; None, with what can be done on the page, if there is none, or it cannot be read."""
    folders = _seen_folders()
    if not folders and cache.model_folders():
        show(alert("You may not see any model here.", MAY))
        return None
    if not folders:
        show(alert("There is no model here. Start Tocsin in a folder that has models/<name>/model.yaml in it."))
        main.new_model_link("Begin a new model")
        return None
    name = _model_name(folders)
    if name is None:
        for other, title in cache.titles(folders).items():
            st.button(plain(title), key=f"see-{other}", on_click=take_model, args=(other,))
        return None
    if len(folders) > 1 and st.query_params.get(MODEL) != name:
        st.query_params[MODEL] = name
    try:
        model = cache.load_model(folders[name])
        if not access.allows("see", model.name):
            # By a name that is another's it would be shown that one's scenarios.
            raise BadInput.at(folders[name] / "model.yaml", f"you may not see the model {model.name}")
    except (TocsinError, OSError) as error:
        model_box()
        show(alert(f"The model in {folders[name]} cannot be used.", str(error)))
        main.new_model_link("If it is not finished yet, go on with it")
        return None
    if is_example(folders[name]):
        show(
            element(
                "p", "This is an example that comes with Tocsin: it was started where no model lies.", class_="quiet"
            )
        )
    return model


def model_box() -> None:
    """The choice among several models, in the bar of every page; nothing where there is one."""
    folders = _seen_folders()
    if len(folders) > 1:
        now = st.session_state.get(MODEL)
        choice("Model", cache.titles(folders), _MODEL_BOX, now, lambda: take_model(picked(_MODEL_BOX)), width=320)


def _seen_folders() -> dict[str, Path]:
    """The folders of the models that the reader may see, by name."""
    return {folder.name: folder for folder in cache.model_folders() if access.allows("see", folder.name)}


def _model_name(folders: dict[str, Path]) -> str | None:
    """The model's name, which the session keeps from page to page: of the address, of a link, else the first.

    None, and nothing kept, where it is asked for what the reader may not see; that, and what is not there, is told in
    the same words, so that nobody learns by asking which models there are.
    """
    held, asked = st.session_state.get(MODEL), st.query_params.get(MODEL)
    linked = scenario_io.model_of_link(st.query_params.get(LINK, ""))
    name = next((folder for folder in (held, asked, linked) if folder in folders), None)
    wanted = held or asked or linked
    if name is None and wanted and access.rules() is not None:
        st.session_state.pop(MODEL, None)
        show(alert(f"You may not see this model, or there is none of this name: {wanted}", MAY))
        return None
    if asked and asked not in folders:
        st.warning(plain(f"There is no model “{asked}” here."))
    st.session_state[MODEL] = name = name or next(iter(folders))
    return name


def take_model(name: str) -> None:
    """Let all pages be about another model, by the name of its folder."""
    st.session_state[MODEL] = name
    st.query_params[MODEL] = name
    # A link in the address is to a scenario of another model.
    st.query_params.pop(LINK, None)


def _linked(model: Model) -> Scenario | None:
    """The scenario of the address, once; why it cannot be opened is told there and then."""
    # Always there, so that the page's parts do not shift when it goes.
    place = st.empty()
    text = st.query_params.get(LINK)
    if not text or not state.is_new(model):
        return None
    try:
        return scenario_io.from_link(text, model.records)
    except BadInput as error:
        place.warning(plain(f"The link could not be opened: {sentence(error.problems[0].message)}"))
        return None


def bar(model: Model) -> None:
    """One line above every page's content that works on the scenario."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="scenario-bar"):
        model_box()
        _presets(state.presets())
        # What is folded away is drawn when it is opened, so that the bar costs a dragged slider nothing.
        keeping = st.popover("Keep as…", key=_KEEPING, on_change=_forget_titles)
        with keeping:
            if keeping.open:
                _keep(model)
        shelf = st.popover("Shelf and files", key=_SHELF, on_change="rerun")
        with shelf:
            if shelf.open:
                _shelf(model)
        with st.popover("Settings"):
            _settings(model)
    _outlive(model)


def _presets(presets: tuple[Scenario, ...]) -> None:
    """The scenario as it is, first where it is changed, then the shelf and the presets; what is picked takes over."""
    now, start, kept = state.scenario(), state.start(), state.shelf().scenarios
    listed = {_NOW: now} if state.is_changed() and now not in (*kept, *presets) else {}
    listed |= {_name(own): own for own in (*([] if start in (*kept, *presets) else [start]), *kept, *presets)}
    about = now.description or (f"Changed from “{start.title}”." if state.is_changed() else "")
    titles = {name: scenario.title for name, scenario in listed.items()}
    choice(
        "Scenario",
        titles | {_name(own): f"{own.title} (on the shelf)" for own in kept},
        _BOX,
        # The same for each change, so that a slider that is dragged does not make the box anew.
        _NOW if _NOW in listed else _name(now),
        lambda: state.choose(listed[picked(_BOX)]),
        help=plain(about or "A starting point; everything can then be changed."),
        width=420,
    )


def _name(scenario: Scenario) -> str:
    return f"{scenario.digest}/{scenario.title}"


def _forget_titles() -> None:
    """Each time the box is opened, it proposes the title anew."""
    st.session_state.pop(_TITLE, None)
    st.session_state.pop(_NOTE, None)


def _keep(model: Model) -> None:
    """The scenario as it is: under a title on the shelf, in the place of the one that it began with, as a file."""
    now, start = state.scenario(), state.start()
    st.text_input("Title", now.title, max_chars=LONGEST_TITLE, key=_TITLE)
    st.text_area("Note: what it supposes, and why", now.description or "", max_chars=4000, key=_NOTE, height=100)
    st.button("Keep on the shelf", type="primary", on_click=_keep_as, args=(model,))
    origin = next((kept for kept in state.shelf().kept if kept.scenario is start), None)
    if origin is not None and state.is_changed():
        label = plain(f"Keep the changes in “{start.title}”")
        st.button(label, on_click=state.keep_in, args=(model, origin.number))
    # The whole page is drawn anew with each change, so that what is saved is what is shown.
    downloads.ready(
        File("Save as a YAML file", f"{now.scenario}.yaml", YAML, lambda: scenario_io.as_yaml(now)),
        state.saved,
    )
    if state.trouble():
        st.error(plain(state.trouble() or ""))
    show(element("p", IN_ADDRESS if state.link() else FROM_NOW, class_="quiet"))


def _keep_as(model: Model) -> None:
    if state.keep_as(model, st.session_state[_TITLE], st.session_state[_NOTE]):
        st.session_state[_KEEPING] = False


def _shelf(model: Model) -> None:
    """What the session has kept, row by row; all of it as one file; files to open."""
    shelf = state.shelf()
    show(element("h2", "Kept in this session"))
    if not shelf.kept:
        show(element("p", EMPTY, class_="quiet"))
    with st.container(key="shelf-rows"):
        for kept in shelf.kept:
            _row(model, kept)
    if shelf.deleted is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            show(element("span", f"“{shelf.deleted[1].scenario.title}” was deleted.", role="status"), width="content")
            st.button("Undo delete", on_click=shelf.put_back)
    if shelf.kept:
        _take_away(model, shelf)
    open_files(model, "Open scenario files", "opened-files", lambda opened: state.choose(opened[0].scenario))


def _row(model: Model, kept: KeptScenario) -> None:
    """One of the shelf: its title, which marks it for the file, its note, and what can be done with it."""
    shelf, number, scenario = state.shelf(), kept.number, kept.scenario
    with st.container(border=True, key=f"kept-{number}"):
        st.checkbox(plain(scenario.title), key=f"{_MARKED}{number}")
        place = element("b", "On the page now. ") if scenario == state.scenario() else Html()
        saved = element("span", "In a file. ") if scenario.digest in shelf.in_files else Html()
        about = joined([place, saved, element("span", scenario.description or "")])
        show(element("p", about, class_="quiet note"))
        if st.session_state.get(_EDITED) == number:
            with st.form(f"edit-{number}", border=False):
                title = st.text_input("Title", scenario.title, max_chars=LONGEST_TITLE, key=f"title-{number}")
                note = st.text_area(
                    "Note", scenario.description or "", max_chars=4000, key=f"note-{number}", height=100
                )
                if st.form_submit_button("Save title and note"):
                    state.retitle(model, number, title, note)
                    st.session_state.pop(_EDITED)
                    st.rerun()
        with st.container(horizontal=True, gap="small"):
            for label, act, arguments in (
                ("Open", state.take, (model, number)),
                ("Edit title and note", _edit, (number,)),
                ("Duplicate", state.duplicate, (number,)),
                ("Delete", shelf.delete, (number,)),
            ):
                st.button(label, type="tertiary", key=f"{label}-{number}", on_click=act, args=arguments)


def _edit(number: int) -> None:
    st.session_state[_EDITED] = None if st.session_state.get(_EDITED) == number else number


def _take_away(model: Model, shelf: Shelf) -> None:
    """Those that are marked as one file, or all where none is."""
    marked = [kept.scenario for kept in shelf.kept if st.session_state.get(f"{_MARKED}{kept.number}")]
    wanted = marked or list(shelf.scenarios)
    which = "marked" if marked else "all"
    downloads.ready(
        File(
            f"Download {which} as one file ({len(wanted)})",
            f"{model.name}-scenarios.yaml",
            YAML,
            lambda: scenario_io.as_one_file(wanted),
        ),
        lambda: shelf.in_files.update(scenario.digest for scenario in wanted),
        of=downloads.subject(*wanted),
        help=ONE_FILE,
    )


def open_files(model: Model, label: str, key: str, on_open: Callable[[Sequence[KeptScenario]], None]) -> None:
    """Scenario files of the reader's own, several at once, onto the shelf; what is wrong with any of them.

    on_open: what to do with those that were opened, in their order.
    """
    st.file_uploader(
        label,
        type=["yaml", "yml"],
        accept_multiple_files=True,
        key=key,
        on_change=_open,
        args=(model, key, on_open),
        help=ONE_FILE,
    )
    if refused := state.shelf().refused:
        show(alert("Not opened:", "\n".join(refused)))


def _open(model: Model, key: str, on_open: Callable[[Sequence[KeptScenario]], None]) -> None:
    """Of each file all or nothing; those that were sent before are not opened again."""
    shelf, seen = state.shelf(), st.session_state.setdefault(_SEEN, set())
    sent = [file for file in st.session_state[key] if file.file_id not in seen]
    seen.update(file.file_id for file in sent)
    scenarios: list[Scenario] = []
    refused: list[str] = []
    for file in sent:
        try:
            scenarios += scenario_io.from_yaml(file.getvalue(), file.name, model.records)
        except BadInput as error:
            refused += problems_of(error)
    # The last is put on first, so that they lie as they stand in the files.
    kept = [shelf.put(scenario, state.presets()) for scenario in reversed(scenarios)][::-1]
    shelf.in_files.update(opened.scenario.digest for opened in kept)
    shelf.refused = tuple(refused)
    if kept:
        on_open(kept)


_outlives = st.components.v2.component(
    "tocsin.keeper", js=Path(__file__).with_name("keeper.js").read_text("utf-8"), isolate_styles=False
)


def _outlive(model: Model) -> None:
    """What the browser is told for the time when this page is no more, and what it kept of the one before."""
    shelf = state.shelf()
    heard = st.session_state.get(_KEEPER)
    if shelf.fresh and isinstance(heard, Mapping) and isinstance(heard.get("shelf"), str):
        scenario_io.put_stored(heard["shelf"], shelf, model.records)
        st.rerun()
    if title := state.notice():
        st.toast(plain(f"What was there is kept on the shelf as “{title}”."))
    content = {
        "link": state.link(),
        "unsaved": state.is_at_risk(),
        "shelf": scenario_io.as_stored(shelf),
        "fresh": shelf.fresh,
        "model": model.name,
    }
    _outlives(key=_KEEPER, data=content, on_shelf_change=_nothing)


def ask_before_leaving(unsaved: bool) -> None:
    """On a page without a scenario: whether the browser asks before the page is left."""
    content = {"link": "", "unsaved": unsaved, "shelf": "", "fresh": False, "model": ""}
    _outlives(key=f"{_KEEPER}-alone", data=content, on_shelf_change=_nothing)


def _nothing() -> None:
    """What the browser kept is read by the run itself."""


def _settings(model: Model) -> None:
    """Each shows what the scenario says, and changes the scenario."""
    lexicons = {name: lexicon.title for name, lexicon in model.records.lexicons.items() if lexicon.speaks}
    now, own = state.scenario(), model.records.file.lexicon

    def words() -> None:
        state.alter(model, lexicon=None if picked(_WORDS) == own else picked(_WORDS))

    def interval() -> None:
        state.alter(model, interval=picked(_INTERVAL))

    def reconcile() -> None:
        state.alter(model, reconcile=picked(_WEIGH))

    covers = {cover: f"{100 * cover:g} %" for cover in sorted({*COVERS, now.interval})}
    choice("Words", lexicons, _WORDS, now.lexicon or own, words)
    choice("Interval", covers, _INTERVAL, now.interval, interval)
    switch(
        "Weigh by the judgements that set no number", _WEIGH, now.reconcile, on_change=reconcile, help=plain(RECONCILES)
    )
