"""From a path to rows and to the scenario that they start from."""

from __future__ import annotations

from pathlib import Path

from tocsin.batch.parts import Source
from tocsin.batch.reading import open_table
from tocsin.batch.sweeps import is_sweep, open_sweep
from tocsin.files import load_scenario
from tocsin.model import Model
from tocsin.records import Scenario


def opened(path: Path, scenario: Path | None, model: Model) -> tuple[Source, Scenario]:
    """A table on top of a scenario file, or of nothing but the model's facts; or a sweep, which names its own.

    Raises BadInput.
    """
    if is_sweep(path):
        sweep = open_sweep(path, model)
        return sweep, sweep.base
    base = (
        Scenario(scenario="baseline", title="Baseline", model=model.name)
        if scenario is None
        else load_scenario(scenario, model.records)
    )
    return open_table(path), base
