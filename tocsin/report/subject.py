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
from tocsin.analysis.indicators import TELLING, Indicator
from tocsin.analysis.perturbations import LeaveOneOut, influence
from tocsin.assessment import Assessment, OutcomeEstimate, assess
from tocsin.canonical import log_odds
from tocsin.elicitation import StatementWeights, weigh, word_for
from tocsin.errors import Contradiction, ImpossibleEvidence, Irreconcilable
from tocsin.language import parameters
from tocsin.language.numbers import band, capital, interval, percent, percents
from tocsin.language.parameters import definition
from tocsin.model import Model
from tocsin.records import Finding, Lexicon, ModelRecords, Scenario, Variable
from tocsin.report.blocks import plain
from tocsin.report.provenance import ancestors

FOCUS = 3
"""Outcomes of the key judgements, which are explained one by one."""
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
        """Outcomes that are open, those that the scenario moves furthest first (on log-odds), the file's order else.

        What the scenario itself supposes of an outcome is no finding and comes last. No tail risks, unless the model
        asks for nothing else.
        """
        estimates = self.assessment.outcomes
        open_ones = [name for name in self._asked if not language.is_settled(estimates[name].p)]
        return tuple(sorted(open_ones, key=lambda name: (name in self._supposed, -_moved(estimates[name]))))

    @cached_property
    def _supposed(self) -> frozenset[str]:
        """Variables that the scenario forces, or of which it says what to believe."""
        evidence = self.case.scenario.evidence
        believed = (name for name, several in evidence.items() if any(one.kind == "believed" for one in several))
        return frozenset((*self.case.scenario.forced, *believed))

    @property
    def judged(self) -> tuple[str, ...]:
        """The outcomes of the key judgements: open ones that the scenario does not suppose, if there are such."""
        found = [name for name in self.ranked if name not in self._supposed] or self.ranked or self._asked
        return tuple(found[:FOCUS])

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
        """The outcomes that are explained one by one: those of the key judgements, if they are open."""
        return self.judged if self.ranked else ()

    def event(self, outcome: str) -> str:
        """`Israeli strike on Iraqi soil: 1 or 2 strikes, or worse`."""
        return parameters.named(outcome, self.assessment.outcomes[outcome].event, self.records.variables)

    def phrase(self, outcome: str) -> str:
        """`unlikely (20–45 %): 27 % [13–42]`; a certainty of the scenario's own making is told as such."""
        one = self.assessment.outcomes[outcome]
        if language.is_settled(one.p):
            return f"settled by the scenario itself: {percent(one.p)}"
        return f"{one.wording.word} ({band(one.wording)}): {percent(one.p)} {interval(one)}"

    def judgement(self, outcome: str) -> str:
        """`unlikely (20–45 %): 27 % [13–42], up from 11 % at the baseline`; at the baseline itself how it stands."""
        return f"{self.phrase(outcome)}, {self.came(outcome)}" if self.facts else self.phrase(outcome)

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

    def causes(self, outcome: str) -> tuple[Indicator, ...]:
        """What bears on an outcome and may give it another word when it is seen, the most telling first.

        What the outcome only sums up by definition is a part of it and no cause.
        """
        parts = _parts(self.records.variables, outcome)
        causes = {*ancestors(self.case.model, outcome)} - parts
        found = self.explained.indicators[outcome].indicators
        return tuple(one for one in found if one.variable in causes and one.bits >= TELLING and one.new_word >= NO_MOVE)

    def replies(self, cause: Indicator) -> tuple[str, str]:
        """`13 % (very unlikely) if “opposes”` of the answer that lowers an outcome most, and that which raises it."""
        label = self.records.variables[cause.variable].label
        possible = sorted((reply.p, label(state), reply.word) for state, reply in cause.replies.items() if reply.chance)
        low, high = (f"{percent(p)} ({word}) if “{state}”" for p, state, word in (possible[0], possible[-1]))
        return low, high


def _parts(variables: Mapping[str, Variable], outcome: str) -> set[str]:
    """The variables that one sums up by definition, and those that these sum up."""
    own = variables[outcome].parents if definition(outcome, variables) is not None else ()
    return {*own}.union(*(_parts(variables, name) for name in own))


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
