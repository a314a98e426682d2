"""What a statement speaks of, and what changing some of them does, as HTML. Nothing here knows the browser."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tocsin.analysis.explain import Explanation
from tocsin.assessment import Assessment, OutcomeEstimate
from tocsin.elicitation import Prior, SharesPrior
from tocsin.elicitation.distributions import Distribution
from tocsin.language import events, numbers
from tocsin.language.numbers import LEAST, capital, change, percent
from tocsin.language.parameters import quantity
from tocsin.model import Model
from tocsin.records import ModelRecords, Statement, StatementChanges
from tocsin.records.base import Event
from tocsin.render.html import Html, element, joined
from tocsin.render.marks import densities
from tocsin.report.blocks import Bars, ChartRow, scale_end
from tocsin.report.charts import OUTCOME_KEY
from tocsin.report.explanation import STEP_KEY
from tocsin.ui import widgets

MOST = 12
"""Densities that are drawn."""


@dataclass(frozen=True)
class ChosenStatements:
    """What the list is narrowed to; empty means all."""

    speakers: Sequence[str] = ()
    sources: Sequence[str] = ()
    origins: Sequence[str] = ()
    variables: Sequence[str] = ()

    @property
    def is_narrow(self) -> bool:
        """Whether anything is asked for."""
        return any((self.speakers, self.sources, self.origins, self.variables))

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
    parts = [_event(statement.reports, records)] if statement.reports else []
    for judgement in statement.judges:
        if judgement.probability:
            parts.append(_event(judgement.probability, records) + _given(judgement.given, records))
        elif judgement.more_likely and judgement.than:
            parts.append(f"{_event(judgement.more_likely, records)} more than {_event(judgement.than, records)}")
        elif judgement.influence:
            cause, to = _event(judgement.influence.cause, records), _event(judgement.influence.to, records)
            parts.append(f"{cause} {judgement.influence.direction} {to}")
        else:
            parts.append(f"how far {', '.join(judgement.qualifies)} can be relied on")
    return "; ".join(dict.fromkeys(parts)) or "context"


def _event(event: Event, records: ModelRecords) -> str:
    return " and ".join(records.variables[name].named(states) for name, states in event.items())


def _given(condition: Event, records: ModelRecords) -> str:
    return f", if {_event(condition, records)}" if condition else ""


def is_out(statement: Statement, changes: StatementChanges) -> bool:
    """Whether the scenario leaves it out, by itself or with its speaker, source or origin."""
    return not set(changes.exclude).isdisjoint(statement.names)


def outcomes(model: Model, before: Assessment, after: Assessment, names: Collection[str] = ()) -> Html:
    """Each outcome, or each that is named, now, with a line where it was before the changes of statements."""
    rows = tuple(
        ChartRow(
            events.event(model.records, name),
            now.p,
            (now.low, now.high),
            tick=before.outcomes[name].p,
            figure=_figure(before.outcomes[name].p, now),
        )
        for name, now in after.outcomes.items()
        if not names or name in names
    )
    return widgets.drawn([Bars(rows, OUTCOME_KEY, "Outcomes before and after", end=scale_end(rows))])


def _figure(before: float, now: OutcomeEstimate) -> str:
    edges = now.wording.edges
    return f"{percent(before, edges)} → {numbers.chance(now)} ({change(before, now.p, edges)})"


def priors(before: Model, after: Model, keys: Sequence[str]) -> Html:
    """The numbers that differ, each with its density before and after; of a whole distribution every state."""
    pictures = [picture for key in keys for picture in _pictured(before, after, key)]
    drawn = [_density(after, *picture) for picture in pictures[:MOST]]
    more = len(pictures) - len(drawn)
    note = element("p", f"{more} other numbers change too.", class_="quiet") if more else Html()
    return joined([element("div", *drawn, class_="densities"), note]) if drawn else Html()


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
    label = quantity(model, key)
    figure = f"{numbers.figure(kind, p)} → {numbers.figure(kind, q)}"
    ends = " to ".join(numbers.figure(kind, float(end)) for end in now.quantile((0.1, 0.9)))
    # The picture escapes its own text.
    drawn = Html(densities(was, now, f"{label}: {figure}"))
    caption = element("figcaption", capital(label), ": ", element("b", figure), f", now {ends}")
    return element("figure", caption, drawn)


def moved(before: Model, after: Model) -> list[str]:
    """Keys of the numbers whose prior differs."""
    return [key for key, prior in after.priors.by_key.items() if prior != before.priors.by_key[key]]


def shares(why: Explanation, name: str, kind: str, titles: Mapping[str, str]) -> Html:
    """How far the answer moves without each speaker or source, the farthest first."""
    groups, p, edges = why.influence.groups[kind], why.case.point[name], why.case.words.edges
    ranked = sorted(groups, key=lambda group: -abs(groups[group][name].p - p))
    telling = [group for group in ranked if abs(groups[group][name].p - p) >= LEAST][:8]
    if not telling:
        return element("p", "None of them alone moves it by 0.1 points.", class_="quiet")
    rows = tuple(
        ChartRow(
            f"without {titles[group]}",
            groups[group][name].p,
            step=(p, groups[group][name].p),
            tick=p,
            figure=f"{percent(groups[group][name].p, edges)} ({change(p, groups[group][name].p, edges)})",
        )
        for group in telling
    )
    return widgets.drawn([Bars(rows, STEP_KEY, f"Shares by {kind}", end=scale_end(rows))])
