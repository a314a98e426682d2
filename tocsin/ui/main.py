"""Who is let in: everybody on this machine, or, where the server's secrets name an identity provider, who logs in."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any, Literal

import streamlit as st

from tocsin.errors import BadInput, MissingExtra, require

NO_LOGIN = "Name an identity provider in .streamlit/secrets.toml, or start without the file: docs/deploy.md tells how."


def is_let_in() -> bool:
    """Whether the pages may be shown; if not, the way to log in is, or what is wrong with the server's settings."""
    from tocsin.render.html import element
    from tocsin.ui import access
    from tocsin.ui.widgets import alert, show

    try:
        rules = access.rules()
    except BadInput as error:
        show(alert("Nobody is let in: the file that says who may do what cannot be used.", str(error)))
        return False
    why = "This server is for a team. Log in to go on."
    if not asks_for_login():
        if rules is not None:
            show(alert("Nobody is let in: a file says who may do what, but nobody logs in here.", NO_LOGIN))
        return rules is None
    if st.user.get("is_logged_in", False):
        if rules is None or access.is_fresh(rules, access.reader()):
            _way_out()
            if rules is not None and not access.reader().name:
                show(alert("You are not let in.", f"Your login does not say who you are: the claim `{rules.user}`."))
                return False
            return True
        why = f"Your login is older than {rules.login_hours:g} hours. Log in again to go on."
    show(element("h1", "Tocsin"))
    try:
        require("Login", "authlib")
    except MissingExtra as error:
        show(alert(str(error)))
        return False
    show(element("p", why))
    st.button("Log in", on_click=st.login, type="primary")
    return False


def _way_out() -> None:
    """Who is in, and the button to leave."""
    from tocsin.render.html import element
    from tocsin.ui.widgets import show

    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        show(element("span", str(st.user.get("name") or st.user.get("email") or "You"), class_="quiet"))
        st.button("Log out", on_click=st.logout)


def asks_for_login() -> bool:
    """Whether `.streamlit/secrets.toml` has a part `auth` (OpenID Connect)."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


PAGES = (
    ("assess", "Assess", ""),
    ("statements", "Statements", "statements"),
    ("edit_numbers", "Numbers", "numbers"),
    ("why", "Why", "why"),
    ("why:look_for_next", "Look for next", "look-for-next"),
    ("compare", "Compare", "compare"),
    ("choices_page", "Choices", "choices"),
    ("batches", "Batch", "batch"),
    ("briefing", "Briefing", "briefing"),
    ("record_page", "Record", "record"),
    ("method", "Method", "method"),
)
"""Each page's module (and function, if not `page`), its title, and its path; the first is where readers begin."""
EDIT_PAGES = (
    ("edit_statements", "Edit statements", "edit-statements"),
    ("edit_drafts", "From a report", "from-a-report"),
    ("edit_structure", "Structure", "structure"),
    ("new_model", "New model", "new-model"),
)
"""Those that edit the model: the first stands in the navigation as `EDIT`, and each links to the others."""
EDIT = "Edit"
YIELD = 0.004
"""Seconds."""


def main() -> None:
    """One run of the script. What pages are built of is imported here, so that the server does not wait for it."""
    from tocsin.ui import cache
    from tocsin.ui.widgets import BELL, NAME, PAGE, STYLE, show

    st.set_page_config(page_title="Tocsin", page_icon=BELL, layout="wide", initial_sidebar_state="collapsed")
    st.logo(NAME)
    show(STYLE)
    if not is_let_in():
        return
    page = st.navigation(list(_pages().values()), position="top")
    st.session_state[PAGE] = page.url_path
    edits = _edits()
    page.run()
    if _edits() != edits:
        # Which model it is about only the page knows, and so whether the way to edit it stands above it.
        st.rerun()
    # Lets the server's thread send the answer before garbage is collected, during which no thread runs.
    time.sleep(YIELD)
    cache.spare_collector(len(sys.modules))


def _edits() -> bool:
    """Whether the reader may edit the model that the pages are about."""
    from tocsin.ui import access

    return access.allows("edit")


def go(path: str) -> None:
    """Leave the page for another, with all that the session holds."""
    st.switch_page(_pages()[path])


def _pages() -> dict[str, Any]:
    pages = {path: st.Page(_page(name), title=title, url_path=path, default=path == "") for name, title, path in PAGES}
    edits = _edits()
    for position, (name, title, path) in enumerate(EDIT_PAGES):
        seen: Literal["visible", "hidden"] = "visible" if edits and not position else "hidden"
        pages[path] = st.Page(_page(name), title=title if position else EDIT, url_path=path, visibility=seen)
    return pages


def edit_links() -> None:
    """The way from a page that edits to the others."""
    pages = _pages()
    with st.container(horizontal=True, gap="medium", key="edit-links"):
        for title, path in (*((title, path) for _, title, path in EDIT_PAGES), ("Numbers", "numbers")):
            st.page_link(pages[path], label=title)


def new_model_link(label: str) -> None:
    """The way to the page New model."""
    st.page_link(_pages()["new-model"], label=label)


def _page(name: str) -> Callable[[], None]:
    """A page whose module is imported when it is first shown, so that the first page does not wait for the others."""

    def page() -> None:
        module, _, function = name.partition(":")
        getattr(import_module(f"tocsin.ui.{module}"), function or "page")()

    return page
