"""Random inputs by kind: what must end with an answer or a refusal, and ends otherwise, is a fault.

`python -m benchmarks.fuzz [KIND…] --count N --seed S [--first I] [--seconds T]`

Kinds are collected from the modules of `benchmarks.fuzzing`. Input `n` of a kind is made from seed, kind and `n` alone,
so that `--first n --count 1` repeats it. Inputs run in a process of their own: one that takes more than 5 s of the
processor, takes another gigabyte, waits, or ends the process is a fault like one that raises.
"""

from __future__ import annotations

import importlib
import multiprocessing
import pkgutil
import resource
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from types import FrameType, ModuleType
from typing import Any

import click

Kind = Callable[[Random], None]
TRIED = 300
"""Inputs of a kind in the tests, where its module does not say otherwise."""
SECONDS = 5.0
"""An input that takes longer hangs; of the processor, so that a busy machine finds nothing else."""
BYTES = 2**30
"""Of memory beyond what the process has when the first input comes."""
OPENING = 30.0
"""For the first input of a process, which imports and opens models."""
STALLED = 60.0
"""Without a sign of life: what waits or lets no signal through is ended from outside."""
FAULTS = 20
"""After so many a kind is given up."""


class Hang(BaseException):
    """Not an Exception, so that no `except Exception` on the way takes it for its own."""


@dataclass(frozen=True)
class Fault:
    """An input that did not end as it should."""

    kind: str
    seed: int
    number: int
    what: str
    where: str
    """The innermost line of the project that it went through; faults with one cause share it."""
    trace: str = ""

    def __str__(self) -> str:
        return (
            f"{self.what}\n  at {self.where}\n"
            f"  again: python -m benchmarks.fuzz {self.kind} --seed {self.seed} --first {self.number} --count 1"
        )


