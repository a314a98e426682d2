"""What a run keeps on disk while it goes on: `OUT.parts/`, with a manifest and the parts that are finished.

A part is one file, which appears whole or not at all and says which run it is of, so that another run's is never taken
for one of this. Whether a run is unfinished is told by the manifest alone: it is written first and removed last. What
this room did not write is never removed.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Any, BinaryIO

from tocsin.batch.job import Done
from tocsin.batch.writing import Content, rejected_header
from tocsin.errors import BadInput, TocsinError
from tocsin.output import replacing

fcntl: Any
try:
    import fcntl
except ImportError:  # pragma: no cover  # Windows has no such locks; there two runs on one output are not kept apart.
    fcntl = None

MANIFEST, TEMPORARY, SCRATCH = "manifest.json", ".tocsin.tmp", ".tocsin.scratch"
KIND = "tocsin part"
MOST_HEAD = 4096
"""Bytes of a part's first line."""


@dataclass(frozen=True)
class Head:
    """The first line of a part: its run, its number, what is in it, and a checksum of what follows."""

    run: str
    number: int
    rows: int
    rejects: int
    errors: int
    answers: int
    """Bytes."""
    rejected: int
    """Bytes."""
    crc: int
    kind: str = KIND


Write = Callable[[Iterator[Content], BinaryIO], None]
"""Puts parts together into a file."""


@dataclass(frozen=True)
class PartFiles:
    """The folder of one run, which holds its lock. out: the output itself, no link to it."""

    folder: Path
    out: Path
    rejected: Path
    run: str

    def finished(self) -> dict[int, Head]:
        """The parts of this run that are whole."""
        heads = {int(path.stem): _head(path) for path in self.folder.glob("*.part") if path.stem.isdecimal()}
        return {n: head for n, head in heads.items() if head is not None and (head.run, head.number) == (self.run, n)}

    def keep(self, done: Done) -> None:
        """Put a part on the disk."""
        crc = zlib.crc32(done.rejected, zlib.crc32(done.answers))
        sizes = (len(done.answers), len(done.rejected))
        head = Head(self.run, done.number, done.rows, done.rejects, done.errors, *sizes, crc)
        with self._replacing(self._path(done.number)) as file:
            file.write(json.dumps(vars(head)).encode() + b"\n")
            file.write(done.answers)
            file.write(done.rejected)

    def scratch(self) -> Path:
        """An empty folder for what a form of output needs while it is written."""
        folder = self.folder / SCRATCH
        rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def merge(self, count: int, heads: Mapping[int, Head], write: Write) -> None:
        """One output of all parts, of which there are `count`, with these `heads`; then the run is finished.

        Raises TocsinError.
        """
        if set(heads) != set(range(count)):
            missing = sorted(set(range(count)) ^ set(heads))
            raise TocsinError(f"{self.folder}: other parts than this run's: {', '.join(map(str, missing[:9]))}")
        with self._replacing(self.out) as file:
            write((self._content(number)[0] for number in range(count)), file)
        refused = [number for number in range(count) if heads[number].rejected]
        if refused:
            with self._replacing(self.rejected) as file:
                file.write(rejected_header())
                for number in refused:
                    file.write(self._content(number)[1])
        else:
            self.rejected.unlink(missing_ok=True)
        _write_manifest(self.folder, {"finished": True})

    def clear(self) -> None:
        """Remove what a run wrote here, the manifest last, and the folder if nothing else is in it."""
        for path in _ours(self.folder):
            path.unlink(missing_ok=True)
        rmtree(self.folder / SCRATCH, ignore_errors=True)
        (self.folder / MANIFEST).unlink(missing_ok=True)
        with suppress(OSError):
            self.folder.rmdir()

    def _content(self, number: int) -> tuple[memoryview, memoryview]:
        """Answers and rejected rows."""
        path = self._path(number)
        content = path.read_bytes()
        head, body = _head(path), memoryview(content)[content.find(b"\n", 0, MOST_HEAD) + 1 :]
        if head is None or zlib.crc32(body) != head.crc:
            raise TocsinError(f"{path}: is damaged; remove it")
        return body[: head.answers], body[head.answers :]

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:06}.part"

    def _replacing(self, path: Path) -> Any:
        # In this folder: whatever ends the run, its strays lie where the next one looks.
        return replacing(path, self.folder / TEMPORARY)


