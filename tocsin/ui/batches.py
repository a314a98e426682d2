"""The page for many scenarios at once: upload or choose, look before running, run with a way to stop, take away."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import streamlit as st

from tocsin.batch import Order, opened, run, targets
from tocsin.batch.columns import layout
from tocsin.batch.job import Ask, Done, encoder_of
from tocsin.batch.parts import Part, Source, require_types
from tocsin.batch.rows import ground
from tocsin.errors import TocsinError
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.ui import scenarios, shared
from tocsin.ui.asking import section, told
from tocsin.ui.markup import Html, alert, element, show, sideways

MOST_ROWS = 200_000
"""Rows that are answered here; more belong to `tocsin batch`."""
SHOWN = 200
"""Rows of the preview and of the result on the page."""
PART_ROWS = 2048
"""Small parts, so that progress is seen and stopping is quick."""
OWN = "a file of my own"
RESULT = "batch-result"


def page() -> None:
    """Input, preview and errors by row, run, result."""
    model = scenarios.opened()
    if model is None:
        return
    show(element("h1", "Many scenarios at once"))
    with TemporaryDirectory() as folder:
        path = _chosen(model, Path(folder))
        if path is None:
            return
        try:
            source, base = opened(path, None, model)
            part = _preview(model, source, base)
            if part is not None and _is_asked():
                _run(model, base, path, source, Path(folder))
        except TocsinError as error:
            show(alert("This cannot be run.", str(error)))
            return
    _result()


def _chosen(model: Model, folder: Path) -> Path | None:
    """The path of a shipped sweep, or of an upload that was put into the folder."""
    shipped = {one.stem: one for one in sorted((shared.home() / "scenarios" / model.name / "sweeps").glob("*.yaml"))}
    choice = st.selectbox("Rows", [*shipped, OWN], key="batch-rows", width=420)
    if choice != OWN:
        return shipped[choice]
    types = ["csv", "jsonl", "parquet", "yaml", "yml"]
    upload = st.file_uploader("A table (CSV, JSONL, Parquet) or a sweep (YAML)", type=types, key="batch-file")
    if upload is None:
        return None
    # Only the suffix is taken from the name: it comes from elsewhere.
    path = folder / f"upload{Path(upload.name).suffix.lower()}"
    path.write_bytes(upload.getvalue())
    return path


def _preview(model: Model, source: Source, base: Scenario) -> Part | None:
    """The first rows and what is wrong with any of them; None where there is nothing to run."""
    columns = layout(source.schema.names, model, base, "the table")
    require_types(columns, source.schema, "the table")
    if source.rows is not None and source.rows > MOST_ROWS:
        show(alert(f"{source.rows:,} rows are too many for this page.", "Run them with: python -m tocsin batch"))
        return None
    part = next(islice(source.parts(PART_ROWS), 1), None)
    if part is None:
        show(alert("The table has no rows."))
        return None
    count = f"{source.rows:,} rows" if source.rows is not None else "rows not counted yet"
    table = part.table.slice(0, SHOWN)
    show(section("Before it is run", note=f"{count}, {len(columns.columns)} columns, on top of “{base.title}”."))
    st.dataframe(table, height=220, hide_index=True)
    _, faults = encoder_of(ground(model, base), columns).encode(part.table)
    lines = [f"line {one.line}: {one.reason}" for one in part.torn]
    lines += [f"line {int(part.lines[row])}: {reason}" for row, reason in faults.items()]
    if lines:
        more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        title = f"Rows that mean nothing and will be left out ({len(lines)} of the first {part.table.num_rows})"
        show(section(title, told([*lines[:SHOWN], *more])))
    return part


def _is_asked() -> bool:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.checkbox("With intervals (slower)", key="batch-intervals")
        return st.button("Run", type="primary", key="batch-run")


def _run(model: Model, base: Scenario, path: Path, source: Source, folder: Path) -> None:
    """Answer all rows, with a bar; leaving the page or Stop ends it between two parts."""
    out = folder / "answers.csv"
    ask: Ask = "intervals" if st.session_state.get("batch-intervals") else "points"
    rows = PART_ROWS if ask == "points" else 64
    order = Order(path, source, out, targets(None, model), ask, part_rows=rows)
    bar = st.progress(0.0, "Begun")
    # A click on any widget ends the script at the next change of the bar.
    st.button("Stop", key="batch-stop")
    done = 0

    def watch(part: Done) -> None:
        nonlocal done
        done += part.rows
        bar.progress(min(part.share, 1.0), f"{done:,} rows answered")

    summary = run(model, base, order, watch=watch)
    bar.empty()
    refused = out.with_name(f"{out.name}.rejected")
    st.session_state[RESULT] = {
        "csv": out.read_bytes(),
        "rejected": refused.read_bytes() if refused.exists() else b"",
        "told": (
            f"{summary.rows:,} rows answered in {summary.seconds:.1f} s, {summary.rejects:,} left out, "
            f"{summary.errors:,} without an answer."
        ),
        "name": path.stem,
    }


def _result() -> None:
    held: dict[str, Any] | None = st.session_state.get(RESULT)
    if held is None:
        return
    import pyarrow.csv
    from pyarrow import BufferReader

    table = pyarrow.csv.read_csv(BufferReader(held["csv"]))
    show(section(f"Answers: {held['name']}", note=held["told"]))
    st.dataframe(table.slice(0, SHOWN), height=260, hide_index=True)
    show(
        section(
            "How the answers are spread", _spread(table), note="Each bar: rows in a tenth of the scale, 0 to 100 %."
        )
    )
    with st.container(horizontal=True):
        st.download_button("Answers as CSV", held["csv"], f"{held['name']}-answers.csv", "text/csv")
        if held["rejected"]:
            st.download_button("Rows left out", held["rejected"], f"{held['name']}-rejected.csv", "text/csv")


def _spread(table: Any) -> Html:
    """A histogram per outcome, over tenths of the probability."""
    import numpy as np

    made = []
    for name in table.column_names:
        if name.startswith("P("):
            values = table[name].drop_null().to_numpy()
            counts, _ = np.histogram(values, bins=10, range=(0, 1))
            most = max(int(counts.max()), 1)
            bars = (
                element("i", style=f"height:{100 * count / most:.0f}%", title=f"{10 * k} to {10 * k + 10} %: {count}")
                for k, count in enumerate(counts)
            )
            label = f"{name}: median {100 * float(np.median(values)):.1f} %" if len(values) else f"{name}: no answers"
            picture = element("span", *bars, class_="spread", role="img", aria_label=label)
            made.append(element("figure", element("figcaption", label), picture))
    return sideways("How the answers are spread", element("div", *made, class_="densities"))
