"""What a server of the app holds in memory: readers who ask why of ever new scenarios, none of them asked before.

Run: python -m benchmarks.memory [--scenarios 200]. The bounds are in docs/deploy.md.
"""

from __future__ import annotations

import argparse
import itertools
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import IRAQ, ROOT
from tests.ui.browsing import Visit, launched, serving
from tocsin.model import open_model
from tocsin.records import ModelRecords, Scenario
from tocsin.ui import scenario_io

STEPS = (1, 10, 25, 50, 100, 150)
"""After so many scenarios the memory is printed, and at the end."""
READER = 20
"""Scenarios that one reader asks before the next one comes."""


def main() -> None:
    """Print the server's memory before, while and after the scenarios are explained."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--scenarios", type=int, default=200)
    count = arguments.parse_args().scenarios
    model = open_model(IRAQ).records
    with serving(ROOT) as (address, server), launched() as browser:
        reader = Visit(browser, address)
        reader.open()
        print(f"first page: {resident(server):.0f} MB", flush=True)
        begun = time.perf_counter()
        for number, scenario in enumerate(itertools.islice(scenarios(model), count), start=1):
            if number % READER == 0:
                reader.close()
                reader = Visit(browser, address)
            reader.page.set_default_timeout(120_000)
            reader.open(f"why?scenario={scenario_io.as_link(scenario, model.digest)}", "text=Which numbers it hangs on")
            if number in STEPS or number == count:
                taken = time.perf_counter() - begun
                print(f"{number} scenarios explained: {resident(server):.0f} MB ({taken:.0f} s)", flush=True)
        print(f"at most: {peak(server):.0f} MB (goal after 200 scenarios: 700 MB)")
        reader.close()


def scenarios(model: ModelRecords) -> Iterator[Scenario]:
    """Scenarios of which no two are alike: with and without findings, every second one with a statement left out."""
    variables = [name for name, one in model.variables.items() if one.role in ("driver", "indicator", "action")]
    findings = [(name, state) for name in variables for state in model.variables[name].states]
    left_out = [one.id for one in model.statements]
    for number in itertools.count():
        name, state = findings[number % len(findings)]
        content = {"evidence": {name: [{"reported": [state], "grade": "B2"}]}}
        if number % 2:
            content["statements"] = {"exclude": [left_out[number % len(left_out)]]}  # type: ignore[dict-item]
        about = {"scenario": f"n{number}", "title": f"Number {number}", "model": model.name}
        yield Scenario.model_validate({**about, **content})


def resident(server: subprocess.Popen[bytes]) -> float:
    """Megabytes that the server holds now."""
    return _megabytes(server, "VmRSS")


def peak(server: subprocess.Popen[bytes]) -> float:
    """Megabytes that it held at most."""
    return _megabytes(server, "VmHWM")


def _megabytes(server: subprocess.Popen[bytes], field: str) -> float:
    lines = Path(f"/proc/{server.pid}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{field}:"))


if __name__ == "__main__":
    main()
