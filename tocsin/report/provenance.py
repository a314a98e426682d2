"""From a variable back to who said what: its numbers, the statements and assumptions behind each, and the facts.

Shape letters: S states.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tocsin.elicitation import Prior, SharesPrior, StatementWeights, Vote, weigh
from tocsin.elicitation.distributions import Distribution
from tocsin.language import parameters
from tocsin.language.numbers import capital
from tocsin.language.statements import fact_says
from tocsin.model import Model
from tocsin.records import Statement, StatementChanges, Variable
from tocsin.records.families import Assumption, BaseRate, Index, Logic
from tocsin.records.parameters import Parameter, columns
from tocsin.records.statements import Source, Speaker

Ends = tuple[float, float]
"""Lower and upper end of an 80 % interval."""

TAILS = (0.1, 0.9)


@dataclass(frozen=True)
class QuotedStatement:
    """A statement, who made it, and the grade that it stands with."""

    statement: Statement
    speaker: Speaker
    source: Source
    grade: str
    """Admiralty code, such as F3."""


@dataclass(frozen=True)
class QuotedVoice(QuotedStatement):
    """What one statement contributes to a number."""

    weight: float
    """By grade, reweighing and what qualifies it."""
    share: float
    """Of the precision; with the reference's they sum to 1."""
    ends: Ends
    """What it comes to after its weight."""


@dataclass(frozen=True)
class Number:
    """One number of the variable's table."""

    key: str
    kind: str
    """chance, column: a probability; ratio: an odds ratio; strength: CAST; value: a weight or a definition."""
    asked: str
    """In plain words."""
    point: float
    distribution: Distribution
    basis: str
    """statements, assumption or base rate."""
    voices: tuple[QuotedVoice, ...] = ()
    unheard: tuple[str, ...] = ()
    """Statements that would set it and have no vote here: excluded, or without weight."""
    reference: Assumption | BaseRate | None = None
    """What would be believed without statements; None for plain chances."""
    reference_distribution: Distribution | None = None
    because: str | None = None
    """The reason for the reference."""

    @property
    def ends(self) -> Ends:
        """Of what is believed now."""
        return _ends(self.distribution)

    @property
    def reference_ends(self) -> Ends | None:
        """Of what would be believed without statements."""
        return None if self.reference_distribution is None else _ends(self.reference_distribution)


@dataclass(frozen=True)
class Seen(QuotedStatement):
    """A fact about the variable."""

    day: date
    likelihood: tuple[float, ...]
    """λ `[S]`; only ratios matter."""
    counts: bool
    """Whether it counts; the others of its speaker or origin say nothing more."""
    says: str
    """What it speaks for or against and how strongly, or why it weighs nothing."""

    @property
    def ratio(self) -> float:
        """How many times likelier the fact is under the states it speaks for than under the rest."""
        return max(self.likelihood) / min(self.likelihood)


@dataclass(frozen=True)
class Trail:
    """Everything behind a variable's probabilities, but for what its causes bring in."""

    variable: str
    title: str
    question: str
    note: str | None
    definition: str | None
    """How the table follows from the causes, where it does so by definition."""
    numbers: tuple[Number, ...]
    facts: tuple[Seen, ...]
    mentioned: tuple[QuotedStatement, ...]
    """Statements that set no number here: context, what assumptions cite, and judgements kept as checks."""
    parents: tuple[str, ...]
    ancestors: tuple[str, ...]
    """Parents, their parents and so on, the nearest first, each once."""


def provenance(model: Model, variable: str, changes: StatementChanges | None = None) -> Trail:
    """The trail of a variable, under a scenario's changes to statements."""
    changes = changes or StatementChanges()
    heard = model if changes == StatementChanges() else model.changed(changes)
    teller = _Teller(heard, weigh(model.records, changes))
    record = model.records.variables[variable]
    numbers, facts = tuple(teller.numbers(variable)), tuple(teller.facts(variable))
    told = {voice.statement.id for number in numbers for voice in number.voices}
    told |= {fact.statement.id for fact in facts}
    return Trail(
        variable=variable,
        title=record.title,
        question=record.question,
        note=record.note,
        definition=parameters.definition(variable, model.records.variables),
        numbers=numbers,
        facts=facts,
        mentioned=tuple(teller.said(name) for name in _mentioned(model, variable) if name not in told),
        parents=record.parents,
        ancestors=ancestors(model, variable),
    )


