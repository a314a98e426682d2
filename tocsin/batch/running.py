"""A batch from its first row to the output: what is kept on the way, how far it is, and what is said of it."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable, Collection, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from tocsin import __version__
from tocsin.assessment import lexicon_of
from tocsin.batch import excel
from tocsin.batch.choosing import ChosenTargets, require_askable
from tocsin.batch.chunks import Chunk, RowSource
from tocsin.batch.columns import Target, layout, require_types
from tocsin.batch.encoding import Encoder, ground
from tocsin.batch.job import Ask, Done, Executor, Job, Threads, answer_fields, require_free
from tocsin.batch.part_files import Head, PartFiles, Write, folder_of, part_files, rejected_of
from tocsin.batch.reading import files_of
from tocsin.batch.sweeps import SweepSource
from tocsin.batch.writing import form_of, merge, readable
from tocsin.console import to_errors
from tocsin.elicitation.lexicon import edges_of
from tocsin.errors import BadInput, TocsinError, counted
from tocsin.model import Model
from tocsin.records import ModelRecords, Scenario


def before(order: BatchOptions) -> str:
    """What is about to run."""
    rows = "" if order.source.rows is None else f"{counted(order.source.rows, 'row')}, "
    return f"{order.source.name}: {rows}{counted(len(order.targets), 'answer')} {'each' if rows else 'a row'}"


def after(order: BatchOptions, summary: Summary) -> str:
    """What came of it."""
    parts = [f"{order.out}: {counted(summary.rows, 'row')} answered in {summary.seconds:.1f} s"]
    if summary.resumed:
        parts.append(f"{counted(summary.resumed, 'part')} {'was' if summary.resumed == 1 else 'were'} there already")
    if summary.errors:
        parts.append(f"{summary.errors:,} of them cannot be (see the column `error`)")
    if summary.rejects:
        parts.append(f"{summary.rejects:,} rejected (see {rejected_of(order.out)})")
    return "; ".join(parts)


@contextmanager
def shown(title: str) -> Iterator[Watch]:
    """What to call with each part that is done."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    pace = TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s")
    start, share, rows = time.monotonic(), 0.0, 0
    with Progress(*columns, pace, console=to_errors(), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task(title, total=1.0, rows=0, rate=0.0)

        def watch(done: Done) -> None:
            nonlocal share, rows
            share, rows = max(share, done.share), rows + done.rows
            rate = rows / max(time.monotonic() - start, 1e-9)
            progress.update(task, completed=share, rows=rows, rate=rate)

        yield watch


PART_ROWS: Mapping[Ask, int] = {"points": 65_536, "intervals": 4096}
"""Rows of a part: a second's work or so, and a few tens of megabytes."""

Watch = Callable[[Done], None]


@dataclass(frozen=True)
class BatchOptions:
    """What is to be done. path: the file or folder that the rows come from; strict: no row may be rejected."""

    path: Path
    source: RowSource
    out: Path
    targets: tuple[Target, ...]
    ask: Ask = "points"
    strict: bool = False
    resume: bool = False
    part_rows: int | None = None
    keep: tuple[str, ...] = ()
    """Columns that say nothing and are carried through."""
    chosen: ChosenTargets | None = None

    @property
    def rows_per_part(self) -> int:
        """As asked, or what suits the kind of answer."""
        return self.part_rows or PART_ROWS[self.ask]

    @property
    def folder(self) -> Path:
        """Where the parts are."""
        return folder_of(self.out.resolve())

    @property
    def rejected(self) -> Path:
        """Where rows that mean nothing go."""
        return rejected_of(self.out.resolve())


@dataclass(frozen=True)
class Summary:
    """What came of it, with the parts that an earlier run had finished, of which there are `resumed`."""

    rows: int
    rejects: int
    errors: int
    resumed: int
    seconds: float


def run(
    model: Model,
    base: Scenario,
    order: BatchOptions,
    executor: Executor | None = None,
    watch: Watch = lambda done: None,
) -> Summary:
    """Answer every row of the source and write the output.

    Raises BadInput for a table or a folder of parts that does not fit, and TocsinError when the disk is full or the run
    is interrupted; finished parts are kept then.
    """
    columns = layout(order.source.schema.names, model, base, order.source.name, keep=order.keep)
    require_types(columns, order.source.schema, order.source.name)
    require_free(columns.names, order.targets, order.ask, order.source.name, order.chosen)
    require_askable(order.chosen, columns, model, order.source.name)
    form = form_of(order.out)
    _require_apart(order)
    if form == "xlsx":
        _require_sheet(order)
    job = Job(
        model.records, model.count, model.seed, base, columns, order.targets, order.ask, form, order.source.schema,
        order.chosen,
    )  # fmt: skip
    pinned = manifest(job, order)
    start = time.monotonic()
    with part_files(order.out, pinned, order.resume) as files:
        before = files.finished()
        try:
            count = _answered(
                order, job, Encoder(ground(model, base), columns), executor or Threads(), watch, files, before
            )
            if _content(order) != pinned["input"]:
                raise _changed(order)
            heads = files.finished()
            files.merge(count, heads, _writer(job, order, heads.values(), files))
        except BadInput as error:
            # The input must change, and then these parts fit it no more.
            files.clear()
            raise (_changed(order) if _content(order) != pinned["input"] else error) from None
        except KeyboardInterrupt:
            raise TocsinError(f"interrupted; {_left_behind(files)}") from None
        except OSError as error:
            place = error.filename or files.folder
            raise TocsinError(f"{place}: {error.strerror or error}; {_left_behind(files)}") from error
        except TocsinError as error:
            raise TocsinError(f"{error}; {_left_behind(files)}") from error
        files.clear()
    return Summary(*_counts(heads.values()), len(before), time.monotonic() - start)


def _counts(heads: Collection[Head]) -> tuple[int, int, int]:
    """Rows, those rejected, those without an answer."""
    return sum(head.rows for head in heads), sum(head.rejects for head in heads), sum(head.errors for head in heads)


def _writer(job: Job, order: BatchOptions, heads: Collection[Head], files: PartFiles) -> Write:
    """How parts become the output."""
    if job.form != "xlsx":
        return partial(merge, schema=job.schema, form=job.form)
    rows, rejects, errors = _counts(heads)
    record = run_facts(job.model, order, job.base, (job.draws, job.seed), _content(order)) | {
        "Rows": f"{rows:,} answered, {errors:,} of them without an answer; {rejects:,} rejected"
    }
    return partial(
        excel.write,
        schema=job.schema,
        given=len(job.given),
        record=record,
        scratch=files.scratch(),
        edges=edges_of(lexicon_of(job.model, job.base)),
    )


def run_facts(
    model: ModelRecords, order: BatchOptions, base: Scenario, draws: tuple[int, int], inputs: Mapping[str, Any]
) -> dict[str, str]:
    """What must be the same for the same answers in the words of a briefing. draws: how many, and the seed."""
    facts = {
        "Model": f"{model.name}, digest {model.digest}",
        "Start": f"{base.scenario}, digest {base.digest}",
        **{f"Rows of {readable(name)}": _shown_digest(found) for name, found in inputs.items()},
        "Software": f"Tocsin {__version__}",
        "Answers": "points and intervals" if order.ask == "intervals" else "points",
    }
    if order.ask == "intervals":
        facts |= {"Draws": f"{draws[0]:,}", "Seed": str(draws[1])}
    return facts


def _shown_digest(found: Any) -> str:
    return f"{found['bytes']:,} bytes, SHA-256 {found['sha256']}" if isinstance(found, Mapping) else f"digest {found}"


def _answered(
    order: BatchOptions,
    job: Job,
    encoder: Encoder,
    executor: Executor,
    watch: Watch,
    files: PartFiles,
    have: Container[int],
) -> int:
    """Answer what no earlier run has (`have`), and keep it; how many parts there are. Raises BadInput, OSError."""
    count = 0

    def left() -> Iterator[tuple[int, Chunk]]:
        nonlocal count
        for number, part in enumerate(order.source.parts(order.rows_per_part)):
            count = number + 1
            if number not in have:
                yield number, part

    for done in executor.answers(job, encoder, left()):
        if order.strict and done.rejects:
            refused = done.refused[0]
            raise BadInput.at(refused.file, refused.reason, refused.line)
        files.keep(done)
        watch(done)
    return count


def _require_apart(order: BatchOptions) -> None:
    """Raises BadInput where the output would take the place of the input, or of a file that is read with it."""
    if isinstance(order.source, SweepSource):
        return
    out, given = order.out.resolve(), order.path.resolve()
    same = any(path.exists() and path.samefile(file) for path in (out, order.rejected) for file in files_of(order.path))
    if same or out == given or order.folder == given:
        raise BadInput.at(order.out, "is the input; name another file for the answers")
    if given.is_dir() and out.is_relative_to(given):
        message = f"lies in the input {order.path}, and would be read as a part of it; write elsewhere"
        raise BadInput.at(order.out, message)


def _require_sheet(order: BatchOptions) -> None:
    """Raises BadInput where the answers are more than a sheet of Excel holds: before any of them is worked out."""
    elsewhere = "write .parquet or .csv"
    wide = max(len(order.source.schema), 1 + len(answer_fields(order.targets, order.ask)))
    if wide > excel.MOST_WIDE:
        raise BadInput.at(order.out, f"would have {wide:,} columns, and a sheet has {excel.MOST_WIDE:,}; {elsewhere}")
    rows = order.source.rows
    if rows is None:
        rows = 0
        for part in order.source.parts(order.rows_per_part):
            rows += part.table.num_rows
            if rows > excel.MOST_ROWS:
                break
    if rows > excel.MOST_ROWS:
        many = f"{rows:,}" if order.source.rows is not None else f"more than {excel.MOST_ROWS:,}"
        raise BadInput.at(order.out, f"would have {many} rows, and a sheet has {excel.MOST_ROWS:,}; {elsewhere}")


def _changed(order: BatchOptions) -> BadInput:
    return BadInput.at(order.source.name, "was changed while it was read; nothing is written, so run it again")


def manifest(job: Job, order: BatchOptions) -> dict[str, Any]:
    """What must be the same for parts of two runs to fit together."""
    return {
        "version": __version__,
        "layout": 3,
        "model": job.model.digest,
        "draws": job.draws,
        "seed": job.seed,
        "scenario": job.base.digest,
        "input": _content(order),
        "targets": [target.name for target in job.targets],
        "choice": None if job.chosen is None else [job.chosen.choice.digest, *job.chosen.names],
        "ask": job.ask,
        "form": job.form,
        "strict": order.strict,
        "part_rows": order.rows_per_part,
        "keep": list(order.keep),
    }


def _content(order: BatchOptions) -> Any:
    """Of a sweep its digest; of each file its name, size and SHA-256."""
    if isinstance(order.source, SweepSource):
        return {"sweep": order.source.sweep.digest}
    return {readable(file.name): _digest(file) for file in files_of(order.path)}


def _digest(path: Path) -> dict[str, Any]:
    """Of no file, where one was removed while it was read."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}


def _left_behind(files: PartFiles) -> str:
    """What an unfinished run keeps, and how to go on."""
    if count := len(files.finished()):
        kept = f"{counted(count, 'finished part')} {'is' if count == 1 else 'are'} kept"
        return f"{kept} in {files.folder}: run the same command with --resume to go on"
    files.clear()
    return "no part was finished, so run the same command again"
