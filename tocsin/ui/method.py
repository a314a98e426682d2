"""How the numbers are made: the words in use, what the numbers rest on, what pins the answer, the model's README."""

from __future__ import annotations

import platform
from importlib.metadata import version

import streamlit as st

from tocsin import __version__
from tocsin.assessment import apply, lexicon_of
from tocsin.assessment import run_record as pinned
from tocsin.language.numbers import day
from tocsin.language.scenarios import independence
from tocsin.model import Model
from tocsin.render.html import element
from tocsin.report.answer import run_record
from tocsin.report.blocks import Item, Items, Paragraph, Table
from tocsin.report.sources_method import SURVEY, hedges, rests_on, words
from tocsin.ui import cache, scenarios, state
from tocsin.ui.widgets import part, show

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
    model = scenarios.begin_page()
    if model is None:
        return
    show(element("h1", "How the numbers are made"))
    st.markdown(MADE, width=WIDTH)
    scenario, file = state.scenario(), model.records.file
    lexicon = lexicon_of(model.records, scenario)
    parts = [part(f"The words in use: {lexicon.title}", words(lexicon, model.records.lexicons.get(SURVEY)))]
    note = "The analysts' own readings: assumptions, each with its reason."
    parts.append(part("Words that no standard defines", hedges(file.hedges), note))
    parts.append(part("What the numbers rest on", rests_on(model, scenario.statements)))
    voices = Paragraph(independence(apply(model, scenario)))
    parts.append(part("How many voices there are", [voices]))
    parts.append(part("What pins this answer", [run_record([pinned(model, scenario)])], SAME))
    parts.append(part("What it runs with", [_versions(model)]))
    if file.missing:
        causes = Items(tuple(Item(cause) for cause in file.missing))
        parts.append(part("Causes that are not in the model", [causes]))
    show(element("div", *parts, class_="parts"))
    readme = cache.folder_of(model) / "README.md"
    if readme.is_file():
        st.divider()
        with st.container(width=WIDTH):
            st.markdown(without_images(readme.read_text("utf-8", errors="replace")))


def _versions(model: Model) -> Table:
    """What it runs with. The model's version is its fingerprint and the day it stands at."""
    file = model.records.file
    rows = (
        ("Tocsin", __version__),
        ("Model", f"{file.title}, as of {day(file.as_of)}"),
        ("Model's digest", model.records.digest),
        ("Python", platform.python_version()),
        *((name, version(name.casefold())) for name in ("NumPy", "Streamlit")),
    )
    return Table(("Item", "Version"), rows, (0.25, 0.75), "Versions")


def without_images(markdown: str) -> str:
    """The same text with links in the place of images: nothing is fetched from elsewhere.

    >>> without_images("see ![a map](https://example.org/map.png)")
    'see [a map](https://example.org/map.png)'
    """
    return markdown.replace("![", "[")
