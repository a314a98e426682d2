"""Files read whole and written whole; everything that can go wrong becomes BadInput."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from pathlib import Path
from uuid import uuid4

from tocsin.errors import BadInput, Problem
from tocsin.network.formats.scanner import NOWHERE, Place, Unreadable

MAX_BYTES = 100_000_000
"""No network in use is near this size; a compressed file that unpacks to more is a bomb."""


def problem(path: Path, message: str, place: Place = NOWHERE) -> BadInput:
    """BadInput with one problem of this file."""
    return BadInput([Problem(str(path), place.line, place.column, "", message)])


def read_bytes(path: Path) -> bytes:
    """The file's content, unpacked if its name ends in .gz; raises BadInput."""
    try:
        if not path.exists():
            raise problem(path, "no such file")
        if not path.is_file():
            raise problem(path, "not a file")
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            # In pieces: a read of so many bytes sets them aside before it looks.
            content = bytearray()
            while len(content) <= MAX_BYTES and (piece := stream.read(1_000_000)):
                content += piece
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise problem(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > MAX_BYTES:
        raise problem(path, f"larger than {MAX_BYTES // 1_000_000} MB, which no network is")
    if not content.strip():
        raise problem(path, "the file is empty")
    return bytes(content)


def text_of(content: bytes) -> str:
    """The text in UTF-8, which the formats without a declaration of their own are read in; raises Unreadable."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable("not text in UTF-8; save it in this encoding", Place(line, 1)) from None
    if "\0" in text:
        raise Unreadable("not a text file: it holds zero bytes", NOWHERE)
    return text


def write_text(path: Path, text: str) -> None:
    """Writes the file under a passing name in its own folder, then renames it; raises BadInput."""
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    except OSError as error:
        raise problem(path, f"cannot be written: {error.strerror}") from None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
