"""What is done to each chunk (encode, answer, lay out, write as bytes), and who does it: threads here or Dask workers.

Shape letters: B rows of one chunk.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Literal, Protocol, TypeVar

import numpy as np
import pyarrow as pa
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from tocsin import __version__, records
from tocsin.assessment import lexicon_of
from tocsin.batch.choosing import BEST, ChosenTargets
from tocsin.batch.chunks import Chunk, Places, Rejected, coded, floats, is_number, plain_schema, texts_of
from tocsin.batch.columns import Layout, Target
from tocsin.batch.encoding import Encoder, distinct_rows, ground
from tocsin.batch.evaluation import Answers, intervals, points
from tocsin.batch.writing import Form, encoded, rejected_lines
from tocsin.elicitation.lexicon import Words, words_of
from tocsin.errors import BadInput, Problem, TocsinError, require
from tocsin.model import build
from tocsin.network.network import Array
from tocsin.records import Scenario

Ask = Literal["points", "intervals"]
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Job:
    """Everything that a part's answer depends on but the part itself; goes to workers as it is."""

    model: records.ModelRecords
    draws: int
    seed: int
    base: Scenario
    layout: Layout
    targets: tuple[Target, ...]
    ask: Ask
    form: Form
    given: pa.Schema
    """Of the input."""
    chosen: ChosenTargets | None = None
    version: str = __version__

    @property
    def schema(self) -> pa.Schema:
        """Of the output: the inputs, the answers to each target, P(evidence), the reason where there is no answer."""
        return pa.schema([*plain_schema(self.given), *answer_fields(self.targets, self.ask, self.chosen)])


def answer_fields(targets: Sequence[Target], ask: Ask, chosen: ChosenTargets | None = None) -> list[pa.Field]:
    """The columns of an answer: per target P(…), with its interval low(…) and high(…), and of an outcome word(…); of a
    choice loss(…) and best."""
    kinds = ("P", "low", "high") if ask == "intervals" else ("P",)
    fields = []
    for target in targets:
        fields += [pa.field(f"{kind}({target.name})", pa.float64()) for kind in kinds]
        fields += [pa.field(f"word({target.name})", pa.string())] if target.is_outcome else []
    for name in () if chosen is None else chosen.names:
        fields.append(pa.field(name, pa.string() if name == BEST else pa.float64()))
    return [*fields, pa.field("p_evidence", pa.float64()), pa.field("error", pa.string())]


def require_free(
    names: Sequence[str], targets: Sequence[Target], ask: Ask, file: str, chosen: ChosenTargets | None = None
) -> None:
    """Raises BadInput where a column of the input is called as one of the answers is."""
    taken = {field.name for field in answer_fields(targets, ask, chosen)}
    message = "the answers have a column of this name; rename it"
    problems = [Problem(file, 0, 0, f"column {name!r}", message) for name in names if name in taken]
    if problems:
        raise BadInput(problems)


@dataclass(frozen=True)
class Done:
    """One part, answered. Bytes as they go to disk; rejected is empty where no row was."""

    number: int
    answers: bytes
    rejected: bytes
    rows: int
    refused: tuple[Rejected, ...]
    """The first few of the rejected rows."""
    rejects: int
    errors: int
    share: float


SHOWN = 20


def work(job: bytes, number: int, part: bytes) -> Done:
    """One part on a worker; the model is built once per process."""
    file, lines, table, torn, share = pickle.loads(part)
    return answer(*_unpacked_job(job), number, Chunk(file, lines, pa.ipc.open_stream(table).read_all(), torn, share))


def answer(job: Job, encoder: Encoder, number: int, part: Chunk) -> Done:
    """One part."""
    table, rejected, errors = answered(job, encoder, part)
    return Done(
        number,
        encoded(table, job.form),
        rejected_lines(rejected),
        table.num_rows,
        tuple(rejected[:SHOWN]),
        len(rejected),
        len(errors),
        part.share,
    )


