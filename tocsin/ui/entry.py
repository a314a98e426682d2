"""Who is let in: everybody on this machine, or, where the server's secrets name an identity provider, who logs in."""

from __future__ import annotations

import streamlit as st

from tocsin.ui.markup import element, show


def is_let_in() -> bool:
    """Whether the pages may be shown; if not, the way to log in is."""
    if not _asks_for_login() or st.user.get("is_logged_in", False):
        return True
    show(element("h1", "Tocsin"))
    show(element("p", "This server is for a team. Log in to go on."))
    st.button("Log in", on_click=st.login, type="primary")
    return False


def _asks_for_login() -> bool:
    """Whether `.streamlit/secrets.toml` has a part `auth` (OpenID Connect)."""
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets
