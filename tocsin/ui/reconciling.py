"""What the answer would be if it were also weighed by the judgements that set no number."""

from __future__ import annotations

import streamlit as st

from tocsin import language
from tocsin.analysis.reconcile import Reconciled
from tocsin.assessment import Assessment
from tocsin.errors import TocsinError
from tocsin.language.numbers import capital, change, interval, percent
from tocsin.model import Model
from tocsin.reconciliation import LEAST
from tocsin.ui import bars, cache, findings, outcome_cards, state
from tocsin.ui.explain_header import section, told
from tocsin.ui.markup import Html, alert, element, joined, show
from tocsin.ui.widgets import switch

ASKED = "reconcile"
"""Key of the toggle."""
MOST = 8
"""Numbers that are listed."""
WHAT = (
    "Some judgements set no number of the model, since they speak of something that follows from other numbers. The "
    "answer can be weighed by them too: draws under which the model agrees with them count more."
)


def part(model: Model) -> None:
    """Folded away until it is asked for, since it takes time."""
    scenario = state.scenario()
    show(section("Weighed by the other judgements too", note=WHAT))
    st.session_state.setdefault(ASKED, scenario.reconcile)
    if not switch("Show what that would change", ASKED):
        return
    try:
        before = cache.answer(model, findings.altered(scenario, state.start(), model.records, reconcile=False))
        found = cache.reconciled(model, scenario)
    except TocsinError as error:
        show(alert("No answer to this scenario.", str(error)))
        return
    show(element("div", *_told(model, before, found), class_="part"))
    if scenario.reconcile:
        st.button("Answer without them", on_click=lambda: state.alter(model, reconcile=False))
    elif found.assessment is not None:
        st.button("Answer so from now on", on_click=lambda: state.alter(model, reconcile=True))


def _told(model: Model, before: Assessment, found: Reconciled) -> list[Html]:
    share = f"{percent(found.reconciliation.effective)} of the draws"
    if found.assessment is None:
        needed = f"only {share} are left, and {100 * LEAST:g} % are needed"
        return [told([f"That cannot be done: {needed}. Judgements and model contradict."])]
    heard = f"Heard: {', '.join(found.reconciliation.statements)}. The weights leave {share}."
    parts = [element("p", heard, class_="quiet"), outcomes(model, before, found.assessment)]
    if found.moved:
        lines = [moved(model, found, place) for place in range(min(MOST, len(found.moved)))]
        more = len(found.moved) - len(lines)
        note = f" The first {len(lines)} of {len(found.moved)}." if more else ""
        parts += [element("h3", "The numbers that move most"), told(lines), element("p", note, class_="quiet")]
    return parts


def outcomes(model: Model, before: Assessment, after: Assessment) -> Html:
    """Each outcome weighed so, with a line where it was."""
    scale = bars.top([max(one.high, before.outcomes[name].p) for name, one in after.outcomes.items()])
    made = []
    for name, one in after.outcomes.items():
        was = before.outcomes[name].p
        figure = f"{percent(was)} → {percent(one.p)} {interval(one)} ({change(was, one.p)})"
        made.append(bars.row(outcome_cards.told_event(model, name), bars.dot(one, scale, was), figure))
    note = element("p", "Dot and band: weighed so. Line: without.", class_="quiet")
    return joined([note, bars.rows("Outcomes weighed by the other judgements", made)])


def moved(model: Model, found: Reconciled, place: int) -> str:
    """A number before and after."""
    one = found.moved[place]
    prior = model.priors.by_key.get(one.key)
    kind = "chance" if prior is None or prior.kind == "shares" else prior.kind
    subject = capital(language.quantity(model, one.key))
    return f"{subject}: {language.figure(kind, one.before.p)} becomes {language.figure(kind, one.after.p)}."
