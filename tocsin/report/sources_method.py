"""What it rests on: the scenario, the sources, what is missing, the method, how to score it."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin import language
from tocsin.analysis.foundations import foundations, rests
from tocsin.errors import counted
from tocsin.language import independence, is_settled
from tocsin.language.numbers import capital, day, percent, sentence
from tocsin.language.statements import RELIABILITY, weightless
from tocsin.model import Model
from tocsin.records import StatementChanges
from tocsin.report.blocks import Block, Item, Items, Paragraph, Table, share
from tocsin.report.subject import Subject


def scenario(subject: Subject) -> Iterator[Block]:
    """The scenario's evidence and interventions in plain words."""
    if subject.case.scenario.description:
        yield Paragraph(subject.case.scenario.description)
    if subject.facts:
        yield Items(tuple(Item(sentence(text)) for text in subject.facts.values()))
    else:
        yield Paragraph("Nothing is supposed beyond what the statements say.")


def sources(subject: Subject) -> Iterator[Block]:
    """Who is heard, with what grade and what incentive, and how independent they are."""
    headings = ("Speaker", "Role", "Grade", "Statements", "Incentive")
    yield Table(headings, heard(subject), (0.18, 0.26, 0.08, 0.14, 0.34), "Who is heard", numeric=(3,))
    cited = (
        f"{source.publisher}, {source.title}, {day(source.published)}"
        for source in subject.case.before.records.sources.values()
    )
    yield Paragraph(
        f"Sources: {'; '.join(cited)}. Grades go from A ({RELIABILITY['A']}) to E ({RELIABILITY['E']}), F "
        f"({RELIABILITY['F']})."
    )
    yield Paragraph(independence(subject.case.model))


def heard(subject: Subject) -> tuple[tuple[str, ...], ...]:
    """Per speaker name, role, grades, how many statements are heard, incentive."""
    rows = []
    for key, speaker in subject.case.before.records.speakers.items():
        weighted = subject.weights.statements.values()
        own = [statement for statement in weighted if statement.record.speaker == key and not statement.excluded]
        letters = "".join(sorted({statement.reliability for statement in own})) or "left out"
        silent = own and all(weightless(statement, subject.weights) for statement in own)
        role = f"{speaker.role}; weighs nothing" if silent else speaker.role
        rows.append((speaker.name, role, letters, str(len(own)), speaker.incentive))
    return tuple(rows)


def missing(subject: Subject) -> Iterator[Block]:
    """Causes that the model does not hold."""
    left_out = subject.records.file.missing
    if left_out:
        yield Paragraph("The sources leave these out, or the model cannot hold them; no interval covers them:")
        yield Items(tuple(Item(sentence(capital(text))) for text in left_out))
    else:
        yield Paragraph("The model names no missing causes.")


def method(subject: Subject) -> Iterator[Block]:
    """How the numbers are made, in a paragraph."""
    run, worth = subject.assessment.run, f"{subject.assessment.effective_draws:.0f}"
    yield Paragraph(
        f"{tables(subject)} A point is the answer under the mean tables; an interval holds "
        f"{share(run.interval)} of the answers over {run.draws:,} draws of all numbers (worth {worth} after the "
        f"evidence). Words are those of {subject.lexicon.title}."
    )


def tables(subject: Subject) -> str:
    """How statements become a network, and what its numbers rest on, as the scenario has them."""
    questions = counted(len(subject.records.variables), "question")
    rests = foundations(subject.case.model, subject.case.scenario.statements)
    by = "speaker's weight" if subject.records.file.pooling.cooke_weights else "grade of who speaks"
    return (
        "Every number begins at a reference, which is a count or an assumption with a stated range. What speakers said "
        f"is read as intervals that move it, each by as much as the {by} allows, one voice once. The "
        f"numbers fill the tables of a Bayesian network of {questions}, and evidence "
        f"moves the network. {language.foundations(rests)}"
    )


def rests_on(model: Model, changes: StatementChanges) -> Iterator[Block]:
    """What the numbers rest on, and what each outcome would be if nobody had said anything."""
    yield Paragraph(language.foundations(foundations(model, changes)))
    rows = tuple(
        (
            language.event(model.records, outcome),
            percent(rest.p),
            percent(rest.without),
            "none" if rest.statements is None else percent(rest.statements),
        )
        for outcome, rest in rests(model).items()
    )
    headings = ("Outcome", "Baseline", "Without statements", "Spread from statements")
    if rows:
        yield Table(headings, rows, (0.4, 0.16, 0.22, 0.22), "What the outcomes rest on", numeric=(1, 2, 3))


def scoring(subject: Subject) -> Iterator[Block]:
    """The questions with what settles them, so that the forecast can be held against what happens."""
    if all(is_settled(estimate.p) for estimate in subject.assessment.outcomes.values()):
        yield Paragraph("The scenario itself settles every outcome; nothing is left to score.")
        return
    horizon = subject.records.file.horizon
    yield Paragraph(
        f"Each question can be settled by an observer after {day(horizon.end)} and scored, for example by the "
        "Brier score (Brier 1950). This briefing carries no record of earlier scores."
    )
    rows = tuple(
        (subject.event(name), subject.records.variables[name].question, percent(estimate.p))
        for name, estimate in subject.assessment.outcomes.items()
        if not is_settled(estimate.p)
    )
    headings = ("Forecast", "What settles it", "Now")
    yield Table(headings, rows, (0.34, 0.54, 0.12), "Questions to be scored", numeric=(2,))
