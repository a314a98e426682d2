"""One outcome of the session's scenario, and everything that can be said about why it is what it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from tocsin import language
from tocsin.analysis.explain import Explanation
from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.render.html import fragments
from tocsin.report.blocks import Block, Section
from tocsin.ui import cache, findings, scenarios, state
from tocsin.ui.markup import Html, alert, element, joined, show
from tocsin.ui.widgets import choice, picked

OUTCOME, _PICKED = "outcome", "outcome-picked"
"""Keys of the widget that chooses it, the same on each page, and of what was picked, with what it was picked for."""
BEFORE_WEIGHING = "This page is about the answer before it is weighed by the judgements that set no number."


def outcome(model: Model) -> str:
    """The outcome that is asked about: what a reader picked, else the one that the scenario moves most."""
    about = (model.records.digest, state.start().digest)
    when, name = st.session_state.get(_PICKED, (None, ""))
    value = name if when == about and name in model.records.events else most_moved(model)
    titles = {name: language.event(model.records, name) for name in model.records.events}

    def pick() -> None:
        st.session_state[_PICKED] = about, picked(OUTCOME)

    chosen: str = choice("Outcome", titles, OUTCOME, value, pick, width=560)
    return chosen


def most_moved(model: Model) -> str:
    """The outcome whose probability the scenario moves by most points; the first where nothing moves or is known."""
    outcomes = list(model.records.events)
    try:
        found = cache.answer(model, state.scenario()).outcomes
    except TocsinError:
        return outcomes[0]
    # In the tenths of a point that pages show, so that no last bit decides.
    return max(outcomes, key=lambda name: round(abs(found[name].p - found[name].baseline), 3))


def explained(model: Model) -> Explanation | None:
    """The explanation; None with the reason on the page where the scenario has no answer."""
    try:
        return cache.explained(model, state.scenario())
    except TocsinError as error:
        show(alert("No answer to this scenario. Change it on the page Assess.", str(error)))
        return None


def headed(title: str) -> tuple[Model, str, Explanation] | None:
    """What the pages that explain begin with: the scenario's bar, what is set, the outcome and its sentence.

    Each is one element whatever is set: where the page's parts shift, Streamlit makes its widgets anew and the focus
    is lost.
    """
    model = scenarios.opened()
    if model is None:
        return None
    scenarios.bar(model)
    show(joined([element("h1", title), chips(model)]))
    name = outcome(model)
    why = explained(model)
    if why is None:
        return None
    note = element("p", BEFORE_WEIGHING, class_="quiet") if state.scenario().reconcile else Html()
    show(joined([element("p", language.answer(why.case, name), class_="lead"), note]))
    return model, name, why


def chips(model: Model) -> Html:
    """What the scenario sets."""
    lines = [element("li", line, class_=kind) for kind, line in findings.told(state.scenario(), model.records)]
    return element("ul", *lines, class_="chips", aria_label="What is set") if lines else Html()


def section(title: str, *content: Html, note: str = "") -> Html:
    """A part of a page under its heading."""
    about = element("p", note, class_="quiet") if note else Html()
    return element("section", element("h2", title), about, *content, class_="part")


def part(title: str, blocks: Iterable[Block], note: str = "") -> Html:
    """Blocks of the report as a part of a page; nothing for nothing."""
    shown = fragments(blocks)
    return section(title, shown, note=note) if shown else Html()


def sentences(lines: Sequence[str]) -> Html:
    """Sentences, one under the other."""
    return element("ul", *(element("li", line) for line in lines), class_="sentences")


def topic(told: Section, note: str = "") -> Html:
    """A topic of an explanation under its heading; nothing for nothing."""
    return part(told.heading, told.blocks, note)
