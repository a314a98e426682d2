"""The network as it would be, beside the form that edits it: a click chooses a variable, a drag draws an arrow."""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from tocsin.network.network import ancestors
from tocsin.render.html import Html, element
from tocsin.render.layout import Box, layout
from tocsin.render.marks import wire, wrapped
from tocsin.report.blocks import Edge
from tocsin.ui.widgets import alert, show

BOX = Box(width=120, height=0, across=10, between=40, margin=8)
LETTERS, LINE, ROOM = 12, 17, 18
"""Of a node: what fits into a line of its title, a line's height, and the room around in pixels."""
CIRCLE = "structure-circle"
"""Key of why the last arrow was not drawn."""
HINT = "Click a variable to edit it. Drag from a cause to its effect to draw an arrow, or choose causes in the form."
_component = st.components.v2.component(
    "tocsin.structure",
    html='<div class="stHtml structure"></div>',
    js=Path(__file__).with_name("structure.js").read_text("utf-8"),
    isolate_styles=False,
)


def done_in_picture(key: str, variables: Container[str]) -> dict[str, str]:
    """What was done in the picture and not heard of yet: `choose` a variable, or an arrow from `cause` to `effect`."""
    event = (st.session_state.get(key) or {}).get("done") or {}
    seen = f"{key}-seen"
    if not event or event.get("n") == st.session_state.get(seen):
        return {}
    st.session_state[seen] = event.get("n")
    return {name: str(event[name]) for name in ("choose", "cause", "effect") if event.get(name) in variables}


def structure_picture(key: str, variables: Mapping[str, Mapping[str, Any]], chosen: str) -> None:
    """Draw variables as a file has them; what was done is read by the run itself."""
    _component(key=key, data={"html": str(drawing(variables, chosen))}, on_done_change=lambda: None)
    if refused := st.session_state.pop(CIRCLE, ""):
        show(alert("No arrow was drawn.", refused))


def drawing(variables: Mapping[str, Mapping[str, Any]], chosen: str) -> Html:
    """Nodes as buttons over their arrows, causes above effects; arrows that would go in a circle are left out."""
    if not variables:
        return element("p", "Nothing is in the model yet.", class_="quiet")
    parents: dict[str, tuple[str, ...]] = dict.fromkeys(variables, ())
    for name, variable in variables.items():
        for parent in variable.get("parents") or ():
            if parent in variables and parent != name and name not in ancestors(parents, parent):
                parents[name] = (*parents[name], parent)
    edges = tuple((parent, name) for name, held in parents.items() for parent in held)
    titles = {name: str(variable.get("title") or name) for name, variable in variables.items()}
    lines = {name: max(1, len(wrapped(title, LETTERS))) for name, title in titles.items()}
    heights = tuple(float(ROOM + LINE * lines[name]) for name in variables)
    placed = layout(tuple(variables), edges, BOX, heights)
    size = f"width:{placed.width:.0f}px;height:{placed.height:.0f}px"
    # The drawing of an arc escapes its own text.
    wires = Html("".join(wire(Edge(*ends), placed.routes[ends]) for ends in edges))
    arcs = element("svg", wires, width=f"{placed.width:.0f}", height=f"{placed.height:.0f}", aria_hidden="true")
    nodes = (
        element(
            "button", titles[name], type="button", class_="structure-node", data_node=name,
            aria_pressed=str(name == chosen).lower(), title=str(variables[name].get("question") or ""),
            style=f"left:{placed.corners[name][0]:.1f}px;top:{placed.corners[name][1]:.1f}px;"
            f"width:{BOX.width:.0f}px;height:{height:.0f}px",
        )
        for name, height in zip(variables, heights, strict=True)
    )  # fmt: skip
    sheet = element("div", arcs, *nodes, class_="structure-sheet", style=size)
    label = "The network: causes above, effects below"
    return element(
        "div",
        element("div", sheet, class_="structure-frame sideways", tabindex=0, role="region", aria_label=label),
        element("p", HINT, class_="quiet"),
    )
