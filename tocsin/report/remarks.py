"""What is allowed in a model and may still not be meant: read by its author, and never by a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tocsin.elicitation import SharesPrior, StatementWeights, report_likelihood, weigh
from tocsin.errors import counted
from tocsin.language.naming import fact_says, weightless
from tocsin.language.parameters import question
from tocsin.model import Model
from tocsin.reconciliation import is_checked
from tocsin.records import Judgement, Scenario, Statement, StatementChanges
from tocsin.records.families import Cast
from tocsin.records.parameters import Parameter, match

FAR_FROM_ONE = 0.05
"""Shares that add up to so much less than 1 are brought to 1 with a remark."""


@dataclass(frozen=True)
class Remark:
    """One thing that its author may not have meant."""

    heading: str
    """What its kind have in common: `facts that speak against what they report`."""
    about: str
    """The name of the statement, number, variable or scenario."""
    text: str


@dataclass(frozen=True)
class Set:
    """A judgement that sets a number."""

    statement: str
    key: str
    number: str
    """In plain words."""
    assumed: tuple[str, ...]
    """Conditions that the words do not name: parents in the reference state of the table."""


def remarks(model: Model, scenarios: Sequence[Scenario] = ()) -> tuple[Remark, ...]:
    """Everything to look at twice, in the order of the file within its kind."""
    weights = weigh(model.records, StatementChanges())
    return (
        *_conditions(model),
        *_overruns(model),
        *_idle(model, weights),
        *_weightless(model, weights),
        *_facts(model, weights),
        *_stale(model),
        *_wordless(model),
        *_headings(model),
        *_findings(model, scenarios),
    )


def judgements(model: Model) -> tuple[Set, ...]:
    """Each judgement that sets a number, by the order of the statements, with what the number says."""
    variables = model.records.variables
    found = [
        Set(
            statement.id,
            slot.key,
            question(slot, model.records, spoken.cut if spoken.kind == "column" else None),
            tuple(_assumed(judgement, slot, model)),
        )
        for statement in model.records.statements
        for slot in model.provenance.numbers_of(statement.id)
        for judgement in statement.judges
        if (spoken := match(judgement, slot, variables)) is not None
    ]
    return tuple(found)


def _assumed(judgement: Judgement, slot: Parameter, model: Model) -> Iterator[str]:
    """Conditions of the column that a probability does not name; an influence holds whatever the others are."""
    if judgement.probability is None:
        return
    variables = model.records.variables
    for parent, states in slot.given.items():
        if parent not in judgement.given and set(states) != set(variables[parent].states):
            yield variables[parent].named(states)


def _conditions(model: Model) -> Iterator[Remark]:
    for each in judgements(model):
        if each.assumed:
            text = f"sets {each.number}; its words do not say {' or '.join(f'“{name}”' for name in each.assumed)}"
            heading = "judgements under conditions assumed from a reference state"
            yield Remark(heading, each.statement, text)


def _overruns(model: Model) -> Iterator[Remark]:
    """Shares of three states or more that do not add up to 1."""
    for key, shares in model.priors.by_key.items():
        if not isinstance(shares, SharesPrior) or not shares.parts:
            continue
        known = shares.by_state
        total = sum(part.point for part in known.values())
        rest = [state for state in shares.states if state not in known]
        if rest and total < 1:
            continue
        if not rest and abs(total - 1) < FAR_FROM_ONE:
            continue
        left = [f"{state} {100 * shares.point[shares.states.index(state)]:.2g} %" for state in rest]
        told = f"{', '.join(known)} add up to {100 * total:.0f} % and are brought to {'the rest' if left else '100 %'}"
        if left:
            told = f"{', '.join(known)} add up to {100 * total:.0f} %, which leaves {', '.join(left)}"
        yield Remark("shares that do not add up to 100 %", key, told)


def _idle(model: Model, weights: StatementWeights) -> Iterator[Remark]:
    """Judgements that set no number and are compared with no answer."""
    for statement in model.records.statements:
        numbers = model.provenance.numbers_of(statement.id)
        for judgement in statement.judges:
            if judgement.kind in ("qualifies", "more_likely") or is_checked(model, statement, judgement):
                continue
            if any(match(judgement, slot, model.records.variables) for slot in numbers):
                continue
            heading = "judgements that set no number and are compared with none"
            yield Remark(heading, statement.id, _why_idle(statement, judgement, model))


def _why_idle(statement: Statement, judgement: Judgement, model: Model) -> str:
    if judgement.horizon_days is not None:
        return (
            f"speaks of {counted(judgement.horizon_days, 'day')}, not of the model's {model.records.file.horizon.days}"
        )
    if judgement.influence is not None:
        name = next(iter(judgement.influence.to))
        if isinstance(model.records.variables[name].table, Cast):
            return f"{name} is a CAST table, whose strengths are assumed: name it there under `cites`"
        return f"no effect or inhibitor of {name} names it under `statements`"
    return f"no number names it for {model.records.variables[next(iter(judgement.probability or {}))].title}"


def _weightless(model: Model, weights: StatementWeights) -> Iterator[Remark]:
    for name, statement in weights.statements.items():
        reason = weightless(statement, weights)
        if reason is not None:
            yield Remark("statements without weight", name, f"weighs nothing: {reason}")


def _facts(model: Model, weights: StatementWeights) -> Iterator[Remark]:
    for fact in model.priors.facts:
        statement = weights.statements[fact.statement]
        if statement.credibility == 5 and weightless(statement, weights) is None:
            yield Remark(
                "facts that speak against what they report", fact.statement, fact_says(fact, statement, weights)
            )


def _stale(model: Model) -> Iterator[Remark]:
    limit = model.records.file.stale_after_days
    for statement in model.records.statements if limit is not None else ():
        seen = statement.observed_on or model.records.sources[statement.source].published
        age = (model.records.file.as_of - seen).days
        if statement.reports and age > (limit or 0):
            text = f"is {counted(age, 'day')} old at {model.records.file.as_of}: consider a half-life"
            yield Remark("facts older than `stale_after_days`", statement.id, text)


def _wordless(model: Model) -> Iterator[Remark]:
    """What sentences speak of by title and label, in a model that has clauses and nouns at all."""
    variables, events = model.records.variables, model.records.event_words
    heading, found = "events and states without words of their own", []
    for name, variable in variables.items():
        missing = [state for state in variable.states if state not in variable.says]
        if missing:
            found.append(Remark(heading, name, f"has no `says` for {', '.join(missing)}"))
    for name, event in events.items():
        if event.noun is None:
            found.append(Remark(heading, name, "has no `noun` as an outcome or tail risk"))
    if any(variable.says for variable in variables.values()) or any(each.noun for each in events.values()):
        yield from found


def _headings(model: Model) -> Iterator[Remark]:
    """What readers cannot tell apart, and a horizon that has begun."""
    variables = model.records.variables
    titles = Counter(variable.title for variable in variables.values())
    for name, variable in variables.items():
        if titles[variable.title] > 1:
            yield Remark(
                "titles and labels that readers cannot tell apart", name, f"shares the title “{variable.title}”"
            )
        labels = Counter(map(variable.label, variable.states))
        for label, count in labels.items():
            if count > 1:
                yield Remark(
                    "titles and labels that readers cannot tell apart", name, f"has {count} states called “{label}”"
                )
    file = model.records.file
    if file.horizon.start < file.as_of:
        days = (file.as_of - file.horizon.start).days
        text = f"began {counted(days, 'day')} before `as_of`: judgements and facts must be about all of it"
        yield Remark("a horizon that began before `as_of`", "horizon", text)


def _findings(model: Model, scenarios: Sequence[Scenario]) -> Iterator[Remark]:
    scales = model.records.scales
    for scenario in scenarios:
        for name, findings in scenario.evidence.items():
            variable = model.records.variables[name]
            for finding in findings:
                out = [state for state in variable.states if state not in (finding.believed or {})]
                if finding.believed and out:
                    text = f"{name}: {', '.join(out)} left out, which means 0 %"
                    yield Remark("beliefs that leave a state out", scenario.scenario, text)
                if finding.grade is None:
                    continue
                row = report_likelihood(variable.states, finding.reported, finding.grade, scales)
                if row.max() == row.min():
                    text = f"{name}: a report graded {finding.grade} says nothing either way"
                    if set(finding.reported) == set(variable.states):
                        text = f"{name}: a report of every state says nothing"
                    yield Remark("reports that say nothing", scenario.scenario, text)
