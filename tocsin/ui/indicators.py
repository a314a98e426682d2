"""The page that ranks what to look for next: what each answer would do to an outcome."""

from __future__ import annotations

from tocsin.report import explanation
from tocsin.ui import explain_header
from tocsin.ui.explain_header import topic
from tocsin.ui.markup import show
from tocsin.ui.widgets import switch


def page() -> None:
    """Indicators in their order, then what can tell nothing."""
    begun = explain_header.headed("What to look for next")
    if begun is None:
        return
    _, name, why = begun
    costed = any(indicator.cost for indicator in why.indicators[name].indicators)
    by_cost = costed and switch("Rank by bits per analyst-day", "by-cost")
    effects = switch("Show effects of the outcome too", "effects", help="They may be known no sooner than it.")
    show(topic(explanation.watch(why, name, effects=effects, by_cost=by_cost)))
    show(topic(explanation.silent(why, name)))
