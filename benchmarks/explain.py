"""A complete explanation of one scenario, and what the same queries would take one at a time through pgmpy.

Run: python -m benchmarks.explain

pgmpy's time is extrapolated: some of the queries are run (VariableElimination, one outcome each, the facts as virtual
evidence), and their median is multiplied by the number of posteriors that the explanation asks for. Changing tables
between queries, which the explanation does in most rows, is left out of pgmpy's time.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tocsin.analysis.explain import explain
from tocsin.files import load_scenario
from tocsin.inference import Engine
from tocsin.model import Model, open_model
from tocsin.records import Scenario

ROOT = Path(__file__).resolve().parents[1]
REPEATS = 5
SAMPLE = 3
"""Queries run through pgmpy per outcome."""


@contextmanager
def counted() -> Iterator[list[tuple[int, int]]]:
    """Rows and wanted variables of each batch that is asked meanwhile."""
    asked: list[tuple[int, int]] = []
    plain = Engine.posteriors

    def counting(*arguments: Any, **named: Any) -> Any:
        found = plain(*arguments, **named)
        asked.append((len(found.log_evidence), max(1, len(found.marginals))))
        return found

    Engine.posteriors = counting  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        Engine.posteriors = plain  # type: ignore[method-assign]


def pgmpy_times(model: Model, scenario: Scenario) -> list[float]:
    """Seconds of single queries: P(outcome | the scenario's observations, the facts)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pgmpy.factors.discrete import TabularCPD
        from pgmpy.inference import VariableElimination

        network = model.network.to_pgmpy()
        observed = {name: found[0].observed for name, found in scenario.evidence.items() if found[0].observed}
        facts = [
            TabularCPD(name, len(row), (row / row.sum())[:, None], state_names={name: list(model.network.states[name])})
            for name, row in model.priors.likelihoods.items()
            if name not in observed
        ]
        engine = VariableElimination(network)
        taken = []
        for _ in range(SAMPLE):
            for outcome in model.records.events:
                start = time.perf_counter()
                engine.query([outcome], evidence=observed, virtual_evidence=facts, show_progress=False)
                taken.append(time.perf_counter() - start)
        return taken


def main() -> None:
    """Print seconds, rows, and the ratio."""
    start = time.perf_counter()
    model = open_model(ROOT / "models" / "iraq-syria-2024")
    scenario = load_scenario(ROOT / "scenarios" / "iraq-syria-2024" / "casus-belli.yaml", model.records)
    print(f"model opened: {time.perf_counter() - start:.2f} s")
    start = time.perf_counter()
    explain(model, scenario)
    print(f"first explanation in the process: {time.perf_counter() - start:.2f} s")
    taken = []
    for _ in range(REPEATS):
        with counted() as asked:
            start = time.perf_counter()
            explain(model, scenario)
            taken.append(time.perf_counter() - start)
    ours = statistics.median(taken)
    print(f"complete explanation, warm: median {ours:.2f} s, best {min(taken):.2f} s, of {REPEATS}")
    rows, posteriors = sum(rows for rows, _ in asked), sum(rows * wanted for rows, wanted in asked)
    drawn = sum(rows * wanted for rows, wanted in asked if rows == model.count)
    print(f"{len(asked)} batches, {rows:,} rows, {posteriors:,} posteriors, {drawn:,} of them for intervals (draws)")
    times = pgmpy_times(model, scenario)
    single = statistics.median(times)
    print(f"pgmpy, one query: median {1000 * single:.1f} ms, of {len(times)}")
    for what, count in (("without intervals", posteriors - drawn), ("all", posteriors)):
        theirs = count * single
        print(f"pgmpy, {count:,} queries one at a time ({what}): {theirs:,.0f} s, {theirs / ours:,.0f} times as long")


if __name__ == "__main__":
    main()
