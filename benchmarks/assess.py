"""How long an analyst waits: `tocsin assess` from nothing beside a bare import of pgmpy, and one assessment when warm.

`python -m benchmarks.assess`
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 5
WARM = 30
MODEL = Path("models/iraq-syria-2024")


def main() -> None:
    """Print medians and their ratio."""
    ours = [sys.executable, "-m", "tocsin", "assess", "--json"]
    theirs = [sys.executable, "-c", "import pgmpy.inference"]
    pairs = [(seconds(ours), seconds(theirs)) for _ in range(RUNS + 1)][1:]
    own, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"tocsin assess --json, whole process    {own:6.2f} s   median of {RUNS}")
    print(f"import pgmpy.inference, whole process  {other:6.2f} s   ratio {own / other:.2f}")
    warm()


def seconds(command: list[str]) -> float:
    """Wall time of one whole process."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def warm() -> None:
    """Assessments in a process that has the model: every scenario of it, each anew."""
    from tocsin.assessment import assess
    from tocsin.files import load_scenario
    from tocsin.files.places import scenario_files
    from tocsin.model import open_model

    model = open_model(MODEL)
    for path in scenario_files(MODEL).values():
        scenario = load_scenario(path, model.records)
        assess(model, scenario)
        times = []
        for _ in range(WARM):
            start = time.perf_counter()
            assess(model, scenario)
            times.append(1e3 * (time.perf_counter() - start))
        print(f"assess {scenario.scenario:28s} {statistics.median(times):6.1f} ms  {model.count} draws")


if __name__ == "__main__":
    main()