@contextmanager
def part_files(out: Path, pinned: Mapping[str, Any], resume: bool) -> Iterator[PartFiles]:
    """The folder of a run that begins, or goes on where an earlier one ended.

    Raises BadInput where there is an unfinished run that may not be gone on with, or one that still goes on.
    """
    out = out.resolve()
    folder, rejected = folder_of(out), rejected_of(out)
    for path, kind in ((out, "file"), (rejected, "file"), (folder, "folder")):
        if path.exists() and path.is_dir() != (kind == "folder"):
            raise BadInput.at(path, f"is a {'folder' if path.is_dir() else 'file'}; name another output")
    text = json.dumps(pinned, sort_keys=True)
    with _locked(folder):
        files = PartFiles(folder, out, rejected, hashlib.sha256(text.encode()).hexdigest())
        _begin(files, pinned, resume)
        yield files


def folder_of(out: Path) -> Path:
    """Where the parts of an output are while its run goes on."""
    return out.with_name(f"{out.name}.parts")


def rejected_of(out: Path) -> Path:
    """Where rows that mean nothing go."""
    return out.with_name(f"{out.name}.rejected")


def _begin(files: PartFiles, pinned: Mapping[str, Any], resume: bool) -> None:
    ours = _ours(files.folder)
    foreign = sorted({*files.folder.glob("*.part")} - {*ours})
    if foreign:
        raise BadInput.at(foreign[0], "stands where a part will be, and no run wrote it; move it away")
    before = _manifest(files.folder)
    if before is not None and not before.get("finished"):
        if not resume:
            raise BadInput.at(
                files.folder, "holds an unfinished run; go on with --resume, or delete the folder to begin anew"
            )
        if before.get("layout", pinned["layout"]) != pinned["layout"]:
            message = "holds a run of another version of Tocsin, whose answers have other columns"
            raise BadInput.at(files.folder, f"{message}; delete the folder to begin anew")
        changed = [key for key in pinned if before.get(key) != pinned[key]]
        if changed:
            message = f"changed since this run began: {', '.join(changed)}; delete the folder to begin anew"
            raise BadInput.at(files.folder, message)
        (files.folder / TEMPORARY).unlink(missing_ok=True)
        return
    for path in ours:
        path.unlink()
    _write_manifest(files.folder, pinned)


def _ours(folder: Path) -> list[Path]:
    """What a run wrote, but the manifest."""
    found = [path for path in sorted(folder.glob("*.part")) if _head(path) is not None]
    return [*found, *(path for path in (folder / TEMPORARY,) if path.exists())]


def _manifest(folder: Path) -> Mapping[str, Any] | None:
    path = folder / MANIFEST
    if not path.exists():
        return None
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    with replacing(folder / MANIFEST, folder / TEMPORARY) as file:
        file.write(json.dumps(content, indent=2).encode())


def _head(path: Path) -> Head | None:
    """None for a file that is no whole part."""
    try:
        with path.open("rb") as file:
            line = file.readline(MOST_HEAD)
            head = Head(**json.loads(line))
            whole = path.stat().st_size == len(line) + head.answers + head.rejected
    except (ValueError, TypeError, IsADirectoryError):
        return None
    return head if head.kind == KIND and whole else None


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """The folder, for this run alone; a lock ends with its process, however that ends."""
    if fcntl is None:  # pragma: no cover
        folder.mkdir(parents=True, exist_ok=True)
        yield
        return
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno in (errno.EACCES, errno.EAGAIN):
                    message = "is in use: another run writes this output; wait for its end, or name another output"
                    raise BadInput.at(folder, message) from None
                # Some file systems know no locks; two runs at once are then the user's to avoid.
            # A run that ended meanwhile removed its folder, and the lock with it.
            if folder.exists() and os.path.samestat(os.fstat(handle), folder.stat()):
                yield
                return
        finally:
            os.close(handle)
