"""What `check` says: what a model holds, where it and its statements disagree, what may not be meant.

Read by its author, and never by a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tocsin.analysis.foundations import foundations
from tocsin.analysis.tension import Tension, voices
from tocsin.analysis.voices import disputes
from tocsin.elicitation import SharesPrior, StatementWeights, report_likelihood, weigh
from tocsin.errors import counted
from tocsin.language.numbers import percent
from tocsin.language.parameters import question
from tocsin.language.scenarios import dispute as dispute_sentence
from tocsin.language.scenarios import tension_subject
from tocsin.language.statements import fact_says, weightless
from tocsin.model import Model
from tocsin.reconciliation import is_checked
from tocsin.records import Judgement, Scenario, Statement, StatementChanges, Variable
from tocsin.records.families import Cast
from tocsin.records.parameters import Parameter, match
from tocsin.report.answer import DIGITS
from tocsin.report.blocks import Block, Item, Items, Paragraph, Subheading, Table

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
        if statement.id not in model.records.superseded
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
    for judgement in judgements(model):
        if judgement.assumed:
            conditions = " or ".join(f"“{name}”" for name in judgement.assumed)
            text = f"sets {judgement.number}; its words do not say {conditions}"
            heading = "judgements under conditions assumed from a reference state"
            yield Remark(heading, judgement.statement, text)


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
        for judgement in statement.judges if statement.id not in model.records.superseded else ():
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


MOST_TENSIONS = 40
"""Tensions that are listed, unless all are asked for."""
MOST_NAMES = 12
"""Names in one line of remarks."""


def overview(model: Model, scenarios: Sequence[Scenario], source: Path | None) -> Iterator[Block]:
    """What a valid model holds, and how far its sentences have words of their own.

    source: a text in which every quotation was found.
    """
    records, file = model.records, model.records.file
    kinds = Counter(statement.kind for statement in records.statements)
    spoken = sum(set(variable.says) == set(variable.states) for variable in records.variables.values())
    nouns = sum(event.noun is not None for event in records.event_words.values())
    yield Subheading(f"{file.title}  ({file.model}, as of {file.as_of})")
    yield Paragraph(
        f"{counted(len(records.statements), 'statement')} ({counted(kinds['judgement'], 'judgement')}, "
        f"{kinds['evidence']} evidence, {kinds['context']} context) by {counted(len(records.speakers), 'speaker')}"
    )
    yield Paragraph(
        f"{counted(len(records.variables), 'variable')}, {counted(foundations(model).total, 'number')}, "
        f"{counted(len(scenarios), 'scenario')}"
    )
    yield Paragraph(
        f"words for sentences: `says` in {spoken} of {counted(len(records.variables), 'variable')}, `noun` in {nouns} "
        f"of {counted(len(records.event_words), 'outcome')} (title and label elsewhere)"
    )
    yield Paragraph(f"model digest {records.digest[:DIGITS]}")
    if source is not None:
        quoted = sum(statement.words is not None for statement in records.statements)
        yield Paragraph(f"all {quoted} quotations stand in {source}")


def disagreements(model: Model, found: Sequence[Tension], *, full: bool) -> Iterator[Block]:
    """Numbers in dispute, and statements that set no number beside what the model says."""
    yield from (Paragraph(dispute_sentence(model, dispute)) for dispute in disputes(model))
    strained = [tension for tension in found if tension.strained]
    voiced = counted(len(voices(strained)), "voice")
    yield Subheading(
        f"{counted(len(strained), 'tension')} of {voiced}, among {len(found)} judgements and facts that set no number"
    )
    # A fact that the model expected is no news.
    borne_out = [tension for tension in found if not tension.strained and tension.kind != "fact"]
    for caption, several in (("The model does not bear out", strained), ("The model bears out", borne_out)):
        most = len(several) if full else MOST_TENSIONS
        if several:
            yield _tensions(model, several[:most], caption)
        if len(several) > most:
            yield Paragraph(f"{len(several) - most} more (--full lists them)")


def _tensions(model: Model, found: Sequence[Tension], caption: str) -> Table:
    rows = tuple(
        (
            tension.statement,
            tension_subject(model.records, tension),
            f"{tension.weight:.2g}",
            *_words_and_model(tension),
            f"{tension.z:+.1f}",
            tension.firmer,
        )
        for tension in found
    )
    headings = ("Statement", "Says", "Weight", "Words", "Model", "z", "Firmer")
    return Table(headings, rows, (0.1, 0.38, 0.08, 0.14, 0.12, 0.08, 0.1), caption, numeric=(2, 3, 4, 5))


def _words_and_model(tension: Tension) -> tuple[str, str]:
    """What the words say, and what the model does."""
    if tension.low is not None and tension.high is not None:
        return f"{100 * tension.low:.3g}–{100 * tension.high:.3g} %", percent(tension.model_p)
    if tension.kind == "comparison":
        return "more likely", f"{percent(tension.model_p)} / {percent(tension.other_p or 0.0)}"
    return "a sign of it", percent(tension.model_p)


def review(model: Model, scenarios: Sequence[Scenario], *, full: bool) -> Iterator[Block]:
    """What the author should look at twice, a line for each kind; in full every variable, judgement and remark."""
    if full:
        yield Subheading("Variables")
        yield Items(tuple(_variable(name, variable) for name, variable in model.records.variables.items()))
        yield Subheading("Judgements and the numbers that they set")
        yield Items(tuple(_judgement(judgement, model) for judgement in judgements(model)))
    by_heading: dict[str, list[Remark]] = {}
    for remark in remarks(model, scenarios):
        by_heading.setdefault(remark.heading, []).append(remark)
    if not by_heading:
        return
    count = counted(sum(map(len, by_heading.values())), "thing")
    yield Subheading(f"{count} to look at twice{'' if full else '  (--full explains)'}")
    for heading, of_kind in by_heading.items():
        if full:
            yield Paragraph(f"{heading}:")
            yield Items(tuple(Item(remark.text, remark.about) for remark in of_kind))
            continue
        names = list(dict.fromkeys(remark.about for remark in of_kind))
        more = ", …" if len(names) > MOST_NAMES else ""
        yield Paragraph(f"{heading}: {', '.join(names[:MOST_NAMES])}{more}")


def _variable(name: str, variable: Variable) -> Item:
    labels = ((state, variable.label(state)) for state in variable.states)
    states = ", ".join(state if label == state else f"{state} ({label})" for state, label in labels)
    after = f"; after {', '.join(variable.parents)}" if variable.parents else ""
    return Item(f"{states}{after}", f"{name}: {variable.title} ({variable.role}):")


def _judgement(judgement: Set, model: Model) -> Item:
    words = model.records.by_id[judgement.statement].words
    quoted = f" “{words}”" if words else ""
    assumed = "".join(f"; assumed, since the table's reference state: {condition}" for condition in judgement.assumed)
    return Item(f"{judgement.number}{assumed}", f"{judgement.statement}{quoted} sets", judgement.key)
