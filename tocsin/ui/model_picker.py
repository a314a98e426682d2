"""Which model the page is about: the only one, or the one that the address names, else a choice of them all."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from tocsin.errors import TocsinError
from tocsin.files.places import is_example
from tocsin.model import Model
from tocsin.ui import cache, scenario_io
from tocsin.ui.markup import alert, element, plain, show
from tocsin.ui.widgets import choice, picked

PARAMETER = "model"
"""Of the address; it names the model's folder."""
_BOX = "model-box"


def chosen_model() -> Model | None:
    """The model; None, with what can be done on the page, if there is none, none is chosen, or it cannot be read."""
    folders = {folder.name: folder for folder in cache.model_folders()}
    if not folders:
        show(alert("There is no model here. Start Tocsin in a folder that has models/<name>/model.yaml in it."))
        return None
    name = _named(folders)
    if name is None:
        _ask(folders)
        return None
    if len(folders) > 1 and st.query_params.get(PARAMETER) != name:
        st.query_params[PARAMETER] = name
    try:
        model = cache.opened(folders[name])
    except (TocsinError, OSError) as error:
        box()
        show(alert(f"The model in {folders[name]} cannot be used.", str(error)))
        return None
    if is_example(folders[name]):
        show(
            element(
                "p", "This is the example that comes with Tocsin: it was started where no model lies.", class_="quiet"
            )
        )
    return model


def box() -> None:
    """The choice among several models, in the bar of every page; nothing where there is one."""
    folders = {folder.name: folder for folder in cache.model_folders()}
    if len(folders) > 1:
        now = st.session_state.get(PARAMETER)
        choice("Model", cache.titles(folders), _BOX, now, lambda: _take(picked(_BOX)), width=320)


def _named(folders: dict[str, Path]) -> str | None:
    """The model's name, which the session keeps from page to page."""
    held, asked = st.session_state.get(PARAMETER), st.query_params.get(PARAMETER)
    name = next((one for one in (held, asked, scenario_io.model_in_address()) if one in folders), None)
    if name is None and len(folders) == 1:
        (name,) = folders
    if name is None and asked:
        st.warning(plain(f"There is no model “{asked}” here."))
    st.session_state[PARAMETER] = name
    return name


def _ask(folders: dict[str, Path]) -> None:
    """Every model by its title; none is opened before one is chosen."""
    show(element("h1", "Which model?"))
    for name, title in cache.titles(folders).items():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.button(plain(title), key=f"open-{name}", on_click=_take, args=(name,))
            show(element("span", f"models/{name}", class_="quiet"))


def _take(name: str) -> None:
    st.session_state[PARAMETER] = name
    st.query_params[PARAMETER] = name
    # A link in the address is to a scenario of another model.
    st.query_params.pop(scenario_io.LINK, None)
