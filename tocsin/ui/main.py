"""The app: its pages, and what they share."""

from __future__ import annotations

import streamlit as st

from tocsin.ui import assess, batches, briefing, compare, entry, look, method, statements, why
from tocsin.ui.markup import show
from tocsin.ui.style import STYLE

_PATH = (
    '<path fill="#4f7fb0" d="M8 1a1 1 0 0 0-1 1v.4A4.6 4.6 0 0 0 3.4 7v3L2 12v1h12v-1l-1.4-2V7A4.6 4.6 0 0 0 9 2.4V2'
    'a1 1 0 0 0-1-1zM6.3 14a1.8 1.8 0 0 0 3.4 0z"/>'
)
BELL = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{_PATH}</svg>'
"""The page's icon, drawn here: Streamlit fetches its named ones from elsewhere."""
NAME = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 82 16" width="123" height="24">{_PATH}<text x="20" y="13" '
    'font-family="system-ui, Segoe UI, Noto Sans, Arial, sans-serif" font-weight="600" font-size="14" fill="#4f7fb0">'
    "Tocsin</text></svg>"
)


def main() -> None:
    """One run of the script."""
    st.set_page_config(page_title="Tocsin", page_icon=BELL, layout="wide", initial_sidebar_state="collapsed")
    st.logo(NAME)
    show(STYLE)
    if not entry.is_let_in():
        return
    pages = [
        st.Page(assess.page, title="Assess", url_path="assess", default=True),
        st.Page(statements.page, title="Statements", url_path="statements"),
        st.Page(why.page, title="Why", url_path="why"),
        st.Page(look.page, title="Look for next", url_path="look-for-next"),
        st.Page(compare.page, title="Compare", url_path="compare"),
        st.Page(batches.page, title="Batch", url_path="batch"),
        st.Page(briefing.page, title="Briefing", url_path="briefing"),
        st.Page(method.page, title="Method", url_path="method"),
    ]
    st.navigation(pages, position="top").run()
