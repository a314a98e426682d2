"""Batches as whole processes: rows a second beside the engine's own rate and pyAgrum's, and peak memory.

`python -m benchmarks.batch [ROWS [INTERVAL_ROWS]]`; five variables of the shipped model, either observed, with blanks,
or with likelihoods that never repeat.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

MODEL = Path("models/iraq-syria-2024")
ASKED = ("framing", "assad", "restraint", "lebanon_truce", "us_position")
BLANK = 0.3
DRAWN_ROWS, DRAWN = 8, 64
"""Rows, and draws of each, that pyAgrum is given; from these the rest of its time is reckoned."""

_CHILD = (
    "import re, sys, time; from click.testing import CliRunner; from tocsin.cli.main import main\n"
    "result = CliRunner().invoke(main, sys.argv[1:]); print(result.output)\n"
    "peak = re.findall(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[0]\n"
    "print('peak', peak, 'cpu', time.process_time())\n"
    "sys.exit(result.exit_code)"
)


def main() -> None:
    """Print the figures."""
    counts = [int(count) for count in sys.argv[1:]]
    rows = counts[0] if counts else 1_000_000
    few = counts[1] if len(counts) > 1 else 20_000
    print(f"load of the machine at the start: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    # As in a batch: else the engine's matrix products and its rivals would take each other's cores.
    with threadpool_limits(1):
        states = engine_rates()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        written(place / "many.parquet", rows, states)
        table = pq.read_table(place / "many.parquet")
        pyarrow.csv.write_csv(table, place / "many.csv")
        with (place / "many.jsonl").open("w", encoding="utf-8") as file:
            file.writelines(f"{json.dumps(row)}\n" for part in table.to_batches() for row in part.to_pylist())
        for form in ("parquet", "csv", "jsonl"):
            for threads in (1, 2):
                timed(f"points, {form}", rows, place / f"many.{form}", place / f"out.{form}", "--threads", threads)
        soft(place / "soft.parquet", few, states)
        costs = []
        for threads in (1, 2):
            asked = ("--intervals", "--threads", threads)
            costs.append(
                timed("intervals, no row twice", few, place / "soft.parquet", place / "soft.out.parquet", *asked)
            )
        peer = peer_seconds(place / "soft.parquet", states)
        print(
            f"pyAgrum, its tables filled draw by draw: {peer:.1f} s of CPU a row, reckoned from {DRAWN_ROWS} rows of "
            f"{DRAWN} draws; one thread of tocsin batch is {peer / costs[0]:,.0f} × as fast"
        )
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}")


def timed(label: str, rows: int, table: Path, out: Path, *options: object) -> float:
    """Print one run by the clock; return the seconds of CPU that a row takes, the start of the program included."""
    told, peak, spent = run("batch", table, "--out", out, *options)
    seconds = float(re.findall(r"in ([\d.]+) s", told)[0])
    setting = " ".join(map(str, options))
    print(
        f"{label}, {rows:,} rows, {setting}: {rows / seconds:,.0f} rows/s, CPU {spent:.1f} s, peak {peak / 1024:.0f} MB"
    )
    return spent / rows


def peer_seconds(path: Path, states: dict[str, tuple[str, ...]]) -> float:
    """What a row of as many draws as the model has takes pyAgrum, with all its tables filled for each."""
    from benchmarks.contenders import PyAgrum
    from tocsin.model import open_model

    model = open_model(MODEL)
    contender, rows = PyAgrum(model.network), pq.read_table(path).slice(0, DRAWN_ROWS).to_pylist()
    facts = {name: row[None] for name, row in model.priors.likelihoods.items()}
    tables = {name: np.broadcast_to(table, (*table.shape[:-1], model.count)) for name, table in model.draws.items()}
    # Of the processor, as the ratio must not hang on who else works on the machine.
    start = time.process_time()
    for row in rows:
        seen = {name: np.array([[row[f"{name}={state}"] for state in known]]) for name, known in states.items()}
        contender.other_tables({**facts, **seen}, tables, DRAWN)
    return (time.process_time() - start) / len(rows) * model.count / DRAWN


def engine_rates() -> dict[str, tuple[str, ...]]:
    """Print the engine's own rate on the same kind of rows; return the states of the columns."""
    from tocsin.model import open_model

    model = open_model(MODEL)
    random = np.random.default_rng(1)
    facts = {name: row[None] for name, row in model.priors.likelihoods.items()}
    rows = dict(facts)
    for name in ASKED:
        size = model.network.size(name)
        seen = np.eye(size)[random.integers(0, size, 65_536)]
        seen[random.random(len(seen)) < BLANK] = 1
        rows[name] = seen * facts.get(name, 1.0)
    for label, targets in (("all variables", None), ("the batch's own targets", tuple(model.records.events))):
        times = []
        for _ in range(5):
            start = time.perf_counter()
            model.engine.posteriors(rows, targets=targets)
            times.append(time.perf_counter() - start)
        print(f"the engine alone, {label}: {65_536 / float(np.median(times)):,.0f} rows/s")
    return {name: model.network.states[name] for name in ASKED}


def written(path: Path, rows: int, states: dict[str, tuple[str, ...]]) -> None:
    """A table of random observations, some left blank."""
    random = np.random.default_rng(2)
    columns = {"id": pa.array(np.arange(rows))}
    for name, known in states.items():
        cells = np.array(known, dtype=object)[random.integers(0, len(known), rows)]
        cells[random.random(rows) < BLANK] = None
        columns[name] = pa.array(cells)
    pq.write_table(pa.table(columns), path)


def soft(path: Path, rows: int, states: dict[str, tuple[str, ...]]) -> None:
    """A table of random likelihoods, no row of which is another's."""
    random = np.random.default_rng(5)
    columns = {"id": pa.array(np.arange(rows))}
    for name, known in states.items():
        columns |= {f"{name}={state}": pa.array(random.uniform(0.05, 1, rows)) for state in known}
    pq.write_table(pa.table(columns), path)


def run(*arguments: object) -> tuple[str, int, float]:
    """The command in a process of its own: what it said, its peak memory in kB, and its seconds of CPU."""
    command = [sys.executable, "-c", _CHILD, *map(str, arguments)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    peak, spent = re.findall(r"peak (\d+) cpu ([\d.]+)", told)[0]
    return told, int(peak), float(spent)


if __name__ == "__main__":
    main()
