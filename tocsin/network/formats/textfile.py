"""Which names a format can hold when it is written."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from tocsin.errors import BadInput, Problem
from tocsin.network.formats.scanner import NOWHERE, Place, UnreadableText
from tocsin.network.network import Network
from tocsin.output import replacing


@dataclass(frozen=True)
class Naming:
    """The rules of one format for the names of variables and states."""

    variable: str
    """Pattern of a variable's name."""
    state: str
    """Pattern of a state's name."""
    allowed: str
    """Both patterns in words."""

    def objections(self, network: Network) -> Iterator[tuple[str, str]]:
        """Each variable with a name that does not fit, and why."""
        for name in network.variables:
            if not re.fullmatch(self.variable, name):
                yield name, f"the variable {name!r} cannot be written; allowed are {self.allowed}"
            for state in network.states[name]:
                if not re.fullmatch(self.state, state):
                    yield name, f"the state {state!r} cannot be written; allowed are {self.allowed}"


_BIF_WORD = r"(?:(?!//|/\*)[^\s,;|(){}\[\]\"])+"
_IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_]*"
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_TRIMMED = rf"[^\s{_CONTROL}](?:[^{_CONTROL}]*[^\s{_CONTROL}])?"
_LETTER_FIRST = r"[A-Za-z][A-Za-z0-9_]*"

BIF = Naming(_BIF_WORD, _BIF_WORD, "names without spaces, quotes, comments and , ; | ( ) { } [ ]")
XMLBIF = Naming(_TRIMMED, _TRIMMED, "names without line breaks, and without space at their ends")
NET = Naming(
    _IDENTIFIER,
    rf"(?!\s*\Z)[^{_CONTROL}]+",
    "variables of plain letters, digits and underscores that start with no digit, states of anything but line breaks",
)
XDSL = Naming(_LETTER_FIRST, _LETTER_FIRST, "names of plain letters, digits and underscores that start with a letter")
NAMELESS = Naming(r"(?s:.*)", r"(?s:.*)", "all names, which are lost")


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
        raise UnreadableText("not text in UTF-8; save it in this encoding", Place(line, 1)) from None
    if "\0" in text:
        raise UnreadableText("not a text file: it holds zero bytes", NOWHERE)
    return text


def write_text(path: Path, text: str) -> None:
    """Writes the file under a passing name in its own folder, then renames it; raises BadInput."""
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with replacing(path, part) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise problem(path, f"cannot be written: {error.strerror}") from None
