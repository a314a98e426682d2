"""`python -m benchmarks [--quick] [--write]`: the engine beside pyAgrum and pgmpy, in one process and one run."""

from __future__ import annotations

import os
import re
import resource
from pathlib import Path

import click
from rich.console import Console
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from benchmarks.growth import growth_tables
from benchmarks.peers import peer_tables
from benchmarks.results import Result, as_markdown, as_rich

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BETWEEN = re.compile(r"(<!-- measured -->\n).*(<!-- end of measured -->)", re.DOTALL)


@click.command()
@click.option("--quick", is_flag=True, help="Fewer repeats, no pgmpy beyond the first network, growth to 100,000 rows.")
@click.option("--write", is_flag=True, help=f"Put the tables into docs/{PAGE.name}.")
def main(quick: bool, write: bool) -> None:
    """Measure Tocsin's engine beside pyAgrum and pgmpy, and how it grows."""
    console = Console()
    cores = f"{os.cpu_count()} cores"
    command = f"python -m benchmarks{' --quick' if quick else ''} --write"
    console.print(f"Machine: {cores}. Each library on one thread; medians of interleaved repeats.")
    results: list[Result] = []
    # Else each library would use as many threads for its matrix products as it likes.
    with threadpool_limits(1):
        for tables in (peer_tables(quick=quick), growth_tables(quick=quick)):
            for result in tables:
                results.append(result)
                console.print(as_rich(result))
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    end = f"Peak memory of the whole process, all three libraries: {megabytes:.0f} MB."
    console.print(end)
    if write:
        text = [f"Written by `{command}` on a machine with {cores}.", *map(as_markdown, results), end]
        page = PAGE.read_text(encoding="utf-8")
        if not BETWEEN.search(page):
            raise click.ClickException(
                f"{PAGE} has no place for the tables: <!-- measured --> … <!-- end of measured -->"
            )
        body = "\n".join(text)
        PAGE.write_text(BETWEEN.sub(lambda found: f"{found[1]}{body}\n{found[2]}", page), encoding="utf-8")


if __name__ == "__main__":
    main()
