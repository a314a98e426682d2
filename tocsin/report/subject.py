"""What a briefing is about: an explanation, its assessment, and how outcomes, numbers and findings are named in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from tocsin import language
from tocsin.analysis.case import Case, lay_out
from tocsin.analysis.confidence import Grounds, confidence
from tocsin.analysis.explain import Explanation
from tocsin.analysis.perturbations import LeaveOneOut, influence
from tocsin.assessment import Assessment, OutcomeEstimate, assess
from tocsin.canonical import log_odds
from tocsin.elicitation import StatementWeights, weigh, word_for
from tocsin.errors import Contradiction, ImpossibleEvidence, Irreconcilable
from tocsin.language import parameters
from tocsin.language.numbers import band, capital, interval, percent, percents
from tocsin.model import Model
from tocsin.records import Finding, Lexicon, ModelRecords, Scenario
from tocsin.report.blocks import plain

MOST_JUDGEMENTS = 5
FOCUS = 3
"""Outcomes that are explained one by one."""
NO_MOVE = 0.0005
"""A change that does not show in a tenth of a point."""


@dataclass(frozen=True, eq=False)
class Subject:
    """One scenario to be briefed. assessment: the answer, reconciled where the scenario asks for it."""

    case: Case
    assessment: Assessment

    @cached_property
    def influence(self) -> LeaveOneOut:
        """The answers without each statement and each speaker."""
        return influence(self.case)

    @cached_property
    def confidence(self) -> Mapping[str, Grounds]:
        """Per outcome what the confidence in it is judged from."""
        return confidence(self.case, self.influence)

    @property
    def records(self) -> ModelRecords:
        """The model's records."""
        return self.case.model.records

    @cached_property
    def lexicon(self) -> Lexicon:
        """The standard whose words are used."""
        return self.records.lexicons[self.assessment.run.lexicon]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The standard's words."""
        return tuple(term.word for term in self.lexicon.terms)

    @cached_property
    def weights(self) -> StatementWeights:
        """The statements as the scenario has them."""
        return weigh(self.case.before.records, self.case.scenario.statements)

    @cached_property
    def ranked(self) -> tuple[str, ...]:
        """Outcomes that are open, those that the scenario moves furthest first (on log-odds).

        No tail risks, unless the model asks for nothing else.
        """
        estimates = self.assessment.outcomes
        open_ones = [name for name in self._asked if not language.is_settled(estimates[name].p)]
        return tuple(sorted(open_ones, key=lambda name: -_moved(estimates[name])))

    @property
    def judged(self) -> tuple[str, ...]:
        """The outcomes of the key judgements: those of `ranked`, then the settled ones."""
        settled = (name for name in self._asked if name not in self.ranked)
        return (*self.ranked, *settled)[:MOST_JUDGEMENTS]

    @property
    def _asked(self) -> tuple[str, ...]:
        """The outcomes; the tail risks where the model has nothing else."""
        every = tuple(self.assessment.outcomes)
        return tuple(name for name in every if name not in self.tails) or every

    @property
    def tails(self) -> tuple[str, ...]:
        """The tail risks."""
        return tuple(self.records.file.tail_risks)

    @property
    def focus(self) -> tuple[str, ...]:
        """The outcomes that are explained one by one."""
        return self.ranked[:FOCUS]

    def event(self, outcome: str) -> str:
        """`Israeli strike on Iraqi soil: 1 or 2 strikes, or worse`."""
        return parameters.named(outcome, self.assessment.outcomes[outcome].event, self.records.variables)

    def phrase(self, outcome: str) -> str:
        """`unlikely (20–45 %): 27 % [13–42]`; a certainty of the scenario's own making is told as such."""
        one = self.assessment.outcomes[outcome]
        if language.is_settled(one.p):
            return f"settled by the scenario itself: {percent(one.p)}"
        return f"{one.wording.word} ({band(one.wording)}): {percent(one.p)} {interval(one)}"

    def came(self, outcome: str) -> str:
        """`up from 11 % at the baseline`."""
        one = self.assessment.outcomes[outcome]
        if percent(one.p) == percent(one.baseline):
            return "as at the baseline"
        return f"{'up' if one.p > one.baseline else 'down'} from {percent(one.baseline)} at the baseline"

    def word(self, outcome: str) -> str:
        """The word that the outcome has; `settled` where the scenario itself settles it."""
        return told_word(self.assessment.outcomes[outcome].p, self.assessment.outcomes[outcome].wording.word)

    def baseline_word(self, outcome: str) -> str:
        """The word that the outcome has without the scenario."""
        return word_for(self.assessment.outcomes[outcome].baseline, self.lexicon).word

    def plain(self, text: str) -> str:
        """A sentence for paper: no asterisks."""
        return plain(text, self.words)

    @cached_property
    def facts(self) -> dict[str, str]:
        """Per finding or intervention of the scenario what it says, in plain words."""
        scenario = self.case.scenario
        told = {
            name if position == 1 else f"{name} {position}": f"{self._title(name)}: {self._finding(name, one)}"
            for name, several in scenario.evidence.items()
            for position, one in enumerate(several, start=1)
        }
        told |= {
            name: f"{self._title(name)}: supposed to be made “{self._label(name, state)}”, whatever causes it"
            for name, state in scenario.forced.items()
        }
        return told | {f"statements {number}": text for number, text in enumerate(self._changes(), start=1)}

    def _title(self, variable: str) -> str:
        return self.records.variables[variable].title

    def _label(self, variable: str, state: str) -> str:
        return self.records.variables[variable].label(state)

    def _finding(self, name: str, one: Finding) -> str:
        def chances(rows: Mapping[str, float]) -> str:
            return ", ".join(
                f"“{self._label(name, state)}” {p}" for state, p in zip(rows, percents([*rows.values()]), strict=True)
            )

        match one.kind:
            case "observed":
                return f"“{self._label(name, one.observed or '')}” observed, taken as certain"
            case "reported":
                states = " or ".join(f"“{self._label(name, state)}”" for state in one.reported)
                return f"{states} reported, graded {one.grade}"
            case "believed":
                return f"believed at {chances(one.believed or {})}"
            case _:
                # A state that is left out counts 1, as `assess` takes it.
                weights = dict.fromkeys(self.records.variables[name].states, 1.0) | dict(one.likelihood or {})
                out = [f"“{self._label(name, state)}”" for state, weight in weights.items() if weight == 0]
                rest = {state: weight for state, weight in weights.items() if weight}
                told = [f"{' and '.join(out)} ruled out"] if out else []
                if len({*rest.values()}) > 1:
                    told.append(
                        ", ".join(f"“{self._label(name, s)}” explains it {w:.3g}-fold" for s, w in rest.items())
                    )
                return "; ".join(told) or "seen in a way that every state explains alike"

    def _changes(self) -> Iterator[str]:
        """What the scenario does to statements."""
        if self.case.scenario.reconcile:
            yield "The draws are weighed by the judgements that set no number of the model"
        yield from map(capital, language.changes(self.case.before.records, self.case.scenario.statements))


