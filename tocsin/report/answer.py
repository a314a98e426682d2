"""One answer: every outcome, every variable, the indices, what to take with care, and what pins it.

The terminal, the pages and the briefings show these same blocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tocsin.assessment import Assessment, OutcomeEstimate, RunRecord
from tocsin.elicitation import word_for
from tocsin.errors import counted
from tocsin.language.events import event, supposed
from tocsin.language.numbers import band, baseline, chance, change, days, interval, is_settled, median_state, percents
from tocsin.model import Model
from tocsin.records import ModelRecords
from tocsin.report.blocks import Block, Item, Items, Paragraph, Subheading, Table, share
from tocsin.report.record import BriefingRecord, LedgerHead, Run, TableRecord

LETTERS = "ABCDEF"
"""By which scenarios side by side are named in tables, where their titles have no room."""
DIGITS = 16
"""Of a digest: enough to tell any two contents apart, and little enough to be read aloud."""


def assessed(model: Model, answer: Assessment) -> Iterator[Block]:
    """The whole answer to one scenario."""
    file = model.records.file
    yield Subheading(f"{answer.scenario.title}  ({file.title})")
    yield Paragraph(days(file.horizon.start, file.horizon.end))
    yield outcomes(model.records, answer)
    yield variables(model.records, answer)
    yield from indices(model.records, answer)
    yield Items(tuple(Item(text) for text in notes(model.records, answer)))
    yield Paragraph(f"P(findings | facts) = {answer.p_evidence:.3g}. {run_line([answer.run])}")


def outcomes(records: ModelRecords, answer: Assessment, caption: str = "Every outcome and tail risk") -> Table:
    """Every outcome and tail risk, and where something is supposed what each is without that."""
    lexicon = records.lexicons[answer.run.lexicon]
    against = any(supposed(records, answer.scenario))
    rows = []
    for name, outcome in answer.outcomes.items():
        word, before = described(outcome), word_for(outcome.baseline, lexicon).word
        was = f", was {before}" if against and word != "settled" and before != outcome.wording.word else ""
        row = (event(records, name), f"{word}{was}", chance(outcome), interval(outcome))
        moved = (baseline(outcome), change(outcome.baseline, outcome.p, outcome.wording.edges)) if against else ()
        rows.append((*row, *moved))
    headings: tuple[str, ...] = ("Outcome", "Word", "Probability", f"{share(answer.run.interval)} interval")
    if not against:
        return Table(headings, tuple(rows), (0.42, 0.28, 0.15, 0.15), caption, numeric=(2, 3))
    widths = (0.28, 0.24, 0.13, 0.12, 0.1, 0.13)
    return Table(
        (*headings, "Baseline", "Change"), tuple(rows), widths, f"{caption} against the baseline", (2, 3, 4, 5)
    )


def described(outcome: OutcomeEstimate) -> str:
    """`unlikely (20–45 %)`."""
    word = shown_word(outcome.p, outcome.wording.word)
    return word if word == "settled" else f"{word} ({band(outcome.wording)})"


def shown_word(p: float, word: str) -> str:
    """A certainty of the scenario's own making is no judgement and gets no word."""
    return "settled" if is_settled(p) else word


def variables(records: ModelRecords, answer: Assessment) -> Table:
    """Every state of every variable; an index is no probability and has no place among them."""
    rows = []
    for name, states in answer.variables.items():
        variable = records.variables[name]
        if variable.role == "index":
            continue
        shares = percents([estimate.p for estimate in states.values()])
        for place, ((state, estimate), p) in enumerate(zip(states.items(), shares, strict=True)):
            rows.append(("" if place else variable.title, variable.label(state), p, interval(estimate)))
    headings = ("Variable", "State", "Probability", f"{share(answer.run.interval)} interval")
    return Table(headings, tuple(rows), (0.38, 0.32, 0.15, 0.15), "Every variable", numeric=(2, 3))


