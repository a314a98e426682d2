"""The page that ranks what to look for next: what each answer would do to an outcome."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin import language
from tocsin.analysis.explain import Explanation
from tocsin.analysis.indicators import TELLING, Indicator, Plan
from tocsin.language.numbers import percent
from tocsin.ui import bars, explain_header
from tocsin.ui.explain_header import section, sentences
from tocsin.ui.markup import Html, element, joined, show
from tocsin.ui.widgets import switch

SHOW_EFFECTS = "Show effects of the outcome too"
GLOSS = (
    "How much is unknown about an outcome is counted in bits: 1 where it is as likely as not, 0 where it is certain. "
    "The share tells how much of that an answer would settle on average. The dark line on a scale is the answer now."
)


def page() -> None:
    """Indicators in their order, then what can tell nothing."""
    begun = explain_header.headed("What to look for next")
    if begun is None:
        return
    _, name, why = begun
    plan = why.indicators[name]
    by_cost = any(indicator.cost for indicator in plan.indicators) and switch("Rank by bits per analyst-day", "by-cost")
    late = switch(SHOW_EFFECTS, "effects", help="They may be known no sooner than it.")
    telling = [indicator for indicator in plan.indicators if indicator.bits >= TELLING]
    shown = [indicator for indicator in telling if late or not indicator.effect]
    if by_cost:
        shown.sort(key=lambda indicator: -(indicator.bits_per_cost or 0.0))
    if shown:
        # One scale for all, so that the answer now stands in one line down the page.
        replies = [reply.p for indicator in shown for reply in indicator.replies.values() if reply.chance > 0]
        scale = bars.top([why.case.point[name], *replies])
        items = [_indicator(why, name, indicator, scale) for indicator in shown]
        show(section("Most telling first", element("ol", *items, class_="ranking"), note=GLOSS))
    else:
        show(section("Most telling first", sentences(_nothing(telling))))
    if plan.best_pair is not None and plan.best_pair.bits >= TELLING:
        show(section("Two together", sentences([language.best_pair(why.case, plan) or ""])))
    _silent(why, plan)


def _nothing(telling: Sequence[Indicator]) -> list[str]:
    """Why nothing is ranked, and what can be done."""
    effects = f" What follows from it would tell something: turn on “{SHOW_EFFECTS}”." if telling else ""
    return [f"Nothing that could be known before this outcome would tell anything worth knowing about it.{effects}"]


def _silent(why: Explanation, plan: Plan) -> None:
    """What would tell next to nothing, in one line, and what can tell nothing at all, with the reason."""
    variables = why.case.model.records.variables
    little = [f"“{variables[indicator.variable].title}”" for indicator in plan.indicators if indicator.bits < TELLING]
    lines = [f"Next to nothing (less than {TELLING} bits each): {', '.join(little)}."] if little else []
    lines += [language.irrelevant(why.case, variable, reason) for variable, reason in plan.irrelevant.items()]
    if lines:
        show(section("What can tell nothing about it", sentences(lines)))


def _indicator(why: Explanation, name: str, indicator: Indicator, scale: float) -> Html:
    variable = why.case.model.records.variables[indicator.variable]
    possible = {state: reply for state, reply in indicator.replies.items() if reply.chance > 0}
    now = why.case.point[name]
    lanes = [
        bars.row(
            joined([f"if “{variable.label(state)}” ", element("small", f"chance {percent(reply.chance)}")]),
            bars.span(now, reply.p, scale, now),
            f"{percent(reply.p)} {reply.word}",
        )
        for state, reply in possible.items()
    ]
    return element(
        "li",
        element("b", variable.title),
        element("span", f" {_about(why.indicators[name], indicator)}", class_="quiet"),
        element("p", variable.question, class_="quiet"),
        bars.rows(f"Answers on {variable.title}", lanes),
        data_indicator=indicator.variable,
    )


def _about(plan: Plan, indicator: Indicator) -> str:
    share = percent(indicator.bits / plan.uncertainty) if plan.uncertainty else percent(0.0)
    parts = [f"settles {share} of what is unknown ({language.bits_of(indicator.bits, plan.uncertainty)})"]
    parts.append(f"{percent(indicator.new_word)} chance of another word")
    if indicator.bits_per_cost is not None:
        parts.append(f"{language.bits(indicator.bits_per_cost)} per analyst-day")
    if indicator.effect:
        parts.append("an effect of it")
    return " · ".join(parts)