@dataclass(frozen=True, eq=False)
class Explained(Subject):
    """One scenario with everything that explains its answer."""

    explained: Explanation

    @cached_property
    def influence(self) -> LeaveOneOut:
        """As it was explained."""
        return self.explained.influence

    @cached_property
    def confidence(self) -> Mapping[str, Grounds]:
        """As it was explained."""
        return self.explained.confidence


def subject_of(explained: Explanation) -> Explained:
    """The subject of an explanation. Raises Irreconcilable where the scenario reconciles and cannot."""
    if not explained.case.scenario.reconcile:
        return Explained(explained.case, explained.case.assessment, explained)
    found = explained.reconciled.assessment if explained.reconciled is not None else None
    if found is None:
        raise Irreconcilable("the judgements and the model cannot be brought together; brief without `reconcile`")
    return Explained(explained.case, found, explained)


@contextmanager
def naming(scenario: Scenario) -> Iterator[None]:
    """Where several are briefed: what makes one unanswerable is told with its name, as an error of the same kind."""
    try:
        yield
    except (ImpossibleEvidence, Contradiction, Irreconcilable) as error:
        raise type(error)(f"scenario {scenario.scenario}: {error}") from error


def unexplained(model: Model, scenario: Scenario) -> Subject:
    """A scenario's answer alone. Raises Irreconcilable, ImpossibleEvidence, Contradiction."""
    case = lay_out(model, scenario)
    return Subject(case, assess(model, scenario) if scenario.reconcile else case.assessment)


def told_word(p: float, word: str) -> str:
    """A certainty of the scenario's own making is no judgement and gets no word."""
    return "settled" if language.is_settled(p) else word


def _moved(one: OutcomeEstimate) -> float:
    """How far from the baseline, in log-odds; what does not show does not count, so that the file's order stays."""
    if abs(one.p - one.baseline) < NO_MOVE or language.is_settled(one.baseline):
        return 0.0
    return float(abs(log_odds(one.p) - log_odds(one.baseline)))
