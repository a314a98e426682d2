"""A batch while it runs and what came of it; what was answered before a stop is kept."""

from __future__ import annotations

import hashlib
import io
import os
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory, mkstemp
from typing import Any

import streamlit as st

from tocsin.assessment import lexicon_of
from tocsin.batch import BatchOptions, Layout, SweepSource, Target, excel, outcomes, run
from tocsin.batch.chunks import RowSource
from tocsin.batch.job import Ask, Done, answer_fields
from tocsin.batch.running import run_facts
from tocsin.batch.writing import as_given, encoded, header, rejected_header
from tocsin.elicitation.lexicon import edges_of
from tocsin.errors import counted, require
from tocsin.language.events import event
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.render.html import Html, element, table
from tocsin.report.batch_briefing import brief_many, rows_table
from tocsin.report.batch_charts import MOST_DRAWN, RowAnswers, charts
from tocsin.report.batch_results import AnsweredRows, Survey, floats, rows_of, survey
from tocsin.report.blocks import Briefing, Histogram, Table, share
from tocsin.report.distribution import NO_FORECAST
from tocsin.report.record import BriefingOptions
from tocsin.ui import access, cache, downloads
from tocsin.ui.downloads import EXCEL, File, FileSubject
from tocsin.ui.widgets import drawn, section, several, show

INTERVALS = "batch-intervals"
"""Key of the box that asks for intervals."""
KEPT = "batch-result"
PART_ROWS: dict[Ask, int] = {"points": 2048, "intervals": 64}
"""Small parts, so that progress is seen and stopping is quick."""
SHOWN = 100
"""Rows of the result on the page."""


@dataclass(frozen=True)
class RowsToRun:
    """Where the rows come from. title: what people call it."""

    path: Path
    source: RowSource
    layout: Layout
    title: str
    name: str
    """Of the file itself, as its owner has it."""


@dataclass(frozen=True, eq=False)
class Ran:
    """Rows as they were run, kept so that they can be answered again for a briefing once the upload is gone."""

    name: str
    """Of the file, which a briefing names and `tocsin verify` looks for."""
    base: Scenario
    content: SweepSource | bytes
    """What the sweep says, or what stands in the table's file."""

    @property
    def checked(self) -> str:
        """How a briefing on them is checked."""
        if isinstance(self.content, SweepSource):
            return downloads.CHECKED
        return (
            f"The same content in each format. The command “tocsin verify” checks any of them with “{self.name}” "
            "beside it, since the briefing is about the rows of that file."
        )

    @contextmanager
    def load(self, model: Model) -> Iterator[AnsweredRows]:
        """The rows as `tocsin brief --batch` would load them. Raises BadInput."""
        if isinstance(self.content, SweepSource):
            sweep = self.content.sweep
            yield AnsweredRows(self.content, self.base, self.name, sweep.digest, sweep)
            return
        with TemporaryDirectory() as folder:
            path = Path(folder) / f"rows{Path(self.name).suffix.lower()}"
            path.write_bytes(self.content)
            yield replace(rows_of(path, self.base, model), name=self.name)


def _empty_file() -> Path:
    handle, name = mkstemp(prefix="tocsin-answers-")
    os.close(handle)
    return Path(name)


