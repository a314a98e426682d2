"""Model and scenario on every page: presets, a file of one's own, a link that reopens this one, words and interval."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from tocsin.errors import BadInput, TocsinError
from tocsin.files.places import is_example
from tocsin.language.numbers import sentence
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.render.html import element
from tocsin.ui import cache, scenario_io, state
from tocsin.ui.state import LINK
from tocsin.ui.widgets import alert, choice, picked, plain, show, switch

COVERS = (0.5, 0.8, 0.9, 0.95)
"""Widths of intervals to choose from."""
_BOX, _WORDS, _INTERVAL, _WEIGH = "scenario-box", "words", "interval", "weigh"
MODEL, _MODEL_BOX = "model", "model-box"
"""Of the address and the session, where it names the model's folder; key of the box that chooses it."""
_NOW = "now"
"""Name of the scenario as it was changed, among those that can be picked."""
RECONCILES = "Draws under which the model agrees with what was said count more; “Why” tells what that moves."


def load_model() -> Model | None:
    """The model, with the session's scenario begun."""
    model = _model()
    if model is None:
        return None
    state.begin(model, cache.presets(model), _linked(model))
    return model


def _model() -> Model | None:
    """The model; None, with what can be done on the page, if there is none, none is chosen, or it cannot be read."""
    folders = {folder.name: folder for folder in cache.model_folders()}
    if not folders:
        show(alert("There is no model here. Start Tocsin in a folder that has models/<name>/model.yaml in it."))
        return None
    name = _model_name(folders)
    if name is None:
        _ask_for_model(folders)
        return None
    if len(folders) > 1 and st.query_params.get(MODEL) != name:
        st.query_params[MODEL] = name
    try:
        model = cache.load_model(folders[name])
    except (TocsinError, OSError) as error:
        _model_box()
        show(alert(f"The model in {folders[name]} cannot be used.", str(error)))
        return None
    if is_example(folders[name]):
        show(
            element(
                "p", "This is the example that comes with Tocsin: it was started where no model lies.", class_="quiet"
            )
        )
    return model


def _model_box() -> None:
    """The choice among several models, in the bar of every page; nothing where there is one."""
    folders = {folder.name: folder for folder in cache.model_folders()}
    if len(folders) > 1:
        now = st.session_state.get(MODEL)
        choice("Model", cache.titles(folders), _MODEL_BOX, now, lambda: _take_model(picked(_MODEL_BOX)), width=320)


def _model_name(folders: dict[str, Path]) -> str | None:
    """The model's name, which the session keeps from page to page."""
    held, asked = st.session_state.get(MODEL), st.query_params.get(MODEL)
    name = next((folder for folder in (held, asked) if folder in folders), None)
    if name is None and (linked := scenario_io.model_of_link(st.query_params.get(LINK, ""))) in folders:
        name = linked
    if name is None and len(folders) == 1:
        (name,) = folders
    if name is None and asked:
        st.warning(plain(f"There is no model “{asked}” here."))
    st.session_state[MODEL] = name
    return name


def _ask_for_model(folders: dict[str, Path]) -> None:
    """Every model by its title; none is opened before one is chosen."""
    show(element("h1", "Which model?"))
    for name, title in cache.titles(folders).items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(plain(title), key=f"open-{name}", on_click=_take_model, args=(name,))
            show(element("span", f"models/{name}", class_="quiet"))


def _take_model(name: str) -> None:
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
        _model_box()
        _presets(cache.presets(model))
        with st.popover("File and link"):
            _files(model)
        with st.popover("Settings"):
            _settings(model)


def _presets(presets: tuple[Scenario, ...]) -> None:
    """The scenario as it is, first where it is no preset, and the presets; what is picked is put in its place."""
    now, start = state.scenario(), state.start()
    listed = {_NOW: now} if state.is_changed() and now not in presets else {}
    listed |= {_name(scenario): scenario for scenario in (*([] if start in presets else [start]), *presets)}
    about = now.description or (f"Changed from “{start.title}”." if state.is_changed() else "")
    choice(
        "Scenario",
        {name: scenario.title for name, scenario in listed.items()},
        _BOX,
        # The same for each change, so that a slider that is dragged does not make the box anew.
        _NOW if _NOW in listed else _name(now),
        lambda: state.choose(listed[picked(_BOX)]),
        help=plain(about or "A starting point; everything can then be changed."),
        width=420,
    )


def _name(scenario: Scenario) -> str:
    return f"{scenario.digest}/{scenario.title}"


def _files(model: Model) -> None:
    # The whole page is drawn anew with each change, so that what is saved is what is shown.
    st.download_button(
        "Save as a YAML file",
        data=scenario_io.as_yaml(state.scenario()),
        file_name=f"{state.scenario().scenario}.yaml",
        mime="application/yaml",
        on_click=state.saved,
    )
    st.file_uploader("Open a scenario file", type=["yaml", "yml"], key="opened-file", on_change=_open, args=(model,))
    if st.button("Make a link to this scenario"):
        st.query_params[LINK] = scenario_io.as_link(state.scenario(), model.records)
    if LINK in st.query_params:
        note = "The address of this page is the link: it reopens the scenario as it is now, and follows each change."
        show(element("p", note, class_="quiet"))
    if state.trouble():
        st.error(plain(state.trouble() or ""))


def _open(model: Model) -> None:
    upload = st.session_state.get("opened-file")
    if upload is None:
        return
    try:
        state.choose(scenario_io.from_yaml(upload.getvalue(), upload.name, model.records))
    except BadInput as error:
        state.tell(error)


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
