"""The page for sceptics: how numbers are made, what pins this answer, and the model's own account of itself."""

from __future__ import annotations

import streamlit as st

from tocsin.ui import briefing, scenarios, shared
from tocsin.ui.markup import element, show

WIDTH = 860
"""Pixels: lines that can be read."""

MADE = """
Experts' words become intervals by a published lexicon, intervals become distributions, and distributions of several
speakers are pooled, each with a weight by its Admiralty grade; whatever shares a speaker or an origin counts once.
What nobody says is an assumption with a range and a reason. These numbers fill the tables of a Bayesian network.

The number on a card is the network's exact answer under the mean tables. The interval comes from many draws of all the
numbers at once, each weighted by how well it explains what is observed or reported. It covers the numbers, not whether
the right variables and arrows are in the network at all: the causes that are known to be missing are listed below.

A probability and the confidence in the analysis are two things; no page of Tocsin mixes them.
"""


def page() -> None:
    """Method, run record, the model's README."""
    model = scenarios.opened()
    if model is None:
        return
    with st.container(width=WIDTH):
        st.header("How the numbers are made", anchor=False)
        st.markdown(MADE)
        st.header("What pins this answer", anchor=False)
        show(briefing.record(model))
        if model.records.file.missing:
            st.header("Causes that are not in the model", anchor=False)
            show(element("ul", *(element("li", cause) for cause in model.records.file.missing), class_="missing"))
        readme = shared.home() / "models" / model.name / "README.md"
        if readme.is_file():
            st.divider()
            st.markdown(without_images(readme.read_text("utf-8", errors="replace")))


def without_images(markdown: str) -> str:
    """The same text with links in the place of images: nothing is fetched from elsewhere.

    >>> without_images("see ![a map](https://example.org/map.png)")
    'see [a map](https://example.org/map.png)'
    """
    return markdown.replace("![", "[")
