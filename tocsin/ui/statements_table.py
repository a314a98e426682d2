"""All statements as a table: who said what, what it counts as, and what leaving it out does to every outcome."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tocsin.analysis.explain import Explanation
from tocsin.elicitation import StatementWeights, weigh
from tocsin.language import plain
from tocsin.language.naming import fact_says, weightless
from tocsin.language.numbers import number
from tocsin.model import Model
from tocsin.records import Statement, StatementChanges
from tocsin.ui import outcome_cards, statement_effects
from tocsin.ui.markup import Html, element, joined, row, table

NONE = "·"
"""For an outcome that stays within half a tenth of a point."""
LEAST = 0.0005


@dataclass(frozen=True, eq=False)
class Roll:
    """The table. chosen: the outcome that is looked at."""

    model: Model
    """Under the scenario's changes of statements."""
    changes: StatementChanges
    why: Explanation
    chosen: str

    def html(self, shown: Iterable[Statement]) -> Html:
        """A row for each statement."""
        weights = weigh(self.model.records, self.changes)
        rows = (self._row(statement, weights) for statement in shown)
        return table("All statements", self._heads(), rows, "roll", tall=True, above=self._over())

    def _over(self) -> Html:
        title = "Points by which each outcome moves without the statement"
        return element(
            "tr", element("td", colspan=5), element("th", title, colspan=len(self.outcomes), scope="colgroup")
        )

    @property
    def outcomes(self) -> list[str]:
        """The outcomes in their order."""
        return list(self.model.records.events)

    def _heads(self) -> list[Html]:
        heads = [element("th", text, scope="col") for text in ("", "Who says what", "Words", "Grade", "About")]
        for name in self.outcomes:
            title = self.model.records.variables[name].title
            about = outcome_cards.told_event(self.model, name)
            heads.append(element("th", title, scope="col", title=about, class_=self._kind(name)))
        return heads

    def _kind(self, name: str) -> str:
        return "figure chosen" if name == self.chosen else "figure"

    def _row(self, statement: Statement, weights: StatementWeights) -> Html:
        records, changes = self.model.records, self.changes
        weighted = weights.statements[statement.id]
        out = statement_effects.is_out(statement, changes)
        changed = out or statement.id in {*changes.reweigh, *changes.reword, *changes.regrade}
        mark = element("b", "changed", class_="mark") if changed else Html()
        words = weighted.reworded or statement.words or ""
        quoted = element("q", words) if words else Html()
        return row(
            joined([statement.id, " ", mark]),
            joined([element("b", records.speakers[statement.speaker].name), element("span", statement.claim)]),
            joined([quoted, element("span", counts_as(statement, self.model, weights), class_="quiet")]),
            f"{weighted.reliability}{weighted.credibility}",
            statement_effects.judged(statement, records),
            *(self._moved(statement, name, out) for name in self.outcomes),
            data_statement=statement.id,
            class_="out" if out else None,
        )

    def _moved(self, statement: Statement, name: str, out: bool) -> Html:
        by = self.why.influence.statements[statement.id][name].p - self.why.case.point[name]
        figure = NONE if out or abs(by) < LEAST else f"{'+' if by > 0 else '−'}{100 * abs(by):.1f}"
        return element("td", figure, class_=self._kind(name), data_outcome=name)


def counts_as(statement: Statement, model: Model, weights: StatementWeights) -> str:
    """The interval that a judgement's words or their reading give, or how much a fact counts."""
    weighted = weights.statements[statement.id]
    if statement.judges and (reason := weightless(weighted, weights)):
        return f"weighs nothing: {reason}"
    for judgement in statement.judges:
        if judgement.influence is not None:
            low, high = weights.ratio(weighted, judgement.influence)
            return f"odds × {plain(low)}–{plain(high)}"
        if judgement.estimates:
            read = weights.reads(weighted)
            return f"{number(read.low)}–{number(read.high)} %"
        return "a comparison, without a figure"
    fact = next((fact for fact in model.priors.facts if fact.statement == statement.id), None)
    return fact_says(fact, weighted, weights) if fact else ""
