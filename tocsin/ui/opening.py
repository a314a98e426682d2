"""Which model the page is about."""

from __future__ import annotations

import streamlit as st

from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.ui import shared
from tocsin.ui.markup import alert, show

MODEL = "model"
"""Key of the widget that chooses one, where there are several."""


def chosen_model() -> Model | None:
    """The only model, or the one chosen; None, with the reason on the page, if there is none or it cannot be read."""
    folders = {folder.name: folder for folder in shared.model_folders()}
    if not folders:
        show(alert("There is no model here. Start Tocsin in a folder that has models/<name>/model.yaml in it."))
        return None
    name = next(iter(folders))
    if len(folders) > 1:
        with st.sidebar:
            name = st.selectbox("Model", list(folders), key=MODEL, persist_state="session")
    try:
        return shared.opened(folders[name])
    except (TocsinError, OSError) as error:
        show(alert(f"The model in {folders[name]} cannot be used.", str(error)))
        return None
