"""Who is let in: everybody on this machine, or, where the server's secrets name an identity provider, who logs in."""

from __future__ import annotations

import streamlit as st

from tocsin.ui.markup import element, show


def is_let_in() -> bool:
    """Whether the pages may be shown; if not, the way to log in is."""
    if not _asks_for_login():
        return True
    if st.user.get("is_logged_in", False):
        _way_out()
        return True
    show(element("h1", "Tocsin"))
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
