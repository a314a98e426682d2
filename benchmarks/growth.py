"""How the engine's time and memory grow: with rows, draws, size of the network, and threads."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial

from benchmarks import networks
from benchmarks.results import Result, interleaved, microseconds, peak_megabytes, times
from tocsin.inference import Engine
from tocsin.network import Network

BLOCK = 16_384
"""Rows of one call when rows are streamed."""
FINDINGS = 5
REPEATS = 5


def growth_tables(*, quick: bool) -> Iterator[Result]:
    """Four tables."""
    network = networks.shipped()
    yield with_rows(network, 5 if quick else 7)
    yield with_draws(network, 2_000 if quick else 16_000)
    yield with_size(100 if quick else 200)
    yield with_threads(network, quick=quick)


def with_rows(network: Network, exponent: int) -> Result:
    """From 10³ rows on, in blocks."""
    title = f"Growth with rows: five variables of {networks.MODEL}, in blocks of {BLOCK:,}"
    result = Result(title, ("rows", "seconds", "µs a row", "peak, MB"))
    names = networks.chosen(network, FINDINGS)
    block = networks.random_likelihoods(network, names, BLOCK)

    def stream(rows: int) -> None:
        engine = Engine(network)
        for start in range(0, rows, BLOCK):
            here = min(BLOCK, rows - start)
            engine.posteriors({name: values[:here] for name, values in block.items()})

    runs = {10**power: partial(stream, 10**power) for power in range(3, exponent + 1)}
    # The first touch of fresh memory would be measured with the smaller streams alone.
    stream(4 * BLOCK)
    for rows, seconds in interleaved(runs, REPEATS).items():
        peak = peak_megabytes(runs[rows])
        result.rows.append((f"{rows:,}", f"{seconds:.3f}", microseconds(seconds / rows), f"{peak:.1f}"))
    return result


def with_draws(network: Network, most: int) -> Result:
    """All tables of the model, five variables reported."""
    result = Result(
        f"Growth with draws: all tables of {networks.MODEL}, five variables reported",
        ("draws", "ms", "µs a draw", "peak, MB"),
    )
    engine = Engine(network)
    evidence = networks.random_likelihoods(network, networks.chosen(network, FINDINGS), 1)
    counts = [250 * 2**power for power in range(7) if 250 * 2**power <= most]
    runs = {draws: partial(engine.posteriors, evidence, networks.drawn_tables(network, draws)) for draws in counts}
    interleaved(runs, 1)
    for draws, seconds in interleaved(runs, REPEATS).items():
        peak = peak_megabytes(runs[draws])
        result.rows.append((f"{draws:,}", f"{1e3 * seconds:.1f}", microseconds(seconds / draws), f"{peak:.1f}"))
    return result


def with_size(most: int) -> Result:
    """Synthetic networks, reports on five variables and on all."""
    heads = ("variables", "clique states", "plan, ms", "five reported, µs a row", "all reported, µs a row")
    result = Result("Growth with the network: synthetic, two to four states, up to three parents", heads)
    for count in (size for size in (25, 50, 100, 200) if size <= most):
        network = networks.synthetic(count)
        start = time.perf_counter()
        engine = Engine(network)
        planned = time.perf_counter() - start
        rows = 4_000
        five = networks.random_likelihoods(network, networks.chosen(network, FINDINGS), rows)
        every = networks.random_likelihoods(network, network.variables, rows)
        runs = {"five": partial(engine.posteriors, five), "all": partial(engine.posteriors, every)}
        interleaved(runs, 1)
        seconds = interleaved(runs, REPEATS)
        cells = (microseconds(seconds["five"] / rows), microseconds(seconds["all"] / rows))
        result.rows.append((str(count), f"{engine.cost.clique_states:,}", f"{1e3 * planned:.0f}", *cells))
    return result


def with_threads(network: Network, *, quick: bool) -> Result:
    """One call's blocks shared among threads."""
    result = Result(
        f"Growth with threads: {networks.MODEL}",
        ("threads", "five reported, µs a row", "× one", "all reported, µs a row", "× one"),
    )
    rows = 50_000 if quick else 400_000
    five = networks.random_likelihoods(network, networks.chosen(network, FINDINGS), rows)
    every = networks.random_likelihoods(network, network.variables, rows // 10)
    counts = [count for count in (1, 2, 4, 8) if count <= max(2, os.cpu_count() or 1)]
    runs = {}
    for count in counts:
        engine = Engine(network, threads=count)
        runs[f"five {count}"] = partial(engine.posteriors, five)
        runs[f"every {count}"] = partial(engine.posteriors, every)
    for run in runs.values():
        run()
    seconds = interleaved(runs, REPEATS)
    for count in counts:
        cells = []
        for kind, size in (("five", rows), ("every", rows // 10)):
            taken = seconds[f"{kind} {count}"]
            cells += [microseconds(taken / size), times(seconds[f"{kind} 1"] / taken)]
        result.rows.append((str(count), *cells))
    return result
