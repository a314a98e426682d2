"""The network as a place to work: nodes whose states can be set, and what an answer puts into them.

Where everything stands is drawn once for a model; an answer is only its figures, which `network.js` writes into the
drawing, so that a dragged slider does not draw the network anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tocsin.assessment import Assessment
from tocsin.language.events import event
from tocsin.language.numbers import capital, percents
from tocsin.model import Model
from tocsin.network.network import ancestors
from tocsin.records import Variable
from tocsin.render.html import Html, element, joined
from tocsin.render.layout import Box, layout
from tocsin.render.marks import shades, wire, wrapped
from tocsin.report.blocks import Edge
from tocsin.ui.evidence import Kind, caption, setting

BOX = Box(width=192, height=0, across=20, between=42, margin=16)
TITLE_LETTERS, TITLE_LINE, TITLE_ROOM = 22, 17, 13
"""Of a node's title: what fits into a line, a line's height, and the room around all in pixels."""
STATE_LETTERS, STATE, STATE_MORE, BELOW = 16, 26, 15, 5
"""Of a state: what fits into a line beside its figure, its height and that of each further line, the room below all."""

STATE_LINES = 3
"""The most; of longer ones a tooltip has the rest."""

KNOWN: Mapping[Kind, str] = {
    "observed": "seen",
    "reported": "reported",
    "believed": "believed",
    "forced": "made so",
    "kept": "set",
}
"""Written on the frame of a node."""


def drawing(model: Model, arcs: Mapping[tuple[str, str], float]) -> Html:
    """Everything but the figures of an answer: tools, nodes in reading order, arcs. arcs: how strong, 0 to 1."""
    variables = model.records.variables
    edges = tuple((parent, name) for name, variable in variables.items() for parent in variable.parents)
    placed = layout(tuple(variables), edges, BOX, tuple(_height(variable) for variable in variables.values()))
    width, height = f"{placed.width:.0f}", f"{placed.height:.0f}"
    # The drawing of an arc escapes its own text.
    wires = "".join(wire(Edge(*ends, arcs.get(ends, 0.0)), placed.routes[ends]) for ends in edges)
    arcs_drawn = f'<svg width="{width}" height="{height}" aria-hidden="true">{wires}</svg>'
    order = sorted(variables, key=lambda name: placed.corners[name][::-1])
    nodes = (_node(name, variables[name], placed.corners[name]) for name in order)
    sheet = element("div", Html(arcs_drawn), *nodes, class_="net-scaled")
    label = f"Network of {model.records.file.title}: causes above, effects below"
    return joined(
        [
            _tools(),
            element(
                "div",
                element("div", sheet, class_="net-sheet", style=f"--width:{width};--height:{height};--k:1;--wide:1"),
                class_="net-frame",
                tabindex=0,
                role="region",
                aria_label=label,
            ),
        ]
    )


def _tools() -> Html:
    buttons = (("out", "−", "Smaller"), ("in", "+", "Larger"), ("fit", "Fit", "The whole network"))
    home = element("button", "Chosen outcome", type="button", data_zoom="home", title="Back to the chosen outcome")
    drawn = [
        element(
            "button", text, type="button", data_zoom=kind, aria_label=label if len(text) == 1 else None, title=label
        )
        for kind, text, label in buttons
    ]
    scale = element("output", "100 %", aria_label="Scale")
    hint = element("span", "Drag to move, Ctrl and wheel to zoom.", class_="quiet")
    return element("div", drawn[0], scale, *drawn[1:], home, hint, class_="net-tools", role="group", aria_label="Zoom")


def _height(variable: Variable) -> float:
    title = TITLE_ROOM + TITLE_LINE * len(wrapped(variable.title, TITLE_LETTERS))
    return title + sum(_state_height(variable.label(state)) for state in variable.states) + BELOW


def _state_height(label: str) -> int:
    return STATE + STATE_MORE * (min(len(wrapped(label, STATE_LETTERS)), STATE_LINES) - 1)


def _node(name: str, variable: Variable, place: tuple[float, float]) -> Html:
    """A title that leads to the statements, and each state as a bar that sets it; an index is computed, never set."""
    settable = variable.role != "index"
    states = (
        element(
            "button" if settable else "div",
            element("i", class_="net-bar"),
            element("span", variable.label(state)),
            element("b"),
            class_=f"net-state s{shade}",
            style=f"height:{_state_height(variable.label(state))}px",
            **({"type": "button", "data_of": name, "data_state": state, "aria_pressed": "false"} if settable else {}),
            title=variable.label(state),
        )
        for state, shade in zip(variable.states, shades(len(variable.states)), strict=True)
    )
    title = element(
        "button",
        element("span", variable.title),
        type="button",
        data_node=name,
        data_ask="behind",
        data_of=name,
        title=variable.question,
    )
    return element(
        "div",
        element("small", class_="net-known"),
        title,
        *states,
        class_="net-node",
        style=f"left:{place[0]:.1f}px;top:{place[1]:.1f}px;width:{BOX.width:.0f}px;height:{_height(variable):.0f}px",
        role="group",
        aria_label=f"{variable.title}: node",
        data_box=name,
    )


def figures(model: Model, answer: Assessment, outcome: str) -> str:
    """What an answer puts into the drawing, as JSON: bars, figures, what is known, and what bears on the outcome."""
    variables = model.records.variables
    parents = {name: variable.parents for name, variable in variables.items()}
    # Where nothing leads to the outcome, nothing is pale.
    lit = {outcome, *ancestors(parents, outcome)} if parents[outcome] else set(variables)
    content = {
        "outcome": outcome,
        "lit": sorted(lit),
        "nodes": {name: _figures(name, variable, answer) for name, variable in variables.items()},
    }
    # No text of a model looks like a mark there, wherever it may be put.
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _figures(name: str, variable: Variable, answer: Assessment) -> dict[str, Any]:
    shares = [estimate.p for estimate in answer.variables[name].values()]
    now = setting(answer.scenario, name, variable)
    sure = now.states if now.kind in ("observed", "forced") else ()
    return {
        "about": f"{variable.title}: {caption(variable, shares)}",
        "shares": [round(share, 4) for share in shares],
        "texts": [""] * len(shares) if variable.role == "index" else percents(shares),
        "kind": now.kind,
        "known": KNOWN.get(now.kind, ""),
        "sure": [state for state in variable.states if state in sure],
    }


def legend(model: Model, outcome: str) -> Html:
    """What its frames, bars and arcs mean."""
    clause = event(model.records, outcome, style="clause")
    what = event(model.records, outcome) if clause.startswith("“") else capital(clause)
    pale = " and what it follows from; pale: the rest" if model.records.variables[outcome].parents else ""
    keys = {
        "lit": f"strong: “{what}”{pale}",
        "finding": "seen, reported or believed",
        "forced": "made so, whatever its causes: their arcs are dashed",
        "tint": "seen small, a node is the darker the likelier the worse is",
        "arc": "the wider an arc, the more the effect moves with its cause",
    }
    lines = [element("span", element("i", class_=f"key {kind}"), text) for kind, text in keys.items()]
    how = "Click a state to set it as seen, again to take it back; a title for the statements behind it."
    return element("p", *lines, how, class_="quiet legend")
