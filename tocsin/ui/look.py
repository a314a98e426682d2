"""The page that ranks what to look for next: what each answer would do to an outcome."""

from __future__ import annotations

import streamlit as st

from tocsin import sentences
from tocsin.analysis.explain import Explanation
from tocsin.analysis.indicators import Indicator, Plan
from tocsin.ui import asking, figures
from tocsin.ui.asking import section, told
from tocsin.ui.markup import Html, element, joined, show
from tocsin.wording import percent


def page() -> None:
    """Indicators in their order, then what can tell nothing."""
    begun = asking.headed("What to look for next")
    if begun is None:
        return
    _, name, why = begun
    plan = why.indicators[name]
    costed = any(one.cost for one in plan.indicators)
    by_cost = costed and st.toggle("Rank by bits per analyst-day", key="by-cost")
    late = st.toggle("Show effects of the outcome too", key="effects", help="They may be known no sooner than it.")
    shown = [one for one in plan.indicators if late or not one.effect]
    if by_cost:
        shown.sort(key=lambda one: -(one.bits_per_cost or 0.0))
    show(_ranking(why, name, plan, shown))
    pair = sentences.best_pair(why.case, plan)
    if pair:
        show(section("Two together", told([pair])))
    nothing = [sentences.irrelevant(why.case, one, reason) for one, reason in plan.irrelevant.items()]
    if nothing:
        show(section("What can tell nothing about it", told(nothing)))


def _ranking(why: Explanation, name: str, plan: Plan, shown: list[Indicator]) -> Html:
    if not shown:
        return told(["Nothing that is open would tell anything."])
    made = [_indicator(why, name, plan, one) for one in shown]
    note = f"Nothing can tell more than {plan.uncertainty:.2g} bits. The dark line on a scale is the answer now."
    return section("Most telling first", element("ol", *made, class_="ranking"), note=note)


def _indicator(why: Explanation, name: str, plan: Plan, one: Indicator) -> Html:
    variable = why.case.model.records.variables[one.variable]
    possible = {state: reply for state, reply in one.replies.items() if reply.chance > 0}
    now = why.case.point[name]
    lanes = [
        figures.row(
            joined([f"if “{variable.label(state)}” ", element("small", f"chance {percent(reply.chance)}")]),
            figures.span(now, reply.p, 1.0, now),
            f"{percent(reply.p)} {reply.word}",
        )
        for state, reply in possible.items()
    ]
    costs = f" · {one.bits_per_cost:.2g} bits per analyst-day" if one.bits_per_cost is not None else ""
    late = " · an effect of it" if one.effect else ""
    about = (
        f"{one.bits:.2g} of {plan.uncertainty:.2g} bits · {percent(one.new_word)} chance of another word{costs}{late}"
    )
    return element(
        "li",
        element("b", variable.title),
        element("span", f" {about}", class_="quiet"),
        element("p", variable.question, class_="quiet"),
        figures.rows(f"Answers on {variable.title}", lanes),
        data_indicator=one.variable,
    )
