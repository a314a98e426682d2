"""Who is let in: everybody on this machine, or, where the server's secrets name an identity provider, who logs in."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import streamlit as st

from tocsin.errors import MissingExtra, require
from tocsin.render.marks import SHADES
from tocsin.ui.markup import Html, alert, element, show
from tocsin.ui.widgets import PAGE


def is_let_in() -> bool:
    """Whether the pages may be shown; if not, the way to log in is."""
    if not _asks_for_login():
        return True
    if st.user.get("is_logged_in", False):
        _way_out()
        return True
    show(element("h1", "Tocsin"))
    try:
        require("Login", "authlib")
    except MissingExtra as error:
        show(alert(str(error)))
        return False
    show(element("p", "This server is for a team. Log in to go on."))
    st.button("Log in", on_click=st.login, type="primary")
    return False


def _way_out() -> None:
    """Who is in, and the button to leave."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        show(element("span", str(st.user.get("name") or st.user.get("email") or "You"), class_="quiet"))
        st.button("Log out", on_click=st.logout)


def _asks_for_login() -> bool:
    """Whether `.streamlit/secrets.toml` has a part `auth` (OpenID Connect)."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


_BELL = (
    f'<path fill="{SHADES[2]}" d="M8 1a1 1 0 0 0-1 1v.4A4.6 4.6 0 0 0 3.4 7v3L2 12v1h12v-1l-1.4-2V7A4.6 4.6 0 0 0 9 '
    '2.4V2a1 1 0 0 0-1-1zM6.3 14a1.8 1.8 0 0 0 3.4 0z"/>'
)
BELL = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">{_BELL}</svg>'
"""The page's icon, drawn here: Streamlit fetches its named ones from elsewhere."""
NAME = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 82 16" width="123" height="24">{_BELL}<text x="20" y="13" '
    'font-family="system-ui, Segoe UI, Noto Sans, Arial, sans-serif" font-weight="600" font-size="14" '
    f'fill="{SHADES[2]}">Tocsin</text></svg>'
)

STYLE = Html(f"<style>{Path(__file__).with_name('style.css').read_text('utf-8')}</style>")

PAGES = (
    ("assess", "Assess", ""),
    ("statements", "Statements", "statements"),
    ("why", "Why", "why"),
    ("indicators", "Look for next", "look-for-next"),
    ("compare", "Compare", "compare"),
    ("batches", "Batch", "batch"),
    ("briefing", "Briefing", "briefing"),
    ("method", "Method", "method"),
)
"""Each page's module, its title, and its path; the first is where readers begin."""


def main() -> None:
    """One run of the script."""
    st.set_page_config(page_title="Tocsin", page_icon=BELL, layout="wide", initial_sidebar_state="collapsed")
    st.logo(NAME)
    show(STYLE)
    if not is_let_in():
        return
    pages = [st.Page(_page(name), title=title, url_path=path, default=path == "") for name, title, path in PAGES]
    page = st.navigation(pages, position="top")
    st.session_state[PAGE] = page.url_path
    page.run()


def _page(name: str) -> Callable[[], None]:
    """A page whose module is imported when it is first shown, so that the first page does not wait for the others."""

    def page() -> None:
        import_module(f"tocsin.ui.{name}").page()

    return page
