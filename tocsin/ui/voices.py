"""The statements as a table, and what changing one of them does, as HTML. Nothing here knows the browser."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tocsin import sentences
from tocsin.analysis.explain import Explanation
from tocsin.assessment import Assessment
from tocsin.elicitation import Prior
from tocsin.model import Model
from tocsin.pictures.densities import densities
from tocsin.records import Model as Records
from tocsin.records import Statement, StatementChanges
from tocsin.records.base import Event
from tocsin.trail.asking import either
from tocsin.ui import cards, figures
from tocsin.ui.markup import Html, element, joined, sideways
from tocsin.wording import percent, points


@dataclass(frozen=True)
class Chosen:
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


def judged(statement: Statement, records: Records) -> str:
    """What a statement judges or reports, in words."""
    told = []
    for event in _events(statement):
        for name, states in event.items():
            told.append(f"{records.variables[name].title}: {either(records.variables[name], states)}")
    if not told:
        qualified = [name for judgement in statement.judges for name in judgement.qualifies]
        return f"qualifies {', '.join(qualified)}" if qualified else "context"
    return "; ".join(dict.fromkeys(told))


def is_out(statement: Statement, changes: StatementChanges) -> bool:
    """Whether the scenario leaves it out, by itself or with its speaker, source or origin."""
    named = {statement.id, statement.speaker, statement.source, statement.origin}
    return bool(named & set(changes.exclude))


def table(records: Records, shown: Iterable[Statement], changes: StatementChanges, why: Explanation, name: str) -> Html:
    """One row per statement, with what leaving it out would do to one outcome."""
    heads = ("", "Speaker", "Claim", "Words", "Grade", "Judges or reports", "Without it")
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    rows = [_row(records, one, changes, why, name) for one in shown]
    made = element("table", element("thead", head), element("tbody", *rows), class_="every voices-table")
    return sideways("All statements", made)


def _row(records: Records, one: Statement, changes: StatementChanges, why: Explanation, name: str) -> Html:
    speaker = records.speakers[one.speaker]
    grade = changes.regrade.get(one.id, f"{one.reliability or speaker.reliability}{one.credibility}")
    words = changes.reword.get(one.id, one.words or "")
    out = is_out(one, changes)
    left = why.influence.statements[one.id][name]
    effect = "left out" if out else points(left.p - why.case.point[name])
    changed = out or one.id in {*changes.reweigh, *changes.reword, *changes.regrade}
    mark = element("b", "changed", class_="mark") if changed else Html()
    return element(
        "tr",
        element("th", joined([one.id, " ", mark]), scope="row"),
        element("td", speaker.name),
        element("td", one.claim),
        element("td", element("q", words) if words else Html()),
        element("td", grade),
        element("td", judged(one, records)),
        element("td", effect, class_="figure"),
        data_statement=one.id,
        class_="out" if out else None,
    )


def outcomes(model: Model, before: Assessment, after: Assessment) -> Html:
    """Each outcome now, with a line where it was before the changes of statements."""
    scale = figures.top([max(one.high, before.outcomes[name].p) for name, one in after.outcomes.items()])
    made = [
        figures.row(
            cards.told_event(model, name),
            figures.dot(one, scale, before.outcomes[name].p),
            f"{percent(before.outcomes[name].p)} → {percent(one.p)} ({points(one.p - before.outcomes[name].p)})",
        )
        for name, one in after.outcomes.items()
    ]
    return figures.rows("Outcomes before and after", made)


def priors(before: Model, after: Model, keys: Iterable[str]) -> Html:
    """The numbers that differ, each with its density before and after."""
    made = []
    for key in keys:
        was, now = before.priors.by_key[key], after.priors.by_key[key]
        if isinstance(was, Prior) and isinstance(now, Prior):
            figure = f"{was.point:.3g} → {now.point:.3g}"
            # The picture escapes its own text.
            drawn = Html(densities(was.distribution, now.distribution, f"{key}: {figure}"))
            made.append(element("figure", element("figcaption", key, " ", element("b", figure)), drawn))
    return element("div", *made, class_="densities") if made else Html()


def moved(before: Model, after: Model) -> list[str]:
    """Keys of the numbers whose prior differs."""
    return [key for key, prior in after.priors.by_key.items() if prior != before.priors.by_key[key]]


def shares(why: Explanation, name: str, kind: str, titles: Mapping[str, str]) -> Html:
    """How far the answer moves without each speaker or source, the farthest first."""
    groups, p = why.influence.groups[kind], why.case.point[name]
    ranked = sorted(groups, key=lambda one: -abs(groups[one][name].p - p))
    telling = [one for one in ranked if abs(groups[one][name].p - p) >= sentences.LEAST][:8]
    if not telling:
        return element("p", "None of them alone moves it by 0.1 points.", class_="quiet")
    scale = figures.top([p, *(groups[one][name].p for one in telling)])
    made = [
        figures.row(
            f"without {titles[one]}",
            figures.span(p, groups[one][name].p, scale, p),
            f"{percent(groups[one][name].p)} ({points(groups[one][name].p - p)})",
        )
        for one in telling
    ]
    return figures.rows(f"Shares by {kind}", made)