def indices(records: ModelRecords, answer: Assessment) -> Iterator[Paragraph]:
    """Each index by the state in the middle of its distribution, so that it never looks like a probability."""
    for name, variable in records.variables.items():
        if variable.role == "index":
            middle = median_state({state: estimate.p for state, estimate in answer.variables[name].items()})
            label = variable.label(middle)
            yield Paragraph(f"{variable.title}: {label} (an index of the outcomes, not a probability)")


def covers(interval: float) -> str:
    """What stands in brackets behind a probability."""
    return f"In brackets the {share(interval)} interval; it covers the numbers of the model, not its structure."


def notes(records: ModelRecords, answer: Assessment) -> Iterator[str]:
    """What the intervals cover, and where words or intervals are to be taken with care."""
    yield f"{covers(answer.run.interval)} Words are those of “{records.lexicons[answer.run.lexicon].title}”."
    if answer.scenario.reconcile:
        yield "Weighed by the judgements that set no number too, and so is the baseline."
    yield from answer.notices


def run_rows(
    runs: Sequence[Run | RunRecord], table: TableRecord | None = None, ledger: LedgerHead | None = None
) -> tuple[tuple[str, str], ...]:
    """What must be the same for the same answers.

    runs: of several scenarios one each, told apart by letters. table: the rows of a batch, which have no intervals.
    ledger: how far the model's sealed forecasts went.
    """
    run, letters = runs[0], [f" {letter}" for letter in LETTERS] if len(runs) > 1 else [""]
    lettered = list(zip(letters, runs, strict=False))
    rows = [("Model", f"{run.model}, digest {run.model_digest[:DIGITS]}")]
    start = "Scenario" if table is None else "Start"
    rows += [(f"{start}{letter}", f"{run.scenario}, digest {run.scenario_digest[:DIGITS]}") for letter, run in lettered]
    if table is not None:
        rows.append(("Rows", f"{table.name}, {counted(table.rows, 'row')}, digest {table.sha256[:DIGITS]}"))
    rows.append(("Software", f"Tocsin {run.version}"))
    for key, texts in (
        ("Lexicon", [run.lexicon for run in runs]),
        ("Interval", [share(run.interval) for run in runs] if table is None else []),
    ):
        alike = len(set(texts)) == 1
        rows += (
            [(key, texts[0])]
            if alike
            else [(f"{key}{letter}", text) for letter, text in zip(letters, texts, strict=False)]
        )
    if table is None:
        rows += [("Draws", f"{run.draws:,}"), ("Seed", str(run.seed))]
    if ledger is not None:
        rows.append(("Sealed forecasts", f"{counted(ledger.lines, 'line')}, head {ledger.head[:DIGITS]}"))
    return tuple(rows)


def run_record(
    runs: Sequence[Run | RunRecord], table: TableRecord | None = None, ledger: LedgerHead | None = None
) -> Table:
    """The run record as a table; the arguments as for `run_rows`."""
    return Table(("Item", "Value"), run_rows(runs, table, ledger), (0.25, 0.75), "Run record", whole=True)


def run_line(
    runs: Sequence[Run | RunRecord], table: TableRecord | None = None, ledger: LedgerHead | None = None
) -> str:
    """The run record in a line, where there is no room for the table."""
    parts = (f"{key[0].lower()}{key[1:]} {value}" for key, value in run_rows(runs, table, ledger))
    return f"Run record: {'; '.join(parts)}."


def record_blocks(record: BriefingRecord) -> Iterator[Block]:
    """What pins a briefing, and how it is verified."""
    yield run_record([part.run for part in record.each], record.table, record.ledger)
    beside = ", with the table beside it" if record.table is not None and record.table.sweep is None else ""
    yield Paragraph(f"Whether this briefing still follows from the model: tocsin verify FILE{beside}.")


def record_line(record: BriefingRecord) -> str:
    """The same in a line."""
    return f"{run_line([part.run for part in record.each], record.table, record.ledger)} To verify: tocsin verify FILE."
