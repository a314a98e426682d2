"""The scenario everywhere: presets, a file of one's own, a link that reopens exactly this one, words and interval."""

from __future__ import annotations

import streamlit as st

from tocsin.errors import BadInput
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui import keeping, shared, state
from tocsin.ui.address import LINK
from tocsin.ui.markup import element, plain, show
from tocsin.ui.opening import chosen_model

COVERS = (0.5, 0.8, 0.9, 0.95)
"""Widths of intervals to choose from."""
RECONCILES = "Draws under which the model agrees with what was said count more; “Why” tells what that moves."


def opened() -> Model | None:
    """The model, with the session's scenario begun."""
    model = chosen_model()
    if model is None:
        return None
    state.begin(model, shared.presets(model), _linked(model))
    return model


def _linked(model: Model) -> Scenario | None:
    text = st.query_params.get(LINK)
    if not text or st.session_state.get("model_digest") == model.records.digest:
        return None
    try:
        return keeping.from_link(text, model.records)
    except BadInput as error:
        st.warning(plain(f"The link could not be opened. {error.problems[0].message}"))
        return None


def bar(model: Model) -> None:
    """One line above every page's content that works on the scenario."""
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="scenario-bar"):
        _presets(shared.presets(model))
        with st.popover("File and link"):
            _files(model)
        with st.popover("Settings"):
            _settings(model)


def _presets(presets: tuple[Scenario, ...]) -> None:
    """A chosen preset is put in place; a scenario that comes from elsewhere stands first."""
    own = state.start()
    choices = {one.scenario: one for one in (presets if own in presets else (own, *presets))}
    if st.session_state.get(state.PRESET) not in choices or st.session_state.get("shown_start") != own.scenario:
        st.session_state[state.PRESET] = own.scenario
        st.session_state["shown_start"] = own.scenario
    st.selectbox(
        "Scenario",
        list(choices),
        format_func=lambda name: choices[name].title,
        key=state.PRESET,
        on_change=lambda: state.choose(choices[st.session_state[state.PRESET]]),
        help=plain(own.description) if own.description else "A starting point; everything can then be changed.",
        width=420,
    )


def _files(model: Model) -> None:
    st.download_button(
        "Save as a YAML file",
        data=lambda: keeping.as_yaml(state.scenario()),
        file_name=f"{state.scenario().scenario}.yaml",
        mime="application/yaml",
        on_click=state.saved,
    )
    st.file_uploader("Open a scenario file", type=["yaml", "yml"], key="opened-file", on_change=_open, args=(model,))
    if st.button("Make a link to this scenario"):
        st.query_params[LINK] = keeping.as_link(state.scenario(), model.records)
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
        state.choose(keeping.from_yaml(upload.getvalue(), upload.name, model.records))
    except BadInput as error:
        state.tell(error)


def _settings(model: Model) -> None:
    lexicons = {name: one.title for name, one in model.records.lexicons.items() if one.speaks}
    now = state.scenario()
    chosen = now.lexicon or model.records.file.lexicon
    word = st.selectbox("Words", list(lexicons), list(lexicons).index(chosen), format_func=lexicons.__getitem__)
    covers = sorted({*COVERS, now.interval})
    cover = st.selectbox("Interval", covers, covers.index(now.interval), format_func=lambda one: f"{100 * one:g} %")
    weigh = st.toggle("Weigh by the judgements that set no number", now.reconcile, help=plain(RECONCILES))
    if (word, cover, weigh) != (chosen, now.interval, now.reconcile):
        lexicon = None if word == model.records.file.lexicon else word
        state.alter(model, lexicon=lexicon, interval=cover, reconcile=weigh)
        st.rerun()
