"""The link in the page's address: once it is there it follows every change, or goes; it never tells an old scenario."""

from __future__ import annotations

import time

import streamlit as st

from tocsin.records import Scenario
from tocsin.ui import keeping

LINK = "scenario"
"""The query parameter that holds one."""
MOST_CHANGES, WITHIN = 60, 30.0
"""Changes of the address and seconds: browsers refuse more than about 100 in 30 s, which a dragged slider would be."""
_FOLLOWS, _TIMES = "address-follows", "address-times"


def begin(linked: bool) -> None:
    """In a new session: whether it was opened by a link that holds."""
    st.session_state[_FOLLOWS] = linked


def model_in_address() -> str | None:
    """The name of the model that the link in the address is about."""
    return keeping.model_of_link(st.query_params.get(LINK, ""))


def note(scenario: Scenario, digest: str) -> None:
    """Before a change: remember whether the address holds the scenario as it is. digest: the model's."""
    held = st.query_params.get(LINK)
    if held and held == keeping.packed(scenario, digest):
        st.session_state[_FOLLOWS] = True


def follow(scenario: Scenario, digest: str) -> None:
    """After a change, and on each new page: put the scenario as it is now into the address of who asked for a link."""
    if not st.session_state.get(_FOLLOWS):
        return
    wanted, now = keeping.packed(scenario, digest), time.monotonic()
    if st.query_params.get(LINK) == wanted:
        return
    times = [one for one in st.session_state.get(_TIMES, []) if now - one < WITHIN]
    if len(times) < MOST_CHANGES:
        st.query_params[LINK] = wanted
        times.append(now)
    else:
        # No address is better than that of another scenario; the next page or the next quiet moment brings it back.
        st.query_params.pop(LINK, None)
    st.session_state[_TIMES] = times
