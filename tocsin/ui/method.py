"""The page for sceptics: how numbers are made, what pins this answer, and the model's own account of itself."""

from __future__ import annotations

import streamlit as st

from tocsin import sentences
from tocsin.assessment import apply, lexicon_of
from tocsin.ui import pinned, scenarios, shared, state, words
from tocsin.ui.asking import section
from tocsin.ui.markup import element, show

WIDTH = 860
"""Pixels: lines that can be read."""

MADE = """
Every number begins at a reference: a count of events, or an assumption with a range and a reason. Experts' words become
intervals by a published lexicon, and each interval moves the number by as much as the grade of its speaker allows; what
one speaker or one origin says of the same number counts once. These numbers fill the tables of a Bayesian network.

The number on a card is the network's exact answer under the mean tables. The interval comes from many draws of all the
numbers at once, each weighted by how well it explains what is observed or reported. It covers the numbers, not whether
the right variables and arrows are in the network at all: the causes that are known to be missing are listed below.

A probability and the confidence in the analysis are two things; no page of Tocsin mixes them.
"""

SAME = "Where all of this is the same, the answer is the same, to the last digit."


def page() -> None:
    """Method, words, run record, versions, the model's README."""
    model = scenarios.opened()
    if model is None:
        return
    scenarios.bar(model)
    show(element("h1", "How the numbers are made"))
    st.markdown(MADE, width=WIDTH)
    lexicon = lexicon_of(model, state.scenario())
    parts = [section(f"The words in use: {lexicon.title}", words.table(model, lexicon))]
    if model.records.file.hedges:
        note = "The analysts' own readings: assumptions, each with its reason."
        parts.append(section("Words that no standard defines", words.hedges(model), note=note))
    heard = element("p", sentences.independence(apply(model, state.scenario())))
    parts.append(section("How many voices there are", heard))
    parts.append(section("What pins this answer", pinned.record(model, state.scenario()), note=SAME))
    parts.append(section("What it runs with", pinned.versions(model)))
    if model.records.file.missing:
        causes = (element("li", cause) for cause in model.records.file.missing)
        parts.append(section("Causes that are not in the model", element("ul", *causes, class_="missing")))
    show(element("div", *parts, class_="parts"))
    readme = shared.home() / "models" / model.name / "README.md"
    if readme.is_file():
        st.divider()
        with st.container(width=WIDTH):
            st.markdown(without_images(readme.read_text("utf-8", errors="replace")))


def without_images(markdown: str) -> str:
    """The same text with links in the place of images: nothing is fetched from elsewhere.

    >>> without_images("see ![a map](https://example.org/map.png)")
    'see [a map](https://example.org/map.png)'
    """
    return markdown.replace("![", "[")
