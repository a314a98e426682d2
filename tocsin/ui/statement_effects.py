"""What a statement speaks of, and what changing some of them does, as HTML. Nothing here knows the browser."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tocsin import language
from tocsin.analysis.explain import Explanation
from tocsin.assessment import Assessment
from tocsin.elicitation import Prior, SharesPrior
from tocsin.elicitation.distributions import Distribution
from tocsin.language.numbers import capital, change, percent
from tocsin.marks.densities import densities
from tocsin.model import Model
from tocsin.records import ModelRecords, Statement, StatementChanges
from tocsin.records.base import Event
from tocsin.ui import bars, outcome_cards
from tocsin.ui.markup import Html, element, joined

MOST = 12
"""Densities that are drawn."""


@dataclass(frozen=True)
class ChosenStatements:
    """What the list is narrowed to; empty means all."""

    speakers: Sequence[str] = ()
    sources: Sequence[str] = ()
    origins: Sequence[str] = ()
    variables: Sequence[str] = ()

    def holds(self, statement: Statement) -> bool:
        """Whether a statement is in the list."""
        pairs = (
            (self.speakers, (statement.speaker,)),
            (self.sources, (statement.source,)),
            (self.origins, (statement.origin,)),
            (self.variables, tuple(about(statement))),
        )
        return all(not wanted or set(wanted) & set(has) for wanted, has in pairs)


def about(statement: Statement) -> Iterator[str]:
    """The variables that a statement bears on."""
    for event in _events(statement):
        yield from event


def _events(statement: Statement) -> Iterator[Event]:
    if statement.reports:
        yield statement.reports
    for judgement in statement.judges:
        influence = judgement.influence
        both = (influence.cause, influence.to) if influence else ()
        yield from (event for event in (judgement.probability, judgement.more_likely, judgement.than, *both) if event)


def judged(statement: Statement, records: ModelRecords) -> str:
    """What a statement judges or reports, in words; its conditions are part of it."""
    told = [_event_told(statement.reports, records)] if statement.reports else []
    for one in statement.judges:
        if one.probability:
            told.append(_event_told(one.probability, records) + _given(one.given, records))
        elif one.more_likely and one.than:
            told.append(f"{_event_told(one.more_likely, records)} more than {_event_told(one.than, records)}")
        elif one.influence:
            cause, to = _event_told(one.influence.cause, records), _event_told(one.influence.to, records)
            told.append(f"{cause} {one.influence.direction} {to}")
        else:
            told.append(f"how far {', '.join(one.qualifies)} can be relied on")
    return "; ".join(dict.fromkeys(told)) or "context"


def _event_told(event: Event, records: ModelRecords) -> str:
    return " and ".join(records.variables[name].named(states) for name, states in event.items())


def _given(condition: Event, records: ModelRecords) -> str:
    return f", if {_event_told(condition, records)}" if condition else ""


def is_out(statement: Statement, changes: StatementChanges) -> bool:
    """Whether the scenario leaves it out, by itself or with its speaker, source or origin."""
    return not set(changes.exclude).isdisjoint(statement.names)


def outcomes(model: Model, before: Assessment, after: Assessment) -> Html:
    """Each outcome now, with a line where it was before the changes of statements."""
    scale = bars.top([max(one.high, before.outcomes[name].p) for name, one in after.outcomes.items()])
    made = [
        bars.row(
            outcome_cards.told_event(model, name),
            bars.dot(one, scale, before.outcomes[name].p),
            f"{percent(before.outcomes[name].p)} → {percent(one.p)} ({change(before.outcomes[name].p, one.p)})",
        )
        for name, one in after.outcomes.items()
    ]
    return bars.rows("Outcomes before and after", made)


def priors(before: Model, after: Model, keys: Sequence[str]) -> Html:
    """The numbers that differ, each with its density before and after; of a whole distribution every state."""
    pictures = [one for key in keys for one in _pictured(before, after, key)]
    made = [_density(after, *one) for one in pictures[:MOST]]
    more = len(pictures) - len(made)
    note = element("p", f"{more} other numbers change too.", class_="quiet") if more else Html()
    return joined([element("div", *made, class_="densities"), note]) if made else Html()


Pictured = tuple[str, str, Distribution, Distribution, float, float]
"""Key and kind of a number, its distributions and its points before and after."""


def _pictured(before: Model, after: Model, key: str) -> Iterator[Pictured]:
    was, now = before.priors.by_key[key], after.priors.by_key[key]
    if isinstance(was, Prior) and isinstance(now, Prior):
        yield key, now.kind, was.distribution, now.distribution, was.point, now.point
    elif isinstance(was, SharesPrior) and isinstance(now, SharesPrior):
        for place, state in enumerate(now.states):
            first, second = was.share(place), now.share(place)
            if first != second:
                yield f"{key}.{state}", "chance", first, second, was.point[place], now.point[place]


def _density(model: Model, key: str, kind: str, was: Distribution, now: Distribution, p: float, q: float) -> Html:
    told = language.quantity(model, key)
    figure = f"{language.figure(kind, p)} → {language.figure(kind, q)}"
    ends = " to ".join(language.figure(kind, float(end)) for end in now.quantile((0.1, 0.9)))
    # The picture escapes its own text.
    drawn = Html(densities(was, now, f"{told}: {figure}"))
    caption = element("figcaption", capital(told), ": ", element("b", figure), f", now {ends}")
    return element("figure", caption, drawn)


def moved(before: Model, after: Model) -> list[str]:
    """Keys of the numbers whose prior differs."""
    return [key for key, prior in after.priors.by_key.items() if prior != before.priors.by_key[key]]


def shares(why: Explanation, name: str, kind: str, titles: Mapping[str, str]) -> Html:
    """How far the answer moves without each speaker or source, the farthest first."""
    groups, p = why.influence.groups[kind], why.case.point[name]
    ranked = sorted(groups, key=lambda one: -abs(groups[one][name].p - p))
    telling = [one for one in ranked if abs(groups[one][name].p - p) >= language.LEAST][:8]
    if not telling:
        return element("p", "None of them alone moves it by 0.1 points.", class_="quiet")
    scale = bars.top([p, *(groups[one][name].p for one in telling)])
    made = [
        bars.row(
            f"without {titles[one]}",
            bars.span(p, groups[one][name].p, scale, p),
            f"{percent(groups[one][name].p)} ({change(p, groups[one][name].p)})",
        )
        for one in telling
    ]
    return bars.rows(f"Shares by {kind}", made)
