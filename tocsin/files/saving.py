"""Several files of a model saved all or nothing: kill -9 at any moment leaves, after the next look, all old or all new.

One file is renamed into its place. Of several, first a journal that holds all of them is renamed into its place; from
then on the edit counts as done, and whoever next opens the folder finishes what is not written yet. A journal may come
with a folder that somebody else made, so it can only name files of the model, and scenarios and choices that are there
already.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tocsin.errors import BadInput, decoded, file_bytes
from tocsin.files import yaml12
from tocsin.output import replacing

fcntl: Any
try:
    import fcntl
except ImportError:  # pragma: no cover
    # Windows: two that save within the same millisecond are not kept apart there.
    fcntl = None

JOURNAL = ".tocsin-edit"
FILES = ("model.yaml", "statements.yaml")
BESIDE = frozenset(("scenarios", "choices"))
"""Folders below which files that name a model stand."""
MOST_BYTES = 16 * yaml12.MOST_BYTES
"""Of a journal."""


def read_text(path: Path) -> str:
    """The text of a file as it stands, with its own line ends and byte order mark; raises BadInput."""
    return decoded(file_bytes(path, yaml12.MOST_BYTES, "a YAML file is needed"), str(path))


def digest(text: str) -> str:
    """SHA-256 of a file's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def changed_meanwhile(path: Path) -> BadInput:
    """That somebody else saved a file since it was read."""
    return BadInput.at(
        path, "was changed since it was read; read it again and repeat the edit, so that nothing is lost"
    )


def save_texts(folder: Path, texts: Mapping[Path, tuple[str, str]]) -> None:
    """Write files, each given with its text before and after; all of them or none.

    Raises BadInput where one of them is not what it was before. A file whose text before is empty may be new.
    """
    with alone(folder):
        _finish(folder)
        for path, (before, _) in texts.items():
            if (read_text(path) if path.exists() else "") != before:
                raise changed_meanwhile(path)
        if len(texts) > 1:
            for path in texts:
                _require_a_place(folder, path)
            content = [
                {"path": os.path.relpath(path, folder), "before": digest(before), "after": after}
                for path, (before, after) in texts.items()
            ]
            _write(folder / JOURNAL, json.dumps(content))
        for path, (_, after) in texts.items():
            _write(path, after)
        (folder / JOURNAL).unlink(missing_ok=True)


def finish(folder: Path) -> None:
    """Write what an edit of several files left unwritten when it was cut short; raises BadInput where it cannot."""
    if not (folder / JOURNAL).exists():
        return
    with alone(folder):
        try:
            _finish(folder)
        except OSError as error:
            message = f"an edit of several files was cut short and cannot be finished here: {error.strerror}"
            raise BadInput.at(folder, message) from None


def _finish(folder: Path) -> None:
    journal = folder / JOURNAL
    if not journal.exists():
        return
    try:
        entries = [
            (folder / entry["path"], str(entry["before"]), str(entry["after"]))
            for entry in json.loads(file_bytes(journal, MOST_BYTES, "it must be a file"))
        ]
    except (ValueError, KeyError, TypeError):
        raise BadInput.at(journal, "is no journal of an edit; look at the model's files, then delete it") from None
    for path, before, after in entries:
        _require_a_place(folder, path)
        now = read_text(path) if path.exists() else ""
        if digest(now) == before:
            _write(path, after)
        elif now != after:
            message = (
                f"was changed after an edit of several files had been cut short; look at it, then delete "
                f"{JOURNAL} in the model's folder"
            )
            raise BadInput.at(path, message)
    journal.unlink()


def _require_a_place(folder: Path, path: Path) -> None:
    """Raises BadInput unless it is one of the model's two files, or a scenario or choice that exists."""
    place = path.resolve()
    of_the_model = place.parent == folder.resolve() and place.name in FILES
    beside = place.suffix == ".yaml" and not BESIDE.isdisjoint(place.parts[:-1]) and place.is_file()
    if not of_the_model and not beside:
        raise BadInput.at(
            path, "is no file of this model and no scenario or choice, so that no edit of several files can hold it"
        )


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all; who may read it stays, and a link stays one."""
    place = path.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    new = place.with_name(f".{place.name}.new")
    with replacing(place, new) as file:
        file.write(text.encode())
        if place.exists():
            new.chmod(place.stat().st_mode)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else saves in this folder meanwhile; the lock ends with the process, however that ends."""
    if fcntl is None:  # pragma: no cover
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
