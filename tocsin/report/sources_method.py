"""What it rests on: the scenario, the sources, what is missing, the method, how to score it, what words mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tocsin.analysis.foundations import foundations, rests
from tocsin.elicitation.lexicon import normal
from tocsin.errors import counted
from tocsin.language import scenarios
from tocsin.language.events import event
from tocsin.language.numbers import capital, chance, day, exact_band, is_settled, percent, sentence
from tocsin.language.scenarios import independence
from tocsin.language.statements import RELIABILITY, weightless
from tocsin.ledger.chain import Ledger
from tocsin.ledger.scoring import score
from tocsin.model import Model
from tocsin.records import StatementChanges
from tocsin.records.statements import Hedge, Lexicon, Term
from tocsin.report.blocks import Bars, Block, ChartRow, Item, Items, Mark, Paragraph, Table, share
from tocsin.report.scores import so_far
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
        f"evidence). Words are those of “{subject.lexicon.title}”."
    )


def tables(subject: Subject) -> str:
    """How statements become a network, and what its numbers rest on, as the scenario has them."""
    questions = counted(len(subject.records.variables), "question")
    rests = foundations(subject.case.model, subject.case.scenario.statements)
    pooling = subject.records.file.pooling
    by = "speaker's weight" if pooling.cooke_weights else "grade of who speaks"
    by += " and his track record" if pooling.track_records else ""
    return (
        "Every number begins at a reference, which is a count or an assumption with a stated range. What speakers said "
        f"is read as intervals that move it, each by as much as the {by} allows, one voice once. The "
        f"numbers fill the tables of a Bayesian network of {questions}, and evidence "
        f"moves the network. {scenarios.foundations(rests)}"
    )


def rests_on(model: Model, changes: StatementChanges) -> Iterator[Block]:
    """What the numbers rest on, and what each outcome would be if nobody had said anything."""
    yield Paragraph(scenarios.foundations(foundations(model, changes)))
    rows = tuple(
        (
            event(model.records, outcome),
            percent(rest.p),
            percent(rest.without),
            "none" if rest.statements is None else percent(rest.statements),
        )
        for outcome, rest in rests(model).items()
    )
    headings = ("Outcome", "Baseline", "Without statements", "Spread from statements")
    if rows:
        yield Table(headings, rows, (0.4, 0.16, 0.22, 0.22), "What the outcomes rest on", numeric=(1, 2, 3))


def scoring(subject: Subject, ledger: Ledger | None) -> Iterator[Block]:
    """The questions with what settles them, so that the forecast can be held against what happens; scores so far."""
    if all(is_settled(estimate.p) for estimate in subject.assessment.outcomes.values()):
        yield Paragraph("The scenario itself settles every outcome; nothing is left to score.")
        return
    horizon = subject.records.file.horizon
    earlier = "" if ledger is None else so_far(score([ledger]))
    yield Paragraph(
        f"Each question can be settled by an observer after {day(horizon.end)} and scored, for example by the "
        f"Brier score (Brier 1950). {earlier or 'This briefing carries no record of earlier scores.'}"
    )
    rows = tuple(
        (subject.event(name), subject.records.variables[name].question, chance(estimate))
        for name, estimate in subject.assessment.outcomes.items()
        if not is_settled(estimate.p)
    )
    headings = ("Forecast", "What settles it", "Now")
    yield Table(headings, rows, (0.34, 0.54, 0.12), "Questions to be scored", numeric=(2,))


SURVEY = "survey"
"""The lexicon that tells what readers take words to mean."""
OFTEN_MISREAD = "often taken otherwise"
WORDS_KEY: tuple[tuple[Mark, str], ...] = (("step", "what the standard means"), ("reach", "what readers mean"))


def words(lexicon: Lexicon, survey: Lexicon | None) -> Iterator[Block]:
    """Each word with its band on a scale, and beside it how readers took it where they were asked."""
    rows = tuple(_term(term, _asked(term, survey) if survey else None) for term in lexicon.terms)
    caption = "Bar: what the standard means. Line: what four in five readers mean."
    yield Bars(rows, WORDS_KEY, "Words and what they mean", caption, inline=True)
    yield Paragraph(sentence(f"Source: {lexicon.source}"))
    if lexicon.note:
        yield Paragraph(lexicon.note)
    if survey is not None:
        yield Paragraph(
            f"{sentence(f'Readers: {survey.source}')} “{OFTEN_MISREAD}”: the middle of what they mean lies outside "
            "of the band."
        )


def hedges(own: Mapping[str, Hedge]) -> Iterator[Block]:
    """The model's own reading of words that no standard defines; nothing where it has none."""
    rows = tuple(
        (", ".join((word, *hedge.phrases)), exact_band(hedge.range), hedge.because) for word, hedge in own.items()
    )
    if rows:
        yield Table(("Words", "Read as", "Because"), rows, (0.3, 0.14, 0.56), "How the model reads them", (1,))


def _term(term: Term, readers: tuple[float, float] | None) -> ChartRow:
    notes = [", ".join(term.phrases)] if term.phrases else []
    if readers:
        otherwise = f", {OFTEN_MISREAD}" if is_misread(term.band, readers) else ""
        notes.append(f"readers {exact_band(readers)}{otherwise}")
    return ChartRow(term.word, step=term.band, reach=readers, figure=exact_band(term.band), note="; ".join(notes))


def _asked(term: Term, survey: Lexicon) -> tuple[float, float] | None:
    """What readers take the word, or one that is read as it, to mean."""
    wanted = [normal(text) for text in (term.word, *term.phrases)]
    by_word = {normal(text): asked.band for asked in survey.terms for text in (asked.word, *asked.phrases)}
    return next((by_word[text] for text in wanted if text in by_word), None)


def is_misread(band: tuple[float, float], readers: tuple[float, float]) -> bool:
    """Whether the middle of what readers mean lies outside of the band.

    >>> is_misread((0.2, 0.45), (0.05, 0.3)), is_misread((0.55, 0.8), (0.6, 0.85))
    (True, False)
    """
    middle = sum(readers) / 2
    return not band[0] <= middle <= band[1]