def ancestors(model: Model, variable: str) -> tuple[str, ...]:
    """Parents, their parents and so on, the nearest first, each once."""
    found: dict[str, None] = {}
    variables = model.records.variables
    layer = list(variables[variable].parents)
    while layer:
        found.update(dict.fromkeys(name for name in layer if name not in found))
        layer = [up for name in layer for up in variables[name].parents if up not in found]
    return tuple(found)


def constituents(variables: Mapping[str, Variable], outcome: str) -> set[str]:
    """What an outcome is made of by definition, and what that is made of: to know these is to know it."""
    found, waiting = set[str](), [outcome]
    while waiting:
        variable = variables[waiting.pop()]
        if isinstance(variable.table, Logic | Index):
            waiting += [parent for parent in variable.parents if parent not in found]
            found.update(variable.parents)
    return found


def _mentioned(model: Model, variable: str) -> list[str]:
    """Statements that bear on the variable in any way, in the order of the file."""
    named = set(model.provenance.statements_of(variable))
    for statement in model.records.statements:
        for judgement in statement.judges:
            events = (judgement.probability, judgement.more_likely, judgement.than)
            named |= {statement.id for event in events if event and variable in event}
    return [statement.id for statement in model.records.statements if statement.id in named]


@dataclass(frozen=True, eq=False)
class _Teller:
    """A model and its statements as a scenario hears them."""

    model: Model
    weights: StatementWeights

    def said(self, name: str) -> QuotedStatement:
        statement, records = self.weights.statements[name], self.model.records
        record = statement.record
        speaker, source = records.speakers[record.speaker], records.sources[record.source]
        return QuotedStatement(record, speaker, source, f"{statement.reliability}{statement.credibility}")

    def facts(self, variable: str) -> Iterator[Seen]:
        for fact in self.model.priors.facts:
            if fact.variable == variable:
                statement = self.weights.statements[fact.statement]
                said, day = self.said(fact.statement), self.weights.day(statement)
                yield Seen(
                    said.statement,
                    said.speaker,
                    said.source,
                    said.grade,
                    day,
                    fact.likelihood,
                    fact.counts,
                    fact_says(fact, statement, self.weights),
                )

    def numbers(self, variable: str) -> Iterator[Number]:
        """In the order of the file; plain chances of a row without slots of their own come last."""
        priors = self.model.priors.by_key
        whole = [one for one in priors.values() if isinstance(one, SharesPrior) and one.variable == variable]
        held = {part.key: (shares, part) for shares in whole for part in shares.parts}
        for slot in self.model.provenance.by_variable[variable]:
            if slot.key in held:
                shares, part = held[slot.key]
                yield self._share(slot, shares, part)
            else:
                prior = priors[slot.number]
                assert isinstance(prior, Prior)
                yield self._number(slot, prior)
        for shares in whole:
            if not shares.parts:
                yield from self._plain(shares)

    def _number(self, slot: Parameter, prior: Prior) -> Number:
        voices = tuple(self._voice(vote) for vote in prior.votes)
        voted = {voice.statement.id for voice in voices}
        return Number(
            key=slot.key,
            kind=prior.kind,
            asked=capital(parameters.question(slot, self.model.records, prior.cut)),
            point=prior.point,
            distribution=prior.distribution,
            basis=prior.basis,
            voices=voices,
            unheard=tuple(name for name in slot.quantity.statements if name not in voted),
            reference=prior.source,
            reference_distribution=prior.reference,
            because=prior.source.because,
        )

    def _voice(self, vote: Vote) -> QuotedVoice:
        said, ends = self.said(vote.statement), _ends(vote.distribution)
        return QuotedVoice(said.statement, said.speaker, said.source, said.grade, vote.weight, vote.share, ends)

    def _share(self, slot: Parameter, shares: SharesPrior, part: Prior) -> Number:
        """One state's chance as the whole distribution has it, which may differ from what was said of it alone."""
        alone, place = self._number(slot, part), shares.states.index(slot.event[0])
        return replace(alone, point=shares.point[place], distribution=shares.share(place))

    def _plain(self, shares: SharesPrior) -> Iterator[Number]:
        variables = self.model.records.variables
        column = next(one for one in columns(shares.variable, variables) if one.key == shares.key)
        for place, (state, point) in enumerate(zip(shares.states, shares.point, strict=True)):
            key, asked = (
                f"{shares.key}.chances.{state}",
                capital(parameters.question_of_state(column, state, self.model.records)),
            )
            yield Number(key, "chance", asked, point, shares.share(place), "assumption", because=shares.because)


def _ends(distribution: Distribution) -> Ends:
    low, high = map(float, distribution.quantile(TAILS))
    return low, high
