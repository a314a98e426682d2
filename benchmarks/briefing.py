"""What a briefing costs: the whole command in all five formats, and in one process the steps of a second briefing.

Run: python -m benchmarks.briefing
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tocsin.analysis.explain import explain
from tocsin.files import load_scenario
from tocsin.model import open_model
from tocsin.render.files import FORMATS, render
from tocsin.report.compose import compose
from tocsin.report.record import BriefingOptions

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 7


def main() -> None:
    """Print the medians."""
    print(f"tocsin brief, {len(FORMATS)} formats, whole process: {_command('casus-belli'):.2f} s")
    model = open_model(ROOT / "models" / "iraq-syria-2024")
    scenario = load_scenario(ROOT / "scenarios" / "iraq-syria-2024" / "casus-belli.yaml", model.records)
    order = BriefingOptions()
    explained = explain(model, scenario)
    made = compose(explained, order)
    steps: dict[str, Callable[[], object]] = {
        "explain": lambda: explain(model, scenario).as_json(),
        "compose": lambda: compose(explained, order),
        **{form: lambda form=form: render(made, form) for form in FORMATS},  # type: ignore[misc]
    }
    taken = {name: _median(step) for name, step in steps.items()}
    for name, seconds in taken.items():
        print(f"  {name}: {1e3 * seconds:.0f} ms")
    print(f"warm, all steps: {sum(taken.values()):.2f} s")
    scenarios = sorted(path.stem for path in (ROOT / "scenarios" / model.name).glob("*.yaml"))
    print(f"tocsin brief, {len(scenarios)} scenarios in {len(FORMATS)} formats: {_command(*scenarios, times=1):.1f} s")


def _command(*scenarios: str, times: int = REPEATS) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tocsin", "brief", *scenarios, "--out", folder, "--format", ",".join(FORMATS)]
        return _median(lambda: subprocess.run(command, cwd=ROOT, check=True, capture_output=True), times)


def _median(step: Callable[[], object], times: int = REPEATS) -> float:
    step()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        step()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