def answered(job: Job, encoder: Encoder, part: Chunk) -> tuple[pa.Table, list[Rejected], dict[int, str]]:
    """The output's rows, those rejected, and why rows cannot be answered. Rows that repeat are answered once."""
    repeats = distinct_rows(part.table, encoder.layout)
    rows, faults = encoder.encode(part.table if repeats is None else part.table.take(pa.array(repeats.first)))
    meaning = np.delete(np.arange(rows.count), list(faults))
    ask = intervals if job.ask == "intervals" else points
    told = rows.only(meaning) if faults else rows
    found = ask(encoder.ground, told, job.targets)
    losses = None if job.chosen is None else job.chosen.losses(encoder.ground, told)
    which = None
    if repeats is not None:
        answer_of = np.full(rows.count, -1)
        answer_of[meaning] = np.arange(len(meaning))
        which = answer_of[repeats.which]
        faults = {int(row): faults[int(repeats.which[row])] for row in np.flatnonzero(which < 0)}
        which = which[which >= 0]
    rejected = [*part.torn, *_rejected(part, faults)]
    kept = part.table.take(pa.array(np.delete(np.arange(part.table.num_rows), list(faults)))) if faults else part.table
    table, errors = _laid_out(
        job, kept, found, words_of(lexicon_of(encoder.ground.model.records, job.base)), which, losses
    )
    return table, sorted(rejected), errors


def packed(part: Chunk) -> bytes:
    """A part for another process."""
    sink, options = pa.BufferOutputStream(), pa.ipc.IpcWriteOptions(unify_dictionaries=True)
    with pa.ipc.new_stream(sink, part.table.schema, options=options) as writer:
        writer.write_table(part.table)
    return pickle.dumps((part.file, part.lines, bytes(sink.getvalue()), part.torn, part.share))


@lru_cache(maxsize=2)
def _unpacked_job(content: bytes) -> tuple[Job, Encoder]:
    job = pickle.loads(content)
    if job.version != __version__:
        raise TocsinError(f"a worker runs Tocsin {__version__}, but the batch was started by {job.version}")
    model = build(job.model, job.draws, job.seed)
    return job, Encoder(ground(model, job.base), job.layout)


def _rejected(part: Chunk, faults: Mapping[int, str]) -> Iterator[Rejected]:
    """The rows at fault, as they were read: only the cells that say something."""
    chosen = part.table.take(pa.array(list(faults), pa.int64()))
    columns = [column if is_number(column.type) else texts_of(column) for column in chosen.columns]
    rows = pa.table(columns, names=chosen.column_names).to_pylist()
    for (row, reason), cells in zip(faults.items(), rows, strict=True):
        known = {name: cell for name, cell in cells.items() if cell is not None}
        yield Rejected(part.file, int(part.lines[row]), reason, json.dumps(known, ensure_ascii=False))


def _laid_out(
    job: Job, kept: pa.Table, found: Answers, words: Words, which: Places | None, losses: Array | None
) -> tuple[pa.Table, dict[int, str]]:
    """The rows with their answers, and why some have none. which: the answer of each row, if not one for each."""

    def numbers(values: Array) -> pa.Array:
        if which is None or job.form == "parquet":
            return floats(values if which is None else values[which])
        # Each is put into figures once.
        return pa.DictionaryArray.from_arrays(pa.array(which.astype(np.int32)), floats(values))

    # Text stays distinct values and positions: Parquet stores it so, and elsewhere each is quoted and escaped once.
    columns = [*kept.columns]
    given = [values for values in (found.p, found.low, found.high) if values is not None]
    for place, target in enumerate(job.targets):
        columns += [numbers(values[place]) for values in given]
        if target.is_outcome:
            p = found.p[place] if which is None else found.p[place][which]
            columns.append(coded(words.places(p), np.isnan(p), words.words))
    if job.chosen is not None and losses is not None:
        columns += [numbers(losses[list(job.chosen.choice.options).index(option)]) for option in job.chosen.options]
        if job.chosen.best:
            best = job.chosen.best_options(losses)
            columns.append(pa.array(best if which is None else [best[row] for row in which], pa.string()))
    errors: list[str | None] = [found.errors.get(row) for row in (range(kept.num_rows) if which is None else which)]
    columns += [numbers(found.p_evidence), pa.array(errors, pa.string())]
    return pa.table(columns, names=job.schema.names), {row: why for row, why in enumerate(errors) if why}