@dataclass(eq=False)
class Kept:
    """What has been answered. It grows while the batch runs, since a stop ends the script without a word."""

    title: str
    ran: Ran
    of: FileSubject
    """What the answers tell of, whichever model the session is about later."""
    layout: Layout
    targets: tuple[Target, ...]
    ask: Ask
    total: int | None
    place: str
    """How the input's file is called in the rows that were left out."""
    facts: Mapping[str, str]
    """What a workbook says of how its answers came about."""
    edges: tuple[float, ...]
    """Where the bands of the words end."""
    refused: list[bytes] = field(default_factory=list)
    rows: int = 0
    rejects: int = 0
    errors: int = 0
    seconds: float | None = None
    """None until all rows are answered."""
    _answers: Path = field(default_factory=_empty_file, repr=False)
    """On disk, since a reader's answers may take 100 MB; gone with the session."""

    def __post_init__(self) -> None:
        weakref.finalize(self, self._answers.unlink, missing_ok=True)

    def take(self, done: Done) -> None:
        """One part more."""
        with self._answers.open("ab") as file:
            file.write(done.answers)
        self.refused.append(done.rejected)
        self.rows, self.rejects = self.rows + done.rows, self.rejects + done.rejects
        self.errors += done.errors

    @property
    def summary(self) -> str:
        """How it went."""
        left = f"{self.rejects:,} left out, {self.errors:,} without an answer"
        start = f"Each started from “{self.ran.base.title}”."
        if self.seconds is not None:
            return f"{counted(self.rows, 'row')} answered in {self.seconds:.1f} s, {left}. {start}"
        if self.total is None:
            return f"Stopped: {counted(self.rows, 'row')} answered and kept, {left}. {start}"
        return f"Stopped: {self.rows:,} of {self.total:,} rows were answered and are kept, {left}. {start}"

    @property
    def csv(self) -> bytes:
        """The answers as one file."""
        answers = (field.name for field in answer_fields(self.targets, self.ask))
        return header([*self.layout.names, *answers]) + self._answers.read_bytes()

    @property
    def excel(self) -> bytes:
        """The answers as a workbook. Raises MissingExtra."""
        require("Writing .xlsx", "xlsxwriter")
        import pyarrow as pa
        import pyarrow.csv

        given = dict.fromkeys(self.layout.names, pa.string())
        kinds = given | {answer.name: answer.type for answer in answer_fields(self.targets, self.ask)}
        table = pyarrow.csv.read_csv(
            pa.BufferReader(self.csv),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(column_types=kinds, strings_can_be_null=True, null_values=[""]),
        )
        for place, name in enumerate(given):
            cells = [cell and as_given(cell) for cell in table[name].to_pylist()]
            table = table.set_column(place, name, pa.array(cells, pa.string()))
        facts, file = {**self.facts, "Rows": self.summary}, io.BytesIO()
        with TemporaryDirectory() as scratch:
            excel.write([encoded(table, "xlsx")], file, table.schema, len(given), facts, Path(scratch), self.edges)
        return file.getvalue()

    @property
    def rejected(self) -> bytes:
        """The rows left out as one file; empty where there are none."""
        lines = b"".join(self.refused).replace(self.place.encode(), self.title.encode())
        return rejected_header() + lines if lines else b""

    @property
    def table(self) -> Any:
        """The answers as an Arrow table."""
        import pyarrow.csv
        from pyarrow import BufferReader

        return pyarrow.csv.read_csv(BufferReader(self.csv))

    def answers(self, model: Model) -> RowAnswers:
        """What the charts show. Only asked for once nothing is added any more."""
        table = self._read
        bands = {
            target.name: (floats(table[f"low({target.name})"]), floats(table[f"high({target.name})"]))
            for target in self.targets
            if self.ask == "intervals"
        }
        cells = None
        if table.num_rows <= MOST_DRAWN:
            cells = {
                name: [as_given(cell) if isinstance(cell, str) else cell for cell in table[name].to_pylist()]
                for name in self.layout.names
            }
        p = {target.name: floats(table[f"P({target.name})"]) for target in self.targets}
        return RowAnswers(model, self.layout.columns, cells, p, bands)

    @cached_property
    def _read(self) -> Any:
        return self.table

    @property
    def first(self) -> list[dict[str, Any]]:
        """The rows that the page shows."""
        shown: list[dict[str, Any]] = self._read.slice(0, SHOWN).to_pylist()
        return shown


