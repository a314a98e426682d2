"""Many scenarios at once: tables and sweeps in, tables of answers out."""

from tocsin.batch.choosing import ChosenTargets, chosen_targets
from tocsin.batch.columns import Layout, Target, layout, outcomes, targets
from tocsin.batch.frames import answer_frame
from tocsin.batch.job import Ask, Dask, Executor, Threads, cores
from tocsin.batch.reading import load_rows, open_table
from tocsin.batch.running import BatchOptions, Summary, run
from tocsin.batch.sweeps import SweepSource, is_sweep, open_sweep

__all__ = [
    "Ask",
    "BatchOptions",
    "ChosenTargets",
    "Dask",
    "Executor",
    "Layout",
    "Summary",
    "SweepSource",
    "Target",
    "Threads",
    "answer_frame",
    "chosen_targets",
    "cores",
    "is_sweep",
    "layout",
    "load_rows",
    "open_sweep",
    "open_table",
    "outcomes",
    "run",
    "targets",
]