@dataclass
class Run:
    """What a kind's inputs came to."""

    kind: str
    inputs: int = 0
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Inputs a second."""
        return self.inputs / max(self.seconds, 1e-9)


def modules() -> list[ModuleType]:
    """The modules of `benchmarks.fuzzing`."""
    package = importlib.import_module("benchmarks.fuzzing")
    return [
        importlib.import_module(f"benchmarks.fuzzing.{found.name}") for found in pkgutil.iter_modules(package.__path__)
    ]


@dataclass(frozen=True)
class Listed:
    """Where a kind is, and how many of its inputs the tests try."""

    module: str
    count: int


def kinds() -> dict[str, Listed]:
    """All kinds by name."""
    found: dict[str, Listed] = {}
    for module in modules():
        counts = getattr(module, "COUNTS", {})
        for kind in module.KINDS:
            if kind in found:
                raise ValueError(f"{kind} is a kind of {found[kind].module} and of {module.__name__}")
            found[kind] = Listed(module.__name__, counts.get(kind, TRIED))
    return found


def run(module: str, kind: str, count: int, seed: int = 1, first: int = 0, seconds: float | None = None) -> Run:
    """Try inputs `first` to `first + count - 1` of a kind, or as many as the seconds allow."""
    end = first + count
    result = Run(kind)
    start = time.monotonic()
    context = multiprocessing.get_context("spawn")
    at = first
    while at < end and len(result.faults) < FAULTS:
        left = None if seconds is None else seconds - (time.monotonic() - start)
        if left is not None and left <= 0:
            break
        ours, theirs = context.Pipe(duplex=False)
        reached = context.Value("Q", at)
        worker = context.Process(
            target=_work, args=(theirs, reached, module, kind, seed, at, end, left, FAULTS - len(result.faults))
        )
        worker.start()
        theirs.close()
        faults, ended = _listen(ours, reached)
        result.faults += faults
        if ended is None:
            worker.join()
            at = reached.value
            if worker.exitcode == 0:
                break
            ended = f"the process ended with status {worker.exitcode}"
        else:
            worker.kill()
            worker.join()
            at = reached.value
        result.faults.append(Fault(kind, seed, at, ended, f"{module} (no Python line is known)"))
        at += 1
    result.inputs = at - first
    result.seconds = time.monotonic() - start
    return result


def _listen(ours: Connection, reached: Any) -> tuple[list[Fault], str | None]:
    """The faults that a worker tells of until it is gone, and why it had to be ended, if so."""
    faults: list[Fault] = []
    before, since = None, time.monotonic()
    while True:
        if ours.poll(0.5):
            try:
                faults.append(ours.recv())
            except EOFError:
                return faults, None
        if reached.value != before:
            before, since = reached.value, time.monotonic()
        elif time.monotonic() - since > STALLED:
            return faults, f"no end after {STALLED:.0f} s of waiting"


def _work(
    theirs: Connection,
    reached: Any,
    module: str,
    kind: str,
    seed: int,
    first: int,
    end: int,
    left: float | None,
    most: int,
) -> None:
    """Try inputs in a process of their own."""
    stop = None if left is None else time.monotonic() + left
    warnings.simplefilter("error", RuntimeWarning)
    try_one: Kind = importlib.import_module(module).KINDS[kind]
    _bound_memory()
    told = 0
    for number in range(first, end):
        if told >= most or (stop is not None and time.monotonic() > stop):
            break
        reached.value = number
        fault = attempt(try_one, kind, seed, number, OPENING if number == first else SECONDS)
        if fault is not None:
            told += 1
            theirs.send(fault)
        reached.value = number + 1


def attempt(try_one: Kind, kind: str, seed: int, number: int, limit: float) -> Fault | None:
    """Try one input."""
    before = signal.signal(signal.SIGPROF, _hang)
    signal.setitimer(signal.ITIMER_PROF, limit)
    try:
        try_one(Random(f"{seed} {kind} {number}"))
    except Hang as hang:
        return _fault(hang, f"no end after {limit:g} s", kind, seed, number)
    except MemoryError as error:
        return _fault(error, f"more than {BYTES / 2**30:.0f} GB of memory", kind, seed, number)
    except (Exception, SystemExit) as error:
        return _fault(error, f"{type(error).__name__}: {str(error)[:500]}", kind, seed, number)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return None


def _fault(error: BaseException, what: str, kind: str, seed: int, number: int) -> Fault:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "/tocsin/" in frame.filename] or list(frames)
    where = f"{ours[-1].filename}:{ours[-1].lineno} {ours[-1].name}"
    return Fault(kind, seed, number, what, where, "".join(traceback.format_exception(error))[-4000:])


def _hang(_signal: int, _frame: FrameType | None) -> None:
    raise Hang


def _bound_memory() -> None:
    """Memory of the process's own beyond now; Linux counts it, elsewhere there is no bound."""
    status = Path("/proc/self/status")
    if status.exists():
        held = next(line for line in status.read_text("utf-8").splitlines() if line.startswith("VmData"))
        resource.setrlimit(resource.RLIMIT_DATA, (int(held.split()[1]) * 1024 + BYTES, resource.RLIM_INFINITY))


def causes(faults: list[Fault]) -> Iterator[tuple[Fault, int]]:
    """One fault of each place, and how many there are."""
    counts = Counter(fault.where for fault in faults)
    for where, count in counts.items():
        yield next(fault for fault in faults if fault.where == where), count


@click.command()
@click.argument("names", metavar="[KIND…]", nargs=-1)
@click.option("--count", default=1000, show_default=True, help="Inputs of each kind.")
@click.option("--seed", default=1, show_default=True, help="Another seed, other inputs.")
@click.option("--first", default=0, show_default=True, help="The first input's number.")
@click.option("--seconds", type=float, help="End each kind after so many seconds.")
@click.option("--trace", is_flag=True, help="Print the traceback of each fault.")
def main(names: tuple[str, ...], count: int, seed: int, first: int, seconds: float | None, trace: bool) -> None:
    """Try random inputs of each KIND, or of all."""
    known = kinds()
    for name in names:
        if name not in known:
            raise click.BadParameter(f"{name} is not a kind; kinds are {', '.join(known)}", param_hint="KIND")
    faults = 0
    for name in names or known:
        result = run(known[name].module, name, count, seed, first, seconds)
        faults += len(result.faults)
        print(f"{name:24s} {result.inputs:8d} inputs {result.rate:8.0f}/s  {len(result.faults):3d} faults", flush=True)
        for fault, times in causes(result.faults):
            print(f"{times} × {fault}", flush=True)
            if trace:
                print(fault.trace)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
