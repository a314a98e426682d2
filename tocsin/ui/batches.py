"""The page for many scenarios at once: upload or choose, look before running, run with a way to stop, take away."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

import streamlit as st

from tocsin.batch import SweepSource, is_sweep, load_rows
from tocsin.batch.chunks import Chunk, RowSource
from tocsin.batch.columns import Layout, layout, require_types
from tocsin.batch.encoding import Encoder, ground
from tocsin.errors import TocsinError, counted
from tocsin.files.places import scenario_files, sweep_files
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.render.html import element
from tocsin.report.batch_briefing import rows_table
from tocsin.ui import batch_runs, cache, scenarios, state
from tocsin.ui.evidence import chips
from tocsin.ui.widgets import alert, choice, section, sentences, show, upload

MOST_ROWS = 200_000
"""Rows that are answered here; more belong to `tocsin batch`."""
SHOWN = 50
"""Rows of the preview, and faults that are told."""
LOOKED_AT = 2048
"""Rows that are looked at before the run."""
OWN = "a file of my own"


def page() -> None:
    """Input, preview and errors by row, run, result."""
    model = scenarios.begin_page()
    if model is None:
        return
    show(element("h1", "Many scenarios at once"))
    with TemporaryDirectory() as folder:
        chosen = _chosen(model, Path(folder))
        if chosen is not None:
            try:
                _at(model, chosen, Path(folder))
            except TocsinError as error:
                # Not the place where the upload was put, but its own name.
                show(alert("This cannot be run.", str(error).replace(str(chosen.path), chosen.title)))
    batch_runs.result(model)


@dataclass(frozen=True)
class ChosenTable:
    """A file with rows. title: what people call it; name: the file's own, wherever it lies now; digest: of it."""

    path: Path
    title: str
    name: str
    digest: str


def _chosen(model: Model, folder: Path) -> ChosenTable | None:
    """A shipped sweep, or an upload that was put into the folder."""
    shipped = sweep_files(cache.folder_of(model))
    titles = {name: cache.title_in(path) or name for name, path in shipped.items()} | {OWN: OWN}
    picked = choice("Rows", titles, "batch-rows", width=560)
    if picked != OWN:
        path = shipped[picked]
        return ChosenTable(path, titles[picked], path.name, hashlib.sha256(path.read_bytes()).hexdigest())
    kinds = ["csv", "jsonl", "parquet", "xlsx", "yaml", "yml"]
    own = upload("A table (CSV, JSONL, Parquet, Excel) or a sweep (YAML)", kinds, "batch-file")
    if own is None:
        return None
    # Only the suffix is taken from the name: it comes from elsewhere.
    path = folder / "upload" / f"upload.{own.suffix}"
    path.parent.mkdir()
    path.write_bytes(own.content)
    if is_sweep(path):
        # A sweep may start from one of the model's scenarios, which it expects in the folder above its own.
        for scenario in scenario_files(cache.folder_of(model)).values():
            copyfile(scenario, folder / scenario.name)
    return ChosenTable(path, own.name, own.name, own.digest)


def _at(model: Model, chosen: ChosenTable, folder: Path) -> None:
    """The chosen rows: preview, faults, run. Raises TocsinError."""
    source, base = load_rows(chosen.path, None, model)
    if not is_sweep(chosen.path):
        # A table starts from this session's scenario; a sweep says itself what it starts from.
        base = state.scenario()
    columns = layout(source.schema.names, model, base, chosen.title)
    require_types(columns, source.schema, chosen.title)
    count = source.rows if source.rows is not None else _counted(source, chosen.digest)
    if count > MOST_ROWS:
        several = f"{count:,}" if source.rows is not None else f"More than {MOST_ROWS:,}"
        show(alert(f"{several} rows are too many for this page.", "Run them with: python -m tocsin batch"))
        return
    part = next(islice(source.parts(LOOKED_AT), 1), None)
    if part is None:
        show(alert("The table has no rows."))
        return
    _starts_from(model, source, base)
    _preview(model, source, columns, part, count)
    _faults(model, base, columns, part)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.checkbox("With intervals (slower)", key=batch_runs.INTERVALS, persist_state="session")
        is_asked = st.button("Run", type="primary", key="batch-run")
    if is_asked:
        rows = batch_runs.RowsToRun(chosen.path, source, columns, chosen.title, chosen.name)
        batch_runs.start(model, base, rows, folder)


def _starts_from(model: Model, source: RowSource, base: Scenario) -> None:
    if isinstance(source, SweepSource):
        start = f"“{base.title}”, as the sweep says" if source.sweep.scenario else "what the sweep itself sets"
        show(element("p", f"Each row starts from {start}, and not from the scenario above."))
        return
    weighed = " It is answered without weighing by the judgements that set no number." if base.reconcile else ""
    show(element("p", f"Each row starts from the scenario above, “{base.title}”.{weighed}"))
    show(chips(state.scenario(), model.records))


@st.cache_resource(show_spinner="Counting rows …", max_entries=64)
def _counted(_source: RowSource, digest: str) -> int:
    """How many rows a file has that does not say it, up to the first that is one too many. digest: of the file."""
    count = 0
    for part in _source.parts(8 * LOOKED_AT):
        count += part.table.num_rows + len(part.torn)
        if count > MOST_ROWS:
            break
    return count


def _preview(model: Model, source: RowSource, columns: Layout, part: Chunk, count: int) -> None:
    rows = part.table.slice(0, SHOWN).to_pylist()
    first = f"; the first {len(rows)}" if count > len(rows) else ""
    drawn = batch_runs.sheet(rows_table("Before it is run", model, columns.columns, rows))
    note = f"{counted(count, 'row')}{first}. Figures are rounded here and exact when run."
    show(section("Before it is run", drawn, note=note))


def _faults(model: Model, base: Scenario, columns: Layout, part: Chunk) -> None:
    """What is wrong with any of the first rows."""
    _, faults = Encoder(ground(model, base), columns).encode(part.table)
    lines = [f"line {torn.line}: {torn.reason}" for torn in part.torn]
    lines += [f"line {int(part.lines[row])}: {reason}" for row, reason in faults.items()]
    if lines:
        more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        title = f"Rows that mean nothing and will be left out ({len(lines)} of the first {part.table.num_rows})"
        show(section(title, sentences([*lines[:SHOWN], *more])))
