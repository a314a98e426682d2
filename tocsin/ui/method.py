"""The lexicon in use: its words, their bands, and which of them readers take otherwise."""

from __future__ import annotations

import streamlit as st

from tocsin import language
from tocsin.assessment import apply, lexicon_of
from tocsin.elicitation.lexicon import normal
from tocsin.language.numbers import sentence
from tocsin.model import Model
from tocsin.records.lexicon import Lexicon, Term
from tocsin.ui import cache, run_record, scenarios, state
from tocsin.ui.explain_header import section
from tocsin.ui.markup import Html, element, joined, row, show, table, unbroken

SURVEY = "survey"
"""The lexicon that tells what readers take words to mean."""
MISREAD = "often taken otherwise"


def words(model: Model, lexicon: Lexicon) -> Html:
    """Each word with its band on a scale, and beside it how readers took it where they were asked."""
    survey = model.records.lexicons.get(SURVEY)
    heads = ("Word", "Also", "Means", "0 to 100 %", "Four in five readers mean", "")
    rows = (_term(term, _asked(term, survey) if survey else None) for term in lexicon.terms)
    notes = [sentence(f"Source: {lexicon.source}"), *([lexicon.note] if lexicon.note else [])]
    if survey is not None:
        notes.append(
            f"{sentence(f'Readers: {survey.source}')} “{MISREAD}”: the middle of what they mean lies outside of the "
            "band."
        )
    drawn = table("Words and what they mean", heads, rows, "lexicon")
    return joined([drawn, *(element("p", note, class_="quiet") for note in notes)])


def hedges(model: Model) -> Html:
    """The model's own reading of words that no standard defines."""
    own = model.records.file.hedges
    rows = (
        row(", ".join((hedged, *hedge.phrases)), unbroken(_band(hedge.range)), hedge.because)
        for hedged, hedge in own.items()
    )
    label = "Words that no standard defines"
    return table(label, ("Words", "Read as", "Because"), rows, "lexicon") if own else Html()


def _term(term: Term, readers: tuple[float, float] | None) -> Html:
    return row(
        term.word,
        ", ".join(term.phrases),
        unbroken(_band(term.band)),
        _scale(term.band, readers),
        unbroken(_band(readers)) if readers else "",
        element("b", MISREAD) if readers and is_misread(term.band, readers) else "",
    )


def _asked(term: Term, survey: Lexicon) -> tuple[float, float] | None:
    """What readers take the word, or one that is read as it, to mean."""
    wanted = [normal(text) for text in (term.word, *term.phrases)]
    by_word = {normal(text): asked.band for asked in survey.terms for text in (asked.word, *asked.phrases)}
    return next((by_word[text] for text in wanted if text in by_word), None)


def is_misread(band: tuple[float, float], readers: tuple[float, float]) -> bool:
    """Whether the middle of what readers mean lies outside of the band.

    >>> is_misread((0.2, 0.45), (0.05, 0.3)), is_misread((0.55, 0.8), (0.6, 0.85))
    (True, False)
    """
    middle = sum(readers) / 2
    return not band[0] <= middle <= band[1]


def _band(band: tuple[float, float]) -> str:
    return f"{100 * band[0]:g}–{100 * band[1]:g} %"


def _scale(band: tuple[float, float], readers: tuple[float, float] | None) -> Html:
    """The band, and as a line below it what readers mean."""
    parts = [element("i", class_="up", style=_place(band))]
    label = _band(band)
    if readers:
        parts.append(element("s", style=_place(readers)))
        label += f", readers {_band(readers)}"
    return element("span", *parts, class_="lane", role="img", aria_label=label)


def _place(band: tuple[float, float]) -> str:
    return f"left:{100 * band[0]:.1f}%;width:{max(100 * (band[1] - band[0]), 0.8):.1f}%"


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
    parts = [section(f"The words in use: {lexicon.title}", words(model, lexicon))]
    if model.records.file.hedges:
        note = "The analysts' own readings: assumptions, each with its reason."
        parts.append(section("Words that no standard defines", hedges(model), note=note))
    heard = element("p", language.independence(apply(model, state.scenario())))
    parts.append(section("How many voices there are", heard))
    parts.append(section("What pins this answer", run_record.record(model, state.scenario()), note=SAME))
    parts.append(section("What it runs with", run_record.versions(model)))
    if model.records.file.missing:
        causes = (element("li", cause) for cause in model.records.file.missing)
        parts.append(section("Causes that are not in the model", element("ul", *causes, class_="missing")))
    show(element("div", *parts, class_="parts"))
    readme = cache.folder_of(model) / "README.md"
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
