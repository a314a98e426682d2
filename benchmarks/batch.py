"""Batches as whole processes: rows a second beside the engine's own rate, peak memory, and what a second worker brings.

`python -m benchmarks.batch [ROWS]`; five columns of observed states with blanks, from the shipped model.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

MODEL = Path("models/iraq-syria-2024")
ASKED = ("framing", "assad", "restraint", "lebanon_truce", "us_position")
BLANK = 0.3
FEW = 4096
"""Rows for the comparison of workers, with intervals: about twenty seconds for one worker."""

_CHILD = (
    "import resource, sys; from click.testing import CliRunner; from tocsin.cli.main import main\n"
    "result = CliRunner().invoke(main, sys.argv[1:]); print(result.output)\n"
    "print('peak', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss); sys.exit(result.exit_code)"
)


def main() -> None:
    """Print the figures."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    states = engine_rates()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        written(place / "many.parquet", rows, states)
        rates = []
        for turn in range(3):
            told, peak = run("batch", place / "many.parquet", "--out", place / f"out{turn}.parquet")
            seconds = float(re.findall(r"in ([\d.]+) s", told)[0])
            rates.append(rows / seconds)
            print(f"tocsin batch, {rows:,} rows: {rates[-1]:,.0f} rows/s, peak {peak / 1024:.0f} MB")
        written(place / "few.parquet", FEW, states)
        times = []
        for workers in (1, 2):
            start = time.perf_counter()
            run("batch", place / "few.parquet", "--out", place / "few.csv", "--intervals", "--workers", workers)
            times.append(time.perf_counter() - start)
            print(f"tocsin batch --intervals --workers {workers}, {FEW:,} rows: {times[-1]:.1f} s")
        print(f"two workers against one: {times[0] / times[1]:.2f} ×")


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


def run(*arguments: object) -> tuple[str, int]:
    """The command in a process of its own: what it said, and its peak memory in kB."""
    command = [sys.executable, "-c", _CHILD, *map(str, arguments)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return told, int(re.findall(r"peak (\d+)", told)[0])


if __name__ == "__main__":
    main()
