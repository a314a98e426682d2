"""The engine beside pyAgrum and pgmpy: the same questions, in turn, in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks import networks
from benchmarks.contenders import Pgmpy, PyAgrum, largest_error
from benchmarks.results import Result, interleaved, microseconds, peak_megabytes, times
from tocsin.inference import Engine
from tocsin.network import Network
from tocsin.network.network import Array

FINDINGS = 5
HEADS = (
    "question",
    "Tocsin, µs",
    "pyAgrum, µs",
    "× pyAgrum",
    "pgmpy, µs",
    "× pgmpy",
    "largest error",
    "peak, MB",
)


@dataclass(frozen=True)
class Question:
    """The same for all three, each with as many rows as it can answer in good time."""

    name: str
    rows: int
    tocsin: Callable[[], Mapping[str, Array]]
    peer_rows: int
    pyagrum: Callable[[], list[Any]]
    pgmpy: Callable[[], None] | None = None


def peer_tables(*, quick: bool) -> Iterator[Result]:
    """One table for each network."""
    yield measured(networks.MODEL, networks.shipped(), quick=quick, with_pgmpy=True)
    for name in networks.PUBLISHED:
        yield measured(name, networks.published(name), quick=quick, with_pgmpy=not quick)


def measured(title: str, network: Network, *, quick: bool, with_pgmpy: bool) -> Result:
    """All questions to one network."""
    names = networks.chosen(network, FINDINGS)
    states = sum(map(network.size, network.variables))
    note = f"Five variables: {', '.join(names)}."
    result = Result(f"{title}: {len(network.variables)} variables, {states} states", HEADS, note=note)
    for question in questions(network, names, quick=quick, with_pgmpy=with_pgmpy):
        result.rows.append(row(network, question, repeats=3 if quick else 7))
    return result


def row(network: Network, question: Question, repeats: int) -> tuple[str, ...]:
    """The cells of one question."""
    error = largest_error(network, question.tocsin(), question.pyagrum())
    contenders: dict[str, Callable[[], object]] = {"tocsin": question.tocsin, "pyagrum": question.pyagrum}
    seconds = interleaved(contenders, repeats)
    ours, theirs = seconds["tocsin"] / question.rows, seconds["pyagrum"] / question.peer_rows
    # A second of pgmpy at a time would let the machine's mood change between the other two.
    slow = interleaved({"pgmpy": question.pgmpy}, 2)["pgmpy"] if question.pgmpy else None
    return (
        question.name,
        microseconds(ours),
        microseconds(theirs),
        times(theirs / ours),
        microseconds(slow) if slow else "",
        times(slow / ours) if slow else "",
        f"{error:.0e}",
        f"{peak_megabytes(question.tocsin):.1f}",
    )


def joined(answers: list[Mapping[str, Array]]) -> dict[str, Array]:
    """The marginals of single rows as those of one call."""
    return {name: np.concatenate([one[name] for one in answers]) for name in answers[0]}


def questions(network: Network, names: tuple[str, ...], *, quick: bool, with_pgmpy: bool) -> Iterator[Question]:
    """Evidence on five variables, anywhere, under many tables, and one row at a time."""
    engine, other = Engine(network), PyAgrum(network)
    rows, peers, draws = (20_000, 20, 500) if quick else (100_000, 60, 2_000)

    def marginals(*asked: Mapping[str, Array]) -> Mapping[str, Array]:
        return engine.posteriors(*asked).marginals

    pgmpy = Pgmpy(network) if with_pgmpy else None
    reported = networks.random_likelihoods(network, names, rows)
    kept = other.prepared(reported)
    observed = networks.sampled_states(network, names, rows)
    for title, likelihoods, asked in (
        ("five reported", reported, pgmpy.reported if pgmpy else None),
        ("five observed", observed, pgmpy.observed if pgmpy else None),
    ):
        listed = {name: values[:peers].tolist() for name, values in likelihoods.items()}
        yield Question(
            title,
            rows,
            partial(marginals, likelihoods),
            peers,
            partial(other.same_variables, kept, listed, peers),
            partial(asked, likelihoods) if asked else None,
        )
    anywhere = networks.scattered(network, FINDINGS, rows // 5)
    findings = [
        {name: values[row].tolist() for name, values in anywhere.items() if (values[row] != 1).any()}
        for row in range(peers)
    ]
    yield Question(
        "any five, others each row",
        rows // 5,
        partial(marginals, anywhere),
        peers,
        partial(other.other_variables, findings),
    )
    everywhere = networks.random_likelihoods(network, network.variables, rows // 5)
    all_kept = other.prepared(everywhere)
    all_listed = {name: values[:peers].tolist() for name, values in everywhere.items()}
    yield Question(
        "all reported",
        rows // 5,
        partial(marginals, everywhere),
        peers,
        partial(other.same_variables, all_kept, all_listed, peers),
    )
    single = [{name: values[row : row + 1] for name, values in reported.items()} for row in range(peers)]
    listed = {name: values[:peers].tolist() for name, values in reported.items()}
    yield Question(
        "one row a call",
        peers,
        lambda: joined([marginals(likelihoods) for likelihoods in single]),
        peers,
        partial(other.same_variables, kept, listed, peers),
    )
    # Last, as it leaves pyAgrum's model with other tables.
    tables = networks.drawn_tables(network, draws)
    fixed = {name: values[:1] for name, values in reported.items()}
    yield Question(
        f"{draws:,} draws, all tables",
        draws,
        partial(marginals, fixed, tables),
        min(peers, 30),
        partial(other.other_tables, fixed, tables, min(peers, 30)),
    )