def start(model: Model, base: Scenario, rows: RowsToRun, folder: Path) -> None:
    """Answer all rows, with a bar; Stop, or leaving the page, ends it between two parts. Raises TocsinError."""
    ask: Ask = "intervals" if st.session_state.get(INTERVALS) else "points"
    source = rows.source
    asked = outcomes(model)
    order = BatchOptions(rows.path, source, folder / "answers.csv", asked, ask, part_rows=PART_ROWS[ask])
    content = source if isinstance(source, SweepSource) else rows.path.read_bytes()
    pinned: Any = (
        content.sweep.digest
        if isinstance(content, SweepSource)
        else {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    )
    kept = st.session_state[KEPT] = Kept(
        title=rows.title,
        ran=Ran(rows.name, base, content),
        of=downloads.subject(base),
        layout=rows.layout,
        targets=asked,
        ask=ask,
        total=source.rows,
        place=source.name,
        facts=run_facts(model.records, order, base, (model.count, model.seed), {rows.name: pinned}),
        edges=edges_of(lexicon_of(model.records, base)),
    )
    box = st.empty()
    with box.container(horizontal=True, vertical_alignment="center"):
        # A click ends the script at the next change of the bar.
        st.button("Stop", key="batch-stop")
        bar = st.progress(0.0, "Begun")

    def watch(part: Done) -> None:
        # First the bar, which ends this run of the script after a click: the next one already shows what is kept.
        bar.progress(min(part.share, 1.0), f"{counted(kept.rows + part.rows, 'row')} answered")
        kept.take(part)

    kept.seconds = run(model, base, order, watch=watch).seconds
    box.empty()


def result(model: Model) -> None:
    """The last batch of this session: table, distribution, downloads."""
    kept: Kept | None = st.session_state.get(KEPT)
    if kept is None or not access.allows("see", kept.of.folder):
        return
    is_ours = kept.of.model == model.records.digest
    # Answers of another model have names that this one may not know.
    shown = kept.first if kept.rows and is_ours else []
    first = f" The first {len(shown)} are shown." if kept.rows > len(shown) > 0 else ""
    answers = Html()
    if shown:
        answers = sheet(rows_table("Answers", model, kept.layout.columns, shown, kept.targets, kept.edges))
    show(section(f"Answers: {kept.title}", answers, note=f"{kept.summary}{first}"))
    if not kept.rows:
        return
    if is_ours:
        _charts(model, kept)
    name = Path(kept.title).stem.casefold().replace(" ", "-")
    files = [
        File("Answers as CSV, exact", f"{name}-answers.csv", "text/csv", lambda: kept.csv),
        File("Answers as Excel", f"{name}-answers.xlsx", EXCEL, lambda: kept.excel),
    ]
    if kept.rejects:
        files.append(File("Rows left out", f"{name}-left-out.csv", "text/csv", lambda: kept.rejected))
    downloads.files(*files, of=kept.of)
    _briefing(model, kept)


def _charts(model: Model, kept: Kept) -> None:
    """What fits the rows: lines over one thing varied, heat maps over more, else histograms; of chosen outcomes."""
    rows = kept.answers(model)
    chosen: list[str] = []
    titles = {name: event(model.records, name) for name in rows.moved}
    if len(titles) > 1 and len(rows.varied) != 1:
        label = "Outcomes (none chosen: all that move)"
        chosen = several(label, titles, f"batch-outcomes-{kept.of.model[:8]}")
    blocks = charts(rows, chosen, share(kept.ran.base.interval))
    kind = "histograms" if blocks and isinstance(blocks[0], Histogram) else "plots-grid"
    drawings = element("div", drawn(blocks, Path(kept.ran.name).stem), class_=kind)
    note = "Bars: how many rows have a probability in that step. Triangle: the median." if kind == "histograms" else ""
    show(section("How the outcomes follow what is varied", drawings, note=f"{note} {NO_FORECAST}".strip()))


def sheet(content: Table) -> Html:
    """Any number of columns, scrolled in their own place."""
    rows = (element("tr", *(element("td", cell) for cell in row)) for row in content.rows)
    return table(content.caption, content.headings, rows, "sheet", tall=True)


def _briefing(model: Model, kept: Kept) -> None:
    """All that was answered, to take away; what was stopped or is of another model cannot be answered again."""
    if kept.seconds is None:
        downloads.headed("The run was stopped. A briefing tells of all rows: run them to the end for one.")
    elif kept.of.model != model.records.digest:
        downloads.headed("The model is not the one that these rows were answered by: run them again for a briefing.")
    elif kept.rows == kept.errors:
        downloads.headed("No row has an answer, so there is nothing to tell.")
    else:
        name = f"batch_{Path(kept.ran.name).stem}"

        def brief(order: BriefingOptions) -> Briefing:
            with kept.ran.load(model) as rows:
                return brief_many(_surveyed(model, rows), order)

        downloads.offered(name, model, brief, kept.ran.checked, kept.of)


@st.cache_resource(
    show_spinner=False,
    max_entries=4,
    hash_funcs={**cache.BY_CONTENT, AnsweredRows: lambda rows: (rows.base.digest, rows.digest, rows.name)},
)
def _surveyed(model: Model, rows: AnsweredRows) -> Survey:
    """The rows answered again for a briefing, once for all formats. Raises BadInput."""
    return survey(model, rows)
