"""Networks in the formats of other tools: which suffix is which format, and how a file is read and written whole.

All formats keep sizes, the order of variables, states and parents, and every digit; all but UAI the names. Text is only
parsed, never executed. What is written is first read back and compared, so that a trap in a writer cannot leave a wrong
file behind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tocsin.errors import BadInput, BadNetwork, Problem
from tocsin.network.formats import textfile
from tocsin.network.formats.bif import read_bif, write_bif
from tocsin.network.formats.draft import NOTHING, Description, Draft
from tocsin.network.formats.net import read_net, write_net
from tocsin.network.formats.scanner import UnreadableText
from tocsin.network.formats.textfile import Naming, problem, read_bytes, text_of, write_text
from tocsin.network.formats.uai import read_uai, write_uai
from tocsin.network.formats.xml import read_xdsl, read_xmlbif, write_xdsl, write_xmlbif
from tocsin.network.network import Network, scaled


@dataclass(frozen=True)
class Format:
    """How one format is read and written, and which names it can hold; `read` raises BadNetwork."""

    name: str
    read: Callable[[bytes], Draft]
    write: Callable[[Network, Description], str]
    naming: Naming


def _of_text(read: Callable[[str], Draft]) -> Callable[[bytes], Draft]:
    return lambda content: read(text_of(content))


_BIF = Format("BIF", _of_text(read_bif), write_bif, textfile.BIF)
_XMLBIF = Format("XMLBIF", read_xmlbif, write_xmlbif, textfile.XMLBIF)
_NET = Format("NET", _of_text(read_net), write_net, textfile.NET)
_XDSL = Format("XDSL", read_xdsl, write_xdsl, textfile.XDSL)
_UAI = Format("UAI", _of_text(read_uai), write_uai, textfile.NAMELESS)

FORMATS: Mapping[str, Format] = {
    ".bif": _BIF,
    ".xmlbif": _XMLBIF,
    ".bifxml": _XMLBIF,
    ".xml": _XMLBIF,
    ".net": _NET,
    ".xdsl": _XDSL,
    ".uai": _UAI,
}
"""What can be written, by suffix."""
READABLE: Mapping[str, Format] = {**FORMATS, ".bif.gz": _BIF}
"""What can be read, by suffix."""


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
        raise problem(path, str(error), error.place) from None
    except BadNetwork as error:
        raise problem(path, str(error)) from None


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
        raise problem(path, f"{format_.name} cannot hold this network: it would not read back the same")
    write_text(path, text)


def has_names(path: Path) -> bool:
    """Whether the format that the suffix names keeps the names. Raises BadInput."""
    return _format_of(path, FORMATS) is not _UAI


def _format_of(path: Path, formats: Mapping[str, Format]) -> Format:
    name = path.name.lower()
    for suffix, format_ in formats.items():
        if name.endswith(suffix):
            return format_
    raise problem(path, f"unknown kind of file; allowed: {', '.join(formats)}")


def reads_back(network: Network, format_: Format, text: str) -> bool:
    """Whether the text holds the network: its names, or for UAI its order, and its tables."""
    try:
        back = parse(format_, text.encode()).network
    except BadNetwork:
        return False
    names = dict(zip(back.variables, network.variables, strict=False))
    kept = format_ is _UAI or (back.variables, back.states) == (network.variables, network.states)
    return kept and all(
        tuple(names[parent] for parent in back.parents[new]) == network.parents[old]
        and np.allclose(back.tables[new], scaled(network.tables[old]), rtol=0.0, atol=1e-15)
        for new, old in names.items()
    )
