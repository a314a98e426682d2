"""The link in the page's address: once it is there it follows every change, or goes; it never tells an old scenario."""

from __future__ import annotations

import base64
import json
import time
import zlib
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st
import yaml

from tocsin.errors import BadInput, Problem
from tocsin.files import load_scenario, scenario_of
from tocsin.records import ModelRecords, Scenario

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
    return model_of_link(st.query_params.get(LINK, ""))


def note(scenario: Scenario, digest: str) -> None:
    """Before a change: remember whether the address holds the scenario as it is. digest: the model's."""
    held = st.query_params.get(LINK)
    if held and held == packed(scenario, digest):
        st.session_state[_FOLLOWS] = True


def follow(scenario: Scenario, digest: str) -> None:
    """After a change, and on each new page: put the scenario as it is now into the address of who asked for a link."""
    if not st.session_state.get(_FOLLOWS):
        return
    wanted, now = packed(scenario, digest), time.monotonic()
    if st.query_params.get(LINK) == wanted:
        return
    times = [moment for moment in st.session_state.get(_TIMES, []) if now - moment < WITHIN]
    if len(times) < MOST_CHANGES:
        st.query_params[LINK] = wanted
        times.append(now)
    else:
        # No address is better than that of another scenario; the next page or the next quiet moment brings it back.
        st.query_params.pop(LINK, None)
    st.session_state[_TIMES] = times


MOST = 200_000
"""Bytes that a link may hold once unpacked."""
PINNED = 16
"""Letters of the model's digest in a link."""
DAMAGED = "its text is damaged or cut short; copy the whole address again, or ask for a new link"


def as_yaml(scenario: Scenario) -> bytes:
    """The scenario's file; what is as usual is left out."""
    return yaml.safe_dump(_content(scenario), sort_keys=False, allow_unicode=True, width=110).encode()


def from_yaml(content: bytes, name: str, model: ModelRecords) -> Scenario:
    """The scenario in an uploaded file. Raises BadInput with line and column."""
    file = Path(name).name or "file.yaml"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.yaml"
        path.write_bytes(content)
        try:
            return load_scenario(path, model)
        except BadInput as error:
            raise BadInput(replace(problem, file=file) for problem in error.problems) from None


def as_link(scenario: Scenario, model: ModelRecords) -> str:
    """Text for a query parameter: the scenario, pinned to the model's digest, packed."""
    return packed(scenario, model.digest)


def packed(scenario: Scenario, digest: str) -> str:
    """The same from the model's digest."""
    content = {**_content(scenario), "model_digest": digest[:PINNED]}
    short = zlib.compress(json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    return base64.urlsafe_b64encode(short).decode().rstrip("=")


def from_link(text: str, model: ModelRecords) -> Scenario:
    """The scenario of a link. Raises BadInput, also where the model has changed since."""
    content = _unpacked(text)
    scenario_of(content, model, "link")
    content.pop("model_digest", None)
    return scenario_of(content, model, "link")


def model_of_link(text: str) -> str | None:
    """The name of the model that a link is about; None where it is broken."""
    try:
        name = _unpacked(text).get("model")
    except BadInput:
        return None
    return name if isinstance(name, str) else None


def _unpacked(text: str) -> dict[str, Any]:
    """What a link holds. Raises BadInput."""
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(packed, MOST)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise ValueError
        content = json.loads(plain)
        if not isinstance(content, dict):
            raise ValueError
    except (ValueError, zlib.error, RecursionError):
        raise BadInput([Problem("link", 0, 0, "", DAMAGED)]) from None
    return content


def _content(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"expected"})
