"""The page that puts two to six scenarios side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.render.html import element
from tocsin.report.blocks import Briefing, Paragraph
from tocsin.report.comparison import (
    LEAST,
    MOST,
    Beside,
    bottom_line,
    change_rows,
    compare,
    compared_name,
    difference_blocks,
    outcome_chart,
    reasons,
    titled,
)
from tocsin.report.record import BriefingOptions
from tocsin.report.subject import Subject, unexplained
from tocsin.ui import cache, downloads, scenarios, state
from tocsin.ui.scenario_io import KeptScenario, told_apart
from tocsin.ui.widgets import alert, part, several, show

SHARED = "A difference's part in a change is its average over all orders of the differences (Shapley)."
NOW, BEGUN = "now", "begun"
"""The session's own scenario among the others, and what it began with, where they are no presets."""
KEPT = "kept "
"""With a number: a scenario of the shelf; no preset's name holds a space."""
_CHOSEN, _FOR = "compared", "compared-for"


def page() -> None:
    """Outcomes as dots with intervals, what is set in each, which difference explains which change."""
    model = scenarios.begin_page()
    if model is None:
        return
    show(element("h1", "Scenarios side by side"))
    choices = offered(state.presets(), state.scenario(), state.start(), state.shelf().kept)
    known = choices.known
    titles = {name: f"{scenario.title}{_whence(name)}" for name, scenario in known.items()}
    about = (model.records.digest, choices.own, state.start().digest)
    if st.session_state.get(_FOR) != about:
        # Another scenario is in place: the comparison is about it again.
        st.session_state[_FOR] = about
        st.session_state[_CHOSEN] = list(choices.begun)
    chosen = several(
        "Scenarios (two to six); the others are compared with the first", titles, _CHOSEN, max_selections=MOST
    )
    with st.expander("Compare scenarios from files of your own"):
        scenarios.open_files(model, "Scenario files, which go onto the shelf", "compared-files", on_open=_also)
    if len(chosen) < LEAST:
        st.info("Choose at least two.")
        return
    subjects = _subjects(model, [known[name] for name in chosen])
    if len(subjects) < LEAST:
        return
    beside = Beside(tuple(subjects))
    show(part("What is compared", titled(beside)))
    compared = compared_name([subject.case.scenario.scenario for subject in subjects])
    show(
        part("Outcomes", (Paragraph(bottom_line(beside)), outcome_chart(beside), *change_rows(beside)), about=compared)
    )
    show(part("What is set", difference_blocks(beside)))
    show(part("Which difference explains which change", reasons(beside), SHARED))
    scenarios_ = [subject.case.scenario for subject in subjects]
    downloads.offered(
        compared_name([scenario.scenario for scenario in scenarios_]),
        model,
        lambda options: briefed(model, scenarios_, options),
        of=downloads.subject(*scenarios_),
    )


@dataclass(frozen=True)
class Offered:
    """What can be compared, by name. own: the session's own scenario; begun: what is compared at first."""

    known: Mapping[str, Scenario]
    own: str
    begun: Sequence[str]


def offered(presets: Sequence[Scenario], own: Scenario, start: Scenario, shelf: Sequence[KeptScenario] = ()) -> Offered:
    """The shelf and the presets, and where they are neither the scenario and what it began with.

    Each is known by a name of its own that lasts, whatever else comes to be offered.
    """
    known = {preset.scenario: preset for preset in presets}
    for kept in reversed(shelf):
        known = {kept_name(kept): told_apart(kept.scenario, list(known.values())), **known}
    names = {preset.digest: preset.scenario for preset in presets}
    names |= {kept.scenario.digest: kept_name(kept) for kept in shelf}
    if start.digest not in names:
        known = {BEGUN: told_apart(start, list(known.values()), "changed"), **known}
        names[start.digest] = BEGUN
    if own.digest not in names:
        known = {NOW: told_apart(own, list(known.values()), "changed"), **known}
        names[own.digest] = NOW
    mine, before = names[own.digest], names[start.digest]
    if mine != before:
        return Offered(known, mine, [before, mine])
    first = presets[0].scenario
    others = [name for name in known if name != mine]
    return Offered(known, mine, [mine, *others[:1]] if mine == first else [first, mine])


def kept_name(kept: KeptScenario) -> str:
    """What a scenario of the shelf is known by among those that can be compared."""
    return f"{KEPT}{kept.number}"


def _whence(name: str) -> str:
    if name == NOW:
        return " (this scenario, as edited)"
    return " (on the shelf)" if name.startswith(KEPT) else ""


def _also(opened: Sequence[KeptScenario]) -> None:
    """What was just opened is compared too, as far as there is room."""
    chosen: list[str] = st.session_state.get(_CHOSEN, [])
    more = [name for name in map(kept_name, opened) if name not in chosen]
    st.session_state[_CHOSEN] = [*chosen, *more][:MOST]


@st.cache_resource(show_spinner=False, max_entries=32, hash_funcs=cache.BY_CONTENT)
def briefed(model: Model, chosen: Sequence[Scenario], order: BriefingOptions) -> Briefing:
    """The briefing on scenarios side by side. Raises BadInput, ImpossibleEvidence, Contradiction."""
    return compare(model, chosen, order)


def _subjects(model: Model, chosen: Sequence[Scenario]) -> list[Subject]:
    """Those that have an answer; why the others have none is told."""
    found = []
    for scenario in chosen:
        try:
            found.append(subject(model, scenario))
        except TocsinError as error:
            show(alert(f"No answer to “{scenario.title}”.", str(error)))
    return found


@st.cache_resource(show_spinner=False, max_entries=64, hash_funcs=cache.BY_CONTENT)
def subject(model: Model, scenario: Scenario) -> Subject:
    """A scenario's answer. Raises Irreconcilable, ImpossibleEvidence, Contradiction."""
    return unexplained(model, scenario)
