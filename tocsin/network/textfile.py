"""Text files read whole and written whole; everything that can go wrong becomes BadInput."""

from __future__ import annotations

import contextlib
import gzip
import zlib
from pathlib import Path
from uuid import uuid4

from tocsin.errors import BadInput, Problem

MAX_BYTES = 200_000_000
"""No network in use is near this size; a compressed file that unpacks to more is a bomb."""


def problem(path: Path, message: str, line: int = 0, column: int = 0) -> BadInput:
    """BadInput with one problem of this file."""
    return BadInput([Problem(str(path), line, column, "", message)])


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, unpacked if its name ends in .gz; raises BadInput."""
    try:
        if not path.exists():
            raise problem(path, "no such file")
        if not path.is_file():
            raise problem(path, "not a file")
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise problem(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > MAX_BYTES:
        raise problem(path, f"larger than {MAX_BYTES // 1_000_000} MB, which no network is")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise problem(path, f"not text in UTF-8 (byte {error.start})") from None
    if "\0" in text:
        raise problem(path, "not a text file: it holds zero bytes")
    if not text.strip():
        raise problem(path, "the file is empty")
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
