"""What a briefing is about: an explanation, its assessment, and how outcomes, numbers and findings are named in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from tocsin.analysis.case import Case, lay_out
from tocsin.analysis.explain import Explanation
from tocsin.analysis.foundations import Grounds, confidence
from tocsin.analysis.indicators import TELLING, Indicator
from tocsin.analysis.perturbations import LeaveOneOut, influence
from tocsin.assessment import Assessment, OutcomeEstimate, assess
from tocsin.canonical import log_odds
from tocsin.elicitation import StatementWeights, weigh, word_for
from tocsin.errors import Contradiction, ImpossibleEvidence, Irreconcilable
from tocsin.language import events, outcomes
from tocsin.language.events import reply_clause, supposed
from tocsin.language.numbers import is_settled, percent, phrase
from tocsin.model import Model
from tocsin.records import Lexicon, ModelRecords, Scenario
from tocsin.report.answer import shown_word
from tocsin.report.provenance import ancestors, constituents

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
        open_ones = [name for name in self._asked if not is_settled(estimates[name].p)]
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
        """`Dam breach`, in tables and headings."""
        return events.event(self.records, outcome)

    def noun(self, outcome: str) -> str:
        """`a breach of the dam`."""
        return events.event(self.records, outcome, style="noun")

    def phrase(self, outcome: str) -> str:
        """`unlikely (20–45 %): 27 % [13–42]`; a certainty of the scenario's own making is shown as such."""
        return phrase(self.assessment.outcomes[outcome])

    def predicate(self, outcome: str) -> str:
        """`is unlikely (20–45 %): 27 % [13–42]`."""
        return outcomes.predicate(self.assessment.outcomes[outcome])

    def percent(self, p: float) -> str:
        """A probability that an outcome has or might have, as it is printed beside a word."""
        return percent(p, self.case.words.edges)

    def judgement(self, outcome: str) -> str:
        """`is unlikely (20–45 %): 27 % [13–42], up from 11 % without what is supposed`."""
        return f"{self.predicate(outcome)}{outcomes.came(self.case.scenario, self.assessment.outcomes[outcome])}"

    @property
    def records_before(self) -> ModelRecords:
        """The model's records before the scenario's changes of statements."""
        return self.case.before.records

    def word(self, outcome: str) -> str:
        """The word that the outcome has; `settled` where the scenario itself settles it."""
        return shown_word(self.assessment.outcomes[outcome].p, self.assessment.outcomes[outcome].wording.word)

    def baseline_word(self, outcome: str) -> str:
        """The word that the outcome has without the scenario."""
        return word_for(self.assessment.outcomes[outcome].baseline, self.lexicon).word

    @cached_property
    def facts(self) -> dict[str, str]:
        """Per finding or intervention of the scenario what it says, in plain words."""
        return dict(supposed(self.records_before, self.case.scenario, "sentence"))


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
        causes = {*ancestors(self.case.model, outcome)} - constituents(self.records.variables, outcome)
        found = self.explained.indicators[outcome].indicators
        return tuple(one for one in found if one.variable in causes and one.bits >= TELLING and one.new_word >= NO_MOVE)

    def replies(self, cause: Indicator) -> tuple[str, str]:
        """`13 % (very unlikely) if the lake is lowered` of what lowers an outcome most, and what raises it."""
        possible = sorted((reply.p, state, reply.word) for state, reply in cause.replies.items() if reply.chance)
        low, high = (
            f"{self.percent(p)} ({word}) if {reply_clause(self.records, cause.variable, state)}"
            for p, state, word in (possible[0], possible[-1])
        )
        return low, high


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


def _moved(one: OutcomeEstimate) -> float:
    """How far from the baseline, in log-odds; what does not show does not count, so that the file's order stays."""
    if abs(one.p - one.baseline) < NO_MOVE or is_settled(one.baseline):
        return 0.0
    return float(abs(log_odds(one.p) - log_odds(one.baseline)))
