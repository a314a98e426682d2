"""Text files as UTF-8, or a clear refusal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tocsin.batch.chunks import LONGEST
from tocsin.errors import BadInput, Problem


def require_utf8(path: Path) -> int:
    """How many bytes the byte order mark takes; raises BadInput for UTF-16 and for binary files."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        what = "UTF-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[1::2].count(0) > 8 else "binary"
        raise _bad(path, 1, f"is {what}, not UTF-8 text; save it as UTF-8")
    return 3 if head.startswith(b"\xef\xbb\xbf") else 0


def text_lines(path: Path) -> Iterator[str]:
    """The lines of a UTF-8 file, with their ends; raises BadInput with the line that is none."""
    skipped = require_utf8(path)
    with path.open("rb") as file:
        file.seek(skipped)
        number = 0
        while line := file.readline(LONGEST):
            number += 1
            if len(line) == LONGEST:
                raise _bad(path, number, f"is longer than {LONGEST:,} bytes; one row stands on each line")
            try:
                yield line.decode()
            except UnicodeDecodeError:
                raise _bad(path, number, "is not UTF-8 text; save the file as UTF-8") from None


def _bad(path: Path, line: int, message: str) -> BadInput:
    return BadInput([Problem(str(path), line, 1, "", message)])
