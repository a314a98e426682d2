"""Who answers the parts: this process, Dask workers on this machine, or a Dask cluster."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Iterator
from concurrent import futures
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from tocsin.batch.chunks import Chunk
from tocsin.batch.encoding import Encoder
from tocsin.batch.job import Done, Job, answer, packed, packed_job, work
from tocsin.errors import TocsinError, require

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


class Serial:
    """One part after another in this process."""

    def answers(self, job: Job, encoder: Encoder, parts: Numbered) -> Iterator[Done]:
        """Each part's answer, in order."""
        for number, part in parts:
            yield answer(job, encoder, number, part)


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

        content = packed_job(job)
        with ExitStack() as stack:
            stack.enter_context(dask.config.set(QUIET))
            client: Any = stack.enter_context(_client(self._scheduler(stack)))
            if self.address is None:
                client.run(_ignore_interrupts)
            # Dask's own annotations are partial, so these names are untyped on purpose.
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

    def _scheduler(self, stack: ExitStack) -> Any:
        if self.address is not None:
            return self.address
        import distributed

        cluster: Any = distributed.LocalCluster
        return stack.enter_context(
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


def _ignore_interrupts() -> None:
    """For a worker: a terminal sends Ctrl-C to all processes, and the one that started them ends them in good order."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _client(scheduler: Any) -> Any:
    import distributed

    client: Any = distributed.Client
    try:
        return client(scheduler, set_as_default=False, timeout=WAIT)
    except (OSError, ValueError) as error:
        raise TocsinError(f"no Dask scheduler answers at {scheduler}: {error}") from None
