"""The scenario everywhere: presets, a file of one's own, a link that reopens exactly this one, words and interval."""

from __future__ import annotations

import streamlit as st

from tocsin.errors import BadInput
from tocsin.language.numbers import sentence
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui import cache, model_picker, scenario_io, state
from tocsin.ui.markup import element, plain, show
from tocsin.ui.model_picker import chosen_model
from tocsin.ui.scenario_io import LINK
from tocsin.ui.widgets import choice, picked, switch

COVERS = (0.5, 0.8, 0.9, 0.95)
"""Widths of intervals to choose from."""
_BOX, _WORDS, _INTERVAL, _WEIGH = "scenario-box", "words", "interval", "weigh"
_NOW = "now"
"""Name of the scenario as it was changed, among those that can be picked."""
RECONCILES = "Draws under which the model agrees with what was said count more; “Why” tells what that moves."


def opened() -> Model | None:
    """The model, with the session's scenario begun."""
    model = chosen_model()
    if model is None:
        return None
    state.begin(model, cache.presets(model), _linked(model))
    return model


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
        model_picker.box()
        _presets(cache.presets(model))
        with st.popover("File and link"):
            _files(model)
        with st.popover("Settings"):
            _settings(model)


def _presets(presets: tuple[Scenario, ...]) -> None:
    """The scenario as it is, first where it is no preset, and the presets; what is picked is put in its place."""
    now, start = state.scenario(), state.start()
    listed = {_NOW: now} if state.is_changed() and now not in presets else {}
    listed |= {_name(one): one for one in (*([] if start in presets else [start]), *presets)}
    about = now.description or (f"Changed from “{start.title}”." if state.is_changed() else "")
    choice(
        "Scenario",
        {name: one.title for name, one in listed.items()},
        _BOX,
        # The same for each change, so that a slider that is dragged does not make the box anew.
        _NOW if _NOW in listed else _name(now),
        lambda: state.choose(listed[picked(_BOX)]),
        help=plain(about or "A starting point; everything can then be changed."),
        width=420,
    )


def _name(one: Scenario) -> str:
    return f"{one.digest}/{one.title}"


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
        told = "The address of this page is the link: it reopens the scenario as it is now, and follows each change."
        show(element("p", told, class_="quiet"))
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
    lexicons = {name: one.title for name, one in model.records.lexicons.items() if one.speaks}
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
