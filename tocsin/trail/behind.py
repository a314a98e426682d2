"""From a variable back to who said what: its numbers, the statements and assumptions behind each, and the facts.

Shape letters: S states.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tocsin.elicitation import Hearing, Prior, SimplexPrior, Vote, hear
from tocsin.elicitation.distributions import Beta, Distribution
from tocsin.elicitation.simplexes import Dirichlet
from tocsin.model import Model
from tocsin.records import Statement, StatementChanges
from tocsin.records.families import Assumption
from tocsin.records.slots import Slot, columns
from tocsin.records.statements import Source, Speaker
from tocsin.trail import asking
from tocsin.trail.weighing import fact_says

Ends = tuple[float, float]
"""Lower and upper end of an 80 % interval."""

TAILS = (0.1, 0.9)


@dataclass(frozen=True)
class Said:
    """A statement, who made it, and the grade that it stands with."""

    statement: Statement
    speaker: Speaker
    source: Source
    grade: str
    """Admiralty code, such as F3."""


@dataclass(frozen=True)
class Voice(Said):
    """What one statement contributes to a number."""

    weight: float
    """By grade, reweighing and what qualifies it."""
    share: float
    """Of the pool; the shares sum to 1."""
    ends: Ends
    """What it comes to after the discount for its weight."""


@dataclass(frozen=True)
class Number:
    """One number of the variable's table."""

    key: str
    kind: str
    """chance, column: a probability; ratio: an odds ratio; strength: CAST; value: a weight or a definition."""
    asked: str
    """In plain words."""
    point: float
    ends: Ends
    basis: str
    """statements, assumption, otherwise (the assumption that stands in for statements), or nothing."""
    voices: tuple[Voice, ...] = ()
    unheard: tuple[str, ...] = ()
    """Statements that would set it and have no vote here: excluded, or without weight."""
    assumption: Assumption | None = None
    because: str | None = None
    """The reason for an assumption."""


@dataclass(frozen=True)
class Seen(Said):
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
    mentioned: tuple[Said, ...]
    """Statements that set no number here: context, what assumptions cite, and judgements kept as checks."""
    parents: tuple[str, ...]
    ancestors: tuple[str, ...]
    """Parents, their parents and so on, the nearest first, each once."""


def trail(model: Model, variable: str, changes: StatementChanges | None = None) -> Trail:
    """The trail of a variable, under a scenario's changes to statements."""
    changes = changes or StatementChanges()
    heard = model if changes == StatementChanges() else model.changed(changes)
    teller = _Teller(heard, hear(model.records, changes))
    record = model.records.variables[variable]
    numbers, facts = tuple(teller.numbers(variable)), tuple(teller.facts(variable))
    told = {voice.statement.id for number in numbers for voice in number.voices}
    told |= {fact.statement.id for fact in facts}
    return Trail(
        variable=variable,
        title=record.title,
        question=record.question,
        note=record.note,
        definition=asking.definition(variable, model.records.variables),
        numbers=numbers,
        facts=facts,
        mentioned=tuple(teller.said(name) for name in _mentioned(model, variable) if name not in told),
        parents=record.parents,
        ancestors=ancestors(model, variable),
    )


def ancestors(model: Model, variable: str) -> tuple[str, ...]:
    """Parents, their parents and so on, the nearest first, each once."""
    found: dict[str, None] = {}
    layer = list(model.network.parents[variable])
    while layer:
        found.update(dict.fromkeys(name for name in layer if name not in found))
        layer = [up for name in layer for up in model.network.parents[name] if up not in found]
    return tuple(found)


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
    hearing: Hearing

    def said(self, name: str) -> Said:
        standing, records = self.hearing.standings[name], self.model.records
        speaker = records.speakers[standing.statement.speaker]
        source = records.sources[standing.statement.source]
        return Said(standing.statement, speaker, source, f"{standing.reliability}{standing.credibility}")

    def facts(self, variable: str) -> Iterator[Seen]:
        for fact in self.model.priors.facts:
            if fact.variable == variable:
                standing = self.hearing.standings[fact.statement]
                said, day = self.said(fact.statement), self.hearing.day(standing)
                yield Seen(
                    said.statement,
                    said.speaker,
                    said.source,
                    said.grade,
                    day,
                    fact.likelihood,
                    fact.counts,
                    fact_says(fact, standing, self.hearing),
                )

    def numbers(self, variable: str) -> Iterator[Number]:
        """In the order of the file; plain chances of a row without slots of their own come last."""
        priors = self.model.priors.by_key
        whole = [one for one in priors.values() if isinstance(one, SimplexPrior) and one.variable == variable]
        shares = {part.key: (one, part) for one in whole for part in one.parts}
        for slot in self.model.provenance.by_variable[variable]:
            if slot.key in shares:
                simplex, part = shares[slot.key]
                yield self._share(slot, simplex, part)
            else:
                prior = priors[slot.key]
                assert isinstance(prior, Prior)
                yield self._number(slot, prior)
        for simplex in whole:
            if not simplex.parts:
                yield from self._plain(simplex)

    def _number(self, slot: Slot, prior: Prior) -> Number:
        voices = tuple(self._voice(vote) for vote in prior.votes)
        voted = {voice.statement.id for voice in voices}
        return Number(
            key=slot.key,
            kind=prior.kind,
            asked=asking.asked(slot, self.model.records.variables, prior.cut),
            point=prior.point,
            ends=_ends(prior.distribution),
            basis=prior.basis,
            voices=voices,
            unheard=tuple(name for name in slot.quantity.statements if name not in voted),
            assumption=prior.assumption,
            because=prior.assumption.because if prior.assumption else None,
        )

    def _voice(self, vote: Vote) -> Voice:
        said, ends = self.said(vote.statement), _ends(vote.distribution)
        return Voice(said.statement, said.speaker, said.source, said.grade, vote.weight, vote.share, ends)

    def _share(self, slot: Slot, simplex: SimplexPrior, part: Prior) -> Number:
        """One state's chance as the whole distribution has it, which may differ from what was said of it alone."""
        alone, place = self._number(slot, part), simplex.states.index(slot.event[0])
        return Number(
            alone.key,
            alone.kind,
            alone.asked,
            simplex.point[place],
            _ends_of_state(simplex, place),
            alone.basis,
            alone.voices,
            alone.unheard,
            alone.assumption,
            alone.because,
        )

    def _plain(self, simplex: SimplexPrior) -> Iterator[Number]:
        variables = self.model.records.variables
        column = next(one for one in columns(simplex.variable, variables) if one.key == simplex.key)
        for place, (state, point) in enumerate(zip(simplex.states, simplex.point, strict=True)):
            key, asked = f"{simplex.key}.chances.{state}", asking.asked_of_state(column, state, variables)
            ends = _ends_of_state(simplex, place)
            yield Number(key, "chance", asked, point, ends, "assumption", because=simplex.because)


def _ends(distribution: Distribution) -> Ends:
    low, high = map(float, distribution.quantile(TAILS))
    return low, high


def _ends_of_state(simplex: SimplexPrior, place: int) -> Ends:
    """A state's share of a Dirichlet is a Beta (its cases against all the others')."""
    if not isinstance(simplex.distribution, Dirichlet):
        return simplex.point[place], simplex.point[place]
    alphas = simplex.distribution.alphas
    mine, others = alphas[place], sum(alphas) - alphas[place]
    if not mine or not others:
        return simplex.point[place], simplex.point[place]
    return _ends(Beta(mine, others))
