"""A batch from its input to its output: parts that survive whatever ends the run, and one file in the end.

While it runs, `OUT.parts/` holds a manifest and the parts that are finished; each appears there whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.batch.columns import layout
from tocsin.batch.crew import Alone, Crew
from tocsin.batch.job import Ask, Done, Job, encoder_of
from tocsin.batch.parts import Part, Source, require_types
from tocsin.batch.reading import files_of
from tocsin.batch.rows import ground
from tocsin.batch.sweeps import SweepSource
from tocsin.batch.targets import Target
from tocsin.batch.writing import form_of, merge, merge_rejected, replacing
from tocsin.errors import BadInput, Problem, TocsinError
from tocsin.model import Model
from tocsin.records import Scenario
from tocsin.version import __version__

PART_ROWS: Mapping[Ask, int] = {"points": 65_536, "intervals": 512}
"""Rows of a part: a second's work or so, and a few tens of megabytes."""

Watch = Callable[[Done], None]


@dataclass(frozen=True)
class Order:
    """What is to be done. path: the file or folder that the rows come from; strict: no row may be rejected."""

    path: Path
    source: Source
    out: Path
    targets: tuple[Target, ...]
    ask: Ask = "points"
    strict: bool = False
    resume: bool = False
    part_rows: int | None = None

    @property
    def rows_per_part(self) -> int:
        """As asked, or what suits the kind of answer."""
        return self.part_rows or PART_ROWS[self.ask]

    @property
    def folder(self) -> Path:
        """Where the parts are."""
        return self.out.with_name(f"{self.out.name}.parts")

    @property
    def rejected(self) -> Path:
        """Where rows that mean nothing go."""
        return self.out.with_name(f"{self.out.name}.rejected")


@dataclass(frozen=True)
class Summary:
    """What came of it; parts that an earlier run had finished are counted in `resumed` alone."""

    rows: int
    rejects: int
    errors: int
    resumed: int
    seconds: float


class _Strict(Exception):
    """A row was rejected although none may be."""

    def __init__(self, done: Done):
        self.done = done


def run(
    model: Model, base: Scenario, order: Order, crew: Crew | None = None, watch: Watch = lambda done: None
) -> Summary:
    """Answer every row of the source and write the output.

    Raises BadInput for a table or a folder of parts that does not fit, and TocsinError when the disk is full or the run
    is interrupted; finished parts are kept then.
    """
    columns = layout(order.source.schema.names, model, base, order.source.name)
    require_types(columns, order.source.schema, order.source.name)
    form = form_of(order.out)
    job = Job(
        model.records, model.count, model.seed, base, columns, order.targets, order.ask, form, order.source.schema
    )
    pinned = manifest(job, order)
    _begin(order, pinned)
    have = {int(file.stem) for file in order.folder.glob("*.part")}
    encoder = encoder_of(ground(model, base), columns)
    rows = rejects = errors = 0
    start = time.monotonic()
    try:
        for done in (crew or Alone()).answers(job, encoder, _left(order, have)):
            _keep(order, done)
            rows, rejects, errors = rows + done.rows, rejects + done.rejects, errors + done.errors
            watch(done)
        _finish(order, job)
    except _Strict as stopped:
        shutil.rmtree(order.folder)
        refused = stopped.done.refused[0]
        raise BadInput([Problem(refused.file, refused.line, 1, "", refused.reason)]) from None
    except KeyboardInterrupt:
        raise TocsinError(f"interrupted; {_how_to_resume(order)}") from None
    except OSError as error:
        place = error.filename or order.folder
        raise TocsinError(f"{place}: {error.strerror or error}; {_how_to_resume(order)}") from error
    return Summary(rows, rejects, errors, len(have), time.monotonic() - start)


def manifest(job: Job, order: Order) -> dict[str, Any]:
    """What must be the same for parts of two runs to fit together."""
    return {
        "version": __version__,
        "model": job.model.digest,
        "draws": job.draws,
        "seed": job.seed,
        "scenario": job.base.digest,
        "input": _content(order),
        "targets": [target.name for target in job.targets],
        "ask": job.ask,
        "form": job.form,
        "strict": order.strict,
        "part_rows": order.rows_per_part,
    }


def _content(order: Order) -> Any:
    """Of a sweep its digest; of each file its name, size and SHA-256."""
    if isinstance(order.source, SweepSource):
        return {"sweep": order.source.sweep.digest}
    return {file.name: _digest(file) for file in files_of(order.path)}


def _digest(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def _begin(order: Order, pinned: dict[str, Any]) -> None:
    """The folder of parts with its manifest; raises BadInput where one is there that may not be gone on with."""
    path = order.folder / "manifest.json"
    if path.exists():
        if not order.resume:
            told = "holds an unfinished run; go on with --resume, or delete the folder to begin anew"
            raise BadInput([Problem(str(order.folder), 0, 0, "", told)])
        _require_same(path, pinned)
        return
    order.folder.mkdir(parents=True, exist_ok=True)
    with replacing(path) as file:
        file.write(json.dumps(pinned, indent=2).encode())


def _require_same(path: Path, pinned: dict[str, Any]) -> None:
    try:
        before = json.loads(path.read_text("utf-8"))
    except ValueError:
        before = {}
    changed = [key for key in pinned if before.get(key) != pinned[key]]
    if changed:
        told = f"changed since this run began: {', '.join(changed)}; delete the folder to begin anew"
        raise BadInput([Problem(str(path.parent), 0, 0, "", told)])


def _left(order: Order, have: set[int]) -> Iterator[tuple[int, Part]]:
    """The parts that no earlier run has finished."""
    for number, part in enumerate(order.source.parts(order.rows_per_part)):
        if number not in have:
            yield number, part


def _keep(order: Order, done: Done) -> None:
    """The part on disk, its rejected rows first: a part that is there is whole."""
    if order.strict and done.rejects:
        raise _Strict(done)
    refused = order.folder / f"{done.number:06}.rejected"
    if done.rejected:
        with replacing(refused) as file:
            file.write(done.rejected)
    with replacing(order.folder / f"{done.number:06}.part") as file:
        file.write(done.answers)


def _finish(order: Order, job: Job) -> None:
    """One output of all parts; then these are no longer needed."""
    parts = sorted(order.folder.glob("*.part"))
    merge(parts, job.schema, job.form, order.out)
    merge_rejected(sorted(order.folder.glob("*.rejected")), order.rejected)
    shutil.rmtree(order.folder)


def _how_to_resume(order: Order) -> str:
    count = len(list(order.folder.glob("*.part")))
    return f"{count} finished parts are kept in {order.folder}: run the same command with --resume to go on"