Numbered = Iterator[tuple[int, Chunk]]

AHEAD = 2
"""Parts waiting per worker, so that none waits for the reader."""
WAIT = 10
"""Seconds for a scheduler to answer."""
RETRIES = 2
"""Of a part whose worker died or failed."""
QUIET = {"distributed.admin.large-graph-warning-threshold": "1 GiB"}
"""Parts go with their tasks, so that one whose worker dies can go to another; Dask warns of that from 10 MB on."""
NO_DASHBOARD = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
"""A scheduler listens for its pages even without any, on a port of its own, else on 8787, where another may be."""


class Executor(Protocol):
    """Answers parts in any order, holding no more than a few at once."""

    def answers(self, job: Job, encoder: Encoder, parts: Numbered) -> Iterator[Done]:
        """Each part's answer."""


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(work: Callable[[Item], Result], items: Iterable[Item], threads: int) -> Iterator[Result]:
    """What `work` makes of each item, in their order, with no more of them at once than the threads and one waiting.

    NumPy's linear algebra keeps to one thread meanwhile: else its own and these would take each other's cores.
    """
    with threadpool_limits(1):
        if threads == 1:
            yield from map(work, items)
            return
        pool, waiting = ThreadPoolExecutor(threads), deque[futures.Future[Result]]()
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class Threads:
    """So many threads of this process."""

    count: int = field(default_factory=cores)

    def answers(self, job: Job, encoder: Encoder, parts: Numbered) -> Iterator[Done]:
        """Each part's answer, in order."""
        return in_order(lambda part: answer(job, encoder, *part), parts, self.count)


@dataclass(frozen=True)
class Dask:
    """Dask workers: so many on this machine, or those of a scheduler elsewhere.

    The rows go to the workers and the answers come back, so that nothing but this machine needs the files.
    """

    count: int = 0
    address: str | None = None

    def __post_init__(self) -> None:
        require("A batch on several processes", "distributed")

    def answers(self, job: Job, encoder: Encoder, parts: Numbered) -> Iterator[Done]:
        """Each part's answer, as they come. A part whose worker dies goes to another."""
        import dask
        import distributed
        from distributed.scheduler import KilledWorker

        content = pickle.dumps(job)
        with ExitStack() as stack:
            stack.enter_context(dask.config.set(QUIET))
            client = self._client(stack)
            if self.address is None:
                client.run(_ignore_interrupts)
            as_completed: Any = distributed.as_completed
            waiting = as_completed(loop=client.loop)

            def send(most: int) -> None:
                for number, part in islice(parts, most):
                    waiting.add(client.submit(work, content, number, packed(part), retries=RETRIES, pure=False))

            send(AHEAD * max(1, len(client.scheduler_info(n_workers=-1)["workers"])) + 1)
            for future in waiting:
                try:
                    done = future.result()
                except KilledWorker as error:
                    raise TocsinError(f"a part was lost with every worker that took it: {error}") from None
                except (asyncio.CancelledError, futures.CancelledError, EOFError) as error:
                    raise TocsinError(f"the Dask scheduler was lost: {error}") from None
                future.release()
                send(1)
                yield done

    def _client(self, stack: ExitStack) -> Any:
        import distributed

        # Dask's own annotations are partial, so these names are untyped on purpose.
        cluster: Any = distributed.LocalCluster
        client: Any = distributed.Client
        scheduler = self.address or stack.enter_context(
            cluster(
                n_workers=self.count,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address=None,
                scheduler_kwargs=NO_DASHBOARD,
                silence_logs=logging.CRITICAL,
            )
        )
        try:
            return stack.enter_context(client(scheduler, set_as_default=False, timeout=WAIT))
        except (OSError, ValueError) as error:
            raise TocsinError(f"no Dask scheduler answers at {scheduler}: {error}") from None


def _ignore_interrupts() -> None:
    """For a worker: a terminal sends Ctrl-C to all processes, and the one that started them ends them in good order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
