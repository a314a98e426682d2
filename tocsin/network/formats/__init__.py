"""Networks in the formats of other tools: BIF, XMLBIF, Hugin NET, GeNIe XDSL, UAI; a file is read and written whole.

All formats keep sizes, the order of variables, states and parents, and every digit; all but UAI the names. Text is only
parsed, never executed. What is written is first read back and compared, so that a trap in a writer cannot leave a wrong
file behind.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import numpy as np

from tocsin.errors import BadInput, BadNetwork, Problem
from tocsin.network.formats.bif import BIF
from tocsin.network.formats.draft import NOTHING, Description, Format
from tocsin.network.formats.net_and_uai import NET, UAI
from tocsin.network.formats.scanner import UnreadableText
from tocsin.network.formats.xml import XDSL, XMLBIF
from tocsin.network.network import Network, scaled
from tocsin.output import replacing

FORMATS: Mapping[str, Format] = {
    ".bif": BIF,
    ".xmlbif": XMLBIF,
    ".bifxml": XMLBIF,
    ".xml": XMLBIF,
    ".net": NET,
    ".xdsl": XDSL,
    ".uai": UAI,
}
"""What can be written, by suffix."""
READABLE: Mapping[str, Format] = {**FORMATS, ".bif.gz": BIF}
"""What can be read, by suffix."""


MAX_BYTES = 100_000_000
"""No network in use is near this size; a compressed file that unpacks to more is a bomb."""


@dataclass(frozen=True, eq=False)
class NetworkFile:
    """A network that was read, and what its reader should know of it: columns that did not sum to 1."""

    network: Network
    notes: tuple[Problem, ...]


def read_network(path: str | Path) -> Network:
    """The network in a file; its suffix is one of `READABLE`. Raises BadInput, naming file and line."""
    return read_file(path).network


def read_file(path: str | Path) -> NetworkFile:
    """The network in a file, with notes on what was changed in reading. Raises BadInput, naming file and line."""
    path = Path(path)
    format_ = _format_of(path, READABLE)
    content = read_bytes(path)
    try:
        return parse(format_, content, str(path))
    except UnreadableText as error:
        raise BadInput.at(path, str(error), *error.place) from None
    except BadNetwork as error:
        raise BadInput.at(path, str(error)) from None


def parse(format_: Format, content: bytes, file: str = "") -> NetworkFile:
    """The network that the content of this file is. Raises BadNetwork."""
    draft = format_.read(content)
    notes = (Problem(file, place.line, place.column, "", message) for place, message in draft.notes)
    return NetworkFile(draft.network(), tuple(notes))


def write_network(network: Network, path: str | Path, description: Description = NOTHING) -> None:
    """Writes the network in the format that the suffix names; the file appears whole or not at all.

    Raises BadInput if the suffix is unknown, the format cannot hold the names, or the place cannot be written.
    """
    path = Path(path)
    format_ = _format_of(path, FORMATS)
    if objections := list(format_.naming.objections(network)):
        raise BadInput(Problem(str(path), 0, 0, name, f"{format_.name}: {why}") for name, why in objections)
    text = format_.write(network, description)
    if not reads_back(network, format_, text):
        raise BadInput.at(path, f"{format_.name} cannot hold this network: it would not read back the same")
    write_text(path, text)


def has_names(path: Path) -> bool:
    """Whether the format that the suffix names keeps the names. Raises BadInput."""
    return _format_of(path, FORMATS) is not UAI


def _format_of(path: Path, formats: Mapping[str, Format]) -> Format:
    name = path.name.lower()
    for suffix, format_ in formats.items():
        if name.endswith(suffix):
            return format_
    raise BadInput.at(path, f"unknown kind of file; allowed: {', '.join(formats)}")


def reads_back(network: Network, format_: Format, text: str) -> bool:
    """Whether the text holds the network: its names, or for UAI its order, and its tables."""
    try:
        back = parse(format_, text.encode()).network
    except BadNetwork:
        return False
    names = dict(zip(back.variables, network.variables, strict=False))
    kept = format_ is UAI or (back.variables, back.states) == (network.variables, network.states)
    return kept and all(
        tuple(names[parent] for parent in back.parents[new]) == network.parents[old]
        and np.allclose(back.tables[new], scaled(network.tables[old]), rtol=0.0, atol=1e-15)
        for new, old in names.items()
    )


def read_bytes(path: Path) -> bytes:
    """The file's content, unpacked if its name ends in .gz; raises BadInput."""
    try:
        if not path.exists():
            raise BadInput.at(path, "no such file")
        if not path.is_file():
            raise BadInput.at(path, "not a file")
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as stream:
            # In pieces: a read of so many bytes sets them aside before it looks.
            content = bytearray()
            while len(content) <= MAX_BYTES and (piece := stream.read(1_000_000)):
                content += piece
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise BadInput.at(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(content) > MAX_BYTES:
        raise BadInput.at(path, f"larger than {MAX_BYTES // 1_000_000} MB, which no network is")
    if not content.strip():
        raise BadInput.at(path, "the file is empty")
    return bytes(content)


def write_text(path: Path, text: str) -> None:
    """Writes the file under a passing name in its own folder, then renames it; raises BadInput."""
    part = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with replacing(path, part) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise BadInput.at(path, f"cannot be written: {error.strerror}") from None
