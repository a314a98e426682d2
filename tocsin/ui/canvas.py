"""The network picture on the page; a click on a node, or Enter, asks for the statements behind it.

`st.html` takes pictures out of what it is given, so that this small component puts it there.
"""

from __future__ import annotations

import streamlit as st

from tocsin.ui.markup import Html

_SCRIPT = """
export default function ({ data, parentElement, setTriggerValue }) {
  const holder = parentElement.querySelector(".picture")
  const drawn = new DOMParser().parseFromString(data.svg, "image/svg+xml").documentElement
  const held = document.activeElement?.closest?.(".picture [data-variable]")?.dataset.variable
  drawn.setAttribute("role", "group")
  for (const node of drawn.querySelectorAll("[data-variable]")) {
    const ask = () => setTriggerValue("asked", node.dataset.variable)
    node.setAttribute("tabindex", "0")
    node.setAttribute("role", "button")
    node.setAttribute("aria-label", node.querySelector("title").textContent)
    node.addEventListener("click", ask)
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); ask() }
    })
  }
  holder.replaceChildren(drawn)
  if (held) holder.querySelector(`[data-variable="${CSS.escape(held)}"]`)?.focus({ preventScroll: true })
}
"""

_canvas = st.components.v2.component(
    "tocsin.network", html='<div class="picture"></div>', js=_SCRIPT, isolate_styles=False
)


def network(svg: Html) -> str | None:
    """Show the picture; the name of the node that was asked for in this run."""
    asked = _canvas(key="network", data={"svg": str(svg)}, on_asked_change=_nothing).asked
    return asked if isinstance(asked, str) else None


def _nothing() -> None:
    """The answer comes with the run itself."""
