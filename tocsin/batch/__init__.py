"""Many scenarios at once: tables and sweeps in, tables of answers out."""

from tocsin.batch.columns import Layout, layout
from tocsin.batch.crew import Alone, Crew, Workers
from tocsin.batch.job import Ask
from tocsin.batch.opening import opened
from tocsin.batch.reading import open_table
from tocsin.batch.running import Order, Summary, run
from tocsin.batch.session import Session, load
from tocsin.batch.sweeps import SweepSource, is_sweep, open_sweep
from tocsin.batch.targets import Target, targets

__all__ = [
    "Alone",
    "Ask",
    "Crew",
    "Layout",
    "Order",
    "Session",
    "Summary",
    "SweepSource",
    "Target",
    "Workers",
    "is_sweep",
    "layout",
    "load",
    "open_sweep",
    "open_table",
    "opened",
    "run",
    "targets",
]
